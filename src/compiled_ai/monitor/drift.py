"""Is it still as it was: tests of one tally against another.

Two counts of the same thing are compared by a test that knows that both are samples: a baseline of twenty cases alarms nobody easily. With many tests at once one
of them is soon low by chance, so the level is divided by their number (Bonferroni). With a million runs every trifle is certain, so a difference must also be
large enough to matter before it alarms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compiled_ai.monitor.significance import distance, homogeneity, rise
from compiled_ai.monitor.tally import Tally
from compiled_ai.spec.canonical import JsonObject

Kind = Literal[
    "abstention", "fallback", "invalid_input", "outside", "schema_violation", "failure", "latency", "output"
]
BaselineKind = Literal["cases", "runs"]
"""``cases``: those of the spec, which somebody designed. ``runs``: what was usual in production."""

LEVEL = 0.01
"""Chance of a false alarm in one look, all tests together."""
_LEAST = 30
"""Runs below which nothing is tested."""
_SLOWER = 3.0
"""How much greater the median latency is than in the baseline before it counts; less is the noise of a shared machine."""
_SLOW = 1_000.0
"""Microseconds below which no latency counts: a process that is started for each run is slow to warm up, and nobody waits for it."""
_RISE = 0.01
"""Share of the runs by which a rate rises, or ..."""
_TIMES = 2.0
"""... how often as great it is as in the baseline, before it counts."""
_SHIFT = 0.05
"""Share of the runs that answer otherwise before it counts."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison."""

    kind: Kind
    field: str
    """Output field; empty for the others."""
    now: str
    """What was seen, in words."""
    before: str
    """What the baseline says."""
    p_value: float | None
    """Chance of such a difference without a change; None where no chance is computed."""
    alarms: bool

    def to_json(self) -> JsonObject:
        """As data."""
        return {
            "kind": self.kind,
            "field": self.field,
            "now": self.now,
            "before": self.before,
            "p_value": self.p_value,
            "alarms": self.alarms,
        }


def compare(
    now: Tally, baseline: Tally | None, *, kind: BaselineKind = "runs", level: float = LEVEL
) -> tuple[Comparison, ...]:
    """Every test of `now` against `baseline`. Too few runs, or no baseline: none but those for which one occurrence is enough.

    Args:
        now: Runs of late.
        baseline: What was usual.
        kind: What the baseline was made of. Nobody falls back on anything when cases are tried, so with them the fallback rate is not tested.
        level: Chance of a false alarm, all tests together.
    """
    tests = [*_violations(now)]
    if baseline is not None and now.valid >= _LEAST:
        names = [name for name in now.fields if sum(now.fields[name].values()) >= _LEAST]
        rates = _rates_of(kind)
        share = level / (len(rates) + len(names))
        tests += [_rate(one, now, baseline, share) for one in rates]
        tests += [
            _output(name, now.fields[name], baseline.fields.get(name, Counter()), share) for name in names
        ]
        tests += _latency(now, baseline)
    return tuple(tests)


def _violations(now: Tally) -> Iterator[Comparison]:
    """Compiled code broke its contract, which validation says it does not."""
    kinds: tuple[tuple[str, Kind], ...] = (("schema_violation", "schema_violation"), ("failed", "failure"))
    for end, kind in kinds:
        if now.ends[end]:
            yield Comparison(
                kind=kind,
                field="",
                now=_share(now.ends[end], now.runs),
                before="none",
                p_value=None,
                alarms=True,
            )


def _rates_of(kind: BaselineKind) -> tuple[Kind, ...]:
    rates: tuple[Kind, ...] = ("abstention", "invalid_input", "outside")
    return rates if kind == "cases" else (*rates, "fallback")


def _rate(kind: Kind, now: Tally, baseline: Tally, level: float) -> Comparison:
    count, total = _count_of(kind, now)
    count_before, total_before = _count_of(kind, baseline)
    p_value = rise(count, total, count_before, total_before)
    share, share_before = count / max(1, total), count_before / max(1, total_before)
    matters = share >= min(share_before + _RISE, share_before * _TIMES)
    return Comparison(
        kind=kind,
        field="",
        now=_share(count, total),
        before=_share(count_before, total_before),
        p_value=p_value,
        alarms=p_value < level and matters,  # fewer declines are no reason to get up at night
    )


def _count_of(kind: Kind, tally: Tally) -> tuple[int, int]:
    match kind:
        case "abstention":
            return tally.declined, tally.valid
        case "fallback":
            return tally.fallen_back, tally.valid
        case "invalid_input":
            return tally.ends["invalid_input"], tally.valid + tally.ends["invalid_input"]
        case _:
            return tally.ends["outside"], tally.valid


def _output(name: str, now: Counter[str], before: Counter[str], level: float) -> Comparison:
    p_value = homogeneity(now, before)
    return Comparison(
        kind="output",
        field=name,
        now=_most(now),
        before=_most(before),
        p_value=p_value,
        alarms=p_value < level and distance(now, before) >= _SHIFT,
    )


def _latency(now: Tally, baseline: Tally) -> Iterator[Comparison]:
    here, there = now.median_microseconds(), baseline.median_microseconds()
    if here is not None and there is not None:
        yield Comparison(
            kind="latency",
            field="",
            now=f"median about {here:.3g} us",
            before=f"about {there:.3g} us",
            p_value=None,
            alarms=here > _SLOWER * there and here > _SLOW,
        )


def _share(count: int, total: int) -> str:
    return f"{count:,} of {total:,} ({100 * count / total:.1f} %)" if total else "no runs"


def _most(counts: Counter[str]) -> str:
    total = sum(counts.values())
    if not total:
        return "no runs"
    common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:4]
    return ", ".join(f"{name} {100 * count / total:.0f} %" for name, count in common) + f" (n={total:,})"
