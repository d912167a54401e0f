"""Compiled code behind a wall: the same results and errors as without, limits that hold, and workers that are replaced."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from compiled_ai.artifact import Artifact, PlannedStep, Workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.errors import (
    ActivityError,
    ActivityLimitError,
    CompiledAIError,
    InputError,
    SandboxError,
)
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution import isolated as isolated_module
from compiled_ai.execution.isolated import Isolation
from compiled_ai.execution.result import Result
from compiled_ai.llm import from_function
from compiled_ai.sandbox import resident
from compiled_ai.sandbox.zygote_pool import shared_pool
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is Linux's")

CODE = """
from compiled_ai.modules import abstain


def run(data):
    do = data["do"]
    value = data.get("value")
    if do == "echo":
        return {"value": value}
    if do == "decline":
        abstain("not " + str(value))
    if do == "divide":
        return half(value)
    if do == "spin":
        while True:
            pass
    if do == "fill":
        return {"value": len("x" * 10**10)}
    if do == "grow":
        return {"value": "x" * value}
    if do == "tuple":
        return {"value": [1, (2, 3)]}
    if do == "nan":
        return {"value": float("nan")}
    if do == "set":
        return {"value": {1}}
    if do == "deep":
        return {"value": nest(value)}
    if do == "none":
        return None
    if do == "stop":
        raise SystemExit(3)
    if do == "text":
        raise ValueError("x" * value)
    if do == "wrong":
        return {"volume": 1}
    return {"value": [][0]}


def half(value):
    return {"value": 1 / value}


def nest(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value
"""
TAKES: JsonObject = {"do": "string", "value": "any?"}
LIMITS = Isolation(seconds=1.0, memory_mb=256, output_bytes=100_000, workers=2)
Make = Callable[..., LoadedWorkflow]


def artifact_of(
    code: str, *, takes: JsonObject, steps: Sequence[PlannedStep] = (), compliance: Sequence[str] = ()
) -> Artifact:
    output = expand_object({"value": "any"})
    single = PlannedStep(id="run", kind="code", takes=tuple(takes), output_schema=output)
    workflow = Workflow(
        name="probe",
        version="1.0.0",
        input_schema=expand_object(takes),
        output_schema=output,
        steps=tuple(steps) or (single,),
        returns=("value",),
    )
    fields: JsonObject = {
        "name": "probe", "version": "1.0.0", "spec": "s1:0", "compliance": list(compliance),
        "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
        "instructions": "Do it.", "compilation": {}, "evidence": {},
    }  # fmt: skip
    return Artifact(
        path=Path("folder"),
        manifest=seal(fields, dict.fromkeys(GUARDED_FILES, "")),
        workflow=workflow,
        source=dedent(code),
    )


@pytest.fixture(scope="module")
def make() -> Iterator[Make]:
    """Makes workflows, isolated unless told otherwise, and closes them at the end."""
    made: list[LoadedWorkflow] = []

    def make_it(code: str = CODE, *, isolation: Isolation | None = LIMITS, **rest: Any) -> LoadedWorkflow:
        client = rest.pop("client", None)
        artifact = artifact_of(code, **{"takes": TAKES, **rest})
        made.append(LoadedWorkflow(artifact, isolation=isolation, client=client))
        return made[-1]

    yield make_it
    for workflow in made:
        workflow.close()


@pytest.fixture(scope="module")
def walled(make: Make) -> LoadedWorkflow:
    return make()


@pytest.fixture(scope="module")
def bare(make: Make) -> LoadedWorkflow:
    return make(isolation=None)


def told(workflow: LoadedWorkflow, data: JsonObject) -> tuple[object, ...]:
    """All that a caller sees of a run, but for its time."""
    try:
        result: Result = workflow.run(data)
    except CompiledAIError as error:
        return (type(error), str(error), getattr(error, "step", None), getattr(error, "field", None))
    return result.output, result.served_by, result.reason, json.dumps(result.output)


VALUES: list[Any] = [
    None, True, 0, -1, 2**80, 10**4_299, 1.0, -0.0, 1e300, 5e-324, "", "é\U0001f600", "\0\n\u2028", "\ud800",
    [], {}, {"b": 1, "a": [1.5, {"": None}]}, "x" * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: str(type(value).__name__))
def test_values_pass_the_wall_unchanged(value: Any, walled: LoadedWorkflow, bare: LoadedWorkflow) -> None:
    data: JsonObject = {"do": "echo", "value": value}
    assert told(walled, data) == told(bare, data)


@pytest.mark.parametrize(
    ("do", "value"),
    [
        ("decline", "sure \ud800"), ("divide", 0), ("divide", "x"), ("divide", 4), ("index", 1), ("tuple", 1), ("nan", 1),
        ("set", 1), ("deep", 98), ("deep", 99), ("deep", 5_000), ("none", 1), ("text", 10), ("text", 50_000), ("wrong", 1),
    ],
)  # fmt: skip
def test_every_end_is_told_as_without_a_wall(
    do: str, value: Any, walled: LoadedWorkflow, bare: LoadedWorkflow
) -> None:
    data: JsonObject = {"do": do, "value": value}
    assert told(walled, data) == told(bare, data)


def test_an_error_names_the_line(walled: LoadedWorkflow) -> None:
    with pytest.raises(
        ActivityError, match=r"probe failed at line 41 of activities.py: ZeroDivisionError"
    ) as caught:
        walled.run({"do": "divide", "value": 0})
    assert caught.value.step == "run"


def test_an_input_that_does_not_fit_never_gets_inside(walled: LoadedWorkflow) -> None:
    with pytest.raises(InputError, match=r"input\.do"):
        walled.run({"do": 1})


def test_values_are_hidden_where_they_must_be(make: Make) -> None:
    workflow = make(compliance=["hipaa"])
    with pytest.raises(ActivityError) as caught:
        workflow.run({"do": "text", "value": 20})
    assert "xxx" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_leaving_the_interpreter_is_an_error_of_the_code(walled: LoadedWorkflow) -> None:
    with pytest.raises(ActivityError, match="SystemExit: 3"):
        walled.run({"do": "stop"})


@pytest.mark.parametrize(
    ("data", "limit", "words"),
    [
        ({"do": "spin"}, "time", "did not end within 1 seconds"),
        ({"do": "fill"}, "memory", "ran out of memory"),
        ({"do": "grow", "value": 100_001}, "output", "100,000|100000"),
    ],
)
def test_a_limit_is_enforced_and_the_next_run_is_well(
    data: JsonObject, limit: str, words: str, walled: LoadedWorkflow
) -> None:
    started = time.monotonic()
    with pytest.raises(ActivityLimitError, match=words) as caught:
        walled.run(data)
    assert caught.value.limit == limit
    assert time.monotonic() - started < 10
    assert walled.run({"do": "echo", "value": 1}).output == {"value": 1}


def workers(workflow: LoadedWorkflow) -> list[int]:
    assert workflow._isolated is not None
    return workflow._isolated.pids()


def test_a_worker_stays(walled: LoadedWorkflow) -> None:
    walled.run({"do": "echo"})
    before = workers(walled)
    for _ in range(50):
        walled.run({"do": "echo"})
    assert workers(walled) == before


def is_alive(pid: int) -> bool:
    """Whether the process still runs; one that is dead and not yet fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_worker_that_was_killed_while_idle_is_replaced_unnoticed(walled: LoadedWorkflow) -> None:
    walled.run({"do": "echo"})
    killed = workers(walled)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(is_alive(pid) for pid in killed) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert walled.run({"do": "echo", "value": 5}).output == {"value": 5}


def test_a_worker_that_is_killed_at_work_is_told(make: Make) -> None:
    workflow = make(isolation=Isolation(seconds=20, workers=1))
    workflow.run({"do": "echo"})
    (pid,) = workers(workflow)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(ActivityLimitError, match=r"out of memory .*or was killed") as caught:
        workflow.run({"do": "spin"})
    assert caught.value.limit == "memory"
    assert workflow.run({"do": "echo", "value": 1}).output == {"value": 1}


def test_the_death_of_all_that_starts_workers_is_survived(walled: LoadedWorkflow) -> None:
    walled.run({"do": "echo"})
    for pid in shared_pool().pids():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert walled.run({"do": "echo", "value": 2}).output == {"value": 2}


def test_closing_ends_the_workers_and_the_next_run_opens_anew(make: Make) -> None:
    workflow = make()
    workflow.run({"do": "echo"})
    (pid,) = workers(workflow)
    workflow.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()
    assert workflow.run({"do": "echo", "value": 1}).output == {"value": 1}


def test_a_worker_can_be_used_up(make: Make) -> None:
    workflow = make(isolation=Isolation(runs_per_worker=3))
    seen = set()
    for _ in range(9):
        workflow.run({"do": "echo"})
        seen.update(workers(workflow))
    assert len(seen) == 3


def test_threads_share_a_bounded_number_of_workers(walled: LoadedWorkflow) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        for index in range(60):
            value = number * 1000 + index
            if walled.run({"do": "echo", "value": value}).output != {"value": value}:
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert 1 <= len(workers(walled)) <= LIMITS.workers


def test_a_thread_that_hangs_does_not_hold_up_the_others(make: Make) -> None:
    workflow = make(isolation=Isolation(seconds=3.0, workers=2))
    workflow.run({"do": "echo"})
    hanging = threading.Thread(target=lambda: told(workflow, {"do": "spin"}))
    hanging.start()
    started = time.monotonic()
    for _ in range(20):
        workflow.run({"do": "echo"})
    assert time.monotonic() - started < 2
    hanging.join()


def test_a_fork_of_this_program_has_workers_of_its_own(walled: LoadedWorkflow) -> None:
    walled.run({"do": "echo"})
    before = workers(walled)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            result = walled.run({"do": "echo", "value": 7}).output
            os.write(write, json.dumps([result, workers(walled)]).encode())
            walled.close()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        output, pids = json.load(file)
    os.waitpid(child, 0)
    assert output == {"value": 7}
    assert not set(pids) & set(before)
    assert walled.run({"do": "echo", "value": 8}).output == {"value": 8}
    assert workers(walled) == before


STEPS = (
    PlannedStep(id="first", kind="code", takes=("n",), output_schema=expand_object({"twice": "integer"})),
    PlannedStep(id="second", kind="code", takes=("twice",), output_schema=expand_object({"value": "any"})),
)
STEPS_CODE = """
def first(data):
    return {"twice": data["n"] * 2}


def second(data):
    return {"value": 100 // data["twice"]}
"""
ASK = PlannedStep(
    id="ask",
    kind="bounded",
    takes=("twice",),
    output_schema=expand_object({"value": "integer"}),
    instructions="?",
)


@pytest.mark.parametrize("n", [1, 0])
def test_several_steps_are_one_call(n: int, make: Make) -> None:
    walled = make(STEPS_CODE, takes={"n": "integer"}, steps=STEPS)
    bare = make(STEPS_CODE, takes={"n": "integer"}, steps=STEPS, isolation=None)
    assert told(walled, {"n": n}) == told(bare, {"n": n})
    assert walled._isolated is not None
    (one,) = walled._isolated._pool._idle
    assert one.calls == 1


def test_a_step_outside_is_asked_from_this_side(make: Make) -> None:
    client = from_function(lambda _: {"value": 9})
    workflow = make(STEPS_CODE, takes={"n": "integer"}, steps=(STEPS[0], ASK), client=client)
    result = workflow.run({"n": 1})
    assert (result.output, result.served_by) == ({"value": 9}, "bounded")


BREAKING = """
def run(data):
    bases = ().__class__.__base__.__subclasses__()
    loader = [kind for kind in bases if kind.__name__ == "BuiltinImporter"][0]
    posix = loader.load_module("posix")
    if data["do"] == "lie":
        for number in range(3, 32):
            try:
                posix.write(number, b"\\0\\0\\0\\1\\0\\0\\0\\1+")
            except OSError:
                pass
        return {"value": 1}
    if data["do"] == "exit":
        posix._exit(0)
    if data["do"] == "read":
        return {"value": posix.open(data["value"], posix.O_RDONLY)}
    if data["do"] == "write":
        return {"value": posix.open("/tmp/x", posix.O_WRONLY | posix.O_CREAT)}
    return {"value": posix.fork()}
"""


@pytest.mark.parametrize(
    ("do", "words"), [("read", "Permission"), ("write", "Permission|File too large"), ("fork", "Error")]
)
def test_code_that_breaks_out_of_its_language_stays_in_its_jail(do: str, words: str, make: Make) -> None:
    workflow = make(BREAKING)
    with pytest.raises(ActivityError, match=words):
        workflow.run({"do": do, "value": __file__})


@pytest.mark.parametrize("do", ["lie", "exit"])
def test_code_that_meddles_with_the_channel_loses_its_worker(do: str, make: Make) -> None:
    workflow = make(BREAKING)
    before = workers(workflow)
    for _ in range(3):
        with pytest.raises(ActivityLimitError, match="its worker was lost"):
            workflow.run({"do": do})
    assert not set(workers(workflow)) & set(before)


def test_without_a_jail_nothing_is_run(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident, "missing_layers", lambda: {"landlock": "the kernel has none"})
    with pytest.raises(SandboxError, match=r"landlock.*the kernel has none.*doctor"):
        make()


def test_code_that_does_not_load_is_told(make: Make) -> None:
    with pytest.raises(SandboxError, match="does not load in its jail: NameError"):
        make("x = undefined_name\ndef run(data):\n    return {}\n")


def test_an_interrupt_costs_the_worker_and_nothing_else(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = make(isolation=Isolation(seconds=10, workers=1))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(resident.Resident, "_receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            workflow.run({"do": "echo", "value": "old"})
    assert workflow.run({"do": "echo", "value": "new"}).output == {"value": "new"}


ORPHANS = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests were started in the background, which ignores it
import sys, time
from compiled_ai.execution import load_workflow
from compiled_ai.execution.isolated import Isolation
workflow = load_workflow(sys.argv[1], isolation=Isolation())
print(*workflow._isolated.pids(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_program(number: signal.Signals, plain: LoadedWorkflow) -> None:
    command = [sys.executable, "-c", ORPHANS, str(plain.artifact.path)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert program.stdout is not None
    pid = int(program.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    program.send_signal(number)
    program.communicate(timeout=20)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()


def test_the_module_says_how_many_tries_there_are() -> None:
    assert isolated_module._TRIES > 1
