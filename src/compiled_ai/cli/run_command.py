"""``compiled-ai run``."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from compiled_ai.cli import _effects, _options

if TYPE_CHECKING:
    from compiled_ai.execution import BatchOptions, BatchSummary, LoadedWorkflow, Result


def run_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")
    ],
    data: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A JSON object, a .json file, a .jsonl or .csv file (a batch), or - for JSONL on standard input.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Results file of a batch. INPUT.results.jsonl when left out.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an earlier run of this batch stopped.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing results file.")] = False,
    keep: Annotated[
        str,
        typer.Option(
            help="Fields, separated by commas, to take off each row and copy to its result, such as an id."
        ),
    ] = "",
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    allow_effects: _effects.Allow = None,
    effects: _effects.AllowFile = None,
    audit_log: _effects.AuditFile = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show each step: what it took and gave, and the line that decided."),
    ] = False,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Run an artifact on one input, or on every row of a file."""
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.execution import BatchOptions, LoadedWorkflow

    client = _options.open_client(
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as
    )
    named = client if client.model != "none" else None
    artifact = load_artifact(Store(store).find(workflow))
    log = _effects.audit_path(store, artifact.manifest.name, audit_log)
    permission = _effects.open_permission(allow_effects or [], effects, log)
    options = BatchOptions(resume=resume, overwrite=overwrite, keep=tuple(filter(None, keep.split(","))))
    is_one = data.lstrip().startswith("{") or data.endswith(".json")
    if explain and not is_one:
        raise typer.BadParameter("a batch is not explained; give one input", param_hint="--explain")
    with client, LoadedWorkflow(artifact, client=named, effects=permission) as loaded:
        if data == "-":
            _run_stream(loaded, options)
        elif is_one:
            _run_one(loaded, data, explain=explain, as_json=as_json)
        else:
            source = Path(data)
            _run_file(loaded, source, out or source.with_suffix(".results.jsonl"), options, as_json=as_json)


def _run_one(workflow: LoadedWorkflow, data: str, *, explain: bool, as_json: bool) -> None:
    from compiled_ai.cli._explain import print_steps, steps_json
    from compiled_ai.errors import InputError
    from compiled_ai.execution.explain import Trace
    from compiled_ai.execution.rows import Row
    from compiled_ai.spec.json_text import parse_json_object
    from compiled_ai.spec.load import read_text

    text = data if data.lstrip().startswith("{") else read_text(Path(data))
    try:
        value = parse_json_object(text)
    except ValueError as error:
        problem = workflow.problem_of(Row(1, None, str(error), len(text), quotes=True))
        raise InputError(f"the input: {problem}") from None
    artifact = workflow.artifact
    trace = Trace(path=str(artifact.path / "activities.py")) if explain else None
    try:
        result = workflow.run(value, trace=trace)
    finally:
        if trace and not as_json:
            print_steps(artifact, trace.steps)
    if as_json:
        explained = {"steps": steps_json(artifact, trace.steps)} if trace else {}
        typer.echo(json.dumps({**_result_json(workflow, result), **explained}, ensure_ascii=False))
    else:
        _print_result(result)
    if result.abstained:
        raise typer.Exit(10)


def _result_json(workflow: LoadedWorkflow, result: Result) -> dict[str, Any]:
    fields = {**dataclasses.asdict(result), "artifact": workflow.artifact.manifest.artifact}
    fields["cost_usd"] = None if result.cost_usd is None else str(result.cost_usd)
    return fields


def _print_result(result: Result) -> None:
    from compiled_ai.cli._text import money

    cost = f", {result.tokens} tokens, {money(result.cost_usd)}" if result.tokens else ""
    note = f"served by {result.served_by} in {result.seconds * 1e6:.0f} us{cost}"
    if result.output is None:
        typer.echo(f"declined: {result.reason}")
    else:
        typer.echo(json.dumps(result.output, indent=2, ensure_ascii=False))
    typer.echo(
        note if result.served_by != "model" else f"{note} (compiled code declined: {result.reason})", err=True
    )


def _run_stream(workflow: LoadedWorkflow, options: BatchOptions) -> None:
    from compiled_ai.execution.batch import run_row
    from compiled_ai.execution.rows import read_jsonl

    bad = False
    for row in read_jsonl(sys.stdin.buffer):
        status, line = run_row(workflow, row, options.keep)
        bad |= status in {"invalid_input", "failed"}
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    if bad:
        raise typer.Exit(4)


def _run_file(
    workflow: LoadedWorkflow, source: Path, target: Path, options: BatchOptions, *, as_json: bool
) -> None:
    from compiled_ai.errors import StoreError
    from compiled_ai.execution import run_batch

    if not source.is_file():
        raise StoreError(
            f"{source} is no file; give a JSON object, a .json, .jsonl or .csv file, or - for standard input"
        )
    with _Bar(source.stat().st_size, target.name) as bar:
        summary = run_batch(workflow, source, target, options, on_row=lambda row: bar.to(row.offset))
    _print_summary(summary, target, as_json=as_json)
    if summary.has_bad_rows:
        raise typer.Exit(4)


class _Bar:
    """A progress bar on standard error, refreshed by share of bytes so that it costs nothing per row; silent when not on a terminal."""

    def __init__(self, size: int, label: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._progress.add_task(label, total=size)
        self._step = max(1, size // 200)
        self._next = 0

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def to(self, offset: int) -> None:
        """Move the bar to `offset` bytes."""
        if offset >= self._next:
            self._progress.update(self._task, completed=offset)
            self._next = offset + self._step


def _print_summary(summary: BatchSummary, target: Path, *, as_json: bool) -> None:
    counts = {name: summary.counts[name] for name in ("answered", "abstained", "invalid_input", "failed")}
    rate = summary.processed / summary.seconds if summary.seconds else 0.0
    if as_json:
        typer.echo(
            json.dumps(
                {
                    **counts,
                    "results": str(target),
                    "seconds": round(summary.seconds, 3),
                    "resumed_after": summary.resumed_after,
                }
            )
        )
        return
    resumed = f" (resumed after row {summary.resumed_after})" if summary.resumed_after else ""
    typer.echo(
        f"{summary.processed} rows in {summary.seconds:.2f} s, {rate:,.0f} rows/s{resumed}; results in {target}"
    )
    typer.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
