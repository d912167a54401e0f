"""A report before it takes a form: figures, verdicts and galleries of some runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.facts import DatasetSummary, Summary
from compiled_ai.bench.metrics.summary import summarize
from compiled_ai.bench.report.gallery import GalleryOptions, Room, gallery_of
from compiled_ai.bench.report.limits import limits_of
from compiled_ai.bench.report.verdict import Verdict, verdict_of
from compiled_ai.bench.rows import Run


@dataclass(frozen=True, kw_only=True)
class Section:
    """One dataset."""

    dataset: DatasetSummary
    verdict: Verdict
    gallery: tuple[Room, ...]
    limits: tuple[str, ...]
    """What limits the claim, one sentence each."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is shown, whatever the form."""

    summary: Summary
    sections: tuple[Section, ...]


def build_report(runs: Sequence[Run], options: GalleryOptions | None = None) -> Report:
    """The report on `runs`."""
    return report_of(summarize(runs), runs, options)


def report_of(summary: Summary, runs: Sequence[Run], options: GalleryOptions | None = None) -> Report:
    """The report on `runs` that were summed up already."""
    chosen = options or GalleryOptions()
    return Report(
        summary=summary,
        sections=tuple(_section(dataset, runs, chosen) for dataset in summary.datasets),
    )


def _section(dataset: DatasetSummary, runs: Sequence[Run], options: GalleryOptions) -> Section:
    own = [run for run in runs if run.info.run_id in dataset.run_ids]
    names = [system.system for system in dataset.systems]
    return Section(
        dataset=dataset,
        verdict=verdict_of(dataset, estimated=_estimated(own)),
        gallery=gallery_of(own, options, names=names),
        limits=limits_of(dataset, own),
    )


def _estimated(runs: Sequence[Run]) -> bool:
    """Whether the tokens of any call are an estimate."""
    calls = [call for run in runs for row in run.cases for call in row.calls]
    calls += [call for run in runs for row in run.preparations for call in row.calls]
    return any(call.estimated for call in calls)
