"""Exported modules, run where nothing of ours can be imported."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import temporalio
from tests.integration.durable.conftest import ROWS, save, single

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.durable.export import export_module
from compiled_ai.errors import CompiledAIError, OperatorError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.spec.canonical import JsonObject

Module = Callable[[str], "Exported"]
NEEDED = ("temporalio", "nexusrpc", "google", "typing_extensions.py")
"""What ``pip install temporalio`` brings."""


class Exported:
    """A module and where it may look for packages."""

    def __init__(self, text: str, folder: Path, address: str) -> None:
        self.path = folder / "exported.py"
        self.path.write_text(text)
        self.packages = folder / "packages"
        self.packages.mkdir()
        site = Path(temporalio.__path__[0]).parent
        for name in NEEDED:
            (self.packages / name).symlink_to(site / name)
        self._to = ["--address", address, "--task-queue", f"export-{time.time_ns()}"]

    def command(self, *arguments: str) -> list[str]:
        # -S: without the packages of this environment, and so without us
        return [sys.executable, "-S", str(self.path), *arguments, *self._to]

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.packages), "PATH": "/usr/bin:/bin"}

    def run(self, data: JsonObject) -> JsonObject | str:
        done = subprocess.run(
            self.command("run", json.dumps(data)),
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
        )
        if done.returncode:
            assert done.stderr.startswith("error: "), done.stderr
            return done.stderr.split(":")[1].strip()
        result: JsonObject = json.loads(done.stdout)
        return result


@pytest.fixture
def exported(address: str, store: Store, tmp_path: Path) -> Iterator[Module]:
    """Exports an artifact of the store and serves it."""
    workers: list[subprocess.Popen[bytes]] = []

    def serve(name: str) -> Exported:
        module = Exported(export_module(load_artifact(store.find(name))), tmp_path, address)
        log = tmp_path / "worker.log"
        with log.open("wb") as file:
            worker = subprocess.Popen(
                module.command("worker"), stdout=file, stderr=file, env=module.environment
            )
        workers.append(worker)
        while b"serving" not in log.read_bytes():
            assert worker.poll() is None, log.read_text()
            time.sleep(0.05)
        return module

    yield serve
    for worker in workers:
        worker.terminate()
        assert worker.wait(timeout=30) == 0


def local(workflow: LoadedWorkflow, data: JsonObject) -> JsonObject | str:
    try:
        result = workflow.run(data)
    except CompiledAIError as error:
        return type(error).__name__
    return {"output": result.output, "served_by": result.served_by, "reason": result.reason}


@pytest.mark.parametrize("name", ROWS)
def test_an_exported_module_gives_what_the_local_executor_gives(
    name: str, exported: Module, store: Store
) -> None:
    module = exported(name)
    with LoadedWorkflow(load_artifact(store.find(name))) as workflow:
        for data in ROWS[name]:
            assert module.run(data) == local(workflow, data), data


def test_our_package_cannot_be_imported_there(tmp_path: Path, store: Store) -> None:
    module = Exported(export_module(load_artifact(store.find("chain"))), tmp_path, "nowhere:1")
    code = f"import runpy; runpy.run_path({str(module.path)!r}); import sys; print([name for name in sys.modules if name.startswith('compiled_ai')])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=module.environment
    )
    assert done.stdout == "[]\n"


def test_packages_of_others_that_code_stands_on_are_brought_along(tmp_path: Path) -> None:
    source = """
        from compiled_ai.modules import abstain
        from compiled_ai.modules.phones import parse_phone


        def run(data):
            found = parse_phone(data["text"], region="DE")
            if found is None:
                abstain("no phone")
            return {"phone": found}
    """
    text = export_module(
        load_artifact(
            save(
                Store(tmp_path / "store"),
                "phone",
                single("phone", {"text": "string"}, {"phone": "any"}),
                source,
            )
        )
    )
    module = Exported(text, tmp_path, "nowhere:1")
    code = f"import runpy; print(runpy.run_path({str(module.path)!r})['whole']({{'text': '+41 44 668 18 00'}})['output'])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=module.environment,
    )
    assert done.stdout == "{'phone': '+41446681800'}\n", done.stderr


def test_the_same_artifact_gives_the_same_text(store: Store) -> None:
    artifact = load_artifact(store.find("order"))
    assert export_module(artifact) == export_module(artifact)


def test_a_schema_that_needs_a_library_is_refused(tmp_path: Path) -> None:
    takes: JsonObject = {"mail": {"type": "string", "format": "email"}}
    source = "def run(data):\n    return {'ok': True}\n"
    artifact = load_artifact(save(Store(tmp_path), "mail", single("mail", takes, {"ok": "boolean"}), source))
    with pytest.raises(OperatorError, match="the format 'email', which needs a library"):
        export_module(artifact)
