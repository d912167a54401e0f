"""``date_calculator``: compute a date from a date, without a clock."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.builtin._compose import activity, obj, objects, refuse
from compiled_ai.templates.builtin._parameters import (
    FIELD_PATTERN,
    Builder,
    answers,
    choice,
    closed,
    declines,
    field,
    parameters,
    step,
)
from compiled_ai.templates.rendering import Rendering, signature

_UNITS = ("days", "weeks", "months", "years", "business_days")
_AMOUNT: JsonObject = {
    "description": "A whole number, or the name of an input field that holds one.",
    "anyOf": [
        {"type": "integer", "minimum": -100_000, "maximum": 100_000},
        {"type": "string", "pattern": FIELD_PATTERN},
    ],
}
_DATE: JsonObject = {"type": "string", "format": "date"}
PARAMETERS = parameters(
    {
        "steps": {
            "type": "array",
            "minItems": 1,
            "maxItems": 6,
            "description": "What is done in order: `add` an amount of a unit, or `move` to the end of the month or the next or last business day.",
            "items": closed(
                {},
                {
                    "add": _AMOUNT,
                    "unit": choice("The unit of `add`.", _UNITS),
                    "move": choice(
                        "Where to go; a business day stays where it is.",
                        ["month_end", "month_start", "next_business_day", "previous_business_day"],
                    ),
                },
            ),
        }
    },
    {
        "step": step("compute_date"),
        "field": field("The input field with the date.", "start"),
        "result_field": field("The output field.", "date"),
        "holidays": {
            "type": "array",
            "items": _DATE,
            "maxItems": 500,
            "default": [],
            "description": "Days that are no business days, besides Saturday and Sunday.",
        },
    },
)
_BUSINESS = '''
_HOLIDAYS: tuple[str, ...] = {holidays!r}


def _is_business_day(day: date) -> bool:
    """Whether it is neither a weekend nor a holiday."""
    return day.weekday() < 5 and day.isoformat() not in _HOLIDAYS
'''
_ROLL = '''
def _roll(day: date, step: int) -> date:
    """The day itself if it is a business day, else the nearest one in the direction of the step."""
    while not _is_business_day(day):
        day = add_days(day, step)
    return day
'''
_ADD = '''
def _add_business_days(day: date, count: int) -> date:
    """The date so many business days later, or earlier if negative."""
    if abs(count) > _MOST:
        abstain("the term is too long")
    left, step = abs(count), 1 if count > 0 else -1
    while left > 0:
        day = _roll(add_days(day, step), step)
        left -= 1
    return day
'''
_COMPUTE = '''
def _compute(data: {types}) -> date:
    """The steps, one after the other."""
    day = date.fromisoformat(data[{field!r}])
{code}
    return day
'''
_MAIN = '''
{signature}
    """The date that follows from the start; declines one outside of the calendar."""
    try:
        return {{{result_field!r}: _compute(data).isoformat()}}
    except (OverflowError, ValueError):
        abstain("the date is outside of the calendar")
'''


def render(values: JsonObject) -> Rendering:
    """One line a step, with helpers for business days where they are used."""
    takes: dict[str, JsonValue] = {str(values["field"]): _DATE}
    steps = [obj(item) for item in objects(values["steps"])]
    lines = [_line(item, number, takes) for number, item in enumerate(steps)]
    name = str(values["step"])
    types = signature(name).partition("data: ")[2].partition(")")[0]
    code = "\n".join(lines)
    uses_roll, uses_add = "_roll(" in code, "_add_business_days(" in code
    holidays = values["holidays"]
    assert isinstance(holidays, list)
    blocks = [
        _BUSINESS.format(holidays=tuple(sorted(map(str, holidays)))) if uses_roll or uses_add else "",
        _ROLL if uses_roll or uses_add else "",
        "_MOST = 10_000" if uses_add else "",
        _ADD if uses_add else "",
        _COMPUTE.format(types=types, field=values["field"], code=code),
        _MAIN.format(signature=signature(name), result_field=values["result_field"]),
    ]
    return activity(values, blocks, takes=takes, gives={str(values["result_field"]): _DATE})


def _line(item: JsonObject, number: int, takes: dict[str, JsonValue]) -> str:
    if ("add" in item) == ("move" in item) or ("add" in item) != ("unit" in item):
        raise refuse(f"steps[{number}]", "a step is 'add' with 'unit', or 'move' alone")
    if "move" in item:
        return {
            "month_end": "    day = add_days(add_months(day.replace(day=1), 1), -1)",
            "month_start": "    day = day.replace(day=1)",
            "next_business_day": "    day = _roll(day, 1)",
            "previous_business_day": "    day = _roll(day, -1)",
        }[str(item["move"])]
    amount = item["add"]
    shown = str(amount)
    if isinstance(amount, str):
        if amount in takes and takes[amount] == _DATE:
            raise refuse(f"steps[{number}].add", f"'{amount}' is the date itself")
        takes[amount] = {"type": "integer"}
        shown = f"data[{amount!r}]"
    return {
        "days": f"    day = add_days(day, {shown})",
        "weeks": f"    day = add_days(day, 7 * {shown})",
        "months": f"    day = add_months(day, {shown})",
        "years": f"    day = add_months(day, 12 * {shown})",
        "business_days": f"    day = _add_business_days(day, {shown})",
    }[str(item["unit"])]


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("dates.add_days", "dates.add_months"),
    example={
        "field": "issued",
        "result_field": "due",
        "steps": [{"add": "term_days", "unit": "days"}, {"move": "next_business_day"}],
        "holidays": ["2026-12-25", "2026-12-28"],
    },
    trials=(
        answers({"issued": "2026-03-02", "term_days": 14}, {"due": "2026-03-16"}),
        answers({"issued": "2026-11-25", "term_days": 30}, {"due": "2026-12-29"}),
        declines({"issued": "9999-12-30", "term_days": 30}),
    ),
)
