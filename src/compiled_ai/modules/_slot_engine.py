"""Filling all slots of a request: what is read first claims its words from what is read later."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_assign import Fit, assign
from compiled_ai.modules._slot_choices import (
    alike,
    fill_choice,
    fill_in_order,
)
from compiled_ai.modules._slot_chunks import Surroundings, find_chunks
from compiled_ai.modules._slot_cues import (
    CLEAR,
    closeness,
    find_cues,
    name_words,
    part_of,
)
from compiled_ai.modules._slot_dates import TIMELY, Moment, find_moments, joined, moment_text
from compiled_ai.modules._slot_flags import fill_flag
from compiled_ai.modules._slot_guards import LONGEST, reason_to_decline
from compiled_ai.modules._slot_labels import unshadowed
from compiled_ai.modules._slot_meanings import fill_meaning
from compiled_ai.modules._slot_number_filling import check_left, fill_counted, fill_numbers, fill_polynomial
from compiled_ai.modules._slot_plan import plan_for
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import adds_a_wish, asks_for_order, is_sorting, may_mean, unexplained
from compiled_ai.modules._slot_said_times import find_said
from compiled_ai.modules._slot_shapes import as_written, shape_spans
from compiled_ai.modules._slot_text_slots import TextSlot
from compiled_ai.modules._slot_texts import fill_texts
from compiled_ai.modules._slot_types import Filled, Filling, Slot
from compiled_ai.modules._slot_variables import is_variable, variable_of
from compiled_ai.modules._slot_work import Work, amount_spans, quoted_spans
from compiled_ai.modules.text import find_quoted

_HOURS = frozenset(("hour", "hours"))
_MINUTES = frozenset(("minute", "minutes", "second", "seconds", "duration"))
_ONLY = re.compile(r"\b(?:only|just|nothing\sbut|solely)\s(?:\w+\s){0,3}$")
_MAY_BE_OPEN = frozenset(("text", "name", "choice", "identifier", "boolean"))
_SHAPED = ("email", "url", "path", "expression", "identifier")
_WIDER = frozenset(("country", "nation", "state", "province"))


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
    reason = reason_to_decline(reading, numeric=bool(plan.numeric), formula=formula, ignore=plan.ignore)
    work = Work(reading, plan, unshadowed([find_cues(reading, pattern) for pattern in plan.patterns]))
    work.decline(reason)
    if not work.declined:
        _fill_shapes(work)
        _fill_variable(work)
        _fill_choices(work)
        fill_polynomial(work)
        _fill_moments(work)
        _fill_said_times(work)
        fill_counted(work)
        fill_numbers(work)
        _fill_texts(work)
        _fill_meanings(work)
        check_left(work)
        _check_rest(work, known)
    return _result(work, minimum)


def _fill_shapes(work: Work) -> None:
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
    work: Work, wanted: Sequence[tuple[int, Slot]], spans: Sequence[tuple[Span, str]], *, strict: bool
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


def _fill_variable(work: Work) -> None:
    """Fill the variable of a formula with its only letter, where a slot asks for it."""
    wanted = [
        index for index, slot in enumerate(work.plan.slots) if slot.kind == "text" and is_variable(slot)
    ]
    formulas = [item for item in work.filled if work.kind(item) == "expression"]
    if len(wanted) == len(formulas) == 1:
        letter = variable_of(str(formulas[0].value))
        if letter:
            name = work.plan.slots[wanted[0]].name
            span = (formulas[0].start, formulas[0].end)
            work.filled.append(
                Filled(
                    slot=name,
                    value=letter,
                    start=span[0],
                    end=span[1],
                    confidence=0.85,
                    why="the letter of the formula",
                )
            )


def _fill_choices(work: Work) -> None:
    for group in alike(work.plan.choices):
        together = fill_in_order(work.reading, group) if len(group) > 1 else None
        for position, choice in enumerate(group):
            _take(
                work,
                together[position]
                if together
                else fill_choice(work.reading, choice, work.cues[choice.index]),
            )
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


def _take(work: Work, found: Filled | str | None) -> None:
    if isinstance(found, Filled):
        work.filled.append(found)
        work.taken.append((found.start, found.end))
    elif found:
        work.decline(found)


def _fill_moments(work: Work) -> None:
    wanted = [(index, slot) for index, slot in enumerate(work.plan.slots) if slot.kind in TIMELY]
    moments = find_moments(work.reading, month_first=work.plan.month_first)
    if not moments:
        return
    claims = Claims(len(work.reading.text), [*work.taken, *quoted_spans(work.reading)])
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


def _fill_said_times(work: Work) -> None:
    """Fill a day or time of no certain format as it is said ("tomorrow morning"); decline where one of a format may be meant."""
    found = {item.slot for item in work.filled}
    empty = [
        (index, slot)
        for index, slot in enumerate(work.plan.slots)
        if slot.kind in {"date", "time"} and slot.name not in found
    ]
    claims = Claims(len(work.reading.text), [*work.taken, *quoted_spans(work.reading)])
    for index, slot in empty:
        said = [item for item in find_said(work.reading, slot.kind) if claims.take(item[0])]
        if len(said) == 1 and slot.style in {"", "said"}:
            work.put(index, said[0][1], said[0][0], 0.7, "as it is said")
        elif said:
            work.decline("a day or time is said in words")


def _fit_moment(work: Work, index: int, slot: Slot, item: Moment, room: Span) -> Fit | None:
    text = moment_text(work.reading, item, slot.kind, slot.style)
    if text is None:
        return None
    near = closeness(work.reading, work.cues[index], (item.start, item.end), room)
    part = part_of(slot)
    score = 2.0 + near - (0.0 if slot.required else 0.3)
    if part and item.part:
        score += 1.5 if part == item.part else -1.5
    return Fit(index, score, text, 0.9 if near >= CLEAR or part else 0.85)


def _fill_hour(work: Work, left: Sequence[Moment]) -> bool:
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


def _fill_texts(work: Work) -> None:
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
        amounts=[span for span in amount_spans(work.left) if " " in reading.text[slice(*span)]],
        cues=stops,
        ignore=plan.ignore,
        places=places,
        cases=any({"case", "lawsuit"} & set(name_words(item.slot.name)) for item in plan.texts),
        regions=_has_regions(plan.texts),
        names=any(slot.kind == "name" for slot in plan.slots),
        kinds=sorted({item.known for item in plan.texts if item.known}),
        states=any(item.slot.style == "state" for item in plan.texts),
        titles=any(item.work for item in plan.texts) and not places,
    )
    chunks = find_chunks(reading, known)
    if len(chunks) > 40:
        work.decline("too many names")
        return
    open_texts = [item for item in plan.texts if item.slot.name not in found]
    chosen, left = fill_texts(
        reading, open_texts, {item.index: work.cues[item.index] for item in open_texts}, chunks
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


def _check_rest(work: Work, known: Sequence[str]) -> None:
    """Decline when words are left over that an empty optional slot may mean."""
    found = {item.slot for item in work.filled}
    plan, reading = work.plan, work.reading
    empty = [
        (slot, work.cues[index])
        for index, slot in enumerate(plan.slots)
        if not slot.required and slot.name not in found and slot.kind in _MAY_BE_OPEN
    ]
    spans = [(item.start, item.end) for item in work.filled]
    spans += [(cue.start, cue.end) for cues in work.cues for cue in cues]
    spans += [match.span() for item in plan.choices for match in item.pattern.finditer(reading.folded)]
    rest = list(unexplained(reading, spans, plan.ignore.union(known)))
    if adds_a_wish(reading, rest, max((item.end for item in work.filled), default=0)):
        work.decline("the request asks for two things")
    if any(may_mean(reading, word, slot, cues) for word in rest for slot, cues in empty):
        work.decline("words are left over that may mean an optional value")
    if any(is_sorting(slot) for slot, _ in empty) and asks_for_order(reading):
        work.decline("the request says an order that is none of the known ones")


def _fill_meanings(work: Work) -> None:
    """Fill what is still empty with values that words stand for; those words may serve another slot too."""
    found = {item.slot for item in work.filled}
    for item in work.plan.meanings:
        if item.slot.name not in found:
            filled = fill_meaning(work.reading, item, work.cues[item.index])
            if filled is not None:
                work.filled.append(filled)


def _result(work: Work, minimum: float) -> Filling:
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
