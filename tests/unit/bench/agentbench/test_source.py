"""Where the data comes from, and what is said when it cannot be had. The network is off in tests."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench import source as module
from compiled_ai.bench.agentbench.source import FILES, PinnedFile, Source, fetch_all, sha256_of, source_of
from compiled_ai.errors import MissingToolError

CONTENT = b"made up"


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Made-up data in place of the pinned; the user's data folder is empty."""
    pin = PinnedFile(path="data/kg/dev.json", name="kg_dev.json", sha256=sha256_of(CONTENT))
    monkeypatch.setitem(FILES, "kg", pin)
    monkeypatch.setattr(module, "home", lambda: tmp_path / "home")
    return tmp_path


def answer_with(monkeypatch: pytest.MonkeyPatch, content: bytes | Exception) -> list[str]:
    asked: list[str] = []

    def open_url(url: str, timeout: float) -> io.BytesIO:
        assert timeout > 0
        asked.append(url)
        if isinstance(content, Exception):
            raise content
        return io.BytesIO(content)

    monkeypatch.setattr(urllib.request, "urlopen", open_url)
    return asked


def test_it_is_fetched_once_from_the_pinned_commit(pinned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_with(monkeypatch, CONTENT)
    assert fetch_all(Source(), ["kg"]) == fetch_all(Source(), ["kg"]) == len(CONTENT)
    assert asked == ["https://raw.githubusercontent.com/THUDM/AgentBench/578c5e9/data/kg/dev.json"]
    assert [path.name for path in (pinned / "home/data/kg").iterdir()] == ["dev.json"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"something else", "another file", id="other bytes"),
        pytest.param(urllib.error.URLError("no network"), "no network", id="no network"),
        pytest.param(TimeoutError("slow"), "slow", id="too slow"),
    ],
)
def test_what_cannot_be_fetched_is_said_with_a_way_out(
    pinned: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | Exception, words: str
) -> None:
    answer_with(monkeypatch, content)
    with pytest.raises(MissingToolError, match=words) as caught:
        Source().read("kg")
    assert "COMPILED_AI_AGENTBENCH" in str(caught.value)
    assert not (pinned / "home").exists()


@pytest.mark.parametrize("name", ["kg_dev.json", "data/kg/dev.json"])
def test_a_folder_may_have_either_name(pinned: Path, name: str) -> None:
    path = pinned / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert source_of({}, {"COMPILED_AI_AGENTBENCH": str(pinned / "mine")}).read("kg") == CONTENT


def test_another_file_than_the_known_one_is_refused_unless_asked_for(pinned: Path) -> None:
    (pinned / "kg_dev.json").write_bytes(b"[]")
    with pytest.raises(MissingToolError, match="'unpinned'"):
        Source(folder=pinned).read("kg")
    assert source_of({"folder": str(pinned), "unpinned": True}, {}).read("kg") == b"[]"


def test_a_folder_without_the_file_is_not_filled_up_silently(pinned: Path) -> None:
    with pytest.raises(MissingToolError, match="is not in"):
        Source(folder=pinned / "empty").read("kg")


@pytest.mark.parametrize(
    "name", ["../secret.sh", "/etc/passwd", "check/../../x.sh", "check/x.exe", "other/0.sh"]
)
def test_a_script_outside_of_the_scripts_is_refused(pinned: Path, name: str) -> None:
    with pytest.raises(MissingToolError, match="no path"):
        Source(folder=pinned).read_script(name)


def test_scripts_are_read_or_fetched(pinned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_with(monkeypatch, b"exit 0")
    assert Source().read_script("check/0.sh") == "exit 0"
    assert len(asked) == 1
    with pytest.raises(MissingToolError, match="os_scripts"):
        Source(folder=pinned, is_pinned=False).read_script("check/0.sh")
