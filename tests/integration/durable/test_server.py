"""Where a server is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.durable import server, server_build
from compiled_ai.durable.server import find_program
from compiled_ai.durable.server_build import install_server
from compiled_ai.errors import MissingToolError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program in an empty cache; nothing is on PATH."""
    program = tmp_path / "cache" / "temporal"
    program.parent.mkdir()
    monkeypatch.setattr(server, "cached_program", lambda: program)
    monkeypatch.setattr(server_build, "cached_program", lambda: program)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return program


def put(program: Path) -> Path:
    program.parent.mkdir(exist_ok=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_the_one_on_the_path_comes_first(cache: Path, tmp_path: Path) -> None:
    put(cache)
    first = put(tmp_path / "path" / "temporal")
    assert find_program() == first


def test_else_the_one_in_the_cache_is_taken(cache: Path) -> None:
    put(cache)
    assert find_program() == cache


def test_without_any_it_is_said_what_gets_one(cache: Path) -> None:
    with pytest.raises(MissingToolError, match=r"'python -m compiled_ai\.durable' fetches or builds one"):
        find_program()


def test_what_is_in_the_cache_is_not_fetched_again(cache: Path) -> None:
    put(cache)
    assert install_server(quiet=True) == (cache, False)


def test_a_build_takes_over_where_nothing_can_be_downloaded(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_way(_: Path) -> Path:
        raise RuntimeError("no network")

    monkeypatch.setattr(server_build, "_download", no_way)
    monkeypatch.setattr(server_build, "_build", lambda folder: put(folder / "temporal"))
    assert install_server(quiet=True) == (cache, True)
    assert find_program() == cache


def test_when_nothing_works_every_reason_is_told(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(server_build, "_download", lambda _: fail("no network"))
    monkeypatch.setattr(server_build, "_build", lambda _: fail("no go"))
    with pytest.raises(MissingToolError, match="download: no network; build: no go"):
        install_server(quiet=True)
