"""``compiled-ai cases``: how many cases there are, and taking out the old ones."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from compiled_ai.cli import _options
from compiled_ai.cli.review_command import open_log

_Name = Annotated[str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")]


def show_command(
    workflow: _Name,
    since: Annotated[str, typer.Option(metavar="DAY", help="First day to count, such as 2026-01-31.")] = "",
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Check the case log of a workflow, and count its cases by status and by day."""
    from compiled_ai.errors import StoreError

    log, manifest = open_log(store, workflow)
    with log:
        wrong = log.database.check()
        if wrong:
            raise StoreError(
                f"the case log {log.path} is damaged: {wrong[0]}. Move it away with its -wal and -shm, and the next run begins a new one"
            )
        totals, counts = log.totals(), log.counts(since=since)
    if as_json:
        rows = [{**dataclasses.asdict(count), "cost_usd": str(count.cost_usd)} for count in counts]
        document = {
            "path": str(log.path),
            "retention_days": manifest.retention_days,
            "totals": totals,
            "counts": rows,
        }
        typer.echo(json.dumps(document))
        return
    days = manifest.retention_days
    kept = f"kept {days} days" if days is not None else "kept for ever"
    listed = ", ".join(f"{count} {name}" for name, count in totals.items())
    typer.echo(f"{log.path}: {listed}; {kept}")
    for count in counts:
        step = f"  step {count.step}" if count.step else ""
        cost = f"  {count.tokens} tokens, {count.cost_usd.normalize():f} USD" if count.tokens else ""
        typer.echo(f"{count.day}  {count.artifact[:19]}  {count.served_by}  {count.count}{step}{cost}")


def purge_command(
    workflow: _Name,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Delete the cases that are older than the spec's retention_days, waiting ones too. Every run does it once a day."""
    from compiled_ai.errors import OperatorError

    log, manifest = open_log(store, workflow)
    days = manifest.retention_days
    if days is None:
        log.close()
        raise OperatorError(
            f"{manifest.name} sets no period, so its cases are kept for ever; write 'compliance: {{retention_days: ...}}' into the spec and compile it"
        )
    with log:
        removed = log.purge(days=days)
    if as_json:
        typer.echo(json.dumps({"path": str(log.path), "retention_days": days, "removed": removed}))
    else:
        typer.echo(f"{log.path}: {removed} cases older than {days} days were deleted")
