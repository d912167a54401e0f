"""Clients of systems: calls are noted, also those of sessions; recordings of a desk are known as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.bench.model import ModelCall
from compiled_ai.bench.systems.asking import (
    Asking,
    is_by_hand,
    open_asking,
    recorded_seconds,
    replay_folder,
    source_digest,
)
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import OperatorError, ReplayMissError, StoreError
from compiled_ai.llm import from_function


def recording(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "format": 1,
        "model": "openai-chat:claude",
        "provenance": {"answered_by": "claude", "date": "2026-11-22"},
        **changes,
    }
    path = folder / "a.json"
    path.write_text(json.dumps(data))
    return path


def test_calls_of_sessions_are_noted_once() -> None:
    asking = Asking(from_function(lambda _: "yes"), by_hand=True)
    asking.client.session().ask_text("", "one", role="direct")
    other = from_function(lambda _: "no").beside(asking.client)
    other.ask_text("", "two", role="coder")
    calls = asking.take_calls()
    assert [call.by_hand for call in calls] == [True, True]
    assert asking.take_calls() == ()


def test_only_calls_of_a_model_that_were_replayed_have_recorded_seconds() -> None:
    def call(seconds: float, *, replayed: bool, by_hand: bool) -> ModelCall:
        return ModelCall(input_tokens=1, output_tokens=1, seconds=seconds, replayed=replayed, by_hand=by_hand)

    calls = [
        call(1.0, replayed=True, by_hand=False),
        call(10.0, replayed=True, by_hand=True),
        call(100.0, replayed=False, by_hand=False),
    ]
    assert recorded_seconds(calls) == 1.0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, False, id="a model"),
        pytest.param({"by_hand": True}, True, id="said outright"),
        pytest.param({"provenance": {"answered_by": "claude, through the desk"}}, True, id="the desk"),
        pytest.param({"provenance": 4}, False, id="no provenance"),
        pytest.param({"format": 9}, False, id="another format"),
    ],
)
def test_recordings_of_a_desk_are_known(tmp_path: Path, changes: dict[str, object], expected: bool) -> None:
    recording(tmp_path, **changes)
    assert is_by_hand(tmp_path) is expected


def test_replay_of_a_task_comes_from_its_own_folder_if_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert replay_folder(tmp_path, "a") == tmp_path / "a"
    assert replay_folder(tmp_path, "b") == tmp_path
    assert replay_folder(tmp_path, "") == tmp_path
    assert replay_folder(None, "a") is None


def test_replay_asks_the_model_that_was_recorded(tmp_path: Path) -> None:
    recording(tmp_path / "kept" / "task", by_hand=True)
    asking = open_asking(SystemOptions(folder=tmp_path, replay=tmp_path / "kept"), below="task", environ={})
    assert asking.client.model == "openai-chat:claude"
    assert asking.client.source == "replay"
    assert asking.by_hand


def test_task_without_recordings_fails_only_when_it_asks(tmp_path: Path) -> None:
    recording(tmp_path / "kept" / "other")
    asking = open_asking(
        SystemOptions(folder=tmp_path, replay=tmp_path / "kept"), below="synthesized", environ={}
    )
    assert asking.client.model == "openai-chat:claude"
    with pytest.raises(ReplayMissError):
        asking.client.ask_text("", "one", role="direct")


def test_recordings_of_several_models_need_a_name(tmp_path: Path) -> None:
    recording(tmp_path)
    (tmp_path / "b.json").write_text((tmp_path / "a.json").read_text().replace("claude", "other"))
    with pytest.raises(StoreError, match="several models"):
        open_asking(SystemOptions(folder=tmp_path, replay=tmp_path), environ={})
    options = SystemOptions(folder=tmp_path, replay=tmp_path, model="openai-chat:other")
    assert open_asking(options, environ={}).client.model == "openai-chat:other"


def test_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no recordings"):
        open_asking(SystemOptions(folder=tmp_path, replay=tmp_path), environ={})


def test_recording_and_replaying_exclude_each_other(tmp_path: Path) -> None:
    recording(tmp_path)
    with pytest.raises(OperatorError, match="exclude each other"):
        open_asking(SystemOptions(folder=tmp_path, replay=tmp_path, record=tmp_path), environ={})


def test_keys_come_from_the_environment_and_nothing_else_does(tmp_path: Path) -> None:
    environ = {"COMPILED_AI_MODEL": "anthropic:claude-opus-4-5", "OPENAI_API_KEY": "k"}
    assert open_asking(SystemOptions(folder=tmp_path), environ=environ).client.model == "none"


def test_source_digest_goes_by_the_text(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "x.py", tmp_path / "b" / "x.py"
    for path in (first, second):
        path.parent.mkdir()
        path.write_text("a = 1\n")
    assert source_digest(str(first)) == source_digest(str(second))
    second.write_text("a = 2\n")
    assert source_digest(str(first)) != source_digest(str(second))
