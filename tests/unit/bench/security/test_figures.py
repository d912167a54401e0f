"""Figures of layers: counts, shares, AUC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.security.figures import Judged, Share, Spread, auc, figures, latency
from compiled_ai.gates.verdict import Action


def judged(is_attack: bool, action: Action, score: float = 0.5, *, size: int = 500) -> Judged:
    return Judged(sample_id="1", is_attack=is_attack, action=action, score=score, seconds=0.001, size=size)


def test_flagged_and_blocked_are_both_stopped_and_told_apart() -> None:
    found = figures(
        [judged(True, "block", 0.9), judged(True, "flag", 0.6), judged(True, "allow", 0.1), judged(False, "flag", 0.6), judged(False, "allow", 0.0)]
    )  # fmt: skip
    assert found.recall == Share(count=2, total=3)
    assert found.recall_blocked == Share(count=1, total=3)
    assert found.alarms == Share(count=1, total=2)
    assert found.alarms_blocked == Share(count=0, total=2)
    assert found.precision == Share(count=2, total=3)
    assert found.auc == pytest.approx(4.5 / 6)
    assert found.milliseconds_per_kilobyte == pytest.approx(2.0)
    assert found.per_kilobyte.median == pytest.approx(2.0)
    assert found.per_kilobyte.n == 5


def test_a_set_of_attacks_alone_has_no_precision_and_its_auc_against_others() -> None:
    found = figures([judged(True, "block", 0.9)], benign_scores=[0.1, 0.95])
    assert found.precision.value is None
    assert found.alarms.value is None
    assert found.auc == 0.5


def test_nothing_measured_has_no_figures() -> None:
    found = figures([])
    assert (found.recall.value, found.auc, found.milliseconds_per_kilobyte) == (None, None, None)
    assert found.to_json()["recall"] == {"value": None, "count": 0, "n": 0, "interval95": None}


@pytest.mark.parametrize(
    ("values", "median", "p99"),
    [
        pytest.param([], None, None, id="none"),
        pytest.param([3.0], 3.0, 3.0, id="one"),
        pytest.param([1.0, 2.0], 1.0, 2.0, id="two"),
        pytest.param([float(one) for one in range(1, 201)], 100.0, 198.0, id="two hundred"),
    ],
)
def test_a_spread_has_the_nearest_ranks(values: list[float], median: float | None, p99: float | None) -> None:
    assert Spread.of(values) == Spread(n=len(values), median=median, p99=p99)


def test_time_is_told_apart_by_length() -> None:
    found = latency([judged(True, "allow", size=999), judged(True, "allow", size=1_000)])
    assert found.short.median == pytest.approx(1.0)
    assert found.long.median == pytest.approx(1.0)
    assert (found.short.n, found.long.n) == (1, 1)


SCORES = st.lists(st.floats(0, 1).map(lambda score: round(score, 1)), max_size=20)


@given(SCORES, SCORES)
def test_auc_is_the_share_of_pairs_in_order(attacks: list[float], benign: list[float]) -> None:
    found = auc(attacks, benign)
    if not attacks or not benign:
        assert found is None
        return
    pairs = [(one > other) + (one == other) / 2 for one in attacks for other in benign]
    assert found == pytest.approx(sum(pairs) / len(pairs))
