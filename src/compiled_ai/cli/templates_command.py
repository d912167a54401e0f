"""``compiled-ai templates``: what templates there are, what each takes, and what it makes of parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.spec.canonical import JsonObject, JsonValue
    from compiled_ai.templates.registry import Template
    from compiled_ai.templates.rendering import Rendering

Folder = Annotated[
    Path | None,
    typer.Option("--templates", help="Folder of your own templates; ./templates when left out and there."),
]
Name = Annotated[str, typer.Argument(help="Name of the template.")]


def list_command(
    kind: Annotated[
        str, typer.Option(metavar="activity|workflow|effect", help="Show those of one kind.")
    ] = "",
    folder: Folder = None,
    as_json: _options.Json = False,
) -> None:
    """Show all templates: name and purpose."""
    from compiled_ai.cli._templates import open_registry
    from compiled_ai.templates.registry import KINDS

    if kind and kind not in KINDS:
        raise typer.BadParameter(f"'{kind}' is none of {', '.join(KINDS)}", param_hint="--kind")
    found = [template for template in open_registry(folder) if kind in ("", template.kind)]
    if as_json:
        typer.echo(json.dumps([template.summary() for template in found], ensure_ascii=False))
        return
    width = max((len(template.name) for template in found), default=0)
    for template in found:
        origin = "" if template.origin == "builtin" else f" ({template.origin})"
        typer.echo(f"{template.kind:<8}  {template.name:<{width}}  {template.purpose}{origin}")


def show_command(name: Name, folder: Folder = None, as_json: _options.Json = False) -> None:
    """Show one template: when to use it, its parameters, and an example."""
    from compiled_ai.cli._templates import open_registry
    from compiled_ai.templates.reference import describe_template

    template = open_registry(folder).find(name)
    if as_json:
        document = {
            **template.summary(),
            "guidance": [*template.guidance],
            "parameters": template.parameters,
            "example": template.example,
            "digest": template.digest,
        }
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo(describe_template(template), nl=False)


def render_command(
    name: Name,
    params: Annotated[
        Path | None,
        typer.Option(help="YAML or JSON file with the parameters; the template's own example when left out."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; standard output when left out. An existing file is kept."),
    ] = None,
    folder: Folder = None,
    as_json: _options.Json = False,
) -> None:
    """Write what a template makes of parameters: activities, a spec, or the declaration of an effect."""
    from compiled_ai.cli._templates import open_registry

    template = open_registry(folder).find(name)
    rendering = template.render(template.example) if params is None else _render(template, params)
    text = _text(template, rendering)
    if out is not None:
        _write(out, text)
    if as_json:
        document: JsonObject = {
            "template": template.name,
            "kind": rendering.kind,
            "name": rendering.name,
            "complete": rendering.is_complete,
            "input": rendering.input_schema,
            "output": rendering.output_schema,
            "text": text,
        }
        typer.echo(json.dumps(document, ensure_ascii=False))
    elif out is None:
        typer.echo(text, nl=False)


def register_command(
    artifact: Annotated[str, typer.Argument(help="Artifact: a folder, a name, or name@digest.")],
    tag: Annotated[
        list[str] | None, typer.Option(help="A word to find it by; may be given more than once.")
    ] = None,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Offer the code of a compiled artifact as a template. Its examples and tests are not stored."""
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.cli._templates import REGISTERED
    from compiled_ai.templates.reuse import register_artifact

    path = register_artifact(REGISTERED, load_artifact(Store(store).find(artifact)), tags=tuple(tag or ()))
    typer.echo(json.dumps({"template": str(path)}) if as_json else f"registered in {path}")


def _render(template: Template, params: Path) -> Rendering:
    """The rendering of the parameters in a file; a wrong one is reported at its line."""
    from compiled_ai.errors import InputError, SpecError
    from compiled_ai.spec.load import read_text
    from compiled_ai.spec.yaml_source import parse_yaml

    document = parse_yaml(read_text(params), path=params)
    if not isinstance(document.data, dict):
        raise SpecError((document.problem((), "parameters are a mapping from name to value"),))
    try:
        return template.render(document.data)
    except InputError as error:
        place = _place(document.data, error.field)
        raise SpecError((document.problem(place, str(error)),)) from error


def _place(data: JsonValue, field: str) -> tuple[str | int, ...]:
    """The place inside `data` that `field`, such as ``lines[2].price``, names, as far as it is there."""
    place: list[str | int] = []
    for part in field.replace("[", ".[").split("."):
        key = int(part[1:-1]) if part.startswith("[") and part[1:-1].isdigit() else part
        if isinstance(data, dict) and key in data:
            data = data[str(key)]
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            break
        place.append(key)
    return tuple(place)


def _text(template: Template, rendering: Rendering) -> str:
    if rendering.kind != "activity":
        return rendering.text
    from compiled_ai.checkers.ruff_tool import FormatError, format_source
    from compiled_ai.errors import InputError

    try:
        return format_source(rendering.source(description=f"{rendering.name}: {template.purpose}."))
    except FormatError as error:
        place = f" ({template.path})" if template.path else ""
        raise InputError(f"template '{template.name}'{place} renders no Python: {error}") from error


def _write(out: Path, text: str) -> None:
    from compiled_ai.errors import StoreError
    from compiled_ai.files import write_atomic

    try:
        if out.exists():
            raise StoreError(f"{out} is there already; choose another file, or remove it.")
        write_atomic(out, text)
    except OSError as error:
        raise StoreError(f"cannot write {out}: {error.strerror}") from error
