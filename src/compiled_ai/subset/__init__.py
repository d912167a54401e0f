"""The Python subset of compiled code: what it may be made of, and loading it with nothing more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiled_ai._lazy import lazy_names

if TYPE_CHECKING:
    from compiled_ai.subset.check import SUBSET_VERSION, check_subset, describe_subset
    from compiled_ai.subset.restricted import load_activities

__all__ = ["SUBSET_VERSION", "check_subset", "describe_subset", "load_activities"]

__getattr__ = lazy_names(
    __name__,
    {
        "SUBSET_VERSION": "compiled_ai.subset.check",
        "check_subset": "compiled_ai.subset.check",
        "describe_subset": "compiled_ai.subset.check",
        "load_activities": "compiled_ai.subset.restricted",
    },
)
