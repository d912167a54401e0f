"""From BFCL's functions to specs of ours."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Sequence
from pathlib import Path

import yaml

from compiled_ai.bench.bfcl.source import BfclFunction
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import parse_spec
from compiled_ai.spec.model import Spec

_TYPES: dict[str, str | None] = {"dict": "object", "float": "number", "tuple": "array", "any": None}
_KEPT = ("description", "enum", "minimum", "maximum")
_ODD = re.compile(r"\W+")
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The one in C is ten times as fast; there are thousands of tasks."""


def json_schema_of(document: JsonObject) -> JsonObject:
    """`document`, a type in BFCL's words, as JSON Schema. Objects are closed where their properties are known."""
    kind = document.get("type")
    name = _TYPES.get(kind, kind) if isinstance(kind, str) else None
    schema: JsonObject = {key: document[key] for key in _KEPT if document.get(key) not in (None, "", [])}
    choices = schema.get("enum")
    if name == "array":
        schema.pop("enum", None)
        items = document.get("items")
        schema["items"] = json_schema_of(items) if isinstance(items, dict) and items else {}
        if choices:  # BFCL lists there what the items may be
            schema["items"] = {"enum": choices}
    if name is not None and "enum" not in schema:
        schema["type"] = name
    default = _default_of(document, name)
    if default is not None and name != "array":
        schema["default"] = default
    properties = document.get("properties")
    if name == "object" and isinstance(properties, dict) and properties:
        schema |= _object_schema(properties, document.get("required"))
    return schema


def _default_of(document: JsonObject, name: str | None) -> JsonValue:
    """The default where it is of the type that is named; BFCL writes some as texts ("false"). None without one."""
    default = document.get("default")
    kinds: dict[str | None, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    if name == "boolean" and isinstance(default, str):
        default = {"true": True, "false": False}.get(default.lower())
    is_fit = isinstance(default, kinds.get(name, ())) and (name == "boolean") == isinstance(default, bool)
    return default if is_fit and default != "" else None


def _object_schema(properties: JsonObject, required: JsonValue) -> JsonObject:
    return {
        "additionalProperties": False,
        "required": [name for name in required if name in properties] if isinstance(required, list) else [],
        "properties": {
            name: json_schema_of(child) for name, child in properties.items() if isinstance(child, dict)
        },
    }


def spec_name(function: str) -> str:
    """A workflow's name for `function`."""
    name = _ODD.sub("_", function).strip("_").lower()[:60] or "call"
    return f"call_{name}" if keyword.iskeyword(name) or not name[0].isalpha() else name


def function_spec(
    function: BfclFunction,
    *,
    examples: Sequence[tuple[str, JsonObject | None]] = (),
    tests: Sequence[tuple[str, JsonObject | None]] = (),
    limits: JsonObject | None = None,
) -> Spec:
    """A spec that turns a request into the parameters of `function`; None as expected output means to decline.

    Raises:
        SpecError: an example does not fit the function's parameters.
    """
    schema = json_schema_of(function.parameters)
    schema.setdefault("additionalProperties", False)
    document: JsonObject = {
        "name": spec_name(function.name),
        "version": "1.0.0",
        "description": f"Turn a request into the parameters of the function {function.name}.",
        "instructions": function_instructions(function),
        "input": {"request": "string"},
        "output": schema,
        "accuracy": {"evaluator": "text", "threshold": 0.5, "max_wrong": 0.0},
    }
    for key, cases in (("examples", examples), ("tests", tests)):
        if cases:
            document[key] = [_case_of(request, output) for request, output in cases]
    if limits:
        document["limits"] = limits
    return parse_spec(yaml_text(document), path=Path(f"{document['name']}.yaml"))


def yaml_text(document: JsonObject) -> str:
    """`document` as YAML, in its order."""
    return str(yaml.dump(document, Dumper=_DUMPER, sort_keys=False, allow_unicode=True))


def function_instructions(function: BfclFunction) -> str:
    """What a model is told to do with a request for `function`."""
    return f"{function.name}: {function.description} {_TASK}"


_TASK = (
    "Give each parameter that the request states, in the form that its description asks for; leave optional ones out where the request does "
    "not state them. Decline when a required one is missing or contested, or when the request asks for something else or for more than one call."
)


def _case_of(request: str, output: JsonObject | None) -> JsonValue:
    if output is None:
        return {"input": {"request": request}, "abstain": True}
    return {"input": {"request": request}, "output": output}


def first_answer(accepted: JsonObject, required: Collection[str] = ()) -> JsonObject:
    """The first acceptable value of each parameter in BFCL's form, without those that may be left out and are not `required`."""
    chosen: JsonObject = {}
    for name, values in accepted.items():
        stated = [value for value in values if value != ""] if isinstance(values, list) else []
        may_be_left_out = isinstance(values, list) and "" in values and name not in required
        if stated and not may_be_left_out:
            chosen[name] = plain_value(stated[0])
    return chosen


def plain_value(value: JsonValue) -> JsonValue:
    """An acceptable value without BFCL's lists of alternatives inside of objects."""
    if isinstance(value, dict):  # nested: each field has its own list of acceptable values
        return first_answer(value)
    if isinstance(value, list):
        return [plain_value(item) for item in value]
    return value
