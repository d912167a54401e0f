"""The second agent: a reviewer who accepts what the first one proposes, or sends it back once. The same words in each framework."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from compiled_ai.bench.frameworks._stage import Stage
from compiled_ai.bench.model import Task
from compiled_ai.bench.systems import wording
from compiled_ai.spec.canonical import JsonObject, canonical_json

ACCEPT = "ACCEPT"
_ROLE = (
    "You review what a worker proposes for the task below, before it is used. Check it against the instructions and the input. "
    f"If it is right, reply with the word {ACCEPT} and nothing else. If not, say in a few sentences what has to be changed, and to what. "
    "Declining is right where the instructions for the worker say so."
)
_SENT_BACK = "A reviewer sends this back: {verdict}\nAnswer again, with the whole answer."
_NOT_DONE = "This was not carried out yet. A reviewer sends it back: {verdict}"


def reviewer_message(task: Task) -> str:
    """What the reviewer is told once: its part, and all that the worker was told."""
    parts = [_ROLE, f"# What the worker was told\n\n{wording.system_message(task)}"]
    if task.tools:
        parts.append(f"# Tools of the worker\n\n{wording.tools_text(task)}")
    return "\n\n".join(parts)


def review_request(message: str, proposed: str) -> str:
    """What the reviewer is asked about one case."""
    return f"# Input\n\n{message}\n\n# Proposed\n\n{proposed}"


def is_accepted(verdict: str) -> bool:
    """Whether a reviewer's words accept."""
    return verdict.strip().strip("*`\"'. ").upper().startswith(ACCEPT)


def sent_back(verdict: str) -> str:
    """What the worker is told of a verdict that does not accept."""
    return _SENT_BACK.format(verdict=verdict.strip() or "(no reason)")


class ReviewedStage:
    """A stage on which the first answer to be handed in waits for a reviewer, and is handed in if that one accepts."""

    def __init__(self, task: Task, stage: Stage, review: Callable[[str], Awaitable[str]]) -> None:
        self._submitting = {tool.name for tool in task.tools if tool.submits}
        self.stage = stage
        self._review = review
        self._turn = asyncio.Lock()
        self.is_reviewed = False
        """Whether the reviewer was heard, which happens once."""

    async def call(self, tool: str, arguments: JsonObject) -> str:
        """What the tool answers, or what the reviewer says in its place."""
        async with self._turn:  # calls of one reply come at the same time
            if tool in self._submitting and not self.is_reviewed and not self.stage.is_done:
                verdict = await self._heard(canonical_json({"tool": tool, "arguments": arguments}))
                if not is_accepted(verdict):
                    return _NOT_DONE.format(verdict=verdict.strip())
            return self.stage.call(tool, arguments)

    async def review_of_stopping(self, words: str) -> str | None:
        """What the worker is to be told after it stopped without an answer; None if it may stop."""
        if self.is_reviewed or self.stage.is_done:
            return None
        verdict = await self._heard(f"To stop without an answer, because: {words}")
        return None if is_accepted(verdict) else _NOT_DONE.format(verdict=verdict.strip())

    async def _heard(self, proposed: str) -> str:
        self.is_reviewed = True
        done = f"{self.stage.opening}\n\n# Done so far\n\n{self.stage.transcript()}"
        return await self._review(review_request(done, proposed))
