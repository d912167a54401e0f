"""Words of a request that nothing explains: neither a value, nor a cue, nor the task itself, nor everyday language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_reading import Reading, Word
from compiled_ai.modules._slot_units import named_unit
from compiled_ai.modules._slot_words import CALENDAR, STOP, stem, word_set

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
_AFTER_PARTICIPLE = word_set("in on at by to from of for with against after before since between under as")


def unexplained(reading: Reading, explained: Sequence[Span], known: Collection[str]) -> Iterator[Word]:
    """The words outside of the `explained` spans that are neither in `known`, which has stems too, nor everyday words.

    Numbers, units, days and words of one or two letters never count.
    """
    claims = Claims(len(reading.text), explained)
    for index, word in enumerate(reading.words):
        if not claims.take((word.start, word.end)) or _is_known(word.text, known):
            continue
        following = reading.words[index + 1].text if index + 1 < len(reading.words) else ""
        if not (word.text.endswith("ed") and following in _AFTER_PARTICIPLE):  # "filed in", "located at"
            yield word


def _is_known(text: str, known: Collection[str]) -> bool:
    base = text.removesuffix("'s")
    if len(base) < _SHORTEST or not base[0].isalpha() or named_unit(base):
        return True
    return all(
        piece in STOP
        or piece in EVERYDAY
        or piece in CALENDAR
        or piece in known
        or stem(piece) in known
        or stem(piece) in EVERYDAY
        for piece in base.split("-")
    )
