"""``compiled-ai datasets``: which datasets there are for benchmarks, and fetching one."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from compiled_ai.cli import _options
from compiled_ai.cli._exit import guarded


def list_command(as_json: _options.Json = False) -> None:
    """Show all datasets: name and what it is. Nothing is fetched."""
    from compiled_ai.bench.registry import DATASETS

    if as_json:
        typer.echo(json.dumps([{"name": name, "about": entry.about} for name, entry in DATASETS.items()]))
        return
    width = max(map(len, DATASETS))
    for name, entry in DATASETS.items():
        typer.echo(f"{name:<{width}}  {entry.about}")


def fetch_command(
    name: Annotated[str, typer.Argument(help="Name of a dataset, or package.module:make.")],
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Option of the dataset; may be given more than once."),
    ] = None,
    as_json: _options.Json = False,
) -> None:
    """Fetch a dataset into the user's data folder, check it against its pinned hash, and count its tasks and cases.

    What may not be handed on (DocILE's invoices, for one) must be asked for at its source: the message says how.
    """
    from compiled_ai.bench.registry import make_dataset
    from compiled_ai.cli.bench_command import read_options

    dataset = make_dataset(name, read_options(option or []))
    tasks, cases = dataset.tasks(), dataset.cases()
    held_out = sum(case.split == "held_out" for case in cases)
    if as_json:
        document = {
            "name": dataset.name,
            "tasks": len(tasks),
            "cases": len(cases),
            "held_out": held_out,
            "description": dataset.description,
        }
        typer.echo(json.dumps(document))
        return
    typer.echo(f"{dataset.name}: {len(tasks)} tasks, {len(cases)} cases, {held_out} of them held out")
    for key, value in dataset.description.items():
        typer.echo(f"  {key}: {value if isinstance(value, str) else json.dumps(value)}")


app = typer.Typer(
    help="Show and fetch the datasets that benchmarks run over.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("list")(guarded(list_command))
app.command("fetch")(guarded(fetch_command))
