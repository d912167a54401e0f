"""What the operator allows effect steps to do, from options; the place of the audit log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from compiled_ai.artifact import Workflow
    from compiled_ai.effects.permission import EffectPermission

Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-effects",
        metavar="WORD",
        help="What effect steps may use: host=NAME, database=NAME=FILE, webhook=NAME=URL, mail=ADDRESS, outbox=FOLDER, sender=ADDRESS. May be given again.",
    ),
]
AllowFile = Annotated[
    Path | None,
    typer.Option(
        "--effects", help="File of permissions (YAML): the same, and headers of hosts with secrets."
    ),
]
AuditFile = Annotated[
    Path | None,
    typer.Option("--audit-log", help="Log of effects. STORE/.audit/NAME.jsonl when left out."),
]


def audit_path(store: Path, name: str, given: Path | None) -> Path:
    """The audit log of the effects of the workflow called `name`."""
    return given or store / ".audit" / f"{name}.jsonl"


def allowing(workflow: Workflow) -> str:
    """The options that allow the effect steps of `workflow` all that they declare; empty without any."""
    calls = [step.effect for step in workflow.steps if step.effect is not None]
    if not calls:
        return ""
    from compiled_ai.effects.permission import Allowed, missing
    from compiled_ai.spec.effects import parse_call

    words = dict.fromkeys(word for call in calls for word in missing(parse_call(call), Allowed()))
    return " ".join(f"--allow-effects {word}" for word in words)


def open_permission(allow: list[str], file: Path | None, log: Path) -> EffectPermission | None:
    """The permission that the options give; None when they give none, and effect steps are refused.

    Raises:
        InputError: a word or the file cannot be read as a permission.
        StoreError: the log is damaged, or its folder cannot be made.
    """
    if not allow and file is None:
        return None
    from compiled_ai.effects.audit import AuditLog
    from compiled_ai.effects.permission import Allowed, EffectPermission, load_allowed, parse_allowed
    from compiled_ai.errors import StoreError

    allowed = load_allowed(file, os.environ) if file is not None else Allowed()
    allowed = allowed.merged(parse_allowed(allow))
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of the audit log {log} cannot be made: {error.strerror}") from error
    return EffectPermission(allowed=allowed, audit=AuditLog(log))
