"""Scoring: cases with their expectations against what the code did."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from compiled_ai.scoring.evaluators import compare_output
from compiled_ai.scoring.statistics import Interval, wilson_interval
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case
from compiled_ai.spec.model import Accuracy

Verdict = Literal["right", "right_to_decline", "wrong", "declined", "crashed"]
"""``wrong``: a confident wrong answer. ``declined``: it abstained though an answer was due. ``crashed``: anything else than an answer."""


@dataclass(frozen=True, kw_only=True)
class ScoredCase:
    """One case with its verdict."""

    case: Case
    verdict: Verdict
    score: float
    """Agreement in 0..1; 1 for a right decline, 0 for everything that is no answer."""
    missed: tuple[str, ...] = ()
    """Fields of an answer that do not agree, also those that do not count; only for the evaluator ``fields``."""


@dataclass(frozen=True, kw_only=True)
class GroupScore:
    """The verdicts of one group of cases, visible or hidden."""

    counts: dict[Verdict, int]
    points: float
    """Sum of scores. Equals the number of right cases for every evaluator but ``fields``."""

    @property
    def total(self) -> int:
        """Number of cases, crashes included."""
        return sum(self.counts.values())

    @property
    def accuracy(self) -> float | None:
        """Mean score in 0..1; None without cases."""
        return self.points / self.total if self.total else None

    @property
    def interval(self) -> Interval:
        """95 % interval of the accuracy."""
        return wilson_interval(self.points, self.total)

    @property
    def right(self) -> int:
        """Right answers and right declines together."""
        return self.counts["right"] + self.counts["right_to_decline"]

    @property
    def wrong_share(self) -> float:
        """Share of confident wrong answers."""
        return self.counts["wrong"] / self.total if self.total else 0.0

    def to_json(self) -> JsonObject:
        """Counts, accuracy and interval, rounded to four places."""
        accuracy = self.accuracy
        return {
            "n": self.total,
            "accuracy": None if accuracy is None else round(accuracy, 4),
            "interval95": [round(self.interval.low, 4), round(self.interval.high, 4)],
            **{str(name): count for name, count in self.counts.items()},
        }


def judge(case: Case, *, output: JsonObject | None, abstained: bool, accuracy: Accuracy) -> ScoredCase:
    """`case` with its verdict. `output` None without `abstained` means that the run crashed."""
    if abstained:
        return ScoredCase(
            case=case,
            verdict="right_to_decline" if case.must_abstain else "declined",
            score=float(case.must_abstain),
        )
    if output is None:
        return ScoredCase(case=case, verdict="crashed", score=0.0)
    if case.output is None:
        return ScoredCase(case=case, verdict="wrong", score=0.0)
    agreement = compare_output(case.output, output, accuracy)
    return ScoredCase(
        case=case,
        verdict="right" if agreement.score == 1.0 else "wrong",
        score=agreement.score,
        missed=agreement.missed,
    )


def summarize(scored: Iterable[ScoredCase]) -> GroupScore:
    """The counts and points of `scored`."""
    counts: dict[Verdict, int] = {"right": 0, "right_to_decline": 0, "wrong": 0, "declined": 0, "crashed": 0}
    scores = []
    for item in scored:
        counts[item.verdict] += 1
        scores.append(item.score)
    return GroupScore(counts=counts, points=math.fsum(scores))  # sum() puts ten times 0.9 below 9


def count_missed_fields(scored: Iterable[ScoredCase]) -> dict[str, int]:
    """How many of the answers in `scored` miss each field, by name."""
    return dict(sorted(Counter(name for item in scored for name in item.missed).items()))


def of_kind(scored: Sequence[ScoredCase], kind: type[Case]) -> tuple[ScoredCase, ...]:
    """Those of `scored` whose case is visible, or hidden."""
    return tuple(item for item in scored if isinstance(item.case, kind))
