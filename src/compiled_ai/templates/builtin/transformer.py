"""``transformer``: reshape structured data by paths."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of
from compiled_ai.templates.activities import TRANSFORMER
from compiled_ai.templates.builtin._compose import activity, expanded, is_nullable, obj, object_schema, refuse
from compiled_ai.templates.builtin._parameters import (
    FIELD_PATTERN,
    Builder,
    answers,
    fields_of,
    parameters,
    schema_of,
    step,
)
from compiled_ai.templates.rendering import Rendering, signature
from compiled_ai.templates.typed_dicts import class_name

_PATH = FIELD_PATTERN.rstrip("$") + r"(\[\])?(\.[A-Za-z][A-Za-z0-9_]{0,62}(\[\])?){0,6}$"
_SOURCE: JsonObject = {
    "anyOf": [
        {"type": "string", "pattern": _PATH, "description": "A path, such as customer.name or lines[].sku."},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["constant"],
            "properties": {"constant": {"type": ["string", "integer", "boolean"]}},
        },
        fields_of(
            "A nested object, built of paths and constants.",
            {"anyOf": [{"type": "string", "pattern": _PATH}]},
        ),
    ]
}
PARAMETERS = parameters(
    {
        "input": schema_of("The record that comes in, nested objects and lists written out."),
        "fields": fields_of(
            "Output fields, and for each the path that it is taken from, `{constant: value}`, or a nested object of paths. `lines[].sku` is a list: the sku of every line.",
            _SOURCE,
        ),
    },
    {"step": step("reshape")},
)


def render(values: JsonObject) -> Rendering:
    """One expression a field."""
    schema = expanded(values, "input")
    takes = properties_of(schema)
    name = str(values["step"])
    gives: dict[str, JsonValue] = {}
    before, entries = [], []
    used: set[str] = set()
    for key, source in obj(values["fields"]).items():
        if isinstance(source, dict) and source.keys() != {"constant"}:
            parts = {
                inner: _source(path, schema, used, f"fields.{key}.{inner}") for inner, path in source.items()
            }
            gives[key] = object_schema({inner: found for inner, (_, found) in parts.items()})
            built = ", ".join(f"{inner!r}: {code}" for inner, (code, _) in parts.items())
            before.append(f"    part_{key}: {class_name(name)}Output{class_name(key)} = {{{built}}}")
            entries.append(f"{key!r}: part_{key}")
        else:
            code, gives[key] = _source(source, schema, used, f"fields.{key}")
            entries.append(f"{key!r}: {code}")
    lines = [
        signature(name),
        '    """The record in its new shape."""',
        *before,
        f"    return {{{', '.join(entries)}}}",
    ]
    return activity(
        values,
        ["\n".join(lines)],
        takes={key: value for key, value in takes.items() if key in used},
        gives=gives,
    )


def _source(source: JsonValue, schema: JsonObject, used: set[str], parameter: str) -> tuple[str, JsonValue]:
    """The expression of a path or constant, and the schema of what it gives."""
    if isinstance(source, dict):
        value = source["constant"]
        return repr(value), {"const": value}
    path = str(source)
    used.add(path.replace("[]", "").partition(".")[0])
    return _walk("data", path.split("."), schema, parameter)


def _walk(code: str, parts: list[str], schema: JsonObject, parameter: str) -> tuple[str, JsonValue]:
    head, rest = parts[0], parts[1:]
    name = head.removesuffix("[]")
    fields = properties_of(schema)
    if name not in fields:
        known = ", ".join(fields) or "no fields"
        raise refuse(parameter, f"there is no '{name}' here; known are {known}")
    child = fields[name]
    loose = is_nullable(child)
    if loose and (rest or head.endswith("[]")):
        raise refuse(
            parameter, f"'{name}' may be null, so nothing can be taken out of it; that is work for code"
        )
    code = f"{code}.get({name!r})" if loose else f"{code}[{name!r}]"
    if head.endswith("[]"):
        return _each(code, name, rest, child, parameter)
    return (
        _walk(code, rest, _object(child, name, parameter), parameter)
        if rest
        else (code, _plain(child, parameter))
    )


def _each(code: str, name: str, rest: list[str], child: JsonValue, parameter: str) -> tuple[str, JsonValue]:
    items = child.get("items") if isinstance(child, dict) else None
    if not isinstance(child, dict) or child.get("type") != "array" or not rest:
        raise refuse(parameter, f"'{name}[]' needs a list of objects and a field of them")
    element = f"{name}_item"
    inner, schema = _walk(element, rest, _object(items, name, parameter), parameter)
    return f"[{inner} for {element} in {code}]", {"type": "array", "items": schema}


def _object(schema: JsonValue, name: str, parameter: str) -> JsonObject:
    if not isinstance(schema, dict) or not properties_of(schema):
        raise refuse(parameter, f"'{name}' has no fields that a path could go on to")
    return schema


def _plain(schema: JsonValue, parameter: str) -> JsonValue:
    """`schema`, if it holds no objects: those have types of their own on both sides and are built field by field."""
    items = schema.get("items") if isinstance(schema, dict) else None
    if (isinstance(schema, dict) and properties_of(schema)) or (
        isinstance(items, dict) and properties_of(items)
    ):
        raise refuse(parameter, "the path ends at an object; name the fields that are wanted of it")
    return schema


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=TRANSFORMER.functions,
    guidance=TRANSFORMER.guidance,
    example={
        "input": {
            "id": "integer",
            "customer": {"name": "string", "address": {"city": "string", "zip": "string"}},
            "lines": {
                "type": "array",
                "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}},
            },
            "note": "string?",
        },
        "fields": {
            "order_id": "id",
            "customer_name": "customer.name",
            "place": {"town": "customer.address.city", "postcode": "customer.address.zip"},
            "skus": "lines[].sku",
            "remark": "note",
            "channel": {"constant": "web"},
        },
    },
    trials=(
        answers(
            {
                "id": 7,
                "customer": {"name": "Ann", "address": {"city": "Bonn", "zip": "53111"}},
                "lines": [{"sku": "A"}, {"sku": "B"}],
            },
            {
                "order_id": 7,
                "customer_name": "Ann",
                "place": {"town": "Bonn", "postcode": "53111"},
                "skus": ["A", "B"],
                "remark": None,
                "channel": "web",
            },
        ),
    ),
)
