"""How much each layer of the input gate counts beside the transformer, and from where on a text is flagged and blocked.

A logistic regression over the log odds of all layers, on the rows held back for validation, with no weight below zero.
"""

# numpy and scikit-learn are no dependencies of ours.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from transformer_examples import WINDOWS, Encoded

from compiled_ai.gates.input_gate import InputGate
from compiled_ai.gates.normal import normalize
from compiled_ai.gates.rules import rule_findings, rule_score

LAYERS = ("value", "rules", "linear", "order")
FLAG_RATES, BLOCK_RATE = {"direct": 0.025, "document": 0.02}, 0.005
"""Of harmless rows held back, how many may be above the points for flagging and for blocking. Half of these rows are nearest neighbours of attacks, so
that of others fewer are."""
_SURE = 0.98
_ORDER = "instruction_in_document"


def layer_scores(texts: Sequence[Encoded]) -> list[tuple[float, float, float]]:
    """The scores of the rules, and of the linear model for whole texts and for sentences, for each row."""
    gate, found = InputGate(), []
    for text in texts:
        normalized = normalize(str(text.row["text"]))
        linear = list(
            gate.linear_findings(normalized, "direct" if text.row["head"] == "direct" else "document")
        )
        like = max((one.score for one in linear if one.kind != _ORDER), default=0.0)
        order = max((one.score for one in linear if one.kind == _ORDER), default=0.0)
        found.append((rule_score(rule_findings(normalized)), like, order))
    return found


class Stack:
    """What the layers say together of rows of one question, and the numbers that the model's file keeps of it."""

    def __init__(
        self,
        question: str,
        texts: Sequence[Encoded],
        values: Sequence[float],
        others: Sequence[tuple[float, float, float]],
    ) -> None:
        features = np.column_stack([np.array(values).clip(-30, 30), _log_odds(np.array(others))])
        asked = np.array([text.row["head"] == question for text in texts])
        chosen = asked & np.array([text.row["part"] == "validate" for text in texts])
        labels = np.array([text.label for text in texts])
        weights, bias = _fitted(features[chosen], labels[chosen])
        self.sums = features @ weights + bias
        harmless = np.sort(self.sums[chosen & (labels == 0)])[::-1]
        flag, block = (
            float(harmless[int(rate * len(harmless))]) for rate in (FLAG_RATES[question], BLOCK_RATE)
        )
        self.numbers: Mapping[str, float] = {
            "window": WINDOWS[question],
            **{name: round(float(weight), 5) for name, weight in zip(LAYERS, weights, strict=True)},
            "bias": round(bias, 5),
            "flag": round(flag, 5),
            "block": round(block, 5),
        }


def _log_odds(scores: np.ndarray) -> np.ndarray:
    kept = scores.clip(1 - _SURE, _SURE)
    return np.log(kept / (1 - kept))


def _fitted(features: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias; a layer whose weight would be below zero is left out."""
    used = np.ones(features.shape[1], dtype=bool)
    while True:
        model = LogisticRegression(C=1.0, max_iter=1000).fit(features[:, used], labels)
        if (model.coef_[0] >= 0).all():
            weights = np.zeros(features.shape[1])
            weights[used] = model.coef_[0]
            return weights, float(model.intercept_[0])
        used[np.flatnonzero(used)[model.coef_[0].argmin()]] = False
