"""Workers on a real server, next to the local executor."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from temporalio.client import Client
from tests.integration.durable.conftest import ARTIFACTS, INSERT, ROWS, Serve, save

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.durable.client import connect, wait_for_result
from compiled_ai.durable.payloads import Outcome
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.batch import run_row
from compiled_ai.execution.rows import read_jsonl
from compiled_ai.spec.canonical import JsonObject


def command(address: str, store: Store, queue: str, *arguments: str) -> list[str]:
    program = [sys.executable, "-m", "compiled_ai", "submit", *arguments, "--store", str(store.root)]
    return [*program, "--address", address, "--task-queue", queue]


def submit(address: str, store: Store, queue: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    whole = command(address, store, queue, *arguments)
    return subprocess.run(whole, capture_output=True, text=True, check=False, timeout=120)


def write_rows(path: Path, rows: list[JsonObject]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def local_lines(store: Store, name: str, source: Path) -> str:
    with LoadedWorkflow(load_artifact(store.find(name))) as workflow, source.open("rb") as file:
        return b"".join(run_row(workflow, row)[1] for row in read_jsonl(file)).decode()


def count(address: str, query: str) -> int:
    async def ask() -> int:
        client: Client = await connect(os.environ, address=address)
        return (await client.count_workflows(query)).count

    return asyncio.run(ask())


def wait_until_started(address: str, workflow_id: str, activity: str) -> None:
    async def look() -> None:
        client = await connect(os.environ, address=address)
        while True:
            described = await client.get_workflow_handle(workflow_id).describe()
            pending = described.raw_description.pending_activities
            if any(item.activity_type.name == activity and item.state == 2 for item in pending):
                return
            await asyncio.sleep(0.1)

    asyncio.run(asyncio.wait_for(look(), 60))


@pytest.mark.parametrize("name", ROWS)
def test_results_are_those_of_the_local_executor(
    name: str, address: str, store: Store, served: str, tmp_path: Path
) -> None:
    source = write_rows(tmp_path / "rows.jsonl", ROWS[name])
    done = submit(address, store, served, name, str(source), "--out", str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_text() == local_lines(store, name, source), done.stderr


@pytest.mark.parametrize(
    ("data", "code", "shown"),
    [
        ({"price": 3}, 0, {"output": {"band": "low"}, "served_by": "compiled", "reason": ""}),
        ({"price": -3}, 10, {"output": None, "served_by": "nobody", "reason": "negative price"}),
        ({"price": "x"}, 4, {"error": {"type": "InputError", "retryable": False}}),
        ({"price": 13}, 9, {"error": {"type": "ActivityError", "retryable": False}}),
        ({"price": 14}, 9, {"error": {"type": "OutputError", "retryable": False}}),
    ],
    ids=["answered", "declined", "no input", "code fails", "no output"],
)
def test_one_input_ends_with_the_exit_code_of_a_run(
    data: JsonObject, code: int, shown: JsonObject, address: str, store: Store, served: str
) -> None:
    done = submit(address, store, served, "price_band", json.dumps(data), "--json")
    told = json.loads(done.stdout)
    expected = shown.get("error")
    if isinstance(expected, dict):
        told, shown = told["error"], expected
    assert (done.returncode, {key: told[key] for key in shown}) == (code, shown)


def test_a_submission_made_again_starts_nothing_and_gives_the_same(
    address: str, store: Store, serve: Serve, tmp_path: Path
) -> None:
    source = write_rows(tmp_path / "rows.jsonl", [{"text": f"again {number}"} for number in range(20)])
    started = submit(
        address, store, "again", "chain", str(source), "--no-wait", "--out", str(tmp_path / "ids.jsonl")
    )
    ids = [json.loads(line)["id"] for line in (tmp_path / "ids.jsonl").read_text().splitlines()]
    assert (len(set(ids)), started.returncode) == (20, 0)
    serve(store, "again")
    for number in range(2):
        submit(address, store, "again", "chain", str(source), "--out", str(tmp_path / f"{number}.jsonl"))
    lines = local_lines(store, "chain", source)
    assert [(tmp_path / f"{number}.jsonl").read_text() for number in range(2)] == [lines, lines]
    assert count(address, 'TaskQueue="again"') == 20


def test_workflows_are_found_by_the_digest_of_their_artifact(address: str, store: Store, served: str) -> None:
    submit(address, store, served, "price_band", '{"price": 77.5}', "--id", "searched")
    digest = load_artifact(store.find("price_band")).manifest.artifact
    query = f'CompiledAIArtifact="{digest}" AND CompiledAIWorkflow="price_band" AND WorkflowId="searched"'
    deadline = time.monotonic() + 20
    while count(address, query) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_worker_that_dies_in_the_middle_is_replaced(address: str, busy: Store, serve: Serve) -> None:
    worker = serve(busy, "dies")
    data = '{"rounds": 40000000}'
    submit(address, busy, "dies", "busy", data, "--no-wait", "--id", "dies")
    wait_until_started(address, "dies", "compiled_ai.step")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    serve(busy, "dies")
    done = submit(address, busy, "dies", "busy", data, "--id", "dies", "--json")
    with LoadedWorkflow(load_artifact(busy.find("busy"))) as workflow:
        assert json.loads(done.stdout)["output"] == workflow.run({"rounds": 40_000_000}).output


def test_an_effect_that_may_not_be_repeated_is_not_when_its_worker_dies(
    address: str, serve: Serve, tmp_path: Path
) -> None:
    store, database = Store(tmp_path / "store"), tmp_path / "stock.sqlite"
    save(store, "insert", INSERT, "")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE articles (sku TEXT)")
        connection.execute("BEGIN EXCLUSIVE")  # the effect waits for it
        allowed = ("--allow-effects", f"database=stock={database}")
        worker = serve(store, "effect", *allowed)
        submit(address, store, "effect", "insert", '{"sku": "a"}', "--no-wait", "--id", "effect")
        wait_until_started(address, "effect", "compiled_ai.step")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        connection.execute("COMMIT")
        serve(store, "effect", *allowed)
        assert asyncio.run(failure_of(address, "effect")) == "EffectFailedError"
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)


async def failure_of(address: str, workflow_id: str) -> str:
    client = await connect(os.environ, address=address)
    with pytest.raises(CompiledAIError) as failed:
        await wait_for_result(client.get_workflow_handle(workflow_id, result_type=Outcome))
    return type(failed.value).__name__


def test_a_step_that_takes_too_long_is_an_error(address: str, busy: Store, serve: Serve) -> None:
    serve(busy, "hasty")
    done = submit(address, busy, "hasty", "hasty", '{"rounds": 1000000000}', "--json")
    assert json.loads(done.stdout)["error"]["message"] == "step 'run' did not end in 1 s"


def test_a_worker_without_the_artifact_leaves_it_to_one_that_has_it(
    address: str, store: Store, serve: Serve, tmp_path: Path
) -> None:
    other = Store(tmp_path / "other")
    workflow, source = ARTIFACTS["chain"]
    save(other, "chain", workflow, source.replace("10 //", "11 //"))
    serve(store, "lacks")
    submit(address, other, "lacks", "chain", '{"text": "a b"}', "--no-wait", "--id", "lacks")
    time.sleep(2)  # until the first try has failed
    serve(other, "lacks")
    done = submit(address, other, "lacks", "chain", '{"text": "a b"}', "--id", "lacks", "--json")
    assert json.loads(done.stdout)["output"] == {"words": 2, "grade": 3}


def test_three_workers_share_a_queue(address: str, store: Store, serve: Serve, tmp_path: Path) -> None:
    for _ in range(3):
        serve(store, "three")
    rows: list[JsonObject] = [{"text": "w " * (number % 5)} for number in range(60)]
    source = write_rows(tmp_path / "rows.jsonl", rows)
    submit(address, store, "three", "chain", str(source), "--out", str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_text() == local_lines(store, "chain", source)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_worker_stops_cleanly(number: signal.Signals, store: Store, serve: Serve, tmp_path: Path) -> None:
    worker = serve(store, "stops")
    worker.send_signal(number)
    assert worker.wait(timeout=30) == 0
    assert (tmp_path / "worker-0.log").read_text().splitlines()[-1] == "stopped"


@pytest.mark.parametrize(
    "arguments", [("worker",), ("submit", "chain", '{"text": ""}')], ids=["worker", "submit"]
)
def test_a_server_that_is_not_there_is_told(arguments: tuple[str, ...], store: Store) -> None:
    whole = [sys.executable, "-m", "compiled_ai", *arguments, "--address", "127.0.0.1:1"]
    done = subprocess.run(
        [*whole, "--store", str(store.root)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr.partition("(")[0]) == (
        7,
        "error: no Temporal server answers at 127.0.0.1:1 ",
    )
