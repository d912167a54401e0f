"""``compiled-ai validate`` as a person or a program meets it: what it judges, what it prints, its exit codes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app

CLEAN = '"""Doc."""\n\n\ndef add(x: int) -> int:\n    """Add one."""\n    return x + 1\n'
SPEC = """\
name: price_band
description: Sort a price into a band.
instructions: Below 10 is low, else high. Decline negative prices.
input: {sku: string, price: number}
output: {band: [low, high]}
steps:
  - id: decide
    kind: rule
    rules:
      - {when: price < 0, abstain: negative price}
      - {when: price < 10, then: {band: low}}
      - otherwise: {band: high}
examples:
  - {input: {sku: a, price: 1}, output: {band: low}}
  - {input: {sku: b, price: 50}, output: {band: high}}
tests:
  - {input: {sku: c, price: -1}, abstain: true}
"""
DOUBLE = """\
name: double
description: Double a number.
instructions: Twice the number.
input: {n: integer}
output: {twice: integer}
examples:
  - {input: {n: 1}, output: {twice: 2}}
tests:
  - {input: {n: 30}, output: {twice: 60}}
"""


def double(body: str = 'return {"twice": 2 * data["n"]}') -> str:
    return f'"""Doc."""\n\n\ndef double(data: DoubleInput) -> DoubleOutput:\n    """Double."""\n    {body}\n'


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["validate", *(str(argument) for argument in arguments)])


def judged(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and results."""
    result = call(*arguments, "--json")
    return result.exit_code, json.loads(result.stdout)["results"]


def file(folder: Path, source: str, name: str = "code.py") -> Path:
    path = folder / name
    path.write_text(source)
    return path


def stages(result: dict[str, Any]) -> dict[str, bool]:
    return {stage["stage"]: stage["passed"] for stage in result["stages"]}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``price_band.yaml`` and the store ``workflows``."""
    folder = tmp_path_factory.mktemp("validate")
    spec = file(folder, SPEC, "price_band.yaml")
    result = CliRunner().invoke(app, ["compile", str(spec), "--store", str(folder / "workflows")])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def moved(compiled: Path, tmp_path: Path) -> Path:
    """A copy of the artifact, to be tampered with."""
    return Path(shutil.copytree(artifact_of(compiled), tmp_path / "copy"))


def artifact_of(compiled: Path) -> Path:
    return next((compiled / "workflows" / "price_band").glob("*/"))


class TestAnyPython:
    """Without a spec."""

    def test_a_clean_file_passes_and_says_what_a_spec_would_add(self, tmp_path: Path) -> None:
        result = call(file(tmp_path, CLEAN))
        assert result.exit_code == 0
        assert "execution and accuracy need a spec: give --spec" in result.output
        assert "PASSED" in result.output

    def test_policy_and_detections_are_told_apart(self, tmp_path: Path) -> None:
        source = CLEAN.replace("return x + 1", 'return eval("x + 1")')
        code, (result,) = judged(file(tmp_path, source))
        security = result["stages"][0]
        found = {finding["tool"]: finding for finding in security["findings"]}
        assert (code, result["kind"], security["passed"]) == (5, "text", False)
        assert found["subset"]["cwe"] is None
        assert found["bandit"]["cwe"] in {78, 94, 95}
        assert {finding["line"] for finding in found.values()} == {6}

    def test_a_folder_of_files_is_judged_file_by_file(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        files = [file(tmp_path, CLEAN), file(tmp_path / "in", "import os\n")]
        code, results = judged(tmp_path)
        assert code == 5
        assert [(item["target"], item["passed"]) for item in results] == [
            (str(files[0]), True),
            (str(files[1]), False),
        ]

    def test_a_folder_without_python_is_wrong_use_and_nothing_is_judged(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        result = call(file(tmp_path, CLEAN), tmp_path / "empty")
        assert result.exit_code == 2
        assert "neither a manifest.json nor a Python file" in result.stderr
        assert "PASSED" not in result.output

    def test_a_file_that_is_not_utf_8_is_a_finding(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.py"
        path.write_bytes(b'"""Doc."""\n\nNAME = "caf\xe9"\n')
        code, (result,) = judged(path, "--report", tmp_path / "report.json")
        rules = {finding["rule"] for finding in result["stages"][0]["findings"]}
        assert (code, "encoding" in rules) == (5, True)
        assert json.loads((tmp_path / "report.json").read_text())["passed"] is False
        assert call(path).exit_code == 5

    @pytest.mark.parametrize("source", ["", "\0", "def f(:\n", "x = " + "(" * 3_000])
    def test_text_that_is_no_program_fails(self, source: str, tmp_path: Path) -> None:
        assert call(file(tmp_path, source)).exit_code == 5

    @pytest.mark.skipif(os.name == "nt", reason="names are text there")
    def test_a_name_that_is_no_text_is_printed_all_the_same(self, tmp_path: Path) -> None:
        try:
            file(tmp_path, CLEAN, os.fsdecode(b"caf\xe9.py"))
        except OSError:
            pytest.skip("this file system takes text only")
        code, (result,) = judged(tmp_path, "--report", tmp_path / "report.json")
        assert (code, result["target"][-7:]) == (0, "caf?.py")


class TestActivities:
    """Code written by hand for a spec."""

    def test_good_code_passes_all_four_stages(self, tmp_path: Path) -> None:
        code, (result,) = judged(file(tmp_path, double()), "--spec", file(tmp_path, DOUBLE, "double.yaml"))
        assert code == 0
        assert list(stages(result)) == ["security", "syntax", "execution", "accuracy"]
        assert "were put before the file" in result["notes"][0]
        assert all("tool_seconds" in stage for stage in result["stages"])

    @pytest.mark.parametrize(
        ("stage", "body"),
        [
            ("security", 'return {"twice": eval("2") * data["n"]}'),
            ("syntax", 'return {"twice": str(data["n"])}'),
            ("execution", 'return {"twice": 2 * data["n"] // (data["n"] - 1)}'),
            ("accuracy", 'return {"twice": 2 * data["n"] if data["n"] < 9 else 7}'),
        ],
    )
    def test_bad_code_fails_at_its_stage(self, stage: str, body: str, tmp_path: Path) -> None:
        spec = file(tmp_path, DOUBLE, "double.yaml")
        code, (result,) = judged(file(tmp_path, double(body)), "--spec", spec)
        assert code == 5
        assert next(name for name, passed in stages(result).items() if not passed) == stage

    def test_hidden_cases_are_counted_and_not_shown(self, tmp_path: Path) -> None:
        source = double('return {"twice": 2 * data["n"] if data["n"] < 9 else 7}')
        spec = file(tmp_path, DOUBLE.replace("n: 30", "n: 48151623").replace("60", "96303246"), "double.yaml")
        output = call(file(tmp_path, source), "--spec", spec, "--report", tmp_path / "report.json").output
        output += (tmp_path / "report.json").read_text()
        assert "1 answered wrong" in output
        assert "48151623" not in output
        assert "96303246" not in output

    def test_a_spec_with_errors_exits_with_3_before_anything_is_judged(self, tmp_path: Path) -> None:
        spec = file(tmp_path, DOUBLE.replace("instructions", "instuctions"), "double.yaml")
        result = call(file(tmp_path, double()), "--spec", spec)
        assert result.exit_code == 3
        assert "FAILED" not in result.output


class TestArtifacts:
    """Artifacts of the store and elsewhere."""

    def test_by_its_name_its_digest_its_folder_and_the_folder_of_its_versions(self, compiled: Path) -> None:
        folder = artifact_of(compiled)
        targets = ("price_band", f"price_band@{folder.name[:8]}", folder, folder.parent)
        code, results = judged(*targets, "--store", compiled / "workflows")
        assert code == 0
        assert [(result["kind"], len(result["stages"])) for result in results] == [("artifact", 4)] * 4

    def test_whose_spec_is_gone_asks_for_it(self, moved: Path, compiled: Path) -> None:
        build = json.loads((moved / "build.json").read_text())
        (moved / "build.json").write_text(json.dumps({**build, "spec_path": str(moved / "gone.yaml")}))
        code, (result,) = judged(moved)
        assert code == 5
        assert "give it with --spec" in result["error"]["message"]
        assert judged(moved, "--spec", compiled / "price_band.yaml")[0] == 0

    def test_another_spec_is_refused(self, moved: Path, tmp_path: Path) -> None:
        spec = file(tmp_path, SPEC.replace("price < 10", "price < 11"), "price_band.yaml")
        result = call(moved, "--spec", spec)
        assert result.exit_code == 5
        assert "is not the spec that" in result.stderr

    def test_a_tampered_one_has_failed(self, moved: Path) -> None:
        file(moved, "import os\n", "activities.py")
        code, (result,) = judged(moved)
        assert (code, result["error"]["type"]) == (5, "TamperedArtifactError")


class TestTargetsThatCannotBeJudged:
    """They have failed, and the others are judged."""

    def test_the_others_are_judged_all_the_same(self, moved: Path, tmp_path: Path) -> None:
        (moved / "manifest.json").write_text("{")
        (tmp_path / "folder.py").mkdir()
        file(tmp_path / "folder.py", CLEAN)
        targets = (moved, "none_such", tmp_path / "none.py", tmp_path / "folder.py", file(tmp_path, CLEAN))
        code, results = judged(*targets, "--store", tmp_path / "workflows")
        assert code == 5
        assert [result["passed"] for result in results] == [False, False, False, True, True]
        assert all(result["error"]["message"] for result in results[:3])

    def test_a_person_is_told_of_each(self, tmp_path: Path) -> None:
        result = call(tmp_path / "none.py", file(tmp_path, CLEAN))
        assert result.exit_code == 5
        assert "none.py cannot be read: No such file or directory" in result.stderr
        assert result.stdout.count("FAILED") == 1
        assert result.stdout.count("PASSED") == 1

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        path = file(tmp_path, CLEAN)
        path.chmod(0)
        assert "cannot be read: Permission denied" in call(path).stderr

    def test_a_missing_tool_ends_the_run_with_7(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from compiled_ai.errors import MissingToolError
        from compiled_ai.validation import security

        def missing() -> None:
            raise MissingToolError("bandit is gone; install it")

        monkeypatch.setattr(security, "prove_bandit", missing)
        result = call(file(tmp_path, CLEAN), file(tmp_path, CLEAN, "more.py"))
        assert result.exit_code == 7
        assert "bandit is gone" in result.stderr
        assert "PASSED" not in result.output


class TestOptions:
    """``--sandbox`` and ``--report``."""

    def test_a_bad_sandbox_is_wrong_use(self, tmp_path: Path) -> None:
        result = call(file(tmp_path, CLEAN), "--sandbox", "prison")
        assert result.exit_code == 2
        assert "'prison' is none of auto, jail, wasm, none" in result.stderr

    def test_sandbox_none_warns_on_standard_error(self, tmp_path: Path) -> None:
        spec = file(tmp_path, DOUBLE, "double.yaml")
        result = call(file(tmp_path, double()), "--spec", spec, "--sandbox", "none", "--json")
        (execution,) = [
            stage
            for stage in json.loads(result.stdout)["results"][0]["stages"]
            if stage["stage"] == "execution"
        ]
        assert result.exit_code == 0
        assert "WARNING:" in result.stderr
        assert execution["tools"]["sandbox"].startswith("none")

    def test_the_folder_of_a_report_is_made(self, tmp_path: Path) -> None:
        report = tmp_path / "new" / "deep" / "report.json"
        assert call(file(tmp_path, CLEAN), "--report", report).exit_code == 0
        assert json.loads(report.read_text())["results"][0]["kind"] == "text"

    def test_a_report_that_cannot_be_written_is_told_after_the_verdict(self, tmp_path: Path) -> None:
        target = file(tmp_path, CLEAN)
        result = call(target, "--report", target / "report.json")
        assert result.exit_code == 7
        assert "the report cannot be written to" in result.stderr
        assert "PASSED" in result.stdout
