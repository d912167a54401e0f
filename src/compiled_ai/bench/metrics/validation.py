"""How code comes through the validation stages."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.metrics.attempts import STAGES, Attempt, attempts_of, compiles, has_lost_times
from compiled_ai.bench.metrics.bootstrap import quantile, quantile_interval
from compiled_ai.bench.metrics.facts import FunnelStep
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import mean, share
from compiled_ai.bench.metrics.table import Measured, metric, unknown
from compiled_ai.bench.rows import PreparationRow

_MAKES_NONE = "this system compiles nothing"
_NO_ATTEMPTS = "no attempt was recorded"


def validation(preparations: Sequence[PreparationRow], *, seed: int) -> tuple[Metric, ...]:
    """All metrics of the category over the `preparations` of one system."""
    if not any(map(compiles, preparations)):
        preparations = ()
    none = _NO_ATTEMPTS if preparations else _MAKES_NONE
    tried = [found for row in preparations if (found := attempts_of(row))]
    firsts = [attempts[0] for attempts in tried]
    return (
        share("compiled_rate", [not row.problem for row in preparations], none=none),
        share("first_pass_rate", [first.passed for first in firsts], none=none),
        *(_first_pass(stage, firsts, none=none) for stage in STAGES),
        mean("regenerations", [len(attempts) - 1.0 for attempts in tried], none=none, seed=seed),
        _time_to_valid(preparations, none=none, seed=seed),
        _false_rejections([attempt for attempts in tried for attempt in attempts], none=none),
    )


def funnel(preparations: Sequence[PreparationRow]) -> tuple[FunnelStep, ...]:
    """Attempts stage by stage; empty when none was recorded."""
    tried = [found for row in preparations if (found := attempts_of(row))]
    every = [attempt for attempts in tried for attempt in attempts]
    firsts = [attempts[0] for attempts in tried]
    if not every:
        return ()
    whole = FunnelStep(
        stage="attempts",
        reached=len(every),
        passed=sum(attempt.passed for attempt in every),
        first_reached=len(firsts),
        first_passed=sum(attempt.passed for attempt in firsts),
    )
    return (whole, *(_step(stage, every, firsts) for stage in STAGES))


def _step(stage: str, every: Sequence[Attempt], firsts: Sequence[Attempt]) -> FunnelStep:
    verdicts, first_verdicts = (
        [passed for attempt in attempts if (passed := attempt.stage(stage)) is not None]
        for attempts in (every, firsts)
    )
    return FunnelStep(
        stage=stage,
        reached=len(verdicts),
        passed=sum(verdicts),
        first_reached=len(first_verdicts),
        first_passed=sum(first_verdicts),
    )


def _first_pass(stage: str, firsts: Sequence[Attempt], *, none: str) -> Metric:
    verdicts = [passed for first in firsts if (passed := first.stage(stage)) is not None]
    return share(
        f"first_pass_{stage}",
        verdicts,
        none=f"no first attempt reached the {stage} stage" if firsts else none,
    )


def _time_to_valid(preparations: Sequence[PreparationRow], *, none: str, seed: int) -> Metric:
    valid = [row for row in preparations if not row.problem]
    by_machine = [row for row in valid if not any(call.by_hand for call in row.calls)]
    timed = sorted(row.seconds for row in by_machine if not has_lost_times(row))
    by_hand, lost, failed = (
        len(valid) - len(by_machine),
        len(by_machine) - len(timed),
        len(preparations) - len(valid),
    )
    notes = (
        f"{failed} of {len(preparations)} never became valid" if failed else "",
        f"{by_hand} answered at a desk are left out" if by_hand else "",
        f"the times of {lost} were lost with a killed process" if lost else "",
    )
    note = "; ".join(filter(None, notes))
    if not timed:
        return unknown("time_to_valid", note or none)
    low, high = quantile_interval(timed, 0.5, seed=seed) or (None, None)
    return metric(
        "time_to_valid", Measured(value=quantile(timed, 0.5), n=len(timed), low=low, high=high, note=note)
    )


def _false_rejections(attempts: Sequence[Attempt], *, none: str) -> Metric:
    judged = [attempt.right for attempt in attempts if not attempt.passed and attempt.right is not None]
    rejected = sum(not attempt.passed for attempt in attempts)
    reason = "nothing was rejected"
    if rejected:
        reason = f"the code of {rejected} rejected attempts is not in the rows, so that nobody could run it all the same"
    return share("false_rejection_rate", judged, none=reason if attempts else none)
