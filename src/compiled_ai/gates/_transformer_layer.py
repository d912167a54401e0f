"""The transformer as a layer of the input gate: which parts of a text it is shown, and what is said of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.gates._linear_features import tokens
from compiled_ai.gates.linear import LinearModel
from compiled_ai.gates.normal import Normalized, View
from compiled_ai.gates.policy import TextMode
from compiled_ai.gates.transformer import TransformerModel, Window
from compiled_ai.gates.verdict import Finding

LAYER = "transformer"
MOST_WINDOWS = 128
"""That are read of all readings of a text together: some 50,000 characters, which take some ten seconds."""
_ENDS = 16
"""Windows at each end of a longer one that are read in any case."""
_NOTED = 0.0
"""Log odds of a window below which nothing is said of it."""
_REASONS = {
    "direct": ("attack_like", "reads like an attack on a model"),
    "document": ("instruction_in_document", "reads like an instruction to a model, within matter for it"),
}


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What the transformer says of a text."""

    value: float | None = None
    """Log odds of the worst window; None for a text without words."""
    findings: Sequence[Finding] = ()


class TransformerLayer:
    """Asks a model about the readings of texts.

    Args:
        model: Is asked.
        linear: Chooses the windows of a text that has too many to read all.
    """

    def __init__(self, model: TransformerModel, linear: LinearModel) -> None:
        self._model, self._linear = model, linear

    def opinion(self, normalized: Normalized, mode: TextMode) -> Opinion:
        """The worst of all readings of a text, each different one asked once."""
        left, seen = MOST_WINDOWS, set[str]()
        found: list[tuple[float, Window, View]] = []
        for view in normalized.views:
            if view.text in seen or left <= 0:
                continue
            seen.add(view.text)
            windows = self._chosen(self._model.windows(view.text, mode), view.text, mode, left)
            left -= len(windows)
            values = self._model.values(windows, mode)
            found += [(value, window, view) for value, window in zip(values, windows, strict=True)]
        if not found:
            return Opinion()
        value, window, view = max(found, key=lambda one: one[0])
        return Opinion(value=value, findings=[_told(value, window, view, mode)] if value > _NOTED else [])

    def risk(
        self, opinion: Opinion, mode: TextMode, *, rules: float, linear: float, order: float
    ) -> float | None:
        """What all layers together say, in 0..1; None where the transformer has no opinion."""
        if opinion.value is None:
            return None
        return self._model.questions[mode].risk(opinion.value, rules=rules, linear=linear, order=order)

    def _chosen(self, windows: list[Window], text: str, mode: TextMode, most: int) -> list[Window]:
        """All windows, or of too many those at both ends and those that the linear model suspects most."""
        if len(windows) <= most:
            return windows
        ends = min(_ENDS, most // 2)
        middle = range(ends, len(windows) - ends)
        suspected = sorted(middle, key=lambda place: -self._suspicion(windows[place], text, mode))
        kept = sorted(
            [*range(ends), *suspected[: most - 2 * ends], *range(len(windows) - ends, len(windows))]
        )
        return [windows[place] for place in kept]

    def _suspicion(self, window: Window, text: str, mode: TextMode) -> float:
        worst = self._linear.worst(tokens(text[window.span.start : window.span.end]), mode)
        return worst.value if worst else -1e9


def _told(value: float, window: Window, view: View, mode: TextMode) -> Finding:
    kind, reason = _REASONS[mode]
    return Finding(
        layer=LAYER, kind=kind, score=1 / (1 + math.exp(-min(value, 50.0))), view="" if view.name == "text" else view.name,
        span=view.span(window.span.start, window.span.end), reason=reason,
    )  # fmt: skip
