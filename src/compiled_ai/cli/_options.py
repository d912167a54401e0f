"""Options that several commands share."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

if TYPE_CHECKING:
    from compiled_ai.artifact import Manifest
    from compiled_ai.factory.effort import Effort
    from compiled_ai.llm import LlmClient
    from compiled_ai.sandbox.model import Sandbox
    from compiled_ai.spec.canonical import JsonObject

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, for programs.")
]
StoreRoot = Annotated[Path, typer.Option("--store", help="Folder of artifacts.")]
Model = Annotated[
    str | None,
    typer.Option(
        help="Model, such as anthropic:claude-opus-4-5, openai-chat:gpt-5, google:gemini-2.5-pro or ollama:qwen3."
    ),
]
BaseUrl = Annotated[str | None, typer.Option(help="Server of an OpenAI-compatible model.")]
Record = Annotated[Path | None, typer.Option(help="Folder to record model replies in.")]
Replay = Annotated[Path | None, typer.Option(help="Folder of recordings to answer from; no model is called.")]
PriceAs = Annotated[
    str | None, typer.Option(help="Listed model whose price stands in for a model without one.")
]
Gates = Annotated[
    str | None,
    typer.Option(
        metavar="default|strict|off|FILE|JSON",
        help="Security gates around model calls. Where the spec asks for stricter ones, these count.",
    ),
]
SandboxOption = Annotated[
    str,
    typer.Option(
        "--sandbox",
        metavar="auto|jail|wasm|none",
        help="Where code is run while it is validated. none runs it with no locks at all: only for code that you would run yourself.",
    ),
]


def open_sandbox(choice: str) -> Sandbox:
    """The sandbox of that name; a warning goes to standard error when it is none.

    Raises:
        SandboxError: this system does not have it.
    """
    from compiled_ai.sandbox.choose import open_sandbox as choose
    from compiled_ai.sandbox.model import SandboxChoice

    known = get_args(SandboxChoice)
    if choice not in known:
        raise typer.BadParameter(f"'{choice}' is none of {', '.join(known)}", param_hint="--sandbox")
    return choose(cast("SandboxChoice", choice), warn=lambda text: typer.echo(f"WARNING: {text}", err=True))


def open_client(
    *,
    model: str | None = None,
    base_url: str | None = None,
    record: Path | None = None,
    replay: Path | None = None,
    price_as: str | None = None,
    gates: str | None = None,
) -> LlmClient:
    """The client that the options, the environment and ``.env`` describe. Nothing is called yet."""
    from compiled_ai.llm import load_settings, make_client

    arguments = {
        "model": model,
        "base_url": base_url,
        "record_dir": record,
        "replay_dir": replay,
        "price_as": price_as,
        "gates": gates,
    }
    settings = load_settings(arguments, os.environ, Path(".env"))
    return make_client(settings, today=date.today)


def root_of(folder: Path, manifest: Manifest, store: Path) -> Path:
    """Folder of the store that holds the logs of the artifact in `folder`: `store`, or the artifact's own where `store` is the default."""
    from compiled_ai.artifact.store import DEFAULT_ROOT, Store, own_store

    return store if store != DEFAULT_ROOT else own_store(folder, manifest, otherwise=Store(store)).root


def find_manifest(store: Path, workflow: str) -> tuple[Manifest, Path]:
    """The manifest of `workflow`, also where it cannot run here (its logs are to be read after an upgrade too), and the folder of the store that holds them.

    Raises:
        ArtifactError: there is no such artifact.
        StoreError: it cannot be read.
    """
    from compiled_ai.artifact import Store
    from compiled_ai.artifact.manifest import parse_manifest
    from compiled_ai.spec.load import read_text

    folder = Store(store).find(workflow)
    path = folder / "manifest.json"
    manifest = parse_manifest(read_text(path), path=path, to_run=False)
    return manifest, root_of(folder, manifest, store)


def choose_effort(name: str) -> Effort:
    """The effort of that name.

    Raises:
        typer.BadParameter: there is none.
    """
    from compiled_ai.factory.effort import EFFORTS

    for effort in EFFORTS:
        if effort == name:
            return effort
    raise typer.BadParameter(f"'{name}' is none of {', '.join(EFFORTS)}", param_hint="--effort")


def read_object(text: str, option: str) -> JsonObject:
    """The JSON object that `text` is, or that the file of that name holds.

    Raises:
        InputError: it is none; the message names `option`.
        StoreError: the file cannot be read.
    """
    from compiled_ai.errors import InputError
    from compiled_ai.spec.json_text import parse_json_object
    from compiled_ai.spec.load import read_text

    try:
        return parse_json_object(text if text.lstrip().startswith("{") else read_text(Path(text)))
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None
