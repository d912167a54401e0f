from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.errors import SpecError
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.yaml_source import parse_yaml


def read(text: str) -> JsonValue:
    data = parse_yaml(f"a: {text}\n", path=Path("x.yaml")).data
    assert isinstance(data, dict)
    return data["a"]


@pytest.mark.parametrize(
    "word",
    [
        *("yes", "no", "on", "off", "Yes", "NO", "On", "y", "n", "TrUE", "nULL", "none"),
        *("2026-02-07", "2026-02-07T10:00:00Z", "10:30", "1:30:00"),
        *("007", "01234", "00", "-01", "01.5", "1_000", "0x1F", "0o17", "0b1", ".inf", "-.inf", ".nan", "NaN", "Infinity"),
        *("1e", "e5", "+", ".", "1.2.3", "--1", "1-2", "=", "<<", "?x", "é"),
    ],
)  # fmt: skip
def test_word_stays_a_word(word: str) -> None:
    assert read(word) == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False)),
        *(("null", None), ("Null", None), ("~", None), ("", None)),
        *(("0", 0), ("-0", 0), ("+5", 5), ("-17", -17), ("9007199254740993", 9007199254740993)),
        *(("1.5", 1.5), ("-.5", -0.5), ("5.", 5.0), ("1e3", 1000.0), ("1E-2", 0.01), ("0.1e1", 1.0)),
        *(('"true"', "true"), ("'5'", "5"), ('"~"', "~"), ('"\\u00e9"', "é")),
    ],
)
def test_json_scalar_is_read(text: str, value: JsonValue) -> None:
    found = read(text)
    assert found == value
    assert type(found) is type(value)


def test_whole_number_keeps_every_digit() -> None:
    digits = "123456789" * 40
    assert read(digits) == int(digits)


@pytest.mark.parametrize(
    "text", ["9" * 401, "-" + "9" * 400, "9" * 5000, "1e400", "-1e999", "1" * 400 + ".0"]
)
def test_number_beyond_json_is_refused(text: str) -> None:
    with pytest.raises(
        SpecError, match=r"x\.yaml:1:4: this number is too large for a number of JSON .*; put it in quotes"
    ):
        read(text)


@pytest.mark.parametrize("text", ["!!str 5", "!<tag:yaml.org,2002:str> 5"])
def test_string_tag_makes_a_string(text: str) -> None:
    assert read(text) == "5"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!!int x", "'x' is no int, as its tag says; remove the tag"),
        ("!!float x", "'x' is no float"),
        ("!!bool yes", "'yes' is no bool"),
        ("!!null x", "'x' is no null"),
        ("!!binary aGk=", "the tag '!!binary' is not allowed"),
        ("!!timestamp 2020-01-01", "the tag '!!timestamp' is not allowed"),
        ("!money 3", "the tag '!money' is not allowed"),
        ("!money [3]", "the tag '!money' is not allowed"),
        ("!!set {x}", "the tag '!!set' is not allowed"),
        ("!!omap [x: 1]", "the tag '!!omap' is not allowed"),
        ("!!seq {x: 1}", "the tag '!!seq' is not allowed"),
        ('!!python/object/apply:os.system ["x"]', "the tag '!!python/object/apply:os.system' is not allowed"),
    ],
)
def test_other_tag_is_refused(text: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(text)
    assert str(caught.value).startswith("x.yaml:1:4: ")
    assert words in str(caught.value)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])).filter(
        lambda text: not re.fullmatch(r"[-+]?[0-9]+[eE][-+]?[0-9]+", text)
    ),  # a number to us, as in YAML 1.2; PyYAML takes it for a text and writes it bare
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé0 :#-", max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_number_with_an_exponent_alone_is_a_number() -> None:
    assert parse_yaml("a: [0E0, 1e-3]", path=Path("x.yaml")).data == {"a": [0.0, 0.001]}


@settings(deadline=None)
@given(JSON_VALUES)
def test_whatever_pyyaml_writes_is_read_back(value: JsonValue) -> None:
    text = yaml.safe_dump(
        {"a": value}, allow_unicode=True, default_style='"' if isinstance(value, str) else None
    )
    expected = yaml.safe_load(text)
    assert parse_yaml(text, path=Path("x.yaml")).data == expected == {"a": value}
