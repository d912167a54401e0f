"""The gate before a model: is this text an attack on it?

Three layers: readings of the text without its disguises, rules over them, and a linear model. The strongest
counts; rules and model that agree count for more than either. By policy a transformer reads the text too, and what all
layers say is weighed together; where the policy lets it weigh, it can clear a text that the others suspect. Whatever fails inside blocks the text. In
documents each sentence is read by itself as an instruction; the linear model does not tell a sentence for people from one for
models well, so treat a flag without the transformer as a hint there.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from compiled_ai.gates._linear_features import tokens
from compiled_ai.gates._rules_quotes import Quotes, without_quotes
from compiled_ai.gates.linear import LinearModel, LinearScore, Worst
from compiled_ai.gates.normal import Normalized, View, fold_text, normalize
from compiled_ai.gates.policy import GatePolicy, TextMode, Thresholds
from compiled_ai.gates.rules import rule_findings, rule_score
from compiled_ai.gates.verdict import Action, Finding, GateVerdict, Span, stricter

if TYPE_CHECKING:
    from compiled_ai.gates._transformer_layer import TransformerLayer
    from compiled_ai.gates.transformer import TransformerModel

__all__ = ["InputGate"]

_log = logging.getLogger(__name__)
_SEGMENT = re.compile("[^.!?\n|\r\u3002\uff01\uff1f]{1,600}[.!?\u3002\uff01\uff1f]*")
"""A sentence, a line or a cell of a table."""
_SHORTEST_SEGMENT = 12
_ORDER = "instruction_in_document"
_NOTED = 0.25
"""Risk below which the linear model adds no finding."""
_AGREEING = 0.3
"""Both layers at this score or more agree. Lower, harmless texts that contain a single odd word would add up."""
_LINEAR_WEIGHT = 0.625
"""Of the linear model for whole texts: alone it flags from its point for blocking on (0.8 * 0.625 = 0.5) and does not block
by the default policy. Both are chosen on scores out of fold: they flag 2 of 1,751 BFCL requests of training and 16 of 705 hard
harmless texts of `datasets/gate_training`."""
_CERTAIN = 0.97
"""Of the rules, for texts said directly: a score from which the transformer clears none. Lower, it costs more false alarms than it finds attacks (`gate_blind`, `gate_blind2`, `gate_blind3`)."""
_QUOTED = 0.5
"""What is left of the risk of a text whose suspicious part is quoted, and which is about such phrases."""
_HALF = 500_000
"""Characters that are read at the start and at the end of a text that is longer than both."""


class InputGate:
    """Says of a text whether a model may read it."""

    def __init__(
        self,
        policy: GatePolicy | None = None,
        *,
        model: LinearModel | None = None,
        transformer: TransformerModel | None = None,
    ) -> None:
        """A gate of a policy; without one, of the default policy.

        Args:
            policy: From which score on a text is flagged or blocked, and whether the transformer is asked.
            model: One that you trained; the shipped one otherwise.
            transformer: Likewise.

        Raises:
            TamperedArtifactError: a shipped model is not the one that was shipped.
            MissingToolError: the transformer is asked, and what it needs is not installed.
        """
        self._policy = policy or GatePolicy()
        self._model = model or LinearModel.load()
        asked = self._policy.transformer != "off"
        self._transformer = _layer(transformer, self._model) if asked else None

    def check(self, text: str, *, mode: TextMode = "direct") -> GateVerdict:
        """What is to be done with `text`. Never raises: a failure blocks, with a finding of the layer ``gate``.

        Args:
            text: What goes to the model, of any length. Time is linear in it, up to a million characters. Of a longer one
                the start and the end are read; it is flagged with a finding of the layer ``gate``, ``not_read_whole``.
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
        findings: list[Finding] = []
        score = 0.0
        for start, part in _parts(text):
            found, risk = self._part(normalize(part), mode)
            findings += _moved(found, start)
            score = max(score, risk)
        thresholds = self._policy.thresholds(mode)
        if len(text) <= 2 * _HALF:
            return GateVerdict(action=thresholds.action(score), score=score, findings=(*findings,))
        score = max(score, _UNREAD.score)
        return GateVerdict(action=_flagged(thresholds, score), score=score, findings=(*findings, _UNREAD))

    def _part(self, normalized: Normalized, mode: TextMode) -> tuple[list[Finding], float]:
        """What all layers say of a text, or of one of the ends of a very long one."""
        rules = rule_findings(normalized)
        linear = list(self.linear_findings(normalized, mode))
        by_rules = rule_score(rules)
        like = max((one.score for one in linear if one.kind != _ORDER), default=0.0)
        order = max((one.score for one in linear if one.kind == _ORDER), default=0.0)
        score = max(combined(by_rules, like), order)
        if self._transformer is None:
            return [*rules, *linear], score
        opinion = self._transformer.opinion(normalized, mode)
        together = self._transformer.risk(opinion, mode, rules=by_rules, linear=like, order=order)
        if together is not None:
            is_certain = mode == "direct" and by_rules >= _CERTAIN
            is_kept = self._policy.transformer == "add"
            score = max(together, score if is_kept else by_rules if is_certain else 0.0)
        return [*rules, *linear, *opinion.findings], score

    def linear_findings(self, normalized: Normalized, mode: TextMode = "direct") -> Iterator[Finding]:
        """What the linear model says of each reading of a text, and in a document of each of its sentences."""
        seen: list[list[str]] = []
        for view in normalized.views:
            words = tokens(view.text)
            if words not in seen:
                seen.append(words)
                yield from self._finding(words, view, normalized.original)
        if mode == "document":
            yield from self._segment_finding(normalized.views[0], normalized.original)

    def _finding(self, words: list[str], view: View, original: str) -> Iterator[Finding]:
        worst = self._model.worst(words)
        if worst is None or worst.risk < _NOTED:
            return
        name = "" if view.name == "text" else view.name
        rest = None if name else without_quotes(original)
        if rest is not None:
            bare = self._model.worst(tokens(fold_text(rest)))
            worst = replace(
                worst, risk=max(_QUOTED * worst.risk, min(bare.risk if bare else 0.0, worst.risk))
            )
        if worst.risk >= _NOTED:
            yield from _told(self._model.told(view.text, words, worst), "attack_like", view, name=name)

    def _segment_finding(self, view: View, original: str) -> Iterator[Finding]:
        """The sentence of a document that reads most like an instruction to a model."""
        top: tuple[Worst, list[str], int] | None = None
        quotes = Quotes(original)
        for match in _SEGMENT.finditer(view.text):
            if match.end() - match.start() < _SHORTEST_SEGMENT:
                continue
            words = tokens(match.group())
            worst = self._model.worst(words, "document")
            if worst is None or worst.risk < (top[0].risk if top else _NOTED):
                continue
            span = view.span(*match.span())
            if quotes.hold(span.start, span.end):
                worst = replace(worst, risk=_QUOTED * worst.risk)
            if worst.risk >= (top[0].risk if top else _NOTED):
                top = worst, words, match.start()
        if top is not None:
            worst, words, start = top
            told = self._model.told(view.text[start:], words, worst, "document")
            yield from _told(told, _ORDER, view, start=start)


def _layer(model: TransformerModel | None, linear: LinearModel) -> TransformerLayer:
    # Here, because most gates do not ask it.
    from compiled_ai.gates._transformer_layer import TransformerLayer
    from compiled_ai.gates.transformer import TransformerModel

    return TransformerLayer(model or TransformerModel.load(), linear)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """What is read of a text, and where it starts: all of it, or of a very long one its start and its end."""
    if len(text) <= 2 * _HALF:
        yield 0, text
        return
    yield 0, text[:_HALF]
    yield len(text) - _HALF, text[-_HALF:]


def _moved(findings: Iterable[Finding], start: int) -> Iterator[Finding]:
    for one in findings:
        span = one.span
        yield (
            replace(one, span=Span(start=span.start + start, end=span.end + start)) if span and start else one
        )


def _flagged(thresholds: Thresholds, score: float) -> Action:
    """Of a text that was not read whole: never `allow`, unless the policy flags nothing."""
    silent = thresholds.flag is None and thresholds.block is None
    return thresholds.action(score) if silent else stricter("flag", thresholds.action(score))


_UNREAD = Finding(
    layer="gate",
    kind="not_read_whole",
    score=0.5,
    reason=f"longer than {2 * _HALF:,} characters; only its start and its end were read",
)


def combined(rules: float, linear: float) -> float:
    """The score of two layers, the linear one discounted: the higher one, and more where both are suspicious."""
    weighed = _LINEAR_WEIGHT * linear
    if min(rules, linear) < _AGREEING:
        return max(rules, weighed)
    return 1.0 - (1.0 - rules) * (1.0 - weighed)


def _told(score: LinearScore, kind: str, view: View, *, start: int = 0, name: str = "") -> Iterator[Finding]:
    if score.span is None:
        return
    words = ", ".join(f"'{word}'" for word in score.words)
    what = "an instruction to a model" if kind == _ORDER else "known attacks"
    yield Finding(
        layer="linear", kind=kind, score=score.risk, view=name,
        span=view.span(score.span.start + start, score.span.end + start),
        reason=f"reads like {what}" + (f" ({words})" if words else ""),
    )  # fmt: skip
