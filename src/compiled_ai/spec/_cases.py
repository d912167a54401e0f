"""Reading cases: each must fit the schemas, say one thing, and not contradict or repeat another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from compiled_ai.errors import SpecProblem
from compiled_ai.spec._accuracy import Expectations
from compiled_ai.spec._problems import Fault, Problems
from compiled_ai.spec._wording import describe
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import Case, HiddenCase
from compiled_ai.spec.document import CaseDocument
from compiled_ai.spec.given import given_problem, step_of
from compiled_ai.spec.json_text import parse_json_object
from compiled_ai.spec.schema import Checker, place_text, shorten, suggest
from compiled_ai.spec.yaml_source import MAX_DEPTH, MAX_MESSAGE, Place

CaseType = TypeVar("CaseType", bound=Case)


@dataclass(frozen=True, kw_only=True)
class CaseRules:
    """What the cases of one spec must fit."""

    inputs: Checker
    outputs: Checker
    outside: Mapping[str, Checker]
    """By step that a model or an effect answers, what it may answer."""
    loops: Mapping[str, int]
    """By step, how many blocks of `foreach` stand around it."""
    expectations: Expectations
    """What the evaluators can compare answers with."""


class CaseReader:
    """Reads groups of cases of one spec and remembers every input that it has seen."""

    def __init__(self, problems: Problems, rules: CaseRules) -> None:
        self._problems = problems
        self._rules = rules
        self._seen: dict[str, str] = {}
        self._ids: set[str] = set()

    def remember(self, cases: Iterable[Case]) -> None:
        """Take note of cases read elsewhere, so that a repetition of one is found."""
        for case in cases:
            self._seen[_key(case.input, case.given)] = case.case_id
            self._ids.add(case.case_id)

    def read(
        self, documents: Sequence[CaseDocument], place: Place, *, kind: type[CaseType]
    ) -> tuple[CaseType, ...]:
        """The cases at `place` of the spec; problems are noted there."""
        group = str(place[0])
        cases = []
        for index, document in enumerate(documents):
            case_id = document.id or f"{group.rstrip('s')}-{index + 1}"
            for fault in self._check(document, case_id, hidden=issubclass(kind, HiddenCase)):
                where = (*place, index, *fault.place)
                self._problems.add(where, f"{place_text(where)}: {fault.message}", at_key=fault.at_key)
            cases.append(_case(document, case_id, kind))
        return tuple(cases)

    def read_lines(self, text: str, *, path: Path, kind: type[CaseType], prefix: str) -> tuple[CaseType, ...]:
        """The cases of a JSONL file; problems carry its line numbers. Blank lines are skipped.

        `prefix` begins the id of a case that has none; its line number follows.
        """
        cases, found = [], []
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            document, messages = _parse_line(line)
            if document is not None:
                case_id = document.id or f"{prefix}-{number}"
                messages += [
                    _line_message(fault)
                    for fault in self._check(document, case_id, hidden=issubclass(kind, HiddenCase))
                ]
                cases.append(_case(document, case_id, kind))
            found += [
                SpecProblem(path=path, line=number, column=1, message=shorten(message, MAX_MESSAGE))
                for message in messages
            ]
        if not cases and not found:
            message = "the file holds no cases; write one JSON object with 'input' and 'output' on each line"
            found.append(SpecProblem(path=path, line=1, column=1, message=message))
        self._problems.found += found
        return tuple(cases)

    def _check(self, document: CaseDocument, case_id: str, *, hidden: bool) -> list[Fault]:
        found: list[Fault] = []
        if (document.output is None) == (document.abstain is None):
            both = "not both" if document.abstain else "and this one has neither"
            found.append(Fault(place=(), message=f"a case has either 'output' or 'abstain: true', {both}"))
        found += _misfit(self._rules.inputs, document.input, ("input",))
        if document.output is not None:
            found += self._check_output(document.output, hidden=hidden)
        found += self._check_given(document)
        return found + self._check_new(document, case_id)

    def _check_output(self, output: JsonObject, *, hidden: bool) -> list[Fault]:
        expectations = self._rules.expectations
        misfits = (_misfit(self._rules.outputs, form, ("output",)) for form in expectations.forms(output))
        return next(filter(None, misfits), []) or expectations.faults(output, hidden=hidden)

    def _check_new(self, document: CaseDocument, case_id: str) -> list[Fault]:
        found = []
        if case_id in self._ids:
            message = f"the id '{case_id}' is taken by another case; ids are unique over examples and tests"
            found.append(Fault(place=("id",), message=message))
        self._ids.add(case_id)
        other = self._seen.setdefault(_key(document.input, document.given), case_id)
        if other != case_id:
            message = f"this input is already that of case '{other}'; a repeated case proves nothing, and a hidden one would be seen, so remove or change one"
            found.append(Fault(place=("input",), message=message))
        return found

    def _check_given(self, document: CaseDocument) -> list[Fault]:
        found: list[Fault] = []
        for key, value in document.given.items():
            step, place = step_of(key), ("given", key)
            if step in self._rules.outside:
                problem = given_problem(key, loops=self._rules.loops.get(step, 0))
                if problem:
                    found.append(Fault(place=place, message=problem, at_key=True))
                else:
                    found += _misfit(self._rules.outside[step], value, place)
                continue
            known = list(self._rules.outside)
            listed = f"these are {', '.join(known)}." if known else "it has none, so drop 'given'."
            message = f"'{step}' is no bounded or effect step of this spec; {listed}{suggest(step, known)}"
            found.append(Fault(place=place, message=message, at_key=True))
        return found


def _misfit(checker: Checker, value: JsonObject, place: Place) -> list[Fault]:
    """How `value` does not fit, at the very value; at the key when it is a field that should not be there."""
    misfit = checker.explain(value)
    if misfit is None:
        return []
    scalar = misfit.message.startswith(tuple("-0123456789tf"))
    unquoted = misfit.rule == "type" and '"string"' in misfit.message and scalar
    return [
        Fault(
            place=(*place, *misfit.place, *([misfit.extra] if misfit.extra else [])),
            message=misfit.message + ("; put it in quotes" if unquoted else ""),
            at_key=misfit.extra is not None,
        )
    ]


def _case(document: CaseDocument, case_id: str, kind: type[CaseType]) -> CaseType:
    return kind(case_id=case_id, input=document.input, output=document.output, given=dict(document.given))


def _key(data: JsonObject, given: Mapping[str, JsonObject]) -> str:
    return canonical_json({"input": _whole(data), "given": _whole({**given})})


def _whole(value: JsonValue) -> JsonValue:
    """`value` with whole floats as integers: to JSON, 1 and 1.0 are one number, and so one input."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _line_message(fault: Fault) -> str:
    return f"{place_text(fault.place)}: {fault.message}" if fault.place else fault.message


def _parse_line(line: str) -> tuple[CaseDocument | None, list[str]]:
    try:
        data = parse_json_object(line, max_depth=MAX_DEPTH)
        return CaseDocument.model_validate(data), []
    except ValidationError as error:
        return None, [
            describe(detail, CaseDocument, whole="this line") for detail in error.errors(include_url=False)
        ]
    except ValueError as error:
        return None, [str(error)]
