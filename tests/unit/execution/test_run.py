"""Runs: answers, abstentions, errors, and the same again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep
from compiled_ai.errors import ActivityError, CompiledAIError, OutputError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

Build = Callable[..., LoadedWorkflow]
BAND = """
from compiled_ai.modules import abstain

_BANDS = {"low": {"name": "low", "tags": ["cheap"]}}


def run(data):
    if data["n"] < 0:
        abstain("negative")
    if data["n"] == 0:
        return _BANDS["low"]
    return {"name": "high", "tags": [str(100 / (data["n"] - 7))]}
"""
BAND_IO: dict[str, JsonObject] = {"takes": {"n": "integer"}, "gives": {"name": "string", "tags": "string[]"}}


def test_an_answer_says_who_served_it(build: Build) -> None:
    result = build(BAND, **BAND_IO).run({"n": 8})
    assert (result.output, result.served_by, result.reason) == (
        {"name": "high", "tags": ["100.0"]},
        "compiled",
        "",
    )
    assert not result.abstained
    assert result.seconds > 0
    assert (result.tokens, result.cost_usd, result.input_digest) == (0, Decimal(0), None)


def test_an_abstention_has_a_reason_and_no_output(build: Build) -> None:
    result = build(BAND, **BAND_IO).run({"n": -1})
    assert (result.output, result.served_by, result.reason) == (None, "nobody", "negative")
    assert result.abstained


def test_an_error_in_code_names_its_line(build: Build) -> None:
    with pytest.raises(ActivityError) as caught:
        build(BAND, **BAND_IO).run({"n": 7})
    assert str(caught.value) == (
        "probe failed at line 12 of activities.py: ZeroDivisionError: division by zero. "
        "Add this input to the spec's examples and recompile."
    )
    assert caught.value.step == "run"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_error_below_a_helper_names_the_innermost_line_of_ours_and_the_step(build: Build) -> None:
    code = "import json\n\ndef helper(text):\n    return json.loads(text)\n\ndef run(data):\n    return helper(data['value'])\n"
    with pytest.raises(ActivityError, match=r"line 4 of activities\.py: JSONDecodeError") as caught:
        build(code).run({"value": "{"})
    assert caught.value.step == "run"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return run(data)", "line 2 of activities.py: RecursionError"),
        ("return data['nothing']", "KeyError: 'nothing'"),
        ("return next(iter([]))", "StopIteration"),
        ("return int('x' * 100000)", "ValueError: invalid literal"),
        ("return {}[data['value'] * 100000]", "KeyError: '"),
        ("return [0] * (1 << 60)", "MemoryError"),
        ("return '\\ud800'.encode()", "UnicodeEncodeError"),
        ("return undefined", "NameError"),
        ("return open('/etc/passwd')", "NameError: name 'open' is not defined"),
    ],
)
def test_whatever_code_raises_becomes_one_of_our_errors(body: str, words: str, build: Build) -> None:
    with pytest.raises(ActivityError) as caught:
        build(f"def run(data):\n    {body}\n").run({"value": "x"})
    assert words in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_recursion_error_leaves_the_workflow_usable(build: Build) -> None:
    workflow = build("def run(data):\n    return run(data) if data['value'] else {'value': 1}\n")
    for _ in range(3):
        with pytest.raises(ActivityError, match="RecursionError"):
            workflow.run({"value": 1})
        assert workflow.run({"value": 0}).output == {"value": 1}
    assert sys.getrecursionlimit() > 100


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("{'name': 1, 'tags': []}", 'output.name: 1 is not of type "string"'),
        ("{'tags': []}", "output: the field 'name' is missing"),
        ("{'name': 'a', 'tags': [], 'x': 1}", "output: unknown field 'x'"),
        ("{'name': 'a', 'tags': ('b',)}", "output.tags: not JSON data: a value of type tuple"),
        ("{'name': 'a', 'tags': {'b'}}", "output.tags: not JSON data: a value of type set"),
        ("None", "output: null is not of type"),
        ("[]", "output: [] is not of type"),
        ("'text'", "output: "),
        ("map(str, [1])", "output: not JSON data: a value of type map"),
        ("run", "output: not JSON data: a value of type function"),
    ],
)
def test_an_output_that_the_schema_forbids_is_told(output: str, words: str, build: Build) -> None:
    with pytest.raises(OutputError) as caught:
        build(f"def run(data):\n    return {output}\n", **BAND_IO).run({"n": 1})
    assert str(caught.value).startswith(f"probe returned an output that its schema forbids: {words}")
    assert caught.value.step == "run"


@pytest.mark.parametrize(
    "value",
    [
        "1e308 * 10",
        "float('nan')",
        "{1}",
        "b''",
        "10 ** 5000",
        "(1,)",
        "1j",
        "{1: 2}",
        "iter([])",
        "int",
        "chr(0xD800)",
    ],
)
def test_an_output_that_json_cannot_carry_is_told_where_the_schema_allows_anything(
    value: str, build: Build
) -> None:
    code = f"def run(data):\n    return {{'value': [{value}]}}\n"
    for compliance in ((), ("audit_trail",)):
        with pytest.raises(OutputError, match=r"output\.value\[0\]"):
            build(code, compliance=compliance).run({"value": 1})


def test_a_result_that_is_changed_does_not_change_the_next(build: Build) -> None:
    workflow = build(BAND, **BAND_IO)
    first = workflow.run({"n": 0}).output
    assert first is not None
    first["name"] = "changed"
    tags: Any = first["tags"]
    tags.append("changed")
    assert workflow.run({"n": 0}).output == {"name": "low", "tags": ["cheap"]}


def test_runs_repeat(build: Build) -> None:
    workflow = build(BAND, **BAND_IO)
    results = [replace(workflow.run({"n": 3}), seconds=0.0) for _ in range(100)]
    assert all(result == results[0] for result in results)


def outcome(workflow: LoadedWorkflow, number: int) -> object:
    try:
        return replace(workflow.run({"n": number}), seconds=0.0)
    except CompiledAIError as error:
        return str(error)


def test_threads_get_the_same_results_as_one(build: Build) -> None:
    workflow = build(BAND, **BAND_IO)
    numbers = [number % 23 - 3 for number in range(2_000)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda number: outcome(workflow, number), numbers))
    assert together == [outcome(workflow, number) for number in numbers]


def step(name: str, takes: str, **output: str) -> PlannedStep:
    return PlannedStep(
        id=name, kind="code", takes=tuple(takes.split()), output_schema=expand_object({**output})
    )


CHAIN = """
from compiled_ai.modules import abstain


def parse(data):
    return {"number": int(data["text"]), "seen": sorted(data)}


def judge(data):
    if data["number"] < 0:
        abstain("negative")
    return {"answer": data["number"] / data["by"] if "by" in data else -1.0, "seen_too": sorted(data)}
"""
CHAIN_STEPS = (
    step("parse", "text", number="integer", seen="string[]"),
    step("judge", "number by", answer="number", seen_too="string[]"),
)
CHAIN_IO: dict[str, Any] = {
    "steps": CHAIN_STEPS,
    "takes": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}, "by": {"type": "integer"}},
        "additionalProperties": False,
    },
    "gives": {"answer": "number", "seen": "string[]", "seen_too": "string[]"},
}


def test_steps_pass_their_fields_on_and_see_what_they_take(build: Build) -> None:
    result = build(CHAIN, **CHAIN_IO).run({"text": "8", "by": 2})
    assert result.output == {"answer": 4.0, "seen": ["text"], "seen_too": ["by", "number"]}
    assert result.served_by == "compiled"


def test_an_optional_field_that_is_not_there_is_not_passed(build: Build) -> None:
    output = build(CHAIN, **CHAIN_IO).run({"text": "8"}).output
    assert output == {"answer": -1.0, "seen": ["text"], "seen_too": ["number"]}


@pytest.mark.parametrize(("text", "name"), [("x", "parse"), ("8", "judge")])
def test_an_error_names_the_step(text: str, name: str, build: Build) -> None:
    with pytest.raises(ActivityError, match="failed at line") as caught:
        build(CHAIN, **CHAIN_IO).run({"text": text, "by": 0})
    assert caught.value.step == name


def test_a_step_may_abstain(build: Build) -> None:
    assert build(CHAIN, **CHAIN_IO).run({"text": "-8", "by": 2}).reason == "negative"


def test_a_step_that_returns_no_object_is_told(build: Build) -> None:
    code = CHAIN.replace('return {"number": int(data["text"]), "seen": sorted(data)}', "return 5")
    with pytest.raises(ActivityError, match="TypeError"):
        build(code, **CHAIN_IO).run({"text": "8"})


def test_an_audit_trail_gives_the_digest_of_the_input(build: Build) -> None:
    code = "def run(data):\n    return {'value': 1}\n"
    workflow = build(code, takes={"a": "any", "b": "any"}, compliance=["audit_trail"])
    inputs: list[JsonObject] = [
        {"a": 1, "b": {"x": 1, "y": 2}},
        {"b": {"y": 2, "x": 1}, "a": 1},
        {"a": 1, "b": {"x": 1, "y": 3}},
    ]
    first, reordered, changed = (workflow.run(data).input_digest for data in inputs)
    assert first == reordered != changed
    assert str(first).startswith("i1:")


def test_an_audit_trail_has_the_digest_of_the_input_as_it_came(build: Build) -> None:
    plain = "def run(data):\n    return {'value': 1}\n"
    changing = "def run(data):\n    data['value'].append(1)\n    return {'value': 1}\n"
    digests = {
        build(code, compliance=["audit_trail"]).run({"value": [0]}).input_digest for code in (plain, changing)
    }
    assert len(digests) == 1


def test_an_abstention_has_a_digest_too(build: Build) -> None:
    workflow = build(BAND, **BAND_IO, compliance=["audit_trail"])
    assert workflow.run({"n": -1}).input_digest == workflow.run({"n": -1}).input_digest is not None
