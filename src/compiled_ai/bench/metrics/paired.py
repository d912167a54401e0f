"""Two systems on the same cases."""

from __future__ import annotations

import math
from collections.abc import Sequence

from compiled_ai.bench.metrics.bootstrap import interval


def mcnemar(b: int, c: int) -> float:
    """The exact two-sided p-value of McNemar's test, `b` and `c` the cases that only one of two systems has right. 1.0 when both are 0.

    Twice the chance that a fair coin shows at most ``min(b, c)`` heads in ``b + c`` throws, 1 at most.
    Source: McNemar (1947), https://doi.org/10.1007/BF02295996.
    """
    throws, term, tail = b + c, 1, 0
    for heads in range(min(b, c) + 1):
        tail += term
        term = term * (throws - heads) // (heads + 1)  # the next binomial coefficient
    return min(1.0, 2 * tail / (1 << throws))  # whole numbers of any size, divided without overflow


def paired_bootstrap(pairs: Sequence[tuple[float, float]], *, seed: int) -> tuple[float, float, float]:
    """Mean of first minus second over `pairs`, and its 95 % interval by bootstrap over pairs; the mean thrice for a single pair.

    Raises:
        ValueError: there are no pairs.
    """
    if not pairs:
        raise ValueError("a difference needs at least one pair")
    return clustered_bootstrap([[pair] for pair in pairs], seed=seed)


def clustered_bootstrap(
    clusters: Sequence[Sequence[tuple[float, float]]], *, seed: int
) -> tuple[float, float, float]:
    """The same where pairs come in `clusters`, none of them empty, that are drawn as a whole."""
    differences = [math.fsum(first - second for first, second in cluster) for cluster in clusters]
    sizes = [float(len(cluster)) for cluster in clusters]
    difference = math.fsum(differences) / math.fsum(sizes)
    ends = interval([differences, sizes], lambda sums: sums[0] / sums[1], seed=seed)
    low, high = ends or (difference, difference)
    return difference, low, high
