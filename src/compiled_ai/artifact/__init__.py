"""What a compilation produces: the workflow, the manifest, the store, and their integrity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiled_ai.artifact.manifest import Manifest
    from compiled_ai.artifact.store import Artifact, Store, load_artifact
    from compiled_ai.artifact.workflow import PlannedStep, Workflow, run_steps

__all__ = ["Artifact", "Manifest", "PlannedStep", "Store", "Workflow", "load_artifact", "run_steps"]

_HOMES = {
    "Artifact": "store",
    "Manifest": "manifest",
    "PlannedStep": "workflow",
    "Store": "store",
    "Workflow": "workflow",
    "load_artifact": "store",
    "run_steps": "workflow",
}


def __getattr__(name: str) -> object:
    """Public names on first use: the jail needs the workflow alone, without Pydantic and YAML."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
