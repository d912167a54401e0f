"""Forms of identifiers, from words ("two capital letters, a hyphen and five digits") or from values that share one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.modules._number_words import UP_TO_TWELVE

_COUNTS = {"a": 1, "an": 1} | UP_TO_TWELVE
_CLASSES = (
    ("capital letters and digits", "[A-Z0-9]"), ("capitals and digits", "[A-Z0-9]"), ("digits and capital letters", "[A-Z0-9]"),
    ("letters and digits", "[A-Za-z0-9]"), ("letters or digits", "[A-Za-z0-9]"), ("capital letter", "[A-Z]"), ("upper-case letter", "[A-Z]"),
    ("uppercase letter", "[A-Z]"), ("capital", "[A-Z]"), ("lower-case letter", "[a-z]"), ("lowercase letter", "[a-z]"), ("letter", "[A-Za-z]"),
    ("digit", "[0-9]"), ("hyphen", "-"), ("dash", "-"), ("slash", "/"), ("underscore", "_"), ("dot", "\\."), ("full stop", "\\."), ("space", " "),
)  # fmt: skip
_N = rf"(?:{'|'.join(_COUNTS)}|[0-9]+)"
_PIECE = re.compile(
    rf"(?:\b(?P<low>{_N})(?:\s*(?:or|to|-)\s*(?P<high>{_N}))?\s+)?(?P<kind>{'|'.join(re.escape(words) for words, _ in _CLASSES)})s?\b",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"\b(?:such as|like|e\.g\.|for example)[,:]?\s+[\"'`]?(?P<value>\S+?)[\"'`]?(?=[\s,;.)]|$)"
)
_LEAST_DIGITS = re.compile(rf"at least (?P<count>{_N}) digits")
_RUN = re.compile(
    rf"\brun of (?P<low>{_N}) to (?P<high>{_N}) (?P<kind>capital letters and digits|letters and digits|digits)"
)
_SPACES = re.compile(
    r"spaces (?:inside|within|in) (?:it|them)?\s*(?:are|is)? ?(?:dropped|removed|ignored|left out)"
)
_LEAST_LENGTH = 3


@dataclass(frozen=True, kw_only=True)
class Form:
    """The form of an identifier in running text."""

    regex: str
    least_digits: int = 0
    low: int = 0
    high: int = 0
    """Bounds on the length without spaces; 0 where `regex` sees to it."""
    spaced: bool = False
    """Whether spaces inside are dropped."""

    def find(self, text: str) -> list[str]:
        """Every value of the form in `text`, in order."""
        return [value for _, _, value in self.mentions(text)]

    def mentions(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and value of every one, in order."""
        found = [
            (match.start(), match.end(), match[0].replace(" ", "") if self.spaced else match[0])
            for match in re.finditer(self.regex, text)
        ]
        return [mention for mention in found if self._fits(mention[2])]

    def _fits(self, value: str) -> bool:
        is_long_enough = not self.high or self.low <= len(value) <= self.high
        return is_long_enough and len(re.findall("[0-9]", value)) >= self.least_digits


def forms_of(text: str, values: Sequence[str]) -> list[Form]:
    """The form that `text` describes, else the one that `values` (two or more) share; empty when there is none."""
    run = _RUN.search(text)
    if run:
        return [_run_form(run, text)]
    said = _said(text)
    sample = _SAMPLE.search(text)
    shown = [*values, *([sample["value"]] if sample else [])]
    if said and all(re.fullmatch(said, value) for value in shown):
        return [Form(regex=_bounded(said))]
    if said or len(set(shown)) < 2:
        return []
    shared = _shared(shown)
    return [Form(regex=_bounded(shared))] if shared else []


def _run_form(run: re.Match[str], text: str) -> Form:
    digits = _LEAST_DIGITS.search(text)
    letters = {"capital letters and digits": "A-Z", "letters and digits": "A-Za-z", "digits": ""}[
        run["kind"].lower()
    ]
    chunk = f"[{letters}]*[0-9][{letters}0-9]*" if letters else "[0-9]+"
    spaced = _SPACES.search(text) is not None
    regex = f"{chunk}(?: {chunk})*" if spaced else chunk
    return Form(
        regex=_bounded(regex),
        least_digits=_count(digits["count"]) if digits else 0,
        low=_count(run["low"]),
        high=_count(run["high"]),
        spaced=spaced,
    )


def _bounded(regex: str) -> str:
    return rf"(?<![\w-]){regex}(?![\w-])"


def _count(word: str) -> int:
    return _COUNTS.get(word.lower(), 0) or int(word)


def _said(text: str) -> str:
    """The regex that the words of `text` up to the first stop describe; empty when they describe none."""
    part = re.split(r"[;.]\s|\b(?:such as|like|e\.g\.|for example)\b", text)[0]
    pieces = []
    for found in _PIECE.finditer(part):
        kind = next(regex for words, regex in _CLASSES if words == found["kind"].lower())
        low = _count(found["low"]) if found["low"] else 1
        high = _count(found["high"]) if found["high"] else low
        is_open = not found["low"] and found[0].endswith("s")
        size = (
            "{1,20}"
            if is_open
            else ""
            if low == high == 1
            else f"{{{low}}}"
            if low == high
            else f"{{{low},{high}}}"
        )
        pieces.append((f"{kind}{size}", low))
    return "".join(regex for regex, _ in pieces) if sum(low for _, low in pieces) >= _LEAST_LENGTH else ""


def _shared(values: Sequence[str]) -> str:
    """The regex of the runs of capitals, small letters, digits and signs that all `values` have in the same order."""
    runs = [re.findall(r"[A-Z]+|[a-z]+|[0-9]+|[^A-Za-z0-9\s]", value) for value in values]
    shapes = [[_class(run) for run in parts] for parts in runs]
    if any(shape != shapes[0] for shape in shapes) or any(
        "".join(parts) != value for parts, value in zip(runs, values, strict=True)
    ):
        return ""
    pieces = []
    for index, kind in enumerate(shapes[0]):
        sizes = sorted(len(parts[index]) for parts in runs)
        size = (
            f"{{{sizes[0]},{sizes[-1]}}}"
            if sizes[0] < sizes[-1]
            else f"{{{sizes[0]}}}"
            if sizes[0] > 1
            else ""
        )
        pieces.append(f"{kind}{size}" if kind.startswith("[") else kind)
    has_digits = any(kind == "[0-9]" for kind in shapes[0])
    return "".join(pieces) if has_digits and len(values[0]) >= _LEAST_LENGTH else ""


def _class(run: str) -> str:
    if run.isdigit():
        return "[0-9]"
    if run.isalpha():
        return "[A-Z]" if run.isupper() else "[a-z]"
    return re.escape(run)
