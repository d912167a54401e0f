"""A task like one that is known: its template is told of, and nothing of it is used."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest
from typer.testing import CliRunner

from compiled_ai.artifact import Store
from compiled_ai.cli.main import app
from compiled_ai.factory import CompilationResult
from compiled_ai.factory.events import Event, Offered, Saved
from compiled_ai.llm import Request
from compiled_ai.spec import Spec


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path
    store: Store
    requests: list[Request]
    events: list[Event]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any, force: bool = False) -> CompilationResult: ...


DOUBLE = {"description": "Multiply the count of a line by a factor of two."}
TRIPLE = {
    "name": "triple",
    "description": "Multiply the count of a line by a factor of three.",
    "instructions": "Three times the number. Decline negative ones.",
    "examples": [{"input": {"n": 1}, "output": {"twice": 3}}, {"input": {"n": -1}, "abstain": True}],
    "tests": [{"input": {"n": 30}, "output": {"twice": 90}}],
}


def code(name: str, factor: int) -> str:
    title = name.title()
    return (
        f'```python\nfrom compiled_ai.modules import abstain\n\n\ndef {name}(data: {title}Input) -> {title}Output:\n    """Multiply."""\n'
        f'    if data["n"] < 0:\n        abstain("negative")\n    return {{"twice": {factor} * data["n"]}}\n```'
    )


def offered(bench: Bench) -> list[str]:
    return [event.offer.source.partition("@")[0] for event in bench.events if isinstance(event, Offered)]


def test_a_stored_task_that_is_alike_offers_its_template_and_nothing_else(bench: Bench) -> None:
    bench.compile(bench.spec(**TRIPLE), code("triple", 3))
    alone = [request.prompt for request in bench.requests]
    bench.store = Store(bench.folder / "other")
    bench.compile(bench.spec(**DOUBLE), code("double", 2))
    result = bench.compile(bench.spec(**TRIPLE), code("triple", 3))
    assert offered(bench)[-1] == "double"
    assert result.rung == "model"
    assert [request.prompt for request in bench.requests] == alone
    assert "2 * data" not in result.artifact.source


def test_the_artifact_is_the_same_whatever_was_offered(bench: Bench) -> None:
    first = bench.compile(bench.spec(**TRIPLE), code("triple", 3)).artifact.manifest
    bench.store = Store(bench.folder / "other")
    bench.compile(bench.spec(**DOUBLE), code("double", 2))
    assert bench.compile(bench.spec(**TRIPLE), code("triple", 3)).artifact.manifest == first


@pytest.mark.parametrize("cases", [{}, {"tests": [{"input": {"n": 31}, "output": {"twice": 93}}]}])
def test_nothing_is_offered_where_stored_code_fits(bench: Bench, cases: dict[str, Any]) -> None:
    bench.compile(bench.spec(**DOUBLE), code("double", 2))
    bench.compile(bench.spec(**TRIPLE), code("triple", 3))
    result = bench.compile(bench.spec(**{**TRIPLE, **cases}))
    assert result.rung in {"stored", "reused"}
    assert offered(bench) == []


def test_a_damaged_artifact_offers_nothing(bench: Bench) -> None:
    path = bench.compile(bench.spec(**DOUBLE), code("double", 2)).artifact.path
    (path / "activities.py").write_text("x = 1\n")
    bench.compile(bench.spec(**TRIPLE), code("triple", 3))
    assert "double" not in offered(bench)
    assert any(isinstance(event, Saved) for event in bench.events)


class TestCommand:
    """``compiled-ai compile`` without a model."""

    SPEC = """\
name: shout
description: Extract the word out of the text, a fact that is read out of one text.
instructions: Extract the word, and nothing else, out of the text.
input: {text: string}
output: {word: string}
examples:
  - {input: {text: "word: abc"}, output: {word: abc}}
  - {input: {text: "word: d"}, output: {word: d}}
"""

    @pytest.fixture(autouse=True)
    def _elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("shout.yaml").write_text(self.SPEC, encoding="utf-8")

    def output(self) -> str:
        result = CliRunner().invoke(app, ["compile", "shout.yaml", "--effort", "none"])
        return " ".join(result.output.split())

    def test_it_prints_one_line_with_template_score_reason_and_the_way_on(self) -> None:
        text = self.output()
        assert text.count("offered ") == 1
        assert "offered extractor 0." in text
        assert "compiled-ai templates show extractor" in text

    def test_a_broken_template_of_the_users_stops_nothing(self) -> None:
        folder = Path("templates") / "broken"
        folder.mkdir(parents=True)
        (folder / "template.yaml").write_text("name: broken\n", encoding="utf-8")
        text = self.output()
        assert "only built-in templates are offered: " in text
        assert "offered extractor 0." in text
