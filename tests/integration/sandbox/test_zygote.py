"""The zygote over its life: shared, replaced, forked under, and gone without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail import Jail, missing_layers
from compiled_ai.sandbox.jail_legs import Manner, run_legs
from compiled_ai.sandbox.jail_locks import LAYERS
from compiled_ai.sandbox.jail_process import start_fresh
from compiled_ai.sandbox.model import SandboxCase, SandboxJob, SandboxLimits, Surroundings
from compiled_ai.sandbox.unconfined import Unconfined
from compiled_ai.sandbox.zygote_pool import ZygotePool, shared_pool

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_layers()),
    reason="there is no zygote where the jail does not hold",
)

FLOW = Workflow(
    name="p",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=(), output_schema={}),),
    returns=(),
)
DOUBLE = "def run(data):\n    return {'n': data['n'] * 2}"
SLOW = "import time\n\ndef run(data):\n    time.sleep(data['n'])\n    return {'n': data['n']}"
LOOP = "def run(data):\n    while True:\n        pass"


def job(source: str, *numbers: float, **changes: object) -> SandboxJob:
    cases = tuple(SandboxCase(case_id=str(i), input={"n": n}, given={}) for i, n in enumerate(numbers))
    return SandboxJob(source=source, workflow=FLOW, cases=cases, **changes)  # type: ignore[arg-type]  # fields by name


def answers(source: str, *numbers: float, **changes: object) -> list[object]:
    rows = Jail().run(job(source, *numbers, **changes)).rows
    return [row.output["n"] if row.output else row.detail for row in rows]


@pytest.fixture
def pool() -> Iterator[ZygotePool]:
    pool = ZygotePool()
    yield pool
    pool.close()


def run_in(pool: ZygotePool, work: SandboxJob) -> list[str]:
    return [row.status for row in run_legs(work, Manner(start=pool.start, required=LAYERS)).rows]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + 5
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline, "still there"
        time.sleep(0.01)


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_one_zygote_serves_all_jobs_of_its_surroundings(pool: ZygotePool) -> None:
    for _ in range(5):
        assert run_in(pool, job(DOUBLE, 1, 2)) == ["answered"] * 2
    first = pool.pids()
    run_in(pool, job(DOUBLE, 1, surroundings=Surroundings(hash_seed=7)))
    assert len(first) == 1
    assert pool.pids()[0] == first[0] != pool.pids()[1]


def test_many_jobs_at_once_from_many_threads_do_not_mix() -> None:
    def work(number: int) -> list[object]:
        return answers(DOUBLE, *range(number, number + 20), coverage=number % 3 == 0)

    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(work, range(60)))
    assert got == [[2 * n for n in range(number, number + 20)] for number in range(60)]


def test_jobs_run_side_by_side(pool: ZygotePool) -> None:
    run_in(pool, job(DOUBLE, 1))
    started = time.perf_counter()
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: run_in(pool, job(SLOW, 0.5)), range(6)))
    assert time.perf_counter() - started < 1.5


def test_killed_zygote_is_replaced(pool: ZygotePool) -> None:
    run_in(pool, job(DOUBLE, 1))
    (before,) = pool.pids()
    os.kill(before, signal.SIGKILL)
    assert run_in(pool, job(DOUBLE, 1)) == ["answered"]
    assert pool.pids() != [before]


def test_zygote_killed_during_a_job_costs_no_case(pool: ZygotePool) -> None:
    run_in(pool, job(DOUBLE, 1))
    (before,) = pool.pids()
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run_in, pool, job(SLOW, 0.01, 0.6, 0.01))
        time.sleep(0.3)
        (fork,) = children_of(before)
        os.kill(before, signal.SIGKILL)
        assert running.result() == ["answered"] * 3
    wait_until_gone(before, fork)


def test_zygote_killed_again_and_again_is_the_operators_problem(pool: ZygotePool) -> None:
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.05):
            for pid in pool.pids():
                if is_alive(pid) and children_of(pid):
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(SandboxError, match=r"zygote|killed again and again"):
            run_in(pool, job(SLOW, 5, limits=SandboxLimits(case_seconds=6)))
    finally:
        stop.set()
        killer.join()


def test_thread_that_started_the_zygote_may_end(pool: ZygotePool) -> None:
    """A zygote that asked to be killed with its parent would be killed with that thread."""
    thread = threading.Thread(target=run_in, args=(pool, job(DOUBLE, 1)))
    thread.start()
    thread.join()
    before = pool.pids()
    assert run_in(pool, job(DOUBLE, 1)) == ["answered"]
    assert pool.pids() == before


@pytest.fixture
def small_pool() -> Iterator[ZygotePool]:
    pool = ZygotePool(most=2)
    yield pool
    pool.close()


def test_zygotes_beyond_the_most_are_ended_the_oldest_first(small_pool: ZygotePool) -> None:
    pool = small_pool
    seen: list[int] = []
    for seed in (0, 1, 0, 2):
        run_in(pool, job(DOUBLE, 1, surroundings=Surroundings(hash_seed=seed)))
        seen.append(pool.pids()[-1])
    assert pool.pids() == seen[2:]
    assert seen[0] == seen[2]
    wait_until_gone(seen[1])


def test_zygote_at_work_is_kept(small_pool: ZygotePool) -> None:
    pool = small_pool
    run_in(pool, job(DOUBLE, 1))
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run_in, pool, job(SLOW, 1.5))
        time.sleep(0.2)
        for seed in (1, 2, 3):
            run_in(pool, job("def run(data):\n    return {}", 1, surroundings=Surroundings(hash_seed=seed)))
        assert running.result() == ["answered"]


def test_nothing_is_left_open_and_nobody_is_left_behind(pool: ZygotePool) -> None:
    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the list itself is what is opened

    run_in(pool, job(DOUBLE, 1))
    before = opened()
    for _ in range(20):
        run_in(pool, job(DOUBLE, 1))
    limits = SandboxLimits(case_seconds=0.2, restarts=1)
    assert run_in(pool, job(LOOP, 1, 2, limits=limits)) == ["timed_out"] * 2
    assert opened() == before
    (zygote,) = pool.pids()
    deadline = time.monotonic() + 2
    while children_of(zygote) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert children_of(zygote) == []
    assert len(os.listdir(f"/proc/{zygote}/fd")) < 12  # noqa: PTH208 - as above
    pool.close()
    wait_until_gone(zygote)


SCRIPT = """
import os, sys, threading, time
sys.path.insert(0, {tests!r})
import test_zygote as t
from compiled_ai.sandbox.zygote_pool import shared_pool
assert t.answers(t.DOUBLE, 2) == [4]
print(*shared_pool().pids(), flush=True)
"""


def run_script(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    text = SCRIPT.format(tests=str(Path(__file__).parent)) + code
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options by name
        [sys.executable, "-W", "error", "-X", "dev", "-c", text],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


@pytest.mark.parametrize(
    "code",
    [
        "",
        "raise SystemExit",
        "threading.Thread(target=lambda: print(t.answers(t.DOUBLE, 3))).start()",
        "threading.Thread(target=t.answers, args=(t.LOOP, 1), daemon=True).start(); time.sleep(0.3)",
        "os._exit(0)",
    ],
    ids=["end", "exit", "in another thread", "while a job runs", "without goodbye"],
)
def test_end_of_the_program_is_quiet_and_leaves_nothing(code: str) -> None:
    done = run_script(code)
    assert (done.returncode, done.stderr) == (0, "")
    wait_until_gone(*(int(word) for word in done.stdout.splitlines()[0].split()))


def test_killed_program_takes_its_zygote_and_forks_along() -> None:
    code = """
threading.Thread(target=t.answers, args=(t.LOOP, 1)).start()
time.sleep(0.3)
print(*t.children_of(shared_pool().pids()[0]), flush=True)
os.kill(os.getpid(), 9)
"""
    done = run_script(code)
    zygote, fork = map(int, done.stdout.split())
    assert done.returncode == -9
    wait_until_gone(zygote, fork)


def test_forked_program_starts_anew_and_leaves_the_zygote_to_the_original() -> None:
    code = """
child = os.fork()
assert t.answers(t.DOUBLE, 5) == [10]
print(*shared_pool().pids(), flush=True)
if child:
    os.waitpid(child, 0)
    assert t.answers(t.DOUBLE, 6) == [12]
    print(*shared_pool().pids(), flush=True)
"""
    done = run_script(code)
    assert (done.returncode, done.stderr) == (0, "")
    first, *others = done.stdout.split()
    assert sorted(others.count(pid) for pid in set(others)) == [1, 2]
    assert others.count(first) == 2


def test_program_forked_while_another_thread_starts_a_job_does_not_hang() -> None:
    code = """
threads = [threading.Thread(target=t.answers, args=(t.DOUBLE, *range(50))) for _ in range(4)]
[thread.start() for thread in threads]
for _ in range(5):
    child = os.fork()
    if not child:
        assert t.answers(t.DOUBLE, 5) == [10]
        sys.stdout.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
[thread.join() for thread in threads]
"""
    done = run_script(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_spawned_processes_have_zygotes_of_their_own() -> None:
    code = """
import concurrent.futures, multiprocessing
with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
    assert list(pool.map(t.answers, [t.DOUBLE] * 4, range(4))) == [[0], [2], [4], [6]]
"""
    done = run_script(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_folder_of_a_job_is_new_each_time_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(answers, SLOW, 0.5) for _ in range(2)]
        time.sleep(0.25)
        working = [folder for place in tmp_path.iterdir() for folder in place.iterdir() if folder.is_dir()]
        assert [result.result() for result in running] == [[0.5], [0.5]]
    assert len({folder.name for folder in working}) == 2
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made_is_the_operators_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(SandboxError, match="set TMPDIR"):
        answers(DOUBLE, 1)


AGREE = {
    "answers": (DOUBLE, (1, 2.5, 3)),
    "raises": ("def run(data):\n    return {'n': 1 // data['n']}", (1, 0)),
    "abstains": ("from compiled_ai.modules import abstain\n\ndef run(data):\n    abstain('no')", (1,)),
    "cannot be imported": ("import os", (1, 2)),
    "order of sets": ("def run(data):\n    return {'n': ''.join({c for c in 'abcdefgh'})}", (1,)),
    "clock and place": (
        "from datetime import datetime\n\ndef run(data):\n    return {'n': str(datetime.fromtimestamp(0))}",
        (1,),
    ),
    "exit code": ("import re\n\ndef run(data):\n    re.enum.sys.modules['os']._exit(3)", (1, 2)),
    "too large": ("def run(data):\n    return {'n': 'x' * 2_000_000}", (1,)),
}


@pytest.mark.parametrize(("source", "numbers"), AGREE.values(), ids=list(AGREE))
def test_warm_jail_fresh_jail_and_no_jail_agree(source: str, numbers: tuple[float, ...]) -> None:
    work = job(
        source, *numbers, coverage=True, calls=2, surroundings=Surroundings(hash_seed=5, timezone="X+5")
    )
    warm = Jail().run(work)
    fresh = run_legs(work, Manner(start=start_fresh, required=LAYERS))
    none = Unconfined().run(work)

    def told(outcome: object) -> list[object]:
        return [
            (row.case_id, row.status, row.output, row.detail, row.line, row.mutated_input, row.steady)
            for row in outcome.rows  # type: ignore[attr-defined]  # an outcome
        ]

    assert told(warm) == told(fresh) == told(none)
    assert warm.coverage == fresh.coverage == none.coverage
    assert warm.locale == fresh.locale == none.locale


def test_unconfined_says_what_is_not_in_force() -> None:
    assert Unconfined().run(job(DOUBLE, 1)).isolation == ("process", "rlimits", "memory")


def test_pool_of_this_process_is_shared() -> None:
    answers(DOUBLE, 1)
    assert shared_pool() is shared_pool()
    assert shared_pool().pids()
