"""``compiled-ai templates search``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.templates.search import Embedder, TemplateIndex


def search_command(
    words: Annotated[list[str], typer.Argument(help="What you need, in your own words.")],
    limit: Annotated[int, typer.Option(min=1, help="How many templates to show at most.")] = 5,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Score that a template must reach; 0 shows all that match at all."),
    ] = None,
    embedder: Annotated[
        str,
        typer.Option(
            metavar="none|minilm|PROVIDER:MODEL",
            help="Weigh meanings in: a small model on this machine (extra 'embeddings') or one of a provider.",
        ),
    ] = "none",
    folder: Annotated[Path | None, typer.Option("--templates", help="Folder of your own templates.")] = None,
    as_json: _options.Json = False,
) -> None:
    """Find the template for a task. Says so when none fits."""
    from compiled_ai.cli._templates import open_registry
    from compiled_ai.templates.search import TemplateIndex
    from compiled_ai.validation.pipeline import default_cache_dir

    templates = {template.name: template for template in open_registry(folder)}
    index = TemplateIndex(
        templates.values(), embedder=_embedder(embedder), cache_dir=default_cache_dir() / "search"
    )
    query = " ".join(words)
    purposes = {name: template.purpose for name, template in templates.items()}
    _show(index, query, purposes, limit=limit, threshold=threshold, as_json=as_json)


def _embedder(choice: str) -> Embedder | None:
    """The embedder of that name.

    Raises:
        MissingToolError: ``minilm`` is asked for and the extra is not installed.
    """
    if choice == "none":
        return None
    if choice == "minilm":
        from compiled_ai.templates._search_minilm import MiniLm

        return MiniLm()
    if ":" not in choice:
        raise typer.BadParameter(
            f"'{choice}' is none of none, minilm, PROVIDER:MODEL", param_hint="--embedder"
        )
    from compiled_ai.llm.embeddings import PydanticEmbedder

    return PydanticEmbedder(choice)


def _show(
    index: TemplateIndex,
    query: str,
    purposes: dict[str, str],
    *,
    limit: int,
    threshold: float | None,
    as_json: bool,
) -> None:
    hits = index.search(query, limit=limit, threshold=threshold)
    least = index.threshold if threshold is None else threshold
    if as_json:
        found = [
            {**asdict(hit), "purpose": purposes[hit.name], "explanation": hit.explanation} for hit in hits
        ]
        typer.echo(json.dumps({"query": query, "threshold": least, "hits": found}, ensure_ascii=False))
        return
    for hit in hits:
        typer.echo(f"{hit.score:.2f}  {hit.name}: {purposes[hit.name]}\n      {hit.explanation}")
    if not hits:
        near = index.search(query, limit=1, threshold=0)
        typer.echo(
            f"no template fits (nothing reaches {least:.2f}"
            + (f"; the nearest is {near[0].name} with {near[0].score:.2f}" if near else "")
            + "). Say what goes in and what comes out, or write a spec without a template."
        )
