"""What schemas say about values on their way from step to step: their types, their list of values, what an item is."""

from __future__ import annotations

import ast
import operator

from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.flow import case_text
from compiled_ai.spec.schema import properties_of

_ALL = frozenset(("string", "number", "integer", "boolean", "object", "array", "null"))
_MOST_REFERENCES = 20


def with_definitions(schema: JsonObject) -> dict[str, JsonValue]:
    """The fields of an object schema, each with the definitions that it may refer to."""
    properties = properties_of(schema)
    if "$defs" not in schema:
        return properties
    return {
        name: {"$defs": schema["$defs"], **child} if isinstance(child, dict) else child
        for name, child in properties.items()
    }


def resolved(schema: JsonValue) -> JsonObject:
    """`schema` with a reference at its top followed; empty, which is anything, where it leads elsewhere."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(schema, dict):
            return {}
        reference = schema.get("$ref")
        if reference is None:
            return schema
        definitions = schema.get("$defs")
        name = str(reference).removeprefix("#/$defs/")
        if not isinstance(definitions, dict) or not isinstance(definitions.get(name), dict):
            return {}
        schema = {"$defs": definitions, **definitions[name]}  # type: ignore[dict-item]  # checked above
    return {}


def types_of(schema: JsonValue) -> frozenset[str]:
    """The JSON types that a value may have; all of them where the schema does not say."""
    known = resolved(schema)
    kinds = known.get("type")
    if isinstance(kinds, str):
        return frozenset((kinds, "integer") if kinds == "number" else (kinds,))
    if isinstance(kinds, list):
        named = frozenset(map(str, kinds))
        return named | {"integer"} if "number" in named else named
    values = values_of(known)
    return frozenset(map(_type_of, values)) if values is not None else _ALL


def values_of(schema: JsonValue) -> tuple[JsonValue, ...] | None:
    """The values that a schema lists, a boolean's too; None when it does not."""
    known = resolved(schema)
    listed = known.get("enum")
    if isinstance(listed, list):
        return tuple(listed)
    if "const" in known:
        return (known["const"],)
    kinds = known.get("type")
    if kinds == "boolean":
        return (True, False)
    return (True, False, None) if isinstance(kinds, list) and set(kinds) == {"boolean", "null"} else None


def _type_of(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    names = {str: "string", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


def never_fit(given: JsonValue, wanted: JsonValue) -> bool:
    """Whether no value of `given` can be one of `wanted`; False where the schemas leave it open. Both may be null: that is no fit."""
    types, others = types_of(given) - {"null"}, types_of(wanted) - {"null"}
    if not types or not others:
        return False
    if not types & others:
        return True
    values, allowed = values_of(given), values_of(wanted)
    if values is not None and allowed is not None:
        return not {canonical_json(value) for value in values} & {canonical_json(value) for value in allowed}
    if types == others == {"array"}:
        return never_fit(items_of(given), items_of(wanted))
    return False


def items_of(schema: JsonValue) -> JsonValue:
    """The schema of a list's items; empty, which is anything, where it does not say."""
    known = resolved(schema)
    items = known.get("items")
    if not isinstance(items, dict) or "prefixItems" in known:
        return {}
    return {"$defs": known["$defs"], **items} if "$defs" in known else items


def list_of(schema: JsonValue, *, may_miss: bool) -> JsonObject:
    """The schema of a list of such values, with null among them where one `may_miss`."""
    if may_miss and "null" not in types_of(schema):
        return {"type": "array", "items": {"anyOf": [schema, {"type": "null"}]}}
    return {"type": "array", "items": schema}


def keys_of(schema: JsonValue, *, may_miss: bool) -> tuple[str, ...] | None:
    """The case texts that a value can have; None when any text can be."""
    values = values_of(schema)
    if values is None:
        return None
    return tuple(dict.fromkeys(map(case_text, (*values, None) if may_miss else values)))


def words_of(schema: JsonValue) -> str:
    """The types of a schema in words, for messages."""
    values = values_of(schema)
    if values is not None and types_of(schema) - {"boolean", "null"}:
        return f"one of {', '.join(map(case_text, values))}"
    types = types_of(schema)
    if types == _ALL:
        return "of any type"
    return " or ".join(sorted(types - {"integer"} if "number" in types else types))


_TESTS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Is: operator.eq, ast.IsNot: operator.ne,
}  # fmt: skip


def constant_of(node: ast.expr) -> bool | None:
    """Whether a condition holds whatever the values are, or never does; None when it depends on them, as far as can be seen."""
    match node:
        case ast.Constant():
            return bool(node.value)
        case ast.UnaryOp(op=ast.Not()):
            inner = constant_of(node.operand)
            return None if inner is None else not inner
        case ast.BoolOp():
            decides = isinstance(node.op, ast.Or)
            parts = [constant_of(part) for part in node.values]
            if decides in parts:
                return decides
            return None if None in parts else not decides
        case ast.Compare(left=ast.Constant(), ops=[test], comparators=[ast.Constant()]) if (
            type(test) in _TESTS
        ):
            return _compared(node, _TESTS[type(test)])
        case _:
            return None


def _compared(node: ast.Compare, test: object) -> bool | None:
    left, right = node.left, node.comparators[0]
    assert isinstance(left, ast.Constant) and isinstance(right, ast.Constant) and callable(test)  # noqa: PT018 - as matched
    try:
        return bool(test(left.value, right.value))
    except TypeError:  # such as 1 < "a", which the validation tells
        return None
