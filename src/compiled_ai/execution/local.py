"""The local executor: an artifact loaded once, then plain calls in this process."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter_ns
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from compiled_ai.artifact import Artifact, PlannedStep, Store, load_artifact, run_steps
from compiled_ai.artifact.workflow import Activity
from compiled_ai.compliance.blocks import is_audited, values_are_hidden
from compiled_ai.errors import (
    ActivityError,
    BudgetExceededError,
    CompiledAIError,
    EffectRefusedError,
    ForeignVersionError,
    InputError,
    ModelError,
    ModelReplyError,
    OperatorError,
    OutputError,
)
from compiled_ai.execution._effects import EffectSteps
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.execution._words import Words
from compiled_ai.execution.direct import ask_direct, prompt_of
from compiled_ai.execution.observe import Observer, Run
from compiled_ai.execution.result import Result, ServedBy
from compiled_ai.execution.rows import Row
from compiled_ai.llm import LlmClient
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.schema import Checker
from compiled_ai.spec.whole_numbers import whole_numbers
from compiled_ai.subset.restricted import load_activities

if TYPE_CHECKING:
    from compiled_ai.effects.permission import EffectPermission
    from compiled_ai.execution.explain import Trace

_NOTHING: Mapping[str, JsonObject] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class _ModelBounds:
    """Bounds of model calls at run time, from the spec's fallback block."""

    timeout_seconds: float
    max_tokens: int


@dataclass(frozen=True, kw_only=True)
class _Help:
    """What a run has besides its input."""

    given: Mapping[str, JsonObject] = field(default_factory=lambda: _NOTHING)
    client: LlmClient | None = None
    acts: bool = True
    """Whether effect steps are carried out."""
    trace: Trace | None = None


_ALONE = _Help()


class LoadedWorkflow:
    """An artifact ready to run. Runs share no state, so one may be used from many threads."""

    def __init__(
        self,
        artifact: Artifact,
        *,
        client: LlmClient | None = None,
        effects: EffectPermission | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.artifact = artifact
        self._observers = tuple(observers)
        manifest, workflow = artifact.manifest, artifact.workflow
        self._activities = _activities_of(artifact)
        self._client = client
        self._input = Checker(workflow.input_schema)
        self._output = Checker(workflow.output_schema)
        self._outside_outputs = {
            step.id: Checker(step.output_schema) for step in workflow.steps if step.is_outside
        }
        self._has_bounded = any(step.kind == "bounded" for step in workflow.steps)
        self._make_whole = whole_numbers(workflow.input_schema)
        self._audited = is_audited(manifest.compliance)
        self._words = Words(
            workflow.input_schema, workflow.output_schema, hidden_by=values_are_hidden(manifest.compliance)
        )
        self._effects = EffectSteps(artifact, effects, words=self._words)
        fallback = manifest.fallback
        self._bounds = _ModelBounds(
            timeout_seconds=float(str(fallback["timeout_seconds"])),
            max_tokens=int(str(fallback["max_tokens"])),
        )
        self._falls_back = fallback["policy"] == "model" and client is not None
        self._served: ServedBy = (
            "bounded" if self._has_bounded else "effects" if self._effects else "compiled"
        )
        self._plain = not self._outside_outputs and not self._falls_back and not self._audited
        self._call: Callable[[JsonObject], JsonObject] = (
            self._activities[workflow.steps[0].id] if workflow.is_single else self._run_steps
        )

    @property
    def name(self) -> str:
        """The workflow's name."""
        return self.artifact.workflow.name

    @property
    def model(self) -> str | None:
        """The model that may take part in a run, in a bounded step or as the fallback; None when none may."""
        return self._client.model if self._client and (self._has_bounded or self._falls_back) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check_effects(self) -> None:
        """Make sure that every effect step is allowed to act. Every run does; a batch asks before it touches its results.

        Raises:
            EffectRefusedError: one is not; says what would allow it.
        """
        if self._effects:
            self._effects.check_allowed(apart_from=())

    def close(self) -> None:
        """Give back what effect steps hold, such as connections. The next run opens it anew."""
        self._effects.close()

    def problem_of(self, row: Row) -> str:
        """Why `row` could not be read, as far as the compliance blocks let it be told."""
        return self._words.problem(row)

    def run(
        self,
        data: JsonObject,
        *,
        given: Mapping[str, JsonObject] | None = None,
        acts: bool = True,
        trace: Trace | None = None,
    ) -> Result:
        """The result for one input. The same input gives the same output, unless a model or an effect takes part in it.

        Args:
            data: The input. It is copied first, so nothing changes it and no result shares a part of it.
            given: Outputs of bounded and effect steps, by step id, in place of asking a model or carrying out an effect.
            acts: Whether effect steps are carried out. False takes their outputs from `given` alone, whatever is allowed.
            trace: Takes note of every step, which is slow. None: nothing is noted.

        Raises:
            InputError: `data` is not JSON data or does not fit the input schema, or something of `given` does not fit its step.
            ActivityError: an activity raised something else than an abstention.
            OutputError: an activity returned something that the output schema forbids.
            OperatorError: a bounded step needs a model, and none was given.
            ModelError: a model call of a bounded step failed.
            EffectRefusedError: an effect step is not allowed, or not granted; nothing was done by it.
            EffectFailedError: an effect step was tried and failed.
            StoreError: an observer could not take note of the run.
        """
        if not self._observers:
            return self._run(data, given=given, acts=acts, trace=trace)
        try:
            result = self._run(data, given=given, acts=acts, trace=trace)
        except CompiledAIError as error:
            self._note(Run(artifact=self.artifact, data=data, result=None, error=error))
            raise
        self._note(Run(artifact=self.artifact, data=data, result=result, error=None))
        return result

    def _note(self, run: Run) -> None:
        for observer in self._observers:
            observer.observe(run)

    def _run(
        self, data: JsonObject, *, given: Mapping[str, JsonObject] | None, acts: bool, trace: Trace | None
    ) -> Result:
        started = perf_counter_ns()
        accepted = self._accept_input(data)
        if not self._plain or trace is not None:
            return self._run_accounted(accepted, self._help(given or {}, acts=acts, trace=trace), started)
        try:
            output = self._call(accepted)
        except Abstain as abstention:
            return Result(None, "nobody", abstention.reason, (perf_counter_ns() - started) * 1e-9)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            failure = self._activity_error(error)
        else:
            checked = self._accept_output(output)
            return Result(checked, "compiled", "", (perf_counter_ns() - started) * 1e-9)
        raise failure

    def _help(self, given: Mapping[str, JsonObject], *, acts: bool, trace: Trace | None) -> _Help:
        """What a run has besides its input, after making sure that its effect steps are allowed."""
        accepted = self._accept_given(given)
        if self._effects and acts:
            self._effects.check_allowed(apart_from=accepted)
        client = self._client.session(token_budget=self._bounds.max_tokens * 2) if self._client else None
        return _Help(given=accepted, client=client, acts=acts, trace=trace)

    def _run_accounted(self, data: JsonObject, help_: _Help, started: int) -> Result:
        """A run with steps outside of code, a fallback or an audit trail: the same, with tokens, money and digests."""
        input_digest = digest("i1", data) if self._audited else None
        result = self._answer(data, help_)
        totals = help_.client.ledger.totals() if help_.client else None
        return replace(
            result,
            seconds=(perf_counter_ns() - started) * 1e-9,
            tokens=totals.tokens if totals else 0,
            cost_usd=totals.cost_usd if totals else result.cost_usd,
            input_digest=input_digest,
        )

    def _answer(self, data: JsonObject, help_: _Help) -> Result:
        # What is raised or asked here stands outside of the handlers, so that it is not chained to what they caught: that may quote values.
        failure, reason = None, ""
        try:
            output = self._run_steps(data, help_)
        except Abstain as abstention:
            reason = abstention.reason
        except CompiledAIError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            failure = self._activity_error(error)
        else:
            return Result(self._accept_output(output), self._served, "", 0.0)
        if failure:
            raise failure
        return self._fall_back(data, reason, help_.client)

    def _run_steps(self, data: JsonObject, help_: _Help = _ALONE) -> JsonObject:
        workflow, activities, trace = self.artifact.workflow, self._activities, help_.trace
        if trace is not None:
            activities = trace.activities(activities, {step.id: step.kind for step in workflow.steps})

        def outside(step: PlannedStep, taken: JsonObject) -> JsonObject:
            if trace is None:
                return self._ask_outside(step, taken, help_)
            how = "given" if step.id in help_.given else self._effects.template(step.id) or "model"
            return trace.outside(step, taken, how=how, ask=lambda: self._ask_outside(step, taken, help_))

        return run_steps(workflow, activities, data, outside=outside)

    def _ask_outside(self, step: PlannedStep, taken: JsonObject, help_: _Help) -> JsonObject:
        """What a step adds that is not compiled code."""
        if step.id in help_.given:
            return help_.given[step.id]
        if step.kind == "bounded":
            return self._ask_bounded(step, taken, help_.client)
        if not help_.acts:
            raise EffectRefusedError(
                f"the effect step '{step.id}' was reached, and nothing is given for it; effects are not carried out here",
                reason="given",
            )
        return self._effects.run(step, taken)

    def _ask_bounded(self, step: PlannedStep, taken: JsonObject, client: LlmClient | None) -> JsonObject:
        """The model's answer for a bounded step; a reply that does not fit the schema becomes an abstention."""
        if client is None:
            message = f"step '{step.id}' of {self.name} asks a model at run time; name one with --model, or replay recordings with --replay"
            raise OperatorError(message)
        try:
            reply = self._words.asking(
                lambda: client.ask_object(
                    step.instructions,
                    prompt_of(taken),
                    schema=step.output_schema,
                    role="bounded",
                    timeout_seconds=self._bounds.timeout_seconds,
                )
            )
            return fitted(reply, self._outside_outputs[step.id])
        except (ModelReplyError, BudgetExceededError, MisfitError) as error:
            raise Abstain(
                f"step '{step.id}': the model gave no reply that fits ({type(error).__name__})"
            ) from error

    def _fall_back(self, data: JsonObject, reason: str, client: LlmClient | None) -> Result:
        """The fallback model's answer, or the abstention. A fallback that fails leaves the abstention standing."""
        if not self._falls_back or client is None:
            return Result(None, "nobody", reason, 0.0)
        try:
            answer, declined = self._words.asking(lambda: self._ask_fallback(data, client))
            output = None if answer is None else fitted(answer, self._output)
        except (ModelError, MisfitError) as error:
            note = f"the fallback model failed ({type(error).__name__})"
            return Result(None, "nobody", f"{reason}; {note}", 0.0)
        if output is None:
            note = f"the fallback model declined: {'(not shown)' if self._words.secret else declined}"
            return Result(None, "nobody", f"{reason}; {note}", 0.0)
        return Result(output, "model", reason, 0.0)

    def _ask_fallback(self, data: JsonObject, client: LlmClient) -> tuple[JsonObject | None, str]:
        return ask_direct(
            client,
            self.artifact.manifest.instructions,
            data,
            self.artifact.workflow.output_schema,
            role="direct",
            timeout_seconds=self._bounds.timeout_seconds,
        )

    def _accept_input(self, data: object) -> JsonObject:
        try:
            plain = fitted(data, self._input)
        except MisfitError as error:
            misfit = error.mismatch
        else:
            if self._make_whole is not None:
                self._make_whole(plain)
            return plain
        raise InputError(self._words.misfit("input", misfit), field=self._words.field(misfit))

    def _accept_given(self, given: Mapping[str, JsonObject]) -> Mapping[str, JsonObject]:
        accepted = {}
        for step_id, checker in self._outside_outputs.items():
            if step_id not in given:
                continue
            try:
                accepted[step_id] = fitted(given[step_id], checker)
                continue
            except MisfitError as error:
                misfit = error.mismatch
            raise InputError(self._words.misfit(f"given.{step_id}", misfit), field=self._words.field(misfit))
        return accepted

    def _accept_output(self, output: object) -> JsonObject:
        try:
            return fitted(output, self._output)
        except MisfitError as error:
            misfit = error.mismatch
        message = (
            f"{self.name} returned an output that its schema forbids: {self._words.misfit('output', misfit)}"
        )
        raise OutputError(message, step=self.artifact.workflow.steps[-1].id)

    def _activity_error(self, error: Exception) -> ActivityError:
        path = str(self.artifact.path / "activities.py")
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        place = f" at line {frames[-1].lineno} of activities.py" if frames else ""
        failure = ActivityError(
            f"{self.name} failed{place}: {self._words.failure(error)}. Add this input to the spec's examples and recompile.",
            step=frames[0].name if frames else self.name,
        )
        failure.__cause__ = None if self._words.secret else error
        return failure


def _activities_of(artifact: Artifact) -> dict[str, Activity]:
    """The functions of the artifact.

    Raises:
        ForeignVersionError: they cannot be loaded here, though the digests are right.
    """
    path = artifact.path / "activities.py"
    names = [step.id for step in artifact.workflow.steps if not step.is_outside]
    try:
        return load_activities(artifact.source, str(path), names)
    except Exception as error:  # newer syntax and names end here, in whatever way
        raise ForeignVersionError(
            f"{path} does not load with Python {platform.python_version()} ({type(error).__name__}: {error}); it was "
            "validated with another. Recompile the spec with this one.",
            path=path,
        ) from error


def load_workflow(
    reference: str | Path,
    *,
    store: Store | None = None,
    client: LlmClient | None = None,
    effects: EffectPermission | None = None,
    observers: Sequence[Observer] = (),
) -> LoadedWorkflow:
    """The artifact that `reference` means (a folder, a name, or ``name@digest``), ready to run.

    Args:
        reference: Folder of an artifact, or its name in the store.
        store: Where names are looked up. None is the folder ``workflows``.
        client: Model for bounded steps and for the fallback. None: neither is available, and abstentions stay abstentions.
        effects: What effect steps may do. None: nothing, and a run that would reach one is refused before it begins.
        observers: Who takes note of every run, in this order.

    Raises:
        ArtifactError: there is no such artifact, or it must not be run.
        StoreError: the audit log of effects is damaged.
    """
    path = (store or Store()).find(reference)
    return LoadedWorkflow(load_artifact(path), client=client, effects=effects, observers=observers)
