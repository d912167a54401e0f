"""Instructions divided by field, and names found in them."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._wording import find_mentions, name_words, read_wording, stem

TEXT = """Read the order.
- total, net: the sum of the prices. Decline a negative price.
- code: what stands
  in the corner.
All amounts are decimals. Decline an empty order.
note: whatever else is said.
"""


def test_instructions_are_divided_by_field() -> None:
    wording = read_wording(TEXT, ["total", "net", "code", "note"])
    assert wording.fields == {
        "total": "the sum of the prices.",
        "net": "the sum of the prices.",
        "code": "what stands in the corner.",
        "note": "whatever else is said.",
    }
    assert wording.declines == ("Decline a negative price.", "Decline an empty order.")
    assert wording.general == "Read the order. All amounts are decimals."


@pytest.mark.parametrize(
    ("text", "strong", "weak"),
    [
        pytest.param("the sum of unit prices", {"unit_price"}, set(), id="whole name in the plural"),
        pytest.param("a negative price", {"unit_price"}, set(), id="last word that fits one name"),
        pytest.param("a discount above 5", set(), {"discount_percent"}, id="another word of a name"),
        pytest.param("the price per unit", {"unit_price"}, set(), id="words in another order"),
        pytest.param("discount_percent of the lines", {"discount_percent", "lines"}, set(), id="as written"),
    ],
)
def test_names_are_found_in_texts(text: str, strong: set[str], weak: set[str]) -> None:
    names = {name: name_words(name) for name in ("unit_price", "discount_percent", "lines")}
    found = find_mentions(text, names)
    assert (set(found.strong), set(found.weak)) == (strong, weak)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("categories", "category", id="ies"),
        pytest.param("boxes", "box", id="xes"),
        pytest.param("lines", "line", id="s"),
        pytest.param("status", "status", id="us"),
        pytest.param("address", "address", id="ss"),
        pytest.param("surname", "last", id="another word for it"),
    ],
)
def test_plurals_and_other_words_are_one(word: str, expected: str) -> None:
    assert stem(word) == expected
