"""What one system takes: tokens and money, before the first case and for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.attempts import code_of
from compiled_ai.bench.metrics.bootstrap import interval, ratio_of_sums
from compiled_ai.bench.metrics.facts import VolumeCost
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import CaseRepeats, mean
from compiled_ai.bench.metrics.table import Measured, metric, unknown
from compiled_ai.bench.rows import PreparationRow
from compiled_ai.checkers.complexity import lines_of_code
from compiled_ai.llm.exchange import estimate_tokens

RUNS = 1_000
"""At which amortised figures are given; the published ones use it too."""
_POWERS = range(3, 10)
_NO_CODE = "this system writes no code"
_NO_TASKS = "no preparation was recorded"
_NO_CASES = "no cases"
_NO_PRICE = "the price of a call is unknown"
_ESTIMATED = "tokens are partly estimated"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Tokens and money of one system."""

    compile_tokens: tuple[float, ...]
    """One value a task: the mean of its compilations."""
    compile_usd: tuple[float, ...] | None
    """None when a price is unknown."""
    tokens: tuple[float, ...]
    """One value a case: the mean of its repeats."""
    usd: tuple[float, ...] | None

    def at(self, runs: int) -> VolumeCost:
        """What a task takes in all at that many runs."""
        usd = (
            None
            if self.compile_usd is None or self.usd is None
            else average(self.compile_usd) + runs * average(self.usd)
        )
        return VolumeCost(
            runs=runs, tokens=average(self.compile_tokens) + runs * average(self.tokens), usd=usd
        )


def average(values: Sequence[float]) -> float:
    """Mean of `values`; 0 for none: no preparation is one that took nothing."""
    return math.fsum(values) / len(values) if values else 0.0


def spent(preparations: Sequence[PreparationRow], cases: Sequence[CaseRepeats]) -> Spent:
    """Tokens and money of one system on `cases` and on the preparations for them."""
    by_task: dict[str, list[PreparationRow]] = {}
    for row in preparations:
        by_task.setdefault(row.task_id, []).append(row)
    compile_usd = [_known([row.cost_usd for row in rows]) for rows in by_task.values()]
    usd = [case.usd for case in cases]
    return Spent(
        compile_tokens=tuple(average([float(row.tokens) for row in rows]) for rows in by_task.values()),
        compile_usd=_all_known(compile_usd),
        tokens=tuple(case.tokens for case in cases),
        usd=_all_known(usd),
    )


def _known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return average(known) if len(known) == len(values) else None


def _all_known(values: Sequence[float | None]) -> tuple[float, ...] | None:
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) else None


def tokens(
    preparations: Sequence[PreparationRow], cases: Sequence[CaseRepeats], *, seed: int
) -> tuple[Metric, ...]:
    """The metrics of tokens that one system has by itself."""
    taken = spent(preparations, cases)
    calls = [call for case in cases for row in case.rows for call in row.calls]
    calls += [call for row in preparations for call in row.calls]
    note = _ESTIMATED if any(call.estimated for call in calls) else ""
    right = [case.right for case in cases]
    return (
        mean("tokens_per_transaction", taken.tokens, none=_NO_CASES, seed=seed, note=note),
        _per_right("tokens_per_right_answer", taken.tokens, right, seed=seed, note=note),
        mean("compile_tokens_per_task", taken.compile_tokens, none=_NO_TASKS, seed=seed, note=note),
        *_code_per_token(preparations, seed=seed),
        _amortised(taken, seed=seed, note=note),
    )


def _per_right(
    name: str, values: Sequence[float] | None, right: Sequence[float], *, seed: int, note: str
) -> Metric:
    if not values or not any(right):
        return unknown(name, _NO_PRICE if values is None else "no answer was right" if values else _NO_CASES)
    low, high = interval([values, right], ratio_of_sums, seed=seed) or (None, None)
    value = math.fsum(values) / math.fsum(right)
    return metric(name, Measured(value=value, n=len(values), low=low, high=high, note=note))


def _code_per_token(preparations: Sequence[PreparationRow], *, seed: int) -> tuple[Metric, Metric]:
    codes = [code_of(row) for row in preparations]
    written = [float(estimate_tokens(code)) if code else 0.0 for code in codes]
    lines = [float(lines_of_code(code)) if code else 0.0 for code in codes]
    prompts = [float(sum(call.input_tokens for call in row.calls)) for row in preparations]
    totals = [float(row.tokens) for row in preparations]
    none = "no prompt was sent: the code came without a model" if any(codes) else _NO_CODE
    return (
        _ratio("compression_ratio", written if any(codes) else [], prompts, none=none, seed=seed),
        _ratio("lines_per_token", lines if any(codes) else [], totals, none=none, seed=seed),
    )


def _ratio(name: str, above: Sequence[float], below: Sequence[float], *, none: str, seed: int) -> Metric:
    if not above or not any(below):
        return unknown(name, none)
    low, high = interval([above, below], ratio_of_sums, seed=seed) or (None, None)
    free = sum(not value for value in below)
    note = f"{free} of {len(below)} tasks sent no prompt" if free else ""
    return metric(
        name,
        Measured(value=math.fsum(above) / math.fsum(below), n=len(above), low=low, high=high, note=note),
    )


def _amortised(taken: Spent, *, seed: int, note: str) -> Metric:
    name = "amortised_tokens"
    if not taken.compile_tokens or not taken.tokens:
        return unknown(name, _NO_CASES if taken.compile_tokens else _NO_TASKS)
    each = average(taken.tokens)
    shares = [value / RUNS + each for value in taken.compile_tokens]
    return mean(name, shares, none=_NO_TASKS, seed=seed, note=note)


def cost(
    preparations: Sequence[PreparationRow], cases: Sequence[CaseRepeats], *, seed: int
) -> tuple[Metric, ...]:
    """The metrics of money that one system has by itself."""
    taken = spent(preparations, cases)
    right = [case.right for case in cases]

    def priced(name: str, values: Sequence[float] | None, none: str) -> Metric:
        return mean(name, values or (), none=_NO_PRICE if values is None else none, seed=seed)

    return (
        priced("cost_per_transaction", taken.usd, _NO_CASES),
        _per_right("cost_per_right_answer", taken.usd, right, seed=seed, note=""),
        priced("compile_cost_per_task", taken.compile_usd, _NO_TASKS),
        *(_volume(power, taken) for power in _POWERS),
    )


def _volume(power: int, taken: Spent) -> Metric:
    name, usd = f"tco_1e{power}", taken.at(10**power).usd
    if usd is None or not taken.tokens or not taken.compile_tokens:
        return unknown(name, _NO_PRICE if usd is None else _NO_TASKS if taken.tokens else _NO_CASES)
    return metric(name, Measured(value=usd, n=len(taken.compile_tokens)))
