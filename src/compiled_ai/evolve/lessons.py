"""What a case log teaches: one entry for each input, with who said what is right, and what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from compiled_ai.cases.case import LoggedCase
from compiled_ai.scoring.evaluators import compare_output, drop_nulls
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest
from compiled_ai.spec.cases import Case
from compiled_ai.spec.model import Accuracy
from compiled_ai.spec.schema import Checker

Teacher = Literal["human", "model", "nobody"]
"""Who says what is right. ``nobody``: only the input is known."""
MODEL_ID = "evolved-model-"
"""Begins the id of a case whose answer a model gave: it is no proof, also once it stands in a spec."""
HUMAN_ID = "evolved-human-"


@dataclass(frozen=True, kw_only=True)
class LoggedInput:
    """One input of the log, however often it came."""

    digest: str
    """``i1:`` digest of the input, whole floats as integers."""
    input: JsonObject
    output: JsonObject | None = None
    """What is right. None when nobody said so."""
    by: Teacher = "nobody"
    given: dict[str, JsonObject] = field(default_factory=dict)
    """Outputs of bounded steps, as the log has them."""
    runs: int = 1
    """How many runs it stands for."""

    @property
    def case_id(self) -> str:
        """Its name as a case of a spec."""
        return f"{MODEL_ID if self.by == 'model' else HUMAN_ID}{self.digest.partition(':')[2][:16]}"

    def to_case(self) -> JsonObject:
        """As a spec holds it."""
        given: JsonObject = {"given": {**self.given}} if self.given else {}
        note = "answered by the fallback model" if self.by == "model" else "answered by a person"
        return {
            "id": self.case_id,
            "kind": "evolved",
            "note": note,
            "input": self.input,
            "output": self.output,
            **given,
        }


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """An input that several answers are on record for. None of them is used."""

    digest: str
    input: JsonObject
    why: str
    answers: tuple[tuple[str, JsonObject | None], ...]
    """Who said it, and what; None is that it must be declined."""


@dataclass(frozen=True, kw_only=True)
class Harvest:
    """What a case log holds for one spec."""

    inputs: tuple[LoggedInput, ...]
    """That are no cases of the spec yet, in the order in which they came."""
    conflicts: tuple[Conflict, ...]
    known: int
    """Inputs that are cases of the spec already, with the same answer."""
    left_out: Mapping[str, int]
    """Logged cases that are of no use, counted by reason."""

    def lessons(self, teachers: frozenset[Teacher]) -> tuple[LoggedInput, ...]:
        """The inputs that one of `teachers` answered."""
        return tuple(item for item in self.inputs if item.by in teachers and item.output is not None)


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What is needed to gather."""

    golden: Sequence[Case]
    """The cases of the spec."""
    accuracy: Accuracy
    """How answers are compared."""
    inputs: Checker
    outputs: Checker
    is_same_task: Callable[[LoggedCase], bool]
    """Whether a case was logged under a spec that says the same."""
    given: Callable[[JsonObject], dict[str, JsonObject] | None]
    """What the log has for bounded and effect steps; None when it lacks something."""


def gather(cases: Iterable[LoggedCase], gathering: Gathering) -> Harvest:
    """What `cases` teach."""
    left_out: Counter[str] = Counter()
    groups: dict[str, list[LoggedCase]] = {}
    for case in cases:
        reason = _useless(case, gathering)
        if reason:
            left_out[reason] += 1
        else:
            groups.setdefault(input_digest(case.input), []).append(case)
    golden = {input_digest(case.input): case for case in gathering.golden}
    inputs: list[LoggedInput] = []
    conflicts: list[Conflict] = []
    known = 0
    for key, group in groups.items():
        found = _settle(key, group, golden.get(key), gathering.accuracy)
        if isinstance(found, Conflict):
            conflicts.append(found)
        elif key in golden:
            known += 1
        else:
            given = gathering.given(found.input)
            if given is None:
                left_out["the log lacks what a bounded step or an effect gave"] += len(group)
            else:
                inputs.append(_with_given(found, given))
    return Harvest(inputs=tuple(inputs), conflicts=tuple(conflicts), known=known, left_out=dict(left_out))


def input_digest(data: JsonObject) -> str:
    """``i1:`` digest of an input; 1 and 1.0 are one number to JSON, and so one input."""
    return digest("i1", _whole(data))


def _with_given(found: LoggedInput, given: dict[str, JsonObject]) -> LoggedInput:
    return LoggedInput(
        digest=found.digest,
        input=found.input,
        output=found.output,
        by=found.by,
        given=given,
        runs=found.runs,
    )


def _useless(case: LoggedCase, gathering: Gathering) -> str:
    """Why `case` teaches nothing; empty when it may."""
    if case.step:
        return "of a single step, which a spec has no cases for"
    if case.masked:
        return "masked or cut: the values are not kept"
    if not gathering.is_same_task(case):
        return "logged under a spec that says something else, or that is not in the store any more"
    if not _is_writable(case.input) or gathering.inputs.explain(case.input) is not None:
        return "the input does not fit the spec"
    answers = [answer for answer in (case.answer, _model_answer(case)) if answer is not None]
    if any(not _is_writable(answer) or gathering.outputs.explain(answer) is not None for answer in answers):
        return "the answer does not fit the spec"
    return ""


def _is_writable(data: JsonObject) -> bool:
    """Whether a file can hold `data`: no half surrogate pairs, nothing but JSON numbers, not too deep."""
    try:
        canonical_json(data).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _model_answer(case: LoggedCase) -> JsonObject | None:
    return case.output if case.served_by == "model" else None


def _settle(
    key: str, group: Sequence[LoggedCase], golden: Case | None, accuracy: Accuracy
) -> LoggedInput | Conflict:
    """What the cases of one input say together. A person goes before a model, and the spec before both."""
    data, runs = group[0].input, sum(case.seen for case in group)
    decided = sorted((case for case in group if case.reviewed_at), key=lambda case: str(case.reviewed_at))
    human = [case.answer for case in decided if case.status == "answered" and case.answer is not None]
    is_rejected = bool(decided) and decided[-1].status == "rejected"
    model = [answer for answer in map(_model_answer, group) if answer is not None]
    if golden is not None:
        return _beside_golden(key, data, golden, human=human, model=model, accuracy=accuracy)
    if _differ(human) or (human and is_rejected):
        spoken = [("a person", case.answer) for case in decided]
        return Conflict(digest=key, input=data, why="people disagree", answers=tuple(spoken))
    if human:
        return LoggedInput(digest=key, input=data, output=human[-1], by="human", runs=runs)
    if _differ(model):
        spoken = [("the model", answer) for answer in model]
        return Conflict(digest=key, input=data, why="the model contradicts itself", answers=tuple(spoken))
    if model and not is_rejected:
        return LoggedInput(digest=key, input=data, output=model[-1], by="model", runs=runs)
    return LoggedInput(digest=key, input=data, runs=runs)


def _beside_golden(
    key: str,
    data: JsonObject,
    golden: Case,
    *,
    human: list[JsonObject],
    model: list[JsonObject],
    accuracy: Accuracy,
) -> LoggedInput | Conflict:
    """An input that is a case of the spec: what the log says otherwise is shown, and changes nothing."""
    others = [
        (who, answer)
        for who, answers in (("a person", human), ("the model", model))
        for answer in answers
        if golden.output is None or compare_output(golden.output, answer, accuracy).score < 1.0
    ]
    if not others:
        return LoggedInput(digest=key, input=data)
    why = f"the spec says otherwise (case {golden.case_id})"
    if golden.case_id.startswith(MODEL_ID) and any(who == "a person" for who, _ in others):
        why += "; it has that from a model, so take the case out of the spec if the person is right"
    return Conflict(digest=key, input=data, why=why, answers=(("the spec", golden.output), *others))


def _differ(answers: Sequence[JsonObject]) -> bool:
    return len({canonical_json(_whole(drop_nulls(answer))) for answer in answers}) > 1


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
