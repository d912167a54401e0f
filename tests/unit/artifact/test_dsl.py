"""The text of workflow.yaml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiled_ai.artifact.dsl import dump_workflow, parse_workflow
from compiled_ai.artifact.workflow import PlannedStep, StepKind, Workflow
from compiled_ai.errors import ForeignVersionError, TamperedArtifactError
from compiled_ai.spec.canonical import JsonObject

PATH = Path("somewhere/workflow.yaml")

# YAML cannot carry lone surrogates, and no spec holds one.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text(
    " \t\r\n\x0b\x85\u2028\ufeff'\"#:-?|>%@`&*!{}[],0aé\U0001f600\0\x7f", max_size=20
)
words = st.sampled_from(
    [
        "on",
        "no",
        "null",
        "~",
        "=",
        "<<",
        "1e5",
        "0x1F",
        "0o7",
        "1_000",
        "2026-01-31",
        "12:30:45",
        ".inf",
        "- a",
        "",
    ]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | words, inner, max_size=3),
    max_leaves=8,
)
schemas = st.dictionaries(texts | words, values, max_size=4)
kinds: st.SearchStrategy[StepKind] = st.sampled_from(["code", "rule", "bounded"])
steps = st.builds(
    PlannedStep,
    id=texts | words,
    kind=kinds,
    takes=st.lists(texts | words, max_size=3).map(tuple),
    output_schema=schemas,
    instructions=texts,
)
workflows = st.builds(
    Workflow,
    name=texts | words,
    version=texts | words,
    input_schema=schemas,
    output_schema=schemas,
    steps=st.lists(steps, max_size=3).map(tuple),
    returns=st.lists(texts | words, max_size=3).map(tuple),
)


def told(instructions: str) -> Workflow:
    step = PlannedStep(id="ask", kind="bounded", takes=("a",), output_schema={}, instructions=instructions)
    return Workflow(
        name="w", version="1.0.0", input_schema={}, output_schema={}, steps=(step,), returns=("b",)
    )


@given(workflow=workflows)
@example(workflow=told("\n  indented first line\n"))
@example(workflow=told("  indented\nand not\n\n\n"))
@example(workflow=told("trailing blank \nline"))
@example(workflow=told("a\u2028b\n\x85c\n"))
@example(workflow=told("\r\n"))
@example(workflow=told("#\n---\n...\n"))
@settings(max_examples=100, deadline=None)
def test_every_workflow_comes_back_as_it_was_written(workflow: Workflow) -> None:
    assert parse_workflow(dump_workflow(workflow), path=PATH) == workflow


def test_equal_workflows_give_equal_texts() -> None:
    assert dump_workflow(told("one\ntwo")) == dump_workflow(told("one\ntwo"))


@pytest.mark.parametrize("version", ["2", "0", "'1'", "null", "[1]", "1.5"])
def test_another_dsl_version_is_refused_with_the_way_out(version: str) -> None:
    text = dump_workflow(told("x")).replace("dsl: 1", f"dsl: {version}")
    with pytest.raises(ForeignVersionError, match=r"DSL version .* runs version 1\. Recompile") as caught:
        parse_workflow(text, path=PATH)
    assert caught.value.path == PATH


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [", id="broken"),
        pytest.param("", id="empty"),
        pytest.param("- 1", id="a list"),
        pytest.param("dsl: 1", id="keys missing"),
        pytest.param("dsl: 1\nextra: 2026-13-45", id="a date that is none"),
        pytest.param("dsl: 1\nx: !!python/object/apply:os.system ['true']", id="a call"),
        pytest.param("dsl: 1\nx: " + "[" * 5_000, id="nested"),
        pytest.param(
            "dsl: 1\n" + dump_workflow(told("x")).replace("kind: bounded", "kind: other"), id="kind"
        ),
        pytest.param(dump_workflow(told("x")) + "more: 1\n", id="unknown key"),
        pytest.param("\0", id="a zero byte"),
    ],
)
def test_what_is_no_workflow_is_refused_by_its_path(text: str) -> None:
    with pytest.raises(TamperedArtifactError, match=r"workflow\.yaml"):
        parse_workflow(text, path=PATH)


CALL: JsonObject = {
    "effect": "http_request",
    "capabilities": {"hosts": ["api.example.com"]},
    "parameters": {"method": "GET", "url": "https://api.example.com/{a}"},
}


def test_an_effect_step_comes_back_with_its_call() -> None:
    step = PlannedStep(id="ask", kind="effect", takes=("a",), output_schema={}, effect=CALL, when="due")
    workflow = replace(told(""), steps=(step,))
    text = dump_workflow(workflow)
    assert parse_workflow(text, path=PATH) == workflow
    assert "instructions" not in text


def test_a_step_without_an_effect_does_not_mention_one() -> None:
    assert "effect" not in dump_workflow(told("x"))


@pytest.mark.parametrize("call", [None, {}, {**CALL, "capabilities": {}}, {**CALL, "shell": "rm"}])
def test_an_effect_step_without_a_whole_call_is_refused(call: JsonObject | None) -> None:
    step = PlannedStep(id="ask", kind="effect", takes=("a",), output_schema={}, effect=call)
    text = dump_workflow(replace(told(""), steps=(step,)))
    with pytest.raises(TamperedArtifactError, match="step 'ask'"):
        parse_workflow(text, path=PATH)
