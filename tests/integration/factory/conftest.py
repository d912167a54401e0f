"""A bench to compile on: specs from plain data, a scripted model that remembers what it was asked, and a store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiled_ai.artifact import Store
from compiled_ai.errors import CompilationFailedError, CompiledAIError
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.factory.effort import Effort
from compiled_ai.factory.events import Event, Listener, ignore
from compiled_ai.llm import Request, from_function
from compiled_ai.spec import Spec, load_spec
from compiled_ai.spec.canonical import JsonObject

Reply = str | JsonObject | CompiledAIError | Callable[[Request], str | JsonObject]

DOUBLE: dict[str, Any] = {
    "name": "double",
    "description": "Double a number.",
    "instructions": "Twice the number. Decline negative ones.",
    "input": {"n": "integer"},
    "output": {"twice": "integer"},
    "examples": [{"input": {"n": 1}, "output": {"twice": 2}}, {"input": {"n": -1}, "abstain": True}],
    "tests": [{"input": {"n": 30}, "output": {"twice": 60}}, {"input": {"n": -30}, "abstain": True}],
    "limits": {"case_seconds": 5.0, "tokens": 100_000},
}


class Bench:
    """What a test of the compiler needs."""

    def __init__(self, folder: Path, cache_dir: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "workflows")
        self.requests: list[Request] = []
        self.events: list[Event] = []
        self._cache_dir = cache_dir

    def spec(self, **changes: Any) -> Spec:
        """The spec `DOUBLE` with `changes`, from a file. A value None takes the key out."""
        data = {key: value for key, value in {**DOUBLE, **changes}.items() if value is not None}
        path = self.folder / f"{data['name']}.yaml"
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return load_spec(path)

    def compile(
        self,
        spec: Spec,
        *replies: Reply,
        force: bool = False,
        effort: Effort = "low",
        synthesis: bool = False,
        listener: Listener = ignore,
    ) -> CompilationResult:
        """Compile with a model that gives `replies` in turn, the last one again and again; without any it must not be asked.

        Synthesis is off unless asked for, for it would solve most of the small specs here.
        """
        self.requests.clear()
        self.events.clear()

        def tell(event: Event) -> None:
            self.events.append(event)
            listener(event)

        options = CompileOptions(
            store=self.store,
            force=force,
            cache_dir=self._cache_dir,
            effort=effort,
            synthesis=synthesis,
            listener=tell,
        )
        return compile_spec(spec, from_function(lambda request: self._reply(request, replies)), options)

    def fail(
        self, spec: Spec, *replies: Reply, effort: Effort = "low", listener: Listener = ignore
    ) -> CompilationFailedError:
        """The error of a compilation that must fail."""
        with pytest.raises(CompilationFailedError) as caught:
            self.compile(spec, *replies, effort=effort, listener=listener)
        return caught.value

    def _reply(self, request: Request, replies: tuple[Reply, ...]) -> str | JsonObject:
        self.requests.append(request)
        assert replies, f"the model was asked: {request.prompt[:200]}"
        reply = replies[min(len(self.requests), len(replies)) - 1]
        if isinstance(reply, CompiledAIError):
            raise reply
        return reply(request) if callable(reply) else reply


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mypy cache that gets warm once."""
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture(scope="session")
def make_bench(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Callable[[], Bench]:
    """Makes benches, for compilations that several tests look at."""
    return lambda: Bench(tmp_path_factory.mktemp("bench"), cache_dir)


@pytest.fixture
def bench(make_bench: Callable[[], Bench]) -> Bench:
    """A bench of its own."""
    return make_bench()
