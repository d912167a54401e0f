"""What the environments of AgentBench share: tools by name, checked arguments, a bound on the number of operations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from compiled_ai.bench.model import Tool
from compiled_ai.spec.canonical import JsonObject, JsonValue

_OVER = "This episode is over: nothing is done any more."
_SPENT = "No operation is left, and none was done. The episode is over."


class Episode:
    """One play of one case. A subclass gives the tools; whatever is called, a text comes back.

    Args:
        opening: The first message to the system.
        tools: What each tool does, by its name. One that submits calls `finish`.
        operations: How many calls of tools there may be, not counting the one that ends the episode.
    """

    def __init__(
        self,
        *,
        opening: str,
        tools: Mapping[str, tuple[Tool, Callable[[JsonObject], str]]],
        operations: int,
    ) -> None:
        self._opening = opening
        self._tools = tools
        self._left = operations
        self._is_done = False
        self._turn = threading.Lock()

    @property
    def opening(self) -> str:
        """The first message to the system."""
        return self._opening

    @property
    def is_done(self) -> bool:
        """Whether the system has submitted, or tried more operations than there are."""
        return self._is_done

    def finish(self) -> None:
        """Take no more calls."""
        self._is_done = True

    def call(self, tool: str, arguments: JsonObject) -> str:
        """What the tool answers; what is wrong with the call, in words. May be called from several threads: one call after the other."""
        with self._turn:
            return self._call(tool, arguments)

    def _call(self, tool: str, arguments: JsonObject) -> str:
        if self._is_done:
            return _OVER
        if not self._submits(tool):
            if self._left <= 0:
                self.finish()
                return _SPENT
            self._left -= 1
        if tool not in self._tools:
            return f"There is no tool '{tool}'; there are {', '.join(self._tools)}."
        description, act = self._tools[tool]
        return problem_of(arguments, description) or act(arguments)

    def _submits(self, tool: str) -> bool:
        return tool in self._tools and self._tools[tool][0].submits


def problem_of(arguments: JsonObject, tool: Tool) -> str:
    """What is wrong with `arguments` for `tool`, in words; empty when nothing is. Knows texts and lists of texts."""
    properties = tool.parameters.get("properties")
    assert isinstance(properties, dict), "tools take objects"
    for name in properties:
        if name not in arguments:
            return f"{tool.name} needs the argument '{name}'."
    for name, value in arguments.items():
        kind = properties.get(name)
        if not isinstance(kind, dict):
            return f"{tool.name} has no argument '{name}'; it takes {', '.join(properties)}."
        if kind["type"] == "string" and not isinstance(value, str):
            return f"The argument '{name}' of {tool.name} must be a text."
        if kind["type"] == "array" and not (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        ):
            return f"The argument '{name}' of {tool.name} must be a list of texts."
    return ""


def text_tool(name: str, description: str, *, submits: bool = False, **parameters: str) -> Tool:
    """A tool whose arguments are texts; a description that begins with ``[]`` makes a list of texts. One that `submits` ends the episode."""
    properties: JsonObject = {}
    for key, words in parameters.items():
        if words.startswith("[]"):
            properties[key] = {
                "type": "array",
                "items": {"type": "string"},
                "description": words[2:].strip(),
            }
        else:
            properties[key] = {"type": "string", "description": words}
    required: list[JsonValue] = list(parameters)
    return Tool(
        name=name,
        description=description,
        submits=submits,
        parameters={
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": properties,
        },
    )


def clip(text: str, most: int, *, note: str) -> str:
    """`text`, cut to `most` characters with `note` below when it is longer."""
    return text if len(text) <= most else f"{text[:most]}\n{note}"
