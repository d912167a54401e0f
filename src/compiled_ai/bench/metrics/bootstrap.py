"""Seeded percentile bootstrap, in plain Python and fast: sums are resampled, not rows.

A resample of sums is all that means, ratios and differences need. Bytes from the generator are turned into indices by
`bytes.translate`, so that drawing costs next to nothing; more than 256 units are first put into 128 random groups, and groups are
resampled, which keeps the width on average (a group's spread is its units' spread) and lets it vary by some 6 %.
Source: Efron (1979), https://doi.org/10.1214/aos/1176344552.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence

RESAMPLES = 2_000
_MOST_UNITS = 256
"""As many as a byte tells apart."""
_GROUPS = 128
_TAIL = 0.025


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of the `ordered` values that at least `share` of them do not exceed (nearest rank).

    Source: Hyndman & Fan (1996), definition 1, https://doi.org/10.1080/00031305.1996.10473566.
    """
    return ordered[_rank(len(ordered), share) - 1]


def quantile_interval(ordered: Sequence[float], share: float, *, seed: int) -> tuple[float, float] | None:
    """The 95 % interval of that quantile; None below two values.

    In a resample of n values, the k-th smallest is the value at rank ceil(n B), B drawn from Beta(k, n - k + 1): the k-th smallest
    of n uniform draws. So 2,000 resamples cost 2,000 draws, however many values there are.
    """
    count = len(ordered)
    if count < 2:
        return None
    rank = _rank(count, share)
    generator = random.Random(seed)  # noqa: S311 - statistics, no secret
    drawn = sorted(
        ordered[min(count, max(1, math.ceil(count * generator.betavariate(rank, count - rank + 1)))) - 1]
        for _ in range(RESAMPLES)
    )
    return quantile(drawn, _TAIL), quantile(drawn, 1 - _TAIL)


def interval(
    columns: Sequence[Sequence[float]], statistic: Callable[[Sequence[float]], float], *, seed: int
) -> tuple[float, float] | None:
    """The 95 % interval of a `statistic` of column sums, when the units (rows of `columns`) are drawn anew; None below two units.

    `statistic` gets one sum for each column; it may give ``math.inf``, but no NaN.
    """
    units = len(columns[0])
    if units < 2:
        return None
    if all(len(set(column)) == 1 for column in columns):
        value = statistic([math.fsum(column) for column in columns])
        return value, value
    grouped = columns if units <= _MOST_UNITS else _in_groups(columns, seed)
    drawn = sorted(statistic(sums) for sums in _resampled(grouped, seed))
    return quantile(drawn, _TAIL), quantile(drawn, 1 - _TAIL)


def mean_interval(values: Sequence[float], *, seed: int) -> tuple[float, float] | None:
    """The 95 % interval of the mean of `values`; None below two values."""
    return interval([values, [1.0] * len(values)], ratio_of_sums, seed=seed)


def ratio_of_sums(sums: Sequence[float]) -> float:
    """First sum by second one; ``math.inf`` over nothing."""
    return sums[0] / sums[1] if sums[1] else math.inf


def _rank(count: int, share: float) -> int:
    return min(
        count, max(1, math.ceil(round(share * count, 9)))
    )  # 0.95 * 20 is 19.000000000000004 on some ways


def _in_groups(columns: Sequence[Sequence[float]], seed: int) -> list[list[float]]:
    order = list(range(len(columns[0])))
    random.Random(seed).shuffle(order)  # noqa: S311 - statistics, no secret
    return [
        [math.fsum(column[index] for index in order[start::_GROUPS]) for start in range(_GROUPS)]
        for column in columns
    ]


def _resampled(columns: Sequence[Sequence[float]], seed: int) -> Iterator[list[float]]:
    """Sums of each column over units drawn with replacement, `RESAMPLES` times."""
    units = len(columns[0])
    fixed = [units * column[0] if len(set(column)) == 1 else None for column in columns]
    readers = [column.__getitem__ for column in columns]
    for draw in _draws(units, seed):
        yield [
            sum(map(read, draw)) if total is None else total
            for read, total in zip(readers, fixed, strict=True)
        ]


def _draws(units: int, seed: int) -> Iterator[bytes]:
    """Indices below `units` (at most 256), `units` at a time. Bytes beyond the last full round of indices are thrown away, so that all are as likely."""
    generator = random.Random(seed)  # noqa: S311 - statistics, no secret
    fair = 256 // units * units
    table = bytes(value % units for value in range(256))
    surplus = bytes(range(fair, 256))
    pool = b""
    for _ in range(RESAMPLES):
        while len(pool) < units:
            pool += generator.randbytes(64 * units).translate(table, surplus)
        draw, pool = pool[:units], pool[units:]
        yield draw
