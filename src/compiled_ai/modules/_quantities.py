"""Numbers with a unit in running text: where each begins and ends, and what it is in which unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from compiled_ai.modules._digits import DIGITS, SPACED_DIGITS, read_digits
from compiled_ai.modules._number_words import SCALES, number_words
from compiled_ai.modules._scan import VULGAR_FRACTIONS, any_of, plain
from compiled_ai.modules._unit_table import Unit, UnitTable

TABLE = UnitTable()

_LONGEST_UNIT = 32
_INCH, _FOOT = TABLE.symbols["in"], TABLE.symbols["ft"]
_LOOSE = frozenset(("b", "B", "y", "K", "st", "ct", "us"))
"""Read after a number only without a space (K: with one), for 5 B may be billions, 10K thousands, 5 us dollars."""
_NEVER = frozenset(("pt", "turn", "turns", "revolution", "revolutions"))
"""Not read after a number: a font has points, and a road turns."""

_VULGAR = "".join(VULGAR_FRACTIONS)
_PART = rf"(?:[{_VULGAR}]|[0-9]{{1,3}}/[0-9]{{1,3}}(?![0-9/]))"
_BEFORE = r"(?<![\w^#@\\$€£¥])(?<![0-9][.,:/'])(?<![\w/]/)(?<!\w\.)(?<![$€£¥]\s)(?<!\w-)"
_NUMBER = re.compile(
    rf"{_BEFORE}(?:(?P<sign>(?<![\w)])[+-]))?"
    rf"(?:(?P<part>{_PART})|(?P<digits>{SPACED_DIGITS}|{DIGITS})(?:[eE](?P<exponent>[+-]?[0-9]{{1,2}})(?!\w))?"
    rf"(?:[\s-]?(?P<more>{_PART}))?(?:[\s-](?i:(?P<scale>{any_of(SCALES)}))\b)?)"
)
_RANGE_END = re.compile(rf"-(?P<digits>{DIGITS})(?:[\s-]?(?P<more>{_PART}))?")
_HALF = re.compile(
    r"\b(?i:(?P<half>half)(?:\s(?:a|an))?|(?P<quarter>(?:a\s)?quarter\s(?:of\s)?(?:a|an)))(?=\s)"
)
_MINUS = re.compile(r"\b(?i:minus|negative)\s$")
_EDGE = re.compile(r"(?<=[^\W_])(?![\w²³^])|(?<=[²³°℃℉'\"])(?![\w²³])|(?<=\.)(?!\w)")
_RUNS_ON = re.compile(r"/\s?\w|\sper\s\w|\^|·|-(?!long|wide|high|tall|deep|thick|old)[a-z]")
_INCH_FOLLOWS = re.compile(
    r"\.?(?:$|[,;:!?)\]]|\.(?:\s|$)|\s(?:x|by|and|to|into|or|wide|long|tall|high|deep|thick|diameter|screen|pipe|[0-9=])\b|\s?[x\u00d7]\s?[0-9])"
)
_SHARING = re.compile(r"\s?-\s?|\s(?:to|or|x|by)\s|\s?[x\u00d7]\s?")
_JOINT = re.compile(r",?\s(?:and\s)?|")
_COMPOUND = {
    ("mi", "ft"), ("yd", "ft"), ("ft", "in"), ("yd", "in"), ("km", "m"), ("m", "cm"), ("cm", "mm"), ("st", "lb"),
    ("lb", "oz"), ("kg", "g"), ("gal", "qt"), ("qt", "pt"), ("wk", "d"), ("d", "h"), ("h", "min"), ("min", "s"),
    ("h", "s"), ("yr", "mo"), ("°", "arcmin"), ("arcmin", "arcsec"),
}  # fmt: skip
_FEET_AND_INCHES = re.compile(
    rf"{_BEFORE}(?P<feet>[0-9]{{1,3}})\s?'\s?(?P<inches>[0-9]{{1,2}}(?:\.[0-9]{{1,6}})?)"
    r"(?:\s?(?:\"|''|in\b\.?|inch(?:es)?\b)|(?![\w'\"/]|[.,][0-9]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A number in a text, with its unit if it has one."""

    start: int
    end: int
    value: Fraction
    unit: Unit | None


def unit_of(text: str) -> Unit | None:
    """The unit that the whole text names."""
    written = " ".join(plain(text).replace("\u03bc", "\u00b5").split())
    return _look_up(written) if 0 < len(written) <= _LONGEST_UNIT else None


def _look_up(written: str) -> Unit | None:
    for form in (written, written.removesuffix(".")):
        lower = form.lower()
        name = lower.replace("-", " ")
        unit = TABLE.symbols.get(form) or TABLE.names.get(name) or TABLE.folded.get(lower)
        if unit:
            return unit
    return None


def quantities_in(text: str) -> list[Hit]:
    """Every number with a unit, in order; "5 ft 3 in" as one, in the smaller unit."""
    scanned = plain(text).replace("\u03bc", "\u00b5")
    hits = _without_overlap(sorted(_numbers(scanned), key=lambda hit: (hit.start, -hit.end)))
    shared = _share_units(hits, scanned)
    return _joined([hit for hit in shared if hit.unit], scanned)


def _numbers(scanned: str) -> Iterator[Hit]:
    quotes = _QuoteParity(scanned)
    for match in _NUMBER.finditer(scanned):
        value = _value(match)
        if value is None:
            continue
        high = _RANGE_END.match(scanned, match.end())
        other = _digits_value(high["digits"], high["more"]) if high and not match["part"] else None
        if high and other is not None:
            yield Hit(start=_start(match), end=match.end(), value=value, unit=None)
            yield _with_unit(scanned, high.start("digits"), high.end(), other, quotes)
        else:
            yield _with_unit(scanned, _start(match), match.end(), value, quotes)
    for start, end, number in number_words(scanned):
        minus = _MINUS.search(scanned, max(0, start - 10), start)
        value = -Fraction(number) if minus else Fraction(number)
        yield _with_unit(scanned, minus.start() if minus else start, end, value, quotes)
    for match in _FEET_AND_INCHES.finditer(scanned):
        if Fraction(match["inches"]) < 12:
            total = int(match["feet"]) * 12 + Fraction(match["inches"])
            yield Hit(start=match.start(), end=match.end(), value=total, unit=_INCH)
    for match in _HALF.finditer(scanned):
        part = Fraction(1, 2) if match["half"] else Fraction(1, 4)
        yield _with_unit(scanned, match.start(), match.end(), part, quotes)


def _value(match: re.Match[str]) -> Fraction | None:
    value = _read_part(match["part"]) if match["part"] else _digits_value(match["digits"], match["more"])
    if value is None:
        return None
    if match["exponent"]:
        value *= Fraction(10) ** int(match["exponent"])
    if match["scale"]:
        value *= SCALES[match["scale"].lower()]
    return -value if match["sign"] == "-" or _start(match) < match.start() else value


def _start(match: re.Match[str]) -> int:
    """Where the number begins, its "minus" included."""
    minus = _MINUS.search(match.string, max(0, match.start() - 10), match.start())
    return minus.start() if minus else match.start()


def _digits_value(digits: str, more: str | None) -> Fraction | None:
    number = read_digits(digits)
    part = _read_part(more) if more else Fraction(0)
    if number is None or part is None or (more and not digits.isdigit()):
        return None
    return Fraction(number) + part


def _read_part(text: str) -> Fraction | None:
    above, _, below = VULGAR_FRACTIONS.get(text, text).partition("/")
    return Fraction(int(above), int(below)) if int(below) else None


class _QuoteParity:
    """Whether a quotation is open at a position; asked from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = self._count = 0

    def is_open(self, position: int) -> bool:
        """Whether a quotation mark before `position` has no partner."""
        if position < self._position:
            self._position = self._count = 0
        self._count += self._text.count('"', self._position, position)
        self._position = position
        return self._count % 2 == 1


def _with_unit(scanned: str, start: int, end: int, value: Fraction, quotes: _QuoteParity) -> Hit:
    found = _unit_at(scanned, end)
    if found and found[1] is _INCH and scanned[found[0] - 1] == '"' and quotes.is_open(start):
        found = None
    return Hit(start=start, end=found[0] if found else end, value=value, unit=found[1] if found else None)


def _unit_at(scanned: str, position: int) -> tuple[int, Unit] | None:
    """The longest unit after a number that ends at `position`, and where the unit ends."""
    begin = position
    if scanned.startswith((" ", "-"), position) or scanned.startswith("\n", position):
        begin += 1
    sign = {"'": _FOOT, '"': _INCH}.get(scanned[begin : begin + 1])
    if sign and begin == position:
        return None if re.match(r"\w", scanned[begin + 1 : begin + 2]) else (begin + 1, sign)
    edges = [edge.start() for edge in _EDGE.finditer(scanned, begin, begin + _LONGEST_UNIT + 1)]
    for edge in reversed(edges):
        written = " ".join(scanned[begin:edge].split())
        unit = _look_up(written) if edge > begin else None
        if unit:
            is_meant = _is_meant(scanned, written, edge, is_glued=begin == position)
            return (edge, unit) if is_meant else None
    return None


def _is_meant(scanned: str, written: str, end: int, *, is_glued: bool) -> bool:
    """Whether `written` stands for the unit: no other unit runs on from it, and "in" is not the preposition."""
    if _RUNS_ON.match(scanned, end):
        return False
    if written.rstrip(".") == "in":
        return is_glued or _INCH_FOLLOWS.match(scanned, end) is not None
    if written in _NEVER or (written in {"N", "W"} and re.match(r"\s[A-Z0-9]", scanned[end : end + 2])):
        return False  # 5 W 34th Street
    if written in _LOOSE:
        return is_glued != (written == "K")
    return True


def _without_overlap(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.unit and not kept[-1].unit and hit.start >= kept[-1].start:
            kept[-1] = hit
    return kept


def _share_units(hits: list[Hit], scanned: str) -> list[Hit]:
    """Give the first of "5-10 kg", "5 to 10 kg" and "5 x 10 cm" the unit of the second."""
    shared = list(hits)
    for index in range(len(hits) - 2, -1, -1):
        first, second = shared[index], shared[index + 1]
        gap = scanned[first.end : second.start]
        spoken = gap == " and " and scanned[max(0, first.start - 8) : first.start].lower() == "between "
        if not first.unit and second.unit and (spoken or _SHARING.fullmatch(gap)):
            shared[index] = replace(first, unit=second.unit)
    return shared


def _joined(hits: list[Hit], scanned: str) -> list[Hit]:
    joined: list[Hit] = []
    for hit in hits:
        last = joined[-1] if joined else None
        if last and last.unit and hit.unit and _belongs(last, hit, scanned):
            value = last.value * last.unit.factor / hit.unit.factor + hit.value
            joined[-1] = Hit(start=last.start, end=hit.end, value=value, unit=hit.unit)
        else:
            joined.append(hit)
    return joined


def _belongs(first: Hit, second: Hit, scanned: str) -> bool:
    """Whether `second` counts on from `first`, as the inches of "5 ft 3 in"."""
    if not first.unit or not second.unit or (first.unit.symbol, second.unit.symbol) not in _COMPOUND:
        return False
    is_next = _JOINT.fullmatch(scanned[first.end : second.start]) is not None
    fits = 0 <= second.value * second.unit.factor < first.unit.factor
    return is_next and fits and first.value.denominator == 1 and first.value >= 0
