"""What code gets that is out to break the WebAssembly sandbox. It goes past the subset check here, and past the builtins too.

`ESCAPE` reaches the real modules through an attribute of `re`, so that what stops the code after it is that nothing is there.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from textwrap import dedent, indent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.sandbox.model import SandboxCase, SandboxJob, SandboxLimits, SandboxOutcome, Surroundings
from compiled_ai.sandbox.wasm import WasmSandbox
from compiled_ai.spec.canonical import JsonValue

WORKFLOW = Workflow(
    name="probe",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=(), output_schema={}),),
    returns=(),
)
ESCAPE = """
import re
sys = re.enum.sys
os = sys.modules["os"]
load = sys.modules["builtins"].__import__
"""
STACK = "RecursionError: the stack of the sandbox is exhausted"


def run_escaped(
    body: str,
    *,
    cases: int = 1,
    limits: SandboxLimits | None = None,
    hash_seed: int = 0,
    coverage: bool = False,
) -> SandboxOutcome:
    source = ESCAPE + "\ndef run(data):\n" + indent(dedent(body), "    ")
    job = SandboxJob(
        source=source,
        workflow=WORKFLOW,
        cases=tuple(SandboxCase(case_id=str(i), input={"i": i}, given={}) for i in range(cases)),
        limits=limits or SandboxLimits(case_seconds=5),
        coverage=coverage,
        surroundings=Surroundings(hash_seed=hash_seed),
    )
    return WasmSandbox().run(job)


def what_it_gets(expression: str) -> JsonValue:
    """The name of the exception that `expression` meets, its value as text, or how the instance ended."""
    body = f"""
        try:
            return {{"got": str({expression})}}
        except BaseException as error:
            return {{"got": error.__class__.__name__}}
    """
    row = run_escaped(body).rows[0]
    return row.output["got"] if row.output else f"{row.status}: {row.detail}"


def asked_for(call: str) -> str:
    return f"crashed: asked the system for '{call}', which this sandbox does not have"


@pytest.mark.parametrize(
    "expression",
    [
        "os.open('/etc/passwd', os.O_RDONLY)",
        "os.open('/proc/self/environ', os.O_RDONLY)",
        "os.open('new', os.O_WRONLY | os.O_CREAT)",
        "os.listdir('/')",
        "os.listdir('.')",
        "os.unlink('x')",
        "os.mkdir('new')",
        "os.rename('a', 'b')",
        "load('builtins').open('/etc/passwd')",
        "load('builtins').open('new', 'w')",
        "load('io').FileIO('/python/os.py')",
    ],
)
def test_there_are_no_files(expression: str) -> None:
    assert what_it_gets(expression) == asked_for("filesystem_preopens_get_directories")


@pytest.mark.parametrize(
    ("expression", "call"),
    [
        ("load('_socket').socket()", "tcp_create_socket_create_tcp_socket"),
        ("load('_socket').getaddrinfo('example.com', 80)", "instance_network_instance_network"),
        ("load('_socket').socket(1, 5)", "udp_create_socket_create_udp_socket"),
        ("load('time').time()", "wall_clock_now"),
        ("load('time').perf_counter()", "monotonic_clock_now"),
        ("load('time').sleep(1)", "monotonic_clock_now"),
        ("load('datetime').datetime.now()", "wall_clock_now"),
        ("load('datetime').date.today()", "wall_clock_now"),
        ("os.urandom(4)", "random_get_random_bytes"),
        ("load('random').Random()", "random_get_random_bytes"),
        ("load('random').SystemRandom().random()", "random_get_random_bytes"),
        ("os.write(1, 'x'.encode())", "stdout_get_stdout"),
        ("os.write(2, 'x'.encode())", "stderr_get_stderr"),
        ("os.read(0, 10)", "stdin_get_stdin"),
        ("os._exit(3)", "exit_exit"),
        ("os.abort()", "abort"),
    ],
)
def test_there_is_no_system(expression: str, call: str) -> None:
    assert what_it_gets(expression) == asked_for(call)


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("os.fork()", "AttributeError"),
        ("os.execv('/bin/true', ['true'])", "AttributeError"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "AttributeError"),
        ("os.system('true')", "AttributeError"),
        ("os.kill(1, 9)", "AttributeError"),
        ("load('subprocess')", "ModuleNotFoundError"),
        ("load('socket')", "ModuleNotFoundError"),
        ("load('ctypes')", "ModuleNotFoundError"),
        ("load('_ctypes')", "ModuleNotFoundError"),
        ("load('threading').Thread(target=len).start()", "RuntimeError"),
        ("load('signal').raise_signal(9)", "ModuleNotFoundError"),
        ("load('resource')", "ModuleNotFoundError"),
        ("load('_thread').start_new_thread(os.getpid, ())", "RuntimeError"),
        ("load('random').random()", "PermissionError"),
        ("load('random').shuffle([1, 2])", "PermissionError"),
        ("os.fstat(3)", "OSError"),
        ("os.dup(0)", "OSError"),
    ],
)
def test_what_would_need_a_system_is_not_there(expression: str, error: str) -> None:
    assert what_it_gets(expression) == error


def test_environment_and_streams_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "sk-1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert what_it_gets("dict(os.environ)") == "{}"
    assert what_it_gets("sys.stdin.read()") == ""
    assert what_it_gets("sys.argv + sys.path") == "[]"
    assert what_it_gets("load('time').localtime(0).tm_hour") == "0"


def test_nothing_of_this_machine_is_known() -> None:
    got = run_escaped(
        "return {'pid': os.getpid(), 'cwd': os.getcwd(), 'version': sys.version_info[:2] == (3, 14)}"
    )
    assert got.rows[0].output == {"pid": 42, "cwd": "/", "version": True}
    assert os.getpid() != 42


def test_output_of_generated_code_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    body = "sys.stdout.write('x' * 100_000)\nsys.stderr.write('y')\nload('warnings').warn('z')\nreturn {}"
    assert run_escaped(body).rows[0].status == "answered"
    assert capfd.readouterr() == ("", "")


def test_code_that_ends_the_interpreter_costs_only_its_own_case() -> None:
    outcome = run_escaped("os._exit(3) if data['i'] == 0 else 0\nreturn {}", cases=3)
    assert [row.status for row in outcome.rows] == ["crashed", "answered", "answered"]


def test_instances_share_nothing() -> None:
    body = (
        "re.SEEN = getattr_(re, 'SEEN', 0) + 1\nos._exit(0) if data['i'] == 1 else 0\nreturn {'n': re.SEEN}"
    )
    outcome = run_escaped("getattr_ = load('builtins').getattr\n" + body, cases=4)
    assert [row.output for row in outcome.rows] == [{"n": 1}, None, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    "body",
    [
        "x = []\nfor _ in range(100_000):\n    x = [x]\nreturn {'x': repr(x)}",
        "return {'x': load('json').loads('[' * 100_000 + ']' * 100_000)}",
        "sys.setrecursionlimit(10**8)\ndef f(n):\n    return f(n + 1)\nf(0)",
    ],
    ids=["repr", "json", "no limit"],
)
@pytest.mark.parametrize("stack", [None, 2**18], ids=["main thread", "small thread"])
def test_stack_overflow_is_a_row(body: str, stack: int | None) -> None:
    outcomes: list[SandboxOutcome] = []

    def work() -> None:
        outcomes.append(run_escaped(body, cases=2, limits=SandboxLimits(case_seconds=20)))

    if stack is None:
        work()
    else:
        before = threading.stack_size(stack)
        try:
            thread = threading.Thread(target=work)
            thread.start()
        finally:
            threading.stack_size(before)
        thread.join()
    assert [(row.status, row.detail) for row in outcomes[0].rows] == [("crashed", STACK)] * 2


def test_recursion_through_c_is_an_exception() -> None:
    row = run_escaped("sys.setrecursionlimit(10**8)\nx = lambda n: sorted([n], key=x)\nx(1)").rows[0]
    assert (row.status, row.detail.split()[0], row.line) == ("crashed", "RecursionError", 9)


@pytest.mark.parametrize(
    "body",
    [
        "x = 'a' * 10**9",
        "x = []\nwhile True:\n    x.append('a' * 10**6)",
        "x = []\nwhile True:\n    x.append([0] * 10)",
        "x = 1\nwhile True:\n    x = x << 10**6",
    ],
    ids=["at once", "texts", "lists", "number"],
)
def test_memory_bomb_is_out_of_memory(body: str) -> None:
    row = run_escaped(body, limits=SandboxLimits(memory_mb=64, case_seconds=20)).rows[0]
    assert (row.status, row.detail.split()[0]) == ("out_of_memory", "MemoryError")


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    pass",
        "re.match('(a+)+$', 'a' * 60 + 'b')",
        "x = 10 ** (10**8)",
        "sum(iter(int, 1))",
        "'a' in load('itertools').repeat('b')",
        "try:\n    while True:\n        pass\nexcept BaseException:\n    pass",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
    ],
    ids=["loop", "pattern", "number", "in C", "in C again", "caught", "caught again"],
)
def test_code_that_does_not_end_is_stopped(body: str) -> None:
    outcome = run_escaped(body, limits=SandboxLimits(case_seconds=0.3, restarts=0))
    row = outcome.rows[0]
    assert (row.status, row.detail) == ("timed_out", "did not end within 0.3 seconds")
    assert 0.25 < row.seconds < 3


def test_output_flood_is_refused() -> None:
    row = run_escaped("return {'x': 'a' * 2_000_000}").rows[0]
    assert row.status == "output_too_large"


PROGRAM = "program = sys.modules['compiled_ai.sandbox.jail_program']\nguest = sys.modules['wasm_guest']\n"
FORGED = '{"kind": "row", "status": "answered", "output": {"x": 1}, "detail": 5, "line": null, "mutated_input": false}'


@pytest.mark.parametrize(
    "reply",
    [repr(FORGED), "'x'", "'[]'", "''", "'a' * 2_000_000", '\'{"kind": "end"}\''],
    ids=["row", "bit", "list", "nothing", "flood", "other kind"],
)
def test_reply_in_another_form_ends_the_job(reply: str) -> None:
    outcome = run_escaped(PROGRAM + f"guest._reply = lambda work: {reply}\nreturn {{}}", cases=3)
    # The first reply was under way when the function was replaced.
    assert [row.status for row in outcome.rows] == ["answered", "crashed", "crashed"]
    assert {row.detail for row in outcome.rows[1:]} == {"answered in a form that the sandbox does not use"}


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        ("None", "asked the system for"),
        ("chr(0xd800)", "asked the system for"),
        ("'a' * 200_000_000", "answered with more than the sandbox takes out"),
    ],
    ids=["no text", "not unicode", "beyond the boundary"],
)
def test_reply_that_is_no_text_is_a_crash(reply: str, detail: str) -> None:
    outcome = run_escaped(PROGRAM + f"guest._reply = lambda work: {reply}\nreturn {{}}", cases=2)
    assert outcome.rows[1].status == "crashed"
    assert outcome.rows[1].detail.startswith(detail)


def test_code_that_breaks_the_program_around_it_is_a_crash() -> None:
    outcome = run_escaped(PROGRAM + "guest._jobs.clear()\nreturn {}", cases=2)
    assert outcome.rows[1].status == "crashed"
    assert outcome.rows[1].detail == "the program around the code failed: IndexError: list index out of range"


def test_code_that_forges_coverage_has_none() -> None:
    body = PROGRAM + "guest._reached = lambda: {'reached': {'lines': ['x'], 'arcs': []}}\nreturn {}"
    outcome = run_escaped(body, coverage=True)
    assert (outcome.rows[0].status, outcome.coverage) == ("answered", None)


def test_outcome_lists_the_layers_that_were_probed() -> None:
    assert run_escaped("return {}").isolation == ("wasm", "time", "memory")
    assert WasmSandbox().status() == dict.fromkeys(("wasm", "time", "memory"), "in force")


def test_no_file_is_left_by_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run_escaped("return {}", coverage=True)
    assert list(tmp_path.iterdir()) == []


def test_addresses_differ_between_seeds() -> None:
    """So that an answer that depends on where an object lies is seen to be unstable, as it would be between processes."""
    body = """
        id, object = load("builtins").id, load("builtins").object
        class Mine:
            pass
        return {"at": [id(Mine), id(object()), id({1: 2}), id([1])]}
    """
    seen = [str(run_escaped(body, hash_seed=seed).rows[0].output) for seed in (2, 4, 6, 8, 2, 4, 6, 8)]
    assert seen[:4] == seen[4:]
    assert len(set(seen)) > 2
