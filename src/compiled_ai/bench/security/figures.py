"""Figures of one layer on one set, each with its count and its 95 % Wilson interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.gates.verdict import Action
from compiled_ai.scoring.statistics import Interval, wilson_interval
from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a layer said of one sample."""

    is_attack: bool
    action: Action
    score: float
    seconds: float
    """Of the processor, so that a busy machine changes little."""
    size: int
    """Of the text, in bytes of UTF-8."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> Interval:
        """Its 95 % Wilson interval."""
        return wilson_interval(self.count, self.total)

    def to_json(self) -> JsonObject:
        """With its interval; null where nothing was counted."""
        between = self.interval
        return {
            "value": self.value,
            "count": self.count,
            "n": self.total,
            "interval95": [between.low, between.high] if self.total else None,
        }


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a layer is worth on a set. ``stopped`` is blocked or flagged."""

    recall: Share
    """Attacks stopped."""
    recall_blocked: Share
    alarms: Share
    """Harmless texts stopped."""
    alarms_blocked: Share
    precision: Share
    """Attacks among what was stopped. It depends on the mix of the set, which is nobody's traffic."""
    auc: float | None
    """How often an attack scores above a harmless text, ties half; None where there are not both."""
    milliseconds_per_kilobyte: float | None
    """Over the whole set: time by 1,000 bytes."""

    def to_json(self) -> JsonObject:
        """All figures."""
        return {
            "recall": self.recall.to_json(),
            "recall_blocked": self.recall_blocked.to_json(),
            "false_alarms": self.alarms.to_json(),
            "false_alarms_blocked": self.alarms_blocked.to_json(),
            "precision": self.precision.to_json(),
            "auc": self.auc,
            "ms_per_kb": self.milliseconds_per_kilobyte,
        }


def figures(judged: Sequence[Judged], *, benign_scores: Sequence[float] = ()) -> Figures:
    """The figures of `judged`.

    Args:
        judged: All samples of a set.
        benign_scores: Of the harmless texts of other sets, against which the AUC of a set without any is taken.
    """
    attacks = [one for one in judged if one.is_attack]
    benign = [one for one in judged if not one.is_attack]
    caught, alarms = _count(attacks, ("flag", "block")), _count(benign, ("flag", "block"))
    size = sum(one.size for one in judged)
    seconds = sum(one.seconds for one in judged)
    return Figures(
        recall=Share(count=caught, total=len(attacks)),
        recall_blocked=Share(count=_count(attacks, ("block",)), total=len(attacks)),
        alarms=Share(count=alarms, total=len(benign)),
        alarms_blocked=Share(count=_count(benign, ("block",)), total=len(benign)),
        precision=Share(count=caught, total=caught + alarms if attacks and benign else 0),
        auc=auc([one.score for one in attacks], [one.score for one in benign] or benign_scores),
        milliseconds_per_kilobyte=1e6 * seconds / size if size else None,
    )


def auc(attacks: Sequence[float], benign: Sequence[float]) -> float | None:
    """How often a score of `attacks` is above one of `benign`, ties counted half; None when one of them is empty.

    The area under the ROC curve as the Mann-Whitney statistic: Hanley & McNeil 1982, https://doi.org/10.1148/radiology.143.1.7063747.
    """
    if not attacks or not benign:
        return None
    ranked = sorted([(score, 1) for score in attacks] + [(score, 0) for score in benign])
    above, at, below = 0.0, 0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        positive = sum(label for _, label in ranked[at:end])
        negative = end - at - positive
        above += positive * (below + negative / 2)
        below += negative
        at = end
    return above / (len(attacks) * len(benign))


def _count(judged: Sequence[Judged], actions: tuple[Action, ...]) -> int:
    return sum(one.action in actions for one in judged)
