"""When compiling has paid for itself, against one baseline on the same cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.bootstrap import interval
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import ANSWERED, CaseRepeats
from compiled_ai.bench.metrics.spending import RUNS
from compiled_ai.bench.metrics.table import Measured, metric, unknown
from compiled_ai.bench.rows import PreparationRow

NO_PAIRS = "the two systems share no case"
_NO_ANSWER = "it answered none of the cases, so that nothing was saved"
_NO_PRICE = "the price of a call is unknown"

Pair = tuple[CaseRepeats, CaseRepeats]
"""The same case by the compiled system and by the baseline."""
Preparations = tuple[Sequence[PreparationRow], Sequence[PreparationRow]]
"""Of the compiled system and of the baseline."""


@dataclass(frozen=True, kw_only=True)
class _Amount:
    """What is counted: tokens, or money that may be unknown."""

    of_case: Callable[[CaseRepeats], float | None]
    of_preparation: Callable[[PreparationRow], float | None]


_TOKENS = _Amount(of_case=lambda case: case.tokens, of_preparation=lambda row: row.tokens)
_USD = _Amount(of_case=lambda case: case.usd, of_preparation=lambda row: row.cost_usd)


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Sums task by task (case by case where there is one task): what both took to prepare it, what both took for its cases, how many these are."""

    own_compile: tuple[float, ...]
    other_compile: tuple[float, ...]
    own_cases: tuple[float, ...]
    other_cases: tuple[float, ...]
    counts: tuple[float, ...]

    def metric(self, name: str, statistic: Callable[[_Sums], float], *, seed: int, note: str = "") -> Metric:
        """The metric `name` with its interval over tasks."""
        columns = (
            self.own_compile,
            self.other_compile,
            self.own_cases,
            self.other_cases,
            self.counts,
            [1.0] * len(self.counts),
        )
        ends = interval(columns, lambda sums: statistic(_Sums.of(sums)), seed=seed)
        low, high = ends or (None, None)
        value = statistic(_Sums.of([math.fsum(column) for column in columns]))
        return metric(
            name, Measured(value=value, n=round(math.fsum(self.counts)), low=low, high=high, note=note)
        )


@dataclass(frozen=True)
class _Sums:
    """Means that come from column sums."""

    own_compile: float
    other_compile: float
    own_run: float
    other_run: float

    @classmethod
    def of(cls, sums: Sequence[float]) -> _Sums:
        own_compile, other_compile, own_cases, other_cases, cases, tasks = sums
        return cls(own_compile / tasks, other_compile / tasks, own_cases / cases, other_cases / cases)

    def break_even(self) -> float:
        return break_even(self.own_compile - self.other_compile, self.other_run - self.own_run)

    def reduction(self) -> float:
        own = self.own_compile + RUNS * self.own_run
        return (self.other_compile + RUNS * self.other_run) / own if own else math.inf

    def advantage(self) -> float:
        return RUNS * self.other_run / self.own_compile if self.own_compile else math.inf


def break_even(extra: float, saving: float) -> float:
    """Runs after which `extra`, spent beforehand, is saved again by `saving` a run: 0 when nothing was spent, ``math.inf`` when it never is."""
    if saving > 0:
        return max(0.0, extra) / saving
    return 0.0 if extra <= 0 and saving == 0 else math.inf


def _columns(
    pairs: Sequence[Pair], preparations: Preparations, amount: _Amount, *, hand_on: bool
) -> _Columns | None:
    """Sums for `amount`; None when an amount is unknown. `hand_on`: unanswered cases take the baseline's amount too."""
    compiled = [_compile_means(rows, amount) for rows in preparations]
    by_task: dict[str, list[tuple[float, float]]] = {}
    for own_case, other_case in pairs:
        own, other = amount.of_case(own_case), amount.of_case(other_case)
        if own is None or other is None:
            return None
        left = own_case.mean(lambda row: row.outcome not in ANSWERED) if hand_on else 0.0
        by_task.setdefault(own_case.task_id, []).append((own + left * other, other))
    own_compile, other_compile = ([found.get(task, 0.0) for task in by_task] for found in compiled)
    if None in own_compile or None in other_compile:
        return None
    units = list(by_task.values())
    if len(units) == 1:  # one task: its cases are drawn instead, each with the whole compilation as its share
        units = [[case] for case in units[0]]
        own_compile, other_compile = own_compile * len(units), other_compile * len(units)
    return _Columns(
        own_compile=tuple(value or 0.0 for value in own_compile),
        other_compile=tuple(value or 0.0 for value in other_compile),
        own_cases=tuple(math.fsum(own for own, _ in cases) for cases in units),
        other_cases=tuple(math.fsum(other for _, other in cases) for cases in units),
        counts=tuple(float(len(cases)) for cases in units),
    )


def _compile_means(preparations: Iterable[PreparationRow], amount: _Amount) -> dict[str, float | None]:
    by_task: dict[str, list[float | None]] = {}
    for row in preparations:
        by_task.setdefault(row.task_id, []).append(amount.of_preparation(row))
    return {task: _mean(amounts) for task, amounts in by_task.items()}


def _mean(amounts: Sequence[float | None]) -> float | None:
    known = [value for value in amounts if value is not None]
    return math.fsum(known) / len(known) if len(known) == len(amounts) else None


_NAMES = (
    "break_even_tokens",
    "break_even_handed_on",
    "break_even_money",
    "token_reduction",
    "determinism_advantage",
)


def spending_metrics(pairs: Sequence[Pair], preparations: Preparations, *, seed: int) -> tuple[Metric, ...]:
    """Break-even, token reduction and determinism advantage over `pairs` of cases by the compiled system and the baseline."""
    in_tokens = _columns(pairs, preparations, _TOKENS, hand_on=False)
    handed_on = _columns(pairs, preparations, _TOKENS, hand_on=True)
    in_money = _columns(pairs, preparations, _USD, hand_on=False)
    if not pairs or in_tokens is None or handed_on is None:
        return tuple(unknown(name, NO_PAIRS) for name in _NAMES)
    compiled = {row.task_id for row in preparations[0]}
    if not any(map(any, (in_tokens.own_compile, in_tokens.own_cases, in_tokens.other_cases))):
        neither = "neither system takes tokens"
        return tuple(unknown(name, neither, n=len(pairs)) for name in _NAMES)
    if all(own.mean(lambda row: row.outcome not in ANSWERED) == 1.0 for own, _ in pairs):
        return tuple(unknown(name, _NO_ANSWER, n=len(pairs)) for name in _NAMES)
    missing = len({own.task_id for own, _ in pairs} - compiled)
    if missing:
        reason = f"nothing is recorded of what preparing {missing} of the tasks took"
        return tuple(unknown(name, reason, n=len(pairs)) for name in _NAMES)
    money = unknown("break_even_money", _NO_PRICE, n=len(pairs))
    if in_money is not None:
        money = in_money.metric("break_even_money", _Sums.break_even, seed=seed, note=_never(in_money))
    return (
        in_tokens.metric("break_even_tokens", _Sums.break_even, seed=seed, note=_never(in_tokens)),
        handed_on.metric("break_even_handed_on", _Sums.break_even, seed=seed, note=_never(handed_on)),
        money,
        in_tokens.metric("token_reduction", _Sums.reduction, seed=seed),
        (in_money or in_tokens).metric(
            "determinism_advantage",
            _Sums.advantage,
            seed=seed,
            note=_advantage_note(in_tokens, in_money),
        ),
    )


def _advantage_note(in_tokens: _Columns, in_money: _Columns | None) -> str:
    notes = (
        "in tokens, because a price is unknown" if in_money is None else "",
        "" if any(in_tokens.own_compile) else "compiling took no tokens",
    )
    return "; ".join(filter(None, notes))


def _never(columns: _Columns) -> str:
    own, other = math.fsum(columns.own_cases), math.fsum(columns.other_cases)
    if own >= other and (own > other or any(columns.own_compile)):
        return "it never pays: a run takes as much as the baseline's, or more"
    return (
        ""
        if any(columns.own_compile)
        else "nothing was spent on compiling, so that it pays from the first run"
    )
