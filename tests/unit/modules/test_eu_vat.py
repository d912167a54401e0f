"""Check digits beside those of python-stdnum, on numbers drawn at random."""

from __future__ import annotations

import random
import string

import pytest
from stdnum import bic, iban, isbn, luhn
from stdnum.eu import vat as european
from stdnum.gb import vat as british

from compiled_ai.modules._check_digits import is_luhn
from compiled_ai.modules.identifiers import parse_bic, parse_iban, parse_isbn, parse_vat

FORMS = {
    "AT": "U########", "BE": "0#########", "BG": "######### ##########", "CY": "########@", "CZ": "######## ######### ##########",
    "DE": "#########", "DK": "########", "EE": "#########", "EL": "#########", "ES": "@#######@ @######## ########@ X#######@",
    "FI": "########", "FR": "########### @########## @@#########", "GB": "######### ############ GD### HA###", "HR": "###########",
    "HU": "########", "IE": "#######@ #######@A #######@W #@#####@", "IT": "###########", "LT": "#######1# ##########1#",
    "LU": "########", "LV": "###########", "MT": "########", "NL": "#########B##", "PL": "##########", "PT": "#########",
    "RO": "###### ##########", "SE": "##########01", "SI": "########", "SK": "##########", "XI": "#########",
}  # fmt: skip
STRICTER = {
    "BE": "the check is 97 less the rest, so never 00, 98 or 99",
    "CZ": "people born before 1900, and months above 20 before 2004",
    "ES": "letters as check digits only where the tax office gives them",
    "LV": "people born after 2099",
    "SK": "numbers of persons, which are not registered as such",
}
"""Where the library takes what the rules in the Commission's paper do not."""


def drawn(form: str, source: random.Random) -> str:
    alphabets = {"#": string.digits, "@": string.ascii_uppercase}
    return "".join(source.choice(alphabets.get(sign, sign)) for sign in form)


@pytest.mark.parametrize("country", FORMS)
def test_the_library_agrees_on_vat_numbers(country: str) -> None:
    source = random.Random(7)
    numbers = [drawn(form, source) for form in FORMS[country].split() for _ in range(3000)]
    ours = {number for number in numbers if parse_vat(country + number)}
    is_valid = (
        british.is_valid if country in {"GB", "XI"} else lambda number: european.is_valid(country + number)
    )
    theirs = {number for number in numbers if is_valid(number)}
    assert ours
    assert ours <= theirs
    assert ours == theirs or country in STRICTER


@pytest.mark.parametrize(
    "number",
    ["BE0697449992", "CZ25123891", "ESA13585625", "ESX5253868R", "SK2022749619", "NL123456789B13"],
)
def test_numbers_in_the_countries_own_examples(number: str) -> None:
    assert (parse_vat(number) == number) == european.is_valid(number)


def test_the_library_agrees_on_ibans_of_every_country() -> None:
    examples = [
        "AD1200012030200359100100", "AT611904300234573201", "BE68539007547034", "CH9300762011623852957", "DE89370400440532013000",
        "ES9121000418450200051332", "FR1420041010050500013M02606", "GB29NWBK60161331926819", "IT60X0542811101000000123456",
        "NO9386011117947", "PL61109010140000071219812874", "SE4550000000058398257466", "MT84MALT011000012345MTLCAST001S",
    ]  # fmt: skip
    for example in examples:
        assert iban.is_valid(example, check_country=False)
        assert parse_iban(example) == example
        wrong = example[:-1] + ("1" if example[-1] != "1" else "2")
        assert parse_iban(wrong) is None


@pytest.mark.parametrize("form", ["##########", "#########X", "978##########"])
def test_the_library_agrees_on_isbns(form: str) -> None:
    source = random.Random(9)
    for number in (drawn(form, source) for _ in range(3000)):
        assert (parse_isbn(number) is not None) == isbn.is_valid(number)


def test_isbn_of_ten_digits_becomes_the_one_of_thirteen() -> None:
    assert parse_isbn("0306406152") == isbn.to_isbn13("0306406152")


def test_the_library_agrees_on_luhn() -> None:
    source = random.Random(11)
    for number in (drawn("#" * size, source) for size in range(2, 20) for _ in range(200)):
        assert is_luhn(number) == luhn.is_valid(number)


def test_the_library_knows_every_bic_that_we_take() -> None:
    source = random.Random(13)
    for text in (drawn("@@@@@@@@", source) for _ in range(3000)):
        assert parse_bic(text) is None or bic.is_valid(text)
