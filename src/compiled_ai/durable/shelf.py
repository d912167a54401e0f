"""The artifacts that a worker serves: those of a store, each loaded when the first workflow asks for it, by its digest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.durable.payloads import ArtifactRef
from compiled_ai.errors import ArtifactNotFoundError
from compiled_ai.execution import LoadedWorkflow

Open = Callable[[Artifact], LoadedWorkflow]
"""Makes an artifact ready to run, with the model and the permissions of this worker."""


class Shelf:
    """Loaded artifacts. Threads may share it."""

    def __init__(self, store: Store, open_artifact: Open, *, most: int = 1_000) -> None:
        """Nothing is loaded yet. At most `most` stay loaded; the one used longest ago goes first."""
        self._store, self._open_artifact, self._most = store, open_artifact, most
        self._loaded: OrderedDict[str, LoadedWorkflow] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, reference: ArtifactRef) -> LoadedWorkflow:
        """The artifact of exactly that digest.

        Raises:
            ArtifactError: this store does not hold it, or it must not be run here. Another worker may.
        """
        with self._lock:
            found = self._loaded.get(reference.digest)
            if found is not None:
                self._loaded.move_to_end(reference.digest)
                return found
            loaded = self._load(reference)
            self._loaded[reference.digest] = loaded
            if len(self._loaded) > self._most:
                self._loaded.popitem(
                    last=False
                )  # not closed: a run may be using it; it is collected after that
            return loaded

    def _load(self, reference: ArtifactRef) -> LoadedWorkflow:
        artifact = load_artifact(self._store.find(f"{reference.name}@{reference.digest}"))
        if artifact.manifest.artifact != reference.digest:
            raise ArtifactNotFoundError(
                f"{artifact.path} holds {artifact.manifest.artifact}, not {reference.digest}",
                path=artifact.path,
            )
        return self._open_artifact(artifact)

    def close(self) -> None:
        """Give back what the artifacts hold."""
        with self._lock:
            loaded, self._loaded = self._loaded, OrderedDict()
        for workflow in loaded.values():
            workflow.close()
