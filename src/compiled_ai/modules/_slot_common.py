"""Everyday words that are hardly ever a name, so that of several stretches the odd one may be told."""

from __future__ import annotations

from compiled_ai.modules._common_words import COMMON_WORDS
from compiled_ai.modules._slot_rest import EVERYDAY
from compiled_ai.modules._slot_words import CALENDAR, STOP, word_set

_PLAIN_NOUNS = word_set(
    "schedule schedules fixture fixtures standings ranking rankings roster lineup people say says rundown overview gist glimpse snapshot breakdown sense clue hint tip tips thoughts guess insight insights lowdown scoop bio outline digest neighbour neighbor neighbours neighbors friend friends boss account accounts stuff opinion story stories hand hands bat ball cast award awards summary facts profile record records review reviews lyrics song songs movie movies film films book books game games match "
    "score scores stats statistics average news report background history biography description version picture detail price prices cost model brand condition quality second-hand used "
    "address phone email website age size color colour weight music concert concerts show shows event events team teams player players season seasons art artist house apartment room rooms "
    "car cars flight flights hotel hotels restaurant restaurants food recipe recipes dish meal money bank loan stock stocks market company companies school university class student students "
    "law court case cases judge police crime doctor hospital patient health medicine disease weather temperature rain forecast water air energy power earth sun moon animal animals plant plants "
    "fish dog cat bird tree trees river mountain mountains city country town state street museum park library exhibition tour tickets guide map language word letter email text message "
    "computer phone software app account user password file data table chart image photo video audio science theory experiment test exam question answer problem solution reason cause effect "
    "high low top bottom big small long short old new young good bad best worst fast slow hot cold free full empty open closed right wrong true false real dissent opinions dissenting role kinds"
)


def is_common(word: str) -> bool:
    """Whether a folded word is everyday language, and thus hardly a name."""
    return (
        word in STOP or word in EVERYDAY or word in COMMON_WORDS or word in _PLAIN_NOUNS or word in CALENDAR
    )
