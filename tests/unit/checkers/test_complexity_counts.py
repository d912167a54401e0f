from __future__ import annotations

import ast

import pytest

from compiled_ai.checkers.complexity import (
    MAX_FUNCTION_LINES,
    MAX_LINES,
    MAX_PARAMETERS,
    MAX_STATEMENTS,
    complexities,
    too_large,
    type_coverage,
    untyped_places,
)


def rules(source: str) -> list[tuple[str, int]]:
    return [(item.rule, item.line) for item in too_large(source, ast.parse(source))]


def function(body: str, parameters: str = "x: int") -> str:
    return f"def f({parameters}) -> int:\n{body}    return 1\n"


@pytest.mark.parametrize(
    ("extra", "expected"),
    [pytest.param(0, [], id="at_the_limit"), pytest.param(1, [("function-statements", 1)], id="beyond")],
)
def test_statements_of_a_function_are_limited(extra: int, expected: list[tuple[str, int]]) -> None:
    assert rules(function("    x += 1\n" * (MAX_STATEMENTS - 1 + extra))) == expected


@pytest.mark.parametrize(
    ("extra", "expected"),
    [pytest.param(0, [], id="at_the_limit"), pytest.param(1, [("function-lines", 1)], id="beyond")],
)
def test_lines_of_a_function_are_limited(extra: int, expected: list[tuple[str, int]]) -> None:
    assert rules(function("\n" * (MAX_FUNCTION_LINES - 2 + extra))) == expected


def test_a_table_in_a_function_counts_as_one_line() -> None:
    table = "    y = {\n" + "        'a': 1,\n" * 200 + "    }\n"
    assert rules(function(table)) == []


def test_parameters_are_limited() -> None:
    names = [f"x{number}: int" for number in range(MAX_PARAMETERS + 1)]
    assert (rules(function("", ", ".join(names[:-1]))), rules(function("", ", ".join(names)))) == (
        [],
        [("function-parameters", 1)],
    )


def test_lines_of_the_file_are_limited() -> None:
    assert (rules("\n" * (MAX_LINES - 1)), rules("\n" * MAX_LINES)) == ([], [("file-lines", MAX_LINES)])


def test_nested_function_is_measured_too() -> None:
    source = "def f() -> None:\n    def g() -> None:\n" + "        x = 1\n" * (MAX_STATEMENTS + 1)
    assert {line for _, line in rules(source)} == {1, 2}


@pytest.mark.parametrize(
    ("code", "place"),
    [
        pytest.param("def f(x) -> int: ...\n", "the parameter 'x' of 'f'", id="parameter"),
        pytest.param("def f(x: int): ...\n", "the result of 'f'", id="result"),
        pytest.param("def f(x: Any) -> int: ...\n", "the parameter 'x' of 'f'", id="any"),
        pytest.param(
            "def f(x: dict[str, typing.Any]) -> int: ...\n", "the parameter 'x' of 'f'", id="any_inside"
        ),
        pytest.param("def f(x: list) -> int: ...\n", "the parameter 'x' of 'f'", id="bare_list"),
        pytest.param(
            "def f(x: dict[str, list]) -> int: ...\n", "the parameter 'x' of 'f'", id="bare_list_inside"
        ),
        pytest.param("def f(x: Callable) -> int: ...\n", "the parameter 'x' of 'f'", id="bare_callable"),
        pytest.param("def f(*x, **y: int) -> int: ...\n", "the parameter 'x' of 'f'", id="star"),
        pytest.param("X: dict = {}\n", "'X'", id="constant"),
    ],
)
def test_what_leaves_its_type_open_is_named(code: str, place: str) -> None:
    assert [name for name, _ in untyped_places(ast.parse(code))] == [place]


@pytest.mark.parametrize(
    "code",
    [
        "def f(x: dict[str, list[int]], y: Callable[[int], str], *z: object) -> tuple[int, ...]: ...\n",
        "def f(x: 'list[int]') -> None: ...\n",
        "X: dict[str, int] = {}\n",
        "",
    ],
)
def test_full_types_are_full_coverage(code: str) -> None:
    assert (type_coverage(ast.parse(code)), untyped_places(ast.parse(code))) == (1.0, ())


def test_coverage_is_the_share_that_is_typed() -> None:
    assert type_coverage(ast.parse("def f(x: int, y: list, z) -> int: ...\n")) == 0.5


def test_every_branch_counts() -> None:
    (counted,) = complexities(
        ast.parse("def f(x):\n    if x and x > 1:\n        return [y for y in x if y]\n")
    )
    assert counted.complexity == 5
