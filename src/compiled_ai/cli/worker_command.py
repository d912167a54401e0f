"""``compiled-ai worker``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _effects, _options, _temporal

if TYPE_CHECKING:
    from compiled_ai.artifact import Artifact
    from compiled_ai.durable.shelf import Open
    from compiled_ai.execution import LoadedWorkflow
    from compiled_ai.llm import LlmClient


def worker_command(
    task_queue: _temporal.TaskQueue = _temporal.DEFAULT_QUEUE,
    address: _temporal.Address = None,
    namespace: _temporal.Namespace = None,
    at_once: Annotated[int, typer.Option(min=1, max=1_000, help="Activities at a time.")] = 20,
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    gates: _options.Gates = None,
    allow_effects: _effects.Allow = None,
    effects: _effects.AllowFile = None,
    audit_log: _effects.AuditFile = None,
    store: _options.StoreRoot = Path("workflows"),
) -> None:
    """Serve the artifacts of a store on a task queue of Temporal until stopped. Any number of workers may share a queue."""
    _temporal.check_installed()
    from compiled_ai.artifact import Store
    from compiled_ai.durable.client import connect, ensure_search_attributes
    from compiled_ai.durable.shelf import Shelf
    from compiled_ai.durable.worker import WorkerOptions, serve

    model_client = _options.open_client(
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as, gates=gates
    )
    opening = _opener(model_client, store, allow_effects or [], effects, audit_log)
    shelf = Shelf(Store(store), opening)

    async def run() -> None:
        client = await connect(os.environ, address=address, namespace=namespace)
        problem = await ensure_search_attributes(client)
        if problem:
            typer.echo(f"WARNING: {problem}", err=True)
        options = WorkerOptions(task_queue=task_queue, at_once=at_once)
        where = f"{client.service_client.config.target_host}, namespace {client.namespace}"
        await serve(
            client,
            shelf,
            options,
            on_ready=lambda: typer.echo(f"serving {store} on task queue {task_queue} of {where}", err=True),
        )

    with model_client:
        asyncio.run(run())
    typer.echo("stopped", err=True)


def _opener(
    client: LlmClient, store: Path, allow: list[str], allowed: Path | None, audit_log: Path | None
) -> Open:
    from compiled_ai.artifact import Store
    from compiled_ai.decisions.log import open_decision_log
    from compiled_ai.execution import LoadedWorkflow
    from compiled_ai.execution.load import open_cases
    from compiled_ai.monitor.opening import open_watchers

    named = client if client.model != "none" else None

    def open_artifact(artifact: Artifact) -> LoadedWorkflow:
        log = _effects.audit_path(store, artifact.manifest.name, audit_log)
        decisions = open_decision_log(store, artifact.manifest)
        cases = open_cases(artifact, Store(store))
        watchers = open_watchers(artifact, store, client=named, cases=cases)
        return LoadedWorkflow(
            artifact,
            client=named,
            effects=_effects.open_permission(allow, allowed, log),
            observers=[*([decisions] if decisions else []), *watchers],
            cases=cases,
        )

    return open_artifact
