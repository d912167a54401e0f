"""What formulas write for amounts: t for a time, v0 for an initial speed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from compiled_ai.factory.synthesis._call_words import cue_table

SYMBOLS: Mapping[str, tuple[str, ...]] = cue_table("""
    time duration period: t
    velocity speed: v
    acceleration: a
    distance displacement: d, s
    height altitude: h
    length: l
    width: w
    radius: r
    mass: m
    weight: w
    force: f
    energy: e
    power: p
    pressure: p
    volume: v
    temperature temp: t
    voltage: v
    current: i
    resistance: r
    charge: q
    frequency: f
    area: a
    principal: p
    rate: r
    years: t, n
    trials: n
    successes success: k, x
    probability prob: p
    mean mu: m, \u03bc
    sigma deviation: s, sd, \u03c3
    density: rho, \u03c1
    angle: theta, \u03b8
    """)
"""What formulas write for an amount."""
INDICES: Mapping[str, tuple[str, ...]] = cue_table("""
    initial starting start: 0, i, 1
    final ending end: f, 2
    first: 1
    second: 2
    """)
"""What formulas write behind a letter for a modifier."""
INDEXED: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("initial", "velocity"): ("u",),
        ("initial", "speed"): ("u",),
        ("final", "velocity"): ("v",),
        ("final", "speed"): ("v",),
    }
)
"""Letters of their own for an amount with a modifier."""
