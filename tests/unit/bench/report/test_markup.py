"""Whatever comes from data is shown and does nothing."""

from __future__ import annotations

import html
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.report.markup import escape, join, link, number, tag, visible


@given(st.text())
def test_escaped_text_holds_no_markup_and_reads_back(text: str) -> None:
    written = escape(text)
    assert not set("<>\"'") & set(written)
    assert html.unescape(written) == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("\u202egpj.exe", "\\u202egpj.exe", id="right-to-left override"),
        pytest.param("a\u200bb", "a\\u200bb", id="zero width"),
        pytest.param("\x1b[31m", "\\u001b[31m", id="escape"),
        pytest.param("\ud800", "\\ud800", id="lone surrogate"),
        pytest.param("a\n\tb", "a\n\tb", id="line and tab stay"),
        pytest.param("é 漢", "é 漢", id="letters stay"),
    ],
)
def test_characters_that_cannot_be_seen_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_children_and_attributes_are_escaped() -> None:
    written = tag("p", "<script>", tag("b", "&"), None, title="\"'><", hidden=True, lang=None, class_="x")
    assert written == '<p title="&quot;&#x27;&gt;&lt;" hidden class="x">&lt;script&gt;<b>&amp;</b></p>'


def test_a_separator_is_text() -> None:
    assert join(["a", "b"], "<br>") == "a&lt;br&gt;b"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "//evil.example",
        "http:",
        "http://[bad",
        "\x01javascript:x",
    ],
)
def test_an_address_that_is_none_of_the_web_is_only_text(address: str) -> None:
    assert "<a" not in link(address)


def test_an_address_of_the_web_is_a_link_without_a_referrer() -> None:
    written = link('https://example.org/?a=1&b="', "there")
    assert written == '<a href="https://example.org/?a=1&amp;b=&quot;" rel="noopener noreferrer">there</a>'


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (1.255, "1.25"), (-0.001, "0"), (120, "120"), (0.5, "0.5")]
)
def test_coordinates_are_short(value: float, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_coordinate_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        number(value)
