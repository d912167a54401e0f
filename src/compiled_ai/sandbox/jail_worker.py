"""The program inside the jail: it locks itself in, then runs generated code case by case.

`jail_process` starts it as a script. It reads one JSON line (the job) from its standard input and answers JSON lines on
what was its standard output: ``ready`` (or ``broken``), then ``imported`` or ``failed``, a ``row`` per case, ``end``. By the time generated
code is compiled, descriptors 0 to 2 are the null device and the locks are set.

Each line begins with the job's nonce, which no name that generated code can see leads to. That stops forged rows from code that writes to every
descriptor, not from code that walks the interpreter's frames. Such code gains nothing by it: it could as well return what it likes, and
what a right answer would be is not in here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from coverage import Coverage

    from compiled_ai.artifact.workflow import Workflow

IN_FORCE = "in force"
"""State of a layer in which a forbidden action was tried and refused. Any other text is the reason why not."""

OUT_OF_MEMORY_EXIT = 70
"""Exit code when memory runs out in this program rather than in generated code."""

_BARE_ROOMS = ("artifact", "spec", "sandbox")
_OPEN_FILES = 32
_SECONDS_TO_SPARE = 30

Json = dict[str, Any]
Send = Callable[[Json], None]


def main() -> NoReturn:
    """Run the job on standard input and end the process."""
    try:
        job = json.loads(sys.stdin.buffer.readline())
        send = _take_over_output(job.pop("nonce"))
        try:
            sys.path += job["roots"]
            _import_what_is_needed(job)
            layers = _lock_in(job)
        except (ImportError, OSError) as error:
            send({"kind": "broken", "detail": f"{type(error).__name__}: {error}"})
        else:
            send({"kind": "ready", "layers": layers})
            _run(job, send)
    except MemoryError:
        os._exit(OUT_OF_MEMORY_EXIT)
    os._exit(0)


def _take_over_output(nonce: str) -> Send:
    """Move the answer pipe to a descriptor of its own, leave the null device on 0 to 2, and give back how to answer."""
    pipe = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    prefix = nonce.encode() + b" "

    def send(message: Json) -> None:
        line = memoryview(prefix + json.dumps(message).encode() + b"\n")
        while line:
            line = line[os.write(pipe, line) :]

    return send


def _import_what_is_needed(job: Json) -> None:
    """Load what we run on and what the source may import, while files can still be opened: shared libraries lie anywhere."""
    import compiled_ai

    for room in _BARE_ROOMS:  # the rooms' __init__ load far more than a jail has a use for
        package = sys.modules[f"compiled_ai.{room}"] = ModuleType(f"compiled_ai.{room}")
        package.__path__ = [os.path.join(path, room) for path in compiled_ai.__path__]  # noqa: PTH118 - start without pathlib
    from compiled_ai.sandbox import jail_program

    if sys.platform == "linux":
        from compiled_ai.sandbox import jail_linux  # noqa: F401 - loads libc
    if job["coverage"]:
        import coverage  # noqa: F401 - before the locks
    for name in (*job["imports"], *jail_program.IMPORTS_OF_C_CODE):
        if name.rpartition(".")[2].lstrip("_") in job["source"]:
            __import__(name)


def _lock_in(job: Json) -> dict[str, str]:
    """Set every lock that this system has; by layer ``in force``, if a forbidden action was seen to fail, or why not."""
    layers = {"process": IN_FORCE, **_limit_resources(job)}
    if sys.platform == "linux":
        from compiled_ai.sandbox import jail_linux

        jail_linux.forbid_privileges()
        layers["landlock"] = jail_linux.lock_files(_readable(job), probe=job["probe"]) or IN_FORCE
        layers["seccomp"] = jail_linux.lock_calls() or IN_FORCE
    else:
        reason = "only Linux has it; the subset check and the process limits remain"
        layers |= dict.fromkeys(("landlock", "seccomp"), reason)
    return layers


def _readable(job: Json) -> list[str]:
    """The standard library, which imports from itself while it works, the modules of compiled code, and the code."""
    import compiled_ai.modules

    standard = [path for path in sys.path if path not in job["roots"]]
    readable = [*standard, *compiled_ai.modules.__path__, job["path"]]
    if job["coverage"]:
        import coverage

        readable += coverage.__path__
    return readable


def _limit_resources(job: Json) -> dict[str, str]:
    try:
        import resource
    except ImportError:
        reason = "Windows has no resource limits; run on Linux or in a container"
        return dict.fromkeys(("rlimits", "memory"), reason)
    memory = job["memory_mb"] * 2**20
    seconds = int(job["case_seconds"] * (len(job["cases"]) + 1)) + _SECONDS_TO_SPARE
    limits = {"AS": memory, "CPU": seconds, "FSIZE": 0, "NOFILE": _OPEN_FILES, "NPROC": 0, "CORE": 0}
    for name, value in limits.items():
        _limit(resource, name, value)
    writing = (
        "" if _is_writing_refused(job["probe"]) else "files can be written in spite of a limit of zero bytes"
    )
    filling = (
        ""
        if _is_memory_refused(memory)
        else "this system does not hold a process to its address space; use Linux"
    )
    return {"rlimits": writing or IN_FORCE, "memory": filling or IN_FORCE}


def _limit(resource: ModuleType, name: str, value: int) -> None:
    kind = getattr(resource, f"RLIMIT_{name}", None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):  # macOS refuses some; what counts is the test that follows
        return


def _is_writing_refused(probe: str) -> bool:
    descriptor = os.open(probe, os.O_WRONLY)
    try:
        os.write(descriptor, b"x")
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_memory_refused(size: int) -> bool:
    try:
        bytes(size)
    except MemoryError:
        return True
    return False


def _run(job: Json, send: Send) -> None:
    from compiled_ai.sandbox import jail_program

    watch = _start_coverage(job["path"]) if job["coverage"] else None
    try:
        program = jail_program.load_program(
            job["source"],
            job["path"],
            _workflow(job["workflow"]),
            names=job["builtins"],
            imports=job["imports"],
        )
    except BaseException as error:  # noqa: BLE001 - the boundary: generated code may raise anything while it is imported
        send({"kind": "failed", **jail_program.describe(error, job["path"])})
        return
    send({"kind": "imported"})
    for case in job["cases"]:
        send({"kind": "row", **jail_program.run_case(program, case, output_bytes=job["output_bytes"])})
    send({"kind": "end", "coverage": _coverage_facts(watch, job["path"]) if watch else None})


def _workflow(plain: Json) -> Workflow:
    from compiled_ai.artifact.workflow import PlannedStep, Workflow

    steps = tuple(PlannedStep(**{**step, "takes": tuple(step["takes"])}) for step in plain["steps"])
    return Workflow(**{**plain, "steps": steps, "returns": tuple(plain["returns"])})


def _start_coverage(path: str) -> Coverage:
    from coverage import Coverage

    watch = Coverage(data_file=None, config_file=False, branch=True, include=[path])
    watch.clear_exclude()  # a comment in generated code must not take lines out of the count
    watch.clear_exclude("partial")
    watch.start()
    return watch


def _coverage_facts(watch: Coverage, path: str) -> Json | None:
    """Shares of lines and branches that ran; None when generated code has broken the measuring."""
    try:
        watch.stop()
        _, statements, _, missing, _ = watch.analysis2(path)
        branches = watch.branch_stats(path).values()
        possible, taken = sum(total for total, _ in branches), sum(ran for _, ran in branches)
    except Exception:  # noqa: BLE001 - without figures the job is still worth its rows
        return None
    return {
        "lines": 1 - len(missing) / len(statements) if statements else 1.0,
        "branches": taken / possible if possible else 1.0,
        "missing_lines": missing,
    }


if __name__ == "__main__":
    main()
