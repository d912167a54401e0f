"""Texts held against compliance blocks, and masked: logs, files of an artifact, results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from compiled_ai.compliance.blocks import SAMPLED, forbidden_kinds
from compiled_ai.compliance.identifiers import Kind, find_identifiers

SHOWN_FIRST, SHOWN_LAST = 6, 4
"""Digits of a card number that may be shown. PCI DSS v4.0 3.4.1 allows the BIN, which has six or eight, and the last four; six fits every brand."""
_FEWEST_HIDDEN: Final = 3

WORDS: Final[Mapping[Kind, str]] = {
    "name": "a person's name",
    "place": "a place smaller than a state",
    "date": "a date in a person's life",
    "age": "an age above 89",
    "phone": "a phone or fax number",
    "email": "a mail address",
    "ssn": "a social security number",
    "medical_record": "a medical record number",
    "health_plan": "a health plan number",
    "account": "an account number",
    "licence": "a licence or certificate number",
    "vehicle": "a vehicle's number",
    "device": "a device's number",
    "url": "a person's web address",
    "ip_address": "an IP address",
    "photo": "a picture or a recording",
    "card": "a payment card number",
    "track_data": "data of a card's magnetic stripe",
    "card_code": "a card verification code",
    "pin": "a PIN",
}


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """Something forbidden in a text. It does not hold the value."""

    line: int
    """1-based."""
    kind: Kind
    prefix: str
    """Of the block that forbids it, such as ``pci``."""
    rule: str
    """What says so, such as ``PCI DSS v4.0 3.5.1``."""
    file: str = ""
    """Name of the file, where there are several."""

    @property
    def message(self) -> str:
        """What it is and which rule forbids it. Never the value."""
        return f"this looks like {WORDS[self.kind]}, which {self.rule} keeps out of here"


def scan_text(
    text: str, blocks: Iterable[str], *, file: str = "", kinds: frozenset[Kind] | None = None
) -> tuple[Sighting, ...]:
    """What `blocks` forbid of `text`, such as a log or a file of results, in the order of the lines.

    Args:
        text: Any text.
        blocks: Compliance blocks.
        file: Name of the file that it stands in.
        kinds: Which of the forbidden kinds to look for. None is all.
    """
    forbidden = {
        kind: rule for kind, rule in forbidden_kinds(blocks).items() if kinds is None or kind in kinds
    }
    if not forbidden:
        return ()
    return tuple(
        Sighting(
            line=text.count("\n", 0, one.start) + 1,
            kind=one.kind,
            prefix=forbidden[one.kind][0],
            rule=forbidden[one.kind][1],
            file=file,
        )
        for one in find_identifiers(text, frozenset(forbidden))
    )


def scan_files(files: Mapping[str, str], blocks: Iterable[str]) -> tuple[Sighting, ...]:
    """What `blocks` forbid of the files of an artifact (text by name).

    Code is held against all kinds. The other files repeat cases of the spec, which are made up and look like people: of them only the kinds of
    `SAMPLED` are looked for.
    """
    listed = tuple(blocks)
    return tuple(
        found
        for name in sorted(files)
        for found in scan_text(
            files[name], listed, file=name, kinds=None if name.endswith(".py") else SAMPLED
        )
    )


def mask_card(number: str, *, first: int = SHOWN_FIRST, last: int = SHOWN_LAST) -> str:
    """`number` with all but its first six and last four digits as stars; separators are dropped. A short one is hidden whole.

    Raises:
        ValueError: more digits are to be shown than PCI DSS allows.
    """
    if not (0 <= first <= SHOWN_FIRST and 0 <= last <= SHOWN_LAST):
        raise ValueError(f"at most the first {SHOWN_FIRST} and the last {SHOWN_LAST} digits may be shown")
    digits = "".join(character for character in number if character.isdigit())
    hidden = len(digits) - first - last
    if hidden < _FEWEST_HIDDEN:
        return "*" * len(digits)
    return digits[:first] + "*" * hidden + (digits[-last:] if last else "")


def mask_text(text: str, blocks: Iterable[str]) -> str:
    """`text` with everything that `blocks` forbid replaced by its kind in brackets, card numbers by their mask."""
    forbidden = frozenset(forbidden_kinds(blocks))
    parts: list[str] = []
    end = 0
    for one in find_identifiers(text, forbidden) if forbidden else ():
        if one.end <= end:
            continue
        start = max(one.start, end)
        parts.append(text[end:start])
        whole = text[one.start : one.end]
        parts.append(mask_card(whole) if one.kind == "card" and start == one.start else f"[{one.kind}]")
        end = one.end
    return "".join(parts) + text[end:]
