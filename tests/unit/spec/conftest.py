"""Specs as text, with the places where a complaint must point marked in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError, SpecProblem
from compiled_ai.spec import Spec, parse_spec

MARK = "¦"
PATH = Path("folder/demo.yaml")
SECTIONS = {
    "name": "name: demo",
    "description": "description: A demo.",
    "instructions": "instructions: Do it.",
    "input": "input:\n  text: string\n  count: integer",
    "output": "output:\n  label: [x, y]",
    "examples": "examples:\n  - input: {text: one, count: 1}\n    output: {label: x}",
}
JARGON = (
    "..", ".:", "  ", "dictionary", "instance", "should be", "string should", "None", "True", "False", "list[", "valid under", "NoneType",
    "Adjust configuration", "tag:yaml",
)  # fmt: skip
"""What no author of a spec should have to read."""

Sections = Mapping[str, str | None]
Expected = Sequence[tuple[str, ...]]


def write_spec(changes: Sections) -> str:
    """A small spec with some of its sections replaced, added or (None) left out."""
    sections = {**SECTIONS, **changes}
    return "\n".join(text for text in sections.values() if text is not None) + "\n"


def take_marks(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the 1-based line and column of each."""
    places, clean = [], ""
    for part in text.split(MARK)[:-1]:
        clean += part
        places.append((clean.count("\n") + 1, len(clean) - clean.rfind("\n")))
    return text.replace(MARK, ""), places


def check_problems(found: Sequence[SpecProblem], places: list[tuple[int, int]], expected: Expected) -> None:
    """Every problem stands at its mark, says what is expected, and says it without jargon."""
    shown = "\n".join(map(str, found))
    assert [(problem.line, problem.column) for problem in found] == places, shown
    for problem, words in zip(found, expected, strict=True):
        assert problem.path == PATH
        for word in words:
            assert word in problem.message
        for word in JARGON:
            assert word not in problem.message.replace(" ... ", "")


@pytest.fixture(scope="session")
def refused() -> Callable[[Sections, Expected], None]:
    """Asserts that the spec with these sections is refused: a problem at every mark, with the words expected of it."""

    def check(changes: Sections, expected: Expected) -> None:
        text, places = take_marks(write_spec(changes))
        with pytest.raises(SpecError) as caught:
            parse_spec(text, path=PATH)
        check_problems(caught.value.problems, places, expected)

    return check


@pytest.fixture(scope="session")
def accepted() -> Callable[[Sections], Spec]:
    """Parses the spec with these sections."""

    def parse(changes: Sections) -> Spec:
        return parse_spec(write_spec(changes), path=PATH)

    return parse
