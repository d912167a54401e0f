"""Sequential evidence that the fallback contradicts an artifact too often: it may be looked at after every check, for ever, and still alarms falsely with a known chance.

A confidence interval is made for one look. Whoever looks after each of a thousand checks and acts the first time that it lies above the limit acts falsely much
more often than in 2.5 % of artifacts. An e-value is made for that: a statistic whose mean never exceeds 1 while the share of contradictions is at most the limit,
so that by Ville's inequality (https://en.wikipedia.org/wiki/Ville%27s_inequality) the chance that it *ever* reaches 40 is at most 1/40.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

DEMOTES = 40.0
"""Evidence at which an artifact is demoted: 2.5 % of those that keep the limit exactly ever reach it, fewer of those that stay below."""
CHECKS_PER_BLOCK = 100
"""Checks after which another start is considered."""
_WHOLE = 0.8
"""Weight of the evidence since the first check."""
_STARTS = 1_000
"""Later starts that are looked at. Leaving older ones out makes the evidence smaller, never larger."""


def evidence(contradictions: int, checks: int, limit: float) -> float:
    """How much better a share above `limit` explains so many `contradictions` of `checks` than `limit` itself does; 1 before any check, infinite beyond measure.

    With k contradictions of n, the likelihood ratio of a share t against the limit p is ``t^k (1-t)^(n-k) / (p^k (1-p)^(n-k))``. Each is a product of factors of
    mean 1 under p, and of mean below 1 under a smaller share, for t > p; so is their mixture, here a uniform one over t in (p, 1). Its integral is an incomplete
    beta function, which is a binomial tail, so that::

        e = P(Bin(n+1, p) <= k) / ((1-p) (n+1) C(n,k) p^k (1-p)^(n-k))

    The last term of the tail over the divisor is ``1 / (n+1-k)``, and the terms below follow by their ratios ``i (1-p) / ((n+2-i) p)``, which shrink with i. Hence
    no logarithms: nothing underflows before it has become negligible, and what overflows is infinite evidence.

    Args:
        contradictions: How many checks the fallback contradicted.
        checks: All checks that it answered.
        limit: Greatest share that is allowed, above 0 and below 1.
    """
    odds = (1 - limit) / limit
    term = total = 1.0
    for i in range(contradictions, 0, -1):
        ratio = i / (checks + 2 - i) * odds
        term *= ratio
        total += term
        if (ratio < 1 and term < total * 1e-17) or total == math.inf:
            break
    return total / (checks + 1 - contradictions)


def evidence_of_blocks(blocks: Sequence[tuple[int, int]], limit: float) -> float:
    """Evidence that the share is above `limit`, at last or since the start of some block: an artifact that was right for long and is not any more shows soon.

    A weighted mean of e-values is one too. The one since the first check weighs 4/5; those since the starts of later blocks share the rest as 1/(b (b+1)), and
    starts that are yet to come count as 1.

    Args:
        blocks: Contradictions and checks of each block, in order.
        limit: As in `evidence`.
    """
    differed = checks = 0
    total = (1 - _WHOLE) / max(1, len(blocks))  # of the starts to come: the sum of 1/(b (b+1)) from there on
    for start in range(len(blocks) - 1, -1, -1):
        differed, checks = differed + blocks[start][0], checks + blocks[start][1]
        if start == 0:
            total += _WHOLE * evidence(differed, checks, limit)
        elif len(blocks) - start <= _STARTS:
            total += (1 - _WHOLE) / (start * (start + 1)) * evidence(differed, checks, limit)
    return total if blocks else 1.0
