"""The tester agent: invents cases from the task alone, before any code exists.

What it invents may be wrong, so a second call answers the bare inputs, without seeing the expected outputs; only cases on which both agree are
kept. Some of them drive repair, the others stay hidden and only measure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compiled_ai.errors import ModelReplyError
from compiled_ai.factory.materials import about
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.factory.prompts import solver_prompt, tester_prompt
from compiled_ai.llm import LlmClient
from compiled_ai.scoring.scores import judge
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy, Brief
from compiled_ai.spec.schema import Checker

_HIDDEN_OF_THREE = 3
"""Every third invented case stays hidden."""


def _list_schema(key: str, properties: JsonObject) -> JsonObject:
    item: JsonObject = {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key],
        "properties": {key: {"type": "array", "items": item}},
    }


_OBJECT: JsonObject = {"type": "object", "additionalProperties": True}
"""Open outright: where nothing is said, providers take an object without named properties for an empty one."""
_OUTPUT: JsonObject = {"anyOf": [_OBJECT, {"type": "null"}]}
_CASES = _list_schema("cases", {"input": _OBJECT, "output": _OUTPUT})
_ANSWERS = _list_schema("answers", {"number": {"type": "integer"}, "output": _OUTPUT})
"""Loose on purpose: a case that does not fit the task's own schemas is dropped alone, not the whole reply."""


@dataclass(frozen=True, kw_only=True)
class InventedCases:
    """Cases that a model made up, checked for consistency."""

    driving: tuple[VisibleCase, ...] = ()
    """Their failures may be shown to the coder."""
    hidden: tuple[HiddenCase, ...] = ()
    """They only measure."""
    dropped: int = 0
    """Cases left out: malformed, repeated, contradicting the examples, or answered in another way the second time."""

    def __len__(self) -> int:
        return len(self.driving) + len(self.hidden)

    def joined(self, other: InventedCases) -> InventedCases:
        """Both together."""
        return InventedCases(
            driving=(*self.driving, *other.driving),
            hidden=(*self.hidden, *other.hidden),
            dropped=self.dropped + other.dropped,
        )


def invent_cases(
    brief: Brief,
    client: LlmClient,
    accuracy: Accuracy,
    *,
    count: int,
    number: int = 1,
    known: Sequence[JsonObject] = (),
) -> InventedCases:
    """At most `count` new cases for the task of `brief`, in the round `number`; `known` are inputs that exist already.

    None at all when the model's replies cannot be used: invented cases help, nothing depends on them.

    Raises:
        BudgetExceededError: the tokens are spent.
        ModelCallError: a call failed.
    """
    try:
        proposed = client.ask_object(
            read_prompt("tester").text,
            about(brief, tester_prompt(brief, count=count, known=known), inputs=known),
            schema=_CASES,
            role="tester",
            attempt=number,
        )
        cases, dropped = _usable(_rows(proposed, "cases"), brief, known)
        cases, dropped = cases[:count], dropped + len(cases[count:])
        if not cases:
            return InventedCases(dropped=dropped)
        answers = client.ask_object(
            read_prompt("solver").text,
            about(
                brief,
                solver_prompt(brief, [case.input for case in cases]),
                inputs=[case.input for case in cases],
            ),
            schema=_ANSWERS,
            role="solver",
            attempt=number,
        )
    except ModelReplyError:
        return InventedCases()
    agreed = _agreed(cases, _rows(answers, "answers"), accuracy)
    return _split(agreed, dropped + len(cases) - len(agreed), number)


def _rows(reply: JsonObject, key: str) -> list[JsonObject]:
    rows = reply[key]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def _usable(
    rows: Iterable[JsonObject], brief: Brief, known: Sequence[JsonObject]
) -> tuple[list[VisibleCase], int]:
    """The well-formed new cases among `rows`, and how many are not."""
    inputs, outputs = Checker(brief.input_schema), Checker(brief.output_schema)
    seen = {canonical_json(value) for value in (*known, *(case.input for case in brief.examples))}
    cases, dropped = [], 0
    for row in rows:
        given, expected = row["input"], row["output"]
        assert isinstance(given, dict)
        fits = inputs.explain(given) is None and (
            expected is None or (isinstance(expected, dict) and outputs.explain(expected) is None)
        )
        text = canonical_json(given)
        if not fits or text in seen:
            dropped += 1
            continue
        seen.add(text)
        case_id = f"invented-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        output = expected if isinstance(expected, dict) else None
        cases.append(VisibleCase(case_id=case_id, input=given, output=output))
    return cases, dropped


def _agreed(
    cases: Sequence[VisibleCase], answers: Sequence[JsonObject], accuracy: Accuracy
) -> list[VisibleCase]:
    by_number: dict[JsonValue, JsonValue] = {}
    contradicted = {
        answer["number"]
        for answer in answers
        if by_number.setdefault(answer["number"], answer["output"]) != answer["output"]
    }
    return [
        case
        for number, case in enumerate(cases, start=1)
        if number in by_number.keys() - contradicted and _is_same(case, by_number[number], accuracy)
    ]


def _is_same(case: VisibleCase, answer: JsonValue, accuracy: Accuracy) -> bool:
    output = answer if isinstance(answer, dict) else None
    return judge(case, output=output, abstained=output is None, accuracy=accuracy).score == 1.0


def _split(cases: Sequence[VisibleCase], dropped: int, number: int) -> InventedCases:
    ranked = sorted(cases, key=lambda case: case.case_id)
    hidden = tuple(
        HiddenCase(case_id=f"{case.case_id}-{number}", input=case.input, output=case.output)
        for case in ranked[::_HIDDEN_OF_THREE]
    )
    kept = {canonical_json(case.input) for case in hidden}
    driving = tuple(case for case in cases if canonical_json(case.input) not in kept)
    return InventedCases(driving=driving, hidden=hidden, dropped=dropped)
