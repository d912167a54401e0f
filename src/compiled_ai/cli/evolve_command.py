"""``compiled-ai evolve``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.evolve.evolution import EvolveOptions, From
    from compiled_ai.factory import CompileOptions
    from compiled_ai.llm import LlmClient


def evolve_command(
    name: Annotated[str, typer.Argument(help="Name of a workflow in the store.")],
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="human|model|both",
            help="Whose answers become cases: those of people, those of the fallback model, or both.",
        ),
    ] = "human",
    spec: Annotated[
        Path | None, typer.Option(help="The spec of the current artifact, if it lies elsewhere by now.")
    ] = None,
    approve: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST",
            help="Promote the candidate of that digest (12 digits at least), if nothing regresses.",
        ),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves; it is recorded.")] = "",
    why: Annotated[str, typer.Option(help="Why; it is recorded.")] = "",
    most: Annotated[
        int, typer.Option(min=1, max=500, help="New examples at most: each stands in every prompt.")
    ] = 24,
    tries: Annotated[
        int,
        typer.Option(
            min=1,
            max=5,
            help="Candidates at most: while one regresses or fails, another is made of fewer examples. Each costs a compilation.",
        ),
    ] = 1,
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    gates: _options.Gates = None,
    store: _options.StoreRoot = Path("workflows"),
    force: Annotated[
        bool, typer.Option("--force", help="Compile even if the store holds a candidate of this very spec.")
    ] = False,
    effort: Annotated[
        str,
        typer.Option(
            help="As for `compile`: none, low, standard or high. Examples make prompts long; low may not do."
        ),
    ] = "standard",
    sandbox: _options.SandboxOption = "auto",
    as_json: _options.Json = False,
) -> None:
    """Learn from logged cases: make a candidate, compare it with the current artifact, promote it once approved."""
    from compiled_ai.artifact import Store
    from compiled_ai.factory import CompileOptions

    if approve is not None and not by.strip():
        raise typer.BadParameter("an approval needs the name of who approves", param_hint="--by")
    compiling = CompileOptions(store=Store(store), force=force, effort=_options.choose_effort(effort))
    options = _evolve_options(compiling, from_, spec, (most, tries))
    if approve is not None:
        _approve(name, options, (approve, by, why), as_json=as_json)
        return
    client = _options.open_client(
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as, gates=gates
    )
    with client:
        _evolve(name, client, options, sandbox=sandbox, as_json=as_json)


def _evolve_options(
    compiling: CompileOptions, teachers: str, spec: Path | None, bounds: tuple[int, int]
) -> EvolveOptions:
    from compiled_ai.evolve.evolution import EvolveOptions

    most, tries = bounds
    return EvolveOptions(
        compiling=compiling,
        teachers=_choose_teachers(teachers),
        spec=spec,
        most_examples=most,
        tries=tries,
    )


def _choose_teachers(name: str) -> From:
    from compiled_ai.evolve.evolution import FROM

    for known in FROM:
        if known == name:
            return known
    raise typer.BadParameter(f"'{name}' is none of {', '.join(FROM)}", param_hint="--from")


def _evolve(name: str, client: LlmClient, options: EvolveOptions, *, sandbox: str, as_json: bool) -> None:
    import dataclasses

    from rich.console import Console

    from compiled_ai.cli._evolve_text import evolution_json, print_evolution
    from compiled_ai.cli._progress import CompilationView
    from compiled_ai.evolve.evolution import evolve

    with CompilationView(Console(stderr=True), warnings=0) as view:
        compiling = dataclasses.replace(
            options.compiling, sandbox=_options.open_sandbox(sandbox), listener=view
        )
        found = evolve(name, client, dataclasses.replace(options, compiling=compiling))
    if as_json:
        typer.echo(json.dumps(evolution_json(found), ensure_ascii=False))
    else:
        print_evolution(found, store=options.compiling.store.root)


def _approve(name: str, options: EvolveOptions, given: tuple[str, str, str], *, as_json: bool) -> None:
    from compiled_ai.cli._evolve_text import approved_json, print_approved
    from compiled_ai.evolve.evolution import Approval, approve

    digest, by, why = given
    done = approve(name, Approval(digest=digest, by=by, why=why), options)
    if as_json:
        typer.echo(json.dumps(approved_json(done), ensure_ascii=False))
    else:
        print_approved(done)
    if done.promotion is None:
        raise typer.Exit(5)
