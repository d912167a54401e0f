"""What a description in plain English says of a parameter: its default, its options, samples, format and unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.spec.canonical import JsonValue

_MARKS = "'\"\u2018\u2019\u201c\u201d`"
_ITEM = rf"[{_MARKS}](?P<item>[^{_MARKS}]{{1,40}})[{_MARKS}]"
_QUOTED = re.compile(rf"(?<!\w){_ITEM}(?!\w)")
_SEPARATOR = re.compile(r"\s*(?:(?:,|/|;)\s*(?:or|and)?|or|and)\s*|\s*\([^()]*\)\s*(?:,|or|and)\s*")
_SAMPLES = re.compile(
    r"\b(?:e\.?\s?g\.?|i\.\s?e\.?|eg|for example|for instance|such as|like|example|examples)(?:\b|(?<=\.))[.,:]*\s*(?P<text>.+)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?:\(|:\s*|\beither\s+)(?P<first>[\w-]+)(?:,\s*(?P<middle>[\w-]+))?,?\s+or\s+(?P<last>[\w-]+)\s*(?:\)|\.|,|$)"
)
_OPEN = re.compile(r"\betc\b|\.\.\.|\band so on\b", re.IGNORECASE)
_DEFAULT = re.compile(
    r"\bdefault(?:s|ed)?\b(?:\s+(?:value|values|factor|level))*\s*(?:is|are|to|as|=|:|will be|would be)*\s*(?:set)?\s*(?:to)?\s*:?\s*"
    rf"(?:[{_MARKS}](?P<quoted>[^{_MARKS}]*)[{_MARKS}]|(?P<number>-?\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w^])|(?P<flag>true|false|zero|one)\b)",
    re.IGNORECASE,
)
_AS_DEFAULT = re.compile(rf"{_ITEM}\s+(?:as|by)\s+(?:the\s+)?default", re.IGNORECASE)
_DATE_FORMAT = re.compile(
    r"(?<![A-Za-z])(?P<format>(?:Y{3,4}|M{1,2}|D{1,2}|year|month|day)(?P<gap>[-/. ])(?:Y{2,4}|M{1,2}|D{1,2}|year|month|day)(?P=gap)(?:Y{2,4}|M{1,2}|D{1,2}|year|month|day))(?![A-Za-z])",
    re.IGNORECASE,
)
_CLOCK_FORMAT = re.compile(r"(?<![A-Za-z])(HH:MM(?::SS)?)(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is known of a parameter from its schema and description."""

    default: JsonValue = None
    has_default: bool = False
    options: tuple[str, ...] = ()
    """The values that are allowed, where the description lists them all."""
    samples: tuple[str, ...] = ()
    """Values that it gives as examples."""
    date_format: str = ""
    """Such as ``YYYY-MM-DD``."""
    clock_format: str = ""
    """``HH:MM`` or ``HH:MM:SS``."""
    words: tuple[str, ...] = field(default=())
    """Words of the description without defaults and samples, in lower case."""


def read_description(parameter: Parameter) -> Said:
    """Everything that the description and the schema of `parameter` say."""
    text = parameter.description
    default, has_default = _default(parameter, text)
    options, samples = _listed(text)
    options = options or _codes(text, default)
    dates, clocks = _DATE_FORMAT.search(text), _CLOCK_FORMAT.search(text)
    return Said(
        default=default,
        has_default=has_default,
        options=options,
        samples=samples,
        date_format=_normal_format(dates["format"]) if dates else "",
        clock_format=clocks[1].upper() if clocks else "",
        words=tuple(re.findall(r"[a-z]+", _body(text).lower())),
    )


def _body(text: str) -> str:
    """`text` without what it says of defaults and without samples: the sentence that tells what the value is."""
    text = re.split(
        r"\(?\b(?:optional\b.{0,20}\bdefault|defaults?\b|if not (?:provided|specified|given)|e\.g\b|such as\b|for example\b|for instance\b|examples?[:,]|like )",
        text,
        maxsplit=1,
        flags=re.IGNORECASE,
    )[0]
    return _QUOTED.sub(" ", text)


def _default(parameter: Parameter, text: str) -> tuple[JsonValue, bool]:
    if "default" in parameter.schema and _fits(parameter, parameter.schema["default"]):
        return parameter.schema["default"], True
    match = _DEFAULT.search(text) or _AS_DEFAULT.search(text)
    if match is None:
        return None, False
    found = match.groupdict()
    value = _read(
        parameter, found.get("quoted") or found.get("item") or found.get("number") or found.get("flag") or ""
    )
    return value, value is not None and _fits(parameter, value)


def _read(parameter: Parameter, text: str) -> JsonValue:
    """`text` as a value of the parameter's type."""
    if parameter.type == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if parameter.type in {"integer", "number"}:
        try:
            number = float({"zero": "0", "one": "1"}.get(text.lower(), text))
        except ValueError:
            return None
        return int(number) if parameter.type == "integer" and number.is_integer() else number
    return text if parameter.type == "string" and text else None


def _fits(parameter: Parameter, value: JsonValue) -> bool:
    values = parameter.schema.get("enum")
    if isinstance(values, list):
        return value in values
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    expected = kinds.get(parameter.type)
    if expected is None or (isinstance(value, bool) and parameter.type != "boolean"):
        return False
    return isinstance(value, expected)


def _codes(text: str, default: JsonValue) -> tuple[str, ...]:
    """The default and words with underscores, where `text` tells what each of them is: "dry means no rain, light_rain means ..."."""
    codes = list(dict.fromkeys(re.findall(r"(?<![\w./])[a-z]+(?:_[a-z]+)+(?![\w./(])", text)))
    if not codes or not isinstance(default, str):
        return ()
    said = re.search(rf"(?<!\w){re.escape(default)}(?!\w)", text)
    return tuple(dict.fromkeys((default, *codes))) if said else ()


def _listed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Options where `text` lists all of them, and samples."""
    runs = [(run, is_open) for run, is_open in _quoted_runs(text)]
    closed = next((run for run, is_open in runs if len(run) > 1 and not is_open), ())
    opened = tuple(dict.fromkeys(item for run, is_open in runs if is_open for item in run))
    if closed:
        return closed, opened
    pair = _PAIR.search(text)
    if pair and not opened:
        return tuple(item for item in (pair["first"], pair["middle"], pair["last"]) if item), ()
    return (), opened or _plain_samples(text)


def _quoted_runs(text: str) -> list[tuple[tuple[str, ...], bool]]:
    """Quoted values that stand in a row, each with whether they are only samples."""
    runs: list[tuple[list[str], int, int]] = []
    for match in _QUOTED.finditer(text):
        gap = text[runs[-1][2] : match.start()] if runs else ""
        if runs and (_SEPARATOR.fullmatch(gap) or _is_gloss(gap)):
            runs[-1] = ([*runs[-1][0], match["item"]], runs[-1][1], match.end())
        else:
            runs.append(([match["item"]], match.start(), match.end()))
    found = []
    for items, start, end in runs:
        before = text[max(0, start - 14) : start].lower()
        is_open = bool(
            re.search(r"(?:e\.?g\.?|such as|like|example|instance|i\.e\.)[\s,:.(\[]*$", before)
            or _OPEN.match(text[end : end + 8].lstrip(" ,.(")) is not None
        )
        if not re.search(r"default\w*\s*(?:is|to|value is|:|=)?\s*$", before):
            found.append((tuple(dict.fromkeys(items)), is_open))
    return found


def _is_gloss(gap: str) -> bool:
    """Whether `gap` between two quoted options explains the first: "'list' for a list of all or 'dictionary' for ..."."""
    is_explained = re.match(r"\s*(?:for|if|when|meaning|refers|means|\()", gap) is not None
    return (
        is_explained
        and len(gap) < 80
        and "." not in gap
        and re.search(r"(?:\W(?:or|and)|,)\s+$", gap) is not None
    )


def _plain_samples(text: str) -> tuple[str, ...]:
    """Samples without quotes: "e.g. vegan, vegetarian, gluten free" or "like steep, moderate etc."."""
    match = _SAMPLES.search(text)
    if match is None:
        return ()
    part = re.split(r"\)|[.;](?:\s|$)|\betc\b|\bdefault", match["text"], maxsplit=1, flags=re.IGNORECASE)[0]
    items = [item.strip(" ,[]" + _MARKS) for item in re.split(r",|\bor\b|\band\b", part)]
    return tuple(dict.fromkeys(item for item in items if 0 < len(item) <= 30 and len(item.split()) <= 3))


def is_place_pair(samples: Sequence[str]) -> bool:
    """Whether samples look like "San Francisco, CA", which is read as two."""
    return any(re.fullmatch(r"[A-Z]{2}", item) for item in samples)


def _normal_format(text: str) -> str:
    """``month-day-year`` and ``yyyy-mm-dd`` in capital letters: ``MM-DD-YYYY``, ``YYYY-MM-DD``."""
    text = text.upper().replace("YEAR", "YYYY").replace("MONTH", "MM").replace("DAY", "DD")
    return re.sub(r"Y{3,4}", "YYYY", text)
