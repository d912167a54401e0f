"""Figures of one layer on one set, each with its count and its 95 % Wilson interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compiled_ai.gates.verdict import Action
from compiled_ai.scoring.statistics import Interval, wilson_interval
from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a layer said of one sample."""

    sample_id: str
    is_attack: bool
    action: Action
    score: float
    seconds: float
    """Of the processor, so that a busy machine changes little."""
    size: int
    """Of the text, in bytes of UTF-8."""
    family: str = ""

    @property
    def is_stopped(self) -> bool:
        """Whether it was flagged or blocked."""
        return self.action != "allow"


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


KILOBYTE = 1_000


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Measured values: how many, the middle one, and the one that 99 in 100 do not exceed."""

    n: int
    median: float | None
    p99: float | None

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """That of `values`, by the nearest rank; of nothing, None."""
        ranked = sorted(values)
        if not ranked:
            return cls(n=0, median=None, p99=None)
        return cls(n=len(ranked), median=_ranked(ranked, 50), p99=_ranked(ranked, 99))

    def to_json(self) -> JsonObject:
        """All of it."""
        return {"n": self.n, "median": self.median, "p99": self.p99}


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long one gate takes, in milliseconds of the processor. A short text costs what beginning costs, whatever its length; so that the two are told apart."""

    long: Spread
    """Milliseconds per 1,000 bytes, of texts of at least so many."""
    short: Spread
    """Milliseconds a text, of shorter ones."""

    def to_json(self) -> JsonObject:
        """All of it."""
        return {"ms_per_kb_of_long": self.long.to_json(), "ms_a_short_text": self.short.to_json()}


def latency(judged: Sequence[Judged]) -> Latency:
    """That of all `judged` texts."""
    long = [one for one in judged if one.size >= KILOBYTE]
    short = [one for one in judged if one.size < KILOBYTE]
    return Latency(
        long=Spread.of(1_000 * one.seconds / (one.size / KILOBYTE) for one in long),
        short=Spread.of(1_000 * one.seconds for one in short),
    )


def _ranked(ranked: Sequence[float], percent: int) -> float:
    """The value at the nearest rank."""
    return ranked[max(0, -(-percent * len(ranked) // 100) - 1)]


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
    per_kilobyte: Spread
    """The same for each text by itself."""

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
            "ms_per_kb_by_text": self.per_kilobyte.to_json(),
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
        milliseconds_per_kilobyte=1_000 * seconds / (size / KILOBYTE) if size else None,
        per_kilobyte=Spread.of(1_000 * one.seconds / (one.size / KILOBYTE) for one in judged if one.size),
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
