"""Every function that reads text takes every text: half characters, odd letters, other scripts, great length."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from time import process_time

import pytest

from compiled_ai.modules import addresses, dates, decide, matching, names, numbers, ocr, reshape, tables

TODAY = date(2026, 3, 11)
READERS: dict[str, Callable[[str], object]] = {
    "closest": lambda text: matching.closest(text, ["red", text, "blue"]),
    "resolve_choice": lambda text: matching.resolve_choice(text, {"red": [text], text: ["x"]}),
    "similarity": lambda text: (matching.similarity(text, "red"), matching.jaro_winkler(text, "red"), matching.token_set_ratio(text, "red")),
    "find_ranges": numbers.find_ranges,
    "parse_range": numbers.parse_range,
    "find_percents": numbers.find_percents,
    "parse_fraction": numbers.parse_fraction,
    "find_ordinals": numbers.find_ordinals,
    "parse_ordinal": numbers.parse_ordinal,
    "parse_relative_date": lambda text: dates.parse_relative_date(text, reference=TODAY),
    "parse_period": lambda text: dates.parse_period(text, reference=TODAY),
    "find_relative_dates": lambda text: dates.find_relative_dates(text, reference=TODAY),
    "key_values": tables.key_values,
    "find_tables": tables.find_tables,
    "find_line_items": tables.find_line_items,
    "parse_address": addresses.parse_address,
    "find_places": addresses.find_places,
    "find_postcodes": addresses.find_postcodes,
    "parse_postcode": lambda text: addresses.parse_postcode(text, text),
    "codes": lambda text: (addresses.state_code(text), addresses.country_code(text), addresses.country_name(text), addresses.state_name(text)),
    "parse_person_name": names.parse_person_name,
    "find_person_names": names.find_person_names,
    "same_person": lambda text: names.same_person(text, "John " + text),
    "find_organisation_names": names.find_organisation_names,
    "organisation_name": lambda text: (names.organisation_name(text), names.legal_form(text), names.same_organisation(text, text)),
    "repair_text": lambda text: (ocr.repair_text(text), ocr.ocr_key(text)),
    "repair_values": lambda text: (ocr.repair_digits(text), ocr.repair_number(text), ocr.repair_date(text), ocr.repair_code(text, text)),
    "paths": lambda text: (reshape.get_path({text: 1}, text), reshape.flatten({text: [text]}), reshape.unflatten({text: 1}), reshape.unique([text, text])),
    "decide": lambda text: decide.explain(decide.decision_table(("x", "o"), ((text, "a"),)), {"x": text}),
}  # fmt: skip
SENTENCE = "In 3 to 5 days, on 12 March 2026 or next Friday: Dr. John Smith, Acme Inc., 12 Main St, Austin, TX 78701 | Qty: 2 x 3.50 = 7.00, not red"
TEXTS = {
    "half-characters": "\ud800" + SENTENCE.replace(" ", "\udc00"),
    "dotless": SENTENCE.replace("i", "\u0131").replace("I", "\u0130").replace("s", "\u017f").replace("k", "\u212a"),
    "upper": SENTENCE.upper(),
    "full-width": SENTENCE.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "arabic-digits": SENTENCE.translate(str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")),
    "superscripts": SENTENCE.translate(str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")),
    "marks": "".join(char + "\u0301" for char in SENTENCE),
    "no-break": SENTENCE.replace(" ", "\u00a0"),
    "nul": SENTENCE.replace(" ", "\x00"),
    "lines": SENTENCE.replace(" ", "\u2028"),
    "chinese": "\u4e2d\u6587\u4e09\u5230\u4e94" * 20,
    "emoji": "\U0001f469\u200d\U0001f4bb 3\ufe0f\u20e3" * 20,
    "long-number": "9" * 5_000,
    "blank": " \t\r\n\x0b\x0c\x85",
    "empty": "",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_odd_text_is_taken(read: Callable[[str], object], text: str) -> None:
    read(text)


@pytest.mark.parametrize("text", [SENTENCE, *TEXTS.values()], ids=["plain", *TEXTS])
def test_offsets_slice_back_in_odd_texts(text: str) -> None:
    found = [
        (mention.start, mention.end, mention.text)
        for mentions in (
            numbers.find_ranges(text),
            numbers.find_percents(text),
            dates.find_relative_dates(text, reference=TODAY),
            addresses.find_places(text),
            addresses.find_postcodes(text),
            names.find_person_names(text),
            names.find_organisation_names(text),
        )
        for mention in mentions
    ]
    assert all(text[start:end] == said for start, end, said in found)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_long_text_takes_its_length(read: Callable[[str], object]) -> None:
    text = (SENTENCE + "\n") * (40_000 // len(SENTENCE))
    began = process_time()
    read(text)
    # Measured: the slowest takes 0.3 s on two busy cores; quadratic time takes minutes.
    assert process_time() - began < 8
