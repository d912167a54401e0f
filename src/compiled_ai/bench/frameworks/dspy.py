"""DSPy: a `Predict` for objects and calls, a `ReAct` for dialogues, in the text form of its chat adapter."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic_core.core_schema import any_schema

from compiled_ai.bench.frameworks._stage import MAX_STEPS, ReplyError, Stage
from compiled_ai.bench.frameworks._system import Calls, Connection, Framework, FrameworkSystem
from compiled_ai.bench.model import Task
from compiled_ai.bench.systems import wording
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json

_FINISH = "finish"
"""ReAct's own tool for stopping, whose name a task's tool gives way to."""
_STOP = f'To stop, choose the tool "{_FINISH}".'
_WHY = "A few words on why no answer is given, else empty."


def make(options: SystemOptions) -> FrameworkSystem:
    """A program of DSPy."""
    return FrameworkSystem(
        Framework(
            name="dspy",
            path=__file__,
            libraries=("dspy",),
            connect=DspyDriver,
            reply_errors=("AdapterParseError",),
        ),
        options,
    )


class _OverError(BaseException):
    """Ends a ReAct, which shows the model every `Exception` of a tool and goes on."""


class DspyDriver:
    """Programs made once for a task."""

    def __init__(self, connection: Connection) -> None:
        import dspy

        dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
        self._lm = dspy.LM(
            f"openai/{connection.model}",
            api_base=connection.url,
            api_key=connection.key,
            cache=False,
            temperature=connection.temperature,
            num_retries=connection.max_retries,
            timeout=connection.timeout_seconds,
        )
        self._programs: dict[str, Any] = {}
        self._stage: Stage | None = None

    def answer_object(self, task: Task, message: str) -> JsonValue:
        """The two output fields of the prediction."""
        said = self._run(task, {"input": message})
        return {"answer": said.answer, "decline_reason": said.decline_reason or ""}

    def answer_calls(self, task: Task, message: str) -> Calls:
        """The calls that the model wrote down."""
        tools = self._tools(task)
        said = self._run(task, {"input": message, "tools": tools})
        calls: Any = said.tool_calls
        listed = [] if calls is None else calls.tool_calls
        return Calls(
            calls=tuple((call.name, dict(call.args)) for call in listed), words=said.decline_reason or ""
        )

    def play(self, task: Task, stage: Stage) -> str:
        """Run the ReAct until it finishes, or the environment ends."""
        self._stage = stage
        try:
            said = self._run(task, {"task": stage.opening})
        except _OverError:
            return ""
        return str(said.outcome)

    def close(self) -> None:
        """Nothing is held open."""

    def prepare(self, task: Task) -> None:
        """Make the program of `task`."""
        if task.digest not in self._programs:
            self._programs[task.digest] = self._program(task)

    def _run(self, task: Task, inputs: dict[str, Any]) -> Any:
        import dspy

        self.prepare(task)
        with dspy.context(lm=self._lm, adapter=dspy.ChatAdapter()):
            said = self._programs[task.digest](**inputs)
        if said is None:
            problem = "DSPy gave no prediction"
            raise ReplyError(problem)
        return said

    def _program(self, task: Task) -> Any:
        import dspy

        words = wording.system_message(task)
        if task.form == "object":
            fields: dict[str, Any] = {
                "input": (str, dspy.InputField()),
                "answer": (_output_type(task) | None, dspy.OutputField(desc=_output_words(task))),
                "decline_reason": (str, dspy.OutputField(desc=_WHY)),
            }
            return dspy.Predict(dspy.Signature(fields, words))
        if task.form == "calls":
            fields = {
                "input": (str, dspy.InputField()),
                "tools": (list[dspy.Tool], dspy.InputField()),
                "tool_calls": (dspy.ToolCalls, dspy.OutputField()),
                "decline_reason": (str, dspy.OutputField(desc=_WHY)),
            }
            return dspy.Predict(dspy.Signature(fields, words))
        fields = {
            "task": (str, dspy.InputField()),
            "outcome": (str, dspy.OutputField(desc="A few words on what was done.")),
        }
        return dspy.ReAct(
            dspy.Signature(fields, f"{words}\n\n{_STOP}"), self._tools(task), max_iters=MAX_STEPS
        )

    def _tools(self, task: Task) -> list[Any]:
        import dspy

        return [
            dspy.Tool(
                partial(self._call, tool.name),
                name=f"{tool.name}_task" if tool.name == _FINISH and task.form == "dialogue" else tool.name,
                desc=tool.description or tool.name,
                args=_arguments(tool.parameters),
                arg_types={},
            )
            for tool in task.tools
        ]

    def _call(self, name: str, /, **arguments: Any) -> str:
        assert self._stage is not None
        observed = self._stage.call(name, arguments)
        if self._stage.is_done:
            raise _OverError
        return observed


def _output_type(task: Task) -> Any:
    """A type whose schema is that of the task's output. The reply is taken as it is, as those of the other systems are: the evaluator judges it."""

    class Output:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return any_schema()

        @classmethod
        def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
            return {} if _has_references(task) else dict(task.output_schema)

    return Output


def _output_words(task: Task) -> str:
    """The schema in words, where Pydantic cannot carry it."""
    if not _has_references(task):
        return ""
    return f"The output, which must fit this JSON Schema, or null: {canonical_json(task.output_schema)}"


def _has_references(task: Task) -> bool:
    return '"$ref":' in canonical_json(task.output_schema)


def _arguments(parameters: JsonObject) -> dict[str, Any]:
    """Schemas by argument. DSPy shows these alone, without the list of required ones: so each optional one says so itself."""
    properties, required = parameters.get("properties"), parameters.get("required")
    needed = required if isinstance(required, list) else []
    shown: dict[str, Any] = {}
    for name, schema in (properties if isinstance(properties, dict) else {}).items():
        shown[name] = dict(schema) if isinstance(schema, dict) else {}
        if name not in needed:
            shown[name]["description"] = f"{shown[name].get('description', '')} (optional)".strip()
    return shown
