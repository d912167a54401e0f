"""Tables of benchmark runs and comparisons for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from compiled_ai.bench.running.compare import Contest, Difference, PairedResult
    from compiled_ai.bench.running.summary import Line, RunSummary

_WIDE = 140


def print_summary(summary: RunSummary) -> None:
    """The table of a run by system and split, on standard output."""
    table = Table(title=f"{summary.dataset}, {_source(summary)}, run {summary.run_id}", title_justify="left")
    table.add_column("system")
    table.add_column("cases")
    for name in ("n", "right", "95 %", "silently wrong", "declined", "failed", "tokens/case", "p50"):
        table.add_column(name, justify="right")
    for line in summary.lines:
        table.add_row(*_cells(line))
    console = _console()
    console.print(table)
    for item in summary.preparations:
        if item.tokens or item.failed:
            done = item.tasks - item.failed
            console.print(
                f"{item.system}: {done} of {item.tasks} tasks prepared, {item.tokens:,} tokens, which are not in the table"
            )
    by_hand = sum(line.by_hand for line in summary.lines)
    if by_hand:
        console.print(f"{by_hand} answers came from a desk, by hand: they have no time of a model.")
    wrong = sum(line.judge_errors for line in summary.lines)
    if wrong:
        console.print(
            f"The evaluator itself failed on {wrong} answers (error JudgeError), which count as failed."
        )


def list_lines(summary: RunSummary) -> list[str]:
    """A run in a list: one line for itself, one for each system and split."""
    lines = [f"{summary.run_id}  {summary.dataset}  {_source(summary)}  {summary.started_at}"]
    lines.extend(f"  {line.system}, {_split(line.split)}: {share(line)}" for line in summary.lines)
    return lines if summary.lines else [*lines, "  no case answered yet"]


def print_contest(contest: Contest) -> None:
    """Two systems compared, on standard output."""
    console = _console()
    console.print(f"{contest.first} against {contest.second}")
    if not contest.results:
        console.print("  they share no case")
    for result in contest.results:
        _print_result(console, result)
    if contest.only_in_one:
        console.print(f"  {contest.only_in_one} cases that one of them alone was asked are left out")


def share(line: Line) -> str:
    """The right cases with their interval."""
    interval = line.interval
    return (
        f"{line.right} of {line.n} right, {100 * line.right / line.n:.1f} % "
        f"({100 * interval.low:.1f} to {100 * interval.high:.1f})"
    )


def _print_result(console: Console, result: PairedResult) -> None:
    console.print(
        f"  {_split(result.split)}, {result.pairs} pairs: both right {result.both}, only the first {result.only_first}, "
        f"only the second {result.only_second}, neither {result.neither}; McNemar p = {result.p:.3g}"
    )
    console.print(
        f"    score: {_difference(result.score, '', 3)}; tokens a case: {_difference(result.tokens, '', 1)}"
    )
    if result.milliseconds is None:
        console.print("    time: not measured on both sides")
    else:
        console.print(f"    time: {_difference(result.milliseconds, ' ms', 1)}, {result.timed} pairs")


def _difference(difference: Difference, unit: str, digits: int) -> str:
    return f"{difference.value:+.{digits}f}{unit} (95 %: {difference.low:+.{digits}f} to {difference.high:+.{digits}f})"


def _cells(line: Line) -> list[str]:
    interval = line.interval
    taken = line.median_ms
    return [
        line.system,
        _split(line.split),
        str(line.n),
        f"{line.right} ({100 * line.right / line.n:.1f} %)",
        f"{100 * interval.low:.1f}-{100 * interval.high:.1f}",
        str(line.counts["wrong"]),
        str(line.counts["declined"]),
        str(line.failed),
        f"{line.tokens / line.n:,.0f}",
        "not measured" if taken is None else _time(taken),
    ]


def _time(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s" if milliseconds >= 1000 else f"{milliseconds:.3g} ms"


def _split(split: str) -> str:
    return split.replace("_", " ")


def _source(summary: RunSummary) -> str:
    if summary.source == "none":
        return "no model"
    return f"{'recorded replies of ' if summary.source == 'replay' else ''}{summary.model}"


def _console() -> Console:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    return (
        console
        if console.is_terminal
        else Console(highlight=False, markup=False, soft_wrap=True, width=_WIDE)
    )
