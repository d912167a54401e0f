from typing import Literal, NamedTuple

from compiled_ai.modules import abstain


class Country(NamedTuple):
    """One line of the table of countries."""

    iso: Literal["DE", "FR", "ES", "PL", "GB", "CH", "US", "JP"]
    names: tuple[str, ...]
    dial: int
    eu: bool


def _countries() -> tuple[Country, ...]:
    """The table of countries, names in lower case."""
    return (
        Country("DE", ("de", "germany"), 49, True),
        Country("FR", ("fr", "france"), 33, True),
        Country("ES", ("es", "spain"), 34, True),
        Country("PL", ("pl", "poland"), 48, True),
        Country("GB", ("gb", "uk", "united kingdom", "great britain"), 44, False),
        Country("CH", ("ch", "switzerland"), 41, False),
        Country("US", ("us", "usa", "united states"), 1, False),
        Country("JP", ("jp", "japan"), 81, False),
    )


def dial_code(data: DialCodeInput) -> DialCodeOutput:
    """Find the country by code or name."""
    wanted = " ".join(data["country"].lower().split())
    for country in _countries():
        if wanted in country.names:
            return {"iso": country.iso, "dial": f"+{country.dial}", "eu": country.eu}
    abstain("country is not in the table")
