from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.spec.canonical import JsonValue, canonical_json, digest
from compiled_ai.spec.json_text import parse_json_object

plain = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values: st.SearchStrategy[JsonValue] = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON: Expecting value at character 1"),
        ('{"a": 1', "not JSON: Expecting ',' delimiter at character 8"),
        ('{"a": 1} {', "not JSON: Extra data at character 10"),
        ("\ufeff{}", "not JSON"),
        ("[1]", "a JSON object is needed, not an array"),
        ('"x"', "a JSON object is needed, not a string"),
        ("5", "a JSON object is needed, not a number"),
        ("null", "a JSON object is needed, not null"),
        ("true", "a JSON object is needed, not true"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e999}', "1e999 is too large for a number"),
        ('{"a": {"b": 1, "b": 2}}', "a key appears twice in one object: 'b'; keep one of the two"),
        ('{"a": ' + "9" * 5000 + "}", "an integer of several thousand digits is too long; put it in quotes"),
        ('{"a": ' + "[" * 100_000, "nested too deeply"),
        (r'{"a": "\ud800"}', "half of a surrogate pair"),
        (r'{"\uDFFF": 1}', "half of a surrogate pair"),
    ],
    ids=lambda text: text[:24].replace("\ufeff", "BOM"),
)
def test_text_that_is_no_plain_json_object_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        parse_json_object(text)
    assert "sys." not in str(caught.value)


def test_escaped_pair_is_a_character() -> None:
    assert parse_json_object(r'{"a": "\ud83d\ude00 \\ud800"}') == {"a": r"😀 \ud800"}


@pytest.mark.parametrize(("depth", "fits"), [(3, True), (2, False)])
def test_depth_can_be_bounded(depth: int, fits: bool) -> None:
    text = '{"a": [{"b": 1}]}'
    if fits:
        assert parse_json_object(text, max_depth=depth) == {"a": [{"b": 1}]}
    else:
        with pytest.raises(ValueError, match="nested deeper than 2 levels"):
            parse_json_object(text, max_depth=depth)


@given(st.dictionaries(st.text(max_size=4), values, max_size=4))
def test_what_json_writes_is_read_back(data: dict[str, JsonValue]) -> None:
    assert parse_json_object(json.dumps(data)) == data
    assert parse_json_object(canonical_json(data)) == data


@given(st.dictionaries(st.text(max_size=4), values, max_size=4))
def test_canonical_text_does_not_know_the_order_of_keys(data: dict[str, JsonValue]) -> None:
    assert canonical_json(dict(reversed(data.items()))) == canonical_json(data)
    assert digest("t1", dict(reversed(data.items()))) == digest("t1", data)


def test_canonical_text_is_short_and_sorted() -> None:
    assert canonical_json({"b": [1, 2.5, None, True], "a": "é\n"}) == '{"a":"é\\n","b":[1,2.5,null,true]}'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_canonical_text_has_no_number_that_json_lacks(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": [value]})


def test_digest_is_tagged_sha256() -> None:
    assert digest("s1", {}) == "s1:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_digest_takes_half_a_surrogate_pair() -> None:
    assert digest("s1", "\ud800") != digest("s1", "\ud801")
