"""Tuning: the slots that a model proposes, changed until they answer as many of its own requests as they can.

A cue that helps one wording harms another, and nobody sees that from a table of slots. So the table is tried on requests with known answers, and the
one change that helps is kept, again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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


_Attempt = tuple[bool, JsonObject]
"""Whether a request is answered, and the arguments: see `Choice.attempt`."""


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """The choice that changes are made to, with how it does."""

    choice: Choice
    cost: float
    suspects: Sequence[int]
    """Its fields with a wrong value in some request; all of them where requests are declined with right values."""
    failing: Sequence[Shown]
    """Requests that it does not answer right."""


class _Tuner:
    """Counts fillings, and finds out what each choice costs."""

    def __init__(self, start: Sequence[Choice], trials: Sequence[Trial]) -> None:
        self.start = start
        self._answered = [
            Shown(request=trial.request, arguments=trial.arguments)
            for trial in trials
            if trial.arguments is not None
        ]
        self._trials = list(trials)
        self._left = _MOST_FILLINGS

    @cached_property
    def known(self) -> tuple[str, ...]:
        """Words of requests that mean no value, as far as the starts tell."""
        return _known(self.start, self._answered)

    def may_go_on(self) -> bool:
        """Whether there is time for another choice."""
        return self._left > 0

    def begin_with(self, choice: Choice) -> _Standing:
        """How `choice` does. From now on its failures come first: a change that mends none of them is given up after these few.

        These fillings do not count: there is one round of them for each start and each change that is kept, beside the many changes that are tried for it.
        """
        requests = dict.fromkeys(trial.request for trial in self._trials)
        attempts = {request: choice.attempt(request) for request in requests}
        costs = [
            trial.weight * _attempt_cost(choice, attempts[trial.request], trial) for trial in self._trials
        ]
        order = sorted(range(len(costs)), key=lambda index: -costs[index])
        self._trials = [self._trials[index] for index in order]
        given = [(case, *attempts[case.request]) for case in self._answered]
        wrong = {index for case, _, output in given for index in _bad_fields(choice, output, case.arguments)}
        return _Standing(
            choice=choice,
            cost=sum(costs) + _strangeness(choice, self.start),
            suspects=sorted(wrong) or range(len(choice.fields)),
            failing=[
                case for case, is_answered, output in given if not is_answered or output != case.arguments
            ],
        )

    def cost(self, choice: Choice, bound: float) -> float:
        """What `choice` costs over all trials; anything above `bound` when it costs more than that."""
        total = _strangeness(choice, self.start)
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
    return _attempt_cost(choice, choice.attempt(trial.request), trial)


def _attempt_cost(choice: Choice, attempt: _Attempt, trial: Trial) -> float:
    is_answered, given = attempt
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
    tuner = _Tuner(start, trials)
    found = [_climb(choice, tuner) for choice in start]
    return min(found, key=lambda standing: standing.cost).choice


def _climb(choice: Choice, tuner: _Tuner) -> _Standing:
    """The best that is reached from `choice`, one change at a time."""
    best, is_better = tuner.begin_with(choice), True
    while best.cost > _CHANGE and is_better and tuner.may_go_on():
        is_better = False
        for other in _changes(best, tuner):
            if tuner.cost(other, bound=best.cost - _CHANGE) < best.cost - _CHANGE:
                best, is_better = tuner.begin_with(other), True
                break
            if not tuner.may_go_on():
                break
    return best


def _changes(standing: _Standing, tuner: _Tuner) -> Iterator[Choice]:
    """Choices that differ in one thing: what other starts say, a cue more or less, another kind, another order."""
    choice, suspects = standing.choice, standing.suspects
    yield from _borrowed(standing, tuner.start)
    yield from _phrases(choice)
    for index in suspects:
        yield from _fewer_words(choice, index)
    for other in tuner.start:
        for index in suspects:
            yield from _more_words(choice, index, other.slots[index])
    yield from _only(other_cues(choice, standing.failing), choice, suspects)
    yield from _only(other_settings(choice), choice, suspects)
    yield from reordered(choice)
    yield from _of_other_words(choice, tuner.known)


def _borrowed(standing: _Standing, start: Sequence[Choice]) -> Iterator[Choice]:
    """With what another start says: the whole of one of the suspects, or the words of the task."""
    choice = standing.choice
    for other in start:
        for index in standing.suspects:
            if other.slots[index] != choice.slots[index]:
                yield with_slot(choice, index, other.slots[index])
        if other.ignore != choice.ignore:
            yield replace(choice, ignore=other.ignore)


def _of_other_words(choice: Choice, known: tuple[str, ...]) -> Iterator[Choice]:
    """With `known` as the words that mean no value, and without words of the task."""
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
