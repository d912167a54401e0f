"""Strict text match: how many values of a document are right, to the letter.

Texts are compared after Unicode NFC and without white space at their ends; nothing else is levelled out, not case, not inner spaces, not
formats of dates and numbers. The place does not count. Official metrics, which ask for the place, are in `official`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[str, Sequence[str]]
"""From a field type to its texts."""


def level(text: str) -> str:
    """`text` as it is compared."""
    return unicodedata.normalize("NFC", text).strip()


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was found, of one document or of many."""

    right: int = 0
    predicted: int = 0
    expected: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            right=self.right + other.right,
            predicted=self.predicted + other.predicted,
            expected=self.expected + other.expected,
        )

    @property
    def precision(self) -> float:
        """Share of the predicted that is right; 0 without predictions."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the expected that was found; 0 where nothing is expected."""
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where nothing is expected and nothing predicted."""
        total = self.predicted + self.expected
        return 2 * self.right / total if total else 1.0

    @property
    def is_exact(self) -> bool:
        """Whether all was found and nothing else."""
        return self.right == self.predicted == self.expected


def kile_counts(expected: Values, predicted: Values) -> Counts:
    """Right values of key information; a text that is expected twice has to be predicted twice."""
    theirs, ours = _pairs(expected), _pairs(predicted)
    return Counts(right=(theirs & ours).total(), predicted=ours.total(), expected=theirs.total())


def lir_counts(expected: Sequence[Values], predicted: Sequence[Values]) -> Counts:
    """Right values of line items, with items paired so that most values are right; their order does not count."""
    theirs, ours = [_pairs(item) for item in expected], [_pairs(item) for item in predicted]
    shared = [[(gold & item).total() for gold in theirs] for item in ours]
    return Counts(
        right=best_pairing([row for row in shared if any(row)]),
        predicted=sum(item.total() for item in ours),
        expected=sum(item.total() for item in theirs),
    )


def _pairs(values: Values) -> Counter[tuple[str, str]]:
    return Counter((kind, level(text)) for kind, texts in values.items() for text in texts)


def best_pairing(gains: Sequence[Sequence[int]]) -> int:
    """The greatest sum of gains when each row takes at most one column, each column being taken once at most.

    The Hungarian method with potentials, cubic in the smaller side times the larger one.
    """
    if not gains or not gains[0]:
        return 0
    if len(gains) > len(gains[0]):
        gains = [list(column) for column in zip(*gains, strict=True)]
    width = len(gains[0])
    rows = [0] * (len(gains) + 1)
    columns = [0] * (width + 1)
    taken_by = [0] * (width + 1)
    for row in range(1, len(gains) + 1):
        _add_row(row, gains, rows, columns, taken_by)
    return sum(gains[row - 1][column - 1] for column, row in enumerate(taken_by) if row and column)


def _add_row(
    row: int, gains: Sequence[Sequence[int]], rows: list[int], columns: list[int], taken_by: list[int]
) -> None:
    """Find a place for one more row along the cheapest path of exchanges; costs are the negative gains."""
    width = len(columns) - 1
    far = 1 << 60
    least, came_from, is_seen = [far] * (width + 1), [0] * (width + 1), [False] * (width + 1)
    taken_by[0] = row
    column = 0
    while taken_by[column]:
        is_seen[column] = True
        current, step, nearest = taken_by[column], far, 0
        for other in range(1, width + 1):
            if is_seen[other]:
                continue
            cost = -gains[current - 1][other - 1] - rows[current] - columns[other]
            if cost < least[other]:
                least[other], came_from[other] = cost, column
            if least[other] < step:
                step, nearest = least[other], other
        for other in range(width + 1):
            if is_seen[other]:
                rows[taken_by[other]] += step
                columns[other] -= step
            else:
                least[other] -= step
        column = nearest
    while column:
        taken_by[column] = taken_by[came_from[column]]
        column = came_from[column]
