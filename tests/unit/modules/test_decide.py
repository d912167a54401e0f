from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.decide import (
    Condition,
    condition_holds,
    decide,
    decide_all,
    decide_by_score,
    decide_unique,
    decision_table,
    explain,
    rule,
    scores,
)

FACTS: dict[str, object] = {
    "age": 20, "price": 0.1, "flag": True, "name": " \u00c9mile ", "day": "2026-03-12", "tags": ["New", 5], "nothing": None, "who": {"country": "de"},
    "text": "My card is not working", "when": date(2026, 3, 12), "nan": float("nan"), "number_text": "20",
}  # fmt: skip
CONDITIONS: list[tuple[Condition, bool | None]] = [
    (("age", "==", 20), True),
    (("age", "==", 20.0), True),
    (("age", "==", "20"), None),
    (("number_text", "==", 20), None),
    (("age", "!=", 21), True),
    (("age", "!=", "21"), None),
    (("price", "==", Decimal("0.1")), True),
    (("price", "<", 0.2), True),
    (("age", ">=", 20), True),
    (("age", ">", 20), False),
    (("flag", "==", True), True),
    (("flag", "==", 1), None),
    (("flag", ">", 0), None),
    (("name", "==", "emile"), True),
    (("name", "<", "f"), None),
    (("who.country", "in", ("DE", "AT")), True),
    (("who.country", "not in", ("DE", "AT")), False),
    (("who.country", "in", ("FR",)), False),
    (("age", "in", ("20", 20)), True),
    (("age", "in", ("20",)), None),
    (("age", "in", "20"), None),
    (("age", "between", (18, 65)), True),
    (("age", "between", (20, 20)), True),
    (("age", "between", (21, 65)), False),
    (("age", "between", (18,)), None),
    (("day", "<=", date(2026, 3, 12)), True),
    (("day", ">", "2026-03-11"), True),
    (("when", "==", "2026-03-12"), True),
    (("when", "==", datetime(2026, 3, 12, 5)), True),
    (("day", "between", ("2026-01-01", "2026-12-31")), True),
    (("tags", "contains", "new"), True),
    (("tags", "contains", "old"), False),
    (("text", "contains", "CARD"), True),
    (("text", "has phrase", "not working"), True),
    (("text", "has phrase", ("car", "phone")), False),
    (("age", "has phrase", "20"), None),
    (("text", "starts with", "card"), False),
    (("text", "starts with", "my"), True),
    (("text", "ends with", "working"), True),
    (("missing", "==", 1), None),
    (("nothing", "==", 1), None),
    (("nothing", "is missing", None), True),
    (("age", "is missing", None), False),
    (("who.country", "is present", None), True),
    (("nan", ">", 1), None),
    (("a..b", "==", 1), None),
]


@pytest.mark.parametrize(
    ("condition", "expected"),
    CONDITIONS,
    ids=[f"{path}-{operator}-{number}" for number, ((path, operator, _), _) in enumerate(CONDITIONS)],
)
def test_condition_holds_or_not_or_cannot_be_told(condition: Condition, expected: bool | None) -> None:
    assert condition_holds(condition, FACTS) is expected


TABLE = (
    rule("reject", ("age", "<", 18)),
    rule("manual", ("amount", ">", 1000), unless=[("country", "==", "DE")]),
    rule("manual", any_of=[("risk", "==", "high"), ("score", "<", 10)]),
    rule("accept"),
)


@pytest.mark.parametrize(
    ("facts", "outcome", "row", "why"),
    [
        ({"age": 17}, "reject", 0, "age < 18"),
        ({"age": 18, "amount": 2000, "country": "FR"}, "manual", 1, "amount > 1000, none of: country == DE"),
        (
            {"age": 18, "amount": 2000, "country": "DE", "risk": "high"},
            "manual",
            2,
            "one of: risk == high; score < 10",
        ),
        ({"age": 18, "amount": 5, "risk": "low", "score": 50}, "accept", 3, "otherwise"),
        ({"age": 18, "amount": 5, "risk": "low"}, None, None, "row 2 cannot be told: score < 10"),
        ({"age": "old"}, None, None, "row 0 cannot be told: age < 18"),
        ({}, None, None, "row 0 cannot be told: age < 18"),
    ],
)
def test_first_rule_that_applies_decides_and_says_why(
    facts: dict[str, object], outcome: str | None, row: int | None, why: str
) -> None:
    decision = explain(TABLE, facts)
    assert (decision.outcome, decision.row, decision.why) == (outcome, row, why)
    assert decide(TABLE, facts) == outcome


def test_nothing_is_decided_when_no_row_applies() -> None:
    assert explain(TABLE[:1], {"age": 20}).why == "no row applies"
    assert decide((), {}) is None


def test_reason_never_holds_a_fact() -> None:
    assert "4111" not in explain(TABLE, {"age": "4111"}).why


def test_all_rules_that_apply_are_told() -> None:
    table = (rule("big", ("n", ">", 10)), rule("even", ("even", "==", True)), rule("big", ("n", ">", 100)))
    assert decide_all(table, {"n": 500, "even": True}) == ["big", "even"]
    assert decide_all(table, {"n": 500, "even": False}) == ["big"]
    assert decide_all(table, {"n": 5, "even": False}) == []
    assert decide_all(table, {"n": 500}) is None
    assert decide_unique(table, {"n": 500, "even": False}) == "big"
    assert decide_unique(table, {"n": 500, "even": True}) is None
    assert decide_unique(table, {"n": 5, "even": False}) is None


def test_scores_add_up_and_need_a_margin() -> None:
    table = (
        rule("a", ("t", "has phrase", "one"), weight=1.5),
        rule("a", ("t", "has phrase", "two"), weight=0.5),
        rule("b", ("t", "has phrase", "three"), weight=1.5),
    )
    assert scores(table, {"t": "one two"}) == {"a": 2.0, "b": 0.0}
    assert decide_by_score(table, {"t": "one two three"}) == "a"
    assert decide_by_score(table, {"t": "one three"}) is None
    assert decide_by_score(table, {"t": "two"}) is None
    assert decide_by_score(table, {}) is None


TARIFF = decision_table(
    ("age", "country", "member", "since", "outcome"),
    (
        ("< 18", "-", "-", "-", "child"),
        ("18..64", "DE, AT", "true", ">= 2020-01-01", "club"),
        ("18..64", "not DE, AT", "-", "-", "abroad"),
        ("65", "", "", "missing", "exactly 65"),
        (">= 65", "*", "-", "-", "senior"),
        ("-", "-", "-", "-", "other"),
    ),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"age": 5}, "child"),
        ({"age": 30, "country": "at", "member": True, "since": "2021-05-05"}, "club"),
        ({"age": 30, "country": "AT", "member": False, "since": "2021-05-05"}, "other"),
        ({"age": 30, "country": "FR", "member": False, "since": "2021-05-05"}, "abroad"),
        ({"age": 65}, "exactly 65"),
        ({"age": 65, "since": "x"}, "senior"),
        ({"age": 30, "country": "AT", "member": True}, None),
    ],
)
def test_decision_table_reads_its_cells(facts: dict[str, object], expected: str | None) -> None:
    assert decide(TARIFF, facts) == expected


def test_table_with_a_short_row_is_none() -> None:
    assert decision_table(("a", "b"), (("1", "x"), ("y",))) == ()


def test_quoted_cell_is_text() -> None:
    assert decide(decision_table(("zip", "o"), (('"10115"', "Berlin"),)), {"zip": "10115"}) == "Berlin"


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.dates()
    | st.decimals()
    | st.just(10**5000)
)
OPERATORS = st.sampled_from([operator for (_, operator, _), _ in CONDITIONS])


@given(VALUES | st.lists(VALUES, max_size=3), OPERATORS, VALUES | st.tuples(VALUES, VALUES))
def test_any_fact_and_value_are_taken(fact: object, operator: str, value: object) -> None:
    condition: Condition = ("x", operator, value)  # type: ignore[assignment]  # any text may come from outside
    assert condition_holds(condition, {"x": fact}) in {True, False, None}
    assert explain((rule("a", condition),), {"x": fact}).why


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4), VALUES)
def test_any_cell_is_taken(cells: list[str], fact: object) -> None:
    table = decision_table([*"abcd"[: len(cells) - 1], "outcome"], [cells])
    explain(table, {"a": fact, "b": fact})


def test_hostile_length_returns() -> None:
    for cell in ("<" * 20_000, "1.." * 7_000, "a," * 10_000, "not " * 5_000):
        decide(decision_table(("a", "o"), ((cell, "x"),)), {"a": cell})
