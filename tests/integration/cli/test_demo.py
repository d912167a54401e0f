"""The demo from its recordings: what the README promises, without a key or a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.artifact import load_artifact
from compiled_ai.cli._demo_tasks import TASKS, DemoTask
from compiled_ai.cli.main import app
from compiled_ai.spec import Case, load_spec
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.load import load_cases

ROOT = Path(__file__).parent.parent.parent.parent


def demo(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["demo", "--root", str(ROOT), "--store", str(store), *arguments])


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Result:
    result = demo(
        tmp_path_factory.mktemp("demo"), "--task", "extraction", "--task", "glp1_prior_authorization"
    )
    assert result.exit_code == 0, result.output
    return result


def test_it_says_that_it_replays_and_who_answered(outcome: Result) -> None:
    assert "replayed replies" in outcome.stdout
    assert "claude, answered through the desk" in outcome.stdout


def test_a_first_attempt_fails_a_stage_and_is_repaired(outcome: Result) -> None:
    assert "syntax    attempt 1: failed" in outcome.stdout
    assert "accuracy  attempt 2: passed" in outcome.stdout


def test_a_bounded_step_is_answered_from_its_recordings(outcome: Result) -> None:
    assert "P-1  approve: type_2_diabetes" in outcome.stdout
    assert "P-4  declined: the note has no BMI" in outcome.stdout


def test_the_tables_keep_hidden_and_held_out_apart(outcome: Result) -> None:
    assert "hidden cases (gate)" in outcome.stdout
    assert "held-out cases" in outcome.stdout


def test_json_holds_every_figure_of_the_tables(tmp_path: Path) -> None:
    [row] = json.loads(demo(tmp_path, "--task", "transformation", "--json").stdout)
    assert row["held_out"]["n"] == row["hidden"]["n"] == 30
    assert row["direct"]["calls"] == 5
    assert (row["rung"], row["compilation"]["calls"], row["break_even_runs"]) == ("synthesis", 0, 0)


def test_two_replays_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert demo(tmp_path / name, "--task", "transformation").exit_code == 0
    first, second = (next((tmp_path / name).glob("*/*/manifest.json")).parent for name in ("one", "two"))
    assert load_artifact(first).manifest == load_artifact(second).manifest


def test_an_unknown_task_is_named_with_the_known_ones(tmp_path: Path) -> None:
    result = demo(tmp_path, "--task", "extracting")
    assert result.exit_code == 7
    assert "Did you mean 'extraction'?" in result.stderr


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_held_out_cases_are_none_of_the_specs_own(task: DemoTask) -> None:
    spec = load_spec(ROOT / task.spec)
    assert load_cases(ROOT / task.data / "heldout.jsonl", spec)


def long_texts(value: JsonValue) -> list[str]:
    """Every string of some length in `value`, as it would stand in a prompt."""
    if isinstance(value, str):
        return [json.dumps(value, ensure_ascii=False)[1:-1]] if len(value) > 15 else []
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in long_texts(part)]


def found_in_compilation(task: DemoTask, cases: Sequence[Case]) -> list[str]:
    asked = [
        message["text"]
        for path in (ROOT / task.recordings).glob("*.json")
        if (recording := json.loads(path.read_text()))["role"] in {"coder", "planner"}
        for message in recording["request"]
    ]
    texts = [text for case in cases for text in long_texts(case.input)]
    return [text for text in texts if any(text in message for message in asked)]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_no_hidden_or_held_out_case_stands_in_a_recorded_compilation(task: DemoTask) -> None:
    spec = load_spec(ROOT / task.spec)
    assert (
        found_in_compilation(task, (*spec.tests, *load_cases(ROOT / task.data / "heldout.jsonl", spec))) == []
    )


def test_that_check_finds_the_examples_which_were_shown() -> None:
    task = next(task for task in TASKS if task.name == "extraction")
    assert found_in_compilation(task, load_spec(ROOT / task.spec).examples)
