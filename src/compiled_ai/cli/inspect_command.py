"""``compiled-ai inspect``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _effects, _options
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.schema import properties_of

if TYPE_CHECKING:
    from compiled_ai.artifact import Artifact, Manifest


def inspect_command(
    workflow: Annotated[
        str,
        typer.Argument(
            help="Name in the store, name@digest, or folder of an artifact; with --graph also a spec file."
        ),
    ],
    code: Annotated[bool, typer.Option("--code", help="Print activities.py too.")] = False,
    graph: Annotated[
        bool, typer.Option("--graph", help="Print the steps as a Mermaid flowchart, and nothing else.")
    ] = False,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Show what is in an artifact: its steps, its evidence, its cost."""
    from compiled_ai.artifact import Store, load_artifact

    if graph:
        typer.echo(_graph(workflow, store), nl=False)
        return
    artifact = load_artifact(Store(store).find(workflow))
    validation = json.loads((artifact.path / "validation.json").read_text())
    if as_json:
        document = {
            "path": str(artifact.path),
            "manifest": artifact.manifest.model_dump(),
            "validation": validation,
        }
        effects = {step.id: step.effect for step in artifact.workflow.steps if step.effect is not None}
        if effects:
            document["effects"] = effects
        typer.echo(
            json.dumps(
                {**document, "activities.py": artifact.source} if code else document, ensure_ascii=False
            )
        )
        return
    _print(artifact, validation["stages"])
    if code:
        _print_code(artifact.source)


def _graph(reference: str, store: Path) -> str:
    """The flowchart of an artifact, or of a spec that need not be compiled."""
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.cli._graph import mermaid

    if not reference.endswith((".yaml", ".yml")):
        return mermaid(load_artifact(Store(store).find(reference)).workflow)
    from compiled_ai.factory.plan import make_plan
    from compiled_ai.spec import load_spec

    return mermaid(make_plan(load_spec(reference)).workflow)


def _print(artifact: Artifact, stages: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from compiled_ai.cli._text import looks, share, steps_text

    manifest, console = artifact.manifest, Console()
    console.print(
        f"[bold]{manifest.name}[/] {manifest.version}  {manifest.artifact[:19]}  [dim]{artifact.path}[/]",
        highlight=False,
    )
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("compiled by", f"compiled-ai {manifest.compiler}, {_cost(manifest.compilation)}")
    table.add_row("steps", escape(steps_text(artifact.workflow)))
    for step in artifact.workflow.steps:
        if step.effect is not None:
            table.add_row(f"  {step.id}", _effect(step.effect))
    if allowing := _effects.allowing(artifact.workflow):
        table.add_row("allowed by", allowing)
    table.add_row("takes", ", ".join(properties_of(artifact.workflow.input_schema)))
    table.add_row("gives", ", ".join(artifact.workflow.returns))
    table.add_row("compliance", ", ".join(manifest.compliance) or "none")
    if any(step.kind == "effect" for step in artifact.workflow.steps):
        days = manifest.retention_days
        table.add_row("audit log", f"kept {days} days" if days is not None else "kept for ever")
    policy = manifest.fallback["policy"]
    table.add_row("fallback", " -> ".join(map(str, policy)) if isinstance(policy, list) else str(policy))
    table.add_row("gates", escape(_gates(manifest)))
    table.add_row("seen", share(manifest.evidence["visible"]))
    table.add_row(
        "hidden",
        f"{share(manifest.evidence['hidden'])}, {looks(manifest.evidence['hidden_consultations'])}",
    )
    for stage in stages:
        tools = stage["tools"]
        assert isinstance(tools, dict)
        findings = stage["findings"]
        assert isinstance(findings, list)
        table.add_row(
            str(stage["stage"]),
            f"passed; {', '.join(f'{name} {version}' for name, version in tools.items())}; {len(findings)} warnings",
        )
    console.print(table, highlight=False)


def _gates(manifest: Manifest) -> str:
    """What the artifact asks of the gates around model calls."""
    if manifest.gates is None:
        return "strict, because of compliance" if manifest.compliance else "default"
    return manifest.gates if isinstance(manifest.gates, str) else canonical_json(manifest.gates)


def _effect(data: JsonObject) -> str:
    """What an effect step asks for and may use."""
    from compiled_ai.spec.effects import parse_call

    call = parse_call(data)
    bounds = call.capabilities.model_dump(mode="json", exclude_defaults=True)
    declared = "; ".join(
        f"{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in bounds.items()
    )
    asked = ", ".join(
        f"{key} {value if isinstance(value, str) else canonical_json(value)}"
        for key, value in call.parameters.items()
    )
    return f"{call.effect}: {asked}\nmay use {declared}; at most {call.timeout_seconds:g} s"


def _cost(compilation: Mapping[str, object]) -> str:
    totals = compilation["totals"]
    assert isinstance(totals, dict)
    if not totals["calls"]:
        return "without a model: 0 tokens"
    count = int(totals["input_tokens"]) + int(totals["output_tokens"])
    price = f"${totals['cost_usd']}" if totals["cost_usd"] else "price unknown"
    estimated = "~" if totals["tokens_estimated"] else ""
    return f"{compilation['model']}, {compilation['attempts']} attempts, {estimated}{count:,} tokens, {price}"


def _print_code(source: str) -> None:
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    if console.is_terminal:
        console.print(Syntax(source, "python", background_color="default"))
    else:
        typer.echo(source)
