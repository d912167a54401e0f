from __future__ import annotations

from datetime import date

from compiled_ai.modules import abstain


def _span(first: str, last: str) -> tuple[int, int]:
    """First and last day of a booking as day numbers."""
    start, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    if end < start:
        abstain("a booking ends before it begins")
    return start, end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, joined where they touch or overlap."""
    blocks: list[tuple[int, int]] = []
    for start, end in spans:
        if blocks and start <= blocks[-1][1] + 1:
            opened, closed = blocks.pop()
            blocks.append((opened, max(closed, end)))
        else:
            blocks.append((start, end))
    return blocks


def merge_bookings(data: MergeBookingsInput) -> MergeBookingsOutput:
    """Sort the bookings and merge them into blocks."""
    spans = sorted(_span(booking["first"], booking["last"]) for booking in data["bookings"])
    blocks = _merged(spans)
    booked = sum(end - start + 1 for start, end in blocks)
    return {
        "blocks": [
            {
                "first": date.fromordinal(start).isoformat(),
                "last": date.fromordinal(end).isoformat(),
                "days": end - start + 1,
            }
            for start, end in blocks
        ],
        "booked_days": booked,
        "overlaps": sum(end - start + 1 for start, end in spans) > booked,
    }
