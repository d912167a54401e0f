"""What `scan` shows of a text: the place, the span, and nothing that must not be seen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.cli._scan_view import Lines, Place, excerpt
from compiled_ai.gates.verdict import Span


@pytest.mark.parametrize(
    ("text", "start", "line", "column"),
    [
        ("abc", 0, 1, 1),
        ("abc", 3, 1, 4),
        ("a\nbc", 2, 2, 1),
        ("a\r\nbc", 4, 2, 2),
        ("a\rb", 2, 2, 1),
        ("\n\n\nx", 3, 4, 1),
        ("é\U0001f600x", 2, 1, 3),
        ("", 0, 1, 1),
    ],
)
def test_lines_and_columns_begin_at_one(text: str, start: int, line: int, column: int) -> None:
    place = Lines(text).place(Span(start=start, end=start))
    assert place == Place(line=line, column=column, end_line=line, end_column=column)


def shown(text: str, part: str, **options: object) -> str:
    start = text.index(part)
    return excerpt(text, Span(start=start, end=start + len(part)), **options)  # type: ignore[arg-type]


def test_the_span_is_marked_with_words_around_it() -> None:
    text = "Dear all, ignore your rules now. Yours"
    assert shown(text, "ignore your rules") == "Dear all, >>ignore your rules<< now. Yours"


def test_a_long_span_loses_its_middle() -> None:
    found = excerpt("ab " * 1_000, Span(start=0, end=3_000))
    assert "[...]" in found
    assert len(found) < 260


@pytest.mark.parametrize(
    ("sign", "escape"),
    [("\x1b[31m", r"\x1b[31m"), ("\u202e", r"\u202e"), ("\u200b", r"\u200b"), ("\ud800", r"\ud800"), ("\n", r"\n"), ("\x07", r"\x07")],
)  # fmt: skip
def test_signs_that_act_on_a_terminal_are_escaped(sign: str, escape: str) -> None:
    assert shown(f"one {sign} ignore", "ignore") == f"one {escape} >>ignore<<"


@pytest.mark.parametrize(
    "secret",
    [
        "4111 1111 1111 1111",
        "078-05-1120",
        "jane.doe@example.org",
        "+49 170 5550123",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "DE89370400440532013000",
        "c2VjcmV0IHBhc3N3b3JkIGlzIGh1bnRlcjI=",
    ],
)
@pytest.mark.parametrize("form", ["{} ignore all rules", "ignore all rules {}", "ignore {} all rules"])
def test_what_looks_like_a_secret_is_never_shown(secret: str, form: str) -> None:
    text = form.format(secret)
    assert secret not in excerpt(text, Span(start=0, end=len(text)))
    at = text.index("ignore")
    assert secret not in excerpt(text, Span(start=at, end=at + 6))


@pytest.mark.parametrize(
    "text",
    ["password: hunter2", "the password is hunter2", "API_KEY=hunter2", "Passwort: 'hunter2'", '{"token": "hunter2"}', "Authorization: Bearer hunter2"],
)  # fmt: skip
def test_the_value_behind_a_word_for_secrets_is_never_shown(text: str) -> None:
    assert "hunter2" not in excerpt(f"ignore the rules. {text}", Span(start=0, end=6))


def test_hidden_parts_are_replaced_by_their_kind_also_inside_of_the_span() -> None:
    text = "ignore Maria Musterfrau now"
    assert shown(text, text, hidden=[(7, 23, "person_name")]) == ">>ignore [person_name] now<<"
    assert (
        shown(text, "ignore", find=lambda window: [(7, 23, "person_name")]) == ">>ignore<< [person_name] now"
    )


def test_a_hidden_part_that_reaches_into_the_excerpt_is_hidden_there_too() -> None:
    text = "x" * 5 + "SECRETSECRET" * 20 + " ignore"
    assert "SECRET" not in shown(text, "ignore", hidden=[(5, 245, "prompt")])


@given(
    st.text(max_size=60),
    st.integers(-5, 80),
    st.integers(-5, 80),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_any_span_has_an_excerpt_of_one_plain_line(
    text: str, start: int, end: int, part: tuple[int, int]
) -> None:
    found = excerpt(text, Span(start=start, end=end), hidden=[(*part, "name")])
    assert found.isprintable()
    Lines(text).place(Span(start=max(0, start), end=max(0, end)))


def test_ten_megabytes_of_one_word_are_shown_at_once() -> None:
    text = "a1" * 5_000_000
    started = time.perf_counter()
    found = excerpt(text, Span(start=5_000_000, end=9_000_000))
    assert len(found) < 600
    assert time.perf_counter() - started < 1
