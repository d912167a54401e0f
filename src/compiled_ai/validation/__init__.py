"""The four stages that generated code must pass, and the jail that it is run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiled_ai._lazy import lazy_names

if TYPE_CHECKING:
    from compiled_ai.findings import Finding, StageReport
    from compiled_ai.validation.pipeline import Criteria, Verification, verify

__all__ = ["Criteria", "Finding", "StageReport", "Verification", "verify"]

__getattr__ = lazy_names(
    __name__,
    {
        "Criteria": "compiled_ai.validation.pipeline",
        "Finding": "compiled_ai.findings",
        "StageReport": "compiled_ai.findings",
        "Verification": "compiled_ai.validation.pipeline",
        "verify": "compiled_ai.validation.pipeline",
    },
)
