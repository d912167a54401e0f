"""Inputs varied around bases: one place at a time, several at once, or as a customer's next input might differ from the last."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from compiled_ai.inputs._edits import Phrase, TextEditor
from compiled_ai.inputs._schema import Path, SchemaReader, Spot, as_list, put, remove
from compiled_ai.inputs._values import boundary_values, types_at
from compiled_ai.spec.canonical import JsonObject, JsonValue

_LATEST_ORDINAL = datetime.date.max.toordinal()
_NO_EXAMPLE = -1
_CALCULABLE = 1e300


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An input that may or may not conform to the schema, and the examples that it was made from."""

    input: JsonValue
    examples: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Base:
    """A conforming input to vary."""

    input: JsonObject
    example: int | None
    """Its index among the examples; None if it was made from the schema."""
    spots: tuple[Spot, ...]

    @property
    def examples(self) -> frozenset[int]:
        """What a variation of it is made from."""
        return frozenset() if self.example is None else frozenset({self.example})


Holders = dict[Path, list[tuple[Base, Spot]]]


def holders(bases: Sequence[Base]) -> Holders:
    """For every place of inputs, the bases in which it is there."""
    found: Holders = {}
    for base in bases:
        for spot in base.spots:
            found.setdefault(spot.general_path, []).append((base, spot))
    return found


def one_at_a_time(places: Holders, values_of: Callable[[Spot], Sequence[JsonValue]]) -> Iterator[Proposal]:
    """Each base with one place changed, in turn over the places, each value in another base."""
    rows = [_row(spots, values_of) for path, spots in places.items() if path]
    for proposals in itertools.zip_longest(*rows):
        yield from (proposal for proposal in proposals if proposal is not None)


def in_turn(
    places: Holders, values_of: Callable[[Spot], Sequence[JsonValue]], rounds: int
) -> Iterator[Proposal]:
    """The n-th value at the n-th place that has values, `rounds` times: a few proposals that are spread over both."""
    spread = [
        (spots, values) for path, spots in places.items() if path and (values := values_of(spots[0][1]))
    ]
    for turn in range(rounds if spread else 0):
        spots, _ = spread[turn % len(spread)]
        base, spot = spots[turn % len(spots)]
        values = values_of(spot)
        if values:
            yield Proposal(
                input=put(base.input, spot.path, values[turn % len(values)]), examples=base.examples
            )


def _row(
    spots: Sequence[tuple[Base, Spot]], values_of: Callable[[Spot], Sequence[JsonValue]]
) -> Iterator[Proposal]:
    """First every value once, each in another base; then again with the bases moved on by one."""
    for shift in range(len(spots)):
        for index in itertools.count():
            base, spot = spots[(index + shift) % len(spots)]
            values = values_of(spot)
            if index >= len(values):
                break
            yield Proposal(input=put(base.input, spot.path, values[index]), examples=base.examples)


def without_fields(bases: Sequence[Base], fits: Callable[[JsonValue], bool]) -> Iterator[Proposal]:
    """Each base with one field left out, then with all that can be, then with two."""
    rows = [_leaving_out(base, 1) for base in bases]
    for base in bases:
        yield Proposal(input=_smallest(base, fits), examples=base.examples)
    rows += [_leaving_out(base, 2) for base in bases]
    for proposals in itertools.zip_longest(*rows):
        yield from (proposal for proposal in proposals if proposal is not None)


def _leaving_out(base: Base, count: int) -> Iterator[Proposal]:
    for spot in base.spots:
        for names in _names(spot, count):
            yield _without(base, spot, names)


def _names(spot: Spot, count: int) -> Iterator[tuple[str, ...]]:
    return itertools.combinations(spot.value, count) if isinstance(spot.value, dict) else iter(())


def _without(base: Base, spot: Spot, names: Sequence[str]) -> Proposal:
    assert isinstance(spot.value, dict)
    left = {name: value for name, value in spot.value.items() if name not in names}
    return Proposal(input=put(base.input, spot.path, left), examples=base.examples)


def _smallest(base: Base, fits: Callable[[JsonValue], bool]) -> JsonValue:
    """`base` without every field that it can do without."""
    value: JsonValue = base.input
    for spot in reversed(base.spots):
        for name in list(spot.value) if isinstance(spot.value, dict) else ():
            fewer = remove(value, (*spot.path, name))
            value = fewer if fits(fewer) else value
    return value


class Varier:
    """Makes ever new variations of `bases`, in the order that `rng` gives."""

    def __init__(self, rng: Random, reader: SchemaReader, bases: Sequence[Base]) -> None:
        self._rng = rng
        self._reader = reader
        self._bases = bases
        self._places = holders(bases)
        self._editor = TextEditor(rng, [phrase for base in bases for phrase in _phrases(base)])
        self._used: set[int] = set()

    def realistic(self) -> Iterator[Proposal]:
        """Bases after some edits, without end."""
        for turn in itertools.count():
            base = self._bases[turn % len(self._bases)]
            value: JsonValue = base.input
            self._used = set(base.examples)
            if self._rng.random() < 0.2:
                value = self._mixed(value, ())
            for _ in range(self._rng.choice((1, 1, 1, 2, 3))):
                value = self._edited(value)
            yield Proposal(input=value, examples=frozenset(self._used - {_NO_EXAMPLE}))

    def thrown_together(self, values_of: Callable[[Base, Spot], Sequence[JsonValue]]) -> Iterator[Proposal]:
        """Bases with about half of their places set to odd values, without end."""
        for turn in itertools.count():
            base = self._bases[turn % len(self._bases)]
            value: JsonValue = base.input
            leaves = [spot for spot in base.spots if spot.path and not isinstance(spot.value, dict | list)]
            for spot in leaves or base.spots[1:]:
                values = (
                    values_of(base, spot) if self._rng.random() < max(0.5, 1 / len(leaves or [1])) else ()
                )
                if values:
                    value = put(value, spot.path, self._rng.choice(values))
            yield Proposal(input=value, examples=base.examples)

    def _edited(self, value: JsonValue) -> JsonValue:
        spots = [spot for spot in self._reader.spots(value) if spot.path]
        texts = [spot for spot in spots if isinstance(spot.value, str)]
        if not spots:
            return value
        spot = self._rng.choice(texts if texts and self._rng.random() < 0.4 else spots)
        return put(value, spot.path, self._changed(spot))

    def _changed(self, spot: Spot) -> JsonValue:
        options = [option for node in spot.nodes for option in as_list(node.get("enum"))]
        if options:
            return self._rng.choice(options)
        chance = self._rng.random()
        if chance < 0.05 and "null" in types_at(spot):
            return None
        if chance < 0.2 or spot.value is None:
            return self._of_another(spot)
        return self._changed_value(spot, spot.value)

    def _changed_value(self, spot: Spot, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self._text(spot, value)
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float):
            return self._number(value)
        return self._list(spot, value) if isinstance(value, list) else self._mixed(value, spot.path)

    def _of_another(self, spot: Spot) -> JsonValue:
        """What stands at the same place in another base; something at the limits if there is none."""
        others = [holder for holder in self._places.get(spot.general_path, ()) if holder[1].value is not None]
        if others and (spot.value is not None or self._rng.random() < 0.8):
            base, other = self._rng.choice(others)
            self._used |= base.examples
            return other.value
        values = boundary_values(spot)
        return self._rng.choice(values) if values else spot.value

    def _mixed(self, value: JsonValue, path: Path) -> JsonValue:
        """`value` with some of its fields from the same place of another base, or one field less or more."""
        if not isinstance(value, dict) or not value:
            return value
        general = tuple("*" if isinstance(part, int) else part for part in path)
        others = [
            (base, spot.value) for base, spot in self._places.get(general, ()) if isinstance(spot.value, dict)
        ]
        if not others or self._rng.random() < 0.2:
            picked = self._rng.choice(list(value))
            if self._rng.random() < 0.5:
                return {**value, self._editor.same_shape(picked): value[picked]}
            return {name: item for name, item in value.items() if name != picked}
        base, other = self._rng.choice(others)
        self._used |= base.examples
        return {**value, **{name: item for name, item in other.items() if self._rng.random() < 0.5}}

    def _text(self, spot: Spot, text: str) -> str:
        formats = {node.get("format") for node in spot.nodes}
        if formats & {"date", "date-time"}:
            return self._moved(text)
        if "decimal" in formats:
            return self._decimal(text)
        if any("pattern" in node for node in spot.nodes) and self._rng.random() < 0.7:
            return self._editor.same_shape(text)
        edited, used = self._editor.edit(text)
        self._used |= used
        return edited

    def _moved(self, text: str) -> str:
        """A date or date-time some days away; the far ends of the calendar now and then."""
        try:
            ordinal = datetime.date.fromisoformat(text[:10]).toordinal()
        except ValueError:
            return text
        shift = self._rng.choice((1, -1, 7, 28, 30, -31, 365, -366, self._rng.randint(-20_000, 20_000)))
        return (
            datetime.date.fromordinal(min(max(1, ordinal + shift), _LATEST_ORDINAL)).isoformat() + text[10:]
        )

    def _decimal(self, text: str) -> str:
        if self._rng.random() < 0.5:
            return f"{self._number(self._rng.randrange(10**6))}.{self._rng.randrange(1_000)}"
        digits = [index for index, char in enumerate(text) if char.isdecimal()]
        index = self._rng.choice(digits) if digits else 0
        return text[:index] + self._rng.choice(("0", "9", "5", "-", "00", "")) + text[index + 1 :]

    def _number(self, value: float) -> int | float:
        if abs(value) > _CALCULABLE:
            return self._rng.choice((-value, 1, 0))
        near = (value + 1, value - 1, -value, value * 10, value * 2, 0, self._rng.randint(-10, 100))
        odd = (value + 0.5, value * 1.01, value / 3, round(value * self._rng.random(), 2))
        whole = isinstance(value, int) or value == int(value)
        return self._rng.choice(near if whole and self._rng.random() < 0.8 else odd)

    def _list(self, spot: Spot, items: list[JsonValue]) -> JsonValue:
        others = [
            item for _, other in self._places.get(spot.general_path, ()) for item in as_list(other.value)
        ]
        if not items:
            return others[:2]
        index = self._rng.randrange(len(items))
        shuffled = self._rng.sample(items, len(items))
        foreign = [self._rng.choice(others)] if others else []
        if foreign:
            self._used |= {
                example for base, _ in self._places[spot.general_path] for example in base.examples
            }
        return self._rng.choice(
            (items[:index] + items[index + 1 :], [*items, items[index]], shuffled, items[::-1], [*items, *foreign], [*foreign, *items], items * 2)
        )  # fmt: skip


def _phrases(base: Base) -> Iterator[Phrase]:
    for spot in base.spots:
        if isinstance(spot.value, str):
            yield Phrase(text=spot.value, example=_NO_EXAMPLE if base.example is None else base.example)
