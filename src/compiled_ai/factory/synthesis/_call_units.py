"""The unit of a number, as its name or description gives it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_words import AMOUNTS, word_set
from compiled_ai.factory.synthesis._wording import name_words
from compiled_ai.modules._slot_units import named_unit

_BEFORE = re.compile(
    r"\b(?:in|measured in|expressed in|unit(?:s)? of|unit:)\s+(?:the\s+)?(?:degrees?\s+)?(?P<unit>(?:(?:square|cubic|sq\.?|cu\.?)\s+)?[A-Za-z\u00b0\u00b5\u03bc$%][\w\u00b0\u00b5\u03bc$%^/\u00b2\u00b3-]*(?:\s+per\s+\w+)?)"
)
_BRACKETS = re.compile(
    r"(?<=\s)\((?:in\s+)?(?P<unit>[A-Za-z\u00b0\u00b5\u03bc$%][\w\u00b0\u00b5\u03bc$%^/\u00b2\u00b3]*)\)"
)
_NAMED = {
    "kg": "kg", "kgs": "kg", "km": "km", "kms": "km", "cm": "cm", "mm": "mm", "lbs": "lb", "lb": "lb", "ft": "ft",
    "celsius": "celsius", "fahrenheit": "fahrenheit", "kelvin": "kelvin", "kph": "km/h", "mph": "mph", "mb": "MB", "gb": "GB",
    "m": "m", "hz": "Hz", "bpm": "bpm",
}  # fmt: skip
"""Units that stand at the end of a name."""
_COUNTED = frozenset(
    (
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minute",
        "second",
        "mile",
        "meter",
        "metre",
        "kilometer",
        "liter",
    )
)
"""Words that are a unit when a name says how many of them: ``stay_days``, ``time_in_years``."""
_SHARED = re.compile(r"\b(?:per|that one|each)\b")
_NUMBER_OF = re.compile(r"^(?:\w+ ){0,2}number of (?P<unit>day|week|month|year|hour|minute)s\b")
_HOW_MANY = re.compile(r"(?:the )?(?:number of|how many) (?P<noun>[a-z]{3,15}s)\b")
_QUANTITIES = frozenset(("quantity", "count", "amount", "number", "num"))
_NO_THINGS = frozenset(("top", "first", "best", "makes", "wins"))
_COUNTS = frozenset(("number", "num", "no", "n", "count", "total", "of"))
_COUNTABLE = word_set(
    """
    guests people persons adults children kids seats tickets rooms bedrooms bathrooms nights pages players cards games
    passengers travelers travellers participants attendees visitors diners servings bottles items copies steps trees employees students
    """
)
_MONEY_WORDS = word_set(
    """
    price cost budget salary income wage payment deposit principal principle investment loan fund
    dividend revenue profit expense debt equity capital tuition rent cash bill balance asset liability
    fee fare bid bet donation saving earning bonus allowance
    """
)
_MONEY_TEXT = re.compile(
    r"\b(?:dollars?|euros?|in usd|amount of money|price|cost|principal amount|(?:investment|face|present|future) value|"
    r"value of (?:the|an?|your) (?:investment|bond|loan|portfolio|property|house))\b"
)
_NOT_MONEY = frozenset(
    (
        "rate",
        "ratio",
        "number",
        "count",
        "percentage",
        "period",
        "year",
        "currency",
        "type",
        "freq",
        "frequency",
    )
)


def units_of(parameter: Parameter) -> tuple[str, ...]:
    """The unit that the value is in, or the nouns that are counted; empty when it is neither."""
    words = [word.lower() for word in re.findall(r"[A-Za-z][a-z]*|[A-Z]+(?![a-z])", parameter.name)]
    if not words or "per" in words:
        return ()
    measured = _named(words) or _described(parameter.description) or _numbered(parameter.description)
    if measured:
        return (measured,)
    return _counted(words) or _counted_in(words, parameter.description) if parameter.type == "integer" else ()


def _named(words: Sequence[str]) -> str:
    """The unit at the end of a name, such as ``weight_kg`` or ``stay_days``."""
    last = words[-1]
    if last in _NAMED and (len(words) > 1 or len(last) > 2):
        return _NAMED[last]
    return last.removesuffix("s") if last.removesuffix("s") in _COUNTED and last != "second" else ""


def _described(text: str) -> str:
    text = re.split(r"\bdefault", text, maxsplit=1, flags=re.IGNORECASE)[0]
    found = (match["unit"].rstrip(".,;") for match in (*_BEFORE.finditer(text), *_BRACKETS.finditer(text)))
    is_share = _SHARED.search(text) is not None  # "square feet that one gallon covers" are no area
    return next(
        (unit for unit in found if is_unit(unit) and not (is_share and " " in unit and " per " not in unit)),
        "",
    )


def _numbered(text: str) -> str:
    """The unit that a number of is meant: "the number of days to look ahead"."""
    match = _NUMBER_OF.search(text.lower())
    return match["unit"] if match else ""


def _counted(words: Sequence[str]) -> tuple[str, ...]:
    """What is counted: ``num_tickets`` counts tickets, for which people also say seats."""
    last = words[-1]
    if not (set(words[:-1]) & _COUNTS or last in _COUNTABLE) or not re.search(r"[^s]s$", last):
        return ()
    others = [
        cue for cue in AMOUNTS.get(last, ()) if cue.isalpha() and len(cue) > 2 and cue not in _NO_THINGS
    ]
    return tuple(dict.fromkeys((_one(last), *others)))


def _counted_in(words: Sequence[str], text: str) -> tuple[str, ...]:
    """What a quantity counts by its description: "How many tickets"."""
    match = _HOW_MANY.match(text.lower())
    if match is None or words[-1] not in _QUANTITIES or match["noun"] not in _COUNTABLE:
        return ()  # for articles people say stories, pieces and much else
    return _counted(("number", match["noun"]))


def _one(noun: str) -> str:
    """A plural without its ending: "matches", "guests"."""
    return noun[:-2] if noun.endswith(("ches", "shes", "xes", "sses")) else noun.removesuffix("s")


def is_money(parameter: Parameter) -> bool:
    """Whether a number is an amount of money."""
    words = set(name_words(parameter.name))
    if words & _NOT_MONEY:
        return False
    if "amount" in words and "currenc" in f"{parameter.description} {parameter.context}".lower():
        return True
    return bool(words & _MONEY_WORDS) or bool(_MONEY_TEXT.search(parameter.description.lower()))


def is_unit(unit: str) -> bool:
    """Whether the slot engine can read and convert `unit`."""
    return len(unit) > 0 and bool(named_unit(unit))
