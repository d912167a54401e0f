from __future__ import annotations

import ast

import pytest

from compiled_ai.checkers.dead_code import find_dead_code

MAIN = "def main(data: In) -> Out:\n    return {'x': _help(LIMIT + data['x'])}\n"


def found(code: str, *, entries: list[str] | None = None) -> list[tuple[str, int, str]]:
    return [
        (item.rule, item.line, item.severity) for item in find_dead_code(ast.parse(code), entries=entries)
    ]


@pytest.mark.parametrize(
    ("rule", "line", "code"),
    [
        pytest.param("unused-function", 1, "def _g() -> int:\n    return 1\ndef f(data: int) -> int:\n    return data\n", id="function"),
        pytest.param("unused-function", 1, "def _g() -> int:\n    return _g()\ndef f(data: int) -> int:\n    return data\n", id="function_that_calls_itself"),
        pytest.param("unused-function", 3, "def _g() -> int:\n    return 1\ndef _h() -> int:\n    return _g()\ndef f(data: int) -> int:\n    return data + _g()\n", id="function_above_a_used_one"),
        pytest.param("unused-constant", 1, "X = 1\ndef f(data: int) -> int:\n    return data\n", id="constant"),
        pytest.param("unused-constant", 1, "X: int = 1\ndef f(data: int) -> int:\n    return data\n", id="annotated_constant"),
        pytest.param("unused-constant", 1, "X = 1\nY = X\ndef f(data: int) -> int:\n    return data\n", id="constant_for_an_unused_one"),
        pytest.param("unused-parameter", 1, "def _g(x: int, y: int) -> int:\n    return x\ndef f(data: int) -> int:\n    return _g(data, 1)\n", id="parameter"),
        pytest.param("unused-parameter", 2, "def f(data: int) -> int:\n    def g(x: int) -> int:\n        return 1\n    return g(data)\n", id="parameter_of_a_nested_function"),
        pytest.param("unused-parameter", 1, "def _g(x: int, *, y: int) -> int:\n    y = 1\n    return x\ndef f(data: int) -> int:\n    return _g(data, y=1)\n", id="parameter_only_assigned"),
        pytest.param("fixed-condition", 2, "def f(data: int) -> int:\n    if False:\n        return 1\n    return data\n", id="if_false"),
        pytest.param("fixed-condition", 2, "def f(data: int) -> int:\n    if data or True:\n        return 1\n    return data\n", id="or_true"),
        pytest.param("fixed-condition", 2, "def f(data: int) -> int:\n    return 1 if not 0 else data\n", id="expression"),
        pytest.param("fixed-condition", 2, "def f(data: int) -> int:\n    while 0:\n        data += 1\n    return data\n", id="while_zero"),
        pytest.param("unreachable", 3, "def f(data: int) -> int:\n    return data\n    data = 1\n", id="after_return"),
        pytest.param("unreachable", 3, "def f(data: int) -> int:\n    abstain('x')\n    return data\n", id="after_abstain"),
        pytest.param("unreachable", 5, "def _g() -> NoReturn:\n    abstain('x')\ndef f(data: int) -> int:\n    _g()\n    return data\n", id="after_a_function_that_abstains"),
        pytest.param("unreachable", 4, "def f(data: list[int]) -> int:\n    for x in data:\n        continue\n        data = x\n    return 1\n", id="after_continue"),
        pytest.param("unreachable", 6, "def f(data: int) -> int:\n    if data:\n        return 1\n    else:\n        abstain('x')\n    return 2\n", id="after_two_branches_that_end"),
        pytest.param("unreachable", 7, "def f(data: int) -> int:\n    match data:\n        case 1:\n            return 1\n        case _:\n            return 2\n    return 3\n", id="after_a_match_that_takes_all"),
    ],
)  # fmt: skip
def test_dead_code_is_an_error_with_its_line(rule: str, line: int, code: str) -> None:
    assert (rule, line, "error") in found(code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("LIMIT = 1\ndef _help(x: int) -> int:\n    return x\n" + MAIN, id="all_used"),
        pytest.param("def _g(x: str) -> str:\n    return x\nT = {'a': _g}\ndef f(data: str) -> str:\n    return T['a'](data)\n", id="function_in_a_used_table"),
        pytest.param("def _g(m: object) -> str:\n    return 'x'\ndef f(data: str) -> str:\n    return re.sub('a', _g, data)\n", id="callback_that_ignores_its_argument"),
        pytest.param("Kind = Literal['a']\ndef f(data: Kind) -> Kind:\n    return data\n", id="type_alias"),
        pytest.param("Kind = Literal['a']\ndef f(data: 'list[Kind]') -> int:\n    return len(data)\n", id="type_alias_in_quotes"),
        pytest.param("Kind = Literal['a']\nclass In(TypedDict):\n    x: Kind\ndef f(data: In) -> int:\n    return len(data['x'])\n", id="type_alias_of_a_field"),
        pytest.param("class Row(NamedTuple):\n    x: int\ndef f(data: int) -> int:\n    return data\n", id="class_that_nothing_uses"),
        pytest.param("def f(data: int) -> int:\n    while True:\n        data += 1\n        if data > 3:\n            return data\n", id="while_true"),
        pytest.param("def f(data: int) -> int:\n    if data:\n        abstain('x')\n    return data\n", id="abstain_in_a_branch"),
        pytest.param("def f(data: list[int]) -> list[int]:\n    return [x for _, x in enumerate(data) if (lambda y: y)(x)]\n", id="lambda"),
        pytest.param("def _even(x: int) -> bool:\n    return x == 0 or _odd(x - 1)\ndef _odd(x: int) -> bool:\n    return _even(x)\ndef f(data: int) -> bool:\n    return _even(data)\n", id="mutual_recursion"),
        pytest.param("X = 1\n", id="no_function_at_all"),
        pytest.param("", id="empty"),
    ],
)  # fmt: skip
def test_code_with_an_effect_is_left_alone(code: str) -> None:
    assert found(code) == []


def test_public_function_that_the_workflow_does_not_call_is_dead() -> None:
    code = "def f(data: int) -> int:\n    return data\ndef g(data: int) -> int:\n    return data\n"
    assert (found(code), found(code, entries=["f"])) == ([], [("unused-function", 3, "error")])


def test_activity_without_its_input_is_a_warning() -> None:
    assert found("def f(data: int) -> int:\n    return 1\n") == [("unused-parameter", 1, "warning")]


def test_message_says_what_to_do() -> None:
    (item,) = find_dead_code(ast.parse("X = 1\ndef f(data: int) -> int:\n    return data\n"))
    assert item.message == "the constant 'X' is never used by an activity: remove it, or use it"
