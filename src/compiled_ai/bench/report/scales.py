"""From values to places on an axis, and the ticks of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_SMALLEST, _LARGEST = 1e-12, 1e15
"""Bounds of an axis (the lower one of a logarithmic one): beyond them nothing of a benchmark lies, and floats would lose their grip."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An axis from `low` to `high`, drawn from `start` to `end` (in pixels, which may run backwards)."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """The place of `value`; outside of the axis its nearer end, for NaN its start."""
        if math.isnan(value):
            return self.start
        bounded = min(max(value, self.low), self.high)
        low, high = self._bend(self.low), self._bend(self.high)
        share = (self._bend(bounded) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def _bend(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def ticks(self, count: int = 6) -> list[float]:
        """About `count` round values within the axis, ascending."""
        return (
            _log_ticks(self.low, self.high, count) if self.logarithmic else _ticks(self.low, self.high, count)
        )


def linear_scale(values: Iterable[float], *, start: float, end: float, from_zero: bool = True) -> Scale:
    """A linear axis that holds the finite ones of `values`, with a little room above; 0..1 when there are none."""
    finite = [min(max(value, -_LARGEST), _LARGEST) for value in values if math.isfinite(value)]
    low = min([0.0, *finite] if from_zero else finite, default=0.0)
    high = max(finite, default=1.0)
    if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
        high = low + (abs(low) or 1.0)
    return Scale(low=low, high=high + (high - low) * 0.05, start=start, end=end)


def log_scale(values: Iterable[float], *, start: float, end: float, whole_decades: bool = True) -> Scale:
    """A logarithmic axis that holds the positive finite ones of `values`; 1..10 when there are none. Never less than a decade."""
    positive = [
        min(max(value, _SMALLEST), _LARGEST) for value in values if math.isfinite(value) and value > 0
    ]
    low, high = min(positive, default=1.0), max(positive, default=10.0)
    if whole_decades:
        low = 10.0 ** math.floor(math.log10(low) + 1e-9)
        high = 10.0 ** math.ceil(math.log10(high) - 1e-9)
    if high / low < 10:
        high = low * 10
    return Scale(low=low, high=high, start=start, end=end, logarithmic=True)


def _ticks(low: float, high: float, count: int) -> list[float]:
    rough = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return [round(index * step, digits) for index in range(first, last + 1)]


def _log_ticks(low: float, high: float, count: int) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    decades = last - first + 1
    if decades < 3:
        found = [
            factor * 10.0**power
            for power in range(first - 1, last + 1)
            for factor in (1, 2, 5)
            if low * 0.999 <= factor * 10.0**power <= high * 1.001
        ]
        return found[:: max(1, math.ceil(len(found) / max(1, count)))]
    every = max(1, math.ceil(decades / max(1, count)))
    return [10.0**power for power in range(first, last + 1, every)]
