from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.names import (
    PersonName,
    find_organisation_names,
    find_person_names,
    format_person_name,
    legal_form,
    organisation_name,
    parse_person_name,
    same_organisation,
    same_person,
)

# Text to: title, given, middle, family, suffix.
PERSONS: dict[str, tuple[str | None, ...]] = {
    "John Smith": (None, "John", None, "Smith", None),
    "Smith, John Paul": (None, "John", "Paul", "Smith", None),
    "Dr. Jane M. Smith, MD": ("Dr", "Jane", "M.", "Smith", "MD"),
    "Prof. Dr. Hans M\u00fcller": ("Prof Dr", "Hans", None, "M\u00fcller", None),
    "Mr. Smith": ("Mr", None, None, "Smith", None),
    "Ludwig van Beethoven": (None, "Ludwig", None, "van Beethoven", None),
    "Beethoven, Ludwig van": (None, "Ludwig", None, "van Beethoven", None),
    "van der Berg, Anna": (None, "Anna", None, "van der Berg", None),
    "Anna van der Berg": (None, "Anna", None, "van der Berg", None),
    "Oscar de la Renta": (None, "Oscar", None, "de la Renta", None),
    "J.R.R. Tolkien": (None, "J.", "R. R.", "Tolkien", None),
    "King, Martin Luther, Jr.": (None, "Martin", "Luther", "King", "Jr"),
    "Martin Luther King Jr.": (None, "Martin", "Luther", "King", "Jr"),
    "Smith Jr., John": (None, "John", None, "Smith", "Jr"),
    "John Smith III": (None, "John", None, "Smith", "III"),
    "O\u2019Neil, Mary-Jane": (None, "Mary-Jane", None, "O'Neil", None),
    "Van Morrison": (None, "Van", None, "Morrison", None),
    "john smith": (None, "john", None, "smith", None),
    "Sir Ian McKellen OBE": ("Sir", "Ian", None, "McKellen", "OBE"),
    "Jackie Chan Do": (None, "Jackie", "Chan", "Do", None),
}


@pytest.mark.parametrize(("text", "expected"), PERSONS.items(), ids=PERSONS)
def test_name_is_taken_apart(text: str, expected: tuple[str | None, ...]) -> None:
    assert parse_person_name(text) == PersonName(*expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Smith",
        "123 Main",
        "a, b, c",
        "Smith,",
        ",",
        "Mr. and Mrs. Smith",
        "John and Mary Smith",
        "please call",
        "x" * 200,
        "john@x.y z",
    ],
)
def test_anything_else_is_no_name(text: str) -> None:
    assert parse_person_name(text) is None


@pytest.mark.parametrize(
    ("text", "plain", "turned"),
    [
        ("Dr. Jane M. Smith, MD", "Dr Jane M. Smith MD", "Smith, Jane M., MD"),
        ("van der Berg, Anna", "Anna van der Berg", "van der Berg, Anna"),
        ("Mr. Smith", "Mr Smith", "Smith"),
    ],
)
def test_name_is_written_in_either_order(text: str, plain: str, turned: str) -> None:
    name = parse_person_name(text)
    assert name is not None
    assert format_person_name(name) == plain
    assert format_person_name(name, family_first=True) == turned


@pytest.mark.parametrize("text", [text for text, parts in PERSONS.items() if parts[1]])
def test_turned_name_reads_back(text: str) -> None:
    name = parse_person_name(text)
    assert name is not None
    again = parse_person_name(format_person_name(name, family_first=True))
    assert again is not None
    assert (again.given, again.middle, again.family, again.suffix) == (
        name.given,
        name.middle,
        name.family,
        name.suffix,
    )


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Smith, John", "J. Smith", True),
        ("Dr. John P. Smith", "john paul SMITH", True),
        ("Jos\u00e9 Garc\u00eda", "Garcia, Jose", True),
        ("John Smith", "Jane Smith", False),
        ("John A. Smith", "John B. Smith", False),
        ("John Smith Jr.", "John Smith Sr.", False),
        ("Mr. Smith", "John Smith", False),
        ("", "", False),
    ],
)
def test_same_person_by_names_and_initials(left: str, right: str, *, same: bool) -> None:
    assert same_person(left, right) is same_person(right, left) is same


FOUND = {
    "Please call Dr. Lee or John Smith. Thanks, Mary": ["Dr. Lee", "John Smith"],
    "My name is Xyla Quent and I live in New York": ["Xyla Quent"],
    "Dear Mr. van der Berg, Anna Maria Schmidt of Acme said": ["Mr. van der Berg", "Anna Maria Schmidt"],
    "Contact: Barbara O'Neil. Best": ["Barbara O'Neil"],
    "Will Smith met Mark Twain in Paris": ["Will Smith", "Mark Twain"],
    "Will you call General Motors? Mark it": [],
    "The patient Robert J. Miller Jr. was seen": ["Robert J. Miller Jr."],
    "Meet Ludwig van Beethoven. He is here": ["Ludwig van Beethoven"],
    "San Francisco Giants beat Chicago": [],
    "Isaac Newton's Opticks and Marie Curie's": ["Isaac Newton", "Marie Curie"],
    "felonies of Michael O'Brien DOB 1985": ["Michael O'Brien"],
    "to Austin Texas": [],
    "April came in May 2026": [],
    "John": [],
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items(), ids=FOUND)
def test_names_are_found(text: str, expected: list[str]) -> None:
    assert [mention.text for mention in find_person_names(text)] == expected


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("Acme Widgets, Inc.", "Acme Widgets", "Inc."),
        ("Bosch GmbH & Co. KG", "Bosch", "GmbH & Co. KG"),
        ("M\u00fcller AG", "M\u00fcller", "AG"),
        ("Foo S.p.A.", "Foo", "S.p.A."),
        ("Acme Co., Ltd.", "Acme", "Co., Ltd."),
        ("Smith & Co.", "Smith", "Co."),
        ("Johnson & Johnson", "Johnson & Johnson", None),
        ("Toys R Us", "Toys R Us", None),
        ("Inc.", "Inc.", None),
        ("", "", None),
    ],
)
def test_legal_form_is_told_from_the_name(text: str, name: str, form: str | None) -> None:
    assert organisation_name(text) == name
    assert legal_form(text) == form


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("The Coca-Cola Company", "coca cola co.", True),
        ("Johnson & Johnson", "Johnson and Johnson Inc", True),
        ("I.B.M.", "IBM Corporation", True),
        ("Acme East", "Acme", False),
        ("Acme 1", "Acme 2", False),
        ("", "", False),
    ],
)
def test_same_organisation_whatever_its_form(left: str, right: str, *, same: bool) -> None:
    assert same_organisation(left, right) is same_organisation(right, left) is same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We bought from Acme Widgets, Inc. and Bosch GmbH & Co. KG in May",
            [("Acme Widgets, Inc.", "Acme Widgets"), ("Bosch GmbH & Co. KG", "Bosch")],
        ),
        ("Also Foo S.A. in Bar", [("Foo S.A.", "Foo")]),
        ("As a Company we like New York", []),
    ],
)
def test_organisations_are_found_by_their_form(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(mention.text, mention.name) for mention in find_organisation_names(text)] == expected


PIECES = "Dr. John Smith , van der Jr. Inc. GmbH & Co. Mr A. O'Neil and the - \n Acme LLC my name is"


@given(st.text() | st.lists(st.sampled_from(PIECES.split(" ")), max_size=14).map(" ".join), st.text())
def test_any_text_is_taken_and_offsets_slice_back(text: str, other: str) -> None:
    parse_person_name(text)
    organisation_name(text)
    legal_form(text)
    same_person(text, other)
    same_organisation(text, other)
    assert all(text[mention.start : mention.end] == mention.text for mention in find_person_names(text))
    assert all(text[mention.start : mention.end] == mention.text for mention in find_organisation_names(text))


@pytest.mark.parametrize(
    "piece", ["A, ", "John ", "A. ", "van ", "Dr. ", "Aa Bb ", "a", "A&", "Inc ", "A-", "A'", "Jr "]
)
def test_hostile_length_returns(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    find_person_names(text)
    find_organisation_names(text)
    parse_person_name(text[:119])
    organisation_name(text)
    same_person(text, text)
