"""What instructions say of each label, and the weighted cues that follow from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from compiled_ai.factory.synthesis._thesaurus import GROUPS, groups_in
from compiled_ai.modules.text import fold, has_phrase, words

Cues = dict[str, dict[str, float]]
"""Label to phrase to weight, as `compiled_ai.modules.text.score_labels` takes them."""

_SAID, _ALIKE, _SHOWN, _VAGUE = 2.0, 1.5, 1.0, 0.5
"""Weights of a word of the description, of another word for it, of a word that the examples share, and of a word that fits anything."""
_PHRASE = 0.5
"""What a phrase of several words weighs more than one word."""
_MOST_LABELS = 2
"""Labels that may share a cue; more of them, and it tells nothing."""
_STOP = frozenset((
    "a", "an", "the", "this", "that", "these", "those", "and", "or", "nor", "but", "if", "then", "than", "so", "as", "of", "to", "in", "on",
    "at", "by", "for", "from", "with", "without", "into", "onto", "over", "under", "about", "after", "before", "until", "while", "is",
    "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "not", "no", "any", "some", "all", "more",
    "most", "other", "another", "such", "same", "own", "only", "also", "just", "very", "too", "can", "could", "may", "might", "must",
    "shall", "should", "will", "would", "i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us", "them", "my", "your", "his",
    "its", "our", "their", "who", "whom", "which", "what", "how", "why", "there", "here", "one", "two", "three", "get", "gets", "got",
    "give", "gives", "make", "makes", "take", "takes", "use", "uses", "used", "using", "want", "wants", "need", "needs", "like", "asks",
    "ask", "asked", "say", "says", "said", "tell", "come", "comes", "go", "goes", "out", "up", "down", "off", "back", "again", "new", "old",
    "good", "wrong", "right", "customer", "customers", "user", "users", "person", "people", "message", "messages", "text", "mail", "mails",
    "request", "requests", "thing", "things", "something", "anything", "part", "parts", "kind", "longer", "work", "works", "several",
    "many", "few", "both", "each", "every", "whether", "it's", "don't", "doesn't", "etc", "eg", "ie", "e", "g", "once", "answer", "read",
    "choose", "name", "label", "whose", "because", "since", "yet", "still", "already", "now", "soon", "way", "ways",
))  # fmt: skip
_VAGUE_WORDS = frozenset((
    "when", "where", "send", "sending", "sent", "problem", "issue", "status", "detail", "details", "request", "question", "information",
    "info", "access", "case", "matter", "type", "kind", "general", "other", "item", "order", "orders", "product", "products", "service",
    "services", "company", "team", "help", "need", "find", "show", "see", "write", "call", "put", "set", "goods", "place", "check", "look",
))  # fmt: skip
"""Words that stand in all kinds of messages."""
_SUFFIXES = ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s", "e", "y")
_LEAST_STEM = 4


def describe_labels(labels: Sequence[str], text: str) -> dict[str, str]:
    """By label what `text` says of it: after "label:" up to the next label, or in brackets after it. Labels without a word on them are left out."""
    places = []
    for label in labels:
        pattern = re.escape(label).replace("_", "[_ -]")
        found = re.search(rf"(?<![\w-])[`\"']?{pattern}[`\"']?\s*(?P<sign>[:(=]|\s-\s)", text, re.IGNORECASE)
        if found:
            places.append((found.start(), found.end(), found["sign"], label))
    places.sort()
    starts = [*(start for start, *_ in places[1:]), len(text)]
    described = {}
    for (_, end, sign, label), stop in zip(places, starts, strict=False):
        part = text[end:stop]
        part = part.partition(")")[0] if sign == "(" else re.split(r"\n\s*(?![-*\s])|\.\s+(?=[A-Z])", part)[0]
        if content_words(part):
            described[label] = " ".join(part.split()).strip(" -*.,;")
    return described


def content_words(text: str) -> list[str]:
    """The words of `text` that carry meaning, folded."""
    return [word for word in words(text) if word not in _STOP and not word[0].isdigit() and len(word) > 2]


def cue_stem(word: str) -> str:
    """The beginning that the forms of `word` share, with a star; short words stay as they are."""
    if word in _VAGUE_WORDS:
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _LEAST_STEM:
            base = word.removesuffix(suffix)
            is_doubled = base[-1] == base[-2] and base[-1] not in "lsz" and len(base) > _LEAST_STEM
            return f"{base[:-1] if is_doubled else base}*"
    return f"{word}*" if len(word) > _LEAST_STEM else word


def build_cues(described: Mapping[str, str], shown: Mapping[str, Sequence[str]]) -> Cues:
    """Cues for the labels of `described`; `shown` has the texts of the examples by label."""
    said = {label: _said(label, text) for label, text in described.items()}
    alike = {label: set(groups_in(text)) for label, text in described.items()}
    named = {label: set(groups_in(label.replace("_", " "))) for label in described}
    common = _common(shown)
    uses = Counter(stem for stems in said.values() for stem in stems)
    means = Counter(number for label in described for number in alike[label] | named[label])
    cues: Cues = {}
    for label, text in described.items():
        found = {stem: _word_weight(stem, uses[stem]) for stem in said[label] if uses[stem] <= _MOST_LABELS}
        found |= dict.fromkeys(re.findall(r"\b\w+-\w+\b", fold(text)), _SAID)
        for number in sorted(alike[label] | named[label]):
            for phrase in GROUPS[number] if means[number] <= _MOST_LABELS else ():
                if not _is_known(phrase, found):
                    found[phrase] = _phrase_weight(phrase, text, means[number])
        for stem in common.get(label, ()):
            found.setdefault(stem, _SHOWN)
        cues[label] = {phrase: round(weight, 2) for phrase, weight in found.items()}
    return cues


def _word_weight(stem: str, labels: int) -> float:
    if stem in _VAGUE_WORDS:
        return _VAGUE / labels
    return _SAID / labels


def _phrase_weight(phrase: str, text: str, labels: int) -> float:
    """What an entry of the thesaurus weighs that `labels` labels share."""
    weight = _SAID if has_phrase(text, phrase) else _VAGUE if phrase.rstrip("*") in _VAGUE_WORDS else _ALIKE
    return (weight + _PHRASE * (" " in phrase)) / labels


def _is_known(phrase: str, found: Mapping[str, float]) -> bool:
    """Whether a stem of `found` covers a phrase of one word."""
    return " " not in phrase and any(
        phrase.rstrip("*").startswith(stem.rstrip("*")) for stem in found if stem.endswith("*")
    )


def _said(label: str, text: str) -> list[str]:
    own = content_words(label.replace("_", " "))
    return list(dict.fromkeys(map(cue_stem, [*content_words(text), *own])))


def _common(shown: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """By label the stems that two or more of its examples have and no other label's have."""
    counts = {
        label: Counter(stem for text in texts for stem in {cue_stem(word) for word in content_words(text)})
        for label, texts in shown.items()
    }
    found: dict[str, list[str]] = {}
    for label, own in counts.items():
        others = set().union(*(other for name, other in counts.items() if name != label))
        found[label] = sorted(stem for stem, count in own.items() if count > 1 and stem not in others)
    return found


def listed_phrases(text: str) -> list[str]:
    """The phrases that `text` lists in brackets: "(urgent, asap, right now or the like)"."""
    found = re.search(r"\((?:such as|e\.g\.|for example|like)?\s*([^()]*,[^()]*)\)", text)
    if not found:
        return []
    parts = re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", found[1])
    return [fold(part) for part in parts if part and not re.search(r"the like|similar|etc", part)]
