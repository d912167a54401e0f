"""Decision tables as code: it passes the first two stages, and answers like the table read by hand."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.checkers.ruff_tool import format_source
from compiled_ai.factory.coder import assemble_source
from compiled_ai.factory.plan import make_plan
from compiled_ai.modules import Abstain
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.model import RuleStep
from compiled_ai.subset.tables import RESERVED_NAMES
from compiled_ai.validation.security import check_security
from compiled_ai.validation.syntax import check_syntax

Values = dict[str, Any]


def table(
    fields: Values, *lines: tuple[str, int] | tuple[str, str] | int, optional: tuple[str, ...] = ()
) -> Spec:
    """A spec of one table. A line is a condition with the number of its answer or the reason to decline; a number alone is the last."""
    rules = [
        {"otherwise": {"line": line}}
        if isinstance(line, int)
        else {
            "when": line[0],
            **({"then": {"line": line[1]}} if isinstance(line[1], int) else {"abstain": line[1]}),
        }
        for line in lines
    ]
    kinds = {name: KINDS[kind][0] for name, kind in fields.items()}
    data = {
        "name": "task",
        "description": "A table.",
        "instructions": "Decide.",
        "input": {
            "type": "object",
            "required": [name for name in fields if name not in optional],
            "properties": kinds,
        },
        "output": {"line": "integer"},
        "steps": [{"id": "decide", "kind": "rule", "rules": rules}],
        "examples": [{"input": {name: KINDS[kind][1][0] for name, kind in fields.items()}, "abstain": True}],
    }
    return parse_spec(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), path=Path("task.yaml"))


DECIMALS = ["0.1", "0.10", "12.50", "12.5", "-3", "0", "99.99", "100"]
NUMBERS = [0.1, 0.3, 0.1 + 0.2, 12.5, 12, -3, 0, 100.0, 1e-7]
KINDS: dict[str, tuple[Any, list[Any]]] = {
    "integer": ({"type": "integer"}, [0, 1, 2, 3, 9, 10, -1]),
    "integer?": ({"type": ["integer", "null"]}, [0, 1, 9, 10, None]),
    "number": ({"type": "number"}, NUMBERS),
    "number?": ({"type": ["number", "null"]}, [*NUMBERS, None]),
    "decimal": ({"type": "string", "format": "decimal"}, DECIMALS),
    "decimal?": ({"type": ["string", "null"], "format": "decimal"}, [*DECIMALS, None]),
    "date": ({"type": "string", "format": "date"}, ["2026-01-31", "2026-02-01", "2025-12-31"]),
    "date?": ({"type": ["string", "null"], "format": "date"}, ["2026-01-31", "2026-02-01", None]),
    "boolean": ({"type": "boolean"}, [True, False]),
    "boolean?": ({"type": ["boolean", "null"]}, [True, False, None]),
    "string": ({"type": "string"}, ["a", "it's", 'say "so"', "back\\slash", "", "größe", "a\nb"]),
    "word": ({"enum": ["a", "b", "it's"]}, ["a", "b", "it's"]),
    "word?": ({"enum": ["a", "b", None]}, ["a", "b", None]),
}
Inputs = dict[str, str]
TABLES: dict[str, tuple[Inputs, Spec]] = {}


def add(name: str, fields: Inputs, *lines: Any, optional: tuple[str, ...] = ()) -> None:
    TABLES[name] = (fields, table(fields, *lines, optional=optional))


add(
    "comparisons",
    {"n": "integer"},
    ("n == 1", 1),
    ("n != 0 and n < 0", 2),
    ("n >= 10", 3),
    ("n > 8", 4),
    ("n <= 0", 5),
    ("1 < n <= 2", 6),
    7,
)
add(
    "arithmetic",
    {"n": "integer", "m": "integer"},
    ("n + m * 2 > 20", 1),
    ("n - m < -8", 2),
    ("-n == m", 3),
    ("(n + 1) * (m + 1) == 4", 4),
    5,
)
add(
    "membership",
    {"w": "word", "s": "string"},
    ("w in ['a', 'b'] and s in ('a', '')", 1),
    ("s not in ['a', \"it's\"]", 2),
    ('w == "it\'s"', 3),
    4,
)
add(
    "quotes",
    {"s": "string"},
    ("s == 'it\\'s'", 1),
    ("s == 'say \"so\"'", 'he said "no"'),
    ("s == 'back\\\\slash'", "it's \\ so\nhere"),
    ("s == 'größe'", 4),
    ("s == 'a\\nb'", 5),
)
add(
    "booleans",
    {"p": "boolean", "q": "boolean?"},
    ("p and q == true", 1),
    ("not p and q != null and not q", 2),
    ("p == false", 3),
    ("q == null", 4),
    5,
)
add(
    "null",
    {"n": "integer?", "w": "word?"},
    ("n != null and (n < 1 or n > 9)", "outside"),
    ("w == null", 2),
    ("n == null", "missing"),
    ("n >= 5 and w == 'b'", 4),
    5,
)
add(
    "left out",
    {"n": "integer", "d": "decimal", "b": "boolean"},
    ("b != null and b", 1),
    ("n == null", 2),
    ("d != null and d > n", 3),
    4,
    optional=("n", "d", "b"),
)
add(
    "decimals",
    {"d": "decimal"},
    ("d == 0.1", 1),
    ("d == '12.5'", 2),
    ("d in [99.99, '-3.0']", 3),
    ("d * 3 >= 300", 4),
    ("d / 4 == 0", 5),
    6,
)
add(
    "optional decimals",
    {"d": "decimal?", "e": "decimal?", "f": "decimal?"},
    ("d != null and e != null and d == e", 1),
    ("f != null and f > 99.98", 2),
    ("d == null", 3),
    ("e == null and d >= 0.1", 4),
    5,
)
add(
    "decimals and numbers",
    {"d": "decimal", "n": "number", "i": "integer"},
    ("n == d", 1),
    ("d > n * 1.1", 2),
    ("n == 0.3", 3),
    ("i != 0 and i / 8 < d", 4),
    5,
)
add(
    "numbers and optional decimals",
    {"d": "decimal?", "n": "number?"},
    ("n == null or d == null", "missing"),
    ("n == d", 2),
    ("n < d", 3),
    ("n == 12.5", 4),
    5,
)
add("numbers", {"n": "number", "m": "number"}, ("n == 0.1", 1), ("n > m", 2), ("n == 12 and m != 12", 3), 4)
add(
    "dates",
    {"d": "date", "e": "date?"},
    ("d > '2026-01-31'", 1),
    ("e != null and d <= e", 2),
    ("e == '2026-02-01'", 3),
    4,
)
add("names", {"data": "integer", "id": "integer", "sum": "decimal", "abstain": "boolean", "Decimal": "integer", "größe": "integer", "__x": "integer", "type": "word", "text": "string"},
    ("data > id and sum > 1", 1), ("abstain", 'no "abstain"'), ("Decimal == größe", 3), ("__x > 1 and type == 'a'", 4), ("text == 'a'", 5))  # fmt: skip
add(
    "long",
    {"n": "integer?", "m": "integer?"},
    ("n == null", "no n"),
    *((f"n == {n} and (m == null or m != {n})", n) for n in range(12)),
    ("m != null", 20),
    ("n > 0", 21),
    ("n < 5 and m == null", 22),
)
add("always", {"n": "integer"}, ("true", 1), 2)
add("nothing but the last line", {"n": "integer"}, 1)
add("nothing but abstentions", {"n": "integer"}, ("n == 1", "one"), ("n != 1", "other"), 3)


def source_of(spec: Spec) -> str:
    return assemble_source(spec, make_plan(spec), "")


def activity(source: str) -> Callable[[Values], Any]:
    """The function of a table: the number of its line, or the reason why it declines."""
    names: Values = {}
    exec(source, names)

    def run(data: Values) -> Any:
        try:
            return names["decide"](data)["line"]
        except Abstain as abstention:
            return abstention.reason

    return run


@cache
def table_called(name: str) -> Callable[[Values], Any]:
    return activity(source_of(TABLES[name][1]))


def by_hand(spec: Spec, fields: Inputs, data: Values) -> Any:
    """What the table says, read line by line with exact numbers."""
    values = {name: _exact(data.get(name), kind) for name, kind in fields.items()}
    (step,) = spec.steps
    assert isinstance(step, RuleStep)
    for rule in step.rules:
        if rule.when is None or _holds(ast.parse(rule.when, mode="eval").body, values):
            return rule.abstain if rule.then is None else rule.then["line"]
    return "no line of the decision table holds"


def _exact(value: Any, kind: str) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (
        Fraction(Decimal(str(value)))
        if is_number or (kind.startswith("decimal") and value is not None)
        else value
    )


CONSTANTS = {"null": None, "true": True, "false": False}
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b, ast.Lt: lambda a, b: a < b, ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b, ast.GtE: lambda a, b: a >= b, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b,
}  # fmt: skip


def _holds(node: ast.expr, values: Values) -> Any:  # noqa: PLR0911 - one return for each form of the language
    match node:
        case ast.BoolOp(op=operator, values=parts):
            join = all if isinstance(operator, ast.And) else any
            return join(_holds(part, values) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _holds(operand, values)
        case ast.UnaryOp(operand=operand):
            return -_holds(operand, values)
        case ast.BinOp(left=left, op=operator, right=right):
            return OPERATORS[type(operator)](_holds(left, values), _holds(right, values))
        case ast.Compare(left=left, ops=operators, comparators=others):
            sides = _alike([_holds(side, values) for side in (left, *others)])
            return all(
                OPERATORS[type(operator)](*pair)
                for operator, pair in zip(operators, pairwise(sides), strict=True)
            )
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_holds(item, values) for item in items]
        case ast.Name(id=name):
            return CONSTANTS[name] if name in CONSTANTS else values[name]
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant(value=int() | float() as value):
            return Fraction(repr(value))
    raise AssertionError(ast.dump(node))


def _alike(sides: list[Any]) -> list[Any]:
    """Decimal text beside a number is a number."""

    def number(side: Any) -> Any:
        return (
            [number(item) for item in side]
            if isinstance(side, list)
            else Fraction(side)
            if isinstance(side, str)
            else side
        )

    return [number(side) for side in sides] if any(isinstance(side, Fraction) for side in sides) else sides


@pytest.mark.parametrize("name", TABLES)
def test_a_table_passes_security_and_syntax(name: str, cache_dir: Path) -> None:
    source = format_source(source_of(TABLES[name][1]))
    reports = (check_security(source), check_syntax(source, cache_dir=cache_dir))
    assert [finding for report in reports for finding in report.errors] == []


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=40)
@given(draw=st.data())
def test_a_table_answers_as_it_reads(name: str, draw: st.DataObject) -> None:
    fields, spec = TABLES[name]
    required = spec.input_schema["required"]
    assert isinstance(required, list)
    data = {
        field: draw.draw(st.sampled_from(KINDS[kind][1]), label=field)
        for field, kind in fields.items()
        if field in required or draw.draw(st.booleans(), label=f"has {field}")
    }
    assert table_called(name)(dict(data)) == by_hand(spec, fields, data)


FIELDS: Inputs = {"i": "integer", "n": "number", "d": "decimal", "e": "decimal?", "b": "boolean", "w": "word"}
TESTS = st.sampled_from(
    ["i > 2", "i == 9", "0 < i <= 3", "n > 0.3", "n == 0.1", "n != 12", "d >= 0.1", "d == '12.5'", "d < n", "n * 2 == d", "d in [0.1, 100]", "b", "b == true",
     "w == 'a'", "w in ['b']", "e == null", "e != null and e > 12", "e != null and e == d", "i / 4 > d", "d - n > 1.5"]
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: (
        st.builds("({}) and ({})".format, inner, inner)
        | st.builds("({}) or ({})".format, inner, inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=25)
@given(
    conditions=st.lists(CONDITIONS, min_size=1, max_size=14),
    data=st.fixed_dictionaries({name: st.sampled_from(KINDS[kind][1]) for name, kind in FIELDS.items()}),
)
def test_any_table_is_in_the_subset_and_answers_as_it_reads(conditions: list[str], data: Values) -> None:
    spec = table(FIELDS, *((condition, number) for number, condition in enumerate(conditions)), 99)
    source = source_of(spec)
    assert check_security(source).errors == ()
    assert activity(source)(dict(data)) == by_hand(spec, FIELDS, data)


def test_fields_may_bear_the_names_of_builtins() -> None:
    names = sorted(RESERVED_NAMES - {"None", "True", "False"})
    spec = table(
        dict.fromkeys(names, "integer"),
        *((f"{name} > {number}", number) for number, name in enumerate(names)),
        -1,
    )
    assert check_security(source_of(spec)).errors == ()
    assert activity(source_of(spec))({**dict.fromkeys(names, -1), names[-1]: 1_000}) == len(names) - 1


def test_exact_numbers_are_where_floats_would_err() -> None:
    run = activity(source_of(table({"d": "decimal", "n": "number"}, ("d == 0.1", 1), ("d == n", 2), 3)))
    assert [run({"d": "0.10", "n": 5}), run({"d": "0.3", "n": 0.3}), run({"d": "0.3", "n": 0.1 + 0.2})] == [
        1,
        2,
        3,
    ]


def test_a_missing_optional_field_is_null() -> None:
    run = activity(
        source_of(
            table({"d": "decimal", "n": "integer"}, ("d == null and n == null", 1), 2, optional=("d", "n"))
        )
    )
    assert [run({}), run({"d": "1"}), run({"n": 0})] == [1, 2, 2]


def test_a_long_table_goes_on_in_small_functions() -> None:
    source = source_of(TABLES["long"][1])
    assert [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)] == [
        "decide",
        *(f"_decide_part_{number}" for number in range(2, 8)),
    ]


def test_each_line_names_its_place_in_the_spec() -> None:
    spec = table({"n": "integer"}, ("n > 1", 1), 2)
    (step,) = spec.steps
    assert isinstance(step, RuleStep)
    assert [f"# line {rule.line} of the spec" in source_of(spec) for rule in step.rules] == [True, True]
