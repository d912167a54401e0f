"""Prompts as files: the standing instructions of each agent, and parts that several prompts share, each with a version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

PromptName = Literal["coder", "planner", "tester", "solver", "slot_coder", "slots"]

_FOLDER = Path(__file__).parent / "prompt_texts"
_FORM = re.compile(r"version: (\d+)\n\n(.+)\n", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class PromptFile:
    """A text that a model is told."""

    version: int
    """Counted up whenever the text changes; artifacts name it."""
    text: str


@cache
def read_prompt(name: PromptName) -> PromptFile:
    """The text called `name`."""
    match = _FORM.fullmatch((_FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert match is not None, f"prompt_texts/{name}.md does not begin with its version"
    return PromptFile(version=int(match[1]), text=match[2])
