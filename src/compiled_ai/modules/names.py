"""Names of persons and organisations: their parts, comparing them, and finding them in text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiled_ai.modules._common_words import COMMON_WORDS
from compiled_ai.modules._name_parts import PersonName, read_person, read_suffix, without_legal_form
from compiled_ai.modules._name_words import GIVEN_NAMES, LEGAL_FORMS, PARTICLES, SURE_TITLES, TITLES
from compiled_ai.modules._places import region_of
from compiled_ai.modules._scan import plain
from compiled_ai.modules.text import clean, fold, words

__all__ = [
    "NameMention",
    "OrganisationMention",
    "PersonName",
    "find_organisation_names",
    "find_person_names",
    "format_person_name",
    "legal_form",
    "organisation_name",
    "parse_person_name",
    "same_organisation",
    "same_person",
]


@dataclass(frozen=True, slots=True)
class NameMention:
    """A person's name in a text: where it stands and its parts."""

    start: int
    end: int
    text: str
    name: PersonName


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    """An organisation with its legal form in a text: where it stands, and its name without the form."""

    start: int
    end: int
    text: str
    name: str


def parse_person_name(text: str) -> PersonName | None:
    """Title, given, middle and family name and suffix of the name that the whole text is, or None if it is none.

    Read are "Dr. Jane M. Smith, MD", "Smith, John Paul", "Ludwig van Beethoven" (the particle belongs to the family name) and
    "Mr. Smith"; one word without a title is None. Titles and suffixes come in one spelling ("Dr", "Jr"), names as written.
    """
    return read_person(text)


def format_person_name(name: PersonName, *, family_first: bool = False) -> str:
    """The name on one line, with title and suffix; with `family_first` as "Smith, John Paul, Jr" without the title."""
    given = " ".join(filter(None, (name.given, name.middle)))
    if family_first:
        return ", ".join(filter(None, (name.family, given, name.suffix)))
    return " ".join(filter(None, (name.title, given, name.family, name.suffix)))


def same_person(left: str, right: str) -> bool:
    """Whether two names may be one person's: same family name and suffix, given and middle names equal, missing, or an initial.

    The order, titles, case and accents do not matter. A missing given name is not enough ("Mr. Smith").
    """
    one, two = read_person(left), read_person(right)
    if one is None or two is None or not one.given or not two.given:
        return False
    if _key(one.family) != _key(two.family) or (one.suffix and two.suffix and one.suffix != two.suffix):
        return False
    if not _may_be(one.given, two.given):
        return False
    return all(
        _may_be(*pair) for pair in zip((one.middle or "").split(), (two.middle or "").split(), strict=False)
    )


def _key(name: str | None) -> str:
    return " ".join(words(name or ""))


def _may_be(one: str, two: str) -> bool:
    short, long = sorted((fold(one).rstrip("."), fold(two).rstrip(".")), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


_CAPITAL = r"[A-Z\u00c0-\u00d6\u00d8-\u00de][^\W\d_]*(?:['-][^\W\d_]+)*+"
_PARTICLE = (
    "(?:"
    + "|".join(
        sorted(
            PARTICLES - {"y", "e", "do", "st", "saint", "san", "mac", "'t"},
            key=lambda word: (-len(word), word),
        )
    )
    + ")"
)
_RUN = re.compile(
    rf"(?<![\w'.-])(?:{_CAPITAL}\.?)(?:[ ](?:(?:{_PARTICLE}[ ]){{0,2}}{_CAPITAL}\.?)){{0,6}}+(?![\w'])(?:,? (?:Jr|Sr|II|III|PhD|MD)\b\.?)?"
)
_CUE = re.compile(
    r"\b(?:name is|i am|i'm|this is|named|called|signed|sincerely,|regards,|attn:?|attention:|contact:?|patient:?|name:|customer:?|dear)\s{1,2}$",
    re.IGNORECASE,
)


def find_person_names(text: str) -> list[NameMention]:
    """Every person's name in order: words with a capital after a title ("Mr. Lee"), a cue ("my name is") or a common given name.

    A name without any of these is left out, as is a given name alone.
    """
    scanned = plain(text)
    found = []
    for run in _RUN.finditer(scanned):
        hit = _person_in(run, scanned)
        if hit:
            start, end, name = hit
            found.append(NameMention(start, end, text[start:end], name))
    return found


def _person_in(run: re.Match[str], scanned: str) -> tuple[int, int, PersonName] | None:
    pieces = [
        (piece.start() + run.start(), piece.end() + run.start(), piece[0])
        for piece in re.finditer(r"\S+", run[0])
    ]
    for index, (start, _, word) in enumerate(pieces):
        bare = fold(word).rstrip(".,")
        # "San Francisco Giants" has a given name too, but not after words that begin a sentence.
        if index and not _may_lead(pieces[index - 1][2]):
            return None
        titled = bare in TITLES and (
            bare in SURE_TITLES or word.endswith(".") or _follows_given(pieces, index)
        )
        cued = index == 0 and _CUE.search(scanned, max(0, start - 20), start) is not None and len(pieces) > 1
        if not (titled or cued or bare in GIVEN_NAMES):
            continue
        name, end = _longest_name(scanned, start, [end for _, end, _ in pieces[index : index + 7]])
        if name and name.family:
            return start, end, name
    return None


def _may_lead(word: str) -> bool:
    return word.endswith(".") or fold(word) in COMMON_WORDS or fold(word) in _LEADING


def _follows_given(pieces: list[tuple[int, int, str]], index: int) -> bool:
    return index + 1 < len(pieces) and fold(pieces[index + 1][2]) in GIVEN_NAMES


def _longest_name(scanned: str, start: int, ends: list[int]) -> tuple[PersonName | None, int]:
    for end in reversed(ends):
        said = scanned[start:end]
        # A full stop belongs to an initial or suffix, else it ends the sentence.
        trimmed = said if re.search(r"(?:\b[A-Z]|Jr|Sr|St)\.$", said) and len(ends) > 1 else said.rstrip(".,")
        if re.search(
            r"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|Sr|Jr|St))(?<!Mrs)(?<!Rev)(?<!Prof)(?<!Capt)\. ", trimmed
        ):
            continue  # a sentence ends inside
        if _ends_elsewhere(trimmed):
            continue
        trimmed = trimmed.removesuffix("'s")
        name = read_person(trimmed)
        if name:
            return name, start + len(trimmed)
    return None, start


def _ends_elsewhere(said: str) -> bool:
    """Whether the words go on after the name: "Newton's Opticks", "Michael O'Brien DOB", "Austin Texas"."""
    last = said.rsplit(maxsplit=1)[-1]
    if "'s " in said or (
        len(last) > 1 and last.isupper() and not said.isupper() and read_suffix(last) is None
    ):
        return True
    return region_of(last) is not None and len(said.split()) == 2


def organisation_name(text: str) -> str:
    """The name without its legal form, as written ("Acme Widgets, Inc." is "Acme Widgets"); a form alone stays."""
    kept, form = without_legal_form(clean(text).split())
    return " ".join(kept).rstrip(" ,&-") if form else clean(text)


def legal_form(text: str) -> str | None:
    """The legal form at the end of the name, as written ("Inc.", "GmbH & Co. KG"), or None without one."""
    _, form = without_legal_form(clean(text).split())
    return " ".join(form).lstrip(" ,&") or None


def same_organisation(left: str, right: str) -> bool:
    """Whether two names are one organisation's: the same words without legal forms, "the", punctuation, case and accents."""
    one, two = _organisation_key(left), _organisation_key(right)
    return bool(one) and one == two


def _organisation_key(text: str) -> str:
    said = fold(organisation_name(text)).replace("&", " and ").replace("+", " and ")
    parts = [word.replace("'", "") for word in words(said)]
    if len(parts) > 1 and parts[0] == "the":
        parts = parts[1:]
    # "I.B.M." and "IBM", "e bay" and "eBay": the spaces are not what tells two names apart.
    return "".join(parts)


_ORGANISATION = re.compile(
    rf"(?<![\w'.-])(?:{_CAPITAL}|[0-9]{{1,4}}[A-Z]\w*)(?:(?:[ ]| ?& ?|[ ](?:and|of|the|und|de)[ ])(?:(?:[A-Z]\.){{2,4}}|{_CAPITAL}|[A-Z0-9]\w*)){{0,6}}+"
)
_FORM_WORDS = frozenset("".join(form) for form in LEGAL_FORMS) - {
    "as",
    "co",
    "company",
    "se",
    "ab",
    "ek",
    "ev",
    "eg",
    "ag",
}
_FORM = re.compile(r"\.?,? (?:& )?(?P<form>(?:[A-Za-z]\.){2,4}|[A-Za-z]{2,12}(?:\.(?=[ ,]|$))?)(?!\w)")
_LEADING = frozenset(("also", "we", "our", "from", "in", "at", "for", "with", "and", "by", "to", "dear", "hello", "hi", "as", "but", "when", "if", "is", "contact", "the", "a",
                      "thanks", "regards", "cc", "was", "has", "i", "my", "on", "of", "email", "met", "did", "can", "patient", "customer", "mail", "ask", "hey"))  # fmt: skip


def find_organisation_names(text: str) -> list[OrganisationMention]:
    """Every name with capitals that ends in a legal form ("Acme Widgets, Inc.", "Bosch GmbH"), in order; others are left out."""
    scanned = plain(text)
    found: list[OrganisationMention] = []
    for match in _ORGANISATION.finditer(scanned):
        start, end = match.span()
        if found and start < found[-1].end:
            continue
        while (form := _FORM.match(scanned, end)) and _is_form(form["form"]):
            end = form.end()
        while (first := re.match(r"(\S+) ", scanned[start:end])) and fold(first[1]) in _LEADING - {"the"}:
            start += first.end()
        kept, ending = without_legal_form(scanned[start:end].split())
        if any(_is_form(word) for word in ending):
            found.append(OrganisationMention(start, end, text[start:end], " ".join(kept).rstrip(" ,&-")))
    return found


def _is_form(word: str) -> bool:
    return fold(word).replace(".", "").split(" ")[0].strip(",") in _FORM_WORDS
