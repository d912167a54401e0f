"""When a reviewer accepts, and what waits for one."""

from __future__ import annotations

import asyncio

import pytest

from compiled_ai.bench.frameworks._names import SafeTask
from compiled_ai.bench.frameworks._review import ReviewedStage, is_accepted
from compiled_ai.bench.frameworks._stage import OVER, Stage
from compiled_ai.bench.model import Task, Tool
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue

TASK = Task(
    task_id="t",
    instructions="",
    output_schema={},
    form="dialogue",
    tools=(
        Tool(name="look", description="", parameters={}),
        Tool(name="submit", description="", parameters={}, submits=True),
    ),
)


class Room:
    """An environment that ends with a submission."""

    opening = "go"

    def __init__(self) -> None:
        self.is_done = False

    def call(self, tool: str, arguments: JsonObject) -> str:
        if tool == "break":
            message = "the engine is gone"
            raise MissingToolError(message)
        self.is_done = tool == "submit"
        return f"did {tool}"

    def outcome(self) -> JsonValue:
        return None

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("verdict", "accepted"),
    [
        ("ACCEPT", True),
        (" accept.\n", True),
        ("**ACCEPT**", True),
        ("ACCEPTED", True),
        ("I cannot ACCEPT this", False),
        ("Do not accept", False),
        ("", False),
    ],
)
def test_only_words_that_begin_so_accept(verdict: str, accepted: bool) -> None:
    assert is_accepted(verdict) is accepted


def played(verdict: str, *tools: str) -> tuple[list[str], list[str]]:
    asked: list[str] = []

    async def review(request: str) -> str:
        asked.append(request)
        return verdict

    async def play() -> list[str]:
        stage = ReviewedStage(TASK, Stage(Room(), SafeTask(TASK)), review)
        return list(await asyncio.gather(*(stage.call(tool, {}) for tool in tools)))

    return asyncio.run(play()), asked


def test_what_is_handed_in_waits_for_the_reviewer() -> None:
    observed, asked = played("ACCEPT", "look", "submit", "look")

    assert observed == ["did look", "did submit", OVER]
    assert len(asked) == 1
    assert "did look" in asked[0]


def test_what_is_sent_back_is_not_done_and_reviewed_once() -> None:
    observed, asked = played("not yet", "submit", "submit")

    assert "not yet" in observed[0]
    assert observed[1] == "did submit"
    assert len(asked) == 1


def test_what_only_the_operator_can_mend_ends_the_dialogue() -> None:
    stage = Stage(Room(), SafeTask(TASK))

    with pytest.raises(MissingToolError):
        stage.call("break", {})

    assert stage.is_done
    assert isinstance(stage.problem, MissingToolError)
