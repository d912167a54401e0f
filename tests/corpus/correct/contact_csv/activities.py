from __future__ import annotations

import re

from compiled_ai.modules import abstain


def _quoted(line: str, start: int) -> tuple[str, int]:
    """The field in quotes that begins at `start`, and the place after it."""
    chars: list[str] = []
    place = start + 1
    while place < len(line):
        if line[place] != '"':
            chars.append(line[place])
            place += 1
        elif line[place + 1 : place + 2] == '"':
            chars.append('"')
            place += 2
        else:
            return "".join(chars), place + 1
    abstain("a quote is not closed")


def _bare(line: str, start: int) -> tuple[str, int]:
    """The field without quotes that begins at `start`, and the place after it."""
    comma = line.find(",", start)
    end = len(line) if comma < 0 else comma
    if '"' in line[start:end]:
        abstain("a quote inside a field")
    return line[start:end], end


def _fields(line: str) -> list[str]:
    """All fields of the line."""
    found: list[str] = []
    place = 0
    while True:
        text, place = _quoted(line, place) if line.startswith('"', place) else _bare(line, place)
        found.append(text.strip())
        if place == len(line):
            return found
        if line[place] != ",":
            abstain("text after a closing quote")
        place += 1


def contact_csv(data: ContactCsvInput) -> ContactCsvOutput:
    """Split the line and check its three fields."""
    found = _fields(data["line"])
    if len(found) != 3:
        abstain("not three fields")
    name, email, age = found
    if not name or email.count("@") != 1:
        abstain("no name or no e-mail")
    if not re.fullmatch(r"[0-9]{0,3}", age):
        abstain("age is not a number")
    return {"name": name, "email": email.lower(), "age": int(age) if age else None}
