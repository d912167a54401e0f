"""The pattern language of `data/rules.json`, and its translation into regular expressions that cannot blow up.

A pattern is a row of words in which

- ``{name}`` is any phrase of a class, ``(a|b c|d)`` any of these, which may name classes too,
- ``...3`` skips up to three words, never past the end of a sentence,
- ``word*`` is any word that begins so, ``?`` after a group makes it optional,
- ``:`` is a colon, ``^`` at the start is the start of a line or of a mark,
- ``=`` at the start takes the rest literally.

In scripts that are written without spaces (and in Korean, Arabic and Hindi, whose words change at both ends) words
may touch, and ``...3`` skips up to nine characters.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compiled_ai.gates._normal_fold import fold_text

__all__ = ["KEY", "Pattern", "Script", "compile_pattern"]

Script = Literal["spaced", "unspaced", "literal"]
KEY = 4
"""Letters of its first word by which a pattern is found."""
_ITEM = re.compile(r"\.\.\.\d+|\((?:[^()]|\{\w+\})+\)\??|\{\w+\}\??|[:^]|[^\s:]+")
_JOINT = r"\W{1,12}"
_CLOSE_JOINT = r"\W{0,4}"


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """One compiled pattern."""

    regex: re.Pattern[str]
    """To be matched where a key was found."""
    keys: tuple[str, ...]
    """The first letters of the words it can begin with; whole phrases for scripts without spaces."""
    loose: re.Pattern[str] | None
    """The same for texts whose gaps between words are lost."""
    at_start: bool
    """Only at the start of a line."""
    needs: tuple[frozenset[str], ...] = ()
    """Of each further word that it must have, the letters that it can begin with: in a text without any of them the
    pattern need not be tried. Only for scripts with spaces."""


def compile_pattern(source: str, *, script: Script, classes: Mapping[str, Sequence[str]]) -> Pattern:
    """A pattern ready to be matched on folded text.

    Raises:
        ValueError: the pattern names an unknown class or has no first word.
    """
    if script == "literal":
        phrase = fold_text(source.removeprefix("="))
        return Pattern(regex=re.compile(re.escape(phrase)), keys=(phrase,), loose=None, at_start=False)
    items = _ITEM.findall(source)
    at_start = items[0] == "^"
    items = items[1:] if at_start else items
    firsts = list(_alternatives(items[0], classes))
    if not firsts or items[0].endswith("?") or items[0].startswith("..."):
        raise ValueError(f"pattern {source!r} must begin with words by which it is found")
    keys = {key for phrase in firsts for key in _keys(phrase, script)}
    spaced = script == "spaced"
    loose = _regex(items, classes, joint=r"\W{0,6}", word="", gap=r"\w{0,%d}?") if spaced else None
    return Pattern(
        regex=_regex(items, classes, joint=_JOINT, word=r"(?!\w)", gap=r"(?:[^\w.!?;]{1,8}+\w{1,30}+){0,%d}?")
        if spaced
        else _regex(items, classes, joint=_CLOSE_JOINT, word="", gap=r"[^.!?;。!?\n]{0,%d}?"),
        keys=tuple(sorted(keys)),
        loose=loose,
        at_start=at_start,
        needs=tuple(_needs(items[1:], classes)) if spaced else (),
    )


def _needs(items: Sequence[str], classes: Mapping[str, Sequence[str]]) -> Iterator[frozenset[str]]:
    """For each item that is not optional, what one of its words must begin with."""
    for item in items:
        if item.startswith("...") or item == ":" or item.endswith("?"):
            continue
        phrases = list(_alternatives(item, classes))
        if all(_findable(phrase) for phrase in phrases):
            yield frozenset(key for phrase in phrases for key in _keys(phrase, "spaced"))


def _findable(phrase: str) -> bool:
    """Whether a phrase begins with a word that is whole or as long as a key."""
    words = re.findall(r"\w+", fold_text(phrase.removesuffix("*")))
    return bool(words) and (len(words[0]) >= KEY or len(words) > 1 or not phrase.endswith("*"))


def _regex(
    items: Sequence[str], classes: Mapping[str, Sequence[str]], *, joint: str, word: str, gap: str
) -> re.Pattern[str]:
    skipped = 1 if word else 3 if joint == _CLOSE_JOINT else 6
    parts: list[str] = []
    for item in items:
        if item.startswith("..."):
            parts.append(gap % (int(item[3:]) * skipped))
        elif item == ":":
            parts.append(r"[\s*)\]]{0,3}:")
        else:
            any_of = "|".join(_expression(phrase) for phrase in _alternatives(item, classes))
            before = joint if parts else ""
            piece = f"{before}(?:{any_of}){word}"
            parts.append(f"(?:{piece})?" if item.endswith("?") else piece)
    return re.compile("".join(parts))


def _alternatives(item: str, classes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The phrases that an item stands for, longest first so that the longer one wins."""
    bare = item.removesuffix("?")
    options = bare[1:-1].split("|") if bare.startswith("(") else [bare]
    named = (classes[one[1:-1]] if one.startswith("{") else [one] for one in options)
    yield from sorted(set(itertools.chain.from_iterable(named)), key=lambda phrase: (-len(phrase), phrase))


def _expression(phrase: str) -> str:
    prefix = phrase.endswith("*")
    folded = fold_text(phrase.removesuffix("*"))
    words = [re.escape(word) for word in folded.split()]
    joined = _JOINT.join(words).replace("'", r"\W{0,2}").replace(r"\-", r"\W{0,3}")
    return joined + (r"\w{0,14}" if prefix else "")


def _keys(phrase: str, script: Script) -> set[str]:
    folded = fold_text(phrase.removesuffix("*"))
    if script == "unspaced":
        return {folded.split()[0]}
    first = re.findall(r"\w+", folded)[0]
    whole = re.sub(r"\W", "", folded.split()[0])
    return {first[:KEY], whole[:KEY]}
