"""The view must keep every line and every call, whatever the pattern; that semgrep then sees them is shown in the integration tests."""

from __future__ import annotations

import ast

import pytest

from compiled_ai.checkers.semgrep_view import semgrep_view

PATTERNS = (
    "'a'", "'a' | 'b' as z", "-1", "1+2j", "A.B", "A.B(c=1)", "A(c=1, d=[*_])", "None", "{**k}", "{'a': y, **k}", "{A.B: x}",
    "{-1: x}", "[1, *rest]", "(1, 2)", "1, 2", "*_, 1", "[]", "{}", "str() as t", "_", "x", "(1)", "((1 |\n   2))",
    "[ # if :\n 1,\n 2]", "case", "(match)", "{'if': {':': [x, y]}}", "''", "'a' 'b'",
)  # fmt: skip
SUBJECTS = (
    "q",
    "(q)",
    "q, r",
    "q,",
    "*q, r",
    "(q := f(1))",
    "{'a': 1}['a']",
    "f'''\n{q}'''",
    "'é'",
    "\\\n q",
    "[*q]",
)
GUARDS = (
    "",
    " if f(2)",
    " if (f(2))",
    " if (\n f(2)  # :\n )",
    " if (lambda: f(2))()",
    " if a[*f(2)]",
    " if {1: f(2)}[1]",
)


def calls(source: str) -> list[tuple[int, str]]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return sorted((node.lineno, ast.unparse(node.func)) for node in nodes)


def keeps(source: str) -> bool:
    view = semgrep_view(source)
    return (calls(view), view.count("\n")) == (calls(source), source.count("\n"))


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_and_guards_keep_their_calls_on_their_lines(pattern: str, guard: str) -> None:
    source = f"match q:\n    case {pattern}{guard}:\n        f(3)\nf(4)\n"
    assert [name for _, name in calls(semgrep_view(source))] == [
        name for _, name in calls(source) if name[0] == "f" or "lambda" in name
    ]
    assert {line for line, name in calls(semgrep_view(source)) if name == "f"} == {
        line for line, name in calls(source) if name == "f"
    }


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects_keep_their_calls_on_their_lines(subject: str) -> None:
    assert keeps(f"match {subject}:\n    case 1: f(2)\n    case [a, *b] if f(a): f(b)\nf(3)\n")


@pytest.mark.parametrize(
    "source",
    [
        "match = 1\ncase = {1: 2}\nmatch[case] = f(1)\nprint(match, case)\n",
        "match a:\n  case 1:\n    match b:\n      case {**c} if f(c):\n        f(1)\n      case d: f(d)\n",
        "class A:\n    def m(self):\n        match self:\n            case A(): return f(1)\n",
        "a = b[*f(1)]\nc = b[*f(1), 2,]\n",
        "a = f'{b[*f(1)]}'\n",
        "async def g():\n    match await f(1):\n        case 1 if await f(2): pass\n",
        "",
        "# only a comment",
    ],
)
def test_code_around_keeps_its_calls_on_its_lines(source: str) -> None:
    assert keeps(source)


def test_names_that_a_pattern_binds_are_bound_to_the_subject() -> None:
    view = semgrep_view("match q:\n    case {'a': [b, *c], **d} as e:\n        pass\n")
    bound = {node.target.id for node in ast.walk(ast.parse(view)) if isinstance(node, ast.NamedExpr)}
    assert bound >= {"b", "c", "d", "e"}


@pytest.mark.parametrize(
    ("source", "view"),
    [
        ("\uff45val(\uff58)\n", "eval(x)\n"),
        ("\uff49f = 1\n", "uff49_f = 1\n"),
        ("é = è = 'ï€'\n", "ue9_ = ue8_ = 'uef__'\n"),
        ("re.sub('[\u20ac-\u20ad\u2019]', '', x)  # \u2028\n", "re.sub('[_-__]', '', x)  # _\n"),
    ],
)
def test_other_characters_become_ascii_as_python_reads_names(source: str, view: str) -> None:
    assert semgrep_view(source) == view


def test_marks_and_line_ends_of_other_systems_are_read_as_python_reads_them() -> None:
    assert semgrep_view("\ufeffa = 1\r\nb = 2\rc = 3") == "a = 1\nb = 2\nc = 3"


@pytest.mark.parametrize("source", ["def f(:\n", "x = '\ud800'\n\0", "(" * 10_000])
def test_a_text_that_does_not_parse_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="does not parse"):
        semgrep_view(source)
