import re
from typing import Literal

from compiled_ai.modules import abstain

Title = Literal["Dr", "Prof", "Mr", "Mrs", "Ms"]
TITLES: dict[str, Title] = {"dr": "Dr", "prof": "Prof", "mr": "Mr", "mrs": "Mrs", "ms": "Ms"}
PARTICLES = {"van", "von", "de", "der", "di"}


def _take_title(name: str) -> tuple[Title | None, str]:
    """The title, if the name begins with one, and the rest of the name."""
    first, _, rest = name.partition(" ")
    title = TITLES.get(first.removesuffix(".").lower())
    return (None, name) if title is None else (title, rest)


def _split(name: str) -> tuple[str, str]:
    """Given name and family name; either may be empty."""
    if "," in name:
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    parts = name.split()
    start = len(parts) - 1
    while start > 0 and parts[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(parts[:start]), " ".join(parts[start:])


def name_parts(data: NamePartsInput) -> NamePartsOutput:
    """Take off the title and split the name at its comma or last word."""
    full = " ".join(data["full_name"].split())
    if re.search(r"[0-9]", full) or full.count(",") > 1:
        abstain("not a plain name")
    title, rest = _take_title(full)
    given, family = _split(rest)
    if not given or not family:
        abstain("given or family name is missing")
    return {"title": title, "given": given, "family": family}
