"""Strict text match, against values worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.docile.text_match import Counts, Values, best_pairing, kile_counts, level, lir_counts


@pytest.mark.parametrize(
    ("expected", "predicted", "counts", "f1"),
    [
        pytest.param({"a": ["1"]}, {"a": ["1"]}, (1, 1, 1), 1.0, id="same"),
        pytest.param({"a": ["1"]}, {"b": ["1"]}, (0, 1, 1), 0.0, id="other type"),
        pytest.param({"a": ["1"], "b": ["2"]}, {"a": ["1"]}, (1, 1, 2), 2 / 3, id="one missing"),
        pytest.param({"a": ["1"]}, {"a": ["1", "1"]}, (1, 2, 1), 2 / 3, id="twice where once is expected"),
        pytest.param({"a": ["1", "1"]}, {"a": ["1"]}, (1, 1, 2), 2 / 3, id="once where twice is expected"),
        pytest.param({"a": ["Straße 1"]}, {"a": ["strasse 1"]}, (0, 1, 1), 0.0, id="case counts"),
        pytest.param({"a": ["x y"]}, {"a": ["x  y"]}, (0, 1, 1), 0.0, id="inner spaces count"),
        pytest.param({"a": ["x\ny"]}, {"a": ["x y"]}, (0, 1, 1), 0.0, id="line ends count"),
        pytest.param(
            {"a": ["caf\u00e9"]}, {"a": [" cafe\u0301\n"]}, (1, 1, 1), 1.0, id="NFC and outer spaces"
        ),
        pytest.param({}, {}, (0, 0, 0), 1.0, id="nothing expected, nothing given"),
        pytest.param({}, {"a": ["1"]}, (0, 1, 0), 0.0, id="nothing expected"),
    ],
)
def test_key_information_is_counted_by_hand(
    expected: Values, predicted: Values, counts: tuple[int, int, int], f1: float
) -> None:
    found = kile_counts(expected, predicted)
    assert (found.right, found.predicted, found.expected) == counts
    assert found.f1 == pytest.approx(f1)


def item(**values: str) -> dict[str, list[str]]:
    return {kind: [text] for kind, text in values.items()}


@pytest.mark.parametrize(
    ("expected", "predicted", "counts"),
    [
        pytest.param([item(d="a", q="1"), item(d="b", q="2")], [item(d="b", q="2"), item(d="a", q="1")], (4, 4, 4), id="order of items"),
        pytest.param([item(d="a", q="1"), item(d="b", q="2")], [item(d="a", q="2"), item(d="b", q="1")], (2, 4, 4), id="values swapped between items"),
        # the first would rather have b/2 than a; both can be served only the other way around
        pytest.param([item(d="a", q="1"), item(d="b", q="1")], [item(q="1", d="c"), item(q="1", d="a")], (3, 4, 4), id="best pairing overall"),
        pytest.param([item(d="a")], [item(d="a"), item(d="a")], (1, 2, 1), id="item given twice"),
        pytest.param([item(d="a", q="1")], [item(d="a"), item(q="1")], (1, 2, 2), id="item torn in two"),
        pytest.param([], [], (0, 0, 0), id="nothing"),
    ],
)  # fmt: skip
def test_line_items_are_counted_by_hand(
    expected: list[Values], predicted: list[Values], counts: tuple[int, int, int]
) -> None:
    found = lir_counts(expected, predicted)
    assert (found.right, found.predicted, found.expected) == counts


def test_precision_recall_and_sums() -> None:
    total = Counts(right=3, predicted=4, expected=6) + Counts(right=0, predicted=1, expected=0)
    assert (total.precision, total.recall) == (3 / 5, 3 / 6)
    assert total.f1 == pytest.approx(6 / 11)
    assert not total.is_exact
    assert (Counts().precision, Counts().recall, Counts().is_exact) == (0.0, 0.0, True)


def test_surrogates_are_compared() -> None:
    assert level("\ud800 ") == "\ud800"


def brute(gains: Sequence[Sequence[int]]) -> int:
    if len(gains) > len(gains[0]):
        gains = list(zip(*gains, strict=True))
    return max(
        sum(row[column] for row, column in zip(gains, chosen, strict=True))
        for chosen in permutations(range(len(gains[0])), len(gains))
    )


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 6), min_size=width, max_size=width), min_size=1, max_size=5
        )
    )
)
def test_pairing_is_the_best_of_all(gains: list[list[int]]) -> None:
    assert best_pairing(gains) == brute(gains)


def test_pairing_of_nothing_gains_nothing() -> None:
    assert best_pairing([]) == best_pairing([[], []]) == 0
