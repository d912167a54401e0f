"""Numbers that a request ties to their slots by its form: parallel lists, calls, formulas and labels ("t = 9")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from compiled_ai.modules._slot_cues import Cue, name_words
from compiled_ai.modules._slot_numbers import CROSS
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot

_LISTED = re.compile(r"\s?(?:,|,?\s(?:and|by|x|&)|x)\s?(?:the\s|an?\s)?")
_LEADS = re.compile(
    r"\s?\)?(?:\s(?:values?|dimensions?|lengths?))?\s?(?::|=|of|are|is|being|as|equal(?:s|ing)?|measuring|respectively)?(?:\s(?:to|of|the|respectively|values?))*\s?"
)
_CALL = re.compile(r"\b[a-z_][\w.]{0,40}\s?\(\s?$")
_COMMA = re.compile(r"\s?,\s?")
_CLOSE = re.compile(r"\s?\)")
_LABEL = re.compile(r"(?<![\w.*/^+'-])([a-z]\w{0,15})(?:\s?[=:]\s?|\s(?:equals|is|being|was|set\sto)\s)$")
_COUNTED_IS = re.compile(
    r"\s?(?:=|:|,)?\s?(?:(?:is|was|being|equals|of|has|at|measures|set\sto)\s)?(?:equal\sto\s|about\s)?"
)
_WORD_BEFORE = re.compile(r"\b([a-z]{3,16})\s(?:number\s|no\.?\s|#\s?)?$")
_NTH = {"first": 1, "second": 2, "third": 3, "one": 1, "two": 2, "three": 3}
_RAISED = re.compile(
    r"\s?(?:\^|\*\*)\s?|\s(?:(?:raised\s)?to\sthe\s(?:power\s)?(?:of\s|number\s)?|raised\sto\s(?:the\spower\s(?:of\s)?)?)"
)
_SAID = re.compile(r"squared|cubed|[²³]")
_NUMBERS = frozenset(("integer", "number"))
_POWER_OF = re.compile(r"\spower\sof\s")
SIZES = frozenset(("length", "width", "height", "depth", "side", "rows", "columns", "breadth"))
_INITIAL = frozenset(("initial", "start", "starting", "first", "original", "begin"))
_FINAL = frozenset(("final", "end", "ending", "last", "target"))

Wanted = Sequence[tuple[int, Slot]]


def listed_slots(
    reading: Reading, slots: Wanted, cues: Sequence[Sequence[Cue]], amounts: Sequence[Amount]
) -> dict[int, int]:
    """The slot of each amount that the form of the request names, by the indices of both."""
    return (
        {place + 1: index for place, index in counters(reading, slots, amounts).items()}
        | _called(reading, slots, amounts)
        | _powers(reading, slots, amounts)
        | _crossed(reading, slots, amounts)
        | _labelled(reading, slots, amounts)
        | _parallel(reading, slots, cues, amounts)
    )


def unshadowed(found: Sequence[Sequence[Cue]]) -> list[list[Cue]]:
    """The cues without those that are only a part of a longer cue of another slot: "pressure" in "gauge pressure"."""
    longest: dict[int, int] = {}
    for cues in found:
        for cue in cues:
            for start in range(cue.start, cue.end):
                longest[start] = max(longest.get(start, 0), cue.end - cue.start)
    return [
        [
            cue
            for cue in cues
            if longest.get(cue.start, 0) <= cue.end - cue.start
            or longest.get(cue.end - 1, 0) <= cue.end - cue.start
        ]
        for cues in found
    ]


def _parallel(
    reading: Reading, slots: Wanted, cues: Sequence[Sequence[Cue]], amounts: Sequence[Amount]
) -> dict[int, int]:
    """The slot of each amount where both are listed alike: "width and height of 20 and 10"."""
    named = sorted(
        (cue.start, cue.end, index)
        for (index, _), found in zip(slots, cues, strict=True)
        for cue in found
        if not cue.leads
    )
    result: dict[int, int] = {}
    for first, start in enumerate(named):
        run = [start]
        for cue in named[first + 1 :]:
            if cue[2] in {index for _, _, index in run} or not _LISTED.fullmatch(
                reading.folded[run[-1][1] : cue[0]]
            ):
                break
            run.append(cue)
        following = next(
            (index for index, amount in enumerate(amounts) if amount.start >= run[-1][1]), len(amounts)
        )
        values = amounts[following : following + len(run)]
        if (
            len(run) < 2
            or len(values) < len(run)
            or any(0 <= run[0][0] - amount.end <= 1 for amount in amounts)  # "8,000 today, growth rate 0.03"
            or not _LEADS.fullmatch(reading.folded[run[-1][1] : values[0].start])
        ):
            continue
        if all(_LISTED.fullmatch(reading.folded[one.end : two.start]) for one, two in pairwise(values)):
            result |= {following + place: cue[2] for place, cue in enumerate(run)}
    return result


def _crossed(reading: Reading, slots: Wanted, amounts: Sequence[Amount]) -> dict[int, int]:
    """The slots of a size ("18 ft by 7 ft"), in their order, when just as many have the same unit."""
    runs: list[list[int]] = []
    for place in range(1, len(amounts)):
        if CROSS.fullmatch(reading.folded[amounts[place - 1].end : amounts[place].start]):
            if runs and runs[-1][-1] == place - 1:
                runs[-1].append(place)
            else:
                runs.append([place - 1, place])
    if len(runs) != 1:
        return {}
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for index, slot in slots:
        if SIZES & set(name_words(slot.name)):
            alike.setdefault((slot.kind, slot.units), []).append(index)
    fitting = [indices for indices in alike.values() if len(indices) == len(runs[0])]
    return dict(zip(runs[0], fitting[0], strict=True)) if len(fitting) == 1 else {}


def _called(reading: Reading, slots: Wanted, amounts: Sequence[Amount]) -> dict[int, int]:
    """The slots of the arguments of a call, in their order: "power(8, 2)"."""
    required = [index for index, slot in slots if slot.required]
    size = len(required)
    if size < 2 or len(amounts) != size:
        return {}
    first, last = amounts[0], amounts[-1]
    called = (
        _CALL.search(reading.folded, max(0, first.start - 45), first.start)
        and _CLOSE.match(reading.folded, last.end)
        and all(_COMMA.fullmatch(reading.folded[one.end : two.start]) for one, two in pairwise(amounts))
    )
    return dict(enumerate(required)) if called else {}


def power_slots(slots: Wanted) -> tuple[int, int] | None:
    """The slots of the base and of the exponent, None unless there is one of each."""
    base = [index for index, slot in slots if "base" in name_words(slot.name) and slot.kind in _NUMBERS]
    exponent = [
        index
        for index, slot in slots
        if {"exponent", "power"} & set(name_words(slot.name)) and slot.kind in _NUMBERS
    ]
    return (base[0], exponent[0]) if len(base) == len(exponent) == 1 and base != exponent else None


def _powers(reading: Reading, slots: Wanted, amounts: Sequence[Amount]) -> dict[int, int]:
    """Base and exponent: "2^10", "3 raised to the 4", "the 5th power of 6"."""
    named = power_slots(slots)
    if named is None:
        return {}
    base, exponent = named
    for place, (one, two) in enumerate(pairwise(amounts)):
        gap = reading.folded[one.end : two.start]
        if _RAISED.fullmatch(gap) or _SAID.fullmatch(reading.folded[two.start : two.end]):
            return {place: base, place + 1: exponent}
        if one.ordinal and _POWER_OF.fullmatch(gap):
            return {place: exponent, place + 1: base}
    return {}


def _labelled(reading: Reading, slots: Wanted, amounts: Sequence[Amount]) -> dict[int, int]:
    """The slots that letters before the numbers abbreviate: "t = 9", "L=24 ft", "v0: 2"."""
    result: dict[int, int] = {}
    for place, amount in enumerate(amounts):
        label = _LABEL.search(reading.folded, max(0, amount.start - 20), amount.start)
        found = [index for index, slot in slots if label and _abbreviates(label[1], slot.name)]
        if len(found) == 1 and found[0] not in result.values():
            result[place] = found[0]
    return result


def counters(reading: Reading, slots: Wanted, amounts: Sequence[Amount]) -> dict[int, int]:
    """The amounts that only number their slot, with it: the "one" of "charge one is 5" for charge1."""
    result: dict[int, int] = {}
    for place, (amount, following) in enumerate(pairwise(amounts)):
        gap = reading.folded[amount.end : following.start]
        if amount.units or amount.percent or amount.value > 9 or not _COUNTED_IS.fullmatch(gap):
            continue
        said = _WORD_BEFORE.search(reading.folded, max(0, amount.start - 24), amount.start)
        found = [index for index, slot in slots if said and _is_numbered(slot.name, said[1], amount)]
        if len(found) == 1:
            result[place] = found[0]
    return result


def _is_numbered(name: str, word: str, amount: Amount) -> bool:
    words = name_words(name)
    numbered = [int(piece) for piece in words if piece.isdecimal() and len(piece) < 3]
    number = numbered[0] if numbered else next((_NTH[piece] for piece in words if piece in _NTH), 0)
    stem = word.removesuffix("s")
    return number == amount.value and any(
        piece.startswith(stem[:4]) for piece in words if not piece.isdecimal()
    )


def _abbreviates(label: str, name: str) -> bool:
    """Whether a label is the name itself, the first letter of its last word, or the first letters of its words."""
    said = [word for word in name_words(name) if not word.isdigit()]
    if not said or label in {name.lower(), "".join(said)}:
        return bool(said)
    if len(label) == 1 and label in said:  # "x = 4" for x_value
        return True
    letters = "".join(word[0] for word in said)
    if len(letters) > 1 and label == letters:
        return True
    plain = label.rstrip("0123456789_if") or label
    if label != plain:
        wanted = _INITIAL if label[len(plain) :].strip("_") in {"0", "1", "i"} else _FINAL
        return plain == said[-1][0] and bool(wanted & set(said))
    return label == said[-1][0] and not (_INITIAL | _FINAL) & set(said)
