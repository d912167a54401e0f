"""Drafts of slots: the coder improves them, keeps them, or mends what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from compiled_ai.artifact import Store
from compiled_ai.errors import CompilationFailedError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult
from compiled_ai.factory.plan import make_plan
from compiled_ai.factory.synthesis.draft import MOST_TOKENS, draft_slots
from compiled_ai.llm import Request
from compiled_ai.llm.exchange import estimate_tokens
from compiled_ai.spec import Spec

AREA: dict[str, Any] = {
    "name": "triangle_area",
    "description": "Read base and height of a triangle.",
    "instructions": "triangle_area: area of a triangle. Decline when base or height is missing.",
    "input": {"request": "string"},
    "output": {
        "type": "object",
        "additionalProperties": False,
        "required": ["base", "height"],
        "properties": {
            "base": {"type": "integer", "description": "The base of the triangle."},
            "height": {"type": "integer", "description": "The height of the triangle."},
        },
    },
    "examples": [
        {
            "input": {"request": "Area of a triangle with base 6 and height 10"},
            "output": {"base": 6, "height": 10},
        },
        {"input": {"request": ""}, "abstain": True},
    ],
    "tests": [{"input": {"request": "base 3, height 4"}, "output": {"base": 3, "height": 4}}],
}
TALLER = """```python
SLOTS = (
    Slot(name="base", kind="integer", cues=("base", "wide", "width")),
    Slot(name="height", kind="integer", cues=("height", "high", "tall")),
)
```"""


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path
    store: Store
    requests: list[Request]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any, synthesis: bool) -> CompilationResult: ...
    def fail(self, spec: Spec, *replies: Any) -> CompilationFailedError: ...


def test_the_coder_is_shown_the_draft_and_changes_a_part_of_it(bench: Bench) -> None:
    result = bench.compile(bench.spec(**AREA), TALLER, synthesis=True)
    assert result.rung == "model"
    assert "# Draft" in bench.requests[0].prompt
    assert "Slot(name='base'" in bench.requests[0].prompt
    assert "4 tall" not in bench.requests[0].prompt
    answer = LoadedWorkflow(result.artifact).run({"request": "a triangle 4 tall and 9 wide"})
    assert answer.output == {"base": 9, "height": 4}


def test_keep_takes_the_draft_as_it_is(bench: Bench) -> None:
    result = bench.compile(bench.spec(**AREA), "KEEP", synthesis=True)
    assert (result.rung, result.attempts[-1].by) == ("model", "coder")
    assert "SLOTS" in result.artifact.source


def test_without_synthesis_there_is_no_draft(bench: Bench) -> None:
    bench.fail(bench.spec(**AREA), "KEEP")
    assert "# Draft" not in bench.requests[0].prompt


def test_a_draft_is_short(bench: Bench) -> None:
    spec = bench.spec(**AREA)
    draft = draft_slots(make_plan(spec).code, spec.brief())
    assert 0 < estimate_tokens(draft) <= MOST_TOKENS


def test_tasks_without_a_request_have_none(bench: Bench) -> None:
    spec = bench.spec()
    assert draft_slots(make_plan(spec).code, spec.brief()) == ""
