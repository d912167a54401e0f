"""The slot coder: a model sets the parameters of a slot-filling activity, and the code is rendered from them.

The synthesis infers the slots from the schema; the model, which knows how people talk, revises cues, kinds, units and wordings. It writes no
code, so what it says cannot break the rules of code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from pydantic import BaseModel, Field, ValidationError

from compiled_ai.errors import ModelReplyError
from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.factory.prompts import slots_prompt
from compiled_ai.factory.synthesis._call_search import Choice, Shown, penalty
from compiled_ai.factory.synthesis._call_shapes import read_call_schema
from compiled_ai.factory.synthesis.function_call import Program, examples_of, infer_program
from compiled_ai.llm import LlmClient
from compiled_ai.modules.slots import Kind, Slot
from compiled_ai.spec.model import Brief

_WORDING = 60
"""Longest cue or wording, in characters."""
_KINDS: frozenset[str] = frozenset(get_args(Kind))
_NUMBERS = frozenset(("integer", "number", "money", "duration"))
_OPEN = _KINDS - _NUMBERS - {"boolean", "choice"}


class _SlotReply(BaseModel):
    name: str
    kind: Kind
    cues: list[str] = Field(default_factory=list, max_length=24)
    units: list[str] = Field(default_factory=list, max_length=16)
    choices: dict[str, list[str]] = Field(default_factory=dict)
    style: str = ""


class _Reply(BaseModel):
    slots: list[_SlotReply]
    other: list[str] = Field(default_factory=list, max_length=30)


def slots_of(tasks: Sequence[CodeTask], brief: Brief) -> Program | None:
    """The inferred slots of the one task of `tasks`, which is about one function; None where slots do not fit."""
    if len(tasks) != 1:
        return None
    calls = read_call_schema(tasks[0], brief)
    if calls is None or len(calls.shapes) > 1:  # which function is meant takes more than parameters of slots
        return None
    program = infer_program(calls, brief)
    return (
        program if program is not None and any(choice.table for choice in program.choices.values()) else None
    )


def revise_slots(task: CodeTask, brief: Brief, program: Program, client: LlmClient) -> str:
    """The body with the slots of `program` as the model revises them; with them as they are when its reply cannot be used.

    Raises:
        BudgetExceededError: the tokens are spent.
        ModelCallError: the call failed.
    """
    (shape,) = program.calls.shapes
    inferred = program.choices[shape.name]
    try:
        reply = client.ask_object(
            read_prompt("slot_coder").text,
            slots_prompt(brief, inferred.table),
            schema=_Reply.model_json_schema(),
            role="coder",
        )
        revised = _revised(inferred, _Reply.model_validate(reply))
    except (ModelReplyError, ValidationError):
        revised = inferred
    shown = examples_of(shape, program.calls, brief)
    choice = _least_far(inferred, revised, shown)
    return Program(program.calls, {shape.name: choice}, program.selection).candidate(task, brief).body


def _least_far(inferred: Choice, revised: Choice, shown: Sequence[Shown]) -> Choice:
    """`revised`, without the changes that take an example away: each slot's is tried in turn, in the order of the slots."""
    whole = penalty(revised, shown)
    if whole == 0:
        return revised
    best = replace(inferred, decline=revised.decline)
    least = penalty(best, shown)
    for index, slot in enumerate(revised.slots):
        slots = (*best.slots[:index], slot, *best.slots[index + 1 :])
        candidate = replace(best, slots=slots)
        distance = penalty(candidate, shown)
        if distance <= least:
            best, least = candidate, distance
    return best if least <= whole else revised


def _revised(choice: Choice, reply: _Reply) -> Choice:
    by_name = {slot.name: slot for slot in reply.slots}
    slots = tuple(
        slot if slot is None or (new := by_name.get(slot.name)) is None else _revised_slot(slot, new)
        for slot in choice.slots
    )
    return replace(choice, slots=slots, decline=_clean(reply.other))


def _revised_slot(slot: Slot, new: _SlotReply) -> Slot:
    """`slot` with what the model says, as far as the parameter's type allows it."""
    kind = new.kind if _may_become(slot.kind, new.kind) else slot.kind
    choices = slot.choices
    if kind in {"choice", "boolean"}:
        allowed = set(slot.choices) if kind == "choice" else {"true", "false"}
        said = {key: _clean(words) for key, words in new.choices.items() if key in allowed}
        choices = {**slot.choices, **said}
    return replace(
        slot,
        kind=kind,
        cues=_clean(new.cues) or slot.cues,
        units=_clean(new.units) or slot.units if kind in _NUMBERS else (),
        choices=choices,
        style=new.style if new.style and kind not in {"choice", "boolean"} else slot.style,
    )


def _may_become(kind: Kind, other: Kind) -> bool:
    """Whether a slot of `kind` gives values of the same type as one of kind `other`."""
    return kind == other or (kind in _OPEN and other in _OPEN)


def _clean(words: Sequence[str]) -> tuple[str, ...]:
    short = (word.strip() for word in words)
    return tuple(dict.fromkeys(word for word in short if word and len(word) <= _WORDING))
