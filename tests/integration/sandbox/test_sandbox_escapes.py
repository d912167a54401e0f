"""What code gets that is out to break the jail. It goes past the subset check here, and mostly past the builtins too.

`ESCAPE` reaches the real modules through an attribute of `re`, so that what stops the code after it is the operating system.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from textwrap import dedent, indent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.sandbox.jail import isolation_status, run_sandboxed
from compiled_ai.sandbox.model import CaseRow, SandboxCase, SandboxJob, SandboxLimits, SandboxOutcome
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
REFUSED = "PermissionError"


@cache
def layers() -> dict[str, str]:
    return isolation_status()


def needs(layer: str) -> None:
    if layers().get(layer) != "in force":
        pytest.skip(f"{layer}: {layers().get(layer)}")


def run_escaped(body: str, *, cases: int = 1, prelude: str = ESCAPE) -> SandboxOutcome:
    source = prelude + "\ndef run(data):\n" + indent(dedent(body), "    ")
    job = SandboxJob(
        source=source,
        workflow=WORKFLOW,
        cases=tuple(SandboxCase(case_id=str(i), input={"i": i}, given={}) for i in range(cases)),
        limits=SandboxLimits(case_seconds=5),
    )
    return run_sandboxed(job)


def what_it_gets(expression: str) -> JsonValue:
    """The name of the exception that `expression` meets, or its value as text."""
    body = f"""
        try:
            return {{"got": str({expression})}}
        except BaseException as error:
            return {{"got": error.__class__.__name__}}
    """
    row: CaseRow = run_escaped(body).rows[0]
    assert row.output is not None, row.detail
    return row.output["got"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these layers")
def test_a_jail_on_this_kernel_says_why_a_layer_is_missing() -> None:
    assert list(layers()) == ["process", "rlimits", "memory", "landlock", "seccomp"]
    assert all(layers().values())


def test_outcome_lists_the_layers_that_doctor_reports() -> None:
    in_force = tuple(layer for layer, state in layers().items() if state == "in force")
    assert run_escaped("return {}").isolation == in_force


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("open('/etc/passwd')", "NameError"),
        ("eval('1')", "NameError"),
        ("print(1)", "NameError"),
        ("import os", "ImportError"),
        ("import subprocess", "ImportError"),
        ("from collections import abc\nimport socket", "ImportError"),
        ("__import__('ctypes')", "ImportError"),
    ],
)
def test_builtins_stop_what_does_not_get_round_them(body: str, name: str) -> None:
    row = run_escaped(body, prelude="").rows[0]
    assert (row.status, row.detail.split()[0]) == ("crashed", name)


def test_subclasses_of_object_reach_the_machine_without_any_builtin() -> None:
    """The reason why the list of builtins is no boundary, and the locks are needed."""
    body = """
        found = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == "_wrap_close"]
        return {"pid": found[0].__init__.__globals__["getpid"]()}
    """
    assert run_escaped(body, prelude="").rows[0].status == "answered"


@pytest.mark.parametrize(
    "expression",
    [
        "os.open('/etc/passwd', os.O_RDONLY)",
        "os.open('/proc/self/environ', os.O_RDONLY)",
        "os.open('/proc/%d/environ' % os.getppid(), os.O_RDONLY)",
        "os.listdir('/')",
        "os.listdir('.')",
        "os.open('../closed', os.O_RDONLY)",
    ],
)
def test_landlock_refuses_reading(expression: str) -> None:
    needs("landlock")
    assert what_it_gets(expression) == REFUSED


@pytest.mark.parametrize(
    "expression",
    [
        "os.open('new', os.O_WRONLY | os.O_CREAT)",
        "os.open('../activities.py', os.O_WRONLY)",
        "os.open('../activities.py', os.O_RDONLY | os.O_TRUNC)",
        "os.open(os.__file__, os.O_RDWR)",
        "os.unlink('../activities.py')",
        "os.mkdir('new')",
        "os.rename('../activities.py', '../other.py')",
        "os.symlink('/etc/passwd', 'link')",
        "os.chmod('../activities.py', 0o777)",
    ],
)
def test_locks_refuse_writing(expression: str) -> None:
    needs("seccomp")
    assert what_it_gets(expression) == REFUSED


@pytest.mark.parametrize(
    "expression",
    [
        "load('socket').socket()",
        "load('socket').socketpair()",
        "os.fork()",
        "os.execv(sys.executable, ['python'])",
        "load('subprocess').run(['/bin/true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.kill(os.getppid(), 9)",
        "os.kill(os.getpid(), 9)",
        "os.killpg(0, 9)",
        "os.setsid()",
        "os.chroot('/')",
        "os.memfd_create('x')",
        "load('resource').prlimit(0, 7)",
    ],
)
def test_seccomp_refuses_system_calls(expression: str) -> None:
    needs("seccomp")
    assert what_it_gets(expression) == REFUSED


def test_seccomp_refuses_threads() -> None:
    needs("seccomp")
    assert what_it_gets("load('threading').Thread(target=os.getpid).start()") == "RuntimeError"


@pytest.mark.parametrize(
    "call",
    [
        "socket(2, 1, 0)",
        "fork()",
        "execv(b'/bin/true', None)",
        "ptrace(16, 1, 0, 0)",
        "kill(1, 0)",
        "prctl(4, 1, 0, 0, 0)",
    ],
)
def test_native_code_meets_the_same_refusal(call: str) -> None:
    needs("seccomp")
    body = f"""
        ctypes = load("ctypes")
        got = ctypes.CDLL(None, use_errno=True).{call}
        return {{"got": got, "error": ctypes.get_errno()}}
    """
    row = run_escaped(body).rows[0]
    assert row.output == {"got": -1, "error": 1}


def test_a_signal_of_a_pipe_cannot_be_sent_to_the_parent() -> None:
    needs("seccomp")
    assert what_it_gets("load('fcntl').fcntl(3, 8, os.getppid())") == REFUSED


def test_limits_cannot_be_raised() -> None:
    needs("rlimits")
    assert what_it_gets("load('resource').setrlimit(7, (1000, 1000))") in (REFUSED, "ValueError")


def test_environment_is_empty_but_for_the_hash_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "sk-1")
    got = run_escaped("return {name: '' for name in os.environ}").rows[0].output
    assert got is not None
    assert set(got) <= {"PYTHONHASHSEED", "LC_CTYPE", "SYSTEMROOT"}  # the interpreter itself sets LC_CTYPE


def test_neither_user_site_nor_working_folder_are_on_the_path() -> None:
    body = (
        "return {'path': sys.path, 'flags': [sys.flags.no_user_site, sys.flags.no_site, sys.flags.safe_path]}"
    )
    got = run_escaped(body).rows[0].output
    assert got is not None
    assert got["flags"] == [1, 1, True]
    assert isinstance(got["path"], list)
    assert not {"", ".", os.getcwd()} & {str(entry) for entry in got["path"]}  # noqa: PTH109 - compared as text


def test_no_descriptor_of_the_parent_is_inherited() -> None:
    body = """
        alive = []
        for number in range(64):
            try:
                os.fstat(number)
            except OSError:
                continue
            alive.append(number)
        return {"alive": alive}
    """
    with open(__file__) as kept:  # noqa: PTH123 - a plain descriptor
        os.set_inheritable(kept.fileno(), True)
        got = run_escaped(body).rows[0].output
    assert got is not None
    assert isinstance(got["alive"], list)
    assert len(got["alive"]) == 4  # three null devices and the answer pipe


FORGED = '{"kind": "row", "status": "answered", "output": {}, "detail": "", "line": null, "mutated_input": false, "seconds": 0.1}'


@pytest.mark.parametrize(
    "text",
    [FORGED + "\\n", "0" * 32 + " " + FORGED + "\\n", "x", "x" * 2_000_000],
    ids=["row", "nonce", "bit", "flood"],
)
def test_row_that_generated_code_writes_is_not_believed(text: str) -> None:
    body = f"""
        for number in range(64):
            try:
                os.write(number, {text!r}.replace("\\\\n", "\\n").encode())
            except OSError:
                pass
        return {{}}
    """
    outcome = run_escaped(body, cases=3)
    assert [row.status for row in outcome.rows] == ["crashed"] * 3
    assert outcome.rows[0].detail == "wrote to the pipe on which the jail answers"


def test_code_that_closes_the_pipe_is_a_crash() -> None:
    outcome = run_escaped("os.closerange(3, 64)\nreturn {}")
    assert outcome.rows[0].status == "crashed"


def test_process_that_ends_itself_costs_only_its_own_case() -> None:
    outcome = run_escaped("os._exit(3) if data['i'] == 0 else 0\nreturn {}", cases=2)
    assert [row.status for row in outcome.rows] == ["crashed", "answered"]
    assert outcome.rows[0].detail == "the process ended with exit code 3 without an answer"


def test_process_that_dies_of_a_fault_costs_only_its_own_case() -> None:
    outcome = run_escaped("load('ctypes').string_at(1) if data['i'] == 0 else 0\nreturn {}", cases=2)
    assert [row.status for row in outcome.rows] == ["crashed", "answered"]
    assert outcome.rows[0].detail == "the process died of signal 11 without an answer"


def test_output_of_generated_code_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    run_escaped("sys.stdout.write('x' * 100_000)\nsys.stderr.write('y')\nreturn {}")
    assert capfd.readouterr() == ("", "")


def test_other_cases_cannot_be_read_from_standard_input() -> None:
    assert what_it_gets("sys.stdin.read()") == ""


def test_time_zone_of_the_machine_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert what_it_gets("load('time').localtime(0).tm_hour") == "0"
