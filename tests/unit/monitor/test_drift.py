"""Drift: what alarms and what does not."""

from __future__ import annotations

from collections import Counter

import pytest

from compiled_ai.monitor.drift import BaselineKind, compare
from compiled_ai.monitor.tally import Tally


def tally(**ends: int) -> Tally:
    return Tally(ends=Counter(ends))


def answering(outputs: dict[str, int]) -> Tally:
    return Tally(ends=Counter(compiled=sum(outputs.values())), fields={"kind": Counter(outputs)})


def taking(bucket: int) -> Tally:
    return Tally(ends=Counter(compiled=100), latency=Counter({bucket: 100}))


def alarms(now: Tally, before: Tally, kind: BaselineKind = "runs") -> list[str]:
    return [f"{one.kind} {one.field}".strip() for one in compare(now, before, kind=kind) if one.alarms]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({"compiled": 900, "nobody": 100}, {"compiled": 990, "nobody": 10}, ["abstention"]),
        ({"compiled": 900, "model": 100}, {"compiled": 990, "model": 10}, ["abstention", "fallback"]),
        ({"compiled": 900, "invalid_input": 90}, {"compiled": 1_000}, ["invalid_input"]),
        ({"compiled": 900, "outside": 90}, {"compiled": 1_000}, ["outside"]),
        ({"compiled": 990, "nobody": 10}, {"compiled": 900, "nobody": 100}, []),
        ({"compiled": 29, "nobody": 1}, {"compiled": 1_000}, []),
        ({"compiled": 20, "nobody": 9}, {"compiled": 10_000}, []),
        ({"compiled": 1, "schema_violation": 1}, {"compiled": 10}, ["schema_violation"]),
        ({"compiled": 10**6, "failed": 1}, {"compiled": 10}, ["failure"]),
        ({"compiled": 978_000, "nobody": 22_000}, {"compiled": 980_000, "nobody": 20_000}, []),
        ({"compiled": 996_000, "nobody": 4_000}, {"compiled": 999_000, "nobody": 1_000}, ["abstention"]),
        ({"demoted": 900, "compiled": 100}, {"compiled": 1_000}, []),
        ({}, {"compiled": 100}, []),
        ({"compiled": 100}, {}, []),
    ],
    ids=[
        "more declines",
        "more fallback",
        "more invalid inputs",
        "failures outside of compiled code",
        "fewer declines",
        "one decline among thirty",
        "too few runs",
        "one violation",
        "one failure in a million",
        "certain but slight",
        "slight but four times as many",
        "runs while it was demoted",
        "no runs",
        "an empty baseline",
    ],
)
def test_rates_alarm_when_they_rise_for_sure_and_enough(
    now: dict[str, int], before: dict[str, int], expected: list[str]
) -> None:
    assert alarms(tally(**now), tally(**before)) == expected


def test_fallback_is_not_compared_with_cases_that_nobody_fell_back_on() -> None:
    now, before = tally(compiled=900, model=100), tally(compiled=90, nobody=10)
    assert alarms(now, before, "cases") == []
    assert alarms(now, before, "runs") == ["fallback"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({"a": 500, "b": 500}, {"a": 900, "b": 100}, ["output kind"]),
        ({"c": 1_000}, {"a": 900, "b": 100}, ["output kind"]),
        ({"a": 905, "b": 95}, {"a": 900, "b": 100}, []),
        ({"a": 917_000, "b": 83_000}, {"a": 900_000, "b": 100_000}, []),
        ({"a": 20, "b": 9}, {"a": 900, "b": 100}, []),
        ({"a": 100}, {}, []),
    ],
    ids=["shifted", "new answers", "the same", "certain but slight", "too few", "nothing before"],
)
def test_outputs_alarm_when_they_shift(
    now: dict[str, int], before: dict[str, int], expected: list[str]
) -> None:
    assert alarms(answering(now), answering(before)) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(26, 20, ["latency"]), (22, 20, []), (16, 6, [])],
    ids=["eight times", "twice", "eight hundred times less than anybody waits for"],
)
def test_latency_alarms_when_it_is_multiplied(now: int, before: int, expected: list[str]) -> None:
    assert alarms(taking(now), taking(before)) == expected


def test_without_a_baseline_only_broken_contracts_alarm() -> None:
    found = compare(tally(compiled=100, nobody=900, failed=2), None)
    assert [(one.kind, one.alarms) for one in found] == [("failure", True)]


def test_words_give_counts_and_shares() -> None:
    one = compare(tally(compiled=900, nobody=100), tally(compiled=1_990, nobody=10))[0]
    assert (one.now, one.before) == ("100 of 1,000 (10.0 %)", "10 of 2,000 (0.5 %)")
