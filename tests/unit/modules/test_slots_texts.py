"""Open values: names, titles, topics, places, and values with a shape of their own."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill


def open_slot(
    kind: str, name: str, *cues: str, style: str = "", required: bool = True, many: bool = False
) -> Slot:
    return Slot(name=name, kind=kind, cues=cues, style=style, required=required, many=many)  # type: ignore[arg-type]


CITY_STATE = (open_slot("place", "location", "in", "near", style="city, ST"),)
CITY = (open_slot("place", "city", "in", style="city"),)
CITY_COUNTRY = (open_slot("place", "city", "in", style="city, country"),)
TRIP = (open_slot("place", "origin", "from"), open_slot("place", "destination", "to"))
WORK = (open_slot("name", "artist", "by"), open_slot("name", "title", "titled", "song"))
PLAYER = (open_slot("name", "player_name", "player", "named", "called"),)
FIRMS = (open_slot("name", "companies", "compan*", "of", many=True),)
TOPIC = (open_slot("text", "topic", "about", "topic"),)
GENRE = (open_slot("text", "genre", "genre", "music"), CITY[0])
SPECIES = (open_slot("text", "species1"), open_slot("text", "species2"))
UNITS = (
    open_slot("text", "from_unit", style="unit"),
    open_slot("text", "to_unit", style="unit"),
    Slot(name="value", kind="number"),
)
MONEY = (
    open_slot("text", "base_currency", style="currency"),
    open_slot("text", "target_currency", style="currency"),
    Slot(name="amount", kind="number", cues=("amount",)),
)


def row(request: str, slots: tuple[Slot, ...], *values: Value | None) -> object:
    return pytest.param(request, slots, values if values != (None,) else None, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        # places
        row("food in Boston", CITY_STATE, "Boston, MA"),
        row("food near Portland, Oregon", CITY_STATE, "Portland, OR"),
        row("food in Chicago, IL", CITY_STATE, "Chicago, IL"),
        row("food in san diego", CITY_STATE, "San Diego, CA"),
        row("food in LA", CITY_STATE, "Los Angeles, CA"),
        row("food in Springfield", CITY_STATE, None),
        row("food in Paris", CITY_STATE, None),
        row("weather in Tokyo, Japan", CITY, "Tokyo"),
        row("weather in Tokyo", CITY_COUNTRY, "Tokyo, Japan"),
        row("people of the UK", (open_slot("place", "country", style="country"),), "United Kingdom"),
        row("rain in the Amazon rainforest", (open_slot("place", "location", "in"),), "Amazon rainforest"),
        row("weather in Boston and Chicago", CITY, None),
        row("from San Francisco to Los Angeles", TRIP, "San Francisco", "Los Angeles"),
        row("to Miami from Atlanta", TRIP, "Atlanta", "Miami"),
        row("between Chicago and Detroit", TRIP, "Chicago", "Detroit"),
        row("time to get to Boston", TRIP, None),
        row("weather in Springfield, IL", CITY_STATE, "Springfield, IL"),
        row(
            "food in Fresno", (open_slot("place", "place", "in", style="city, state"),), "Fresno, California"
        ),
        row("food in la", CITY_STATE, "Los Angeles, CA"),
        row("how hot is it in la", CITY, "Los Angeles"),
        row("from Reno to Vegas", TRIP, "Reno", "Vegas"),
        row("food in Camden Town, London", (open_slot("place", "area", "in"),), "Camden Town, London"),
        row("people of the us", (open_slot("place", "country", style="country"),), "United States"),
        row("tell us the people count", (open_slot("place", "country", style="country"),), None),
        row("courts in NJ", (open_slot("place", "state", style="state"),), "New Jersey"),
        row("courts in Fulton county", (open_slot("place", "county"),), "Fulton"),
        row("from Boston to Pike's Market", TRIP, "Boston", "Pike's Market"),
        row("from Boston to 48 Elm Street", TRIP, "Boston", "48 Elm Street"),
        row("music in Western Europe", (open_slot("place", "region", "in"),), "Western Europe"),
        row("music in Western Europe", CITY, None),
        row("weather in Boston for the Red Sox's fans", CITY, None),
        row(
            "schedule of FC Barcelona in Madrid",
            (open_slot("name", "team"), CITY[0]),
            "FC Barcelona",
            "Madrid",
        ),
        row(
            "schedule of the tampa bay rays",
            (open_slot("name", "team"), open_slot("place", "city", required=False)),
            "Tampa Bay Rays",
        ),
        # names and titles
        row("the song 'Bohemian Rhapsody' by Queen", WORK, "Queen", "Bohemian Rhapsody"),
        row("lyrics of Stairway to Heaven by Led Zeppelin", WORK, "Led Zeppelin", "Stairway to Heaven"),
        row("make a player called Thor", PLAYER, "Thor"),
        row("stats of player Cristiano Ronaldo", PLAYER, "Cristiano Ronaldo"),
        row("Tom Hanks and Meg Ryan movies", (open_slot("name", "actor"),), None),
        row("stock prices of Apple and Microsoft", FIRMS, ("Apple", "Microsoft")),
        row(
            "hours of the Museum of Modern Art",
            (open_slot("name", "museum_name", "museum", "of"),),
            "Museum of Modern Art",
        ),
        row(
            "hours of the british museum",
            (open_slot("name", "museum_name", "museum", "of"),),
            "British Museum",
        ),
        row("the biggest ships launched in Kiel", (open_slot("place", "port", "in"),), "Kiel"),
        row("Possibly something by Adele", (open_slot("name", "artist", "by"),), "Adele"),
        # topics
        row("plot of the odyssey", (open_slot("name", "poem"),), "Odyssey"),
        row("what do people say about climbing", TOPIC, "climbing"),
        row("news about quantum computing", TOPIC, "quantum computing"),
        row('news about "deep sea mining"', TOPIC, "deep sea mining"),
        row("jazz music in Chicago", GENRE, "jazz", "Chicago"),
        row("electric guitars or drums", TOPIC, None),
        row("genetic similarity between a cat and a tiger", SPECIES, "cat", "tiger"),
        row("genetic similarity of cats, tigers and lions", SPECIES, None),
        row("robbery cases in Chicago", (open_slot("text", "crime"), CITY[0]), "robbery", "Chicago"),
        row("assault and arson cases in Chicago", (open_slot("text", "crime"), CITY[0]), None),
        row("what is the AQI in Delhi", CITY, "Delhi"),
        row("a piece in E flat", (open_slot("text", "key", "in"),), "Eb"),
        row(
            'register "NightOwl" as a Ranger',
            (open_slot("name", "player_name"), open_slot("text", "class")),
            None,
        ),
        row("melody over C-G-Am-F", (open_slot("text", "chords", "over", many=True),), ("C", "G", "Am", "F")),
        row(
            "prices of Apple for the last 2 weeks",
            (*FIRMS, open_slot("text", "duration")),
            ("Apple",),
            "2 weeks",
        ),
        row("chords: F C Dm Bb", (open_slot("text", "chords", "chords", many=True),), ("F", "C", "Dm", "Bb")),
        row("a Steinway grand piano", (open_slot("text", "type"),), None),
        # units and currencies
        row("how many teaspoons are in 2 tablespoons", UNITS, "tablespoon", "teaspoon", 2.0),
        row("convert 5 miles to kilometers", UNITS, "mile", "kilometer", 5.0),
        row("convert 150 euros to Canadian dollars", MONEY, "EUR", "CAD", 150.0),
        row("how many yen are 20 dollars", MONEY, "USD", "JPY", 20.0),
        # shapes
        row("mail john.doe@example.com", (open_slot("email", "to"),), "john.doe@example.com"),
        row("mail a@b.com or c@d.com", (open_slot("email", "to"),), None),
        row("open https://example.com/a?b=1.", (open_slot("url", "link"),), "https://example.com/a?b=1"),
        row("load C:/data/cars.csv please", (open_slot("path", "file"),), "C:/data/cars.csv"),
        row("case number CA-123456", (open_slot("identifier", "case", "case number"),), "CA-123456"),
        row("case number 1234567890", (open_slot("identifier", "case", "case number"),), "1234567890"),
        row("the derivative of 3x^2 + 2x - 1.", (open_slot("expression", "f", "of"),), "3x**2 + 2x - 1"),
        row("the derivative of 3x² + sin(x)", (open_slot("expression", "f", "of"),), "3x**2 + sin(x)"),
        # what is left over
        row("factorial of 5 'for Anna'", (Slot(name="n", kind="integer"),), None),
        row("news about trade with Brazil Partners", TOPIC, None),
    ],
)
def test_open_values(request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None) -> None:
    found = fill(
        request_text,
        slots,
        ignore=(
            "weather",
            "food",
            "stock",
            "prices",
            "hours",
            "movies",
            "news",
            "stats",
            "lyrics",
            "genetic",
            "similarity",
            "cases",
            "melody",
        ),
    )
    if values is None:
        assert found.declined
    else:
        assert (found.declined, tuple(item.value for item in found.filled)) == ("", values)


def test_styles_of_names() -> None:
    assert (
        fill("stats of player JOHN Smith", (open_slot("name", "player", "player", style="upper"),)).text(
            "player"
        )
        == "JOHN SMITH"
    )
    assert (
        fill("make a player called Thor", (open_slot("name", "player", "called", style="lower"),)).text(
            "player"
        )
        == "thor"
    )


def test_an_optional_text_takes_no_word_without_its_cue() -> None:
    slots = (*CITY, open_slot("text", "mood", "mood", required=False))
    found = fill("weather in Boston", slots, ignore=("weather",))
    assert (found.declined, found.has("mood")) == ("", False)


def test_words_where_an_optional_value_stands_decline() -> None:
    slots = (
        Slot(name="bars", kind="integer", units=("bar",)),
        open_slot("text", "instrument", "instrument", required=False),
    )
    assert fill("8 bars on guitar", slots).declined == "words are left over that may mean an optional value"
