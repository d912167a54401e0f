"""Effect steps on the command line: nothing without permission, everything on record; the checked-in example against a server of our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ROOT = Path(__file__).parents[3]
STOCK = {"A-1": (2, 0), "A-2": (9, 0), "A-3": (0, 1)}
PATHS: list[str] = []


class _Stock(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_GET(self) -> None:
        PATHS.append(self.path)
        found = STOCK.get(self.path.rpartition("/")[2])
        body = json.dumps({"in_stock": found[0], "orders": {"open": found[1]}} if found else {}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stock) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, server: str) -> Path:
    """The example, compiled for our server in place of the one that it names."""
    folder = tmp_path_factory.mktemp("effects")
    text = (ROOT / "examples" / "stock_reorder.yaml").read_text()
    text = text.replace(
        "[stock.example.com]", f"['{server}']\n      plain_http: true\n      private_addresses: true"
    )
    text = text.replace("https://stock.example.com", f"http://{server}")
    text = text.replace("../datasets", str(ROOT / "datasets"))
    (folder / "stock_reorder.yaml").write_text(text)
    result = call("compile", folder / "stock_reorder.yaml", "--store", folder / "workflows")
    assert result.exit_code == 0, result.output
    assert f"run it:  compiled-ai run stock_reorder INPUT.json --allow-effects host={server}" in result.output
    return folder / "workflows"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def ask(store: Path, sku: str, *options: object) -> Result:
    data = json.dumps({"sku": sku, "least": 5})
    return call("run", "stock_reorder", data, "--store", store, *options)


@pytest.mark.parametrize(
    ("sku", "code", "shown"),
    [
        ("A-1", 0, '"decision": "order"'),
        ("A-2", 0, '"decision": "enough"'),
        ("A-3", 0, '"decision": "order_urgently"'),
        ("A-9", 10, "declined: the stock service does not know this article"),
    ],
)
def test_a_run_asks_the_service(store: Path, server: str, sku: str, code: int, shown: str) -> None:
    result = ask(store, sku, "--allow-effects", f"host={server}")
    assert (result.exit_code, shown in result.output) == (code, True)


def test_nothing_goes_out_without_permission(store: Path, server: str) -> None:
    before = len(PATHS)
    result = ask(store, "A-1", "--json")
    assert result.exit_code == 7
    error = json.loads(result.stdout)["error"]
    assert (error["type"], error["reason"]) == ("EffectRefusedError", "permission")
    assert f"--allow-effects host={server}" in error["message"]
    assert ask(store, "A-1", "--allow-effects", "host=stock.example.com").exit_code == 7
    assert len(PATHS) == before


def test_a_permission_may_come_from_a_file(store: Path, server: str, tmp_path: Path) -> None:
    file = tmp_path / "effects.yaml"
    file.write_text(f"hosts: {{'{server}': null}}\n")
    assert ask(store, "A-1", "--effects", file).exit_code == 0


def test_a_word_that_allows_nothing_is_told(store: Path) -> None:
    result = ask(store, "A-1", "--allow-effects", "hots=a.example.com")
    assert result.exit_code == 4
    assert "Did you mean 'host'?" in result.output


def test_explain_shows_each_step(store: Path, server: str) -> None:
    result = ask(store, "A-1", "--allow-effects", f"host={server}", "--explain")
    assert "look_up_stock (effect)  http_request" in result.output
    assert 'gave {"status": 200, "in_stock": 2, "on_order": 0}' in result.output
    assert 'return {"decision": "order"}' in result.output
    document = json.loads(
        ask(store, "A-1", "--allow-effects", f"host={server}", "--explain", "--json").stdout
    )
    assert [step["how"] for step in document["steps"]] == ["http_request", "code"]
    assert document["served_by"] == "effects"


def test_a_batch_is_not_explained(store: Path, tmp_path: Path) -> None:
    result = call("run", "stock_reorder", tmp_path / "rows.jsonl", "--store", store, "--explain")
    assert result.exit_code == 2


def test_inspect_shows_what_a_step_may_do(store: Path, server: str) -> None:
    shown = " ".join(call("inspect", "stock_reorder", "--store", store).output.split())
    assert "look_up_stock (effect) -> decide (rule)" in shown
    assert f"hosts: {server}" in shown
    assert "kept 400 days" in shown
    document = json.loads(call("inspect", "stock_reorder", "--store", store, "--json").stdout)
    assert document["effects"]["look_up_stock"]["capabilities"]["hosts"] == [server]
    assert document["manifest"]["retention_days"] == 400


def test_a_batch_goes_on_after_a_row_that_fails(store: Path, server: str, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"sku": sku, "least": 5}) + "\n" for sku in ("A-1", "", "A-2")))
    result = call("run", "stock_reorder", rows, "--store", store, "--allow-effects", f"host={server}")
    assert result.exit_code == 4
    lines = [json.loads(line) for line in (tmp_path / "rows.results.jsonl").read_text().splitlines()]
    assert [line["status"] for line in lines] == ["answered", "failed", "answered"]
    assert lines[1]["error"].startswith("EffectRefusedError: step 'look_up_stock' was refused (input)")


def test_a_batch_without_permission_touches_no_results(store: Path, tmp_path: Path) -> None:
    rows, results = tmp_path / "rows.jsonl", tmp_path / "rows.results.jsonl"
    rows.write_text('{"sku": "A-1", "least": 5}\n')
    results.write_text("old")
    assert call("run", "stock_reorder", rows, "--store", store, "--overwrite").exit_code == 7
    assert results.read_text() == "old"


def test_the_log_is_shown_and_purged(store: Path, server: str, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    ask(store, "A-1", "--allow-effects", f"host={server}", "--audit-log", log)
    shown = call("audit", "show", "stock_reorder", "--store", store, "--audit-log", log).output
    assert "2 records, the chain holds, kept 400 days" in shown
    assert f"done  GET http://{server}/v1/articles/{{sku}}" in shown
    purged = call("audit", "purge", "stock_reorder", "--store", store, "--audit-log", log, "--json")
    assert json.loads(purged.stdout) == {"path": str(log), "retention_days": 400, "removed": 0}


def test_the_log_of_each_workflow_stands_in_the_store(store: Path, server: str) -> None:
    ask(store, "A-1", "--allow-effects", f"host={server}")
    document = json.loads(call("audit", "show", "stock_reorder", "--store", store, "--json").stdout)
    assert document["path"] == str(store / ".audit" / "stock_reorder.jsonl")
    assert document["records"][0]["outcome"] == "started"
    assert document["anchor"] is None


def test_a_log_is_read_after_an_upgrade_too(
    store: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(store, "A-1", "--allow-effects", f"host={server}")
    monkeypatch.setattr("compiled_ai.artifact.manifest.modules_digest", lambda: "m1:another")
    assert ask(store, "A-1", "--allow-effects", f"host={server}").exit_code == 6
    assert call("audit", "show", "stock_reorder", "--store", store).exit_code == 0
    assert call("audit", "purge", "stock_reorder", "--store", store).exit_code == 0


@pytest.mark.parametrize("command", ["show", "purge"])
def test_a_log_that_is_not_there_is_told(store: Path, tmp_path: Path, command: str) -> None:
    result = call("audit", command, "stock_reorder", "--store", store, "--audit-log", tmp_path / "none.jsonl")
    assert (result.exit_code, "does not exist" in result.output) == (7, True)
