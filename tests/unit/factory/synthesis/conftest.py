"""Small specs, synthesized and run in this process; validation in a sandbox is the job of the integration tests."""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from compiled_ai.factory.coder import assemble_source
from compiled_ai.factory.plan import make_plan
from compiled_ai.factory.synthesis import Synthesizer, synthesize
from compiled_ai.modules import Abstain
from compiled_ai.spec import load_spec
from compiled_ai.spec.canonical import JsonObject

Activity = Callable[[JsonObject], JsonObject]


@dataclass(frozen=True, kw_only=True)
class Synthesized:
    """The candidates of one spec as sources, the simplest first, with how each was found."""

    step: str
    sources: tuple[str, ...]
    bodies: tuple[str, ...]
    hows: tuple[str, ...]
    costs: tuple[float, ...]

    def run(self, data: JsonObject, candidate: int = 0) -> JsonObject | None:
        """What a candidate answers; None when it declines."""
        module = types.ModuleType("synthesized")
        exec(compile(self.sources[candidate], "activities.py", "exec"), module.__dict__)
        try:
            return cast("Activity", getattr(module, self.step))(copy.deepcopy(data))
        except Abstain:
            return None


Synthesize = Callable[..., Synthesized]


@pytest.fixture
def synthesized(tmp_path: Path) -> Synthesize:
    """Synthesizes the spec that a text of YAML is; with `by` only by that synthesizer."""

    def run(text: str, *, by: Sequence[Synthesizer] | None = None) -> Synthesized:
        path = tmp_path / "spec.yaml"
        path.write_text(text, encoding="utf-8")
        spec = load_spec(path)
        plan = make_plan(spec)
        found = list(synthesize(plan.code, spec.brief(), by) if by else synthesize(plan.code, spec.brief()))
        return Synthesized(
            step=plan.code[0].types.step_id,
            sources=tuple(assemble_source(spec, plan, candidate.body) for candidate in found),
            bodies=tuple(candidate.body for candidate in found),
            hows=tuple(candidate.how for candidate in found),
            costs=tuple(candidate.cost for candidate in found),
        )

    return run
