"""Words of a request that nothing explains: neither a value, nor a cue, nor the task itself, nor everyday language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_cues import Cue, name_words
from compiled_ai.modules._slot_reading import Reading, Word
from compiled_ai.modules._slot_types import Slot
from compiled_ai.modules._slot_units import named_unit
from compiled_ai.modules._slot_verbs import is_asked_doing, is_doing
from compiled_ai.modules._slot_words import CALENDAR, SHORT_FORMS, STOP, is_manner, stem, word_set

EVERYDAY = word_set(
    "fast quickly able about account actually add ahead already always amid amount amounts answer appear apply approximate around ask aware away bad base basic become before begin believe belong "
    "bit both bought bring brings built buy came can't cannot car care carry case certain chance change check choose clear close closely come comes coming common  "
    "condition conditions consider contain correct count course cover covers couple currently customer cut dates decide deal depend did didn't does doesn't done don't "
    "drop dropped drops due each earlier early earn easily easy either end enough entire equal especially estimated even ever everyone exact exactly example expect expected fact "
    "fair fall falling falls falls feel fell few figure fill finally fine first fit five folks follow following forget form former found four free friend friends front  "
    "fully future gave generally gets gone good got grab great group grow grows guess had half happen happened happening happens hard heard heavy height held help hence her high hit "
    "hits hold home hope hot house however hurry idea immediately important instead into issue item items job just keep keeps kind kindly knew knowing known last lately later "
    "latest lead least leave left less level life line little live lived lives long longer lot lots low made main major make makes making man many mark matter maybe mean means "
    "meant measure mention minute moment more morning most move moves moving much name near nearly necessary never nice normal note nothing noted number numbers object obtain obtained "
    "occur often once online only open order out overall own paid particular pay people per percent perhaps period person pick piece place places planned please point points "
    " possible possibly prefer prepare present probably problem project properly provided purpose put question quick quickly quite raise range rate rather reach reached ready "
    "real really reason receive refer regard related release released remain remember require required rest result return right road roll roughly round run running runs said same say "
    "saying says second seem seems seen set several share short shortly shot should shown side significant simple simply since situation size somebody someone "
    "something somewhere soon spent stand standing stands start started starting starts state statistically stay step still stop straight such suitable sum supposed sure system table "
    "take taken takes taking talk task tells term terms thank thanks that's there's thing think though thought three threw through throw thrown throws ticket tickets time times today together told "
    "tomorrow tonight took total totally toward towards travel travelled traveling travelling travels trip true try two type typical typically under understand unit until upcoming use "
    "used useful user uses using usual usually value values version via visiting wait walk wanna want wants watch week well went whatever whether while whole within wonder word "
    "words work working works world worth would write written wrong year yes yesterday yet you young gonna gotta lemme whats pls plz hey yeah folks guys asap fyi btw thx cheers kinda sorta "
    "boss team colleague wife husband mom dad mum sister brother kid kids family date"
)
"""Verbs, nouns and adverbs with which people wrap any request, and that are hardly ever a value."""
_SHORTEST = 3
_VERBS = word_set(
    "sit sits sitting ran went drove rode flew swam walked climbed traveled travelled covered sat stood spent ate drank slept drive drives ride rides fly flies walk walks sing sings star stars starred feature features featured featuring win wins won lose lost "
    "breathe breathes express expresses learn learns study throws pull pulls wonder wait waits spend spends spending save saves saving invest invests "
    "invested earn earns earning bring brings wear wears carry carries build builds grow grows handle handles deal deals fit fits work works happen wondering "
    "needed need figuring determine determines solving tackle tackles settle settles end ends ended up going hang hangs along somehow anyway honestly basically "
    "literally simply quickly currently originally initially roughly approximately exactly precisely specifically naturally generally normally typically usually "
    "probably possibly hopefully respectively overall altogether again eventually recently nowadays someday"
)
"""More verbs, and adverbs of the whole sentence."""
_ADDS = re.compile(
    r"\b(?:includ(?:e|es|ed|ing)|with(?:out)?|plus|along\swith|throw\sin|also|even|only|just|exclud(?:e|ing)|except|no|not|don't|do\snot|ignor(?:e|ing)|"
    r"disregard(?:ing)?|consider(?:ing)?|tak(?:e|ing)|account(?:ing)?|assum(?:e|ing)|show|add|want|love|like)\s(?:[\w'-]{1,20}\s){0,4}$|\b(?:and|or|but)\s(?:the\s|its\s|their\s|all\s|some\s)?$"
)
_ADDED = re.compile(r"(?:\s[\w'-]{1,20}){0,4}\s(?:as\swell|too|included|excluded|as\sa\sbonus|on\stop)\b")
_SORTED = re.compile(
    r"\b(?:sort|sorted|order|ordered|rank|ranked|arrange|arranged|list|listed)\s(?:them\s|it\s|these\s|results\s)?(?:by|from)\b|\bin\s(?:the\s)?(?:[a-z]{2,16}\s){0,2}order\b"
    r"|\b(?:(?:most|least)\s[a-z]{3,16}|[a-z]{2,12}est)\s(?:ones?\s|results?\s|items?\s)?(?:first|last)\b"
)
_TAIL = re.compile(
    r"\s(?:and|plus|as\swell\sas|along\swith)\s(?:also\s)?(?:(?:what's|what\sis|what\sare)\s)?(?:the|its|their)\s(?P<thing>[a-z]{3,20}(?:\s[a-z]{3,20})?)(?:,?\s(?:too|as\swell|also|please))?\s?[.?!]*$"
)
_SORTERS = frozenset(("sort", "sorting", "sorted", "order", "ordering", "ordered", "orderby", "sortby"))
_TECHNICAL = word_set(
    "unit units system sort sorting order ordering format output return returned mode method precision notation scale currency"
)
_IN = re.compile(r"\b(?:in|using)\s(?:an?\s|the\s)?$")
_MINE = re.compile(
    r"\b(?:my|our|his|her|their)\s(?:[a-z]{2,14}\s)?(?:[a-z]{2,14}\s(?:is|are|was|were|has|have|had|fell|just|got|keeps?)\s(?:[a-z]{2,14}\s){0,2})?$"
)
_CODE = re.compile(r"[0-9]{1,4}(?!(?:st|nd|rd|th|s|am|pm|k|m|x|bn|mm|gb|d)\b)[a-z]{1,3}|[0-9]{1,4}d(?=\b)")
"""Short codes that name a kind: "3d", "4dx"."""
_CLOSED_STYLES = frozenset(("unit", "currency"))
_SWITCHING = frozenset(("include", "show", "return", "get", "use", "with", "only", "format", "is"))
"""Words of the names of switches that do not say what they switch."""
_AFTER_PARTICIPLE = word_set("in on at by to from of for with against after before since between under as")


def unexplained(reading: Reading, explained: Sequence[Span], known: Collection[str]) -> Iterator[Word]:
    """The words outside of the `explained` spans that are neither in `known`, which has stems too, nor everyday words.

    Numbers, units, days and words of one or two letters never count.
    """
    claims = Claims(len(reading.text), explained)
    for index, word in enumerate(reading.words):
        if not claims.take((word.start, word.end)) or _is_known(word.text, known):
            continue
        if is_doing(reading, word.start) or is_asked_doing(reading, word.start, word.end):
            continue
        if index and reading.words[index - 1].text == "how":  # "how strong is it" asks, it says nothing
            continue
        following = reading.words[index + 1].text if index + 1 < len(reading.words) else ""
        if not (word.text.endswith("ed") and following in _AFTER_PARTICIPLE):  # "filed in", "located at"
            yield word


def adds(reading: Reading, word: Word, flags: Collection[str]) -> bool:
    """Whether a word may ask for a switch: it shares a beginning with a word of its name, or is said to be added or left out."""
    if _shares(word, flags):
        return True
    folded = reading.folded
    before = _ADDS.search(folded, max(0, word.start - 100), word.start)
    return before is not None or _ADDED.match(folded, word.end) is not None


def may_mean(reading: Reading, word: Word, slot: Slot, cues: Sequence[Cue]) -> bool:
    """Whether an unexplained word may be the value of a slot that is still empty."""
    if slot.kind == "boolean":
        return adds(reading, word, set(name_words(slot.name)) - _SWITCHING)
    if _is_technical(slot):
        return (
            _is_code(word)
            or _is_beside(reading, word, cues)
            or _is_in(reading, word)
            or _shares(word, _said(slot))
        )
    if slot.kind == "choice":
        return _is_beside(reading, word, cues) or not _is_aside(reading, word)
    if slot.kind == "name" and not reading.lower and reading.text[word.start].islower():
        return adds(reading, word, ()) or _is_beside(reading, word, cues)
    following = reading.word_after(word.end)
    return not (word.text.endswith("ing") and following is not None and following.text in _AFTER_PARTICIPLE)


def _shares(word: Word, names: Collection[str]) -> bool:
    """Whether a word shares a beginning with one of the names."""
    base = word.text.removesuffix("'s")
    return any(
        len(name) > _SHORTEST and (base.startswith(name[:5]) or name.startswith(base[:5])) for name in names
    )


def _is_technical(slot: Slot) -> bool:
    """Whether a slot says how to calculate or to show: words of a topic never mean its value."""
    return slot.style in _CLOSED_STYLES or (
        slot.kind == "choice" and bool(_TECHNICAL & set(name_words(slot.name)))
    )


def _said(slot: Slot) -> set[str]:
    """The words of the values of a slot and of their wordings."""
    wordings = (wording for wordings in slot.choices.values() for wording in wordings)
    return {piece for text in (*slot.choices, *wordings) for piece in name_words(text)}


def _is_in(reading: Reading, word: Word) -> bool:
    return _IN.search(reading.folded, max(0, word.start - 12), word.start) is not None


def _is_aside(reading: Reading, word: Word) -> bool:
    """Whether a word belongs to the speaker rather than to the request: "my fridge is empty", "in my report"."""
    return (
        not _is_code(word) and _MINE.search(reading.folded, max(0, word.start - 50), word.start) is not None
    )


def _is_code(word: Word) -> bool:
    return any(char.isdigit() for char in word.text)


def _is_beside(reading: Reading, word: Word, cues: Sequence[Cue]) -> bool:
    """Whether a cue of the slot stands right before or after the word: "heart department"."""
    return any(
        not cue.leads
        and (
            not reading.folded[word.end : cue.start].strip(" -")
            if word.end <= cue.start
            else cue.end <= word.start and not reading.folded[cue.end : word.start].strip(" -:=")
        )
        for cue in cues
    )


def adds_a_wish(reading: Reading, rest: Sequence[Word], last: int) -> bool:
    """Whether a request ends, after its `last` value, with a second thing to tell: "its area and the perimeter too"."""
    tail = _TAIL.search(reading.folded, max(0, len(reading.folded) - 80))
    if tail is None or last > tail.start("thing"):
        return False
    return any(tail.start("thing") <= word.start < tail.end("thing") for word in rest[-2:])


def asks_for_order(reading: Reading) -> bool:
    """Whether a request says how its results are sorted: "oldest first", "in order of price", "sorted by"."""
    return _SORTED.search(reading.folded) is not None


def is_sorting(slot: Slot) -> bool:
    """Whether a slot holds how results are sorted."""
    return bool(_SORTERS & set(name_words(slot.name)))


def _is_known(text: str, known: Collection[str]) -> bool:
    base = text.removesuffix("'s")
    if _CODE.fullmatch(base) and not named_unit(base.lstrip("0123456789.")):
        return False
    if (
        len(base) < _SHORTEST
        or not base[0].isalpha()
        or named_unit(base)
        or base in SHORT_FORMS
        or is_manner(base)
    ):
        return True
    return all(
        piece in STOP
        or piece in EVERYDAY
        or piece in _VERBS
        or piece.removesuffix("s") in known
        or piece in CALENDAR
        or piece in known
        or stem(piece) in known
        or stem(piece) in EVERYDAY
        for piece in base.split("-")
    )
