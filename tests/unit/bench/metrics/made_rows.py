"""Rows with what a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.rows import CallRow, CaseRow, Outcome, PreparationRow, Run, RunInfo
from compiled_ai.spec.canonical import JsonObject, JsonValue


def call(
    tokens: int = 100, *, usd: float | None = 0.01, seconds: float = 1.0, by_hand: bool = False
) -> CallRow:
    """A call with nine tenths of its tokens in the prompt, rounded down."""
    prompt = tokens * 9 // 10
    return CallRow(
        input_tokens=prompt,
        output_tokens=tokens - prompt,
        seconds=seconds,
        cost_usd=usd,
        by_hand=by_hand,
    )


def case_row(case: str = "c1", outcome: Outcome = "right", /, **given: object) -> CaseRow:
    """One answer; `given` are fields of `CaseRow`. The task is the part of the case's id before a dot."""
    fields: dict[str, object] = {
        "dataset": "made",
        "system": "compiled",
        "task_id": case.partition(".")[0],
        "case_id": case,
        "case_digest": f"digest {case}",
        "split": "held_out",
        "identity": "artifact",
        "outcome": outcome,
        "score": 1.0 if outcome in {"right", "rightly_declined"} else 0.0,
        "output": {"x": 1} if outcome == "right" else None,
    }
    return CaseRow.model_validate(fields | given)


def preparation_row(task: str = "t1", /, **given: object) -> PreparationRow:
    """One preparation; `given` are fields of `PreparationRow`."""
    fields: dict[str, object] = {
        "dataset": "made",
        "system": "compiled",
        "task_id": task,
        "task_digest": f"digest {task}",
        "system_identity": "system",
        "identity": "artifact",
    }
    return PreparationRow.model_validate(fields | given)


def attempt(*passed: bool, by: str = "coder") -> JsonObject:
    """An attempt that ran as many stages as there are verdicts."""
    names = ("security", "syntax", "execution", "accuracy")
    stages: list[JsonValue] = [
        {"stage": name, "passed": verdict} for name, verdict in zip(names, passed, strict=False)
    ]
    return {"by": by, "stages": stages}


def compiled_details(*attempts: JsonObject, code: str = "", rung: str = "coder") -> JsonObject:
    """Details of a preparation."""
    return {"rung": rung, "attempts": list(attempts), "code": code}


def run_of(cases: Sequence[CaseRow], preparations: Sequence[PreparationRow] = (), **given: object) -> Run:
    """A run; `given` are fields of `RunInfo`."""
    fields: dict[str, object] = {
        "run_id": "r1",
        "started_at": "2026-11-22T03:00:00+00:00",
        "dataset": "made",
        "dataset_description": {"protocol": "held-out"},
        "systems": {name: {"name": name} for name in {row.system for row in cases}},
        "model": "anthropic:claude-opus-4-5",
        "source": "live",
        "settings": {},
        "machine": {},
        "version": "0",
    }
    return Run(
        info=RunInfo.model_validate(fields | given), preparations=tuple(preparations), cases=tuple(cases)
    )
