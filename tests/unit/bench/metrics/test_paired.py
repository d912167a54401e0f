"""Two systems on the same cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.metrics.paired import clustered_bootstrap, mcnemar, paired_bootstrap

COUNTS = st.integers(0, 300)


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        pytest.param(0, 0, 1.0, id="no difference at all"),
        pytest.param(5, 0, 0.0625, id="2 x (1/2)^5"),
        pytest.param(0, 5, 0.0625, id="the other way round"),
        pytest.param(6, 0, 0.03125, id="2 x (1/2)^6"),
        pytest.param(1, 1, 1.0, id="2 x 3/4, at most 1"),
        pytest.param(8, 2, 0.109375, id="2 x (1 + 10 + 45) / 1024 = 112 / 1024"),
        pytest.param(10, 3, 0.09228515625, id="2 x (1 + 13 + 78 + 286) / 8192 = 756 / 8192"),
    ],
)
def test_mcnemar_by_hand(b: int, c: int, expected: float) -> None:
    assert mcnemar(b, c) == expected


@given(COUNTS, COUNTS)
def test_mcnemar_is_a_symmetric_probability(b: int, c: int) -> None:
    assert 0 < mcnemar(b, c) == mcnemar(c, b) <= 1


@given(COUNTS, st.integers(0, 50))
def test_mcnemar_falls_the_further_apart_they_are(b: int, more: int) -> None:
    assert mcnemar(b + more + 1, b) <= mcnemar(b + more, b)


def test_mcnemar_of_thousands_is_no_overflow() -> None:
    assert mcnemar(30_000, 10_000) == 0.0


def test_difference_is_the_mean_of_the_pairs() -> None:
    """(1-0) + (1-1) + (0-1) + (1-0) = 1, over 4 pairs 0.25."""
    difference, low, high = paired_bootstrap([(1, 0), (1, 1), (0, 1), (1, 0)], seed=1)
    assert difference == 0.25
    assert low <= difference <= high


def test_single_pair_has_no_width() -> None:
    assert paired_bootstrap([(0.75, 0.5)], seed=1) == (0.25, 0.25, 0.25)


def test_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        paired_bootstrap([], seed=1)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=30))
@settings(max_examples=25, deadline=None)
def test_turned_round_the_difference_changes_its_sign(pairs: list[tuple[float, float]]) -> None:
    difference, low, high = paired_bootstrap(pairs, seed=1)
    back, back_low, back_high = paired_bootstrap([(other, own) for own, other in pairs], seed=1)
    assert back == pytest.approx(-difference)
    assert (back_low, back_high) == pytest.approx((-high, -low), abs=0.05)


def test_cases_that_fall_together_make_the_interval_wider() -> None:
    """20 tasks of 20 cases, half of them all won and half all lost: 20 facts, not 400."""
    clusters = [[(1.0, 0.0) if task % 2 else (0.0, 1.0)] * 20 for task in range(20)]
    _, low, high = paired_bootstrap([pair for cluster in clusters for pair in cluster], seed=1)
    _, task_low, task_high = clustered_bootstrap(clusters, seed=1)
    assert (task_high - task_low) / (high - low) == pytest.approx(20**0.5, rel=0.3)
