"""``compiled-ai compile``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _effects, _options

if TYPE_CHECKING:
    from compiled_ai.factory import CompilationResult
    from compiled_ai.spec import Spec
    from compiled_ai.templates.registry import TemplateRegistry


def compile_command(
    spec: Annotated[Path, typer.Argument(help="The spec, a YAML file.")],
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    gates: _options.Gates = None,
    store: _options.StoreRoot = Path("workflows"),
    force: Annotated[
        bool, typer.Option("--force", help="Compile even if the store holds an artifact of this spec.")
    ] = False,
    effort: Annotated[
        str,
        typer.Option(
            help="none: synthesis alone, no model; low: one call, repairs within 3,000 tokens; standard: invented cases drive repairs, 12,000; "
            "high: more of them until nothing new fails, 60,000. limits.tokens of the spec goes before."
        ),
    ] = "low",
    synthesis: Annotated[
        bool, typer.Option("--synthesis/--no-synthesis", help="Try without a model before one is asked.")
    ] = True,
    stronger: Annotated[
        list[str] | None,
        typer.Option(help="Model that takes over where the one before failed twice; may be given again."),
    ] = None,
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
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as, gates=gates
    )
    with client, CompilationView(Console(stderr=as_json), warnings=5) as view:
        try:
            options = CompileOptions(
                store=Store(store),
                force=force,
                sandbox=_options.open_sandbox(sandbox),
                effort=_options.choose_effort(effort),
                synthesis=synthesis,
                stronger=tuple(
                    _options.open_client(
                        model=name, record=record, replay=replay, price_as=price_as, gates=gates
                    )
                    for name in stronger or ()
                ),
                listener=view,
                templates=_open_templates,
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
        _print_worth(loaded, result, effort)


def _open_templates() -> TemplateRegistry:
    """The templates that may be offered. Those of the user that cannot be read stop no compilation."""
    from compiled_ai.cli._templates import open_registry
    from compiled_ai.errors import CompiledAIError
    from compiled_ai.templates.registry import builtin_registry

    try:
        return open_registry(None)
    except CompiledAIError as error:
        typer.echo(f"only built-in templates are offered: {error}", err=True)
        return builtin_registry()


def _print_worth(spec: Spec, result: CompilationResult, effort: str) -> None:
    """When the compilation has paid for itself, and whether more effort would."""
    from compiled_ai.factory.break_even import break_even
    from compiled_ai.factory.effort import EFFORTS, suggest_effort

    tokens = result.ledger.totals().tokens
    if tokens:
        even = break_even(spec, tokens)
        typer.echo(
            f"break-even: {even.runs:,} runs (a direct call would take about {even.direct_tokens:,} tokens each time)"
        )
    if spec.expected_executions is None or result.rung in {
        "stored",
        "rules",
    }:  # nothing to gain by more effort
        return
    suggested = suggest_effort(spec.expected_executions)
    if EFFORTS.index(suggested) > EFFORTS.index(_options.choose_effort(effort)):
        typer.echo(
            f"worth it: {spec.expected_executions:,} expected runs would pay for --effort {suggested} --force"
        )


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
    typer.echo(
        f"run it:  compiled-ai run {manifest.name} INPUT.json {_effects.allowing(result.artifact.workflow)}".rstrip()
    )
