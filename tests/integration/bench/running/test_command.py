from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compiled_ai.cli import bench_command, datasets_command

RUN = [
    "run",
    "bench_fakes:make_sums",
    "--systems",
    "bench_fakes:make,bench_fakes:make_keeper",
    "--option",
    "cases=3",
    "--workers",
    "1",
]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _bench(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(bench_command.app, arguments)
    assert result.exit_code == code, result.output
    return result.output


def test_a_run_prints_its_table_and_can_be_listed_shown_resumed_and_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = _bench(*RUN, "--name", "one")
    assert "adder" in output
    assert "2 (100.0 %)" in output
    assert "results in results/one" in output
    monkeypatch.setenv("ADDER", json.dumps({"t0c1": "wrong"}))
    table = json.loads(_bench(*RUN, "--name", "two", "--json").splitlines()[-1])
    held_out = next(line for line in table["results"] if line["split"] == "held_out")
    assert (held_out["n"], held_out["right"], held_out["silently_wrong"]) == (4, 3, 1)
    assert held_out["right_low"] < 0.75 < held_out["right_high"]
    assert "adder, held out: 4 of 4 right, 100.0 %" in _bench("list")
    assert "two" in _bench("show", "tw")
    assert "only the first 1, only the second 0" in _bench("compare", "one", "two")
    assert "neither 1" in _bench("compare", "two:adder", "two:keeper")
    (contest,) = json.loads(_bench("compare", "one:adder", "two:keeper", "--json"))
    assert contest["results"][1]["only_first"] == 1
    assert "results in results/one" in _bench("run", "--resume", "one")
    assert "was begun with limit=None" in _bench("run", "--resume", "one", "--limit", "2", code=7)


def test_a_limit_that_is_reached_ends_with_code_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADDER", json.dumps({"all": "call"}))
    output = _bench(*RUN, "--max-tokens", "100", "--name", "dear", code=8)
    assert "go on with --resume dear" in output
    assert "results in results/dear" in _bench("run", "--resume", "dear", "--max-tokens", "10000")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run"], 2, "name a dataset"),
        (["run", "bfcll"], 7, "Did you mean 'bfcl'?"),
        (["run", "bench_fakes:make_sums", "--systems", "direkt"], 7, "Did you mean 'direct'?"),
        (["run", "bench_fakes:make_sums", "--option", "cases"], 2, "is not of the form KEY=VALUE"),
        (["run", "bench_fakes:make_sums", "--effort", "mad"], 2, "effort 'mad' is none of"),
        (["run", "bench_fakes:make_sums", "--systems", ""], 7, "name at least one system"),
        (["run", "--resume", "none"], 7, "there is no run 'none'"),
        (["run", "no_such_package.x:make"], 7, "put the folder of its package on PYTHONPATH"),
        (["show", "none"], 7, "there is no run 'none'"),
    ],
    ids=[
        "no dataset",
        "wrong dataset",
        "wrong system",
        "option",
        "effort",
        "no system",
        "no run",
        "path",
        "show",
    ],
)
def test_wrong_use_is_told(arguments: list[str], code: int, message: str) -> None:
    assert message in " ".join(_bench(*arguments, code=code).split())


def test_a_damaged_run_does_not_hide_the_others() -> None:
    _bench(*RUN, "--name", "good")
    Path("results/bad").mkdir()
    Path("results/bad/run.json").write_text("{}", encoding="utf-8")
    output = _bench("list")
    assert "bad: " in output
    assert "format None" in output
    assert "adder, seen: 2 of 2 right" in output


def test_datasets_are_listed_and_fetched() -> None:
    runner = CliRunner()
    listed = runner.invoke(datasets_command.app, ["list"])
    assert "agentbench-db" in listed.output
    fetched = runner.invoke(datasets_command.app, ["fetch", "bench_fakes:make_sums", "--json"])
    assert json.loads(fetched.output)["held_out"] == 8
