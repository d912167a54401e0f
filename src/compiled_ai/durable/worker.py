"""A worker: serves the artifacts of a store on a task queue until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from compiled_ai.durable.activities import Activities
from compiled_ai.durable.shelf import Shelf
from compiled_ai.durable.workflow import CompiledWorkflow


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """How a worker works."""

    task_queue: str
    at_once: int = 20
    """Activities at a time, each in a thread. Compiled code is quick; models and effects wait."""
    workflows_at_once: int = 100
    """Workflows whose next move is being worked out at a time."""
    stop_seconds: float = 20.0
    """Time for activities to end once the worker is told to stop."""


def make_worker(client: Client, shelf: Shelf, options: WorkerOptions, threads: ThreadPoolExecutor) -> Worker:
    """A worker that is not running yet.

    The workflow runs outside of the SDK's sandbox: that exists to catch what is not deterministic, costs a re-import for each workflow, and is
    what our tests replay it in.
    """
    activities = Activities(shelf, threads)
    return Worker(
        client,
        task_queue=options.task_queue,
        workflows=[CompiledWorkflow],
        activities=[activities.begin, activities.step, activities.finish],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_activities=options.at_once,
        max_concurrent_workflow_tasks=options.workflows_at_once,
        graceful_shutdown_timeout=timedelta(seconds=options.stop_seconds),
    )


async def serve(
    client: Client, shelf: Shelf, options: WorkerOptions, *, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until SIGTERM or SIGINT: what runs then may end, nothing new is taken."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    threads = ThreadPoolExecutor(options.at_once, thread_name_prefix="activity")
    try:
        async with make_worker(client, shelf, options, threads):
            on_ready()
            await stop.wait()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        shelf.close()
