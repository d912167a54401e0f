from __future__ import annotations

import threading

import pytest

from compiled_ai.gates.canary import LENGTH, LETTERS, canary_for, known_canaries, planted, unplanted


@pytest.mark.parametrize(
    "prompt", ["", "You are a clerk.", "\ud800", "x" * 100_000], ids=["empty", "plain", "surrogate", "long"]
)
def test_canary_is_sixteen_letters_that_no_word_has(prompt: str) -> None:
    canary = canary_for(prompt, secret=b"k")
    assert len(canary) == LENGTH
    assert set(canary) <= set(LETTERS)


def test_equal_prompts_have_equal_canaries_under_an_equal_secret() -> None:
    assert canary_for("p", secret=b"k") == canary_for("p", secret=b"k")
    assert canary_for("p") == canary_for("p")


def test_other_prompts_and_other_secrets_have_other_canaries() -> None:
    found = {
        canary_for("p", secret=b"k"),
        canary_for("q", secret=b"k"),
        canary_for("p", secret=b"l"),
        canary_for("p"),
    }
    assert len(found) == 4


def test_planted_prompt_begins_with_the_canary_and_gives_the_prompt_back() -> None:
    canary = canary_for("p", secret=b"k")
    assert canary in planted("p", canary).splitlines()[0]
    assert unplanted(planted("p", canary), canary) == "p"
    assert unplanted("p", canary) == "p"


def test_canaries_that_were_asked_for_are_known() -> None:
    canary = canary_for("known?")
    assert canary in known_canaries()
    canary_for("another")
    assert canary_for("known?") == known_canaries()[-1]


def test_only_so_many_are_known_at_a_time_whichever_thread_asks() -> None:
    def ask(thread: int) -> None:
        for number in range(1_200):
            canary_for(f"{thread} {number}", secret=b"k")

    first = canary_for("first", secret=b"k")
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(known_canaries()) == 4_096
    assert first not in known_canaries()
