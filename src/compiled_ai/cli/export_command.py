"""``compiled-ai export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compiled_ai.cli import _options, _temporal


def export_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")
    ],
    temporal: Annotated[
        bool, typer.Option("--temporal", help="One Python module for Temporal that needs temporalio alone.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; NAME_temporal.py when left out, - for standard output."),
    ] = None,
    store: _options.StoreRoot = Path("workflows"),
) -> None:
    """Write an artifact as one Python module that runs without this program."""
    if not temporal:
        raise typer.BadParameter("say for what: --temporal", param_hint="--temporal")
    _temporal.check_installed()
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.durable.export import export_module
    from compiled_ai.errors import StoreError
    from compiled_ai.files import write_atomic

    artifact = load_artifact(Store(store).find(workflow))
    text = export_module(artifact)
    if str(out) == "-":
        typer.echo(text, nl=False)
        return
    target = out or Path(f"{artifact.manifest.name}_temporal.py")
    try:
        write_atomic(target, text)
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror}") from error
    typer.echo(f"{target}: {len(text.encode()):,} bytes; python {target} worker")
