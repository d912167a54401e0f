"""``compiled-ai bench security``: the scorecard of the gates on every set at hand. No model is asked, and nothing is fetched."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from compiled_ai.bench.security.scorecard import Scorecard
    from compiled_ai.bench.security.sets import Gate
    from compiled_ai.bench.security.training import Trained


def security_command(
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Public sets, one <set>.jsonl each (docs/security-dataset.md tells where to get them). Without it, our own are measured.",
        ),
    ] = None,
    gate: Annotated[
        str, typer.Option(metavar="input|pii|output", help="Gates, with commas; all when left out.")
    ] = "",
    chosen: Annotated[
        str,
        typer.Option("--set", metavar="NAMES", help="Sets, with commas; all that are at hand when left out."),
    ] = "",
    policy: Annotated[
        str, typer.Option(metavar="default|strict|FILE|JSON", help="What flags and what blocks.")
    ] = "default",
    trained: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Digests of the texts that the input gate's model was trained on; they are left out. Without it, the checkout's own list.",
        ),
    ] = None,
    bfcl: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            envvar="COMPILED_AI_BFCL",
            help="Content of BFCL's wheel; where `datasets fetch bfcl` puts it when left out.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Most texts of each set: a sample, the same each time."),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", metavar="FILE", help="Write all figures there too, for programs; - prints them instead."
        ),
    ] = None,
) -> None:
    """Measure the gates on texts: recall, false alarms, what each layer is worth, and time.

    Shown are counts and ids, never the text of a case. Figures are no test: the exit code is 0 however they are.
    """
    from compiled_ai.bench.security.scorecard import ScoreOptions, scorecard
    from compiled_ai.bench.security.sets import SetSources
    from compiled_ai.bench.security.table import render
    from compiled_ai.errors import MissingToolError
    from compiled_ai.gates.policy import read_policy

    options = ScoreOptions(
        sources=SetSources(
            public=_folder(data, "--data"), bfcl=_folder(bfcl, "--bfcl"), trained=_trained(trained)
        ),
        policy=read_policy(policy, option="--policy"),
        sets=_names(chosen),
        gates=_gates(gate),
        limit=limit,
    )
    card = scorecard(options, progress=_progress())
    if options.sets and card.absent and not card.has_figures:
        raise MissingToolError("; ".join(card.absent.values()))
    if str(json_file) == "-":
        typer.echo(json.dumps(card.to_json()))
        return
    typer.echo(render(card))
    if json_file is not None:
        _write(card, json_file)


def _write(card: Scorecard, path: Path) -> None:
    from compiled_ai.errors import StoreError
    from compiled_ai.files import write_atomic

    try:
        write_atomic(path, json.dumps(card.to_json(), indent=1) + "\n")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error}") from error


def _names(given: str) -> list[str]:
    return [name.strip() for name in given.split(",") if name.strip()]


def _gates(given: str) -> tuple[Gate, ...]:
    from compiled_ai.bench.security.sets import GATES

    names = _names(given)
    for name in names:
        if name not in GATES:
            raise typer.BadParameter(f"'{name}' is none of {', '.join(GATES)}", param_hint="--gate")
    return tuple(gate for gate in GATES if not names or gate in names)


def _folder(path: Path | None, option: str) -> Path | None:
    from compiled_ai.errors import StoreError

    if path is not None and not path.is_dir():
        raise StoreError(f"{option}: {path} is no folder")
    return path


def _trained(path: Path | None) -> Trained:
    from compiled_ai.bench.security.sets import root_of
    from compiled_ai.bench.security.training import Trained, listed_in, read_trained
    from compiled_ai.errors import MissingToolError, OperatorError

    if path is not None:
        return read_trained(path)
    try:
        return listed_in(root_of(None))
    except MissingToolError:
        return Trained()
    except OperatorError as error:
        typer.echo(
            f"WARNING: {error}. Until then, what was trained on is measured too, and said to be seen.",
            err=True,
        )
        return Trained()


def _progress() -> Callable[[str], None]:
    """Tells on the terminal what is measured; silent where standard error is none."""
    is_shown = sys.stderr.isatty()

    def tell(step: str) -> None:
        if is_shown:
            typer.echo(step, err=True)

    return tell
