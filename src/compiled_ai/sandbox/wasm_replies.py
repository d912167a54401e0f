"""What the guest answers, read with suspicion: code that broke out of its function may answer anything."""

from __future__ import annotations

import json
from typing import cast, get_args

from compiled_ai.sandbox.model import CaseRow, CaseStatus, SandboxCase
from compiled_ai.sandbox.wasm_runtime import Ended
from compiled_ai.spec.canonical import JsonObject

FORGERY = Ended(status="crashed", detail="answered in a form that the sandbox does not use")
_OUT_OF_MEMORY = Ended(status="out_of_memory", detail="the sandbox ran out of memory")
_STATUSES = get_args(CaseStatus)


def parse_reply(reply: str | Ended, *, longest: int) -> JsonObject | Ended:
    """The object in `reply`, if it is one of at most `longest` characters."""
    if isinstance(reply, Ended):
        return reply
    try:
        message = json.loads(reply) if len(reply) <= longest else None
    except (ValueError, RecursionError):
        return FORGERY
    match message:
        case {"kind": "out_of_memory"}:
            return _OUT_OF_MEMORY
        case {"kind": "broken", "detail": str(detail)}:
            return Ended(status="crashed", detail=f"the program around the code failed: {detail}")
        case dict():
            return message
        case _:
            return FORGERY


def parse_import(message: JsonObject | Ended) -> Ended | None:
    """Why the code could not be imported, or None if it was."""
    match message:
        case Ended() if message in (FORGERY, _OUT_OF_MEMORY):
            return message
        case Ended():
            return Ended(status=message.status, detail=f"importing activities.py: {message.detail}")
        case {"kind": "imported"}:
            return None
        case {
            "kind": "failed",
            "status": "out_of_memory",
            "detail": str(detail),
            "line": (int() | None) as line,
        }:
            return Ended(status="out_of_memory", detail=detail, line=line)
        case {"kind": "failed", "detail": str(detail), "line": (int() | None) as line}:
            return Ended(status="crashed", detail=detail, line=line)
        case _:
            return FORGERY


def parse_row(case: SandboxCase, message: JsonObject | Ended, *, seconds: float) -> CaseRow | Ended:
    """The row that `message` speaks of; `seconds` were measured outside."""
    match message:
        case Ended():
            return message
        case {
            "kind": "row",
            "status": str(status),
            "output": (dict() | None) as output,
            "detail": str(detail),
            "line": (int() | None) as line,
            "mutated_input": bool(mutated),
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
            return FORGERY
