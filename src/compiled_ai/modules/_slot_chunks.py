"""The stretches of a request that may be an open value: quotes, places, names with capitals, plain phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_common import is_common
from compiled_ai.modules._slot_known import find_known
from compiled_ai.modules._slot_places import (
    Place,
    find_addressed,
    find_codes,
    find_places,
    find_streets,
    region_place,
    with_quarter,
)
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import EVERYDAY
from compiled_ai.modules._slot_shapes import shape_spans
from compiled_ai.modules._slot_units import named_unit
from compiled_ai.modules._slot_verbs import (
    ends_in_verb,
    is_doing,
    is_frame,
    is_mere_head,
    is_participle,
)
from compiled_ai.modules._slot_words import (
    CALENDAR,
    CONNECTORS,
    OPENERS,
    SHORT_FORMS,
    STOP,
    is_manner,
    stem,
    word_set,
)
from compiled_ai.modules.text import find_quoted

_TOKEN = re.compile(r"[^\W_](?:[\w'&+#/]|[.!$-](?=\w))*|&|_\w+")
_CAPITAL_NEXT = re.compile(r"\s([A-Z][a-z]+)")
_INSIDE = CONNECTORS - word_set("in for and to on with my your a")
_NAME_OF = re.compile(r"(?<![\w'])([A-Z][a-z]{2,})\sof\s(?:the\s)?$")
_CLUB = re.compile(
    r"(?<!\w)(?:fc|ac|cf|sc|afc|rb|real|inter|bayern|atletico|sporting|olympique|borussia|racing)\s\Z"
)
_HEADED = re.compile(
    r"(?<!\w)(?:Hotel|Lake|Fort|Mount|Villa|Casa|Café|Cafe|Club|Chateau|Château|Bank|Palazzo|Museo|Teatro)\s\Z"
)
"""What makes the place after it a part of a name: "Hotel Bristol"."""
SITES = word_set(
    "wharf park square beach island market palace church college hospital point bay creek cathedral theatre theater castle garden gardens hill hall corner landing harbour harbor bridge house"
)
"""What a name goes on with after an owner: "Fisherman's Wharf"."""
_ERA = re.compile(r"(?<=st|nd|rd|th)\s(?:century|centuries)\b")
_TITLES_OF = word_set(
    "king queen president emperor prince princess duke governor mayor minister chancellor capital city state province county bay people population ruler leader pope head north south east west"
)
_BETWEEN_CAPITALS = re.compile(r"(?:\s(?:[a-z&']++|vs?\.))+\s|\s")
_AGAINST = word_set("v vs versus")
_ASSIGNED = re.compile(r"\s?[=:]|\s[0-9]")
_MYSELF = word_set("i i'm i'd i'll i've")
_DEGREES = word_set("bit fairly somewhat rather")
_SHORTENED = word_set("jr st mrs vs dr mr")
_NAMED_AFTER = word_set("against by about with for company buy sell sue sued suing own owns")
_ENDINGS = ("ing", "ed")
_AFTER_PARTICIPLE = re.compile(r"\s(?:in|on|at|by|to|from|of|for|with|against|under|as)\b")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a request that may be an open value."""

    start: int
    end: int
    text: str
    kind: str
    """"quoted", "known", "place", "capital", "digits" or "plain"."""
    place: Place | None = None
    known: str = ""
    """The kind of a well-known name: "league"."""
    opens: bool = False
    """It stands where any word has a capital."""
    cut: bool = False
    """A plain word follows at once, so that it may end in the middle of a phrase: "E" in "E flat"."""

    @property
    def is_firm(self) -> bool:
        """Whether it is likely to be a value, for some slot or another."""
        return self.kind not in {"plain", "digits"} and not self.opens and len(self.text) > 1

    @property
    def is_acronym(self) -> bool:
        """Whether it may be short for the thing that is asked for: "AQI", "BMI"."""
        return (
            self.kind == "capital" and 1 < len(self.text) <= 5 and self.text.isalpha() and self.text.isupper()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of a request before its open values are looked for."""

    taken: Sequence[Span]
    """Spans that are values already."""
    amounts: Sequence[Span]
    """Amounts that are not: "2 weeks" may be a text."""
    cues: Sequence[Span]
    """Cues, which are no part of a value unless they have a capital."""
    ignore: frozenset[str]
    """Words that are no values."""
    places: bool
    """Whether well-known places are apart from other names."""
    cases: bool = False
    """Whether a name may be that of a case in court ("Roe v. Wade")."""
    names: bool = False
    """Whether a slot holds a name."""
    kinds: Sequence[str] = ()
    """Kinds of well-known names that a slot holds."""
    states: bool = False
    """Whether a state may be said as its code alone ("in NY")."""
    regions: bool = False
    """Whether a state or country is a value of its own beside its city."""
    titles: bool
    """Whether a name may have more small words inside ("Stairway to Heaven")."""


def find_chunks(reading: Reading, known: Surroundings) -> list[Chunk]:
    """Every stretch that may be an open value, in order."""
    claims = Claims(len(reading.text), known.taken)
    chunks = [chunk for chunk in _marked(reading, known) if claims.take((chunk.start, chunk.end))]
    busy = [*known.taken, *((chunk.start, chunk.end) for chunk in chunks)]
    chunks += _Runs(reading, busy, known).chunks()
    return sorted(chunks, key=lambda chunk: chunk.start)


def _marked(reading: Reading, known: Surroundings) -> Iterator[Chunk]:
    for quote in find_quoted(reading.original):
        yield Chunk(quote.start, quote.end, quote.value, "quoted")
    for kind in ("url", "path", "email"):
        for span, text in shape_spans(reading, kind):
            yield Chunk(*span, text, "quoted")
    for start, end in known.amounts:
        yield Chunk(start, end, reading.original[start:end], "digits")
    for kind in known.kinds:
        for span, text in find_known(reading, kind):
            yield Chunk(*span, text, "known", known=kind)
    for place in _places(reading, known) if known.places else ():
        yield Chunk(place.start, place.end, reading.original[place.start : place.end], "place", place=place)


def _places(reading: Reading, known: Surroundings) -> Iterator[Place]:
    """Every place that stands on its own, addresses first."""
    yield from find_streets(reading)
    codes = find_codes(reading) if known.states else ()
    for place in [*find_places(reading), *find_addressed(reading), *codes]:
        if _goes_on(reading, place, names=known.names) or _is_inside(reading, place):
            continue
        if known.regions:
            yield from _parted(reading, place)
        else:
            yield place if known.names else with_quarter(reading, place)


def _parted(reading: Reading, place: Place) -> tuple[Place, ...]:
    """A city and its state or country as two places."""
    comma = reading.text.find(",", place.start, place.end)
    if not place.said_region or comma < 0:
        return (place,)
    start = (
        comma
        + 1
        + (len(reading.text[comma + 1 : place.end]) - len(reading.text[comma + 1 : place.end].lstrip()))
    )
    region = region_place(reading, start, place.end)
    return (replace(place, end=comma, said_region=""), region)


def _is_inside(reading: Reading, place: Place) -> bool:
    """Whether a place is a part of a name: "Treaty of Lisbon", "University of Chicago"."""
    if _CLUB.search(reading.folded, max(0, place.start - 14), place.start):
        return True
    if not reading.lower and _HEADED.search(reading.text, max(0, place.start - 14), place.start):
        return True
    before = _NAME_OF.search(reading.text[max(0, place.start - 40) : place.start])
    return (
        before is not None and not reading.lower and before[1].lower() not in _TITLES_OF | OPENERS | CALENDAR
    )


def _goes_on(reading: Reading, place: Place, *, names: bool) -> bool:
    """Whether a name with capitals goes on after a place: "Manchester United", "San Diego County"."""
    if "," in reading.text[place.start : place.end]:
        return False
    if reading.lower:
        following = reading.word_after(place.end) if names else None
        return (
            following is not None
            and reading.text[place.end : following.start] == " "
            and following.text.endswith("s")
            and not is_common(following.text)
            and not is_common(stem(following.text))
        )  # "green bay packers"
    after = _CAPITAL_NEXT.match(reading.text, place.end)
    return after is not None and after[1].lower() not in OPENERS | CALENDAR


class _Runs:
    """Runs of words of one kind outside of what is taken."""

    def __init__(self, reading: Reading, busy: Sequence[Span], known: Surroundings) -> None:
        self._reading = reading
        self._ignore = known.ignore
        self._inside = (CONNECTORS if known.titles else _INSIDE) | (_AGAINST if known.cases else frozenset())
        self._busy = _marks(len(reading.text), busy)
        self._cues = _marks(len(reading.text), known.cues)
        self._tokens = [match.span() for match in _TOKEN.finditer(reading.text)]
        self._kinds = [self._kind(token) for token in self._tokens]

    def chunks(self) -> Iterator[Chunk]:
        index = 0
        while index < len(self._tokens):
            kind = self._kinds[index]
            last = index
            if kind not in {"stop", "busy"}:
                while step := self._step(last, kind):
                    last += step
                chunk = self._chunk(index, last, kind)
                if kind == "plain" and (chunk.text.lower() in EVERYDAY or is_mere_head(chunk.text.lower())):
                    index = last + 1
                    continue
                if kind != "capital" or not (self._is_task(chunk) or self._is_label(chunk)):
                    yield chunk
            index = last + 1

    def _is_label(self, chunk: Chunk) -> bool:
        """Whether a word only says what the quoted name after it is: "the Weapon 'Excalibur'"."""
        quoted = self._reading.text[chunk.end : chunk.end + 2] in {" '", ' "'}
        return quoted and " " not in chunk.text and self._busy[chunk.end + 1 : chunk.end + 2] == b"\x01"

    def _is_task(self, chunk: Chunk) -> bool:
        """Whether a name is made of words of the task: "Future Value"."""
        found = [word.text for word in self._reading.words_in(chunk.start, chunk.end)]
        everyday = EVERYDAY if len(found) > 1 else frozenset()
        return all(word in self._ignore or word in everyday for word in found)

    def _chunk(self, first: int, last: int, kind: str) -> Chunk:
        opens = kind == "capital" and last == first and self._opens(self._tokens[first][0])
        opens = opens and not self._owns(self._tokens[first])
        while last > first and kind == "plain" and self._is_leading(self._tokens[first]):
            first += 1
        full = last
        last = self._without_verbs(first, last) if kind == "plain" else last
        start, end = self._tokens[first][0], self._tokens[last][1]
        if kind == "digits" and (era := _ERA.match(self._reading.folded, end)):
            end = era.end()
        while end > start + 1 and self._reading.text[end - 1] in "'/+-":
            end -= 1
        if end - start > 2 and self._reading.text.startswith("'s", end - 2):
            end -= 2
        cut = last == full and self._is_cut(end, last)
        return Chunk(start, end, self._reading.original[start:end], kind, opens=opens, cut=cut)

    def _without_verbs(self, first: int, last: int) -> int:
        """The last token of a run of plain words that is neither a verb nor an empty noun."""
        if last > first and ends_in_verb(self._reading, self._tokens[first][0], self._tokens[last][1]):
            return last - 1
        while last > first and (
            is_participle(said := self._reading.folded[slice(*self._tokens[last])]) or is_mere_head(said)
        ):
            last -= 1
        return last

    def _owns(self, token: Span) -> bool:
        """Whether it is the owner of what follows, and thus a name: "Apple's"."""
        folded = self._reading.folded[slice(*token)]
        owner = folded.removesuffix("'s")
        known = owner in self._ignore or stem(owner) in self._ignore or 1 in self._cues[slice(*token)]
        return owner != folded and folded not in STOP and not known

    def _is_cut(self, end: int, last: int) -> bool:
        if not self._reading.text[end : end + 1].isascii():
            return True
        goes_on = last + 1 < len(self._tokens) and self._kinds[last + 1] == "plain"
        return goes_on and self._reading.text[end : self._tokens[last + 1][0]] == " "

    def _is_leading(self, token: Span) -> bool:
        """Whether a word that opens a run is no part of a value: a participle, or how much of it: "a bit shy"."""
        if self._reading.folded[slice(*token)] in _DEGREES:
            return True
        return token[1] - token[0] > 5 and self._reading.folded[token[0] : token[1]].endswith(_ENDINGS)

    def _kind(self, token: Span) -> str:
        if 1 in self._busy[slice(*token)]:
            return "busy"
        said = self._reading.text[slice(*token)]
        if said[0].isdigit():
            return "digits"
        folded = self._reading.folded[slice(*token)]
        if _ASSIGNED.match(self._reading.text, token[1]) and 1 in self._cues[slice(*token)]:
            return "stop"  # "n_trees=100"
        has_capital = self._is_told(token, said) if self._reading.lower else not said.islower()
        if "_" in said or (has_capital and any(char.isupper() for char in said)):
            return "stop" if self._is_plain_capital(token, said, folded) else "capital"
        empty = folded in STOP or folded in self._ignore or stem(folded) in self._ignore or is_manner(folded)
        if (
            folded.endswith("ed")
            and len(folded) > 4
            and _AFTER_PARTICIPLE.match(self._reading.folded, token[1])
        ):
            empty = True  # "filed in", "listed on"
        empty = empty or is_doing(self._reading, token[0]) or is_frame(self._reading, token)
        return (
            "stop"
            if empty or 0 not in self._cues[slice(*token)] or not any(char.isalpha() for char in folded)
            else "plain"
        )

    def _is_told(self, token: Span, said: str) -> bool:
        """Whether a word has a capital for a reason where others have none: "Nokia's", "NBA"."""
        if said[0].isupper() and self._owns(token):
            return True
        following = self._reading.word_after(token[1])
        goes_on = following is not None and self._reading.text[token[1] : following.start] == " "
        if goes_on and following is not None and following.text.isalpha() and following.text not in STOP:
            return False  # "ATP synthase"
        return len(said) > 2 and said.isalpha() and said.isupper() and not self._reading.text.isupper()

    def _is_plain_capital(self, token: Span, said: str, folded: str) -> bool:
        """Whether a word with a capital is no name: it opens a sentence, or is a day, a unit, a word of the function."""
        opens = self._opens(token[0])
        numeral = folded == "i" and self._reading.text[token[1] : token[1] + 1] in {",", "-"}  # in a list
        headed = opens and _HEADED.fullmatch(f"{said} ") and _CAPITAL_NEXT.match(self._reading.text, token[1])
        if numeral or headed:  # "Hotel Bristol, two nights"
            return False
        if (folded in OPENERS and (opens or folded in _MYSELF)) or (opens and is_manner(folded)):
            return True
        if folded in CALENDAR or (len(folded) > 4 and named_unit(folded) and self._is_measured(token)):
            return True
        if said.isupper() and (folded in self._ignore or folded in SHORT_FORMS):
            return True
        if not opens:
            return False
        end = token[1] - 2 if folded.endswith("'s") else token[1]
        return folded in self._ignore or 0 not in self._cues[token[0] : end] or self._is_verb(token, folded)

    def _is_verb(self, token: Span, folded: str) -> bool:
        """Whether an everyday word opens a sentence that goes on in small letters: "Short description of"."""
        following = self._reading.word_after(token[1])
        return (
            not self._reading.lower
            and is_common(folded)
            and following is not None
            and self._reading.text[token[1] : following.start] in {" ", ' "', " '"}
            and self._reading.text[following.start].islower()
        )

    def _is_measured(self, token: Span) -> bool:
        """Whether a unit's name is the unit rather than a name: "in Newton", not "Isaac Newton" or "Tesla's"."""
        before = self._reading.text[max(0, token[0] - 24) : token[0]].split()
        last = before[-1] if before else ""
        owns = self._reading.text.startswith("'s", token[1]) or self._reading.folded.endswith("'s", *token)
        is_named = last[:1].isupper() or last in _NAMED_AFTER
        return not owns and not is_named

    def _opens(self, start: int) -> bool:
        before = self._reading.text[max(0, start - 3) : start].rstrip("\"'( ")
        return start == 0 or not before or before[-1] in ".?!:;"

    def _step(self, last: int, kind: str) -> int:
        """How many tokens further the run goes on; 0 at its end."""
        if kind == "digits" or last + 1 >= len(self._tokens) or not self._is_near(last):
            return 0
        if kind == "capital" and self._is_numbered(last):
            return 1
        if self._kinds[last + 1] == kind:
            return 1
        if kind == "plain":
            end = self._tokens[last][1]
            linked = last + 2 < len(self._tokens) and self._kinds[last + 2] == "plain"
            return 2 if linked and self._reading.text[end : self._tokens[last + 2][0]] == " of " else 0
        return self._step_over_connectors(last) if kind == "capital" else 0

    def _is_numbered(self, last: int) -> bool:
        """Whether a number belongs to the name before it: "FIFA 22", not "Boston 3 tickets"."""
        start, end = self._tokens[last + 1]
        if (
            self._kinds[last + 1] != "digits"
            or end - start > 3
            or not self._reading.text[start:end].isdigit()
        ):
            return False
        if (
            self._reading.text[end : end + 1] not in {"", " ", ",", "?", "!", ".", "'"}
            or self._kinds[last] != "capital"
        ):
            return False
        return last + 2 >= len(self._tokens) or self._kinds[last + 2] != "plain"

    def _is_near(self, last: int) -> bool:
        start, end = self._tokens[last]
        text = self._reading.text
        gap = text[end : self._tokens[last + 1][0]]
        initial = gap in {". ", "."} and (end - start <= 2 or self._reading.folded[start:end] in _SHORTENED)
        owner = text.startswith("'s", end - 2) or text.startswith("'", end - 1)
        if owner and self._reading.folded[slice(*self._tokens[last + 1])] not in SITES:
            return False
        return gap == " " or initial

    def _step_over_connectors(self, last: int) -> int:
        ahead = last + 1
        text = self._reading.text
        while (
            ahead < len(self._tokens)
            and ahead <= last + 3
            and text[slice(*self._tokens[ahead])] in self._inside
        ):
            ahead += 1
        if ahead == last + 1 or ahead >= len(self._tokens) or self._kinds[ahead] != "capital":
            return 0
        between = text[self._tokens[last][1] : self._tokens[ahead][0]]
        return ahead - last if _BETWEEN_CAPITALS.fullmatch(between) else 0


def _marks(length: int, spans: Sequence[Span]) -> bytearray:
    marks = bytearray(length)
    for start, end in spans:
        marks[start:end] = b"\x01" * (end - start)
    return marks
