"""Processes that share a case log: none loses a case, none spends what another has set aside, a killed one gives back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compiled_ai.cases import CaseLog, ModelGuard, NewCase, Spending
from compiled_ai.errors import BudgetExceededError
from compiled_ai.spec.fallback import BreakerLimits, DayLimits

WRITER = """
import sys
from pathlib import Path
from compiled_ai.cases import CaseLog, NewCase

log = CaseLog(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    case = NewCase(artifact="a1:0", spec="s1:0", input={"who": sys.argv[2], "n": number}, reason="why", input_digest=f"i1:{number}")
    log.log(case)
    log.queue(case)
    print(number, flush=True)
"""
SPENDER = """
import sys, time
from pathlib import Path
from compiled_ai.cases import CaseLog, ModelGuard, Spending
from compiled_ai.errors import BudgetExceededError
from compiled_ai.spec.fallback import BreakerLimits, DayLimits

guard = ModelGuard(log=CaseLog(Path(sys.argv[1])), breaker=BreakerLimits(), per_day=DayLimits(calls=40))
made = 0
for _ in range(60):
    try:
        permit = guard.admit("m", step="", most=Spending(tokens=1, cost_usd=None), seconds=60)
    except BudgetExceededError:
        continue
    made += 1
    time.sleep(0.001)
    guard.settle(permit, spent=Spending(tokens=1, cost_usd=None), outcome="answered")
print(made)
"""
CALLER = """
import sys, time
from pathlib import Path
from compiled_ai.cases import CaseLog, ModelGuard, Spending
from compiled_ai.spec.fallback import BreakerLimits, DayLimits

guard = ModelGuard(log=CaseLog(Path(sys.argv[1])), breaker=BreakerLimits(), per_day=DayLimits(calls=1))
guard.admit("m", step="", most=Spending(tokens=1, cost_usd=None), seconds=float(sys.argv[2]))
print("in", flush=True)
time.sleep(60)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".cases" / "probe.sqlite3"


def test_three_processes_begin_and_write_the_same_log(path: Path) -> None:
    writers = [start(WRITER, path, name, 40) for name in "abc"]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.close()
    with CaseLog.open(path) as log:
        logged = [(case.input["who"], case.input["n"]) for case in log.cases(status="logged")]
        queued = list(log.cases(status="queued"))
    assert sorted(logged) == sorted((name, number) for name in "abc" for number in range(40))
    assert sorted(case.input_digest for case in queued) == sorted(f"i1:{number}" for number in range(40))
    assert {case.seen for case in queued} == {3}


@pytest.mark.parametrize("after", [1, 7, 20])
def test_what_a_killed_process_had_noted_is_there(path: Path, after: int) -> None:
    writer = start(WRITER, path, "a", 100_000)
    assert writer.stdout is not None
    noted = 0
    for line in writer.stdout:
        noted = int(line) + 1
        if noted >= after:
            break
    writer.send_signal(signal.SIGKILL)
    writer.wait(30)
    writer.stdout.close()
    with CaseLog.open(path) as log:
        found = [case.input["n"] for case in log.cases(status="logged")]
        assert log.database.check() == ()
    assert len(found) >= noted
    assert found == list(range(len(found)))


def test_processes_share_the_budget_of_a_day(path: Path) -> None:
    spenders = [start(SPENDER, path) for _ in range(3)]
    made = []
    for spender in spenders:
        output, _ = spender.communicate(timeout=120)
        assert spender.returncode == 0
        made.append(int(output))
    assert sum(made) == 40


def test_what_a_killed_process_had_set_aside_comes_back_after_its_time(path: Path) -> None:
    caller = start(CALLER, path, 1.5)
    assert caller.stdout is not None
    assert caller.stdout.readline() == "in\n"
    caller.send_signal(signal.SIGKILL)
    caller.wait(30)
    caller.stdout.close()
    guard = ModelGuard(log=CaseLog(path), breaker=BreakerLimits(), per_day=DayLimits(calls=1))
    most = Spending(tokens=1, cost_usd=None)
    with pytest.raises(BudgetExceededError):
        guard.admit("m", step="", most=most, seconds=60)
    time.sleep(1.6)
    assert guard.admit("m", step="", most=most, seconds=60).is_probe is False
    guard.log.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_opens_the_log_anew(path: Path) -> None:
    with CaseLog(path) as log:
        log.log(NewCase(artifact="a1:0", spec="s1:0", input={"n": 1}, reason="parent"))
        child = os.fork()
        if child == 0:
            status = 1
            try:
                log.log(NewCase(artifact="a1:0", spec="s1:0", input={"n": 2}, reason="child"))
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        log.log(NewCase(artifact="a1:0", spec="s1:0", input={"n": 3}, reason="parent"))
        assert [case.input["n"] for case in log.cases()] == [1, 2, 3]
        assert json.loads(json.dumps(log.totals()))["logged"] == 3
