"""The accuracy stage: visible and hidden cases against the spec's evaluator and threshold, each group on its own.

Findings on visible cases show input, expected and given, for the coder to learn from. Findings on hidden cases are counts by kind. That the
hidden cases are few, or none, is a warning.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from compiled_ai._version import __version__
from compiled_ai.findings import Finding, StageReport
from compiled_ai.sandbox.model import CaseRow
from compiled_ai.scoring.scores import (
    GroupScore,
    ScoredCase,
    Verdict,
    count_missed_fields,
    judge,
    of_kind,
    summarize,
)
from compiled_ai.scoring.statistics import cases_needed
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.cases import Case, HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy, EvaluatorName
from compiled_ai.spec.schema import shorten

_SHOWN = 6
"""Visible misses that are described one by one."""
_SHOWN_FIELDS = 5
"""Missed fields of one example that are described."""
FEW_CASES = 20
"""Fewer hidden cases than these are said to be few."""
WIDE = 0.3
"""An interval of the hidden accuracy that is wider than this says little."""


def check_accuracy(cases: Sequence[Case], rows: Sequence[CaseRow], accuracy: Accuracy) -> StageReport:
    """The verdict on `rows`, which the execution stage measured for `cases` in the same order."""
    started = time.perf_counter()
    pairs = list(zip(cases, rows, strict=True))
    scored = [
        judge(case, output=row.output, abstained=row.status == "abstained", accuracy=accuracy)
        for case, row in pairs
    ]
    visible, hidden = of_kind(scored, VisibleCase), of_kind(scored, HiddenCase)
    findings = [
        *_judge_visible(visible, dict(zip((case.case_id for case in cases), rows, strict=True)), accuracy),
        *(_judge_hidden(hidden, accuracy) or _doubts(summarize(hidden))),
    ]
    facts: JsonObject = {
        "visible": summarize(visible).to_json(),
        "hidden": summarize(hidden).to_json(),
        "threshold": accuracy.threshold,
    }
    if accuracy.evaluator == "fields":
        facts["visible_fields_missed"] = {**count_missed_fields(visible)}
    return StageReport(
        stage="accuracy",
        findings=tuple(findings),
        tools={f"evaluator {accuracy.evaluator}": __version__},
        facts=facts,
        seconds=time.perf_counter() - started,
    )


def _shortfalls(group: GroupScore, accuracy: Accuracy) -> list[str]:
    found = []
    if group.accuracy is not None and group.accuracy < accuracy.threshold:
        reached, wanted = _told_apart(group.accuracy, accuracy.threshold)
        found.append(f"accuracy {reached} is below the threshold {wanted}")
    if accuracy.max_wrong is not None and group.wrong_share > accuracy.max_wrong:
        wrong, allowed = _told_apart(group.wrong_share, accuracy.max_wrong)
        found.append(f"{wrong} of the answers are wrong, more than the {allowed} allowed")
    return found


def _told_apart(first: float, second: float) -> tuple[str, str]:
    """Both shares with two places, or with as many as tell them apart."""
    for places in range(2, 16):
        texts = f"{first:.{places}f}", f"{second:.{places}f}"
        if texts[0] != texts[1]:
            return texts
    return repr(first), repr(second)


def _judge_visible(
    scored: Sequence[ScoredCase], rows: dict[str, CaseRow], accuracy: Accuracy
) -> list[Finding]:
    shortfalls = _shortfalls(summarize(scored), accuracy)
    missed = [item for item in scored if item.score < 1.0]
    findings = [
        Finding(
            stage="accuracy",
            tool="cases",
            rule=f"visible-{item.verdict}",
            message=_describe(item, rows[item.case.case_id], accuracy),
            severity="error" if shortfalls else "warning",
        )
        for item in missed[:_SHOWN]
    ]
    if shortfalls:
        rest = f"; {len(missed) - _SHOWN} more examples are missed" if len(missed) > _SHOWN else ""
        findings.insert(
            0,
            Finding(
                stage="accuracy",
                tool="cases",
                rule="visible",
                message=f"on the examples {', '.join(shortfalls)}{rest}",
            ),
        )
    return findings


def _describe(item: ScoredCase, row: CaseRow, accuracy: Accuracy) -> str:
    shown = shorten(canonical_json(item.case.input), 400)
    if item.missed and item.case.output is not None and row.output is not None:
        fields = _describe_fields(item.missed, item.case.output, row.output, accuracy)
        return f"input {shown} gave {fields}"
    expected = "an abstention" if item.case.output is None else canonical_json(item.case.output)
    given = f"{row.status}: {row.detail}" if row.output is None else canonical_json(row.output)
    such_as = _such_as(accuracy.evaluator) if item.case.output is not None else ""
    return f"input {shown} gave {shorten(given, 300)}; expected {such_as}{shorten(expected, 300)}"


def _describe_fields(
    missed: Sequence[str], expected: JsonObject, given: JsonObject, accuracy: Accuracy
) -> str:
    parts = []
    for name in missed[:_SHOWN_FIELDS]:
        rule = accuracy.fields.get(name)
        answer, due = (shorten(canonical_json(output.get(name)), 80) for output in (given, expected))
        parts.append(f"{answer} as '{name}', expected {_such_as(rule.evaluator if rule else 'exact')}{due}")
    rest = f"; {len(missed) - _SHOWN_FIELDS} more fields are missed" if len(missed) > _SHOWN_FIELDS else ""
    return "; ".join(parts) + rest


def _such_as(evaluator: EvaluatorName) -> str:
    return "what fits the schema, such as " if evaluator == "json_schema" else ""


def _judge_hidden(scored: Sequence[ScoredCase], accuracy: Accuracy) -> list[Finding]:
    group = summarize(scored)
    words: dict[Verdict, str] = {
        "wrong": "answered wrong",
        "declined": "declined though an answer was due",
        "crashed": "crashed",
    }
    counted = ", ".join(f"{group.counts[kind]} {text}" for kind, text in words.items() if group.counts[kind])
    return [
        Finding(
            stage="accuracy",
            tool="cases",
            rule="hidden",
            message=f"on {_cases(group.total)} {shortfall}: {counted}. Cover more wordings and decline what is unsure",
        )
        for shortfall in _shortfalls(group, accuracy)
    ]


def _doubts(group: GroupScore) -> list[Finding]:
    """What to know of hidden cases that passed: that they are few, or none."""
    if not group.total:
        message = "no hidden cases: nothing says how the code does on inputs that the model has not seen. Add at least 20 to `tests`"
        return [_doubt("no-hidden", message)]
    interval = group.interval
    if group.total >= FEW_CASES and interval.width <= WIDE:
        return []
    needed = max(FEW_CASES, cases_needed(group.points / group.total, WIDE))
    message = (
        f"passed on {_cases(group.total)}, {group.right} right: the accuracy may be anything from {interval.low:.2f} to {interval.high:.2f} "
        f"(95 % interval). Have {needed} or more in `tests`"
    )
    return [_doubt("few-hidden", message)]


def _doubt(rule: str, message: str) -> Finding:
    return Finding(stage="accuracy", tool="cases", rule=rule, message=message, severity="warning")


def _cases(count: int) -> str:
    return f"{count} hidden {'case' if count == 1 else 'cases'}"
