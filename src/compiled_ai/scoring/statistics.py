"""Shares with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z95 = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A 95 % confidence interval of a share, both ends in 0..1."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """From its lower end to its upper one."""
        return self.high - self.low


def wilson_interval(successes: float, total: int) -> Interval:
    """The Wilson score interval of ``successes / total``; 0..1 when nothing was counted.

    `successes` may be fractional (a mean of partial scores); the interval is then an approximation on the safe side, since partial
    scores vary less than all-or-nothing ones. Source: Wilson (1927), https://doi.org/10.2307/2276774.
    """
    if total == 0:
        return Interval(low=0.0, high=1.0)
    share = min(1.0, successes / total)
    spread = _Z95 * math.sqrt(share * (1 - share) / total + _Z95**2 / (4 * total**2))
    centre = share + _Z95**2 / (2 * total)
    scale = 1 + _Z95**2 / total
    return Interval(  # the interval holds the share; at 0 and 1 rounding errors would put it just outside
        low=max(0.0, min(share, (centre - spread) / scale)),
        high=min(1.0, max(share, (centre + spread) / scale)),
    )


def cases_needed(share: float, width: float) -> int:
    """How many cases give `share` a 95 % interval of at most `width`, which must be above 0."""
    total = 1
    while wilson_interval(share * total, total).width > width:
        total += 1
    return total
