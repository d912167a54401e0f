"""The messages of a jailed process turned into rows and figures, and what stands for those that did not come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast, get_args

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_channel import Silence
from compiled_ai.sandbox.jail_locks import IN_FORCE
from compiled_ai.sandbox.model import CaseRow, CaseStatus, CoverageFacts, SandboxCase
from compiled_ai.spec.canonical import JsonObject

_STATUSES = get_args(CaseStatus)


def parse_ready(message: JsonObject | Silence, *, required: Sequence[str]) -> tuple[dict[str, str], str]:
    """What the worker found out about its own locks, and the locale in force. It runs nothing if one of `required` does not hold.

    Raises:
        SandboxError: it did not get that far, or one does not.
    """
    if isinstance(message, Silence):
        reason = f"{message.status.replace('_', ' ')}: {message.detail}"
        raise SandboxError(
            f"the jail did not start ({reason}); is the limit of memory high enough, the system not full?"
        )
    if message.get("kind") != "ready":
        raise SandboxError(f"the jail could not lock itself in: {message.get('detail')}")
    layers = cast("dict[str, str]", message["layers"])
    missing = [f"{layer}: {layers[layer]}" for layer in required if layers[layer] != IN_FORCE]
    if missing:
        raise SandboxError("nothing was run, because a layer of the jail is missing: " + "; ".join(missing))
    return layers, str(message["locale"])


def parse_import(message: JsonObject | Silence) -> Silence | None:
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


def parse_row(case: SandboxCase, message: JsonObject) -> CaseRow | None:
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
            "steady": bool(steady),
        } if status in _STATUSES and (status == "answered") == (output is not None) and seconds >= 0:
            return CaseRow(
                case_id=case.case_id,
                status=cast("CaseStatus", status),
                output=output,
                detail=detail,
                line=line,
                mutated_input=mutated,
                seconds=seconds,
                steady=steady,
            )
        case _:
            return None


def parse_coverage(message: JsonObject | Silence) -> CoverageFacts | None:
    """The figures in the last message; None when there are none, or the process broke down over them."""
    match message:
        case {
            "kind": "end",
            "coverage": {"lines": float(lines), "branches": float(branches), "missing_lines": list(missing)},
        } if 0 <= lines <= 1 and 0 <= branches <= 1 and all(type(line) is int for line in missing):
            return CoverageFacts(
                lines=lines, branches=branches, missing_lines=tuple(cast("list[int]", missing))
            )
        case _:
            return None
