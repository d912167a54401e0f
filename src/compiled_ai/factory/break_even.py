"""When a compilation has paid for itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

from compiled_ai.factory.evidence import whole_instructions
from compiled_ai.llm.exchange import estimate_tokens
from compiled_ai.spec.canonical import canonical_json
from compiled_ai.spec.model import Spec


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """What a direct call would take, and after how many of them the compilation is the cheaper way."""

    direct_tokens: int
    """Estimated tokens of one direct call: instructions, output schema, an input and an output like those of the examples."""
    runs: int
    """Runs after which compiling took fewer tokens than asking a model each time."""


def break_even(spec: Spec, tokens: int) -> BreakEven:
    """The break-even of a compilation that took `tokens`."""
    fixed = f"{whole_instructions(spec)} {canonical_json(spec.output_schema)}"
    cases = [
        f"{canonical_json(case.input)} {canonical_json(case.output) if case.output else ''}"
        for case in spec.examples
    ]
    each = sum(map(estimate_tokens, cases)) / len(cases) if cases else 0
    direct = max(1, round(estimate_tokens(fixed) + each))
    return BreakEven(direct_tokens=direct, runs=math.ceil(tokens / direct))
