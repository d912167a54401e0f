"""Values of expressions without input, and what is refused because it would cost too much."""

from __future__ import annotations

import ast
import time
from datetime import date
from decimal import Decimal

import pytest

from compiled_ai.overfit.folding import Folder, NotConstantError
from compiled_ai.overfit.inventory import Inventory, dates_in


def value(expression: str, *, before: str = "") -> object:
    tree = ast.parse(f"{before}\nRESULT = {expression}")
    statement = tree.body[-1]
    assert isinstance(statement, ast.Assign)
    return Folder(tree).value(statement.value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'Jo' + 'hn'", "John"),
        ("''.join(['J', 'o'])", "Jo"),
        ("', '.join(x for x in ('a', 'b'))", "a, b"),
        ("f\"{'Jo'}hn {3}\"", "John 3"),
        ("'J0hn'.replace('0', 'o').upper()", "JOHN"),
        ("'nhoJ'[::-1]", "John"),
        ("chr(74) + chr(111)", "Jo"),
        ("''.join(map(chr, [74, 111]))", "Jo"),
        ("''.join(chr(ord(c) - 1) for c in 'Kp')", "Jo"),
        ("'{} {}'.format('a', 1)", "a 1"),
        ("'%s-%s' % ('a', 'b')", "a-b"),
        ("'a|b'.split('|')", ["a", "b"]),
        ("{'x': 'John'}['x']", "John"),
        ("('a', 'John')[1]", "John"),
        ("date(2026, 3, 1)", date(2026, 3, 1)),
        ("date.fromisoformat('2026-03-01').isoformat()", "2026-03-01"),
        ("str(date(2026, 2, 28) + timedelta(days=1))", "2026-03-01"),
        ("Decimal('12.50') * 2", Decimal("25.00")),
        ("-146906 / 100", -1469.06),
        ("int('1469')", 1469),
    ],
)
def test_an_expression_without_input_has_a_value(expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_a_name_that_is_bound_once_counts_as_its_value() -> None:
    assert value("A + 'hn'", before="A = 'Jo'") == "John"


@pytest.mark.parametrize(
    "before", ["A = 'Jo'\nA = 'x'", "def f(A):\n    pass\nA = 'x'", "A = A", "A = B\nB = A", "A: str"]
)
def test_a_name_that_is_bound_otherwise_has_none(before: str) -> None:
    with pytest.raises(NotConstantError):
        value("A + 'hn'", before=before)


@pytest.mark.parametrize(
    "expression",
    [
        "'x' * 10**9",
        "'x' * 999999999",
        "'%999999999d' % 1",
        "'{:999999999}'.format(1)",
        "sum(range(10**9))",
        "sum(range(999999999))",
        "int(Decimal('1e999999999'))",
        "2 ** 2 ** 40",
        "[[[1] * 1999] * 1999] * 1999",
        "('a' * 1999).replace('', 'b' * 1999).replace('', 'c' * 1999)",
        "[0 for a in range(1999) for b in range(1999)]",
        "data['name']",
        "open('/etc/passwd').read()",
        "''.join({'a', 'b'})",
        "[[a for a in range(1999)] for b in range(1999)]",
        "str([[[1] * 1999] * 1999] * 1999)",
        "{(((1,) * 1999,) * 1999,) * 1999}",
        "'{0.__class__}'.format(1)",
        "1 / 0",
        "''[3]",
    ],
)
def test_what_depends_on_more_or_costs_too_much_has_none(expression: str) -> None:
    started = time.perf_counter()
    with pytest.raises(NotConstantError):
        value(expression)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", {"2026-03-01", "2026-01-03"}),
        ("01.03.2026", {"2026-03-01", "2026-01-03"}),
        ("1 March 2026", {"2026-03-01"}),
        ("Mar 1, 2026", {"2026-03-01"}),
        ("%Y-%m-%d", set()),
        ("31.31.2026", set()),
        ("maybe 3", set()),
    ],
)
def test_dates_that_a_text_may_mean(text: str, expected: set[str]) -> None:
    assert dates_in(text) == expected


def test_a_module_of_costly_constants_is_left_alone_and_says_so() -> None:
    tree = ast.parse(
        "\n".join(f"A{number} = [[a for a in range(1999)] for b in range(1999)]" for number in range(200))
    )
    started = time.perf_counter()
    assert not Inventory(tree, fields=frozenset()).is_complete
    assert time.perf_counter() - started < 5.0


def test_a_long_honest_table_is_complete() -> None:
    table = {f"word {number}": [f"cue {number}", number] for number in range(3_000)}
    assert Inventory(ast.parse(f"TABLE = {table!r}"), fields=frozenset()).is_complete


def literals(source: str) -> list[object]:
    return [literal.value for literal in Inventory(ast.parse(source), fields=frozenset(("level",))).literals]


def test_docstrings_and_names_of_answers_are_no_literals() -> None:
    assert literals('"""Doc."""\ndef run(data):\n    """Doc."""\n    return {"level": "low"}\n') == ["low"]


def test_a_regular_expression_is_read_as_the_words_that_it_matches() -> None:
    literal = Inventory(ast.parse(r"X = r'(?i)\bJohn\s+Smith\b'"), fields=frozenset()).literals[0]
    assert ("john", "smith") in literal.text_forms
