"""Whole generated files: their exact text, their types in the eyes of the checkers, and that they run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai import __version__
from compiled_ai.checkers.ruff_tool import format_source
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult
from compiled_ai.spec import Spec
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates import ActivityTypes, Header, assemble
from compiled_ai.validation.security import check_security
from compiled_ai.validation.syntax import check_syntax

GOLDEN = Path(__file__).parents[2] / "golden" / "parcel_desk.py"

SPEC: dict[str, Any] = {
    "name": "parcel_desk",
    "version": "1.2.0",
    "description": 'Route a message of the "parcel desk", with a refund where one is due.',
    "instructions": "Read the message, then route it.",
    "input": {
        "type": "object",
        "additionalProperties": False,
        "required": ["message", "lines"],
        "properties": {
            "message": {
                "type": "string",
                "maxLength": 500,
                "description": "What they\nwrote; type: free text",
            },
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["sku", "price"],
                    "properties": {
                        "sku": {"type": "string"},
                        "price": {"type": "string", "format": "decimal"},
                    },
                },
            },
            "limit": {"type": ["string", "null"], "format": "decimal"},
            "customer-id": {"type": "integer"},
        },
    },
    "output": {"queue": ["refunds", "returns", "desk"], "total": "decimal"},
    "steps": [
        {
            "id": "read_message",
            "kind": "code",
            "instructions": "Find the topic, and the sum of the lines.",
            "takes": ["message", "lines"],
            "output": {"topic": ["refund", "return", "other"], "total": "decimal"},
        },
        {
            "id": "route",
            "kind": "rule",
            "rules": [
                {"when": "limit != null and total > limit", "abstain": 'above the "limit"'},
                {"when": "topic == 'refund' and total >= 0.5", "then": {"queue": "refunds"}},
                {"when": "topic == 'return'", "then": {"queue": "returns"}},
                {"otherwise": {"queue": "desk"}},
            ],
        },
    ],
    "compliance": ["audit_trail"],
    "limits": {"case_seconds": 5.0},
    "examples": [
        {
            "input": {
                "message": "Refund please",
                "lines": [{"sku": "a", "price": "0.20"}, {"sku": "b", "price": "0.30"}],
            },
            "output": {"queue": "refunds", "total": "0.50"},
        },
        {
            "input": {"message": "refund", "lines": [{"sku": "a", "price": "9"}], "limit": "5.00"},
            "abstain": True,
        },
    ],
    "tests": [
        {
            "input": {"message": "I send it back", "lines": [], "customer-id": 7},
            "output": {"queue": "returns", "total": "0.00"},
        }
    ],
}
REPLY = '''```python
from decimal import Decimal
from compiled_ai.modules.numbers import format_decimal
from compiled_ai.modules.text import has_phrase

_CUES: dict[str, Literal["refund", "return"]] = {"refund": "refund", "money back": "refund", "send it back": "return"}

def _topic(message: str) -> Literal["refund", "return", "other"]:
    """The topic of a message."""
    for cue, topic in _CUES.items():
        if has_phrase(message, cue):
            return topic
    return "other"

def read_message(data: ReadMessageInput) -> ReadMessageOutput:
    """Find the topic, and the sum of the lines."""
    total = sum((Decimal(line["price"]) for line in data["lines"]), Decimal(0))
    return {"topic": _topic(data["message"]), "total": format_decimal(total, 2)}
```'''

STRING: JsonObject = {"type": "string"}
SHAPES: JsonObject = {
    "text": STRING,
    "number": {"type": "number"},
    "list": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    "str": {"type": ["string", "null"]},
    "int": {"type": ["integer", "number", "boolean", "null"]},
    "id": {"enum": ["it's", 'a "b"', "a\nb", "\u202e"]},
    "type": {"enum": [1, True, None, "a"]},
    "floats": {"enum": [0.5, 1, "a"]},
    "none": {"enum": []},
    "constant": {"const": "x"},
    "open": {},
    "map": {"type": "object"},
    "a_b": {"type": "object", "properties": {"x": STRING}},
    "aB": {"type": "object", "required": ["y"], "properties": {"y": {"type": "integer"}}},
    "lines": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"p": STRING, "deep": {"type": "object", "properties": {"class": STRING}}},
        },
    },
    "lines_item": {"type": "object", "properties": {"q": STRING}},
    "either": {"type": ["object", "array", "null"], "properties": {"r": STRING}, "items": STRING},
    "node": {"$ref": "#/$defs/node"},
    "nodes": {"type": "array", "items": {"$ref": "#/$defs/node"}},
    "described": {
        "type": "string",
        "description": 'a "quote"\n# noqa: and type: ignore \u200b\x07',
        "pattern": "^a\n$",
    },
}
NODE: JsonObject = {
    "type": "object",
    "required": ["value"],
    "properties": {"value": STRING, "next": {"$ref": "#/$defs/node"}},
}
NAMES: JsonObject = dict.fromkeys(("class", "a b", "it's", 'a"b', "a\nb", "größe", "__x", "None", ""), STRING)


class Bench(Protocol):
    """The fixture in conftest.py."""

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any) -> CompilationResult: ...


@pytest.fixture
def result(bench: Bench) -> CompilationResult:
    """A task with a code step and a decision table, compiled."""
    return bench.compile(bench.spec(**SPEC), REPLY)


def test_the_file_is_the_golden_one(result: CompilationResult) -> None:
    """To renew the golden file, write `source` into it and read the difference."""
    source = result.artifact.source.replace(f"compiled-ai {__version__}", "compiled-ai VERSION")
    assert source == GOLDEN.read_text(encoding="utf-8")


def test_the_golden_file_runs(result: CompilationResult) -> None:
    workflow = LoadedWorkflow(result.artifact)
    lines: Any = [{"sku": "a", "price": "0.10"}, {"sku": "b", "price": "0.20"}]
    assert workflow.run({"message": "money back", "lines": lines}).output == {
        "queue": "desk",
        "total": "0.30",
    }
    assert workflow.run({"message": "x", "lines": lines, "limit": "0.3"}).output == {
        "queue": "desk",
        "total": "0.30",
    }
    assert workflow.run({"message": "x", "lines": lines, "limit": "0.29"}).reason == 'above the "limit"'


@pytest.mark.parametrize("side", ["input", "output"])
def test_types_of_every_shape_pass_the_checkers(side: str, cache_dir: Path) -> None:
    shapes: JsonObject = {
        "type": "object",
        "required": ["text", "a_b", "node"],
        "properties": SHAPES,
        "$defs": {"node": NODE},
    }
    names: JsonObject = {"type": "object", "required": ["class"], "properties": NAMES}
    first, second = (shapes, names) if side == "input" else (names, shapes)
    types = ActivityTypes(step_id="run", input_schema=first, output_schema=second)
    header = Header(name="run", version="1.0.0", description="Run.", compiler="0", spec_digest="s1:0")
    read = 'data["a_b"].get("x", "") + data["node"]["value"]' if side == "input" else 'data["class"]'
    body = (
        f'{types.signature}\n    """Run."""\n    text: str = {read}\n    abstain("no" if text else "nothing")'
    )
    source = format_source(assemble(header, [types], [body]))
    reports = (check_security(source), check_syntax(source, cache_dir=cache_dir))
    assert [finding for report in reports for finding in report.findings] == []
