"""Hiding identifiers before a model call, and bringing them back in its reply."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, Self, cast

from compiled_ai.errors import ModelReplyError
from compiled_ai.gates._pii_find import THRESHOLD, Engine, find_hits
from compiled_ai.gates._pii_hits import PII_TYPES, Hit, PiiType
from compiled_ai.gates._pii_json import is_number_of_field, unescaped
from compiled_ai.spec.canonical import JsonValue

_LITERAL: Final = "LITERAL"
"""Stands for a piece of the input that looks like a placeholder."""
_NAMES: Final[dict[PiiType, str]] = {kind: kind.upper() for kind in PII_TYPES}
_ALL_NAMES: Final = sorted((_LITERAL, *_NAMES.values()), key=len, reverse=True)
_ANY_NAME: Final = "|".join(name.replace("_", r"(?:\\?_|[ -]){0,2}") for name in _ALL_NAMES)
_PLACEHOLDER: Final = re.compile(
    rf"(?ai)\[[ ]{{0,3}}(?P<name>{_ANY_NAME})(?:\\?_|[ :#-]){{0,3}}(?P<number>[0-9]{{1,9}})[ ]{{0,3}}\]"
    rf"|\\\[[ ]{{0,3}}(?P<name2>{_ANY_NAME})(?:\\?_|[ :#-]){{0,3}}(?P<number2>[0-9]{{1,9}})[ ]{{0,3}}\\\]"
)
"""As it is written, and as a model may write it: other case, other gaps, escaped for Markdown. Never across brackets, so that no text around one
can make another."""
_KNOWN_LEAST: Final = 5
_MOST_LENGTHS: Final = 24
_LONGEST_INT: Final = 40


class Mask:
    """One session of hiding. The same value has the same placeholder in it; after `close` it knows nothing.

    Not for several threads at once.
    """

    def __init__(
        self,
        kinds: Collection[PiiType] = PII_TYPES,
        *,
        threshold: float = THRESHOLD,
        engine: Engine | None = None,
    ) -> None:
        self._kinds = frozenset(kinds)
        self._threshold = threshold
        self._engine = engine
        self._values: dict[str, str | int] = {}
        self._meant: dict[str, str] = {}
        self._placeholders: dict[tuple[type, str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._known: dict[str, dict[int, set[str]]] = {}
        self._kind_of: dict[str, PiiType] = {}
        self._found: dict[tuple[str, str], list[Hit]] = {}
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Mask({len(self._values)} hidden)"

    def __len__(self) -> int:
        return len(self._values)

    def close(self) -> None:
        """Forget every value."""
        kept = (
            self._values,
            self._meant,
            self._placeholders,
            self._counts,
            self._known,
            self._kind_of,
            self._found,
        )
        for one in kept:
            one.clear()
        self._is_closed = True

    def mask(self, value: JsonValue) -> JsonValue:
        """`value` with identifiers replaced by placeholders such as ``[IBAN_1]``, in names of fields too.

        The name of a field counts as a word before its value, and what one field labels is hidden in all the others too. A whole
        number that is an identifier becomes a placeholder as well.

        Raises:
            ValueError: the session is closed.
        """
        self._ensure_open()
        try:
            if isinstance(value, list | dict):
                _rebuilt(value, self._read_leaf, lambda key: str(self._read_leaf(key, "")))
            return _rebuilt(value, self._mask_leaf, lambda key: self._masked(key, ""))
        finally:
            self._found.clear()

    def mask_text(self, text: str, *, label: str = "", keep_own: bool = False) -> str:
        """`text` with placeholders; `label` says what it is, such as the name of its field.

        Where the text holds JSON, it is masked as `mask` masks the value: names of fields count as words before their values, and what is
        escaped is found too.

        Args:
            text: Such as a prompt.
            label: What stands before it.
            keep_own: Leaves placeholders of this session alone, for a text that is put together of own words and of values that `mask`
                has masked already. Whatever of it comes from outside must have gone through `mask` or `mask_text` before: in such a text
                nobody can tell a placeholder that was smuggled in from one of ours, and `unmask` would put the value in its place.
                Without it, all that looks like a placeholder is hidden as a value of its own.

        Raises:
            ValueError: the session is closed.
        """
        self._ensure_open()
        own = (
            [match.span() for match in _PLACEHOLDER.finditer(text) if _key_of(match) in self._values]
            if keep_own
            else []
        )
        return self._masked(text, label, own=own, is_text=True)

    def unmask(self, value: JsonValue) -> JsonValue:
        """`value`, such as a model's reply, with the values in place of their placeholders.

        Placeholders may differ in case and spacing. A text that is nothing but the placeholder of a number becomes that number.

        Raises:
            ModelReplyError: a placeholder stands for nothing of this session, or two names of fields become one.
            ValueError: the session is closed.
        """
        self._ensure_open()
        return _rebuilt(value, lambda leaf, _: self._unmask_leaf(leaf), self.unmask_text)

    def unmask_text(self, text: str) -> str:
        """`text` with the values in place of their placeholders, each as it was written: what was escaped in JSON is escaped again.

        Raises:
            ModelReplyError: a placeholder stands for nothing of this session.
            ValueError: the session is closed.
        """
        self._ensure_open()
        return _PLACEHOLDER.sub(lambda match: str(self._values[self._known_key(match)]), text)

    def _masked(
        self, text: str, label: str, *, own: Sequence[tuple[int, int]] = (), is_text: bool = False
    ) -> str:
        """`text` with placeholders but for the places in `own`."""
        pieces: list[str] = []
        done = 0
        for start, end in own:  # signs that no value holds; places stay as they are
            pieces += [text[done:start], ";" * (end - start)]
            done = end
        searched = "".join([*pieces, text[done:]])
        return self._replaced(text, searched, self._hits(searched, label), is_text=is_text)

    def _hits(self, text: str, label: str) -> list[Hit]:
        """What is found in `text`; learned on the way."""
        found = self._found.pop((text, label), None)
        if found is None:
            found = find_hits(text, self._kinds, threshold=self._threshold, label=label, engine=self._engine)
            for hit in found:
                said = text[hit.start : hit.end]
                for form in {said, unescaped(said), json.dumps(said)[1:-1]}:  # in JSON it may stand otherwise
                    self._learn(form, hit.kind)
        return found

    def _read_leaf(self, leaf: JsonValue, label: str) -> JsonValue:
        """The same leaf; what is found in it is kept for `_mask_leaf`."""
        text = _as_text(leaf)
        if text is not None:
            self._found[text, label] = self._hits(text, label)
        return leaf

    def _mask_leaf(self, leaf: JsonValue, label: str) -> JsonValue:
        text = _as_text(leaf)
        if text is None:
            return leaf
        if isinstance(leaf, str):
            return self._masked(text, label)
        kinds = [hit.kind for hit in self._hits(text, label) if (hit.start, hit.end) == (0, len(text))]
        kinds += [self._kind_of[text]] if text in self._kind_of else []
        return self._placeholder(int(text), _NAMES[kinds[0]]) if kinds else leaf

    def _unmask_leaf(self, leaf: JsonValue) -> JsonValue:
        if not isinstance(leaf, str):
            return leaf
        whole = _PLACEHOLDER.fullmatch(leaf)
        return (
            self._value_of(whole)
            if whole
            else _PLACEHOLDER.sub(lambda match: str(self._value_of(match)), leaf)
        )

    def _value_of(self, match: re.Match[str]) -> str | int:
        """What was meant by a value, which was written with escapes if it came from JSON in a text."""
        key = self._known_key(match)
        return self._meant.get(key, self._values[key])

    def _known_key(self, match: re.Match[str]) -> str:
        key = _key_of(match)
        if key not in self._values:
            raise ModelReplyError(
                f"the reply holds a placeholder {key} that stands for nothing; ask for a reply with given ones only"
            )
        return key

    def _replaced(self, text: str, searched: str, found: list[Hit], *, is_text: bool) -> str:
        """`text` with placeholders for `found`, for what looks like a placeholder, and for values met before, as `searched` shows them."""
        spans = [(hit.start, hit.end, _NAMES[hit.kind]) for hit in found]
        looks = [(*match.span(), _LITERAL) for match in _PLACEHOLDER.finditer(searched)]
        taken = bytearray(len(text))
        kept: list[tuple[int, int, str]] = []
        for start, end, name in [*looks, *spans, *self._again(searched)]:
            if 1 not in taken[start:end]:
                taken[start:end] = b"\x01" * (end - start)
                kept.append((start, end, name))
            else:
                kept += _rests(taken, start, end, name)
        pieces: list[str] = []
        done = 0
        for start, end, name in sorted(kept):
            pieces += [text[done:start], self._placeholder_at(text, start, end, name, is_text=is_text)]
            done = end
        return "".join([*pieces, text[done:]])

    def _placeholder_at(self, text: str, start: int, end: int, name: str, *, is_text: bool) -> str:
        said = text[start:end]
        if is_text and is_number_of_field(text, start, end):
            return self._placeholder(int(said), name)
        return self._placeholder(said, name, meant=unescaped(said) if is_text else said)

    def _placeholder(self, value: str | int, name: str, *, meant: str = "") -> str:
        said = str(value)
        key = (type(value), said, meant or said)
        known = self._placeholders.get(key)
        if known is None:
            number = self._counts[name] = self._counts.get(name, 0) + 1
            known = self._placeholders[key] = f"[{name}_{number}]"
            self._values[f"{name.replace('_', '')}{number}"] = value
            if meant and meant != said:
                self._meant[f"{name.replace('_', '')}{number}"] = meant
        return known

    def _learn(self, value: str, kind: PiiType) -> None:
        """Remember a value, so that it is hidden where no label stands too."""
        first = _WORD.match(value)
        if len(value) < _KNOWN_LEAST or not first:
            return
        lengths = self._known.setdefault(first[0], {})
        if len(value) in lengths or len(lengths) < _MOST_LENGTHS:
            lengths.setdefault(len(value), set()).add(value)
            self._kind_of.setdefault(value, kind)

    def _again(self, text: str) -> list[tuple[int, int, str]]:
        found = []
        for word in _WORD.finditer(text) if self._known else ():
            lengths = self._known.get(word[0])
            for length in sorted(lengths, reverse=True) if lengths else ():
                end = word.start() + length
                said = text[word.start() : end]
                if said in (lengths or {})[length] and not (
                    text[end : end + 1].isalnum() and said[-1].isalnum()
                ):
                    found.append((word.start(), end, _NAMES[self._kind_of[said]]))
                    break
        return found

    def _ensure_open(self) -> None:
        if self._is_closed:
            raise ValueError("this masking session is closed; open another")


_WORD: Final = re.compile(r"[^\W_]+")


def _key_of(match: re.Match[str]) -> str:
    name = re.sub("[^A-Z]", "", (match["name"] or match["name2"]).upper())
    return f"{name}{int(match['number'] or match['number2'])}"


def _as_text(leaf: JsonValue) -> str | None:
    """What is looked at of a leaf: a text, or a whole number as one. None: nothing."""
    if isinstance(leaf, str):
        return leaf
    is_whole = isinstance(leaf, int) and not isinstance(leaf, bool) and abs(leaf) < 10**_LONGEST_INT
    return str(leaf) if is_whole else None


def _rests(taken: bytearray, start: int, end: int, name: str) -> list[tuple[int, int, str]]:
    """The parts from `start` to `end` that nothing has taken; they are taken now."""
    parts = []
    while start < end and (begin := taken.find(b"\x00", start, end)) >= 0:
        stop = taken.find(b"\x01", begin, end)
        stop = end if stop < 0 else stop
        taken[begin:stop] = b"\x01" * (stop - begin)
        parts.append((begin, stop, name))
        start = stop
    return parts


def _rebuilt(
    value: JsonValue, leaf: Callable[[JsonValue, str], JsonValue], name: Callable[[str], str]
) -> JsonValue:
    """A copy of `value` with other leaves and names. Without recursion: nesting may be as deep as memory."""
    top: list[JsonValue] = [None]
    waiting: list[tuple[JsonValue, str, list[JsonValue] | dict[str, JsonValue], int | str]] = [
        (value, "", top, 0)
    ]
    while waiting:
        one, label, into, place = waiting.pop()
        made: JsonValue
        if isinstance(one, list):
            items: list[JsonValue] = [None] * len(one)
            waiting += [(item, label, items, index) for index, item in reversed(list(enumerate(one)))]
            made = items
        elif isinstance(one, dict):
            renamed = {key: name(key) for key in one}
            if len(set(renamed.values())) < len(renamed):
                raise ModelReplyError("the reply has two fields whose names are the same placeholder")
            made = dict.fromkeys(renamed.values())
            waiting += [(item, key, made, renamed[key]) for key, item in reversed(one.items())]
        else:
            made = leaf(one, label)
        cast("dict[int | str, JsonValue]", into)[place] = made
    return top[0]
