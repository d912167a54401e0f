"""Our systems on the XY tasks, replayed from the recordings of the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.model import Case, Dataset, System, Task
from compiled_ai.bench.systems import compiled, human, synthesis
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.bench.xy.dataset import make

ROOT = Path(__file__).parents[4]


def chosen(task_id: str, group: str) -> tuple[Dataset, Task, list[Case]]:
    dataset = make({"root": str(ROOT), "set": "all"})
    (task,) = (item for item in dataset.tasks() if item.task_id == task_id)
    return (
        dataset,
        task,
        [case for case in dataset.cases() if case.task_id == task_id and case.group == group],
    )


def count_right(system: System, task: Task, dataset: Dataset, cases: list[Case]) -> int:
    right = 0
    for case in cases:
        answer = system.answer(task, case.input, None)
        assert answer.error is None
        right += case.must_decline if answer.declined else dataset.judge(case, answer.output).right
    return right


def test_compiled_replays_the_recordings_of_the_demo(tmp_path: Path) -> None:
    dataset, task, cases = chosen("classification", "visible")
    system = compiled.make(SystemOptions(folder=tmp_path, replay=ROOT / "recordings"))
    prepared = system.prepare(task)
    assert (prepared.problem, prepared.details["rung"]) == ("", "model")
    (call,) = prepared.calls
    assert (call.replayed, call.by_hand, call.input_tokens) == (True, True, 1504)
    assert prepared.seconds < 120, "what a person took to answer is no time of a compilation"
    assert count_right(system, task, dataset, cases) == len(cases)


def test_synthesis_asks_no_model_and_keeps_to_its_own_folder(tmp_path: Path) -> None:
    dataset, task, cases = chosen("transformation", "visible")
    system = synthesis.make(SystemOptions(folder=tmp_path, replay=tmp_path / "nothing"))
    prepared = system.prepare(task)
    assert (prepared.problem, prepared.calls, prepared.details["rung"]) == ("", (), "synthesis")
    assert str(prepared.details["artifact"]).startswith("synthesis-")
    assert count_right(system, task, dataset, cases) == len(cases)


@pytest.mark.parametrize(
    "task_id",
    [
        "classification",
        "normalization",
        "extraction",
        "transformation",
        "function_calling",
        "ticket_routing",
        "invoice_normalization",
    ],
)
def test_code_written_by_hand_passes_the_visible_cases(tmp_path: Path, task_id: str) -> None:
    dataset, task, cases = chosen(task_id, "visible")
    system = human.make(SystemOptions(folder=tmp_path))
    assert system.prepare(task).problem == ""
    assert count_right(system, task, dataset, cases) == len(cases)
