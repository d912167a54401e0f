"""``compiled-ai audit``: the log that effects leave."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _effects, _options

if TYPE_CHECKING:
    from compiled_ai.artifact import Manifest

_Name = Annotated[str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")]


def show_command(
    workflow: _Name,
    audit_log: _effects.AuditFile = None,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Check the chain of the audit log of a workflow's effects, and print it."""
    from compiled_ai.effects.audit import read_anchor, read_audit

    manifest, store = _options.find_manifest(store, workflow)
    path = _log_of(manifest, store, audit_log)
    records, anchor = read_audit(path), read_anchor(path)
    if as_json:
        document = {
            "path": str(path),
            "retention_days": manifest.retention_days,
            "anchor": dataclasses.asdict(anchor) if anchor else None,
            "records": [dataclasses.asdict(record) for record in records],
        }
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    days = manifest.retention_days
    kept = f"kept {days} days" if days is not None else "kept for ever"
    typer.echo(f"{path}: {len(records)} records, the chain holds, {kept}")
    if anchor:
        typer.echo(
            f"{anchor.removed} older ones, {anchor.first_at} to {anchor.last_at}, were purged on {anchor.at} ({anchor.rule})"
        )
    for record in records:
        reason = f" ({record.reason})" if record.reason else ""
        typer.echo(f"{record.at}  {record.actor}  {record.effect}  {record.outcome}{reason}  {record.action}")


def purge_command(
    workflow: _Name,
    audit_log: _effects.AuditFile = None,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Take out the records that are older than the spec's retention_days; an anchor stands in their place."""
    from compiled_ai.effects.audit import AuditLog
    from compiled_ai.errors import OperatorError

    manifest, store = _options.find_manifest(store, workflow)
    name, days = manifest.name, manifest.retention_days
    if days is None:
        raise OperatorError(
            f"{name} sets no period, so its log is kept for ever; write 'compliance: {{retention_days: ...}}' into the spec and compile it"
        )
    path = _log_of(manifest, store, audit_log)
    mine = f"workflow {name}@"
    actor = f"{mine}{manifest.artifact.partition(':')[2][:16]}"
    removed = AuditLog(path).purge(days=days, actor=actor, of=lambda one: one.startswith(mine))
    if as_json:
        typer.echo(json.dumps({"path": str(path), "retention_days": days, "removed": removed}))
    else:
        typer.echo(f"{path}: {removed} records older than {days} days were purged")


def _log_of(manifest: Manifest, store: Path, given: Path | None) -> Path:
    from compiled_ai.errors import StoreError

    path = _effects.audit_path(store, manifest.name, given)
    if not path.exists():
        raise StoreError(f"{path} does not exist: no effect of {manifest.name} was carried out with it.")
    return path
