"""Regular expressions that backtrack for ages, found without running them.

A pattern becomes a graph of its characters (Glushkov's construction): an edge says which character may follow which.
Where two different ways through one loop read the same text and meet again, a text that repeats it can be read in
exponentially many ways, and a match that fails tries them all. Two loops that can share one text give a polynomial
number. The idea is that of Weideman, van der Merwe, Berglund and Watson, "Analyzing matching time behavior of
backtracking regular expression matchers by using ambiguity of NFA" (2016); of conditions between characters the
graph knows word boundaries, anchors and lookarounds of one character, others count as met.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Literal

from compiled_ai.subset.ambiguity import MAX_PAIRS, TooLargeError, ambiguous, leads
from compiled_ai.subset.characters import Alphabet, alphabet_of, mask_of, pick

MAX_POSITIONS = 2_000
MAX_COPIES = 64
_SMALL = 4
"""Ranges such as {2,4} are written out; wider ones count as endless."""


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """One place where a pattern can be slow."""

    kind: Literal["exponential", "polynomial", "too large"]
    pump: str
    """What an attacker repeats; empty when the pattern is too large to be analysed."""


class PatternError(ValueError):
    """A text that is no regular expression."""


@lru_cache(maxsize=512)
def weaknesses(pattern: str, *, flags: int = 0, whole: bool = False) -> tuple[Weakness, ...]:
    """Where `pattern` can be slow; `whole` says that it is used with ``fullmatch``.

    Raises:
        PatternError: `pattern` does not parse.
    """
    parser: Any = _parser()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern, flags)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        raise PatternError(str(error) or type(error).__name__) from error
    graph = _Graph(alphabet=alphabet_of(pattern))
    try:
        builder = _Builder(graph)
        builder.sequence(list(tree), tree.state.flags, can_fail=whole)
    except (TooLargeError, RecursionError):
        return (Weakness(kind="too large", pump=""),)
    return tuple(dict.fromkeys([*graph.found, *_polynomial(graph)]))


def _parser() -> object:
    """The parser of the running `re`, whose tree is not documented but has not changed since Python 3.7."""
    return importlib.import_module("re._parser")


# The graph


@dataclass(frozen=True)
class _Gate:
    """What must hold between two characters."""

    before: int
    after: int
    boundary: Literal["", "b", "B"] = ""

    def then(self, other: _Gate) -> _Gate:
        """Both conditions."""
        return _Gate(self.before & other.before, self.after & other.after, self.boundary or other.boundary)


@dataclass
class _Graph:
    alphabet: Alphabet
    masks: list[int] = field(default_factory=list)
    edges: list[tuple[int, int, int]] = field(default_factory=list)
    """From, to, and the characters that lead there."""
    loops: list[int] = field(default_factory=list)
    """Positions that loop on themselves alone, without end, where what follows can fail."""
    found: list[Weakness] = field(default_factory=list)


@dataclass
class _Part:
    """A piece of a pattern: where it begins, where it ends, and what holds if it reads nothing."""

    first: list[tuple[int, _Gate]]
    last: list[tuple[int, _Gate]]
    nothing: _Gate | None
    ways: int = 1
    """In how many ways it can read nothing, as far as more than one matters."""


class _Builder:
    def __init__(self, graph: _Graph) -> None:
        self._graph = graph
        every = graph.alphabet.every
        self._open = _Gate(every, every)
        self._groups: dict[int, int] = {}
        """Characters of the groups that hold one character."""

    def sequence(self, nodes: Sequence[tuple[Any, Any]], flags: int, *, can_fail: bool) -> _Part:
        """The part for `nodes` in a row. `can_fail` tells whether what follows them may not match."""
        after = [can_fail] * len(nodes)
        for position in range(len(nodes) - 2, -1, -1):
            after[position] = after[position + 1] or _is_fallible(nodes[position + 1])
        whole = _Part([], [], self._open)
        for node, fails in zip(nodes, after, strict=True):
            whole = self._joined(whole, self._node(node, flags, can_fail=fails))
        return whole

    def _joined(self, left: _Part, right: _Part) -> _Part:
        self._connect(left.last, right.first)
        first, last = list(left.first), list(right.last)
        if left.nothing is not None:
            first += [(position, left.nothing.then(gate)) for position, gate in right.first] * left.ways
        if right.nothing is not None:
            last += [(position, gate.then(right.nothing)) for position, gate in left.last] * right.ways
        both = (
            left.nothing.then(right.nothing)
            if left.nothing is not None and right.nothing is not None
            else None
        )
        return _Part(first, last, both, max(left.ways, right.ways))

    def _connect(self, ends: list[tuple[int, _Gate]], starts: list[tuple[int, _Gate]]) -> None:
        graph = self._graph
        if len(graph.edges) + len(ends) * len(starts) > MAX_PAIRS * 2:
            raise TooLargeError
        for end, leaving in ends:
            for start, entering in starts:
                mask = self._passing(graph.masks[end], leaving.then(entering)) & graph.masks[start]
                if mask:
                    graph.edges.append((end, start, mask))

    def _passing(self, before: int, gate: _Gate) -> int:
        """Characters that may come after one of `before` through `gate`."""
        words = self._graph.alphabet.words
        if not before & gate.before:
            return 0
        mask = gate.after
        if gate.boundary:
            is_word, is_other = not before & ~words, not before & words
            wants_word = is_other if gate.boundary == "b" else is_word
            if is_word or is_other:
                mask &= words if wants_word else ~words
        return mask

    def _node(self, node: tuple[Any, Any], flags: int, *, can_fail: bool) -> _Part:
        mask = mask_of(node, flags, self._graph.alphabet)
        if mask is not None:
            return self._position(mask)
        kind, value = str(node[0]), node[1]
        match kind:
            case "SUBPATTERN":
                part = self._group(value, flags, can_fail=can_fail)
            case "BRANCH":
                part = self._branches(value[1], flags, can_fail=can_fail)
            case "MAX_REPEAT" | "MIN_REPEAT":
                part = self._repeat(value, flags, can_fail=can_fail)
            case "POSSESSIVE_REPEAT" | "ATOMIC_GROUP":
                part = self._atomic(kind, value, flags)
            case "GROUPREF_EXISTS":
                branches = [branch for branch in value[1:] if branch is not None]
                part = self._branches(branches, flags, can_fail=can_fail)
            case _:
                part = self._condition(kind, value, flags)
        return part

    def _group(self, value: Any, flags: int, *, can_fail: bool) -> _Part:
        number, added, removed, inner = value
        mask = mask_of(inner[0], flags, self._graph.alphabet) if len(inner) == 1 else None
        if number is not None and mask is not None:
            self._groups[number] = mask
        return self.sequence(list(inner), (flags | added) & ~removed, can_fail=can_fail)

    def _condition(self, kind: str, value: Any, flags: int) -> _Part:
        """What reads nothing itself, or reads again what was read."""
        match kind:
            case "ASSERT" | "ASSERT_NOT":
                return self._look(value, flags, is_wanted=kind == "ASSERT")
            case "AT":
                return _Part([], [], self._anchor(str(value), flags))
            case "GROUPREF" if value in self._groups:
                return self._position(self._groups[value])
        return _Part([], [], self._open)  # a reference to a longer group: what it reads is not known

    def _atomic(self, kind: str, value: Any, flags: int) -> _Part:
        """A part that gives nothing back: it is left only with a character that it cannot read on with."""
        begin = len(self._graph.edges)
        if kind == "ATOMIC_GROUP":
            part = self.sequence(list(value), flags, can_fail=False)
        else:
            part = self._repeat(value, flags, can_fail=False)
        going_on: dict[int, int] = {}
        for start, _, mask in self._graph.edges[begin:]:
            going_on[start] = going_on.get(start, 0) | mask
        every = self._graph.alphabet.every
        last = [
            (position, gate.then(_Gate(every, every & ~going_on.get(position, 0))))
            for position, gate in part.last
        ]
        return replace(part, last=last)

    def _position(self, mask: int) -> _Part:
        if len(self._graph.masks) >= MAX_POSITIONS:
            raise TooLargeError
        self._graph.masks.append(mask)
        here = [(len(self._graph.masks) - 1, self._open)]
        return _Part(here, list(here), None)

    def _branches(self, branches: Iterable[Any], flags: int, *, can_fail: bool) -> _Part:
        whole = _Part([], [], None)
        for branch in branches:
            part = self.sequence(list(branch), flags, can_fail=can_fail)
            ways = 2 if whole.nothing is not None and part.nothing is not None else part.ways
            nothing = whole.nothing or part.nothing
            whole = _Part(whole.first + part.first, whole.last + part.last, nothing, max(whole.ways, ways))
        return whole

    def _look(self, value: tuple[int, Any], flags: int, *, is_wanted: bool) -> _Part:
        direction, inner = value
        mask = mask_of(inner[0], flags, self._graph.alphabet) if len(inner) == 1 else None
        every = self._graph.alphabet.every
        if direction > 0:
            self.sequence(list(inner), flags, can_fail=False)  # for its own loops; it leads nowhere
        if mask is None:
            return _Part([], [], self._open)
        allowed = mask if is_wanted else every & ~mask
        return _Part([], [], _Gate(every, allowed) if direction > 0 else _Gate(allowed, every))

    def _anchor(self, name: str, flags: int) -> _Gate:
        every = self._graph.alphabet.every
        newline = 1 << self._graph.alphabet.letters.index("\n")
        if name in {"AT_BOUNDARY", "AT_NON_BOUNDARY"}:
            return _Gate(every, every, "b" if name == "AT_BOUNDARY" else "B")
        if name == "AT_BEGINNING":
            return _Gate(newline if flags & re.MULTILINE else 0, every)
        if name == "AT_END":
            return _Gate(every, newline)
        return _Gate(every, 0) if name == "AT_END_STRING" else _Gate(0, every)

    def _repeat(self, value: tuple[int, int, Any], flags: int, *, can_fail: bool) -> _Part:
        minimum, maximum, inner = int(value[0]), int(value[1]), list(value[2])
        if maximum == 0:
            return _Part([], [], self._open)
        if maximum <= max(minimum, _SMALL) and maximum <= MAX_COPIES:
            return self._copies(minimum, maximum, inner, flags, can_fail=can_fail)
        whole = _Part([], [], self._open)
        for _ in range(min(minimum, MAX_COPIES) - 1):
            whole = self._joined(whole, self.sequence(inner, flags, can_fail=True))
        begin = len(self._graph.edges)
        part = self.sequence(inner, flags, can_fail=can_fail)
        self._connect(part.last, part.first)
        self._check_loop(begin, can_fail=can_fail)
        is_single = len(part.first) == len(part.last) == 1 and part.first[0][0] == part.last[0][0]
        if is_single and can_fail and maximum >= _endless():
            self._graph.loops.append(part.first[0][0])
        if not minimum:
            part = replace(part, nothing=self._open)
        return self._joined(whole, part)

    def _copies(self, minimum: int, maximum: int, inner: list[Any], flags: int, *, can_fail: bool) -> _Part:
        """``x{2,4}`` as ``xx(x(x)?)?``."""
        whole = _Part([], [], self._open)
        before = whole
        for number in range(maximum):
            fails = can_fail or number < minimum - 1
            part = self.sequence(inner, flags, can_fail=fails)
            if number >= minimum:
                self._connect((whole if number == minimum else before).last if number else [], part.first)
                first = whole.first if whole.first else part.first
                if number == minimum and whole.nothing is not None:
                    first = whole.first + [
                        (position, whole.nothing.then(gate)) for position, gate in part.first
                    ]
                whole = _Part(first, whole.last + part.last, whole.nothing)
            else:
                whole = self._joined(whole, part)
            before = part
        return replace(whole, nothing=self._open) if not minimum else whole

    def _check_loop(self, begin: int, *, can_fail: bool) -> None:
        edges = self._graph.edges[begin:]
        if can_fail and len(edges) > 1 and (pump := ambiguous(edges)):
            text = "".join(self._graph.alphabet.letters[pick(mask, self._graph.alphabet)] for mask in pump)
            self._graph.found.append(Weakness(kind="exponential", pump=text))


@cache
def _endless() -> int:
    parser: Any = _parser()
    return int(parser.MAXREPEAT)


def _is_fallible(node: tuple[Any, Any]) -> bool:
    """Whether a node can fail to match: all but those that may read nothing."""
    kind, value = str(node[0]), node[1]
    match kind:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return bool(value[0]) and any(map(_is_fallible, value[2]))
        case "SUBPATTERN":
            return any(map(_is_fallible, value[3]))
        case "ATOMIC_GROUP":
            return any(map(_is_fallible, value))
        case "BRANCH":
            return all(any(map(_is_fallible, branch)) for branch in value[1])
    return True


def _polynomial(graph: _Graph) -> list[Weakness]:
    """Neighbouring endless loops that can share one text between them."""
    if len(graph.loops) < 2:
        return []
    follow: dict[int, list[tuple[int, int]]] = {}
    for start, end, mask in graph.edges:
        follow.setdefault(start, []).append((end, mask))
    found = []
    for first in graph.loops:
        for second in graph.loops:
            shared = graph.masks[first] & graph.masks[second]
            if first != second and shared and leads(first, second, shared, follow):
                letter = graph.alphabet.letters[pick(shared, graph.alphabet)]
                found.append(Weakness(kind="polynomial", pump=letter))
    return found
