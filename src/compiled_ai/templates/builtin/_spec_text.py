"""Spec skeletons: the parameters that workflow templates share, and specs as YAML text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from compiled_ai.errors import InputError, SpecError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import parse_spec
from compiled_ai.templates.builtin._compose import expanded, objects
from compiled_ai.templates.builtin._parameters import (
    STEP_PATTERN,
    choice,
    closed,
    number,
    phrases,
    schema_of,
    text,
    whole,
)
from compiled_ai.templates.rendering import Rendering

if TYPE_CHECKING:
    from compiled_ai.spec.model import Spec

_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_ ./()?]*[A-Za-z0-9_.)?])?")
"""Texts that every YAML reader takes for texts, unless they are one of the words below."""
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


class _Dumper(yaml.SafeDumper):
    """A dumper that puts every text in quotes which some reader of YAML could take for something else."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write everything out: specs are read by people."""
        return True


def _text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS
    has_lines = "\n" in value and value.isprintable() is False and value.replace("\n", "").isprintable()
    style = None if is_plain else "|" if has_lines and not value.startswith((" ", "\n")) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text_node)


def to_yaml(value: JsonObject, *, comments: Sequence[str] = ()) -> str:
    """`value` as YAML that reads back as the same data, below `comments`."""
    body = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return "".join(f"# {line}\n" for line in comments) + body


_CASE = closed(
    {"input": {"type": "object"}},
    {
        "output": {"type": "object", "description": "The right answer."},
        "abstain": {"const": True, "description": "Declining is right."},
        "given": {"type": "object", "description": "Outputs of bounded steps, by step."},
        "note": text("Anything worth remembering."),
    },
)
_STEP = closed(
    {
        "id": {
            "type": "string",
            "pattern": STEP_PATTERN,
            "description": "A verb phrase, such as read_order.",
        },
        "instructions": text("What the step does."),
    },
    {
        "takes": phrases("Fields that it reads; all in scope when left out.", at_least=1),
        "output": schema_of("Fields that it adds; the output of the whole when left out."),
    },
)
STEPS: JsonObject = {
    "type": "array",
    "items": _STEP,
    "maxItems": 10,
    "description": "Steps in order; the compiler plans when left out.",
}
TASK: dict[str, JsonObject] = {
    "name": {"type": "string", "pattern": STEP_PATTERN, "description": "Name of the spec."},
    "description": text("One sentence: what the task is."),
    "instructions": {
        "type": "string", "minLength": 1, "maxLength": 20_000, "description": "What to do, and what to decline.",
    },
    "input": schema_of("Input fields."),
    "output": schema_of("Output fields."),
    "examples": {
        "type": "array", "items": _CASE, "minItems": 1, "maxItems": 500, "description": "Cases that the coder may see.",
    },
}  # fmt: skip
"""The parameters that every workflow template needs."""


def bounds(*, seconds: float, executions: int | None = None) -> dict[str, JsonObject]:
    """The parameters with which a skeleton is bounded. `seconds`: wall time of one case, unless the author says another."""
    return {
        "case_seconds": number("Wall time of one case, in seconds.", seconds, low=0.01, high=60),
        "threshold": number("Least share of right answers.", 0.9, high=1),
        "max_wrong": number("Greatest share of answers that are wrong without saying so.", 0.05, high=1),
        "tokens": whole("Tokens of one compilation.", 12_000, low=500, high=1_000_000),
        "expected_executions": whole("Runs a month.", executions, low=1, high=10**12),
        "compliance": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "default": [],
            "description": "Compliance blocks that apply.",
        },
    }


FALLBACK: dict[str, JsonObject] = {
    "fallback": choice("What answers when code declines.", ["abstain", "model"], "abstain"),
    "fallback_seconds": number("Wall time of a model's answer.", 30, low=0.1, high=600),
    "fallback_tokens": whole("Tokens of a model's answer, prompt included.", 2_000, low=100, high=1_000_000),
}


def spec_of(values: JsonObject, *, steps: Sequence[JsonValue] = (), **changed: JsonValue) -> JsonObject:
    """The document of a spec in the order in which people read it; `changed` replaces what `values` says."""
    given: JsonObject = {**values, **changed}
    spec: JsonObject = {key: given[key] for key in ("name", "description", "instructions", "input", "output")}
    if steps:
        spec["steps"] = [*steps]
    if given["compliance"]:
        spec["compliance"] = given["compliance"]
    spec["examples"] = given["examples"]
    spec["accuracy"] = {"threshold": given["threshold"], "max_wrong": given["max_wrong"]}
    policy = given.get("fallback", "abstain")
    spec["fallback"] = {"policy": policy}
    if policy == "model":
        spec["fallback"] = {
            "policy": policy,
            "timeout_seconds": given["fallback_seconds"],
            "max_tokens": given["fallback_tokens"],
        }
    spec["limits"] = {"tokens": given["tokens"], "case_seconds": given["case_seconds"]}
    if given.get("expected_executions") is not None:
        spec["expected_executions"] = given["expected_executions"]
    return spec


def spec_rendering(document: JsonObject, comments: Sequence[str]) -> Rendering:
    """`document` as YAML, after loading it as a spec.

    Raises:
        InputError: the spec would be refused; says why.
    """
    written = to_yaml(document, comments=comments)
    spec = _parsed(written)
    return Rendering(
        kind="spec",
        name=spec.name,
        text=written,
        input_schema=spec.input_schema,
        output_schema=spec.output_schema,
    )


def _parsed(written: str) -> Spec:
    try:
        return parse_spec(written, path=Path("skeleton.yaml"))
    except SpecError as error:
        lines = written.split("\n")
        problems = "; ".join(
            f"{problem.message} (at: {lines[problem.line - 1].strip()[:60]})"
            for problem in error.problems[:5]
        )
        raise InputError(f"the spec that these parameters make is refused: {problems}") from error


def code_steps(values: JsonObject) -> list[JsonValue]:
    """The parameter ``steps`` as code steps."""
    steps = values.get("steps")
    return [{"id": step["id"], "kind": "code", **step} for step in objects(steps)] if steps else []


def shorthand(values: JsonObject, parameter: str) -> Mapping[str, JsonValue]:
    """The fields that a parameter declares, each with its JSON Schema.

    Raises:
        InputError: it declares none.
    """
    fields = expanded(values, parameter).get("properties")
    if not isinstance(fields, dict) or not fields:
        raise InputError(f"parameter '{parameter}': it names no fields", field=parameter)
    return fields
