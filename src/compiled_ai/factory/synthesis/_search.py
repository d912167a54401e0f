"""The simplest expressions that give one output field on every example and do all that its text asks for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from compiled_ai.factory.synthesis._expressions import (
    ARITHMETIC,
    DAYS,
    DECLINED,
    GIVEN,
    ISO,
    LATER,
    NOT_NEGATIVE,
    OPS,
    OR_NONE,
    OR_ZERO,
    PERCENT,
    TEXT_OPS,
    Expr,
    Kind,
    Op,
    Value,
    apply,
    rounded,
)
from compiled_ai.factory.synthesis._scopes import Records, Scope, filters_of
from compiled_ai.factory.synthesis._wording import Mentions, find_mentions
from compiled_ai.modules.numbers import format_decimal
from compiled_ai.spec.canonical import JsonValue

_MOST = 4_000
"""Expressions of one kind that are looked at for one field."""
_UNASKED = 1.0
"""What an operation costs that no word of the text asks for."""
_MOST_PARTS = 16
"""Texts that are tried as parts of a joined one."""
_MOST_NUMBERS = 40
"""Numbers that are combined."""
_LONGEST_GLUE = 12
"""Characters between joined texts; more would be a text of its own."""
_SUMMARIES = {"sum": "sum", "max": "max", "min": "min"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """An output field: what is said of it, and its value by answered row."""

    name: str
    text: str
    """What the instructions say of it; empty when they are silent."""
    general: str
    kind: Kind
    values: Mapping[int, JsonValue]
    is_decimal: bool = False
    is_date: bool = False
    places: int = 2
    """Places after the point of a decimal."""

    def is_met(self, expr: Expr) -> bool:
        """Whether `expr` has its value on every example."""
        return all(self._equals(expr.values[row], value) for row, value in self.values.items())

    def _equals(self, value: Value, wanted: JsonValue) -> bool:
        if value is DECLINED or value is None or wanted is None:
            return value is wanted
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and not isinstance(wanted, bool):
            if self.is_decimal:
                return format_decimal(Decimal(value), self.places) == wanted
            return isinstance(wanted, int | float) and (
                float(value) == wanted if self.kind.rstrip("?") == "number" else value == wanted
            )
        return type(value) is type(wanted) and value == wanted


class FieldSearch:
    """The search for one field."""

    def __init__(self, target: Target, scope: Scope, outputs: Mapping[str, Expr]) -> None:
        """`outputs` are the fields that are solved already, as expressions."""
        self._target = target
        self._scope = scope
        self._outputs = outputs
        self._asked = frozenset(name for name, cue in OPS.items() if cue.asks.search(target.text))
        both = f"{target.text} {target.general}"
        self._allowed = frozenset(
            name for name, cue in OPS.items() if not target.text or cue.allows.search(both)
        )
        self._lists = [
            one for records in scope.lists for one in filters_of(records, target.text or target.general)
        ]
        self._mentions = self._read_mentions()

    def _read_mentions(self) -> Mentions:
        words = dict(self._scope.words)
        words |= {
            name: tuple(name.split("_"))
            for name in self._outputs
            if tuple(name.split("_")) not in words.values()
        }
        found = find_mentions(self._target.text, words)
        if not found.strong:
            named = find_mentions(self._target.name, words)
            found = Mentions(strong=found.strong, weak=found.weak | named.strong | named.weak)
        return found

    def solutions(self) -> list[Expr]:
        """Every expression found that meets the target and covers its text, the simplest first."""
        if not self._is_sure():
            return []
        fitting = [expr for expr in self._candidates() if self._target.is_met(expr) and self._covers(expr)]
        distinct = {expr.code: expr for expr in fitting}.values()
        return sorted(distinct, key=lambda expr: (self._price(expr), self._disorder(expr), expr.code))

    def _disorder(self, expr: Expr) -> int:
        """How many pairs of fields stand in another order in the code than in the text."""
        text = self._target.text.lower()
        ends = [re.split(r"[.\[\]]+", leaf)[-1] for leaf in expr.leaves]
        places = [(text.find(end.split("_")[0].lower()), expr.code.find(end)) for end in sorted(ends)]
        return sum(one[0] < other[0] and one[1] > other[1] for one in places for other in places)

    def _is_sure(self) -> bool:
        """Whether there is more than one example to go by: a text, a name in the input, or two different values."""
        said = self._mentions.strong | self._mentions.weak
        return bool(self._target.text or said) or len(set(map(str, self._target.values.values()))) > 1

    def _price(self, expr: Expr) -> float:
        unasked = [op for op in expr.ops if op in OPS and op not in self._asked]
        unsaid = expr.leaves - self._mentions.strong
        return expr.cost + _UNASKED * len(unasked) + 0.5 * len(unsaid)

    def _covers(self, expr: Expr) -> bool:
        lists = {records.path for records in self._scope.lists}
        due = self._mentions.strong - lists - {self._target.name}
        wheres = {
            one.filter.op for one in self._lists if one.filter and one.filter.op.startswith("where:")
        } if self._target.text else set()  # fmt: skip
        return due <= expr.leaves and (self._asked | wheres) <= expr.ops

    def _candidates(self) -> Iterable[Expr]:
        target = self._target
        if target.is_date:
            return itertools.islice(self._dates(), _MOST)
        makers: dict[str, Callable[[], Iterator[Expr]]] = {
            "text": self._texts,
            "integer": self._numbers,
            "number": self._numbers,
            "flag": self._flags,
            "texts": self._text_lists,
        }
        maker = makers.get(target.kind.rstrip("?"))
        found = itertools.chain(self._copies(), maker() if maker else ())
        return itertools.islice(found, _MOST)

    def _copies(self) -> Iterator[Expr]:
        """Optional fields as they are, for a target that may be null."""
        for expr in self._scope.leaves:
            if expr.kind == self._target.kind and expr.kind.endswith("?"):
                yield apply(OR_NONE, expr, cost=0.3) if expr.kind == "number?" else expr

    def _is_said(self, expr: Expr) -> bool:
        """Whether the text speaks of what `expr` reads; silent texts speak of all."""
        said = self._mentions.strong | self._mentions.weak
        return not said or expr.leaves <= said | {records.path for records in self._scope.lists}

    def _leaves(self, *kinds: Kind) -> list[Expr]:
        return [expr for expr in self._scope.leaves if expr.kind in kinds and self._is_said(expr)]

    # texts

    def _texts(self) -> Iterator[Expr]:
        atoms = [*self._leaves("text"), *self._picked("text"), *self._outs("text")]
        simple = list(self._reworked(atoms))
        rows = sorted(self._target.values)
        yield from simple
        yield from self._joined(simple, rows)
        if "given" in self._allowed:
            for first in self._stood_in_for():
                # Its own rows say nothing of the text that stands in for it.
                rest = [row for row in rows if not str(first.values[row] or "").strip()]
                others = [expr for expr in simple if not first.leaves & expr.leaves]
                for second in itertools.chain(others, self._joined(others, rest)):
                    yield from self._given(first, second)

    def _stood_in_for(self) -> list[Expr]:
        """Texts that may be missing or blank, as they are and reworked."""
        optional = self._leaves("text?")
        filled = [
            replace(
                expr,
                kind="text",
                code=f"({expr.code} or '')",
                values=tuple(value or "" for value in expr.values),
                cost=expr.cost + 0.2,
            )
            for expr in optional
        ]
        return [*optional, *self._reworked([*filled, *self._leaves("text")])]

    def _given(self, first: Expr, second: Expr) -> Iterator[Expr]:
        made = apply(GIVEN, first, second)
        yield made
        for expr in self._reworked([made]):
            if expr is not made:
                yield expr

    def _reworked(self, atoms: Sequence[Expr]) -> Iterator[Expr]:
        """`atoms` with up to three of the allowed operations on texts."""
        layer = list(atoms)
        for _ in range(3):
            yield from layer
            layer = [
                apply(op, expr)
                for expr in layer[:200]
                for op in TEXT_OPS
                if op.name in self._allowed and op.name not in expr.ops
            ]
        yield from layer

    def _joined(self, atoms: Sequence[Expr], rows: Sequence[int]) -> Iterator[Expr]:
        """Two or three of `atoms` with the texts between them that the examples `rows` show."""
        wanted = [str(self._target.values[row]) for row in rows]
        usable = [expr for expr in atoms if _is_part(expr, rows, wanted)][:_MOST_PARTS]
        for size in (2, 3):
            for parts in itertools.permutations(usable, size):
                reads = [leaf for part in parts for leaf in part.leaves]
                if len(reads) == len(set(reads)) and (made := _template(parts, rows, wanted)):
                    yield made

    # lists

    def _picked(self, *kinds: Kind) -> Iterator[Expr]:
        """A field of the item with the greatest or least value of another."""
        for records in self._lists:
            for name in ("max", "min"):
                if name in self._allowed and name in self._asked:
                    for key, item in itertools.product(self._item_numbers(records), records.items):
                        if item.kind in kinds and not item.leaves & key.leaves:
                            yield _best(name, records, key, item)

    def _item_numbers(self, records: Records) -> list[Expr]:
        atoms = [expr for expr in records.items if expr.kind in {"integer", "number"} and self._is_said(expr)]
        found = list(atoms)
        if "mul" in self._allowed:
            found += [_arithmetic(ARITHMETIC[0], *pair) for pair in itertools.combinations(atoms, 2)]
        return found

    def _text_lists(self) -> Iterator[Expr]:
        for records in self._lists:
            atoms = [expr for expr in records.items if expr.kind == "text" and self._is_said(expr)]
            for item in self._reworked(atoms):
                for unique, ordered in itertools.product((False, True), repeat=2):
                    if not (unique and "unique" not in self._allowed) and not (
                        ordered and "sort" not in self._allowed
                    ):
                        yield _mapped(records, item, unique=unique, ordered=ordered)

    # numbers

    def _numbers(self) -> Iterator[Expr]:
        atoms = [*self._leaves("integer", "number"), *self._outs("integer", "number")]
        atoms += [apply(OR_ZERO, expr, cost=0.3) for expr in self._leaves("number?", "integer?")]
        atoms += self._summaries()
        atoms += list(self._picked("integer", "number"))
        if self._target.kind.rstrip("?") == "integer" and "days" in self._allowed:
            texts = [*self._leaves("text"), *self._outs("text")]
            yield from (apply(DAYS, *pair) for pair in itertools.permutations(texts, 2))
        atoms = atoms[:_MOST_NUMBERS]
        pairs = list(itertools.islice(self._combined(atoms, atoms), _MOST))
        for expr in itertools.chain(atoms, pairs, self._combined(pairs, atoms)):
            yield from self._finished(expr)

    def _finished(self, expr: Expr) -> Iterator[Expr]:
        yield expr
        if expr.kind == "number":
            found = [expr]
            if "not_negative" in self._asked:
                found.append(apply(NOT_NEGATIVE, expr))
                yield found[-1]
            if "round" in self._allowed:
                yield from (rounded(one, self._target.places) for one in found)

    def _combined(self, left: Sequence[Expr], right: Sequence[Expr]) -> Iterator[Expr]:
        for one, other in itertools.product(left, right):
            if not one.leaves & other.leaves:
                for op in (*ARITHMETIC, PERCENT):
                    if op.name in self._allowed:
                        yield _arithmetic(op, one, other)

    def _summaries(self) -> list[Expr]:
        found = []
        for records in self._lists:
            if "count" in self._allowed:
                found.append(_count(records))
            for name in _SUMMARIES:
                if name in self._allowed:
                    found += [_summary(name, records, item) for item in self._item_numbers(records)]
        return found

    def _outs(self, *kinds: Kind) -> list[Expr]:
        said = self._mentions.strong
        return [expr for name, expr in self._outputs.items() if name in said and expr.kind in kinds]

    # others

    def _flags(self) -> Iterator[Expr]:
        yield from self._leaves("flag")

    def _dates(self) -> Iterator[Expr]:
        texts = self._leaves("text")
        yield from texts
        yield from (apply(ISO, expr, cost=0.5) for expr in texts)
        for day, count in itertools.product(texts, self._leaves("integer")):
            yield apply(LATER, day, count)


def _arithmetic(op: Op, one: Expr, other: Expr) -> Expr:
    made = apply(op, one, other)
    is_whole = op.name != "percent" and one.kind == other.kind == "integer"
    return replace(made, kind="integer" if is_whole else "number")


def _is_part(expr: Expr, rows: Sequence[int], wanted: Sequence[str]) -> bool:
    """Whether the value of `expr` is a part of what is wanted, in every row."""
    parts = [expr.values[row] for row in rows]
    return all(
        isinstance(part, str) and part and part in text for part, text in zip(parts, wanted, strict=True)
    )


def _template(parts: Sequence[Expr], rows: Sequence[int], wanted: Sequence[str]) -> Expr | None:
    """`parts` joined by the same short texts on all rows, when that gives what is wanted."""
    glue: list[str] | None = None
    for row, text in zip(rows, wanted, strict=True):
        found = _glue([str(part.values[row]) for part in parts], text)
        if found is None or (glue is not None and found != glue):
            return None
        glue = found
    if glue is None or sum(map(len, glue)) > _LONGEST_GLUE or any("{" in text for text in glue):
        return None
    if not "".join(glue) and len(rows) < 2:
        return None

    def joined(*texts: str) -> str:
        return "".join(piece for pair in zip(glue, [*texts, ""], strict=True) for piece in pair)

    pieces = [
        _escaped(text) + (f"{{{{{{{index}}}}}}}" if index < len(parts) else "")
        for index, text in enumerate(glue)
    ]
    code = 'f"' + "".join(pieces) + '"'
    op = Op(name="join", takes=(), gives="text", compute=joined, code=code)
    made = apply(op, *(replace(part, code=part.code.replace('"', "'")) for part in parts))
    alike = all(part.ops == parts[0].ops for part in parts)
    return replace(made, cost=made.cost + 0.3 * sum(map(len, glue)) + (not alike))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _glue(texts: Sequence[str], whole: str) -> list[str] | None:
    """What stands before, between and after `texts` in `whole`; None when they are not in it in this order."""
    found, place = [], 0
    for text in texts:
        start = whole.find(text, place) if text else -1
        if start < 0:
            return None
        found.append(whole[place:start])
        place = start + len(text)
    return [*found, whole[place:]]


def _over(records: Records, item: Expr) -> Expr:
    """`item` marked as read from `records`."""
    return replace(
        item, leaves=item.leaves | records.leaves, ops=item.ops | records.ops, cost=item.cost + 0.5
    )


def _count(records: Records) -> Expr:
    values = tuple(len(part) for part in records.by_row([0] * len(records.owners)))
    code = f"len({records.source})"
    return Expr(
        code=code, kind="integer", values=values, leaves=records.leaves, ops=records.ops | {"count"}, cost=1.5
    )


def _summary(name: str, records: Records, item: Expr) -> Expr:
    parts = records.by_row(item.values)
    where = f" if {records.filter.code}" if records.filter else ""
    start = ", Decimal(0)" if item.kind == "number" and name == "sum" else ""
    inner = f"{item.code} for {records.var} in {records.code}{where}"
    code = f"sum(({inner}){start})" if start else f"{name}({inner})"
    base = _over(records, item)
    return replace(
        base,
        code=code,
        values=tuple(_summed(name, part, item.kind) for part in parts),
        ops=base.ops | {name},
        records="" if name == "sum" else records.source,
    )


def _summed(name: str, part: Sequence[Value], kind: Kind) -> Value:
    numbers = [value for value in part if isinstance(value, int | Decimal)]
    if len(numbers) < len(part) or (name != "sum" and not part):
        return DECLINED
    if name == "sum":
        return sum(numbers, Decimal(0) if kind == "number" else 0)
    return max(numbers) if name == "max" else min(numbers)


def _best(name: str, records: Records, key: Expr, item: Expr) -> Expr:
    parts = zip(records.by_row(key.values), records.by_row(item.values), strict=True)
    base = _over(records, item)
    field = item.code.replace(records.var, "{chosen}", 1)
    chosen = f"{name}({records.source}, key=lambda {records.var}: {key.code})"
    return replace(
        base,
        code=field.replace("{chosen}", chosen),
        values=tuple(_chosen(name, keys, items) for keys, items in parts),
        leaves=base.leaves | key.leaves,
        ops=base.ops | key.ops | {name},
        helpers=base.helpers | key.helpers,
        cost=base.cost + key.cost,
        records=records.source,
    )


def _chosen(name: str, keys: Sequence[Value], items: Sequence[Value]) -> Value:
    numbers = [key for key in keys if isinstance(key, int | Decimal)]
    if not keys or len(numbers) < len(keys):
        return DECLINED
    return items[numbers.index(max(numbers) if name == "max" else min(numbers))]


def _mapped(records: Records, item: Expr, *, unique: bool, ordered: bool) -> Expr:
    parts = [[str(value) for value in part] for part in records.by_row(item.values)]
    where = f" if {records.filter.code}" if records.filter else ""
    inner = f"{item.code} for {records.var} in {records.code}{where}"
    code, values = f"[{inner}]", parts
    if unique and ordered:
        code, values = f"sorted({{{inner}}})", [sorted(set(part)) for part in parts]
    elif unique:
        code, values = f"list(dict.fromkeys({inner}))", [list(dict.fromkeys(part)) for part in parts]
    elif ordered:
        code, values = f"sorted({inner})", [sorted(part) for part in parts]
    base = _over(records, item)
    ops = base.ops | ({"unique"} if unique else set()) | ({"sort"} if ordered else set())
    return replace(
        base, code=code, kind="texts", values=tuple(values), ops=ops, cost=base.cost + unique + ordered
    )
