"""Reading cases: each must fit the schemas, say one thing, and not contradict or repeat another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from compiled_ai.errors import SpecProblem
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.cases import Case
from compiled_ai.spec.document import CaseDocument
from compiled_ai.spec.json_text import parse_json_object
from compiled_ai.spec.schema import Checker
from compiled_ai.spec.yaml_source import Place

CaseType = TypeVar("CaseType", bound=Case)


class CaseReader:
    """Reads groups of cases of one spec and remembers every input that it has seen."""

    def __init__(
        self, problems: Problems, inputs: Checker, outputs: Checker, bounded: Mapping[str, Checker]
    ) -> None:
        self._problems = problems
        self._inputs = inputs
        self._outputs = outputs
        self._bounded = bounded
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
        group = place[0]
        cases = []
        for index, document in enumerate(documents):
            case_id = document.id or f"{str(group).rstrip('s')}-{index + 1}"
            for inner, message in self._check(document, case_id):
                self._problems.add((*place, index, *inner), f"{group}[{index}]: {message}")
            cases.append(
                kind(
                    case_id=case_id, input=document.input, output=document.output, given=dict(document.given)
                )
            )
        return tuple(cases)

    def read_lines(self, text: str, *, path: Path, kind: type[CaseType]) -> tuple[CaseType, ...]:
        """The cases of a JSONL file; problems carry its line numbers. Blank lines are skipped."""
        cases = []
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            document, messages = _parse_line(line)
            if document is not None:
                case_id = document.id or f"test-{number}"
                messages += [message for _, message in self._check(document, case_id)]
                cases.append(
                    kind(
                        case_id=case_id,
                        input=document.input,
                        output=document.output,
                        given=dict(document.given),
                    )
                )
            self._problems.found += [
                SpecProblem(path=path, line=number, column=1, message=message) for message in messages
            ]
        if not cases and not self._problems.found:
            self._problems.found.append(
                SpecProblem(path=path, line=1, column=1, message="the file holds no cases")
            )
        return tuple(cases)

    def _check(self, document: CaseDocument, case_id: str) -> list[tuple[Place, str]]:
        found: list[tuple[Place, str]] = []
        if (document.output is None) == (document.abstain is None):
            found.append(((), "a case has either 'output' or 'abstain: true'"))
        misfit = self._inputs.explain(document.input)
        if misfit:
            found.append(
                (("input", *misfit.place), f"input.{misfit.field}: {misfit.message}".replace(".:", ":"))
            )
        misfit = self._outputs.explain(document.output) if document.output is not None else None
        if misfit:
            found.append(
                (("output", *misfit.place), f"output.{misfit.field}: {misfit.message}".replace(".:", ":"))
            )
        found += self._check_given(document)
        if case_id in self._ids:
            found.append(
                (
                    ("id",),
                    f"the id '{case_id}' is taken by another case; ids are unique over examples and tests",
                )
            )
        self._ids.add(case_id)
        other = self._seen.setdefault(_key(document.input, document.given), case_id)
        if other != case_id:
            found.append(
                (
                    ("input",),
                    f"the same input is already case '{other}'; a repeated case proves nothing, and a hidden one would be seen",
                )
            )
        return found

    def _check_given(self, document: CaseDocument) -> list[tuple[Place, str]]:
        found: list[tuple[Place, str]] = []
        for step, value in document.given.items():
            if step not in self._bounded:
                known = ", ".join(self._bounded) or "none"
                found.append(
                    (
                        ("given", step),
                        f"given: '{step}' is no bounded step of this spec; bounded steps are: {known}",
                    )
                )
                continue
            misfit = self._bounded[step].explain(value)
            if misfit:
                found.append(
                    (
                        ("given", step, *misfit.place),
                        f"given.{step}.{misfit.field}: {misfit.message}".replace(".:", ":"),
                    )
                )
        return found


def _key(data: JsonObject, given: Mapping[str, JsonObject]) -> str:
    return canonical_json({"input": data, "given": {**given}})


def _parse_line(line: str) -> tuple[CaseDocument | None, list[str]]:
    try:
        return CaseDocument.model_validate(parse_json_object(line)), []
    except ValidationError as error:
        return None, [
            f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"
            for detail in error.errors(include_url=False)
        ]
    except ValueError as error:
        return None, [str(error)]
