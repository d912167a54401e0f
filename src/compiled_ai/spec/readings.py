"""What evaluators read in a JSON value: a number, a moment, an amount of money, calls of functions. None where there is no such thing."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.formats import is_decimal

CHOICE = "$any_of"
"""The key of an expected argument with several right values: ``{"$any_of": ["NYC", "New York"]}``."""

_MAX_DIGITS = 1_000
"""Longer texts of digits are identifiers."""
_MAX_MONEY = 100
"""Characters of a text that may be an amount of money."""
_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?P<clock>[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,30}))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<ahead>[0-9]{2}):?(?P<minutes>[0-9]{2}))?)?"
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in time. Those of different kinds never are the same: a day is no moment, and a clock without zone may mean any."""

    kind: Literal["day", "local", "instant"]
    seconds: int
    """Since the day before 0001-01-01; of an instant in UTC."""
    fraction: str
    """Decimals of the seconds, without zeros at the end."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount of money; `currency` None is one that names none."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of a function."""

    name: str
    arguments: JsonObject


def read_number(value: JsonValue) -> Decimal | None:
    """`value` as an exact number; decimal text counts as one, booleans and other texts do not."""
    if isinstance(value, str):
        return Decimal(value) if len(value) <= _MAX_DIGITS and is_decimal(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        return Decimal(str(value)) if math.isfinite(value) else None
    return Decimal(value)


def read_moment(value: JsonValue) -> Moment | None:
    """The day or date-time that the whole text is, as RFC 3339 and ISO 8601 write it: ``2026-02-28``, ``2026-02-28T09:30:00+01:00``."""
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        days = date(int(match["year"]), int(match["month"]), int(match["day"])).toordinal()
        clock = time(int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0))
        offset = time(int(match["ahead"] or 0), int(match["minutes"] or 0))
    except ValueError:
        return None
    ahead = (offset.hour * 3600 + offset.minute * 60) * (-1 if match["sign"] == "-" else 1)
    return Moment(
        kind="instant" if match["zone"] else "local" if match["clock"] else "day",
        seconds=days * 86_400 + clock.hour * 3600 + clock.minute * 60 + clock.second - ahead,
        fraction=(match["fraction"] or "").rstrip("0"),
    )


def read_amount(value: JsonValue) -> Amount | None:
    """The amount that `value` is: a number, decimal text, text with a currency, or an object of `amount` and `currency`.

    Text without a currency must be a plain decimal, since "1,234" may mean two numbers. "$" is USD.
    """
    if isinstance(value, dict):
        return _amount_of(value) if "amount" in value and value.keys() <= {"amount", "currency"} else None
    number = read_number(value)
    if number is not None:
        return Amount(amount=number, currency=None)
    if not isinstance(value, str) or len(value) > _MAX_MONEY or not any(map(str.isdigit, value)):
        return None
    from compiled_ai.modules.money import parse_money

    money = parse_money(value)
    return Amount(amount=money.amount, currency=money.currency) if money and money.currency else None


def _amount_of(value: JsonObject) -> Amount | None:
    number, currency = read_number(value["amount"]), value.get("currency")
    if number is None or not (currency is None or isinstance(currency, str)):
        return None
    if currency is None:
        return Amount(amount=number, currency=None)
    from compiled_ai.modules.money import currency_code

    return Amount(amount=number, currency=currency_code(currency) or currency.strip().upper())


def read_calls(value: JsonValue) -> tuple[Call, ...] | None:
    """The calls that `value` is: an object of `name` (or `function`) and `arguments`, or a list of such objects."""
    calls = [_read_call(item) for item in (value if isinstance(value, list) else [value])]
    found = tuple(call for call in calls if call is not None)
    return found if len(found) == len(calls) else None


def _read_call(value: JsonValue) -> Call | None:
    if not isinstance(value, dict) or ("name" in value) == ("function" in value):
        return None
    name, arguments = value.get("name", value.get("function")), value.get("arguments", {})
    if not value.keys() <= {"name", "function", "arguments"}:
        return None
    if not isinstance(name, str) or not name.strip():
        return None
    return Call(name=name, arguments=arguments or {}) if isinstance(arguments, dict | None) else None


def choices_of(expected: JsonValue) -> list[JsonValue] | None:
    """The values that are right for an expected argument with several; None for a plain one."""
    if not isinstance(expected, dict) or expected.keys() != {CHOICE}:
        return None
    choices = expected[CHOICE]
    return choices if isinstance(choices, list) and choices else None


def may_be_left_out(expected: JsonValue) -> bool:
    """Whether an argument that is expected so may be missing: null is among its choices, or "" as BFCL writes it."""
    choices = choices_of(expected)
    return choices is not None and any(choice is None or choice == "" for choice in choices)
