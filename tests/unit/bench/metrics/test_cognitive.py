"""Cognitive complexity against points counted by hand after the definition."""

from __future__ import annotations

import ast
import textwrap

import pytest

from compiled_ai.bench.metrics.cognitive import cognitive_complexities


def points(source: str) -> dict[str, int]:
    return cognitive_complexities(ast.parse(textwrap.dedent(source)))


SUM_OF_PRIMES = """
def f(most):
    total = 0
    for number in range(most):        # +1
        for divisor in range(number): # +2
            if number % divisor == 0: # +3
                break
        else:                         # +1
            total += number
    return total
"""
"""The example of the paper, whose jump to a label is Python's else of a loop: 7 there too."""

GET_WORDS = """
def f(number):
    match number:                     # +1
        case 1:
            return "one"
        case 2:
            return "a couple"
        case _:
            return "lots"
"""
"""The other example of the paper: a switch is one point."""

CATCHES = """
def f(a, b):
    try:
        if a:                         # +1
            for x in b:               # +2
                while b:              # +3
                    pass
    except (ValueError, KeyError):    # +1
        if b:                         # +2
            pass
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("def f():\n    return 1\n", 0, id="straight"),
        pytest.param(SUM_OF_PRIMES, 7, id="paper: sum of primes"),
        pytest.param(GET_WORDS, 1, id="paper: get words"),
        pytest.param(CATCHES, 9, id="paper: nesting and catches"),
        pytest.param(
            "def f(a):\n if a: pass\n elif a: pass\n else: pass\n", 3, id="if, elif, else: 1 + 1 + 1"
        ),
        pytest.param(
            "def f(a):\n if a: pass\n else:\n  if a: pass\n", 4, id="if, else, nested if: 1 + 1 + 2"
        ),
        pytest.param("def f(a):\n return 1 if a else 2\n", 1, id="conditional expression"),
        pytest.param("def f(a):\n return 1 if a else 2 if a else 3\n", 3, id="nested ones: 1 + 2"),
        pytest.param("def f(a):\n return a and a and a\n", 1, id="one run of and"),
        pytest.param("def f(a):\n return a and (a and a)\n", 1, id="brackets are no break"),
        pytest.param("def f(a):\n return a and a or a and a\n", 3, id="and, or, and"),
        pytest.param("def f(a):\n return a or a and a or a\n", 3, id="or, and, or"),
        pytest.param("def f(a):\n return a and not (a and a)\n", 2, id="not begins anew"),
        pytest.param("def f(a):\n if a and a or a: pass\n", 3, id="if 1, and 1, or 1"),
        pytest.param("def f(a):\n while a:\n  if a: pass\n", 3, id="while 1, if 2"),
        pytest.param("def f(a):\n def g():\n  if a: pass\n g()\n", 2, id="an inner function nests"),
        pytest.param("def f(a):\n return lambda: 1 if a else 2\n", 2, id="a lambda nests"),
        pytest.param(
            "def f(a):\n 'text'\n def g():\n  if a: pass\n return g\n", 1, id="a decorator's shell does not"
        ),
        pytest.param("def f(n):\n return f(n - 1)\n", 1, id="recursion"),
        pytest.param("def f(n):\n return [x for x in n if x]\n", 0, id="comprehensions are shorthand"),
        pytest.param("async def f(n):\n async for x in n: pass\n", 1, id="asynchronous"),
        pytest.param(
            "def f(a):\n match a:\n  case 1 if a and a:\n   if a: pass\n", 4, id="match 1, and 1, if 2"
        ),
    ],
)
def test_points_of_a_function(source: str, expected: int) -> None:
    assert points(source)["f"] == expected


def test_functions_that_call_each_other_are_a_cycle() -> None:
    found = points("def a():\n b()\ndef b():\n a()\ndef c():\n a()\n")
    assert found == {"a": 1, "b": 1, "c": 0}


def test_methods_are_named_with_their_class() -> None:
    assert points("class A:\n def m(self, x):\n  if x: pass\n") == {"A.m": 1}
