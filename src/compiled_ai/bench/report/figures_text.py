"""Figures as people read them, the same in HTML, Markdown and plots."""

from __future__ import annotations

import math

DASH = "\N{EN DASH}"
"""Between the ends of an interval."""
MINUS = "\N{MINUS SIGN}"
NONE = DASH
"""What stands where there is no figure."""


def percent(share: float | None, *, digits: int = 1) -> str:
    """A share in 0..1 as ``72.5 %``."""
    if share is None or not math.isfinite(share):
        return NONE
    return f"{_trimmed(100 * share, digits)} %"


def percent_range(low: float, high: float) -> str:
    """An interval of shares as ``57-84``; without the sign, which stands before it."""
    return f"{100 * low:.0f}{DASH}{100 * high:.0f}"


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign: ``-17.5``."""
    text = _trimmed(abs(100 * difference), 1)
    return text if text == "0" else f"{MINUS if difference < 0 else '+'}{text}"


def count(number: float | None) -> str:
    """A count with thousands separators; small fractions keep a digit or two, huge ones become ``3.2 million``."""
    if number is None or not math.isfinite(number):
        return NONE if number is None or math.isnan(number) else "never"
    size = abs(number)
    for limit, word in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if size >= limit:
            return f"{number / limit:,.3g}{word}" if size < 1e15 else f"{number:.1e}"
    if size >= 100 or number == round(number):
        return f"{number:,.0f}"
    return _trimmed(number, 1 if size >= 1 else 3)


def seconds(value: float | None) -> str:
    """A time in the unit that reads best: ``9 µs``, ``1.4 ms``, ``2.31 s``, ``3.5 min``."""
    if value is None or not math.isfinite(value):
        return NONE
    size = abs(value)
    if size == 0:
        return "0 s"
    if size < 1e-3:
        return f"{_significant(value * 1e6)} µs" if size >= 1e-6 else f"{_significant(value * 1e9)} ns"
    if size < 1:
        return f"{_significant(value * 1e3)} ms"
    return f"{_significant(value)} s" if size < 120 else f"{_significant(value / 60)} min"


def usd(amount: float | None) -> str:
    """Money in US dollars with the digits that matter; ``price unknown`` when there is no price."""
    if amount is None or not math.isfinite(amount):
        return "price unknown"
    size = abs(amount)
    if size >= 1e6:
        return f"${count(amount)}"
    if size >= 1 or size == 0:
        return f"${amount:,.2f}" if size < 1_000 else f"${amount:,.0f}"
    digits = min(12, 1 - math.floor(math.log10(size)))
    return f"${amount:.{max(2, digits)}f}"


def tick(value: float) -> str:
    """A short label for an axis: ``1k``, ``10M``, ``0.01``."""
    size = abs(value)
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= limit:
            return f"{value / limit:g}{unit}"
    return f"{value:g}"


def tick_seconds(value: float) -> str:
    """A short label for an axis of time."""
    for limit, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= limit * 0.999:
            return f"{value / limit:g} {unit}"
    return f"{value * 1e9:g} ns"


def tick_usd(value: float) -> str:
    """A short label for an axis of money."""
    if value >= 1e-3 or value <= 0:
        return f"${tick(value)}"
    return f"${value:.9f}".rstrip("0") if value >= 1e-7 else f"${value:.0e}"


def plural(number: int, word: str, words: str | None = None) -> str:
    """``1 case``, ``2 cases``."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def listing(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _trimmed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _significant(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 99.5 else f"{value:.3g}"
