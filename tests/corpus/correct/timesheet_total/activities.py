from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal

DAY = 1440
REGULAR = 480


def _clock(text: str) -> int:
    """Minutes since midnight of a time as HH:MM."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _worked(start: str, end: str, pause: int) -> int:
    """Minutes of one shift without its pause."""
    if start == end:
        abstain("a shift starts and ends at the same time")
    minutes = (_clock(end) - _clock(start)) % DAY - pause
    if minutes < 0:
        abstain("a pause is longer than its shift")
    return minutes


def timesheet_total(data: TimesheetTotalInput) -> TimesheetTotalOutput:
    """Add up shifts, overtime and find the longest shift."""
    worked = [_worked(s["start"], s["end"], s.get("pause") or 0) for s in data["shifts"]]
    total = sum(worked)
    return {
        "total_minutes": total,
        "hours": format_decimal(Decimal(total) / 60, 2),
        "overtime_minutes": sum(max(0, minutes - REGULAR) for minutes in worked),
        "longest": worked.index(max(worked)) + 1 if worked else None,
    }
