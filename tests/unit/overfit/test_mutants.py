"""Mutants: what is changed, what is left alone, and which are chosen."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.overfit.mutants import KINDS, Mutant, make_mutants

ENUMS = (("low", "middle", "high"),)


def mutants(source: str, *, limit: int = 200) -> tuple[Mutant, ...]:
    return make_mutants(dedent(source).lstrip(), enums=ENUMS, limit=limit)


def changes(body: str) -> set[tuple[str, str, str]]:
    return {(mutant.kind, mutant.before, mutant.after) for mutant in mutants(f"def run(data):\n    {body}\n")}


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("return data < x", ("boundary", "data < x", "data <= x")),
        ("return data >= x", ("boundary", "data >= x", "data > x")),
        ("return 0 <= data <= x", ("boundary", "0 <= data <= x", "0 <= data < x")),
        ("return data == x", ("comparison", "data == x", "data != x")),
        ("return data in x", ("comparison", "data in x", "data not in x")),
        ("return a and b", ("boolean", "a and b", "a or b")),
        ("return not a", ("negation", "not a", "a")),
        ("return x + 7", ("number", "7", "8")),
        ("return x + 7", ("number", "7", "6")),
        ("return x + y", ("arithmetic", "x + y", "x - y")),
        ("return x * y", ("arithmetic", "x * y", "x / y")),
        ("return x[2:]", ("slice", "2:", "3:")),
        ("return {'level': 'low'}", ("answer", "'low'", "'middle'")),
        ("return {'level': 'high'}", ("answer", "'high'", "'low'")),
        ("return Decimal('0.02')", ("number", "'0.02'", "'0.03'")),
        ("return Decimal('9.99')", ("number", "'9.99'", "'10.00'")),
        ("return has(x, 'refund')", ("text", "'refund'", "'~refund~'")),
        ("abstain('no price')", ("abstain", "abstain('no price')", "")),
        ("x.append(1)", ("statement", "x.append(1)", "")),
        ("x += 1", ("statement", "x += 1", "")),
        ("if a: return 1", ("condition", "a", "True")),
        ("if a: return 1", ("condition", "a", "False")),
    ],
)
def test_a_change_of_each_kind_is_made(body: str, change: tuple[str, str, str]) -> None:
    assert change in changes(body)


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "from decimal import Decimal",
        "class Input(TypedDict):\n    level: Literal['low', 'high']",
        "Level = Literal['low', 'middle']",
        "def run(data: Literal['low']) -> Literal['high']:\n    return data['level']",
        "def run(data):\n    return data.get('level')",
        "def run(data):\n    return {'level': data, 'price': data}",
        "def run(data):\n    return f'{data} low'",
        "x: Literal['low'] = y",
    ],
)
def test_what_is_no_decision_is_left_alone(source: str) -> None:
    assert mutants(source) == ()


def test_the_reason_of_an_abstention_is_not_changed() -> None:
    assert {mutant.kind for mutant in mutants("def run(data):\n    abstain('low')\n")} == {"abstain"}


def test_a_change_that_compiles_to_the_same_code_is_thrown_out() -> None:
    assert mutants("def run(data):\n    if True:\n        return data\n    return None\n") == tuple(
        mutant
        for mutant in mutants("def run(data):\n    if True:\n        return data\n    return None\n")
        if mutant.after != "True"
    )


def test_lines_are_those_of_the_original_and_the_rest_of_the_text_stays() -> None:
    source = "# a comment\n\n\ndef run(data):\n    # über 10 €\n    return (data\n        < 10)  # end\n"
    found = next(mutant for mutant in make_mutants(source) if mutant.kind == "boundary")
    assert (found.line, found.before) == (6, "data < 10")
    assert found.source.startswith(
        "# a comment\n\n\ndef run(data):\n    # über 10 €\n    return ((data <= 10))"
    )


def test_text_before_a_change_may_hold_any_character() -> None:
    source = "def run(data):\n    x = 'ü\u2028€\x0c'; return data < 10\n"
    found = next(mutant for mutant in make_mutants(source) if mutant.kind == "boundary")
    assert found.source == source.replace("data < 10", "(data <= 10)")


def test_few_mutants_are_spread_over_functions_and_kinds() -> None:
    body = "    if data > 1 and data < 9:\n        return data + 1\n    return not data\n"
    source = "\n\n".join(f"def f{number}(data):\n{body}" for number in range(5))
    chosen = make_mutants(source, limit=10)
    assert sorted(mutant.function for mutant in chosen) == sorted([f"f{number}" for number in range(5)] * 2)
    assert {mutant.kind for mutant in chosen} == {"boundary", "boolean"}


def test_the_choice_is_the_same_every_time() -> None:
    source = "def run(data):\n    return [1, 2, 3, 4, 5, 6, 7, 8, 9, data < 3]\n"
    assert make_mutants(source, limit=5) == make_mutants(source, limit=5)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["x", "y", "3", "'low'", "x < 3", "x[1:2]"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "*", "and", "or", "==", "<="]), inner).map(
                lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
            ),
            inner.map(lambda part: f"(not {part})"),
            inner.map(lambda part: f"f({part})"),
        ),
        max_leaves=8,
    )
)
def test_every_mutant_parses_and_differs_and_has_a_known_kind(expression: str) -> None:
    source = f"def run(x, y):\n    return {expression}\n"
    for mutant in make_mutants(source, enums=ENUMS):
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(source))
        assert mutant.kind in KINDS
