"""Compiled systems without a compilation: outputs as calls, and tasks that cannot be compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.model import Form, Task, Tool
from compiled_ai.bench.systems import compiled, synthesis
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.execution import Result
from compiled_ai.spec.canonical import JsonObject

ONE: JsonObject = {"name": "add", "arguments": {"a": 1}}


def task(*tools: str, form: Form = "calls", spec: str | None = None) -> Task:
    return Task(
        task_id="t",
        instructions="",
        output_schema={},
        form=form,
        tools=tuple(Tool(name=name, description="", parameters={"type": "object"}) for name in tools),
        spec=spec,
    )


@pytest.mark.parametrize(
    ("tools", "output", "expected"),
    [
        pytest.param(["add"], {"a": 1}, {"calls": [ONE]}, id="arguments of the one tool"),
        pytest.param(["add", "sub"], ONE, {"calls": [ONE]}, id="name and arguments"),
        pytest.param(["add"], {"calls": [ONE, ONE]}, {"calls": [ONE, ONE]}, id="the list itself"),
        pytest.param(
            ["add"],
            {"name": "Ada", "arguments": "x"},
            {"calls": [{"name": "add", "arguments": {"name": "Ada", "arguments": "x"}}]},
            id="a tool whose parameters are called so",
        ),
    ],
)
def test_output_of_code_becomes_a_list_of_calls(
    tools: list[str], output: JsonObject, expected: JsonObject
) -> None:
    assert compiled.as_calls(task(*tools), output) == expected


def test_code_that_calls_nothing_declines() -> None:
    answer = compiled.answer_of(task("add", "sub"), Result({"calls": []}, "compiled", "", 0.0))
    assert (answer.declined, answer.output, answer.served_by) == (True, None, "nobody")


def test_answer_of_a_bounded_step_is_a_models() -> None:
    answer = compiled.answer_of(task(form="object"), Result({"a": 1}, "bounded", "", 0.0))
    assert (answer.output, answer.served_by) == ({"a": 1}, "model")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(task(), "no spec", id="no spec"),
        pytest.param(task(spec="name: [unclosed"), "its spec cannot be used", id="no YAML"),
        pytest.param(task(spec="name: a\n"), "its spec cannot be used", id="half a spec"),
        pytest.param(task(form="dialogue"), "dialogues are not compiled", id="dialogue"),
    ],
)
def test_task_that_cannot_be_compiled_says_why(tmp_path: Path, asked: Task, words: str) -> None:
    system = synthesis.make(SystemOptions(folder=tmp_path))
    prepared = system.prepare(asked)
    assert words in prepared.problem
    assert prepared.calls == ()
    system.close()


def test_identity_tells_systems_and_efforts_apart(tmp_path: Path) -> None:
    low, high = (SystemOptions(folder=tmp_path, effort=effort) for effort in ("low", "high"))
    found = [
        compiled.make(low).identity,
        compiled.make(high).identity,
        compiled.make_with_fallback(low).identity,
        synthesis.make(low).identity,
    ]
    assert len({str(identity) for identity in found}) == 4
    assert compiled.make(low).identity == found[0]
    assert synthesis.make(high).identity == found[3]


def test_preparation_that_failed_is_taken_up_as_it_is(tmp_path: Path) -> None:
    system = synthesis.make(SystemOptions(folder=tmp_path))
    prepared = system.prepare(task())
    assert system.restore(task(), prepared)
