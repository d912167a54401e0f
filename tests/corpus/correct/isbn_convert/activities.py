from __future__ import annotations

import re

from compiled_ai.modules import abstain


def _weighted(digits: str) -> int:
    """The sum of the digits with the weights 1, 3, 1, 3, ..."""
    return sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(digits))


def _valid_short(code: str) -> bool:
    """Whether the check character of an ISBN-10 is right."""
    values = [10 if char == "X" else int(char) for char in code]
    weighted = zip(values, range(10, 0, -1), strict=True)
    return sum(value * weight for value, weight in weighted) % 11 == 0


def isbn_convert(data: IsbnConvertInput) -> IsbnConvertOutput:
    """Check the ISBN and give it in thirteen digits."""
    code = re.sub(r"[ -]", "", data["code"]).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", code) and _valid_short(code):
        stem = "978" + code[:9]
        return {"isbn": stem + str(-_weighted(stem) % 10), "converted": True}
    if re.fullmatch(r"97[89][0-9]{10}", code) and _weighted(code) % 10 == 0:
        return {"isbn": code, "converted": False}
    abstain("no valid ISBN")
