"""Two systems, of one run or of two, on the cases that both were asked: paired tests."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.bench.rows import RIGHT, CaseRow
from compiled_ai.bench.running.reading import ROWS, find_run, read_info, read_rows
from compiled_ai.errors import StoreError
from compiled_ai.spec.canonical import JsonObject

_SEED = 0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Mean of the first minus the second, with its 95 % interval (paired bootstrap)."""

    value: float
    low: float
    high: float

    def to_json(self) -> JsonObject:
        """For programs."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, kw_only=True)
class PairedResult:
    """The first system against the second on one split."""

    split: str
    pairs: int
    """Cases that both were asked, repeats counted."""
    both: int
    only_first: int
    only_second: int
    neither: int
    """Who has it right."""
    p: float
    """Of McNemar's exact test: how likely so uneven a split of the cases that one alone has right is, were both equally good."""
    score: Difference
    tokens: Difference
    milliseconds: Difference | None
    """None when no pair was measured on both sides."""
    timed: int

    def to_json(self) -> JsonObject:
        """For programs."""
        return {
            "split": self.split,
            "pairs": self.pairs,
            "both_right": self.both,
            "only_first": self.only_first,
            "only_second": self.only_second,
            "neither": self.neither,
            "mcnemar_p": self.p,
            "score_difference": self.score.to_json(),
            "tokens_difference": self.tokens.to_json(),
            "ms_difference": None if self.milliseconds is None else self.milliseconds.to_json(),
            "timed_pairs": self.timed,
        }


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Two systems and how they compare."""

    first: str
    second: str
    """As ``run:system``."""
    results: tuple[PairedResult, ...]
    """Seen before held out; empty when they share no case."""
    only_in_one: int
    """Cases that one alone was asked."""

    def to_json(self) -> JsonObject:
        """For programs."""
        return {
            "first": self.first,
            "second": self.second,
            "results": [result.to_json() for result in self.results],
            "only_in_one": self.only_in_one,
        }


@dataclass(frozen=True)
class _Short:
    """What a row is compared by."""

    split: str
    right: bool
    score: float
    tokens: int
    milliseconds: float | None


_Rows = dict[tuple[str, str, int], _Short]


def compare_runs(root: Path, first: str, second: str) -> list[Contest]:
    """Contests of `first` with `second`, each a run or ``RUN:SYSTEM``. Runs alone: each system that both have.

    Raises:
        StoreError: one cannot be found or read, their datasets differ, or they have no system in common.
    """
    (one, own), (other, others) = _side(root, first), _side(root, second)
    datasets = read_info(one).dataset, read_info(other).dataset
    if datasets[0] != datasets[1]:
        raise StoreError(
            f"{first} is of the dataset '{datasets[0]}', {second} of '{datasets[1]}': there is nothing to pair"
        )
    if own and others:
        pairs = [(own, others)]
    else:
        common = [name for name in read_info(one).systems if name in read_info(other).systems]
        pairs = [(own or name, others or name) for name in ([own or others] if own or others else common)]
    if not pairs:
        raise StoreError(f"{first} and {second} have no system in common; name them as RUN:SYSTEM")
    return [_contest(one, pair[0], other, pair[1]) for pair in pairs]


def _side(root: Path, name: str) -> tuple[Path, str]:
    """The folder of a run and the system that is named, or an empty text."""
    run, colon, system = name.rpartition(":")
    if not colon:
        return find_run(root, name), ""
    folder = find_run(root, run)
    known = read_info(folder).systems
    if system not in known:
        raise StoreError(f"run {folder.name} has no system '{system}'; it has {', '.join(known)}")
    return folder, system


def _contest(one: Path, own: str, other: Path, others: str) -> Contest:
    first, second = _rows(one, own), _rows(other, others)
    shared = [key for key in first if key in second]
    splits = sorted({first[key].split for key in shared}, key=lambda split: split == "held_out")
    results = [
        _result(split, [(first[key], second[key]) for key in shared if first[key].split == split])
        for split in splits
    ]
    return Contest(
        first=f"{one.name}:{own}",
        second=f"{other.name}:{others}",
        results=tuple(results),
        only_in_one=len(first.keys() ^ second.keys()),
    )


def _rows(folder: Path, system: str) -> _Rows:
    from compiled_ai.bench.metrics.repeats import latency_ms

    found: _Rows = {}
    for place in read_rows(folder / ROWS, dataset=read_info(folder).dataset):
        row = place.row
        if isinstance(row, CaseRow) and row.system == system:
            found[row.case_id, row.case_digest, row.repeat] = _Short(
                row.split, row.outcome in RIGHT, row.score, row.tokens, latency_ms(row)
            )
    return found


def _result(split: str, pairs: list[tuple[_Short, _Short]]) -> PairedResult:
    from compiled_ai.bench.metrics.paired import mcnemar

    counts = Counter((first.right, second.right) for first, second in pairs)
    timed = [
        (first.milliseconds, second.milliseconds)
        for first, second in pairs
        if first.milliseconds is not None and second.milliseconds is not None
    ]
    return PairedResult(
        split=split,
        pairs=len(pairs),
        both=counts[True, True],
        only_first=counts[True, False],
        only_second=counts[False, True],
        neither=counts[False, False],
        p=mcnemar(counts[True, False], counts[False, True]),
        score=_difference([(first.score, second.score) for first, second in pairs]),
        tokens=_difference([(float(first.tokens), float(second.tokens)) for first, second in pairs]),
        milliseconds=_difference(timed) if timed else None,
        timed=len(timed),
    )


def _difference(pairs: list[tuple[float, float]]) -> Difference:
    from compiled_ai.bench.metrics.paired import paired_bootstrap

    value, low, high = paired_bootstrap(pairs, seed=_SEED)
    return Difference(value=value, low=low, high=high)
