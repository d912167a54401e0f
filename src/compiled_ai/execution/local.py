"""The local executor: an artifact loaded once, then plain calls in this process."""

from __future__ import annotations

import platform
import traceback
from asyncio import to_thread
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Self, cast

from compiled_ai.artifact import Artifact, PlannedStep
from compiled_ai.artifact.plan import Items, given_for
from compiled_ai.artifact.workflow import Activity
from compiled_ai.compliance.blocks import is_audited, values_are_hidden
from compiled_ai.errors import ActivityError, CompiledAIError, ForeignVersionError
from compiled_ai.execution._bounded import BoundedSteps
from compiled_ai.execution._effects import EffectSteps
from compiled_ai.execution._ends import Ends
from compiled_ai.execution._failures import activity_error
from compiled_ai.execution._ladder import Ladder, Unanswered
from compiled_ai.execution._steps import Help, Steps
from compiled_ai.execution._words import Words
from compiled_ai.execution.observe import Closing, Gate, Observer, Run
from compiled_ai.execution.result import Result, ServedBy, StepAnswer
from compiled_ai.execution.rows import Row
from compiled_ai.llm import LlmClient
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.plain import copy_plain
from compiled_ai.subset.restricted import load_activities

if TYPE_CHECKING:
    from compiled_ai.cases.log import CaseLog
    from compiled_ai.effects.permission import EffectPermission
    from compiled_ai.execution.explain import Trace
    from compiled_ai.execution.isolated import IsolatedCode, Isolation


class LoadedWorkflow:
    """An artifact ready to run. Runs share no state, so one may be used from many threads."""

    def __init__(
        self,
        artifact: Artifact,
        *,
        client: LlmClient | None = None,
        effects: EffectPermission | None = None,
        observers: Sequence[Observer] = (),
        isolation: Isolation | None = None,
        cases: CaseLog | None = None,
    ) -> None:
        """The workflow of `artifact`; see `load_workflow`. `cases` is where it notes what compiled code declines, None nowhere."""
        self.artifact = artifact
        manifest, workflow = artifact.manifest, artifact.workflow
        self._steps = {step.id: step for step in workflow.steps}
        self._client = client
        hidden_by = values_are_hidden(manifest.compliance)
        self._words = Words(workflow.input_schema, workflow.output_schema, hidden_by=hidden_by)
        self._ends = Ends(workflow, words=self._words)
        self.accept_input = self._ends.input
        """A copy of data as compiled code takes it; raises `InputError` where it does not fit the input schema."""
        self.accept_output = self._ends.output
        """A copy of an output as a result holds it; raises `OutputError` where the output schema forbids it."""
        self._audited = is_audited(manifest.compliance)
        self._effects = EffectSteps(artifact, effects, words=self._words)
        self.isolation = isolation
        """Limits of the jailed workers that compiled code runs in. None: it runs in this process."""
        self._isolated = _isolate(artifact, isolation, self._words)
        self._activities = self._isolated.activities if self._isolated else _activities_of(artifact)
        self._ladder = Ladder(
            artifact,
            has_client=client is not None,
            cases=cases,
            words=self._words,
            output=self._ends.output_checker,
        )
        notes = self._ladder.notes
        self._observers = (*((notes,) if notes else ()), *observers)
        self._gates = tuple(observer for observer in observers if isinstance(observer, Gate))
        self._bounded = BoundedSteps(
            workflow=workflow.name,
            checkers=self._ends.outside,
            timeout_seconds=self._ladder.whole.timeout_seconds,
            max_tokens=self._ladder.whole.max_tokens,
            words=self._words,
            gates=manifest.gate_policy,
            ladder=self._ladder,
        )
        self._work = Steps(
            workflow, self._activities, effects=self._effects, bounded=self._bounded, ladder=self._ladder
        )
        self._has_bounded = any(step.kind == "bounded" for step in workflow.steps)
        self._served: ServedBy = (
            "bounded" if self._has_bounded else "effects" if self._effects else "compiled"
        )
        self._plain = not self._ends.outside and not self._ladder.steps and not self._audited
        self._call: Callable[[JsonObject], JsonObject] = (
            self._activities[workflow.steps[0].id] if workflow.is_single else self._work.run
        )
        if self._isolated and not self._ends.outside:
            self._call = self._isolated.whole

    @property
    def name(self) -> str:
        """The workflow's name."""
        return self.artifact.workflow.name

    @property
    def model(self) -> str | None:
        """The model that may take part in a run, in a bounded step or as the fallback; None when none may."""
        return self._client.model if self._client and (self._has_bounded or self._ladder.asks_model) else None

    @property
    def is_code_alone(self) -> bool:
        """Whether a run is compiled code and nothing else: no model, no effect, nobody who takes note."""
        return not (self._ends.outside or self._observers or self._ladder.asks_model)

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
        """Give back what observers, effect steps and the case log hold, such as connections. The next run opens it anew.

        Raises:
            StoreError: an observer could not write what it had not written yet.
        """
        try:
            for observer in self._observers:
                if isinstance(observer, Closing):
                    observer.close()
        finally:
            self._close_own()

    def withheld(self) -> str:
        """Why compiled code is not to answer now, such as a demotion; empty when it is. A run is then handed to `decline` with it."""
        return next(filter(None, (gate.withheld() for gate in self._gates)), "")

    def _close_own(self) -> None:
        self._effects.close()
        self._ladder.close()
        if self._isolated:
            self._isolated.close()

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
            given: Outputs of bounded and effect steps, by step id, in place of asking a model or carrying out an effect. Inside of `foreach` that is for all
                items; `step[0]` is for one (`step[0][1]` inside of two).
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
            DeclinedError: nobody answers, and the spec asks for an error then.
            StoreError: an observer could not take note of the run, or the case log cannot be read or written.
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

    async def run_async(
        self, data: JsonObject, *, given: Mapping[str, JsonObject] | None = None, acts: bool = True
    ) -> Result:
        """The same as `run`. What may wait for something (a model, an effect, a jailed worker) does so in a thread, plain code runs at once.

        When it is cancelled, what has begun in a thread comes to its end there, and is noted as ever; the caller does not see its result.
        """
        if self.is_code_alone and self._isolated is None:
            return self.run(data, given=given, acts=acts)
        return await to_thread(partial(self.run, data, given=given, acts=acts))

    def map(
        self, inputs: Iterable[JsonObject], *, processes: int = 1, returns_errors: bool = False
    ) -> Iterator[Result | CompiledAIError]:
        """The results for `inputs`, in their order, as they are asked for. Inputs are taken as they are needed, a few hundred ahead at most.

        Args:
            inputs: Any number of them.
            processes: How many processes run them. More than one is for workflows of compiled code alone; each loads the artifact once.
            returns_errors: Whether the error of a run takes the place of its result. False: it is raised, and ends the iteration.

        Raises:
            OperatorError: the workflow may ask a model, acts or is watched, so that it cannot be run in several processes.
            ActivityLimitError: a process died over an input; names it by its index, counted from 0.
            CompiledAIError: the same as with `run`.
        """
        from compiled_ai.execution.mapping import map_inputs

        return map_inputs(self, inputs, processes=processes, returns_errors=returns_errors)

    def run_step(
        self,
        step_id: str,
        taken: JsonObject,
        *,
        given: Mapping[str, JsonObject] | None = None,
        client: LlmClient | None = None,
        items: Items = (),
    ) -> StepAnswer:
        """What one step adds to the scope, or its abstention; for engines that carry out the plan themselves.

        Args:
            step_id: Which step.
            taken: What it takes out of the scope, by name. It is handed on as it is: the caller holds it alone.
            given: As with `run`.
            client: Model in place of the workflow's own.
            items: Indexes of the items at hand inside of `foreach`, the outermost first; for `given` alone.

        Raises:
            KeyError: there is no such step.
            CompiledAIError: the same as with `run`, but for those of the input and the output.
        """
        step = self._steps[step_id]
        model = client or self._client
        accepted = self._ends.given(given or {})
        if step.kind == "effect" and given_for(accepted, step_id, items) is None:
            self._effects.check_allowed(apart_from=self._steps.keys() - {step_id})
        help_ = Help(given=accepted, client=self._bounded.session(model), ladder_client=model)
        failure, abstention, output = None, None, None
        try:
            output = self._work.carry_out(step, taken, help_, items)
        except Unanswered as unanswered:
            abstention = unanswered.answer
        except Abstain as declined:
            abstention = StepAnswer(None, "nobody", declined.reason)
        except CompiledAIError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            failure = self._activity_error(error)
        if failure:
            raise failure
        return self._step_answer(step, output, help_, abstention)

    def decline(self, data: JsonObject, reason: str, *, client: LlmClient | None = None) -> Result:
        """What answers the whole task in place of compiled code that declined `data` for `reason`; for engines that carry out the plan themselves.

        Args:
            data: The input, as `accept_input` gave it.
            reason: Why it was declined.
            client: Model in place of the workflow's own.

        Raises:
            DeclinedError: nobody does, and the spec asks for an error then.
            OperatorError: the model is not set up.
            StoreError: the case log cannot be read or written.
        """
        if self._ladder.is_plain:
            return Result(None, "nobody", reason, 0.0)
        answer = self._ladder.answer("", data, reason, client=client or self._client)
        return Result(
            answer.output,
            answer.served_by,
            answer.reason,
            0.0,
            answer.tokens,
            answer.cost_usd,
            case=answer.case,
        )

    def ask_fallback(self, data: JsonObject) -> JsonObject | None:
        """What the fallback model answers to `data`, whatever compiled code says, within the same bounds; for shadow checks. No case is noted.

        None when it declines, fails or is not asked: no model is named, or none is on the ladder.

        Raises:
            InputError: `data` does not fit the input schema.
            OperatorError: the model is not set up.
            StoreError: the state of its bounds cannot be read or written.
        """
        return self._ladder.ask(self.accept_input(data), client=self._client)

    def _step_answer(
        self, step: PlannedStep, output: JsonObject | None, help_: Help, abstention: StepAnswer | None
    ) -> StepAnswer:
        """What `step` gave, with what it cost."""
        helped = abstention or (help_.answers[-1][1] if help_.answers else None)
        served: ServedBy = step.kind if step.kind == "bounded" else "compiled"
        if step.kind == "effect":
            served = "effects"
        answer = helped or StepAnswer(output, served, "")
        tokens, cost = help_.cost()
        return replace(answer, tokens=tokens, cost_usd=cost)

    def _note(self, run: Run) -> None:
        for observer in self._observers:
            observer.observe(run)

    def _run(
        self, data: JsonObject, *, given: Mapping[str, JsonObject] | None, acts: bool, trace: Trace | None
    ) -> Result:
        started = perf_counter_ns()
        accepted = self.accept_input(data)
        if self._gates and (withheld := self.withheld()):
            result = self.decline(accepted, withheld)
            input_digest = digest("i1", accepted) if self._audited else None
            return replace(result, seconds=(perf_counter_ns() - started) * 1e-9, input_digest=input_digest)
        if not self._plain or trace is not None:
            return self._run_accounted(accepted, self._help(given or {}, acts=acts, trace=trace), started)
        failure, reason = None, ""
        try:
            output = self._call(accepted)
        except Abstain as abstention:
            reason = abstention.reason
        except CompiledAIError:  # from the other side of an isolation, and told already
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            failure = self._activity_error(error)
        else:
            checked = self.accept_output(output)
            return Result(checked, "compiled", "", (perf_counter_ns() - started) * 1e-9)
        if failure:
            raise failure
        if self._ladder.is_plain:
            return Result(None, "nobody", reason, (perf_counter_ns() - started) * 1e-9)
        # Compiled code may have changed its copy of the input before it declined.
        result = self.decline(self.accept_input(data), reason)
        return replace(result, seconds=(perf_counter_ns() - started) * 1e-9)

    def _help(self, given: Mapping[str, JsonObject], *, acts: bool, trace: Trace | None) -> Help:
        """What a run has besides its input, after making sure that its effect steps are allowed."""
        accepted = self._ends.given(given)
        if self._effects and acts:
            self._effects.check_allowed(apart_from=accepted)
        session = self._bounded.session(self._client)
        return Help(given=accepted, client=session, ladder_client=self._client, acts=acts, trace=trace)

    def _run_accounted(self, data: JsonObject, help_: Help, started: int) -> Result:
        """A run with steps outside of code, ladders of steps or an audit trail: the same, with tokens, money and digests."""
        input_digest = digest("i1", data) if self._audited else None
        result = self._answer(data, help_)
        tokens, cost = help_.cost()
        return replace(
            result,
            seconds=(perf_counter_ns() - started) * 1e-9,
            tokens=result.tokens + tokens,
            cost_usd=None if result.cost_usd is None or cost is None else result.cost_usd + cost,
            input_digest=input_digest,
        )

    def _answer(self, data: JsonObject, help_: Help) -> Result:
        # What is raised or asked here stands outside of the handlers, so that it is not chained to what they caught: that may quote values.
        failure, reason, unanswered = None, "", None
        kept = data if self._ladder.is_plain else cast("JsonObject", copy_plain(data))
        try:
            output = self._work.run(data, help_)
        except Unanswered as step:
            unanswered, reason = step.answer, step.answer.reason
        except Abstain as abstention:
            reason = abstention.reason
        except CompiledAIError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            failure = self._activity_error(error)
        else:
            return self._served_result(self.accept_output(output), help_)
        if failure:
            raise failure
        if unanswered is not None and (unanswered.final or self._ladder.is_plain):
            return Result(None, "nobody", reason, 0.0, case=unanswered.case)
        return self.decline(kept, reason)

    def _served_result(self, output: JsonObject, help_: Help) -> Result:
        """`output` with who served it: compiled code, unless a ladder had to."""
        if not help_.answers:
            return Result(output, self._served, "", 0.0)
        by: ServedBy = "model" if any(answer.served_by == "model" for _, answer in help_.answers) else "human"
        reason = "; ".join(f"step '{step}': {answer.reason}" for step, answer in help_.answers)
        return Result(output, by, reason, 0.0, case=help_.answers[-1][1].case)

    def _activity_error(self, error: Exception) -> ActivityError:
        path = str(self.artifact.path / "activities.py")
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        failure = activity_error(
            self.name,
            self._words.failure(error),
            line=frames[-1].lineno if frames else None,
            step=frames[0].name if frames else None,
        )
        failure.__cause__ = None if self._words.secret else error
        return failure


def _isolate(artifact: Artifact, isolation: Isolation | None, words: Words) -> IsolatedCode | None:
    if isolation is None:
        return None
    from compiled_ai.execution.isolated import IsolatedCode

    return IsolatedCode(artifact, isolation, words)


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
