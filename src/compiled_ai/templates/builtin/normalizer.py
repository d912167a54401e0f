"""``normalizer``: bring typed values into a standard form, by one function a field."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.activities import NORMALIZER
from compiled_ai.templates.builtin._compose import activity, nullable, obj
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    closed,
    declines,
    field,
    fields_of,
    flag,
    parameters,
    step,
    whole,
)
from compiled_ai.templates.rendering import Rendering, signature

_TEXT: JsonObject = {"type": "string"}
_NUMBER: JsonObject = {"type": "string", "format": "decimal"}
_FORMS: dict[str, tuple[str, str, JsonObject]] = {
    "text": ("the text with plain quotes and single spaces", "clean(value) or None", _TEXT),
    "folded": ("the text in lower case and without accents", "fold(value) or None", _TEXT),
    "name": ("the name with a capital at each part", "title_case(value, particles=True) or None", _TEXT),
    "upper": ("the text in capitals", "clean(value).upper() or None", _TEXT),
    "digits": (
        "the digits alone",
        '"".join(sign for sign in clean(value) if sign in "0123456789") or None',
        _TEXT,
    ),
    "time": ("the time as HH:MM", "parse_time(value)", _TEXT),
    "currency": ("the ISO 4217 code", "currency_code(value)", _TEXT),
    "integer": ("the whole number", "parse_integer(value)", {"type": "integer"}),
    "date": ("the ISO date", "found.isoformat() if found else None", {"type": "string", "format": "date"}),
    "decimal": ("the exact decimal", "None if found is None else format_decimal(found, {places})", _NUMBER),
    "amount": (
        "the amount without currency",
        "None if found is None else format_decimal(found.amount, {places})",
        _NUMBER,
    ),
    "boolean": ("true for yes and false for no", "_ANSWERS.get(fold(value))", {"type": "boolean"}),
}
"""For each form: what it is, how it is read (None: it cannot be), and its schema."""
_FOUND = {
    "date": "    found = parse_date(value, day_first={day_first!r})\n",
    "decimal": "    found = parse_number(value)\n",
    "amount": "    found = parse_money(value)\n",
}
_ANSWERS = """\
_ANSWERS: dict[str, bool] = {
    "yes": True, "y": True, "true": True, "1": True, "on": True, "no": False, "n": False, "false": False, "0": False, "off": False,
}"""
_TYPES = {"integer": "int", "boolean": "bool"}

PARAMETERS = parameters(
    {
        "fields": fields_of(
            "Output fields, and for each what it is made of.",
            closed(
                {"form": choice("Its standard form.", [*_FORMS])},
                {
                    "source": field("The input field; the same name when left out."),
                    "optional": flag(
                        "Null when it is missing or cannot be read, instead of declining.", default=False
                    ),
                    "places": whole("Decimals of `decimal` and `amount`; 2 when left out.", high=12),
                    "day_first": flag("Whether 3/4/2026 is in April.", default=True),
                },
            ),
            most=40,
        )
    },
    {"step": step("normalize")},
)


def render(values: JsonObject) -> Rendering:
    """One function for each output field."""
    fields = {name: obj(rule) for name, rule in obj(values["fields"]).items()}
    name = str(values["step"])
    blocks = [_ANSWERS] if any(rule["form"] == "boolean" for rule in fields.values()) else []
    blocks += [_reader(field_name, rule) for field_name, rule in fields.items()]
    lines = [signature(name), '    """Every field in its standard form."""', "    return {"]
    for field_name, rule in fields.items():
        source = str(rule.get("source", field_name))
        read = f"data.get({source!r})" if _is_loose(source, fields) else f"data[{source!r}]"
        lines.append(f"        {field_name!r}: _read_{field_name}({read}),")
    takes: dict[str, JsonValue] = {}
    for field_name, rule in fields.items():
        source = str(rule.get("source", field_name))
        takes[source] = nullable(_TEXT) if _is_loose(source, fields) else _TEXT
    gives: dict[str, JsonValue] = {
        field_name: nullable(schema) if rule.get("optional") else schema
        for field_name, rule in fields.items()
        for schema in [_FORMS[str(rule["form"])][2]]
    }
    return activity(values, [*blocks, "\n".join([*lines, "    }"])], takes=takes, gives=gives)


def _is_loose(source: str, fields: dict[str, JsonObject]) -> bool:
    """Whether the input field may be missing: when all that is made of it is optional."""
    users = [rule for name, rule in fields.items() if rule.get("source", name) == source]
    return all(bool(rule.get("optional")) for rule in users)


def _reader(name: str, rule: JsonObject) -> str:
    form = str(rule["form"])
    what, code, _ = _FORMS[form]
    places, day_first = rule.get("places", 2), rule.get("day_first", True)
    found = _FOUND.get(form, "").format(day_first=day_first)
    code = code.format(places=places) if "{places}" in code else code
    kind = _TYPES.get(form, "str")
    if rule.get("optional"):
        return (
            f'def _read_{name}(value: str | None) -> {kind} | None:\n    """{what.capitalize()}, or None."""\n'
            f"    if value is None:\n        return None\n{found}    return {code}"
        )
    return (
        f'def _read_{name}(value: str) -> {kind}:\n    """{what.capitalize()}; declines without one."""\n'
        f"{found}    result = {code}\n    if result is None:\n"
        f'        abstain("{name} cannot be read")\n    return result'
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=NORMALIZER.functions,
    guidance=NORMALIZER.guidance,
    example={
        "fields": {
            "customer": {"form": "name"},
            "due": {"form": "date", "source": "due_text"},
            "total": {"form": "amount", "source": "total_text"},
            "currency": {"form": "currency", "source": "currency_text", "optional": True},
            "paid": {"form": "boolean", "optional": True},
        }
    },
    trials=(
        answers(
            {
                "customer": "ANNA  van der berg",
                "due_text": "3 March 2026",
                "total_text": "$1,234.5",
                "currency_text": "euros",
                "paid": "Yes",
            },
            {
                "customer": "Anna van der Berg",
                "due": "2026-03-03",
                "total": "1234.50",
                "currency": "EUR",
                "paid": True,
            },
        ),
        answers(
            {"customer": "Li", "due_text": "2026-12-01", "total_text": "EUR 5"},
            {"customer": "Li", "due": "2026-12-01", "total": "5.00", "currency": None, "paid": None},
        ),
        declines({"customer": "Li", "due_text": "soon", "total_text": "EUR 5"}),
    ),
)
