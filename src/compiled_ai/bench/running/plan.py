"""What a run is to do: its options, and which cases of a dataset it asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiled_ai.bench.model import Case, Dataset, Task
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What is asked. It stays the same when a run is resumed."""

    dataset: str
    """Name or dotted path."""
    systems: tuple[str, ...]
    """Names or dotted paths."""
    dataset_options: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None
    """Most cases. None: all."""
    tasks: int | None = None
    """Most tasks. None: all."""
    repeat: int = 1
    seed: int = 0
    """Decides which cases and tasks a limit leaves. A larger limit with the same seed keeps those of a smaller one."""

    def to_json(self) -> JsonObject:
        """As it stands in ``run.json``."""
        return {
            "dataset": self.dataset,
            "systems": list(self.systems),
            "dataset_options": dict(self.dataset_options),
            "limit": self.limit,
            "tasks": self.tasks,
            "repeat": self.repeat,
            "seed": self.seed,
        }


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How a run goes about it. May differ when a run is resumed."""

    workers: int = 2
    """Processes at a time."""
    case_seconds: float = 120.0
    """Time for one case before its process is killed."""
    prepare_seconds: float = 1800.0
    """Time for one preparation, such as a compilation, before its process is killed."""
    start_seconds: float = 120.0
    """Time for a process to load its libraries."""
    per_minute: float | None = None
    """Most cases begun in a minute. None sets no bound."""
    max_usd: float | None = None
    max_tokens: int | None = None
    """Most money and tokens of the run, preparations and earlier parts included. None sets no bound."""

    def to_json(self) -> JsonObject:
        """As it stands in ``run.json``."""
        return {
            "workers": self.workers,
            "case_seconds": self.case_seconds,
            "prepare_seconds": self.prepare_seconds,
            "start_seconds": self.start_seconds,
            "per_minute": self.per_minute,
            "max_usd": self.max_usd,
            "max_tokens": self.max_tokens,
        }


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One thing to be asked."""

    case: Case
    repeat: int
    """0-based."""
    digest: str
    """Of the case, worked out once."""


@dataclass(frozen=True, kw_only=True)
class TaskPlan:
    """A task and what is to be asked of it."""

    task: Task
    units: tuple[Unit, ...]


def choose(dataset: Dataset, sample: Sample) -> tuple[TaskPlan, ...]:
    """The tasks and cases that `sample` asks for, in the dataset's order, the same for every system.

    Raises:
        OperatorError: the dataset has no cases, or one names a task that it does not have.
    """
    tasks = {task.task_id: task for task in dataset.tasks()}
    cases = dataset.cases()
    strange = next((case for case in cases if case.task_id not in tasks), None)
    if strange is not None:
        raise OperatorError(
            f"case '{strange.case_id}' of {dataset.name} names the task '{strange.task_id}', which is none of it"
        )
    _check_ids(cases, dataset.name)
    used = list(dict.fromkeys(case.task_id for case in cases))
    kept = _sampled(used, sample.tasks, sample.seed)
    left = [case for case in cases if case.task_id in kept]
    chosen = _sampled([case.case_id for case in left], sample.limit, sample.seed)
    grouped: dict[str, list[Unit]] = {}
    for case in left:
        if case.case_id in chosen:
            digest = case.digest
            units = [Unit(case=case, repeat=repeat, digest=digest) for repeat in range(sample.repeat)]
            grouped.setdefault(case.task_id, []).extend(units)
    if not grouped:
        raise OperatorError(f"{dataset.name} has no cases with these options")
    return tuple(TaskPlan(task=tasks[name], units=tuple(units)) for name, units in grouped.items())


def options_for(options: SystemOptions, *, run: Path, dataset: str, system: str) -> SystemOptions:
    """`options` with the folders that are this system's own.

    Recordings lie in ``<folder>/<dataset>/<system>``; a replay also takes ``<folder>/<system>``, ``<folder>/<dataset>``, where
    those of systems that another one is made of lie side by side, or the folder itself.
    """
    record, replay = options.record, options.replay
    name, data = plain_name(system), plain_name(dataset)
    if replay is not None:
        places = (replay / data / name, replay / name, replay / data)
        replay = next((place for place in places if place.is_dir()), replay)
    return replace(
        options,
        folder=run / "artifacts" / name,
        record=None if record is None else record / data / name,
        replay=replay,
    )


def plain_name(name: str) -> str:
    """`name` as it may name a folder: that of a dotted path with a dot for its colon."""
    return name.replace(":", ".").replace("/", ".")


def _check_ids(cases: Sequence[Case], name: str) -> None:
    seen: set[str] = set()
    for case in cases:
        if case.case_id in seen:
            raise OperatorError(f"{name} has two cases of the id '{case.case_id}'; ids of cases are unique")
        seen.add(case.case_id)


def _sampled(names: Sequence[str], limit: int | None, seed: int) -> frozenset[str]:
    if limit is None or limit >= len(names):
        return frozenset(names)
    return frozenset(sorted(names, key=lambda name: _place(name, seed))[:limit])


def _place(name: str, seed: int) -> bytes:
    """Where `name` stands in the order that `seed` puts names in."""
    return hashlib.sha256(f"{seed}:{name}".encode("utf-8", "surrogatepass")).digest()
