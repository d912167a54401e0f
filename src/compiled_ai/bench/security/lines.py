"""The lines of a scorecard: figures of each gate and layer on each set, and of each family of texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.bench.security.figures import Figures, Judged, Share, figures
from compiled_ai.bench.security.measure import AllJudged
from compiled_ai.bench.security.probes import WHOLE
from compiled_ai.bench.security.sets import Gate, SecuritySet
from compiled_ai.bench.security.training import Status, trained_rows
from compiled_ai.gates.policy import TextMode
from compiled_ai.spec.canonical import JsonObject, JsonValue

_LARGEST_SHARE = 0.5
"""Of a set that its families may be: where nearly every row is one of its own, there is nothing to add up."""


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One layer on one set."""

    set_name: str
    gate: Gate
    mode: TextMode
    probe: str
    """``gate``, or such as ``without rules (only linear)``."""
    status: Status
    """What the linear model saw of the set."""
    left_out: int
    """Rows of the set that are not measured, because it was trained on them."""
    figures: Figures
    missed: tuple[str, ...] | None
    """Ids of attacks that passed; None where nobody may know."""
    alarmed: tuple[str, ...] | None
    """Ids of harmless texts that were stopped."""

    def to_json(self) -> JsonObject:
        """The line with its figures."""
        missed: list[JsonValue] = [*(self.missed or ())]
        alarmed: list[JsonValue] = [*(self.alarmed or ())]
        return {
            "set": self.set_name,
            "gate": self.gate,
            "mode": self.mode,
            "probe": self.probe,
            "training": self.status,
            "left_out": self.left_out,
            **self.figures.to_json(),
            "missed_ids": None if self.missed is None else missed,
            "alarmed_ids": None if self.alarmed is None else alarmed,
        }


@dataclass(frozen=True, kw_only=True)
class FamilyLine:
    """One gate on one kind of texts of a set."""

    set_name: str
    gate: Gate
    family: str
    is_attack: bool
    stopped: Share
    """Flagged or blocked."""
    blocked: Share

    def to_json(self) -> JsonObject:
        """All of it."""
        return {
            "set": self.set_name,
            "gate": self.gate,
            "family": self.family,
            "attacks": self.is_attack,
            "stopped": self.stopped.to_json(),
            "blocked": self.blocked.to_json(),
        }


def score_lines(judged: AllJudged, *, has_list: bool) -> tuple[ScoreLine, ...]:
    """The lines of all that was `judged`.

    Args:
        judged: All of it.
        has_list: Whether the rows that were trained on are left out.
    """
    rows = trained_rows() if any(gate == "input" for gate, _ in judged) else None
    lines = []
    for (gate, probe), measured in judged.items():
        benign: dict[TextMode, list[float]] = defaultdict(list)
        for one, results in measured:
            benign[one.mode] += [result.score for result in results if not result.is_attack]
        lines += [
            ScoreLine(
                set_name=one.name,
                gate=gate,
                mode=one.mode,
                probe=probe,
                status=_status(one, rows, has_list=has_list),
                left_out=one.left_out,
                figures=figures(results, benign_scores=benign[one.mode]),
                missed=_ids(one, results, attacks=True),
                alarmed=_ids(one, results, attacks=False),
            )
            for one, results in measured
        ]
    return tuple(lines)


def family_lines(judged: AllJudged) -> tuple[FamilyLine, ...]:
    """Of the gates as they are, on sets whose rows say what they are."""
    lines: list[FamilyLine] = []
    for (gate, probe), measured in judged.items():
        for one, results in measured if probe == WHOLE else ():
            lines += _families(gate, one, results)
    return tuple(lines)


def _families(gate: Gate, one: SecuritySet, results: Sequence[Judged]) -> list[FamilyLine]:
    groups: dict[tuple[bool, str], list[Judged]] = defaultdict(list)
    for result in results:
        if result.family:
            groups[not result.is_attack, result.family].append(result)
    if len(groups) > _LARGEST_SHARE * len(results):
        return []
    return [
        FamilyLine(
            set_name=one.name,
            gate=gate,
            family=family,
            is_attack=not is_benign,
            stopped=Share(count=sum(result.is_stopped for result in group), total=len(group)),
            blocked=Share(count=sum(result.action == "block" for result in group), total=len(group)),
        )
        for (is_benign, family), group in sorted(groups.items())
    ]


def _status(one: SecuritySet, rows: Mapping[str, int] | None, *, has_list: bool) -> Status:
    if one.status is not None:
        return one.status
    if one.gate != "input":
        return "no training"
    if rows is None:
        return "unknown"
    if rows.get(one.origin, 0):
        return "family trained on" if has_list else "seen"
    return "family trained on" if one.left_out else "held out"


def _ids(one: SecuritySet, results: Sequence[Judged], *, attacks: bool) -> tuple[str, ...] | None:
    if one.is_blind:
        return None
    return tuple(
        result.sample_id
        for result in results
        if result.is_attack is attacks and result.is_stopped is not attacks
    )
