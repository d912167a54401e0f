"""Coverage against accuracy: what answering less often buys, by threshold of confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.scoring.statistics import Interval, wilson_interval


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One request that is answered when nothing is asked of the confidence, or declined for another reason."""

    confidence: float | None
    """In 0..1; None when it is declined whatever the threshold."""
    is_right: bool = False
    """Whether the answer is right. Of a request that had to be declined no answer is."""


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """What happens at one threshold."""

    threshold: float
    total: int
    answered: int
    right: int

    @property
    def wrong(self) -> int:
        """Answers that are wrong without saying so."""
        return self.answered - self.right

    @property
    def coverage(self) -> float:
        """Share of the requests that are answered."""
        return self.answered / self.total if self.total else 0.0

    @property
    def accuracy(self) -> float | None:
        """Share of the answers that are right; None without answers."""
        return self.right / self.answered if self.answered else None

    @property
    def accuracy_interval(self) -> Interval:
        """95 % interval of the accuracy."""
        return wilson_interval(self.right, self.answered)

    @property
    def wrong_interval(self) -> Interval:
        """95 % interval of the share of all requests that are silently wrong."""
        return wilson_interval(self.wrong, self.total)


def curve_of(items: Sequence[Answered], thresholds: Sequence[float]) -> list[CurvePoint]:
    """A point for each threshold, in their order; what is below it is declined."""
    points = []
    for threshold in thresholds:
        kept = [item for item in items if item.confidence is not None and item.confidence >= threshold]
        right = sum(item.is_right for item in kept)
        points.append(CurvePoint(threshold=threshold, total=len(items), answered=len(kept), right=right))
    return points


def ranking_quality(items: Sequence[Answered]) -> float | None:
    """How often a right answer has more confidence than a wrong one, ties for half: 0.5 is chance, 1 is perfect.

    None without right or without wrong answers. This is the area under the ROC curve (Hanley and McNeil 1982,
    https://doi.org/10.1148/radiology.143.1.7063747).
    """
    right = [item.confidence for item in items if item.confidence is not None and item.is_right]
    wrong = [item.confidence for item in items if item.confidence is not None and not item.is_right]
    if not right or not wrong:
        return None
    wins = sum((good > bad) + 0.5 * (good == bad) for good in right for bad in wrong)
    return wins / (len(right) * len(wrong))


_WIDTH, _HEIGHT, _MARGIN = 460, 320, 50
_COLOURS = ("#1f5fa8", "#b3541e", "#3c7a3c", "#6b4c9a")


def curve_svg(curves: Sequence[tuple[str, Sequence[CurvePoint]]]) -> str:
    """A chart of accuracy over coverage, a line for each named curve; both axes run from 0 to 1."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for step in range(6):
        share = step / 5
        across, down = _place(share, share)
        parts += [
            f'<line x1="{_MARGIN}" y1="{down:.1f}" x2="{_WIDTH - _MARGIN}" y2="{down:.1f}" stroke="#dddddd"/>',
            f'<text x="{_MARGIN - 8}" y="{down + 4:.1f}" text-anchor="end">{share:.1f}</text>',
            f'<text x="{across:.1f}" y="{_HEIGHT - _MARGIN + 18}" text-anchor="middle">{share:.1f}</text>',
        ]
    parts += [
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 12}" text-anchor="middle">coverage: share of requests answered</text>',
        f'<text x="{_MARGIN - 30}" y="{_MARGIN - 18}">accuracy of the answers</text>',
    ]
    for number, (label, points) in enumerate(curves):
        parts += _line(label, points, number)
    return "\n".join([*parts, "</svg>\n"])


def _line(label: str, points: Sequence[CurvePoint], number: int) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    shown = [(point.coverage, point.accuracy) for point in points if point.accuracy is not None]
    places = [_place(coverage, accuracy) for coverage, accuracy in shown]
    path = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
    name = label.replace("&", "&amp;").replace("<", "&lt;")
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{across:.1f}" cy="{down:.1f}" r="2.5" fill="{colour}"/>' for across, down in places),
        f'<text x="{_WIDTH - _MARGIN - 150}" y="{_HEIGHT - _MARGIN - 14 - 16 * number}" fill="{colour}">{name}</text>',
    ]


def _place(coverage: float, accuracy: float) -> tuple[float, float]:
    across = _MARGIN + coverage * (_WIDTH - 2 * _MARGIN)
    return across, _HEIGHT - _MARGIN - accuracy * (_HEIGHT - 2 * _MARGIN)
