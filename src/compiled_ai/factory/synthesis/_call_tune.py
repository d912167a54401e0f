"""Tuning: the slots that a model proposes, changed until they answer as many of its own requests as they can.

A cue that helps one wording harms another, and nobody sees that from a table of slots. So the table is tried on requests with known answers, and the
one change that helps is kept, again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from compiled_ai.factory.synthesis._call_search import (
    Choice,
    Shown,
    is_same_answer,
    other_cues,
    other_settings,
    plain_words,
    reordered,
    with_slot,
)
from compiled_ai.factory.synthesis._call_shapes import value_at
from compiled_ai.modules.slots import Slot
from compiled_ai.spec.canonical import JsonObject

_MOST_FILLINGS = 3_000
"""Of requests, in one tuning: some seconds."""
_WRONG, _DECLINED, _BAD_SHARE, _INEXACT = 4.0, 1.0, 1.0, 0.3
"""Costs of a wrong answer and of a refusal, on top of the share of bad values, and of an answer that differs in case only."""
_OTHER_KIND, _OTHER_WORD = 1.0, 0.05
"""What it costs to read a slot as a kind that neither the schema nor the model suggests, and to add a cue that neither knows."""
_BROKEN = 50.0
"""Cost of a wrong answer to an example of the spec, which no code may give."""
_CHANGE = 0.02
"""What a change must gain at least: the model's own choice stands where nothing speaks against it."""
_VOCABULARY = 120
"""Most words of requests that are taken as known to mean no value."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A request with its right answer."""

    request: str
    arguments: JsonObject | None
    """None: it must be declined."""
    weight: float = 1.0
    is_binding: bool = False
    """It is an example of the spec: code that answers it wrong is not accepted."""


class _Tuner:
    """Counts fillings, and keeps what each choice costs."""

    def __init__(self, trials: Sequence[Trial], start: Sequence[Choice]) -> None:
        self._trials = list(trials)
        self._start = start
        self._left = _MOST_FILLINGS

    def may_go_on(self) -> bool:
        """Whether there is time for another choice."""
        return self._left > 0

    def begin_with(self, choice: Choice) -> float:
        """What `choice` costs. From now on its failures come first: a change that mends none of them is given up after these few."""
        costs = [trial.weight * trial_cost(choice, trial) for trial in self._trials]
        order = sorted(range(len(costs)), key=lambda index: -costs[index])
        self._trials = [self._trials[index] for index in order]
        return sum(costs) + _strangeness(choice, self._start)

    def cost(self, choice: Choice, bound: float) -> float:
        """What `choice` costs over all trials; anything above `bound` when it costs more than that."""
        total = _strangeness(choice, self._start)
        for trial in self._trials:
            self._left -= 1
            total += trial.weight * trial_cost(choice, trial)
            if total >= bound:
                break
        return total


def _strangeness(choice: Choice, start: Sequence[Choice]) -> float:
    """How far the slots of `choice` are from what any start says: requests are few, so that chance may speak for anything."""
    cost = 0.0
    for index, slot in enumerate(choice.slots):
        others = [other for item in start if (other := item.slots[index]) is not None]
        if slot is None or not others:
            cost += _OTHER_KIND * (slot is None and bool(others))
            continue
        cost += _OTHER_KIND * all((slot.kind, slot.style) != (other.kind, other.style) for other in others)
        cost += _OTHER_WORD * len(set(slot.cues).difference(*(other.cues for other in others)))
    return cost


def trial_cost(choice: Choice, trial: Trial) -> float:
    """How far `choice` is from the right answer of `trial`: 0 when it gives that."""
    is_answered, given = choice.attempt(trial.request)
    wrong = _BROKEN if trial.is_binding else _WRONG
    if trial.arguments is None:
        return wrong if is_answered else 0.0
    if is_answered and given == trial.arguments:
        return 0.0
    if is_answered and is_same_answer(given, trial.arguments):
        return _INEXACT
    bad = _bad_fields(choice, given, trial.arguments)
    return (wrong if is_answered else _DECLINED) + _BAD_SHARE * len(bad) / max(1, len(choice.fields))


def _bad_fields(choice: Choice, given: JsonObject, expected: JsonObject) -> set[int]:
    """The fields with another value than expected."""
    return {
        index
        for index, field in enumerate(choice.fields)
        if value_at(given, field.parameter.path) != value_at(expected, field.parameter.path)
    }


def tune(start: Sequence[Choice], trials: Sequence[Trial]) -> Choice:
    """The best that comes of `start`, changed in whatever way answers more of `trials`; its first where nothing is better."""
    tuner = _Tuner(trials, start)
    found = [_climb(choice, start, trials, tuner) for choice in start]
    return min(found, key=lambda item: item[0])[1]


def _climb(
    best: Choice, start: Sequence[Choice], trials: Sequence[Trial], tuner: _Tuner
) -> tuple[float, Choice]:
    """The cost reached, and the choice."""
    cost, is_better = tuner.begin_with(best), True
    while cost > _CHANGE and is_better and tuner.may_go_on():
        is_better = False
        for other in _changes(best, start, trials):
            reached = tuner.cost(other, bound=cost - _CHANGE)
            if reached < cost - _CHANGE:
                best, cost, is_better = other, tuner.begin_with(other), True
                break
            if not tuner.may_go_on():
                break
    return cost, best


def _changes(choice: Choice, start: Sequence[Choice], trials: Sequence[Trial]) -> Iterator[Choice]:
    """Choices that differ in one thing: what other starts say, a cue more or less, another kind, another order."""
    answered = [
        Shown(request=trial.request, arguments=trial.arguments)
        for trial in trials
        if trial.arguments is not None
    ]
    suspects = _suspects(choice, answered)
    for other in start:
        for index in suspects:
            if other.slots[index] != choice.slots[index]:
                yield with_slot(choice, index, other.slots[index])
        if other.ignore != choice.ignore:
            yield replace(choice, ignore=other.ignore)
    yield from _phrases(choice)
    for index in suspects:
        yield from _fewer_words(choice, index)
    for other in start:
        for index in suspects:
            yield from _more_words(choice, index, other.slots[index])
    failing = [case for case in answered if choice.answer(case.request) != case.arguments]
    yield from _only(other_cues(choice, failing), choice, suspects)
    yield from _only(other_settings(choice), choice, suspects)
    yield from reordered(choice)
    known = _known(start, answered)
    if known and known != choice.known:
        yield replace(choice, known=known)
    if choice.ignore:
        yield replace(choice, ignore=())


def _known(start: Sequence[Choice], answered: Sequence[Shown]) -> tuple[str, ...]:
    """Words of requests that mean no value, as far as the starts tell."""
    meaning = " ".join(
        word.lower()
        for choice in start
        for slot in choice.table
        for words in (
            (*slot.choices, *slot.units),
            *slot.choices.values(),
            () if slot.required else slot.cues,
        )
        for word in words
    )
    taken = set(re.findall(r"[a-z'-]+", meaning))
    return tuple(word for word in plain_words(answered) if word not in taken)[:_VOCABULARY]


def _suspects(choice: Choice, answered: Sequence[Shown]) -> list[int]:
    """The fields with a wrong value in some request; all of them where requests are declined with right values."""
    wrong: set[int] = set()
    for case in answered:
        wrong |= _bad_fields(choice, choice.attempt(case.request)[1], case.arguments)
    return sorted(wrong) or list(range(len(choice.fields)))


def _only(others: Iterator[Choice], choice: Choice, suspects: Sequence[int]) -> Iterator[Choice]:
    """Those of `others` that change one of the suspects."""
    for other in others:
        if any(other.slots[index] != choice.slots[index] for index in suspects):
            yield other


def _phrases(choice: Choice) -> Iterator[Choice]:
    """Without one of the phrases of other requests."""
    for phrase in choice.decline:
        yield replace(choice, decline=tuple(other for other in choice.decline if other != phrase))


def _fewer_words(choice: Choice, index: int) -> Iterator[Choice]:
    """Without one of the cues, units or wordings of the slot at `index`."""
    slot = choice.slots[index]
    if slot is None:
        return
    for cue in slot.cues if len(slot.cues) > 1 else ():
        yield with_slot(choice, index, replace(slot, cues=_without(slot.cues, cue)))
    for unit in slot.units[1:]:
        yield with_slot(choice, index, replace(slot, units=_without(slot.units, unit)))
    yield from (with_slot(choice, index, other) for other in _fewer_wordings(slot))


def _more_words(choice: Choice, index: int, other: Slot | None) -> Iterator[Choice]:
    """With one of the cues, units or wordings that `other` has more."""
    slot = choice.slots[index]
    if slot is None or other is None or slot.kind != other.kind:
        return
    for cue in other.cues:
        if cue not in slot.cues:
            yield with_slot(choice, index, replace(slot, cues=(*slot.cues, cue)))
    for unit in other.units:
        if slot.units and unit not in slot.units:
            yield with_slot(choice, index, replace(slot, units=(*slot.units, unit)))
    for key, words in other.choices.items():
        standing = slot.choices.get(key, ())
        for word in words:
            if word not in standing:
                choices = {**slot.choices, key: (*standing, word)}
                yield with_slot(choice, index, replace(slot, choices=choices))


def _fewer_wordings(slot: Slot) -> Iterator[Slot]:
    for key, words in slot.choices.items():
        for word in words:
            yield replace(slot, choices={**slot.choices, key: _without(words, word)})


def _without(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(other for other in words if other != word)
