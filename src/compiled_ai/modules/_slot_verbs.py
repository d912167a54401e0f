"""Words of a request that are verbs or mere frames by where they stand: "i drive", "will sparrows evolve", "a description of"."""

from __future__ import annotations

import re

from compiled_ai.modules._scan import Span
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_words import word_set

_SUBJECT = re.compile(
    r"\b(?:i|we|you|they|he|she|i'll|i'd|i've|we'll|we'd|we've|they'll|you'll)\s(?:[a-z]{3,12}ly\s|just\s|also\s|often\s)?\Z"
)
_WANTS_TO = re.compile(
    r"\b(?:wants?|wanted|needs?|needed|like|love|hope|hoping|plan|planning|going|have|has|had|got|try|trying|able|supposed|about|decided|ready|used|somewhere|someone|something|way|place)\sto\s\Z"
)
_ASKED_DO = re.compile(
    r"\b(?:will|would|does|do|did|can|could|should|might)\s(?:the\s|an?\s|my\s|our\s|these\s|those\s|most\s|all\s)?\Z"
)
_ASKED_OF = re.compile(r"\bhow\s(?:[a-z]+\s)?(?:will|would|does|do|can|could)\s(?:[a-z'-]+\s){1,4}\Z")
_GOES_ON = re.compile(
    r"\s?(?:[?.!,;]|\Z)|\s(?:in|on|at|over|for|from|to|by|with|within|during|after|before|until|under|between|through|throughout|per|if|when|while|and|into|across|about|against|than|like)\b"
)
_FRAMES = word_set(
    "description explanation overview picture photo image summary definition copy sort kind kinds list lot lots bunch outline account rundown breakdown couple handful variety amount series glimpse sense"
)
_OF = re.compile(r"\sof\s")
_HEADS = word_set("pieces works items objects things stuff ones goods gigs shows events spots options")
_PARTICIPLES_NOT = word_set(
    "bred shed sled fred bleed greed steed heed exceed speed seed weed feed breed reed deed need creed hundred sacred naked wicked united infrared watershed thoroughbred biped moped unlimited mixed limited"
)
_SHORTEST_PARTICIPLE = 4


def is_doing(reading: Reading, start: int) -> bool:
    """Whether the word at `start` is what somebody does: "drive" in "i drive 20 miles", "spend" in "love to spend"."""
    before = reading.folded[max(0, start - 24) : start]
    return _SUBJECT.search(before) is not None or _WANTS_TO.search(before) is not None


def is_frame(reading: Reading, span: Span) -> bool:
    """Whether a word only frames what its "of" names: "description" of "a description of neurons"."""
    return reading.folded[slice(*span)] in _FRAMES and _OF.match(reading.folded, span[1]) is not None


def ends_in_verb(reading: Reading, start: int, end: int) -> bool:
    """Whether the last word of a stretch of several is the verb of a question: "will house sparrows evolve over"."""
    return (
        _ASKED_DO.search(reading.folded, max(0, start - 20), start) is not None
        and _GOES_ON.match(reading.folded, end) is not None
    )


def is_asked_doing(reading: Reading, start: int, end: int) -> bool:
    """Whether a word is the verb of a question about what stands before it: "evolve" in "will house sparrows evolve over"."""
    asked = _ASKED_OF.search(reading.folded, max(0, start - 48), start)
    return asked is not None and _GOES_ON.match(reading.folded, end) is not None


def is_participle(word: str) -> bool:
    """Whether a folded word has the ending of a participle: "heated", but not "red"."""
    return word.endswith("ed") and len(word) >= _SHORTEST_PARTICIPLE and word not in _PARTICIPLES_NOT


def is_mere_head(word: str) -> bool:
    """Whether a folded word says nothing of what it stands for at the end of a stretch: "pieces" of "bronze pieces"."""
    return word in _HEADS
