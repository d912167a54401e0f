"""What a gate says of a text."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.spec.gate_policy import Action

__all__ = ["ACTIONS", "Action", "Finding", "GateVerdict", "Span", "stricter"]

ACTIONS: tuple[Action, ...] = ("allow", "flag", "block")
"""From mild to strict."""


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
    def reasons(self) -> tuple[str, ...]:
        """Why, strongest first, each once."""
        ordered = sorted(self.findings, key=lambda finding: -finding.score)
        return tuple(dict.fromkeys(finding.reason for finding in ordered))


def stricter(left: Action, right: Action) -> Action:
    """The stricter one of two actions."""
    return max(left, right, key=ACTIONS.index)
