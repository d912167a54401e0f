"""What a gate says of a text."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.spec.gate_policy import Action

__all__ = ["ACTIONS", "Action", "Finding", "GateVerdict", "Span", "failed", "stricter"]

ACTIONS: tuple[Action, ...] = ("allow", "flag", "block")
"""From mild to strict."""
_FAILURES = frozenset({"gate_error", "error", "failure"})
"""Kinds of findings that gates give in place of a judgement."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of the text that was given to the gate, in characters; `end` is the first one behind it."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a layer of a gate found."""

    layer: str
    """Such as ``rules``, ``linear``, ``canary`` or ``pii``."""
    kind: str
    """Such as ``instruction_override`` or ``iban``."""
    score: float
    """In 0..1: how sure the layer is."""
    reason: str
    """For a person. Never quotes what must not be shown (a secret, an identifier)."""
    span: Span | None = None
    """None: it lies in no single part."""
    view: str = ""
    """The reading of the text in which it was found, such as ``base64``; empty for the text as it stands."""


@dataclass(frozen=True, kw_only=True)
class GateVerdict:
    """What is to be done with a text, and why."""

    action: Action
    score: float
    """In 0..1: how likely it is an attack or a leak; 0 for nothing found."""
    findings: tuple[Finding, ...] = ()

    @property
    def failed_inside(self) -> bool:
        """Whether a gate broke down over the text, in place of judging it."""
        return any(finding.kind in _FAILURES for finding in self.findings)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, strongest first, each once."""
        ordered = sorted(self.findings, key=lambda finding: -finding.score)
        return tuple(dict.fromkeys(finding.reason for finding in ordered))


def failed(error: Exception) -> GateVerdict:
    """The verdict of a gate that broke down: what nobody checked is blocked."""
    reason = f"the gate failed ({type(error).__name__}), so that nobody checked this text"
    finding = Finding(layer="gate", kind="gate_error", score=1.0, reason=reason)
    return GateVerdict(action="block", score=1.0, findings=(finding,))


def stricter(left: Action, right: Action) -> Action:
    """The stricter one of two actions."""
    return max(left, right, key=ACTIONS.index)
