from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from compiled_ai.cli.bench_command import app; app()", "run"]
CASES = 60


def _rows(folder: Path) -> list[dict[str, object]]:
    path = folder / "results" / "killed" / "rows.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def _is_gone(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def _wait(condition: object, what: str) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
def test_a_killed_runner_loses_no_row_repeats_none_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDER", json.dumps({"all": "slow"}))
    monkeypatch.setenv("PIDS", str(tmp_path / "pids.txt"))
    arguments = ["bench_fakes:make_sums", "--systems=bench_fakes:make_keeper", "--name=killed"]
    options = ["--option=tasks=3", f"--option=cases={CASES // 3}"]
    for number, place in enumerate((1, 25)):
        words = [*arguments, *options] if number == 0 else ["--resume=killed"]
        runner = subprocess.Popen([*COMMAND, *words], cwd=tmp_path, stderr=subprocess.DEVNULL)
        _wait(lambda place=place: len(_rows(tmp_path)) >= place, "no rows come")
        os.kill(runner.pid, signal.SIGKILL)
        runner.wait()
        workers = {int(pid) for pid in (tmp_path / "pids.txt").read_text(encoding="ascii").split()}
        _wait(lambda workers=workers: all(map(_is_gone, workers)), "a worker outlives its runner")
    subprocess.run([*COMMAND, "--resume=killed"], cwd=tmp_path, check=True, capture_output=True)
    cases = Counter(str(row["case_id"]) for row in _rows(tmp_path) if row["kind"] == "case")
    asked = Counter((tmp_path / "executions.txt").read_text(encoding="utf-8").split())
    assert len(cases) == cases.total() == CASES
    assert set(asked) == set(cases)
    under_way = 2 * 2  # kills times workers: whose row was not on disk may be asked again
    assert asked.total() - CASES <= under_way
    assert sum(row["kind"] == "preparation" for row in _rows(tmp_path)) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
def test_a_worker_that_never_comes_back_dies_with_its_runner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADDER", json.dumps({"t0c0": "hang"}))
    monkeypatch.setenv("PIDS", str(tmp_path / "pids.txt"))
    words = [
        "bench_fakes:make_sums",
        "--systems=bench_fakes:make_keeper",
        "--option=tasks=1",
        "--option=cases=1",
    ]
    runner = subprocess.Popen([*COMMAND, *words], cwd=tmp_path, stderr=subprocess.DEVNULL)
    _wait((tmp_path / "children.txt").exists, "the worker does not begin")
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait()
    pids = (tmp_path / "pids.txt").read_text(encoding="ascii") + (tmp_path / "children.txt").read_text(
        "utf-8"
    )
    _wait(lambda: all(_is_gone(int(pid)) for pid in pids.split()), "a process outlives its runner")
