"""Ambiguity of a pattern's graph: texts that can be read along it in more than one way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PAIRS = 20_000


class TooLargeError(Exception):
    """The graph of a pattern has too many positions or pairs."""


def ambiguous(edges: list[tuple[int, int, int]]) -> list[int]:
    """Characters that lead around a loop in two ways, as masks; empty if there are none."""
    follow: dict[int, list[tuple[int, int]]] = {}
    for start, end, mask in edges:
        follow.setdefault(start, []).append((end, mask))
    steps: dict[tuple[int, int], _Step] = {}
    waiting: list[tuple[int, int]] = []
    for start, after in follow.items():
        for left, right, mask in _pairs(after, after, is_same=True):
            if left == right:
                return [mask, *_path(left, start, follow)]
            if (left, right) not in steps:
                steps[left, right] = _Step(None, start, mask)
                waiting.append((left, right))
    return _meeting(steps, waiting, follow)


def _meeting(
    steps: dict[tuple[int, int], _Step],
    waiting: list[tuple[int, int]],
    follow: dict[int, list[tuple[int, int]]],
) -> list[int]:
    """Follow the ways that have parted until two meet again."""
    while waiting:
        pair = waiting.pop()
        for left, right, mask in _pairs(follow.get(pair[0], []), follow.get(pair[1], []), is_same=False):
            if left == right:
                way, start = _way(pair, steps)
                return [*way, mask, *_path(left, start, follow)]
            if (left, right) not in steps:
                steps[left, right] = _Step(pair, 0, mask)
                waiting.append((left, right))
        if len(steps) > MAX_PAIRS:
            raise TooLargeError
    return []


@dataclass(frozen=True)
class _Step:
    """How two ways through a loop came to a pair of positions."""

    before: tuple[int, int] | None
    start: int
    """Where the two ways part, if there is no step before."""
    mask: int


def _pairs(
    first: list[tuple[int, int]], second: list[tuple[int, int]], *, is_same: bool
) -> Iterator[tuple[int, int, int]]:
    """Two steps that read the same character, and the characters that both read."""
    for index, (left, mask) in enumerate(first):
        for right, other in second[index + 1 :] if is_same else second:
            if both := mask & other:
                yield min(left, right), max(left, right), both


def _way(pair: tuple[int, int], steps: dict[tuple[int, int], _Step]) -> tuple[list[int], int]:
    """What both ways read up to `pair`, and where they parted."""
    masks: list[int] = []
    step = steps[pair]
    while step.before is not None:
        masks.append(step.mask)
        step = steps[step.before]
    return [*masks, step.mask][::-1], step.start


def _path(start: int, end: int, follow: dict[int, list[tuple[int, int]]]) -> list[int]:
    """What leads from `start` back to `end`, at the shortest."""
    came: dict[int, tuple[int, int]] = {}
    waiting = deque([start])
    while waiting and end != start and end not in came:
        here = waiting.popleft()
        for after, mask in follow.get(here, ()):
            if after not in came and after != start:
                came[after] = (here, mask)
                waiting.append(after)
    masks = []
    here = end
    while here != start and here in came:
        here, mask = came[here]
        masks.append(mask)
    return masks[::-1]


def leads(start: int, end: int, mask: int, follow: dict[int, list[tuple[int, int]]]) -> bool:
    """Whether a way from `start` to `end` reads nothing but characters of `mask`."""
    seen, waiting = {start}, [start]
    while waiting:
        for after, allowed in follow.get(waiting.pop(), ()):
            if allowed & mask and after == end:
                return True
            if allowed & mask and after not in seen:
                seen.add(after)
                waiting.append(after)
    return False
