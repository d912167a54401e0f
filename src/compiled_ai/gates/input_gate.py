"""The gate before a model: is this text an attack on it?

Three layers: readings of the text without its disguises, rules over them, and a linear model. The strongest
counts; rules and model that agree count for more than either. Whatever fails inside blocks the text. In documents
each sentence is read by itself as an instruction; that one does not tell a sentence for people from one for models well,
so treat a flag there as a hint.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from compiled_ai.gates.linear import LinearModel, LinearScore
from compiled_ai.gates.normal import Normalized, View, normalize
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.gates.rules import rule_findings, rule_score
from compiled_ai.gates.verdict import Finding, GateVerdict, Span

__all__ = ["InputGate"]

_log = logging.getLogger(__name__)
_SEGMENT = re.compile("[^.!?\n|\r\u3002\uff01\uff1f]{1,600}[.!?\u3002\uff01\uff1f]*")
"""A sentence, a line or a cell of a table."""
_SHORTEST_SEGMENT = 12
_ORDER = "instruction_in_document"
_NOTED = 0.25
"""Risk below which the linear model adds no finding."""
_AGREEING = 0.35
"""Both layers at this score or more agree. Lower, harmless texts that contain a single odd word would add up."""
_LINEAR_WEIGHT = 0.625
"""Of the linear model for whole texts: alone it flags from its blocking point on (0.8 * 0.625 = 0.5) and does not
block by the default policy. At full weight it flagged 9 of 1,659 held-out BFCL requests and blocked 4, so 4 and 0."""
_LETTERS = re.compile(r"\W+")


class InputGate:
    """Says of a text whether a model may read it."""

    def __init__(self, policy: GatePolicy | None = None, *, model: LinearModel | None = None) -> None:
        """A gate of a policy; without one, of the default policy.

        Args:
            policy: From which score on a text is flagged or blocked.
            model: One that you trained; the shipped one otherwise.

        Raises:
            TamperedArtifactError: the shipped model is not the one that was shipped.
        """
        self._policy = policy or GatePolicy()
        self._model = model or LinearModel.load()

    def check(self, text: str, *, mode: TextMode = "direct") -> GateVerdict:
        """What is to be done with `text`. Never raises: a failure blocks, with a finding of the layer ``gate``.

        Args:
            text: What goes to the model, of any length. Time is linear in it.
            mode: ``direct``: said to the model. ``document``: matter for it, in which any instruction to a model is out of place.
        """
        try:
            return self._check(text, mode)
        except Exception as error:  # noqa: BLE001 - the boundary: a text that nobody checked must not pass
            _log.error("input gate failed", extra={"error": type(error).__name__, "mode": mode})
            reason = f"the input gate failed ({type(error).__name__}), so that nobody checked this text"
            finding = Finding(layer="gate", kind="error", score=1.0, reason=reason)
            return GateVerdict(action="block", score=1.0, findings=(finding,))

    def _check(self, text: str, mode: TextMode) -> GateVerdict:
        normalized = normalize(text)
        rules = tuple(rule_findings(normalized))
        linear = tuple(self.linear_findings(normalized, mode))
        like = max((one.score for one in linear if one.kind != _ORDER), default=0.0)
        order = max((one.score for one in linear if one.kind == _ORDER), default=0.0)
        score = max(combined(rule_score(rules), like), order)
        action = self._policy.thresholds(mode).action(score)
        return GateVerdict(action=action, score=score, findings=(*rules, *linear))

    def linear_findings(self, normalized: Normalized, mode: TextMode = "direct") -> Iterator[Finding]:
        """What the linear model says of each reading of a text, and in a document of each of its sentences."""
        original = normalized.original
        yield from _finding(self._model.explain(original), "attack_like")
        bare = _LETTERS.sub("", original[:100_000].lower())
        for view in normalized.views:
            if view.name != "text" and _LETTERS.sub("", view.text[:100_000]) != bare:
                yield from _finding(self._model.explain(view.text), "attack_like", view)
        if mode == "document":
            yield from self._segment_findings(original)

    def _segment_findings(self, text: str) -> Iterator[Finding]:
        """The sentence of a document that reads most like an instruction to a model."""
        worst = LinearScore(probability=0.0)
        start = 0
        seen: set[str] = set()
        for match in _SEGMENT.finditer(text):
            segment = match.group()
            if len(segment) < _SHORTEST_SEGMENT or segment in seen:
                continue
            seen.add(segment)
            score = self._model.explain(segment, head="document")
            if score.risk > worst.risk:
                worst, start = score, match.start()
        for finding in _finding(worst, _ORDER):
            span = finding.span
            yield Finding(
                layer=finding.layer, kind=finding.kind, score=finding.score, reason=finding.reason,
                span=span and Span(start=span.start + start, end=span.end + start),
            )  # fmt: skip


def combined(rules: float, linear: float) -> float:
    """The score of two layers, the linear one discounted: the higher one, and more where both are suspicious."""
    weighed = _LINEAR_WEIGHT * linear
    if min(rules, linear) < _AGREEING:
        return max(rules, weighed)
    return 1.0 - (1.0 - rules) * (1.0 - weighed)


def _finding(score: LinearScore, kind: str, view: View | None = None) -> Iterator[Finding]:
    if score.risk < _NOTED or score.span is None:
        return
    words = ", ".join(f"'{word}'" for word in score.words)
    what = "an instruction to a model" if kind == _ORDER else "known attacks"
    span = view.span(score.span.start, score.span.end) if view else score.span
    yield Finding(
        layer="linear", kind=kind, score=score.risk, span=span, view=view.name if view else "",
        reason=f"reads like {what}" + (f" ({words})" if words else ""),
    )  # fmt: skip
