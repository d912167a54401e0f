from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.spec.expressions import MAX_LENGTH, ExpressionError, parse_expression


@pytest.mark.parametrize(
    ("text", "names", "python"),
    [
        ("urgent", ("urgent",), "urgent"),
        ("not urgent", ("urgent",), "not urgent"),
        ("true", (), "True"),
        ("bmi == null", ("bmi",), "bmi is None"),
        ("bmi != null", ("bmi",), "bmi is not None"),
        ("null == bmi", ("bmi",), "None is bmi"),
        ("bmi is null", ("bmi",), "bmi is None"),
        ("bmi is not null", ("bmi",), "bmi is not None"),
        ("bmi == None", ("bmi",), "bmi is None"),
        ("flag == true", ("flag",), "flag == True"),
        ("18 <= age < 65", ("age",), "18 <= age < 65"),
        ("-total > 1.5", ("total",), "-total > 1.5"),
        ('tier in ["free", "pro"]', ("tier",), "tier in ['free', 'pro']"),
        ('tier not in ("free", null)', ("tier",), "tier not in ('free', None)"),
        ("(a + b) * 2 > c / 4 - d", ("a", "b", "c", "d"), "(a + b) * 2 > c / 4 - d"),
        ("z or (y and x) or w", ("z", "y", "x", "w"), "z or (y and x) or w"),
        ("  a  ", ("a",), "a"),
        ("a == 1  # why", ("a",), "a == 1"),
        ("a == 1 or\n  b == 2", ("a", "b"), "a == 1 or b == 2"),
        (r"a == '\d'", ("a",), r"a == '\\d'"),
        ("a == 'it''s'".replace("''", '"'), ("a",), "a == 'it\"s'"),
        ("größe > 3", ("größe",), "größe > 3"),
    ],
)
def test_condition_is_read(text: str, names: tuple[str, ...], python: str) -> None:
    expression = parse_expression(text)
    assert (expression.names, ast.unparse(expression.tree), expression.text) == (names, python, text.strip())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "condition '' is empty"),
        ("a = 1", "condition 'a = 1' cannot be read; compare with '==', not '='"),
        ("a = 1 and b == 2", "compare with '==', not '='"),
        ("a === 1", "compare with '==' and '!='"),
        ("a <> 1", "compare with '==' and '!='"),
        ("a && b", "write 'and', 'or' and 'not' for &&, || and !"),
        ("a || b", "write 'and', 'or' and 'not'"),
        ("!a", "write 'and', 'or' and 'not'"),
        ("a AND b", "in lower case"),
        ("a == “x”", "use straight quotes"),
        ("class == 1", "'class' is a word of Python, so a field of that name cannot be used here"),
        ("a ==", "condition 'a ==' cannot be read"),
        ("a == 'x", "cannot be read"),
        ("a == 0777", "cannot be read"),
        ("a\x00", "cannot be read"),
        ("a, b", "condition 'a, b' is not one condition"),
        ("a] or [b", "is not one condition"),
        ("len(a) > 1", "'len(a)' is not allowed in the condition 'len(a) > 1'; use field names, numbers, quoted words, comparisons"),
        ("a.b == 1", "'a.b' is not allowed"),
        ("a[0] == 1", "'a[0]' is not allowed"),
        ("a ** 2 > 1", "'**' is not allowed"),
        ("a // 2 > 1", "'//' is not allowed"),
        ("a % 2 == 1", "'%' is not allowed"),
        ("~a == 1", "'~' is not allowed"),
        ("a & b", "'&' is not allowed"),
        ("lambda: 1", "'lambda: 1' is not allowed"),
        ("a if b else c", "'a if b else c' is not allowed"),
        ("(a := 1)", "'(a := 1)' is not allowed"),
        ("[x for x in a] == b", "'[x for x in a]' is not allowed"),
        ("{a: 1} == b", "is not allowed"),
        ("*a", "'*a' is not allowed"),
        ("f'{a}' == b", "is not allowed"),
        ("1j == a", "the constant 1j is not allowed"),
        ("b'x' == a", "the constant b'x' is not allowed"),
        ("... == a", "the constant Ellipsis is not allowed"),
        ("a > null", "null can only be compared with == and !="),
        ("null in [a]", "null can only be compared with == and !="),
        ("a is 5", "'is' only stands before null; compare values with == and !="),
        ("5", "5 alone is no condition in '5'; write the comparison out, as in: field == 5"),
        ('a == "x" or "y"', "'y' alone is no condition"),
        ("a == 1 and not 2", "2 alone is no condition"),
        ("a + 1", "a + 1 alone is no condition"),
        ("[a]", "[a] alone is no condition"),
        ("null", "None alone is no condition"),
        ("a in ['x' 'y']", "a ',' or an operator is missing between two quoted words"),
        ("a == 1 or " * 200 + "b", f"a condition has at most {MAX_LENGTH} characters, this one 2001"),
        ("(" * 150 + "a" + ")" * 150 + " == b ==" + "-" * 150 + "c", "nested too deeply"),
        ("not " * 300 + "a", "nested too deeply"),
        ("(" * 1500, "cannot be read"),
    ],
    ids=lambda text: text[:30].replace("\x00", "0"),
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused(text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_nothing_is_said_twice_by_python(recwarn: pytest.WarningsRecorder) -> None:
    """Python warns of such an escape on its own, without a line of the spec."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        parse_expression(r"a == '\d' or b == 1")
    assert not recwarn.list


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("ab1 ()[]'\"=<>!&|.,+-*/\n#nulotrei", max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionError:
        return
    ast.parse(ast.unparse(expression.tree), mode="eval")


FIELDS: dict[str, Any] = {"n": 7, "m": None, "k": -2, "f": 0.5, "s": "pro", "e": "", "t": True, "u": False}
Meaning = tuple[str, Callable[[], Any]]
"""A piece of text, and what it must come to: worked out from how the text was made, not by reading it."""


def _binary(sign: str, left: Meaning, right: Meaning, apply: Callable[[Any, Any], Any]) -> Meaning:
    return f"({left[0]} {sign} {right[0]})", lambda: apply(left[1](), right[1]())


def _compared(sign: str, left: Meaning, right: Meaning, apply: Callable[[Any, Any], Any]) -> Meaning:
    return f"{left[0]} {sign} {right[0]}", lambda: apply(left[1](), right[1]())


ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}
ORDER = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

numbers: st.SearchStrategy[Meaning] = st.recursive(
    st.sampled_from(["n", "k", "f"]).map(lambda name: (name, lambda: FIELDS[name]))
    | st.integers(0, 9).map(lambda value: (str(value), lambda: value))
    | st.sampled_from([0.25, 1.5]).map(lambda value: (str(value), lambda: value)),
    lambda inner: (
        st.tuples(st.sampled_from(sorted(ARITHMETIC)), inner, inner).map(
            lambda parts: _binary(*parts, ARITHMETIC[parts[0]])
        )
        | inner.map(lambda part: (f"(-{part[0]})", lambda: -part[1]()))
    ),
    max_leaves=4,
)
comparisons: st.SearchStrategy[Meaning] = (
    st.tuples(st.sampled_from(sorted(ORDER)), numbers, numbers).map(lambda parts: _compared(*parts, ORDER[parts[0]]))
    | st.tuples(st.sampled_from(["n", "m", "s"]), st.booleans()).map(
        lambda parts: (f"{parts[0]} {'==' if parts[1] else '!='} null", lambda: (FIELDS[parts[0]] is None) == parts[1])
    )
    | st.tuples(st.sampled_from(["s", "e"]), st.lists(st.sampled_from(["pro", "", "or", "a b"]), max_size=3), st.booleans()).map(
        lambda parts: (f"{parts[0]} {'in' if parts[2] else 'not in'} {parts[1]!r}", lambda: (FIELDS[parts[0]] in parts[1]) == parts[2])
    )
    | st.sampled_from(["t", "u"]).map(lambda name: (name, lambda: FIELDS[name]))
    | st.booleans().map(lambda value: (str(value).lower(), lambda: value))
)  # fmt: skip
conditions: st.SearchStrategy[Meaning] = st.recursive(
    comparisons,
    lambda inner: (
        st.tuples(inner, inner).map(lambda parts: _binary("and", *parts, lambda left, right: left and right))
        | st.tuples(inner, inner).map(lambda parts: _binary("or", *parts, lambda left, right: left or right))
        | inner.map(lambda part: (f"(not {part[0]})", lambda: not part[1]()))
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(conditions)
def test_python_comes_to_what_the_text_says(condition: Meaning) -> None:
    text, meaning = condition
    found = eval(ast.unparse(parse_expression(text).tree), {**FIELDS, "__builtins__": {}})
    assert found == meaning()
    assert isinstance(found, bool)
