"""What a framework's agents act on in a dialogue, and the replies that cannot be used."""

from __future__ import annotations

import json

from compiled_ai.bench.frameworks._names import SafeTask
from compiled_ai.bench.model import Environment
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.json_text import parse_json_object

MAX_STEPS = 100
"""Calls of a model in a dialogue after which we stop asking, if its environment did not end it before."""
OVER = "The task is over; nothing was done."


class ReplyError(Exception):
    """A model's reply that is not what was asked for."""


class Stage:
    """An environment, with what was done in it written down. One for each case."""

    def __init__(self, environment: Environment, named: SafeTask) -> None:
        self._environment = environment
        self._named = named
        self.steps: list[JsonValue] = []
        """``tool``, ``arguments`` and ``observed`` of each call."""
        self.problem: OperatorError | None = None
        """What only the operator can mend, which frameworks would tell the model instead."""

    @property
    def opening(self) -> str:
        """The first message."""
        return self._environment.opening

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be done."""
        return self.problem is not None or self._environment.is_done

    def call(self, tool: str, arguments: JsonObject) -> str:
        """What the tool answers."""
        if self.is_done:
            return OVER
        try:
            name = self._named.original(tool)
            observed = self._environment.call(name, arguments)
        except OperatorError as error:
            self.problem = error
            raise
        self.steps.append({"tool": name, "arguments": arguments, "observed": observed})
        return observed

    def transcript(self) -> str:
        """What was done so far, for a reviewer."""
        return "\n\n".join(canonical_json(step) for step in self.steps) or "(nothing)"


def parsed_object(text: str) -> JsonObject:
    """The JSON object that is a whole reply.

    Raises:
        ReplyError: it is none.
    """
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```"):
        bare = bare.removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    try:
        return parse_json_object(bare)
    except ValueError as error:
        message = f"the reply is {error}: {text[:300]}"
        raise ReplyError(message) from error


def parsed_arguments(arguments: object) -> JsonObject:
    """The arguments of a call, which come as JSON text or as data.

    Raises:
        ReplyError: they are no object.
    """
    if arguments is None or arguments == "":
        return {}
    return parsed_object(arguments if isinstance(arguments, str) else json.dumps(arguments))


def shown_calls(calls: tuple[tuple[str, JsonObject], ...], words: str) -> str:
    """Proposed calls for a reviewer."""
    if not calls:
        return f"(no call of a tool) {words}".strip()
    return "\n".join(f"{name}({canonical_json(arguments)})" for name, arguments in calls)
