"""Corpora written without sight of the gate: nothing correct is rejected, every planted defect is stopped at a stage that claims it.

`benchmarks/run_gate.py` prints what the tools find in them one by one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.factory.validate import ValidateOptions, validate_activities
from compiled_ai.spec import Spec, load_spec
from compiled_ai.validation.security import check_security

CORPUS = Path(__file__).parents[2] / "corpus"
CORRECT = sorted(path.parent for path in CORPUS.glob("correct/*/spec.yaml"))
DEFECTS: list[dict[str, Any]] = yaml.safe_load((CORPUS / "defects" / "index.yaml").read_text())
FUNCTIONS: list[dict[str, Any]] = yaml.safe_load((CORPUS / "functions" / "index.yaml").read_text())
JUDGED: dict[str, Any] = yaml.safe_load((CORPUS / "defects" / "judged.yaml").read_text())
OPTIONS = ValidateOptions()


@cache
def spec(path: Path) -> Spec:
    return load_spec(path)


def hasty(path: Path) -> Spec:
    """The spec with a shorter time for each case, so that what hangs is given up sooner."""
    whole = spec(path)
    return replace(whole, limits=replace(whole.limits, case_seconds=0.5))


def stages_of(entry: dict[str, Any]) -> list[str]:
    stage = entry["stage"]
    earlier = [name for name, ids in JUDGED["earlier"].items() if entry["id"] in ids]
    return [*([stage] if isinstance(stage, str) else stage), *earlier]


def planted() -> list[Any]:
    """The defects; those that we know we miss are expected to be missed, so that one that is caught some day is noticed."""
    return [
        pytest.param(
            entry,
            id=str(entry["id"]),
            marks=[pytest.mark.xfail(reason=JUDGED["gaps"][entry["id"]])]
            if entry["id"] in JUDGED["gaps"]
            else [],
        )
        for entry in DEFECTS
        if entry["id"] not in JUDGED["harmless"]
    ]


def test_the_corpora_are_as_large_as_they_say() -> None:
    assert len(CORRECT) >= 40
    assert len(DEFECTS) >= 80
    assert sum(entry["vulnerable"] for entry in FUNCTIONS) >= 60
    assert sum(not entry["vulnerable"] for entry in FUNCTIONS) >= 60
    assert len({entry["cwe"] for entry in FUNCTIONS}) >= 20


@pytest.mark.parametrize("folder", CORRECT, ids=lambda path: path.name)
def test_correct_activities_pass(folder: Path) -> None:
    validation = validate_activities(
        (folder / "activities.py").read_text(), spec(folder / "spec.yaml"), OPTIONS
    )
    failed = validation.verification.failed_stage
    assert failed is None, [(finding.tool, finding.rule, finding.message) for finding in failed.errors]
    assert validation.passed


@pytest.mark.parametrize("entry", planted())
def test_a_planted_defect_is_stopped_at_its_stage(entry: dict[str, Any]) -> None:
    folder = CORPUS / "defects"
    source = (folder / entry["file"]).read_bytes().decode("utf-8", "surrogateescape")
    validation = validate_activities(
        source, hasty(folder / "specs" / f"{Path(entry['spec']).stem}.yaml"), OPTIONS
    )
    failed = validation.verification.failed_stage
    assert failed is not None, entry["what"]
    assert failed.stage in stages_of(entry), [
        (finding.tool, finding.rule, finding.message) for finding in failed.errors
    ]


def test_no_defect_of_a_stage_slips_through_the_scanners_alone() -> None:
    """Detections apart from the subset: a floor well below what was measured, so that a scanner that goes blind is noticed."""
    found = {True: 0, False: 0}
    for entry in FUNCTIONS:
        report = check_security((CORPUS / "functions" / entry["file"]).read_text())
        found[entry["vulnerable"]] += any(finding.tool != "subset" for finding in report.errors)
    vulnerable = sum(entry["vulnerable"] for entry in FUNCTIONS)
    assert found[True] >= 0.6 * vulnerable
    assert found[False] <= 0.3 * (len(FUNCTIONS) - vulnerable)
