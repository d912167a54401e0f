"""Artifacts made by hand, without a compilation and without a disk, so that their code may do what validation would refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from compiled_ai.artifact import Artifact, PlannedStep, Workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.cases import CaseLog
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.llm import LlmClient
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]


@pytest.fixture
def build() -> Build:
    """Builds a loaded workflow out of code and of schemas in shorthand."""

    def build_it(  # noqa: PLR0913 - each test names the few it needs
        code: str,
        *,
        takes: JsonObject | None = None,
        gives: JsonObject | None = None,
        steps: Sequence[PlannedStep] = (),
        compliance: Sequence[str] = (),
        policy: str = "abstain",
        client: LlmClient | None = None,
        fallback: JsonObject | None = None,
        cases: CaseLog | None = None,
        retention_days: int | None = None,
        gates: JsonValue = None,
    ) -> LoadedWorkflow:
        output = expand_object(gives or {"value": "any"})
        given = expand_object(takes or {"value": "any"})
        names = given.get("properties")
        single = PlannedStep(
            id="run",
            kind="code",
            takes=tuple(names) if isinstance(names, dict) else (),
            output_schema=output,
        )
        properties = output.get("properties")
        assert isinstance(properties, dict)
        workflow = Workflow(
            name="probe",
            version="1.0.0",
            input_schema=given,
            output_schema=output,
            steps=tuple(steps) or (single,),
            returns=tuple(properties),
        )
        fields: JsonObject = {
            "name": "probe",
            "version": "1.0.0",
            "spec": "s1:0",
            "compliance": list(compliance),
            **({} if retention_days is None else {"retention_days": retention_days}),
            **({} if gates is None else {"gates": gates}),
            "fallback": {"policy": policy, "timeout_seconds": 5.0, "max_tokens": 2000, **(fallback or {})},
            "instructions": "Do the whole task.",
            "compilation": {},
            "evidence": {},
        }
        artifact = Artifact(
            path=Path("folder"),
            manifest=seal(fields, dict.fromkeys(GUARDED_FILES, "")),
            workflow=workflow,
            source=dedent(code),
        )
        return LoadedWorkflow(artifact, client=client, cases=cases)

    return build_it
