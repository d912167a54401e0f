"""Models, ladders, effects and observers under Temporal, with a worker in this process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.durable.conftest import INSERT, save, step

from compiled_ai.artifact import Artifact, PlannedStep, Store, Workflow, load_artifact
from compiled_ai.durable.client import Starter, connect, wait_for_result
from compiled_ai.durable.payloads import ArtifactRef
from compiled_ai.durable.shelf import Shelf
from compiled_ai.durable.submit import submit_one
from compiled_ai.durable.worker import WorkerOptions, make_worker
from compiled_ai.effects.audit import AuditLog
from compiled_ai.effects.permission import Allowed, EffectPermission
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.execution.observe import Run
from compiled_ai.llm import LlmClient, Request, from_function
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

Open = Callable[[Artifact], LoadedWorkflow]
Ended = tuple[object, str, str, str | None, int] | tuple[str, str]


class Notes:
    """What an observer was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def observe(self, run: Run) -> None:
        self.told.append(run.result.served_by if run.result else type(run.error).__name__)


def ended(result: Result) -> Ended:
    return (result.output, result.served_by, result.reason, result.input_digest, result.tokens)


def on_temporal(address: str, artifact: Artifact, open_it: Open, rows: list[JsonObject]) -> list[Ended]:
    reference = ArtifactRef(name=artifact.manifest.name, digest=artifact.manifest.artifact)

    async def run() -> list[Ended]:
        client = await connect({}, address=address)
        queue = f"stages-{artifact.path.parent.parent}"
        starter = Starter(client=client, artifact=reference, task_queue=queue)
        shelf = Shelf(Store(artifact.path.parent.parent), open_it)
        worker = make_worker(client, shelf, WorkerOptions(task_queue=queue, at_once=4), ThreadPoolExecutor(4))
        found: list[Ended] = []
        async with worker:
            for number, row in enumerate(rows):
                handle = await submit_one(starter, row, workflow_id=f"{queue}-{number}")
                try:
                    found.append(ended(await wait_for_result(handle)))
                except CompiledAIError as error:
                    found.append((type(error).__name__, str(error)))
        shelf.close()
        return found

    return asyncio.run(run())


def locally(artifact: Artifact, open_it: Open, rows: list[JsonObject]) -> list[Ended]:
    found: list[Ended] = []
    with open_it(artifact) as workflow:
        for row in rows:
            try:
                found.append(ended(workflow.run(row)))
            except CompiledAIError as error:
                found.append((type(error).__name__, str(error)))
    return found


def model(answer: Callable[[str], str]) -> LlmClient:
    return from_function(lambda request: answer(_prompt(request)))


def _prompt(request: Request) -> str:
    return str(request)


CARE = Workflow(
    name="care",
    version="1.0.0",
    input_schema=expand_object({"message": "string"}),
    output_schema=expand_object({"words": "integer", "queue": "string"}),
    steps=(
        step("count_words", "message", {"words": "integer"}),
        PlannedStep(
            id="tone",
            kind="bounded",
            takes=("message",),
            output_schema=expand_object({"tone": ["calm", "upset"]}),
            instructions="Judge the tone.",
        ),
        step("choose", "words tone", {"queue": "string"}),
    ),
    returns=("words", "queue"),
)
CARE_CODE = """
    from compiled_ai.modules import abstain


    def count_words(data):
        return {"words": len(data["message"].split())}


    def choose(data):
        if data["words"] > 3:
            abstain("too long")
        return {"queue": {"calm": "desk", "upset": "nurse"}[data["tone"]]}
"""
MESSAGES: list[JsonObject] = [
    {"message": "help me"},
    {"message": "all is well"},
    {"message": "rubbish"},
    {"message": "this one is too long"},
    {"message": 3},
]


def _judge(prompt: str) -> str:
    if "rubbish" in prompt:
        return "{}"
    return '{"tone": "upset"}' if "help" in prompt else '{"tone": "calm"}'


@pytest.mark.parametrize(
    "compliance", [(), ("audit_trail",), ("hipaa",)], ids=["none", "audit_trail", "hipaa"]
)
def test_bounded_steps_give_what_they_give_locally(
    compliance: tuple[str, ...], address: str, tmp_path: Path
) -> None:
    artifact = load_artifact(save(Store(tmp_path), "care", CARE, CARE_CODE, compliance=compliance))

    def open_it(artifact: Artifact) -> LoadedWorkflow:
        return LoadedWorkflow(artifact, client=model(_judge))

    found = on_temporal(address, artifact, open_it, MESSAGES)
    assert found == locally(artifact, open_it, MESSAGES)
    assert {end[1] for end in found[:2]} == {"bounded"}


def test_a_bounded_step_without_a_model_is_the_operators_error(address: str, tmp_path: Path) -> None:
    artifact = load_artifact(save(Store(tmp_path), "care", CARE, CARE_CODE))
    found = on_temporal(address, artifact, LoadedWorkflow, MESSAGES[:1])
    assert found == locally(artifact, LoadedWorkflow, MESSAGES[:1])


def test_observers_are_told_of_every_run_once(address: str, tmp_path: Path) -> None:
    artifact = load_artifact(save(Store(tmp_path), "care", CARE, CARE_CODE.replace('"nurse"', "1")))
    there, here = Notes(), Notes()

    def opener(notes: Notes) -> Open:
        return lambda artifact: LoadedWorkflow(artifact, client=model(_judge), observers=[notes])

    assert on_temporal(address, artifact, opener(there), MESSAGES) == locally(
        artifact, opener(here), MESSAGES
    )
    assert there.told == here.told == ["OutputError", "bounded", "nobody", "nobody", "InputError"]


def test_an_effect_acts_once_and_only_if_it_is_allowed(address: str, tmp_path: Path) -> None:
    database = tmp_path / "stock.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE articles (sku TEXT)")
        connection.commit()
    artifact = load_artifact(save(Store(tmp_path / "store"), "insert", INSERT, ""))
    permission = EffectPermission(
        allowed=Allowed(databases={"stock": database}), audit=AuditLog(tmp_path / "audit.jsonl")
    )

    def open_it(artifact: Artifact) -> LoadedWorkflow:
        return LoadedWorkflow(artifact, effects=permission)

    refused = on_temporal(address, artifact, LoadedWorkflow, [{"sku": "x"}])
    assert [end[0] for end in refused] == ["EffectRefusedError"]
    # The same id: one that failed is started anew.
    done = on_temporal(address, artifact, open_it, [{"sku": "a"}, {"sku": "b"}])
    assert done == [({"changed": 1}, "effects", "", None, 0)] * 2
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT sku FROM articles ORDER BY sku").fetchall() == [("a",), ("b",)]
