"""The workflows of a store, each loaded when it is first asked for; a bounded number is kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Self

from compiled_ai.artifact import Store
from compiled_ai.execution.load import load_workflow
from compiled_ai.execution.local import LoadedWorkflow

_MOST = 1_000


class Workflows:
    """``workflows["name"]`` is the loaded workflow of that name in a store. Threads may share it; close it.

    What is loaded stays as it is, also when the store gets another artifact of the name: `forget` makes the next look-up load that one.
    """

    def __init__(
        self,
        store: Store,
        *,
        most: int = _MOST,
        load: Callable[[str, Store], LoadedWorkflow] | None = None,
    ) -> None:
        """Nothing is read yet, however many artifacts the store holds.

        Args:
            store: Where artifacts are looked up.
            most: How many are kept; beyond that, the one used longest ago is closed and let go. Each takes some 100 kB.
            load: Loads one, with a model, effects or isolation. None: `load_workflow` without any of them.
        """
        self._store, self._most = store, max(1, most)
        self._load = load or _load
        self._loaded: OrderedDict[str, LoadedWorkflow] = OrderedDict()
        """The one used last comes last."""
        self._lock = threading.Lock()

    def __getitem__(self, reference: str) -> LoadedWorkflow:
        """The workflow that `reference` means: a name, or ``name@digest``.

        Raises:
            ArtifactError: there is no such artifact, or it must not be run. The next look-up tries again.
        """
        with self._lock:
            found = self._loaded.get(reference)
            if found is not None:
                self._loaded.move_to_end(reference)
                return found
        loaded = self._load(reference, self._store)
        with self._lock:
            found = self._loaded.setdefault(reference, loaded)  # another thread may have been faster
            self._loaded.move_to_end(reference)
            spare = [] if found is loaded else [loaded]
            while len(self._loaded) > self._most:
                spare.append(self._loaded.popitem(last=False)[1])
        for workflow in spare:
            workflow.close()
        return found

    def __len__(self) -> int:
        """How many are loaded."""
        return len(self._loaded)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def forget(self, reference: str | None = None) -> None:
        """Let go of one, or of all: the next look-up loads what the store holds then."""
        with self._lock:
            names = list(self._loaded) if reference is None else [reference]
            gone = [self._loaded.pop(name) for name in names if name in self._loaded]
        for workflow in gone:
            workflow.close()

    def close(self) -> None:
        """Let go of all."""
        self.forget()


def _load(reference: str, store: Store) -> LoadedWorkflow:
    return load_workflow(reference, store=store)
