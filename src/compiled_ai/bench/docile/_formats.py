"""How numbers are written on generated documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Currency:
    """A currency's code and its sign."""

    code: str
    sign: str


CURRENCY = {
    "us": Currency(code="USD", sign="$"),
    "uk": Currency(code="GBP", sign="£"),
    "eu": Currency(code="EUR", sign="€"),
    "ch": Currency(code="CHF", sign="CHF"),
}
"""By region."""


def money(cents: int, *, grouping: str, point: str) -> str:
    """An amount with two decimals, such as ``1.234,50``."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", grouping)
    return f"{'-' if cents < 0 else ''}{text}{point}{rest:02}"


def percent(hundredths: int, point: str) -> str:
    """A rate such as ``7.25%``, without zeros at its end."""
    whole, rest = divmod(hundredths, 100)
    decimals = f"{rest:02}".rstrip("0")
    return f"{whole}{point}{decimals}%" if decimals else f"{whole}%"
