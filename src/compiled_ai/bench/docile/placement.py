"""Where a value stands: systems answer with texts, the official metrics want boxes.

A value is looked for among the OCR's words, character by character and without regard to spaces, so that broken and merged words do not matter. What the OCR misread is
found by the least number of changed characters. Of several places for one text, that with the fitting label beside or above it is taken. All of this sees the
OCR and the answer only, never the annotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.bench.docile._cues import cues_of
from compiled_ai.bench.docile._stream import Line, Span, lines_of, spans_of
from compiled_ai.bench.docile.document import Box, Document, Field, covering
from compiled_ai.bench.docile.official import Prediction
from compiled_ai.bench.docile.text_match import Values, level

_NOWHERE = Box(left=0.0, top=0.0, right=0.0, bottom=0.0)
_MOST_LINES = 40
"""A value of more lines is looked for nowhere."""
_MOST_VALUES = 1000
"""More values of one document than this are not placed; they count as wrong like all that have no place."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A candidate for a value."""

    page: int
    box: Box
    errors: int
    """Changed characters."""
    is_whole: bool
    """Whether it begins and ends with words."""
    row: float
    """Height of its first line on the page."""


class Finder:
    """Looks for values in one document."""

    def __init__(self, document: Document) -> None:
        self._lines = lines_of(document.words)
        self._found: dict[str, list[_Place]] = {}

    def places(self, text: str) -> list[_Place]:
        """All places of `text` that are equally good, in reading order; none when it is nowhere."""
        key = level(text)
        if key not in self._found:
            self._found[key] = self._best(key)
        return self._found[key]

    def _best(self, text: str) -> list[_Place]:
        parts = ["".join(part.split()) for part in text.splitlines() if part.strip()]
        if not 0 < len(parts) <= _MOST_LINES:
            return []
        chains = self._chains(parts) if len(parts) > 1 else self._alone(parts[0])
        if not chains:
            return []
        best = min((sum(span.errors for span in chain), not _is_whole(chain)) for chain in chains)
        fitting = [
            chain for chain in chains if (sum(span.errors for span in chain), not _is_whole(chain)) == best
        ]
        return [_place_of(chain) for chain in fitting]

    def _alone(self, compact: str) -> list[list[Span]]:
        spans = [[span] for line in self._lines for span in spans_of(line, compact, exact=True)]
        spans = spans or self._flowing(compact)
        return spans or [[span] for line in self._lines for span in spans_of(line, compact, exact=False)]

    def _flowing(self, compact: str) -> list[list[Span]]:
        """A value that goes on in the lines below without the answer saying where it breaks."""
        found = []
        for line in self._lines:
            for start in line.starts:
                chain = self._flow(line, start, compact)
                if chain:
                    found.append(chain)
        return found

    def _flow(self, line: Line, start: int, compact: str) -> list[Span]:
        rest = line.compact[start:]
        if not rest or not compact.startswith(rest):
            return []
        chain = [Span(line=line, start=start, end=len(line.compact), errors=0)]
        while len(rest) < len(compact):
            below = [other for other in self._lines if _is_below(chain[-1].box, chain[-1].line.page, other)]
            following = next((other for other in below if _goes_on(compact[len(rest) :], other)), None)
            if following is None:
                return []
            end = min(len(following.compact), len(compact) - len(rest))
            chain.append(Span(line=following, start=0, end=end, errors=0))
            rest += following.compact[:end]
        return chain

    def _chains(self, parts: Sequence[str]) -> list[list[Span]]:
        """The parts below each other, each at the nearest place under the one before."""
        options = [
            [span for line in self._lines for span in spans_of(line, part, exact=True)]
            or [span for line in self._lines for span in spans_of(line, part, exact=False)]
            for part in parts
        ]
        chains = [[span] for span in options[0]]
        for spans in options[1:]:
            longer = []
            for chain in chains:
                last = chain[-1]
                below = [span for span in spans if _is_below(last.box, last.line.page, span.line)]
                nearest = min(
                    below,
                    key=lambda span: (span.errors, span.box.top, abs(span.box.left - last.box.left)),
                    default=None,
                )
                if nearest is not None:
                    longer.append([*chain, nearest])
            chains = longer
        return chains


def _is_whole(chain: Sequence[Span]) -> bool:
    return all(span.is_whole for span in chain)


def _place_of(chain: Sequence[Span]) -> _Place:
    return _Place(
        page=chain[0].line.page,
        box=covering(span.box for span in chain),
        errors=sum(span.errors for span in chain),
        is_whole=_is_whole(chain),
        row=chain[0].box.middle,
    )


def _is_below(box: Box, page: int, line: Line) -> bool:
    """Whether `line` follows `box` closely and begins near its left end."""
    other = line.box
    drop = other.middle - box.bottom + box.height / 2
    return (
        line.page == page and 0.4 * box.height < drop < 2.5 * box.height and abs(other.left - box.left) < 0.06
    )


def _goes_on(rest: str, line: Line) -> bool:
    return bool(line.compact) and (
        rest.startswith(line.compact) or (line.compact.startswith(rest) and len(rest) in line.ends)
    )


def place_key_information(document: Document, values: Values) -> list[Prediction]:
    """A prediction for each value, in the order of `values`; one that is nowhere has an empty box in the corner of the first page."""
    finder, predictions = Finder(document), list[Prediction]()
    for kind, texts in values.items():
        taken: set[tuple[int, Box]] = set()
        for text in texts:
            places = [
                place for place in _allowed(finder, text, predictions) if (place.page, place.box) not in taken
            ]
            scored = [(cues_of(kind, document, place.page, place.box), place) for place in places]
            best = max(scored, key=lambda pair: pair[0], default=None)
            place = None if best is None else best[1]
            if place is not None:
                taken.add((place.page, place.box))
            predictions.append(_prediction(kind, text, place, None))
    return predictions


def _allowed(finder: Finder, text: str, so_far: Sequence[Prediction]) -> list[_Place]:
    return finder.places(text) if len(so_far) < _MOST_VALUES else []


def place_line_items(document: Document, items: Sequence[Values]) -> list[Prediction]:
    """A prediction for each value of each item. The values of an item are looked for in the row where most of them stand, rows going down the page."""
    finder, predictions = Finder(document), list[Prediction]()
    columns: dict[str, list[float]] = {}
    above = (0, -1.0)
    for number, item in enumerate(items, start=1):
        wanted = [
            _Wanted(kind=kind, text=text, places=_allowed(finder, text, predictions))
            for kind, texts in item.items()
            for text in texts
        ]
        row = _row_of([value.places for value in wanted], above)
        above = row or above
        chosen = _in_row(wanted, row, columns) if row else {}
        for index, value in enumerate(wanted):
            place = chosen.get(index)
            if place is not None:
                columns.setdefault(value.kind, []).append(place.box.right)
            predictions.append(_prediction(value.kind, value.text, place, number))
    return predictions


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """A value of a line item with its candidates."""

    kind: str
    text: str
    places: Sequence[_Place]


def _row_of(listed: Sequence[Sequence[_Place]], above: tuple[int, float]) -> tuple[int, float] | None:
    """The page and height where most values stand; of several the first one below `above`."""
    votes: dict[tuple[int, float], int] = {}
    rows = sorted({(place.page, place.row) for places in listed for place in places})
    for row in rows:
        votes[row] = sum(any(_is_in(place, row) for place in places) for places in listed)
    free = [row for row in rows if row > (above[0], above[1] + 0.004)] or rows
    return max(free, key=lambda row: (votes[row], -row[0], -row[1]), default=None)


def _is_in(place: _Place, row: tuple[int, float]) -> bool:
    return place.page == row[0] and abs(place.row - row[1]) < 0.006


def _in_row(
    wanted: Sequence[_Wanted], row: tuple[int, float], columns: Mapping[str, Sequence[float]]
) -> dict[int, _Place]:
    """A place for each value that has one, by its number: in the row where possible, each place once.

    Values with one candidate come first, then positions (from the left) and amounts (from the right), for a table has them at its ends.
    """
    chosen: dict[int, _Place] = {}
    taken: set[tuple[int, Box]] = set()
    counts = [sum(_is_in(place, row) for place in value.places) for value in wanted]
    for index in sorted(
        range(len(wanted)),
        key=lambda number: (counts[number] > 1, not _at_an_end(wanted[number].kind), number),
    ):
        value = wanted[index]
        free = [place for place in value.places if (place.page, place.box) not in taken] or value.places
        if free:
            rights = sorted(columns.get(value.kind, ()))
            usual = (
                rights[len(rights) // 2]
                if rights
                else 1.0
                if value.kind.startswith("line_item_amount")
                else 0.0
            )
            place = min(free, key=lambda candidate: (_away(candidate, row), abs(candidate.box.right - usual)))
            chosen[index] = place
            taken.add((place.page, place.box))
    return chosen


def _at_an_end(kind: str) -> bool:
    return kind == "line_item_position" or kind.startswith("line_item_amount")


def _away(place: _Place, row: tuple[int, float]) -> float:
    """Distance from the row in pages; 0 inside of it."""
    return 0.0 if _is_in(place, row) else abs(place.page - row[0]) + abs(place.row - row[1])


def _prediction(kind: str, text: str, place: _Place | None, item: int | None) -> Prediction:
    box, page, score = (
        (_NOWHERE, 0, 0.0) if place is None else (place.box, place.page, 1 / (1 + place.errors))
    )
    field = Field(fieldtype=kind, text=level(text), page=page, box=box, line_item_id=item)
    return Prediction(field=field, score=score)
