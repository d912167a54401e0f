"""A store with an artifact that declines large numbers, its case log, and scripted models that write better or worse code."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import yaml

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.artifact.store import Artifact
from compiled_ai.cases import CaseLog, NewCase, cases_path
from compiled_ai.evolve.evolution import Approval, Approved, Evolution, EvolveOptions, From, approve, evolve
from compiled_ai.evolve.promotions import Promotions
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import LlmClient, from_function
from compiled_ai.spec import load_spec
from compiled_ai.spec.canonical import JsonObject, digest

SPEC = {
    "name": "double",
    "version": "1.0.0",
    "description": "Double a number.",
    "instructions": "Twice the number. Decline negative ones.",
    "input": {"n": "integer"},
    "output": {"twice": "integer"},
    "examples": [{"input": {"n": 1}, "output": {"twice": 2}}, {"input": {"n": -1}, "abstain": True}],
    "tests": [{"input": {"n": 30}, "output": {"twice": 60}}, {"input": {"n": -30}, "abstain": True}],
    "accuracy": {"evaluator": "exact", "threshold": 0.5},
    "fallback": {"policy": "model"},
    "limits": {"case_seconds": 5.0, "tokens": 100_000, "attempts": 1},
}
GOOD = '''```python
from compiled_ai.modules import abstain


def double(data: DoubleInput) -> DoubleOutput:
    """Double."""
    if data["n"] < 0:
        abstain("negative")
    return {"twice": 2 * data["n"]}
```'''
CAUTIOUS = GOOD.replace('data["n"] < 0', 'data["n"] < 0 or data["n"] > 100')
LOST = GOOD.replace('data["n"] < 0', 'data["n"] < 0 or data["n"] == 30')
"""Answers large numbers and declines a hidden case that was right."""
LARGE = range(200, 240)


def writing(code: str) -> LlmClient:
    """A model that writes `code`."""
    return from_function(lambda _: code)


class Workshop:
    """A store with a current artifact."""

    def __init__(self, folder: Path, cache_dir: Path) -> None:
        self.folder = folder
        self.spec_path = folder / "double.yaml"
        self.store = Store(folder / "workflows")
        self.compiling = CompileOptions(store=self.store, cache_dir=cache_dir, synthesis=False)
        self.asked: list[str] = []

    def build(self, code: str = CAUTIOUS) -> Artifact:
        self.spec_path.write_text(
            "# by the author\n" + yaml.safe_dump(SPEC, sort_keys=False), encoding="utf-8"
        )
        return self.build_again(code)

    def build_again(self, code: str = CAUTIOUS) -> Artifact:
        """Compile the spec as it stands."""
        return compile_spec(load_spec(self.spec_path), writing(code), self.compiling).artifact

    @property
    def current(self) -> Artifact:
        return load_artifact(self.store.find("double"))

    @property
    def log(self) -> CaseLog:
        return CaseLog(cases_path(self.store.root, "double"))

    @property
    def promotions(self) -> Promotions:
        return Promotions(self.store, "double")

    def note(
        self,
        n: int | str | float,
        *,
        model: JsonObject | None = None,
        human: JsonObject | None = None,
        kind: Literal["", "rejected", "masked", "of another spec", "of a step"] = "",
    ) -> None:
        """Log the input `n` with who answered it."""
        manifest = self.current.manifest
        is_other = kind == "of another spec"
        data: JsonObject = {"n": n}
        with self.log as log:
            case = NewCase(
                artifact="a1:" + "0" * 64 if is_other else manifest.artifact,
                spec="s1:" + "1" * 64 if is_other else manifest.spec,
                step="double" if kind == "of a step" else "",
                input=data,
                input_digest=digest("i1", data),
                reason="large",
                output=model,
                served_by="model" if model else "nobody",
                masked=kind == "masked",
            )
            name = log.log(case)
            if human is not None:
                log.answer(name, human, by="ann")
            if kind == "rejected":
                log.reject(name, by="ann")

    def evolve(self, *codes: str, teachers: From = "human", tries: int = 1) -> Evolution:
        """Evolve with a model that gives `codes` one after the other, the last one from then on."""

        def answer(request: object) -> str:
            self.asked.append(str(request))
            return (codes or (GOOD,))[min(len(self.asked), len(codes) or 1) - 1]

        return evolve("double", from_function(answer), replace(self.options(teachers), tries=tries))

    def approve(self, digits: str, *, by: str = "ben") -> Approved:
        return approve("double", Approval(digest=digits, by=by), self.options())

    def options(self, teachers: From = "human") -> EvolveOptions:
        return EvolveOptions(compiling=self.compiling, teachers=teachers)


def teach(shop: Workshop, numbers: range = LARGE) -> None:
    """Log large numbers, answered by a person."""
    for number in numbers:
        shop.note(number, human={"twice": 2 * number})


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mypy cache that gets warm once."""
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Path:
    """A folder with a compiled artifact, to be copied."""
    shop = Workshop(tmp_path_factory.mktemp("built"), cache_dir)
    shop.build()
    return shop.folder


def copy_of(built: Path, folder: Path, cache_dir: Path) -> Workshop:
    """The workshop in `built`, at another place."""
    shutil.copytree(built, folder)
    shop = Workshop(folder, cache_dir)
    for path in shop.store.root.glob("double/*/build.json"):
        path.write_text(path.read_text().replace(str(built), str(folder)))
    return shop


@pytest.fixture(scope="session")
def evolved(built: Path, tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Path:
    """A folder with a candidate that nobody has approved yet, to be copied."""
    shop = copy_of(built, tmp_path_factory.mktemp("evolved") / "shop", cache_dir)
    teach(shop)
    shop.evolve()
    return shop.folder


@pytest.fixture
def shop(built: Path, tmp_path: Path, cache_dir: Path) -> Workshop:
    """A store of its own, with nothing logged."""
    return copy_of(built, tmp_path / "shop", cache_dir)


@pytest.fixture
def fresh(built: Path, tmp_path: Path, cache_dir: Path) -> Workshop:
    """The same, where `shop` is another."""
    return copy_of(built, tmp_path / "fresh", cache_dir)


@pytest.fixture
def ready(evolved: Path, tmp_path: Path, cache_dir: Path) -> Workshop:
    """A store of its own, with a candidate that nobody has approved yet."""
    return copy_of(evolved, tmp_path / "ready", cache_dir)
