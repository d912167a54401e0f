"""The program inside the WebAssembly sandbox: `jail_program` behind the exports of ``wasm_world.wit``.

It is imported while the component is built, with the standard library at hand, and frozen as it then stands. So everything that compiled code
may import has to be loaded here; afterwards there are no files, no clock, no random numbers and no streams. Whoever asks the system for one
ends the instance.
"""

from __future__ import annotations

import codecs
import contextlib
import encodings
import gc
import importlib
import json
import pkgutil
import random
import string
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from compiled_ai.artifact.workflow import workflow_from
from compiled_ai.sandbox import jail_program
from compiled_ai.sandbox.wasm_monitor import Monitor

PATH = "/activities.py"
OUT_OF_MEMORY = '{"kind": "out_of_memory"}'
"""Made beforehand: when memory is out, no text can be put together."""

_DETAIL_CHARS = 500
_OF_THE_BUILDER = ("componentize_py_types", "componentize_py_runtime", "weakref")
"""What componentize-py imports after this module."""

Json = dict[str, Any]


@dataclass
class _Job:
    """What was loaded."""

    program: jail_program.Program
    terms: jail_program.Terms
    monitor: Monitor | None


_jobs: list[_Job] = []
"""At most one: componentize-py makes a new `WitWorld` for each call, so that it cannot hold anything."""
_ballast: list[bytes] = []


class WitWorld:
    """The exports, by the name that componentize-py looks for."""

    def load(self, job: str) -> str:
        """Import the code of `job`."""
        return _reply(lambda: json.dumps(_load(json.loads(job))))

    def run_case(self, request: str) -> str:
        """One call of one case: its input as JSON text and what bounded steps give."""
        return _reply(lambda: _run_case(json.loads(request)))

    def reached(self) -> str:
        """Lines and branches reached since `load`."""
        return _reply(lambda: json.dumps(_reached()))

    def probe(self, attempt: str) -> str:
        """Do what must not work: an answer means that it did, except for memory. Or tell the order of a set, which shows the hash seed."""
        return json.dumps(_PROBES[attempt]())


def _load(job: Json) -> Json:
    # Moves later objects to other addresses, as another process would.
    copies = 1 + job["hash_seed"] % 61
    _ballast.extend(bytes(16 * size) for size in range(32) for _ in range(copies))
    monitor = Monitor(job["source"], PATH) if job["coverage"] else None
    if monitor:
        monitor.start()
    try:
        program = jail_program.load_program(
            job["source"], PATH, workflow_from(job["workflow"]), names=job["builtins"], imports=job["imports"]
        )
    except BaseException as error:  # noqa: BLE001 - the boundary: generated code may raise anything while it is imported
        return {"kind": "failed", **jail_program.describe(error, PATH)._asdict()}
    terms = jail_program.Terms(calls=1, output_bytes=job["output_bytes"], beat=None)
    _jobs.append(_Job(program=program, terms=terms, monitor=monitor))
    return {"kind": "imported"}


def _run_case(request: Json) -> str:
    job = _jobs[0]
    return jail_program.run_case(job.program, request["input"], request["given"], job.terms)


def _reached() -> Json:
    monitor = _jobs[0].monitor
    return {"kind": "end", "reached": monitor.facts() if monitor else None}


def _reply(work: Callable[[], str]) -> str:
    try:
        return work()
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException as error:  # noqa: BLE001 - ours, or of code that broke out of its function and changed what is ours
        return json.dumps({"kind": "broken", "detail": f"{type(error).__name__}: {error}"[:_DETAIL_CHARS]})


def _loop() -> NoReturn:
    while True:
        pass


def _fill_memory() -> str:
    try:
        return f"{len(bytes(2**30))} bytes"
    except MemoryError:
        return "refused"


_PROBES: dict[str, Any] = {
    "order": lambda: "".join(set(string.ascii_letters)),
    "files": lambda: open("/").name,  # noqa: PTH123, SIM115 - what generated code would do
    "clock": time.time,
    "random": lambda: random.SystemRandom().random(),
    "loop": _loop,
    "memory": _fill_memory,
}


class _Nothing:
    """Stands for the standard streams: takes everything, gives nothing."""

    def write(self, text: str) -> int:
        return len(text)

    def read(self, _size: int = -1) -> str:
        return ""

    def flush(self) -> None:
        pass


def _load_everything() -> None:
    """Whatever may be imported later, by name or by a function of the standard library on first use."""
    allowed = importlib.import_module("wasm_preload").MODULES  # written for the build
    for name in (*allowed, *jail_program.IMPORTS_OF_C_CODE, *_OF_THE_BUILDER, "annotationlib"):
        importlib.import_module(name)
    for name in jail_program.LOADED_ON_USE.values():
        importlib.import_module(name)
    for module in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(ImportError, LookupError):  # those of Windows, and two that are no codecs
            codecs.lookup(module.name)
    datetime.strptime("2024-02-29 +0100", "%Y-%m-%d %z").strftime("%A")


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError("this sandbox has no random numbers")


def _shut_in() -> None:
    """Take away what the snapshot would only imitate: random numbers would come out the same each time."""
    generator = vars(random).pop("_inst")
    for name, value in list(vars(random).items()):
        if getattr(value, "__self__", None) is generator:
            vars(random)[name] = _refuse
    vars(jail_program)["_clock"] = lambda: 0.0  # the host takes the time
    warnings.simplefilter("ignore")
    nothing: Any = _Nothing()
    sys.stdin = sys.stdout = sys.stderr = sys.__stdin__ = sys.__stdout__ = sys.__stderr__ = nothing  # type: ignore[misc]  # typeshed calls the second three final
    finders = ("BuiltinImporter", "FrozenImporter")
    sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "__name__", "") in finders]
    sys.path.clear()
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    gc.collect()
    gc.freeze()


if sys.platform == "wasi":  # elsewhere it would shut in whoever imports this module
    _load_everything()
    _shut_in()
