"""``compiled-ai templates search``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def search(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["templates", "search", *arguments])


def test_words_need_no_quotes_and_a_hit_says_why() -> None:
    result = search("remove", "double", "entries")
    assert result.exit_code == 0, result.output
    first, why, *_ = result.output.splitlines()
    assert first.endswith("deduplicator: drop repeated records from a list")
    assert "'double' means duplicates in name" in why


def test_it_says_when_nothing_fits() -> None:
    result = search("sing a lullaby")
    assert (result.exit_code, "no template fits" in result.output) == (0, True)


def test_programs_get_json() -> None:
    document = json.loads(search("classify mails", "--json", "--limit", "1").output)
    (hit,) = document["hits"]
    assert (document["query"], hit["name"], hit["by_meaning"]) == ("classify mails", "classifier", None)
    assert hit["score"] >= document["threshold"] > 0
    assert {"word", "field", "how", "found", "share"} == set(hit["matches"][0])


def test_the_threshold_can_be_set() -> None:
    assert "no template fits" in search("classify mails", "--threshold", "0.99").output
    assert len(json.loads(search("text", "--threshold", "0", "--limit", "9", "--json").output)["hits"]) == 9


def test_the_index_is_kept(tmp_path: Path) -> None:
    search("classify")
    search("redact")
    assert len(list((tmp_path / "cache").rglob("templates-*.json"))) == 1


def test_an_unknown_embedder_is_refused() -> None:
    assert search("classify", "--embedder", "magic").exit_code == 2


def test_an_embedder_without_a_key_says_which() -> None:
    result = search("classify", "--embedder", "openai:text-embedding-3-small", "--json")
    assert result.exit_code == 7
    assert json.loads(result.output)["error"]["type"] == "MissingKeyError"
