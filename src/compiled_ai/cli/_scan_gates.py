"""The gates that `scan` asks, and what they say as people and programs want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from compiled_ai.cli._scan_source import Piece
from compiled_ai.cli._scan_view import Hidden, Lines, excerpt
from compiled_ai.errors import OperatorError
from compiled_ai.gates.checks import GATE_NAMES, Check, GateName, is_on, open_check
from compiled_ai.gates.pii import find_hits
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.gates.verdict import Action, Finding, GateVerdict, stricter

Asked = tuple[str, str]
"""A gate, and why it was not asked."""
_FINDINGS = 20
"""Shown for one text and gate; more are counted."""


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What the gates say of one text."""

    piece: Piece
    verdicts: Mapping[GateName, GateVerdict]

    @property
    def is_row(self) -> bool:
        """Whether it is one of many."""
        return self.piece.name.rpartition(":")[2].isdigit()

    @property
    def action(self) -> str:
        """The strictest of all gates; ``unreadable`` for a row that no gate saw."""
        if self.piece.problem:
            return "unreadable"
        found: Action = "allow"
        for verdict in self.verdicts.values():
            found = stricter(found, verdict.action)
        return found

    def lines(self) -> list[str]:
        """For people: the verdict of each gate, and below it what it found."""
        note = f" ({self.piece.note})" if self.piece.note else ""
        name = ascii(self.piece.name)[1:-1]
        if self.piece.problem:
            return [f"{name}: cannot be read: {self.piece.problem}"]
        lines = [f"{name}: {self.action}{note}"]
        for gate, verdict in self.verdicts.items():
            lines.append(f"  {gate}: {verdict.action}, score {verdict.score:.2f}")
            if verdict.action == "allow":
                continue
            for entry in self._entries(verdict):
                where = f"{entry['line']}:{entry['column']}: " if entry["line"] else ""
                view = f" (read as {entry['view']})" if entry["view"] else ""
                lines.append(
                    f"    {where}{entry['reason']} [{entry['layer']}/{entry['kind']}, {entry['score']:.2f}]{view}"
                )
                if entry["excerpt"]:
                    lines.append(f"      {entry['excerpt']}")
            if len(verdict.findings) > _FINDINGS:
                lines.append(f"    {len(verdict.findings) - _FINDINGS} more findings")
        return lines

    def to_json(self) -> dict[str, object]:
        """For programs: the same, with the findings of every gate."""
        gates = {
            gate: {
                "action": verdict.action,
                "score": verdict.score,
                "reasons": list(verdict.reasons[:_FINDINGS]),
                "findings": self._entries(verdict),
                "findings_left_out": max(0, len(verdict.findings) - _FINDINGS),
            }
            for gate, verdict in self.verdicts.items()
        }
        return {
            "name": ascii(self.piece.name)[1:-1],
            "action": self.action,
            "note": self.piece.note,
            "problem": self.piece.problem,
            "gates": gates,
        }

    def _entries(self, verdict: GateVerdict) -> list[dict[str, object]]:
        strongest = sorted(verdict.findings, key=lambda finding: -finding.score)[:_FINDINGS]
        hidden = self._hidden()
        lines = Lines(self.piece.text)
        return [self._entry(finding, lines, hidden) for finding in strongest]

    def _entry(self, finding: Finding, lines: Lines, hidden: Sequence[Hidden]) -> dict[str, object]:
        place: dict[str, object] = dict.fromkeys(("line", "column", "end_line", "end_column"))
        shown = ""
        if finding.span is not None:
            place = asdict(lines.place(finding.span))
            shown = excerpt(self.piece.text, finding.span, hidden=hidden, find=_persons_data)
        return {
            "layer": finding.layer,
            "kind": finding.kind,
            "score": finding.score,
            "reason": finding.reason,
            "view": finding.view,
            "span": None if finding.span is None else [finding.span.start, finding.span.end],
            **place,
            "excerpt": shown,
        }

    def _hidden(self) -> list[Hidden]:
        """Parts that must not be shown: data of persons, and everything where the prompt may stand."""
        said = self.verdicts.get("output")
        if said is not None and said.action != "allow":
            return [(0, len(self.piece.text), "not shown")]
        return [
            (finding.span.start, finding.span.end, finding.kind)
            for gate, verdict in self.verdicts.items()
            if gate != "input"
            for finding in verdict.findings
            if finding.span is not None
        ]


class Scan:
    """Asks the chosen gates."""

    def __init__(
        self, checks: Mapping[GateName, Check], *, mode: TextMode, not_asked: Sequence[Asked]
    ) -> None:
        """See `open_scan`."""
        self._checks = dict(checks)
        self._mode: TextMode = mode
        self.not_asked = tuple(not_asked)
        """Gates that were not asked, and why."""

    def __call__(self, piece: Piece) -> Scanned:
        """What they say of `piece`."""
        if piece.problem:
            return Scanned(piece=piece, verdicts={})
        return Scanned(
            piece=piece,
            verdicts={gate: check(piece.text, self._mode) for gate, check in self._checks.items()},
        )


def open_scan(gate: str, policy: GatePolicy, *, mode: TextMode, prompt: str = "") -> Scan:
    """The gates that `gate` names, as `policy` has them.

    Args:
        gate: A name, or ``all``: those that are on, the output gate only with a prompt.
        policy: What flags and what blocks.
        mode: How the input gate reads the texts.
        prompt: System prompt that the output gate looks for.

    Raises:
        OperatorError: no gate would be asked, or the one that is named has nothing to go by.
    """
    asked: dict[GateName, Check] = {}
    not_asked: list[Asked] = []
    for name in GATE_NAMES:
        if gate == name:
            asked[name] = open_check(name, policy, prompt=prompt)
        elif gate == "all":
            why = _why_not(name, policy, prompt)
            if why:
                not_asked.append((name, why))
            else:
                asked[name] = open_check(name, policy, prompt=prompt)
    if not asked:
        raise OperatorError("the policy has every gate off, so that nothing would be looked at")
    return Scan(asked, mode=mode, not_asked=not_asked)


def _why_not(name: GateName, policy: GatePolicy, prompt: str) -> str:
    if not is_on(name, policy):
        return "off in the policy"
    return "no --prompt to look for" if name == "output" and not prompt else ""


def _persons_data(window: str) -> list[Hidden]:
    """What must not be shown of `window`; all of it when nobody can say."""
    try:
        return [(hit.start, hit.end, hit.kind) for hit in find_hits(window)]
    except Exception:  # noqa: BLE001 - the boundary: what could not be searched is not shown
        return [(0, len(window), "not shown")]
