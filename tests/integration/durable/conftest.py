"""A real Temporal server, workers as processes of their own, and artifacts made by hand, so that their code may fail in ways that validation would refuse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from compiled_ai.artifact import PlannedStep, Store, Workflow
from compiled_ai.artifact.dsl import dump_workflow
from compiled_ai.artifact.flow import Do, ForEach, Parallel, Sequence, Switch
from compiled_ai.artifact.manifest import seal
from compiled_ai.durable.server import ADDRESS_VARIABLE, DevServer, find_program
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.effects import DatabaseCall, call_data
from compiled_ai.spec.schema import expand_object

REQUIRE_VARIABLE = "COMPILED_AI_REQUIRE_TEMPORAL"
Serve = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server: the one that TEMPORAL_ADDRESS names, else one of our own."""
    named = os.environ.get(ADDRESS_VARIABLE)
    if named:
        yield named
        return
    with _server(tmp_path_factory.mktemp("temporal")) as server:
        yield server.address


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[DevServer]:
    """A server that the test may kill and start again."""
    with _server(tmp_path / "server") as server:
        yield server


@contextmanager
def _server(folder: Path) -> Iterator[DevServer]:
    try:
        program = find_program()
    except MissingToolError as error:
        if os.environ.get(REQUIRE_VARIABLE):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with DevServer(program, folder, port=_free_port()) as server:
        yield server


def _free_port() -> int:
    """A free port, found by a process of its own: in this one there is no network."""
    code = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)


@contextmanager
def workers(address: str, folder: Path) -> Iterator[Serve]:
    """Starts ``compiled-ai worker`` on a store and a task queue, ready to work; ends them all at last."""
    started: list[subprocess.Popen[bytes]] = []

    def start(store: Store, queue: str, *options: str) -> subprocess.Popen[bytes]:
        log = folder / f"worker-{len(started)}.log"
        command = [sys.executable, "-m", "compiled_ai", "worker", "--store", str(store.root)]
        with log.open("wb") as file:
            worker = subprocess.Popen(
                [*command, "--address", address, "--task-queue", queue, *options], stdout=file, stderr=file
            )
        started.append(worker)
        deadline = time.monotonic() + 60
        while b"serving" not in log.read_bytes():
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        return worker

    yield start
    for worker in started:
        worker.send_signal(signal.SIGTERM)
    for worker in started:
        try:
            worker.wait(timeout=30)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


@pytest.fixture
def serve(address: str, tmp_path: Path) -> Iterator[Serve]:
    """Starts workers that end with the test."""
    with workers(address, tmp_path) as start:
        yield start


@pytest.fixture(scope="session")
def served(address: str, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A task queue on which a worker serves `store`."""
    with workers(address, tmp_path_factory.mktemp("worker")) as start:
        start(store, f"served-{os.getpid()}")
        yield f"served-{os.getpid()}"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Holds the workflows of `ARTIFACTS`."""
    store = Store(tmp_path_factory.mktemp("durable") / "workflows")
    for name, (workflow, source) in ARTIFACTS.items():
        save(store, name, workflow, source)
    return store


def save(
    store: Store, name: str, workflow: Workflow, source: str, *, compliance: tuple[str, ...] = ()
) -> Path:
    """Put a workflow into `store` without compiling it."""
    fields: JsonObject = {
        "name": name,
        "version": workflow.version,
        "spec": "s1:0",
        "compliance": list(compliance),
        "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
        "instructions": "Do the whole task.",
        "compilation": {},
        "evidence": {},
    }
    files = {
        "spec.yaml": f"name: {name}\n",
        "workflow.yaml": dump_workflow(workflow),
        "activities.py": dedent(source),
        "validation.json": "{}",
    }
    return store.save(files, seal(fields, files), build="{}")


def step(
    name: str, takes: str, gives: JsonObject, *, timeout_seconds: float | None = None, retries: int = 0
) -> PlannedStep:
    """A step of code."""
    schema = expand_object(gives)
    return PlannedStep(
        id=name,
        kind="code",
        takes=tuple(takes.split()),
        output_schema=schema,
        timeout_seconds=timeout_seconds,
        retries=retries,
    )


def _workflow(
    name: str,
    takes: JsonObject,
    gives: JsonObject,
    steps: tuple[PlannedStep, ...],
    flow: Sequence | None = None,
) -> Workflow:
    return Workflow(
        name=name,
        version="1.0.0",
        input_schema=expand_object(takes),
        output_schema=expand_object(gives),
        steps=steps,
        returns=tuple(gives),
        flow=flow or Sequence(),
    )


def single(name: str, takes: JsonObject, gives: JsonObject) -> Workflow:
    """A workflow of one activity, ``run``."""
    return _workflow(name, takes, gives, (step("run", " ".join(takes), gives),))


_BAND = '''
    from compiled_ai.modules import abstain


    def band(data):
        """Sort a price into a band."""
        price = data["price"]
        if price < 0:
            abstain("negative price")
        if price == 13:
            raise ValueError("thirteen")
        if price == 14:
            return {"band": "forbidden"}
        return {"band": "low" if price < 10 else "high"}
'''
_CHAIN = """
    from compiled_ai.modules import abstain
    from compiled_ai.modules.text import fold


    def tidy(data):
        return {"plain": fold(data["text"])}


    def count(data):
        words = len(data["plain"].split())
        if not words:
            abstain("no words")
        return {"words": words}


    def grade(data):
        return {"grade": 10 // (5 - data["words"])}
"""
_ORDER = """
    from compiled_ai.modules import abstain


    def total(data):
        return {"total": sum(line["price"] * line["count"] for line in data["lines"])}


    def name(data):
        if not data["customer"]:
            abstain("no customer")
        return {"label": data["customer"].upper()}


    def price(data):
        line = data["line"]
        if line["count"] < 0:
            abstain("negative count")
        return {"amount": line["price"] * line["count"], "what": line["sku"] if line["sku"] else None}


    def express(data):
        return {"ships": f"{data['label']} today"}


    def slow(data):
        return {"ships": f"{data['label']} next week"}


    def summary(data):
        return {"text": f"{data['ships']}: {data['amounts']} = {data['total']}"}
"""
_LINE: JsonObject = {"sku": "string", "price": "integer", "count": "integer"}
_LINES: JsonObject = {"type": "array", "items": expand_object(_LINE)}

_BUSY = """
    def run(data):
        total = 0
        for number in range(data["rounds"]):
            total = (total * 31 + number) % 1_000_003
        return {"total": total}
"""

ARTIFACTS: dict[str, tuple[Workflow, str]] = {
    "price_band": (
        _workflow(
            "price_band",
            {"price": "number"},
            {"band": ["low", "high"]},
            (step("band", "price", {"band": ["low", "high"]}),),
        ),
        _BAND,
    ),
    "chain": (
        _workflow(
            "chain",
            {"text": "string"},
            {"words": "integer", "grade": "integer"},
            (
                step("tidy", "text", {"plain": "string"}),
                step("count", "plain", {"words": "integer"}),
                step("grade", "words", {"grade": "integer"}),
            ),
        ),
        _CHAIN,
    ),
    "order": (
        _workflow(
            "order",
            {"customer": "string", "speed": "string", "lines": _LINES},
            {"text": "string", "amounts": "any", "kinds": "any"},
            (
                step("total", "lines", {"total": "integer"}),
                step("name", "customer", {"label": "string"}),
                step("price", "line", {"amount": "integer", "what": "string?"}),
                step("express", "label", {"ships": "string"}),
                step("slow", "label", {"ships": "string"}),
                step("summary", "ships amounts total", {"text": "string"}),
            ),
            Sequence(
                (
                    Parallel((Do("total"), Do("name"))),
                    ForEach(
                        id="each",
                        over="lines",
                        item="line",
                        body=Do("price"),
                        collect={"amount": "amounts", "what": "kinds"},
                    ),
                    Switch(id="way", on="speed", cases={"fast": Do("express")}, otherwise=Do("slow")),
                    Do("summary"),
                )
            ),
        ),
        _ORDER,
    ),
}
"""One activity; a sequence; and all kinds of blocks."""


ORDER_LINE: JsonObject = {"sku": "a", "price": 3, "count": 2}
ROWS: dict[str, list[JsonObject]] = {
    "price_band": [{"price": 1}, {"price": 50.5}, {"price": -1}, {"price": 13}, {"price": 14}, {"price": "x"}, {}],
    "chain": [{"text": "Ein Wörtchen"}, {"text": ""}, {"text": "a b c d e"}, {"text": 1}, {"text": "a b c d e f g"}],
    "order": [
        {"customer": "ann", "speed": "fast", "lines": [ORDER_LINE, {**ORDER_LINE, "sku": "", "count": 5}]},
        {"customer": "bob", "speed": "any", "lines": []},
        {"customer": "", "speed": "fast", "lines": [ORDER_LINE]},
        {"customer": "eve", "speed": "slow", "lines": [ORDER_LINE, {**ORDER_LINE, "count": -1}]},
        {"customer": "big", "speed": "fast", "lines": [{**ORDER_LINE, "price": 10**30, "count": 1.0}] * 12},
    ],
}  # fmt: skip
"""Inputs that are answered, declined, refused, and that make code fail."""


def _insert() -> Workflow:
    call = DatabaseCall.model_validate(
        {
            "effect": "db_query",
            "capabilities": {"database": "stock", "write": ["articles"]},
            "parameters": {"sql": "INSERT INTO articles VALUES (:sku)", "parameters": {"sku": "{sku}"}},
        }
    )
    gives: JsonObject = {"changed": "integer"}
    effect = PlannedStep(
        id="act", kind="effect", takes=("sku",), output_schema=expand_object(gives), effect=call_data(call)
    )
    return _workflow("insert", {"sku": "string"}, gives, (effect,))


INSERT = _insert()
"""Writes to a database, which must not be done twice."""


@pytest.fixture
def busy(tmp_path: Path) -> Store:
    """Holds `busy`, whose one step of two is at work as long as it is told, and `hasty`, which is given a second for it."""
    store = Store(tmp_path / "busy")
    for name, seconds in (("busy", None), ("hasty", 1.0)):
        run = step("run", "rounds", {"total": "integer"}, timeout_seconds=seconds)
        # What it returns is less than what the step gives, so that the step is an activity of its own.
        second = step("again", "total", {"same": "integer"})
        gives: JsonObject = {"total": "integer"}
        workflow = _workflow(name, {"rounds": "integer"}, gives, (run, second))
        save(
            store,
            name,
            workflow,
            _BUSY + '\n\n    def again(data):\n        return {"same": data["total"]}\n',
        )
    return store
