"""What code gets that is out to break the jail. It goes past the subset check here, and mostly past the builtins too.

`ESCAPE` reaches the real modules through an attribute of `re`, so that what stops the code after it is the operating system.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent, indent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.sandbox.jail import Jail, missing_layers
from compiled_ai.sandbox.model import CaseRow, SandboxCase, SandboxJob, SandboxLimits, SandboxOutcome
from compiled_ai.sandbox.zygote_pool import shared_pool
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
builtins = sys.modules["builtins"]
load = builtins.__import__
"""
REFUSED = "PermissionError"


pytestmark = pytest.mark.skipif(
    bool(missing_layers()), reason=f"the jail does not hold here: {missing_layers()}"
)


@pytest.fixture(autouse=True)
def _zygote_outlives_the_attempt() -> Iterator[None]:
    """Every attempt here is made against the zygote too: afterwards it must be the same, and run a job."""
    assert run_escaped("return {'x': 1}").rows[0].output == {"x": 1}
    pids = shared_pool().pids()
    yield
    assert run_escaped("return {'x': 1}").rows[0].output == {"x": 1}
    assert shared_pool().pids()[-1] == pids[-1]


def run_escaped(
    body: str, *, cases: int = 1, prelude: str = ESCAPE, case_seconds: float = 5.0
) -> SandboxOutcome:
    source = prelude + "\ndef run(data):\n" + indent(dedent(body), "    ")
    job = SandboxJob(
        source=source,
        workflow=WORKFLOW,
        cases=tuple(SandboxCase(case_id=str(i), input={"i": i}, given={}) for i in range(cases)),
        limits=SandboxLimits(case_seconds=case_seconds),
    )
    return Jail().run(job)


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


def test_outcome_lists_the_layers() -> None:
    assert run_escaped("return {}").isolation == ("process", "rlimits", "memory", "landlock", "seccomp")


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
        "os.open('/proc/self/mem', os.O_RDONLY)",
        "os.open('/proc/self/maps', os.O_RDONLY)",
        "os.listdir('/proc/self/fd')",
        "os.open('/proc/%d/mem' % os.getppid(), os.O_RDONLY)",
        "os.open('/proc/%d/fd/0' % os.getppid(), os.O_RDONLY)",
        "os.listdir('..')",
        "os.listdir('/')",
        "os.listdir('.')",
        "os.open('../closed', os.O_RDONLY)",
    ],
)
def test_landlock_refuses_reading(expression: str) -> None:
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
        "os.kill(-1, 9)",
        "os.killpg(os.getppid(), 9)",
        "os.pidfd_open(os.getppid())",
        "os.setpriority(0, 0, 19)",
        "os.sched_setaffinity(0, {0})",
        "os.getcwd()",
        "os.pipe()",
    ],
)
def test_seccomp_refuses_system_calls(expression: str) -> None:
    assert what_it_gets(expression) == REFUSED


def test_seccomp_refuses_threads() -> None:
    assert what_it_gets("load('threading').Thread(target=os.getpid).start()") == "RuntimeError"


@pytest.mark.parametrize(
    "call",
    [
        "socket(2, 1, 0)",
        "fork()",
        "execv(b'/bin/true', None)",
        "ptrace(16, 1, 0, 0)",
        "ptrace(16, getppid(), 0, 0)",
        "process_vm_readv(getppid(), None, 0, None, 0, 0)",
        "process_vm_writev(getppid(), None, 0, None, 0, 0)",
        "syscall(438, 3, 0, 0)",
        "syscall(434, getppid(), 0)",
        "syscall(435, None, 0)",
        "syscall(425, 8, None)",
        "syscall(321, 0, None, 0)",
        "unshare(0x10000000)",
        "kill(1, 0)",
        "prctl(4, 1, 0, 0, 0)",
    ],
)
def test_native_code_meets_the_same_refusal(call: str) -> None:
    body = f"""
        ctypes = load("ctypes")
        getppid = os.getppid
        got = ctypes.CDLL(None, use_errno=True).{call}
        return {{"got": got, "error": ctypes.get_errno()}}
    """
    row = run_escaped(body).rows[0]
    assert row.output == {"got": -1, "error": 1}


def test_a_signal_of_a_pipe_cannot_be_sent_to_the_parent() -> None:
    assert what_it_gets("load('fcntl').fcntl(3, 8, os.getppid())") == REFUSED


def test_limits_cannot_be_raised() -> None:
    assert what_it_gets("load('resource').setrlimit(7, (1000, 1000))") in (REFUSED, "ValueError")


def test_environment_is_empty_but_for_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "sk-1")
    got = run_escaped("return {name: '' for name in os.environ}").rows[0].output
    assert got is not None
    assert set(got) <= {"PYTHONHASHSEED", "TZ", "LC_ALL", "LC_CTYPE"}  # the interpreter itself sets LC_CTYPE


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


def test_calls_of_the_other_word_size_kill() -> None:
    """The table of 32-bit calls is another one, so that an allowed number would mean something else there."""
    if platform.machine() != "x86_64":
        pytest.skip("only x86-64 has one")
    body = """
        ctypes = load("ctypes")
        code = builtins.bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])  # mov eax, getpid; int 0x80; ret
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        place = libc.mmap(None, 4096, 7, 0x22, -1, 0)
        ctypes.memmove(place, code, len(code))
        return {"got": ctypes.CFUNCTYPE(ctypes.c_int)(place)()}
    """
    row = run_escaped(body).rows[0]
    assert (row.status, row.detail) == ("crashed", "the process died of signal 31 without an answer")


@pytest.mark.parametrize(
    "body",
    [
        "load('atexit').register(load('time').sleep, 60)\nreturn {}",
        "load('faulthandler').enable()\nreturn {}",
        "sys.settrace(lambda *_: None)\nreturn {}",
        "sys.modules['json'].dumps = None\nreturn {}",
        "sys.modules['time'].perf_counter = None\nreturn {}",
        "sys.modules['os'].write = None\nreturn {}",
        "load('signal').pthread_sigmask(0, range(1, 65))\nreturn {}",
        "sys.modules.clear()\nreturn {}",
        "load('gc').disable()\nreturn {}",
    ],
    ids=lambda body: body.split("\\n")[0][:40],
)
def test_meddling_that_changes_nothing(body: str) -> None:
    outcome = run_escaped(body, cases=2)
    assert [row.status for row in outcome.rows] == ["answered", "answered"]
    assert outcome.seconds < 5


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("load('faulthandler')._read_null()", "the process died of signal 11 without an answer"),
        ("load('faulthandler')._sigsegv()", "returned NoneType, which is not a JSON object"),
        ("sys.settrace(lambda *_: 1 / 0)\nreturn {}", "ZeroDivisionError at line 9: division by zero"),
        (
            "sys.setrecursionlimit(10**8)\ndown = lambda: [x for x in map(lambda _: down(), '1')]\ndown()",
            "the process died of signal 11 without an answer",
        ),
        (
            "load('faulthandler').dump_traceback_later(1)",
            "RuntimeError at line 9: unable to start watchdog thread",
        ),
        (
            "sys.set_int_max_str_digits(0)\nreturn {'n': 10 ** 5000}",
            "wrote to the pipe on which the jail answers",
        ),
        ("os._exit(70)", "the process ran out of memory"),
    ],
    ids=["fault", "raised fault", "tracer", "stack", "watchdog", "huge number", "code of our own"],
)
def test_ways_to_break_down_cost_the_case(body: str, detail: str) -> None:
    row = run_escaped(body).rows[0]
    assert row.status in ("crashed", "out_of_memory")
    assert row.detail == detail


def test_process_that_blocks_every_signal_is_killed() -> None:
    body = "load('signal').pthread_sigmask(0, range(1, 65))\nwhile data['i'] == 0:\n    pass\nreturn {}"
    rows = run_escaped(body, cases=2, case_seconds=0.5).rows
    assert [row.status for row in rows] == ["timed_out", "answered"]


def test_flood_of_rows_is_cut_off() -> None:
    body = """
        for number in range(3, 64):
            try:
                while True:
                    os.write(number, b"x" * 60_000)
            except OSError:
                pass
    """
    outcome = run_escaped(body)
    assert outcome.rows[0].detail == "wrote to the pipe on which the jail answers"
    assert outcome.seconds < 4


HUNT = """
def hunt():
    for thing in load("gc").get_objects():
        if builtins.type(thing).__name__ == "function" and thing.__qualname__ == "_take_over_output.<locals>.send":
            return thing

def forge(number):
    hunt()(b'{"kind": "row", "status": "answered", "output": {"forged": %d}, "detail": "", "line": null, '
           b'"mutated_input": false, "seconds": 0.1, "steady": true}' % number)
"""


def test_hunt_through_the_collector_finds_the_way_to_answer_for_the_same_job_only() -> None:
    """It gets what the module's text says: rows of its own job, whose right answers are not in here. It could have returned these rows."""
    body = "forge(1)\nforge(2)\nwhile True:\n    pass"
    with ThreadPoolExecutor(2) as pool:
        attack = pool.submit(run_escaped, body, cases=3, case_seconds=1.0, prelude=ESCAPE + HUNT)
        others = [run_escaped("return {'i': data['i']}", cases=50) for _ in range(10)]
    assert [row.output for row in attack.result().rows[:2]] == [{"forged": 1}, {"forged": 2}]
    for other in others:
        assert [row.output for row in other.rows] == [{"i": i} for i in range(50)]


def test_beats_do_not_hold_off_the_end() -> None:
    body = "while True:\n    hunt()(b'{\"kind\": \"beat\"}')\n    load('time').sleep(0.05)"
    outcome = run_escaped(body, case_seconds=0.5, prelude=ESCAPE + HUNT)
    assert outcome.rows[0].status == "crashed"
    assert outcome.seconds < 3


def test_nothing_of_a_job_is_in_its_sibling() -> None:
    """Two jobs run at once, in forks of one zygote; one looks for a word of the other in all objects and all frames."""
    keeps = "kept = 'secret-' + 'mark'\nload('time').sleep(0.3)\nreturn {'kept': kept}"
    looks = """
        load('time').sleep(0.1)
        gc = load("gc")
        gc.unfreeze()
        texts = [repr(thing) for thing in gc.get_objects() if builtins.type(thing) in (dict, list, tuple, set)]
        frame = sys._getframe()
        while frame:
            texts.append(repr(frame.f_locals))
            frame = frame.f_back
        theirs = "".join(reversed("kram-terces"))
        own = "".join(reversed("drow-nwo"))
        return {"theirs": sum(theirs in text for text in texts), "own": any(own in text for text in texts)}
    """
    with ThreadPoolExecutor(2) as pool:
        keeper = pool.submit(run_escaped, keeps)
        looker = pool.submit(run_escaped, looks, prelude=ESCAPE + "KEPT = ['own-word']\n")
    assert keeper.result().rows[0].output == {"kept": "secret-mark"}
    assert looker.result().rows[0].output == {"theirs": 0, "own": True}


def test_modules_changed_by_a_job_are_whole_in_the_next() -> None:
    spoil = """
        sys.modules["json"].dumps = sys.modules["re"].compile = None
        sys.modules["decimal"] = None
        load("builtins").len = lambda _: 7
        load("builtins").sum = None
        return {}
    """
    run_escaped(spoil)
    check = """
        import json, decimal
        json.dumps(re.compile("a").pattern)
        return {"n": load("builtins").len("abc"), "sum": load("builtins").sum([1])}
    """
    assert run_escaped(check).rows[0].output == {"n": 3, "sum": 1}


def test_every_process_number_nearby_is_out_of_reach() -> None:
    """The zygote, a sibling that runs at the time, and whoever else has a number near them. It gets to know which numbers are in use."""
    body = """
        got = set()
        nearby = {own + step for own in (os.getppid(), os.getpid()) for step in range(-5, 50)}
        for number in nearby:
            for attempt in (lambda: os.kill(number, 9), lambda: os.open("/proc/%d/mem" % number, os.O_RDONLY)):
                try:
                    got.add(str(attempt()))
                except OSError as error:
                    got.add(error.__class__.__name__)
        return {"got": sorted(got)}
    """
    with ThreadPoolExecutor(2) as pool:
        sibling = pool.submit(run_escaped, "load('time').sleep(0.5)\nreturn {}")
        attempt = run_escaped(body)
    assert attempt.rows[0].output == {"got": ["FileNotFoundError", REFUSED]}
    assert sibling.result().rows[0].status == "answered"


def test_zygote_in_the_frames_of_a_job_is_an_empty_shell() -> None:
    body = """
        frame = sys._getframe()
        while frame.f_code.co_name != "main":
            frame = frame.f_back
        zygote = frame.f_locals["zygote"]
        return {"children": len(zygote._children), "socket": zygote._control.fileno(), "stdin": os.isatty(0)}
    """
    assert run_escaped(body).rows[0].output == {"children": 0, "socket": -1, "stdin": False}


def test_working_folder_and_file_name_tell_nothing() -> None:
    assert what_it_gets("sys._getframe().f_code.co_filename") == "/activities.py"


def test_names_and_sizes_of_files_are_not_hidden() -> None:
    """What Landlock leaves: whether a file is there, how long it is, when it was changed. Its text and a folder's list stay closed."""
    assert what_it_gets("os.stat('/etc/passwd').st_size > 0") == "True"
