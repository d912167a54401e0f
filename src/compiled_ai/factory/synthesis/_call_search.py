"""Calibration: the slots that reproduce the examples, found among the plausible ones."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from compiled_ai.factory.synthesis._call_cues import starred
from compiled_ai.factory.synthesis._call_shapes import value_at
from compiled_ai.factory.synthesis._call_slots import Field
from compiled_ai.factory.synthesis._call_words import STOP_WORDS, TIMES_A_YEAR
from compiled_ai.modules import Abstain
from compiled_ai.modules.slots import Filling, Slot, fill
from compiled_ai.scoring.evaluators import score_output
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Accuracy

_MOST_TRIALS = 600
_WRONG, _DECLINED, _INEXACT = 2.0, 1.5, 0.5
"""Costs of an answer with a wrong value, of a refusal, and of a value that differs in case only. Each wrong value costs 1 on top."""
_PERMUTED = 3
_DROPPED, _NO_WORDS, _ODD_KIND, _OMITTED, _NEW_CUE, _RANK = 0.9, 0.4, 0.3, 0.05, 0.05, 0.04
"""What it costs to leave a parameter out for good, to know no words of the task, to take an open text for an identifier, to leave a default
out, to add a cue, and to take a setting that is less likely by one."""
_CLOSED = frozenset(("choice", "boolean"))
_NO_CUES = frozenset(
    ("me", "and", "or", "my", "the", "that", "you", "is", "are", "was", "find", "get", "give", "show")
)
_SHAPED = frozenset(("identifier", "path", "email", "url", "expression"))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An example of one function: a request with its arguments."""

    request: str
    arguments: JsonObject


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One setting for each field; None leaves an optional field out for good."""

    fields: tuple[Field, ...]
    slots: tuple[Slot | None, ...]
    ignore: tuple[str, ...]
    omitted: frozenset[str] = frozenset()
    """Optional slots that are left out when they have the default."""
    decline: tuple[str, ...] = ()
    """Phrases of requests that are for something else."""
    known: tuple[str, ...] = ()
    """Words that mean no optional value when they are left over."""

    @property
    def table(self) -> tuple[Slot, ...]:
        """The slots in use."""
        return tuple(slot for slot in self.slots if slot is not None)

    @property
    def used(self) -> tuple[tuple[Field, Slot | None], ...]:
        """Every field with its slot."""
        return tuple(zip(self.fields, self.slots, strict=True))

    def answer(self, request: str) -> JsonObject | None:
        """The arguments that code with these slots gives; None when it declines."""
        is_answered, arguments = self.attempt(request)
        return arguments if is_answered else None

    def attempt(self, request: str) -> tuple[bool, JsonObject]:
        """Whether the request is answered, and the arguments; when it is declined, those that were filled before."""
        if not self.table:
            return True, {}
        filling = fill(request, self.table, ignore=self.ignore, known=self.known, decline=self.decline)
        try:
            filling.require()
            return True, _arguments(filling, self.used, self.omitted)
        except Abstain:
            found = tuple((field, slot) for field, slot in self.used if slot and filling.has(slot.name))
            return False, _readable(filling, found)

    def reason(self, request: str) -> str:
        """Why the request is declined; empty when it is answered."""
        filling = fill(request, self.table, ignore=self.ignore, known=self.known, decline=self.decline)
        try:
            filling.require()
            _arguments(filling, self.used, self.omitted)
        except Abstain as refusal:
            return str(refusal)
        return ""


def _readable(filling: Filling, used: Sequence[tuple[Field, Slot | None]]) -> JsonObject:
    """The arguments that were filled although the request is declined; none when one has the wrong type."""
    try:
        return _arguments(filling, used, frozenset())
    except Abstain:
        return {}


def _arguments(
    filling: Filling, used: Sequence[tuple[Field, Slot | None]], omitted: frozenset[str]
) -> JsonObject:
    """Raises `Abstain` like the code that is written for it."""
    arguments: JsonObject = {}
    for field, slot in used:
        node = arguments
        for name in field.parameter.path[:-1]:
            inner = node.setdefault(name, {})
            assert isinstance(inner, dict)
            node = inner
        if slot is not None and filling.has(slot.name):
            value = _value(filling, slot, field)
            if slot.name not in omitted or _plain(value) != _plain(field.default):
                node[field.parameter.name] = value
        elif field.parameter.is_required:
            node[field.parameter.name] = (
                field.fallback if field.has_fallback else filling.text(field.parameter.slot)
            )
    return arguments


def _plain(value: JsonValue) -> JsonValue:
    return value.lower() if isinstance(value, str) else value


def _value(filling: Filling, slot: Slot, field: Field) -> JsonValue:
    kind = field.parameter.item_type
    if slot.kind == "choice" and kind != "string":
        return _chosen(filling, slot, kind)
    if slot.many:
        return _values(filling, slot.name, kind)
    if kind == "boolean":
        return filling.flag(slot.name)
    if kind == "integer":
        return filling.integer(slot.name)
    return filling.number(slot.name) if kind == "number" else filling.text(slot.name)


def _chosen(filling: Filling, slot: Slot, kind: str) -> JsonValue:
    text = filling.text(slot.name) if not slot.many else ""
    if kind == "boolean":
        return text == next(iter(slot.choices))
    if kind in {"integer", "number"}:
        return TIMES_A_YEAR[text]
    return list(filling.texts(slot.name)) if slot.many else text


def _values(filling: Filling, name: str, kind: str) -> JsonValue:
    if kind == "boolean":
        return list(filling.flags(name))
    if kind == "integer":
        return list(filling.integers(name))
    return list(filling.numbers(name)) if kind == "number" else list(filling.texts(name))


def calibrate(fields: Sequence[Field], shown: Sequence[Shown], ignore: Sequence[str]) -> Choice:
    """The choice that comes closest to the examples; the likeliest settings where there are none.

    Changes the one thing that helps most, again and again: a setting, the order of slots, a cue.
    """
    choice = Choice(
        fields=tuple(fields), slots=tuple(field.settings[0] for field in fields), ignore=tuple(ignore)
    )
    best, trials = _cost(choice, shown), 0
    while penalty(choice, shown) > 0 and trials < _MOST_TRIALS:
        others = [(_cost(other, shown), other) for other in _neighbours(choice, shown)]
        trials += len(others)
        cost, nearest = min(others, key=lambda item: item[0], default=(best, choice))
        if cost >= best:
            break
        best, choice = cost, nearest
    return choice


def _cost(choice: Choice, shown: Sequence[Shown]) -> float:
    return penalty(choice, shown) + _implausibility(choice)


def _implausibility(choice: Choice) -> float:
    """How far the choice is from the likeliest settings: one example tells little, so that what the schema says comes first."""
    cost = _OMITTED * (len(choice.omitted) + bool(choice.known)) + (0.0 if choice.ignore else _NO_WORDS)
    for field, slot in choice.used:
        first = field.settings[0]
        if slot is None:
            cost += _DROPPED
            continue
        rank = next(
            (
                index
                for index, option in enumerate(field.settings)
                if (option.kind, option.style) == (slot.kind, slot.style)
            ),
            len(field.settings),
        )
        cost += _RANK * rank + (_ODD_KIND if slot.kind in _SHAPED and slot.kind != first.kind else 0.0)
        cost += _NEW_CUE * len(set(slot.cues) - set(first.cues))
    return cost


def _neighbours(choice: Choice, shown: Sequence[Shown]) -> Iterator[Choice]:
    """Choices that differ in one thing, the likelier ones first."""
    yield from other_settings(choice)
    for field, slot in choice.used:
        if field.default is not None and slot is not None and slot.name not in choice.omitted:
            yield replace(choice, omitted=choice.omitted | {slot.name})
    yield from _learned_defaults(choice, shown)
    if not choice.known and (known := plain_words(shown)):
        yield replace(choice, known=known)
    yield from reordered(choice)
    yield from other_cues(choice, shown)
    if choice.ignore:
        yield replace(choice, ignore=())


def plain_words(shown: Sequence[Shown]) -> tuple[str, ...]:
    """Words of the examples' requests that are in none of their answers."""
    words = (word for case in shown for word in re.findall(r"[a-z][a-z'-]{2,}", case.request.lower()))
    said = " ".join(str(case.arguments) for case in shown).lower()
    return tuple(word for word in dict.fromkeys(words) if word not in said and word not in STOP_WORDS)


def _learned_defaults(choice: Choice, shown: Sequence[Shown]) -> Iterator[Choice]:
    """Choices that leave out what an example states and leaves out: one of a closed set that goes without saying."""
    for index, (field, slot) in enumerate(choice.used):
        if slot is None or field.default is not None or not field.is_left_out or slot.kind not in _CLOSED:
            continue
        for case in shown:
            said, value = value_at(choice.attempt(case.request)[1], field.parameter.path)
            is_plain = said and isinstance(value, str | bool)
            if is_plain and not value_at(case.arguments, field.parameter.path)[0]:
                known = replace(field, default=value)
                fields = (*choice.fields[:index], known, *choice.fields[index + 1 :])
                yield replace(choice, fields=fields, omitted=choice.omitted | {slot.name})


def other_settings(choice: Choice) -> Iterator[Choice]:
    for index, field in enumerate(choice.fields):
        for option in field.settings:
            is_lost = field.is_left_out and option.kind in _SHAPED and option.kind != field.settings[0].kind
            if option != choice.slots[index] and not is_lost:
                yield with_slot(choice, index, option)


def other_cues(choice: Choice, shown: Sequence[Shown]) -> Iterator[Choice]:
    """Choices with a word of the examples as a further cue."""
    for index, (field, slot) in enumerate(choice.used):
        seen = list(_seen_cues(field, shown)) if slot is not None else []
        for option in field.settings[:3]:
            for cue in seen:
                if cue not in option.cues:
                    yield with_slot(choice, index, replace(option, cues=(cue, *option.cues)))


def with_slot(choice: Choice, index: int, slot: Slot | None) -> Choice:
    return replace(choice, slots=(*choice.slots[:index], slot, *choice.slots[index + 1 :]))


def _seen_cues(field: Field, shown: Sequence[Shown]) -> Iterator[str]:
    """Words that stand next to the value of the field in the examples: before it, then after it."""
    seen: dict[str, None] = {}
    for case in shown:
        found, value = value_at(case.arguments, field.parameter.path)
        items = value if isinstance(value, list) else [value]
        if not found or not items or isinstance(items[0], bool | dict | list) or items[0] is None:
            continue
        first, last = (re.escape(str(item)) for item in (items[0], items[-1]))
        before = re.search(
            rf"(?P<word>[A-Za-z]+)\s+(?:(?:the|a|an)\s+)?['\"]?{first}(?!\w)", case.request, re.IGNORECASE
        )
        after = re.search(rf"(?<!\w){last}['\"]?\s+(?P<word>[A-Za-z]+)", case.request, re.IGNORECASE)
        for match in (before, after):
            if match and len(match["word"]) > 1 and match["word"].lower() not in _NO_CUES:
                seen.setdefault(starred(match["word"].lower()))
    yield from seen


def reordered(choice: Choice) -> Iterator[Choice]:
    """The choice with slots of one kind in another order."""
    groups: dict[str, list[int]] = {}
    for index, slot in enumerate(choice.slots):
        if slot is not None:
            groups.setdefault(f"{slot.kind}{slot.many}", []).append(index)
    for indices in groups.values():
        if not 1 < len(indices) <= _PERMUTED:
            continue
        for order in itertools.permutations(indices):
            fields, slots = list(choice.fields), list(choice.slots)
            for place, index in zip(indices, order, strict=True):
                fields[place], slots[place] = choice.fields[index], choice.slots[index]
            if list(order) != indices:
                yield replace(choice, fields=tuple(fields), slots=tuple(slots))


def penalty(choice: Choice, shown: Sequence[Shown]) -> float:
    """How far the choice is from the examples: 0 when it gives each of them to the letter."""
    return sum(distance(choice, case) for case in shown)


def distance(choice: Choice, case: Shown) -> float:
    is_answered, given = choice.attempt(case.request)
    if is_answered and given == case.arguments:
        return 0.0
    paths = [field.parameter.path for field in choice.fields]
    exact = [value_at(given, path) == value_at(case.arguments, path) for path in paths]
    close = [
        is_exact or _is_close(value_at(given, path), value_at(case.arguments, path))
        for is_exact, path in zip(exact, paths, strict=True)
    ]
    wrong = close.count(False) + sum(name not in given for name in case.arguments)
    return (
        (_WRONG if is_answered and wrong else 0.0 if is_answered else _DECLINED)
        + wrong
        + _INEXACT * exact.count(False)
    )


def _is_close(given: tuple[bool, JsonValue], expected: tuple[bool, JsonValue]) -> bool:
    """Whether both differ in case or punctuation only."""
    return given[0] == expected[0] and is_same_answer({"value": given[1]}, {"value": expected[1]})


def is_same_answer(given: JsonObject, expected: JsonObject) -> bool:
    """Whether two sets of arguments are the same call, apart from case and punctuation of texts."""
    calls: list[JsonObject] = [{"name": "call", "arguments": arguments} for arguments in (expected, given)]
    return score_output(calls[0], calls[1], Accuracy(evaluator="function_call")) == 1.0
