"""Periods that rules ask for, policies that break them, and what is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from compiled_ai.compliance.retention import (
    Due,
    Period,
    Policy,
    audit_log_problem,
    due,
    least_audit_days,
    policy_problems,
)

SIX_YEARS = Period(at_least_days=2_196)
ENOUGH: Policy = {
    "decision": Period(at_least_days=2_196, at_most_days=3_650),
    "audit_log": Period(at_least_days=2_196, at_most_days=3_650),
    "account_data": Period(at_least_days=0, at_most_days=90),
    "personal_data": Period(at_least_days=0, at_most_days=365),
    "authentication_data": Period(at_least_days=0, at_most_days=0),
}


@pytest.mark.parametrize(
    "blocks", [[], ["hipaa"], ["pci_dss"], ["soc2"], ["hipaa", "pci_dss", "soc2", "audit_trail"]]
)
def test_a_policy_that_keeps_enough_and_ends_has_no_problems(blocks: list[str]) -> None:
    assert policy_problems(ENOUGH, blocks) == ()


@pytest.mark.parametrize(
    ("change", "blocks", "words"),
    [
        ({"decision": Period(at_least_days=365)}, ["hipaa"], "365 days are too few, 45 CFR 164.316(b)(2)(i) asks for 2196"),
        ({"audit_log": Period(at_least_days=90, at_most_days=90)}, ["pci_dss"], "PCI DSS v4.0 10.5.1 asks for 366"),
        ({"account_data": Period(at_least_days=0)}, ["pci_dss"], "account_data: it is kept for ever, and PCI DSS v4.0 3.2.1"),
        ({"authentication_data": Period(at_least_days=0, at_most_days=1)}, ["pci_dss"], "0 days at most (PCI DSS v4.0 3.3.1)"),
        ({"authentication_data": Period(at_least_days=0)}, ["pci_dss"], "0 days at most"),
        ({"personal_data": Period(at_least_days=0)}, ["soc2"], "C1.2 asks for an end"),
        ({"personal_data": Period(at_least_days=9, at_most_days=8)}, [], "must go after 8 days and be kept for 9"),
    ],
    ids=["too short", "log too short", "no end", "code kept", "code for ever", "personal for ever", "contradiction"],
)  # fmt: skip
def test_a_policy_that_breaks_a_rule_is_told_which(change: Policy, blocks: list[str], words: str) -> None:
    (problem,) = policy_problems({**ENOUGH, **change}, blocks)
    assert words in problem


def test_a_kind_without_a_period_is_a_problem_where_one_is_asked_for() -> None:
    assert [problem.partition(":")[0] for problem in policy_problems({}, ["hipaa", "soc2"])] == [
        "decision",
        "audit_log",
        "decision",
        "audit_log",
        "personal_data",
    ]


@pytest.mark.parametrize(
    ("age", "expected"), [(0, "keep"), (9, "keep"), (10, "may_go"), (20, "may_go"), (21, "must_go")]
)
def test_what_is_due(age: int, expected: Due) -> None:
    policy: Policy = {"audit_log": Period(at_least_days=10, at_most_days=20)}
    today = date(2026, 3, 1)
    assert due("audit_log", today - timedelta(days=age), policy=policy, today=today) == expected


def test_what_no_policy_names_is_kept() -> None:
    assert due("decision", date(1990, 1, 1), policy={}, today=date(2026, 1, 1)) == "keep"
    assert (
        due("decision", date(1990, 1, 1), policy={"decision": SIX_YEARS}, today=date(2026, 1, 1)) == "may_go"
    )


@pytest.mark.parametrize(
    ("days", "blocks", "words"),
    [
        (None, [], None),
        (None, ["audit_trail", "no_model_at_run_time"], None),
        (1, [], None),
        (None, ["hipaa"], "164.316(b)(2)(i)"),
        (2_195, ["hipaa"], "asks for 2196"),
        (2_196, ["hipaa"], None),
        (365, ["pci_dss"], "10.5.1 asks for 366"),
        (366, ["pci_dss"], None),
        (None, ["soc2"], "CC7.2"),
        (1, ["soc2"], None),
    ],
)
def test_an_audit_log_is_held_against_its_blocks(
    days: int | None, blocks: list[str], words: str | None
) -> None:
    problem = audit_log_problem(days, blocks)
    assert problem is None if words is None else words in (problem or "")


@pytest.mark.parametrize(
    ("blocks", "days"), [([], 1), (["soc2"], 1), (["pci_dss"], 366), (["pci_dss", "hipaa"], 2_196)]
)
def test_the_least_period_is_one_that_the_blocks_take(blocks: list[str], days: int) -> None:
    assert least_audit_days(blocks) == days
    assert audit_log_problem(days, blocks) is None
