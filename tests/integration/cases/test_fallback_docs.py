"""The page about fallbacks against the code: its examples run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiled_ai.cases import CaseLog, NewCase, cases_path
from compiled_ai.spec import parse_spec

PAGE = (Path(__file__).parents[3] / "docs" / "fallback.md").read_text()


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_example_of_a_spec_is_one() -> None:
    head = "name: demo\ndescription: d\ninstructions: i\ninput: {text: string}\noutput: {amount: decimal}\n"
    cases = 'examples: [{input: {text: "1.50"}, output: {amount: "1.50"}}]\n'
    spec = parse_spec(f"{head}{block('yaml')}{cases}", path=Path("demo.yaml"))
    assert spec.fallback.rungs == ("model", "human")
    assert spec.step_fallbacks["amount"].rungs == ("model", "human")


def test_the_example_in_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with CaseLog(cases_path(Path("workflows"), "loan_band")) as log:
        for value in (1, 2):
            case = NewCase(
                artifact="a1:0", spec="s1:0", input={"n": value}, input_digest=f"i1:{value}", reason="r"
            )
            queued = log.queue(case)
        log.answer(queued, {"x": 1}, by="ada")
    names: dict[str, object] = {}
    exec(block("python"), names)
    assert len(names["waiting"]) == 1  # type: ignore[arg-type]
    assert names["learn"] == [({"n": 2}, {"x": 1})]
    assert len(names["days"]) == 1  # type: ignore[arg-type]
