"""The text of workflow.yaml."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiled_ai.artifact.dsl import dump_workflow, parse_workflow
from compiled_ai.artifact.flow import Do, ForEach, Node, Parallel, Sequence, Switch
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


LOOP = ForEach(id="loop", over="xs", item="x", body=Sequence((Do("a"), Do("b"))), collect={"y": "ys"})
DEEP: Any = functools.reduce(lambda inner, _: [inner], range(40), cast("Any", "a"))
FLOW = Sequence(
    (LOOP, Parallel((Do("c"), Sequence())), Switch(id="s", on="no", cases={"null": Do("d"), "": Sequence()}, otherwise=Do("e")))
)  # fmt: skip


def flowing(flow: Node = FLOW) -> Workflow:
    step = replace(told("x").steps[0], kind="code", instructions="")
    return replace(told("x"), steps=tuple(replace(step, id=name) for name in "abcde"), flow=flow)


def test_a_flow_comes_back() -> None:
    text = dump_workflow(flowing())
    assert parse_workflow(text, path=PATH) == flowing()
    assert "flow:" in text


def test_steps_that_follow_each_other_leave_no_trace_of_a_flow() -> None:
    text = dump_workflow(flowing(Sequence()))
    assert not {"flow", "retries", "timeout_seconds"} & set(re.findall(r"\w+", text))


def test_retries_and_timeout_come_back() -> None:
    step = replace(flowing().steps[0], retries=3, timeout_seconds=2.5)
    workflow = replace(flowing(), steps=(step, *flowing().steps[1:]))
    assert parse_workflow(dump_workflow(workflow), path=PATH) == workflow


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda flow: flow[0]["foreach"].pop("over"), "a foreach of the flow lacks 'over'", id="lacks a key"),
        pytest.param(lambda flow: flow[0]["foreach"].update(more=1), "unknown key 'more'", id="unknown key"),
        pytest.param(lambda flow: flow[0]["foreach"].update(item=3), "'item' of a foreach", id="item is a number"),
        pytest.param(lambda flow: flow[0]["foreach"].update(steps=["z"]), "'z', which is not among the steps", id="unknown step"),
        pytest.param(lambda flow: flow[0]["foreach"].update(collect=[]), "not a mapping", id="collect is a list"),
        pytest.param(lambda flow: flow[0]["foreach"].update(collect={"y": None}), "not a text", id="collects into nothing"),
        pytest.param(lambda flow: flow[0].update(more=1), "a part of the flow is", id="two blocks in one"),
        pytest.param(lambda flow: flow[1].update(parallel="c"), "no list of branches", id="parallel is a text"),
        pytest.param(lambda flow: flow[2]["switch"].update(cases={1: "d"}), "Input should be", id="key is a number"),
        pytest.param(lambda flow: flow[2]["switch"].pop("otherwise"), "does not name the step 'e'", id="step left out"),
        pytest.param(lambda flow: flow.append("a"), "twice, or in another order", id="step named twice"),
        pytest.param(lambda flow: flow.reverse(), "twice, or in another order", id="other order"),
        pytest.param(lambda flow: flow.append(None), "a part of the flow is None", id="nothing"),
        pytest.param(lambda flow: flow.append(DEEP), "nested deeper than", id="deep"),
    ],
)  # fmt: skip
def test_a_tampered_flow_is_refused(change: Callable[[Any], None], words: str) -> None:
    document = yaml.safe_load(dump_workflow(flowing()))
    change(document["flow"])
    with pytest.raises(
        TamperedArtifactError, match=rf"workflow.yaml is not a workflow: .*{words}.*Recompile"
    ):
        parse_workflow(yaml.safe_dump(document), path=PATH)


@pytest.mark.parametrize("flow", ["3", "'a'", "{}", "{do: a}", "&x [*x]", "[" * 2_000 + "]" * 2_000])
def test_what_is_no_flow_is_refused(flow: str) -> None:
    text = re.sub(r"(?ms)^flow:.*?^returns", lambda _: f"flow: {flow}\nreturns", dump_workflow(flowing()))
    with pytest.raises(TamperedArtifactError):
        parse_workflow(text, path=PATH)
