# ruff: noqa: RUF001 - the look-alike characters are the point here
from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.modules import Abstain
from compiled_ai.modules.slots import Filled, Filling, Slot, explain, fill

BASE = Slot(name="base", kind="integer", cues=("base",))
HEIGHT = Slot(name="height", kind="integer", cues=("height", "high", "tall"))
EVERY_KIND = (
    Slot(name="width", kind="integer", cues=("width",), units=("meter",)),
    Slot(name="rate", kind="number", cues=("rate",), units=("%",), style="fraction", required=False),
    Slot(name="scores", kind="number", many=True, required=False),
    Slot(name="budget", kind="money", required=False, cues=("budget",)),
    Slot(name="stay", kind="duration", required=False, units=("day",)),
    Slot(name="detailed", kind="boolean", required=False, cues=("detail*",)),
    Slot(name="color", kind="choice", choices={"red": (), "blue": ("navy",)}, required=False),
    Slot(name="artist", kind="name", cues=("by",)),
    Slot(name="topic", kind="text", required=False, cues=("about",)),
    Slot(name="city", kind="place", style="city, ST", required=False),
    Slot(name="unit", kind="text", style="unit", required=False),
    Slot(name="day", kind="date", required=False),
    Slot(name="at", kind="time", required=False),
    Slot(name="moment", kind="datetime", required=False),
    Slot(name="email", kind="email", required=False),
    Slot(name="link", kind="url", required=False),
    Slot(name="file", kind="path", required=False),
    Slot(name="code", kind="identifier", required=False, cues=("code",)),
    Slot(name="formula", kind="expression", required=False),
)


def filling(**values: bool | int | float | str | tuple[bool | int | float | str, ...]) -> Filling:
    filled = tuple(
        Filled(slot=name, value=value, start=0, end=1, confidence=0.9, why="given")
        for name, value in values.items()
    )
    return Filling(declined="", confidence=0.9, filled=filled)


def test_a_request_fills_its_slots_with_spans_and_confidence() -> None:
    request = "Area of a triangle with a base of 10 and a height of 5?"
    found = fill(request, (BASE, HEIGHT))
    found.require()
    assert (found.integer("base"), found.integer("height")) == (10, 5)
    assert [request[item.start : item.end] for item in found.filled] == ["10", "5"]
    assert all(0.5 <= item.confidence <= 1 and item.why for item in found.filled)
    assert found.confidence == min(item.confidence for item in found.filled)


def test_a_missing_required_value_declines_and_names_the_slot() -> None:
    found = fill("a triangle with a base of 10", (BASE, HEIGHT))
    assert found.declined == "the request has no height"
    assert found.confidence == 0
    with pytest.raises(Abstain, match="no height"):
        found.require()


def test_an_optional_slot_stays_empty_when_the_request_does_not_name_it() -> None:
    optional = Slot(name="height", kind="integer", cues=("height",), required=False)
    found = fill("a square with a base of 10", (BASE, optional))
    found.require()
    assert not found.has("height")
    with pytest.raises(Abstain, match="no height"):
        found.integer("height")


def test_a_higher_minimum_declines_what_a_lower_one_takes() -> None:
    request = "factorial of 5"
    slots = (Slot(name="n", kind="integer"),)
    assert fill(request, slots, minimum=0.5).integer("n") == 5
    assert fill(request, slots, minimum=0.9).declined == "not sure enough of n"


def test_reasons_hold_no_words_of_the_request() -> None:
    secret = "Xanthippe 4711 and 99 for 'Kassandra'"
    found = fill(secret, (BASE,))
    assert found.declined
    assert not any(word in found.declined for word in ("Xanthippe", "4711", "Kassandra", "99"))


def test_explain_has_a_line_for_each_value_and_the_reason() -> None:
    lines = explain(fill("a triangle with a base of 10", (BASE, HEIGHT)))
    assert len(lines) == 2
    assert lines[0].startswith("base = 10 (0.")
    assert lines[1] == "declined: the request has no height"


def test_slots_may_be_given_as_lists() -> None:
    slot = Slot(name="base", kind="integer", cues=["base"], units=["meter"])  # type: ignore[arg-type]
    assert (slot.cues, slot.units) == (("base",), ("meter",))
    assert fill("a base of 10 meters", [slot]).integer("base") == 10


def test_slots_that_differ_in_choices_alone_are_not_mixed_up() -> None:
    first = Slot(name="color", kind="choice", choices={"red": ()})
    second = Slot(name="color", kind="choice", choices={"crimson": ("red",)})
    assert [fill("in red please", (slot,)).text("color") for slot in (first, second)] == ["red", "crimson"]


def test_getters_give_values_of_their_type() -> None:
    found = filling(n=2, x=1.5, on=True, word="a", many=(1, 2), words=("a", "b"), flags=(True, False))
    assert (found.integer("n"), found.number("n"), found.number("x")) == (2, 2.0, 1.5)
    assert (found.flag("on"), found.text("word")) == (True, "a")
    assert (found.integers("many"), found.numbers("many"), found.integers("n")) == ([1, 2], [1.0, 2.0], [2])
    assert (found.texts("words"), found.flags("flags")) == (["a", "b"], [True, False])


@pytest.mark.parametrize(
    ("getter", "name"),
    [
        ("integer", "word"),
        ("integer", "x"),
        ("integer", "on"),
        ("integer", "many"),
        ("integer", "absent"),
        ("number", "word"),
        ("number", "on"),
        ("number", "many"),
        ("flag", "n"),
        ("text", "n"),
        ("text", "words"),
        ("integers", "words"),
        ("numbers", "flags"),
        ("flags", "many"),
        ("texts", "many"),
    ],
)
def test_getters_abstain_when_the_value_is_of_another_type(getter: str, name: str) -> None:
    found = filling(n=2, x=1.5, on=True, word="a", many=(1, 2), words=("a", "b"), flags=(True,))
    with pytest.raises(Abstain):
        getattr(found, getter)(name)


@pytest.mark.parametrize(
    ("request_text", "reason"),
    [
        pytest.param("", "the request is empty", id="empty"),
        pytest.param(" \n\t", "the request is empty", id="blank"),
        pytest.param("?!... ---", "the request is empty", id="punctuation"),
        pytest.param("🙂🙂🙂", "the request is empty", id="emojis"),
        pytest.param("a" * 20_001, "the request is too long", id="document"),
        pytest.param(
            "base 10, no wait, 12 and height 5", "the request takes something back", id="self-correction"
        ),
        pytest.param(
            "base 10 and height 5. Scratch that, height 6",
            "the request takes something back",
            id="scratch-that",
        ),
        pytest.param("base is 20 plus 5 and height 3", "a value is to be calculated", id="sum"),
        pytest.param("base is half of 30 and height 3", "a value is to be calculated", id="half-of"),
        pytest.param("base not 10 but 5, height 3", "a value is negated", id="negated"),
        pytest.param(
            "base 10 and height 5, and also book a flight",
            "the request asks for two things",
            id="second-request",
        ),
        pytest.param(
            "base 10, height 5, do the same for base 6", "the request asks for two things", id="do-the-same"
        ),
    ],
)
def test_a_request_is_declined_as_a_whole(request_text: str, reason: str) -> None:
    assert fill(request_text, (BASE, HEIGHT)).declined == reason


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_filled_or_declined(request_text: str) -> None:
    found = fill(request_text, EVERY_KIND)
    assert found == fill(request_text, EVERY_KIND)
    assert 0 <= found.confidence <= 1
    assert all(0 <= item.start <= item.end <= len(request_text) for item in found.filled)
    assert explain(found) or not found.filled


@given(
    st.lists(
        st.sampled_from(
            ["width", "5", "5 meters", "%", "$", "and", "to", "between", "not", "by", "Anna", "New York", ",", ", CA", "2026-03-01", "at", "7 pm", "red",
             "'Blue Moon'", "a@b.com", "x^2", "code", "A-17", "in", "miles", "1/2", "[1, 2]", "detailed", "(", ")", "-", "twenty", "the 3rd", "’s", "?"]
        ),
        max_size=25,
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_sequence_of_telling_words_is_filled_or_declined(pieces: list[str]) -> None:
    found = fill(" ".join(pieces), EVERY_KIND)
    assert len({item.slot for item in found.filled}) == len(found.filled)


@pytest.mark.parametrize(
    "piece",
    ["a", "1 ", "1,", "Ab ", "(1+", "'", '"', "x^2+", "5 meters per ", "a.b@", "/", "New York ", "width 5 ", "one hundred ", "🙂", "и", "-", "a-", "[1,", "1/1/",
     "A_", "of the ", "5'", "sin(", "detail ", "red not ", "at least ", "1 to ", "C:/", "\ud800", "ı", "İ", "漢字", "ال", "\x1c"],
)  # fmt: skip
def test_a_huge_request_takes_no_more_than_a_moment(piece: str) -> None:
    request = (piece * 20_000)[:20_000]
    started = time.process_time()
    fill(request, EVERY_KIND)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    ["1," * 9_999, "1." * 9_999, "9" * 19_999, "1 + " * 4_999],
    ids=["commas", "dots", "digits", "sums"],
)
def test_long_runs_of_digits_are_declined_soon(text: str) -> None:
    """A quadratic pattern took 20 s here; the test would run into the time limit of a case."""
    filling = fill(text, [Slot(name="amount", kind="number"), Slot(name="count", kind="integer")])
    assert filling.declined
