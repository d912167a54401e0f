"""Values that everybody knows."""

from __future__ import annotations

import pytest

from compiled_ai.factory.synthesis._call_domains import KNOWN_WORDINGS, domain_of


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        (("cuisine",), "", "Italian"),
        (("type",), "the kind of cuisine", "Thai"),
        (("genre",), "music genre", "jazz"),
        (("genre",), "film genre", "horror"),
        (("dietary", "restriction"), "", "vegan"),
        (("weekday",), "a day of the week", "Monday"),
        (("season",), "when to travel", "summer"),
        (("key",), "the key of the song", "F#"),
        (("league", "name"), "", "NHL"),
        (("genre",), "genre of the events", "theater"),
        (("type",), "the type of instrument", "electric guitar"),
        (("esrb", "rating"), "", "Teen"),
    ],
)
def test_a_name_with_a_known_domain_has_its_values(name: tuple[str, ...], text: str, value: str) -> None:
    found = domain_of(name, text, ())
    assert found is not None
    assert value in found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (("topic",), ""),
        (("season",), "the season of the league"),
        (("day",), "the date"),
        (("color", "name"), ""),
        (("key",), "the key of the entry in the store"),
    ],
)
def test_other_parameters_are_open(name: tuple[str, ...], text: str) -> None:
    assert domain_of(name, text, ()) is None


def test_how_values_are_shown_decides_between_two_domains() -> None:
    assert list(domain_of(("gender",), "", ["men"]) or ()) == ["men", "women"]
    assert list(domain_of(("gender",), "", ()) or ()) == ["male", "female"]


def test_values_have_other_wordings() -> None:
    assert "plant-based" in KNOWN_WORDINGS["vegan"]


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        (("vacuum",), "glass"),
        (("Homo sapiens",), "Danio rerio"),
        (("NASDAQ",), "NYSE"),
        (("None", "Ace", "Jack"), "Seven"),
        (("None", "clubs", "hearts"), "Spades"),
        (("None", "PC", "Xbox"), "Nintendo Switch"),
    ],
)
def test_a_default_or_samples_tell_the_domain(shown: tuple[str, ...], value: str) -> None:
    assert value in (domain_of(("kind",), "", shown) or ())


@pytest.mark.parametrize("shown", [("None",), ("None", "rock"), ("None", "clubs", "pubs"), ()])
def test_one_sample_or_a_strange_one_tells_nothing(shown: tuple[str, ...]) -> None:
    assert domain_of(("kind",), "", shown) is None
