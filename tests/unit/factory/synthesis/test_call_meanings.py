"""What people say for values of enums: amenities, orders, spans, keys of music, times of the day."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_meanings import keys_like, meanings_of, spoken_moments


@pytest.mark.parametrize(
    ("value", "wording"),
    [
        ("Wi-Fi", "wireless internet"),
        ("pet_friendly", "dog"),
        ("Seafood", "fish"),
        ("dermatology", "skin"),
        ("descending", "largest to smallest"),
        ("ASC", "low to high"),
        ("three_months", "a quarter"),
        ("90 days", ""),
        ("two weeks", "a fortnight"),
        ("24 hours", "a full day"),
        ("1 year", "12 months"),
        ("egg free", "allergic to egg"),
        ("soy-free", "without any soy"),
        ("relevance", "relevant"),
        ("popularity", "popular"),
        ("Eb major", "E flat major"),
        ("4K", "4k film"),
    ],
)
def test_a_value_has_the_wordings_that_people_use(value: str, wording: str) -> None:
    assert not wording or wording in list(meanings_of(value))


@pytest.mark.parametrize("value", ["turnip", "", "six", "glucose", "quarterly", "no", "\ud800"])
def test_other_values_have_none(value: str) -> None:
    assert list(meanings_of(value)) == []


def test_a_single_unit_is_not_said_with_an_article() -> None:
    assert "a year" not in list(meanings_of("year"))


@pytest.mark.parametrize(
    ("samples", "key"),
    [(("D Major",), "F# Minor"), (("g minor", "E major"), ""), (("G minor", "E major"), "Bb major")],
)
def test_samples_that_are_keys_stand_for_all_keys(samples: tuple[str, ...], key: str) -> None:
    assert (key in keys_like(samples)) == bool(key)


@pytest.mark.parametrize("samples", [("C", "D"), ("jazz", "E major"), ("Dorian",)])
def test_other_samples_are_no_keys(samples: tuple[str, ...]) -> None:
    assert keys_like(samples) == ()


@pytest.mark.parametrize(
    ("kind", "text", "default", "moment"),
    [
        ("time", "When to call.", "evening", "afternoon"),
        ("time", "Defaults to the current time.", "", "tomorrow morning"),
        ("date", "The time frame of the search.", "", "next week"),
    ],
)
def test_moments_may_be_said_in_words_where_the_description_shows_it(
    kind: str, text: str, default: str, moment: str
) -> None:
    assert moment in spoken_moments(kind, text, default)


@pytest.mark.parametrize(
    ("kind", "text"), [("time", "When the alarm rings."), ("date", "Day of the visit."), ("text", "Now.")]
)
def test_other_moments_may_not(kind: str, text: str) -> None:
    assert spoken_moments(kind, text, "") == {}
