"""Folders of recordings: what a replay accepts and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from compiled_ai.errors import ReplayMissError, StoreError
from compiled_ai.llm import LlmClient, LlmSettings, make_client
from compiled_ai.llm.exchange import Request, Usage, request_body
from compiled_ai.llm.recording import Recorded, Recordings


def save(folder: Path, *, model: str = "openai-chat:tiny", prompt: str = "greet") -> Path:
    request = Request(role="coder", instructions="", prompt=prompt)
    recorded = Recorded(
        model=model,
        role="coder",
        body=request_body(model, request),
        response={"kind": "response", "parts": [{"part_kind": "text", "content": "hello"}]},
        usage=Usage(input_tokens=1, output_tokens=2),
        seconds=0.5,
        first_token_seconds=None,
        answered_by="test",
        day=date(2026, 1, 2),
    )
    recordings = Recordings(folder)
    return recordings.path(recordings.save(recorded))


def replay(folder: Path, model: str | None = None) -> LlmClient:
    return make_client(LlmSettings(replay_dir=folder, model=model), today=lambda: date(2026, 1, 3))


def test_recorded_seconds_are_given_back(tmp_path: Path) -> None:
    save(tmp_path)
    client = replay(tmp_path)

    client.ask_text("", "greet", role="coder")

    assert [(row.seconds, row.replayed) for row in client.ledger] == [(0.5, True)]


def test_nothing_but_the_recording_is_left_in_the_folder(tmp_path: Path) -> None:
    assert [save(tmp_path)] == list(tmp_path.iterdir())


def test_equal_exchanges_are_recorded_in_equal_bytes(tmp_path: Path) -> None:
    assert save(tmp_path / "a").read_bytes() == save(tmp_path / "b").read_bytes()


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no recordings in"):
        replay(tmp_path)


def test_recordings_of_several_models_need_one_to_be_named(tmp_path: Path) -> None:
    save(tmp_path)
    save(tmp_path, model="anthropic:claude-x")

    with pytest.raises(StoreError, match=r"anthropic:claude-x, openai-chat:tiny.*--model"):
        replay(tmp_path)


def test_a_named_model_picks_its_own_recordings(tmp_path: Path) -> None:
    save(tmp_path)
    save(tmp_path, model="anthropic:claude-x", prompt="other")

    assert replay(tmp_path, "openai-chat:tiny").ask_text("", "greet", role="coder") == "hello"


def test_a_bare_model_name_means_one_on_an_own_server(tmp_path: Path) -> None:
    save(tmp_path)

    assert replay(tmp_path, "tiny").ask_text("", "greet", role="coder") == "hello"


def test_a_miss_leaves_the_ledger_empty(tmp_path: Path) -> None:
    save(tmp_path)
    client = replay(tmp_path)

    with pytest.raises(ReplayMissError):
        client.ask_text("", "other", role="coder")
    assert len(client.ledger) == 0


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"key": "k1:0"}, "edited or renamed"),
        ({"usage": {}}, "not a whole recording"),
        ({"seconds": "long"}, "not a whole recording"),
        ({"format": 2}, "not a recording of format 1"),
    ],
    ids=["key", "no usage", "seconds", "format"],
)
def test_a_spoilt_recording_is_refused(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    path = save(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    with pytest.raises(StoreError, match=complaint):
        replay(tmp_path, "openai-chat:tiny").ask_text("", "greet", role="coder")


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    save(tmp_path).write_text("{")

    with pytest.raises(StoreError, match="cannot read the recording"):
        replay(tmp_path)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot write the recording"):
        save(tmp_path / "file" / "folder")
