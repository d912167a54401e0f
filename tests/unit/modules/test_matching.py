from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.matching import (
    closest,
    edit_distance,
    jaro_winkler,
    resolve_choice,
    similarity,
    singular,
    token_set_ratio,
    token_sort_ratio,
)

SHORT = st.text(alphabet="abcd", max_size=9)


def by_matrix(left: str, right: str) -> int:
    """Optimal string alignment as its definition says."""
    rows = [[i + j if not i * j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            change = rows[i - 1][j - 1] + (left[i - 1] != right[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(SHORT, SHORT)
def test_edit_distance_is_the_one_of_the_definition(left: str, right: str) -> None:
    assert edit_distance(left, right) == by_matrix(left, right)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("recieve", "receive", 1),
        ("Müller", "muller", 0),
        ("kitten", "sitting", 3),
        ("", "abc", 3),
        ("", "", 0),
    ],
)
def test_edits_are_counted_between_folded_texts(left: str, right: str, expected: int) -> None:
    assert edit_distance(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    # Winkler's own examples: https://www.census.gov/content/dam/Census/library/working-papers/1991/adrm/rr91-9.pdf
    [
        ("MARTHA", "MARHTA", 0.961),
        ("DWAYNE", "DUANE", 0.840),
        ("DIXON", "DICKSONX", 0.813),
        ("abc", "xyz", 0.0),
        ("", "", 1.0),
    ],
)
def test_jaro_winkler_is_the_published_one(left: str, right: str, expected: float) -> None:
    assert jaro_winkler(left, right) == pytest.approx(expected, abs=0.0005)


@given(SHORT, SHORT)
def test_measures_stay_between_zero_and_one_and_know_equals(left: str, right: str) -> None:
    for measure in (similarity, jaro_winkler, token_sort_ratio, token_set_ratio):
        assert 0 <= measure(left, right) <= 1
    assert similarity(left, left) == jaro_winkler(left, left) == 1
    assert similarity(left, right) == similarity(right, left)


def test_word_order_and_extra_words_are_forgiven() -> None:
    assert token_sort_ratio("Smith, John", "john smith") == 1
    assert token_set_ratio("the New York Mets", "New York Mets") == 1
    assert token_set_ratio("...", "New York") == 0


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        pytest.param("Munchen", ["München", "Berlin"], "München", id="accent"),
        pytest.param("Shiping", ["Billing", "Shipping"], "Shipping", id="typo"),
        pytest.param("smith john", ["John Smith", "Jane Smith"], "John Smith", id="order"),
        pytest.param("Austria", ["Australia", "Germany"], None, id="another-word"),
        pytest.param("Niger", ["Nigeria"], None, id="shorter-word"),
        pytest.param("Acme Corp", ["Acme Corp.", "acme corp"], "acme corp", id="equal"),
        pytest.param("Acme", ["ACME", "acme"], None, id="two-equal"),
        pytest.param("order 13", ["order 12", "order 14"], None, id="two-as-close"),
        pytest.param("anything", [], None, id="no-options"),
        pytest.param("", ["", "a"], None, id="nothing-to-match"),
    ],
)
def test_closest_option(text: str, options: list[str], expected: str | None) -> None:
    assert closest(text, options) == expected


PRIORITY = {"high": ["urgent", "asap", "critical"], "low": ["whenever", "no rush"], "medium": ["normal"]}
COLOUR = {"red": (), "blue": (), "dark blue": ["navy"], "green": (), "white": ()}
UNITS = {"celsius": ["centigrade", "c"], "fahrenheit": ["f"], "kelvin": []}
STATUS = {"in_progress": ["ongoing"], "onHold": ["paused"], "done": ["finished", "completed"]}
GOODS = {"battery": [], "box": ["crate"], "watch": ["wristwatch"], "dress": []}
CASES = [
    *((PRIORITY, text, "high") for text in ("URGENT!!", "this is critical", "please reply asap", "High", "urgnet")),
    *((PRIORITY, text, "low") for text in ("there is no rush", "do it whenever", "not urgent, no rush")),
    *((PRIORITY, text, None) for text in ("not urgent", "it isn't really critical", "not by any means urgent", "Urgent: no", "did not get the urgent mail", "nothing urgent", "urgent or whenever?", "", "the")),
    *((COLOUR, text, "blue") for text in ("Blue", "the blue one", "not red, blue", "not red but blue", "blue instead of red", "anything but red; blue")),
    *((COLOUR, text, "dark blue") for text in ("a dark-blue car", "navy", "Dark Blue")),
    *((COLOUR, text, "red") for text in ("red, not blue or green", "neither blue nor green: red", "red rather than blue", "no, red")),
    *((COLOUR, text, "green") for text in ("blue is not an option, green please", "grene", "I don't want the red or the blue, make it green")),
    *((COLOUR, text, None) for text in ("red or blue", "not red, blue or green", "while you wait", "no red", "I do not want it in red", "redo it", "greenhouse")),
    *((UNITS, text, "celsius") for text in ("in °C", "degrees Celsius", "celcius", "C")),
    *((UNITS, text, "fahrenheit") for text in ("Farenheit", "farenheigt", "F")),
    *((STATUS, text, "in_progress") for text in ("in progress", "IN-PROGRESS", "it is ongoing")),
    *((STATUS, text, "onHold") for text in ("on hold", "onHold", "ON_HOLD", "paused")),
    *((STATUS, text, "done") for text in ("it's finished", "complted")),
    *((STATUS, text, None) for text in ("it isn't finished", "not done yet", "it was never completed")),
    *((GOODS, text, "battery") for text in ("two batteries", "bateries")),
    *((GOODS, text, "box") for text in ("Boxes", "3 crates")),
    (GOODS, "watches", "watch"),
    (GOODS, "dresses", "dress"),
    ({"A+": [], "A": [], "B": []}, "grade A+", "A+"),
    ({"A+": [], "A": [], "B": []}, "grade A", "A"),
    ({"C++": [], "C#": [], "C": []}, "written in C++.", "C++"),
    ({"yes": [], "yep": ["yes"]}, "yes", None),
    ({"...": [], "<=": ["at most"]}, "<=", "<="),
    ({"one": ["not only"]}, "not only", "one"),
    ({"red": [], "blue": []}, "not only red", "red"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "text", "expected"),
    CASES,
    ids=[f"{text[:30]}-{number}" for number, (_, text, _) in enumerate(CASES)],
)
def test_choice_is_resolved(choices: dict[str, list[str]], text: str, expected: str | None) -> None:
    assert resolve_choice(text, choices) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Boxes", "box"),
        ("cities", "city"),
        ("buses", "buse"),
        ("glass", "glass"),
        ("status", "status"),
        ("dogs", "dog"),
    ],
)
def test_plural_endings_are_taken_off(word: str, expected: str) -> None:
    assert singular(word) == expected


@given(st.text(), st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3), max_size=4))
def test_any_text_and_any_choices_are_taken(text: str, choices: dict[str, list[str]]) -> None:
    assert resolve_choice(text, choices) in {None, *choices}
    assert closest(text, choices) in {None, *choices}


@pytest.mark.parametrize("piece", ["a", "ab ", "not ", "red ", "é", "not red or ", "\ud800", "1."])
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    resolve_choice(text, COLOUR)
    edit_distance(text, text[::-1])
    jaro_winkler(text, text[::-1])
    token_set_ratio(text, "red")
