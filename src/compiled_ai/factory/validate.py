"""The pipeline on code that is there already: an artifact, a hand-written file of activities, or any Python text."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.artifact import Artifact
from compiled_ai.artifact.spec_file import check_same_spec, spec_path
from compiled_ai.factory.code_text import formatted_source
from compiled_ai.factory.coder import assemble_source
from compiled_ai.factory.plan import Plan, make_plan
from compiled_ai.findings import StageReport
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec import load_spec
from compiled_ai.spec.model import Accuracy, Limits, Spec
from compiled_ai.validation.pipeline import Criteria, Verification, criteria_of, static_reports, verify

Listener = Callable[[StageReport], None]


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """How to validate."""

    sandbox: Sandbox | None = None
    """Where code is run. None is what this system has: the jail, else wasm."""
    cache_dir: Path | None = None
    """Where checkers keep caches. None is the user's cache folder."""
    listener: Listener = lambda _: None
    """Told of every stage as it ends."""


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What validation says of one target."""

    kind: Literal["artifact", "activities", "text"]
    """``text`` is code without a spec: only the two stages that execute nothing can judge it."""
    verification: Verification
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every stage that can judge this kind of target ran and passed."""
        if self.kind == "text":
            return all(report.passed for report in self.verification.reports)
        return self.verification.passed


def validate_artifact(artifact: Artifact, spec: Spec | None, options: ValidateOptions) -> Validation:
    """The verdict on `artifact` today, with the tools that are here. `spec` None takes the one that it was compiled from.

    Raises:
        OperatorError: the spec is not at hand, is another one, or a tool or the sandbox is missing.
        SpecError: the spec breaks a rule.
    """
    spec = spec or load_spec(spec_path(artifact))
    check_same_spec(artifact, spec)
    verification = verify(
        artifact.source,
        artifact.workflow,
        criteria_of(spec, sandbox=options.sandbox, cache_dir=options.cache_dir),
        on_report=options.listener,
        thorough=True,
    )
    return Validation(kind="artifact", verification=verification)


def validate_activities(source: str, spec: Spec, options: ValidateOptions) -> Validation:
    """The verdict on hand-written activities for `spec`: functions named like its steps, or like the spec when it has no steps.

    Types and decision tables that the spec itself gives may be left out of `source`; they are put in.

    Raises:
        OperatorError: a tool or the sandbox is missing.
    """
    plan = make_plan(spec)
    whole, notes = _completed(source, spec, plan)
    verification = verify(
        whole,
        plan.workflow,
        criteria_of(spec, sandbox=options.sandbox, cache_dir=options.cache_dir),
        on_report=options.listener,
        thorough=True,
    )
    return Validation(kind="activities", verification=verification, notes=notes)


def validate_text(source: str, options: ValidateOptions) -> Validation:
    """The verdict of the two stages that execute nothing on any Python text.

    Raises:
        OperatorError: a tool is missing.
    """
    criteria = Criteria(cases=(), accuracy=Accuracy(), limits=Limits(), cache_dir=options.cache_dir)
    reports = static_reports(source, criteria)
    for report in reports:
        options.listener(report)
    return Validation(kind="text", verification=Verification(reports=reports))


def _completed(source: str, spec: Spec, plan: Plan) -> tuple[str, tuple[str, ...]]:
    """`source` with the parts that the spec gives put before it, if it lacks them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source, ()
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    given = [
        node.name
        for part in (*(types.source() for types in plan.types), *plan.rules)
        for node in ast.parse(part).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]
    missing = [name for name in given if name not in defined]
    if not missing or len(missing) < len(given):
        return source, ()
    note = f"{', '.join(missing)} were put before the file, and the whole was formatted; lines are counted in that"
    return formatted_source(assemble_source(spec, plan, _without_docstring(source, tree))), (note,)


def _without_docstring(source: str, tree: ast.Module) -> str:
    """`source` without the text at its top, which would stand in the middle, as code without effect, once something is put before it."""
    if ast.get_docstring(tree, clean=False) is None:
        return source
    return source.replace(ast.get_source_segment(source, tree.body[0]) or "", "", 1)
