"""The Python front door: `compile_spec` and `load_workflow` with plain arguments."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.artifact.store import DEFAULT_ROOT, own_store
from compiled_ai.decisions.log import open_decision_log
from compiled_ai.execution.load import open_cases
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, Effort
from compiled_ai.factory import compile_spec as _compile
from compiled_ai.llm import LlmClient, load_settings, make_client
from compiled_ai.monitor.opening import open_watchers
from compiled_ai.spec import Spec, load_spec

if TYPE_CHECKING:
    from compiled_ai.effects.permission import EffectPermission
    from compiled_ai.execution.isolated import Isolation


def compile_spec(  # noqa: PLR0913 - a facade: each option stands for itself
    spec: Spec | Path | str,
    *,
    model: str | None = None,
    replay: Path | str | None = None,
    client: LlmClient | None = None,
    store: Path | str = DEFAULT_ROOT,
    force: bool = False,
    effort: Effort = "low",
) -> CompilationResult:
    """The validated artifact of `spec`, in the store; an artifact that is there already costs nothing.

    Args:
        spec: A spec, or the path of its file.
        model: Model string such as ``anthropic:claude-opus-4-5``. None reads COMPILED_AI_MODEL and ``.env``.
        replay: Folder of recordings that answer in place of a model.
        client: A client of your own, such as ``compiled_ai.llm.from_function``; the two arguments above are then not read.
        store: Folder of artifacts.
        force: Compile even if the store holds an artifact of this very spec.
        effort: How much may be spent; see `compiled_ai.factory.effort`.

    Raises:
        SpecError: the spec breaks a rule.
        CompilationFailedError: no candidate passed validation; carries the report.
        OperatorError: a key, tool, file or recording is missing.
        ModelError: a model call failed for good.
    """
    loaded = spec if isinstance(spec, Spec) else load_spec(spec)
    with client or _client(model, replay) as opened:
        return _compile(loaded, opened, CompileOptions(store=Store(Path(store)), force=force, effort=effort))


def load_workflow(  # noqa: PLR0913 - a facade: each option stands for itself
    reference: Path | str,
    *,
    model: str | None = None,
    replay: Path | str | None = None,
    client: LlmClient | None = None,
    effects: EffectPermission | None = None,
    store: Path | str = DEFAULT_ROOT,
    monitor: bool = False,
    telemetry: bool = False,
    isolated: bool | Isolation = False,
) -> LoadedWorkflow:
    """The artifact that `reference` means (a folder, a name, ``name@digest``), loaded once and ready to run.

    Without `model`, `replay` or `client` no model is ever called: bounded steps are errors and abstentions stay abstentions. Without
    `effects` (`compiled_ai.effects.permission`) no effect step is carried out: a run that has one is refused before it begins.

    Runs leave the same records in the store as those of ``compiled-ai run``: cases, decisions and counts, as far as the spec asks for them. Close the workflow,
    or use it in a ``with`` statement, so that the last second of counts is written.

    Args:
        reference: What to load.
        model: As with `compile_spec`.
        replay: As with `compile_spec`.
        client: As with `compile_spec`.
        effects: What effect steps may do.
        store: Folder of artifacts; logs lie there too, unless `reference` is a folder of another store.
        monitor: Count the runs also where the spec does not ask for it.
        telemetry: Hand every run on to the OpenTelemetry providers of this process.
        isolated: Run compiled code in jailed workers; an `Isolation` (`compiled_ai.execution.isolated`) sets their limits.

    Raises:
        ArtifactError: there is no such artifact, or it must not be run.
        StoreError: a log, or the monitor's file, cannot be read or made, or is damaged.
        SandboxError: isolation is asked for, and this system has no jail.
    """
    if client is None and (model or replay):
        client = _client(model, replay)
    opened = Store(Path(store))
    artifact = load_artifact(opened.find(reference))
    opened = own_store(artifact.path, artifact.manifest, otherwise=opened)
    cases = open_cases(artifact, opened)
    decisions = open_decision_log(opened.root, artifact.manifest)
    watchers = open_watchers(
        artifact, opened.root, client=client, cases=cases, monitor=monitor, telemetry=telemetry
    )
    observers = (*([decisions] if decisions else []), *watchers)
    return LoadedWorkflow(
        artifact,
        client=client,
        effects=effects,
        observers=observers,
        cases=cases,
        isolation=_isolation(isolated),
    )


def _isolation(isolated: bool | Isolation) -> Isolation | None:  # noqa: FBT001 - what `load_workflow` is given
    if not isinstance(isolated, bool):
        return isolated
    if not isolated:
        return None
    from compiled_ai.execution.isolated import Isolation

    return Isolation()


def _client(model: str | None, replay: Path | str | None) -> LlmClient:
    arguments = {"model": model, "replay_dir": None if replay is None else Path(replay)}
    return make_client(load_settings(arguments, os.environ, Path(".env")), today=date.today)
