from __future__ import annotations

import pytest

from compiled_ai.bench.running.limits import Rate, spent_reason, unpriced
from compiled_ai.bench.running.plan import Bounds
from compiled_ai.bench.running.store import Spending


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Bounds(), ""),
        (Bounds(max_tokens=101, max_usd=0.6), ""),
        (Bounds(max_tokens=100), "100 tokens are spent; the limit of the run is 100"),
        (Bounds(max_usd=0.5), "0.5000 USD are spent; the limit of the run is 0.5"),
        (Bounds(max_tokens=0), "100 tokens are spent; the limit of the run is 0"),
    ],
    ids=["no limit", "below", "tokens", "money", "nothing allowed"],
)
def test_a_limit_is_reached_when_all_is_spent(bounds: Bounds, reason: str) -> None:
    assert spent_reason(bounds, Spending(tokens=100, usd=0.5)) == reason


def test_without_a_rate_nothing_waits() -> None:
    rate = Rate(None)
    rate.begin()
    assert rate.wait() == 0.0


def test_a_rate_spreads_cases_evenly() -> None:
    rate = Rate(6.0)
    assert rate.wait() == 0.0
    rate.begin()
    assert 9.0 < rate.wait() <= 10.0


def test_an_unknown_price_comes_with_a_way_out() -> None:
    assert "--price-as" in unpriced("ollama:qwen3")
    assert "this model" in unpriced("")
