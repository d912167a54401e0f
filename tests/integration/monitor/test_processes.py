"""Several processes on one monitor, forks, and processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from compiled_ai import load_workflow
from compiled_ai.artifact import Store, load_artifact
from compiled_ai.monitor.store import MonitorStore, monitor_path

PROGRAM = """
import sys, time
from pathlib import Path
from compiled_ai import load_workflow

store, count, waits = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "wait"
workflow = load_workflow("loan_check", store=store)
for number in range(count):
    workflow.run({"applicant": "x", "age": 50, "income": 900, "amount": 2000})
print("done", flush=True)
if waits:
    time.sleep(60)
"""


def start(store: Path, count: int, then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(store), str(count), then], stdout=subprocess.PIPE, text=True
    )


def runs_in(store: Path) -> int:
    artifact = load_artifact(Store(store).find("loan_check"))
    with MonitorStore(monitor_path(store, "loan_check")) as opened:
        return opened.tally(artifact.manifest.artifact, hours=2).runs


def test_two_processes_add_up_also_when_they_end_without_closing(store: Path) -> None:
    processes = [start(store, 100, "end") for _ in range(2)]
    for process in processes:
        assert process.communicate(timeout=60)[0] == "done\n"
        assert process.returncode == 0
    assert runs_in(store) == 200


def test_a_killed_process_loses_a_second_at_most(store: Path) -> None:
    process = start(store, 50, "wait")
    assert process.stdout is not None
    assert process.stdout.readline() == "done\n"
    time.sleep(1.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert runs_in(store) == 50


def test_a_process_that_is_killed_in_the_middle_leaves_a_file_that_goes_on(store: Path) -> None:
    process = start(store, 1_000_000, "end")
    assert process.stdout is not None
    time.sleep(3)
    process.kill()
    process.wait()
    process.stdout.close()
    before = runs_in(store)
    with load_workflow("loan_check", store=store) as workflow:
        workflow.run({"applicant": "x", "age": 50, "income": 900, "amount": 2000})
    assert runs_in(store) == before + 1


def test_a_fork_counts_its_own_runs_once(store: Path) -> None:
    with load_workflow("loan_check", store=store) as workflow:
        data = {"applicant": "x", "age": 50, "income": 900, "amount": 2000}
        workflow.run(data)  # type: ignore[arg-type]  # JSON
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            code = 1
            try:
                for _ in range(3):
                    workflow.run(data)  # type: ignore[arg-type]  # JSON
                workflow.close()
                code = 0
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        workflow.run(data)  # type: ignore[arg-type]  # JSON
    assert runs_in(store) == 5
