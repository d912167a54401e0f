"""``compiled-ai report``: what runs of the benchmark say, as a page, as text, as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast, get_args

import typer

if TYPE_CHECKING:
    from compiled_ai.bench.metrics.facts import Summary
    from compiled_ai.bench.report.report import Report
    from compiled_ai.bench.rows import Run

Form = Literal["html", "md", "json", "inspect"]
_NAMES: dict[Form, str] = {
    "html": "report.html",
    "md": "report.md",
    "json": "report.json",
    "inspect": "inspect-logs",
}


def report_command(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Names of runs, or their folders.")],
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="File to write (folder for inspect), or - for standard output."),
    ] = "",
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="html|md|json|inspect",
            help="What to write; by default as the file's ending says, else html.",
        ),
    ] = "",
    results: Annotated[Path, typer.Option("--results", help="Folder of runs.")] = Path("results"),
    subject: Annotated[
        str | None,
        typer.Option(help="Compiled system that the others are compared with, instead of 'compiled'."),
    ] = None,
    each: Annotated[int, typer.Option(min=0, help="Failures shown of each kind and system.")] = 3,
    seed: Annotated[
        int, typer.Option(help="Decides which failures are shown, and the bootstrap's draws.")
    ] = 0,
    blind: Annotated[
        bool,
        typer.Option(
            "--blind", help="Leave out the texts of held-out cases: for those who work on the compiler."
        ),
    ] = False,
    lint: Annotated[
        bool, typer.Option(help="Count what ruff finds in compiled code, about 20 ms for each.")
    ] = True,
) -> None:
    """Write one report on one or several runs: a page that works offline, Markdown, JSON, or logs for Inspect's viewer."""
    from compiled_ai.bench.metrics.code_tools import code_tools
    from compiled_ai.bench.metrics.summary import summarize
    from compiled_ai.bench.report.gallery import GalleryOptions
    from compiled_ai.bench.report.report import report_of
    from compiled_ai.bench.running.reading import find_run, load_run

    chosen = _form(form, output)
    found = [load_run(find_run(results, name)) for name in runs]
    if chosen == "inspect":
        _write_logs(found, Path(output or _NAMES["inspect"]), blind=blind)
        return
    summary = summarize(found, subject=subject, tools=code_tools() if lint else None, seed=seed)
    _check_subject(summary, subject)
    text = _text(report_of(summary, found, GalleryOptions(each=each, seed=seed, blind=blind)), chosen)
    if output == "-":
        typer.echo(text, nl=False)
        return
    _write(Path(output or _NAMES[chosen]), text)


def _check_subject(summary: Summary, subject: str | None) -> None:
    from compiled_ai.errors import OperatorError

    if subject is None or any(dataset.subject is not None for dataset in summary.datasets):
        return
    names = sorted({system.system for dataset in summary.datasets for system in dataset.systems})
    raise OperatorError(f"no system '{subject}' in these runs; there are {', '.join(names) or 'none'}")


def _form(form: str, output: str) -> Form:
    if not form:
        ending = {".md": "md", ".json": "json", ".eval": "inspect"}.get(Path(output).suffix, "html")
        return cast("Form", ending)
    if form not in get_args(Form):
        raise typer.BadParameter(f"'{form}' is none of {', '.join(get_args(Form))}", param_hint="--format")
    return cast("Form", form)


def _text(report: Report, form: Form) -> str:
    from compiled_ai.bench.report.document import json_text
    from compiled_ai.bench.report.markdown import markdown_text
    from compiled_ai.bench.report.page import html_page

    return {"md": markdown_text, "json": json_text}.get(form, html_page)(report)


def _write(path: Path, text: str) -> None:
    from compiled_ai.errors import StoreError
    from compiled_ai.files import write_atomic

    try:
        write_atomic(path, text)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(f"{path}: {len(text.encode()):,} bytes")


def _write_logs(runs: list[Run], folder: Path, *, blind: bool) -> None:
    from compiled_ai.bench.report.inspect_log import write_inspect_logs
    from compiled_ai.errors import StoreError

    if blind:
        raise typer.BadParameter(
            "logs for Inspect hold every case; --blind cannot be kept there", param_hint="--blind"
        )
    try:
        paths = [path for run in runs for path in write_inspect_logs(run, folder)]
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}") from error
    for path in paths:
        typer.echo(str(path))
