"""Calls of tools: what is wrong with one is told, and is an operation all the same."""

from __future__ import annotations

import pytest

from compiled_ai.bench.agentbench.episode import Episode, clip, text_tool
from compiled_ai.spec.canonical import JsonObject

SAY = text_tool("say", "Say.", word="What.", others="[] More.")
END = text_tool("end", "End.", submits=True)


@pytest.fixture
def episode() -> Episode:
    def end(_: JsonObject) -> str:
        made.finish()
        return "ended"

    made = Episode(
        opening="hello",
        tools={"say": (SAY, lambda arguments: f"said {arguments['word']}"), "end": (END, end)},
        operations=2,
    )
    return made


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        pytest.param("say", {"word": "x", "others": []}, "said x", id="right"),
        pytest.param("shout", {}, "There is no tool 'shout'; there are say, end", id="unknown tool"),
        pytest.param("say", {"word": "x"}, "needs the argument 'others'", id="missing"),
        pytest.param("say", {"word": 3, "others": []}, "must be a text", id="no text"),
        pytest.param("say", {"word": "x", "others": "y"}, "must be a list", id="no list"),
        pytest.param("say", {"word": "x", "others": [1]}, "must be a list of texts", id="no texts"),
        pytest.param("say", {"word": "x", "others": [], "z": 1}, "has no argument 'z'", id="one too many"),
    ],
)
def test_a_call_is_answered_in_words(episode: Episode, tool: str, arguments: JsonObject, words: str) -> None:
    assert words in episode.call(tool, arguments)


def test_wrong_calls_use_up_operations_and_free_ones_do_not(episode: Episode) -> None:
    episode.call("shout", {})
    episode.call("say", {})
    assert episode.call("end", {}) == "ended"
    assert episode.is_done
    assert "over" in episode.call("say", {"word": "x", "others": []})


def test_one_operation_too_many_ends_it(episode: Episode) -> None:
    for _ in range(2):
        episode.call("say", {"word": "x", "others": []})
    assert "was done" in episode.call("say", {"word": "x", "others": []})
    assert episode.is_done


def test_long_texts_are_cut() -> None:
    assert clip("abc", 3, note="[cut]") == "abc"
    assert clip("abcd", 3, note="[cut]") == "abc\n[cut]"
