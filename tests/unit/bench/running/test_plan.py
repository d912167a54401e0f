from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from compiled_ai.bench.model import Case, Environment, Task, Verdict
from compiled_ai.bench.running.plan import Sample, choose, options_for
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue


class Grid:
    name = "grid"

    def __init__(self, cases: Sequence[tuple[str, str]]) -> None:
        self._cases = cases
        self.description: JsonObject = {}

    def tasks(self) -> Sequence[Task]:
        return [Task(task_id=f"t{number}", instructions="", output_schema={}) for number in range(10)]

    def cases(self) -> Sequence[Case]:
        return [Case(case_id=case, task_id=task, split="seen", input={}) for case, task in self._cases]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        raise NotImplementedError

    def open(self, case: Case) -> Environment:
        raise NotImplementedError

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        raise NotImplementedError


FULL = Grid([(f"c{number}", f"t{number % 10}") for number in range(100)])


def _chosen(**options: int) -> list[str]:
    sample = Sample(
        dataset="grid",
        systems=("a",),
        limit=options.get("limit"),
        tasks=options.get("tasks"),
        seed=options.get("seed", 0),
        repeat=options.get("repeat", 1),
    )
    return [unit.case.case_id for plan in choose(FULL, sample) for unit in plan.units]


def test_without_a_limit_all_cases_are_asked_task_by_task() -> None:
    assert sorted(_chosen()) == sorted(f"c{number}" for number in range(100))
    assert _chosen()[:10] == [f"c{number}0" if number else "c0" for number in range(10)]


def test_a_sample_is_the_same_each_time_and_another_with_another_seed() -> None:
    assert _chosen(limit=20) == _chosen(limit=20)
    assert set(_chosen(limit=20)) != set(_chosen(limit=20, seed=1))
    assert len(_chosen(limit=20, seed=1)) == 20


def test_a_larger_limit_keeps_the_cases_of_a_smaller_one() -> None:
    assert set(_chosen(limit=20)) < set(_chosen(limit=30))


def test_a_limit_of_tasks_keeps_all_their_cases() -> None:
    assert len(_chosen(tasks=3)) == 30


def test_each_case_is_asked_as_often_as_repeated() -> None:
    assert _chosen(limit=1, repeat=3) == _chosen(limit=1) * 3


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ([("c", "t0"), ("c", "t1")], "two cases of the id 'c'"),
        ([("c", "nowhere")], "names the task 'nowhere'"),
        ([], "has no cases"),
    ],
    ids=["twice", "no task", "none"],
)
def test_a_dataset_that_contradicts_itself_is_refused(cases: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(OperatorError, match=message):
        choose(Grid(cases), Sample(dataset="grid", systems=("a",)))


def test_each_system_has_folders_of_its_own(tmp_path: Path) -> None:
    options = SystemOptions(folder=Path("x"), record=tmp_path, replay=tmp_path)
    found = options_for(options, run=Path("run"), dataset="xy", system="pack.age:make")
    assert found.folder == Path("run/artifacts/pack.age.make")
    assert found.record == tmp_path / "xy" / "pack.age.make"
    assert found.replay == tmp_path


@pytest.mark.parametrize("place", ["xy/direct", "direct", "xy"])
def test_a_replay_looks_where_recordings_of_the_system_lie(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(parents=True)
    options = SystemOptions(folder=Path("x"), replay=tmp_path)
    assert options_for(options, run=Path("run"), dataset="xy", system="direct").replay == tmp_path / place
