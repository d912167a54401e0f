"""Inside the jail: generated code that stays loaded and answers one call after the other, until the other end is gone.

A request and its answer are frames: eight bytes (length of the body and number of the call, both big-endian), then the body. A request's body
is the id of a step, empty for the whole workflow, a line break, and the input as JSON. An answer's body is one byte for how the call ended
(the constants below), and JSON.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from compiled_ai.modules import Abstain
from compiled_ai.spec.plain import NotPlainError, copy_plain

if TYPE_CHECKING:
    from compiled_ai.sandbox.jail_program import Program

HEAD = struct.Struct(">II")
"""Length of the body, number of the call."""
ANSWERED, ABSTAINED, RAISED, NOT_PLAIN, TOO_LARGE, NO_MEMORY = b"+", b"~", b"!", b"?", b">", b"m"
TEXT_CHARS = 100_000
"""Length up to which the text of an exception is told."""
_CHUNK = 262_144

_dumps, _loads, _read, _write = json.dumps, json.loads, os.read, os.write


def serve(program: Program, channel: int, *, output_bytes: int) -> None:
    """Answer the calls that come on `channel` until it is closed."""
    functions = _functions(program)
    while head := _receive(channel, HEAD.size):
        length, number = HEAD.unpack(head)
        step, _, text = _receive(channel, length).partition(b"\n")
        body = _answer(functions[step.decode()], text, path=program.path, output_bytes=output_bytes)
        _send(channel, HEAD.pack(len(body), number) + body)


def _functions(program: Program) -> Mapping[str, Callable[[Any], Any]]:
    """By step id its function; under the empty id the whole workflow."""

    def refuse(step: object, *_: object) -> NoReturn:
        raise RuntimeError(f"{step} is not answered by code")

    def whole(data: Any) -> Any:
        return program.plan(data, refuse)

    return {**program.activities, "": whole}


def _answer(function: Callable[[Any], Any], text: bytes, *, path: str, output_bytes: int) -> bytes:
    """How one call ended. Nothing that the code does escapes, short of ending the process."""
    try:
        output = _dumps(copy_plain(function(_loads(text)))).encode()
        if len(output) <= output_bytes:
            return ANSWERED + output
        return TOO_LARGE + _dumps(f"{len(output)} bytes of JSON").encode()
    except Abstain as abstention:
        return ABSTAINED + _dumps(str(abstention.reason)).encode()
    except NotPlainError as problem:
        return NOT_PLAIN + _dumps([problem.place, str(problem)]).encode()
    except MemoryError:
        return NO_MEMORY + b"null"
    except BaseException as error:  # noqa: BLE001 - the boundary: generated code may raise anything
        return RAISED + _dumps(_facts(error, path)).encode()


def _facts(error: BaseException, path: str) -> dict[str, object]:
    """Kind and text of `error`, the innermost line of the code that it passed through, and the outermost function."""
    line, step = None, None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line, step = trace.tb_lineno, step or trace.tb_frame.f_code.co_name
        trace = trace.tb_next
    return {"type": type(error).__name__[:200], "text": _text_of(error), "line": line, "step": step}


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:TEXT_CHARS]
    except Exception:  # noqa: BLE001 - the exception's class may be generated code
        return "its text cannot be made"


def _receive(channel: int, length: int) -> bytes:
    """The next `length` bytes; fewer when the other end is gone."""
    parts, missing = [], length
    while missing:
        part = _read(channel, min(missing, _CHUNK))
        if not part:
            return b""
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _send(channel: int, frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[_write(channel, rest) :]
