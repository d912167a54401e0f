"""Whether a name in a text is said to be meant or taken out: "not red", "instead of red", "red is not an option"."""

from __future__ import annotations

_NEGATORS = frozenset((
    "not", "no", "never", "without", "neither", "nor", "except", "excluding", "excl", "non", "minus", "cannot", "nothing", "none",
    "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "cant", "avoid", "skip", "exclude", "unlike", "besides", "despite",
    "hardly", "barely", "scarcely", "seldom", "rarely", "havent", "hasnt", "couldnt", "shouldnt", "wouldnt", "unable", "nobody", "nowhere",
))  # fmt: skip
_NEGATING_PAIRS = frozenset((
    ("rather", "than"), ("instead", "of"), ("other", "than"), ("anything", "but"), ("everything", "but"), ("all", "but"), ("sick", "of"),
    ("apart", "from"), ("aside", "from"), ("away", "from"), ("no", "longer"), ("far", "from"), ("opposed", "to"),
    ("free", "of"), ("changed", "from"), ("opposite", "of"),
))  # fmt: skip
# What may stand between the negation and the name without ending its reach.
_FILLERS = frozenset((
    "a", "an", "the", "any", "my", "your", "our", "this", "that", "it", "its", "in", "on", "at", "by", "for", "to", "of", "as", "with", "be", "is", "are",
    "was", "been", "being", "really", "very", "so", "too", "quite", "exactly", "actually", "particularly", "want", "wanting", "need", "like", "use",
    "using", "have", "having", "do", "get", "take", "choose", "pick", "prefer", "think", "consider", "call", "called", "considered", "about", "yet",
    "necessarily", "especially", "all", "more", "longer", "me", "them", "go", "going", "send", "make", "set", "you", "from", "work", "either", "under", "means",
))  # fmt: skip
_BREAKS = frozenset(
    (".", ",", ";", ":", "!", "?", "(", ")", "\n", "but", "though", "although", "because", "however")
)
_REACH = 6
_ANY_WORDS = 2
"""As many words of any kind may stand between: "did not receive my blue shirt" does not say that blue is meant."""
_COPULAS = frozenset(("is", "are", "was", "were", "be", "will", "would", "should", "it's"))
_REFUSED = frozenset((
    "option", "wanted", "needed", "what", "possible", "acceptable", "required", "necessary", "it", "allowed", "ok", "okay", "an", "desired", "the",
    "right", "correct", "good", "suitable", "applicable", "available",
))  # fmt: skip


def negated_at(tokens: list[str], start: int, end: int) -> bool:
    """Whether the words from `start` to `end` of folded `tokens` are negated, before or after."""
    return _negated_before(tokens, start) or _refused_after(tokens, end)


def _negated_before(tokens: list[str], start: int) -> bool:
    for index in range(start - 1, max(-1, start - 1 - _REACH), -1):
        token = tokens[index]
        if index and (tokens[index - 1], token) in _NEGATING_PAIRS:
            return True
        if token in _BREAKS:
            return False
        if is_negator(token):
            # "Not only red but also blue" leaves red in.
            return tokens[index + 1 : index + 2] not in (["only"], ["just"])
        if token not in _FILLERS and start - index > _ANY_WORDS:
            return False
    return False


def _refused_after(tokens: list[str], end: int) -> bool:
    following = tokens[end : end + 3]
    if len(following) == 3 and following[0] in _COPULAS and following[1] in {"not", "no", "never"}:
        return following[2] in _REFUSED
    if len(following) >= 2 and following[0] in {":", "?"} and following[1] in {"no", "false", "not", "never"}:
        return True  # "Urgent: no"
    return len(following) >= 2 and following[0].endswith("n't") and following[1] in _REFUSED


def is_negator(token: str) -> bool:
    """Whether a folded word takes back what follows ("not", "don't", "without")."""
    return token in _NEGATORS or token.endswith("n't")
