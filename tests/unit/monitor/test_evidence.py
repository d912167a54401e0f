"""Sequential evidence: right in value, rarely wrong however often one looks, quick where it matters."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.monitor.evidence import CHECKS_PER_BLOCK, DEMOTES, evidence, evidence_of_blocks

LIMIT = 0.02
LOOKS = 2_000
SEQUENCES = 1_000
FALSE_SHARE = 1 / DEMOTES
NOISE = 3 * math.sqrt(FALSE_SHARE * (1 - FALSE_SHARE) / SEQUENCES)
"""Three standard deviations of a share of so many sequences."""


def exact(contradictions: int, checks: int, limit: Fraction) -> Fraction:
    """The formula of the docstring, term by term."""
    tail = sum(
        math.comb(checks + 1, i) * limit**i * (1 - limit) ** (checks + 1 - i)
        for i in range(contradictions + 1)
    )
    divisor = (1 - limit) * (checks + 1) * math.comb(checks, contradictions)
    return Fraction(tail) / (divisor * limit**contradictions * (1 - limit) ** (checks - contradictions))


@given(checks=st.integers(0, 60), share=st.floats(0, 1), percent=st.integers(1, 99))
def test_evidence_is_the_formula(checks: int, share: float, percent: int) -> None:
    contradictions = round(checks * share)
    right = float(exact(contradictions, checks, Fraction(percent, 100)))
    assert evidence(contradictions, checks, percent / 100) == pytest.approx(right, rel=1e-9)


@given(checks=st.integers(0, 40), percent=st.integers(1, 99))
def test_mean_of_the_evidence_at_the_limit_is_one(checks: int, percent: int) -> None:
    limit = percent / 100
    mean = sum(
        math.comb(checks, k) * limit**k * (1 - limit) ** (checks - k) * evidence(k, checks, limit)
        for k in range(checks + 1)
    )
    assert mean == pytest.approx(1.0)


@given(checks=st.integers(1, 40), below=st.floats(0, 1))
def test_mean_of_the_evidence_below_the_limit_is_less(checks: int, below: float) -> None:
    share = LIMIT * below
    mean = sum(
        math.comb(checks, k) * share**k * (1 - share) ** (checks - k) * evidence(k, checks, LIMIT)
        for k in range(checks + 1)
    )
    assert mean <= 1 + 1e-9


@pytest.mark.parametrize(
    "value", [evidence(0, 0, LIMIT), evidence_of_blocks([], LIMIT), evidence_of_blocks([(0, 0)], LIMIT)]
)
def test_before_any_check_there_is_no_evidence(value: float) -> None:
    assert value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("contradictions", "checks"), [(1_000_000, 1_000_000), (900, 1_000), (5_000, 100_000)]
)
def test_overwhelming_evidence_is_a_number(contradictions: int, checks: int) -> None:
    assert evidence(contradictions, checks, 0.0001) > 1e100


@pytest.mark.parametrize(
    ("contradictions", "checks"), [(0, 1_000_000), (10, 10_000_000), (19_000, 1_000_000)]
)
def test_evidence_for_a_good_artifact_is_small_and_no_nan(contradictions: int, checks: int) -> None:
    assert 0 <= evidence(contradictions, checks, LIMIT) < 1


def looks(share: float, seed: int, *, until: int = LOOKS) -> int | None:
    """After how many checks an artifact of that share is demoted, looked at after each; None when it never is."""
    draw = random.Random(seed)
    blocks: list[tuple[int, int]] = []
    for check in range(until):
        if not blocks or blocks[-1][1] >= CHECKS_PER_BLOCK:
            blocks.append((0, 0))
        differs = draw.random() < share
        blocks[-1] = (blocks[-1][0] + differs, blocks[-1][1] + 1)
        if differs and evidence_of_blocks(blocks, LIMIT) >= DEMOTES:  # it only grows with a contradiction
            return check + 1
    return None


def test_looking_after_every_check_demotes_rarely_at_the_limit() -> None:
    demoted = sum(looks(LIMIT, seed) is not None for seed in range(SEQUENCES))
    assert demoted / SEQUENCES <= FALSE_SHARE + NOISE


def test_three_times_the_limit_is_demoted_soon() -> None:
    after = sorted(looks(3 * LIMIT, seed) or LOOKS + 1 for seed in range(400))
    assert after[200] <= 250
    assert after[380] <= 700


def test_an_artifact_that_was_right_for_long_is_demoted_soon_after_it_is_not_any_more() -> None:
    good = [(0, CHECKS_PER_BLOCK)] * 1_000
    bad = [*good, *[(10, CHECKS_PER_BLOCK)] * 4]
    whole = evidence(40, sum(checks for _, checks in bad), LIMIT)
    assert whole < 1 < DEMOTES <= evidence_of_blocks(bad, LIMIT)
