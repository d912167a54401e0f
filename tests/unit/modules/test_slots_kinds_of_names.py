"""Open values that general knowledge bounds: leagues, brands, notes, chords, counted things, roles and owners."""

from __future__ import annotations

import pytest

from compiled_ai.modules.slots import Slot, Value, fill


def open_slot(
    kind: str, name: str, *cues: str, style: str = "", required: bool = True, many: bool = False
) -> Slot:
    return Slot(name=name, kind=kind, cues=cues, style=style, required=required, many=many)  # type: ignore[arg-type]


TABLE = (open_slot("name", "team"), open_slot("name", "league"))
SCORE = (
    open_slot("name", "game"),
    open_slot("name", "platform", "on", "for"),
    open_slot("place", "region", "in", required=False),
)
SHOP = (open_slot("text", "type"), open_slot("text", "make", "make", required=False))
INDEXES = (open_slot("text", "indexes", many=True),)
SCALE = (open_slot("text", "key"), open_slot("text", "scale", required=False))
CHORDS = (open_slot("text", "progression", "over", many=True),)
BASKET = (
    open_slot("text", "items", "items", many=True),
    Slot(name="quantities", kind="integer", many=True),
    open_slot("place", "store_location", "in", "near", required=False),
)
PERSON = (open_slot("name", "player_name"),)
SONG = (open_slot("name", "song_title", "song"), open_slot("name", "artist", "by"))
EVENT = (open_slot("name", "event"), open_slot("place", "location", "in", "of", required=False))
WEAPON = (open_slot("name", "item"), open_slot("name", "user_name"))
MAIL = (open_slot("email", "to"), open_slot("text", "subject", "subject"))
CELL = (open_slot("text", "cell_type", "cell"),)
CRIME = (open_slot("place", "city", "in", style="city"), open_slot("text", "type", required=False))
CITY_AND_STATE = (
    open_slot("place", "city", "in", style="city"),
    open_slot("place", "state", "state", style="state"),
)


def row(request: str, slots: tuple[Slot, ...], *values: Value | None) -> object:
    return pytest.param(request, slots, values if values != (None,) else None, id=request[:60])


@pytest.mark.parametrize(
    ("request_text", "slots", "values"),
    [
        # what is well known
        row("table of the NHL for the Boston Bruins", TABLE, "Boston Bruins", "NHL"),
        row("where did Juventus end up in Serie A", TABLE, "Juventus", "Serie A"),
        row("how is werder bremen doing in the bundesliga", TABLE, "Werder Bremen", "Bundesliga"),
        row("the Denver Nuggets' NBA table", TABLE, "Denver Nuggets", "NBA"),
        row("tables of the NBA and the NFL for the Lions", TABLE, None),
        row("record for Halo on Xbox", SCORE, "Halo", "Xbox"),
        row("record for Gran Turismo 7 on PS5 in Europe", SCORE, "Gran Turismo 7", "PS5", "Europe"),
        row("record in Minecraft on Nintendo Switch", SCORE, "Minecraft", "Nintendo Switch"),
        row("a Gibson bass guitar", SHOP, "bass guitar", "Gibson"),
        row("how did the Nikkei 225 and the S&P 500 do", INDEXES, ("Nikkei 225", "S&P 500")),
        # music
        row("spell the B flat minor scale", SCALE, "Bb", "minor"),
        row("spell the scale of F# harmonic minor", SCALE, "F#", "harmonic minor"),
        row("spell the G dorian scale", SCALE, "G", "dorian"),
        row("spell a scale", SCALE, None),
        row("a tune over I, vi, ii, V", CHORDS, ("I", "vi", "ii", "V")),
        row("a tune over Em7 - A7 - Dmaj7", CHORDS, ("Em7", "A7", "Dmaj7")),
        # counts beside things
        row("buy 3 jars of honey and 12 eggs", BASKET, ("honey", "eggs"), (3, 12)),
        row("buy two lemons, five limes and a bag of sugar", BASKET, ("lemons", "limes", "sugar"), (2, 5, 1)),
        row("buy two dozen rolls near Boston", BASKET, ("rolls",), (24,), "Boston"),
        row("buy honey", BASKET, None),
        row("a chart of size and softness", (open_slot("text", "columns", many=True),), None),
        # people and what they are
        row("stats of goalkeeper Alisson Becker", PERSON, "Alisson Becker"),
        row("stats of Mr. Marcus Hale", PERSON, "Marcus Hale"),
        row("stats of Coach Anna Berg", PERSON, "Anna Berg"),
        row("stats of player marcus hale", PERSON, "Marcus Hale"),
        row("stats of someone from West Ham", PERSON, None),
        row("stats of my neighbour", PERSON, None),
        # titles and events
        row("lyrics of bridge over troubled water by simon", SONG, "Bridge Over Troubled Water", "Simon"),
        row("Fly by Night by Rush lyrics", SONG, "Fly by Night", "Rush"),
        row("when was the fall of the Berlin Wall", EVENT, "fall of the Berlin Wall"),
        row("when was the Peace of Augsburg", EVENT, "Peace of Augsburg"),
        row("when was the Battle of Paris", EVENT, "Battle of Paris"),
        row("the Sword 'Excalibur' of user 'Merlin'", WEAPON, "Excalibur", "Merlin"),
        # what only explains
        row("mail Ann Lee at ann.lee@example.org with subject 'Lunch'", MAIL, "ann.lee@example.org", "Lunch"),
        row("the form of plant cell", CELL, "plant"),
        row("when was the date of the Berlin Airlift", EVENT, "Berlin Airlift"),
        row("violent crime in Boston", CRIME, "Boston", "violent"),
        row("crime in Boston", CITY_AND_STATE, "Boston", "Massachusetts"),
        row("crime in Springfield", CITY_AND_STATE, None),
    ],
)
def test_known_kinds(request_text: str, slots: tuple[Slot, ...], values: tuple[Value, ...] | None) -> None:
    found = fill(request_text, slots, ignore=("crime", "lyrics", "stats", "record", "table", "mail", "tune"))
    if values is None:
        assert found.declined
    else:
        assert not found.declined
        assert tuple(item.value for item in found.filled) == values
