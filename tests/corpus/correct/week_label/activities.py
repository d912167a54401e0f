from datetime import date
from typing import Literal

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week_label(data: WeekLabelInput) -> WeekLabelOutput:
    """Label a day by the ISO calendar."""
    day = date.fromisoformat(data["day"])
    year, week, weekday = day.isocalendar()
    return {
        "week": f"{year:04d}-W{week:02d}",
        "weekday": WEEKDAYS[weekday - 1],
        "quarter": (day.month + 2) // 3,
        "weekend": weekday > 5,
    }
