"""The locks that a process sets on itself before it runs generated code. Works inside the jail."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

IN_FORCE = "in force"
"""State of a layer in which a forbidden action was tried and refused. Any other text is the reason why not."""

LAYERS = ("process", "rlimits", "memory", "landlock", "seccomp")
"""All there are, in the order in which they are set."""

_OPEN_FILES = 32
_SECONDS_TO_SPARE = 30
_NO_LIMIT = 10**9

Json = dict[str, Any]


def lock_in(job: Json) -> dict[str, str]:
    """Set every lock that `job` asks for and this system has; by layer ``in force``, if a forbidden action was seen to fail, or why not."""
    layers = {"process": IN_FORCE, **_limit_resources(job)}
    if not job["locked"]:
        layers |= dict.fromkeys(("landlock", "seccomp"), "not asked for")
    elif sys.platform == "linux":
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
    readable = [*standard, *compiled_ai.modules.__path__]
    if job["coverage"]:
        import coverage

        readable += [*coverage.__path__, job["file"]]
    return readable


def _limit_resources(job: Json) -> dict[str, str]:
    try:
        import resource
    except ImportError:
        reason = "Windows has no resource limits; run on Linux or in a container"
        return dict.fromkeys(("rlimits", "memory"), reason)
    memory = job["memory_mb"] * 2**20
    seconds = int(job["case_seconds"] * (job["count"] * job["calls"] + 1)) + _SECONDS_TO_SPARE
    if job["serves"]:  # it lives as long as its starter, who keeps the time of every call
        seconds = _NO_LIMIT
    limits = {"AS": memory, "CPU": seconds, "FSIZE": 0, "NOFILE": _OPEN_FILES, "NPROC": 0, "CORE": 0}
    for name, value in limits.items():
        _limit(resource, name, value)
    writing = (
        ""
        if _is_writing_refused(job["probe"])
        else "files can be written in spite of a limit of zero bytes: let this process lower its own limits (setrlimit)"
    )
    filling = (
        ""
        if _is_memory_refused(memory)
        else "this system does not hold a process to its address space: use Linux, and let this process lower its own limits (setrlimit)"
    )
    return {"rlimits": writing or IN_FORCE, "memory": filling or IN_FORCE}


def _limit(resource: ModuleType, name: str, value: int) -> None:
    kind = getattr(resource, f"RLIMIT_{name}", None)
    if kind is None:
        return
    try:
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
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
