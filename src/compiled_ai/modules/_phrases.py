"""Phrases as patterns over folded text."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=8192)
def phrase_pattern(folded: str) -> re.Pattern[str]:
    """The pattern that finds a phrase as whole words in folded text; the rules are those of `text.has_phrase`."""
    parts = [_word_pattern(word) for word in folded.split(" ") if word.strip("*-")]
    if not parts:
        return re.compile(r"(?!)")
    body = "[ -]+".join(parts)
    opening = r"(?<!\w)" if re.match(r"\w", folded) else ""
    closing = r"(?!\w)(?!'t\b)" if re.search(r"[\w*]$", folded) else ""
    return re.compile(opening + body + closing)


def _word_pattern(word: str) -> str:
    stem, ending = (word.rstrip("*"), r"\w*") if word.endswith("*") else (word, "")
    escaped = " ?-? ?".join(re.escape(part) for part in stem.split("-") if part)
    return re.sub(r"n't\b", "n'?t", escaped) + ending
