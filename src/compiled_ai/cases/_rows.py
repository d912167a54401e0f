"""Between rows of the tables and what the rest of the program sees."""

from __future__ import annotations

import json
import sqlite3
from decimal import ROUND_UP, Decimal

from compiled_ai.cases.case import DayCount, LoggedCase
from compiled_ai.errors import StoreError
from compiled_ai.spec.canonical import JsonObject

NANO = 1_000_000_000
MAX_CHARACTERS = 4_000_000
"""Length of an input or output, as JSON, that is still kept."""
_LONGEST_TEXT = 10_000


def nano_usd(amount: Decimal | None) -> int:
    """`amount` in whole billionths of a dollar, rounded up; an unknown one as nothing."""
    return 0 if amount is None else int((amount * NANO).to_integral_value(ROUND_UP))


def stored(text: str) -> str:
    """`text` as UTF-8 can hold it, of a length that a row should have."""
    return encoded(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} ...")


def encoded(text: str) -> str:
    """`text` with half surrogate pairs as escapes: SQLite holds UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def json_within(value: JsonObject) -> tuple[str, bool]:
    """`value` as ASCII JSON, and True; or a note in its place, and False, when it is too large to be kept."""
    text = json.dumps(value)
    if len(text) <= MAX_CHARACTERS:
        return text, True
    return json.dumps({"left_out": f"{len(text)} characters; at most {MAX_CHARACTERS} are kept"}), False


def case_of(row: sqlite3.Row) -> LoggedCase:
    """The case in a row of the table.

    Raises:
        StoreError: it holds something that was never written there.
    """
    try:
        return LoggedCase(
            id=row["id"],
            at=row["at"],
            last_at=row["last_at"],
            seen=row["seen"],
            artifact=row["artifact"],
            spec=row["spec"],
            step=row["step"],
            input=_object(row["input"]),
            input_digest=row["input_digest"],
            reason=row["reason"],
            output=None if row["output"] is None else _object(row["output"]),
            served_by=row["served_by"],
            model=row["model"],
            tokens=row["tokens"],
            cost_usd=None if row["cost_usd"] is None else Decimal(row["cost_usd"]),
            masked=bool(row["masked"]),
            status=row["status"],
            answer=None if row["answer"] is None else _object(row["answer"]),
            reviewer=row["reviewer"],
            reviewed_at=row["reviewed_at"],
            note=row["note"],
        )
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise StoreError(
            f"the case {row['id']!r} in the log cannot be read ({type(error).__name__}: {error}); it was changed from outside. Reject or delete it"
        ) from error


def _object(text: str) -> JsonObject:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def count_of(row: sqlite3.Row) -> DayCount:
    """The count in a row of the table."""
    return DayCount(
        day=row["day"],
        artifact=row["artifact"],
        step=row["step"],
        served_by=row["served_by"],
        count=row["count"],
        tokens=row["tokens"],
        cost_usd=Decimal(row["nano_usd"]) / NANO,
    )
