"""Figures of layers: counts, shares, AUC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.security.figures import Judged, Share, auc, figures
from compiled_ai.gates.verdict import Action


def judged(is_attack: bool, action: Action, score: float = 0.5) -> Judged:
    return Judged(is_attack=is_attack, action=action, score=score, seconds=0.001, size=500)


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


def test_a_set_of_attacks_alone_has_no_precision_and_its_auc_against_others() -> None:
    found = figures([judged(True, "block", 0.9)], benign_scores=[0.1, 0.95])
    assert found.precision.value is None
    assert found.alarms.value is None
    assert found.auc == 0.5


def test_nothing_measured_has_no_figures() -> None:
    found = figures([])
    assert (found.recall.value, found.auc, found.milliseconds_per_kilobyte) == (None, None, None)
    assert found.to_json()["recall"] == {"value": None, "count": 0, "n": 0, "interval95": None}


SCORES = st.lists(st.floats(0, 1).map(lambda score: round(score, 1)), max_size=20)


@given(SCORES, SCORES)
def test_auc_is_the_share_of_pairs_in_order(attacks: list[float], benign: list[float]) -> None:
    found = auc(attacks, benign)
    if not attacks or not benign:
        assert found is None
        return
    pairs = [(one > other) + (one == other) / 2 for one in attacks for other in benign]
    assert found == pytest.approx(sum(pairs) / len(pairs))
