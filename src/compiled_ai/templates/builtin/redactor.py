"""``redactor``: mask personal data in a text."""

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

_PATTERNS: dict[str, tuple[str, str]] = {
    "email": (r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}", ""),
    "link": (r"\bhttps?://[^\s<>\"]{1,2000}", ""),
    "iban": (r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", "_is_iban"),
    "card": (r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])", "_is_card"),
    "ssn": (r"(?<![0-9-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9-])", ""),
    "phone": (
        r"(?<![\w+])(?:[+(0][0-9 ()/.-]{5,20}[0-9]|(?:1[. -])?[2-9][0-9]{2}[. -][0-9]{3}[. -][0-9]{4})(?![0-9])",
        "_is_phone",
    ),
}
"""By kind, in the order in which they are hidden: its pattern, and the check that a find must pass."""
_CHECKS = {
    "card": '''
def _is_card(number: str) -> bool:
    """Whether the digits have a right Luhn check digit."""
    digits = [int(sign) for sign in reversed(number) if sign in "0123456789"]
    doubled = [digit if index % 2 == 0 else sum(divmod(2 * digit, 10)) for index, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0
''',
    "iban": '''
def _is_iban(number: str) -> bool:
    """Whether the check digits are right (ISO 7064, remainder 1 by 97)."""
    signs = "".join(sign for sign in number if sign != " ")
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1
''',
    "phone": '''
def _is_phone(number: str) -> bool:
    """Whether it has as many digits as telephone numbers have, and is no date."""
    digits = sum(sign in "0123456789" for sign in number)
    return 7 <= digits <= 15 and parse_date(number) is None
''',
}
PARAMETERS = parameters(
    {
        "kinds": {
            "type": "array",
            "items": {"type": "string", "enum": [*_PATTERNS]},
            "uniqueItems": True,
            "description": "What is hidden.",
        }
    },
    {
        "step": step("redact"),
        "field": field("The input field, and the output field too.", "text"),
        "words": phrases("Words and phrases that are hidden as well, whatever their case."),
        "mask": text("What stands in place of each character that is hidden.", "*"),
        "keep_last": whole(
            "Characters at the end of a find that stay; links, mails and words never keep any.", 0, high=4
        ),
    },
)
_MASKED = '''
def _mask_{kind}(found: re.Match[str]) -> str:
    """The mask of one {kind}{doc}."""
{check}    return {code}
'''
_MAIN = '''
def _count(pattern: re.Pattern[str], mask: Callable[[re.Match[str]], str], text: str) -> int:
    """How many finds the mask changes."""
    return sum(mask(found) != found[0] for found in pattern.finditer(text))


{signature}
    """The text with masks, and how much was hidden of each kind."""
    text = data[{field!r}]
{lines}
    return {{{field!r}: text, "hidden": {{{counts}}}}}
'''


def render(values: JsonObject) -> Rendering:
    """One pattern and one mask for each kind, hidden one after the other."""
    kinds = [kind for kind in _PATTERNS if kind in strings(values["kinds"])]
    words = strings(values["words"])
    mask = str(values["mask"])
    if not kinds and not words:
        raise refuse("kinds", "nothing would be hidden; name a kind or words")
    if len(mask) != 1 or mask.isalnum():
        raise refuse("mask", f"'{mask}' is not one sign other than a letter or digit")
    blocks = [_CHECKS[kind] for kind in kinds if kind in _CHECKS]
    for kind in kinds:
        keep = 0 if kind in {"email", "link"} else int(str(values["keep_last"]))
        blocks.append(f"_{kind.upper()} = re.compile({_PATTERNS[kind][0]!r})")
        blocks.append(_masker(kind, _PATTERNS[kind][1], mask, keep))
    if words:
        listed = "|".join(_word(word) for word in sorted(words, key=lambda word: (-len(word), word)))
        blocks.append(f"_WORD = re.compile({listed!r}, re.IGNORECASE)")
        blocks.append(_masker("word", "", mask, 0))
    names = [*kinds, *(["word"] if words else [])]
    lines = "\n".join(
        f"    {name} = _count(_{name.upper()}, _mask_{name}, text)\n    text = _{name.upper()}.sub(_mask_{name}, text)"
        for name in names
    )
    main = _MAIN.format(
        signature=signature(str(values["step"])),
        field=values["field"],
        lines=lines,
        counts=", ".join(f"{name!r}: {name}" for name in names),
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


def _word(word: str) -> str:
    parts = [re.escape(part) for part in word.split()]
    opening = r"(?<!\w)" if word.strip()[0].isalnum() else ""
    closing = r"(?!\w)" if word.strip()[-1].isalnum() else ""
    return opening + r"\s{1,3}".join(parts) + closing


def _masker(kind: str, check: str, mask: str, keep: int) -> str:
    hidden = (
        f"{mask!r} * len(found[0])"
        if not keep
        else f"{mask!r} * (len(found[0]) - {keep}) + found[0][-{keep}:]"
    )
    test = f"    if not {check}(found[0]):\n        return found[0]\n" if check else ""
    doc = ", if it is one" if check else ""
    return _MASKED.format(kind=kind, doc=doc, check=test, code=hidden)


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
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
