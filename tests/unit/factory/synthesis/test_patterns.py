"""Forms of identifiers: from words, from values, and none where they disagree."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._patterns import forms_of


@pytest.mark.parametrize(
    ("words", "fits", "misfits"),
    [
        pytest.param(
            "two capital letters, a hyphen and five or six digits, such as SO-104233.", ["KB-55210"], ["kb-55210", "KBX-55210", "KB-5521"], id="alternatives"
        ),
        pytest.param("three to five digits, a slash and two letters", ["123/ab", "99999/XY"], ["12/ab", "123/abc"], id="ranges"),
        pytest.param("a letter, 4 digits and a capital letter", ["x1234Z"], ["x1234z", "xy1234Z"], id="counts in digits"),
        pytest.param("a run of 8 to 10 capital letters and digits with at least six digits", ["AB123456"], ["ABC12345", "12345678901"], id="runs"),
        pytest.param("a run of 8 to 10 digits; spaces inside it are dropped", ["1234 5678"], ["123 456"], id="spaced runs"),
    ],
)  # fmt: skip
def test_words_describe_a_form(words: str, fits: list[str], misfits: list[str]) -> None:
    form = forms_of(words, [])[0]
    assert [form.find(f"see {value}, please") for value in fits] == [
        [value.replace(" ", "")] for value in fits
    ]
    assert [form.find(f"see {value}, please") for value in misfits] == [[] for _ in misfits]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        pytest.param("the name of the person", [], id="no form in words"),
        pytest.param("two digits", [], id="too short to be told apart"),
        pytest.param("four digits, such as AB-12", [], id="words against their sample"),
        pytest.param("its code", ["AB-12"], id="one value"),
        pytest.param("its code", ["AB-12", "12-AB"], id="values of two forms"),
        pytest.param("its code", ["AB-CD", "EF-GH"], id="values without digits"),
    ],
)
def test_no_form_where_there_is_no_clear_one(words: str, values: list[str]) -> None:
    assert forms_of(words, values) == []


def test_values_that_look_alike_share_a_form() -> None:
    form = forms_of("its code", ["AB-123", "XY-4567"])[0]
    assert form.find("ZZ-9999 and Z-1 and ZZ-99999") == ["ZZ-9999"]
