"""Histories of earlier runs against the workflow of today."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from compiled_ai.durable import workflow as today
from compiled_ai.durable.history import replay
from compiled_ai.durable.payloads import StepCall

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))
Change = Callable[[pytest.MonkeyPatch], None]


def differences(path: Path) -> tuple[str, ...]:
    return asyncio.run(replay(WorkflowHistory.from_json(path.stem, path.read_text())))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_recorded_run_would_go_the_same_way_today(path: Path) -> None:
    assert differences(path) == ()


def test_every_end_is_among_the_recorded_ones() -> None:
    ends = {json.loads(path.read_text())["events"][-1]["eventType"] for path in HISTORIES}
    assert ends == {"EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED", "EVENT_TYPE_WORKFLOW_EXECUTION_FAILED"}


def test_no_history_tells_of_a_machine() -> None:
    assert [
        path.name for path in HISTORIES if '"stackTrace"' in path.read_text() or "/src/" in path.read_text()
    ] == []


def _other_argument(patch: pytest.MonkeyPatch) -> None:
    def call(**fields: object) -> StepCall:
        return StepCall.model_validate({**fields, "timeout_seconds": 31.0})

    patch.setattr(today, "StepCall", call)


def _other_order(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(today, "AT_ONCE", 1)


def _other_activity(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(today, "STEP", "compiled_ai.other")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_other_argument, "activity 2: recorded compiled_ai.step("),
        (_other_order, "other commands: "),
        (_other_activity, "other commands: "),
    ],
    ids=["argument", "order", "activity"],
)
def test_a_changed_workflow_is_told(change: Change, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    change(monkeypatch)
    found = differences(next(path for path in HISTORIES if path.stem == "order-4"))
    assert any(text.startswith(told) for text in found), found


def test_a_result_that_was_recorded_otherwise_is_told(tmp_path: Path) -> None:
    history = json.loads((Path(__file__).parent / "histories" / "chain-0.json").read_text())
    event = history["events"][-1]["workflowExecutionCompletedEventAttributes"]
    event["result"]["payloads"][0]["data"] = "eyJhIjogMX0="  # {"a": 1}
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(history))
    assert [text.partition(":")[0] for text in differences(path)] == ["end"]
