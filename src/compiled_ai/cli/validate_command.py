"""``compiled-ai validate``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options
from compiled_ai.cli._exit import error_details

if TYPE_CHECKING:
    from compiled_ai.factory.validate import ValidateOptions, Validation
    from compiled_ai.findings import StageReport
    from compiled_ai.spec import Spec


def validate_command(
    targets: Annotated[
        list[str],
        typer.Argument(
            help="Artifacts (a name in the store, name@digest, a folder), Python files, or folders of Python files."
        ),
    ],
    spec: Annotated[
        Path | None,
        typer.Option(
            help="Spec that hand-written activities are held against, or that an artifact was compiled from."
        ),
    ] = None,
    sandbox: _options.SandboxOption = "auto",
    store: _options.StoreRoot = Path("workflows"),
    report: Annotated[Path | None, typer.Option(help="File for the whole report, as JSON.")] = None,
    as_json: _options.Json = False,
) -> None:
    """Run the four validation stages on artifacts or on code written by hand. Without a spec a Python file gets the two that execute nothing.

    A target that cannot be read or loaded has failed; the others are judged all the same.
    """
    from compiled_ai.factory.validate import ValidateOptions
    from compiled_ai.spec import load_spec

    loaded = load_spec(spec) if spec else None
    opened = None if loaded is None and sandbox == "auto" else _options.open_sandbox(sandbox)
    options = ValidateOptions(sandbox=opened, listener=_ignore if as_json else _show)
    results = [_judged(target, loaded, store, options, as_json) for target in list(_expanded(targets))]
    passed = all(result["passed"] for result in results)
    document = {"passed": passed, "results": results}
    if report is not None:
        _write(report, document)
    if as_json:
        typer.echo(_dumped(document))
    if not passed:
        raise typer.Exit(5)


def _expanded(targets: list[str]) -> Iterator[str]:
    """`targets`, with folders of Python files taken apart. The folder of an artifact, or of all its versions, is left whole."""
    from compiled_ai.artifact.store import CURRENT

    for target in targets:
        path = Path(target)
        if path.is_dir() and not any((path / name).exists() for name in ("manifest.json", CURRENT)):
            files = sorted(str(item) for item in path.rglob("*.py"))
            if not files:
                raise typer.BadParameter(f"'{target}' holds neither a manifest.json nor a Python file")
            yield from files
        else:
            yield target


def _judged(
    target: str, spec: Spec | None, store: Path, options: ValidateOptions, as_json: bool
) -> dict[str, object]:
    """The verdict on one target as JSON data. One that cannot be judged has failed, and the others are judged all the same.

    Raises:
        MissingToolError: a checker is absent or broken, so that no target can be judged.
        SandboxError: there is no sandbox, or it failed.
    """
    from compiled_ai.errors import CompiledAIError, MissingToolError, SandboxError

    shown = _readable(target)
    if not as_json:
        typer.echo(shown)
    try:
        validation = _validate(target, spec, store, options)
    except (MissingToolError, SandboxError):
        raise
    except CompiledAIError as error:
        if not as_json:
            typer.echo(_readable(f"error: {error}"), err=True)
            typer.echo("  FAILED\n")
        return {"target": shown, "passed": False, "error": error_details(error)}
    if not as_json:
        _conclude(validation)
    return _to_json(shown, validation)


def _validate(target: str, spec: Spec | None, store: Path, options: ValidateOptions) -> Validation:
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.factory import validate

    if not target.endswith(".py"):
        artifact = load_artifact(Store(store).find(target))
        return validate.validate_artifact(artifact, spec, options)
    source = _read(Path(target))
    if spec is None:
        return validate.validate_text(source, options)
    return validate.validate_activities(source, spec, options)


def _read(path: Path) -> str:
    from compiled_ai.errors import OperatorError

    try:
        return path.read_bytes().decode(
            "utf-8", "surrogateescape"
        )  # what is not UTF-8 is a finding, no error of ours
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror}.") from error


def _show(report: StageReport) -> None:
    from rich.console import Console

    from compiled_ai.cli._stage_view import print_stage

    print_stage(Console(), report, findings=20, warnings=10)


def _ignore(_: StageReport) -> None:
    pass


def _conclude(validation: Validation) -> None:
    for note in validation.notes:
        typer.echo(f"  note: {note}")
    if validation.kind == "text":
        typer.echo("  execution and accuracy need a spec: give --spec")
    typer.echo(f"  {'PASSED' if validation.passed else 'FAILED'}\n")


def _to_json(target: str, validation: Validation) -> dict[str, object]:
    from compiled_ai.validation.pipeline import reports_to_json

    return {
        "target": target,
        "kind": validation.kind,
        "passed": validation.passed,
        "notes": list(validation.notes),
        **reports_to_json(validation.verification.reports, whole=True),
    }


def _write(path: Path, document: dict[str, object]) -> None:
    from compiled_ai.errors import OperatorError
    from compiled_ai.files import write_atomic

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, _dumped(document, indent=2) + "\n")
    except OSError as error:
        raise OperatorError(f"the report cannot be written to {path}: {error.strerror}.") from error


def _dumped(document: dict[str, object], *, indent: int | None = None) -> str:
    return _readable(json.dumps(document, indent=indent, ensure_ascii=False))


def _readable(text: str) -> str:
    """`text` with '?' for what is no character: the name of a file on the disk may hold any bytes."""
    return text.encode("utf-8", "replace").decode()
