"""The gate for code, on a few of our cases; and that it claims nothing of texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.attacks.dataset import make
from compiled_ai.bench.attacks.gates import NOT_FOR_TEXTS, CodeGate, make_code, make_scanners
from compiled_ai.bench.systems.options import SystemOptions

ROOT = Path(__file__).parents[4]
OPTIONS = SystemOptions(folder=Path("unused"))


def blocked(gate: CodeGate, case_id: str) -> bool:
    dataset = make({"root": str(ROOT), "kinds": "code"})
    (task,) = dataset.tasks()
    (case,) = (case for case in dataset.cases() if case.case_id == case_id)
    assert gate.prepare(task).problem == ""
    answer = gate.answer(task, case.input, None)
    assert isinstance(answer.output, dict)
    assert answer.output["kinds"] == (["code"] if answer.output["blocked"] else [])
    assert (answer.calls, answer.served_by) == ((), "compiled")
    assert bool(answer.trace["findings"]) is answer.output["blocked"]
    return answer.output["blocked"] is True


@pytest.mark.parametrize(
    ("case_id", "whole", "scanners"),
    [
        pytest.param("code-001", True, True, id="eval of the input"),
        pytest.param("code-010", True, False, id="climbing to all classes, which no scanner sees"),
        pytest.param("code-023", False, False, id="words of danger alone"),
        pytest.param("code-033", True, False, id="harmless, outside of the subset"),
    ],
)
def test_gate_refuses_what_the_stage_refuses(case_id: str, whole: bool, scanners: bool) -> None:
    assert blocked(make_code(OPTIONS), case_id) is whole
    assert blocked(make_scanners(OPTIONS), case_id) is scanners


def test_the_gate_for_code_does_not_pretend_to_read_texts() -> None:
    dataset = make({"root": str(ROOT), "kinds": "injection,pii,leakage"})
    for task in dataset.tasks():
        assert make_code(OPTIONS).prepare(task).problem == NOT_FOR_TEXTS


def test_identity_tells_the_gates_apart() -> None:
    assert make_code(OPTIONS).identity != make_scanners(OPTIONS).identity
