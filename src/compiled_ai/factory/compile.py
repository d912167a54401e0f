"""The compiler: from a spec to a validated artifact, or to a report of why not.

The ladder, cheapest rung first: an artifact of this very spec in the store; no model at all where the spec is rules alone; the coder agent, after the
planner where the task is wide; repairs until the attempts or the tokens are spent. Nothing unvalidated is ever saved.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from compiled_ai._version import __version__
from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.manifest import GUARDED_FILES
from compiled_ai.errors import ArtifactError, BudgetExceededError, CompilationFailedError
from compiled_ai.factory import evidence
from compiled_ai.factory.code_text import formatted_source
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
from compiled_ai.factory.preflight import find_obstacle
from compiled_ai.findings import Finding, StageReport
from compiled_ai.llm import Ledger, LlmClient
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.model import Spec
from compiled_ai.validation.pipeline import Verification, criteria_of, verify

_T = TypeVar("_T")
Rung = Literal["stored", "rules", "model"]
_REPLY = "reply"
"""The tool that findings on replies as such are of."""


@dataclass(frozen=True, kw_only=True)
class CompileOptions:
    """How to compile."""

    store: Store
    force: bool = False
    """Compile even if the store holds an artifact of this spec."""
    cache_dir: Path | None = None
    """Where checkers keep caches. None is the user's cache folder."""
    sandbox: Sandbox | None = None
    """Where candidates are run. None is what this system has: the jail, else wasm."""
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
        self._criteria = criteria_of(spec, sandbox=options.sandbox, cache_dir=options.cache_dir)

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
        stored = None if self._options.force else self._options.store.find_spec(spec.name, spec.source.digest)
        if stored is not None:
            return self._reuse(stored)
        obstacle = find_obstacle(spec)
        if obstacle is not None:
            raise self._failure(obstacle)
        plan = self._plan()
        attempt = self._write_and_mend(plan)
        rung: Rung = "model" if plan.code else "rules"
        files, manifest = evidence.seal_artifact(
            spec, plan, attempt.source, self._verifications(), self._client, rung=rung
        )
        path = self._options.store.save(
            files, manifest, build=evidence.build_log(spec, self._verifications(), self._client.ledger)
        )
        self._tell(Saved(path=path))
        return CompilationResult(
            artifact=load_artifact(path),
            rung=rung,
            attempts=tuple(self._attempts),
            ledger=self._client.ledger,
        )

    def _reuse(self, stored: Artifact) -> CompilationResult:
        """`stored`, made the current artifact of its name if one of another version of the spec was that."""
        if not self._is_current(stored):
            files = {name: (stored.path / name).read_bytes().decode() for name in GUARDED_FILES}
            self._options.store.save(files, stored.manifest, build="{}\n")
        self._tell(StoredFound(path=stored.path))
        return CompilationResult(artifact=stored, rung="stored", attempts=(), ledger=self._client.ledger)

    def _is_current(self, stored: Artifact) -> bool:
        try:
            return self._options.store.find(self._spec.name) == stored.path
        except ArtifactError:
            return False

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
        body = self._asking("coder", 1, coder.write) if coder else ""
        attempt = self._verify(1, plan, body, problem=coder.problem if coder else "")
        while not attempt.verification.passed:
            failed = attempt.verification.failed_stage
            number = attempt.number + 1
            if coder is None or failed is None:
                raise self._failure(
                    "its rules do not pass; no model wrote this code, so the spec must be mended"
                )
            if number > self._spec.limits.attempts:
                raise self._failure(f"none of {attempt.number} attempts passed")
            feedback = render_feedback(failed, attempt.source)
            mend = functools.partial(coder.mend, feedback, attempt=number, stage=failed.stage)
            attempt = self._verify(
                number, plan, self._asking("coder", number, mend), problem=coder.problem, failed=failed
            )
        return attempt

    def _asking(self, role: str, attempt: int, ask: Callable[[], _T]) -> _T:
        """What `ask` returns, with the calls told of.

        Raises:
            CompilationFailedError: the tokens of the spec are spent.
        """
        before = len(self._client.ledger)
        self._tell(ModelAsked(role=role, attempt=attempt))
        try:
            return ask()
        except BudgetExceededError as error:
            raise self._failure(
                f"the token limit of the spec (limits.tokens: {self._spec.limits.tokens}) does not allow another call"
            ) from error
        finally:
            for call in tuple(self._client.ledger)[before:]:
                self._tell(ModelReplied(call=call))

    def _verify(
        self, number: int, plan: Plan, body: str, *, problem: str, failed: StageReport | None = None
    ) -> Attempt:
        """The attempt with `body`. With a `problem` of the reply there is nothing new to judge: what `failed` before still does."""
        source = formatted_source(assemble_source(self._spec, plan, body))
        if failed is not None and not problem and source == self._attempts[-1].source:
            problem = "the reply changes nothing of the code that failed; change what the findings name"
        if problem:
            verification = Verification(reports=(_unusable(problem, failed),))
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


def _unusable(problem: str, failed: StageReport | None) -> StageReport:
    """The report on a reply without new code: its `problem`, and what `failed` before."""
    earlier = failed or StageReport(stage="syntax", findings=(), tools={}, seconds=0.0)
    finding = Finding(stage=earlier.stage, tool=_REPLY, rule="unusable", message=problem)
    rest = (item for item in earlier.findings if item.tool != _REPLY)
    return replace(earlier, findings=(finding, *rest), tools={_REPLY: __version__}, facts={}, seconds=0.0)
