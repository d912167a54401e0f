"""Options of systems survive the way to another process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonObject

FULL = SystemOptions(
    folder=Path("made"),
    model="anthropic:claude-opus-4-5",
    base_url="http://127.0.0.1:1/v1",
    record=Path("kept"),
    by_hand=True,
    effort="high",
    timeout_seconds=7.5,
    price_as="anthropic:claude-opus-4-5",
)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(FULL, id="all of them"),
        pytest.param(SystemOptions(folder=Path("made")), id="only what must be"),
        pytest.param(SystemOptions(folder=Path("made"), replay=Path("kept")), id="a replay"),
    ],
)
def test_options_come_back_from_json(options: SystemOptions) -> None:
    assert SystemOptions.from_json(json.loads(json.dumps(options.to_json()))) == options


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"effort": "heroic"}, "effort 'heroic'", id="effort"),
        pytest.param({"folder": None}, "need a folder", id="folder"),
        pytest.param({"model": 4}, "option model 4", id="model"),
        pytest.param({"timeout_seconds": 0}, "timeout_seconds 0", id="no time"),
        pytest.param({"timeout_seconds": True}, "timeout_seconds True", id="time that is no number"),
    ],
)
def test_options_that_are_none_are_refused(change: JsonObject, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SystemOptions.from_json({**FULL.to_json(), **change})
