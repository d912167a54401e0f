"""Fallbacks in specs: ladders, bounds, those of steps; and what the manifest holds of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.errors import SpecError
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.fallback import (
    BreakerLimits,
    DayLimits,
    Fallback,
    fallback_data,
    parse_fallback,
    rungs_problem,
)

BASE = """
name: demo
description: d
instructions: i
input: {a: string}
output: {b: string, c: string}
examples: [{input: {a: x}, output: {b: x, c: x}}]
"""
STEPS = """
steps:
  - {id: first, kind: code, instructions: do, takes: [a], output: {b: string}, fallback: {policy: human}}
  - id: second
    kind: rule
    fallback: {policy: [model, human, error], max_tokens: 500, max_usd: 0.05, per_day: {calls: 9, tokens: 5000, usd: 2}, breaker: {failures: 3}}
    rules:
      - {when: b == "x", then: {c: x}}
      - {otherwise: {c: y}}
"""
FULL = Fallback(
    policy=("model", "human", "error"),
    max_tokens=500,
    max_usd=Decimal("0.05"),
    per_day=DayLimits(calls=9, tokens=5000, usd=Decimal("2.0")),
    breaker=BreakerLimits(failures=3),
)


def spec(more: str = "") -> Spec:
    return parse_spec(BASE + more, path=Path("demo.yaml"))


def problems(more: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        spec(more)
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("policy", "rungs"),
    [
        ("abstain", ()),
        ("model", ("model",)),
        ("human", ("human",)),
        ("error", ("error",)),
        (["human", "error"], ("human", "error")),
        (["model", "human", "error"], ("model", "human", "error")),
    ],
)
def test_a_ladder_is_one_rung_or_a_list(policy: Any, rungs: tuple[str, ...]) -> None:
    assert spec(yaml.safe_dump({"fallback": {"policy": policy}})).fallback.rungs == rungs


def test_steps_have_ladders_of_their_own() -> None:
    read = spec(STEPS)
    assert read.fallback == Fallback()
    assert read.step_fallbacks == {"first": Fallback(policy="human"), "second": FULL}


BLOCK = """
steps:
  - parallel:
      - - {id: first, kind: code, instructions: do, takes: [a], output: {b: string}, fallback: {policy: human}}
      - - {id: second, kind: code, instructions: do, takes: [a], output: {c: string}, fallback: {policy: [model]}}
"""


def test_steps_inside_of_blocks_have_them_too() -> None:
    assert set(spec(BLOCK).step_fallbacks) == {"first", "second"}


def test_a_problem_inside_of_a_block_is_told_at_its_line() -> None:
    with pytest.raises(SpecError) as caught:
        spec(BLOCK.replace("[model]", "[model, moon]"))
    (problem,) = caught.value.problems
    assert problem.line == 12
    assert "fallback.policy[1] is 'moon'; allowed is model, human, error" in problem.message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("fallback: {policy: moon}", "fallback.policy is 'moon'; allowed is abstain, model, human, error"),
        ("fallback: {policy: [moon]}", "fallback.policy[0] is 'moon'; allowed is model, human, error"),
        ("fallback: {policy: [abstain]}", "fallback.policy[0] is 'abstain'"),
        ("fallback: {policy: []}", "it needs at least one entry"),
        ("fallback: {policy: [human, model]}", "write [model, human]"),
        ("fallback: {policy: [error, human]}", "'error' ends the ladder"),
        ("fallback: {policy: [model, model]}", "'model' stands there twice"),
        ("fallback: {policy: human, max_usd: 1}", "'max_usd' bounds a model, and no 'model' is on the ladder"),
        ("fallback: {policy: model, max_usd: 0}", "it must be more than 0"),
        ("fallback: {policy: model, max_usd: .inf}", "fallback.max_usd"),
        ("fallback: {policy: model, per_day: {calls: 0}}", "it must be at least 1"),
        ("fallback: {policy: model, per_day: {cals: 1}}", "known keys here are calls, tokens, usd"),
        ("fallback: {policy: model, breaker: {failures: 0}}", "it must be at least 1"),
        ("fallback: {policy: model}\ncompliance: [no_model_at_run_time]", "forbidden by the compliance block"),
        ("fallback: {policy: [model, human]}\ncompliance: [no_model_at_run_time]", "forbidden by the compliance block"),
        (STEPS + "compliance: [no_model_at_run_time]", "forbidden by the compliance block"),
        (STEPS.replace("fallback: {policy: human}", "fallback: {policy: [error, human]}"), "'error' ends the ladder"),
    ],
)  # fmt: skip
def test_what_is_no_ladder_is_refused(more: str, message: str) -> None:
    assert any(message in problem for problem in problems(more)), problems(more)


BOUNDED = """
steps:
  - {id: tone, kind: bounded, instructions: do, takes: [a], output: {b: string}}
  - {id: last, kind: code, instructions: do, takes: [b], output: {c: string}, fallback: {policy: human}}
"""
BOUNDS = "max_usd: 1, per_day: {calls: 9}, breaker: {failures: 2}"


@pytest.mark.parametrize(
    "policy", ["", "policy: human, ", "policy: [human, error], "], ids=["none", "human", "a list"]
)
def test_bounded_steps_may_be_bounded_without_a_model_on_the_ladder(policy: str) -> None:
    assert spec(BOUNDED + f"fallback: {{{policy}{BOUNDS}}}\n").fallback.bounds_model
    own = BOUNDED.replace(
        "instructions: do, takes: [a]", f"instructions: do, fallback: {{{policy}{BOUNDS}}}, takes: [a]"
    )
    assert spec(own).step_fallbacks["tone"].bounds_model


def test_a_step_of_code_without_a_model_on_its_ladder_has_nothing_to_bound() -> None:
    (problem,) = problems(BOUNDED.replace("policy: human", "policy: human, max_usd: 1"))
    assert "'max_usd' bounds a model, and no 'model' is on the ladder" in problem


@pytest.mark.parametrize(
    ("policy", "who"), [("model", "a model"), ("human", "a person"), ("[model, human]", "a model")]
)
def test_nobody_answers_the_whole_task_beside_effects(policy: str, who: str) -> None:
    effect = """
steps:
  - id: look
    kind: effect
    effect: http_request
    capabilities: {hosts: [stock.example.com]}
    parameters: {url: "https://stock.example.com/x"}
    output: {b: string}
    from: {b: body.b}
  - {id: last, kind: code, instructions: do, takes: [b], output: {c: string}}
"""
    found = problems(f"{effect}fallback: {{policy: {policy}}}\n")
    assert any(f"{who} would answer without what they find out" in problem for problem in found), found


@pytest.mark.parametrize(
    "fallback",
    [
        Fallback(),
        Fallback(policy="model"),
        FULL,
        Fallback(policy=("human",), per_day=DayLimits(), breaker=BreakerLimits(seconds=0.5)),
    ],
)
def test_a_fallback_comes_back_from_the_manifest_as_it_was(fallback: Fallback) -> None:
    assert parse_fallback(fallback_data(fallback)) == fallback


def test_the_manifest_of_old_specs_stays_as_it_was() -> None:
    assert fallback_data(Fallback(policy="model")) == {
        "policy": "model",
        "timeout_seconds": 30.0,
        "max_tokens": 2000,
    }


def test_the_digest_of_a_spec_without_the_new_keys_stays_as_it_was() -> None:
    digest = "s1:83d17c802497827fea725922d3505f73a12e79942c9fbd78ee69f5f55e3ed2b3"
    assert spec("fallback: {policy: model}").source.digest == digest


def test_every_order_of_rungs_is_decided() -> None:
    assert rungs_problem(("model", "human", "error")) is None
    assert rungs_problem(()) is None
