"""What an OCR and a scanner do to printed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from compiled_ai.bench.docile._dice import Dice
from compiled_ai.bench.docile._sheet import Printed, rows_of
from compiled_ai.bench.docile.document import Box

Level = Literal["none", "light", "medium", "heavy"]


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How often what goes wrong."""

    confused: float = 0.0
    """Of the characters that have a double by shape, those that are taken for it."""
    dropped: float = 0.0
    """Of all characters, those that are not seen."""
    broken: float = 0.0
    """Of words of four characters or more, those that fall in two."""
    merged: float = 0.0
    """Of neighbours in a row with no wide gap, those that become one word."""
    lost: float = 0.0
    """Of all words, those that are not seen at all."""
    jitter: float = 0.0
    """Greatest shift of an edge of a box, in heights of its word."""
    skew: float = 0.0
    """Greatest slope of the page; 0.01 is 0.6 degrees."""


NOISE: dict[Level, Noise] = {
    "none": Noise(),
    "light": Noise(confused=0.008, dropped=0.0008, broken=0.006, merged=0.006, jitter=0.04, skew=0.001),
    "medium": Noise(
        confused=0.03, dropped=0.003, broken=0.02, merged=0.02, lost=0.002, jitter=0.08, skew=0.003
    ),
    "heavy": Noise(confused=0.08, dropped=0.01, broken=0.05, merged=0.04, lost=0.01, jitter=0.12, skew=0.006),
}
"""The levels of difficulty."""

_DOUBLES: tuple[tuple[str, str], ...] = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("vv", "w"), ("O", "0"), ("0", "O"), ("o", "0"), ("l", "1"), ("1", "l"), ("I", "1"), ("1", "I"),
    ("S", "5"), ("5", "S"), ("B", "8"), ("8", "B"), ("Z", "2"), ("2", "Z"), ("G", "6"), ("6", "G"), ("e", "c"), ("c", "e"), (",", "."),
    (".", ","), ("g", "q"), ("h", "b"), ("U", "V"), ("7", "1"), ("£", "E"), ("€", "C"), ("$", "S"), (":", ";"), ("-", "~"),
)  # fmt: skip
"""Characters, or pairs of them, and what they look like."""


def misread(text: str, noise: Noise, dice: Dice) -> str:
    """`text` as the OCR read it; empty when nothing of it was seen."""
    read, at = "", 0
    while at < len(text):
        doubles = [pair for pair in _DOUBLES if text.startswith(pair[0], at)]
        if doubles and dice.chance(noise.confused):
            seen, taken = dice.pick(doubles)
            read += taken
            at += len(seen)
            continue
        if not dice.chance(noise.dropped):
            read += text[at]
        at += 1
    return read


def tilt(box: Box, slope: float) -> Box:
    """`box` on a page that lies askew; cut off at the page's edges."""
    down, across = slope * (((box.left + box.right) / 2) - 0.5), -slope * (box.middle - 0.5)
    return _on_page((box.left + across, box.top + down, box.right + across, box.bottom + down))


def _on_page(edges: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = (round(min(1.0, max(0.0, edge)), 5) for edge in edges)
    return Box(left=left, top=top, right=max(left, right), bottom=max(top, bottom))


def scan(words: Sequence[Printed], noise: Noise, dice: Dice) -> tuple[list[Printed], list[Printed]]:
    """The printed words as they lie in the scanner, and the words that an OCR read there."""
    slopes: dict[int, float] = {}
    for word in words:
        if word.page not in slopes:
            slopes[word.page] = dice.around(noise.skew)
    tilted = [replace(word, box=tilt(word.box, slopes[word.page])) for word in words]
    if noise == Noise():
        return tilted, tilted
    seen = [word for row in rows_of(tilted) for word in _merged(row, noise, dice)]
    read = [part for word in seen for part in _broken(word, noise, dice) if not dice.chance(noise.lost)]
    return tilted, [word for part in read if (word := _read(part, noise, dice)).text]


def _merged(row: Sequence[Printed], noise: Noise, dice: Dice) -> list[Printed]:
    words = [row[0]]
    for word in row[1:]:
        last = words[-1]
        is_near = word.box.left - last.box.right < 0.5 * last.box.height
        if is_near and dice.chance(noise.merged):
            box = replace(last.box, right=word.box.right, bottom=max(last.box.bottom, word.box.bottom))
            words[-1] = Printed(text=last.text + word.text, page=last.page, box=box)
        else:
            words.append(word)
    return words


def _broken(word: Printed, noise: Noise, dice: Dice) -> list[Printed]:
    if len(word.text) < 4 or not dice.chance(noise.broken):
        return [word]
    at = dice.whole(1, len(word.text) - 1)
    edge = round(word.box.left + (word.box.right - word.box.left) * at / len(word.text), 5)
    return [
        Printed(text=word.text[:at], page=word.page, box=replace(word.box, right=edge)),
        Printed(text=word.text[at:], page=word.page, box=replace(word.box, left=edge)),
    ]


def _read(word: Printed, noise: Noise, dice: Dice) -> Printed:
    height = noise.jitter * word.box.height
    left, top, right, bottom = (edge + dice.around(height) for edge in word.box.as_list())
    return Printed(
        text=misread(word.text, noise, dice), page=word.page, box=_on_page((left, top, right, bottom))
    )
