"""Instructions divided: what they say of each output field, when to decline, and the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BULLET = re.compile(r"^\s*[-*]\s+", re.MULTILINE)
_NAMES = r"`?[A-Za-z_]\w*`?(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)`?[A-Za-z_]\w*`?)*"
_ENTRY = re.compile(rf"(?P<names>{_NAMES})\s*(?:[,:(]|\sis\b)\s*(?P<text>.+)", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
_DECLINE = re.compile(r"^(?:please\s+)?(?:decline|abstain|refuse|reject|do not answer)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")
_UNCHANGED = frozenset(("species", "series", "news"))
"""Words that look like plurals of others."""
_SAME = {
    "given": "first",
    "forename": "first",
    "family": "last",
    "surname": "last",
    "telephone": "phone",
    "qty": "quantity",
    "amt": "amount",
}
"""Words of field names and of people for the same."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the instructions say, by whom it concerns."""

    fields: dict[str, str]
    """By output field the text on it; a text on several fields stands with each."""
    declines: tuple[str, ...]
    """Sentences on when to decline."""
    general: str
    """All other sentences."""


def read_wording(instructions: str, fields: Sequence[str]) -> Wording:
    """`instructions` divided by bullets ("- total: the sum of ...") and sentences."""
    found: dict[str, list[str]] = {}
    declines: list[str] = []
    general: list[str] = []
    for block in _blocks(instructions, fields):
        entry = _ENTRY.match(block)
        names = [name for name in re.findall(r"\w+", entry["names"]) if name in fields] if entry else []
        text = entry["text"] if entry and names else block
        first, *more = _sentences(text) or [""]
        if not names:
            _file(first, declines, general)
        kept = [first]
        for sentence in more:
            if _DECLINE.match(sentence):
                declines.append(sentence)
            elif names:
                kept.append(sentence)
            else:
                general.append(sentence)
        for name in names:
            found.setdefault(name, []).append(" ".join(kept))
    return Wording(
        fields={name: " ".join(texts) for name, texts in found.items()},
        declines=tuple(declines),
        general=" ".join(general),
    )


def _file(sentence: str, declines: list[str], general: list[str]) -> None:
    (declines if _DECLINE.match(sentence) else general).append(sentence)


def _blocks(text: str, fields: Sequence[str]) -> list[str]:
    """Bullets and lines that begin with "field:", each with its continuation lines, and what stands before and after them."""
    blocks: list[str] = []
    indent: int | None = None
    for line in text.splitlines():
        margin = len(line) - len(line.lstrip())
        if _BULLET.match(line):
            blocks.append(_BULLET.sub("", line))
            indent = margin
        elif re.match(rf"\s*(?:{'|'.join(map(re.escape, fields)) or '(?!)'})\b[^:.]{{0,60}}:", line):
            blocks.append(line)
            indent = None
        elif blocks and line.strip() and (indent is None or margin > indent):
            blocks[-1] += " " + line.strip()
        elif line.strip():
            blocks.append(line.strip())
            indent = None
    return [" ".join(block.split()) for block in blocks]


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def stem(word: str) -> str:
    """`word` in lower case, singular as far as an ending tells."""
    word = _SAME.get(word.lower(), word.lower())
    if word in _UNCHANGED:
        return word
    for ending, put in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + put
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
    )


def name_words(name: str) -> tuple[str, ...]:
    """The stems of a field's name: ``unitPrices`` and ``unit_price`` give unit, price."""
    return tuple(stem(word) for part in _CAMEL.split(name) for word in _WORD.findall(part))


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """The names that a text speaks of."""

    strong: frozenset[str]
    """Named in full, or by their last word where that fits no other name."""
    weak: frozenset[str]
    """One of their words occurs."""


def find_mentions(text: str, names: Mapping[str, tuple[str, ...]]) -> Mentions:
    """Which of `names` (each with its words) occur in `text`: the longest first, and each word counts for one name only."""
    plain = re.sub(r"\be-mail", "email", _CAMEL.sub(" ", text), flags=re.IGNORECASE)
    tokens = [stem(word) for word in _WORD.findall(plain)]
    taken = [False] * len(tokens)
    strong: set[str] = set()
    for name in sorted(names, key=lambda item: (-len(names[item]), item)):
        spans = [range(start, start + len(names[name])) for start in _runs(tokens, names[name])]
        free_spans = [span for span in spans if not any(taken[index] for index in span)]
        for index in (index for span in free_spans for index in span):
            taken[index] = True
        strong |= {name} if free_spans else set()
    free = {token for token, is_taken in zip(tokens, taken, strict=True) if not is_taken}
    heads = [words[-1] for words in names.values() if words]
    for name, words in names.items():
        is_head = bool(words) and words[-1] in free and heads.count(words[-1]) == 1
        if is_head or (len(words) > 1 and set(words) <= free):
            strong.add(name)
    weak = {name for name, words in names.items() if set(words) & free}
    return Mentions(strong=frozenset(strong), weak=frozenset(weak - strong))


def _runs(tokens: Sequence[str], words: Sequence[str]) -> list[int]:
    size = len(words)
    return [
        start
        for start in range(len(tokens) - size + 1)
        if size and tuple(tokens[start : start + size]) == words
    ]
