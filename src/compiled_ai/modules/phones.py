"""Telephone numbers: reading them with a default country, and writing them in the usual ways.

The numbering plans are those of libphonenumber (https://github.com/google/libphonenumber).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compiled_ai.modules._phone_candidates import (
    MAX_DIGITS,
    MIN_DIGITS,
    Candidate,
    Candidates,
    count_digits,
    ends_well,
    extension_at,
    is_formatted,
    shorter,
    whole_number,
)
from compiled_ai.modules._scan import plain

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = [
    "PhoneMention",
    "find_phones",
    "format_phone",
    "is_valid_phone",
    "mask_phones",
    "parse_phone",
    "phone_extension",
    "phone_kind",
    "phone_region",
]

PhoneStyle = Literal["e164", "international", "national", "rfc3966"]

_STYLES = {"e164": 0, "international": 1, "national": 2, "rfc3966": 3}
_KINDS = {
    0: "fixed line",
    1: "mobile",
    2: "fixed line or mobile",
    3: "toll free",
    4: "premium rate",
    5: "shared cost",
    6: "voip",
    7: "personal",
    8: "pager",
    9: "company",
    10: "voicemail",
}
_REGION_NAMES = {"UK": "GB", "USA": "US", "EL": "GR"}
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMention:
    """A telephone number in a text: where it stands, its E.164 `value` and its `extension` ("" without)."""

    start: int
    end: int
    text: str
    value: str
    extension: str


def parse_phone(text: str, region: str = "") -> str | None:
    """The E.164 form ("+14155552671") of the telephone number that the whole text is, or None.

    The length must be right for the country; whether the number is in use, `is_valid_phone` tells. An
    extension is left out (see `phone_extension`). Local numbers without their area code are None.

    Args:
        text: Such as "+41 44 668 18 00", "(415) 555-2671 ext. 5", "0044 20 7946 0018", "1-800-FLOWERS".
        region: Country of numbers without a country code, as two letters ("US"). "" reads only international
            ones, and an unknown country none.
    """
    parsed = _parse_whole(text, region)
    return _written(parsed, "e164") if parsed else None


def phone_extension(text: str, region: str = "") -> str:
    """The extension of the telephone number that the whole text is ("x12", "ext. 12"); "" without one."""
    parsed = _parse_whole(text, region)
    return (parsed.extension or "") if parsed else ""


def format_phone(text: str, style: PhoneStyle = "international", region: str = "") -> str | None:
    """The telephone number that the whole text is, written in `style` with its extension, or None.

    Args:
        text: As for `parse_phone`.
        style: "international" ("+1 415-555-2671"), "national" ("(415) 555-2671"), "e164" ("+14155552671", never
            with the extension) or "rfc3966" ("tel:+1-415-555-2671").
        region: As for `parse_phone`.
    """
    parsed = _parse_whole(text, region)
    return _written(parsed, style) if parsed and style in _STYLES else None


def is_valid_phone(text: str, region: str = "") -> bool:
    """Whether the whole text is a telephone number from a range that its country has given out."""
    import phonenumbers

    parsed = _parse_whole(text, region)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def phone_region(text: str, region: str = "") -> str | None:
    """The country ("US", "GB") of the telephone number that the whole text is, or None if it has none."""
    import phonenumbers

    parsed = _parse_whole(text, region)
    found = phonenumbers.region_code_for_number(parsed) if parsed else None
    return None if found == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else found


def phone_kind(text: str, region: str = "") -> str | None:
    """What the telephone number is: "mobile", "fixed line", "fixed line or mobile", "toll free", "voip" ..., or None."""
    import phonenumbers

    parsed = _parse_whole(text, region)
    return _KINDS.get(phonenumbers.number_type(parsed)) if parsed else None


def find_phones(text: str, region: str = "") -> list[PhoneMention]:
    """Every telephone number in order, with its extension; `region` is the country of those without a code.

    A number that is not from a range in use (+1 555 123 4567) counts if a plus, North American groups or a
    word such as "phone" before it shows what it is. Dates, amounts and numbers called otherwise ("order
    4155552671") are left out.
    """
    scanned = plain(text)
    country = _region(region)
    found: list[PhoneMention] = []
    places = Candidates(scanned)
    candidate = None if country is None else places.next_from(0)
    while candidate:
        mention = _mention(candidate, scanned, text, country or "")
        if mention:
            found.append(mention)
        candidate = places.next_from(mention.end if mention else candidate.start + len(candidate.number))
    return found


def mask_phones(text: str, region: str = "", *, keep: int = 0, sign: str = "*") -> str:
    """`text` with all digits of its telephone numbers (rules of `find_phones`) but the last `keep` as `sign`."""
    pieces: list[str] = []
    done = 0
    for mention in find_phones(text, region):
        pieces += [text[done : mention.start], *_masked(mention.text, keep, sign)]
        done = mention.end
    return "".join([*pieces, text[done:]])


def _masked(written: str, keep: int, sign: str) -> Iterator[str]:
    left = sum(char.isdigit() for char in written) - max(keep, 0)
    for char in written:
        yield sign if char.isdigit() and left > 0 else char
        left -= char.isdigit()


def _mention(candidate: Candidate, scanned: str, text: str, region: str) -> PhoneMention | None:
    number: str | None = candidate.number
    while number is not None:
        end = candidate.start + len(number)
        extension, whole_end = extension_at(scanned, end)
        parsed = _parse(number, region) if ends_well(scanned, whole_end) else None
        if parsed and _is_meant(candidate, number, parsed):
            return PhoneMention(
                start=candidate.start,
                end=whole_end,
                text=text[candidate.start : whole_end],
                value=_written(parsed, "e164"),
                extension=extension,
            )
        number = shorter(number)
    return None


def _is_meant(candidate: Candidate, number: str, parsed: PhoneNumber) -> bool:
    """Whether `number`, all of `candidate` or the beginning of it, is one. The first half of a card number may be in use."""
    import phonenumbers

    formatted = is_formatted(number)
    if candidate.is_other and not formatted:
        return False
    is_whole = number == candidate.number
    if phonenumbers.is_valid_number(parsed):
        return is_whole or candidate.is_labelled or formatted
    return is_whole and (candidate.is_labelled or formatted)


def _region(region: str) -> str | None:
    """The code that the library knows; "" for none given, None for one that is unknown."""
    import phonenumbers

    code = region.strip().upper()
    code = _REGION_NAMES.get(code, code)
    return code if not code or code in phonenumbers.SUPPORTED_REGIONS else None


def _parse_whole(text: str, region: str) -> PhoneNumber | None:
    country = _region(region)
    whole = whole_number(plain(text).strip()) if len(text) <= _LONGEST else None
    if country is None or whole is None:
        return None
    number, extension = whole
    parsed = _parse(number, country)
    if parsed and extension:
        parsed.extension = extension
    return parsed


def _parse(number: str, region: str) -> PhoneNumber | None:
    """The number, if its length is right for its country."""
    import phonenumbers

    digits = count_digits(number)
    if digits > MAX_DIGITS:
        return None
    spelled = phonenumbers.convert_alpha_characters_in_number(number).replace("(+", "+(")
    # 00 leads abroad from most countries; where it does not, no number begins with it.
    for attempt in (spelled, "+" + spelled[2:] if spelled.startswith("00") else ""):
        try:
            parsed = phonenumbers.parse(attempt, region or None)
        except phonenumbers.NumberParseException:
            continue
        reason = phonenumbers.is_possible_number_with_reason(parsed)
        if reason == phonenumbers.ValidationResult.IS_POSSIBLE and not _is_beyond_plan(parsed):
            return parsed if digits >= MIN_DIGITS or phonenumbers.is_valid_number(parsed) else None
    return None


def _is_beyond_plan(parsed: PhoneNumber) -> bool:
    """Whether it is North American with an area code that begins with 0 or 1 (https://www.nanpa.com/numbering)."""
    return parsed.country_code == 1 and (parsed.national_number or 0) < 2_000_000_000


def _written(parsed: PhoneNumber, style: PhoneStyle) -> str:
    import phonenumbers

    return phonenumbers.format_number(parsed, _STYLES[style])
