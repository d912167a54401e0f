"""The slot coder: a model sets the parameters of a slot-filling activity, and the code is rendered from them.

The synthesis infers the slots from the schema; the model, which knows how people talk, revises cues, kinds, units and wordings, and invents requests
to try them on. It writes no code, so what it says cannot break the rules of code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from pydantic import BaseModel, Field, ValidationError

from compiled_ai.errors import ModelReplyError
from compiled_ai.factory.materials import about
from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.factory.prompts import slots_prompt, slots_repair_prompt
from compiled_ai.factory.synthesis import FUNCTION_CALLS
from compiled_ai.factory.synthesis._call_search import Choice
from compiled_ai.factory.synthesis._call_tune import Trial, trial_cost, tune
from compiled_ai.factory.synthesis.function_call import Program
from compiled_ai.findings import StageName
from compiled_ai.llm import LlmClient
from compiled_ai.modules.slots import Kind, Slot
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import Checker

_WORDING = 60
"""Longest cue or wording, in characters."""
_LONGEST_REQUEST = 600
_KINDS: frozenset[str] = frozenset(get_args(Kind))
_NUMBERS = frozenset(("integer", "number", "money", "duration"))
_OPEN = _KINDS - _NUMBERS - {"boolean", "choice"}
_SHOWN, _AGREED, _OWN = 4.0, 2.0, 1.0
"""Weights of examples of the spec, of cases that a tester and a solver agree on, and of those that the coder made up beside its slots."""
_FAILURES = 12
"""Failing cases that a repair is shown at most."""


class _SlotReply(BaseModel):
    name: str
    kind: str = ""
    cues: list[str] = Field(default_factory=list, max_length=24)
    units: list[str] = Field(default_factory=list, max_length=16)
    choices: dict[str, list[str]] = Field(default_factory=dict)
    style: str = ""


class _CaseReply(BaseModel):
    request: str
    output: dict[str, object] | None = None


class _Reply(BaseModel):
    slots: list[_SlotReply]
    other: list[str] = Field(default_factory=list, max_length=30)
    cases: list[_CaseReply] = Field(default_factory=list, max_length=40)


_WORDS: JsonObject = {"type": "array", "items": {"type": "string"}}
_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["slots"],
    "properties": {
        "slots": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "kind": {"type": "string"},
                    "cues": _WORDS,
                    "units": _WORDS,
                    "choices": {"type": "object", "additionalProperties": _WORDS},
                    "style": {"type": "string"},
                },
            },
        },
        "other": _WORDS,
        "cases": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["request", "output"],
                "properties": {
                    "request": {"type": "string"},
                    "output": {"anyOf": [{"type": "object", "additionalProperties": True}, {"type": "null"}]},
                },
            },
        },
    },
}
"""What a reply must be like; shorter than the one that Pydantic writes, for it is part of the prompt."""


def slots_of(tasks: Sequence[CodeTask], brief: Brief) -> Program | None:
    """The inferred slots of the one task of `tasks`, which is about one function; None where slots do not fit."""
    if len(tasks) != 1:
        return None
    program = FUNCTION_CALLS.program(tasks[0], brief)
    if program is None or len(program.calls.shapes) > 1:  # which function is meant takes more than slots
        return None
    return program if any(choice.table for choice in program.choices.values()) else None


class SlotCoder:
    """Sets the slots of one function with a model, and mends them with what failed.

    Args:
        task: The activity.
        brief: Its spec, without hidden cases.
        program: The slots as they were inferred.
        client: The model.
        cases: Invented cases that the slots are tuned on; none of them is hidden.
    """

    def __init__(
        self,
        task: CodeTask,
        brief: Brief,
        program: Program,
        client: LlmClient,
        cases: Sequence[VisibleCase] = (),
    ) -> None:
        (shape,) = program.calls.shapes
        self._task = task
        self._brief = brief
        self._calls = program.calls
        self._name = shape.name
        self._client = client
        self.body = ""
        """The code as it stands; empty before the first reply."""
        self.problem = ""
        """Always empty: a reply that cannot be used changes nothing."""
        self._inferred = self._choice = program.choices[shape.name]
        self._trials = [
            *self._trials_of(brief.examples, _SHOWN),
            *self._trials_of(cases, _AGREED),
        ]

    def learn(self, cases: Sequence[VisibleCase]) -> None:
        """Take further invented cases into account, from the next reply on."""
        known = {trial.request for trial in self._trials}
        self._trials += [trial for trial in self._trials_of(cases, _AGREED) if trial.request not in known]

    def write(self) -> str:
        """The body with the slots as the model revises them; with them as they are when its reply cannot be used.

        Raises:
            BudgetExceededError: the tokens are spent.
            ModelCallError: the call failed.
        """
        return self._revise(slots_prompt(self._brief, self._inferred.table), [], attempt=1)

    def mend(self, feedback: str = "", *, attempt: int, stage: StageName = "accuracy") -> str:  # noqa: ARG002 - what the coder of texts takes
        """The body after the model saw which cases fail; it is not asked where tuning alone mends them all.

        Raises:
            BudgetExceededError: the tokens are spent.
            ModelCallError: the call failed.
        """
        self._choice = tune([self._choice, self._inferred], self._trials)
        failing = [trial for trial in self._trials if trial_cost(self._choice, trial) > 0]
        if not failing:
            return self._body()
        rows = [self._failure(trial) for trial in failing[:_FAILURES]]
        prompt = slots_repair_prompt(self._brief, self._choice.table, self._choice.decline, rows)
        requests: list[JsonObject] = [{"request": request} for request, *_ in rows]
        return self._revise(prompt, requests, attempt=attempt)

    def _revise(self, prompt: str, inputs: Sequence[JsonObject], *, attempt: int) -> str:
        starts = [self._choice, self._inferred]
        try:
            raw = self._client.ask_object(
                read_prompt("slot_coder").text,
                about(self._brief, prompt, tasks=[self._task], inputs=inputs),
                schema=_SCHEMA,
                role="coder",
                attempt=attempt,
            )
            reply = _Reply.model_validate(raw)
            revised = _revised(self._choice, reply)
            joined = _joined(self._choice, revised)
            starts = [joined, revised, *(replace(choice, decline=revised.decline) for choice in starts)]
            self._take(reply.cases)
        except (ModelReplyError, ValidationError):
            pass
        self._choice = tune(starts, self._trials)
        return self._body()

    def _body(self) -> str:
        program = Program(self._calls, {self._name: self._choice}, None)
        self.body = program.candidate(self._task, self._brief).body
        return self.body

    def _trials_of(self, cases: Sequence[VisibleCase], weight: float) -> list[Trial]:
        trials = []
        for case in cases:
            request = str(case.input[self._calls.request])
            arguments = None if case.output is None else self._calls.arguments_of(case)
            is_binding = weight == _SHOWN
            trials.append(Trial(request=request, arguments=arguments, weight=weight, is_binding=is_binding))
        return trials

    def _take(self, rows: Sequence[_CaseReply]) -> None:
        """Keep the well-formed cases of a reply that are new."""
        checker = Checker(self._brief.output_schema)
        known = {trial.request for trial in self._trials}
        for row in rows:
            output: JsonObject | None = row.output  # type: ignore[assignment]  # it was JSON
            if row.request in known or not 0 < len(row.request) <= _LONGEST_REQUEST:
                continue
            if output is None or checker.explain(output) is None:
                case = VisibleCase(case_id="", input={self._calls.request: row.request}, output=output)
                self._trials += self._trials_of([case], _OWN)
                known.add(row.request)

    def _failure(self, trial: Trial) -> tuple[str, JsonObject | None, JsonObject | None, str]:
        """A request, its right answer, what the slots give, and why they decline."""
        is_answered, given = self._choice.attempt(trial.request)
        reason = "" if is_answered else self._choice.reason(trial.request)
        return trial.request, trial.arguments, given if is_answered else None, reason


def _revised(choice: Choice, reply: _Reply) -> Choice:
    by_name = {slot.name: slot for slot in reply.slots}
    slots = tuple(
        slot if slot is None or (new := by_name.get(slot.name)) is None else _revised_slot(slot, new)
        for slot in choice.slots
    )
    return replace(choice, slots=slots, decline=_clean(reply.other) or choice.decline)


def _revised_slot(slot: Slot, new: _SlotReply) -> Slot:
    """`slot` with what the model says, as far as the parameter's type allows it."""
    kind = next(
        (kind for kind in get_args(Kind) if kind == new.kind and _may_become(slot.kind, kind)), slot.kind
    )
    said = {key: _clean(words) for key, words in new.choices.items() if len(key) <= _WORDING}
    if kind == "choice":
        said = {key: words for key, words in said.items() if key in slot.choices}
    elif kind == "boolean":
        said = {key: words for key, words in said.items() if key in {"true", "false"}}
    choices = {**slot.choices, **said}
    return replace(
        slot,
        kind=kind,
        cues=_clean(new.cues) or slot.cues,
        units=_clean(new.units) or slot.units if kind in _NUMBERS else (),
        choices=choices,
        style=new.style if new.style and kind not in {"choice", "boolean"} else slot.style,
    )


def _joined(choice: Choice, revised: Choice) -> Choice:
    """`choice` with the words of both: what the model adds stands behind what was there."""
    slots = tuple(
        slot
        if slot is None or other is None
        else replace(
            slot,
            cues=_clean((*slot.cues, *other.cues)),
            units=_clean((*slot.units, *other.units)) if slot.units else (),
            choices={
                key: _clean((*slot.choices.get(key, ()), *words))
                for key, words in {**slot.choices, **other.choices}.items()
            },
        )
        for slot, other in zip(choice.slots, revised.slots, strict=True)
    )
    return replace(choice, slots=slots, decline=revised.decline)


def _may_become(kind: Kind, other: Kind) -> bool:
    """Whether a slot of `kind` gives values of the same type as one of kind `other`."""
    return kind == other or (kind in _OPEN and other in _OPEN)


def _clean(words: Sequence[str]) -> tuple[str, ...]:
    short = (word.strip() for word in words)
    return tuple(dict.fromkeys(word for word in short if word and len(word) <= _WORDING))
