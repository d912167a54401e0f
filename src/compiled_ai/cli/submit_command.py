"""``compiled-ai submit``."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options, _temporal

if TYPE_CHECKING:
    from compiled_ai.durable.client import Starter
    from compiled_ai.durable.submit import SubmitOptions, SubmitSummary
    from compiled_ai.execution import LoadedWorkflow
    from compiled_ai.spec.canonical import JsonObject


def submit_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")
    ],
    data: Annotated[
        str, typer.Argument(metavar="INPUT", help="A JSON object, a .json file, or a .jsonl or .csv file.")
    ],
    out: Annotated[Path | None, typer.Option(help="Results file. INPUT.results.jsonl when left out.")] = None,
    wait: Annotated[
        bool,
        typer.Option("--wait/--no-wait", help="Whether to wait for results, or only to start the workflows."),
    ] = True,
    workflow_id: Annotated[
        str | None,
        typer.Option(
            "--id",
            help="Id of the workflow; of a file the beginning, before the row's number. When left out it follows from artifact, row and input.",
        ),
    ] = None,
    keep: Annotated[
        str, typer.Option(help="Fields, separated by commas, to take off each row and copy to its result.")
    ] = "",
    at_once: Annotated[int, typer.Option(min=1, max=10_000, help="Workflows under way at a time.")] = 200,
    task_queue: _temporal.TaskQueue = _temporal.DEFAULT_QUEUE,
    address: _temporal.Address = None,
    namespace: _temporal.Namespace = None,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Run an artifact on Temporal, on one input or on every row of a file. Doing it again neither loses nor doubles anything."""
    _temporal.check_installed()
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.compliance.blocks import values_are_hidden
    from compiled_ai.durable.client import Starter, connect, ensure_search_attributes
    from compiled_ai.durable.payloads import ArtifactRef
    from compiled_ai.durable.submit import SubmitOptions
    from compiled_ai.execution import LoadedWorkflow

    artifact = load_artifact(Store(store).find(workflow))
    reference = ArtifactRef(name=artifact.manifest.name, digest=artifact.manifest.artifact)
    hidden_by = values_are_hidden(artifact.manifest.compliance)
    if hidden_by:
        typer.echo(
            f"WARNING: inputs and outputs stand in the histories on the server; under {hidden_by} they must be encrypted there",
            err=True,
        )
    options = SubmitOptions(
        keep=tuple(filter(None, keep.split(","))), at_once=at_once, waits=wait, prefix=workflow_id
    )

    async def run(loaded: LoadedWorkflow) -> None:
        client = await connect(os.environ, address=address, namespace=namespace)
        problem = await ensure_search_attributes(client)
        if problem:
            typer.echo(f"WARNING: {problem}", err=True)
        starter = Starter(client=client, artifact=reference, task_queue=task_queue, searchable=not problem)
        if data.lstrip().startswith("{") or data.endswith(".json"):
            await _submit_one(starter, loaded, data, options, as_json=as_json)
        else:
            source = Path(data)
            await _submit_file(
                starter, loaded, source, out or source.with_suffix(".results.jsonl"), options, as_json=as_json
            )

    with LoadedWorkflow(artifact) as loaded:
        asyncio.run(run(loaded))


async def _submit_one(
    starter: Starter, workflow: LoadedWorkflow, data: str, options: SubmitOptions, *, as_json: bool
) -> None:
    from compiled_ai.cli.run_command import _print_result, _result_json
    from compiled_ai.durable.client import wait_for_result
    from compiled_ai.durable.submit import submit_one, workflow_id

    value = _read(workflow, data)
    identity = workflow_id(starter.artifact, value, 0, prefix=options.prefix)
    handle = await submit_one(starter, value, workflow_id=identity, workflow=workflow)
    if not options.waits:
        typer.echo(json.dumps({"id": handle.id}) if as_json else f"started {handle.id}")
        return
    result = await wait_for_result(handle)
    if as_json:
        typer.echo(json.dumps({**_result_json(workflow, result), "id": handle.id}, ensure_ascii=False))
    else:
        _print_result(result)
    if result.abstained:
        raise typer.Exit(10)


def _read(workflow: LoadedWorkflow, data: str) -> JsonObject:
    from compiled_ai.errors import InputError
    from compiled_ai.execution.rows import Row
    from compiled_ai.spec.json_text import parse_json_object
    from compiled_ai.spec.load import read_text

    text = data if data.lstrip().startswith("{") else read_text(Path(data))
    try:
        return parse_json_object(text)
    except ValueError as error:
        problem = workflow.problem_of(Row(1, None, str(error), len(text), quotes=True))
    raise InputError(f"the input: {problem}")


async def _submit_file(
    starter: Starter,
    workflow: LoadedWorkflow,
    source: Path,
    target: Path,
    options: SubmitOptions,
    *,
    as_json: bool,
) -> None:
    from compiled_ai.durable.submit import submit_file
    from compiled_ai.errors import StoreError

    if not source.is_file():
        raise StoreError(f"{source} is no file; give a JSON object, or a .json, .jsonl or .csv file")
    if target.exists() and target.samefile(source):
        raise StoreError(f"{target} is the input itself; name another file with --out")
    summary = await submit_file(starter, workflow, source, target, options)
    _print_summary(summary, target, as_json=as_json)
    if summary.counts["invalid_input"] or summary.counts["failed"]:
        raise typer.Exit(4)


def _print_summary(summary: SubmitSummary, target: Path, *, as_json: bool) -> None:
    if as_json:
        shown = {**summary.counts, "results": str(target), "seconds": round(summary.seconds, 3)}
        typer.echo(json.dumps(shown))
        return
    rows = summary.counts.total()
    rate = rows / summary.seconds if summary.seconds else 0.0
    typer.echo(f"{rows} rows in {summary.seconds:.2f} s, {rate:,.0f} rows/s; results in {target}")
    typer.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in summary.counts.items()))
