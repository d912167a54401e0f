"""The local executor: an artifact loaded once, then plain calls in this process."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter_ns
from types import MappingProxyType

from compiled_ai.artifact import Artifact, PlannedStep, Store, load_artifact, run_steps
from compiled_ai.errors import (
    ActivityError,
    BudgetExceededError,
    CompiledAIError,
    InputError,
    ModelError,
    ModelReplyError,
    OperatorError,
    OutputError,
)
from compiled_ai.execution.direct import ask_direct
from compiled_ai.execution.result import Result, ServedBy
from compiled_ai.llm import LlmClient
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject, canonical_json, digest
from compiled_ai.spec.schema import Checker, Mismatch
from compiled_ai.validation.restricted import load_activities

_NOTHING: Mapping[str, JsonObject] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class _ModelBounds:
    """Bounds of model calls at run time, from the spec's fallback block."""

    timeout_seconds: float
    max_tokens: int


class LoadedWorkflow:
    """An artifact ready to run. Runs share no state, so one may be used from many threads."""

    def __init__(self, artifact: Artifact, *, client: LlmClient | None = None) -> None:
        self.artifact = artifact
        manifest, workflow = artifact.manifest, artifact.workflow
        names = [step.id for step in workflow.steps if step.kind != "bounded"]
        self._activities = load_activities(artifact.source, str(artifact.path / "activities.py"), names)
        self._client = client
        self._input = Checker(workflow.input_schema)
        self._output = Checker(workflow.output_schema)
        self._bounded_outputs = {
            step.id: Checker(step.output_schema) for step in workflow.steps if step.kind == "bounded"
        }
        self._audited = "audit_trail" in manifest.compliance
        self._secret = "hipaa" in manifest.compliance
        fallback = manifest.fallback
        self._bounds = _ModelBounds(
            timeout_seconds=float(str(fallback["timeout_seconds"])),
            max_tokens=int(str(fallback["max_tokens"])),
        )
        self._falls_back = fallback["policy"] == "model" and client is not None
        self._served: ServedBy = "bounded" if self._bounded_outputs else "compiled"
        self._plain = not self._bounded_outputs and not self._falls_back and not self._audited
        self._call: Callable[[JsonObject], JsonObject] = (
            self._activities[names[0]] if workflow.is_single else self._run_steps
        )
        self._input_fits, self._output_fits = self._input.is_valid, self._output.is_valid

    @property
    def name(self) -> str:
        """The workflow's name."""
        return self.artifact.workflow.name

    @property
    def needs_model(self) -> bool:
        """Whether every run asks a model, in a bounded step."""
        return bool(self._bounded_outputs)

    def run(self, data: JsonObject, *, given: Mapping[str, JsonObject] | None = None) -> Result:
        """The result for one input. The same input gives the same output, unless a model serves it.

        Args:
            data: The input.
            given: Outputs of bounded steps, by step id, in place of asking a model.

        Raises:
            InputError: `data` does not fit the input schema.
            ActivityError: an activity raised something else than an abstention.
            OutputError: an activity returned something that the output schema forbids.
            OperatorError: a bounded step needs a model, and none was given.
            ModelError: a model call of a bounded step failed.
        """
        started = perf_counter_ns()
        self._check_input(data)
        if not self._plain:
            return self._run_accounted(data, given or {}, started)
        try:
            output = self._call(data)
        except Abstain as abstention:
            return Result(None, "nobody", abstention.reason, (perf_counter_ns() - started) * 1e-9)
        except CompiledAIError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            raise self._activity_error(error) from (None if self._secret else error)
        self._check_output(output)
        return Result(output, "compiled", "", (perf_counter_ns() - started) * 1e-9)

    def _run_accounted(self, data: JsonObject, given: Mapping[str, JsonObject], started: int) -> Result:
        """A run with model calls or an audit trail: the same, with tokens, money and digests."""
        client = self._client.session(token_budget=self._bounds.max_tokens * 2) if self._client else None
        result = self._answer(data, given, client)
        totals = client.ledger.totals() if client else None
        return replace(
            result,
            seconds=(perf_counter_ns() - started) * 1e-9,
            tokens=totals.tokens if totals else 0,
            cost_usd=totals.cost_usd if totals else result.cost_usd,
            input_digest=digest("i1", data) if self._audited else None,
        )

    def _answer(self, data: JsonObject, given: Mapping[str, JsonObject], client: LlmClient | None) -> Result:
        try:
            output = self._run_steps(data, given, client)
        except Abstain as abstention:
            return self._fall_back(data, abstention.reason, client)
        except CompiledAIError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes our error
            raise self._activity_error(error) from (None if self._secret else error)
        self._check_output(output)
        return Result(output, self._served, "", 0.0)

    def _run_steps(
        self, data: JsonObject, given: Mapping[str, JsonObject] = _NOTHING, client: LlmClient | None = None
    ) -> JsonObject:
        def bounded(step: PlannedStep, taken: JsonObject) -> JsonObject:
            return given[step.id] if step.id in given else self._ask_bounded(step, taken, client)

        return run_steps(self.artifact.workflow, self._activities, data, bounded=bounded)

    def _ask_bounded(self, step: PlannedStep, taken: JsonObject, client: LlmClient | None) -> JsonObject:
        """The model's answer for a bounded step; a reply that does not fit the schema becomes an abstention."""
        if client is None:
            message = f"step '{step.id}' of {self.name} asks a model at run time; name one with --model, or replay recordings with --replay"
            raise OperatorError(message)
        try:
            return client.ask_object(
                step.instructions,
                canonical_json(taken),
                schema=step.output_schema,
                role="bounded",
                timeout_seconds=self._bounds.timeout_seconds,
            )
        except (ModelReplyError, BudgetExceededError) as error:
            raise Abstain(
                f"step '{step.id}': the model gave no reply that fits ({type(error).__name__})"
            ) from error

    def _fall_back(self, data: JsonObject, reason: str, client: LlmClient | None) -> Result:
        """The fallback model's answer, or the abstention. A fallback that fails leaves the abstention standing."""
        if not self._falls_back or client is None:
            return Result(None, "nobody", reason, 0.0)
        manifest = self.artifact.manifest
        try:
            output, declined = ask_direct(
                client,
                manifest.instructions,
                data,
                self.artifact.workflow.output_schema,
                role="direct",
                timeout_seconds=self._bounds.timeout_seconds,
            )
        except ModelError as error:
            return Result(
                None, "nobody", f"{reason}; the fallback model failed ({type(error).__name__})", 0.0
            )
        if output is None:
            return Result(
                None,
                "nobody",
                f"{reason}; the fallback model declined: {'(not shown)' if self._secret else declined}",
                0.0,
            )
        return Result(output, "model", reason, 0.0)

    def _check_input(self, data: JsonObject) -> None:
        try:
            fits = self._input_fits(data)
        except ValueError:
            fits = False
        if not fits:
            misfit = self._input.explain(data)
            assert misfit is not None
            raise InputError(f"input{_place(misfit)}: {self._shown(misfit)}", field=misfit.field)

    def _check_output(self, output: JsonObject) -> None:
        try:
            fits = self._output_fits(output)
        except ValueError:
            fits = False
        if not fits:
            misfit = self._output.explain(output)
            assert misfit is not None
            message = f"{self.name} returned an output that its schema forbids: output{_place(misfit)}: {self._shown(misfit)}"
            raise OutputError(message, step=self.artifact.workflow.steps[-1].id)

    def _shown(self, misfit: Mismatch) -> str:
        return (
            f"does not fit the schema (rule '{misfit.rule}'; values are not shown under hipaa)"
            if self._secret
            else misfit.message
        )

    def _activity_error(self, error: Exception) -> ActivityError:
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.endswith("activities.py")
        ]
        place = f" at line {frames[-1].lineno} of activities.py" if frames else ""
        step = frames[0].name if frames else self.name
        detail = type(error).__name__ if self._secret else f"{type(error).__name__}: {error}"
        return ActivityError(
            f"{self.name} failed{place}: {detail}. Add this input to the spec's examples and recompile.",
            step=step,
        )


def _place(misfit: Mismatch) -> str:
    return f".{misfit.field}" if misfit.field and not misfit.field.startswith("[") else misfit.field


def load_workflow(
    reference: str | Path, *, store: Store | None = None, client: LlmClient | None = None
) -> LoadedWorkflow:
    """The artifact that `reference` means (a folder, a name, or ``name@digest``), ready to run.

    Args:
        reference: Folder of an artifact, or its name in the store.
        store: Where names are looked up. None is the folder ``workflows``.
        client: Model for bounded steps and for the fallback. None: neither is available, and abstentions stay abstentions.

    Raises:
        ArtifactError: there is no such artifact, or it must not be run.
    """
    path = (store or Store()).find(reference)
    return LoadedWorkflow(load_artifact(path), client=client)
