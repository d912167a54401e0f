"""Makes the stand-ins of `bench_fakes` importable here and in worker processes."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = str(Path(__file__).parent)
    monkeypatch.syspath_prepend(home)
    monkeypatch.setenv("PYTHONPATH", home)
    for name in ("EXECUTIONS", "PREPARATIONS", "CHILDREN"):
        monkeypatch.setenv(name, str(tmp_path / f"{name.lower()}.txt"))
