"""Shared by all tests: no network (pytest-socket, see pyproject.toml), no variables or settings of the machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

PREFIXES = ("COMPILED_AI_", "ANTHROPIC_", "OPENAI_", "GOOGLE_", "GEMINI_", "OLLAMA_")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIXES):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_stray_loop() -> Iterator[None]:
    """No test leaves an event loop open in its thread: its collection would fail another test, much later."""
    yield
    local = getattr(asyncio.get_event_loop_policy(), "_local", None)
    loop = getattr(local, "_loop", None)
    if isinstance(loop, asyncio.AbstractEventLoop) and not loop.is_running() and not loop.is_closed():
        loop.close()
        asyncio.set_event_loop(None)
        pytest.fail("an event loop was left open in this thread", pytrace=False)
