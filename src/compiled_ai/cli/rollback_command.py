"""``compiled-ai rollback``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.evolve.promotions import Promotion


def rollback_command(
    name: Annotated[str, typer.Argument(help="Name of a workflow in the store.")],
    to: Annotated[
        str, typer.Option(metavar="DIGEST", help="The artifact to go back to; the one before when left out.")
    ] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides; it is recorded.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is recorded.")] = "",
    history: Annotated[
        bool, typer.Option("--history", help="Print every promotion and rollback instead, the log verified.")
    ] = False,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Make an earlier artifact of a workflow current again."""
    from compiled_ai.artifact import Store
    from compiled_ai.evolve.promotions import Promotions

    promotions = Promotions(Store(store), name)
    if history:
        _print_history(promotions.records(), promotions.note(), as_json=as_json)
        return
    for value, option in ((by, "--by"), (why, "--why")):
        if not value.strip():
            raise typer.BadParameter("a rollback is recorded with a name and a reason", param_hint=option)
    record = promotions.roll_back(to=to, by=by, why=why)
    if as_json:
        typer.echo(json.dumps(record.to_json(), ensure_ascii=False))
    else:
        typer.echo(f"{name}: {record.new[:15]} is current again, in place of {record.old[:15] or 'nothing'}")


def _print_history(found: tuple[Promotion, ...], note: str, *, as_json: bool) -> None:
    if as_json:
        document = {"records": [record.to_json() for record in found], "note": note}
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for record in found:
        why = f": {record.why}" if record.why else ""
        typer.echo(
            f"{record.at}  {record.action} by {record.actor}  {record.old[:15] or '-'} -> {record.new[:15]}{why}"
        )
    typer.echo(f"note: {note}" if note else f"{len(found)} records, the chain is whole")
