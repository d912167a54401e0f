"""Parts and wholes: "3 of the 20", "5 heads in 8 tosses", "40 tickets, 6 of them", and the slots that hold them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_quantity import Amount
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_words import word_set

Share = Literal["", "part", "whole"]

_WHOLE_SLOT = word_set("total trials trial attempts population tries draws experiments")
_PART_SLOT = word_set(
    "favorable favourable success successes successful succes desired wanted event winning hits good defective part chosen"
)
_RUNS = word_set(
    "flip flips toss tosses trial trials attempt attempts try tries draw draws experiment experiments throw throws shot shots "
    "spin spins run runs roll rolls game games match matches test tests repetition repetitions round rounds"
)
"""What is done again and again, each time with or without success."""
_GAMES = re.compile(
    r"\b(?:dice|die|cards?|decks?|aces?|kings?|queens?|jacks?|sixes|fives|fours|threes|spades|hearts|clubs|diamonds|roulette|lottery|raffle|wheel)\b"
)
_IN_A_ROW = word_set("straight consecutive successive")
_RUN_AFTER = re.compile(r"\s(?:times\b(?!\sa\b|\sper\b)|in\sa\srow\b)")
_NO_SHARE = word_set(
    "decimal decimals digit digits place places sixes fives fours threes twos ones significant percent sided"
)
_OUT_OF = re.compile(
    r"(?:\s[a-z][a-z'-]*){0,3}\s(?:out\sof|of|in|among|from)\s(?:(?:an?|the|these|all|my|our|his|her|their|your|its)\s)?(?:possible\s|total\s(?:of\s)?|next\s|last\s)?(?:\w+\s)?"
)
_OF_THEM = re.compile(r"(?:\s[a-z][a-z'-]*){0,2}\sof\s(?:them|which|those|these|whom)\b")
_WHO_ARE = re.compile(r"\s(?:are|were|is|was|being)\s(?!there\b|my\b|the\stotal\b)[a-z]")
_AND_OF_THEM = re.compile(r"(?:\s[a-z][a-z'-]*){1,4}(?:,|,?\sand|,?\swith|\s?-)\s(?:only\s|just\s)?")
_WHOLE_BEFORE = re.compile(
    r"\b(?:out\sof|among|total\sof|all(?:\sof)?(?:\sthe)?)\s(?:a\s|the\s|these\s|all\s)?(?:possible\s|total\sof\s)?$"
)
_WHOLE_AFTER = re.compile(
    r"(?:\s[a-z][a-z'-]*){0,2},?\s(?:in\s(?:all|total)|altogether|overall)\b|\stimes\b(?!\sa\b|\sper\b)"
)

_ASKED = re.compile(
    r"\b(?:exactly|precisely|(?:odds|chances?|probability|likelihood)(?:\s(?:that|of))?(?:\s(?:getting|seeing|having|only|just))?)\s$"
)
_IN_ALL = re.compile(
    r"(?:\s[a-z][a-z'-]*){0,3},?\s(?:in\s(?:all|total)|altogether|all\stogether|overall|combined)\b"
)


def share_slots(slots: Sequence[tuple[int, Slot]]) -> dict[int, Share]:
    """Which slot holds a part and which the whole; empty unless there is one of each."""
    shares: dict[int, Share] = {}
    for index, slot in slots:
        words = set(name_words(slot.name))
        if slot.kind == "integer" and not slot.many and slot.required:
            if words & _PART_SLOT and not words & {"total"} and not _is_run(words):
                shares[index] = "part"
            elif words & _WHOLE_SLOT:
                shares[index] = "whole"
    return shares if sorted(shares.values()) == ["part", "whole"] else {}


def _is_run(words: set[str]) -> bool:
    return bool(words & {"trials", "trial", "attempts"})


def find_shares(reading: Reading, amounts: Sequence[Amount]) -> dict[int, Share]:
    """Which amounts are a part or the whole, by the words around them; with two alone, one tells the other."""
    able = [index for index, amount in enumerate(amounts) if _may_share(amount)]
    shares: dict[int, Share] = {}
    for one, two in pairwise(able):
        if two == one + 1 and _is_part(reading, amounts[one], amounts[two]):
            shares |= {one: "part", two: "whole"}
    for index in able:
        if index not in shares and (share := _alone(reading, amounts[index])):
            shares[index] = share
    for index, share in list(shares.items()):
        before = able.index(index) - 1
        if (
            share == "part"
            and "whole" not in shares.values()
            and before >= 0
            and _is_that(reading, amounts[able[before]], amounts[index])
        ):
            shares[able[before]] = "whole"
    told = [shares[index] for index in able if index in shares]
    if len(able) == 2 and told == ["part", "part"]:  # "I take twenty of them; the odds that three fail"
        pair = [amounts[index] for index in able]
        asked = [is_asked_part(reading, amount) for amount in pair]
        if sum(asked) == 1 and (pair[0].value <= pair[1].value) == asked[0]:
            shares[able[asked.index(False)]] = "whole"
    if len(able) == 2 and len(told) == 1:
        (other,) = (index for index in able if index not in shares)
        shares[other] = "whole" if told[0] == "part" else "part"
    return shares if sorted(shares.values()) == ["part", "whole"] else {}


def _may_share(amount: Amount) -> bool:
    return (
        not (amount.units or amount.percent or amount.ordinal or amount.article or amount.fraction)
        and amount.value.denominator == 1
        and not set(amount.nouns) & _NO_SHARE
        and not amount.bound
        and not amount.role
    )


def _is_part(reading: Reading, one: Amount, two: Amount) -> bool:
    return one.value <= two.value and _OUT_OF.fullmatch(reading.folded[one.end : two.start]) is not None


def is_run(reading: Reading, amount: Amount) -> bool:
    """Whether an amount says how often something is done: "three times", "4 rolls", "5 straight"."""
    if amount.units or amount.percent or amount.article or amount.value.denominator > 1:
        return False
    said = set(amount.nouns)
    if said & _RUNS or said & _IN_A_ROW or amount.nouns == ("times",):
        return True
    return _RUN_AFTER.match(reading.folded, amount.end) is not None


def implies_chance(reading: Reading) -> bool:
    """Whether a request draws from dice, cards or wheels, whose chance of success is not one half."""
    return _GAMES.search(reading.folded) is not None


def _is_that(reading: Reading, one: Amount, two: Amount) -> bool:
    """Whether "of them" speaks of the number before: "52 cards, 4 of them"."""
    return one.value >= two.value and _AND_OF_THEM.fullmatch(reading.folded[one.end : two.start]) is not None


def _alone(reading: Reading, amount: Amount) -> Share:
    folded = reading.folded
    if _OF_THEM.match(folded, amount.end) or _WHO_ARE.match(folded, amount.end):
        return "part"
    if _WHOLE_BEFORE.search(folded, max(0, amount.start - 40), amount.start):
        return "whole"
    if _WHOLE_AFTER.match(folded, amount.end) or set(amount.nouns) & _RUNS:
        return "whole"
    return "part" if is_asked_part(reading, amount) else ""


def is_asked_part(reading: Reading, amount: Amount) -> bool:
    """Whether a chance is asked of an amount: "exactly 25 come up", "the odds that three fail"."""
    return _ASKED.search(reading.folded, max(0, amount.start - 45), amount.start) is not None


def totals(reading: Reading, slots: Sequence[tuple[int, Slot]], amounts: Sequence[Amount]) -> dict[int, int]:
    """The slot of the amount that is said to be all together: "fifteen of us altogether"."""
    wanted = [index for index, slot in slots if "total" in name_words(slot.name) and not slot.many]
    said = [place for place, amount in enumerate(amounts) if _IN_ALL.match(reading.folded, amount.end)]
    return {said[0]: wanted[0]} if len(said) == len(wanted) == 1 and len(slots) > 1 else {}
