"""Workflows made by hand, and monitors of them in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from compiled_ai.artifact import Artifact, PlannedStep, Workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

CODE = """
from compiled_ai.modules import abstain

def run(data):
    if data["text"] == "shy":
        abstain("too shy")
    if data["text"] == "bug":
        return 1 / 0
    if data["text"] == "odd":
        return {"kind": 7}
    return {"kind": "short" if len(data["text"]) < 10 else "long"}
"""
MakeArtifact = Callable[..., Artifact]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 6, 12, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **how: float) -> None:
        self.time += timedelta(**how)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def artifact_of() -> MakeArtifact:
    """Builds an artifact that sorts texts into short and long ones."""

    def make(
        code: str = CODE,
        *,
        policy: str | list[str] = "abstain",
        gives: JsonObject | None = None,
        **fields: object,
    ) -> Artifact:
        output = expand_object(gives or {"kind": ["short", "long"]})
        step = PlannedStep(id="run", kind="code", takes=("text",), output_schema=output)
        properties = output["properties"]
        assert isinstance(properties, dict)
        workflow = Workflow(
            name="probe",
            version="1.0.0",
            input_schema=expand_object({"text": "string"}),
            output_schema=output,
            steps=(step,),
            returns=tuple(properties),
        )
        whole: JsonObject = {
            "name": "probe",
            "version": "1.0.0",
            "spec": "s1:0",
            "compliance": [],
            "fallback": {"policy": policy, "timeout_seconds": 1.0, "max_tokens": 2000},  # type: ignore[dict-item]  # texts
            "instructions": "Do the whole task.",
            "compilation": {},
            "evidence": {},
            **fields,  # type: ignore[dict-item]  # what tests hand in is JSON
        }
        return Artifact(
            path=Path("folder"),
            manifest=seal(whole, dict.fromkeys(GUARDED_FILES, "")),
            workflow=workflow,
            source=dedent(code),
        )

    return make
