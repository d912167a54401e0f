"""What the user writes: specs, their cases and schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiled_ai._lazy import lazy_names

if TYPE_CHECKING:
    from compiled_ai.spec.cases import Case, HiddenCase, VisibleCase
    from compiled_ai.spec.load import load_spec, parse_spec
    from compiled_ai.spec.model import Brief, Spec

__all__ = ["Brief", "Case", "HiddenCase", "Spec", "VisibleCase", "load_spec", "parse_spec"]

__getattr__ = lazy_names(
    __name__,
    {
        "Brief": "compiled_ai.spec.model",
        "Case": "compiled_ai.spec.cases",
        "HiddenCase": "compiled_ai.spec.cases",
        "Spec": "compiled_ai.spec.model",
        "VisibleCase": "compiled_ai.spec.cases",
        "load_spec": "compiled_ai.spec.load",
        "parse_spec": "compiled_ai.spec.load",
    },
)
