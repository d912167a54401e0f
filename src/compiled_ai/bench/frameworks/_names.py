"""Names of tools that every provider takes: letters, digits, ``_`` and ``-``, at most 64. Datasets have dots in theirs."""

from __future__ import annotations

import re
from dataclasses import replace

from compiled_ai.bench.model import Task

_FORBIDDEN = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST = 64


class SafeTask:
    """A task as frameworks are given it, and the way back to its own names."""

    def __init__(self, task: Task) -> None:
        self._names: dict[str, str] = {}
        for tool in task.tools:
            self._names[self._safe(tool.name)] = tool.name
        tools = tuple(replace(tool, name=name) for name, tool in zip(self._names, task.tools, strict=True))
        self.task = replace(task, tools=tools)
        """With names of tools that can be sent."""

    def original(self, name: str) -> str:
        """The task's own name for what a model called `name`; one that no tool has stays as it is."""
        return self._names.get(name, name)

    def _safe(self, name: str) -> str:
        wanted = _FORBIDDEN.sub("_", name)[:_LONGEST] or "tool"
        taken, number = wanted, 2
        while taken in self._names:
            suffix = f"_{number}"
            taken, number = wanted[: _LONGEST - len(suffix)] + suffix, number + 1
        return taken
