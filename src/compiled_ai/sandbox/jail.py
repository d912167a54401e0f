"""Running generated code in a jail: a fresh process per job, with limits on time, memory and output, and the locks that the system has.

The subset check is the first defence; this one holds when that fails. A case that does not end costs its own time only: its process is
killed and another goes on with the next case. Which layers really held is part of the outcome, as seen from inside.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_process import FORGERY, JailProcess, Silence
from compiled_ai.sandbox.jail_worker import IN_FORCE
from compiled_ai.sandbox.model import (
    CaseRow,
    CaseStatus,
    CoverageFacts,
    SandboxCase,
    SandboxJob,
    SandboxOutcome,
)
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.subset.imports import allowed_imports
from compiled_ai.subset.tables import ALLOWED_BUILTINS

_STATUSES = get_args(CaseStatus)
_BOOT_SECONDS = 60.0
"""For the interpreter and the locks: our own code, on a machine that may be busy."""
_END_SECONDS = 30.0
"""For the figures of coverage."""


@dataclass(kw_only=True)
class _Leg:
    """One process's share of a job."""

    rows: list[CaseRow]
    layers: dict[str, str]
    coverage: CoverageFacts | None = None


def run_sandboxed(job: SandboxJob) -> SandboxOutcome:
    """The outcome of running every case of `job` in a jail. Whatever the code does becomes rows.

    Raises:
        SandboxError: the jail itself could not be built.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="compiled-ai-jail-") as folder:
        place = _furnish(Path(folder).resolve(), job.source)
        leg = _run_process(job, place, job.cases)
        rows = leg.rows
        for _ in range(job.limits.restarts):
            if len(rows) == len(job.cases):
                break
            leg = _run_process(job, place, job.cases[len(rows) :])
            rows = rows + leg.rows
    spent = Silence(status="timed_out", detail="not run: too many cases before it had to be killed")
    rows = rows + [_failed(case, spent) for case in job.cases[len(rows) :]]
    isolation = tuple(layer for layer, state in leg.layers.items() if state == IN_FORCE)
    return SandboxOutcome(
        rows=tuple(rows), coverage=leg.coverage, isolation=isolation, seconds=time.perf_counter() - started
    )


def isolation_status() -> dict[str, str]:
    """By layer ``in force``, or why it is not and what to do, found by starting a jail.

    Raises:
        SandboxError: not even a process can be started.
    """
    workflow = Workflow(name="probe", version="1", input_schema={}, output_schema={}, steps=(), returns=())
    with tempfile.TemporaryDirectory(prefix="compiled-ai-jail-") as folder:
        place = _furnish(Path(folder).resolve(), "")
        return _run_process(SandboxJob(source="", workflow=workflow, cases=()), place, ()).layers


def _furnish(folder: Path, source: str) -> Path:
    """Write what a jail needs into `folder`: the code, a file that must stay closed, an empty folder to work in."""
    (folder / "activities.py").write_bytes(source.encode(errors="replace"))
    (folder / "closed").touch()
    (folder / "empty").mkdir()
    return folder


def _run_process(job: SandboxJob, place: Path, cases: Sequence[SandboxCase]) -> _Leg:
    """Run `cases` in one process, up to and including the first that it does not survive."""
    limits = job.limits
    line_bytes = limits.output_bytes + 8 * len(job.source)  # an output, or the numbers of all lines
    with JailProcess(
        folder=place / "empty", hash_seed=job.surroundings.hash_seed, line_bytes=line_bytes
    ) as jail:
        jail.send(_payload(job, place, cases))
        leg = _Leg(rows=[], layers=_layers(jail.receive(_BOOT_SECONDS)))
        failure = _import_failure(jail.receive(limits.case_seconds))
        if failure:
            leg.rows = [_failed(case, failure) for case in cases]
            return leg
        for case in cases:
            started = time.perf_counter()
            answer = jail.receive(limits.case_seconds)
            row = None if isinstance(answer, Silence) else _row(case, answer)
            if row is None:
                silence = answer if isinstance(answer, Silence) else FORGERY
                touched = cases[len(leg.rows) :] if silence.is_forgery else [case]
                seconds = time.perf_counter() - started
                leg.rows += [
                    _failed(lost, silence, seconds=seconds if lost is case else 0.0) for lost in touched
                ]
                return leg
            leg.rows.append(row)
        leg.coverage = _coverage(jail.receive(_END_SECONDS))
    return leg


def _payload(job: SandboxJob, place: Path, cases: Sequence[SandboxCase]) -> dict[str, Any]:
    coverage = importlib.util.find_spec("coverage") if job.coverage else None
    homes = [
        Path(__file__).parents[2],
        *([Path(coverage.origin).parents[1]] if coverage and coverage.origin else []),
    ]
    return {
        "source": job.source,
        "path": str(place / "activities.py"),
        "probe": str(place / "closed"),
        "roots": [str(home) for home in homes],
        "imports": sorted(allowed_imports()),
        "builtins": sorted(ALLOWED_BUILTINS),
        "workflow": asdict(job.workflow),
        "cases": [{"input": case.input, "given": case.given} for case in cases],
        "coverage": job.coverage,
        "case_seconds": job.limits.case_seconds,
        "memory_mb": job.limits.memory_mb,
        "output_bytes": job.limits.output_bytes,
    }


def _layers(message: JsonObject | Silence) -> dict[str, str]:
    """What the worker found out about its own locks.

    Raises:
        SandboxError: it did not get that far.
    """
    if isinstance(message, Silence):
        reason = f"{message.status.replace('_', ' ')}: {message.detail}"
        raise SandboxError(
            f"the jail did not start ({reason}); is the limit of memory high enough, the system not full?"
        )
    if message.get("kind") != "ready":
        raise SandboxError(f"the jail could not lock itself in: {message.get('detail')}")
    return cast("dict[str, str]", message["layers"])


def _import_failure(message: JsonObject | Silence) -> Silence | None:
    """Why the code could not be imported, or None."""
    if isinstance(message, Silence):
        detail = message.detail if message.is_forgery else f"importing activities.py: {message.detail}"
        return Silence(status=message.status, detail=detail)
    if message.get("kind") == "imported":
        return None
    status: Literal["out_of_memory", "crashed"] = (
        "out_of_memory" if message.get("status") == "out_of_memory" else "crashed"
    )
    return Silence(
        status=status, detail=str(message.get("detail")), line=cast("int | None", message.get("line"))
    )


def _row(case: SandboxCase, message: JsonObject) -> CaseRow | None:
    """The row that `message` speaks of, or None when it is not of that form."""
    match message:
        case {
            "kind": "row",
            "status": str(status),
            "output": (dict() | None) as output,
            "detail": str(detail),
            "line": (int() | None) as line,
            "mutated_input": bool(mutated),
            "seconds": float(seconds),
        } if status in _STATUSES and (status == "answered") == (output is not None):
            return CaseRow(
                case_id=case.case_id,
                status=cast("CaseStatus", status),
                output=output,
                detail=detail,
                line=line,
                mutated_input=mutated,
                seconds=seconds,
            )
        case _:
            return None


def _failed(case: SandboxCase, silence: Silence, *, seconds: float = 0.0) -> CaseRow:
    return CaseRow(
        case_id=case.case_id,
        status=silence.status,
        output=None,
        detail=silence.detail,
        line=silence.line,
        mutated_input=False,
        seconds=seconds,
    )


def _coverage(message: JsonObject | Silence) -> CoverageFacts | None:
    """The figures in the last message; None when there are none, or the process broke down over them."""
    match message:
        case {
            "kind": "end",
            "coverage": {"lines": float(lines), "branches": float(branches), "missing_lines": list(missing)},
        }:
            return CoverageFacts(
                lines=lines, branches=branches, missing_lines=tuple(cast("list[int]", missing))
            )
        case _:
            return None
