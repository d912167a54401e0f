from datetime import date

from compiled_ai.modules import abstain
from compiled_ai.modules.dates import add_days

NET_DAYS = {"on_receipt": 0, "net_14": 14, "net_30": 30, "net_60": 60}
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _days_left_in_month(day: date) -> int:
    """How many days the month goes on after the day."""
    year = day.year
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = MONTH_DAYS[day.month - 1] + (1 if leap and day.month == 2 else 0)
    return length - day.day


def _to_monday(day: date) -> int:
    """Days from a Saturday or Sunday to Monday, 0 from other days."""
    weekday = day.isoweekday()
    return 8 - weekday if weekday >= 6 else 0


def due_date(data: DueDateInput) -> DueDateOutput:
    """Add the payment term and move off the weekend if that is wanted."""
    start = date.fromisoformat(data["invoice_date"])
    terms = data["terms"]
    days = _days_left_in_month(start) if terms == "end_of_month" else NET_DAYS[terms]
    try:
        due = add_days(start, days)
        if data.get("skip_weekend"):
            due = add_days(due, _to_monday(due))
    except OverflowError:
        abstain("due after the year 9999")
    return {"due": due.isoformat(), "days": due.toordinal() - start.toordinal()}
