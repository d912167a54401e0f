"""``compiled-ai tools``: the checkers, where they are, whether they can be trusted; and the one that is fetched apart."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from compiled_ai.cli import _options

Prefix = Annotated[
    Path | None,
    typer.Option(help="Virtual environment or folder to install below; the user's data folder by default."),
]


def tools_command(context: typer.Context, as_json: _options.Json = False) -> None:
    """Show the checkers that validation calls: version, place, and whether each finds known-bad code."""
    if context.invoked_subcommand is not None:
        return
    from compiled_ai.checkers.self_test import self_test, tool_places, tool_versions
    from compiled_ai.validation.pipeline import default_cache_dir

    states, places = self_test(cache_dir=default_cache_dir()), tool_places()
    rows = {
        tool: {"version": version, "place": places[tool], "state": states[tool]}
        for tool, version in tool_versions().items()
    }
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for tool, row in rows.items():
            typer.echo(f"{tool} {row['version']} ({row['place']}): {row['state']}")
    if any(row["state"] != "ok" for row in rows.values()):
        raise typer.Exit(7)


def install_command(
    prefix: Prefix = None,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch anew, even if what is there is unharmed.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
    as_json: _options.Json = False,
) -> None:
    """Fetch semgrep, checked against its known hashes, into an environment of its own. Does nothing when it is there."""
    from compiled_ai.checkers.tool_home import (
        SEMGREP_VARIABLE,
        SEMGREP_VERSION,
        install_semgrep,
        prefix_home,
        program_in,
        user_home,
    )

    home = user_home() if prefix is None else prefix_home(prefix.absolute())
    new = install_semgrep(home, force=force)
    if as_json:
        typer.echo(
            json.dumps(
                {"tool": "semgrep", "version": SEMGREP_VERSION, "place": str(home), "new": new},
                ensure_ascii=False,
            )
        )
    elif not quiet:
        typer.echo(f"semgrep {SEMGREP_VERSION} {'is now' if new else 'was already'} in {home}")
        if home not in {user_home(), prefix_home(Path(sys.prefix))}:
            typer.echo(f"it is not looked for there: set {SEMGREP_VARIABLE}={program_in(home)}")
