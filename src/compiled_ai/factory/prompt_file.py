"""Prompts as files: the standing instructions of each agent, with a version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Agent = Literal["coder", "planner", "tester", "solver"]

_FOLDER = Path(__file__).parent / "prompt_texts"
_FORM = re.compile(r"version: (\d+)\n\n(.+)\n", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class PromptFile:
    """What an agent is told for the whole conversation."""

    version: int
    """Counted up whenever the text changes; artifacts name it."""
    text: str


@cache
def read_prompt(agent: Agent) -> PromptFile:
    """The standing instructions of `agent`."""
    match = _FORM.fullmatch((_FOLDER / f"{agent}.md").read_text(encoding="utf-8"))
    assert match is not None, f"prompt_texts/{agent}.md does not begin with its version"
    return PromptFile(version=int(match[1]), text=match[2])
