"""The static check of regular expressions. Every pattern of EXPONENTIAL was seen to take seconds on its pump."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.findings import Finding
from compiled_ai.subset.check import check_subset
from compiled_ai.subset.regexes import PatternError, weaknesses

EXPONENTIAL = [
    r"(a+)+$", r"(a|a)*$", r"(.*)*x", r"(a|aa)+$", r"(\d{1,3})+$", r"([a-z]+\d?)+$", r"(?:\s*,?\s*)+$", r"(\w+\s?)*$",
    r"(x+x+)+y", r"(?:a?a)*$", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(a*b*)*c", r"(?:\w+[-.]?)+@", r"(([^/]*)*)/x",
    r'("[^"]*"|[^,])*,x$', r"(?:[a-z]{0,25}\s?)+!", r"((a{2,})*)b", r"(?=(a+)+b)a", r"x(?:\w+\d+\.)*y", r"(?i:(A|aa)+)$",
]  # fmt: skip
POLYNOMIAL = [
    r"\s*\s*x", r"^\s*(.+?)\s*$", r"a*a*b", r".*.*=.*", r"\d+\.?\d+$", r"\w+\s*\w+!", r"(?s)<.*>.*</b>",
]  # fmt: skip
SAFE = [
    r"(a+)+", r"(a|b)*$", r"\s*a\s*b", r"(?:\d{3},)*\d", r"(?:\w+\b\s*)+$", r"(?:\d+(?!\d)[., ]?)+$", r"(?:\w+ )+$",
    r"^(?:[^\d:]*:\s*)+", r"(?:(?!end).)*end", r"(?:\d{8}|\d{10}-)*x", r"(?:[a-z]+,)+[a-z]+$", r"(?:\d{13,16} )+$",
    r"(?:\d[ -]?){13,16}\b", r'"(?:[^"\\]|\\.)*"', r"(?:ab|ac)*$", r"(?>a+)+$", r"(?:a++)+$", r"\b(?:cat|car|cart)*\b",
    r"^(\s|\n)+$", r"(?i)(a|A)+$", r"(\d{1,2})\s*([./])\s*(\d{1,2})\s*\2\s*(\d{4})", r"(?<![\w-])[A-Z]{2}-\d{5,6}(?!\w|-\w)",
    r"(?:^|\s)x+", r"(?m)^(?:- .*\n)*$", r"", r"(?x) a + # many" + "\n b $", r"(?:[0-9]{1,4}\s*[a-z]+\s*)+$",
]  # fmt: skip


def kinds(pattern: str, *, whole: bool = False) -> set[str]:
    return {weakness.kind for weakness in weaknesses(pattern, whole=whole)}


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_exponential_pattern_is_found(pattern: str) -> None:
    assert "exponential" in kinds(pattern)


@pytest.mark.parametrize("pattern", POLYNOMIAL)
def test_loops_that_share_a_text_are_found(pattern: str) -> None:
    assert kinds(pattern) == {"polynomial"}


@pytest.mark.parametrize("pattern", SAFE)
def test_safe_pattern_is_left_alone(pattern: str) -> None:
    assert kinds(pattern) == set()


def test_pump_is_what_an_attacker_repeats() -> None:
    (weakness,) = weaknesses(r"x(?:[a-z]+,?)+!")
    assert weakness.pump == "a"


def test_a_loop_at_the_end_is_harmless_unless_all_must_match() -> None:
    assert (kinds(r"(a+)+"), kinds(r"(a+)+", whole=True)) == (set(), {"exponential"})


def test_pattern_that_does_not_parse_is_an_error_of_its_own() -> None:
    with pytest.raises(PatternError, match="unterminated"):
        weaknesses("(a")


def test_pattern_too_large_to_analyse_is_told() -> None:
    assert kinds("(?:" + "|".join(f"{number:06}" for number in range(2_000)) + ")+$") == {"too large"}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab.*+?|()[]{}^$\\d\\s,123:=!<", max_size=24))
def test_no_pattern_makes_the_analysis_raise_anything_else(pattern: str) -> None:
    try:
        weaknesses(pattern)
    except PatternError:
        return


def found(code: str) -> list[Finding]:
    return [
        finding
        for finding in check_subset(f"import re\nfrom re import fullmatch as whole\n{code}")
        if finding.rule == "regex"
    ]


WAYS = [
    ("compile", "P = re.compile(r'(a+)+$')\n"),
    ("keyword", "P = re.compile(pattern=r'(a+)+$')\n"),
    ("renamed_member", "X = lambda x: whole(r'(a+)+', x)\n"),
    ("constant", "P = r'(a+)+$'\ndef f(x: str) -> object:\n    return re.search(P, x)\n"),
    ("sum", "P = r'(a+)+'\ndef f(x: str) -> object:\n    return re.search(P + '$', x)\n"),
    ("f_string", "P = r'(a+)+'\ndef f(x: str) -> object:\n    return re.search(rf'{P}$', x)\n"),
    ("parameter", "def _g(p: str, x: str) -> object:\n    return re.search(p, x)\ndef f(x: str) -> object:\n    return _g(r'(a+)+$', x)\n"),
    ("loop_over_table", "T = [('x', 'a'), (r'(a+)+$', 'b')]\ndef f(x: str) -> object:\n    for p, _ in T:\n        return re.search(p, x)\n    return 1\n"),
    ("loop_over_keys", "T = {r'(a+)+$': 'b'}\ndef f(x: str) -> object:\n    for p in T:\n        return re.search(p, x)\n    return 1\n"),
    ("loop_over_values", "T = {'b': r'(a+)+$'}\ndef f(x: str) -> object:\n    return [re.search(p, x) for p in T.values()]\n"),
    ("looked_up", "T = {'b': r'(a+)+$'}\ndef f(x: str) -> object:\n    return re.search(T[x], x)\n"),
    ("joined", "T = ['(a+)+', 'b']\ndef f(x: str) -> object:\n    return re.search('(?:' + '|'.join(T) + ')c$', x)\n"),
    ("compiled_and_full", "P = re.compile(r'(a+)+')\ndef f(x: str) -> object:\n    return P.fullmatch(x)\n"),
    ("verbose", "P = re.compile('(a + ) + $', re.VERBOSE)\n"),
]  # fmt: skip


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in WAYS])
def test_exponential_pattern_is_an_error_however_it_is_written(code: str) -> None:
    assert [(finding.severity, finding.cwe) for finding in found(code)] == [("error", 1333)]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("def f(data: dict[str, str]) -> object:\n    return re.search(data['p'], 'x')\n", id="subscript"),
        pytest.param("def f(data: dict[str, str]) -> object:\n    return re.compile(data.get('p', ''))\n", id="get"),
        pytest.param("def f(data: dict[str, str]) -> object:\n    p = data['p']\n    return re.search(rf'\\b{p}\\b', 'x')\n", id="in_f_string"),
        pytest.param("def _g(p: str) -> object:\n    return re.search(p, 'x')\ndef f(data: dict[str, str]) -> object:\n    return _g(data['p'])\n", id="by_helper"),
    ],
)  # fmt: skip
def test_pattern_of_the_input_is_an_error(code: str) -> None:
    assert [finding.severity for finding in found(code)] == ["error"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("def f(data: dict[str, str]) -> object:\n    return re.search(rf\"\\b{re.escape(data['p'])}\\b\", 'x')\n", id="escaped"),
        pytest.param("W = ('a', 'b')\nP = re.compile('|'.join(map(re.escape, W)))\n", id="escaped_table"),
        pytest.param("W = ('a', 'b')\nP = re.compile('|'.join(re.escape(w) for w in sorted(W, key=len)))\n", id="escaped_items"),
        pytest.param("P = re.compile(r'^(?:[^\\d:]*:\\s*)+')\n", id="loop_at_the_end"),
        pytest.param("P = re.compile(r'a+\\s*b')\ndef f(x: str) -> object:\n    return P.sub(lambda m: m.group().upper(), x)\n", id="callback"),
    ],
)  # fmt: skip
def test_honest_pattern_passes(code: str) -> None:
    assert found(code) == []


def test_pattern_that_is_not_known_is_a_warning() -> None:
    (finding,) = found("def _f(p: str, x: str) -> object:\n    return re.search(p, x)\n")
    assert finding.severity == "warning"


def test_broken_pattern_is_an_error_with_its_line() -> None:
    (finding,) = found("P = 1\nQ = re.compile('(a')\n")
    assert (finding.severity, finding.line) == ("error", 4)
