"""Which inputs are made, how many of each kind, and from what."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Literal, get_args

from compiled_ai.inputs._random import RandomInputs, RandomRun
from compiled_ai.inputs._samples import samples
from compiled_ai.inputs._schema import Path, SchemaReader, Spot, put
from compiled_ai.inputs._values import (
    boundary_values,
    case_traps,
    empty_values,
    huge_values,
    object_extras,
    unicode_values,
)
from compiled_ai.inputs._variations import (
    Base,
    Holders,
    Proposal,
    Varier,
    holders,
    in_turn,
    one_at_a_time,
    without_fields,
)
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.schema import Checker

InputKind = Literal["boundary", "empty", "huge", "unicode", "missing_optional", "random", "varied_example"]
KINDS: tuple[InputKind, ...] = get_args(InputKind)

_SHARES: dict[InputKind, float] = {
    "boundary": 0.18,
    "empty": 0.06,
    "huge": 0.012,
    "unicode": 0.13,
    "missing_optional": 0.04,
    "random": 0.15,
}
"""Shares of the count; the rest is varied examples. What a kind cannot fill goes to them too, and then to random ones."""
_MOST_HUGE = 12
_HYPOTHESIS_SHARE = 0.12
"""Share of the count that hypothesis makes, for 2 to 6 ms each; other random inputs are thrown together from odd values."""
_FEWEST_FOR_HYPOTHESIS = 50
"""Below this count hypothesis is not worth the half second that it takes to start."""
_FUTILE = 400
"""Proposals in a row that bring nothing new, after which a kind counts as exhausted."""
_PLAIN_KINDS = ("varied_example", "random")
_MOST_EXAMPLES = 200
_MOST_SAMPLES = 12
_MOST_ODD = 120
"""Values for one place that are tried when several are thrown together."""


class InputGenerator:
    """Makes the inputs for one schema. `notes` and `is_repeatable` are known after `run`."""

    def __init__(self, schema: JsonObject, examples: Sequence[JsonObject], *, count: int, seed: int) -> None:
        self.notes: list[str] = []
        self.is_repeatable = True
        """Whether the next run would make the same inputs. Not so if a process failed."""
        self._schema = schema
        self._count = count
        self._seed = seed
        self._quotas = _quotas(count)
        self._reader = SchemaReader(schema)
        self._collected = _Collected(Checker(schema))
        self._examples = examples

    def run(self) -> list[tuple[InputKind, Proposal]]:
        """The inputs, ordered by kind."""
        bases = self._example_bases()
        from_examples = bool(bases)
        bases = bases or self._sample_bases()
        process = self._ask_hypothesis() if self._count >= _FEWEST_FOR_HYPOTHESIS or not bases else None
        self._around(bases)
        if from_examples:
            self._vary(bases, self._left() - self._quotas["random"])
        if process:
            self._take_random(process.result())
        if not bases:
            bases = self._random_bases()
            self._around(bases)
        self._throw_together(bases, self._quotas["random"] - len(self._collected.found["random"]))
        if from_examples:
            self._vary(bases, self._left())
        self._throw_together(bases, self._left())
        if self._left() > 0 and not process:
            self._take_random(self._ask_hypothesis().result())
            self._throw_together(bases, self._left())
        chosen = _cut(self._collected.found, self._count)
        if not chosen and self._count:
            self.notes.append("no input was found that conforms to the schema")
        return chosen

    def _ask_hypothesis(self) -> RandomRun:
        number = max(round(_HYPOTHESIS_SHARE * self._count), _FEWEST_FOR_HYPOTHESIS)
        return RandomRun(self._schema, count=number, seed=self._seed % 2**64)

    def _left(self) -> int:
        return self._count - sum(len(found) for found in self._collected.found.values())

    def _rng(self, purpose: str) -> Random:
        return Random(int(hashlib.sha256(f"{self._seed}{purpose}".encode()).hexdigest(), 16))  # noqa: S311 - repeatable on purpose, no secret

    def _base(self, value: JsonObject, example: int | None) -> Base:
        return Base(input=value, example=example, spots=tuple(self._reader.spots(value)))

    def _example_bases(self) -> list[Base]:
        fitting = [index for index, value in enumerate(self._examples) if self._collected.fits(value)]
        if len(fitting) < len(self._examples):
            odd = [str(index) for index in range(len(self._examples)) if index not in fitting]
            self.notes.append(
                f"left out: examples that do not conform to the schema, counted from 0: {', '.join(odd[:20])}"
            )
        self._collected.plain = {canonical_json(self._examples[index]) for index in fitting}
        step = -(-len(fitting) // _MOST_EXAMPLES) or 1
        return [self._base(self._examples[index], index) for index in fitting[::step]]

    def _sample_bases(self) -> list[Base]:
        fitting = {
            canonical_json(value): value for value in samples(self._reader) if self._collected.fits(value)
        }
        return [self._base(value, None) for value in itertools.islice(fitting.values(), _MOST_SAMPLES)]

    def _random_bases(self) -> list[Base]:
        """The longest random inputs."""
        inputs = [item.input for item in self._collected.found["random"] if isinstance(item.input, dict)]
        inputs.sort(key=lambda value: (-len(canonical_json(value)), canonical_json(value)))
        return [self._base(value, None) for value in inputs[:_MOST_SAMPLES]]

    def _around(self, bases: Sequence[Base]) -> None:
        """All that is made by changing bases here and there."""
        if not bases:
            return
        places = holders(bases)
        boundary = _remembered(boundary_values)
        together = Varier(self._rng("boundary"), self._reader, bases).thrown_together(self._fitting(boundary))
        quota = self._quotas["boundary"]
        take = self._collected.take
        take("boundary", one_at_a_time(places, boundary), quota * 6 // 7)
        take("boundary", together, quota)
        take("empty", _emptied(bases, places), self._quotas["empty"])
        take("huge", in_turn(places, _remembered(huge_values), 6 * _MOST_HUGE), self._quotas["huge"])
        quota = self._quotas["unicode"]
        take("unicode", one_at_a_time(places, case_traps), quota // 4)
        take("unicode", one_at_a_time(places, _remembered(unicode_values)), quota)
        left_out = without_fields(bases, self._collected.fits)
        quota = self._quotas["missing_optional"]
        take("missing_optional", left_out, quota - quota // 4)
        take("missing_optional", _extended(places), quota)
        take("missing_optional", left_out, quota)

    def _vary(self, bases: Sequence[Base], number: int) -> None:
        made = len(self._collected.found["varied_example"])
        varier = Varier(self._rng(f"varied {made}"), self._reader, bases)
        self._collected.take("varied_example", varier.realistic(), made + number)

    def _take_random(self, random: RandomInputs) -> None:
        self.is_repeatable = random.is_repeatable
        self.notes.extend(random.notes)
        proposals = [Proposal(input=value, examples=frozenset()) for value in random.values]
        self._collected.take("random", iter(proposals), self._count)
        unfit = sum(not self._collected.fits(value) for value in random.values)
        if unfit * 2 > len(proposals):
            self.notes.append(f"{unfit} of {len(proposals)} random inputs did not conform and were dropped")

    def _throw_together(self, bases: Sequence[Base], number: int) -> None:
        """Random inputs: bases with odd values put together, and when these run out, edited bases and random inputs."""
        found = self._collected.found["random"]
        goal = len(found) + number
        if not bases or number <= 0:
            return
        varier = Varier(self._rng(f"random {len(found)}"), self._reader, bases)
        odd = self._fitting(_remembered(_odd_values))
        self._collected.take("random", varier.thrown_together(odd), goal)
        if len(found) < goal:
            edited = Varier(self._rng("edited"), self._reader, [*bases, *self._random_bases()])
            self._collected.take("random", edited.realistic(), goal)

    def _fitting(
        self, values_of: Callable[[Spot], list[JsonValue]]
    ) -> Callable[[Base, Spot], list[JsonValue]]:
        """`values_of` for each kind of place, without the values that alone already break the schema."""
        known: dict[Path, list[JsonValue]] = {}

        def fitting(base: Base, spot: Spot) -> list[JsonValue]:
            path = spot.general_path
            if path not in known:
                values = values_of(spot)
                step = -(-len(values) // _MOST_ODD) or 1
                changed = ((value, put(base.input, spot.path, value)) for value in values[::step])
                known[path] = [value for value, whole in changed if self._collected.fits(whole)]
            return known[path]

        return fitting


class _Collected:
    """Inputs that conform and are new, by kind."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._seen: set[str] = set()
        self.plain: set[str] = set()
        """Examples as they are: these show no limit and no missing field."""
        self.found: dict[InputKind, list[Proposal]] = {kind: [] for kind in KINDS}

    def fits(self, value: JsonValue) -> bool:
        """Whether `value` is an input that conforms to the schema."""
        try:
            return isinstance(value, dict) and self._checker.is_valid(value)
        except ValueError:  # nested too deeply
            return False

    def take(self, kind: InputKind, proposals: Iterator[Proposal], quota: int) -> None:
        """Go through `proposals` until there are `quota` inputs of `kind`, or nothing new comes any more."""
        found, misses = self.found[kind], 0
        while len(found) < quota and misses < _FUTILE:
            proposal = next(proposals, None)
            if proposal is None:
                return
            misses += 1
            if self.fits(proposal.input):
                text = canonical_json(proposal.input)
                if text not in self._seen and (kind in _PLAIN_KINDS or text not in self.plain):
                    self._seen.add(text)
                    found.append(proposal)
                    misses = 0


def _quotas(count: int) -> dict[InputKind, int]:
    quotas = {kind: max(1, round(share * count)) for kind, share in _SHARES.items()}
    quotas["huge"] = min(quotas["huge"], _MOST_HUGE)
    return quotas


def _cut(found: Mapping[InputKind, Sequence[Proposal]], count: int) -> list[tuple[InputKind, Proposal]]:
    """At most `count` of all, taken from every kind in turn if there are more."""
    total = sum(len(proposals) for proposals in found.values())
    turns = itertools.zip_longest(*([(kind, item) for item in found[kind]] for kind in KINDS))
    spread = [pair for turn in turns for pair in turn if pair is not None]
    kept = spread if total <= count else spread[:count]
    return sorted(kept, key=lambda pair: KINDS.index(pair[0]))


def _remembered(values_of: Callable[[Spot], list[JsonValue]]) -> Callable[[Spot], list[JsonValue]]:
    """`values_of`, computed once for each spot."""
    known: dict[int, list[JsonValue]] = {}

    def remembered(spot: Spot) -> list[JsonValue]:
        if id(spot) not in known:
            known[id(spot)] = values_of(spot)
        return known[id(spot)]

    return remembered


def _odd_values(spot: Spot) -> list[JsonValue]:
    return [*boundary_values(spot), *empty_values(spot), *unicode_values(spot)]


def _emptied(bases: Sequence[Base], places: Holders) -> Iterator[Proposal]:
    """Nothing at all, bases with all their texts blank or everything null, then one place at a time."""
    yield Proposal(input={}, examples=frozenset())
    for base in bases[:3]:
        for blank in ("", " ", None):
            value: JsonValue = base.input
            for spot in base.spots:
                if isinstance(spot.value, str) or (blank is None and not isinstance(spot.value, dict | list)):
                    value = put(value, spot.path, blank)
            yield Proposal(input=value, examples=base.examples)
    yield from one_at_a_time(places, _remembered(empty_values))


def _extended(places: Holders) -> Iterator[Proposal]:
    """Inputs with fields that the schema does not name."""
    rows: Iterable[Iterator[Proposal]] = (
        (
            Proposal(input=put(base.input, spot.path, value), examples=base.examples)
            for value in object_extras(spot)
        )
        for base, spot in (spots[0] for spots in places.values())
    )
    for proposals in itertools.zip_longest(*rows):
        yield from (proposal for proposal in proposals if proposal is not None)
