"""``validator``: check fields by rules and list the violations."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of
from compiled_ai.templates.builtin._compose import (
    activity,
    chunks,
    expanded,
    is_nullable,
    obj,
    object_schema,
    objects,
    refuse,
    strings,
)
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    closed,
    decimal,
    field,
    parameters,
    phrases,
    schema_of,
    step,
    text,
    whole,
)
from compiled_ai.templates.rendering import Rendering, signature
from compiled_ai.templates.typed_dicts import class_name

_RULES = ("required", "pattern", "length", "range", "one_of", "date", "not_after", "equal")
PARAMETERS = parameters(
    {
        "input": schema_of("The record's fields."),
        "rules": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "description": "The rules. A field that is null or missing breaks only `required`.",
            "items": closed(
                {"field": field("The field that is checked."), "rule": choice("What is checked.", _RULES)},
                {
                    "message": text("What the violation says; a plain sentence is made when left out."),
                    "pattern": text(
                        "For `pattern`: regular expression of the subset; the whole text must match."
                    ),
                    "low": decimal("For `range`: least value."),
                    "high": decimal("For `range`: greatest value."),
                    "values": phrases("For `one_of`: the allowed values.", at_least=1),
                    "other": field("For `not_after` and `equal`: the other field."),
                    "most": whole("For `length`: most characters.", high=1_000_000),
                },
            ),
        },
    },
    {"step": step("check_record")},
)
_VIOLATIONS: JsonObject = {
    "type": "array",
    "items": object_schema({name: {"type": "string"} for name in ("field", "rule", "message")}),
}


def render(values: JsonObject) -> Rendering:
    """One test a rule, in functions of a few rules each."""
    schema = expanded(values, "input")
    takes = properties_of(schema)
    rules = objects(values["rules"])
    name = str(values["step"])
    item = f"{class_name(name)}OutputViolationsItem"
    types = signature(name).partition("data: ")[2].partition(")")[0]
    parts = chunks([(2, _check(rule, takes, number)) for number, rule in enumerate(rules)])
    blocks = [
        f"_PATTERN_{number} = re.compile({rule['pattern']!r})"
        for number, rule in enumerate(rules)
        if rule["rule"] == "pattern"
    ]
    for number, part in enumerate(parts, start=1):
        lines = [line for lines in part for line in lines]
        blocks.append(
            f'def _violations_{number}(data: {types}) -> list[{item}]:\n    """Violations of the rules, part {number}."""\n'
            f"    found: list[{item}] = []\n" + "\n".join(lines) + "\n    return found"
        )
    whole_list = " + ".join(f"_violations_{number}(data)" for number in range(1, len(parts) + 1))
    blocks.append(
        f'{signature(name)}\n    """Whether the record keeps all rules, and those that it breaks."""\n'
        f"    found = {whole_list}\n    return {{'valid': not found, 'violations': found}}"
    )
    used = {str(rule[key]) for rule in rules for key in ("field", "other") if key in rule}
    return activity(
        values,
        blocks,
        takes={key: value for key, value in takes.items() if key in used},
        gives={"valid": {"type": "boolean"}, "violations": _VIOLATIONS},
    )


def _check(rule: JsonObject, takes: dict[str, JsonValue], number: int) -> list[str]:
    name, kind = str(rule["field"]), str(rule["rule"])
    for key in (name, str(rule.get("other", name))):
        if key not in takes:
            raise refuse(f"rules[{number}]", f"the input has no field '{key}'; it has {', '.join(takes)}")
    variable, value = f"value_{number}", _read(name, takes)
    test, sentence = _TESTS[kind](_Check(rule=rule, value=variable, takes=takes))
    message = str(rule.get("message", sentence))
    violation = f"found.append({{'field': {name!r}, 'rule': {kind!r}, 'message': {message!r}}})"
    if kind == "required":
        return [f"    {variable} = {value}", f"    if {test}:", f"        {violation}"]
    guard = f"{variable} is not None and " if is_nullable(takes[name]) else ""
    return [f"    {variable} = {value}", f"    if {guard}{test}:", f"        {violation}"]


def _read(name: str, takes: dict[str, JsonValue]) -> str:
    return f"data.get({name!r})" if is_nullable(takes[name]) else f"data[{name!r}]"


@dataclass(frozen=True, kw_only=True)
class _Check:
    """One rule, the variable that holds its value, and the schemas of all fields."""

    rule: JsonObject
    value: str
    takes: dict[str, JsonValue]


def _required(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    schema = check.takes[str(rule["field"])]
    is_text = isinstance(schema, dict) and "string" in str(schema.get("type"))
    if is_nullable(schema):
        return (
            f"{value} is None or not {value}.strip()" if is_text else f"{value} is None"
        ), f"{rule['field']} is missing"
    if not is_text:
        raise refuse(
            "rules",
            f"'{rule['field']}' is always there, so 'required' can never be broken; drop the rule or make the field optional",
        )
    return f"not {value}.strip()", f"{rule['field']} is blank"


def _pattern(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    _need(rule, "pattern")
    try:
        re.compile(str(rule["pattern"]))
    except (re.error, RecursionError, OverflowError) as error:
        raise refuse("rules", f"the pattern of '{rule['field']}' is none: {error}") from error
    _, _, number = value.partition("_")
    return f"not _PATTERN_{number}.fullmatch({value})", f"{rule['field']} is not written as it should be"


def _length(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    _need(rule, "most")
    return f"len({value}) > {rule['most']}", f"{rule['field']} is longer than {rule['most']}"


def _range(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    low, high = rule.get("low"), rule.get("high")
    if low is None and high is None:
        raise refuse("rules", f"'range' of '{rule['field']}' needs 'low' or 'high'")
    exact = f"Decimal(str({value}))"
    if low is None:
        return f"{exact} > Decimal({high!r})", f"{rule['field']} is above {high}"
    if high is None:
        return f"{exact} < Decimal({low!r})", f"{rule['field']} is below {low}"
    return (
        f"not Decimal({low!r}) <= {exact} <= Decimal({high!r})",
        f"{rule['field']} is not from {low} to {high}",
    )


def _one_of(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    _need(rule, "values")
    allowed = strings(rule["values"])
    return f"{value} not in {tuple(allowed)!r}", f"{rule['field']} is none of {', '.join(allowed)}"


def _date(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    return f"parse_date({value}) is None", f"{rule['field']} is no date"


def _not_after(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    other = _other(rule, check.takes)
    return f"{value} > {other}", f"{rule['field']} is after {rule['other']}"


def _equal(check: _Check) -> tuple[str, str]:
    rule, value = check.rule, check.value
    other = _other(rule, check.takes)
    return f"{value} != {other}", f"{rule['field']} differs from {rule['other']}"


def _other(rule: JsonObject, takes: dict[str, JsonValue]) -> str:
    _need(rule, "other")
    name, other = str(rule["field"]), str(rule["other"])
    kind = {key: obj(takes[key]).get("type") for key in (name, other)}
    form = {key: obj(takes[key]).get("format") for key in (name, other)}
    if str(kind[other]) not in str(kind[name]) or form[name] != form[other] or is_nullable(takes[other]):
        raise refuse("rules", f"'{other}' must be a required field of the same type as '{name}'")
    return f"data[{other!r}]"


def _need(rule: JsonObject, key: str) -> None:
    if key not in rule:
        raise refuse("rules", f"'{rule['rule']}' of '{rule['field']}' needs '{key}'")


_TESTS: dict[str, Callable[[_Check], tuple[str, str]]] = {
    "required": _required,
    "pattern": _pattern,
    "length": _length,
    "range": _range,
    "one_of": _one_of,
    "date": _date,
    "not_after": _not_after,
    "equal": _equal,
}
"""For each rule the test that holds when it is broken, and what is said then."""

BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("dates.parse_date",),
    example={
        "input": {
            "email": "string?",
            "zip": "string",
            "quantity": "integer",
            "price": "decimal",
            "start": "date",
            "end": "date",
        },
        "rules": [
            {"field": "email", "rule": "required"},
            {
                "field": "zip",
                "rule": "pattern",
                "pattern": "[0-9]{5}",
                "message": "a zip code has five digits",
            },
            {"field": "quantity", "rule": "range", "low": "1", "high": "99"},
            {"field": "price", "rule": "range", "low": "0.01"},
            {"field": "start", "rule": "not_after", "other": "end"},
        ],
    },
    trials=(
        answers(
            {
                "email": "a@b.org",
                "zip": "10115",
                "quantity": 2,
                "price": "9.90",
                "start": "2026-01-01",
                "end": "2026-01-02",
            },
            {"valid": True, "violations": []},
        ),
        answers(
            {
                "email": " ",
                "zip": "1011",
                "quantity": 100,
                "price": "0",
                "start": "2026-01-03",
                "end": "2026-01-02",
            },
            {
                "valid": False,
                "violations": [
                    {"field": "email", "rule": "required", "message": "email is missing"},
                    {"field": "zip", "rule": "pattern", "message": "a zip code has five digits"},
                    {"field": "quantity", "rule": "range", "message": "quantity is not from 1 to 99"},
                    {"field": "price", "rule": "range", "message": "price is below 0.01"},
                    {"field": "start", "rule": "not_after", "message": "start is after end"},
                ],
            },
        ),
    ),
)
