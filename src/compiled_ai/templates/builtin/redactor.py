"""``redactor``: mask personal data in a text. What is personal data, ``modules.identifiers`` and ``modules.phones`` find."""

from __future__ import annotations

import re

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._compose import activity, refuse, strings
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    field,
    parameters,
    phrases,
    step,
    text,
    whole,
)
from compiled_ai.templates.rendering import Rendering, signature

_FINDERS = {
    "email": "find_emails",
    "link": "find_urls",
    "iban": "find_ibans",
    "card": "find_cards",
    "ssn": "find_ssns",
    "phone": "_find_phones",
}
"""By kind, in the order in which they are hidden, what finds it."""
PARAMETERS = parameters(
    {
        "kinds": {
            "type": "array",
            "items": {"type": "string", "enum": [*_FINDERS]},
            "uniqueItems": True,
            "description": "What is hidden.",
        }
    },
    {
        "step": step("redact"),
        "field": field("The input field, and the output field too.", "text"),
        "words": phrases("Words and phrases that are hidden as well, whatever their case."),
        "regions": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "uniqueItems": True,
            "default": ["US", "GB", "DE", "FR"],
            "description": "Countries whose telephone numbers are hidden without a country code too.",
        },
        "mask": text("What stands in place of each character that is hidden.", "*"),
        "keep_last": whole(
            "Characters at the end of a find that stay; links, mails and words never keep any.", 0, high=4
        ),
    },
)
_MASKED = '''
_Places = list[tuple[int, int]]


def _masked(text: str, places: _Places, keep: int) -> str:
    """The text with all but the last characters of the places masked."""
    pieces: list[str] = []
    done = 0
    for start, end in places:
        cut = max(start, end - keep)
        pieces += [text[done:start], {mask!r} * (cut - start), text[cut:end]]
        done = end
    return "".join([*pieces, text[done:]])
'''
_PHONES = '''
def _find_phones(text: str) -> _Places:
    """Where telephone numbers of any of the regions stand."""
    found = [(phone.start, phone.end) for region in {regions!r} for phone in find_phones(text, region)]
    places: _Places = []
    for start, end in sorted(found):
        if places and start < places[-1][1]:
            places[-1] = (places[-1][0], max(places[-1][1], end))
        else:
            places.append((start, end))
    return places
'''
_MAIN = '''
{signature}
    """The text with masks, and how much was hidden of each kind."""
    text = data[{field!r}]
{lines}
    return {{{field!r}: text, "hidden": {{{counts}}}}}
'''


def render(values: JsonObject) -> Rendering:
    """The finders of the modules, and masks for what they find, one kind after the other."""
    kinds = [kind for kind in _FINDERS if kind in strings(values["kinds"])]
    words = strings(values["words"])
    mask = str(values["mask"])
    if not kinds and not words:
        raise refuse("kinds", "nothing would be hidden; name a kind or words")
    if len(mask) != 1 or mask.isalnum():
        raise refuse("mask", f"'{mask}' is not one sign other than a letter or digit")
    blocks = [_MASKED.format(mask=mask)]
    if "phone" in kinds:
        blocks.append(_PHONES.format(regions=("", *strings(values["regions"]))))
    if words:
        listed = "|".join(_word(word) for word in sorted(words, key=lambda word: (-len(word), word)))
        blocks.append(f"_WORD = re.compile({listed!r}, re.IGNORECASE)")
    names = [*kinds, *(["word"] if words else [])]
    main = _MAIN.format(
        signature=signature(str(values["step"])),
        field=values["field"],
        lines="\n".join(_lines(name, int(str(values["keep_last"]))) for name in names),
        counts=", ".join(f"{name!r}: len({name})" for name in names),
    )
    counts: JsonObject = {name: {"type": "integer"} for name in names}
    return activity(
        values,
        [*blocks, main],
        takes={str(values["field"]): {"type": "string"}},
        gives={
            str(values["field"]): {"type": "string"},
            "hidden": {
                "type": "object",
                "additionalProperties": False,
                "required": [*names],
                "properties": counts,
            },
        },
    )


def _lines(name: str, keep: int) -> str:
    """Finding and masking one kind."""
    if name == "word":
        found = "[found.span() for found in _WORD.finditer(text)]"
    elif name == "phone":
        found = "_find_phones(text)"
    else:
        found = f"[(found.start, found.end) for found in {_FINDERS[name]}(text)]"
    left = 0 if name in {"email", "link", "word"} else keep
    return f"    {name} = {found}\n    text = _masked(text, {name}, {left})"


def _word(word: str) -> str:
    parts = [re.escape(part) for part in word.split()]
    opening = r"(?<!\w)" if word.strip()[0].isalnum() else ""
    closing = r"(?!\w)" if word.strip()[-1].isalnum() else ""
    return opening + r"\s{1,3}".join(parts) + closing


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=(
        "identifiers.find_emails",
        "identifiers.find_urls",
        "identifiers.find_ibans",
        "identifiers.find_cards",
        "identifiers.find_ssns",
        "phones.find_phones",
    ),
    example={"kinds": ["email", "card", "iban", "phone"], "words": ["project falcon"], "keep_last": 4},
    trials=(
        answers(
            {
                "text": "Ann (ann.lee@mail.example.org, +49 30 1234567) paid with 4111 1111 1111 1111 for Project  Falcon."
            },
            {
                "text": "Ann (************************, **********4567) paid with ***************1111 for ***************.",
                "hidden": {"email": 1, "iban": 0, "card": 1, "phone": 1, "word": 1},
            },
        ),
        answers(
            {"text": "Call 555-123-4567 or (030) 90 before 01.02.2026"},
            {
                "text": "Call ********4567 or (030) 90 before 01.02.2026",
                "hidden": {"email": 0, "iban": 0, "card": 0, "phone": 1, "word": 0},
            },
        ),
        answers(
            {"text": "Order 4111111111111112, IBAN DE89 3704 0044 0532 0130 00"},
            {
                "text": "Order 4111111111111112, IBAN ***********************0 00",
                "hidden": {"email": 0, "iban": 1, "card": 0, "phone": 0, "word": 0},
            },
        ),
    ),
)
