"""The Python front door: `compile_spec` and `load_workflow` with plain arguments."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from compiled_ai.artifact import Store
from compiled_ai.artifact.store import DEFAULT_ROOT
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.local import load_workflow as _load
from compiled_ai.factory import CompilationResult, CompileOptions, Effort
from compiled_ai.factory import compile_spec as _compile
from compiled_ai.llm import LlmClient, load_settings, make_client
from compiled_ai.spec import Spec, load_spec

if TYPE_CHECKING:
    from compiled_ai.effects.permission import EffectPermission


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


def load_workflow(
    reference: Path | str,
    *,
    model: str | None = None,
    replay: Path | str | None = None,
    client: LlmClient | None = None,
    effects: EffectPermission | None = None,
    store: Path | str = DEFAULT_ROOT,
) -> LoadedWorkflow:
    """The artifact that `reference` means (a folder, a name, ``name@digest``), loaded once and ready to run.

    Without `model`, `replay` or `client` no model is ever called: bounded steps are errors and abstentions stay abstentions. Without
    `effects` (`compiled_ai.effects.permission`) no effect step is carried out: a run that has one is refused before it begins.

    Raises:
        ArtifactError: there is no such artifact, or it must not be run.
    """
    if client is None and (model or replay):
        client = _client(model, replay)
    return _load(reference, store=Store(Path(store)), client=client, effects=effects)


def _client(model: str | None, replay: Path | str | None) -> LlmClient:
    arguments = {"model": model, "replay_dir": None if replay is None else Path(replay)}
    return make_client(load_settings(arguments, os.environ, Path(".env")), today=date.today)
