"""One small artifact, compiled once, and a store of its own for each test that wants to damage it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, Store
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import parse_spec

SPEC = """\
name: price_band
description: Sort a price into a band.
instructions: Below 10 is low, below 100 is middle, else high. Decline negative prices.\r
input: {sku: string, price: number}
output: {sku: string, band: [low, middle, high]}
examples:
  - {input: {sku: a, price: 1}, output: {sku: a, band: low}}
  - {input: {sku: b, price: 50}, output: {sku: b, band: middle}}
"""
CODE = '''```python
from compiled_ai.modules import abstain


def price_band(data: PriceBandInput) -> PriceBandOutput:
    """Sort a price into a band."""
    price = data["price"]
    if price < 0:
        abstain("negative price")
    if price < 10:
        return {"sku": data["sku"], "band": "low"}
    return {"sku": data["sku"], "band": "middle" if price < 100 else "high"}
```'''

Compile = Callable[[Path], Artifact]


@pytest.fixture(scope="session")
def compile_into() -> Compile:
    """Compiles the spec into a store at a path."""

    def compile_it(root: Path) -> Artifact:
        spec = parse_spec(SPEC, path=Path("price_band.yaml"))
        options = CompileOptions(store=Store(root), force=True, synthesis=False)
        return compile_spec(spec, from_function(lambda _: CODE), options).artifact

    return compile_it


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory, compile_into: Compile) -> Artifact:
    """The artifact. Read it, do not touch its files."""
    return compile_into(tmp_path_factory.mktemp("compiled") / "workflows")


@pytest.fixture
def store(tmp_path: Path, compiled: Artifact) -> Store:
    """A store with a copy of the artifact."""
    shutil.copytree(compiled.path.parents[1], tmp_path / "workflows")
    return Store(tmp_path / "workflows")


@pytest.fixture
def folder(store: Store) -> Path:
    """The folder of the copy."""
    return store.find("price_band")
