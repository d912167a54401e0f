"""The model asked for each case, and what becomes of whatever it replies."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.model import Answer, Environment, Example, Task, Tool
from compiled_ai.bench.systems.asking import Asking
from compiled_ai.bench.systems.direct import MAX_ROUNDS, DirectSystem
from compiled_ai.errors import ModelCallError, OperatorError
from compiled_ai.llm import Request, from_function
from compiled_ai.spec.canonical import JsonObject, JsonValue

Reply = str | JsonObject
OBJECT = Task(
    task_id="double",
    instructions="Twice the number.",
    output_schema={"type": "object", "required": ["twice"], "properties": {"twice": {"type": "integer"}}},
    examples=(Example(input={"n": 1}, output={"twice": 2}),),
)
ADD = Tool(
    name="math.add",
    description="Add two numbers.",
    parameters={
        "type": "object",
        "additionalProperties": False,
        "required": ["a", "b"],
        "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/properties/a"}},
    },
)
CALLS = Task(task_id="calls", instructions="Add.", output_schema={}, form="calls", tools=(ADD,))
DIALOGUE = Task(task_id="talk", instructions="Find it.", output_schema={}, form="dialogue", tools=(ADD,))


class Room:
    """An environment that ends after so many calls, and notes them."""

    opening = "You stand in a room."

    def __init__(self, rounds: int) -> None:
        self.left = rounds
        self.calls: list[tuple[str, JsonObject]] = []

    def call(self, tool: str, arguments: JsonObject) -> str:
        self.calls.append((tool, arguments))
        self.left -= 1
        return f"{self.left} left"

    @property
    def is_done(self) -> bool:
        return self.left <= 0

    def outcome(self) -> JsonValue:
        return None

    def close(self) -> None:
        """Nothing is open."""


def ask(
    task: Task,
    *replies: Reply | Exception,
    case_input: JsonObject | None = None,
    environment: Environment | None = None,
    requests: list[Request] | None = None,
) -> Answer:
    """The answer of a model that gives `replies` in turn, the last one again and again."""
    asked = requests if requests is not None else []

    def reply(request: Request) -> Reply:
        asked.append(request)
        found = replies[min(len(asked), len(replies)) - 1]
        if isinstance(found, Exception):
            raise found
        return found

    system = DirectSystem(Asking(from_function(reply), by_hand=False), identity={"system": "direct"})
    assert not system.prepare(task).problem
    return system.answer(task, case_input or {"n": 4}, environment)


def test_answer_is_that_of_the_model_with_its_call() -> None:
    requests: list[Request] = []
    answer = ask(OBJECT, {"answer": {"twice": 8}, "decline_reason": ""}, requests=requests)
    assert answer.output == {"twice": 8}
    assert (answer.declined, answer.error, answer.served_by) == (False, None, "model")
    (call,) = answer.calls
    assert call.input_tokens > 0
    assert call.estimated
    assert requests[0].prompt == '{"n":4}'
    assert '{"twice":2}' in requests[0].instructions
    assert requests[0].role == "direct"


def test_null_is_a_decline_with_its_reason() -> None:
    answer = ask(OBJECT, {"answer": None, "decline_reason": "too small"})
    assert (answer.declined, answer.reason, answer.error, answer.output) == (True, "too small", None, None)


def test_reply_that_does_not_fit_is_asked_again_and_counts() -> None:
    answer = ask(
        OBJECT,
        {"answer": {"twice": "8"}, "decline_reason": ""},
        {"answer": {"twice": 8}, "decline_reason": ""},
    )
    assert answer.output == {"twice": 8}
    assert len(answer.calls) == 2


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "I think it is 8.",
        "[1, 2]",
        "null",
        '{"answer": 8, "decline_reason": ""}',
        '{"answer": {"twice": 8}}',
        '{"answer": {"twice": NaN}, "decline_reason": ""}',
        '{"answer": {"twice": 8}, "decline_reason": "", "more": 1}',
        "[" * 100_000,
        '{"answer": {"twice": 8}, "decline_reason": ""} and more',
    ],
    ids=["nothing", "prose", "list", "null", "bare", "part", "NaN", "more", "deep", "trailing"],
)
def test_hostile_reply_is_a_failure_and_no_decline(reply: str) -> None:
    answer = ask(OBJECT, reply)
    assert answer.error == "ModelReplyError"
    assert (answer.declined, answer.output) == (False, None)
    assert answer.reason
    assert len(answer.calls) == 2


def test_failed_call_is_a_failure_with_its_cost() -> None:
    answer = ask(OBJECT, ModelCallError("refused", retryable=False))
    assert (answer.error, answer.reason) == ("ModelCallError", "refused")
    assert answer.calls[0].error == "ModelCallError"


def test_operator_error_is_raised() -> None:
    with pytest.raises(OperatorError):
        ask(OBJECT, OperatorError("no key"))


def test_calls_are_listed() -> None:
    call: JsonObject = {"name": "math.add", "arguments": {"a": 1, "b": 2}}
    answer = ask(CALLS, {"calls": [call, call], "decline_reason": ""})
    assert answer.output == {"calls": [call, call]}


def test_no_calls_are_a_decline() -> None:
    answer = ask(CALLS, {"calls": [], "decline_reason": "nothing fits"})
    assert (answer.declined, answer.reason, answer.output) == (True, "nothing fits", None)


@pytest.mark.parametrize(
    "call",
    [
        {"name": "math.sub", "arguments": {"a": 1, "b": 2}},
        {"name": "math.add", "arguments": {"a": 1, "b": "2"}},
        {"name": "math.add", "arguments": {"a": 1}},
        {"name": "math.add"},
    ],
    ids=["unknown tool", "wrong type by reference", "missing", "no arguments"],
)
def test_calls_that_no_tool_takes_are_a_failure(call: JsonObject) -> None:
    assert ask(CALLS, {"calls": [call], "decline_reason": ""}).error == "ModelReplyError"


def test_task_without_tools_can_only_decline() -> None:
    bare = replace(CALLS, tools=())
    assert ask(bare, {"calls": [], "decline_reason": ""}).declined
    assert ask(bare, {"calls": [{"name": "a", "arguments": {}}], "decline_reason": ""}).error


def step(tool: str | None, **arguments: JsonValue) -> JsonObject:
    return {"reason": "because", "tool": tool, "arguments": arguments}


def test_dialogue_goes_on_until_its_environment_ends() -> None:
    room, requests = Room(2), list[Request]()
    answer = ask(DIALOGUE, step("math.add", a=1), step("math.add", b=2), environment=room, requests=requests)
    assert room.calls == [("math.add", {"a": 1}), ("math.add", {"b": 2})]
    assert (answer.declined, answer.error) == (False, None)
    assert len(answer.calls) == 2
    assert requests[0].prompt.startswith("You stand in a room.")
    assert "1 left" in requests[1].prompt
    assert json.dumps(answer.trace).count("observed") == 2


def test_dialogue_may_stop_without_an_answer() -> None:
    answer = ask(DIALOGUE, step(None), environment=Room(5))
    assert (answer.declined, answer.reason) == (True, "because")


def test_dialogue_that_never_ends_is_stopped() -> None:
    room = Room(10 * MAX_ROUNDS)
    ask(DIALOGUE, step("math.add"), environment=room)
    assert len(room.calls) == MAX_ROUNDS


def test_unknown_tool_in_a_dialogue_is_a_failure() -> None:
    room = Room(5)
    answer = ask(DIALOGUE, step("rm"), environment=room)
    assert answer.error == "ModelReplyError"
    assert room.calls == []


def test_schema_that_cannot_check_is_told_when_preparing() -> None:
    system = DirectSystem(Asking(from_function(_never), by_hand=False), identity={})
    odd = replace(OBJECT, output_schema={"type": "dict"})
    assert "not valid" in system.prepare(odd).problem


def test_identity_of_a_preparation_is_that_of_system_and_task() -> None:
    def identity(name: str, task: Task) -> str:
        return (
            DirectSystem(Asking(from_function(_never), by_hand=False), identity={"model": name})
            .prepare(task)
            .identity
        )

    assert len({identity("a", OBJECT), identity("b", OBJECT), identity("a", CALLS)}) == 3
    assert identity("a", OBJECT) == identity("a", OBJECT)


def _never(_: Request) -> str:
    raise AssertionError("nobody is asked")


def test_failure_in_the_middle_of_a_dialogue_keeps_what_was_done() -> None:
    answer = ask(DIALOGUE, step("math.add", a=1), "no step at all", environment=Room(5))
    assert answer.error == "ModelReplyError"
    assert answer.trace["steps"] == [{"tool": "math.add", "arguments": {"a": 1}, "observed": "4 left"}]
    assert len(answer.calls) == 3


@given(
    reply=st.text(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["answer", "decline_reason", "twice", "calls"]), inner, max_size=3
            )
        ),
        max_leaves=12,
    ).map(json.dumps)
)
@settings(max_examples=60, deadline=None)
def test_whatever_a_model_replies_is_an_answer_a_decline_or_a_failure(reply: str) -> None:
    for task in (OBJECT, CALLS):
        answer = ask(task, reply)
        assert (answer.output is not None) + answer.declined + (answer.error is not None) == 1


def test_dialogue_that_is_over_asks_nobody() -> None:
    assert ask(DIALOGUE, AssertionError("asked"), environment=Room(0)).calls == ()
