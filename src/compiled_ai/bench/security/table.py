"""A scorecard as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.security.figures import Share
from compiled_ai.bench.security.scorecard import Scorecard, ScoreLine
from compiled_ai.bench.security.sets import GATES

HEADINGS = (
    "gate, layer",
    "set",
    "mode",
    "training",
    "attacks",
    "recall (95 %)",
    "blocked",
    "benign",
    "false alarms (95 %)",
    "blocked",
    "precision",
    "AUC",
    "ms/KB",
)


def render(card: Scorecard) -> str:
    """`card` as a Markdown table, with what was not measured below it. Recall and false alarms count what is blocked or flagged."""
    rows = [_row(line) for gate in GATES for line in card.lines if line.gate == gate]
    parts = [_table([HEADINGS, *rows])] if rows else ["Nothing was measured."]
    parts += [f"not built: {name}: {why}" for name, why in card.not_built.items()]
    parts += [f"not here: {name}: {why}" for name, why in card.absent.items()]
    return "\n".join(parts)


def _row(line: ScoreLine) -> tuple[str, ...]:
    found = line.figures
    return (
        f"{line.gate}: {line.probe}",
        line.set_name,
        line.mode,
        line.training,
        str(found.recall.total),
        _share(found.recall),
        _short(found.recall_blocked),
        str(found.alarms.total),
        _share(found.alarms),
        _short(found.alarms_blocked),
        _short(found.precision),
        "" if found.auc is None else f"{found.auc:.3f}",
        "" if found.milliseconds_per_kilobyte is None else f"{found.milliseconds_per_kilobyte:.2f}",
    )


def _share(share: Share) -> str:
    if share.value is None:
        return ""
    between = share.interval
    return f"{100 * share.value:.1f} % ({100 * between.low:.1f}-{100 * between.high:.1f})"


def _short(share: Share) -> str:
    return "" if share.value is None else f"{100 * share.value:.1f} %"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
