"""What ruff must find in generated code, and what it must let pass."""

from __future__ import annotations

import pytest

from compiled_ai.checkers.ruff_tool import LINT_RULES, lint

HEAD = '"""Doc."""\n\nfrom __future__ import annotations\n\n'


def rules(code: str) -> set[str]:
    return {issue.rule for issue in lint(HEAD + code)}


def function(body: str) -> str:
    return f'def f(x: int, y: str) -> object:\n    """Answer."""\n{body}    return x + len(y)\n'


BAD = {
    "E711": function("    if x == None:\n        return 1\n"),
    "E712": function("    if x == True:\n        return 1\n"),
    "E713": function("    if not y in 'abc':\n        return 1\n"),
    "E714": function("    if not x is None:\n        return 1\n"),
    "PLE1310": function("    y = y.strip('aab')\n"),
    "PLW0128": function("    x, x = 1, 2\n"),
    "PLW0177": function("    if x == float('nan'):\n        return 1\n"),
    "SIM220": function("    if x and not x:\n        return 1\n"),
    "SIM221": function("    if x or not x:\n        return 1\n"),
    "RUF016": function("    z = ['a']['b']\n    x = len(z)\n"),
    "RUF024": "X = dict.fromkeys('ab', [])\n",
    "RUF026": "from collections import defaultdict\nX = defaultdict(default_factory=list)\n",
    "RUF034": function("    x = 1 if y else 1\n"),
    "RUF060": function("    if y in []:\n        return 1\n"),
    "E721": function("    if type(x) == type(y):\n        return 1\n"),
    "E722": function("    try:\n        x = int(y)\n    except:\n        x = 1\n"),
    "F601": "X = {'a': 1, 'a': 2}\n",
    "F632": function("    if y is 'a':\n        return 1\n"),
    "F811": function("") + function(""),
    "F841": function("    z = 1\n"),
    "B006": 'def f(x: list[int] = []) -> list[int]:\n    """Answer."""\n    return x\n',
    "B023": function(
        "    rules = []\n    for z in y:\n        rules.append(lambda w: len(w + z))\n    x = len(rules)\n"
    ),
    "B035": "X = {'a': y for y in 'abc'}\n",
    "D103": "def f(x: int) -> int:\n    return x\n",
    "D419": 'def f(x: int) -> int:\n    """ """\n    return x\n',
    "PIE794": "from typing import TypedDict\nclass A(TypedDict):\n    x: int\n    x: int\n",
    "PLR0124": function("    if x == x:\n        return 1\n"),
    "PLR0133": function("    if 1 == 2:\n        return 1\n"),
    "PLW0127": function("    x = x\n"),
    "PLW0120": function("    for z in y:\n        x += len(z)\n    else:\n        x = 1\n"),
    "PLR1704": function("    for y in 'abc':\n        x += len(y)\n"),
    "SIM222": function("    if x or True:\n        return 1\n"),
    "SIM223": function("    if x and False:\n        return 1\n"),
    "ISC004": "X = ['a', 'b' 'c', 'd']\n",
    "ERA001": function("    # x = int(y)\n"),
    "RUF032": "from decimal import Decimal\nX = Decimal(0.1)\n",
}


@pytest.mark.parametrize(("rule", "code"), [pytest.param(rule, code, id=rule) for rule, code in BAD.items()])
def test_mistake_is_found(rule: str, code: str) -> None:
    assert rule in rules(code)


def test_every_selected_family_is_tried() -> None:
    families = {rule for rule in LINT_RULES if any(known.startswith(rule) for known in BAD)}
    assert set(LINT_RULES) - families == {"E9"}  # what does not parse never comes this far


GOOD = {
    "many_returns": function("".join(f"    if x == {n}:\n        return {n}\n" for n in range(8))),
    "loop_variable_unused": function("    for z in y:\n        x += 1\n"),
    "reassigned_loop_variable": function(
        "    for z in y.split():\n        z = z.strip()\n        x += len(z)\n"
    ),
    "lambda_that_ignores": "X = [lambda a, b: a, lambda a, b: b]\n",
    "typographic_quotes": "X = 'don’t – or £'\n",  # noqa: RUF001 - what texts of people hold
    "comment_in_words": function("    # line 26 of the spec\n"),
    "joined_text_in_brackets": "X = (\n    'a'\n    'b'\n)\n",
    "chained_comparison": function("    if 0 < x < 3 <= len(y):\n        return 1\n"),
    "private_without_docstring": "def _f(x: int) -> int:\n    return x\n",
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in GOOD.items()])
def test_honest_code_passes(code: str) -> None:
    assert rules(code) == set()


@pytest.mark.parametrize("rule", sorted(BAD))
def test_message_says_what_to_do(rule: str) -> None:
    silent = {"B035", "PIE794"}
    messages = [issue.message for issue in lint(HEAD + BAD[rule]) if issue.rule == rule]
    assert rule in silent or all(
        any(mark in message for mark in (":", ";", "use ", "Remove")) for message in messages
    )
