"""Cues of a parameter: what people say next to its value, from its name, its description and general knowledge of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from compiled_ai.factory.synthesis._call_kinds import is_rate
from compiled_ai.factory.synthesis._call_shapes import Parameter, Shape
from compiled_ai.factory.synthesis._call_symbols import INDEXED, INDICES, SYMBOLS
from compiled_ai.factory.synthesis._call_text import Said
from compiled_ai.factory.synthesis._call_units import is_unit
from compiled_ai.factory.synthesis._call_words import (
    AMOUNTS,
    FIRST_DAY,
    LAST_DAY,
    MODIFIERS,
    ORIGIN,
    ORIGIN_WORDS,
    STOP_WORDS,
    TARGET,
    TARGET_WORDS,
    THINGS,
    VISITED,
    word_set,
)

MOST_CUES = 12
_GENERAL_HEADS = word_set("amount amounts quantity limit top results result size number")
"""Words in the name of a number that tell less than what the description says it counts."""
_GENERAL_ENDS = frozenset(("amount", "value", "sum", "total", "figure", "size", "count"))
"""Ends of names that say no more than that it is a number."""
_EMPTY_WORDS = word_set(
    """
    number num no count of value name type the a is to_be data list array integer string param in per
    with n k x y z
    """
)
_THINGS_TOO = frozenset(("target", "goal", "standard", "present", "top", "bottom"))
"""Words that narrow a number down and are things of their own where a text has that name."""
_ORDINALS = {"1": "first", "2": "second", "3": "third", "one": "first", "two": "second", "three": "third"}
_NO_PLURALS = frozenset(
    ("species", "series", "news", "lens", "gas", "celsius", "basis", "physics", "mathematics", "politics")
)
_ENDING_IN_IE = frozenset(("movies", "cookies", "calories", "brownies", "smoothies", "zombies", "selfies"))
_PLACES = word_set(
    """
    location place city town country state origin destination airport address station start end
    """
)
_DAYS = frozenset(("date", "day", "time", "datetime"))
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")
_AT = re.compile(r"(?<!rate )\b(?:at which|evaluated? (?:\w+ )?at|calculated at)\b")
_PREPOSITIONS = word_set(
    """
    in on at by of for from to with near around within about via over under above below as during after
    and or using is
    """
)


def cues_of(shape: Shape, said: Mapping[str, Said]) -> dict[str, tuple[str, ...]]:
    """Cues by slot; those that two slots of a function would share are left out where others remain."""
    found = {
        parameter.slot: list(dict.fromkeys(_cues(parameter, shape, said[parameter.slot])))
        for parameter in shape.parameters
    }
    groups = {parameter.slot: _group(parameter) for parameter in shape.parameters}
    shared = Counter((groups[slot], cue) for slot, cues in found.items() for cue in cues)
    result = {}
    for slot, cues in found.items():
        own = [cue for cue in cues if shared[groups[slot], cue] == 1]
        result[slot] = tuple(_without_covered(own or cues)[:MOST_CUES])
    return {slot: (*cues, *_symbols_of(slot, shape, result)) for slot, cues in result.items()}


def _symbols_of(slot: str, shape: Shape, cues: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The symbols of a number that are those of no other one."""
    symbols = {
        parameter.slot: list(_symbols(words_of(parameter.name)))
        for parameter in shape.parameters
        if _group(parameter) == "number" and len(parameter.name) > 1
    }
    taken = [symbol for other, found in symbols.items() if other != slot for symbol in found]
    taken += [cue for other, found in cues.items() if other != slot for cue in found]
    return [symbol for symbol in symbols.get(slot, ()) if symbol not in (*taken, *cues[slot])]


def _without_covered(cues: Sequence[str]) -> list[str]:
    """`cues` without single words that a stem among them fits anyway."""
    stems = tuple(cue.removesuffix("*") for cue in cues if cue.endswith("*") and " " not in cue)
    kept = []
    for cue in cues:
        others = [stem for stem in stems if stem != cue.removesuffix("*")]
        is_covered = " " not in cue and cue.startswith(tuple(others)) if others else False
        is_plain = not cue.endswith("*") and cue in stems
        if not (is_covered or is_plain):
            kept.append(cue)
    return kept


def _group(parameter: Parameter) -> str:
    kind = parameter.type
    if kind == "array":
        items = parameter.schema.get("items")
        kind = f"{items.get('type') if isinstance(items, dict) else ''}s"
    if kind == "string" and _DAYS & set(words_of(parameter.name)):
        return "date"
    return "number" if kind == "integer" else kind


def _cues(parameter: Parameter, shape: Shape, said: Said) -> Iterator[str]:
    words = [word for word in words_of(parameter.name) if word not in _EMPTY_WORDS and len(word) > 1]
    if "per" in words:
        words = words[: words.index("per")]
    heads = [word for word in words if not _narrows(word, words, parameter)]
    modifiers = [word for word in words if word not in heads]
    yield from _letters(parameter)
    yield from _ordinal(parameter)
    yield from _roles(parameter, shape, said)
    if set(words) <= _GENERAL_HEADS:
        yield from _counted_noun(parameter)
        yield from (
            AMOUNTS["count"] if parameter.type == "integer" and "count" in words_of(parameter.name) else ()
        )
    if words:
        yield starred(" ".join(words))
    for word in modifiers:
        ways = _known(word, MODIFIERS)
        yield from (f"{cue} {head}" for cue in ways[:2] for head in heads[-1:] if " " not in cue)
        yield from ways
    for index, word in enumerate(reversed(heads)):
        yield starred(word)
        if index == 0:
            yield from _said_for(word, heads, parameter)
    yield from _counted_noun(parameter)
    yield from _described(parameter, shape, said, words)


def _said_for(word: str, heads: Sequence[str], parameter: Parameter) -> Iterator[str]:
    """What people say for the last word of a name; of a "loan amount" it is the loan that tells, of a "user rate" the rating."""
    if _group(parameter) != "number":
        yield from _known(word, THINGS)
    elif word == "rate" and not is_rate(parameter):
        is_rating = set(heads) & {"review", "user", "star"} or "rating" in parameter.description.lower()
        yield from AMOUNTS["rating"] if is_rating else ()
    elif word in _GENERAL_ENDS and len(heads) > 1 and _known(heads[-2], AMOUNTS):
        yield from _known(heads[-2], AMOUNTS)
    else:
        yield from _known(word, AMOUNTS)


def _narrows(word: str, words: Sequence[str], parameter: Parameter) -> bool:
    """Whether a word narrows another one down, as "current" does in ``current_price``, but not where it names the thing itself."""
    if word == words[-1] and (
        (_group(parameter) == "number" and _known(word, AMOUNTS))
        or (word in _THINGS_TOO and parameter.type == "string")
    ):
        return False
    return bool(_known(word, MODIFIERS))


def _letters(parameter: Parameter) -> Iterator[str]:
    """The letter that a name is, or is the value of: "x" of ``x_value``, which "at x = 4" names."""
    words = words_of(parameter.name)
    letters = [word for word in words if len(word) == 1]
    if len(parameter.name) == 1:
        yield parameter.name.lower()
    elif len(letters) == 1 and set(words) <= {*letters, "value", "val", "point", "coordinate", "coord"}:
        yield letters[0]
        yield from (f"{letters[0]} {word}" for word in words if len(word) > 1)
    if re.search(_AT, parameter.description):
        yield "at"


def _symbols(words: Sequence[str]) -> Iterator[str]:
    """What formulas write for it: t for a time, v0 for an initial speed. Letters alone only count before "=" or "is"."""
    modifiers = [word for word in words if _known(word, MODIFIERS)]
    heads = [word for word in words if word not in modifiers and word not in _EMPTY_WORDS]
    head = singular(heads[-1]) if heads else ""
    letters = SYMBOLS.get(head) or SYMBOLS.get(f"{head}s", ())
    if not modifiers:
        yield from letters
    for word in modifiers:
        yield from (f"{letter}{index}" for letter in letters[:1] for index in INDICES.get(word, ()))
        yield from INDEXED.get((word, head), ())


def _counted_noun(parameter: Parameter) -> Iterator[str]:
    """What a whole number counts, by its description: "Number of articles to fetch"."""
    if parameter.type == "integer":
        found = re.search(
            r"\b(?:number of|how many) (?:the |top |best |first |\w+(?:est|ing|ed|al) )*(?P<noun>[a-z]+s)\b",
            parameter.description.lower(),
        )
        top = re.match(r"(?:top|first|latest|limit)", parameter.name.lower()) or (
            found and " top " in parameter.description
        )
        yield from [starred(singular(found["noun"]))] if found else []
        yield from ("top", "first", "best") if top else ()


def words_of(name: str) -> list[str]:
    """The words of a name as they stand, in lower case, without numbers."""
    return [word.lower() for part in _CAMEL.split(name) for word in re.findall(r"[A-Za-z]+", part)]


def _known(word: str, table: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What `table` says of the word, in the plural or in the singular."""
    return table.get(word) or table.get(singular(word)) or ()


def _ordinal(parameter: Parameter) -> Iterator[str]:
    """The ordinal of ``num2`` or ``option_two``."""
    last = re.search(r"[0-9]$", parameter.name)
    words = words_of(parameter.name)
    name = last[0] if last else words[-1] if words else ""
    if name in _ORDINALS:
        yield _ORDINALS[name]


def _roles(parameter: Parameter, shape: Shape, said: Said) -> Iterator[str]:
    """Words for the beginning or the end of a way, where a function has both or the parameter is a place."""
    if parameter.type != "string":
        return
    role = _role(parameter, " ".join(said.words))
    others = {
        _role(other, other.description.lower())
        for other in shape.parameters
        if other.type == "string" and other.slot != parameter.slot
    }
    if _DAYS & set(words_of(parameter.name)):
        yield from _days(parameter, role)
        return
    is_place = any(word in THINGS["location"] or word in _PLACES for word in words_of(parameter.name))
    if role == "origin" and ("target" in others or is_place):
        yield from ORIGIN
    elif role == "target" and ("origin" in others or is_place):
        yield from TARGET
        yield from VISITED if is_place and "origin" not in others else ()


def _days(parameter: Parameter, role: str) -> Iterator[str]:
    """What stands before the first or the last day of a span."""
    words = words_of(parameter.name)
    if "check" in words or {"checkin", "checkout"} & set(words):
        way = "check_out" if {"out", "checkout"} & set(words) else "check_in"
        yield from MODIFIERS[way]
    elif {"departure", "arrival", "return"} & set(words):
        return
    elif role:
        yield from FIRST_DAY if role == "origin" else LAST_DAY


def _role(parameter: Parameter, text: str) -> str:
    words = set(words_of(parameter.name))
    if words & ORIGIN_WORDS or re.search(r"\bconvert(?:ing)? from\b|\bstarting point\b", text):
        return "origin"
    if words & TARGET_WORDS or re.search(r"\bconvert(?:ing)? to\b|\bend point\b", text):
        return "target"
    return ""


def _described(parameter: Parameter, shape: Shape, said: Said, words: Sequence[str]) -> Iterator[str]:
    """A few words of the description that neither the function nor another parameter has in common with it."""
    others = {
        singular(word)
        for other in shape.parameters
        if other.slot != parameter.slot
        for word in (*words_of(other.name), *re.findall(r"[a-z]+", other.description.lower()))
    }
    common = {
        singular(word) for word in (*words_of(shape.name), *re.findall(r"[a-z]+", shape.description.lower()))
    }
    known = others | common | {singular(word) for word in words}
    found = [
        word
        for word in said.words
        if len(word) > 3
        and word not in STOP_WORDS
        and word not in _PREPOSITIONS
        and singular(word) not in known
        and not word.endswith("ly")
        and not is_unit(word)
    ]
    yield from map(starred, list(dict.fromkeys(found))[:3])


def singular(word: str) -> str:
    """`word` without the ending of a plural, as far as that can be told."""
    if word.endswith(("ss", "us", "is")) or word in _NO_PLURALS or len(word) < 4:
        return word
    if word in _ENDING_IN_IE:
        return word.removesuffix("s")
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word.removesuffix("s")


def plural(word: str) -> str:
    """The plural of a noun."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def starred(phrase: str) -> str:
    """`phrase` so that other endings of its last word fit too, where that word is long enough."""
    last = phrase.rsplit(maxsplit=1)[-1]
    root = singular(last)
    if len(root) < 6:
        return phrase
    for ending in ("ation", "ing", "ed", "y", "e"):
        if root.endswith(ending) and len(root) - len(ending) >= 5:
            root = root.removesuffix(ending)
            break
    return f"{phrase[: len(phrase) - len(last)]}{root}*"


def content_words(shape: Shape) -> tuple[str, ...]:
    """Words of the function and of the names of its parameters that are never values, in their order."""
    words = [word for part in shape.name.split(".") for word in words_of(part)]
    words += re.findall(r"[a-z]+", shape.description.split(". ")[0].lower())
    named = (item for item in shape.parameters if item.is_required or item.item_type in {"integer", "number"})
    words += [word for parameter in named for word in words_of(parameter.name)]
    found = (word for word in words if len(word) > 2 and word not in STOP_WORDS and word not in _PREPOSITIONS)
    return tuple(dict.fromkeys(found))[:30]
