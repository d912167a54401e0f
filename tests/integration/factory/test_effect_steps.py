"""Specs with effect steps through the compiler: no model, no generated code for the effect, and nothing goes out."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.factory.conftest import Bench

from compiled_ai.artifact import load_artifact
from compiled_ai.errors import StoreError
from compiled_ai.spec.effects import parse_call
from compiled_ai.templates.reuse import register_artifact

LOOK_UP: dict[str, Any] = {
    "id": "look_up",
    "kind": "effect",
    "effect": "http_request",
    "capabilities": {"hosts": ["127.0.0.1:9"], "plain_http": True, "private_addresses": True},
    "parameters": {"method": "GET", "url": "http://127.0.0.1:9/{sku}"},
    "output": {"stock": "integer"},
    "from": {"stock": "json.stock"},
}
DECIDE: dict[str, Any] = {
    "id": "decide",
    "kind": "rule",
    "rules": [
        {"when": "stock < least", "then": {"decision": "order"}},
        {"otherwise": {"decision": "enough"}},
    ],
}


def case(stock: int, least: int, decision: str) -> dict[str, Any]:
    return {
        "input": {"sku": f"a{stock}-{least}", "least": least},
        "given": {"look_up": {"stock": stock}},
        "output": {"decision": decision},
    }


REORDER: dict[str, Any] = {
    "name": "reorder",
    "description": "Decide whether an article is ordered anew.",
    "instructions": "Below the least stock it is.",
    "input": {"sku": "string", "least": "integer"},
    "output": {"decision": ["order", "enough"]},
    "steps": [LOOK_UP, DECIDE],
    "examples": [case(1, 3, "order"), case(3, 3, "enough")],
    "tests": [case(2, 3, "order"), case(9, 3, "enough")],
}


def test_it_compiles_without_a_model_and_nothing_goes_out(bench: Bench) -> None:
    """Sockets are blocked here: a call would end the test."""
    result = bench.compile(bench.spec(**{**REORDER, "compliance": {"retention_days": 400}}))
    artifact = load_artifact(result.artifact.path)
    assert (result.rung, result.ledger.totals().tokens, bench.requests) == ("rules", 0, [])
    assert "look_up" not in artifact.source
    assert artifact.manifest.retention_days == 400
    step, _ = artifact.workflow.steps
    assert (step.kind, step.takes) == ("effect", ("sku",))
    assert parse_call(step.effect or {}).effect == "http_request"
    with pytest.raises(StoreError, match="only compiled code can be reused"):
        register_artifact(bench.folder / "templates", artifact)


def test_code_may_stand_behind_an_effect(bench: Bench) -> None:
    code = {
        "id": "decide",
        "kind": "code",
        "instructions": "Order below the least stock.",
        "takes": ["stock", "least"],
    }
    reply = {
        "code": 'def decide(data: DecideInput) -> DecideOutput:\n    """Order below the least stock."""\n'
        '    if data["stock"] < data["least"]:\n        return {"decision": "order"}\n    return {"decision": "enough"}\n'
    }
    result = bench.compile(bench.spec(**{**REORDER, "steps": [LOOK_UP, code]}), str(reply["code"]))
    assert result.rung == "model"
    assert "stock: int" in result.artifact.source


def test_a_case_without_what_the_effect_would_give_is_told_before_anything_is_spent(bench: Bench) -> None:
    bare = {key: value for key, value in REORDER["examples"][0].items() if key != "given"}
    error = bench.fail(bench.spec(**{**REORDER, "examples": [bare]}))
    assert (
        "give none for the effect step 'look_up', which is never carried out while cases are scored"
        in str(error)
    )


def test_a_period_that_the_spec_does_not_set_leaves_no_trace(bench: Bench) -> None:
    manifest = bench.compile(bench.spec(**REORDER)).artifact.path / "manifest.json"
    assert "retention" not in manifest.read_text()


def test_a_condition_is_compiled_and_validated_with_the_rest(bench: Bench) -> None:
    tell = {
        "id": "tell",
        "kind": "effect",
        "effect": "notification",
        "when": "decision == 'order'",
        "capabilities": {"webhooks": ["ops"]},
        "parameters": {"channel": "webhook", "to": "ops", "subject": "Order", "text": "Order {sku}"},
        "output": {"delivered": "string"},
    }
    order, enough = REORDER["examples"]
    told = {**order, "given": {**order["given"], "tell": {"delivered": "webhook"}}}
    spec = bench.spec(
        **{**REORDER, "steps": [LOOK_UP, DECIDE, tell], "examples": [told, enough], "tests": None}
    )
    artifact = bench.compile(spec).artifact
    assert [step.id for step in artifact.workflow.steps] == ["look_up", "decide", "tell_due", "tell"]
    assert artifact.workflow.steps[-1].when == "tell_due"
    assert "def tell_due(" in artifact.source
