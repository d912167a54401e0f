"""The specs under examples/, and the JSON Schema that editors check specs with."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from compiled_ai.spec import load_spec
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.document import spec_json_schema
from compiled_ai.spec.load import load_cases
from compiled_ai.spec.yaml_source import parse_yaml

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").rglob("*.yaml"))
GOOD: dict[str, JsonValue] = {
    "name": "demo", "description": "A demo.", "instructions": "Do it.", "input": {"text": "string"}, "output": {"label": ["x"]},
    "examples": [{"input": {"text": "a"}, "output": {"label": "x"}}],
}  # fmt: skip


def accepts(data: JsonValue) -> bool:
    return bool(jsonschema_rs.Draft202012Validator(spec_json_schema()).is_valid(data))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_loaded_with_its_tests_and_its_held_out_cases(path: Path) -> None:
    spec = load_spec(path)
    assert spec.tests
    folder = path.parent / f"{parse_tests_file(path)}"
    heldout = folder.with_name("heldout.jsonl")
    assert heldout.exists()
    assert load_cases(heldout, spec)


def parse_tests_file(path: Path) -> str:
    data = parse_yaml(path.read_text(encoding="utf-8"), path=path).data
    assert isinstance(data, dict)
    tests = data["tests"]
    assert isinstance(tests, dict)
    return str(tests["file"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_schema_accepts_the_example(path: Path) -> None:
    assert accepts(parse_yaml(path.read_text(encoding="utf-8"), path=path).data)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_names_the_schema_for_editors(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == ROOT / "docs" / "spec.schema.json"


def test_schema_is_a_valid_json_schema() -> None:
    schema = spec_json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize(
    "change",
    [
        {"nmae": "x"},
        {"name": "Demo"},
        {"version": "1"},
        {"description": " "},
        {"examples": []},
        {"examples": [{"input": {}, "outptu": {}}]},
        {"tests": []},
        {"tests": "cases.jsonl"},
        {"steps": [{"id": "s", "kind": "coed", "instructions": "x"}]},
        {"steps": [{"id": "s", "kind": "rule"}]},
        {"accuracy": {"threshold": 2}},
        {"compliance": ["hippa"]},
        {"fallback": {"policy": "moon"}},
    ],
    ids=str,
)
def test_schema_refuses_what_the_loader_refuses(change: dict[str, JsonValue]) -> None:
    assert accepts(GOOD)
    assert not accepts({**GOOD, **change})


@pytest.mark.parametrize("key", sorted(GOOD))
def test_schema_needs_every_key_that_the_loader_needs(key: str) -> None:
    assert not accepts({name: value for name, value in GOOD.items() if name != key})


def test_checked_in_copy_is_up_to_date() -> None:
    """Write it anew with: compiled-ai schema --out docs/spec.schema.json."""
    text = (ROOT / "docs" / "spec.schema.json").read_text(encoding="utf-8")
    assert text == json.dumps(spec_json_schema(), indent=2) + "\n"
