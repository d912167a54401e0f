"""Ways to bring one typed text into a standard form, as expressions: what names, formats and texts of a field ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from compiled_ai.factory.synthesis._expressions import DECLINED, OPS, Expr, Kind, Op, Value, apply
from compiled_ai.factory.synthesis._knowledge import COUNTRIES, is_country_codes, known_names
from compiled_ai.factory.synthesis._scopes import Scope, safe_name
from compiled_ai.factory.synthesis._search import Target
from compiled_ai.factory.synthesis._wording import name_words
from compiled_ai.modules.dates import parse_date
from compiled_ai.modules.money import currency_code, parse_money
from compiled_ai.modules.numbers import parse_integer
from compiled_ai.modules.phones import parse_phone
from compiled_ai.modules.text import clean, fold, has_phrase, title_case

ABSTAINING = "abstaining"
"""Mark among the operations of an expression that declines what it cannot read."""

_PHONE = re.compile(r"\bE\.?164\b|\b(?:tele)?phone\b|\bmobile\b|\bfax\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    r"month (?:comes |goes |stands )?first|the month first|MM/DD|US order", re.IGNORECASE
)
_EXCEPTION = re.compile(r"(?:except|unless|but|;)(?P<text>[^.;]*\bmonth[^.;]*first[^.;]*)", re.IGNORECASE)
_MIXED_STAYS = re.compile(r"mixed case (?:stays|is kept|remains)|keep mixed case", re.IGNORECASE)
_FIRST_NAME = frozenset(("first", "given", "fore", "forename", "firstname"))
_LAST_NAME = frozenset(("last", "family", "sur", "surname", "lastname"))

_NAME_PARTS = '''
def _name_parts(text: str) -> tuple[str, str]:
    """First and last name of "First Last" or "Last, First"; declines anything else."""
    last, comma, first = clean(text).partition(",")
    if not comma:
        first, _, last = clean(text).rpartition(" ")
    first, last = first.strip(), last.strip()
    if not first or not last or "," in first:
        abstain("the name has not two parts")
    return first, last
'''
_RECASED = '''
def _recased(name: str) -> str:
    """The name with a capital at each part if it is all capitals or all lower case; mixed case stays."""
    return title_case(name) if name.isupper() or name.islower() else name
'''
_E164 = '''
def _e164(text: str, region: str) -> str:
    """The phone number in E.164, read as one of the region where it has no country code."""
    number = parse_phone(clean(text.replace("/", " ")), region)
    if number is None:
        abstain("the phone number cannot be read")
    return number
'''
_ISO_DATE = '''
def _iso_date(text: str, *, day_first: bool) -> str:
    """The ISO date that the text is; declines anything else."""
    day = parse_date(text, day_first=day_first)
    if day is None:
        abstain("the date cannot be read")
    return day.isoformat()
'''
_AMOUNT = '''
def _amount(text: str) -> Decimal:
    """The number or amount of money that the text is; declines anything else."""
    money = parse_money(text)
    if money is None:
        abstain("an amount cannot be read")
    return money.amount
'''
_WHOLE = '''
def _whole(text: str) -> int:
    """The whole number that the text is; declines anything else."""
    number = parse_integer(text)
    if number is None:
        abstain("a whole number cannot be read")
    return number
'''


@dataclass(frozen=True, kw_only=True)
class Norm:
    """One way to normalise a text."""

    op: Op
    definition: tuple[str, str]
    """Name and source of what its code calls."""
    reads: tuple[Expr, ...] = ()
    """Other output fields that it reads beside the text."""
    cost: float = 1.0
    labels: tuple[str, ...] = ()
    """The only values that it gives; empty when there are others."""


def normalised(target: Target, scope: Scope, known: Mapping[str, Expr], enum: Sequence[str]) -> list[Expr]:
    """Expressions for `target` that read a typed text, the likeliest first; `enum` are the labels of a field that has some.

    `known` are other output fields that are solved already.
    """
    found = []
    for source in _sources(target, scope):
        for norm in _norms(target, known, enum):
            made = apply(norm.op, source, *norm.reads, cost=norm.cost)
            made = replace(
                made, defs=made.defs | {norm.definition}, ops=made.ops | {ABSTAINING}, labels=norm.labels
            )
            for expr in [_or_none(made, source), made] if target.kind.endswith("?") else [made]:
                if target.is_met(expr):
                    found.append(expr)
    return sorted(found, key=lambda expr: (expr.cost, expr.code))


def _sources(target: Target, scope: Scope) -> list[Expr]:
    """The texts of the input, those first whose names or mention fit the field."""
    texts = [
        replace(
            expr, code=f"({expr.code} or '')", values=tuple(value or "" for value in expr.values), kind="text"
        )
        if expr.kind == "text?"
        else expr
        for expr in scope.leaves
        if expr.kind in {"text", "text?"}
    ]
    own = set(name_words(target.name))
    said = set(name_words(re.sub(r"\W+", "_", target.text)))

    def distance(expr: Expr) -> float:
        names = {word for leaf in expr.leaves for word in scope.words[leaf]}
        return 1.0 * (not own & names) + 0.5 * (not said & names)

    near = [replace(expr, cost=1.0 + distance(expr)) for expr in texts]
    return sorted(near, key=lambda expr: expr.cost)


def _norms(target: Target, known: Mapping[str, Expr], enum: Sequence[str]) -> Iterator[Norm]:
    kind = target.kind.rstrip("?")
    if enum:
        yield from _label_norms(target, enum)
    elif target.is_date:
        yield from _date_norms(target, known)
    elif kind == "number":
        yield _norm("number", lambda text: _part(parse_money(text), "amount"), "_amount({0})", _AMOUNT)
    elif kind == "integer":
        yield _norm("integer", lambda text: _part(parse_integer(text)), "_whole({0})", _WHOLE)
    elif kind == "text":
        yield from _phone_norms(target, known)
        yield from _name_norms(target)


def _norm(gives: Kind, compute: Callable[..., Value], code: str, source: str, cost: float = 1.0) -> Norm:
    op = Op(name="normalise", takes=("text",), gives=gives, compute=compute, code=code)
    return Norm(op=op, definition=_definition(source), cost=cost)


def _definition(source: str) -> tuple[str, str]:
    return source.strip().partition("(")[0].removeprefix("def "), source.strip()


def _part(value: object, part: str = "") -> Value:
    if value is None:
        return DECLINED
    return getattr(value, part) if part else value


# dates


def _date_norms(target: Target, known: Mapping[str, Expr]) -> Iterator[Norm]:
    exception = _EXCEPTION.search(target.text)
    condition = _condition(exception["text"], known) if exception else None
    if condition is not None:
        yield _switched(*condition)
    is_month_first = exception is None and _MONTH_FIRST.search(target.text) is not None
    for day_first in (True, False):
        yield _norm(
            "text",
            lambda text, day_first=day_first: _iso(text, day_first=day_first),
            f"_iso_date({{0}}, day_first={day_first})",
            _ISO_DATE,
            cost=1.0 + (day_first == is_month_first) + 3.0 * (exception is not None),
        )


def _iso(text: str, *, day_first: bool) -> Value:
    day = parse_date(text, day_first=day_first)
    return DECLINED if day is None else day.isoformat()


def _condition(text: str, known: Mapping[str, Expr]) -> tuple[Expr, str, bool] | None:
    """The solved field and its label of which `text` speaks, and whether it speaks of slashes only."""
    for expr in known.values():
        names = known_names(expr.labels) or dict.fromkeys(expr.labels, ())
        for label, others in names.items():
            if has_phrase(text, label, *others) and (label.isupper() is False or label in text or others):
                return expr, label, "slash" in text
    return None


def _switched(expr: Expr, label: str, slashes_only: bool) -> Norm:  # noqa: FBT001 - a part of the condition
    slash = " and '/' in {0}" if slashes_only else ""

    def compute(text: str, value: str) -> Value:
        return _iso(text, day_first=not (value == label and (not slashes_only or "/" in text)))

    code = f"_iso_date({{0}}, day_first=not ({{1}} == {label!r}{slash}))"
    op = Op(name="normalise", takes=("text", "text"), gives="text", compute=compute, code=code)
    return Norm(op=op, definition=_definition(_ISO_DATE), reads=(expr,), cost=0.5)


# phones and names


def _phone_norms(target: Target, known: Mapping[str, Expr]) -> Iterator[Norm]:
    if not _PHONE.search(f"{target.name.replace('_', ' ')} {target.text}"):
        return
    for expr in known.values():
        if is_country_codes(expr.labels):
            op = Op(
                name="normalise", takes=("text", "text"), gives="text", compute=_phone, code="_e164({0}, {1})"
            )
            yield Norm(op=op, definition=_definition(_E164), reads=(expr,), cost=0.5)
    named = [code for code, names in COUNTRIES.items() if has_phrase(target.text, *names)]
    for region in [*named[:1], ""]:
        yield _norm(
            "text",
            lambda text, region=region: _phone(text, region),
            f'_e164({{0}}, "{region}")',
            _E164,
            cost=1.0 if region else 1.5,
        )


def _phone(text: str, region: str) -> Value:
    return _part(parse_phone(clean(text.replace("/", " ")), region))


def _name_norms(target: Target) -> Iterator[Norm]:
    own = set(name_words(target.name))
    index = 0 if own & _FIRST_NAME else 1 if own & _LAST_NAME else None
    if index is None or "name" not in " ".join(name_words(target.name)):
        return
    stays = _MIXED_STAYS.search(target.text) is not None
    capitals = OPS["title"].allows.search(target.text) is not None
    cases: tuple[tuple[str, Callable[[str], str], bool, str], ...] = (
        ("_recased({0})", _recased, stays, _RECASED),
        ("title_case({0})", title_case, capitals and not stays, ""),
        ("{0}", str, not capitals and not stays, ""),
    )
    for code, change, is_asked, source in cases:
        norm = _norm(
            "text",
            lambda text, change=change: _named(text, index, change),
            code.format(f"_name_parts({{0}})[{index}]"),
            _NAME_PARTS,
            cost=0.5 + (not is_asked),
        )
        more = (norm.definition[0], f"{norm.definition[1]}\n\n\n{source.strip()}")
        yield replace(norm, definition=more) if source else norm


def _named(text: str, index: int, change: Callable[[str], str]) -> Value:
    last, comma, first = clean(text).partition(",")
    if not comma:
        first, _, last = clean(text).rpartition(" ")
    parts = first.strip(), last.strip()
    return change(parts[index]) if all(parts) and "," not in first else DECLINED


def _recased(name: str) -> str:
    return title_case(name) if name.isupper() or name.islower() else name


# labels


def _label_norms(target: Target, enum: Sequence[str]) -> Iterator[Norm]:
    names = _names_of(enum, target.text)
    table = {_key(name): label for label, others in names.items() for name in (label, *others)}
    if len(table) < len({_key(label) for label in enum}) or any(
        table[_key(label)] != label for label in enum
    ):
        return
    is_currency = all(currency_code(label) == label for label in enum)
    base = safe_name(target.name)
    function, constant = f"_{base}_of", f"_{base.upper()}_BY_NAME"
    kind = f"Literal[{', '.join(map(repr, enum))}]"
    entries = ", ".join(
        f"{json.dumps(key, ensure_ascii=False)}: {label!r}" for key, label in table.items() if key
    )
    lookup = "currency_code(text)" if is_currency else "text"
    source = f'''
{constant}: dict[str, {kind}] = {{{entries}}}


def {function}(text: str) -> {kind}:
    """The {target.name.replace("_", " ")} that the text names; declines an unknown one."""
    label = {constant}.get("".join(char for char in fold({lookup}) if char.isalnum()))
    if label is None:
        abstain("unknown {target.name.replace("_", " ")}")
    return label
'''
    if is_currency:
        source = source.replace(f"fold({lookup})", "fold(currency_code(text) or text)")

    def compute(text: str) -> Value:
        return table.get(_key((currency_code(text) if is_currency else None) or text), DECLINED)

    op = Op(name="normalise", takes=("text",), gives="text", compute=compute, code=f"{function}({{0}})")
    yield Norm(op=op, definition=(function, source.strip()), labels=tuple(enum))


def _key(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _names_of(enum: Sequence[str], text: str) -> dict[str, list[str]]:
    """By label its other names, from general knowledge and from `text` ("bathroom (bath, washroom)", "lounge is the living room")."""
    known = known_names(enum) or {}
    found: dict[str, list[str]] = {}
    for label in enum:
        spoken = re.escape(label).replace("_", "[ _-]")
        names = list(known.get(label, ()))
        for pattern in (
            rf"\b{spoken}\s*\(([^()]+)\)",
            rf"((?:[\w-]+(?:,| or| and)? ){{1,6}})(?:is|are|means?|counts? as)(?: the)? {spoken}\b",
        ):
            for listed in re.findall(pattern, text, re.IGNORECASE):
                names += [part.strip(" \"'") for part in re.split(r",|\bor\b|\band\b", listed)]
        found[label] = [name for name in dict.fromkeys(names) if name]
    return found


def _or_none(made: Expr, source: Expr) -> Expr:
    """`made`, but None where the text is blank."""
    values = tuple(
        None if isinstance(text, str) and not text.strip() else value
        for text, value in zip(source.values, made.values, strict=True)
    )
    kinds: dict[str, Kind] = {"text": "text?", "integer": "integer?"}
    code = f"{made.code} if {source.inner}.strip() else None"
    return replace(made, code=code, values=values, kind=kinds.get(made.kind, made.kind), cost=made.cost + 0.2)
