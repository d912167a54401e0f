"""Each framework against a scripted server: every form, and everything that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FRAMEWORKS = ["langchain", "agent_framework", "autogen", "dspy"]
REVIEWED = ["agent_framework", "autogen"]
FIXED = {"system", "version", "code", "wording", "libraries", "temperature", "model", "base_url"}
OBJECT: dict[str, Any] = {
    "task_id": "sum",
    "instructions": "Add the numbers.",
    "output_schema": {
        "type": "object",
        "properties": {"total": {"$ref": "#/$defs/whole"}},
        "required": ["total"],
        "additionalProperties": False,
        "$defs": {"whole": {"type": "integer"}},
    },
}
CALLS: dict[str, Any] = {
    "task_id": "call",
    "instructions": "Call what is asked for.",
    "output_schema": {},
    "form": "calls",
    "tools": [
        {
            "name": "math.add",
            "description": "Add two numbers.",
            "parameters": {
                "type": "object",
                "properties": {
                    "a": {"type": "integer"},
                    "b": {"type": "integer"},
                    "unit": {"type": "string"},
                },
                "required": ["a", "b"],
            },
        }
    ],
}
DIALOGUE: dict[str, Any] = {
    "task_id": "vault",
    "instructions": "Find out the number in the vault.",
    "output_schema": {},
    "form": "dialogue",
    "tools": [
        {"name": "look", "description": "Look.", "parameters": {"type": "object", "properties": {}}},
        {
            "name": "submit",
            "description": "Hand in the number.",
            "parameters": {
                "type": "object",
                "properties": {"number": {"type": "integer"}},
                "required": ["number"],
            },
            "submits": True,
        },
    ],
}
THREE = {"answer": {"total": 3}, "decline_reason": ""}
NOTHING = {"answer": None, "decline_reason": "no numbers"}
SUM = ("math_add", {"a": 1, "b": 2})
LOOK: tuple[str, dict[str, Any]] = ("look", {})
SUBMIT = ("submit", {"number": 42})


class Upstream(Protocol):
    """The fixture in conftest.py."""

    requests: list[dict[str, Any]]
    keys: list[str]
    url: str

    def script(self, *replies: Any) -> None: ...


class Child(Protocol):
    """What the fixture `start` makes."""

    folder: Path

    def ask(self, task: dict[str, Any]) -> dict[str, Any]: ...


Start = Callable[..., Child]


def fields(**values: str) -> str:
    """A reply in the form of DSPy's chat adapter."""
    shown = [f"[[ ## {name} ## ]]\n{value}" for name, value in values.items()]
    return "\n\n".join([*shown, "[[ ## completed ## ]]"])


def an_object(module: str, reply: dict[str, Any]) -> Any:
    """`reply` as a model gives it to the framework."""
    if module == "langchain":
        return [("answer", reply)]
    if module == "dspy":
        return fields(answer=json.dumps(reply["answer"]), decline_reason=reply["decline_reason"])
    return json.dumps(reply)


def some_calls(module: str, *calls: tuple[str, Any], words: str = "") -> Any:
    """Calls of tools, or `words` in their place, as a model gives them to the framework."""
    if module == "dspy":
        listed = [{"name": name, "args": arguments} for name, arguments in calls]
        return fields(tool_calls=json.dumps({"tool_calls": listed}), decline_reason=words)
    return list(calls) if calls else words


def a_step(module: str, name: str, arguments: dict[str, Any]) -> Any:
    """One call in a dialogue."""
    if module == "dspy":
        return fields(next_thought="so", next_tool_name=name, next_tool_args=json.dumps(arguments))
    return [(name, arguments)]


def accepted(module: str) -> list[str]:
    return ["ACCEPT"] if module in REVIEWED else []


def a_stop(module: str, words: str) -> list[str]:
    if module == "dspy":
        return [a_step(module, "finish", {}), fields(reasoning="so", outcome=words)]
    return [words, *accepted(module)]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all that is asked is recorded, in a folder for each framework."""
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def children(start: Start, upstream: Upstream, recordings: Path) -> Callable[[str], Child]:
    """The process of a framework, started once."""
    made: dict[str, Child] = {}

    def child(module: str) -> Child:
        if module not in made:
            made[module] = start(
                module,
                model="openai-chat:tiny",
                base_url=upstream.url,
                record=str(recordings / module),
                by_hand=True,
            )
        return made[module]

    return child


@pytest.fixture(params=FRAMEWORKS)
def module(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def child(children: Callable[[str], Child], module: str) -> Child:
    return children(module)


def test_an_object_is_answered_with_the_fewest_calls(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(an_object(module, THREE), *accepted(module))

    answer = child.ask(OBJECT)

    assert (answer["output"], answer["declined"], answer["error"]) == ({"total": 3}, False, None)
    assert len(upstream.requests) == 1 + len(accepted(module))
    assert [(call["input_tokens"], call["output_tokens"]) for call in answer["calls"]] == [(11, 7)] * len(
        upstream.requests
    )
    assert all(0 < call["first_token_seconds"] <= call["seconds"] for call in answer["calls"])
    assert answer["identity"].keys() == FIXED
    assert answer["tried"] == []


def test_the_model_is_told_the_task_and_the_key_stays_with_the_gateway(
    child: Child, module: str, upstream: Upstream
) -> None:
    upstream.script(an_object(module, THREE), *accepted(module))

    child.ask(OBJECT)

    asked = json.dumps(upstream.requests[0])
    assert "Add the numbers." in asked
    assert "1 + 2" in asked
    assert "integer" in asked
    assert {request["model"] for request in upstream.requests} == {"tiny"}
    assert {request["temperature"] for request in upstream.requests} == {0}
    assert set(upstream.keys) == {"Bearer sk-must-stay-with-the-gateway"}


def test_a_decline_is_no_answer_and_no_error(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(an_object(module, NOTHING), *accepted(module))

    answer = child.ask(OBJECT)

    assert (answer["output"], answer["declined"], answer["reason"]) == (None, True, "no numbers")
    assert answer["error"] is None


def test_calls_come_back_under_the_names_of_the_task(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(some_calls(module, SUM, SUM), *accepted(module))

    answer = child.ask(CALLS)

    wanted = {"name": "math.add", "arguments": {"a": 1, "b": 2}}
    assert answer["output"] == {"calls": [wanted, wanted]}
    assert len(upstream.requests) == 1 + len(accepted(module))


def test_no_call_declines(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(some_calls(module, words="nothing fits"), *accepted(module))

    answer = child.ask(CALLS)

    assert (answer["output"], answer["declined"], answer["reason"]) == (None, True, "nothing fits")


def test_a_dialogue_ends_with_the_submission(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(a_step(module, *LOOK), a_step(module, *SUBMIT), *accepted(module))

    answer = child.ask(DIALOGUE)

    assert (answer["outcome"], answer["declined"], answer["error"]) == (42, False, None)
    assert len(upstream.requests) == 2 + len(accepted(module))
    assert [step["tool"] for step in answer["trace"]["steps"]] == ["look", "submit"]


def test_a_dialogue_that_stops_without_an_answer_is_a_decline(
    child: Child, module: str, upstream: Upstream
) -> None:
    upstream.script(*a_stop(module, "it is locked"))

    answer = child.ask(DIALOGUE)

    assert (answer["outcome"], answer["declined"], answer["reason"]) == (None, True, "it is locked")


def test_a_dialogue_ends_when_its_rounds_are_used_up(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(*[a_step(module, *LOOK)] * 20)

    answer = child.ask(DIALOGUE)

    assert len(upstream.requests) == 6
    assert (answer["outcome"], answer["declined"], answer["error"]) == (None, False, None)


def test_a_refused_call_is_tried_again_twice_and_counted(
    child: Child, module: str, upstream: Upstream
) -> None:
    upstream.script(500, 500, 500, an_object(module, THREE))

    answer = child.ask(OBJECT)

    assert answer["error"] == "ModelCallError"
    assert [call["error"] for call in answer["calls"]] == ["ModelCallError"] * 3
    assert "sk-must" not in json.dumps(answer)


def test_an_answer_after_a_refused_call_counts_both(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(500, an_object(module, THREE), *accepted(module))

    answer = child.ask(OBJECT)

    assert (answer["output"], answer["error"]) == ({"total": 3}, None)
    assert [call["error"] for call in answer["calls"]] == [
        "ModelCallError",
        None,
        *([None] * len(accepted(module))),
    ]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param(None, "ModelCallError", id="a server that hangs"),
        pytest.param(b"<html>", "ModelReplyError", id="rubbish"),
        pytest.param(401, "ModelCallError", id="a refused key"),
    ],
)
def test_what_cannot_be_mended_is_asked_once(
    child: Child, upstream: Upstream, reply: Any, error: str
) -> None:
    upstream.script(reply)

    answer = child.ask(OBJECT)

    assert (answer["output"], answer["declined"], answer["error"]) == (None, False, error)
    assert len(upstream.requests) == 1
    assert answer["seconds"] < 10


def test_a_refusal_in_words_is_an_unusable_reply(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(*["I will not do that."] * (1 if module in REVIEWED else 2), *accepted(module))

    answer = child.ask(OBJECT)

    assert (answer["declined"], answer["error"]) == (False, "ModelReplyError")
    assert len(upstream.requests) == 2


def test_broken_arguments_are_an_unusable_reply(child: Child, module: str, upstream: Upstream) -> None:
    broken = fields(tool_calls='{"tool_', decline_reason="") if module == "dspy" else [("math_add", '{"a": ')]
    upstream.script(broken, "ACCEPT" if module in REVIEWED else broken)

    answer = child.ask(CALLS)

    assert (answer["output"], answer["error"]) == (None, "ModelReplyError")


@pytest.mark.parametrize("module", REVIEWED)
def test_a_reviewer_sends_back_once(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(an_object(module, NOTHING), "There are numbers: 1 and 2.", an_object(module, THREE))

    answer = child.ask(OBJECT)

    assert answer["output"] == {"total": 3}
    assert len(upstream.requests) == 3
    worker, reviewer, again = (json.dumps(request["messages"]) for request in upstream.requests)
    assert "no numbers" in reviewer
    assert "There are numbers" in again
    assert "There are numbers" not in worker


@pytest.mark.parametrize("module", REVIEWED)
def test_a_reviewer_sees_calls_and_tools(child: Child, module: str, upstream: Upstream) -> None:
    wrong = ("math_add", {"a": 1, "b": 7})
    upstream.script(some_calls(module, wrong), "b is 2.", some_calls(module, SUM))

    answer = child.ask(CALLS)

    assert answer["output"]["calls"][0]["arguments"] == {"a": 1, "b": 2}
    asked = json.dumps(upstream.requests[1])
    assert "Add two numbers." in asked
    assert "7" in asked


@pytest.mark.parametrize("module", REVIEWED)
def test_a_submission_waits_for_the_reviewer(child: Child, module: str, upstream: Upstream) -> None:
    wrong = a_step(module, "submit", {"number": 1})
    upstream.script(wrong, "Look first.", a_step(module, *LOOK), a_step(module, *SUBMIT))

    answer = child.ask(DIALOGUE)

    assert answer["outcome"] == 42
    assert len(upstream.requests) == 4
    assert [step["tool"] for step in answer["trace"]["steps"]] == ["look", "submit"]


@pytest.mark.parametrize("module", REVIEWED)
def test_a_worker_that_gives_up_may_be_sent_back(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script("I cannot.", "You can: look.", a_step(module, *LOOK), a_step(module, *SUBMIT))

    answer = child.ask(DIALOGUE)

    assert (answer["outcome"], answer["declined"]) == (42, False)


def test_a_recording_replays_without_the_server(
    child: Child, module: str, start: Start, upstream: Upstream, recordings: Path
) -> None:
    upstream.script(
        *(an_object(module, THREE), *accepted(module)),
        *(some_calls(module, SUM), *accepted(module)),
        *(a_step(module, *LOOK), a_step(module, *SUBMIT), *accepted(module)),
    )
    tasks = [{**task, "instructions": "This is recorded."} for task in (OBJECT, CALLS, DIALOGUE)]

    recorded = [child.ask(task) for task in tasks]
    asked = len(upstream.requests)
    replaying = start(module, replay=str(recordings / module))
    replayed = [replaying.ask(task) for task in tasks]

    assert len(upstream.requests) == asked
    for before, after in zip(recorded, replayed, strict=True):
        assert (after["output"], after["outcome"], after["error"]) == (
            before["output"],
            before["outcome"],
            None,
        )
        assert all(call["replayed"] and call["by_hand"] and call["estimated"] for call in after["calls"])
        assert len(after["calls"]) == len(before["calls"])
    assert replaying.ask({**OBJECT, "instructions": "Something else."})["operator_error"] == "ReplayMissError"


def test_a_missing_model_ends_the_run_before_anything_is_asked(start: Start) -> None:
    assert start("dspy").ask(OBJECT)["operator_error"] == "UnknownModelError"


def test_nothing_is_kept_on_disk_and_nobody_called_out(child: Child, module: str, upstream: Upstream) -> None:
    upstream.script(a_step(module, *LOOK), a_step(module, *SUBMIT), *accepted(module))

    answer = child.ask(DIALOGUE)

    assert answer["tried"] == []
    assert list(child.folder.rglob("*")) == []
