"""Runs summed up: all that a report shows, in values that never change."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.metrics.code_quality import CodeTools
from compiled_ai.bench.metrics.comparison import Side, compare
from compiled_ai.bench.metrics.facts import (
    Comparison,
    CurvePoint,
    DatasetSummary,
    FailureMode,
    FunnelStep,
    GroupSummary,
    Headline,
    LatencyView,
    Metrics,
    ModelPrice,
    Paired,
    RunFacts,
    SplitSummary,
    Summary,
    SystemSummary,
    VolumeCost,
)
from compiled_ai.bench.metrics.headline import headline
from compiled_ai.bench.metrics.limits import limits
from compiled_ai.bench.metrics.prices import model_prices
from compiled_ai.bench.metrics.repeats import by_case
from compiled_ai.bench.metrics.systems import COMPILED, SystemRows, base_name, summarize_system
from compiled_ai.bench.rows import CaseRow, PreparationRow, Run, RunInfo
from compiled_ai.spec.canonical import canonical_json

__all__ = [
    "Comparison",
    "CurvePoint",
    "DatasetSummary",
    "FailureMode",
    "FunnelStep",
    "GroupSummary",
    "Headline",
    "LatencyView",
    "Metrics",
    "ModelPrice",
    "Paired",
    "RunFacts",
    "SplitSummary",
    "Summary",
    "SystemSummary",
    "VolumeCost",
    "summarize",
]


def summarize(
    runs: Sequence[Run], *, subject: str | None = None, tools: CodeTools | None = None, seed: int = 0
) -> Summary:
    """All of `runs` summed up; runs of one dataset with the same description together.

    Args:
        runs: as they were read back. A case that two of them answered with the same artifact and repeat counts once.
        subject: the compiled system that others are compared with; None means ``compiled``, else ``synthesis``.
        tools: linter and type checker for the code, see `compiled_ai.bench.metrics.code_tools`; none are run without.
        seed: of the bootstrap. Equal runs and seed, equal summary.
    """
    gathered: dict[str, list[Run]] = {}
    for run in runs:
        key = canonical_json([run.info.dataset, run.info.dataset_description])
        gathered.setdefault(key, []).append(run)
    return Summary(
        runs=tuple(_run_facts(run.info) for run in runs),
        datasets=tuple(_dataset(found, subject, tools or CodeTools(), seed) for found in gathered.values()),
        prices=model_prices(
            (model, run.info.started_at) for run in runs for model in (run.info.model, _stand_in(run.info))
        ),
    )


def _run_facts(info: RunInfo) -> RunFacts:
    return RunFacts(
        run_id=info.run_id,
        started_at=info.started_at,
        dataset=info.dataset,
        model=info.model,
        source=info.source,
        version=info.version,
        settings=info.settings,
        machine=info.machine,
    )


def _stand_in(info: RunInfo) -> str:
    """The model at whose prices calls are valued when theirs is unknown; empty without one."""
    options = info.settings.get("system_options")
    model = options.get("price_as") if isinstance(options, dict) else info.settings.get("price_as")
    return model if isinstance(model, str) else ""


def _dataset(runs: Sequence[Run], wanted: str | None, tools: CodeTools, seed: int) -> DatasetSummary:
    found = _systems(runs)
    subject = _subject([item.side.name for item in found], wanted)
    found.sort(key=lambda item: (item.side.name != subject, item.side.name))
    systems = [summarize_system(item, tools=tools, seed=seed) for item in found]
    comparisons = [compare(found[0].side, item.side, seed=seed) for item in found[1:] if subject is not None]
    return DatasetSummary(
        dataset=runs[0].info.dataset,
        title=_title(runs[0].info),
        description=runs[0].info.dataset_description,
        run_ids=tuple(run.info.run_id for run in runs),
        subject=subject,
        systems=tuple(systems),
        comparisons=tuple(comparisons),
        headline=headline(systems, comparisons) if subject is not None else None,
        limits=(*limits(found, systems, comparisons, subject), *_stand_ins(runs)),
    )


def _stand_ins(runs: Sequence[Run]) -> list[str]:
    found = sorted({(model, run.info.model) for run in runs if (model := _stand_in(run.info))})
    return [f"Calls of {model} without a list price are valued at that of {other}." for other, model in found]


def _title(info: RunInfo) -> str:
    protocol = info.dataset_description.get("protocol")
    return f"{info.dataset} ({protocol})" if isinstance(protocol, str) and protocol else info.dataset


def _subject(names: Sequence[str], wanted: str | None) -> str | None:
    """The first compiled system among `names`; ``compiled`` before others."""
    for preferred in (wanted,) if wanted is not None else COMPILED:
        for name in sorted(names):
            if preferred in {name, base_name(name)}:
                return name
    return None


def _systems(runs: Sequence[Run]) -> list[SystemRows]:
    """Rows by system. One that runs have with different settings or models is set apart by the run's id."""
    kinds: dict[str, set[str]] = {}
    for run in runs:
        for name in _names(run):
            kinds.setdefault(name, set()).add(_kind(run, name))
    parts: dict[str, list[tuple[str, Run]]] = {}
    for run in runs:
        for name in _names(run):
            label = name if len(kinds[name]) == 1 else f"{name}@{run.info.run_id}"
            parts.setdefault(label, []).append((name, run))
    return [_merged(label, found) for label, found in parts.items()]


def _names(run: Run) -> list[str]:
    return sorted({row.system for row in run.cases} | {row.system for row in run.preparations})


def _kind(run: Run, name: str) -> str:
    return canonical_json([run.info.systems.get(name) or run.info.model])


def _merged(label: str, found: Sequence[tuple[str, Run]]) -> SystemRows:
    """Rows of all of them, the later one where two are the same."""
    preparations: dict[tuple[str, str, str, str], PreparationRow] = {}
    cases: dict[tuple[str, str, str, str, int], CaseRow] = {}
    for name, run in found:
        for preparation in run.preparations:
            if preparation.system == name:
                key = preparation.task_id, preparation.task_digest, preparation.identity, preparation.problem
                preparations[key] = preparation
        cases.update({row.key: row for row in run.cases if row.system == name})
    name, run = found[-1]
    return SystemRows(
        side=Side(name=label, preparations=tuple(preparations.values()), cases=by_case(cases.values())),
        model=run.info.model,
        identity=run.info.systems.get(name, {}),
    )
