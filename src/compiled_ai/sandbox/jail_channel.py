"""What a jailed process says to the program that started it, and what is made of its silence."""

from __future__ import annotations

import json
import secrets
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from compiled_ai.sandbox.jail_worker import OUT_OF_MEMORY_EXIT
from compiled_ai.spec.canonical import JsonObject

BOOT_SECONDS = 60.0
"""For the interpreter and the locks: our own code, on a machine that may be busy."""
GRACE_SECONDS = 2.0
"""Between the end of the pipe and the end of the process."""
LINE_SLACK = 16_384
"""What a message may need beside an output."""
_SIGKILL, _SIGXCPU = getattr(signal, "SIGKILL", None), getattr(signal, "SIGXCPU", None)
"""From the system: out of memory, out of processor time. Windows has neither."""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What came in place of a message. The process is dead, or to be killed."""

    status: Literal["timed_out", "crashed", "out_of_memory"]
    detail: str
    line: int | None = None
    is_forgery: bool = False
    """Whether something was said that the worker does not say: nothing from this job's code can be believed."""


FORGERY = Silence(status="crashed", detail="wrote to the pipe on which the jail answers", is_forgery=True)


@dataclass(frozen=True, kw_only=True)
class WorkOrder:
    """One process's share of a job."""

    payload: bytes
    """What the worker reads: see `jail_worker`."""
    nonce: str
    """The word in `payload` that every message begins with."""
    folder: Path
    """Where the process works."""
    line_bytes: int
    """Length up to which a message is read, framing apart."""
    coverage: bool
    serves: bool = False
    """Whether it goes on to answer calls (`jail_service`) on the channel of its messages, which then goes both ways."""
    loads: tuple[str, ...] = ()
    """Modules to load before the locks, besides what every job may import: see `jail_program.LOADED_ON_USE`."""


class Channel(Protocol):
    """A jailed process at work."""

    def receive(self, seconds: float) -> JsonObject | Silence:
        """What the worker says next, waiting for at most `seconds`.

        Raises:
            SandboxError: the process ended for a reason that is not its own.
        """
        ...

    def close(self) -> None:
        """End the process, whatever it is doing."""
        ...


def new_nonce() -> str:
    """A word that only the worker and its starter know."""
    return secrets.token_hex(16)


def too_late(seconds: float) -> Silence:
    """That nothing was said in time."""
    return Silence(status="timed_out", detail=f"did not end within {seconds:g} seconds")


def parse_line(line: bytes, nonce: str) -> JsonObject | Silence:
    """The message in `line`, or a forgery when it does not begin with `nonce`, is cut off or is no JSON object."""
    spoken, _, text = line.partition(b" ")
    if not (secrets.compare_digest(spoken, nonce.encode()) and line.endswith(b"\n")):
        return FORGERY
    try:
        message = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return FORGERY
    return message if isinstance(message, dict) else FORGERY


def _refuse(constant: str) -> object:
    """The worker lets no NaN and no infinity out."""
    raise ValueError(constant)


def explain_exit(code: int, complaint: str = "") -> Silence:
    """Why a process ended without an answer. Negative codes are signals, as in `subprocess`."""
    if code == OUT_OF_MEMORY_EXIT or (code < 0 and -code == _SIGKILL):
        return Silence(status="out_of_memory", detail="the process ran out of memory")
    if code < 0 and -code == _SIGXCPU:
        return Silence(status="timed_out", detail="used up the processor time of all cases")
    cause = f"died of signal {-code}" if code < 0 else f"ended with exit code {code}"
    return Silence(status="crashed", detail=f"the process {cause} without an answer {complaint}".strip())
