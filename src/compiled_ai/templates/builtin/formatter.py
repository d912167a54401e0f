"""``formatter``: write a text from fields."""

from __future__ import annotations

import re

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.builtin._compose import activity, nullable, obj, refuse
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    closed,
    fields_of,
    parameters,
    step,
    whole,
)
from compiled_ai.templates.builtin._parameters import field as field_name
from compiled_ai.templates.rendering import Rendering, signature

_PLACE = re.compile(r"\{\{|\}\}|\{([A-Za-z][A-Za-z0-9_]*)\}")
_FORMS: dict[str, tuple[str, JsonObject]] = {
    "text": ("{value}", {"type": "string"}),
    "capitalized": ("{value}[:1].upper() + {value}[1:]", {"type": "string"}),
    "upper": ("{value}.upper()", {"type": "string"}),
    "integer": ("str({value})", {"type": "integer"}),
    "decimal": ("format_decimal(Decimal({value}), {places})", {"type": "string", "format": "decimal"}),
    "number": ("format_decimal(Decimal(str({value})), {places})", {"type": "number"}),
    "iso_date": ("{value}", {"type": "string", "format": "date"}),
    "long_date": ("_long_date({value})", {"type": "string", "format": "date"}),
    "list": ('", ".join({value})', {"type": "array", "items": {"type": "string"}}),
    "list_and": ("_listed({value})", {"type": "array", "items": {"type": "string"}}),
}
"""For each form how it is written, and the schema of its field."""
PARAMETERS = parameters(
    {
        "template": {
            "type": "string",
            "minLength": 1,
            "maxLength": 5_000,
            "description": "The text, with places such as {name}; {{ and }} stand for single braces.",
        },
        "fields": fields_of(
            "The fields, and how each is written.",
            closed(
                {"form": choice('`long_date` is 6 March 2026; `list_and` is "a, b and c".', [*_FORMS])},
                {
                    "places": whole("Decimals of `decimal` and `number`; 2 when left out.", high=12),
                    "missing": {
                        "type": "string",
                        "maxLength": 500,
                        "description": "What stands there when the field is null; makes it optional.",
                    },
                },
            ),
        ),
    },
    {"step": step("write_text"), "result_field": field_name("The output field.", "text")},
)
_LONG_DATE = '''
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)


def _long_date(day: str) -> str:
    """An ISO date in words: 6 March 2026."""
    return f"{int(day[8:10])} {_MONTHS[int(day[5:7]) - 1]} {day[:4]}"
'''
_LISTED = '''
def _listed(items: list[str]) -> str:
    """The items as a sentence lists them: a, b and c."""
    return " and ".join([part for part in (", ".join(items[:-1]), *items[-1:]) if part])
'''


def render(values: JsonObject) -> Rendering:
    """One text put together from fixed pieces and written fields."""
    fields = {name: obj(rule) for name, rule in obj(values["fields"]).items()}
    pieces = _pieces(str(values["template"]), fields)
    lines = [
        signature(str(values["step"])),
        '    """The text with every field in its place."""',
        "    parts = [",
    ]
    lines += [f"        {piece}," for piece in pieces]
    lines += ["    ]", f'    return {{{values["result_field"]!r}: "".join(parts)}}']
    forms = {str(rule["form"]) for rule in fields.values()}
    blocks = [_LONG_DATE if "long_date" in forms else "", _LISTED if "list_and" in forms else ""]
    blocks += [_writer(name, rule) for name, rule in fields.items() if "missing" in rule]
    takes: dict[str, JsonValue] = {}
    for name, rule in fields.items():
        schema = _FORMS[str(rule["form"])][1]
        takes[name] = nullable(schema) if "missing" in rule else schema
    return activity(
        values,
        [*blocks, "\n".join(lines)],
        takes=takes,
        gives={str(values["result_field"]): {"type": "string"}},
    )


def _pieces(template: str, fields: dict[str, JsonObject]) -> list[str]:
    pieces: list[str] = []
    fixed, position, used = "", 0, set()
    for match in _PLACE.finditer(template):
        fixed += template[position : match.start()]
        position = match.end()
        name = match[1]
        if name is None:
            fixed += match[0][0]
            continue
        if name not in fields:
            raise refuse("template", f"the place {{{name}}} is no field; fields are {', '.join(fields)}")
        pieces += [repr(fixed)] if fixed else []
        pieces.append(_written(name, fields[name]))
        fixed = ""
        used.add(name)
    fixed += template[position:]
    if set(fields) - used:
        raise refuse("fields", f"'{min(set(fields) - used)}' has no place in the template")
    return [*pieces, *([repr(fixed)] if fixed else [])]


def _written(name: str, rule: JsonObject) -> str:
    if "missing" in rule:
        return f"_write_{name}(data.get({name!r}))"
    return _code(rule, f"data[{name!r}]")


def _code(rule: JsonObject, value: str) -> str:
    code = _FORMS[str(rule["form"])][0]
    return code.replace("{value}", value).replace("{places}", str(rule.get("places", 2)))


def _writer(name: str, rule: JsonObject) -> str:
    kind = _FORMS[str(rule["form"])][1]["type"]
    types = {"string": "str", "integer": "int", "number": "float", "array": "list[str]"}
    return (
        f"def _write_{name}(value: {types[str(kind)]} | None) -> str:\n"
        f'    """The field {name}, or what stands there when it is missing."""\n'
        f"    return {rule['missing']!r} if value is None else {_code(rule, 'value')}"
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("numbers.format_decimal",),
    example={
        "template": "Dear {name},\nyour order of {items} ({total} EUR) arrives on {day}.{note} {{ref}}",
        "fields": {
            "name": {"form": "capitalized"},
            "items": {"form": "list_and"},
            "total": {"form": "decimal"},
            "day": {"form": "long_date"},
            "note": {"form": "text", "missing": ""},
        },
    },
    trials=(
        answers(
            {
                "name": "ann",
                "items": ["mugs", "tea", "a lamp"],
                "total": "12.5",
                "day": "2026-03-06",
                "note": " Ring twice.",
            },
            {
                "text": "Dear Ann,\nyour order of mugs, tea and a lamp (12.50 EUR) arrives on 6 March 2026. Ring twice. {ref}"
            },
        ),
        answers(
            {"name": "Bo", "items": ["a lamp"], "total": "3", "day": "2026-12-31"},
            {"text": "Dear Bo,\nyour order of a lamp (3.00 EUR) arrives on 31 December 2026. {ref}"},
        ),
    ),
)
