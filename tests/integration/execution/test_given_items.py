"""A bounded step inside of `foreach`: cases and callers may give each item an output of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.errors import InputError, OperatorError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.explain import Trace
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import parse_spec

SPEC = """
name: moods
description: Judge the tone of each text.
instructions: Judge the tone of each text, and whether there are many.
input: {texts: "string[]", count: integer}
output: {moods: "string[]", size: [few, many]}
steps:
  - foreach:
      id: each
      over: texts
      item: text
      steps:
        - {id: tone, kind: bounded, instructions: Judge., takes: [text], output: {mood: string}}
      collect: {mood: moods}
  - id: size_of
    kind: rule
    rules:
      - {when: count < 3, then: {size: few}}
      - {otherwise: {size: many}}
examples:
  - {input: {texts: [a, b], count: 2}, given: {"tone[0]": {mood: calm}, "tone[1]": {mood: angry}}, output: {moods: [calm, angry], size: few}}
  - {input: {texts: [a, b, c], count: 3}, given: {tone: {mood: calm}, "tone[2]": {mood: sad}}, output: {moods: [calm, calm, sad], size: many}}
  - {input: {texts: [], count: 0}, given: {tone: {mood: calm}}, output: {moods: [], size: few}}
"""
CALM: dict[str, Any] = {"mood": "calm"}
SAD: dict[str, Any] = {"mood": "sad"}
DATA: dict[str, Any] = {"texts": ["x", "y"], "count": 2}


@pytest.fixture(scope="module")
def moods(tmp_path_factory: pytest.TempPathFactory) -> LoadedWorkflow:
    """Compiled, so its cases, which give items, passed in the jail too."""
    store = Store(tmp_path_factory.mktemp("store"))
    compile_spec(
        parse_spec(SPEC, path=Path("moods.yaml")),
        from_function(lambda _: "", model="none"),
        CompileOptions(store=store),
    )
    return LoadedWorkflow(load_artifact(store.find("moods")))


@pytest.mark.parametrize("watched", [False, True], ids=["plain", "watched"])
def test_an_item_has_what_is_given_for_it_and_else_what_is_given_for_all(
    watched: bool, moods: LoadedWorkflow
) -> None:
    trace = Trace(path="activities.py") if watched else None
    output = moods.run(DATA, given={"tone": CALM, "tone[1]": SAD}, trace=trace).output
    assert output == {"moods": ["calm", "sad"], "size": "few"}
    if trace:
        assert [(step.place, step.how) for step in trace.steps[:2]] == [
            ("tone[0]", "given"),
            ("tone[1]", "given"),
        ]


def test_an_item_without_anything_asks_the_model(moods: LoadedWorkflow) -> None:
    with pytest.raises(OperatorError, match="asks a model at run time"):
        moods.run(DATA, given={"tone[0]": CALM})


def test_one_step_alone_takes_what_is_given_for_its_item(moods: LoadedWorkflow) -> None:
    given = {"tone": CALM, "tone[1]": SAD}
    outputs = [moods.run_step("tone", {"text": "x"}, given=given, items=(item,)).output for item in (0, 1)]
    assert outputs == [CALM, SAD]


@pytest.mark.parametrize(
    ("key", "output", "message"),
    [
        ("tone[x]", CALM, "given.tone: an item of 'tone' is named by 1 whole number"),
        ("tone[0][0]", CALM, "given.tone: an item of 'tone' is named by 1 whole number"),
        ("tone[0]", {"mood": 3}, r"given.tone\[0\].mood"),
    ],
)
def test_what_fits_no_item_is_refused(
    key: str, output: dict[str, Any], message: str, moods: LoadedWorkflow
) -> None:
    with pytest.raises(InputError, match=message):
        moods.run(DATA, given={key: output})
