"""Turn a spoken request to a smart home into one function call."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from compiled_ai.spec.canonical import JsonObject, JsonValue

_ROOMS = {
    "living_room": r"living ?-?room|lounge|sitting ?-?room",
    "bedroom": r"bedroom",
    "kitchen": r"kitchen",
    "bathroom": r"bathroom|bath|washroom",
    "office": r"office|study",
}
_UNITS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_TAKEN_BACK = re.compile(
    r"\b(no wait|never ?mind|forget it|scratch that|actually|on second thought|cancel that|don'?t|do not|wait,? no|rather not|leave it)\b"
)
_TEMPERATURE = re.compile(
    r"\b(degrees?|celsius|fahrenheit|temperature|thermostat|heat(ing)?|cool|warm(er)?|°)|\d ?°|\d ?[cf]\b"
)


def answer(data: JsonObject) -> JsonObject | None:
    """The call, or None."""
    text = _with_digits(str(data["request"]).casefold().replace("\u2019", "'"))
    if _TAKEN_BACK.search(text):
        return None
    rooms = [room for room, pattern in _ROOMS.items() if re.search(rf"\b({pattern})\b", text)]
    wants = [name for name, wanted in _WANTED.items() if wanted(text)]
    if len(wants) != 1:
        return None
    if wants[0] == "set_timer":
        return _timer(text)
    if len(rooms) != 1:
        return None
    return _temperature(text, rooms[0]) if wants[0] == "set_temperature" else _light(text, rooms[0])


def _is_timer(text: str) -> bool:
    return bool(
        re.search(r"\b(timer|remind|wake|alarm|countdown|count down)\b", text)
        or re.search(r"\bin (\d+|an?|half an) (minutes?|hours?)\b", text)
    )


def _is_light(text: str) -> bool:
    return bool(re.search(r"\b(lights?|lamps?|lighting)\b", text))


def _is_temperature(text: str) -> bool:
    return bool(_TEMPERATURE.search(text)) and not _is_timer(text)


_WANTED = {"set_temperature": _is_temperature, "set_timer": _is_timer, "switch_light": _is_light}


def _with_digits(text: str) -> str:
    """`text` with numbers in words as digits, up to ninety-nine and "a hundred and ..."."""
    units = "|".join(_UNITS)
    tens = "|".join(_TENS)

    def number(match: re.Match[str]) -> str:
        total = _TENS.get(match["tens"] or "", 0)
        unit = match["unit"] or match["single"]
        return str(total + (_UNITS.index(unit) if unit else 0))

    text = re.sub(rf"\b(?P<tens>{tens})(?:[- ](?P<unit>{units}))?\b|\b(?P<single>{units})\b", number, text)

    def hundreds(match: re.Match[str]) -> str:
        count = 1 if match[1] in {"a", "one"} else int(match[1])
        return str(100 * count + int(match[2] or 0))

    return re.sub(r"\b(a|\d) hundred(?: and)?(?: (\d{1,2})\b)?", hundreds, text)


def _temperature(text: str, room: str) -> JsonObject | None:
    numbers = re.findall(r"-?\d+(?:\.\d+)?", text)
    if len(numbers) != 1:
        return None
    value = Decimal(numbers[0])
    if re.search(r"fahrenheit|\d ?°? ?f\b", text):
        value = ((value - 32) * 5 / 9).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if not 5 <= value <= 30:
        return None
    celsius: JsonValue = int(value) if value == value.to_integral_value() else float(value)
    return {"function": "set_temperature", "arguments": {"room": room, "celsius": celsius}}


def _light(text: str, room: str) -> JsonObject | None:
    is_off = bool(re.search(r"\boff\b|\bout\b|\bdark\b|\bkill\b", text))
    is_on = bool(re.search(r"\bon\b|\blight up\b|\bbrighten\b", text))
    if is_on == is_off:
        return None
    return {"function": "switch_light", "arguments": {"room": room, "on": is_on}}


def _timer(text: str) -> JsonObject | None:
    minutes = _minutes(text)
    if minutes is None or not 1 <= minutes <= 600:
        return None
    return {"function": "set_timer", "arguments": {"minutes": minutes, "label": _label(text)}}


def _minutes(text: str) -> int | None:
    whole = re.search(r"\b(?P<count>\d+|an?)[ -]hours?(?P<half> and a half| and 30 minutes)?", text)
    minutes = re.search(r"(?<!and )\b(?P<count>\d+|a)[ -]?min(ute)?s?\b", text)
    if re.search(r"\bhalf an hour\b|\bhalf hour\b", text):
        return None if minutes else 30
    if match := re.search(r"\b(\d+|a)( and a half|\.5) hours\b", text):
        return (1 if match[1] == "a" else int(match[1])) * 60 + 30
    total = 0
    if whole:
        total = 60 * (1 if whole["count"] in {"a", "an"} else int(whole["count"])) + (
            30 if whole["half"] else 0
        )
        extra = re.search(r"hours?,? (?:and )?(\d+) min", text)
        return total + int(extra[1]) if extra and not whole["half"] else total
    if re.search(r"\bquarter of an hour\b", text):
        return 15
    return (1 if minutes["count"] == "a" else int(minutes["count"])) if minutes else None


def _label(text: str) -> str | None:
    match = re.search(
        r"\bfor (?:the |my |some |an? )?(?!\d|an? (?:hour|minute)|half an|(?:the )?next)(?P<label>[a-z][a-z' -]*?)"
        r"(?=$|[.,!?]| please| for \d| in \d| at \d|,| for an?\b)",
        text,
    )
    return match["label"].strip() if match else None
