"""One workflow over many inputs: order, memory, processes that die, asynchronous runs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.artifact import load_artifact
from compiled_ai.errors import (
    ActivityError,
    ActivityLimitError,
    ArtifactError,
    CompiledAIError,
    InputError,
    OutputError,
)
from compiled_ai.execution import BatchOptions, LoadedWorkflow, run_batch
from compiled_ai.execution.isolated import Isolation
from compiled_ai.execution.processes import Processes
from compiled_ai.execution.result import Result
from compiled_ai.llm import from_function
from compiled_ai.spec.canonical import JsonObject

Save = Callable[..., LoadedWorkflow]
DEADLY = """
from compiled_ai.modules import abstain


def deadly(data):
    n = data["n"]
    if n == 13:
        loaders = [kind for kind in ().__class__.__base__.__subclasses__() if kind.__name__ == "BuiltinImporter"]
        posix = loaders[0].load_module("posix")
        posix.kill(posix.getpid(), 9)
    if n == 14:
        while True:
            pass
    if n < 0:
        abstain("negative")
    return {"n": 100 // n if n < 1000 else "many"}
"""


@pytest.fixture(scope="module")
def deadly(save: Save) -> LoadedWorkflow:
    """Kills its process at 13 and hangs at 14; may fail in other ways at others."""
    return save(DEADLY, name="deadly", takes={"n": "integer"}, gives={"n": "integer"})


def prices(number: int) -> list[JsonObject]:
    return [{"sku": f"s{n}", "price": n % 40 - 3} for n in range(number)]


def short(ends: Iterator[Result | CompiledAIError]) -> list[object]:
    return [
        (type(end).__name__, str(end)) if isinstance(end, CompiledAIError) else (end.output, end.reason)
        for end in ends
    ]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_inputs(processes: int, plain: LoadedWorkflow) -> None:
    inputs = prices(1_000)
    found = short(plain.map(inputs, processes=processes))
    assert found == [(result.output, result.reason) for result in map(plain.run, inputs)]


@pytest.mark.parametrize("processes", [1, 2])
def test_endless_inputs_are_taken_as_they_are_needed(processes: int, plain: LoadedWorkflow) -> None:
    taken = 0

    def endless() -> Iterator[JsonObject]:
        nonlocal taken
        for taken in count(1):
            yield {"sku": str(taken), "price": 1}

    results = plain.map(endless(), processes=processes)
    first = list(islice(results, 10))
    assert [result.output for result in first if isinstance(result, Result)] == [
        {"sku": str(n), "band": "low"} for n in range(1, 11)
    ]
    assert taken <= 64 * 2 * 2 * 2
    results.close()  # type: ignore[attr-defined]  # a generator


def test_no_inputs_no_results(plain: LoadedWorkflow) -> None:
    assert list(plain.map([], processes=2)) == []


@pytest.mark.parametrize("processes", [0, -1])
def test_a_number_of_processes_that_is_none_is_refused(processes: int, plain: LoadedWorkflow) -> None:
    with pytest.raises(InputError, match="1 or more"):
        plain.map([], processes=processes)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"n": "x"}, InputError),
        ({"n": 0}, ActivityError),
        ({"n": 1000}, OutputError),
        ({"n": {1}}, InputError),
        ({"n": float("nan")}, InputError),
        ([], InputError),
    ],
)
def test_an_error_is_raised_at_its_input_or_given_in_place(
    data: Any, kind: type[CompiledAIError], processes: int, deadly: LoadedWorkflow
) -> None:
    inputs: list[Any] = [{"n": 1}, data, {"n": 2}]
    results = deadly.map(inputs, processes=processes)
    assert isinstance(next(results), Result)
    with pytest.raises(kind) as caught:
        next(results)
    assert caught.value.__notes__ == ["input 1"]
    with pytest.raises(StopIteration):
        next(results)
    ends = list(deadly.map(inputs, processes=processes, returns_errors=True))
    assert [type(end) for end in ends] == [Result, kind, Result]
    assert str(ends[1]) == str(caught.value)
    with pytest.raises(kind) as alone:
        deadly.run(data)
    assert str(alone.value) == str(ends[1])
    assert getattr(alone.value, "step", None) == getattr(ends[1], "step", None)


def test_an_input_that_kills_its_process_is_named(deadly: LoadedWorkflow) -> None:
    inputs: list[JsonObject] = [{"n": n if n != 7 else 13} for n in range(1, 12)]
    with pytest.raises(ActivityLimitError, match=r"its worker process was killed \(signal 9\)") as caught:
        list(deadly.map(inputs, processes=2))
    assert caught.value.__notes__ == ["input 6"]
    assert caught.value.limit == "process"


def test_inputs_that_kill_cost_nothing_but_themselves(deadly: LoadedWorkflow) -> None:
    numbers = [13 if n % 50 == 3 else n % 12 + 1 for n in range(300)]
    ends = list(deadly.map([{"n": n} for n in numbers], processes=2, returns_errors=True))
    for n, end in zip(numbers, ends, strict=True):
        if n == 13:
            assert isinstance(end, ActivityLimitError)
        else:
            assert isinstance(end, Result)
            assert end.output == {"n": 100 // n}


def test_rows_that_kill_are_bad_rows(deadly: LoadedWorkflow, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out"
    source.write_text("".join(f'{{"n": {13 if n % 40 == 3 else n % 12 + 1}}}\n' for n in range(120)))
    summary = run_batch(deadly, source, target, BatchOptions(processes=2))
    assert summary.counts == {"answered": 117, "failed": 3}
    assert summary.errors is not None
    bad = [json.loads(line) for line in summary.errors.read_text().splitlines()]
    assert [(line["row"], line["input"]) for line in bad] == [(row, {"n": 13}) for row in (4, 44, 84)]


def test_a_process_that_is_killed_from_outside_is_told(deadly: LoadedWorkflow) -> None:
    killed: list[int] = []

    def kill(processes: Processes) -> None:
        """The process that is at the second input, once one is."""
        while not killed:
            for worker in list(processes._workers):
                if worker.row() == 1:
                    time.sleep(0.2)
                    os.kill(worker.pid, signal.SIGKILL)
                    killed.append(worker.pid)
            time.sleep(0.01)

    start = Processes.__init__

    def spied(self: Processes, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        threading.Thread(target=kill, args=(self,)).start()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Processes, "__init__", spied)
        ends = list(deadly.map([{"n": 1}, {"n": 14}, {"n": 2}], processes=2, returns_errors=True))
    assert killed
    assert [type(end) for end in ends] == [Result, ActivityLimitError, Result]


@pytest.mark.parametrize("way", ["end", "close", "error", "forget"])
def test_no_process_is_left(way: str, deadly: LoadedWorkflow) -> None:
    with pytest.MonkeyPatch.context() as patched:
        pids: list[int] = []
        close = Processes.close

        def spied(self: Processes) -> None:
            pids.extend(self.pids())
            close(self)

        patched.setattr(Processes, "close", spied)
        results = deadly.map(({"n": 0 if way == "error" and n > 100 else 1} for n in range(300)), processes=2)
        next(results)
        if way == "close":
            results.close()  # type: ignore[attr-defined]  # a generator
        elif way == "error":
            with pytest.raises(ActivityError):
                list(results)
        elif way == "end":
            list(results)
        else:
            del results
    assert pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


ORPHANS = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests were started in the background, which ignores it
import sys, threading, time
from compiled_ai.execution import load_workflow
from compiled_ai.execution.processes import Processes
start = Processes.__init__
def spied(self, *args):
    start(self, *args)
    print(*self.pids(), flush=True)
Processes.__init__ = spied
list(load_workflow(sys.argv[1]).map([{"n": 14}, {"n": 14}], processes=2))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_its_program_not_even_one_that_hangs(
    number: signal.Signals, deadly: LoadedWorkflow
) -> None:
    command = [sys.executable, "-c", ORPHANS, str(deadly.artifact.path)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert program.stdout is not None
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert len(pids) == 2
    time.sleep(1.0)
    program.send_signal(number)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    program.kill()
    program.communicate()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_another_artifact_in_the_place_of_the_first_is_refused(save: Save) -> None:
    takes: JsonObject = {"n": "integer"}
    first = save("def twins(data):\n    return {'n': 1}\n", name="twins", takes=takes, gives=takes)
    second = save("def twins(data):\n    return {'n': 2}\n", name="twins", takes=takes, gives=takes)
    for name in ("activities.py", "manifest.json"):
        (first.artifact.path / name).write_bytes((second.artifact.path / name).read_bytes())
    with pytest.raises(ArtifactError, match="another artifact by now"):
        list(first.map([{"n": 1}] * 3, processes=2))


def test_processes_may_be_isolated_too(deadly: LoadedWorkflow) -> None:
    walled = LoadedWorkflow(load_artifact(deadly.artifact.path), isolation=Isolation(seconds=1.0))
    ends = list(walled.map([{"n": 1}, {"n": 14}, {"n": 13}, {"n": 2}], processes=2, returns_errors=True))
    walled.close()
    assert [type(end).__name__ for end in ends] == ["Result", "ActivityLimitError", "ActivityError", "Result"]


# Asynchronous runs


def test_an_asynchronous_run_gives_what_a_run_gives(plain: LoadedWorkflow) -> None:
    data: JsonObject = {"sku": "a", "price": 5}
    assert asyncio.run(plain.run_async(data)).output == plain.run(data).output


def test_an_asynchronous_run_raises_what_a_run_raises(deadly: LoadedWorkflow) -> None:
    with pytest.raises(ActivityError):
        asyncio.run(deadly.run_async({"n": 0}))


SLOW_SECONDS = 0.3


def slow(open_care: Callable[..., LoadedWorkflow], asked: list[float]) -> LoadedWorkflow:
    def answer(_: object) -> JsonObject:
        asked.append(time.monotonic())
        time.sleep(SLOW_SECONDS)
        return {"tone": "calm"}

    return open_care(from_function(answer))


def test_runs_that_wait_for_a_model_do_so_side_by_side(open_care: Callable[..., LoadedWorkflow]) -> None:
    asked: list[float] = []
    workflow = slow(open_care, asked)

    async def both() -> list[Result]:
        return await asyncio.gather(*(workflow.run_async({"message": "a", "age": age}) for age in range(4)))

    results = asyncio.run(both())
    assert [result.served_by for result in results] == ["bounded"] * 4
    assert max(asked) - min(asked) < SLOW_SECONDS


def test_cancelling_a_run_gives_control_back_at_once(open_care: Callable[..., LoadedWorkflow]) -> None:
    asked: list[float] = []
    workflow = slow(open_care, asked)

    async def impatient() -> float:
        started = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(workflow.run_async({"message": "a", "age": 1}), timeout=0.05)
        waited = time.monotonic() - started
        assert (await workflow.run_async({"message": "b", "age": 1})).output is not None
        return waited

    assert asyncio.run(impatient()) < SLOW_SECONDS
    assert len(asked) == 2
