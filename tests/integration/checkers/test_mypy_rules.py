"""What mypy must find in generated code beyond its strict mode, and what it must let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.checkers.mypy_tool import check_types

HEAD = "import json\nfrom typing import Any, Literal, TypedDict\nfrom compiled_ai.modules import abstain\n"


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


BAD = {
    "explicit-any": "def f(x: Any) -> int:\n    return 1\n",
    "type-arg": "def f(x: dict) -> int:\n    return 1\n",
    "no-untyped-def": "def f(x: int):\n    return x\n",
    "no-any-return": "def f(x: str) -> int:\n    return json.loads(x)\n",
    "unreachable": "def f(x: str) -> int:\n    if not isinstance(x, str):\n        return 1\n    return 2\n",
    "possibly-undefined": "def f(x: str) -> int:\n    if x:\n        y = 1\n    return y\n",
    "redundant-expr": "def f(x: str, y: int) -> int:\n    return 1 if isinstance(x, str) and y else 2\n",
    "truthy-function": "def f(x: str) -> int:\n    return 1 if f else 2\n",
    "comparison-overlap": "def f(x: Literal['a', 'b']) -> bool:\n    return x == 'c'\n",
    "union-attr": "import re\ndef f(x: str) -> str:\n    return re.match('a', x).group()\n",
    "var-annotated": "def f() -> int:\n    x = []\n    return len(x)\n",
}


@pytest.mark.parametrize(("rule", "code"), [pytest.param(rule, code, id=rule) for rule, code in BAD.items()])
def test_mistake_is_found_with_what_to_do(rule: str, code: str, cache_dir: Path) -> None:
    messages = [
        issue.message for issue in check_types(HEAD + code, cache_dir=cache_dir) if issue.rule == rule
    ]
    assert messages != []
    assert all(": " in message for message in messages)


GOOD = {
    "json_looked_at": "def f(x: str) -> int:\n    found = json.loads(x)\n    return len(found) if isinstance(found, dict) else 0\n",
    "abstain_ends": "def f(x: str | None) -> int:\n    if x is None:\n        abstain('none')\n    return len(x)\n",
    "abstain_after_a_full_table": "def f(x: Literal['a', 'b']) -> int:\n    if x == 'a':\n        return 1\n    if x == 'b':\n        return 2\n    abstain('no line holds')\n",
    "set_on_every_way": "def f(x: str) -> int:\n    if x:\n        y = 1\n    else:\n        abstain('none')\n    return y\n",
    "match_with_default": "def f(x: object) -> int:\n    match x:\n        case str():\n            return 1\n        case _:\n            return 2\n",
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in GOOD.items()])
def test_honest_code_passes(code: str, cache_dir: Path) -> None:
    assert check_types(HEAD + code, cache_dir=cache_dir) == ()
