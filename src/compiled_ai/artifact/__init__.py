"""What a compilation produces: the workflow, the manifest, the store, and their integrity."""

from compiled_ai.artifact.manifest import Manifest
from compiled_ai.artifact.store import Artifact, Store, load_artifact
from compiled_ai.artifact.workflow import PlannedStep, Workflow, run_steps

__all__ = ["Artifact", "Manifest", "PlannedStep", "Store", "Workflow", "load_artifact", "run_steps"]
