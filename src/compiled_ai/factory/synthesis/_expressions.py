"""Typed expressions over the input: the code of each, and its value on every visible example."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compiled_ai.modules.dates import add_days, parse_date
from compiled_ai.modules.numbers import round_half_up, to_decimal
from compiled_ai.modules.text import clean, fold, title_case

Kind = Literal["text", "text?", "integer", "integer?", "number", "number?", "flag", "flag?", "texts", "items"]
"""Type of an expression's value; with a question mark it may be None. A number is a Decimal unless optional, when it is as in JSON."""


class Declined:
    """The value of an expression that declines."""


DECLINED = Declined()
Value = object


@dataclass(frozen=True, kw_only=True)
class Expr:
    """One expression."""

    code: str
    kind: Kind
    values: tuple[Value, ...]
    """Its value by row of its scope."""
    cost: float = 1.0
    leaves: frozenset[str] = frozenset()
    """Input fields and earlier output fields that it reads."""
    ops: frozenset[str] = frozenset()
    """What it does, by the names of `OPS`."""
    helpers: frozenset[str] = frozenset()
    """Names of `HELPERS` that its code calls."""
    outs: frozenset[tuple[str, str]] = frozenset()
    """Output fields among the leaves, with the types of their variables."""
    defs: frozenset[tuple[str, str]] = frozenset()
    """Names and sources of what its code calls beside `helpers`."""
    labels: tuple[str, ...] = ()
    """The only texts that it can be; empty when there are others."""
    records: str = ""
    """The list that must not be empty for it to have a value; empty text when there is none."""

    @property
    def is_atomic(self) -> bool:
        """Whether its code needs no brackets inside of another expression."""
        return re.fullmatch(r"[\w.]+(?:[\[(][^+*/ -]*[\])])*", self.code) is not None

    @property
    def inner(self) -> str:
        """Its code as an operand."""
        return self.code if self.is_atomic else f"({self.code})"


@dataclass(frozen=True, kw_only=True)
class Op:
    """One operation: what it computes, how it is written, and which words ask for it."""

    name: str
    takes: tuple[Kind, ...]
    gives: Kind
    compute: Callable[..., Value]
    code: str
    """With ``{0}`` for the first operand."""
    helpers: frozenset[str] = frozenset()


HELPERS: dict[str, str] = {
    "_decimal": '''
def _decimal(value: str | float) -> Decimal:
    """The value as an exact number; declines what is none."""
    number = to_decimal(value)
    if number is None:
        abstain("a value is not a number")
    return number
''',
    "_decimal_or_zero": '''
def _decimal_or_zero(value: str | float | None) -> Decimal:
    """The value as an exact number, 0 when there is none."""
    return Decimal(0) if value is None else _decimal(value)
''',
    "_decimal_or_none": '''
def _decimal_or_none(value: str | float | None) -> Decimal | None:
    """The value as an exact number, None when there is none."""
    return None if value is None else _decimal(value)
''',
    "_first_given": '''
def _first_given(first: str | None, second: str) -> str:
    """The first text unless it is missing or blank, else the second."""
    return first if first is not None and first.strip() else second
''',
    "_day": '''
def _day(text: str) -> date:
    """The date that the text is; declines anything else."""
    day = parse_date(text)
    if day is None:
        abstain("a date cannot be read")
    return day
''',
    "_later": '''
def _later(text: str, days: int) -> str:
    """The ISO date so many days after the one that the text is; declines dates that are no more."""
    day = _day(text)
    if abs(days) > 3_000_000 or not 1 <= day.toordinal() + days <= 3_652_059:
        abstain("the date is out of range")
    return add_days(day, days).isoformat()
''',
}  # fmt: skip
HELPER_NEEDS: dict[str, tuple[str, ...]] = {
    "_decimal_or_zero": ("_decimal",),
    "_decimal_or_none": ("_decimal",),
    "_later": ("_day",),
}


def _number(value: Value) -> Value:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return DECLINED
    number = to_decimal(value)
    return DECLINED if number is None else number


def _later(text: str, days: int) -> Value:
    day = parse_date(text)
    return DECLINED if day is None else add_days(day, days).isoformat()


def _iso(text: str) -> Value:
    day = parse_date(text)
    return DECLINED if day is None else day.isoformat()


def _days_between(first: str, second: str) -> Value:
    days = parse_date(first), parse_date(second)
    return DECLINED if days[0] is None or days[1] is None else (days[1] - days[0]).days


def apply(op: Op, *operands: Expr, cost: float = 1.0) -> Expr:
    """`op` on `operands`."""
    rows = zip(*(operand.values for operand in operands), strict=True)
    records = {operand.records for operand in operands} - {""}
    return Expr(
        code=op.code.format(*(operand.inner for operand in operands)),
        kind=op.gives,
        values=tuple(_computed(op, row) for row in rows),
        cost=cost + sum(operand.cost for operand in operands),
        leaves=frozenset[str]().union(*(operand.leaves for operand in operands)),
        ops=frozenset({op.name}).union(*(operand.ops for operand in operands)),
        helpers=op.helpers.union(*(operand.helpers for operand in operands)),
        defs=frozenset[tuple[str, str]]().union(*(operand.defs for operand in operands)),
        outs=frozenset[tuple[str, str]]().union(*(operand.outs for operand in operands)),
        records=min(records) if records else "",
    )


def _computed(op: Op, row: Sequence[Value]) -> Value:
    if any(value is DECLINED for value in row):
        return DECLINED
    try:
        return op.compute(*row)
    except (ArithmeticError, ValueError, TypeError):
        return DECLINED


TEXT_OPS = (
    Op(name="strip", takes=("text",), gives="text", compute=str.strip, code="{0}.strip()"),
    Op(name="squash", takes=("text",), gives="text", compute=clean, code="clean({0})"),
    Op(name="upper", takes=("text",), gives="text", compute=str.upper, code="{0}.upper()"),
    Op(name="lower", takes=("text",), gives="text", compute=str.lower, code="{0}.lower()"),
    Op(name="title", takes=("text",), gives="text", compute=title_case, code="title_case({0})"),
    Op(name="fold", takes=("text",), gives="text", compute=fold, code="fold({0})"),
    Op(
        name="first_letter",
        takes=("text",),
        gives="text",
        compute=lambda text: text.strip()[:1],
        code="{0}.strip()[:1]",
    ),
    Op(
        name="no_spaces",
        takes=("text",),
        gives="text",
        compute=lambda text: "".join(text.split()),
        code='"".join({0}.split())',
    ),
    Op(
        name="no_hyphens",
        takes=("text",),
        gives="text",
        compute=lambda text: text.replace("-", ""),
        code='{0}.replace("-", "")',
    ),
)
GIVEN = Op(
    name="given",
    takes=("text?", "text"),
    gives="text",
    compute=lambda first, second: first if first is not None and first.strip() else second,
    code="_first_given({0}, {1})",
    helpers=frozenset({"_first_given"}),
)
TO_NUMBER = Op(
    name="number", takes=("text",), gives="number", compute=_number, code="_decimal({0})", helpers=frozenset({"_decimal"})
)  # fmt: skip
OR_ZERO = Op(
    name="or_zero",
    takes=("number?",),
    gives="number",
    compute=lambda value: Decimal(0) if value is None else _number(value),
    code="_decimal_or_zero({0})",
    helpers=frozenset({"_decimal_or_zero"}),
)
OR_NONE = Op(
    name="or_none",
    takes=("number?",),
    gives="number?",
    compute=lambda value: None if value is None else _number(value),
    code="_decimal_or_none({0})",
    helpers=frozenset({"_decimal_or_none"}),
)
ARITHMETIC = (
    Op(name="mul", takes=("number", "number"), gives="number", compute=lambda a, b: a * b, code="{0} * {1}"),
    Op(name="add", takes=("number", "number"), gives="number", compute=lambda a, b: a + b, code="{0} + {1}"),
    Op(name="sub", takes=("number", "number"), gives="number", compute=lambda a, b: a - b, code="{0} - {1}"),
)
PERCENT = Op(
    name="percent",
    takes=("number", "number"),
    gives="number",
    compute=lambda a, b: a * b / Decimal(100),
    code="{0} * {1} / Decimal(100)",
)
NOT_NEGATIVE = Op(
    name="not_negative",
    takes=("number",),
    gives="number",
    compute=lambda a: max(a, Decimal(0)),
    code="max({0}, Decimal(0))",
)
LATER = Op(
    name="later", takes=("text", "integer"), gives="text", compute=_later, code="_later({0}, {1})", helpers=frozenset({"_later"})
)  # fmt: skip
ISO = Op(
    name="iso", takes=("text",), gives="text", compute=_iso, code="_day({0}).isoformat()", helpers=frozenset({"_day"})
)  # fmt: skip
DAYS = Op(
    name="days",
    takes=("text", "text"),
    gives="integer",
    compute=_days_between,
    code="(_day({1}) - _day({0})).days",
    helpers=frozenset({"_day"}),
)


def rounded(operand: Expr, places: int) -> Expr:
    """`operand` rounded half up to `places`."""
    op = Op(
        name="round",
        takes=("number",),
        gives="number",
        compute=lambda value: round_half_up(value, places),
        code=f"round_half_up({{0}}, {places})",
    )
    return apply(op, operand, cost=0.5)


@dataclass(frozen=True, kw_only=True)
class Cue:
    """The words that ask for an operation."""

    asks: re.Pattern[str]
    """Found in a text on a field, the operation must be there."""
    allows: re.Pattern[str]
    """Found in it or in the general text, the operation may be there."""


def _cue(asks: str, allows: str = "") -> Cue:
    return Cue(
        asks=re.compile(asks or r"(?!)", re.IGNORECASE),
        allows=re.compile(allows or asks or r"(?!)", re.IGNORECASE),
    )


OPS: dict[str, Cue] = {
    "strip": _cue(r"\btrim|surrounding|\bstripped|(?:outer|stray|leading) (?:white ?)?space", r"\btrim|space|strip"),
    "squash": _cue(r"collapse|single spaces"),
    "no_spaces": _cue(r"without (?:any )?spaces|no spaces|spaces (?:are )?(?:removed|dropped)|without spaces"),
    "no_hyphens": _cue(r"without (?:[\w ,]* and )?hyphens|hyphens (?:are )?(?:removed|dropped)"),
    "upper": _cue(r"\bin (?:all )?capitals|upper[- ]?case|capital letters"),
    "lower": _cue(r"lower[- ]?case|small letters"),
    "title": _cue(r"capital at each|title[- ]case|capitali[sz]ed|with (?:initial|leading) capital"),
    "fold": _cue(r"without accents"),
    "first_letter": _cue(r"first (?:letter|character)|\binitials?\b"),
    "sum": _cue(r"\bsum\b|\badd(?:ed)? up\b|\bsummed\b", r"\bsum|\btotal|\badd|in all|altogether"),
    "count": _cue(r"\bhow many\b|\bthe number of\b", r"\bhow many\b|number of|\bcount"),
    "max": _cue(r"\b(?:highest|greatest|largest|biggest|maximum|most expensive|longest|with (?:the )?most)\b"),
    "min": _cue(r"\b(?:lowest|smallest|cheapest|minimum|least|shortest)\b"),
    "mean": _cue(r"\baverage\b|\bmean\b(?!s)"),
    "mul": _cue(r"\btimes\b|multipl|(?<=\w) \* (?=\w)|\bproduct of\b", r"\btimes\b|multipl|\*|product of|\bper\b"),
    "add": _cue(r"\bplus\b", r"\bplus\b|\badd|\bwith\b|\bincl|\bsum\b|\band\b"),
    "sub": _cue(r"\bminus\b|subtract|,? less the\b", r"\bminus\b|subtract|\bless\b|reduced|differ|deduct|net of|after|without"),
    "percent": _cue(r"\bpercentage of\b|\bper ?cent of\b|% of", r"per ?cent|%|\brate\b"),
    "not_negative": _cue(r"never below (?:0|zero)|at least (?:0|zero)\b|not below (?:0|zero)"),
    "round": _cue(r"\brounded\b", r"\bround"),
    "unique": _cue(r"\bdistinct\b|\bunique\b|each once|without (?:duplicates|repetition)|no duplicates"),
    "sort": _cue(r"\bsorted\b|alphabet", r"\bsort|alphabet|\border"),
    "given": _cue(r"\bif\b[^;.]*\b(?:given|blank|present|missing|there is|empty)\b|\belse\b|\botherwise\b|\binstead\b"),
    "or_zero": _cue("", r"\b(?:none|null|missing|absent|blank|nothing)\b[^;.)]*\b(?:0|zero)\b"),
    "later": _cue(r"days (?:after|later)", r"\bdays?\b|\bplus\b"),
    "days": _cue(r"\bdays (?:from|between)\b", r"\bdays\b"),
    "iso": _cue("", r"\bISO\b|\bdate\b"),
}  # fmt: skip
