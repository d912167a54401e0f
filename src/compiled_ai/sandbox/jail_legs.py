"""A job as one or more processes run it: what is sent, what comes back, and what follows from silence."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from compiled_ai.artifact.workflow import workflow_data
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_channel import (
    BOOT_SECONDS,
    FORGERY,
    Channel,
    Silence,
    WorkOrder,
    new_nonce,
)
from compiled_ai.sandbox.jail_locks import IN_FORCE
from compiled_ai.sandbox.jail_program import loaded_on_use
from compiled_ai.sandbox.jail_replies import parse_coverage, parse_import, parse_ready, parse_row
from compiled_ai.sandbox.model import (
    NOT_RUN,
    CaseRow,
    CoverageFacts,
    SandboxCase,
    SandboxJob,
    SandboxOutcome,
    Surroundings,
)
from compiled_ai.sandbox.rows import failed_row
from compiled_ai.sandbox.zygote import ZygoteLostError
from compiled_ai.sandbox.zygote_pool import source_roots
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.subset.imports import allowed_imports
from compiled_ai.subset.tables import ALLOWED_BUILTINS

Starter = Callable[[WorkOrder, Surroundings], Channel]

_END_SECONDS = 30.0
"""For the figures of coverage."""
_PATIENCE = 1.05
"""A call may begin this much later than the process last spoke: see `jail_worker`."""
_MOST_LOSSES = 2
"""How often a job goes on after losing the process that starts its processes."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How jobs are run."""

    start: Starter
    required: tuple[str, ...]
    """Layers without which nothing is run."""
    locked: bool = True
    """Whether the kernel's locks are asked for."""


@dataclass(kw_only=True)
class Leg:
    """One process's share of a job."""

    rows: list[CaseRow] = field(default_factory=list)
    layers: dict[str, str] = field(default_factory=dict)
    locale: str = ""
    coverage: CoverageFacts | None = None
    is_lost: bool = False
    """Whether it was ended from outside, so that the next case is not to blame."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What lies on disk for a job."""

    source: Path
    closed: Path
    """A file that must stay closed."""
    empty: Path
    """The folder to work in."""


def run_legs(job: SandboxJob, manner: Manner) -> SandboxOutcome:
    """The outcome of running every case of `job`, one process after the other. Whatever the code does becomes rows.

    Raises:
        SandboxError: a process could not be started, or a required layer is not in force.
    """
    started = time.perf_counter()
    texts = [_input_text(case) for case in job.cases]
    rows: list[CaseRow] = []
    restarts, losses = job.limits.restarts, _MOST_LOSSES
    with furnished(job.source) as place:
        while True:
            done = len(rows)
            leg = _run_leg(job, manner, place, list(zip(job.cases, texts, strict=True))[done:])
            rows += leg.rows
            restarts, losses = (restarts, losses - 1) if leg.is_lost else (restarts - 1, losses)
            if losses < 0:
                raise SandboxError(
                    "the process that starts jails was killed again and again; is memory short?"
                )
            if len(rows) == len(job.cases) or restarts < 0:
                break
    spent = Silence(status="timed_out", detail=NOT_RUN)
    rows += [failed_row(case, spent) for case in job.cases[len(rows) :]]
    return SandboxOutcome(
        rows=tuple(rows),
        coverage=leg.coverage,
        isolation=tuple(layer for layer, state in leg.layers.items() if state == IN_FORCE),
        seconds=time.perf_counter() - started,
        locale=leg.locale,
    )


def find_layers(job: SandboxJob, manner: Manner) -> dict[str, str]:
    """By layer ``in force``, or why it is not, found by starting a process for `job` without its cases.

    Raises:
        SandboxError: not even a process can be started.
    """
    with furnished(job.source) as place:
        leg = _run_leg(job, manner, place, ())
    if leg.is_lost:
        raise SandboxError("the process that starts jails was killed; is memory short?")
    return leg.layers


@contextmanager
def furnished(source: str) -> Iterator[Place]:
    """A folder with what a jail needs, until it is left."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="compiled-ai-jail-")).resolve()
        place = Place(source=folder / "activities.py", closed=folder / "closed", empty=folder / token_hex(6))
        # At the end of the program too, which `with` does not see when this is a daemon's thread.
        remove = weakref.finalize(place, shutil.rmtree, folder, ignore_errors=True)
        place.source.write_bytes(source.encode(errors="replace"))
        place.closed.touch()
        place.empty.mkdir()
    except OSError as error:
        raise SandboxError(
            f"the jail needs a folder in '{tempfile.gettempdir()}' to write to ({error}); make room, or set TMPDIR"
        ) from error
    try:
        yield place
    finally:
        remove()


def _run_leg(job: SandboxJob, manner: Manner, place: Place, cases: Sequence[tuple[SandboxCase, str]]) -> Leg:
    """Run `cases` in one process, up to and including the first that it does not survive."""
    order = make_order(job, manner, place, cases)
    leg = Leg()
    channel = manner.start(order, job.surroundings)
    with contextlib.closing(channel):
        try:
            _listen(leg, channel, job, [case for case, _ in cases], manner.required)
        except ZygoteLostError:
            leg.is_lost = True
    return leg


def _listen(
    leg: Leg, channel: Channel, job: SandboxJob, cases: Sequence[SandboxCase], required: Sequence[str]
) -> None:
    """Put what the process says into `leg`."""
    seconds = job.limits.case_seconds
    leg.layers, leg.locale = parse_ready(channel.receive(BOOT_SECONDS), required=required)
    failure = parse_import(channel.receive(seconds))
    if failure:
        leg.rows = [failed_row(case, failure) for case in cases]
        return
    for index, case in enumerate(cases):
        started = time.perf_counter()
        answer = _next_row(channel, seconds, calls=job.calls)
        row = None if isinstance(answer, Silence) else parse_row(case, answer)
        if row is None:
            silence = answer if isinstance(answer, Silence) else FORGERY
            took = time.perf_counter() - started
            leg.rows.append(failed_row(case, silence, seconds=took))
            if silence.is_forgery:
                leg.rows += [failed_row(lost, silence) for lost in cases[index + 1 :]]
            return
        leg.rows.append(row)
    leg.coverage = parse_coverage(channel.receive(_END_SECONDS))


def _next_row(channel: Channel, seconds: float, *, calls: int) -> JsonObject | Silence:
    """The next message that is not a beat. Each beat grants the time of a case anew, and there is at most one between two calls."""
    patience = seconds if calls == 1 else seconds * _PATIENCE
    for _ in range(calls):
        answer = channel.receive(patience)
        if isinstance(answer, Silence) or answer.get("kind") != "beat":
            return answer
    return FORGERY


def _input_text(case: SandboxCase) -> str:
    try:
        return json.dumps(case.input)
    except (TypeError, ValueError, RecursionError) as error:
        raise SandboxError(
            f"the input of case '{case.case_id}' cannot be written as JSON ({error}); give JSON data"
        ) from error


def make_order(
    job: SandboxJob,
    manner: Manner,
    place: Place,
    cases: Sequence[tuple[SandboxCase, str]],
    *,
    serves: bool = False,
) -> WorkOrder:
    """What a process is told that runs `cases`, or `serves` without them."""
    nonce = new_nonce()
    header: dict[str, Any] = {
        "nonce": nonce,
        "folder": str(place.empty),
        "source": job.source,
        "file": str(place.source),
        "probe": str(place.closed),
        "roots": source_roots(),
        "imports": sorted(allowed_imports()),
        "builtins": sorted(ALLOWED_BUILTINS),
        "workflow": workflow_data(job.workflow),
        "given": {str(number): case.given for number, (case, _) in enumerate(cases) if case.given},
        "count": len(cases),
        "calls": job.calls,
        "serves": serves,
        "coverage": job.coverage,
        "case_seconds": job.limits.case_seconds,
        "memory_mb": job.limits.memory_mb,
        "output_bytes": job.limits.output_bytes,
        "locked": manner.locked,
        "required": manner.required,
    }
    return WorkOrder(
        payload="\n".join([json.dumps(header), *(text for _, text in cases)]).encode(),
        nonce=nonce,
        folder=place.empty,
        line_bytes=job.limits.output_bytes + 8 * len(job.source),  # an output, or the numbers of all lines
        coverage=job.coverage,
        serves=serves,
        loads=loaded_on_use(job.source),
    )
