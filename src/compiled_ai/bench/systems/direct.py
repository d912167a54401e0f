"""The model asked for every case: one call for an answer, one for each step of a dialogue. The baseline that compiled code has to beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

import jsonschema_rs

from compiled_ai._version import __version__
from compiled_ai.bench.model import Answer, Environment, Prepared, Task
from compiled_ai.bench.systems import asking as asking_module
from compiled_ai.bench.systems import wording
from compiled_ai.bench.systems.asking import (
    Asking,
    asking_identity,
    open_asking,
    recorded_seconds,
    source_digest,
)
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import ModelError
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest

_CALLS = 'Reply with an object: "calls" lists the calls of tools in their order, and is empty to call none; "decline_reason" says in a few words why it is empty, else "".'
_STEP = (
    'Reply with an object for the next step: "tool" names a tool and "arguments" are its own; null for "tool" stops without an answer. '
    '"reason" is a few words on why.'
)
_NEXT = "What is the next step?"
MAX_ROUNDS = 100
"""Steps of a dialogue after which we stop asking, if its environment did not end it before."""


class DirectSystem:
    """Asks the model for each case, with the task's visible examples."""

    name = "direct"

    def __init__(self, asking: Asking, *, identity: JsonObject) -> None:
        self._asking = asking
        self._identity = identity
        self._prompts: dict[str, _Prompt] = {}

    @property
    def identity(self) -> JsonObject:
        """Model, prompts and our own code."""
        return self._identity

    def prepare(self, task: Task) -> Prepared:
        """Nothing is asked; only that a reply to the task can be checked is made sure of."""
        identity = digest("bench-direct1", [self._identity, task.digest])
        problem = _schema_problem(_prompt(task).schema)
        return Prepared(identity=identity, problem=problem)

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        """The model's answer.

        Raises:
            OperatorError: a key, a model or a recording is missing.
        """
        prompt = self._prompt_of(task)
        self._asking.take_calls()
        started = perf_counter()
        try:
            if task.form == "dialogue":
                assert environment is not None, "dialogues are played in an environment"
                said = self._play(prompt, environment)
            else:
                said = self._ask_once(task, prompt, wording.user_message(task, case_input))
        except ModelError as error:
            said = _Said(error=type(error).__name__, reason=str(error))
        seconds = perf_counter() - started
        calls = self._asking.take_calls()
        return Answer(
            output=said.output,
            declined=said.declined,
            reason=said.reason,
            error=said.error,
            seconds=seconds + recorded_seconds(calls),
            calls=calls,
            trace=said.trace,
        )

    def close(self) -> None:
        """Close the connections."""
        self._asking.client.close()

    def _prompt_of(self, task: Task) -> _Prompt:
        """The fixed part of the prompt of `task`, made once."""
        known = self._prompts.get(task.task_id)
        if known is None or known.task is not task:
            known = self._prompts[task.task_id] = _prompt(task)
        return known

    def _ask_once(self, task: Task, prompt: _Prompt, message: str) -> _Said:
        reply = self._asking.client.ask_object(
            prompt.instructions, message, schema=prompt.schema, role="direct"
        )
        reason = str(reply["decline_reason"])
        if task.form == "calls":
            calls = reply["calls"]
            assert isinstance(calls, list)
            return _Said(output={"calls": calls}) if calls else _declined(reason)
        return _declined(reason) if reply["answer"] is None else _Said(output=reply["answer"])

    def _play(self, prompt: _Prompt, environment: Environment) -> _Said:
        """Step by step, until the environment has ended or the model stops. What came of it, the environment knows."""
        steps: list[JsonValue] = []
        shown = [environment.opening]
        while not environment.is_done and len(steps) < MAX_ROUNDS:
            try:
                reply = self._step(prompt, [*shown, _NEXT])
            except ModelError as error:
                return _Said(error=type(error).__name__, reason=str(error), trace={"steps": steps})
            tool, arguments = reply["tool"], reply["arguments"]
            if not isinstance(tool, str) or not isinstance(arguments, dict):
                return _declined(str(reply["reason"]), {"steps": steps})
            observed = environment.call(tool, arguments)
            steps.append({"tool": tool, "arguments": arguments, "observed": observed})
            call = canonical_json({"tool": tool, "arguments": arguments})
            shown.append(f"You: {call}\n\nResult:\n{observed}")
        return _Said(trace={"steps": steps})

    def _step(self, prompt: _Prompt, shown: list[str]) -> JsonObject:
        text = "\n\n".join(shown).encode("utf-8", "backslashreplace").decode()
        return self._asking.client.ask_object(prompt.instructions, text, schema=prompt.schema, role="direct")


@dataclass(frozen=True, kw_only=True)
class _Prompt:
    task: Task
    instructions: str
    schema: JsonObject


@dataclass(frozen=True, kw_only=True)
class _Said:
    output: JsonValue = None
    declined: bool = False
    reason: str = ""
    error: str | None = None
    trace: JsonObject = field(default_factory=dict)


def _prompt(task: Task) -> _Prompt:
    parts = [wording.system_message(task)]
    if task.tools:
        parts.append(f"# Tools\n\n{wording.tools_text(task)}")
    if task.form == "object":
        return _Prompt(task=task, instructions="\n\n".join(parts), schema=wording.reply_schema(task))
    parts.append(_CALLS if task.form == "calls" else _STEP)
    schema = calls_schema(task) if task.form == "calls" else step_schema(task)
    return _Prompt(task=task, instructions="\n\n".join(parts), schema=schema)


def calls_schema(task: Task) -> JsonObject:
    """JSON Schema of a reply that lists calls of the task's tools."""
    place = "#/properties/calls/items/anyOf"
    tools: list[JsonValue] = [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "arguments"],
            "properties": {
                "name": {"enum": [tool.name]},
                "arguments": wording.rebased(tool.parameters, f"{place}/{number}/properties/arguments"),
            },
        }
        for number, tool in enumerate(task.tools)
    ]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["calls", "decline_reason"],
        "properties": {
            "calls": {"type": "array", "items": {"anyOf": tools} if tools else False},
            "decline_reason": {"type": "string"},
        },
    }


def step_schema(task: Task) -> JsonObject:
    """JSON Schema of one step of a dialogue. Arguments are for the environment to judge, which says what is wrong with them."""
    names: list[JsonValue] = [tool.name for tool in task.tools]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["reason", "tool", "arguments"],
        "properties": {
            "reason": {"type": "string"},
            "tool": {"enum": [*names, None]},
            "arguments": {"type": "object"},
        },
    }


def _schema_problem(schema: JsonObject) -> str:
    try:
        jsonschema_rs.validator_for(schema)
    except ValueError as error:
        return f"replies to this task cannot be checked, because its schema is not valid: {str(error).partition(chr(10))[0]}"
    return ""


def _declined(reason: str, trace: JsonObject | None = None) -> _Said:
    return _Said(declined=True, reason=reason or "the model declined", trace=trace or {})


def direct_identity(options: SystemOptions) -> JsonObject:
    """All that decides the answers of a model asked directly."""
    return {
        "system": "direct",
        "version": __version__,
        "code": source_digest(__file__, str(wording.__file__), str(asking_module.__file__)),
        "wording": wording.wording_digest(),
        **asking_identity(options),
    }


def make(options: SystemOptions) -> DirectSystem:
    """The model of `options`, asked for each case.

    Raises:
        OperatorError: the model or the folder of recordings is unknown.
    """
    return DirectSystem(open_asking(options, gates="off"), identity=direct_identity(options))
