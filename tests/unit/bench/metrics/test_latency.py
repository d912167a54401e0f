"""Latencies, and where there are none."""

from __future__ import annotations

import pytest
from tests.unit.bench.metrics.made_rows import call, case_row

from compiled_ai.bench.metrics.latency import latency, latency_view
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.rows import CallRow, CaseRow


def measured(rows: list[CaseRow]) -> dict[str, Metric]:
    return {item.name: item for item in latency(rows, seed=1)}


HUNDRED = [case_row(f"c{number}", seconds=number / 1000) for number in range(1, 101)]
"""1 ms to 100 ms."""


@pytest.mark.parametrize(
    ("name", "value"),
    [("latency_p50", 50.0), ("latency_p90", 90.0), ("latency_p95", 95.0), ("latency_p99", 99.0)],
)
def test_percentiles_by_hand(name: str, value: float) -> None:
    found = measured(HUNDRED)[name]
    assert (found.value, found.n, found.unit) == pytest.approx((value, 100, "ms"))
    assert found.low is not None
    assert found.high is not None
    assert found.low < value < found.high


def test_jitter_is_the_standard_deviation() -> None:
    """1, 2, 3, 4, 5 ms: squares of the distances 4 + 1 + 0 + 1 + 4 = 10, over n - 1 = 4: sqrt(2.5)."""
    rows = [case_row(f"c{number}", seconds=number / 1000) for number in range(1, 6)]
    assert measured(rows)["latency_jitter"].value == pytest.approx(2.5**0.5)


def test_cold_answers_stay_out_of_the_warm_ones() -> None:
    found = measured([*HUNDRED, case_row("first", seconds=9.0, cold=True)])
    assert (found["cold_p50"].value, found["latency_p99"].value) == pytest.approx((9000, 99))


@pytest.mark.parametrize(
    ("outcome", "count"),
    [("failed", 1), ("timed_out", 1), ("wrong", 1), ("declined", 1), ("not_prepared", 0), ("too_dear", 0)],
)
def test_time_counts_whatever_came_of_it(outcome: str, count: int) -> None:
    row = case_row("a", seconds=1.0).model_copy(update={"outcome": outcome})
    assert measured([row])["latency_p50"].n == count


def test_replies_by_hand_have_no_latency_and_say_so() -> None:
    found = measured([case_row("a", seconds=60.0, calls=(call(by_hand=True),))])
    for name in ("latency_p50", "latency_jitter", "cold_p50", "ttft_p50", "tpot_p50"):
        assert found[name].value is None
        assert "desk" in found[name].note


def test_answers_by_hand_are_left_out_beside_others_and_counted() -> None:
    found = measured([*HUNDRED, case_row("slow", seconds=60.0, calls=(call(by_hand=True),))])["latency_p99"]
    assert found.value == pytest.approx(99.0)
    assert "(1 of 101 answers)" in found.note


def test_token_times_by_hand() -> None:
    """First token after 0.2 s, 11 tokens after 1.2 s: (1.2 - 0.2) / (11 - 1) = 0.1 s a token."""
    timed = CallRow(input_tokens=9, output_tokens=11, seconds=1.2, first_token_seconds=0.2)
    single = CallRow(input_tokens=9, output_tokens=1, seconds=0.4, first_token_seconds=0.4)
    found = measured([case_row("a", calls=(timed,)), case_row("b", calls=(single, call()))])
    assert (found["ttft_p50"].value, found["ttft_p50"].n) == pytest.approx((200, 2))
    assert (found["tpot_p50"].value, found["tpot_p50"].n) == pytest.approx((100, 1))


def test_without_calls_or_streaming_there_is_no_first_token() -> None:
    assert measured(HUNDRED)["ttft_p50"].note == "no model was called"
    assert "first token" in measured([case_row("a", calls=(call(),))])["ttft_p50"].note


def test_plots_get_101_quantiles() -> None:
    view = latency_view(HUNDRED)
    assert (len(view.warm_ms), view.warm_count) == (101, 100)
    assert (view.warm_ms[0], view.warm_ms[50], view.warm_ms[100]) == pytest.approx((1, 50, 100))
    assert (view.cold_ms, view.cold_count) == ((), 0)
