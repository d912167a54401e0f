"""The variable of a formula, for slots that hold it beside the formula."""

from __future__ import annotations

import re

from compiled_ai.modules._slot_cues import name_words
from compiled_ai.modules._slot_types import Slot

_LETTER = re.compile(r"(?<![A-Za-z_])[a-df-hj-zA-Z](?![A-Za-z_(])")
"""A letter that stands alone; e and i are numbers."""
_NAMES = frozenset(("variable", "var", "wrt"))


def is_variable(slot: Slot) -> bool:
    """Whether a slot holds the variable of a formula."""
    return bool(_NAMES & set(name_words(slot.name))) and not slot.many


def variable_of(formula: str) -> str:
    """The only letter that a formula has as a variable, "" when it has none or several."""
    letters = set(_LETTER.findall(formula))
    return letters.pop() if len(letters) == 1 else ""
