"""Chat completions put together from the pieces of a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiled_ai.llm._gateway_reply import Accumulator, UpstreamError


def accumulated(*pieces: dict[str, Any], finish: str | None = "stop") -> Accumulator:
    found = Accumulator()
    for piece in pieces:
        found.add(json.dumps({"choices": [{"delta": piece}]}))
    if finish is not None:
        found.add(json.dumps({"choices": [{"delta": {}, "finish_reason": finish}]}))
    return found


def call(index: int, identity: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"tool_calls": [{"index": index, "id": identity, "function": function}]}


def test_texts_and_calls_are_put_together() -> None:
    found = accumulated(
        {"role": "assistant", "content": ""},
        {"content": "I "},
        {"content": "add"},
        call(0, "a", "add", '{"x"'),
        call(0, None, None, ": 1}"),
        call(1, "b", "sub", "{}"),
    )

    assert found.result().message() == {
        "content": "I add",
        "tool_calls": [{"name": "add", "arguments": '{"x": 1}'}, {"name": "sub", "arguments": "{}"}],
    }


def test_calls_that_all_have_the_first_number_are_told_apart_by_their_ids() -> None:
    found = accumulated(call(0, "a", "add", "{}"), call(0, "b", "sub", "{}"))

    assert [item["name"] for item in found.message()["tool_calls"]] == ["add", "sub"]  # type: ignore[union-attr,index,call-overload]


def test_a_refusal_is_kept() -> None:
    assert accumulated({"refusal": "no"}).message() == {"content": None, "refusal": "no"}


def test_a_stream_that_breaks_off_is_an_error() -> None:
    with pytest.raises(UpstreamError, match="broke off"):
        accumulated({"content": "I a"}, finish=None).result()


def test_the_end_mark_alone_ends_a_stream() -> None:
    found = accumulated({"content": "hi"}, finish=None)

    found.add("[DONE]")

    assert found.result().message() == {"content": "hi"}


@pytest.mark.parametrize(
    "event",
    [
        "{",
        "[]",
        "3",
        '{"choices": 3}',
        '{"choices": [3]}',
        '{"choices": [{"delta": 3}]}',
        '{"error": "busy"}',
    ],
)
def test_pieces_that_are_none_are_errors(event: str) -> None:
    with pytest.raises(UpstreamError):
        Accumulator().add(event)


@pytest.mark.parametrize("count", [-1, "7", 2.5, True, None])
def test_counts_that_are_none_are_estimated(count: Any) -> None:
    found = accumulated({"content": "hi"})
    found.add(json.dumps({"choices": [], "usage": {"prompt_tokens": count, "completion_tokens": count}}))

    assert found.usage_for({"messages": []}, estimated=False).estimated
