"""Records the histories in ``histories`` beside this file, on a server and a worker of its own. Run it when a change of the workflow is meant:

python -m tests.integration.durable.record_histories
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from tests.integration.durable.conftest import ARTIFACTS, ROWS, save

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.durable.client import Starter, wait_for_result
from compiled_ai.durable.history import record
from compiled_ai.durable.payloads import ArtifactRef
from compiled_ai.durable.server import DevServer, find_program
from compiled_ai.durable.shelf import Shelf
from compiled_ai.durable.submit import submit_one
from compiled_ai.durable.worker import WorkerOptions, make_worker
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution import LoadedWorkflow

HISTORIES = Path(__file__).parent / "histories"


async def main() -> None:
    """Record one history for each row."""
    with tempfile.TemporaryDirectory() as name, DevServer(find_program(), Path(name) / "server") as server:
        store = Store(Path(name) / "workflows")
        for artifact, (workflow, source) in ARTIFACTS.items():
            save(store, artifact, workflow, source)
        client = await Client.connect(
            server.address, data_converter=pydantic_data_converter, identity="recorder"
        )
        threads = ThreadPoolExecutor(4)
        async with make_worker(client, Shelf(store, LoadedWorkflow), WorkerOptions(task_queue="q"), threads):
            for artifact in ARTIFACTS:
                await _record_rows(client, store, artifact)


async def _record_rows(client: Client, store: Store, name: str) -> None:
    reference = ArtifactRef(name=name, digest=load_artifact(store.find(name)).manifest.artifact)
    starter = Starter(client=client, artifact=reference, task_queue="q")
    for number, row in enumerate(ROWS[name]):
        handle = await submit_one(starter, row, workflow_id=f"{name}-{number}")
        with suppress(CompiledAIError):
            await wait_for_result(handle)
        target = HISTORIES / f"{name}-{number}.json"
        target.write_text(await record(handle))
        sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    HISTORIES.mkdir(exist_ok=True)
    asyncio.run(main())
