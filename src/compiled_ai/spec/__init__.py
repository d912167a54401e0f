"""What the user writes: specs, their cases and schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiled_ai.spec.cases import Case, HiddenCase, VisibleCase
    from compiled_ai.spec.load import load_spec, parse_spec
    from compiled_ai.spec.model import Brief, Spec

__all__ = ["Brief", "Case", "HiddenCase", "Spec", "VisibleCase", "load_spec", "parse_spec"]

_HOMES = {
    "Brief": "model",
    "Case": "cases",
    "HiddenCase": "cases",
    "Spec": "model",
    "VisibleCase": "cases",
    "load_spec": "load",
    "parse_spec": "load",
}


def __getattr__(name: str) -> object:
    """Public names on first use: running an artifact must not pay for loading specs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
