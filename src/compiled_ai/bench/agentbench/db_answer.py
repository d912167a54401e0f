"""Whether answers to a question are those that AgentBench lists, by its own rules in code of our own.

Two rulings of AgentBench exist. The lenient one is that of its later judge
(https://github.com/THUDM/AgentBench/blob/main/src/server/tasks/dbbench/result_processor.py), and decides here. The strict one is that of the
published results (``src/server/tasks/dbbench/__init__.py`` of version 0.2) and is reported beside it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

TOLERANCE = 0.01
"""How far two numbers may lie apart, absolute."""
_NOTHING = frozenset(("", "none", "null", "undefined", "nan", "inf", "infinity", "-inf", "-infinity"))
"""What counts as the number 0 to the lenient judge."""
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*", re.ASCII)


def are_same_answers(given: Sequence[str], expected: Sequence[str]) -> bool:
    """The lenient ruling: without order, thousands separators, percent signs and quotes; numbers within `TOLERANCE`; nothing and 0 are the same."""
    ours, theirs = [_normalised(text) for text in given], [_normalised(text) for text in expected]
    numbers, targets = _numbers(ours), _numbers(theirs)
    if numbers is not None and targets is not None and ours and theirs:
        return _are_paired(numbers, targets)
    if len(ours) == len(theirs) == 1:
        return ours == theirs
    return set(ours) == set(theirs)


def are_strictly_same_answers(given: Sequence[str], expected: Sequence[str]) -> bool:
    """The strict ruling: a single answer is equal as a number or to the character, several are the same set of texts."""
    if len(given) == len(expected) == 1:
        ours, theirs = _number(given[0]), _number(expected[0])
        return given[0] == expected[0] if ours is None or theirs is None else ours == theirs
    return set(given) == set(expected)


def _normalised(text: str) -> str:
    text = text.strip().strip("'\"").strip()
    if text.endswith("%"):
        return text[:-1].strip()
    if "," in text and not (text.startswith("[") or text.endswith("]")):
        text = text.replace(",", "")
    return "0" if text.lower() in _NOTHING else text


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _numbers(texts: Sequence[str]) -> list[float] | None:
    numbers = [_number(text) for text in texts]
    return None if None in numbers else [number for number in numbers if number is not None]


def _are_paired(given: Sequence[float], expected: Sequence[float]) -> bool:
    """Whether each has a partner of its own. In order of size the nearest is always the right one to try."""
    if len(given) != len(expected):
        return False
    # A little more than the tolerance: 0.03 and 0.02 differ by 0.009999999999999998, 1.01 and 1 by 0.010000000000000009.
    return all(
        abs(ours - theirs) <= TOLERANCE + 1e-9
        for ours, theirs in zip(sorted(given), sorted(expected), strict=True)
    )
