"""``compiled-ai run``."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from compiled_ai.cli import _batch, _effects, _options

if TYPE_CHECKING:
    from compiled_ai.execution import LoadedWorkflow, Result
    from compiled_ai.execution.isolated import Isolation

_SYNC_SECONDS = 1.0
"""How often a batch waits for the disk to have its decision log; one input always does."""


def run_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")
    ],
    data: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A JSON object, a .json file, a .jsonl, .csv or .parquet file (a batch), or - for JSONL on standard input.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Results of a batch: .jsonl, .csv or .parquet. INPUT.results.jsonl when left out. Bad rows go to OUT.errors.jsonl as well."
        ),
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
    processes: Annotated[
        int, typer.Option(min=1, help="Processes that run the rows of a batch; for compiled code alone.")
    ] = 1,
    isolated: Annotated[
        bool,
        typer.Option(
            "--isolated",
            help="Run compiled code in a jailed process of its own, with limits on time and memory.",
        ),
    ] = False,
    run_seconds: Annotated[
        float, typer.Option(min=0.001, help="With --isolated: wall time of one run.")
    ] = 2.0,
    run_memory: Annotated[
        int, typer.Option(min=64, help="With --isolated: memory of the process, in MiB.")
    ] = 512,
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    gates: _options.Gates = None,
    allow_effects: _effects.Allow = None,
    effects: _effects.AllowFile = None,
    audit_log: _effects.AuditFile = None,
    decision_log: Annotated[
        Path | None,
        typer.Option(
            help="Decision log, if the spec asks for one. STORE/.decisions/NAME.jsonl when left out."
        ),
    ] = None,
    cases: Annotated[
        bool,
        typer.Option(
            "--cases",
            help="Note what compiled code declines in STORE/.cases/NAME.sqlite3, also where the spec puts nothing below it.",
        ),
    ] = False,
    monitor: Annotated[
        bool,
        typer.Option(
            "--monitor",
            help="Count the run in STORE/.monitor/NAME.sqlite3, also where the spec does not ask for it (`compiled-ai monitor NAME` tells).",
        ),
    ] = False,
    telemetry: Annotated[
        bool,
        typer.Option(
            "--telemetry",
            help="Metrics and a span for each run, for the OpenTelemetry SDK of the process (opentelemetry-instrument sets one up).",
        ),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show each step: what it took and gave, and the line that decided."),
    ] = False,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Run an artifact on one input, or on every row of a file."""
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.decisions.log import open_decision_log
    from compiled_ai.execution import BatchOptions, LoadedWorkflow
    from compiled_ai.execution.load import open_cases
    from compiled_ai.monitor.opening import open_watchers

    client = _options.open_client(
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as, gates=gates
    )
    named = client if client.model != "none" else None
    artifact = load_artifact(Store(store).find(workflow))
    store = _options.root_of(artifact.path, artifact.manifest, store)
    log = _effects.audit_path(store, artifact.manifest.name, audit_log)
    permission = _effects.open_permission(allow_effects or [], effects, log)
    options = BatchOptions(
        resume=resume,
        overwrite=overwrite,
        keep=tuple(filter(None, keep.split(","))),
        processes=processes,
    )
    isolation = _isolation(run_seconds, run_memory) if isolated else None
    is_one = data.lstrip().startswith("{") or data.endswith(".json")
    if explain and isolated:
        raise typer.BadParameter("what runs in a jail is not watched; leave one out", param_hint="--explain")
    if explain and not is_one:
        raise typer.BadParameter("a batch is not explained; give one input", param_hint="--explain")
    decisions = open_decision_log(
        store, artifact.manifest, decision_log, sync_seconds=0.0 if is_one else _SYNC_SECONDS
    )
    case_log = open_cases(artifact, Store(store), always=cases)
    watchers = open_watchers(
        artifact, store, client=named, cases=case_log, monitor=monitor, telemetry=telemetry
    )
    observers = [*([decisions] if decisions else []), *watchers]
    with (
        client,
        LoadedWorkflow(
            artifact,
            client=named,
            effects=permission,
            observers=observers,
            cases=case_log,
            isolation=isolation,
        ) as loaded,
    ):
        if data == "-":
            _batch.run_stream(loaded, options)
        elif is_one:
            _run_one(loaded, data, explain=explain, as_json=as_json)
        else:
            source = Path(data)
            target = out or source.with_suffix(".results.jsonl")
            _batch.run_file(loaded, source, target, options, as_json=as_json)
    if decisions:
        decisions.sync()


def _isolation(seconds: float, memory_mb: int) -> Isolation:
    from compiled_ai.execution.isolated import Isolation

    return Isolation(seconds=seconds, memory_mb=memory_mb)


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
        if result.case:
            typer.echo(f"case {result.case}", err=True)
    else:
        typer.echo(json.dumps(result.output, indent=2, ensure_ascii=False))
    typer.echo(
        note if result.served_by != "model" else f"{note} (compiled code declined: {result.reason})", err=True
    )
