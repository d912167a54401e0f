"""Dates that a calendar can hold, and exact decimals."""

from __future__ import annotations

import pytest

from compiled_ai.spec.schema import Checker


def fits(kind: str, text: str) -> bool:
    return Checker({"type": "string", "format": kind}).is_valid(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "2024-02-29"),
        ("date", "0001-01-01"),
        ("date", "9999-12-31"),
        ("date-time", "2026-11-21T09:30:00Z"),
        ("date-time", "2026-11-21t09:30:00z"),
        ("date-time", "2026-11-21T09:30:00.123456789+13:45"),
        ("decimal", "-0.00"),
    ],
)
def test_what_a_calendar_holds_fits(kind: str, text: str) -> None:
    assert fits(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "0000-01-01"),
        ("date", "2026-02-29"),
        ("date", "20260101"),
        ("date", "2026-W01-1"),
        ("date", "2026-01-01 "),
        ("date", "\u0662026-01-01"),
        ("date-time", "2026-11-21T09:30:00"),
        ("date-time", "2026-11-21 09:30:00Z"),
        ("date-time", "2016-12-31T23:59:60Z"),
        ("date-time", "0000-01-01T00:00:00Z"),
        ("date-time", "2026-11-21T09:30:00+25:00"),
        ("decimal", "1e3"),
    ],
)
def test_what_it_does_not_hold_does_not_fit(kind: str, text: str) -> None:
    assert not fits(kind, text)
