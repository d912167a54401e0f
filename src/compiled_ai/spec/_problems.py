"""Collecting the problems of a spec, and Pydantic's errors at their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compiled_ai.errors import SpecError, SpecProblem
from compiled_ai.spec._wording import at_key, describe, place_of
from compiled_ai.spec.yaml_source import Place, YamlDocument

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with a part of a spec, at a place inside that part."""

    place: Place
    message: str
    at_key: bool = False


class Problems:
    """The problems found so far in one document."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.found: list[SpecProblem] = []

    def add(self, place: Place, message: str, *, at_key: bool = False) -> None:
        """Note a problem at the value at `place`, or at its key."""
        self.found.append(self.document.problem(place, message, at_key=at_key))

    def raise_if_any(self) -> None:
        """Raise what was found, in the order of the file; a tests file comes after the spec.

        Raises:
            SpecError: at least one problem was found.
        """
        if self.found:
            raise SpecError(tuple(sorted(dict.fromkeys(self.found), key=self._order)))

    def _order(self, problem: SpecProblem) -> tuple[bool, str, int, int]:
        return problem.path != self.document.path, str(problem.path), problem.line, problem.column

    def validate(self, model: type[Model]) -> Model:
        """The document as a `model`.

        Raises:
            SpecError: it does not fit, or problems were noted before; every misfit is a problem with its line.
        """
        if not isinstance(self.document.data, dict):
            self.add((), "a spec is a mapping of keys such as 'name:' and 'input:'")
            self.raise_if_any()
        try:
            parsed = model.model_validate(self.document.data)
        except ValidationError as error:
            for detail in self._meant(error.errors(include_url=False)):
                self.add(place_of(detail), describe(detail, model), at_key=at_key(detail))
            self.raise_if_any()
            raise AssertionError("unreachable: a ValidationError has at least one error") from error
        self.raise_if_any()
        return parsed

    def _meant(self, details: list[ErrorDetails]) -> list[ErrorDetails]:
        """Without the errors of the alternative of ``tests`` that the author plainly did not mean."""
        data = self.document.data
        tests = data.get("tests") if isinstance(data, dict) else None
        unmeant = "TestsFile" if isinstance(tests, list) else "list"
        return [
            detail
            for detail in details
            if detail["loc"][0] != "tests" or not str([*detail["loc"], ""][1]).startswith(unmeant)
        ]
