from datetime import date
from typing import Literal

from compiled_ai.modules import abstain
from compiled_ai.modules.dates import add_days, add_months

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
_NAMES: tuple[Weekday, ...] = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def _due(start: date, months: int, grace: int) -> date:
    """The working day on which the term ends; declines one after the year 9999."""
    try:
        day = add_days(add_months(start, months), grace)
        if day.weekday() > 4:
            day = add_days(day, 7 - day.weekday())
    except (ValueError, OverflowError):
        abstain("after the year 9999")
    return day


def due_date(data: DueDateInput) -> DueDateOutput:
    """Compute the working day on which a term ends."""
    start = date.fromisoformat(data["start"])
    months = data["months"]
    grace = data.get("grace_days") or 0
    if not 0 <= months <= 120:
        abstain("months out of range")
    if not 0 <= grace <= 60:
        abstain("grace days out of range")
    due = _due(start, months, grace)
    return {"due": due.isoformat(), "weekday": _NAMES[due.weekday()], "days": (due - start).days}
