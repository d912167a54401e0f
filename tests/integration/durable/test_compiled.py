"""The artifacts of this checkout, compiled from the example specs, on Temporal and exported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.durable.conftest import Serve
from tests.integration.durable.test_export import Exported
from tests.integration.durable.test_worker import submit, write_rows

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.manifest import GUARDED_FILES, parse_manifest, seal
from compiled_ai.artifact.spec_file import own_spec
from compiled_ai.durable.export import export_module
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.batch import run_row
from compiled_ai.execution.load import load_workflow
from compiled_ai.execution.rows import read_jsonl

ROOT = Path(__file__).parents[3] / "workflows"


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> list[Artifact]:
    """Those that neither ask a model nor act, sealed anew for the module library of today."""
    store, found = Store(tmp_path_factory.mktemp("compiled")), []
    for marker in sorted(ROOT.glob("*/current")):
        artifact = sealed_anew(marker.parent / marker.read_text().strip(), store)
        if not any(step.is_outside for step in artifact.workflow.steps):
            found.append(artifact)
    if not found:
        pytest.skip("this checkout holds no compiled artifacts: `compiled-ai demo` makes some")
    return found


def sealed_anew(folder: Path, store: Store) -> Artifact:
    path = folder / "manifest.json"
    manifest = parse_manifest(path.read_text(), path=path, to_run=False)
    fields = manifest.model_dump(exclude={"artifact", "format", "compiler", "modules", "files"})
    files = {name: (folder / name).read_text() for name in GUARDED_FILES}
    return load_artifact(store.save(files, seal(fields, files), build=(folder / "build.json").read_text()))


def test_they_give_on_temporal_what_they_give_locally(
    artifacts: list[Artifact], address: str, serve: Serve, tmp_path: Path
) -> None:
    store = Store(artifacts[0].path.parent.parent)
    serve(store, "compiled")
    for artifact in artifacts:
        name = artifact.manifest.name
        rows = [case.input for case in own_spec(artifact).examples][:8]
        source = write_rows(tmp_path / f"{name}.jsonl", [*rows, {"odd": 1}])
        out = tmp_path / f"{name}.out.jsonl"
        done = submit(address, store, "compiled", name, str(source), "--out", str(out))
        with load_workflow(artifact.path, store=store) as workflow, source.open("rb") as file:
            expected = [json.loads(run_row(workflow, row)[1]) for row in read_jsonl(file)]
        found = [json.loads(line) for line in out.read_text().splitlines()]
        for line in (*found, *expected):
            line.pop("case", None)  # each case has an id of its own
        assert found == expected, done.stderr


def test_exported_they_give_what_they_give_locally(artifacts: list[Artifact], tmp_path: Path) -> None:
    for artifact in (each for each in artifacts if each.workflow.is_single):
        rows = [case.input for case in own_spec(artifact).examples]
        folder = tmp_path / artifact.manifest.name
        folder.mkdir()
        module = Exported(export_module(artifact), folder, "nowhere:1")
        code = f"import json, runpy, sys; run = runpy.run_path({str(module.path)!r})['whole']; [print(json.dumps(run(row))) for row in json.load(sys.stdin)]"
        done = subprocess.run(
            [sys.executable, "-S", "-c", code],
            input=json.dumps(rows),
            capture_output=True,
            text=True,
            check=True,
            env=module.environment,
        )
        found = [json.loads(line) for line in done.stdout.splitlines()]
        with LoadedWorkflow(artifact) as workflow:
            results = [workflow.run(row) for row in rows]
        assert [(one["output"], one["served_by"], one["reason"]) for one in found] == [
            (result.output, result.served_by, result.reason) for result in results
        ]
