"""Chances that two samples differ by so much without a change: exact where counts are small, chi-square and normal where they are large."""

from __future__ import annotations

import math
from collections.abc import Mapping

_EXPECTED = 5.0
"""Expected count below which the chi-square test is not trusted (Cochran's rule, https://doi.org/10.2307/3001616)."""
_EXACT = 1_000.0
"""Expected count up to which shares are compared exactly: far out in the tail, where alarms are, the normal distribution is wrong for long."""


def rise(count: int, total: int, before: int, total_before: int) -> float:
    """P value, one-sided, that a share of ``count / total`` is not above one that gave ``before / total_before``; 1 when there is nothing to compare."""
    whole, hits = total + total_before, count + before
    if not total or not total_before or not 0 < hits < whole:
        return 1.0
    least = min(total, total_before) * min(hits, whole - hits) / whole
    if least < _EXACT:
        return _at_least(count, hits, total, whole)
    mean = total * hits / whole
    deviation = math.sqrt(mean * (1 - hits / whole) * total_before / whole)
    return 0.5 * math.erfc((count - mean) / deviation / math.sqrt(2))


def homogeneity(left: Mapping[str, int], right: Mapping[str, int]) -> float:
    """P value that two counts by category are drawn from the same distribution; 1 when there is nothing to compare.

    Categories whose expected count is small are put together, and with the rarest of the others if that is still small. Two that remain are compared by Fisher's
    exact test, more by the chi-square test.
    """
    totals = sum(left.values()), sum(right.values())
    if not min(totals):
        return 1.0
    pairs = _pooled(left, right, min(totals) / sum(totals))
    if len(pairs) < 2:
        return 1.0
    if len(pairs) == 2:
        upper = rise(pairs[0][0], totals[0], pairs[0][1], totals[1])
        lower = rise(pairs[1][0], totals[0], pairs[1][1], totals[1])
        return min(1.0, 2 * min(upper, lower))
    statistic = 0.0
    for pair in pairs:
        for count, total in zip(pair, totals, strict=True):
            expected = sum(pair) * total / sum(totals)
            statistic += (count - expected) ** 2 / expected
    return chi_square_tail(statistic, len(pairs) - 1)


def distance(left: Mapping[str, int], right: Mapping[str, int]) -> float:
    """Total variation distance of two counts: the share of runs that would have to change bucket, in 0..1. 0 when one of them is empty."""
    totals = sum(left.values()), sum(right.values())
    if not min(totals):
        return 0.0
    return 0.5 * sum(
        abs(left.get(name, 0) / totals[0] - right.get(name, 0) / totals[1]) for name in {*left, *right}
    )


def _pooled(left: Mapping[str, int], right: Mapping[str, int], smaller: float) -> list[tuple[int, int]]:
    """The pairs of counts, those put together that are expected less than five times in the smaller sample."""
    pairs = [(left.get(name, 0), right.get(name, 0)) for name in sorted({*left, *right})]
    kept = [pair for pair in pairs if sum(pair) * smaller >= _EXPECTED]
    rare = [pair for pair in pairs if 0 < sum(pair) * smaller < _EXPECTED]
    if not rare:
        return kept
    rest = (sum(pair[0] for pair in rare), sum(pair[1] for pair in rare))
    if sum(rest) * smaller < _EXPECTED and len(kept) > 1:
        least = min(kept, key=lambda pair: pair[0] + pair[1])
        kept.remove(least)
        rest = (rest[0] + least[0], rest[1] + least[1])
    return [*kept, rest]


def _at_least(count: int, hits: int, drawn: int, whole: int) -> float:
    """Chance that at least `count` of the `hits` among `whole` are among `drawn` of them: the hypergeometric tail, summed from its greatest term."""
    if count > drawn * hits / whole:
        return min(1.0, _tail(count, hits, drawn, whole, step=1))
    return max(0.0, 1.0 - _tail(count - 1, hits, drawn, whole, step=-1))


def _tail(count: int, hits: int, drawn: int, whole: int, *, step: int) -> float:
    low, high = max(0, drawn + hits - whole), min(hits, drawn)
    if not low <= count <= high:
        return 0.0
    logarithm = _choose(hits, count) + _choose(whole - hits, drawn - count) - _choose(whole, drawn)
    term = total = math.exp(min(0.0, logarithm))
    while low <= count + step <= high and term > total * 1e-17:
        if step > 0:
            term *= (hits - count) * (drawn - count) / ((count + 1) * (whole - hits - drawn + count + 1))
        else:
            term *= count * (whole - hits - drawn + count) / ((hits - count + 1) * (drawn - count + 1))
        count += step
        total += term
    return total


def _choose(total: int, chosen: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Chance that a chi-square variable of so many degrees of freedom is greater than `statistic`.

    The regularized upper incomplete gamma function Q(freedom / 2, statistic / 2), as a series below its peak and as a continued fraction (by Lentz) above it:
    https://dlmf.nist.gov/8.11 and https://dlmf.nist.gov/8.9.
    """
    if statistic <= 0:
        return 1.0
    shape, point = freedom / 2, statistic / 2
    scale = math.exp(shape * math.log(point) - point - math.lgamma(shape))
    if point < shape + 1:
        return max(0.0, 1.0 - scale * _series(shape, point))
    return min(1.0, scale * _fraction(shape, point))


def _series(shape: float, point: float) -> float:
    term = total = 1 / shape
    divisor = shape
    while abs(term) > total * 1e-15:
        divisor += 1
        term *= point / divisor
        total += term
    return total


def _fraction(shape: float, point: float) -> float:
    tiny = 1e-300
    b = point + 1 - shape
    c, d = 1 / tiny, 1 / b
    value = d
    for step in range(1, 10_000):
        a = -step * (step - shape)
        b += 2
        d = 1 / (a * d + b or tiny)
        c = b + a / c or tiny
        change = c * d
        value *= change
        if abs(change - 1) < 1e-15:
            break
    return value
