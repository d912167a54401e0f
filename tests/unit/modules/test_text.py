# ruff: noqa: RUF001 - the look-alike characters are the point here
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.text import (
    best_label,
    between,
    clean,
    find_phrases,
    find_quoted,
    fold,
    has_phrase,
    is_self_corrected,
    labelled_value,
    nearest_cue,
    score_labels,
    title_case,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  two \t  words\n", "two words", id="spaces"),
        pytest.param("“Hi” ‘you’", "\"Hi\" 'you'", id="quotes"),
        pytest.param("2019–2020 — it’s −5", "2019-2020 - it's -5", id="dashes"),
        pytest.param("ＡＢＣ１", "ABC1", id="full-width"),
        pytest.param("a\u00a0b\u202fc", "a b c", id="no-break-spaces"),
        pytest.param("1½ cups", "1 1/2 cups", id="vulgar-fraction"),
        pytest.param("10² m²", "10^2 m^2", id="superscript-does-not-join-digits"),
        pytest.param("", "", id="empty"),
    ],
)
def test_clean_gives_plain_characters_and_keeps_case(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ÉLAN", "elan", id="accent"),
        pytest.param("Straße", "strasse", id="sharp-s"),
        pytest.param("Łódź Ørsted", "lodz orsted", id="letters-that-do-not-decompose"),
        pytest.param("e\u0301", "e", id="combining-accent"),
        pytest.param("Don’t", "don't", id="apostrophe"),
        pytest.param("हिन्दी", "हिन्दी", id="other-scripts-keep-their-marks"),
    ],
)
def test_fold_makes_spellings_equal(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_words_keep_contractions_and_decimals_whole() -> None:
    assert words("Don’t pay 3.50, 'me' & l'Hôtel!") == ["don't", "pay", "3.50", "me", "l'hotel"]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        pytest.param("I want a REFUND.", "refund", id="case"),
        pytest.param("He was refunded", "refund*", id="any-ending"),
        pytest.param("the refund", "refund*", id="empty-ending"),
        pytest.param("au cafe", "Café", id="accent"),
        pytest.param("credit \n card", "credit card", id="line-break"),
        pytest.param("sign-up page", "sign up", id="space-matches-hyphen"),
        pytest.param("my email", "e-mail", id="hyphen-matches-nothing"),
        pytest.param("my e mail", "e-mail", id="hyphen-matches-space"),
        pytest.param("it doesnt work", "doesn't work", id="missing-apostrophe"),
        pytest.param("the customer's wish", "customer", id="possessive"),
        pytest.param("I write C++", "c++", id="symbols"),
        pytest.param("up 15% now", "%", id="symbol-after-digit"),
        pytest.param("cancelling my subscriptions", "cancel* my subscription*", id="two-stars"),
    ],
)
def test_phrase_is_found(text: str, phrase: str) -> None:
    assert has_phrase(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        pytest.param("refunds", "refund", id="part-of-a-word"),
        pytest.param("a prerefund", "refund*", id="star-is-only-an-ending"),
        pytest.param("I can't", "can", id="contraction"),
        pytest.param("credit, card", "credit card", id="punctuation-between"),
        pytest.param("anything", "", id="empty-phrase"),
        pytest.param("anything", "*", id="bare-star"),
    ],
)
def test_phrase_is_not_found(text: str, phrase: str) -> None:
    assert not has_phrase(text, phrase)


def test_any_of_several_phrases_suffices() -> None:
    assert has_phrase("please cancel", "refund*", "cancel*")


def test_found_phrases_come_in_the_order_of_the_text_even_from_a_set() -> None:
    assert find_phrases("b, then A, then b", {"a", "b", "c"}) == ["b", "a"]


def test_a_single_string_is_one_phrase() -> None:
    assert find_phrases("a bc", "bc") == ["bc"]


def test_longer_cue_of_a_label_wins_over_the_shorter_inside_it() -> None:
    cues = {"bug": {"working": 5.0, "not working": 2.0}, "praise": {"working": 1.0}}
    assert score_labels("it is not working", cues) == {"bug": 2.0, "praise": 1.0}


def test_shorter_cue_counts_where_it_stands_alone() -> None:
    assert score_labels("not working, then working", {"bug": {"working": 1, "not working": 2}}) == {
        "bug": 3.0
    }


def test_repeated_cue_counts_once() -> None:
    assert score_labels("refund refund", {"billing": {"refund": 1.5}, "bug": {"crash": 1}}) == {
        "billing": 1.5,
        "bug": 0.0,
    }


CUES = {"billing": {"invoice": 1.0, "charge*": 1.0}, "bug": {"crash*": 1.0, "slow": 0.6}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("my invoice", "billing", id="clear"),
        pytest.param("it is slow", None, id="below-minimum"),
        pytest.param("invoice crash", None, id="tie"),
        pytest.param("invoice, charged, slow", "billing", id="ahead-by-more-than-the-margin"),
        pytest.param("crashes, slow, invoice", "bug", id="ahead-by-just-more-than-the-margin"),
        pytest.param("nothing", None, id="no-cue"),
    ],
)
def test_best_label_is_none_unless_clear(text: str, expected: str | None) -> None:
    assert best_label(text, CUES) == expected


def test_margin_is_met_in_spite_of_binary_fractions() -> None:
    assert best_label("a b", {"x": {"a": 1.1}, "y": {"b": 0.6}}, margin=0.5) == "x"


def test_best_label_of_no_labels_is_none() -> None:
    assert best_label("a", {}) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("mary-jane o’neil", "Mary-Jane O'Neil", id="hyphen-and-apostrophe"),
        pytest.param("JOHN SMITH", "John Smith", id="capitals"),
        pytest.param("Ronald McDonald's", "Ronald McDonald's", id="mixed-case-and-possessive"),
        pytest.param("henry VIII", "Henry VIII", id="regnal-number"),
        pytest.param("élodie  de la tour", "Élodie De La Tour", id="accent-and-particles"),
        pytest.param("", "", id="empty"),
    ],
)
def test_title_case_capitalises_each_part(name: str, expected: str) -> None:
    assert title_case(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven", id="inside"),
        pytest.param("van der berg", "Van der Berg", id="first-word-is-capitalised"),
    ],
)
def test_title_case_keeps_particles_low_on_request(name: str, expected: str) -> None:
    assert title_case(name, particles=True) == expected


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        pytest.param("Order no. 12345 arrived", ["order"], "12345", id="no"),
        pytest.param("Order #123. It is late", ["order"], "123", id="hash"),
        pytest.param("Order number SO-1, thanks", ["order"], "SO-1", id="number"),
        pytest.param("Policy number is AB 1; renew", ["policy"], "AB 1", id="number-is"),
        pytest.param("Name:  Ana María \nCity: X", ["name"], "Ana María", id="colon-to-end-of-line"),
        pytest.param("total: 1,234.50, paid", ["Total"], "1,234.50", id="comma-between-digits"),
        pytest.param("Réf.: AB-1", ["ref."], "AB-1", id="accent"),
        pytest.param("Invoice No: re 2026-0117", ["invoice"], "re 2026-0117", id="no-colon"),
        pytest.param("Net total: 4\nTotal: 5", ["total"], "5", id="label-that-opens-its-line"),
        pytest.param("Net total: 4", ["total"], "4", id="label-inside-a-line"),
        pytest.param("Order: 7\nOrder: 7", ["order"], "7", id="same-value-twice"),
        pytest.param("Kunde: 5", ["customer", "kunde"], "5", id="second-synonym"),
    ],
)
def test_labelled_value_is_read(text: str, labels: list[str], expected: str) -> None:
    assert labelled_value(text, labels) == expected


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        pytest.param("Order: 7\nOrder: 8", ["order"], id="two-values"),
        pytest.param("the order is late", ["order"], id="no-sign"),
        pytest.param("Order number unknown", ["order"], id="token-without-digit"),
        pytest.param("Name:\nCity: X", ["name"], id="empty-value"),
        pytest.param("Subtotal: 5", ["total"], id="part-of-a-word"),
        pytest.param("a: b", [""], id="empty-label"),
    ],
)
def test_labelled_value_is_none_when_absent_or_contradictory(text: str, labels: list[str]) -> None:
    assert labelled_value(text, labels) is None


@pytest.mark.parametrize(
    "text",
    [
        "I want two, no wait, three",
        "Actually, make that four",
        "two burgers, make that three",
        "5pm, I mean 6pm",
        "Scratch that.",
        "Sorry, I meant Tuesday",
        "Wait, not Monday",
        "on second thought keep it",
        "Boston... hold on, Denver",
    ],
)
def test_taking_back_is_noticed(text: str) -> None:
    assert is_self_corrected(text)


@pytest.mark.parametrize(
    "text",
    [
        "I can't wait, thanks",
        "please make that payment",
        "see what I mean",
        "no problem, wait for me",
        "Is there no wait time?",
        "I am sorry, not happy",
        "I will actually come",
        "the correction of my invoice",
    ],
)
def test_plain_speech_is_no_correction(text: str) -> None:
    assert not is_self_corrected(text)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        pytest.param("Fly FROM Boston to Miami", "from", "to", "Boston", id="whole-words-any-case"),
        pytest.param("a [x y] b", "[", "]", "x y", id="brackets"),
        pytest.param("Dear Ana, hello", "", ",", "Dear Ana", id="from-the-beginning"),
        pytest.param("Subject: hi there ", "subject:", "", "hi there", id="to-the-end"),
        pytest.param("from Boston", "from", "to", None, id="no-end"),
        pytest.param("Boston to", "from", "to", None, id="no-start"),
        pytest.param("from to", "from", "to", None, id="nothing-between"),
    ],
)
def test_between_two_markers(text: str, start: str, end: str, expected: str | None) -> None:
    assert between(text, start, end) == expected


def test_quoted_text_is_found_with_and_without_its_marks() -> None:
    found = find_quoted("play “Hey Jude” and 'it's ok', don't")
    assert [(mention.text, mention.value) for mention in found] == [
        ("“Hey Jude”", "Hey Jude"),
        ("'it's ok'", "it's ok"),
    ]


@given(st.text())
def test_clean_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="ascii")), st.text(alphabet=st.characters(codec="ascii")))
def test_text_functions_take_any_text(text: str, other: str) -> None:
    has_phrase(text, other)
    find_phrases(text, [other, text])
    score_labels(text, {other: {other: 1.0, text: 2.0}})
    title_case(text, particles=True)
    labelled_value(text, [other])
    is_self_corrected(text)
    between(text, other, other)


@given(st.text())
def test_every_word_is_found_as_a_phrase(text: str) -> None:
    assert all(has_phrase(text, word) for word in words(text) if word.isalpha())


@given(st.text(alphabet="ab'\"“” \n"))
def test_quoted_offsets_slice_back(text: str) -> None:
    assert all(text[mention.start : mention.end] == mention.text for mention in find_quoted(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 20_000, id="one-letter"),
        pytest.param("'a" * 10_000, id="quotes"),
        pytest.param("order no " * 2_222, id="labels"),
        pytest.param("order: " + "1," * 9_990, id="commas"),
        pytest.param("no, wait " * 2_222, id="corrections"),
        pytest.param(" -" * 10_000, id="spaced-hyphens"),
        pytest.param("½²" * 10_000, id="fractions"),
    ],
)
def test_hostile_length_returns(text: str) -> None:
    fold(text)
    words(text)
    has_phrase(text, "a* - b*", "order no*", "a-a-a b")
    labelled_value(text, ["order", "a"])
    is_self_corrected(text)
    between(text, "order", "zzz")
    find_quoted(text)
    title_case(text)
    score_labels(text, {"x": {"order": 1, "order no": 2, "a*": 1}})


SIDES = {"right": ("total*", "paid"), "wrong": ("shipping", "sub-total")}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Order total: <129.90> today", "right", id="cue before"),
        pytest.param("<129.90> in total", "right", id="cue after when none is before"),
        pytest.param("The total with shipping is <129.90>", "wrong", id="the closest wins"),
        pytest.param("<129.90> shipping, total 3", "wrong", id="the closest after wins"),
        pytest.param("total: 9, and <129.90> for shipping", "right", id="before wins over after"),
        pytest.param("Sub total: <129.90>", "wrong", id="the longest of two at one place wins"),
        pytest.param("TOTALLY <129.90>", "right", id="case and ending"),
        pytest.param("It is paid. Now <129.90> is due", None, id="another sentence does not count"),
        pytest.param("paid\n<129.90>", None, id="another line does not count"),
        pytest.param("<129.90>", None, id="no cue"),
    ],
)
def test_nearest_cue_names_the_label_of_the_closest_phrase(sentence: str, expected: str | None) -> None:
    start = sentence.index("<")
    text = sentence.replace("<", "").replace(">", "")
    assert nearest_cue(text, start, start + len("129.90"), SIDES) == expected


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_nearest_cue_takes_any_text_and_span(text: str, start: int, end: int) -> None:
    assert nearest_cue(text, start, end, SIDES) in {"right", "wrong", None}
