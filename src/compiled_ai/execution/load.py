"""Loading workflows out of a store, with the case log that belongs to each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.store import own_store
from compiled_ai.decisions.log import open_decision_log
from compiled_ai.execution._ladder import needs_log
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.observe import Observer
from compiled_ai.llm import LlmClient

if TYPE_CHECKING:
    from compiled_ai.cases.log import CaseLog
    from compiled_ai.effects.permission import EffectPermission
    from compiled_ai.execution.isolated import Isolation


def load_workflow(  # noqa: PLR0913 - a facade: each option stands for itself
    reference: str | Path,
    *,
    store: Store | None = None,
    client: LlmClient | None = None,
    effects: EffectPermission | None = None,
    observers: Sequence[Observer] = (),
    isolation: Isolation | None = None,
    cases: CaseLog | None = None,
) -> LoadedWorkflow:
    """The artifact that `reference` means (a folder, a name, or ``name@digest``), ready to run.

    Args:
        reference: Folder of an artifact, or its name in the store.
        store: Where names are looked up; logs lie there too, unless `reference` is a folder of another store. None is the folder ``workflows``.
        client: Model for bounded steps and for the fallback. None: neither is available, and abstentions stay abstentions.
        effects: What effect steps may do. None: nothing, and a run that would reach one is refused before it begins.
        observers: Who takes note of every run, in this order; after the decision log, if the spec asks for one.
        isolation: Limits under which compiled code runs in jailed workers. None: it runs in this process.
        cases: Where what compiled code declines is noted. None: in ``.cases`` in the store if the spec puts something below compiled code, else nowhere.

    Raises:
        ArtifactError: there is no such artifact, or it must not be run.
        StoreError: the audit log of effects, or the decision log, is damaged.
        SandboxError: isolation is asked for, and this system has no jail.
    """
    store = store or Store()
    artifact = load_artifact(store.find(reference))
    store = own_store(artifact.path, artifact.manifest, otherwise=store)
    decisions = open_decision_log(store.root, artifact.manifest)
    return LoadedWorkflow(
        artifact,
        client=client,
        effects=effects,
        observers=(*([decisions] if decisions else []), *observers),
        isolation=isolation,
        cases=cases or open_cases(artifact, store),
    )


def open_cases(artifact: Artifact, store: Store, *, always: bool = False) -> CaseLog | None:
    """The case log of `artifact` in `store`, of which nothing is opened yet; None where the spec puts nothing below compiled code, unless `always`."""
    if not always and not needs_log(artifact):
        return None
    from compiled_ai.cases.log import CaseLog, cases_path

    return CaseLog(cases_path(store.root, artifact.manifest.name))
