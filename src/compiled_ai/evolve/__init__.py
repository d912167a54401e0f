"""Evolving a workflow: from cases that compiled code declined to a candidate that is compared, approved and promoted, or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiled_ai._lazy import lazy_names

if TYPE_CHECKING:
    from compiled_ai.evolve.diff import BehaviourDiff
    from compiled_ai.evolve.evolution import Evolution, EvolveOptions, approve, evolve
    from compiled_ai.evolve.promotions import Promotion, Promotions, rollback

__all__ = [
    "BehaviourDiff",
    "Evolution",
    "EvolveOptions",
    "Promotion",
    "Promotions",
    "approve",
    "evolve",
    "rollback",
]

__getattr__ = lazy_names(
    __name__,
    {
        "BehaviourDiff": "compiled_ai.evolve.diff",
        "Evolution": "compiled_ai.evolve.evolution",
        "EvolveOptions": "compiled_ai.evolve.evolution",
        "Promotion": "compiled_ai.evolve.promotions",
        "Promotions": "compiled_ai.evolve.promotions",
        "approve": "compiled_ai.evolve.evolution",
        "evolve": "compiled_ai.evolve.evolution",
        "rollback": "compiled_ai.evolve.promotions",
    },
)
