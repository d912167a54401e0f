"""A whole run: its folder, its systems one after the other, and the end of it."""

from __future__ import annotations

import os
import platform
import selectors
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Literal

from compiled_ai._version import __version__
from compiled_ai.bench.model import Case, Dataset
from compiled_ai.bench.registry import find_system, make_dataset
from compiled_ai.bench.rows import CaseRow, RunInfo
from compiled_ai.bench.running.limits import Rate, unpriced
from compiled_ai.bench.running.outcomes import RowMaker, pricing
from compiled_ai.bench.running.plan import Bounds, Sample, TaskPlan, choose, options_for, plain_name
from compiled_ai.bench.running.processes import WorkerDiedError, WorkerProcess
from compiled_ai.bench.running.progress import Tally, Watcher
from compiled_ai.bench.running.reading import INFO, read_info
from compiled_ai.bench.running.store import RunFolder, Spending
from compiled_ai.bench.running.system_run import SystemRun, SystemSetup
from compiled_ai.bench.running.wire import revive
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import OperatorError, StoreError
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

_SAMPLE, _OPTIONS, _BOUNDS, _RESUMED = "sample", "system_options", "bounds", "resumed_at"
_MAY_DIFFER = frozenset(("digest",))
"""What may be another in a dataset's description when a run is resumed: cases that changed are asked again."""


@dataclass(frozen=True, kw_only=True)
class RunEnd:
    """What a run came to; its rows are in its folder."""

    folder: Path
    gave_up: str
    """Why cases were given up: a limit that was reached. Empty when none were."""
    spending: Spending


def start_run(
    folder: Path,
    sample: Sample,
    options: SystemOptions,
    bounds: Bounds,
    *,
    watcher: Watcher,
    now: Callable[[], datetime],
) -> RunEnd:
    """Run `sample` into the new `folder`.

    Raises:
        OperatorError: something is not set up; what was done until then stays and can be resumed.
    """
    dataset = make_dataset(sample.dataset, sample.dataset_options)
    plans = choose(dataset, sample)
    setups = _greet(sample, options, bounds, folder)
    try:
        info = RunInfo(
            run_id=folder.name,
            started_at=_moment(now),
            dataset=dataset.name,
            dataset_description=dict(dataset.description),
            systems={setup.name: dict(setup.identity) for setup in setups},
            model=_model(setups, options),
            source=_source(setups, options),
            settings=_settings(sample, options, bounds),
            machine=_machine(),
            version=_version(),
        )
        with RunFolder.create(folder, info, _cases(plans)) as run:
            return _run(run, dataset, plans, setups, options, bounds, watcher)
    finally:
        _close(setups)


def resume_run(
    folder: Path,
    bounds: Callable[[Bounds], Bounds],
    *,
    watcher: Watcher,
    now: Callable[[], datetime],
) -> RunEnd:
    """Go on with the run in `folder`: what has a row that still counts is not asked again.

    Args:
        folder: Of a run that ended early, or that is complete.
        bounds: From the bounds of the last time to those of this time.
        watcher: Told how far it is.
        now: The time of day.

    Raises:
        StoreError: it is no run, another process is at it, a row is none of ours, or its dataset is another now.
        OperatorError: something is not set up.
    """
    info = read_info(folder)
    sample, options = settings_of(info)
    todays = bounds(_read_bounds(info.settings.get(_BOUNDS)))
    with RunFolder.resume(folder) as run:
        dataset = make_dataset(sample.dataset, sample.dataset_options)
        _check_description(info, dataset)
        plans = choose(dataset, sample)
        setups = _greet(sample, options, todays, folder)
        try:
            resumed = info.settings.get(_RESUMED)
            times: list[JsonValue] = [*(resumed if isinstance(resumed, list) else []), _moment(now)]
            run.write_info(
                info.model_copy(
                    update={
                        "dataset_description": dict(dataset.description),
                        "systems": {setup.name: dict(setup.identity) for setup in setups},
                        "settings": {**_settings(sample, options, todays), _RESUMED: times},
                        "version": _version(),
                    }
                )
            )
            run.write_cases(_cases(plans))
            return _run(run, dataset, plans, setups, options, todays, watcher)
        finally:
            _close(setups)


def settings_of(info: RunInfo) -> tuple[Sample, SystemOptions]:
    """What a run was told to do.

    Raises:
        StoreError: its ``run.json`` does not say it.
    """
    sample, options = info.settings.get(_SAMPLE), info.settings.get(_OPTIONS)
    try:
        if not isinstance(sample, dict) or not isinstance(options, dict):
            raise TypeError(f"{_SAMPLE} and {_OPTIONS} are to be objects")
        from pydantic import TypeAdapter

        return TypeAdapter(Sample).validate_python(sample), SystemOptions.from_json(options)
    except (TypeError, ValueError) as error:
        raise StoreError(f"run {info.run_id} cannot be resumed, its settings are damaged: {error}") from error


def _read_bounds(data: JsonValue) -> Bounds:
    from pydantic import TypeAdapter

    try:
        return TypeAdapter(Bounds).validate_python(data)
    except ValueError as error:
        raise StoreError(f"the run cannot be resumed, its bounds are damaged: {error}") from error


def _run(  # noqa: PLR0913, PLR0917 - the parts of a run
    run: RunFolder,
    dataset: Dataset,
    plans: Sequence[TaskPlan],
    setups: Sequence[SystemSetup],
    options: SystemOptions,
    bounds: Bounds,
    watcher: Watcher,
) -> RunEnd:
    """Ask all systems all that is not done."""
    identities = {setup.name: setup.identity_digest for setup in setups}
    digests = {unit.case.case_id: unit.digest for plan in plans for unit in plan.units}
    repeats = len(plans[0].units) // len({unit.case.case_id for unit in plans[0].units})

    def wanted(row: CaseRow) -> bool:
        return digests.get(row.case_id) == row.case_digest and row.repeat < repeats

    for setup in setups:
        _check_price(setup, options, bounds)
    run.settle(identities, wanted, given_up=False)
    rate, gave_up, has_changed = Rate(bounds.per_minute), "", False
    total = sum(len(plan.units) for plan in plans)
    for number, setup in enumerate(setups, start=1):
        maker = RowMaker(
            dataset,
            dataset_name=dataset.name,
            system=setup.name,
            system_identity=setup.identity_digest,
            cost=pricing(setup.model or options.model or "", options.price_as),
        )
        tally = Tally(watcher, system=setup.name, place=(number, len(setups)), total=total)
        work = SystemRun(setup, plans, folder=run, maker=maker, bounds=bounds, rate=rate, tally=tally)
        try:
            work.run()
        finally:
            has_changed |= work.has_changed
        gave_up = work.gave_up or gave_up
    if has_changed:
        run.settle(identities, wanted, given_up=True)
    return RunEnd(folder=run.path, gave_up=gave_up, spending=run.spending)


def _check_price(setup: SystemSetup, options: SystemOptions, bounds: Bounds) -> None:
    """Refuse a limit of money for a system whose model has no price, before it spends anything."""
    from compiled_ai.bench.model import ModelCall

    if bounds.max_usd is None or not setup.identity.get("model"):
        return
    probe = ModelCall(input_tokens=1, output_tokens=1, seconds=0.0)
    if pricing(setup.model, options.price_as)(probe) is None:
        raise OperatorError(unpriced(setup.model))


# -- the systems say who they are


def _greet(sample: Sample, options: SystemOptions, bounds: Bounds, folder: Path) -> list[SystemSetup]:
    """One process of each system, loaded; they load at the same time.

    Raises:
        OperatorError: one cannot be set up, or two have the same name.
    """
    if os.name != "posix":
        raise OperatorError(
            "a benchmark runs its systems in processes of Linux or macOS; use WSL or a container here"
        )
    if not sample.systems:
        raise OperatorError("name at least one system")
    for name in sample.systems:
        find_system(name)
    started: list[tuple[JsonObject, WorkerProcess]] = []
    try:
        for name in sample.systems:
            message = _setup_message(name, sample, options, folder)
            process = WorkerProcess(folder / "logs" / f"{plain_name(name)}.0.log")
            started.append((message, process))
            process.send(message)
        setups = [_hear(name, *pair, bounds) for name, pair in zip(sample.systems, started, strict=True)]
        names = [setup.name for setup in setups]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise OperatorError(f"two systems have the name '{twice}'; name each once")
    except BaseException:
        for _, process in started:
            process.kill()
        _tidy(folder)
        raise
    return setups


def _tidy(folder: Path) -> None:
    """Remove the folder of a run that did not begin, except what its processes had to say."""
    if (folder / INFO).exists():
        return
    for log in (folder / "logs").glob("*.log"):
        if log.stat().st_size == 0:
            log.unlink()
    with suppress(OSError):
        (folder / "logs").rmdir()
        folder.rmdir()


def _setup_message(name: str, sample: Sample, options: SystemOptions, folder: Path) -> JsonObject:
    own = options_for(options, run=folder, dataset=sample.dataset, system=name)
    return {
        "op": "setup",
        "system": name,
        "options": own.to_json(),
        "dataset": sample.dataset,
        "dataset_options": dict(sample.dataset_options),
    }


def _hear(asked: str, message: JsonObject, process: WorkerProcess, bounds: Bounds) -> SystemSetup:
    """What a system says of itself."""
    deadline = monotonic() + bounds.start_seconds
    reply: JsonObject | None = None
    with selectors.DefaultSelector() as selector:
        selector.register(process.descriptor, selectors.EVENT_READ)
        while reply is None:
            if not selector.select(max(0.0, deadline - monotonic())):
                raise OperatorError(f"{asked} did not load within {bounds.start_seconds:g} seconds")
            try:
                reply = process.receive()
            except WorkerDiedError as error:
                raise OperatorError(f"{asked} does not start: {error}") from error
    if "error" in reply:
        raise revive(reply["error"])
    identity = reply["identity"]
    assert isinstance(identity, dict)
    return SystemSetup(
        name=str(reply["name"]),
        identity=identity,
        identity_digest=digest("bench-system1", identity),
        restores=reply.get("restores") is True,
        message=message,
        process=process,
    )


def _close(setups: Sequence[SystemSetup]) -> None:
    for setup in setups:
        setup.process.kill()


# -- run.json


def _settings(sample: Sample, options: SystemOptions, bounds: Bounds) -> dict[str, JsonValue]:
    own = {**options.to_json(), "folder": "artifacts"}
    return {_SAMPLE: sample.to_json(), _OPTIONS: own, _BOUNDS: bounds.to_json()}


def _model(setups: Sequence[SystemSetup], options: SystemOptions) -> str:
    return next((setup.model for setup in setups if setup.model), options.model or "none")


def _source(setups: Sequence[SystemSetup], options: SystemOptions) -> Literal["live", "replay", "none"]:
    if not any(setup.model for setup in setups):
        return "none"
    return "live" if options.replay is None else "replay"


def _cases(plans: Sequence[TaskPlan]) -> list[Case]:
    return [unit.case for plan in plans for unit in plan.units if unit.repeat == 0]


def _check_description(info: RunInfo, dataset: Dataset) -> None:
    before, today = info.dataset_description, dataset.description
    changed = sorted(
        key
        for key in before.keys() | today.keys()
        if key not in _MAY_DIFFER and before.get(key) != today.get(key)
    )
    if dataset.name != info.dataset:
        changed = ["name", *changed]
    if changed:
        raise StoreError(
            f"run {info.run_id} cannot be resumed: {', '.join(changed)} of {info.dataset} changed since; start a new run"
        )


def _moment(now: Callable[[], datetime]) -> str:
    return now().astimezone(UTC).isoformat(timespec="seconds")


def _machine() -> dict[str, JsonValue]:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
    }


def _version() -> str:
    """The version, with the commit when the package lies in a checkout."""
    commit = ""
    with suppress(OSError, subprocess.SubprocessError):
        found = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--exclude", "*"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
        commit = found.stdout.strip()
    return f"{__version__}+{commit}" if commit else __version__
