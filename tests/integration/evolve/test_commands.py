"""``evolve`` and ``rollback`` as a person or a program meets them."""

from __future__ import annotations

import json

import pytest
from tests.integration.evolve.conftest import Workshop
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app


def call(shop: Workshop, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--store", str(shop.store.root)])


def candidate_of(shop: Workshop) -> str:
    result = call(shop, "evolve", "double", "--effort", "none", "--json")
    assert result.exit_code == 0, result.output
    return str(json.loads(result.stdout)["candidate"])


def test_an_empty_log_is_no_error(shop: Workshop) -> None:
    result = call(shop, "evolve", "double")
    assert result.exit_code == 0, result.output
    assert "nothing new to learn" in result.output


def test_the_table_and_the_line_that_promotes_are_printed(ready: Workshop) -> None:
    result = call(ready, "evolve", "double", "--effort", "none")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "new example human 24: 24 declined->right" in text
    assert "compiled-ai evolve double --approve a1:" in text
    assert "--by NAME" in text


def test_a_candidate_is_approved_recorded_and_taken_back(ready: Workshop) -> None:
    old, new = ready.current.manifest.artifact, candidate_of(ready)
    result = call(ready, "evolve", "double", "--approve", new, "--by", "ann", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["promoted"] is True
    assert ready.current.manifest.artifact == new
    result = call(ready, "rollback", "double", "--by", "ben", "--why", "itch")
    assert result.exit_code == 0, result.output
    assert ready.current.manifest.artifact == old
    history = call(ready, "rollback", "double", "--history")
    assert "promoted by ann" in history.output
    assert "rolled back by ben" in history.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("evolve", "double", "--approve", "0" * 16, "--by", "ann"), 7),
        (("evolve", "double", "--approve", "0" * 16), 2),
        (("evolve", "double", "--from", "rumour"), 2),
        (("evolve", "nothing"), 6),
        (("rollback", "nothing", "--by", "ann", "--why", "x"), 6),
        (("rollback", "../double", "--by", "ann", "--why", "x"), 6),
        (("rollback", "double", "--by", "ann"), 2),
        (("rollback", "double", "--why", "x"), 2),
        (("rollback", "double", "--by", "ann", "--why", "x"), 7),
        (("rollback", "double", "--by", "ann", "--why", "x", "--to", "0123456789abcdef"), 6),
    ],
    ids=[
        "another digest",
        "nobody approves",
        "unknown teacher",
        "unknown name",
        "unknown name to roll back",
        "a path",
        "no reason",
        "nobody",
        "nothing before",
        "unknown artifact",
    ],
)
def test_wrong_use_changes_nothing_and_has_its_exit_code(
    ready: Workshop, arguments: tuple[str, ...], code: int
) -> None:
    before = ready.current
    assert call(ready, *arguments).exit_code == code
    assert ready.current == before


def test_what_regresses_is_not_promoted(ready: Workshop) -> None:
    new = candidate_of(ready)
    ready.note(5_000, human={"twice": 1})
    result = call(ready, "evolve", "double", "--approve", new, "--by", "ann")
    assert result.exit_code == 5
    assert "REGRESSION" in result.output
    assert ready.current.manifest.artifact != new
