"""What a compilation produces: the workflow, the manifest, the store, and their integrity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiled_ai._lazy import lazy_names

if TYPE_CHECKING:
    from compiled_ai.artifact.manifest import Manifest
    from compiled_ai.artifact.plan import run_steps
    from compiled_ai.artifact.store import Artifact, Store, load_artifact
    from compiled_ai.artifact.workflow import PlannedStep, Workflow

__all__ = ["Artifact", "Manifest", "PlannedStep", "Store", "Workflow", "load_artifact", "run_steps"]

__getattr__ = lazy_names(
    __name__,
    {
        "Artifact": "compiled_ai.artifact.store",
        "Manifest": "compiled_ai.artifact.manifest",
        "PlannedStep": "compiled_ai.artifact.workflow",
        "Store": "compiled_ai.artifact.store",
        "Workflow": "compiled_ai.artifact.workflow",
        "load_artifact": "compiled_ai.artifact.store",
        "run_steps": "compiled_ai.artifact.plan",
    },
)
