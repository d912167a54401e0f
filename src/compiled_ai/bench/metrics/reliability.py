"""How often a system is right, wrong, silent, or broken. Failed cases stay in every average."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from compiled_ai.bench.metrics.facts import FailureMode, GroupSummary
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import (
    ANSWERED,
    DECLINED,
    NEVER_ASKED,
    CaseRepeats,
    share,
)
from compiled_ai.bench.rows import RIGHT, CaseRow, Outcome

_NO_CASES = "no cases"
_BROKEN = NEVER_ASKED | {"failed", "timed_out"}
_WRONG = frozenset(("wrong",))
_NEEDLESS = frozenset(("declined",))
_EXAMPLES = 3


def reliability(cases: Sequence[CaseRepeats]) -> tuple[Metric, ...]:
    """All metrics of the category over `cases` of one system and split."""
    answered = [_right_of_answered(case) for case in cases]
    due = [case for case in cases if not case.rows[0].must_decline]
    return (
        _right("accuracy", cases),
        share(
            "accuracy_answered",
            [value for value in answered if value is not None],
            none="nothing was answered",
        ),
        share("mean_score", [case.mean(lambda row: row.score) for case in cases], none=_NO_CASES),
        _right("completion_rate", cases),
        _rate("answer_rate", ANSWERED, cases),
        _rate("error_rate", _BROKEN, cases),
        _rate("silent_wrong_rate", _WRONG, cases),
        _rate("abstention_rate", DECLINED, cases),
        _rate("needless_abstention_rate", _NEEDLESS, due, none="no case was due an answer"),
    )


def _right(name: str, cases: Sequence[CaseRepeats]) -> Metric:
    return share(name, [case.right for case in cases], none=_NO_CASES)


def _rate(
    name: str, counted: frozenset[str], cases: Sequence[CaseRepeats], *, none: str = _NO_CASES
) -> Metric:
    """Share of rows whose outcome is among `counted`."""
    return share(name, [case.mean(lambda row: row.outcome in counted) for case in cases], none=none)


def _right_of_answered(case: CaseRepeats) -> float | None:
    answers = [row.outcome == "right" for row in case.rows if row.outcome in ANSWERED]
    return sum(answers) / len(answers) if answers else None


def outcomes(rows: Iterable[CaseRow]) -> dict[str, int]:
    """Rows by outcome, each outcome named."""
    counts: dict[str, int] = dict.fromkeys(get_args(Outcome), 0)
    for row in rows:
        counts[row.outcome] += 1
    return counts


def failure_modes(rows: Iterable[CaseRow]) -> tuple[FailureMode, ...]:
    """How cases went wrong, most frequent first, then by name."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.outcome not in RIGHT:
            found.setdefault((row.outcome, row.error or ""), []).append(row.case_id)
    return tuple(
        FailureMode(
            outcome=outcome,
            error=error,
            count=len(case_ids),
            example_case_ids=tuple(dict.fromkeys(case_ids))[:_EXAMPLES],
        )
        for (outcome, error), case_ids in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def groups(cases: Iterable[CaseRepeats]) -> tuple[GroupSummary, ...]:
    """Accuracy group by group, in order of name; empty when the dataset has no groups."""
    found: dict[str, list[CaseRepeats]] = {}
    for case in cases:
        if case.rows[0].group:
            found.setdefault(case.rows[0].group, []).append(case)
    return tuple(_group(name, found[name]) for name in sorted(found))


def _group(name: str, cases: Sequence[CaseRepeats]) -> GroupSummary:
    return GroupSummary(
        group=name,
        accuracy=_right("accuracy", cases),
        silent_wrong_rate=_rate("silent_wrong_rate", _WRONG, cases),
        abstention_rate=_rate("abstention_rate", DECLINED, cases),
    )
