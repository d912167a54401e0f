from __future__ import annotations

import pytest

from compiled_ai.gates.canary import LENGTH, LETTERS, canary_for, planted, unplanted


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
