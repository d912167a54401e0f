"""``compiled-ai schema``: the JSON Schema of specs, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def schema_command(
    out: Annotated[Path | None, typer.Option(help="File to write; standard output when left out.")] = None,
) -> None:
    """Print the JSON Schema of spec files, for editors and checkers."""
    from compiled_ai.spec.document import spec_json_schema

    text = json.dumps(spec_json_schema(), indent=2) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    from compiled_ai.errors import StoreError
    from compiled_ai.files import write_atomic

    try:
        write_atomic(out, text)
    except OSError as error:
        raise StoreError(f"cannot write {out}: {error.strerror}") from error
