"""``compiled-ai compile``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.factory import CompilationResult


def compile_command(
    spec: Annotated[Path, typer.Argument(help="The spec, a YAML file.")],
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    store: _options.StoreRoot = Path("workflows"),
    force: Annotated[
        bool, typer.Option("--force", help="Compile even if the store holds an artifact of this spec.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="File for the full report if the compilation fails.")
    ] = None,
    sandbox: _options.SandboxOption = "auto",
    as_json: _options.Json = False,
) -> None:
    """Compile a spec into a validated artifact."""
    from rich.console import Console

    from compiled_ai.artifact import Store
    from compiled_ai.cli._progress import CompilationView
    from compiled_ai.errors import CompilationFailedError
    from compiled_ai.factory import CompileOptions, compile_spec
    from compiled_ai.spec import load_spec

    loaded = load_spec(spec)
    client = _options.open_client(
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as
    )
    with client, CompilationView(Console(stderr=as_json), warnings=5) as view:
        try:
            options = CompileOptions(
                store=Store(store), force=force, sandbox=_options.open_sandbox(sandbox), listener=view
            )
            result = compile_spec(loaded, client, options)
        except CompilationFailedError as error:
            if report is not None:
                _write_report(report, error.report)
            raise
    if as_json:
        typer.echo(json.dumps(_summary(result), ensure_ascii=False))
    else:
        _print_summary(result)


def _write_report(path: Path, report: dict[str, object]) -> None:
    from compiled_ai.files import write_atomic

    try:
        write_atomic(path, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        typer.echo(f"the report cannot be written to {path}: {error.strerror}", err=True)
    else:
        typer.echo(f"report written to {path}", err=True)


def _summary(result: CompilationResult) -> dict[str, object]:
    manifest = result.artifact.manifest
    return {
        "artifact": manifest.artifact,
        "path": str(result.artifact.path),
        "rung": result.rung,
        "attempts": len(result.attempts),
        "spent": result.ledger.to_json()["totals"],
        "evidence": manifest.evidence,
    }


def _print_summary(result: CompilationResult) -> None:
    from compiled_ai.cli._text import looks, money, share, tokens

    totals, manifest = result.ledger.totals(), result.artifact.manifest
    spent = f"{tokens(totals.tokens, estimated=totals.tokens_estimated)} tokens, {money(totals.cost_usd, priced_as=totals.priced_as)}"
    typer.echo(
        f"\n{manifest.name} {manifest.version} is compiled: {manifest.artifact[:15]} (rung: {result.rung}, {spent})"
    )
    if totals.priced_as:
        typer.echo(f"* priced as {', '.join(totals.priced_as)}, whose list price stands in")
    typer.echo(f"seen     {share(manifest.evidence['visible'])}")
    typer.echo(
        f"hidden   {share(manifest.evidence['hidden'])}  ({looks(manifest.evidence['hidden_consultations'])})"
    )
    typer.echo(f"run it:  compiled-ai run {manifest.name} INPUT.json")
