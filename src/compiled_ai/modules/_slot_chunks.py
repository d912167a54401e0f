"""The stretches of a request that may be an open value: quotes, places, names with capitals, plain phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from compiled_ai.modules._scan import Claims, Span
from compiled_ai.modules._slot_places import Place, find_places, region_place
from compiled_ai.modules._slot_reading import Reading
from compiled_ai.modules._slot_rest import EVERYDAY
from compiled_ai.modules._slot_shapes import shape_spans
from compiled_ai.modules._slot_units import named_unit
from compiled_ai.modules._slot_words import CALENDAR, CONNECTORS, OPENERS, STOP, stem, word_set
from compiled_ai.modules.text import find_quoted

_TOKEN = re.compile(r"[^\W_](?:[\w'&+#/]|[.!$-](?=\w))*|&|_\w+")
_CAPITAL_NEXT = re.compile(r"\s([A-Z][a-z]+)")
_INSIDE = CONNECTORS - word_set("in for and to on with my your a")
_BETWEEN_CAPITALS = re.compile(r"(?:\s(?:[a-z&']++|vs?\.))+\s|\s")
_AGAINST = word_set("v vs versus")
_ASSIGNED = re.compile(r"\s?[=:]|\s[0-9]")
_MYSELF = word_set("i i'm i'd i'll i've")
_SHORTENED = word_set("jr st mrs vs dr mr")
_NAMED_AFTER = word_set("against by about with for company buy sell")
_ENDINGS = ("ing", "ed")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a request that may be an open value."""

    start: int
    end: int
    text: str
    kind: str
    """"quoted", "place", "capital", "digits" or "plain"."""
    place: Place | None = None
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
    for place in find_places(reading) if known.places else ():
        if not _goes_on(reading, place.end):
            parts = _parted(reading, place) if known.regions else (place,)
            for part in parts:
                yield Chunk(part.start, part.end, reading.original[part.start : part.end], "place", part)


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


def _goes_on(reading: Reading, end: int) -> bool:
    """Whether a name with capitals goes on after a place: "Manchester United", "San Diego County"."""
    after = _CAPITAL_NEXT.match(reading.text, end)
    return after is not None and not reading.lower and after[1].lower() not in OPENERS | CALENDAR


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
                if kind == "plain" and chunk.text.lower() in EVERYDAY:
                    index = last + 1
                    continue
                if kind != "capital" or any(
                    word.text not in self._ignore for word in self._reading.words_in(chunk.start, chunk.end)
                ):
                    yield chunk
            index = last + 1

    def _chunk(self, first: int, last: int, kind: str) -> Chunk:
        opens = kind == "capital" and last == first and self._opens(self._tokens[first][0])
        opens = opens and not self._owns(self._tokens[first])
        while last > first and kind == "plain" and self._is_verbal(self._tokens[first]):
            first += 1
        while last > first and kind == "plain" and self._reading.folded.endswith("ed", *self._tokens[last]):
            last -= 1
        start, end = self._tokens[first][0], self._tokens[last][1]
        while end > start + 1 and self._reading.text[end - 1] in "'/+-":
            end -= 1
        if end - start > 2 and self._reading.text.startswith("'s", end - 2):
            end -= 2
        return Chunk(
            start, end, self._reading.original[start:end], kind, None, opens, self._is_cut(end, last)
        )

    def _owns(self, token: Span) -> bool:
        """Whether it is the owner of what follows, and thus a name: "Apple's"."""
        return self._reading.folded.endswith("'s", *token) and self._reading.folded[slice(*token)] not in STOP

    def _is_cut(self, end: int, last: int) -> bool:
        if not self._reading.text[end : end + 1].isascii():
            return True
        goes_on = last + 1 < len(self._tokens) and self._kinds[last + 1] == "plain"
        return goes_on and self._reading.text[end : self._tokens[last + 1][0]] == " "

    def _is_verbal(self, token: Span) -> bool:
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
        has_capital = said[0].isupper() and self._owns(token) if self._reading.lower else not said.islower()
        if "_" in said or (has_capital and any(char.isupper() for char in said)):
            return "stop" if self._is_plain_capital(token, said, folded) else "capital"
        empty = folded in STOP or folded in self._ignore or stem(folded) in self._ignore
        return (
            "stop"
            if empty or 0 not in self._cues[slice(*token)] or not any(char.isalpha() for char in folded)
            else "plain"
        )

    def _is_plain_capital(self, token: Span, said: str, folded: str) -> bool:
        """Whether a word with a capital is no name: it opens a sentence, or is a day, a unit, a word of the function."""
        if folded == "i" and self._reading.text[token[1] : token[1] + 1] in {",", "-"}:
            return False  # a numeral in a list
        opens = self._opens(token[0])
        if folded in OPENERS and (opens or folded in _MYSELF):
            return True
        if folded in CALENDAR or (len(folded) > 4 and named_unit(folded) and self._is_measured(token)):
            return True
        if said.isupper() and folded in self._ignore:
            return True
        return opens and (folded in self._ignore or 0 not in self._cues[slice(*token)])

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
        if self._kinds[last + 1] == kind:
            return 1
        if kind == "plain":
            end = self._tokens[last][1]
            linked = last + 2 < len(self._tokens) and self._kinds[last + 2] == "plain"
            return 2 if linked and self._reading.text[end : self._tokens[last + 2][0]] == " of " else 0
        return self._step_over_connectors(last) if kind == "capital" else 0

    def _is_near(self, last: int) -> bool:
        start, end = self._tokens[last]
        text = self._reading.text
        gap = text[end : self._tokens[last + 1][0]]
        initial = gap in {". ", "."} and (end - start <= 2 or self._reading.folded[start:end] in _SHORTENED)
        return (gap == " " or initial) and not text.startswith("'s", end - 2)

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
