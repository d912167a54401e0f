"""A fallback model behind a real server that hangs, breaks off or answers rubbish: the run ends in time, and the model is left alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from compiled_ai.artifact import Store
from compiled_ai.cases import CaseLog, cases_path
from compiled_ai.execution import LoadedWorkflow, load_workflow
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import LlmClient, LlmSettings, from_function, make_client
from compiled_ai.spec import parse_spec

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
SPEC = """
name: loan_band
description: Sort a loan into a band.
instructions: Below 10 is low, below 100 is high. Decline what is larger.
input: {amount: number}
output: {band: [low, high]}
steps:
  - id: band_of
    kind: rule
    rules:
      - {when: amount < 10, then: {band: low}}
      - {when: amount < 100, then: {band: high}}
      - {when: amount >= 100, abstain: too large}
      - {otherwise: {band: low}}
fallback:
  policy: [model, human]
  timeout_seconds: 0.5
  per_day: {tokens: 20000}
  breaker: {failures: 2, seconds: 60}
examples:
  - {input: {amount: 1}, output: {band: low}}
  - {input: {amount: 50}, output: {band: high}}
  - {input: {amount: 200}, abstain: true}
  - {input: {amount: 5}, output: {band: low}}
  - {input: {amount: 70}, output: {band: high}}
"""


class _Server:
    """Takes requests, counts them, and behaves as `how` says."""

    def __init__(self) -> None:
        self.how = "hangs"
        self.asked = 0
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                pass

            def do_POST(self) -> None:
                server.asked += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                if server.how == "hangs":
                    server.released.wait(30)
                    return
                self.send_response(500 if server.how == "fails" else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "1000" if server.how == "drips" else "7")
                self.end_headers()
                if server.how == "drips":
                    while not server.released.wait(0.05):
                        try:
                            self.wfile.write(b" ")
                        except OSError:
                            return
                    return
                self.wfile.write(b"rubbish")

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/v1"


@pytest.fixture
def server() -> Iterator[_Server]:
    server = _Server()
    yield server
    server.released.set()
    server.http.shutdown()
    server.http.server_close()
    server.thread.join()


@pytest.fixture
def client(server: _Server) -> Iterator[LlmClient]:
    settings = LlmSettings(
        model="openai-chat:tiny",
        base_url=server.url,
        max_retries=0,
        timeout_seconds=30.0,
        keys={"OPENAI_API_KEY": "test"},
    )
    with make_client(settings, today=lambda: date(2026, 1, 2)) as client:
        yield client


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("store"))
    compile_spec(
        parse_spec(SPEC, path=Path("loan_band.yaml")),
        from_function(lambda _: "", model="none"),
        CompileOptions(store=store),
    )
    return store


@pytest.fixture
def workflow(store: Store, client: LlmClient) -> Iterator[LoadedWorkflow]:
    with load_workflow("loan_band", store=store, client=client) as workflow:
        yield workflow
    for file in (store.root / ".cases").glob("*"):
        file.unlink()


@pytest.mark.parametrize("how", ["hangs", "drips", "fails", "answers rubbish"])
def test_the_run_ends_in_time_and_the_model_is_left_alone(
    how: str, server: _Server, workflow: LoadedWorkflow, store: Store
) -> None:
    server.how = how
    assert workflow.run({"amount": 1}).served_by == "compiled"
    started = time.perf_counter()
    results = [workflow.run({"amount": amount}) for amount in (200, 201, 202)]
    assert time.perf_counter() - started < 8
    assert [result.output for result in results] == [None] * 3
    assert all("the fallback model failed (" in result.reason for result in results[:2])
    assert "failed 2 times in a row and is left alone" in results[2].reason
    asked = server.asked
    workflow.run({"amount": 203})
    assert server.asked == asked
    with CaseLog.open(cases_path(store.root, "loan_band")) as log:
        assert [case.id for case in log.cases(status="queued")][:3] == [result.case for result in results]
        with log.database.reading() as connection:
            assert connection.execute("SELECT count(*) FROM reserved").fetchone()[0] == 0


def test_compiled_answers_make_no_case_log(workflow: LoadedWorkflow, store: Store) -> None:
    for _ in range(3):
        assert workflow.run({"amount": 1}).served_by == "compiled"
    assert not cases_path(store.root, "loan_band").exists()
