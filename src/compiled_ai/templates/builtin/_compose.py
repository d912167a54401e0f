"""Putting rendered functions together: imports found from the names they use, and typed access to checked parameters."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import SchemaProblem, expand_object, place_text
from compiled_ai.templates.rendering import Rendering, require_free_name

_HOMES: dict[str, tuple[str, ...]] = {
    "collections.abc": ("Callable",),
    "datetime": ("date", "timedelta"),
    "typing": ("cast",),
    "compiled_ai.modules.dates": (
        "add_days", "add_months", "find_dates", "find_durations", "find_times", "parse_date", "parse_time",
    ),
    "compiled_ai.modules.identifiers": ("find_cards", "find_emails", "find_ibans", "find_ssns", "find_urls"),
    "compiled_ai.modules.matching": ("similarity", "token_sort_ratio"),
    "compiled_ai.modules.money": ("currency_code", "find_money", "parse_money"),
    "compiled_ai.modules.numbers": (
        "find_numbers", "format_decimal", "numbers_with_unit", "parse_integer", "parse_number", "round_half_up", "to_decimal",
    ),
    "compiled_ai.modules.phones": ("find_phones",),
    "compiled_ai.modules.text": (
        "best_label", "between", "clean", "find_phrases", "find_quoted", "fold", "has_phrase", "is_self_corrected",
        "labelled_value", "nearest_cue", "score_labels", "title_case", "words",
    ),
    "compiled_ai.modules.units": ("convert as in_unit",),
}  # fmt: skip
"""The names that rendered code may use without a word about where they come from."""


def _bound(name: str) -> str:
    """The name under which an import binds what `_HOMES` lists."""
    return name.rpartition(" as ")[2]


def compose(*blocks: str) -> str:
    """The source of `blocks` (constants and functions) under the imports that they need."""
    code = "\n\n\n".join(block.strip("\n") for block in blocks if block.strip())
    tree = ast.parse(code)
    bound = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - bound
    lines = ["import re"] if "re" in used else []
    for module, names in _HOMES.items():
        wanted = [name for name in names if _bound(name) in used]
        if wanted:
            lines.append(f"from {module} import {', '.join(wanted)}")
    return "\n".join([*lines, "", "", code])


def activity(
    values: JsonObject,
    blocks: Sequence[str],
    *,
    takes: Mapping[str, JsonValue],
    gives: Mapping[str, JsonValue],
) -> Rendering:
    """The rendering of an activity called ``values["step"]`` from `blocks`.

    Args:
        values: The parameters.
        blocks: Constants and functions, the activity's own function last.
        takes: Input fields, each with its schema.
        gives: Output fields, each with its schema.
    """
    name = require_free_name(str(values["step"]), parameter="step")
    if name == "re" or any(name == _bound(other) for names in _HOMES.values() for other in names):
        raise refuse("step", f"'{name}' is a function that the code may call; choose another name")
    return Rendering(
        kind="activity",
        name=name,
        text=compose(*blocks),
        input_schema=object_schema(takes),
        output_schema=object_schema(gives),
    )


def object_schema(fields: Mapping[str, JsonValue]) -> JsonObject:
    """A closed object schema; a field that may be null may also be left out."""
    needed: list[JsonValue] = [name for name, schema in fields.items() if not is_nullable(schema)]
    return {"type": "object", "additionalProperties": False, "required": needed, "properties": {**fields}}


MAX_BRANCHES = 8
"""Branches of one function, so that its cyclomatic complexity stays below 10, the limit of the syntax stage."""


def chunks(parts: Sequence[tuple[int, list[str]]], *, room: int = MAX_BRANCHES) -> list[list[list[str]]]:
    """Lines of code divided among functions: each part comes with its branches, and no function has more than `room`."""
    groups: list[list[list[str]]] = [[]]
    spent = 0
    for cost, lines in parts:
        if groups[-1] and spent + cost > room:
            groups.append([])
            spent = 0
        groups[-1].append(lines)
        spent += cost
    return groups


def ordinal(number: int) -> str:
    """1 as "1st", 2 as "2nd"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in {11, 12, 13} else "th"
    return f"{number}{ending}"


def is_nullable(schema: JsonValue) -> bool:
    """Whether a field of that schema may be null, and so left out."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    return isinstance(kinds, list) and "null" in kinds


def nullable(schema: JsonObject) -> JsonObject:
    """`schema`, or null."""
    kinds = schema["type"]
    return schema if isinstance(kinds, list) else {**schema, "type": [kinds, "null"]}


def expanded(values: JsonObject, parameter: str) -> JsonObject:
    """The object schema that a parameter gives in shorthand.

    Raises:
        InputError: it is none.
    """
    try:
        return expand_object(obj(values[parameter]))
    except SchemaProblem as problem:
        place = place_text((parameter, *problem.place))
        raise InputError(f"parameter '{place}': {problem.message}", field=place) from problem


def obj(value: JsonValue) -> JsonObject:
    """`value`, which the schema of the parameters makes an object."""
    assert isinstance(value, dict)
    return value


def strings(value: JsonValue) -> list[str]:
    """`value`, which the schema of the parameters makes a list of texts."""
    assert isinstance(value, list)
    return [str(item) for item in value]


def objects(value: JsonValue) -> list[JsonObject]:
    """`value`, which the schema of the parameters makes a list of objects."""
    assert isinstance(value, list)
    return [obj(item) for item in value]


def refuse(parameter: str, message: str) -> InputError:
    """The error for a parameter that contradicts another or itself."""
    return InputError(f"parameter '{parameter}': {message}", field=parameter)
