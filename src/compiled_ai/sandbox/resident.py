"""A jailed process that keeps compiled code loaded and answers one call after the other, each within its limits."""

from __future__ import annotations

import json
import os
import select
import socket
import time
from dataclasses import dataclass

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail import WARM_START, jail_layers, missing_layers
from compiled_ai.sandbox.jail_channel import BOOT_SECONDS, FORGERY, GRACE_SECONDS, Silence, too_late
from compiled_ai.sandbox.jail_legs import Manner, furnished, make_order
from compiled_ai.sandbox.jail_locks import IN_FORCE, LAYERS
from compiled_ai.sandbox.jail_replies import parse_import, parse_ready
from compiled_ai.sandbox.jail_service import (
    ABSTAINED,
    ANSWERED,
    HEAD,
    NO_MEMORY,
    NOT_PLAIN,
    RAISED,
    TEXT_CHARS,
    TOO_LARGE,
)
from compiled_ai.sandbox.model import SandboxJob, SandboxLimits, Surroundings
from compiled_ai.sandbox.zygote import ForkedProcess
from compiled_ai.sandbox.zygote_pool import start_warm
from compiled_ai.spec.canonical import JsonObject, JsonValue

_WAY_OUT = "Run it without isolation (its code was validated, and is checked against its digest), or on a Linux that has all layers: `compiled-ai doctor`."
_MOST_CALLS = 2**32 - 1
_SLACK = 8 * TEXT_CHARS
"""What an answer may need beside an output; a text grows up to six times in JSON."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The code returned a JSON object, or some other JSON value. Not checked against a schema."""

    output: JsonValue


@dataclass(frozen=True, kw_only=True)
class Abstained:
    """The code declined."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Raised:
    """The code raised something else than an abstention."""

    type: str
    text: str
    line: int | None
    """Innermost line of ``activities.py``."""
    step: str | None
    """Outermost function of it."""


@dataclass(frozen=True, kw_only=True)
class NotPlain:
    """The code returned something that JSON cannot carry."""

    place: tuple[str | int, ...]
    message: str


@dataclass(frozen=True, kw_only=True)
class TooLarge:
    """The code returned more than allowed."""

    detail: str


End = Answered | Abstained | Raised | NotPlain | TooLarge | Silence
"""How a call ended. After `Silence` the process is of no more use."""


def check_residents_possible() -> None:
    """Make sure that this system has all that a resident process needs.

    Raises:
        SandboxError: it has not; says what is missing and what else can be done.
    """
    lacking = missing_layers()
    if jail_layers()[WARM_START] != IN_FORCE:
        lacking = {**lacking, WARM_START: jail_layers()[WARM_START]}
    if lacking:
        reasons = "; ".join(f"layer '{layer}' is missing: {reason}" for layer, reason in lacking.items())
        raise SandboxError(f"compiled code cannot be isolated here. {reasons}. {_WAY_OUT}")


class Resident:
    """One process. For one thread at a time; close it."""

    def __init__(self, source: str, workflow: Workflow, limits: SandboxLimits) -> None:
        """Start it and have it load `source`. `limits.case_seconds` are those of one call.

        Raises:
            SandboxError: it could not be started, or the code could not be loaded in it.
        """
        job = SandboxJob(source=source, workflow=workflow, cases=(), limits=limits)
        with furnished(source) as place:
            order = make_order(job, Manner(start=start_warm, required=LAYERS), place, (), serves=True)
            self._process: ForkedProcess = start_warm(order, Surroundings())
            try:
                parse_ready(self._process.receive(BOOT_SECONDS), required=LAYERS)
                failure = parse_import(self._process.receive(BOOT_SECONDS))
                if failure:
                    raise SandboxError(f"the code does not load in its jail: {failure.detail}")
                self._socket = socket.socket(
                    socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(self._process.channel)
                )
            except BaseException:
                self._process.close()
                raise
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._seconds = limits.case_seconds
        self._most_bytes = limits.output_bytes + _SLACK
        self.calls = 0
        """Made so far."""

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def is_usable(self) -> bool:
        """Whether it is there and silent, as it has to be between two calls."""
        return self.calls < _MOST_CALLS and not self._poll.poll(0)

    def call(self, step: str, data: JsonObject) -> End:
        """How the function of `step`, or the whole workflow if that is empty, ends on `data`. A call that does not end in time is a silence.

        Raises:
            SandboxError: the process ended for a reason that is not its own.
        """
        body = f"{step}\n{json.dumps(data)}".encode()
        self.calls += 1
        deadline = time.monotonic() + self._seconds
        try:
            self._socket.settimeout(self._seconds)
            self._socket.sendall(HEAD.pack(len(body), self.calls) + body)
            frame = self._receive(deadline)
        except TimeoutError:
            return too_late(self._seconds)
        except OSError:  # the other end is gone
            frame = b""
        return _parse(frame) if frame else self._ending()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._socket.close()
        self._process.close()

    def abandon(self) -> None:
        """In a fork of this very program: let go of what belongs to the original, and leave it alive."""
        self._socket.close()
        self._process.abandon()

    def _receive(self, deadline: float) -> bytes:
        """The body of the next frame; empty when the other end is gone; one byte that means nothing when it is not the answer to this call."""
        frame = self._socket.recv(65_536)
        while len(frame) < HEAD.size:
            if not (more := self._more(deadline)):
                return b""
            frame += more
        length, number = HEAD.unpack_from(frame)
        if number != self.calls or length > self._most_bytes:
            return b"\0"
        parts, missing = [frame[HEAD.size :]], length - (len(frame) - HEAD.size)
        while missing > 0:
            if not (more := self._more(deadline)):
                return b""
            parts.append(more)
            missing -= len(more)
        return b"".join(parts) if not missing else b"\0"

    def _more(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket.recv(1_048_576)

    def _ending(self) -> Silence:
        """Why it is gone."""
        answer = self._process.receive(GRACE_SECONDS)
        return answer if isinstance(answer, Silence) else FORGERY


def _parse(body: bytes) -> End:
    """What an answer says; a forgery when it is none: then the code has broken out of its language, though not of its jail."""
    try:
        value = json.loads(body[1:], parse_constant=_refuse)
    except (ValueError, RecursionError):
        return FORGERY
    return _end_of(body[:1], value)


def _end_of(kind: bytes, value: JsonValue) -> End:
    match kind, value:
        case (b"+", output):
            return Answered(output=output)
        case (b"?", [list(place), str(message)]):
            parts = tuple(part if type(part) is int else str(part) for part in place)
            return NotPlain(place=parts, message=message)
        case (b"~" | b">", str(text)):
            return Abstained(reason=text) if kind == ABSTAINED else TooLarge(detail=text)
        case (b"m", None):
            return Silence(status="out_of_memory", detail="the process ran out of memory")
        case (b"!", dict()):
            return _raised(value)
        case _:
            return FORGERY


def _raised(facts: JsonObject) -> Raised | Silence:
    match facts:
        case {
            "type": str(kind),
            "text": str(text),
            "line": int() | None as line,
            "step": str() | None as step,
        }:
            return Raised(type=kind, text=text, line=line, step=step)
        case _:
            return FORGERY


assert (ANSWERED, ABSTAINED, RAISED, NOT_PLAIN, TOO_LARGE, NO_MEMORY) == (b"+", b"~", b"!", b"?", b">", b"m")


def _refuse(constant: str) -> object:
    """The process lets no NaN and no infinity out."""
    raise ValueError(constant)
