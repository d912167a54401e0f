"""The four stages in order, cheapest first. A stage that fails ends the run: what follows would judge code that is rejected anyway."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

import platformdirs

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.checkers.mypy_tool import prove_mypy
from compiled_ai.findings import Finding, StageName, StageReport
from compiled_ai.inputs.generate import GeneratedInput, generate_inputs
from compiled_ai.overfit.guard import OverfitSubject, check_overfit
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, VisibleCase
from compiled_ai.spec.given import step_of
from compiled_ai.spec.model import Accuracy, ComplianceBlock, Limits, Spec
from compiled_ai.validation.accuracy import check_accuracy
from compiled_ai.validation.compliance import check_compliance
from compiled_ai.validation.determinism import warm_up
from compiled_ai.validation.execution import check_execution
from compiled_ai.validation.security import check_security
from compiled_ai.validation.subject import Subject
from compiled_ai.validation.syntax import check_syntax

STAGES: tuple[StageName, ...] = ("security", "syntax", "execution", "accuracy")
GENERATED_INPUTS = 1_000
"""Inputs made from the input schema on which properties and determinism are checked."""
_GIVEN = 40
"""Outputs of a bounded or effect step that go with them, in turn."""


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What code is held against."""

    cases: tuple[Case, ...]
    """Visible and hidden cases."""
    accuracy: Accuracy
    limits: Limits
    compliance: tuple[ComplianceBlock, ...] = ()
    words: JsonObject = field(default_factory=dict)
    """What the spec says apart from its cases: instructions, schemas, rules. A literal that it names is no sign of overfit."""
    sandbox: Sandbox | None = None
    """Where code is run. None is what `open_sandbox("auto")` chooses."""
    cache_dir: Path | None = None
    """Where mypy and the generator of inputs keep caches. None is the user's cache folder."""


def criteria_of(spec: Spec, *, sandbox: Sandbox | None = None, cache_dir: Path | None = None) -> Criteria:
    """What `spec` holds code against."""
    return Criteria(
        cases=(*spec.examples, *spec.tests),
        accuracy=spec.accuracy,
        limits=spec.limits,
        compliance=spec.compliance,
        words=spec.words(),
        sandbox=sandbox,
        cache_dir=cache_dir,
    )


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The reports of the stages that ran."""

    reports: tuple[StageReport, ...]

    @property
    def passed(self) -> bool:
        """Whether all four stages ran and passed."""
        return tuple(report.stage for report in self.reports) == STAGES and all(
            report.passed for report in self.reports
        )

    @property
    def failed_stage(self) -> StageReport | None:
        """The first stage that failed, or None."""
        return next((report for report in self.reports if not report.passed), None)

    def facts(self, stage: StageName) -> JsonObject:
        """Measured values of `stage`; empty when it did not run."""
        return next((report.facts for report in self.reports if report.stage == stage), {})


def default_cache_dir() -> Path:
    """The folder for caches of the checkers, below the user's cache folder."""
    return Path(platformdirs.user_cache_dir("compiled-ai", appauthor=False))


def verify(
    source: str,
    workflow: Workflow,
    criteria: Criteria,
    *,
    on_report: Callable[[StageReport], None] = lambda _: None,
    thorough: bool = False,
) -> Verification:
    """The verdict on `source` running `workflow`.

    Args:
        source: The text of ``activities.py``.
        workflow: What its activities are steps of.
        criteria: What it is held against.
        on_report: Told of every stage as it ends.
        thorough: Report on syntax even where security failed, for a person who wants to know everything at once.

    Raises:
        MissingToolError: a checker is absent or broken; nothing passes then.
        SandboxError: there is no sandbox, or it failed.
    """
    reports: list[StageReport] = []

    def passed(report: StageReport) -> bool:
        reports.append(report)
        on_report(report)
        return report.passed

    with ThreadPoolExecutor(2) as pool:
        warming = pool.submit(prove_mypy, _mypy_cache(criteria))  # a second on an empty cache, then nothing
        preparing = pool.submit(_prepare, source, workflow, criteria)
        is_static_fine = passed(security_report(source, criteria))
        wait((warming,))  # what it raises, the syntax stage raises again
        if is_static_fine or thorough:
            is_static_fine &= passed(_syntax_report(source, criteria, _entries(workflow)))
        if is_static_fine:
            _run(preparing, criteria, passed)
    return Verification(reports=tuple(reports))


def static_reports(source: str, criteria: Criteria) -> tuple[StageReport, StageReport]:
    """The reports of the two stages that execute nothing, the second even when the first failed.

    Raises:
        MissingToolError: a checker is absent or broken.
    """
    return security_report(source, criteria), _syntax_report(source, criteria, None)


def security_report(source: str, criteria: Criteria) -> StageReport:
    """The security stage, with the checks of the compliance blocks."""
    started = time.perf_counter()
    report = check_security(source)
    extra = check_compliance(source, criteria.compliance)
    return replace(report, findings=(*report.findings, *extra), seconds=time.perf_counter() - started)


def _syntax_report(source: str, criteria: Criteria, entries: tuple[str, ...] | None) -> StageReport:
    return check_syntax(source, cache_dir=_mypy_cache(criteria), entries=entries)


def _mypy_cache(criteria: Criteria) -> Path:
    return (criteria.cache_dir or default_cache_dir()) / "mypy"


def _entries(workflow: Workflow) -> tuple[str, ...]:
    """The functions that the workflow calls; any other that nothing leads to is dead."""
    return tuple(step.id for step in workflow.steps if not step.is_outside)


def _run(
    preparing: Future[tuple[Subject, Sandbox]], criteria: Criteria, passed: Callable[[StageReport], bool]
) -> None:
    """The two stages that execute code."""
    subject, sandbox = preparing.result()
    execution, rows = check_execution(subject, sandbox)
    if not passed(execution):
        return
    report = check_accuracy(criteria.cases, rows, criteria.accuracy)
    passed(_guarded_against_overfit(report, subject, criteria, sandbox) if report.passed else report)


def _guarded_against_overfit(
    report: StageReport, subject: Subject, criteria: Criteria, sandbox: Sandbox
) -> StageReport:
    """`report` with what the overfit guard says of code that is accurate."""
    started = time.perf_counter()
    findings, facts = check_overfit(
        OverfitSubject(
            source=subject.source,
            workflow=subject.workflow,
            cases=criteria.cases,
            words=criteria.words,
            accuracy=criteria.accuracy,
            limits=criteria.limits,
            generated=tuple(item.input for item in subject.generated),
            generated_given=subject.generated_given,
        ),
        sandbox,
    )
    seconds = time.perf_counter() - started
    return replace(
        report,
        findings=(*report.findings, *findings),
        facts={**report.facts, **facts},
        seconds=report.seconds + seconds,
        tool_seconds={**report.tool_seconds, "overfit guard": seconds},
    )


def _prepare(source: str, workflow: Workflow, criteria: Criteria) -> tuple[Subject, Sandbox]:
    """What the later stages need, made while the static ones run."""
    sandbox = criteria.sandbox or open_sandbox("auto")
    subject = Subject(
        source=source,
        workflow=workflow,
        cases=criteria.cases,
        limits=criteria.limits,
        generated=_generate(
            workflow.input_schema,
            [case.input for case in criteria.cases if isinstance(case, VisibleCase)],
            GENERATED_INPUTS,
            criteria,
        ),
        generated_given=_generate_given(workflow, criteria),
    )
    warm_up(sandbox)
    return subject, sandbox


def _generate_given(workflow: Workflow, criteria: Criteria) -> tuple[dict[str, JsonObject], ...]:
    """Outputs for the bounded and effect steps of `workflow`, made from their schemas and from what the examples give."""
    rounds: list[dict[str, JsonObject]] = [{} for _ in range(_GIVEN)]
    for step in workflow.steps:
        if step.is_outside:
            shown = [
                output
                for case in criteria.cases
                if isinstance(case, VisibleCase)
                for key, output in case.given.items()
                if step_of(key) == step.id
            ]
            made = [item.input for item in _generate(step.output_schema, shown, _GIVEN, criteria)]
            outputs = made or shown
            for index, given in enumerate(rounds if outputs else ()):
                given[step.id] = outputs[index % len(outputs)]
    return tuple(rounds)


def _generate(
    schema: JsonObject, examples: list[JsonObject], count: int, criteria: Criteria
) -> tuple[GeneratedInput, ...]:
    cache = (criteria.cache_dir or default_cache_dir()) / "inputs"
    return generate_inputs(schema, examples, count=count, cache_dir=cache)


MUTATION = "mutation"
"""The one tool whose results depend on the pace of the machine: it tries as many mutants as fit into its time."""


def reports_to_json(reports: Sequence[StageReport], *, whole: bool = False) -> JsonObject:
    """``validation.json``: tools, versions, findings and facts of every stage.

    `whole` adds what differs from run to run: seconds by stage and tool, and the mutation score. An artifact keeps them in ``build.json``, so that
    equal inputs give equal bytes.
    """
    return {"format": 1, "stages": [_report_to_json(report, whole=whole) for report in reports]}


def _report_to_json(report: StageReport, *, whole: bool) -> JsonObject:
    found = [finding for finding in report.findings if whole or finding.tool != MUTATION]
    facts = {name: value for name, value in report.facts.items() if whole or name != MUTATION}
    document: JsonObject = {
        "stage": report.stage,
        "passed": report.passed,
        "tools": {**dict(sorted(report.tools.items()))},
        "facts": facts,
        "findings": [_finding_to_json(finding) for finding in found],
    }
    if whole:
        document["seconds"] = round(report.seconds, 4)
        document["tool_seconds"] = {name: round(value, 4) for name, value in report.tool_seconds.items()}
    return document


def _finding_to_json(finding: Finding) -> JsonObject:
    return {
        "tool": finding.tool,
        "rule": finding.rule,
        "severity": finding.severity,
        "line": finding.line,
        "cwe": finding.cwe,
        "message": finding.message,
    }
