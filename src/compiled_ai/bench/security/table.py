"""A scorecard as tables for people, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.bench.attacks.public import PUBLIC_SETS
from compiled_ai.bench.security.figures import Share, Spread
from compiled_ai.bench.security.hostile import HostileLine
from compiled_ai.bench.security.labelled import CHECKABLE_LABELS, LABELLED, TypeLine, together
from compiled_ai.bench.security.lines import FamilyLine, ScoreLine
from compiled_ai.bench.security.masking import Masking
from compiled_ai.bench.security.probes import WHOLE
from compiled_ai.bench.security.scorecard import Scorecard
from compiled_ai.bench.security.sets import GATES, Gate

HEADINGS = (
    "gate", "set", "mode", "training", "recall", "blocked", "false alarms", "blocked", "precision", "AUC", "ms/KB", "n, median, p99",
)  # fmt: skip
_MOST_FAMILIES = 25
"""Of a set in the tables; the document for programs has all."""
_LAYOUT = '{"id": ..., "text": ..., "label": 0 or 1}'


def render(card: Scorecard) -> str:
    """`card` as tables, with what was not measured below them. Recall and false alarms count what is blocked or flagged."""
    parts = [
        _gates(card.lines),
        _families(card.families),
        *(_worth(gate, card.lines) for gate in GATES),
        _persons(card.persons),
        _masking(card.masking),
        _speed(card),
        _hostile(card.hostile),
        _rest(card),
        _made_of(card),
    ]
    return "\n\n".join(part for part in parts if part)


def _gates(lines: Sequence[ScoreLine]) -> str:
    whole = [line for gate in GATES for line in lines if line.gate == gate and line.probe == WHOLE]
    if not whole:
        return "No gate was asked about a set."
    return (
        "Each gate on each set. Recall and false alarms: what is flagged or blocked, with 95 % Wilson intervals.\n\n"
        + _table([HEADINGS, *map(_row, whole)])
    )


def _row(line: ScoreLine) -> tuple[str, ...]:
    found = line.figures
    left_out = f", {line.left_out} rows left out" if line.left_out else ""
    return (
        line.gate,
        line.set_name,
        line.mode,
        f"{line.status}{left_out}",
        _share(found.recall),
        _short(found.recall_blocked),
        _share(found.alarms),
        _short(found.alarms_blocked),
        _share(found.precision),
        _number(found.auc, 3),
        _number(found.milliseconds_per_kilobyte, 2),
        _spread(found.per_kilobyte),
    )


def _families(families: Sequence[FamilyLine]) -> str:
    counts: dict[str, int] = {}
    for line in families:
        counts[line.set_name] = counts.get(line.set_name, 0) + 1
    shown = [line for line in families if counts[line.set_name] <= _MOST_FAMILIES]
    if not shown:
        return ""
    rows = [
        (
            line.set_name,
            line.family,
            "attacks" if line.is_attack else "harmless",
            _share(line.stopped),
            _short(line.blocked),
        )
        for line in shown
    ]
    return "By family, the gates as they are.\n\n" + _table(
        [("set", "family", "texts", "flagged or blocked", "blocked"), *rows]
    )


def _worth(gate: Gate, lines: Sequence[ScoreLine]) -> str:
    """Each layer alone and the gate without it, set by set."""
    own = [line for line in lines if line.gate == gate]
    names = list(dict.fromkeys(line.probe for line in own))
    if len(names) < 2:
        return ""
    rows = []
    for set_name in dict.fromkeys(line.set_name for line in own):
        by_probe = {line.probe: line for line in own if line.set_name == set_name}
        rows.append((set_name, *(_both(by_probe[name]) if name in by_probe else "" for name in names)))
    return f"What each layer of the gate '{gate}' is worth: recall / false alarms.\n\n" + _table(
        [("set", *names), *rows]
    )


def _both(line: ScoreLine) -> str:
    return f"{_short(line.figures.recall) or '-'} / {_short(line.figures.alarms) or '-'}"


def _persons(lines: Sequence[TypeLine]) -> str:
    if not lines:
        return ""
    checkable = [line for line in lines if line.label in CHECKABLE_LABELS]
    every = [together(checkable, "all with check digits, ranges or a grammar"), *lines]
    rows = [(line.label, _share(line.touched), _share(line.whole)) for line in every]
    return f"Values of {LABELLED} by label: found (at least half of it), found whole.\n\n" + _table(
        [("label", "found", "whole"), *rows]
    )


def _masking(masking: Masking | None) -> str:
    if masking is None:
        return ""
    return (
        f"Masking and unmasking of made-up records: {_share(masking.restored)} came back as they were, {masking.failed} failed; of {_share(masking.leaking)} a value "
        f"could be read in what a model would see; {_share(masking.hidden)} values were hidden."
    )


def _speed(card: Scorecard) -> str:
    if not card.latencies:
        return ""
    rows = [(gate, *_cells(found.long), *_cells(found.short, 3)) for gate, found in card.latencies.items()]
    heads = (
        "gate",
        "texts of 1 KB or more",
        "median ms/KB",
        "p99",
        "shorter texts",
        "median ms a text",
        "p99",
    )
    return "Time of the processor, over all sets.\n\n" + _table([heads, *rows])


def _hostile(lines: Sequence[HostileLine]) -> str:
    if not lines:
        return ""
    rows = [
        (
            line.gate,
            line.mode,
            line.text,
            f"{line.size:,}",
            f"{line.action}{' (failed inside)' if line.failed else ''}{'' if line.read_whole else ' (not read whole)'}",
            f"{line.seconds:.2f}",
            f"{line.milliseconds_per_kilobyte:.2f}",
        )
        for line in lines
    ]
    heads = ("gate", "mode", "hostile text", "bytes", "verdict", "seconds", "ms/KB")
    return "Hostile texts; none raised.\n\n" + _table([heads, *rows])


def _rest(card: Scorecard) -> str:
    lines = [f"not measured: {name}: {why}" for name, why in card.not_built.items()]
    public = [name for name in card.absent if name in PUBLIC_SETS]
    lines += [f"not here: {name}: {why}" for name, why in card.absent.items() if name not in public]
    if not public:
        return "\n".join(lines)
    rows = [
        (name, str(PUBLIC_SETS[name].rows), PUBLIC_SETS[name].licence, PUBLIC_SETS[name].source)
        for name in public
    ]
    lines += [
        f"Public sets that are not here. Take the rows from their source and write them as {_LAYOUT}, one a line, into FOLDER/<set>.jsonl; then give --data FOLDER.\n",
        _table([("set", "rows", "licence", "source"), *rows]),
    ]
    return "\n".join(lines)


def _made_of(card: Scorecard) -> str:
    return "Measured with " + ", ".join(f"{name} {digest[:8]}" for name, digest in card.made_of.items()) + "."


def _share(share: Share) -> str:
    if share.value is None:
        return ""
    between = share.interval
    return f"{share.count}/{share.total} = {100 * share.value:.1f} % ({100 * between.low:.1f}-{100 * between.high:.1f})"


def _short(share: Share) -> str:
    return "" if share.value is None else f"{100 * share.value:.1f} %"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _spread(spread: Spread) -> str:
    return ", ".join((str(spread.n), _number(spread.median, 1), _number(spread.p99, 1))) if spread.n else ""


def _cells(spread: Spread, digits: int = 2) -> tuple[str, str, str]:
    return str(spread.n), _number(spread.median, digits), _number(spread.p99, digits)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
