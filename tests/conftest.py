"""Shared by all tests: no network (pytest-socket, see pyproject.toml), no variables or settings of the machine."""

from __future__ import annotations

import os

import pytest

PREFIXES = ("COMPILED_AI_", "ANTHROPIC_", "OPENAI_", "GOOGLE_", "GEMINI_", "OLLAMA_")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIXES):
            monkeypatch.delenv(name)
