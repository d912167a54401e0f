"""Cases: an input and what must come out. Visible and hidden ones are different types.

Code that builds prompts takes `VisibleCase` only, so that mypy refuses a hidden case there; code that scores takes the common `Case`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from compiled_ai.spec.canonical import JsonObject, canonical_json

HELD_BACK_SHARE = 0.3
"""Share of the examples that is held back as hidden cases when a spec has no tests."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One input with its expectation. `output` None means: the input must be declined (abstain)."""

    case_id: str
    input: JsonObject
    output: JsonObject | None
    given: dict[str, JsonObject] = field(default_factory=dict)
    """Outputs of bounded steps by step id, used in place of a model call when the case is scored."""

    @property
    def must_abstain(self) -> bool:
        """Whether declining is the right answer."""
        return self.output is None


@dataclass(frozen=True, kw_only=True)
class VisibleCase(Case):
    """An example: the coder may see it."""


@dataclass(frozen=True, kw_only=True, repr=False)
class HiddenCase(Case):
    """A test: only scoring code may open it. Its repr tells nothing of its content."""

    def __repr__(self) -> str:
        return "HiddenCase(...)"


def hold_back(examples: Sequence[VisibleCase]) -> tuple[tuple[VisibleCase, ...], tuple[HiddenCase, ...]]:
    """Split `examples` into those that stay visible and those held back, in their old order.

    The choice depends on the content of each case alone, so it is the same on every machine, in every order of the file, and a new
    example moves at most one other. Fewer than three examples are never split.
    """
    if len(examples) < 3:
        return tuple(examples), ()
    count = max(1, round(len(examples) * HELD_BACK_SHARE))
    ranked = sorted(examples, key=_rank)
    chosen = {id(case) for case in ranked[:count]}
    visible = tuple(case for case in examples if id(case) not in chosen)
    hidden = tuple(
        HiddenCase(case_id=case.case_id, input=case.input, output=case.output, given=case.given)
        for case in examples
        if id(case) in chosen
    )
    return visible, hidden


def _rank(case: Case) -> tuple[str, str]:
    """By the hash of the input; what is given decides between cases that share one."""
    text = canonical_json(case.input).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest(), canonical_json({**case.given})
