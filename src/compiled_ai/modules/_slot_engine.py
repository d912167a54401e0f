"""Filling all slots of a request: what is read first claims its words from what is read later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_amounts import NUMERIC, NumericSlot, fill_amounts, fill_lists, numeric_slot
from compiled_ai.modules._slot_assign import Choice, Fit, assign
from compiled_ai.modules._slot_choices import (
    ChoiceSlot,
    FlagSlot,
    choice_slot,
    fill_choice,
    fill_flag,
    flag_slot,
)
from compiled_ai.modules._slot_chunks import Surroundings, find_chunks
from compiled_ai.modules._slot_cues import (
    CLEAR,
    Cue,
    CuePattern,
    closeness,
    cue_pattern,
    find_cues,
    name_words,
    part_of,
)
from compiled_ai.modules._slot_dates import TIMELY, Moment, find_moments, joined, moment_text
from compiled_ai.modules._slot_guards import LONGEST, reason_to_decline
from compiled_ai.modules._slot_measures import fill_measures
from compiled_ai.modules._slot_numbers import Amount, find_amounts, find_lists
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import unexplained
from compiled_ai.modules._slot_shapes import as_written, shape_spans
from compiled_ai.modules._slot_texts import OPEN, TextSlot, fill_texts, text_slot
from compiled_ai.modules._slot_types import Filled, Filling, Slot, Value
from compiled_ai.modules._slot_words import stem
from compiled_ai.modules.text import find_quoted, words

_HOURS = frozenset(("hour", "hours"))
_MINUTES = frozenset(("minute", "minutes", "second", "seconds", "duration"))
_ONLY = re.compile(r"\b(?:only|just|nothing\sbut|solely)\s(?:\w+\s){0,3}$")
_MAY_BE_OPEN = frozenset(("text", "name", "choice", "identifier", "boolean"))
_MOST_AMOUNTS = 24
_SHAPED = ("email", "url", "path", "expression", "identifier")
_MEASURES = frozenset(("unit", "currency"))
_SURE_MARGIN = 1.2
_WIDER = frozenset(("country", "nation", "state", "province"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a set of slots that does not depend on the request."""

    slots: tuple[Slot, ...]
    patterns: tuple[CuePattern | None, ...]
    numeric: tuple[NumericSlot, ...]
    choices: tuple[ChoiceSlot, ...]
    flags: tuple[FlagSlot, ...]
    texts: tuple[TextSlot, ...]
    measures: tuple[tuple[int, Slot], ...]
    ignore: frozenset[str]
    kelvin: bool
    articles: bool
    month_first: bool
    named: bool


@lru_cache(maxsize=128)
def plan_for(slots: tuple[Slot, ...], ignore: tuple[str, ...]) -> Plan:
    """The plan of a set of slots; kept, because a compiled function asks for the same one each time."""
    numbered = list(enumerate(slots))
    known = frozenset(form for phrase in ignore for word in words(phrase) for form in (word, stem(word)))
    numeric = tuple(numeric_slot(index, slot) for index, slot in numbered if slot.kind in NUMERIC)
    dimensions = {name for item in numeric for unit in item.targets for name, _ in unit.dimension}
    return Plan(
        slots=slots,
        patterns=tuple(cue_pattern(slot.cues) for slot in slots),
        numeric=numeric,
        choices=tuple(item for index, slot in numbered if slot.kind == "choice" and (item := choice_slot(index, slot))),
        flags=tuple(flag_slot(index, slot) for index, slot in numbered if slot.kind == "boolean"),
        texts=tuple(text_slot(index, slot, known) for index, slot in numbered if slot.kind in OPEN and slot.style not in _MEASURES),
        measures=tuple((index, slot) for index, slot in numbered if slot.kind in OPEN and slot.style in _MEASURES),
        ignore=known,
        kelvin="kelvin" in dimensions,
        articles=bool(dimensions & {"time", "calendar"}),
        month_first=any(slot.kind in {"date", "datetime"} and slot.style.upper().startswith("M") for slot in slots),
        named=any(slot.kind in OPEN for slot in slots),
    )  # fmt: skip


@dataclass(slots=True)
class _Work:
    """The state of one filling."""

    reading: Reading
    plan: Plan
    cues: list[list[Cue]]
    filled: list[Filled] = field(default_factory=list)
    taken: list[Span] = field(default_factory=list)
    left: list[Span] = field(default_factory=list)
    """Numbers that no slot has taken yet."""
    declined: str = ""

    def decline(self, reason: str) -> None:
        self.declined = self.declined or reason

    def put(self, index: int, value: Value, span: Span, confidence: float, why: str) -> None:
        name = self.plan.slots[index].name
        self.filled.append(
            Filled(
                slot=name, value=value, start=span[0], end=span[1], confidence=round(confidence, 2), why=why
            )
        )
        self.taken.append(span)

    def take(self, choice: Choice, span: Span, why: str) -> None:
        self.put(choice.fit.slot, choice.fit.value, span, _confidence(choice), why)


def fill_slots(
    request: str,
    slots: tuple[Slot, ...],
    *,
    minimum: float,
    ignore: tuple[str, ...],
    known: tuple[str, ...] = (),
) -> Filling:
    """The filling of a request; see `slots.fill`."""
    if len(request) > LONGEST:
        return Filling(declined="the request is too long", confidence=0.0, filled=())
    plan = plan_for(slots, ignore)
    reading = Reading(request)
    formula = any(slot.kind == "expression" for slot in slots)
    reason = reason_to_decline(reading, numeric=bool(plan.numeric), formula=formula)
    work = _Work(reading, plan, [find_cues(reading, pattern) for pattern in plan.patterns])
    work.decline(reason)
    if not work.declined:
        _fill_shapes(work)
        _fill_choices(work)
        _fill_moments(work)
        _fill_numbers(work)
        _fill_texts(work)
        _check_left(work)
        _check_rest(work, known)
    return _result(work, minimum)


def _fill_shapes(work: _Work) -> None:
    for kind in _SHAPED:
        wanted = [(index, slot) for index, slot in enumerate(work.plan.slots) if slot.kind == kind]
        if not wanted:
            continue
        spans = list(shape_spans(work.reading, kind))
        if kind in {"identifier", "path", "expression"}:
            quoted = [((item.start, item.end), item.value) for item in find_quoted(work.reading.original)]
            claims = Claims(len(work.reading.text), [span for span, _ in quoted])
            spans = [*quoted, *(item for item in spans if claims.take(item[0]))]
        claims = Claims(len(work.reading.text), work.taken)
        _assign_spans(
            work,
            wanted,
            sorted(item for item in spans if claims.take(item[0])),
            strict=kind in {"email", "url"},
        )


def _assign_spans(
    work: _Work, wanted: Sequence[tuple[int, Slot]], spans: Sequence[tuple[Span, str]], *, strict: bool
) -> None:
    """Fill slots with shaped values: by their cues, in order where no cue tells them apart."""
    if len(wanted) == 1 and wanted[0][1].many and spans:
        index, slot = wanted[0]
        texts = tuple(_shaped(slot, text) for _, text in spans)
        work.put(index, texts, (spans[0][0][0], spans[-1][0][1]), 0.85, "all of its shape")
        return
    places = [span for span, _ in spans]
    rows = []
    for position, (span, text) in enumerate(spans):
        room = work.reading.room(places, position)
        row = []
        for index, slot in wanted:
            near = closeness(work.reading, work.cues[index], span, room)
            if near >= CLEAR or slot.required:
                quality = 0.95 if near >= CLEAR else 0.85 if strict else 0.6
                row.append(Fit(index, 1.0 + near, _shaped(slot, text), quality))
        rows.append(row)
    choices = assign(
        rows, [3.0 if strict else 0.5] * len(rows), dict.fromkeys((index for index, _ in wanted), 0)
    )
    for choice in choices:
        work.take(choice, places[choice.mention], "of the right shape")
    if strict and len(choices) < len(spans):
        work.decline("an address is left over")


def _shaped(slot: Slot, text: str) -> str:
    return as_written(text, slot.style) if slot.kind == "expression" else text


def _fill_choices(work: _Work) -> None:
    for choice in work.plan.choices:
        found = fill_choice(work.reading, choice, work.cues[choice.index])
        _take(work, found)
    flags_before = len(work.filled)
    for flag in work.plan.flags:
        found = fill_flag(work.reading, flag, work.cues[flag.index])
        if isinstance(found, Filled):
            work.filled.append(found)  # its words stay free: a topic may be a value as well
        elif found:
            work.decline(found)
    flags = work.filled[flags_before:]
    if (
        flags
        and len(flags) < len(work.plan.flags)
        and any(_ONLY.search(work.reading.folded[max(0, flag.start - 30) : flag.start]) for flag in flags)
    ):
        work.decline("one switch is said to be the only one")


def _take(work: _Work, found: Filled | str | None) -> None:
    if isinstance(found, Filled):
        work.filled.append(found)
        work.taken.append((found.start, found.end))
    elif found:
        work.decline(found)


def _fill_moments(work: _Work) -> None:
    wanted = [(index, slot) for index, slot in enumerate(work.plan.slots) if slot.kind in TIMELY]
    moments = find_moments(work.reading, month_first=work.plan.month_first)
    if not moments:
        return
    claims = Claims(len(work.reading.text), [*work.taken, *_quoted_spans(work.reading)])
    moments = [item for item in moments if claims.take((item.start, item.end))]
    if any(slot.kind == "datetime" for _, slot in wanted):
        moments = joined(work.reading, moments)
    spans = [(item.start, item.end) for item in moments]
    rows = []
    for position, item in enumerate(moments):
        room = work.reading.room(spans, position)
        fits = (_fit_moment(work, index, slot, item, room) for index, slot in wanted)
        rows.append([fit for fit in fits if fit])
    choices = assign(rows, [3.0] * len(rows), dict.fromkeys((index for index, _ in wanted), 0))
    for choice in choices:
        work.take(choice, spans[choice.mention], "in the style that is asked for")
    taken = {choice.mention for choice in choices}
    left = [item for index, item in enumerate(moments) if index not in taken]
    if left and not _fill_hour(work, left):
        work.decline("a date or time is left over, or its reading is open")


def _fit_moment(work: _Work, index: int, slot: Slot, item: Moment, room: Span) -> Fit | None:
    text = moment_text(work.reading, item, slot.kind, slot.style)
    if text is None:
        return None
    near = closeness(work.reading, work.cues[index], (item.start, item.end), room)
    part = part_of(slot)
    score = 2.0 + near - (0.0 if slot.required else 0.3)
    if part and item.part:
        score += 1.5 if part == item.part else -1.5
    return Fit(index, score, text, 0.9 if near >= CLEAR or part else 0.85)


def _fill_hour(work: _Work, left: Sequence[Moment]) -> bool:
    """Whether the only time that is left fills the only whole number that is an hour: "until 10 pm" is 22."""
    hours = [
        item
        for item in work.plan.numeric
        if item.slot.kind == "integer" and not item.slot.many and _HOURS & set(name_words(item.slot.name))
    ]
    if (
        len(hours) != 1
        or len(left) != 1
        or left[0].day
        or left[0].time[3:] != "00"
        or left[0].time == "00:00"
    ):
        return False
    if any(_MINUTES & set(name_words(slot.name)) for slot in work.plan.slots):
        return False
    work.put(
        hours[0].index, int(left[0].time[:2]), (left[0].start, left[0].end), 0.7, "the hour of a time of day"
    )
    return True


def _quoted_spans(reading: Reading) -> list[Span]:
    return [(item.start, item.end) for item in find_quoted(reading.original)]


def _fill_numbers(work: _Work) -> None:
    plan, reading = work.plan, work.reading
    taken = [*work.taken, *_quoted_spans(reading)]
    amounts = find_amounts(reading, taken, kelvin=plan.kelvin, articles=plan.articles)
    if amounts is None:
        work.decline("too many numbers")
        return
    cues = {(cue.start, cue.end) for found in work.cues for cue in found}
    amounts = [item for item in amounts if not item.ordinal or (item.start, item.end) not in cues]
    measured = {index: work.cues[index] for index, _ in plan.measures}
    for choice, span in fill_measures(reading, plan.measures, measured, amounts):
        work.take(choice, span, "a unit or currency in its place")
    amounts = _fill_number_lists(work, amounts)
    if len(amounts) > _MOST_AMOUNTS:
        work.decline("too many numbers")
        return
    found = {item.slot for item in work.filled}
    single = [item for item in plan.numeric if not item.slot.many and item.slot.name not in found]
    near = [work.cues[item.index] for item in single]
    choices, left = fill_amounts(reading, single, near, amounts, ignore=plan.ignore)
    for choice in choices:
        amount = amounts[choice.mention]
        work.take(choice, (amount.start, amount.end), _why(amount, choice))
    work.left = [(amount.start, amount.end) for amount in left]


def _fill_number_lists(work: _Work, amounts: list[Amount]) -> list[Amount]:
    """Fill the slots with many numbers; the amounts that are in none of their lists."""
    many = [item for item in work.plan.numeric if item.slot.many]
    if not many:
        return amounts
    lists = find_lists(work.reading, amounts)
    for choice in fill_lists(work.reading, many, [work.cues[item.index] for item in many], lists):
        run = lists[choice.mention]
        work.take(choice, (run.start, run.end), "a list of numbers")
        amounts = [item for item in amounts if not run.start <= item.start < run.end]
    return amounts


def _why(amount: Amount, choice: Choice) -> str:
    if choice.fit.quality >= 0.9:
        return "its unit and words beside it" if amount.units else "words beside it"
    return "its unit" if amount.units else "the only one that fits"


def _fill_texts(work: _Work) -> None:
    plan, reading = work.plan, work.reading
    found = {item.slot for item in work.filled}
    doubtful = any(
        not slot.required and slot.name not in found and slot.kind in _MAY_BE_OPEN for slot in plan.slots
    )
    if not plan.texts and not doubtful:
        claims = Claims(len(reading.text), work.taken)
        if any(claims.take((item.start, item.end)) for item in find_quoted(reading.original)):
            work.decline("a quoted text is left over")
        return
    stops = [(cue.start, cue.end) for found in work.cues for cue in found]
    places = any(item.slot.kind == "place" for item in plan.texts)
    known = Surroundings(
        taken=work.taken,
        amounts=[span for span in work.left if " " in reading.text[slice(*span)]],
        cues=stops,
        ignore=plan.ignore,
        places=places,
        cases=any({"case", "lawsuit"} & set(name_words(item.slot.name)) for item in plan.texts),
        regions=_has_regions(plan.texts),
        titles=any(item.work for item in plan.texts) and not places,
    )
    chunks = find_chunks(reading, known)
    if len(chunks) > 40:
        work.decline("too many names")
        return
    chosen, left = fill_texts(
        reading, plan.texts, {item.index: work.cues[item.index] for item in plan.texts}, chunks
    )
    for choice, span in chosen:
        work.take(choice, span, "a name or text in its place")
    if left:
        work.decline(
            "a quoted text is left over"
            if any(chunk.kind == "quoted" for chunk in left)
            else "a name is left over"
        )


def _has_regions(texts: Sequence[TextSlot]) -> bool:
    """Whether one slot holds a state or country and another one the city."""
    wider = [
        bool(_WIDER & set(name_words(item.slot.name)))
        for item in texts
        if item.slot.kind == "place" and not item.slot.many
    ]
    return any(wider) and not all(wider)


def _check_rest(work: _Work, known: Sequence[str]) -> None:
    """Decline when words are left over that an empty optional slot may mean."""
    found = {item.slot for item in work.filled}
    plan = work.plan
    if not any(
        not slot.required and slot.name not in found and slot.kind in _MAY_BE_OPEN for slot in plan.slots
    ):
        return
    spans = [(item.start, item.end) for item in work.filled]
    spans += [(cue.start, cue.end) for cues in work.cues for cue in cues]
    spans += [match.span() for item in plan.choices for match in item.pattern.finditer(work.reading.folded)]
    if next(unexplained(work.reading, spans, plan.ignore.union(known)), None) is not None:
        work.decline("words are left over that may mean an optional value")


def _check_left(work: _Work) -> None:
    """Decline when a number is part of no value."""
    spans = [(item.start, item.end) for item in work.filled]
    if any(not any(start <= left[0] < end for start, end in spans) for left in work.left):
        work.decline("a number is left over")


def _confidence(choice: Choice) -> float:
    margin = max(0.0, min(1.0, choice.margin / _SURE_MARGIN))
    return choice.fit.quality * (0.4 + 0.6 * margin)


def _result(work: _Work, minimum: float) -> Filling:
    found = {item.slot for item in work.filled}
    missing = [slot.name for slot in work.plan.slots if slot.required and slot.name not in found]
    order = {slot.name: index for index, slot in enumerate(work.plan.slots)}
    filled = tuple(sorted(work.filled, key=lambda item: order[item.slot]))
    confidence = min((item.confidence for item in filled), default=1.0)
    declined = work.declined
    if not declined and missing:
        declined = f"the request has no {missing[0]}"
    if not declined and confidence < minimum:
        unsure = next(item.slot for item in filled if item.confidence == confidence)
        declined = f"not sure enough of {unsure}"
    return Filling(declined=declined, confidence=0.0 if declined else confidence, filled=filled)
