"""The Code Factory: a task is compiled once, and its cases are answered by plain code. What code declines stays declined, or goes to the model (``compiled+fallback``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from compiled_ai._version import __version__
from compiled_ai.artifact import load_artifact
from compiled_ai.bench.model import Answer, Environment, Prepared, Task
from compiled_ai.bench.systems import building as building_module
from compiled_ai.bench.systems.asking import (
    Asking,
    asking_identity,
    open_asking,
    recorded_seconds,
    source_digest,
)
from compiled_ai.bench.systems.building import Building, build, compiler_digest
from compiled_ai.bench.systems.direct import DirectSystem, direct_identity
from compiled_ai.bench.systems.options import Effort, SystemOptions
from compiled_ai.errors import ArtifactError, CompiledAIError, OperatorError
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

Opens = Callable[[str], Asking]
"""Gives the client for a task, by the task's id."""


class CompiledSystem:
    """Answers with the artifacts that it compiled."""

    def __init__(
        self,
        building: Building,
        opens: Opens,
        *,
        name: str,
        identity: JsonObject,
        fallback: DirectSystem | None = None,
        may_ask: bool = True,
    ) -> None:
        """See `make`. `may_ask`: whether a step that asks a model at run time may do so."""
        self.name = name
        self._building = building
        self._opens = opens
        self._identity = identity
        self._fallback = fallback
        self._may_ask = may_ask
        self._asking: dict[str, Asking] = {}
        self._loaded: dict[str, LoadedWorkflow] = {}
        self._is_cold = True

    @property
    def identity(self) -> JsonObject:
        """Compiler, prompts, effort and model, and those of the fallback."""
        return self._identity

    def prepare(self, task: Task) -> Prepared:
        """The compilation, or the memory of it.

        Raises:
            OperatorError: a key, a tool, a recording or the jail is missing.
        """
        if task.form == "dialogue":
            identity = digest("bench-not-compiled1", [self._building.system, task.digest])
            return Prepared(
                identity=identity, problem="dialogues are not compiled: they act through tools, step by step"
            )
        return self._taken_up(task, build(task, self._asking_for(task), self._building))

    def restore(self, task: Task, prepared: Prepared) -> bool:
        """Whether the artifact that `prepared` names lies in our folder, whole; it then answers. A preparation that failed needs nothing."""
        if prepared.problem:
            return True
        path = prepared.details.get("artifact")
        return isinstance(path, str) and not self._load(task, path)

    def _taken_up(self, task: Task, prepared: Prepared) -> Prepared:
        if prepared.problem:
            return prepared
        problem = self._load(task, str(prepared.details.get("artifact")))
        if problem:
            return replace(prepared, problem=problem)
        if self._fallback is None:
            return prepared
        both = digest("bench-fallback1", [prepared.identity, self._fallback.prepare(task).identity])
        return replace(prepared, identity=both)

    def _load(self, task: Task, path: str) -> str:
        """Why the artifact at `path` of our folder cannot answer; empty when it is loaded."""
        try:
            artifact = load_artifact(self._building.root / path)
            workflow = LoadedWorkflow(artifact)
        except ArtifactError as error:
            return str(error)
        if not workflow.is_code_alone:
            if not self._may_ask:
                return "it asks a model at run time, and this system has none"
            workflow = LoadedWorkflow(artifact, client=self._asking_for(task).client)
        self._loaded[task.task_id] = workflow
        return ""

    def _asking_for(self, task: Task) -> Asking:
        if task.task_id not in self._asking:
            self._asking[task.task_id] = self._opens(task.task_id)
        return self._asking[task.task_id]

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        """What the artifact says; what the model says where it declines, with the fallback.

        Raises:
            OperatorError: a step asks a model, and there is none.
        """
        cold, self._is_cold = self._is_cold, False
        answer = replace(self._run(task, case_input), cold=cold)
        if self._fallback is None or not answer.declined:
            return answer
        asked = self._fallback.answer(task, case_input, environment)
        return replace(
            asked,
            seconds=answer.seconds + asked.seconds,
            calls=(*answer.calls, *asked.calls),
            cold=cold,
            trace={**asked.trace, "compiled_declined": answer.reason},
        )

    def _run(self, task: Task, case_input: JsonObject) -> Answer:
        workflow = self._loaded[task.task_id]
        asking = self._asking.get(task.task_id)
        if asking is not None:
            asking.take_calls()
        started = perf_counter()
        try:
            result = workflow.run(case_input, acts=False)
        except OperatorError:
            raise
        except CompiledAIError as error:
            answer = Answer(error=type(error).__name__, reason=str(error), served_by="nobody")
            seconds = perf_counter() - started
        else:
            seconds = perf_counter() - started
            answer = answer_of(task, result)
        calls = asking.take_calls() if asking is not None else ()
        return replace(answer, seconds=seconds + recorded_seconds(calls), calls=calls)

    def close(self) -> None:
        """Close the connections."""
        for asking in self._asking.values():
            asking.client.close()
        if self._fallback is not None:
            self._fallback.close()


def answer_of(task: Task, result: Result) -> Answer:
    """What a run says, without its time."""
    if result.output is None:
        return Answer(declined=True, reason=result.reason, served_by="nobody")
    output = as_calls(task, result.output) if task.form == "calls" else result.output
    if task.form == "calls" and not output["calls"]:
        return Answer(declined=True, reason="it calls nothing", served_by="nobody")
    served_by = "compiled" if result.served_by == "compiled" else "model"
    return Answer(output=output, reason=result.reason, served_by=served_by)


def as_calls(task: Task, output: JsonObject) -> JsonObject:
    """What compiled code gave, as the list of calls that a task of tools wants.

    A spec may give the list itself, one call as name and arguments, or, where there is one tool, its arguments alone.
    """
    if output.keys() == {"calls"} and isinstance(output["calls"], list):
        return output
    names = {tool.name for tool in task.tools}
    calls: list[JsonValue]
    if output.keys() == {"name", "arguments"} and output["name"] in names:
        calls = [output]
    else:
        calls = [{"name": task.tools[0].name if task.tools else "", "arguments": output}]
    return {"calls": calls}


def compiled_identity(name: str, options: SystemOptions, effort: Effort) -> JsonObject:
    """All that decides what a compilation gives, and how its artifact is run."""
    return {
        "system": name,
        "version": __version__,
        "code": source_digest(__file__, str(building_module.__file__)),
        "compiler": compiler_digest(),
        "effort": effort,
        **({} if effort == "none" else asking_identity(options)),
    }


def make(options: SystemOptions, *, sandbox: Sandbox | None = None) -> CompiledSystem:
    """Compiles with the model and effort of `options` into their folder; what code declines stays declined.

    Raises:
        OperatorError: the model is unknown.
    """
    return _made("compiled", options, sandbox=sandbox, fallback=None)


def make_with_fallback(options: SystemOptions, *, sandbox: Sandbox | None = None) -> CompiledSystem:
    """The same, but the model is asked for what code declines, with the words of `direct`; its recordings lie in a folder ``direct`` beside those of the tasks.

    A replay also takes what `compiled` and `direct` have recorded on their own, side by side.

    Raises:
        OperatorError: the model or the folder of recordings is unknown.
    """
    fallback = DirectSystem(
        open_asking(options, below="direct", gates="off"), identity=direct_identity(options)
    )
    return _made("compiled+fallback", options, sandbox=sandbox, fallback=fallback)


def _made(
    name: str, options: SystemOptions, *, sandbox: Sandbox | None, fallback: DirectSystem | None
) -> CompiledSystem:
    identity = compiled_identity("compiled", options, options.effort)
    building = Building(
        root=options.folder,
        name="compiled",
        effort=options.effort,
        system=digest("bench-system1", identity),
        sandbox=sandbox,
    )
    if fallback is not None:
        identity = {**identity, "system": name, "fallback": direct_identity(options)}
    beside = fallback is not None and options.replay is not None and (options.replay / "compiled").is_dir()
    return CompiledSystem(
        building,
        lambda task_id: open_asking(options, below=f"compiled/{task_id}" if beside else task_id),
        name=name,
        identity=identity,
        fallback=fallback,
    )
