"""Tasks compiled by the systems: what a preparation tells, what it cost, and that nothing is paid twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from compiled_ai.bench.model import Task
from compiled_ai.bench.systems.asking import Asking
from compiled_ai.bench.systems.building import NOTE, Building
from compiled_ai.bench.systems.compiled import CompiledSystem
from compiled_ai.bench.systems.direct import DirectSystem
from compiled_ai.bench.systems.options import Effort
from compiled_ai.errors import ModelCallError, OperatorError
from compiled_ai.llm import Request, from_function
from compiled_ai.spec.canonical import JsonObject

SPEC: JsonObject = {
    "name": "vowels",
    "version": "1.0.0",
    "description": "Mark a word.",
    "instructions": "The word with every second letter in capitals, told backwards. Decline words of one letter.",
    "input": {"word": "string"},
    "output": {"marked": "string"},
    "examples": [
        {"input": {"word": "abcd"}, "output": {"marked": "DcBa"}},
        {"input": {"word": "a"}, "abstain": True},
    ],
    "tests": [
        {"input": {"word": "kiwi"}, "output": {"marked": "IwIk"}},
        {"input": {"word": "x"}, "abstain": True},
    ],
    "limits": {"tokens": 50_000},
}
GOOD = '''def vowels(data: VowelsInput) -> VowelsOutput:
    """The word with every second letter in capitals, told backwards."""
    word = data["word"]
    if len(word) < 2:
        abstain("a word of one letter")
    marked = [letter.upper() if index % 2 else letter for index, letter in enumerate(word)]
    return {"marked": "".join(reversed(marked))}
'''
BAD = '''def vowels(data: VowelsInput) -> VowelsOutput:
    """The word itself, which is wrong."""
    word = data["word"]
    if len(word) < 2:
        abstain("a word of one letter")
    return {"marked": word}
'''
TASK = Task(
    task_id="mark.word",
    instructions="Mark a word.",
    output_schema={"type": "object", "required": ["marked"], "properties": {"marked": {"type": "string"}}},
    spec=yaml.safe_dump(SPEC, sort_keys=False),
)


class Desk:
    """A model that gives texts in turn and counts what it was asked."""

    def __init__(self, *replies: str | Exception) -> None:
        self.replies = replies
        self.requests: list[Request] = []

    def reply(self, request: Request) -> str:
        self.requests.append(request)
        found = self.replies[min(len(self.requests), len(self.replies)) - 1]
        if isinstance(found, Exception):
            raise found
        return found


def system(
    folder: Path,
    desk: Desk,
    *,
    name: str = "compiled",
    effort: Effort = "low",
    fallback: DirectSystem | None = None,
) -> CompiledSystem:
    building = Building(root=folder, name=name, effort=effort, system="made-up:0123456789")
    return CompiledSystem(
        building,
        lambda _: Asking(from_function(desk.reply), by_hand=False),
        name=name,
        identity={"system": name},
        fallback=fallback,
    )


def fenced(code: str) -> str:
    return f"```python\n{code}```\n"


def stages(attempt: object) -> Sequence[str]:
    assert isinstance(attempt, dict)
    return [f"{stage['stage']} {stage['passed']}" for stage in attempt["stages"]]


def test_compilation_tells_its_attempts_and_answers_without_a_model(tmp_path: Path) -> None:
    desk = Desk(fenced(BAD), fenced(GOOD))
    made = system(tmp_path, desk)
    prepared = made.prepare(TASK)
    assert prepared.problem == ""
    assert prepared.details["rung"] == "model"
    attempts = prepared.details["attempts"]
    assert isinstance(attempts, list)
    coders = [item for item in attempts if isinstance(item, dict) and item["by"] == "coder"]
    assert stages(coders[0])[-1].endswith("False")
    assert stages(coders[1]) == ["security True", "syntax True", "execution True", "accuracy True"]
    assert sum(int(str(item["tokens"])) for item in coders) == sum(
        call.input_tokens + call.output_tokens for call in prepared.calls
    )
    assert "def vowels" in str(prepared.details["code"])
    assert (tmp_path / str(prepared.details["artifact"]) / "manifest.json").is_file()
    asked = len(desk.requests)
    answer = made.answer(TASK, {"word": "melon"}, None)
    assert (answer.output, answer.served_by, answer.cold) == ({"marked": "nOlEm"}, "compiled", True)
    assert 0 < answer.seconds < 1
    declined = made.answer(TASK, {"word": "m"}, None)
    assert (declined.declined, declined.reason, declined.cold) == (True, "a word of one letter", False)
    wrong = made.answer(TASK, {"wort": "m"}, None)
    assert (wrong.error, wrong.declined) == ("InputError", False)
    assert len(desk.requests) == asked
    check_nothing_is_paid_twice(tmp_path, made)


def check_nothing_is_paid_twice(folder: Path, made: CompiledSystem) -> None:
    """With the memory beside the artifact, and also without it, the first cost is told again and no model is asked."""
    first = made.prepare(TASK)
    nobody = Desk(AssertionError("asked again"))
    assert system(folder, nobody).prepare(TASK) == first
    other = system(folder, nobody)
    assert other.restore(TASK, first)
    assert other.answer(TASK, {"word": "ab"}, None).output == {"marked": "Ba"}
    (note,) = folder.rglob(NOTE)
    note.write_text("torn")
    after = system(folder, nobody).prepare(TASK)
    assert (after.identity, after.details["rung"]) == (first.identity, "model")
    assert [call.input_tokens for call in after.calls] == [call.input_tokens for call in first.calls]
    artifact = folder / str(first.details["artifact"])
    (artifact / "activities.py").write_text("changed")
    assert "changed after validation" in system(folder, nobody).prepare(TASK).problem
    assert not system(folder, nobody).restore(TASK, first)


def test_failed_compilation_is_a_problem_with_its_cost_and_is_not_tried_again(tmp_path: Path) -> None:
    desk = Desk(fenced(BAD))
    prepared = system(tmp_path, desk).prepare(TASK)
    assert "was not compiled" in prepared.problem
    assert prepared.calls
    assert "def vowels" in str(prepared.details["code"])
    again = system(tmp_path, Desk(AssertionError("asked again"))).prepare(TASK)
    assert again == prepared


def test_call_that_fails_is_a_problem_that_another_run_may_not_have(tmp_path: Path) -> None:
    prepared = system(tmp_path, Desk(ModelCallError("refused", retryable=True))).prepare(TASK)
    assert prepared.problem == "ModelCallError: refused"
    assert [call.error for call in prepared.calls] == ["ModelCallError"]
    assert not list(tmp_path.rglob(NOTE))


def test_operator_error_is_raised(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no key"):
        system(tmp_path, Desk(OperatorError("no key"))).prepare(TASK)


def test_code_of_the_synthesis_does_not_stand_in_for_a_model_without_a_key(tmp_path: Path) -> None:
    copied = {
        **SPEC,
        "name": "copied",
        "instructions": "The word as it is.",
        "output": {"word": "string"},
        "examples": [{"input": {"word": word}, "output": {"word": word}} for word in ("ab", "c")],
        "tests": [{"input": {"word": word}, "output": {"word": word}} for word in ("kiwi", "x y")],
    }
    task = replace(TASK, spec=yaml.safe_dump(copied))
    with pytest.raises(OperatorError, match="no key"):
        system(tmp_path, Desk(OperatorError("no key"))).prepare(task)
    assert not list(tmp_path.rglob("manifest.json"))
    kept = system(tmp_path, Desk("no code at all")).prepare(task)
    assert (kept.problem, kept.details["rung"]) == ("", "synthesis")
    assert kept.calls


def test_fallback_answers_what_code_declines(tmp_path: Path) -> None:
    reply = json.dumps({"answer": {"marked": "?"}, "decline_reason": ""})
    direct = DirectSystem(
        Asking(from_function(lambda _: reply), by_hand=False), identity={"system": "direct"}
    )
    made = system(tmp_path, Desk(fenced(GOOD)), fallback=direct)
    prepared = made.prepare(TASK)
    assert prepared.identity.startswith("bench-fallback1:")
    assert made.answer(TASK, {"word": "ab"}, None).served_by == "compiled"
    answer = made.answer(TASK, {"word": "a"}, None)
    assert (answer.output, answer.served_by, len(answer.calls)) == ({"marked": "?"}, "model", 1)
    assert answer.trace["compiled_declined"] == "a word of one letter"
