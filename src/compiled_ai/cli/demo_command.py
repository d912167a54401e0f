"""``compiled-ai demo``: the whole story on the example specs, from recordings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from compiled_ai.cli._demo_run import DirectScore, TaskOutcome
    from compiled_ai.cli._demo_tasks import DemoTask

BOUNDED = "glp1_prior_authorization"
"""The task whose every run asks a model."""
BATCHED = "ticket_routing"
"""The task that a thousand inputs are put through."""


def demo_command(
    root: Annotated[Path, typer.Option(help="The checkout with examples, datasets and recordings.")] = Path(),
    task: Annotated[
        list[str] | None, typer.Option(help="Only this task, such as ticket_routing; may be repeated.")
    ] = None,
    store: _options.StoreRoot = Path("workflows"),
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    as_json: _options.Json = False,
) -> None:
    """Compile the example specs from recorded model replies, run them, and compare them with direct calls.

    With --model the replies come from that model instead; with --record they are kept, one folder per task.
    """
    from rich.console import Console

    from compiled_ai.artifact import Store
    from compiled_ai.cli._demo_audit import run_audited
    from compiled_ai.cli._demo_run import replaying, run_task
    from compiled_ai.cli._demo_tasks import PRICE_AS, choose_tasks, find_root
    from compiled_ai.cli._progress import CompilationView

    root, console, tasks = find_root(root.resolve()), Console(stderr=as_json), choose_tasks(task)
    source = f"[bold]live replies of {model}[/]." if model else _replay_notice(root, tasks)
    console.print(f"Compiling {len(tasks)} example specs with {source}\n", highlight=False)
    outcomes = []
    for chosen in tasks:
        folder = record / chosen.name if record else None
        client = (
            _options.open_client(model=model, base_url=base_url, record=folder, price_as=PRICE_AS)
            if model
            else replaying(root / chosen.recordings)
        )
        with client, CompilationView(console) as view:
            outcomes.append(run_task(chosen, root, Store(store), client, view))
            if chosen.name == BOUNDED:
                run_audited(console, outcomes[-1].result.artifact, outcomes[-1].spec, client)
        console.print()
    if as_json:
        typer.echo(json.dumps([_as_json(outcome) for outcome in outcomes], ensure_ascii=False))
        return
    _print_tables(console, outcomes)
    if any(chosen.name == BATCHED for chosen in tasks):
        _run_batch(console, root, store)


def _replay_notice(root: Path, tasks: Sequence[DemoTask]) -> str:
    """That replies are replayed, and who gave them when."""
    origins = set()
    for task in tasks:
        for path in (root / task.recordings).glob("*.json"):
            provenance = json.loads(path.read_text())["provenance"]
            origins.add(f"{provenance['answered_by']}, {provenance['date']}")
    return f"[bold]replayed replies[/]: no model is called, no key is needed.\nRecorded from: {'; '.join(sorted(origins))}."


def _as_json(outcome: TaskOutcome) -> dict[str, object]:
    manifest = outcome.result.artifact.manifest
    totals = outcome.result.ledger.to_json()["totals"]
    direct = outcome.direct
    return {
        "name": outcome.spec.name,
        "artifact": manifest.artifact,
        "rung": outcome.result.rung,
        "attempts": len(outcome.result.attempts),
        "compilation": totals,
        "hidden": manifest.evidence["hidden"],
        "held_out": outcome.held_out.to_json(),
        "p50_us": round(outcome.p50_us, 2),
        "p99_us": round(outcome.p99_us, 2),
        "direct": None
        if direct is None
        else {"tokens": direct.totals.tokens, "calls": direct.totals.calls, **direct.score.to_json()},
        "break_even_runs": outcome.break_even_runs,
    }


def _print_tables(console: Console, outcomes: list[TaskOutcome]) -> None:
    from compiled_ai.cli._demo_tasks import PRICE_AS
    from compiled_ai.cli._text import money, share, tokens

    compiled = _table("compiled", "by", "tokens", "cost", "hidden cases (gate)")
    running = _table("running", "held-out cases", "wrong", "p50 us", "p99 us")
    direct = _table("against a direct call", "tokens", "right", "a month", "break-even")
    for outcome in outcomes:
        totals, manifest = outcome.result.ledger.totals(), outcome.result.artifact.manifest
        compiled.add_row(
            outcome.spec.name,
            outcome.result.rung,
            tokens(totals.tokens, estimated=totals.tokens_estimated),
            money(totals.cost_usd, priced_as=totals.priced_as),
            share(manifest.evidence["hidden"]),
        )
        held_out, wrong = share(outcome.held_out.to_json()), str(outcome.held_out.counts["wrong"])
        running.add_row(outcome.spec.name, held_out, wrong, f"{outcome.p50_us:.0f}", f"{outcome.p99_us:.0f}")
        if outcome.direct is not None:
            direct.add_row(outcome.spec.name, *_direct_cells(outcome, outcome.direct))
    for table in (compiled, running, direct):
        console.print(table, highlight=False)
        console.print()
    console.print(_LEGEND.format(price_as=PRICE_AS), style="dim", highlight=False)


_LEGEND = """\
by          who wrote it: synthesis asks no model
hidden      kept from the model, but a candidate must pass on them
held-out    no compilation ever read them; brackets: n and the 95 % interval
wrong       answered wrong without saying so
us          microseconds of one run with its schema checks, 1,000 runs
a month     direct calls at the spec's expected_executions (compiled: none)
break-even  runs after which compiling took fewer tokens than asking each time
~ estimated tokens   * priced as {price_as}
glp1_prior_authorization is scored with its notes already read; each run of it
asks a model, and its decision is a rule."""


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(title, no_wrap=True, min_width=24)
    for column in columns:
        table.add_column(column, justify="left" if "cases" in column else "right", no_wrap=True)
    return table


def _direct_cells(outcome: TaskOutcome, direct: DirectScore) -> tuple[str, ...]:
    from compiled_ai.cli._text import money, tokens

    totals, score = direct.totals, direct.score
    right = score.counts["right"] + score.counts["right_to_decline"]
    runs, cost = outcome.spec.expected_executions, outcome.direct_cost
    return (
        tokens(round(totals.tokens / max(1, totals.calls)), estimated=totals.tokens_estimated),
        f"{right} of {score.total}",
        "-" if runs is None or cost is None else money(cost * runs, priced_as=totals.priced_as),
        "-" if outcome.break_even_runs is None else f"{outcome.break_even_runs} runs",
    )


def _run_batch(console: Console, root: Path, store: Path) -> None:
    import tempfile

    from compiled_ai.artifact import Store
    from compiled_ai.cli._demo_tasks import BATCH
    from compiled_ai.execution import BatchOptions, load_workflow, run_batch

    workflow = load_workflow("ticket_routing", store=Store(store))
    with tempfile.TemporaryDirectory() as folder:
        summary = run_batch(
            workflow, root / BATCH, Path(folder) / "results.jsonl", BatchOptions(keep=("ticket_id",))
        )
    rate = summary.processed / summary.seconds
    console.print(
        f"\n[bold]{summary.processed:,} tickets[/] through ticket_routing with no model in {summary.seconds:.2f} s ({rate:,.0f} rows/s): "
        f"{summary.counts['answered']} answered, {summary.counts['abstained']} declined, {summary.counts['failed'] + summary.counts['invalid_input']} failed.",
        highlight=False,
    )
