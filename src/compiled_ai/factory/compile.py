"""The compiler: from a spec to a validated artifact, or to a report of why not.

The ladder, cheapest rung first: an artifact of this very spec in the store; no model at all where the spec is rules alone; synthesis, which infers code from
the schema and the examples; the coder agent, after the planner where the task is wide; repairs until the attempts or the tokens are spent. Nothing
unvalidated is ever saved.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.manifest import GUARDED_FILES
from compiled_ai.errors import ArtifactError, BudgetExceededError, CompilationFailedError, OperatorError
from compiled_ai.factory import evidence
from compiled_ai.factory.attempts import Attempt, Attempts
from compiled_ai.factory.effort import EFFORT_PLANS, Effort
from compiled_ai.factory.events import (
    Author,
    GateNoted,
    Listener,
    Offered,
    Planned,
    Saved,
    SpecLoaded,
    StepsKept,
    StoredFound,
    SynthesisKept,
    Synthesized,
    ignore,
)
from compiled_ai.factory.joining import join_bodies
from compiled_ai.factory.plan import Plan, make_plan, needs_planner
from compiled_ai.factory.planner import ask_planner
from compiled_ai.factory.preflight import find_obstacle
from compiled_ai.factory.refine import Refinement, Workbench
from compiled_ai.factory.reuse import StandingCode, find_standing_code
from compiled_ai.factory.slot_coder import SlotCoder, slots_of
from compiled_ai.factory.synthesis import synthesize
from compiled_ai.factory.writing import Calls, Writer
from compiled_ai.llm import Ledger, LlmClient
from compiled_ai.llm.gating import GateDecision
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Spec
from compiled_ai.templates.offers import find_offers
from compiled_ai.templates.registry import Template, builtin_registry
from compiled_ai.validation.pipeline import criteria_of

Rung = Literal["stored", "reused", "rules", "synthesis", "model"]
_RUNGS: dict[Author, Rung] = {
    "coder": "model",
    "rules": "rules",
    "reuse": "reused",
    "synthesis": "synthesis",
}
_STORED_TASKS = 200
"""Artifacts, of other names, that are looked through for a task that is alike."""
_NOTHING_SURE = "synthesis without a model found nothing that passes, and effort `none` asks no model; `--effort low` does"


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
    effort: Effort = "low"
    """How much may be spent."""
    synthesis: bool = True
    """Try without a model before one is asked."""
    stronger: tuple[LlmClient, ...] = ()
    """Models that take over, in this order, where the one before failed twice. Their calls count into the same budget."""
    listener: Listener = ignore
    """Told of everything that happens."""
    templates: Callable[[], Iterable[Template]] = builtin_registry
    """Gives those that a task like theirs is told of; called only if code is to be written."""
    make_current: bool = True
    """Whether the artifact becomes the current one of its name. False keeps it in the store as a candidate."""
    rewrite: frozenset[str] = frozenset()
    """Steps whose code is written anew though nothing that is said of them changed, such as when new cases show what it lacks."""


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
        BlockedPromptError: a gate does not let the spec, or one of its examples, out to the model.
        CompilationFailedError: no candidate passed within the attempts and tokens of the spec; carries the report.
        ModelCallError: a call failed for good.
        OperatorError: a key, a tool, a recording or the jail is missing.
    """
    return _Compilation(
        spec,
        client.session(
            token_budget=spec.limits.tokens or EFFORT_PLANS[options.effort].tokens, gates=spec.gate_policy
        ),
        options,
    ).run()


_GOOD = 0.9
"""Accuracy on hidden cases from which synthesized code is taken without asking a model, which may do better."""
_VOUCHING = 10
"""Hidden cases that it takes to believe that accuracy."""


def _is_good(attempt: Attempt) -> bool:
    hidden = attempt.verification.facts("accuracy")["hidden"]
    assert isinstance(hidden, dict)
    count, accuracy = hidden["n"], hidden["accuracy"]
    return (
        isinstance(count, int)
        and count >= _VOUCHING
        and isinstance(accuracy, int | float)
        and accuracy >= _GOOD
    )


def _once(tell: Listener) -> Callable[[GateDecision], None]:
    """Tells of decisions that are no plain allow, of each place and kind once: a spec stands in every prompt about it."""
    told: set[tuple[str, str, str]] = set()

    def note(decision: GateDecision) -> None:
        key = (decision.gate, decision.place, decision.action)
        if decision.action != "allow" and key not in told:
            told.add(key)
            tell(GateNoted(decision=decision))

    return note


class _Compilation:
    def __init__(self, spec: Spec, client: LlmClient, options: CompileOptions) -> None:
        self._spec = spec
        self._brief = spec.brief()
        self._client = client
        self._coders = (client, *(stronger.beside(client) for stronger in options.stronger))
        self._options = options
        self._tell = options.listener
        client.gates.on_decision = _once(self._tell)
        criteria = criteria_of(spec, sandbox=options.sandbox, cache_dir=options.cache_dir)
        self._attempts = Attempts(spec, criteria, self._tell)
        self._calls = Calls(spec, client, self._attempts, effort=options.effort, tell=self._tell)
        self._is_announced = False
        self._standing: StandingCode | None = None
        self._driving: tuple[VisibleCase, ...] = ()
        self._slots: SlotCoder | None = None
        self._needs_code = not spec.steps or any(step.kind == "code" for step in spec.steps)

    @functools.cached_property
    def _plan(self) -> Plan:
        """The plan by fixed rules, which every rung shares; the planner may divide it further."""
        return make_plan(self._spec)

    def run(self) -> CompilationResult:
        spec = self._spec
        asks = self._needs_code and self._options.effort != "none"
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
            raise self._calls.failure(obstacle)
        refinement = self._refinement()
        if refinement is not None:
            self._driving = refinement.driving
        plan, attempt = self._kept() or self._synthesized_or_written()
        if refinement is not None:
            attempt = refinement.improve(plan, attempt, self._slot_coder(plan))
        return self._sealed(plan, attempt, refinement)

    def _slot_coder(self, plan: Plan) -> SlotCoder | None:
        """Who sets the slots of the plan's one function; None where slots do not fit, or synthesis is off."""
        if self._slots is None and self._options.synthesis:
            program = slots_of(plan.code, self._brief)
            if program is not None:
                self._slots = SlotCoder(plan.code[0], self._brief, program, self._client, self._driving)
        return self._slots

    def _sealed(self, plan: Plan, attempt: Attempt, refinement: Refinement | None) -> CompilationResult:
        spec, attempts = self._spec, self._attempts
        rung = _RUNGS[attempt.by]
        build = evidence.Build(
            verifications=attempts.verifications,
            passed=attempt.verification,
            rung=rung,
            effort=self._options.effort,
            invented=refinement.facts if refinement else None,
        )
        files, manifest = evidence.seal_artifact(spec, plan, attempt.source, build, self._client)
        path = self._options.store.save(
            files,
            manifest,
            build=evidence.build_log(spec, attempts.verifications, self._client),
            make_current=self._options.make_current,
        )
        self._tell(Saved(path=path))
        return CompilationResult(
            artifact=load_artifact(path), rung=rung, attempts=attempts.all, ledger=self._client.ledger
        )

    def _reuse(self, stored: Artifact) -> CompilationResult:
        """`stored`, made the current artifact of its name if one of another version of the spec was that."""
        if self._options.make_current and not self._is_current(stored):
            files = {name: (stored.path / name).read_bytes().decode() for name in GUARDED_FILES}
            self._options.store.save(files, stored.manifest, build="{}\n")
        self._tell(StoredFound(path=stored.path))
        return CompilationResult(artifact=stored, rung="stored", attempts=(), ledger=self._client.ledger)

    def _is_current(self, stored: Artifact) -> bool:
        try:
            return self._options.store.find(self._spec.name) == stored.path
        except ArtifactError:
            return False

    def _refinement(self) -> Refinement | None:
        """Invented cases, made before any code exists, where the effort asks for them. Steps outside of code would need an answer for each."""
        effort = EFFORT_PLANS[self._options.effort]
        is_answered_outside = any(step.kind in {"bounded", "effect"} for step in self._spec.steps)
        if not effort.rounds or not self._needs_code or is_answered_outside:
            return None
        bench = Workbench(
            spec=self._spec,
            client=self._client,
            attempts=self._attempts,
            effort=effort,
            sandbox=self._options.sandbox,
            ask=self._calls.ask,
            tell=self._tell,
        )
        refinement = Refinement(bench)
        try:
            return refinement if refinement.invent() else None
        except BudgetExceededError:  # what is left may still do for synthesis, which asks no model
            return None

    def _kept(self) -> tuple[Plan, Attempt] | None:
        """Code of an earlier version of the spec, where no step changed and it passes."""
        plan = self._plan
        if self._options.force or not plan.code:
            return None
        self._standing = find_standing_code(
            self._options.store, self._spec.name, plan, self._brief, apart_from=self._options.rewrite
        )
        if self._standing is None:
            return None
        self._tell(StepsKept(steps=tuple(sorted(self._standing.steps)), artifact=self._standing.artifact))
        if len(self._standing.steps) < len(plan.code):
            return None
        attempt = self._attempts.add(plan, self._standing.body, by="reuse")
        return (plan, attempt) if attempt.verification.passed else None

    def _offer(self) -> None:
        """Tell of templates for tasks like this one. Prompts do not name them: the same spec asks the same, whatever else is stored."""
        if self._tell is ignore or not self._needs_code:
            return
        stored = self._options.store.latest(_STORED_TASKS)
        for offer in find_offers(self._spec, self._options.templates(), stored):
            self._tell(Offered(offer=offer))

    def _synthesized_or_written(self) -> tuple[Plan, Attempt]:
        """What synthesis gives where it is good; else what the model gives; else what synthesis gives, if that passes at all.

        Raises:
            CompilationFailedError: nothing passes.
            OperatorError: a model would be needed, and there is none.
        """
        self._offer()
        synthesized = self._synthesized()
        if synthesized is None:
            return self._written()
        if self._options.effort == "none" or _is_good(synthesized[1]):
            return synthesized
        try:
            return self._written()
        except (CompilationFailedError, OperatorError) as error:
            self._tell(SynthesisKept(number=synthesized[1].number, reason=str(error).partition("\n")[0]))
            return synthesized

    def _synthesized(self) -> tuple[Plan, Attempt] | None:
        """The first candidate of the synthesis that passes, if there is any."""
        plan = self._plan
        if not (self._options.synthesis and plan.code):
            return None
        done, standing = self._done(plan)
        tasks = [task for task in plan.code if task.types.step_id not in done]
        for number, candidate in enumerate(synthesize(tasks, self._brief), start=1):
            if number == 1:
                self._announce(plan)
            self._tell(Synthesized(number=number, how=candidate.how))
            body = join_bodies([standing, candidate.body]) if standing else candidate.body
            attempt = self._attempts.add(plan, body, by="synthesis")
            if attempt.verification.passed:
                return plan, attempt
        return None

    def _done(self, plan: Plan) -> tuple[frozenset[str], str]:
        """The steps of `plan` that need not be written anew, and their code; none when all stand and did not pass together."""
        standing = self._standing
        ids = {task.types.step_id for task in plan.code}
        if standing is None or not standing.steps < ids:
            return frozenset(), ""
        return standing.steps, standing.body

    def _announce(self, plan: Plan) -> None:
        """Tell of `plan`, once: synthesis and coder share it."""
        if not self._is_announced:
            self._tell(Planned(workflow=plan.workflow, by="spec" if self._spec.steps else "config agent"))
        self._is_announced = True

    def _written(self) -> tuple[Plan, Attempt]:
        """What the coder, or rules alone, give.

        Raises:
            CompilationFailedError: nothing passes, or no model may be asked.
        """
        if self._needs_code and self._options.effort == "none":
            raise self._calls.failure(_NOTHING_SURE)
        plan = self._divided()
        if not plan.code:
            return plan, self._by_rules(plan)
        done, standing = self._done(plan)
        slots = None if standing else self._slot_coder(plan)
        writer = Writer(self._spec, self._coders, self._attempts, self._calls)
        return plan, writer.write(plan, done=done, standing=standing, slots=slots)

    def _divided(self) -> Plan:
        """The plan, with the division of a wide task that the planner proposes."""
        if not needs_planner(self._spec):
            self._announce(self._plan)
            return self._plan
        steps = self._calls.need("planner", 1, lambda: ask_planner(self._spec, self._client))
        plan = make_plan(self._spec, steps) if steps else self._plan
        self._tell(Planned(workflow=plan.workflow, by="planner" if steps else "config agent"))
        return plan

    def _by_rules(self, plan: Plan) -> Attempt:
        attempt = self._attempts.add(plan, "", by="rules")
        if attempt.verification.passed:
            return attempt
        raise self._calls.failure(
            "its rules do not pass; no model wrote this code, so the spec must be mended"
        )
