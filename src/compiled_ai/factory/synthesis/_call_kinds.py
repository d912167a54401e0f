"""Which kinds of slot a parameter may be, the most plausible first: by type, name and description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.factory.synthesis._call_domains import domain_of
from compiled_ai.factory.synthesis._call_meanings import keys_like
from compiled_ai.factory.synthesis._call_shapes import Parameter, is_anything
from compiled_ai.factory.synthesis._call_text import Said, is_place_pair
from compiled_ai.factory.synthesis._call_units import is_money
from compiled_ai.factory.synthesis._call_words import NO_SHARES, TIMES_A_YEAR, word_set
from compiled_ai.factory.synthesis._wording import name_words
from compiled_ai.modules.slots import Kind
from compiled_ai.modules.text import title_case
from compiled_ai.spec.canonical import JsonObject, JsonValue


@dataclass(frozen=True)
class Reading:
    """One way to read a parameter."""

    kind: Kind
    style: str = ""
    options: tuple[str, ...] = ()
    """For a choice: its values."""


_FORMATS: Mapping[str, Reading] = {
    "date": Reading("date", "YYYY-MM-DD"),
    "date-time": Reading("datetime", "YYYY-MM-DDTHH:MM:SS"),
    "time": Reading("time", "HH:MM:SS"),
    "email": Reading("email"),
    "idn-email": Reading("email"),
    "uri": Reading("url"),
    "iri": Reading("url"),
    "uuid": Reading("identifier"),
}
_PLACE_WORDS = word_set(
    """
    location place city town village country nation state province region county area destination origin
    venue airport address street neighborhood neighbourhood district continent jurisdiction departure
    arrival loc pickup dropoff stop waypoint
    """
)
_PLACE_TEXT = re.compile(
    r"\b(?:city|cities|town|country|location|region|destination|starting point|end point|city and state|place)\b"
)
_NAME_WORDS = word_set(
    """
    name artist author actor actress director singer musician band composer painter sculptor player team
    club league company brand manufacturer maker title person president leader movie film song album
    book event museum hotel restaurant school university store product model tournament competition
    character sculpture painting building landmark recipient employee customer client opponent
    organization organisation party king court bank church hospital agency institution institute airline
    station stadium theater theatre cinema foundation ministry
    """
)
_NAME_TEXT = re.compile(
    r"\b(?:names? of|titles? of|full name|(?:person|company|team|player|artist|author)'s name)\b"
)
_PERSON_TEXT = re.compile(
    r"\b(?:full name|names? of (?:the )?(?:\w+ )?(?:person|player|athlete|actor|actress|lawyer|attorney|doctor|author|artist|singer|celebrity|pope|king|president|individual)|"
    r"(?:person|player|athlete|actor|lawyer|doctor|author|artist|singer|celebrity)'s name)\b"
)
"""The name of a person, which often stands behind what the person is: "lawyer Jane Roe"."""
_DATE_WORDS = frozenset(("date", "birthday", "dob", "deadline", "birthdate"))
_ENDS = frozenset(("from", "to", "start", "end", "min", "max", "since", "until", "after", "before"))
_CODE_WORDS = frozenset(
    (
        "symbol",
        "ticker",
        "code",
        "handle",
        "username",
        "hashtag",
        "tag",
        "keyword",
        "query",
        "topic",
        "subject",
    )
)
"""What so many values have that samples of them are no list."""
_SPANS = frozenset(("duration", "period", "timeframe", "timespan"))
_CLOCK_WORDS = frozenset(("time", "clock"))
_IDENTIFIER_WORDS = frozenset(
    (
        "id",
        "identifier",
        "isbn",
        "ssn",
        "iban",
        "sku",
        "code",
        "serial",
        "number",
        "uuid",
        "barcode",
        "sequence",
    )
)
_FORMULA_WORDS = frozenset(("function", "formula", "expression", "equation", "polynomial"))
_FORMULA_TEXT = re.compile(
    r"\b(?:mathematical|polynomial|algebraic)\b|\bfunction to (?:integrate|differentiate)\b"
)
_PATH_WORDS = frozenset(("path", "file", "filename", "filepath", "directory", "folder"))
_LINK_WORDS = frozenset(("url", "link", "website", "uri"))
_RATE_WORDS = word_set(
    """
    rate interest yield percentage percent tax discount growth probability apr alpha tip inflation
    margin fee
    """
)
_FRACTION_TEXT = re.compile(
    r"\b(?:decimal form|as a decimal|in decimal|decimal number|fraction|between 0 and 1|0\.\d+)\b"
)
_TIMES_TEXT = re.compile(
    r"\bcompound(?:ed|ing|s)? (?:\w+ ){0,3}(?:per|a|each) (?:\w+ ){0,2}(?:year|period|time)\b|\btimes (?:\w+ ){0,4}compounded\b"
)
_OPPOSITES = (
    ("on", "off"),
    ("enabled", "disabled"),
    ("open", "closed"),
    ("active", "inactive"),
    ("locked", "unlocked"),
)
_PER_TEXT = re.compile(
    r"\b(?:square|cubic)\b|\b(?:number|amount) of\b|\bhow many\b|\bper (?!year\b|annum\b|month\b|period\b|trial\b|quarter\b)\w+"
)
"""What tells a rate that counts or measures something from a share."""
_SHARE_TEXT = re.compile(
    r"(?:the |an? )?(?:\w+ ){0,2}(?:probability|percentage|proportion|(?:interest|return|growth|tax|discount|inflation|success|decay) rate)\b(?! distribution)"
)
_PERCENT_TEXT = re.compile(r"\bpercent(?:age|ages)?\b|%")


def readings_of(parameter: Parameter, said: Said) -> tuple[Reading, ...]:
    """The ways to read `parameter`, or the items of a list, the most plausible first; empty for what no slot holds."""
    schema = parameter.schema
    kind = parameter.type
    if kind == "array":
        items = schema.get("items")
        schema = items if isinstance(items, dict) else {}
        kind = str(schema.get("type"))
    values = _texts(schema)
    if values:
        return (Reading("choice", options=values),)
    if kind == "boolean":
        opposites = opposites_of(parameter)
        return (Reading("choice", options=opposites),) if opposites else (Reading("boolean"),)
    if kind in {"integer", "number"}:
        return tuple(dict.fromkeys(_numbers(parameter, kind)))
    if kind == "string" or is_anything(parameter):
        return tuple(dict.fromkeys(_strings(parameter, schema, said)))
    return ()


def _texts(schema: JsonObject) -> tuple[str, ...]:
    values: JsonValue = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def opposites_of(parameter: Parameter) -> tuple[str, ...]:
    """The two words of a switch whose name is one of them: ``on`` is on or off. The first one means true."""
    words = name_words(parameter.name)
    return next((pair for pair in _OPPOSITES if words[-1:] == pair[:1] and parameter.type == "boolean"), ())


def is_calendar_year(parameter: Parameter) -> bool:
    """Whether a number is a year of the calendar rather than a count of years."""
    words = name_words(parameter.name)
    if not words or "per" in words or parameter.name.lower().endswith("years"):
        return False
    if words[-1] in _ENDS and "year" in words:
        return True
    if words[-1] != "year":
        return words[-1] in _DATE_WORDS and bool(re.search(r"\byear\b", parameter.description.lower()))
    return not re.search(r"\b(?:number of|how many|per year)\b", parameter.description.lower())


def is_rate(parameter: Parameter) -> bool:
    """Whether a number is a share, which people say in percent."""
    words = set(name_words(parameter.name))
    text = parameter.description.lower()
    if not _PERCENT_TEXT.search(text) and _PER_TEXT.search(text):
        return False
    if parameter.type == "number" and _SHARE_TEXT.match(text):
        return True
    if "exchange" in words or (words & {"probability", "alpha", "fee"} and not _PERCENT_TEXT.search(text)):
        return bool(words & {"probability", "alpha"}) and parameter.type == "number"
    if words & NO_SHARES and not _PERCENT_TEXT.search(text):
        return False
    in_percent = re.search(r"\bpercent(?:age|ages)?\b", text) is not None
    return bool(words & _RATE_WORDS) or in_percent or bool(parameter.type == "number" and "%" in text)


def _numbers(parameter: Parameter, kind: str) -> Iterator[Reading]:
    plain = Reading("integer" if kind == "integer" else "number")
    if _TIMES_TEXT.search(f"{' '.join(name_words(parameter.name))} {parameter.description.lower()}"):
        yield Reading("choice", options=tuple(TIMES_A_YEAR))
    if is_calendar_year(parameter):
        yield Reading("integer", "year")
    if is_rate(parameter):
        text = parameter.description.lower()
        as_percent = kind == "integer" or (_PERCENT_TEXT.search(text) and not _FRACTION_TEXT.search(text))
        styles = ("percent", "fraction") if as_percent else ("fraction", "percent")
        for style in styles if kind == "number" else ("percent",):
            yield Reading(plain.kind, style)
    if is_money(parameter):
        yield Reading("money")
    yield plain


def _strings(parameter: Parameter, schema: JsonObject, said: Said) -> Iterator[Reading]:
    known = _FORMATS.get(str(schema.get("format")))
    if known:
        yield known
    words = name_words(parameter.name)
    text = parameter.description.lower()
    if words[-1:] and words[-1] in _SPANS and not said.options:
        yield Reading("text", "said")
    yield from _moments(words, said)
    yield from _closed(words, text, said)
    yield from _shaped(words, text)
    # Of several optional places none is told apart from those that are asked for; names need their cue.
    place = _is_place(words, text) and (parameter.is_required or parameter.type != "array")
    if place:
        yield from (Reading("place", style) for style in _place_styles(words, text, said))
    named = bool(set(words[-1:]) & _NAME_WORDS or _NAME_TEXT.search(text))
    samples = Reading("choice", options=said.samples)
    telling = (
        words[-1:]
        and words[-1] not in _CODE_WORDS
        and _are_telling(said.samples, loose=not parameter.is_required)
    )
    if not place and not named and telling:
        yield samples
    if _PERSON_TEXT.search(text) and words[-1:] == ("name",):
        yield Reading("name", "bare")
    first: Kind = "name" if named else "text"
    other: Kind = "text" if named else "name"
    yield from (Reading(kind) for kind in (first, other))
    if not place and len(said.samples) > 1:
        yield samples
    yield Reading(first, "bare")
    yield from (Reading(kind, style) for style in ("lower", "title") for kind in (first, other))
    yield Reading("identifier")


def _closed(words: tuple[str, ...], text: str, said: Said) -> Iterator[Reading]:
    """Readings as one of a set of values that the description lists, or that everybody knows."""
    keys = keys_like(said.samples) if said.samples else ()
    if keys:
        yield Reading("choice", options=keys)
    if len(said.options) > 1:
        yield Reading("choice", options=said.options)
    values = domain_of(words, text, [str(said.default), *said.samples])
    if values is None or words[-1] == "currency":
        return
    options = _joined(values, said.samples)
    yield Reading("choice", options=options)
    yield Reading("choice", options=tuple(dict.fromkeys(map(_other_case, options))))
    if words[-1] == "gender":
        yield from (Reading("choice", options=pair) for pair in (("male", "female"), ("men", "women")))


def _joined(values: Iterable[str], samples: Sequence[str]) -> tuple[str, ...]:
    """Known values and samples, each once: in the spelling of the samples, so that no two mean the same."""
    spelled = {re.sub(r"[\s_-]+", " ", value.lower()): value for value in (*values, *samples)}
    return tuple(dict.fromkeys(spelled.values()))


def _other_case(text: str) -> str:
    """`text` in small letters when it has capitals, and with capitals when it has none."""
    return title_case(text) if text.islower() else text.lower()


def _are_telling(samples: tuple[str, ...], *, loose: bool) -> bool:
    """Whether samples are so many plain words, or short marks such as "3D", that a request most likely uses one of them.

    Samples that end alike show how a value is built ("tax law", "family law"), and not which there are. With `loose` they may have digits.
    """
    ends = {item.lower().rsplit(maxsplit=1)[-1] for item in samples if " " in item}
    if len(samples) < 2 or (len(ends) == 1 and all(" " in item for item in samples)):
        return False
    pattern = (
        r"[a-z][a-z0-9 -]{2,}|[0-9]{1,2}[a-z]{1,3}" if loose else r"[a-z][a-z -]{2,}|[0-9]{1,2}[a-z]{1,3}"
    )
    return all(re.fullmatch(pattern, item.lower()) for item in samples)


def _moments(words: tuple[str, ...], said: Said) -> Iterator[Reading]:
    heads = set(words)
    if said.date_format and said.clock_format:
        yield Reading("datetime", f"{said.date_format} {said.clock_format}")
    if said.date_format and "format" not in heads:
        yield Reading("date", said.date_format)
    if heads & _DATE_WORDS and not heads & {"format", "range"}:
        yield Reading("date", said.date_format)
    if (said.clock_format and "format" not in heads) or (words[-1:] and words[-1] in _CLOCK_WORDS):
        yield Reading("time", said.clock_format)


def _shaped(words: tuple[str, ...], text: str) -> Iterator[Reading]:
    """Readings as things that have a form of their own."""
    heads, last = set(words), words[-1] if words else ""
    if "email" in heads or re.search(r"\bemail address\b", text):
        yield Reading("email")
    if heads & _LINK_WORDS:
        yield Reading("url")
    if heads & _PATH_WORDS:
        yield Reading("path")
    if (last in _FORMULA_WORDS and (last != "function" or _FORMULA_TEXT.search(text))) or (
        last == "function" and "function" in text
    ):
        yield Reading("expression")
    if "currency" in heads or re.search(r"\bcurrency code\b|^(?:the )?(?:\w+ )?currency\b", text):
        yield Reading("text", "currency")
    if last == "unit":
        yield Reading("text", "unit")
    if last in _IDENTIFIER_WORDS or (last == "season" and domain_of(words, text, ()) is None):
        yield Reading("identifier")


def _is_place(words: tuple[str, ...], text: str) -> bool:
    heads = set(words)
    if heads & _PLACE_WORDS and not heads & {
        "type",
        "name",
        "currency",
        "unit",
        "date",
        "time",
        "field",
        "code",
    }:
        return True
    return bool(_PLACE_TEXT.search(text)) and bool(heads & {"start", "end", "from", "to", "court", "stop"})


_LANDMARK = re.compile(
    r"\b(?:park|square|station|airport|museum|tower|bridge|street|avenue|stadium|university|mall|hotel|lake|mount|beach)$",
    re.IGNORECASE,
)
"""What a sample ends in that is a spot and no town: "Central Park, NY"."""


def _place_styles(words: tuple[str, ...], text: str, said: Said) -> tuple[str, ...]:
    """How a place is written, the likeliest first."""
    last = words[-1] if words else ""
    if said.samples and _LANDMARK.search(said.samples[0]) and not re.search(r"\bcity\b", text):
        first = ""
    elif re.search(r"\bcity,\s*(?:country)\b", text):
        first = "city, country"
    elif (
        is_place_pair(said.samples)
        or re.search(r"\b[a-z .]+, [a-z]{2}\b(?=[\s.,;)\"']|$)", _samples_text(text))
        or re.search(r"\bcity(?:,| and) state\b", text)
    ):
        first = "city, ST"
    elif last in {"state", "province"} or re.search(r"\bfull state name\b", text):
        first = "state"
    elif last in {"country", "nation"}:
        first = "country"
    elif re.search(
        r"\b(?:city name|name of (?:the )?city|format of city)\b|^(?:the |which )?city\b(?!(?:,| and| or))",
        text,
    ) or last in {
        "city",
        "town",
    }:
        first = "city"
    else:
        first = ""
    return tuple(dict.fromkeys((first, "", "city", "city, ST", "city, state", "city, country", "bare")))


def _samples_text(text: str) -> str:
    match = re.search(r"\b(?:e\.g\.|such as|like|example)[\s,:]*(.{0,40})", text)
    return match[1] if match else ""
