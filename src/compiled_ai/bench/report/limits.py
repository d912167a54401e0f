"""What limits the claim: the summary's sentences, said once for all systems that they hold for, and what only the runs know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from compiled_ai.bench.metrics.facts import DatasetSummary
from compiled_ai.bench.report.figures_text import listing
from compiled_ai.bench.rows import Run


def limits_of(dataset: DatasetSummary, runs: Sequence[Run]) -> tuple[str, ...]:
    """All sentences about one dataset, the data's own first."""
    names = [system.system for system in dataset.systems]
    return (*_of_data(dataset), *_of_runs(runs), *_together(dataset.limits, names))


def _of_data(dataset: DatasetSummary) -> Iterator[str]:
    about = dataset.description
    options = about.get("options")
    generated = isinstance(options, dict) and options.get("source") == "synthetic"
    synthetic = about.get("synthetic") or generated
    if synthetic:
        more = f": {synthetic}" if isinstance(synthetic, str) else ""
        yield f"The data are synthetic{more.rstrip('.')}. Real data may be harder."
    judge = about.get("judge") or about.get("judged_by")
    if isinstance(judge, str) and "model" in judge.casefold():
        yield f"Answers are judged with the help of a model ({judge}): such a judge errs, and may favour its own kind."


def _of_runs(runs: Sequence[Run]) -> Iterator[str]:
    sizes = {str(run.info.settings["limit"]) for run in runs if run.info.settings.get("limit")}
    if sizes:
        yield f"A seeded sample was run (limit {', '.join(sorted(sizes))}), not the whole data set."
    if any(run.info.source == "replay" for run in runs):
        yield "Replies of models come from recordings: another day, or another version of the model, may answer differently."
    silent = [
        name for run in runs for name in run.info.systems if not any(row.system == name for row in run.cases)
    ]
    if silent:
        yield f"{listing(sorted(set(silent)))} answered no case in these runs."
    missing = Counter(row.system for run in runs for row in run.cases if row.error == "MissingToolError")
    for name, number in missing.items():
        yield f"{name}: {number} cases could not be played, because a tool or engine is missing here; they count as wrong."


def _together(sentences: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """``a: says`` and ``b: says`` as ``a and b: says``, where the first stood."""
    of_rest: dict[str, list[str]] = {}
    for sentence in sentences:
        name, colon, rest = sentence.partition(": ")
        if colon and name in names:
            of_rest.setdefault(rest, []).append(name)
        else:
            of_rest[sentence] = []
    for rest, found in of_rest.items():
        yield f"{listing(found)}: {rest}" if found else rest
