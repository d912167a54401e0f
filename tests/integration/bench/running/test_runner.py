from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compiled_ai.bench.rows import CaseRow, PreparationRow
from compiled_ai.bench.running.plan import Bounds, Sample
from compiled_ai.bench.running.progress import Progress
from compiled_ai.bench.running.reading import load_run
from compiled_ai.bench.running.runner import RunEnd, resume_run, start_run
from compiled_ai.bench.running.store import RunFolder
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import MissingKeyError, OperatorError, StoreError

ADDER, KEEPER = "bench_fakes:make", "bench_fakes:make_keeper"
PATIENT = Bounds(workers=1, case_seconds=60.0)


def _now() -> datetime:
    return datetime(2026, 1, 2, tzinfo=UTC)


def _begin(
    folder: Path,
    *,
    systems: tuple[str, ...] = (KEEPER,),
    bounds: Bounds = PATIENT,
    limit: int | None = None,
    repeat: int = 1,
    price_as: str | None = None,
    **options: str,
) -> RunEnd:
    sample = Sample(
        dataset="bench_fakes:make_sums", systems=systems, dataset_options=options, limit=limit, repeat=repeat
    )
    setup = SystemOptions(folder=folder, price_as=price_as)
    return start_run(folder, sample, setup, bounds, watcher=_ignore, now=_now)


def _again(folder: Path, change: Callable[[Bounds], Bounds] = lambda bounds: bounds) -> RunEnd:
    return resume_run(folder, change, watcher=_ignore, now=_now)


def _ignore(progress: Progress) -> None:
    pass


def _cases(folder: Path) -> dict[str, CaseRow]:
    """By id; each has one row."""
    rows = load_run(folder).cases
    assert len({row.key for row in rows}) == len(rows)
    return {row.case_id: row for row in rows}


def _noted(tmp_path: Path, what: str) -> Counter[str]:
    path = tmp_path / f"{what}.txt"
    return Counter(path.read_text(encoding="utf-8").split()) if path.exists() else Counter()


def _order(monkeypatch: pytest.MonkeyPatch, **orders: str) -> None:
    monkeypatch.setenv("ADDER", json.dumps(orders))


ENDS = {
    "t0c0": ("", "right", None),
    "t0c1": ("die", "failed", "WorkerDied"),
    "t0c2": ("exit", "failed", "WorkerDied"),
    "t0c3": ("raise", "failed", "ValueError"),
    "t0c4": ("wrong", "wrong", None),
    "t0c5": ("decline", "declined", None),
    "t0c6": ("nan", "failed", "OutputError"),
    "t0c7": ("judge", "failed", "JudgeError"),
    "t0c8": ("talk", "right", None),
    "t0c9": ("", "rightly_declined", None),
    "t0c10": ("surrogate", "wrong", None),
    "t0c11": ("", "right", None),
}


def test_each_case_gets_the_row_of_what_came_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _order(monkeypatch, **{name: order for name, (order, _, _) in ENDS.items()})
    _begin(tmp_path / "run", tasks="1", cases="12")
    found = {name: (row.outcome, row.error) for name, row in _cases(tmp_path / "run").items()}
    assert found == {name: (outcome, error) for name, (_, outcome, error) in ENDS.items()}
    rows = _cases(tmp_path / "run")
    assert all(row.score == float(row.outcome in {"right", "rightly_declined"}) for row in rows.values())
    assert "the adder gives up" in rows["t0c1"].reason
    assert rows["t0c0"].cold
    assert not rows["t0c11"].cold
    assert rows["t0c0"].conforms
    assert rows["t0c7"].conforms is False
    assert rows["t0c5"].conforms is None


def test_a_worker_over_its_time_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order(monkeypatch, t0c1="hang")
    _begin(tmp_path / "run", bounds=Bounds(workers=1, case_seconds=3.0), tasks="1", cases="3")
    outcomes = {name: row.outcome for name, row in _cases(tmp_path / "run").items()}
    assert outcomes == {"t0c0": "right", "t0c1": "timed_out", "t0c2": "right"}
    (child,) = _noted(tmp_path, "children")
    assert _ends(int(child))


def _ends(process: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_task_is_prepared_once_for_several_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _order(monkeypatch, t0c0="wait")
    _begin(tmp_path / "run", bounds=replace(PATIENT, workers=2), tasks="1", cases="5")
    assert _noted(tmp_path, "preparations") == {"t0": 1}
    assert _noted(tmp_path, "executions") == {f"t0c{number}": 1 for number in range(5)}
    assert len(load_run(tmp_path / "run").preparations) == 1
    assert sum(row.cold for row in _cases(tmp_path / "run").values()) == 2


def test_all_tasks_are_prepared_before_the_first_case(tmp_path: Path) -> None:
    _begin(tmp_path / "run", bounds=replace(PATIENT, workers=2), tasks="4", cases="2")
    lines = (tmp_path / "run" / "rows.jsonl").read_text(encoding="ascii").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["preparation"] * 4 + ["case"] * 8


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ("problem", "it does not compile"),
        ("raise", "ValueError: no such task"),
        ("die", "signal 9"),
        ("hang", "longer than 3 seconds"),
    ],
    ids=["a problem", "an exception", "a dead worker", "too long"],
)
def test_cases_of_a_task_that_cannot_be_prepared_count_as_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str, problem: str
) -> None:
    _order(monkeypatch, t0=order)
    _begin(tmp_path / "run", bounds=replace(PATIENT, prepare_seconds=3.0), tasks="2", cases="2")
    rows = _cases(tmp_path / "run")
    assert {name: row.outcome for name, row in rows.items()} == {
        "t0c0": "not_prepared",
        "t0c1": "not_prepared",
        "t1c0": "right",
        "t1c1": "right",
    }
    assert problem in rows["t0c0"].reason
    _again(tmp_path / "run")
    assert _cases(tmp_path / "run") == rows


def test_a_dialogue_is_judged_by_what_its_environment_was_left_as(tmp_path: Path) -> None:
    _begin(tmp_path / "run", form="dialogue", tasks="1", cases="2")
    assert {row.outcome for row in _cases(tmp_path / "run").values()} == {"right"}


def test_all_systems_get_the_same_sample_and_all_repeats(tmp_path: Path) -> None:
    _begin(tmp_path / "run", systems=(ADDER, KEEPER), limit=3, repeat=2, tasks="2", cases="5")
    asked: dict[str, set[tuple[str, int]]] = {"adder": set(), "keeper": set()}
    for row in load_run(tmp_path / "run").cases:
        asked[row.system].add((row.case_id, row.repeat))
    assert asked["adder"] == asked["keeper"]
    assert len(asked["adder"]) == 6


def test_a_complete_run_that_is_resumed_asks_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _begin(folder, tasks="2", cases="3")
    before = (folder / "rows.jsonl").read_bytes()
    _again(folder)
    assert (folder / "rows.jsonl").read_bytes() == before
    assert set(_noted(tmp_path, "executions").values()) == {1}
    assert _noted(tmp_path, "preparations") == {"t0": 1, "t1": 1}


def test_a_torn_last_line_is_cut_and_its_case_asked_again(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _begin(folder, tasks="1", cases="3")
    lines = (folder / "rows.jsonl").read_bytes()
    (folder / "rows.jsonl").write_bytes(lines[:-10])
    _again(folder)
    assert set(_cases(folder)) == {"t0c0", "t0c1", "t0c2"}
    assert _noted(tmp_path, "executions") == {"t0c0": 1, "t0c1": 1, "t0c2": 2}


def test_another_version_of_a_system_is_not_served_old_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    _begin(folder, tasks="1", cases="3")
    before = _cases(folder)
    monkeypatch.setenv("ADDER_VERSION", "2")
    _again(folder)
    assert set(_noted(tmp_path, "executions").values()) == {2}
    assert all(row.identity != before[name].identity for name, row in _cases(folder).items())
    assert (folder / "superseded.jsonl").read_bytes().count(b"\n") == 4
    assert load_run(folder).info.systems["keeper"]["version"] == "2"


def test_a_changed_artifact_is_not_served_old_rows(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _begin(folder, tasks="2", cases="3")
    (artifact,) = (folder / "artifacts").glob("*/t0.txt")
    artifact.write_text("times", encoding="utf-8")
    _again(folder)
    asked = _noted(tmp_path, "executions")
    assert asked == {f"t{task}c{case}": 2 - task for task in range(2) for case in range(3)}
    run = load_run(folder)
    assert len(run.preparations) == 2
    assert len(_cases(folder)) == 6
    assert {row.identity for row in run.cases} == {row.identity for row in run.preparations}


def test_a_changed_case_alone_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    _begin(folder, tasks="1", cases="3")
    monkeypatch.setenv("SUMS_CHANGED", "t0c1")
    _again(folder)
    assert _noted(tmp_path, "executions") == {"t0c0": 1, "t0c1": 2, "t0c2": 1}
    assert _cases(folder)["t0c1"].outcome == "wrong"


def test_a_run_over_another_version_of_its_dataset_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin(tmp_path / "run", tasks="1", cases="1")
    monkeypatch.setenv("SUMS_VERSION", "2")
    with pytest.raises(StoreError, match="version of sums changed since"):
        _again(tmp_path / "run")


def test_what_is_left_at_a_limit_is_not_answered_until_it_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    _order(monkeypatch, all="call")
    end = _begin(folder, bounds=replace(PATIENT, max_tokens=300), tasks="2", cases="4")
    assert "330 tokens are spent" in end.gave_up
    assert Counter(row.outcome for row in _cases(folder).values()) == {"right": 3, "too_dear": 5}
    end = _again(folder, lambda bounds: replace(bounds, max_tokens=10_000))
    assert not end.gave_up
    assert Counter(row.outcome for row in _cases(folder).values()) == {"right": 8}
    assert set(_noted(tmp_path, "executions").values()) == {1}


def test_a_limit_of_money_counts_listed_prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _order(monkeypatch, all="call")
    monkeypatch.setenv("ADDER_MODEL", "anthropic:claude-opus-4-5")
    end = _begin(tmp_path / "run", bounds=replace(PATIENT, max_usd=0.001), tasks="1", cases="5")
    assert "USD are spent" in end.gave_up
    costs = [row.cost_usd for row in _cases(tmp_path / "run").values() if row.outcome == "right"]
    assert costs == [pytest.approx(0.00075)] * 2


def test_a_limit_of_money_for_a_model_without_a_price_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDER_MODEL", "ollama:qwen3")
    with pytest.raises(OperatorError, match="price of ollama:qwen3 is not known"):
        _begin(tmp_path / "run", bounds=replace(PATIENT, max_usd=1.0), tasks="1", cases="1")
    assert not _noted(tmp_path, "executions")


def test_a_call_without_a_price_stops_a_run_with_a_limit_of_money(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order(monkeypatch, all="call")
    with pytest.raises(OperatorError, match="--max-usd cannot be kept"):
        _begin(tmp_path / "run", bounds=replace(PATIENT, max_usd=1.0), tasks="1", cases="3")
    assert len(_cases(tmp_path / "run")) == 1


def test_an_error_of_the_operator_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADDER_KEY", "missing")
    with pytest.raises(MissingKeyError, match="no key for the adder") as caught:
        _begin(tmp_path / "run")
    assert caught.value.variable == "ADDER_API_KEY"


def test_a_system_that_cannot_be_made_stops_the_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDER_KEY", "crash")
    with pytest.raises(OperatorError, match=r"(?s)does not start: .*ValueError: the adder is broken"):
        _begin(tmp_path / "run")
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_system_that_does_not_load_in_time_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"did not load within 0\.001 seconds"):
        _begin(tmp_path / "run", bounds=replace(PATIENT, start_seconds=0.001))
    assert not (tmp_path / "run").exists()


def test_a_system_that_does_not_close_is_killed_and_its_run_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDER", '{"close": "hang"}')
    monkeypatch.setattr("compiled_ai.bench.running.processes._GRACE_SECONDS", 0.2)
    _begin(tmp_path / "run")
    assert len(load_run(tmp_path / "run").cases) == 10


def test_a_process_that_prepares_differently_takes_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order(monkeypatch, t0="random", all="slow")
    _begin(
        tmp_path / "run",
        systems=(ADDER,),
        bounds=replace(PATIENT, workers=2),
        tasks="1",
        cases="100",
        add="0",
    )
    run = load_run(tmp_path / "run")
    assert len(run.preparations) == 1
    assert {row.identity for row in run.cases} == {run.preparations[0].identity}
    assert set(_noted(tmp_path, "executions").values()) == {1}


def test_what_is_prepared_anew_after_a_death_is_asked_all_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order(monkeypatch, t0="random", t0c1="die once")
    _begin(tmp_path / "run", systems=(ADDER,), tasks="1", cases="3")
    run = load_run(tmp_path / "run")
    assert len(run.preparations) == 1
    assert {row.identity for row in run.cases} == {run.preparations[0].identity}
    assert {name: row.outcome for name, row in _cases(tmp_path / "run").items()} == {
        f"t0c{number}": "right" for number in range(3)
    }
    assert _noted(tmp_path, "executions") == {"t0c0": 2, "t0c1": 2, "t0c2": 1}


def test_a_system_that_always_dies_and_never_prepares_the_same_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order(monkeypatch, t0="random", all="die")
    with pytest.raises(OperatorError, match="prepares the task 't0' differently each time"):
        _begin(tmp_path / "run", systems=(ADDER,), tasks="1", cases="3")


def test_what_cannot_be_taken_up_stops_the_run_and_leaves_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    _begin(folder, tasks="1", cases="2")
    before = _cases(folder)
    _order(monkeypatch, restore="die")
    with pytest.raises(OperatorError, match="cannot take up what it prepared of the task 't0'"):
        _again(folder)
    assert _cases(folder) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "run.json is damaged"),
        ("{}", "format None; this version of Compiled AI reads format 1"),
        (None, "is no run of a benchmark"),
    ],
    ids=["broken", "empty", "missing"],
)
def test_a_damaged_run_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    (tmp_path / "run").mkdir()
    if text is not None:
        (tmp_path / "run" / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=message):
        _again(tmp_path / "run")


def test_settings_that_were_damaged_are_refused(tmp_path: Path) -> None:
    _begin(tmp_path / "run", tasks="1", cases="1")
    path = tmp_path / "run" / "run.json"
    for damaged, message in (("effort", "settings are damaged"), ("workers", "bounds are damaged")):
        data = json.loads(path.read_text(encoding="utf-8"))
        data["settings"]["system_options"]["effort"] = "mad" if damaged == "effort" else "low"
        data["settings"]["bounds"]["workers"] = "many"
        path.write_text(json.dumps(data), encoding="utf-8")
        with pytest.raises(StoreError, match=message):
            _again(tmp_path / "run")


def test_a_second_runner_of_the_same_run_is_refused(tmp_path: Path) -> None:
    _begin(tmp_path / "run", tasks="1", cases="1")
    with (
        RunFolder.resume(tmp_path / "run"),
        pytest.raises(StoreError, match="is being run by another process"),
    ):
        _again(tmp_path / "run")


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    _begin(tmp_path / "run", tasks="1", cases="1")
    with pytest.raises(StoreError, match="is a run already"):
        _begin(tmp_path / "run", tasks="1", cases="1")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "rows.jsonl:2: not a row but broken JSON"),
        ("[]", "rows.jsonl:2: not a row of a benchmark"),
        ('{"kind":"case","format":2}', "rows.jsonl:2: format 2; this version of Compiled AI reads format 1"),
        ('{"kind":"case","format":1}', "rows.jsonl:2: field 'dataset': Field required"),
    ],
    ids=["broken", "no row", "another format", "no fields"],
)
def test_a_foreign_row_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    rows = tmp_path / "run" / "rows.jsonl"
    _begin(tmp_path / "run", tasks="1", cases="2")
    first, *others = rows.read_text(encoding="ascii").splitlines()
    rows.write_text("\n".join([first, line, *others]) + "\n", encoding="ascii")
    before = rows.read_bytes()
    with pytest.raises(StoreError, match=message):
        _again(tmp_path / "run")
    assert rows.read_bytes() == before


def test_a_row_of_another_dataset_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = tmp_path / "run" / "rows.jsonl"
    _begin(tmp_path / "run", tasks="1", cases="1")
    rows.write_text(rows.read_text(encoding="ascii").replace('"sums"', '"products"', 1), encoding="ascii")
    with pytest.raises(StoreError, match=r"rows.jsonl:1: a row of the dataset 'products' in a run of 'sums'"):
        _again(tmp_path / "run")


def test_cases_begin_no_faster_than_asked(tmp_path: Path) -> None:
    started = time.monotonic()
    _begin(tmp_path / "run", bounds=replace(PATIENT, per_minute=300.0), tasks="1", cases="4")
    assert time.monotonic() - started >= 3 * 0.2


def test_rows_tell_what_a_reader_needs(tmp_path: Path) -> None:
    _begin(tmp_path / "run", tasks="1", cases="2")
    run = load_run(tmp_path / "run")
    (preparation,) = run.preparations
    assert isinstance(preparation, PreparationRow)
    assert preparation.details["code"] == "a + b"
    assert {row.identity for row in run.cases} == {preparation.identity}
    assert run.inputs["t0c1"] == {"input": {"a": 0, "b": 1, "case": "t0c1"}, "expected": {"sum": 1}}
    assert run.info.source == "none"
    assert run.info.settings["system_options"] == SystemOptions(folder=Path("artifacts")).to_json()
    assert str(tmp_path) not in (tmp_path / "run" / "run.json").read_text(encoding="utf-8")
