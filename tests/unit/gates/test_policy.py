"""Policies of gates: what is ready, what JSON says, what is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.errors import InputError
from compiled_ai.gates.policy import POLICIES, GatePolicy, Thresholds, default, for_spec, off, strict
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.gate_policy import TransformerMode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["base", "input", "pii", "output", "on", "direct", "document", "flag", "block", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("score", "action"),
    [
        (0.0, "allow"),
        (0.49, "allow"),
        (0.5, "flag"),
        (0.79, "flag"),
        (0.8, "block"),
        (1.0, "block"),
        (math.nan, "block"),
    ],
)
def test_score_decides_the_action(score: float, action: str) -> None:
    assert Thresholds(flag=0.5, block=0.8).action(score) == action


def test_none_is_a_threshold_that_no_score_reaches() -> None:
    assert Thresholds(flag=None, block=None).action(1.0) == "allow"
    assert Thresholds(flag=0.5, block=None).action(1.0) == "flag"


@pytest.mark.parametrize("name", POLICIES)
def test_ready_policies_survive_json(name: str) -> None:
    policy = POLICIES[name]()
    assert GatePolicy.from_json(policy.to_json()) == policy
    assert GatePolicy.from_json(name) == policy


def test_strict_is_nowhere_milder_than_default() -> None:
    mild, hard = default(), strict()
    for score in (0.1, 0.3, 0.5, 0.7, 0.9):
        order = ["allow", "flag", "block"]
        assert order.index(hard.direct.action(score)) >= order.index(mild.direct.action(score))
        assert order.index(hard.document.action(score)) >= order.index(mild.document.action(score))
        assert order.index(hard.output.action(score)) >= order.index(mild.output.action(score))
    assert hard.pii == "mask"


def test_only_off_has_every_gate_off() -> None:
    assert [name for name in POLICIES if POLICIES[name]().is_off] == ["off"]


def test_what_is_not_said_is_that_of_the_base() -> None:
    policy = GatePolicy.from_json({"base": "strict", "input": {"direct": {"block": 0.9}}, "pii": "block"})
    assert policy.direct == Thresholds(flag=strict().direct.flag, block=0.9)
    assert policy.document == strict().document
    assert policy.pii == "block"


def test_a_lower_block_takes_the_flag_of_the_base_down() -> None:
    policy = GatePolicy.from_json({"input": {"direct": {"block": 0.2}}})
    assert policy.direct == Thresholds(flag=0.2, block=0.2)


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ("lax", "", "the policy of gates is 'lax'; it must be one of default, strict, off"),
        (None, "", "the policy of gates is None; it must be an object"),
        ({"pii": "hide"}, "pii", "gates.pii is 'hide'; it must be one of off, mask, warn, block"),
        ({"inptu": {}}, "inptu", "gates.inptu is unknown; there are base, input, pii, pii_engine, output, quarantine"),
        ({"base": "none"}, "base", "gates.base is 'none'"),
        ({"input": {"on": 1}}, "input.on", "gates.input.on is 1; it must be true or false"),
        ({"input": {"direct": {"block": 1.4}}}, "input.direct.block", "gates.input.direct.block is 1.4; it must be a number"),
        ({"input": {"direct": {"block": True}}}, "input.direct.block", "is True"),
        ({"input": {"document": {"flag": 0}}}, "input.document.flag", "is 0"),
        ({"output": {"flag": 0.9, "block": 0.5}}, "output.flag", "is 0.9, above block (0.5)"),
        ({"output": {"block": math.nan}}, "output.block", "is nan"),
        ({"input": {"transformer": True}}, "input.transformer", "gates.input.transformer is True; it must be one of off, weigh, add"),
        ({"output": []}, "output", "gates.output is []; it must be an object with on, flag, block"),
    ],
)  # fmt: skip
def test_wrong_json_is_refused_with_its_place(data: JsonValue, field: str, message: str) -> None:
    with pytest.raises(InputError) as found:
        GatePolicy.from_json(data)
    assert message in str(found.value)
    assert found.value.field == field


@given(JSON)
def test_any_json_gives_a_policy_or_an_input_error(data: JsonValue) -> None:
    try:
        policy = GatePolicy.from_json(data)
    except InputError:
        return
    assert GatePolicy.from_json(policy.to_json()) == policy


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [("off", "off", "off"), ("off", "weigh", "weigh"), ("weigh", "add", "add"), ("off", "add", "add")],
)
def test_of_two_ways_to_ask_the_transformer_the_stricter_counts(
    left: TransformerMode, right: TransformerMode, both: str
) -> None:
    one, other = GatePolicy(transformer=left), GatePolicy(transformer=right)
    assert one.stricter(other).transformer == other.stricter(one).transformer == both


def test_a_spec_cannot_have_the_transformer_clear_texts() -> None:
    assert for_spec({"input": {"transformer": "add"}}, ()).transformer == "add"
    with pytest.raises(InputError, match="a spec may say add, and the operator weigh"):
        for_spec({"input": {"transformer": "weigh"}}, ())


def test_off_is_only_what_says_so() -> None:
    assert not GatePolicy.from_json({}).is_off
    assert GatePolicy.from_json({"base": "off"}) == off()
