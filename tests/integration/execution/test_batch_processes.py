"""Batches in processes of their own: kills, full disks, memory."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compiled_ai.execution import BatchOptions, LoadedWorkflow, run_batch

ROWS = 30_000
COMMAND = Path(sys.executable).with_name("compiled-ai")


def write_rows(path: Path, count: int) -> Path:
    if path.suffix == ".csv":
        path.write_text("sku,price\n" + "".join(f"s-{n},{n % 150 - 5}\n" for n in range(count)))
    else:
        rows = (
            "{broken\n" if n % 997 == 0 else f'{{"sku":"s-{n}","price":{n % 150 - 5}}}\n'
            for n in range(count)
        )
        path.write_text("".join(rows))
    return path


def start(plain: LoadedWorkflow, source: Path, target: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [
        COMMAND,
        "run",
        "plain_band",
        source,
        "--out",
        target,
        "--store",
        plain.artifact.path.parents[1],
        *options,
    ]
    return subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=source.parent,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - a moment before the program starts, in a process without threads
    )


def heed_interrupts() -> None:
    """A shell starts what runs in its background with interrupts ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_killed_batch_goes_on_to_the_same_bytes(plain: LoadedWorkflow, tmp_path: Path) -> None:
    source, target = write_rows(tmp_path / "in.jsonl", ROWS), tmp_path / "out.jsonl"
    run_batch(plain, source, tmp_path / "whole", BatchOptions())
    whole = (tmp_path / "whole").read_bytes()
    chance = random.Random(7)
    options: tuple[str, ...] = ()
    for part in range(3):
        process = start(plain, source, target, *options)
        goal = len(whole) * (part + chance.random()) / 4
        while process.poll() is None and not (target.exists() and target.stat().st_size >= goal):
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors
        found = target.read_bytes()
        assert whole.startswith(found)
        assert len(whole) > len(found) >= goal
        options = ("--resume",)
    process = start(plain, source, target, "--resume")
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 4  # some rows are broken
    assert target.read_bytes() == whole
    assert b"resumed after row" in printed


def test_an_interrupted_batch_goes_on_to_the_same_bytes(plain: LoadedWorkflow, tmp_path: Path) -> None:
    source, target = write_rows(tmp_path / "in.csv", ROWS), tmp_path / "out.jsonl"
    run_batch(plain, source, tmp_path / "whole", BatchOptions())
    process = start(plain, source, target)
    while process.poll() is None and not (target.exists() and target.stat().st_size > 100_000):
        time.sleep(0.0005)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert b"Traceback" not in errors
    run_batch(plain, source, target, BatchOptions(resume=True))
    assert target.read_bytes() == (tmp_path / "whole").read_bytes()


LIMITED = """
import resource, sys
from pathlib import Path
from compiled_ai.errors import StoreError
from compiled_ai.execution import BatchOptions, load_workflow, run_batch

resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    run_batch(load_workflow(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), BatchOptions())
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs limits on the size of files")
def test_a_full_disk_is_told_and_costs_no_row(plain: LoadedWorkflow, tmp_path: Path) -> None:
    source, target = write_rows(tmp_path / "in.jsonl", 500), tmp_path / "out"
    arguments = [sys.executable, "-c", LIMITED, plain.artifact.path, source, target]
    found = subprocess.run([str(part) for part in arguments], capture_output=True, text=True, check=True)
    assert "File too large; what was written so far is kept, `--resume` goes on from there" in found.stdout
    assert target.stat().st_size == 10_000
    run_batch(plain, source, target, BatchOptions(resume=True))
    run_batch(plain, source, tmp_path / "whole", BatchOptions())
    assert target.read_bytes() == (tmp_path / "whole").read_bytes()


MEASURED = """
import json, sys
from pathlib import Path
from compiled_ai.execution import BatchOptions, load_workflow, run_batch

workflow, folder = load_workflow(sys.argv[1]), Path(sys.argv[2])
done = 0
for name in ("in.jsonl", "in.csv"):
    for options in (BatchOptions(), BatchOptions(resume=True)):
        done += run_batch(workflow, folder / name, folder / f"{name}.results", options).processed
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([done, int(status["VmHWM"].split()[0])]))
"""


# ru_maxrss would not do: a process inherits that of its parent, which is pytest.
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_does_not_grow_with_the_rows(plain: LoadedWorkflow, tmp_path: Path) -> None:
    peaks = {}
    for count in (5_000, 50_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        write_rows(folder / "in.jsonl", count)
        write_rows(folder / "in.csv", count)
        arguments = [sys.executable, "-c", MEASURED, str(plain.artifact.path), str(folder)]
        found = subprocess.run(arguments, capture_output=True, text=True, check=True)
        done, peaks[count] = json.loads(found.stdout)
        assert done == 2 * count
    assert peaks[50_000] - peaks[5_000] < 2_048
