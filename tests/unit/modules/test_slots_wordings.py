"""Wordings around values: verbs, frames, negations, asides, vague words, and what stands apart in terse requests."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill

TAX = Slot(name="include_tax", kind="boolean", cues=("tax*",), required=False)
TOLLS = Slot(name="avoid_tolls", kind="boolean", cues=("toll*",), required=False)
FULL = Slot(name="full_address", kind="boolean", cues=("full address*", "address*"), required=False)
DIRECT = Slot(name="direct_train", kind="boolean", cues=("direct train*", "train*"), required=False)
OPEN_SPAN = Slot(name="span", kind="choice", choices={"week": (), "month": (), "year": ()})
SPAN_UNIT = Slot(name="span_unit", kind="choice", choices={"weeks": ("week",), "months": ("month",)})
KEY = Slot(name="key", kind="choice", choices={"B Major": ("major",), "E Minor": ("minor",)})
EXTRAS = Slot(
    name="extras", kind="choice", many=True, choices={"wifi": (), "sauna": (), "hot pool": ("pool",)}
)
FUEL = Slot(name="fuel", kind="text", cues=("fuel",))
ANIMAL = Slot(name="animal", kind="text", cues=("animal*", "of"))
TOPIC = Slot(name="subject", kind="text", cues=("of", "about"))
COMPANY = Slot(name="company", kind="name", cues=("company",))
TOWN = Slot(name="town", kind="place", cues=("town",))
COUNTRY = Slot(name="country", kind="place", style="country", cues=("country",))
TEAM = Slot(name="team", kind="name", cues=("team",))
STATUE = Slot(name="statue", kind="name", cues=("statue",))
ARTIST = Slot(name="artist", kind="name", cues=("artist", "by"))
GAME = Slot(name="game", kind="name", cues=("game",))
HANDLE = Slot(name="username", kind="text", cues=("username",))
HOTEL = Slot(name="hotel_name", kind="name", cues=("hotel",))
ROOM = Slot(name="room_type", kind="text", cues=("room",))
TRAITS = Slot(name="traits", kind="text", many=True, cues=("trait",))
PARTIES = Slot(name="parties", kind="name", many=True, cues=("between",))
EVENT = Slot(name="event", kind="name", cues=("event",))
ADDRESS = Slot(name="address", kind="place", cues=("address", "at"))


def row(request: str, slot: Slot | tuple[Slot, ...], *values: Value | None) -> object:
    slots = slot if isinstance(slot, tuple) else (slot,)
    return pytest.param(
        request, slots, dict(zip((item.name for item in slots), values, strict=True)), id=request[:70]
    )


def filled(request: str, slots: tuple[Slot, ...]) -> dict[str, Value | None]:
    filling = fill(request, slots)
    found = {} if filling.declined else {item.slot: item.value for item in filling.filled}
    return {slot.name: found.get(slot.name) for slot in slots}


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        row("don't bother with tax", TAX, False),
        row("there's no need for the tax", TAX, False),
        row("spare me the tax", TAX, False),
        row("leave the tax out of it", TAX, False),
        row("leave our tax out", TAX, False),
        row("those that didn't pay any tax", TAX, False),
        row("you can't add tax", TAX, False),
        row("work out the tax", TAX, True),
        row("I don't mind tolls", TOLLS, False),
        row("we're fine with paying tolls", TOLLS, False),
        row("no tolls please", TOLLS, True),
        row("keep the full address", FULL, True),
        row("a short address is enough", FULL, None),
        row("the address in full", FULL, None),
        row("a train at noon", DIRECT, None),
        row("nonstop only", DIRECT, True),
        row("it has to be without layovers", DIRECT, True),
        row("stopovers are fine", DIRECT, False),
    ],
)  # fmt: skip
def test_switches_follow_what_is_asked_for(
    request_text: str, slots: tuple[Slot, ...], values: dict[str, Value]
) -> None:
    found = {item.slot: item.value for item in fill(request_text, slots).filled}
    assert {slot.name: found.get(slot.name) for slot in slots} == values


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        row("sales of the last month", OPEN_SPAN, "month"),
        row("sales of the last one month", OPEN_SPAN, "month"),
        row("sales of the last 3 months", OPEN_SPAN, None),
        row("sales of half a year", OPEN_SPAN, None),
        row("sales of the past half-year", OPEN_SPAN, None),
        row("sales of 3 months", (Slot(name="count", kind="integer"), SPAN_UNIT), 3, "months"),
        row("something in B major", KEY, "B Major"),
        row("something in major", KEY, "B Major"),
        row("something in D major", KEY, None),
        row("something in F sharp minor", KEY, None),
        row("wifi and a pool", EXTRAS, ("wifi", "hot pool")),
        row("wifi and a nice pool", EXTRAS, ("wifi", "hot pool")),
        row("just a sauna and a football pool", EXTRAS, None),
        row("wifi, croquet and a sauna", EXTRAS, None),
        row("wifi, please, and a sauna", EXTRAS, ("wifi", "sauna")),
        row("wifi and croquet", EXTRAS, None),
        row("wifi and a croquet lawn", EXTRAS, None),
        row("wifi and nothing more", EXTRAS, ("wifi",)),
        row("I don't mind the sauna, but wifi please", EXTRAS, ("wifi",)),
        row("sales of the past month", Slot(name="span", kind="choice", choices={"six_months": ("month",)}), None),
    ],
)  # fmt: skip
def test_choices_are_not_taken_for_their_neighbours(
    request_text: str, slots: tuple[Slot, ...], values: dict[str, Value]
) -> None:
    assert filled(request_text, slots) == values


def clock(style: str = "", *, required: bool = True) -> Slot:
    return Slot(name="time", kind="time", style=style, cues=("time",), required=required)


@pytest.mark.parametrize(
    ("request_text", "slot", "value"),
    [
        pytest.param("a table tomorrow evening", clock(), "tomorrow evening", id="as it is said"),
        pytest.param("Evening would suit us", clock(), "Evening", id="a part of the day"),
        pytest.param("what is it like right now?", clock(), "right now", id="now"),
        pytest.param("good morning, a table please", clock(), None, id="a greeting"),
        pytest.param("either morning or evening", clock(), None, id="two of them"),
        pytest.param("a table at 7 pm", clock(), "19:00", id="a clock time"),
        pytest.param("a table in the evening", clock("HH:MM"), None, id="of another format"),
        pytest.param("a table", clock("HH:MM", required=False), "", id="none"),
        pytest.param("a table in the evening", clock("HH:MM", required=False), None, id="optional"),
    ],
)
def test_times_in_words(request_text: str, slot: Slot, value: str | None) -> None:
    filling = fill(request_text, (slot,))
    given = [str(item.value) for item in filling.filled]
    assert (None if filling.declined else "".join(given)) == value


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        row("what do i pay if i drive on petrol", FUEL, "petrol"),
        row("how fast will snow leopards vanish over the years", ANIMAL, "snow leopards"),
        row("where do barn owls nest in winter", ANIMAL, "barn owls"),
        row("a description of snow leopards", ANIMAL, "snow leopards"),
        row("a quick overview of tulips", TOPIC, "tulips"),
        row("I'd love to paint something about tulips", TOPIC, "tulips"),
        row("was initech sued over it", COMPANY, "Initech"),
        row("the molecular weight of that company from yesterday", COMPANY, None),
        row("what is my neighbour worth", COMPANY, None),
        row("some animal from the woods", ANIMAL, None),
        row("how old is a member of Canis lupus", ANIMAL, "Canis lupus"),
        row("about my own subject, tulips", TOPIC, None),
        row("that animal called badger", ANIMAL, "badger"),
        row("rank the Peruvian side", TEAM, "Peru"),
        row("facts on Peruvian firms", COMPANY, None),
        row("the best Peruvian novels", COUNTRY, "Peru"),
        row("who was king when the Iron Bridge collapsed", EVENT, None),
        row("who was king during the Iron Bridge Affair", EVENT, "Iron Bridge Affair"),
        row("did the Mary Rose sink", EVENT, None),
        row("when did the Mary Rose Affair happen", EVENT, "Mary Rose Affair"),
        row("news on some company", COMPANY, None),
        row("Wedding of my sister", EVENT, None),
        row("lend me 77 Cedar Avenue, Seattle. Look it up", ADDRESS, "77 Cedar Avenue, Seattle"),
        row("the house at 9 Mill Road, St. Louis, MO", ADDRESS, "9 Mill Road, St. Louis, MO"),
        row("rainfall, Thetford", TOWN, "Thetford"),
        row("rainfall that Thetford had", TOWN, None),
    ],
)  # fmt: skip
def test_open_values_end_where_they_end(
    request_text: str, slots: tuple[Slot, ...], values: dict[str, Value]
) -> None:
    assert filled(request_text, slots) == values


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        row("Paul Nash, Winter Sea. Price?", (STATUE, ARTIST), "Winter Sea", "Paul Nash"),
        row("Winter Sea, Paul Nash - price?", (STATUE, ARTIST), "Winter Sea", "Paul Nash"),
        row("stats for Hawk_12 in Tower Siege", (GAME, HANDLE), "Tower Siege", "Hawk_12"),
        row("Tower Siege numbers of hawk_12 and more", (GAME, HANDLE), "Tower Siege", "hawk_12"),
        row("a twin room at the Blue Anchor", (HOTEL, ROOM), "Blue Anchor", "twin"),
        row("overnight stay, twin room, Blue Anchor", (HOTEL, ROOM), "Blue Anchor", "twin"),
        row("my boss is grumpy, loud and late", TRAITS, ("grumpy", "loud", "late")),
        row("my flatmate is shy and kind - advice?", TRAITS, None),
        row("I'm loud, grumpy and a bit shy", TRAITS, ("loud", "grumpy", "shy")),
        row("dinner at Hotel Lisbon", HOTEL, "Hotel Lisbon"),
        row("Hotel Lisbon please", HOTEL, "Hotel Lisbon"),
        row("The Quiet Hill, with its cast", Slot(name="movie", kind="name"), "The Quiet Hill"),
        row("who is in The Quiet Hill", Slot(name="movie", kind="name"), "The Quiet Hill"),
        row("parking near the Guildhall, London", TOWN, "Guildhall, London"),
        row("a lease for Ann Lee, and my lodger Bo Dahl", PARTIES, ("Ann Lee", "Bo Dahl")),
        row("who is best in Starforge?", Slot(name="game", kind="text"), "Starforge"),
        row("top scorer in the NHL 2015 season", (Slot(name="sport", kind="text"), Slot(name="year", kind="integer")), "NHL", 2015),
    ],
)  # fmt: skip
def test_names_that_stand_apart(request_text: str, slots: tuple[Slot, ...], values: dict[str, Value]) -> None:
    assert filled(request_text, slots) == values
