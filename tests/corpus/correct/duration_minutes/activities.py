import re

from compiled_ai.modules import abstain

PART = re.compile(r"([0-9]{1,4})\s*([a-z]+)\s*")
WHOLE = re.compile(r"\s*(?:[0-9]{1,4}\s*[a-z]+\s*)+")
UNITS = (
    (1440, ("d", "day", "days")),
    (60, ("h", "hr", "hrs", "hour", "hours")),
    (1, ("m", "min", "mins", "minute", "minutes")),
)


def _minutes_of(unit: str) -> int:
    """How many minutes a unit has; declines an unknown one."""
    for minutes, names in UNITS:
        if unit in names:
            return minutes
    abstain("unknown unit")


def duration_minutes(data: DurationMinutesInput) -> DurationMinutesOutput:
    """Add up the parts of a length of time."""
    text = data["text"].lower()
    if not WHOLE.fullmatch(text):
        abstain("not a length of time")
    parts = [(int(number), _minutes_of(unit)) for number, unit in PART.findall(text)]
    if len({size for _, size in parts}) < len(parts):
        abstain("a unit comes twice")
    return {"minutes": sum(number * size for number, size in parts)}
