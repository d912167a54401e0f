"""What a summary of runs is made of. Filled by `compiled_ai.bench.metrics.summary.summarize`, shown by reports."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from compiled_ai.bench.metrics.metric import Category, Metric, plain_number
from compiled_ai.spec.canonical import JsonObject, JsonValue

Split = Literal["seen", "held_out"]
Sense = Literal["better", "worse", "no_difference_shown"]
"""Of a paired comparison: ``better`` and ``worse`` only where both 95 % intervals of the difference leave 0 out and McNemar's p is below 0.05."""


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Metrics in the order of their table."""

    items: tuple[Metric, ...]

    def __getitem__(self, name: str) -> Metric:
        """The one of that name.

        Raises:
            KeyError: it is not among them.
        """
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(item.name == name for item in self.items)

    def of(self, category: Category) -> tuple[Metric, ...]:
        """Those of one category."""
        return tuple(item for item in self.items if item.category == category)


@dataclass(frozen=True, kw_only=True)
class FailureMode:
    """One way in which cases were not right."""

    outcome: str
    """As in the rows: ``wrong``, ``declined``, ``failed``, ``timed_out``, ``not_prepared``, ``too_dear``."""
    error: str
    """Class of the error; empty when there is none."""
    count: int
    """Rows."""
    example_case_ids: tuple[str, ...]
    """Up to three."""


@dataclass(frozen=True, kw_only=True)
class GroupSummary:
    """Accuracy in one group of a dataset, such as a category of BFCL."""

    group: str
    accuracy: Metric
    silent_wrong_rate: Metric
    abstention_rate: Metric


@dataclass(frozen=True, kw_only=True)
class SplitSummary:
    """One system on the cases of one split. Seen and held out are never pooled."""

    split: Split
    cases: int
    rows: int
    """Cases times repeats."""
    outcomes: Mapping[str, int]
    """Rows by outcome; each outcome is there, with 0 too."""
    metrics: Metrics
    """Reliability and consistency."""
    groups: tuple[GroupSummary, ...]
    failures: tuple[FailureMode, ...]
    """Most frequent first."""


@dataclass(frozen=True, kw_only=True)
class LatencyView:
    """What a plot of latencies needs, in milliseconds. Empty when there are no latencies to show; `note` says why."""

    warm_ms: tuple[float, ...]
    """101 quantiles, from the fastest (0) over the median (50) to the slowest (100) warm answer; empty without any."""
    warm_count: int
    cold_ms: tuple[float, ...]
    """Likewise of first answers of new processes."""
    cold_count: int
    note: str


@dataclass(frozen=True, kw_only=True)
class FunnelStep:
    """One validation stage over all attempts of all tasks, and over the first attempts alone."""

    stage: str
    """``attempts`` first, then the stages in the order in which they run."""
    reached: int
    passed: int
    first_reached: int
    first_passed: int


@dataclass(frozen=True, kw_only=True)
class VolumeCost:
    """What one task costs in all at a number of runs: preparing it and running it."""

    runs: int
    tokens: float
    usd: float | None
    """None when a price is unknown."""


@dataclass(frozen=True, kw_only=True)
class SystemSummary:
    """One system on one dataset."""

    system: str
    """As in the rows; with ``@`` and the run's id when two runs have it with different settings."""
    is_compiled: bool
    """Whether it answers with compiled code (a fallback to a model included)."""
    model: str
    identity: JsonObject
    tasks: int
    tasks_prepared: int
    splits: tuple[SplitSummary, ...]
    """``seen`` before ``held_out``; a split without rows is not there."""
    metrics: Metrics
    """Tokens, latency, code quality, validation and cost over all its rows. Break-even and the like stand in `Comparison`."""
    latency: LatencyView
    funnel: tuple[FunnelStep, ...]
    """Empty for systems that validate nothing."""
    rungs: Mapping[str, int]
    """Tasks by the rung that made their artifact (``reuse``, ``synthesis``, ``coder``...)."""
    served_by: Mapping[str, int]
    """Rows by who answered."""
    volumes: tuple[VolumeCost, ...]
    """At 1, 10, ..., 10^9 runs of a task."""

    def split(self, name: Split) -> SplitSummary | None:
        """Its cases of one split; None when there are none."""
        return next((item for item in self.splits if item.split == name), None)


@dataclass(frozen=True, kw_only=True)
class Paired:
    """Two systems on the same cases of one split: only cases that both have, one by one."""

    split: Split
    cases: int
    tasks: int
    both_right: int
    only_system: int
    """Cases that only the compiled system has right (of repeats: the majority)."""
    only_baseline: int
    neither: int
    mcnemar_p: float
    """Exact, two-sided."""
    difference: float
    """Accuracy of the compiled system minus that of the baseline, in percentage points."""
    low: float
    """Bootstrap over cases, 95 %."""
    high: float
    task_low: float | None
    """Bootstrap over whole tasks, 95 %: wider where the cases of a task stand or fall together. None with one task."""
    task_high: float | None
    sense: Sense
    """By both intervals and the test."""


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """Tokens and money of one task after a number of runs, with both systems."""

    runs: int
    system_tokens: float
    baseline_tokens: float
    system_usd: float | None
    baseline_usd: float | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The compiled system against one baseline."""

    system: str
    baseline: str
    splits: tuple[Paired, ...]
    metrics: Metrics
    """``break_even_tokens``, ``break_even_handed_on``, ``break_even_money``, ``token_reduction``, ``determinism_advantage``, ``speed_up``, over all paired cases."""
    curve: tuple[CurvePoint, ...]
    """Amortisation, at 1, 2, 5, 10, ... 10^6 runs."""

    def split(self, name: Split) -> Paired | None:
        """The paired cases of one split; None when there are none."""
        return next((item for item in self.splits if item.split == name), None)


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The facts that a verdict in words rests on. All of one split: held out where there is one, because only that says how it does on the next request."""

    split: Split
    system: str
    accuracy: Metric
    silent_wrong_rate: Metric
    abstention_rate: Metric
    tokens_per_transaction: Metric
    baseline: str | None
    """The baseline that asks a model for each case with the highest accuracy; ``direct`` when several share it. None without one."""
    baseline_accuracy: Metric | None
    baseline_tokens_per_transaction: Metric | None
    paired: Paired | None
    break_even_tokens: Metric | None
    break_even_money: Metric | None
    speed_up: Metric | None
    other_split_accuracy: Metric | None
    """Accuracy of the compiled system on the other split, to be shown apart."""


@dataclass(frozen=True, kw_only=True)
class DatasetSummary:
    """All that runs say of one dataset under one protocol."""

    dataset: str
    title: str
    """Its name, with the protocol where it has one."""
    description: JsonObject
    run_ids: tuple[str, ...]
    subject: str | None
    """The compiled system that all others are compared with; None when there is none."""
    systems: tuple[SystemSummary, ...]
    """The subject first, then in order of name."""
    comparisons: tuple[Comparison, ...]
    headline: Headline | None
    limits: tuple[str, ...]
    """What limits the claim, one sentence each."""

    def system(self, name: str) -> SystemSummary | None:
        """The system of that name."""
        return next((item for item in self.systems if item.system == name), None)


@dataclass(frozen=True, kw_only=True)
class ModelPrice:
    """List prices of a model in USD for a million tokens."""

    model: str
    input_usd: float | None
    """None when it has no list price."""
    output_usd: float | None
    cached_usd: float | None
    day: str
    """ISO date at which the prices held."""
    source: str
    """Package and version of the price list."""


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """What a run was."""

    run_id: str
    started_at: str
    dataset: str
    model: str
    source: str
    version: str
    settings: JsonObject
    machine: JsonObject


@dataclass(frozen=True, kw_only=True)
class Summary:
    """All that a report shows."""

    runs: tuple[RunFacts, ...]
    datasets: tuple[DatasetSummary, ...]
    prices: tuple[ModelPrice, ...]

    def to_json(self) -> JsonObject:
        """All of it as JSON data; infinities as the string ``"infinite"``."""
        plain = _plain(self)
        assert isinstance(plain, dict)
        return plain


def _plain(value: object) -> JsonValue:
    if isinstance(value, Metric):
        return value.to_json()
    if isinstance(value, Metrics):
        return {item.name: item.to_json() for item in value.items}
    if value is None or isinstance(value, bool | int | str):
        return value
    return plain_number(value) if isinstance(value, float) else _plain_parts(value)


def _plain_parts(value: object) -> JsonValue:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"a summary holds no {type(value).__name__}")
