"""Runs of an artifact that is named by its folder: what they leave behind lies in the store of that folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import compiled_ai
from compiled_ai.artifact import Store
from compiled_ai.cli.main import app
from compiled_ai.execution import load_workflow
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import parse_spec

SPEC = """
name: loan_band
description: Sort a loan into a band.
instructions: Below 10 is low, else high. Decline what is larger than 100.
input: {amount: number}
output: {band: [low, high]}
compliance: {decision_log: full}
monitor: {}
fallback: {policy: human}
steps:
  - id: band_of
    kind: rule
    rules:
      - {when: amount > 100, abstain: too large}
      - {when: amount < 10, then: {band: low}}
      - {otherwise: {band: high}}
examples:
  - {input: {amount: 1}, output: {band: low}}
  - {input: {amount: 50}, output: {band: high}}
  - {input: {amount: 200}, abstain: true}
"""
LOGS = (".cases/loan_band.sqlite3", ".decisions/loan_band.jsonl")
COUNTS = ".monitor/loan_band.sqlite3"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An artifact in a store that is not the usual one, seen from another folder."""
    store = Store(tmp_path / "own")
    compile_spec(
        parse_spec(SPEC, path=Path("loan_band.yaml")),
        from_function(lambda _: "", model="none"),
        CompileOptions(store=store),
    )
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return store.find("loan_band")


def left_in(root: Path) -> list[str]:
    return [name for name in (*LOGS, COUNTS) if (root / name).is_file()]


def test_the_python_front_door_leaves_everything_there(folder: Path) -> None:
    with compiled_ai.load_workflow(folder) as workflow:
        assert workflow.run({"amount": 200}).case is not None
    assert left_in(folder.parents[1]) == [*LOGS, COUNTS]
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("how", ["folder", "folder of all versions", "relative", "link"])
def test_the_logs_lie_in_the_store_of_the_folder(how: str, folder: Path, tmp_path: Path) -> None:
    reference = {
        "folder": folder,
        "folder of all versions": folder.parent,
        "relative": Path("..", "own", "loan_band", folder.name),
        "link": tmp_path / "linked",
    }[how]
    (tmp_path / "linked").symlink_to(folder)
    with load_workflow(reference, store=Store(tmp_path / "given")) as workflow:
        workflow.run({"amount": 200})
    assert left_in(folder.parents[1]) == list(LOGS)
    assert list(Path.cwd().iterdir()) == []
    assert not (tmp_path / "given").exists()


@pytest.mark.parametrize("place", ["copy", "loan_band/copy"])
def test_a_folder_that_is_part_of_no_store_has_its_logs_in_the_given_one(
    place: str, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere" / place
    shutil.copytree(folder, copy)
    with load_workflow(copy, store=Store(tmp_path / "given")) as workflow:
        workflow.run({"amount": 200})
    assert left_in(tmp_path / "given") == list(LOGS)
    assert left_in(copy.parents[1]) == []


def test_the_command_leaves_everything_there_and_finds_it_again(folder: Path) -> None:
    assert call("run", folder, '{"amount": 200}', "--json").exit_code == 10
    assert left_in(folder.parents[1]) == [*LOGS, COUNTS]
    assert list(Path.cwd().iterdir()) == []
    (case,) = json.loads(call("review", folder, "--list", "--json").stdout)["cases"]
    assert case["input"] == {"amount": 200}
    assert call("verify-log", folder).exit_code == 0
    assert json.loads(call("monitor", folder, "--json").stdout)["workflow"] == "loan_band"


def test_a_store_that_is_named_holds_the_logs(folder: Path, tmp_path: Path) -> None:
    assert call("run", folder, '{"amount": 200}', "--store", tmp_path / "given").exit_code == 10
    assert left_in(tmp_path / "given") == [*LOGS, COUNTS]
    assert left_in(folder.parents[1]) == []
