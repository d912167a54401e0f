"""``compiled-ai bench``: run systems over a dataset, list runs, compare two; and the scorecard of the gates."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from compiled_ai.cli import _options
from compiled_ai.cli._exit import guarded
from compiled_ai.cli.bench_security import security_command

if TYPE_CHECKING:
    from compiled_ai.bench.running.plan import Bounds
    from compiled_ai.bench.running.runner import RunEnd
    from compiled_ai.cli._bench_progress import RunView
    from compiled_ai.spec.canonical import JsonObject, JsonValue

_Value = TypeVar("_Value")
_DEFAULT = "compiled,direct"
Results = Annotated[Path, typer.Option("--results", "-o", help="Folder of runs.")]


def run_command(
    dataset: Annotated[
        str,
        typer.Argument(
            help="Name of a dataset (`compiled-ai datasets list`), or package.module:make. Left out with --resume."
        ),
    ] = "",
    systems: Annotated[
        str | None,
        typer.Option(
            "--systems",
            "--baselines",
            help=f"Names with commas: compiled, synthesis, human, direct, langchain, agent-framework, autogen, dspy, package.module:make. {_DEFAULT} when left out.",
        ),
    ] = None,
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    by_hand: Annotated[
        bool,
        typer.Option("--by-hand", help="Replies come from a desk: no time of them is shown as a model's."),
    ] = False,
    price_as: _options.PriceAs = None,
    effort: Annotated[
        str | None,
        typer.Option(help="What a compilation may spend: none, low (when left out), standard or high."),
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option(metavar="own-query|zero-shot|held-out|both", help="Same as --option protocol=..."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Option of the dataset; may be given more than once."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Most cases: a sample, the same for each system.")
    ] = None,
    tasks: Annotated[int | None, typer.Option(min=1, help="Most tasks: a sample as well.")] = None,
    repeat: Annotated[
        int | None, typer.Option(min=1, help="How often each case is asked; 1 when left out.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Decides what a sample holds; 0 when left out.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes at a time; 2 when left out.")] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Most cases begun in a minute.")] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0.001, help="Time for a case, after which its process is killed; 120 when left out."
        ),
    ] = None,
    call_seconds: Annotated[
        float | None, typer.Option(min=0.001, help="Time for one call of a model; 120 when left out.")
    ] = None,
    prepare_seconds: Annotated[
        float | None,
        typer.Option(min=0.001, help="Time for a preparation, such as a compilation; 1800 when left out."),
    ] = None,
    max_usd: Annotated[float | None, typer.Option(min=0, help="Most money that the run may spend.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=0, help="Most tokens that the run may spend.")] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Go on with this run: what has a row is not asked again."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the new run; made of dataset and time when left out.")
    ] = None,
    results: Results = Path("results"),
    as_json: _options.Json = False,
) -> None:
    """Run systems over the cases of a dataset, and show who answered how many of them right.

    Each row is on disk before the next case is asked of its worker. A run that was stopped, even with kill -9, goes on with --resume.
    Exit code 8: a limit of money or tokens was reached, and the cases that were left count as not answered.
    """
    asked: dict[str, JsonValue] = {
        "dataset": dataset or None,
        "systems": None if systems is None else [item.strip() for item in systems.split(",") if item.strip()],
        "dataset_options": _dataset_options(option or [], protocol),
        "limit": limit,
        "tasks": tasks,
        "repeat": repeat,
        "seed": seed,
    }
    setup: dict[str, JsonValue] = {
        "model": model,
        "base_url": base_url,
        "record": None if record is None else str(record),
        "replay": None if replay is None else str(replay),
        "by_hand": by_hand or None,
        "effort": effort,
        "timeout_seconds": call_seconds,
        "price_as": price_as,
    }
    bounds: dict[str, float | None] = {
        "workers": workers,
        "per_minute": rate,
        "case_seconds": seconds,
        "prepare_seconds": prepare_seconds,
        "max_usd": max_usd,
        "max_tokens": max_tokens,
    }
    _run(results, resume, name, _given(asked), _given(setup), _given(bounds), as_json=as_json)


def list_command(results: Results = Path("results"), as_json: _options.Json = False) -> None:
    """Show the runs: dataset, systems, number of cases, share of right ones with its 95 % interval."""
    from compiled_ai.bench.running.reading import run_folders
    from compiled_ai.bench.running.summary import summarize_run
    from compiled_ai.cli._bench_tables import list_lines
    from compiled_ai.errors import StoreError

    for folder in run_folders(results):
        try:
            summary = summarize_run(folder)
        except StoreError as error:
            typer.echo(
                json.dumps({"run": folder.name, "error": str(error)})
                if as_json
                else f"{folder.name}: {error}"
            )
            continue
        if as_json:
            typer.echo(json.dumps(summary.to_json()))
        else:
            typer.echo("\n".join(list_lines(summary)))


def show_command(
    run: Annotated[str, typer.Argument(help="Name of a run, its beginning, or its folder.")],
    results: Results = Path("results"),
    as_json: _options.Json = False,
) -> None:
    """Show the table of a run again."""
    from compiled_ai.bench.running.reading import find_run

    _show(find_run(results, run), as_json=as_json, gave_up="")


def compare_command(
    first: Annotated[str, typer.Argument(help="RUN or RUN:SYSTEM.")],
    second: Annotated[str, typer.Argument(help="RUN or RUN:SYSTEM.")],
    results: Results = Path("results"),
    as_json: _options.Json = False,
) -> None:
    """Compare two systems on the cases that both were asked: McNemar's exact test, differences with bootstrap intervals."""
    from compiled_ai.bench.running.compare import compare_runs
    from compiled_ai.cli._bench_tables import print_contest

    contests = compare_runs(results, first, second)
    if as_json:
        typer.echo(json.dumps([contest.to_json() for contest in contests]))
        return
    for contest in contests:
        print_contest(contest)


def _given(values: Mapping[str, _Value | None]) -> dict[str, _Value]:
    return {key: value for key, value in values.items() if value is not None}


def read_options(pairs: list[str]) -> dict[str, str]:
    """What ``KEY=VALUE`` texts say.

    Raises:
        typer.BadParameter: one is not of that form.
    """
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise typer.BadParameter(f"'{pair}' is not of the form KEY=VALUE", param_hint="--option")
        found[key] = value
    return found


def _dataset_options(pairs: list[str], protocol: str | None) -> JsonObject | None:
    """Options of the dataset; None when none are given."""
    own: JsonObject = {} if protocol is None else {"protocol": protocol}
    return {**own, **read_options(pairs)} or None


def _run(
    results: Path,
    resume: str | None,
    name: str | None,
    asked: JsonObject,
    setup: JsonObject,
    bounds: Mapping[str, float],
    *,
    as_json: bool,
) -> None:
    from compiled_ai.bench.running.runner import resume_run
    from compiled_ai.cli._bench_progress import RunView

    with RunView(quiet=as_json) as view:
        if resume is None:
            end = _start(results, name, asked, setup, bounds, view)
        else:
            folder = _checked_run(results, resume, asked, setup)
            end = resume_run(folder, lambda before: _changed(before, bounds), watcher=view, now=_now)
    _show(end.folder, as_json=as_json, gave_up=end.gave_up)
    if end.gave_up:
        raise typer.Exit(8)


def _start(
    results: Path,
    name: str | None,
    asked: JsonObject,
    setup: JsonObject,
    bounds: Mapping[str, float],
    view: RunView,
) -> RunEnd:
    from pydantic import TypeAdapter

    from compiled_ai.bench.registry import find_dataset
    from compiled_ai.bench.running.plan import Bounds, Sample, plain_name
    from compiled_ai.bench.running.runner import start_run
    from compiled_ai.bench.systems.options import SystemOptions

    dataset = str(asked.get("dataset", ""))
    if not dataset:
        raise typer.BadParameter(
            "name a dataset; `compiled-ai datasets list` shows them", param_hint="DATASET"
        )
    find_dataset(dataset)
    sample = TypeAdapter(Sample).validate_python({"systems": _DEFAULT.split(","), **asked})
    folder = results / (name or f"{plain_name(dataset)}-{_now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")
    try:
        options = SystemOptions.from_json({"folder": "artifacts", **setup})
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return start_run(folder, sample, options, _changed(Bounds(), bounds), watcher=view, now=_now)


def _checked_run(results: Path, resume: str, asked: JsonObject, setup: JsonObject) -> Path:
    """The folder of the run to go on with; what is given besides must be as it was."""
    from compiled_ai.bench.running.reading import find_run, read_info
    from compiled_ai.bench.running.runner import settings_of
    from compiled_ai.errors import StoreError

    folder = find_run(results, resume)
    sample, options = settings_of(read_info(folder))
    before = {**sample.to_json(), **options.to_json()}
    other = [key for key, value in {**asked, **setup}.items() if before[key] != value]
    if other:
        raise StoreError(
            f"run {folder.name} was begun with {', '.join(f'{key}={before[key]!r}' for key in other)}; a run keeps what it was begun with, so start a new one"
        )
    return folder


def _changed(before: Bounds, bounds: Mapping[str, float]) -> Bounds:
    from pydantic import TypeAdapter

    from compiled_ai.bench.running.plan import Bounds

    return TypeAdapter(Bounds).validate_python({**before.to_json(), **bounds})


def _show(folder: Path, *, as_json: bool, gave_up: str) -> None:
    """The table of a run, and where it lies."""
    from compiled_ai.bench.running.summary import summarize_run
    from compiled_ai.cli._bench_tables import print_summary

    summary = summarize_run(folder)
    if as_json:
        typer.echo(json.dumps({**summary.to_json(), "folder": str(folder), "gave_up": gave_up or None}))
        return
    print_summary(summary)
    if gave_up:
        typer.echo(f"stopped at a limit: {gave_up}; go on with --resume {folder.name} and a higher one")
    typer.echo(f"results in {folder}")


def _now() -> datetime:
    return datetime.now(UTC)


app = typer.Typer(
    help="Run systems over the cases of a dataset, list runs, compare two; measure the security gates.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("run")(guarded(run_command))
app.command("list")(guarded(list_command))
app.command("show")(guarded(show_command))
app.command("compare")(guarded(compare_command))
app.command("security")(guarded(security_command))


def run_dataset(dataset: str = "") -> None:
    """``compiled-ai bench run`` with the arguments of this program; `dataset` is meant where they name none. For ``scripts/run_*_benchmark.py``."""
    arguments = sys.argv[1:]
    names_one = bool(arguments) and not arguments[0].startswith("-")
    app(["run", *([] if names_one or not dataset else [dataset]), *arguments])
