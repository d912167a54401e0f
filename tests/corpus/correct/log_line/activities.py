import re
from datetime import date
from typing import Literal

from compiled_ai.modules import abstain

Level = Literal["debug", "info", "warn", "error"]
LEVELS: dict[str, Level] = {"DEBUG": "debug", "INFO": "info", "WARN": "warn", "ERROR": "error"}
LINE = re.compile(
    r"""
    (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ ]
    (?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])[ ]
    (?P<level>DEBUG|INFO|WARN|ERROR)[ ]
    (?P<component>[a-z0-9._]+):[ ]
    (?P<message>.*)
    """,
    re.VERBOSE | re.DOTALL,
)
REQUEST_ID = re.compile(r"[A-Za-z0-9-]*")


def _request(message: str) -> str | None:
    """The id after the first "req=", or None."""
    match = REQUEST_ID.match(message.partition("req=")[2])
    return match[0] or None if match else None


def _checked_day(text: str) -> str:
    """The day, if the calendar has it."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        abstain("no such day")


def log_line(data: LogLineInput) -> LogLineOutput:
    """Split a log line into its fields."""
    match = LINE.fullmatch(data["line"])
    if match is None:
        abstain("not a log line")
    level = LEVELS[match["level"]]
    return {
        "day": _checked_day(match["day"]),
        "time": match["time"],
        "level": level,
        "severe": level in ("warn", "error"),
        "component": match["component"],
        "message": match["message"].strip(),
        "request": _request(match["message"]),
    }
