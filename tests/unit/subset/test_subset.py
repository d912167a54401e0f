from __future__ import annotations

import collections
import datetime
import decimal
import difflib
import fractions
import importlib
import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.modules import Abstain
from compiled_ai.subset.check import ALLOWED_IMPORTS, allowed_imports, check_subset, describe_subset
from compiled_ai.subset.imports import module_attributes
from compiled_ai.subset.tables import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_BUILTINS,
    ATTRIBUTES_BY_TYPE,
    BUILTIN_EXCEPTIONS,
    DENIED_ATTRIBUTES,
    RESERVED_NAMES,
)

TYPES: dict[str, Any] = {
    "re.Pattern": re.compile(""),
    "re.Match": re.match("", ""),
    "decimal.Decimal": decimal.Decimal(),
    "decimal.DecimalTuple": decimal.Decimal().as_tuple(),
    "fractions.Fraction": fractions.Fraction(),
    "datetime.date": datetime.date(2026, 1, 1),
    "datetime.datetime": datetime.datetime(2026, 1, 1),
    "datetime.timedelta": datetime.timedelta(),
    "datetime.timezone": datetime.UTC,
    "datetime.IsoCalendarDate": datetime.date(2026, 1, 1).isocalendar(),
    "collections.Counter": collections.Counter(),
    "collections.deque": collections.deque(),
    "collections.OrderedDict": collections.OrderedDict(),
    "itertools.chain": itertools.chain(),
    "difflib.SequenceMatcher": difflib.SequenceMatcher(),
    "difflib.Match": difflib.SequenceMatcher().get_matching_blocks()[0],
    "str": "",
    "bytes": b"",
    "list": [],
    "dict": {},
    "set": set(),
    "int": 0,
    "float": 0.0,
}


def rules(code: str) -> set[str]:
    return {finding.rule for finding in check_subset(code)}


def test_finding_names_its_line() -> None:
    (finding,) = check_subset("X = 1\n\n\ndef f(x: str) -> None:\n    print(x)\n")
    assert finding.line == 5


def test_syntax_error_names_its_line() -> None:
    (finding,) = check_subset("X = 1\nY = = 2\n")
    assert finding.line == 2


def test_message_says_what_to_do_instead() -> None:
    (finding,) = check_subset(
        "from datetime import datetime\n\ndef f() -> object:\n    return datetime.now()\n"
    )
    assert finding.message == "'now' reads the clock; pass the date or time in as an input field"


def test_findings_come_in_the_order_of_lines() -> None:
    lines = [finding.line for finding in check_subset("import os\nX = eval\nimport sys\nY = exec\n")]
    assert lines == [1, 2, 3, 4]


def test_same_text_gives_the_same_findings() -> None:
    code = "import os\nX = {eval, exec, open}\n"
    assert check_subset(code) == check_subset(code)


@pytest.mark.parametrize("code", ["", "\n\n", "# only a comment\n", '"""Doc."""\n'])
def test_nearly_empty_text_is_inside_the_subset(code: str) -> None:
    assert check_subset(code) == ()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("class A(TypedDict):\n    id: str\n    type: str\n    format: str\n", id="typed_dict_fields_named_like_builtins"),
        pytest.param("class B(TypedDict, total=False):\n    now: str\nclass A(B):\n    today: str\n", id="inherited_typed_dict"),
        pytest.param("A = TypedDict('A', {'__class__': str, 'x y': int}, total=False)\n", id="functional_with_any_key"),
        pytest.param("A = Literal['__class__', 'eval(x)']\n", id="literal_with_any_text"),
        pytest.param("def f(x: Literal['__class__', 'a b']) -> str:\n    return x\n", id="literal_annotation"),
        pytest.param("def f(x: float, w: int) -> str:\n    return f'{x:>{w}.2f} {x:.1%} {x!r:>10}'\n", id="format_specs"),
        pytest.param("def f(x: float) -> str:\n    return '%d of 100%%' % x + format(x, ',.2f')\n", id="percent_format"),
        pytest.param("def f(x: set[str]) -> bool:\n    return 'a' in x and len(x) == 1 and x == {'a'}\n", id="set_membership"),
        pytest.param("def f(x: set[int]) -> int:\n    return sum(x) + max(x) + len({y % 2 for y in x})\n", id="set_reductions"),
        pytest.param("def f(x: set[str]) -> list[str]:\n    return sorted(y.lower() for y in x if y)\n", id="lazy_set_sorted"),
        pytest.param("def f(x: set[str]) -> list[str]:\n    return sorted(sorted(x), key=len)\n", id="sorted_before_key"),
        pytest.param("def f(x: list[str]) -> list[str]:\n    s = set(x)\n    r = sorted(s)\n    return [*r]\n", id="sorted_set_in_variable"),
        pytest.param("def _g(x: set[str]) -> int:\n    return len(x)\ndef f(x: list[str]) -> int:\n    return _g(set(x))\n", id="set_parameter"),
        pytest.param("def _g(x: list[str]) -> None:\n    x.append('a')\ndef f() -> list[str]:\n    r: list[str] = []\n    _g(r)\n    return r\n", id="helper_fills_local_list"),
        pytest.param("T = {'a': [1]}\ndef f(x: str) -> list[int]:\n    r = list(T[x])\n    r.append(2)\n    return r\n", id="copied_constant"),
        pytest.param("T = (1, 2)\nD = dict(zip(T, map(str, T)))\nS = frozenset(x for x in T)\n", id="built_constants"),
        pytest.param("def f(x: dict[str, object]) -> object:\n    return x\n", id="object_as_type"),
        pytest.param("X: tuple[int, ...] = ()\n", id="ellipsis_in_annotation"),
        pytest.param("def f(x: str) -> int:\n    y = [x]\n    del y\n    return 1\n", id="local_delete"),
        pytest.param("def f(x: int) -> int:\n    return x**2 + 2**10 + (x << 3)\n", id="small_powers"),
        pytest.param("def f(x: str) -> str:\n    match x:\n        case str() as y if y:\n            return y\n        case _:\n            return ''\n", id="match_class"),
    ],
)  # fmt: skip
def test_harmless_code_is_inside_the_subset(code: str) -> None:
    head = "from typing import Literal, TypedDict\n"
    assert check_subset(head + code) == ()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("X = " + "[x for x in " * 40 + "y" + "]" * 40, id="nested_comprehensions"),
        pytest.param("\n".join(f"A{n} = tuple[A{n + 1}, A{n + 1}]" for n in range(80)) + "\nA80 = set[str]\ndef f(x: A0) -> None:\n    pass\n", id="doubling_aliases"),
        pytest.param("A = tuple[A, A]\ndef f(x: A) -> None:\n    pass\n", id="circular_alias"),
        pytest.param("def f(x: str) -> None:\n" + "\n".join(f"    x{n + 1} = (x{n}, x{n})" for n in range(80)), id="doubling_tuples"),
        pytest.param("def f(x: str) -> None:\n" + "    x.y(1)\n" * 8_000, id="very_many_findings"),
        pytest.param("from functools import partial\nX = " + "partial(" * 90 + "f" + ", 1)" * 90, id="nested_partials"),
        pytest.param("X = " + "map(lambda x: " * 40 + "x" + ", y)" * 40, id="nested_maps"),
        pytest.param("X = " + "(lambda x: " * 45 + "x" + ")(1)" * 45, id="nested_lambda_calls"),
        pytest.param("import re\n" + "".join(f"a{n} = a{n + 1}\n" * 9 for n in range(9)) + "re.compile(a0)\n", id="names_of_many_names"),
        pytest.param("import re\nre.compile('" + "a?" * 3_000 + "')\n", id="long_pattern"),
        pytest.param("import re\nre.compile('" + "(" * 90 + "a*" + ")*" * 90 + "b')\n", id="deep_pattern"),
        pytest.param("import re\nre.compile('" + "(?:a{60}){60}" * 9 + "')\n", id="counted_pattern"),
        pytest.param("import re\nre.compile('" + "(?=" * 80 + "a" + ")" * 80 + "')\n", id="nested_lookaheads"),
        pytest.param("X = [" + "(1, 'a'), " * 9_000 + "]\n", id="large_table"),
        pytest.param("def f(x: 'A" + "|A" * 5_000 + "') -> None:\n    pass\n", id="long_quoted_annotation"),
        pytest.param("X = " + "1+" * 20_000 + "1\n", id="long_sum"),
        pytest.param("X = x" + ".y" * 20_000 + "\n", id="long_attribute_chain"),
        pytest.param("if x: pass\n" + "elif x: pass\n" * 5_000, id="long_elif_chain"),
        pytest.param("X = " + "not " * 20_000 + "1\n", id="long_negation"),
        pytest.param("X = " + "[" * 199 + "]" * 199, id="deep_brackets"),
    ],
)  # fmt: skip
def test_hostile_size_ends_in_an_answer(code: str) -> None:
    assert isinstance(check_subset(code), tuple)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_makes_the_check_raise(code: str) -> None:
    assert isinstance(check_subset(code), tuple)


PIECES = ["def f(x):\n", "    return ", "x", "(", ")", "[", "]", "{", "}", ":", ",", " for y in ", " if ", "lambda: ", "*", "=", ":=", "\n", "    ",
          "class A(TypedDict):\n", "f'{x:", "}'", "match x:\n", "case ", "set(x)", ".pop", "import re\n", "@", "'", "not ", "None"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_heap_of_python_makes_the_check_raise(code: str) -> None:
    assert isinstance(check_subset(code), tuple)


@pytest.mark.parametrize("name", sorted(ATTRIBUTES_BY_TYPE.keys() & TYPES.keys()))
def test_listed_attribute_exists_on_its_type(name: str) -> None:
    assert [attribute for attribute in ATTRIBUTES_BY_TYPE[name] if not hasattr(TYPES[name], attribute)] == []


def test_every_type_of_the_table_is_tried() -> None:
    assert set(ATTRIBUTES_BY_TYPE) == set(TYPES)


@pytest.mark.parametrize("module", sorted(ALLOWED_IMPORTS))
def test_listed_import_exists(module: str) -> None:
    loaded = importlib.import_module(module)
    assert [name for name in ALLOWED_IMPORTS[module] if not hasattr(loaded, name)] == []


def test_no_allowed_name_is_a_module() -> None:
    values = [
        getattr(importlib.import_module(module), name)
        for module, names in ALLOWED_IMPORTS.items()
        for name in names
    ]
    assert [value for value in values if isinstance(value, type(re))] == []


def test_allowed_and_denied_attributes_are_apart() -> None:
    assert not (ALLOWED_ATTRIBUTES | module_attributes()) & DENIED_ATTRIBUTES.keys()


def test_no_attribute_of_the_interpreter_is_allowed() -> None:
    def sample() -> None: ...

    nothing: tuple[str, ...] = ()
    inner = [sample, sample.__code__, (x for x in nothing), len, type, "".join, Abstain("x")]
    dangerous = {name for value in inner for name in dir(value)} - {"count", "index"}
    assert ALLOWED_ATTRIBUTES & dangerous == {"replace"}  # of code objects, which nothing allowed leads to


def test_allowed_builtins_are_reserved() -> None:
    assert ALLOWED_BUILTINS <= RESERVED_NAMES


def test_no_catchable_exception_catches_an_abstention() -> None:
    classes = [getattr(importlib.import_module("builtins"), name) for name in BUILTIN_EXCEPTIONS]
    assert [cls for cls in classes if issubclass(Abstain, cls)] == []


def test_our_modules_are_offered() -> None:
    assert "abstain" in allowed_imports()["compiled_ai.modules"]


def test_the_exception_of_an_abstention_is_not_offered() -> None:
    assert all("Abstain" not in names for names in allowed_imports().values())


def test_description_lists_every_module() -> None:
    text = describe_subset()
    assert [
        module for module, names in allowed_imports().items() if names and f"`{module}`" not in text
    ] == []


def test_nul_and_emoji_are_told_apart() -> None:
    assert (rules("X = '\U0001f600 é ß'\n"), rules("X = '\x07'\n")) == (set(), {"encoding"})
