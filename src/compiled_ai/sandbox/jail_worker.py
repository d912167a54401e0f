"""The program inside the jail: it locks itself in, then runs generated code case by case.

It is started as a script by `jail_process`, or called in a fork of the zygote. The payload is one JSON line (the job), then the input of
each case as a line of JSON. The answers are JSON lines: ``ready`` (or ``broken``), then ``imported`` or ``failed``, a ``row`` per case, ``end``; a
``beat`` tells that another call of the same case begins. A job that ``serves`` has no cases: after ``imported`` it answers calls on the same
descriptor, see `jail_service`. By the time generated code is compiled, descriptors 0 to 2 are the null device and the locks are set.

Each line begins with the job's nonce, which no name that generated code can see leads to. That stops forged rows from code that writes to every
descriptor, not from code that walks the interpreter's frames or replaces functions of this program or of `json`. Such code can forge rows of other cases of its
own job, and coverage. It gains nothing by the rows: it could as well return what it likes, and what a right answer would be is not in here.
"""

from __future__ import annotations

import json
import locale
import os
import sys
import time
from collections.abc import Callable, Collection
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from compiled_ai.sandbox.jail_program import Program

OUT_OF_MEMORY_EXIT = 70
"""Exit code when memory runs out in this program rather than in generated code."""

PROGRAM_PATH = os.path.abspath("/activities.py")  # noqa: PTH100 - the jail starts without pathlib
"""The file name that generated code is compiled under and may see. There is no such file: where the job really lies differs from job to job."""

_BARE_ROOMS = ("artifact", "spec")
_BEAT = 0.05
"""A call that has taken longer than this share of a case's time is told of before the next one begins, so that each has its own time."""

Json = dict[str, Any]
Send = Callable[[bytes], None]


def main() -> NoReturn:
    """Run the job on standard input and end the process."""
    work(sys.stdin.buffer.read(), os.dup(1))


def work(payload: bytes, pipe: int) -> NoReturn:
    """Run the job in `payload`, answer on `pipe` and end the process."""
    try:
        header, *inputs = payload.split(b"\n")
        job = json.loads(header)
        del payload, header
        send = _take_over_output(pipe, job.pop("nonce"))
        try:
            os.chdir(job["folder"])
            prepare(job["roots"])
            _import_for(job)
            from compiled_ai.sandbox.jail_locks import IN_FORCE, lock_in

            in_force = take_locale()
            layers = lock_in(job)
        except (ImportError, OSError) as error:
            send(_line({"kind": "broken", "detail": f"{type(error).__name__}: {error}"}))
        else:
            send(_line({"kind": "ready", "layers": layers, "locale": in_force}))
            if all(layers[layer] == IN_FORCE for layer in job["required"]):
                _run(job, inputs, send, pipe)
    except MemoryError:
        os._exit(OUT_OF_MEMORY_EXIT)
    os._exit(0)


def prepare(roots: Collection[str]) -> None:
    """Make our package importable from `roots`, without what its rooms load at their front doors."""
    sys.path += [root for root in roots if root not in sys.path]
    import compiled_ai

    for room in _BARE_ROOMS:
        if f"compiled_ai.{room}" not in sys.modules:
            package = sys.modules[f"compiled_ai.{room}"] = ModuleType(f"compiled_ai.{room}")
            package.__path__ = [os.path.join(path, room) for path in compiled_ai.__path__]  # noqa: PTH118 - start without pathlib


def take_locale() -> str:
    """Set the locale that the environment names, if the system has it, and tell the one in force."""
    try:
        return locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        return locale.setlocale(locale.LC_ALL)


def _take_over_output(pipe: int, nonce: str) -> Send:
    """Leave the null device on descriptors 0 to 2, and give back how to answer."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    prefix = nonce.encode() + b" "
    write = os.write

    def send(message: bytes) -> None:
        line = memoryview(prefix + message + b"\n")
        while line:
            line = line[write(pipe, line) :]

    return send


def _line(message: Json) -> bytes:
    return json.dumps(message).encode()


def _import_for(job: Json) -> None:
    """Load what we run on and what the source may import, while files can still be opened: shared libraries lie anywhere."""
    from compiled_ai.sandbox import jail_coverage, jail_program

    if sys.platform == "linux":
        from compiled_ai.sandbox import jail_linux  # noqa: F401 - loads libc
    if job["coverage"]:
        jail_coverage.warm_coverage(PROGRAM_PATH)
    if job["serves"]:
        from compiled_ai.sandbox import jail_service  # noqa: F401 - while files can still be opened
    for name in (*job["imports"], *jail_program.IMPORTS_OF_C_CODE):
        if name.rpartition(".")[2].lstrip("_") in job["source"]:
            __import__(name)
    for name in jail_program.loaded_on_use(job["source"]):
        __import__(name)


def _run(job: Json, inputs: list[bytes], send: Send, pipe: int) -> None:
    from compiled_ai.artifact.workflow import workflow_from
    from compiled_ai.sandbox import jail_coverage, jail_program

    meter = jail_coverage.start_measuring(PROGRAM_PATH) if job["coverage"] else None
    try:
        program = jail_program.load_program(
            job["source"],
            PROGRAM_PATH,
            workflow_from(job["workflow"]),
            names=job["builtins"],
            imports=job["imports"],
        )
    except BaseException as error:  # noqa: BLE001 - the boundary: generated code may raise anything while it is imported
        send(_line({"kind": "failed", **jail_program.describe(error, PROGRAM_PATH)._asdict()}))
        return
    send(_line({"kind": "imported"}))
    if job["serves"]:
        from compiled_ai.sandbox.jail_service import serve

        serve(program, pipe, output_bytes=job["output_bytes"])
        return
    _run_cases(program, job, inputs, send)
    facts = jail_coverage.coverage_facts(meter, PROGRAM_PATH, file=job["file"]) if meter else None
    send(_line({"kind": "end", "coverage": facts}))


def _run_cases(program: Program, job: Json, inputs: list[bytes], send: Send) -> None:
    from compiled_ai.sandbox import jail_program

    terms = jail_program.Terms(
        calls=job["calls"],
        output_bytes=job["output_bytes"],
        beat=_beat(send, job["case_seconds"]) if job["calls"] > 1 else None,
    )
    nothing: Json = {}
    for number, text in enumerate(inputs):
        given = job["given"].get(str(number), nothing)
        send(jail_program.run_case(program, text.decode(), given, terms).encode())


def _beat(send: Send, case_seconds: float) -> Callable[[float], None]:
    """What to call between two calls of a case, with the time since the first began or since the last beat."""
    beat = _line({"kind": "beat"})
    patience = case_seconds * _BEAT
    spoke_at = 0.0

    def tell(begun: float) -> None:
        nonlocal spoke_at
        now = time.perf_counter()
        if now - max(begun, spoke_at) > patience:
            spoke_at = now
            send(beat)

    return tell


if __name__ == "__main__":
    main()
