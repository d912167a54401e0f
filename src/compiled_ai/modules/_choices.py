"""Which of several choices a text names: whole words first, typos only when no word fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from compiled_ai.modules._common_words import COMMON_WORDS
from compiled_ai.modules._edits import edits
from compiled_ai.modules._negation import negated_at
from compiled_ai.modules.text import fold

Choices = tuple[tuple[str, tuple[str, ...]], ...]
"""Each choice with its synonyms."""

# "C++", "C#" and the blood group "0-" are names; elsewhere a sign at the end of a word is punctuation.
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)+(?!\w)|\w{1,2}(?:[+#]{1,2}|-)(?![\w-])|\w+(?:'\w+)*|[.,;:!?()]|\n")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PUNCTUATION = ".,;:!?()\n"
_TYPED_FROM = 5
_TWO_TYPOS_FROM = 10
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    choice: str


@lru_cache(maxsize=256)
def choice_index(choices: Choices) -> ChoiceIndex:
    """The index of `choices`; built once for the same ones."""
    return ChoiceIndex(choices)


class ChoiceIndex:
    """Names of choices, ready to be looked for. Nothing changes it after it is built."""

    def __init__(self, choices: Choices) -> None:
        self._whole: dict[str, set[str]] = {}
        self._names: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for choice, synonyms in choices:
            for name in dict.fromkeys((choice, *synonyms)):
                spelled = _spelled(name)
                self._whole.setdefault(spelled, set()).add(choice)
                tokens = tuple(
                    singular_word(token) for token in tokens_of(spelled) if token not in _PUNCTUATION
                )
                if tokens:
                    self._names.setdefault(tokens[0], []).append((tokens, choice))
        self._lengths = {len(word) for word in self._names}

    def resolve(self, text: str) -> str | None:
        """The one choice that `text` names without negating it, or None."""
        whole = self._whole.get(_spelled(text).strip(" .!?,;:"), set())
        if whole:
            return next(iter(whole)) if len(whole) == 1 else None
        tokens = tokens_of(_spelled(text))
        mentions = self._mentions([singular_word(token) for token in tokens])
        if not mentions:
            mentions = self._mentions(self._corrected(tokens))
        named = {mention.choice for mention in self._affirmed(tokens, mentions)}
        return next(iter(named)) if len(named) == 1 else None

    def _mentions(self, stems: list[str]) -> list[_Mention]:
        found: list[_Mention] = []
        for start, stem in enumerate(stems):
            for name, choice in self._names.get(stem, ()):
                if tuple(stems[start : start + len(name)]) == name:
                    found.append(_Mention(start, start + len(name), choice))
        return _longest(found)

    @staticmethod
    def _affirmed(tokens: list[str], mentions: list[_Mention]) -> Iterator[_Mention]:
        links = [_link(tokens, *pair) for pair in pairwise(mentions)]
        denied = False
        for number, mention in enumerate(mentions):
            link = links[number - 1] if number else ""
            # "Not red, blue or green" denies all three, "not red, blue" only one.
            listed = link == "," and links[number : number + 1] in (["or"], ["nor"], ["and"])
            denied = (denied and (link in {"or", "nor", "and"} or listed)) or negated_at(
                tokens, mention.start, mention.end
            )
            if not denied:
                yield mention

    def _corrected(self, tokens: list[str]) -> list[str]:
        """The stems with each word that is a typo of just one word of a name replaced by it."""
        known = {word for names in self._names.values() for name, _ in names for word in name}
        targets = sorted(word for word in known if len(word) >= _TYPED_FROM and word.isalpha())
        fixed: dict[str, str] = {}
        for token in dict.fromkeys(tokens):
            stem = singular_word(token)
            fixed[token] = stem if stem in known or not targets else _correct(stem, token, targets)
        return [fixed[token] for token in tokens]


def _link(tokens: list[str], first: _Mention, second: _Mention) -> str:
    between = [token for token in tokens[first.end : second.start] if token not in {"the", "a", "an"}]
    return " ".join(between).replace(", ", "")


def _correct(stem: str, token: str, targets: list[str]) -> str:
    too_short, too_long = len(stem) < _TYPED_FROM - 1, len(stem) > _LONGEST_WORD
    if too_short or too_long or not stem.isalpha() or stem in COMMON_WORDS or token in COMMON_WORDS:
        return stem
    near = []
    for target in targets:
        allowed = 2 if len(target) >= _TWO_TYPOS_FROM else 1
        # People seldom miss the first letter, and words that differ in it are mostly other words ("tall", "small").
        if (
            stem[0] == target[0]
            and abs(len(stem) - len(target)) <= allowed
            and edits(stem, target) <= allowed
        ):
            near.append(target)
    return near[0] if len(near) == 1 else stem


def _longest(mentions: list[_Mention]) -> list[_Mention]:
    """Those that no longer one overlaps, in order; equally long ones on the same words all stay."""
    kept: list[_Mention] = []
    taken: dict[int, tuple[int, int]] = {}
    for mention in sorted(mentions, key=lambda found: (found.start - found.end, found.start)):
        span = (mention.start, mention.end)
        owners = {taken.get(index, span) for index in range(*span)}
        if owners <= {span}:
            kept.append(mention)
            taken.update(dict.fromkeys(range(*span), span))
    return sorted(kept, key=lambda found: (found.start, found.choice))


def tokens_of(folded: str) -> list[str]:
    """Words and clause marks in order; `folded` has no capitals and no underscores."""
    return _TOKEN.findall(folded)


def _spelled(name: str) -> str:
    # Clean text has no line breaks, but they end clauses.
    lines = _CAMEL.sub(" ", name).replace("_", " ").split("\n")
    return "\n".join(fold(line) for line in lines) if len(lines) > 1 else fold(lines[0])


def singular_word(word: str) -> str:
    """A folded word without its plural ending, by the regular rules of English spelling."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s")):
        return word.removesuffix("'s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]
