"""Opening the monitor that a manifest asks for, with the baseline of a compilation: how the artifact answers the cases of its spec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from compiled_ai.artifact import Artifact, Manifest
from compiled_ai.artifact.spec_file import own_spec, spec_of
from compiled_ai.errors import (
    CompiledAIError,
    DeclinedError,
    ExecutionError,
    InputError,
    OperatorError,
    SpecError,
    StoreError,
)
from compiled_ai.execution.beside import Beside
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.observe import Observer
from compiled_ai.llm import LlmClient
from compiled_ai.monitor.monitor import Monitor, MonitorOptions
from compiled_ai.monitor.shadow import Outcome
from compiled_ai.monitor.store import MonitorStore, monitor_path
from compiled_ai.monitor.tally import Counting, Tally
from compiled_ai.spec.cases import Case
from compiled_ai.spec.monitoring import MonitorPolicy, parse_monitor

if TYPE_CHECKING:
    from compiled_ai.cases.log import CaseLog
    from compiled_ai.spec import Spec

_KEPT_DAYS = 400
"""Counts of an hour are a few kilobytes; a year allows to look back at the same season."""
_MOST_CASES = 5_000


def policy_of(manifest: Manifest) -> MonitorPolicy | None:
    """What the spec asks of the monitor; None for nothing."""
    return None if manifest.monitor is None else parse_monitor(manifest.monitor)


def open_monitor(
    artifact: Artifact,
    root: Path,
    *,
    client: LlmClient | None = None,
    cases: CaseLog | None = None,
    always: bool = False,
    heard: Callable[[Outcome], None] = lambda _: None,
) -> Monitor | None:
    """The monitor of `artifact`; None where its spec asks for none, unless `always`.

    Args:
        artifact: What is watched.
        root: Folder of the store.
        client: Model for shadow checks. None: there are none.
        cases: Case log, which holds the model's budgets and gets the contradictions.
        always: Count the runs also where the spec does not ask for it.
        heard: Told of every shadow check.

    Raises:
        StoreError: the monitor's file cannot be read or made, or is damaged.
    """
    policy = policy_of(artifact.manifest) or (MonitorPolicy() if always else None)
    if policy is None:
        return None
    store = MonitorStore(monitor_path(root, artifact.manifest.name))
    store.forget(days=_KEPT_DAYS)
    identity = artifact.manifest.artifact
    is_shadowed = client is not None and policy.shadow > 0
    is_new = store.baseline(identity) is None
    spec, tests = _spec(artifact) if is_new or is_shadowed else (None, False)
    if is_new and spec is not None:
        where = "the spec" if tests else "the spec's examples"
        set_baseline_of_cases(artifact, store, (*spec.examples, *spec.tests), source=f"cases of {where}")
    options = MonitorOptions(heard=heard)
    if is_shadowed and client is not None and spec is not None:
        second = Beside(artifact, client, cases=cases)
        options = replace(options, second=second, accuracy=spec.accuracy)
    return Monitor(artifact, store, policy=policy, options=options)


def open_watchers(
    artifact: Artifact,
    root: Path,
    *,
    client: LlmClient | None = None,
    cases: CaseLog | None = None,
    monitor: bool = False,
    telemetry: bool = False,
) -> tuple[Observer, ...]:
    """Who watches the runs of `artifact` besides its logs: the monitor that its spec or the caller asks for, and OpenTelemetry. They are closed with the workflow.

    Args:
        artifact: What is watched.
        root: Folder of the store.
        client: Model for shadow checks.
        cases: Case log.
        monitor: As `always` of `open_monitor`.
        telemetry: Hand every run on to the OpenTelemetry providers of this process.

    Raises:
        StoreError: the monitor's file cannot be read or made, or is damaged.
    """
    told = None
    if telemetry:
        from compiled_ai.monitor.telemetry import Telemetry

        told = Telemetry(artifact.manifest.name)
    heard = told.shadow if told else lambda _: None
    opened = open_monitor(artifact, root, client=client, cases=cases, always=monitor, heard=heard)
    return tuple(one for one in (opened, told) if one is not None)


def set_baseline_of_cases(
    artifact: Artifact, store: MonitorStore, cases: Sequence[Case], *, source: str
) -> None:
    """Take how `artifact` answers `cases` for what is usual; where it can answer none of them, nothing is.

    Raises:
        StoreError: it cannot be noted.
    """
    tally = tally_of_cases(artifact, cases)
    if tally.runs:
        store.set_baseline(artifact.manifest.artifact, tally, kind="cases", source=f"{tally.runs} {source}")


def tally_of_cases(artifact: Artifact, cases: Sequence[Case]) -> Tally:
    """How compiled code answers `cases`, at most 5,000 of them. Nothing is noted anywhere, effects are not carried out, and models not asked.

    A case that needs one of them, and does not give what it would say, is left out.
    """
    counting, tally = Counting(artifact.workflow.output_schema), Tally()
    with LoadedWorkflow(artifact) as workflow:
        for case in islice(cases, _MOST_CASES):
            try:
                result = workflow.run(case.input, given=case.given, acts=False)
            except (ExecutionError, InputError, DeclinedError) as error:
                counting.count(tally, None, error)
            except CompiledAIError:
                continue
            else:
                counting.count(tally, result, None)
    return tally


def _spec(artifact: Artifact) -> tuple[Spec | None, bool]:
    """The spec, and whether its tests are at hand: where it was compiled from, or else as it stands in the artifact."""
    try:
        return spec_of(artifact), True
    except (OperatorError, SpecError):
        pass
    try:
        return own_spec(artifact), False
    except (SpecError, StoreError):  # written for another version of this program
        return None, False
