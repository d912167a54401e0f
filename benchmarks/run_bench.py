"""What the benchmark runner itself costs, and what a kill does to a run. No model is asked.

    .venv/bin/python benchmarks/run_bench.py            # overhead: 2,810 cases that do nothing, then ten times as many
    .venv/bin/python benchmarks/run_bench.py --kills 5  # 500 cases, the runner killed with SIGKILL five times and resumed

Overhead is wall time for a case beside the system's own: over the pipe and back, judging, the row on disk. Target: at most 1 ms, and memory that does not grow with rows.
"""
# ruff: noqa: ARG001, ARG002 - stand-ins take what the protocols give

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from compiled_ai.bench.model import Answer, Case, Environment, Prepared, Task, Verdict
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonObject, JsonValue

CASES, TASKS, KILLED_CASES = 2_810, 281, 500
EXECUTED = "BENCH_EXECUTED"
"""Variable with the file in which the system notes each case that it is asked, and its process."""
PAUSE = "BENCH_PAUSE"
"""Variable with the seconds that the system takes for a case."""


class Nothing:
    """Cases whose answer is their own input."""

    name = "nothing"

    def __init__(self, options: Mapping[str, str]) -> None:
        self.description: JsonObject = {"version": "1", "digest": ""}
        self._cases = int(options["cases"])
        self._tasks = int(options["tasks"])

    def tasks(self) -> Sequence[Task]:
        schema: JsonObject = {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
        }
        return [
            Task(task_id=f"task{number}", instructions="Give it back.", output_schema=schema)
            for number in range(self._tasks)
        ]

    def cases(self) -> Sequence[Case]:
        return [
            Case(
                case_id=f"case{number}",
                task_id=f"task{number % self._tasks}",
                split="held_out",
                input={
                    "text": f"Request number {number} of somebody who wants something done.",
                    "id": f"case{number}",
                },
                expected={"text": "done"},
            )
            for number in range(self._cases)
        ]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        return Verdict(score=float(output == case.expected), right=output == case.expected)

    def open(self, case: Case) -> Environment:
        raise NotImplementedError

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        return {}


def make_dataset(options: dict[str, str]) -> Nothing:
    return Nothing(options)


class Idle:
    """Answers the same always."""

    name = "idle"

    def __init__(self) -> None:
        self.identity: JsonObject = {"system": "idle"}

    def prepare(self, task: Task) -> Prepared:
        return Prepared(identity="idle")

    def restore(self, task: Task, prepared: Prepared) -> bool:
        return True

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        if EXECUTED in os.environ:
            with Path(os.environ[EXECUTED]).open("a", encoding="utf-8") as file:
                file.write(f"{case_input['id']} {os.getpid()}\n")
            time.sleep(float(os.environ[PAUSE]))
        return Answer(output={"text": "done"}, served_by="compiled")

    def close(self) -> None:
        pass


def make_system(options: SystemOptions) -> Idle:
    return Idle()


def resident_kib() -> int:
    """Memory of this process now."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])


def measure(root: Path, *, workers: int, repeat: int) -> None:
    """One run of cases that do nothing."""
    from compiled_ai.bench.running.plan import Bounds, Sample
    from compiled_ai.bench.running.progress import Progress
    from compiled_ai.bench.running.runner import start_run

    memory: list[tuple[int, int]] = []
    last: list[Progress] = []

    def watch(progress: Progress) -> None:
        memory.append((progress.done, resident_kib()))
        last[:] = [progress]

    sample = Sample(
        dataset="run_bench:make_dataset",
        systems=("run_bench:make_system",),
        dataset_options={"cases": str(CASES), "tasks": str(TASKS)},
        repeat=repeat,
    )
    folder = root / f"w{workers}r{repeat}"
    started, used = time.perf_counter(), time.process_time()
    start_run(
        folder,
        sample,
        SystemOptions(folder=folder),
        Bounds(workers=workers),
        watcher=watch,
        now=lambda: datetime.now(UTC),
    )
    elapsed, worked = time.perf_counter() - started, time.process_time() - used
    tenth = next(size for done, size in memory if done >= CASES * repeat / 10)
    size = (folder / "rows.jsonl").stat().st_size
    print(
        f"{CASES * repeat:>7,} cases, {workers} worker{'s' if workers > 1 else ' '}: {1000 / last[0].per_second:.3f} ms a case, "
        f"{1000 * worked / (CASES * repeat):.3f} ms of it the runner's own processor time "
        f"({elapsed:.1f} s for the whole run, with processes and preparations), "
        f"memory {tenth / 1024:.1f} MiB after a tenth, {memory[-1][1] / 1024:.1f} MiB at the end, rows {size / 2**20:.1f} MiB"
    )


def measure_kills(root: Path, kills: int, seed: int) -> None:
    """A run that is killed again and again."""
    executed = root / "executed.txt"
    environment = {**os.environ, EXECUTED: str(executed), PAUSE: "0.01"}
    command = [sys.executable, "-c", "from compiled_ai.cli.bench_command import app; app()", "run"]
    options = [f"--option=cases={KILLED_CASES}", "--option=tasks=50", "--name=killed"]
    begin = ["run_bench:make_dataset", "--systems=run_bench:make_system", *options]
    rows = root / "results" / "killed" / "rows.jsonl"
    places = sorted(random.Random(seed).sample(range(20, KILLED_CASES - 20), kills))
    for number, place in enumerate(places):
        arguments = begin if number == 0 else ["--resume=killed"]
        process = subprocess.Popen(
            [*command, *arguments], cwd=root, env=environment, stderr=subprocess.DEVNULL
        )
        while _case_rows(rows) < place:
            assert process.poll() is None, "the run ended before it was killed"
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        killed_at = time.monotonic()
        workers = {int(line.split()[1]) for line in executed.read_text(encoding="ascii").splitlines()}
        while any(_is_alive(worker) for worker in workers):
            assert time.monotonic() < killed_at + 5, "a worker outlived the runner"
            time.sleep(0.001)
        gone = time.monotonic() - killed_at
        print(f"killed at {_case_rows(rows)} rows; its workers were gone after {1000 * gone:.0f} ms")
    subprocess.run(
        [*command, "--resume=killed"], cwd=root, env=environment, check=True, stderr=subprocess.DEVNULL
    )
    _report(rows, executed)


def _report(rows: Path, executed: Path) -> None:
    found = [json.loads(line) for line in rows.read_text(encoding="ascii").splitlines()]
    keys = Counter(row["case_id"] for row in found if row["kind"] == "case")
    asked = Counter(line.split()[0] for line in executed.read_text(encoding="ascii").splitlines())
    preparations = Counter(row["task_id"] for row in found if row["kind"] == "preparation")
    again = {case: count for case, count in asked.items() if count > 1}
    print(
        f"{KILLED_CASES} cases: {keys.total()} rows, {KILLED_CASES - len(keys)} lost, {sum(count - 1 for count in keys.values())} twice; "
        f"{asked.total()} executions, {sum(again.values()) - len(again)} of them for cases that were under way at a kill; "
        f"{preparations.total()} preparations of {len(preparations)} tasks"
    )
    assert len(keys) == keys.total() == KILLED_CASES


def _case_rows(path: Path) -> int:
    return path.read_bytes().count(b'{"kind":"case"') if path.exists() else 0


def _is_alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=0, help="kill a run of 500 cases so often instead")
    parser.add_argument("--seed", type=int, default=7, help="decides when it is killed")
    arguments = parser.parse_args()
    home = str(Path(__file__).parent)
    os.environ["PYTHONPATH"] = f"{home}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    with tempfile.TemporaryDirectory() as folder:
        if arguments.kills:
            measure_kills(Path(folder), arguments.kills, arguments.seed)
            return
        for workers, repeat in ((1, 1), (2, 1), (2, 10)):
            measure(Path(folder), workers=workers, repeat=repeat)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
