"""The functions that a workflow calls."""

from __future__ import annotations

import ast

import pytest

from compiled_ai.checkers.entries import entry_problems

TYPES = "class In(TypedDict):\n    a: int\n\n\nclass Out(TypedDict):\n    b: int\n\n\n"


def problems(code: str) -> list[str]:
    return [problem.message for problem in entry_problems(ast.parse(TYPES + code), ["f"])]


@pytest.mark.parametrize(
    "code",
    ["def f(data: In) -> Out: ...", "def f(data: 'In') -> 'Out': ...", "def f(data): ..."],
    ids=["types of the file", "in quotes", "untyped, which mypy reports"],
)
def test_a_function_from_object_to_object_is_fine(code: str) -> None:
    assert problems(code) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def g(data: In) -> Out: ...", "there is no function 'f'"),
        ("async def f(data: In) -> Out: ...", "there is no function 'f'"),
        ("f = 3", "there is no function 'f'"),
        ("def f() -> Out: ...", "the one parameter 'data'"),
        ("def f(data: In, more: In) -> Out: ...", "the one parameter 'data'"),
        ("def f(data: In = None) -> Out: ...", "the one parameter 'data'"),
        ("def f(*data: In) -> Out: ...", "the one parameter 'data'"),
        ("def f(data: dict[str, int]) -> Out: ...", "not 'dict[str, int]'"),
        ("def f(data: In) -> dict[str, int]: ...", "not 'dict[str, int]'"),
    ],
)
def test_anything_else_is_named(code: str, words: str) -> None:
    (message,) = problems(code)
    assert words in message
