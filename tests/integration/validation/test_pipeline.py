"""The four stages together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.findings import StageReport
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy, Limits
from compiled_ai.validation.pipeline import STAGES, Criteria, Verification, reports_to_json, verify

SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["n"],
    "properties": {"n": {"type": "integer"}},
}
WORKFLOW = Workflow(
    name="next",
    version="1",
    input_schema=SCHEMA,
    output_schema=SCHEMA,
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema=SCHEMA),),
    returns=("n",),
)
GOOD = '''"""Add one."""

from typing import TypedDict

from compiled_ai.modules import abstain


class Number(TypedDict):
    n: int


def run(data: Number) -> Number:
    """Add one."""
    if data["n"] < 0:
        abstain("negative")
    return {"n": data["n"] + 1}
'''
BAD = {
    "security": GOOD.replace("from typing import TypedDict", "import os\nfrom typing import TypedDict"),
    "syntax": GOOD.replace("+ 1}", '+ "1"}'),
    "execution": GOOD.replace("+ 1}", "// 0}"),
    "accuracy": GOOD.replace("+ 1}", "+ 2}"),
}


@pytest.fixture(scope="module")
def criteria(tmp_path_factory: pytest.TempPathFactory) -> Criteria:
    return Criteria(
        cases=(
            VisibleCase(case_id="v", input={"n": 1}, output={"n": 2}),
            HiddenCase(case_id="h", input={"n": -1}, output=None),
        ),
        accuracy=Accuracy(),
        limits=Limits(),
        cache_dir=tmp_path_factory.mktemp("mypy"),
    )


def stages(verification: Verification) -> list[str]:
    return [report.stage for report in verification.reports]


def test_good_code_passes_all_four(criteria: Criteria) -> None:
    verification = verify(GOOD, WORKFLOW, criteria)
    assert (verification.passed, verification.failed_stage, stages(verification)) == (
        True,
        None,
        list(STAGES),
    )


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_fails_ends_the_run(stage: str, criteria: Criteria) -> None:
    verification = verify(BAD[stage], WORKFLOW, criteria)
    assert verification.failed_stage is not None
    assert (verification.passed, verification.failed_stage.stage) == (False, stage)
    assert stages(verification) == list(STAGES[: STAGES.index(verification.failed_stage.stage) + 1])


def test_each_report_is_told_as_its_stage_ends(criteria: Criteria) -> None:
    told: list[StageReport] = []
    verification = verify(GOOD, WORKFLOW, criteria, on_report=told.append)
    assert tuple(told) == verification.reports


def test_a_compliance_block_is_part_of_the_first_stage(criteria: Criteria) -> None:
    source = GOOD.replace('abstain("negative")', 'abstain(str(data["n"]))')
    assert verify(source, WORKFLOW, criteria).passed
    verification = verify(source, WORKFLOW, replace(criteria, compliance=("hipaa",)))
    assert [finding.rule for finding in verification.reports[0].errors] == ["hipaa-reason"]


def test_facts_of_a_stage_that_did_not_run_are_empty(criteria: Criteria) -> None:
    verification = verify(BAD["security"], WORKFLOW, criteria)
    assert verification.facts("accuracy") == {}


def test_reports_that_lack_a_stage_have_not_passed() -> None:
    report = StageReport(stage="security", findings=(), tools={}, seconds=0.0)
    assert not Verification(reports=(report,)).passed
    assert not Verification(reports=()).passed


def test_equal_runs_give_equal_json_without_times(criteria: Criteria) -> None:
    first, second = (
        canonical_json(reports_to_json(verify(GOOD, WORKFLOW, criteria).reports)) for _ in range(2)
    )
    assert first == second
    assert "seconds" not in first


def test_no_cache_folder_means_the_users(
    criteria: Criteria, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert verify(BAD["syntax"], WORKFLOW, replace(criteria, cache_dir=None)).failed_stage is not None
    assert list(tmp_path.rglob("mypy"))
