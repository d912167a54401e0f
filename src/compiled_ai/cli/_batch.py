"""The batch of ``compiled-ai run``: rows of a file or of standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from compiled_ai.execution import BatchOptions, BatchSummary, LoadedWorkflow


def run_stream(workflow: LoadedWorkflow, options: BatchOptions) -> None:
    """Run every line of standard input, each with its result before the next is read."""
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


def run_file(
    workflow: LoadedWorkflow, source: Path, target: Path, options: BatchOptions, *, as_json: bool
) -> None:
    """Run every row of `source`; ends with exit code 4 if there are bad ones.

    Raises:
        StoreError: a file cannot be read or written.
    """
    from compiled_ai.errors import StoreError
    from compiled_ai.execution import run_batch

    if not source.is_file():
        raise StoreError(
            f"{source} is no file; give a JSON object, a .json, .jsonl, .csv or .parquet file, or - for standard input"
        )
    with _Bar(source.stat().st_size, target.name) as bar:
        summary = run_batch(
            workflow, source, target, options, on_progress=lambda progress: bar.to(progress.offset)
        )
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
    if as_json:
        document = {
            **counts,
            "results": str(target),
            "errors": None if summary.errors is None else str(summary.errors),
            "seconds": round(summary.seconds, 3),
            "resumed_after": summary.resumed_after,
        }
        typer.echo(json.dumps(document))
        return
    rate = summary.processed / summary.seconds if summary.seconds else 0.0
    resumed = f" (resumed after row {summary.resumed_after})" if summary.resumed_after else ""
    typer.echo(
        f"{summary.processed} rows in {summary.seconds:.2f} s, {rate:,.0f} rows/s{resumed}; results in {target}"
    )
    typer.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    if summary.errors is not None:
        typer.echo(f"bad rows in {summary.errors}")
