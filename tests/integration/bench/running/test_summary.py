from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.bench.model import Case
from compiled_ai.bench.rows import CallRow, CaseRow, Outcome, PreparationRow, RunInfo
from compiled_ai.bench.running.compare import compare_runs
from compiled_ai.bench.running.reading import find_run
from compiled_ai.bench.running.store import RunFolder
from compiled_ai.bench.running.summary import summarize_run
from compiled_ai.cli._bench_tables import list_lines, print_summary
from compiled_ai.errors import StoreError

INFO = RunInfo(
    run_id="r",
    started_at="2026-01-02T00:00:00+00:00",
    dataset="d",
    dataset_description={},
    systems={"a": {}, "b": {}},
    model="m",
    source="replay",
    settings={},
    machine={},
    version="0",
)


def _row(system: str, case: str, outcome: Outcome, *, by_hand: bool = False, seconds: float = 0.0) -> CaseRow:
    call = CallRow(
        input_tokens=10, output_tokens=5, seconds=3.0, by_hand=by_hand, replayed=True, cost_usd=0.5
    )
    return CaseRow(
        dataset="d",
        system=system,
        task_id="t",
        case_id=case,
        case_digest="x",
        split="held_out",
        identity="i",
        outcome=outcome,
        score=float(outcome in {"right", "rightly_declined"}),
        seconds=seconds,
        calls=(call,) if by_hand else (),
        error="JudgeError" if outcome == "failed" else None,
    )


def _write(folder: Path, *rows: CaseRow | PreparationRow, dataset: str = "d") -> Path:
    info = INFO.model_copy(update={"dataset": dataset, "run_id": folder.name})
    with RunFolder.create(folder, info, [Case(case_id="c1", task_id="t", split="held_out", input={})]) as run:
        for row in rows:
            run.append(row)
    return folder


def test_a_summary_counts_all_that_went_wrong_as_not_right(tmp_path: Path) -> None:
    outcomes: list[Outcome] = [
        "right",
        "rightly_declined",
        "wrong",
        "declined",
        "failed",
        "timed_out",
        "not_prepared",
        "too_dear",
    ]
    rows = [_row("a", f"c{number}", outcome, seconds=0.25) for number, outcome in enumerate(outcomes)]
    (line,) = summarize_run(_write(tmp_path / "r", *rows)).lines
    assert (line.n, line.right, line.counts["wrong"], line.counts["declined"], line.failed) == (8, 2, 1, 1, 4)
    assert line.interval.low < 2 / 8 < line.interval.high
    assert line.judge_errors == 1
    assert line.median_ms == 250.0


def test_answers_by_hand_have_no_time_and_are_said_to_be_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [_row("b", "c1", "right", by_hand=True, seconds=9.0), _row("a", "c1", "wrong", seconds=0.002)]
    summary = summarize_run(_write(tmp_path / "r", *rows))
    assert [line.system for line in summary.lines] == ["a", "b"]
    print_summary(summary)
    output = capsys.readouterr().out
    assert "not measured" in output
    assert "2 ms" in output
    assert "1 answers came from a desk" in output
    assert "recorded replies of m" in output
    assert json.dumps(summary.to_json())


def test_a_run_without_rows_is_still_listed(tmp_path: Path) -> None:
    assert list_lines(summarize_run(_write(tmp_path / "r")))[-1] == "  no case answered yet"


def test_preparations_stand_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = CallRow(input_tokens=1000, output_tokens=200, seconds=1.0)
    preparation = PreparationRow(
        dataset="d",
        system="a",
        task_id="t",
        task_digest="x",
        system_identity="s",
        identity="i",
        calls=(call,),
    )
    print_summary(summarize_run(_write(tmp_path / "r", preparation, _row("a", "c1", "right"))))
    assert "a: 1 of 1 tasks prepared, 1,200 tokens, which are not in the table" in capsys.readouterr().out


def test_runs_are_compared_on_the_cases_that_both_have(tmp_path: Path) -> None:
    _write(tmp_path / "one", _row("a", "c1", "right", seconds=1.0), _row("a", "c2", "right", by_hand=True))
    _write(tmp_path / "two", _row("b", "c1", "wrong", seconds=3.0), _row("b", "c3", "right"))
    (contest,) = compare_runs(tmp_path, "one:a", "two:b")
    (result,) = contest.results
    assert (contest.only_in_one, result.pairs, result.only_first, result.p) == (2, 1, 1, 1.0)
    assert result.milliseconds is not None
    assert result.milliseconds.value == -2000.0


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("one:z", "two", "run one has no system 'z'; it has a, b"),
        ("one", "other", "is of the dataset 'd'"),
        ("o", "two", "the beginning of 2 runs: one, other"),
        ("three", "two", "there is no run 'three'"),
    ],
)
def test_what_cannot_be_compared_is_told(tmp_path: Path, first: str, second: str, message: str) -> None:
    _write(tmp_path / "one")
    _write(tmp_path / "two")
    _write(tmp_path / "other", dataset="e")
    with pytest.raises(StoreError, match=message):
        compare_runs(tmp_path, first, second)


def test_a_run_is_found_by_folder_name_and_beginning(tmp_path: Path) -> None:
    folder = _write(tmp_path / "alpha-1")
    assert (
        find_run(tmp_path, str(folder)) == find_run(tmp_path, "alpha-1") == find_run(tmp_path, "al") == folder
    )
