"""The compiler: from a spec to a validated artifact, or to a report of why not.

The ladder, cheapest rung first: an artifact of this very spec in the store; no model at all where the spec is rules alone; the coder agent, after the
planner where the task is wide; repairs until the attempts or the tokens are spent. Nothing unvalidated is ever saved.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from compiled_ai._version import __version__
from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.errors import BudgetExceededError, CompilationFailedError, ModelReplyError
from compiled_ai.factory import evidence
from compiled_ai.factory.coder import Coder, assemble_source
from compiled_ai.factory.events import (
    Listener,
    ModelAsked,
    ModelReplied,
    Planned,
    Saved,
    SpecLoaded,
    StageEnded,
    StoredFound,
    ignore,
)
from compiled_ai.factory.feedback import render_feedback
from compiled_ai.factory.plan import Plan, make_plan, needs_planner
from compiled_ai.factory.planner import ask_planner
from compiled_ai.llm import Ledger, LlmClient
from compiled_ai.spec.model import Spec
from compiled_ai.validation.findings import Finding, StageReport
from compiled_ai.validation.pipeline import Criteria, Verification, verify
from compiled_ai.validation.ruff_tool import FormatError, format_source

_T = TypeVar("_T")
Rung = Literal["stored", "rules", "model"]


@dataclass(frozen=True, kw_only=True)
class CompileOptions:
    """How to compile."""

    store: Store
    force: bool = False
    """Compile even if the store holds an artifact of this spec."""
    cache_dir: Path | None = None
    """Where checkers keep caches. None is the user's cache folder."""
    listener: Listener = ignore
    """Told of everything that happens."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One candidate and what validation said of it."""

    number: int
    source: str
    """Text of the candidate ``activities.py``."""
    verification: Verification


@dataclass(frozen=True, kw_only=True)
class CompilationResult:
    """A compilation that ended with an artifact."""

    artifact: Artifact
    rung: Rung
    attempts: tuple[Attempt, ...]
    """Empty when the artifact was in the store."""
    ledger: Ledger
    """Calls of this compilation only."""


def compile_spec(spec: Spec, client: LlmClient, options: CompileOptions) -> CompilationResult:
    """The validated artifact of `spec`, saved in the store. `client` is asked only if the spec needs code that no rung below can give.

    Raises:
        CompilationFailedError: no candidate passed within the attempts and tokens of the spec; carries the report.
        ModelCallError: a call failed for good.
        OperatorError: a key, a tool, a recording or the jail is missing.
    """
    return _Compilation(spec, client.session(token_budget=spec.limits.tokens), options).run()


class _Compilation:
    def __init__(self, spec: Spec, client: LlmClient, options: CompileOptions) -> None:
        self._spec = spec
        self._client = client
        self._options = options
        self._tell = options.listener
        self._attempts: list[Attempt] = []
        self._criteria = Criteria(
            cases=(*spec.examples, *spec.tests),
            accuracy=spec.accuracy,
            limits=spec.limits,
            compliance=spec.compliance,
            cache_dir=options.cache_dir,
        )

    def run(self) -> CompilationResult:
        spec = self._spec
        asks = not spec.steps or any(step.kind == "code" for step in spec.steps)
        self._tell(
            SpecLoaded(
                spec=spec,
                model=self._client.model if asks else None,
                replayed=self._client.source == "replay",
            )
        )
        if not self._options.force and (
            stored := self._options.store.find_spec(spec.name, spec.source.digest)
        ):
            self._tell(StoredFound(path=stored.path))
            return CompilationResult(artifact=stored, rung="stored", attempts=(), ledger=self._client.ledger)
        plan = self._plan()
        attempt = self._write_and_mend(plan)
        rung: Rung = "model" if plan.code else "rules"
        files, manifest = evidence.seal_artifact(
            spec, plan, attempt.source, self._verifications(), self._client, rung=rung
        )
        path = self._options.store.save(
            files, manifest, build=evidence.build_log(self._verifications(), self._client.ledger)
        )
        self._tell(Saved(path=path))
        return CompilationResult(
            artifact=load_artifact(path),
            rung=rung,
            attempts=tuple(self._attempts),
            ledger=self._client.ledger,
        )

    def _plan(self) -> Plan:
        if not needs_planner(self._spec):
            plan = make_plan(self._spec)
            self._tell(Planned(workflow=plan.workflow, by="spec" if self._spec.steps else "config agent"))
            return plan
        steps = self._asking("planner", 1, lambda: ask_planner(self._spec, self._client))
        plan = make_plan(self._spec, steps)
        self._tell(Planned(workflow=plan.workflow, by="planner" if steps else "config agent"))
        return plan

    def _write_and_mend(self, plan: Plan) -> Attempt:
        """The first attempt that passes.

        Raises:
            CompilationFailedError: none does.
        """
        coder = Coder(self._spec.brief(), plan, self._client) if plan.code else None
        attempt = self._verify(1, plan, self._asking("coder", 1, coder.write) if coder else "")
        while not attempt.verification.passed:
            failed = attempt.verification.failed_stage
            number = attempt.number + 1
            if coder is None or failed is None:
                raise self._failure(
                    "its rules do not pass; no model wrote this code, so the spec must be mended"
                )
            if number > self._spec.limits.attempts:
                raise self._failure(f"none of {attempt.number} attempts passed")
            mend = functools.partial(coder.mend, render_feedback(failed, attempt.source), attempt=number)
            attempt = self._verify(number, plan, self._asking("coder", number, mend))
        return attempt

    def _asking(self, role: str, attempt: int, ask: Callable[[], _T]) -> _T:
        """What `ask` returns, with the calls told of.

        Raises:
            CompilationFailedError: the tokens of the spec are spent, or the reply is unusable.
        """
        before = len(self._client.ledger)
        self._tell(ModelAsked(role=role, attempt=attempt))
        try:
            return ask()
        except BudgetExceededError as error:
            raise self._failure(
                f"the token limit of the spec (limits.tokens: {self._spec.limits.tokens}) does not allow another call"
            ) from error
        except ModelReplyError as error:
            raise self._failure(str(error)) from error
        finally:
            for call in tuple(self._client.ledger)[before:]:
                self._tell(ModelReplied(call=call))

    def _verify(self, number: int, plan: Plan, body: str) -> Attempt:
        source = _formatted(assemble_source(self._spec, plan, body))
        if plan.code and not body:
            verification = Verification(reports=(_no_code(),))
            self._tell(StageEnded(attempt=number, report=verification.reports[0]))
        else:
            verification = verify(
                source,
                plan.workflow,
                self._criteria,
                on_report=lambda report: self._tell(StageEnded(attempt=number, report=report)),
            )
        self._attempts.append(Attempt(number=number, source=source, verification=verification))
        return self._attempts[-1]

    def _verifications(self) -> tuple[Verification, ...]:
        return tuple(attempt.verification for attempt in self._attempts)

    def _failure(self, reason: str) -> CompilationFailedError:
        report = evidence.failure_report(
            self._spec,
            reason,
            self._verifications(),
            self._client,
            last_source=self._attempts[-1].source if self._attempts else "",
        )
        return CompilationFailedError(
            evidence.failure_message(self._spec, reason, self._verifications()), report=report
        )


def _formatted(source: str) -> str:
    """`source` in the house format; as it is when it does not parse, which the syntax stage then reports."""
    try:
        return format_source(source)
    except FormatError:
        return source


def _no_code() -> StageReport:
    finding = Finding(
        stage="syntax",
        tool="reply",
        rule="no-code",
        message="the reply holds no ```python block with code; reply with one block and nothing else",
    )
    return StageReport(stage="syntax", findings=(finding,), tools={"reply": __version__}, seconds=0.0)
