"""The examples of effect steps and permissions in docs/templates.md."""

from __future__ import annotations

import re
from pathlib import Path

from compiled_ai.effects.permission import load_allowed, missing, parse_allowed
from compiled_ai.spec import parse_spec
from compiled_ai.spec.model import EffectStep

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("### Effects as steps of a spec")[2].partition("### Effects in Python")[0]
HEAD = """\
name: demo
description: A demo.
instructions: Do it.
input: {sku: string, least: integer}
output: {decision: [order, enough]}
"""


def test_the_spec_and_its_permissions_fit_together(tmp_path: Path) -> None:
    steps, permissions = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
    step = parse_spec(HEAD + steps, path=Path("demo.yaml")).steps[0]
    assert isinstance(step, EffectStep)
    (tmp_path / "effects.yaml").write_text(permissions)
    allowed = load_allowed(
        tmp_path / "effects.yaml", {"STOCK_TOKEN": "x", "OPS_HOOK": "https://hooks.example.com/"}
    )
    assert missing(step.call, allowed) == ()
    assert allowed.headers == {"stock.example.com": {"Authorization": "x"}}


def test_every_word_on_the_page_allows_something() -> None:
    words = re.findall(r"--allow-effects (\S+)", SECTION)
    assert len(words) >= 6
    assert parse_allowed(words).hosts == {"stock.example.com"}
