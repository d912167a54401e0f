"""Prompts as files."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import get_args

import pytest

from compiled_ai.factory import prompt_file
from compiled_ai.factory.prompt_file import PromptName, read_prompt
from compiled_ai.modules import slots
from compiled_ai.modules.slots import Kind, Slot

NAMES: tuple[PromptName, ...] = get_args(PromptName)


@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_version_and_a_text(name: PromptName) -> None:
    prompt = read_prompt(name)
    assert prompt.version >= 1
    assert prompt.text == prompt.text.strip()


def test_every_file_is_read_by_somebody() -> None:
    folder = Path(prompt_file.__file__).parent / "prompt_texts"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(NAMES)


def test_the_page_on_slots_names_what_there_is() -> None:
    text = read_prompt("slots").text
    assert all(f"{kind}" in text for kind in get_args(Kind))
    assert all(f"{name}" in text for name in inspect.signature(Slot).parameters)
    getters = [
        name for name, _ in inspect.getmembers(slots.Filling, inspect.isfunction) if not name.startswith("_")
    ]
    assert all(f".{name}" in text for name in getters)
