"""Recognisers of what words around it tell: mail and web, labelled codes, dates of birth, addresses and names of persons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from compiled_ai.compliance.identifiers import Kind, find_identifiers
from compiled_ai.gates._pii_hits import Hit, PiiType, Recogniser

_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE: Final = re.compile(
    r"(?i)(?<![\w/])(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{4}|[0-9]{2})"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH}\.?,? [0-9]{{4}}|{_MONTH}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}"
    r"|(?:19|20)[0-9]{6})(?!\w)(?![/-][0-9])"
)
_BORN: Final = re.compile(
    "dob|d.o.b|date of birth|birth|born|geburtsdatum|geboren|date de naissance|nacimiento|nascita"
)
_BORN_REACH: Final = 40


def find_births(lowered: str, text: str) -> Iterator[Hit]:
    """The first date shortly after a word of birth."""
    for said in _BORN.finditer(lowered):
        if said.start() and lowered[said.start() - 1].isalpha():
            continue
        date = _DATE.search(text, said.end(), said.end() + _BORN_REACH + 20)
        if date and date.start() - said.end() <= _BORN_REACH:
            yield Hit(*date.span(), "date_of_birth", 0.9 if date.start() - said.end() < 16 else 0.7)


WEB: Final[tuple[Recogniser, ...]] = (
    Recogniser(
        kind="email",
        pattern=re.compile(
            r"(?i)(?<![\w.+-])[\w+-][\w.+-]{0,63}+ ?[\[(<{] ?at ?[\])>}] ?[\w-]{1,63}"
            r"(?: ?(?:[\[(<{] ?dot ?[\])>}]|\.) ?[\w-]{1,63}){1,5}"
        ),
        score=lambda _: (0.75, 0.75),
        needs="at",
    ),
    Recogniser(
        kind="url_credentials",
        pattern=re.compile(
            r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,15}://(?P<v>[^\s/@:?#\"'<>]{0,64}:[^\s/@\"'<>]{1,128})@[^\s/?#@\"'<>]"
        ),
        score=lambda _: (0.97, 0.97),
        needs="://",
    ),
    Recogniser(
        kind="url_credentials",
        pattern=re.compile(
            r"(?i)[?&](?:access_?token|auth_?token|api_?key|token|password|passwd|pwd|secret|signature|sig)=(?P<v>[^\s&#\"'<>]{6,512})"
        ),
        score=lambda _: (0.85, 0.85),
        needs="=",
    ),
    Recogniser(
        kind="track_data",
        pattern=re.compile(r"%B[0-9]{12,19}\^[^^\n]{0,40}\^?[0-9]{0,40}\??|;[0-9]{12,19}=[0-9]{4,40}\??"),
        score=lambda _: (0.95, 0.95),
    ),
    Recogniser(
        kind="api_key",
        pattern=re.compile(
            r"(?<![A-Za-z0-9_-])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,255}"
            r"|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,200}|sk_live_[A-Za-z0-9]{16,99}|xox[abprs]-[A-Za-z0-9-]{10,100}|AIza[0-9A-Za-z_-]{35}"
            r"|glpat-[A-Za-z0-9_-]{20,40}|eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000})(?![A-Za-z0-9])"
        ),
        score=lambda _: (0.9, 0.9),
    ),
    Recogniser(
        kind="api_key",
        pattern=re.compile(
            r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----[A-Za-z0-9+/=\s]{16,8000}+(?:-----END (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----)?"
        ),
        score=lambda _: (0.99, 0.99),
        needs="PRIVATE KEY",
    ),
)

_GAP: Final = (
    r"[ _-]?(?:(?:numbers?|num|no|nr|id|codes?|card|ref(?:erence)?)\b\.? ?|# ?){0,2}(?:\([^()\n]{0,20}\))?"
    r"(?:\s{0,2}(?:is|was|[:=#,\"'-])){0,4}\s{0,2}[\"']?"
)
_CODE: Final = r"(?=[A-Za-z-]{0,11}[0-9])[A-Za-z0-9](?:[A-Za-z0-9-]{3,23})(?!\w)"
_LABELLED: Final[tuple[tuple[PiiType, str, str, float], ...]] = (
    ("passport", r"passport|reisepass|passeport|pasaporte|passaporto", r"[A-Za-z]{0,3} ?[0-9](?:[A-Za-z0-9]| (?=[0-9])){4,12}(?!\w)", 0.85),
    ("driver_license", r"(?:driver'?s?|driving)[ _]?(?:licen[cs]e|permit)|licen[cs]e number|dl|führerschein", r"(?=[A-Za-z -]{0,6}[0-9])[A-Za-z0-9](?:[A-Za-z0-9-]| (?=[0-9])){4,23}(?!\w)", 0.8),
    ("medical_record", r"mrn|medical[ _]record|patient[ _]id|patient number|chart number|health record", _CODE, 0.85),
    ("health_plan", r"(?:member|subscriber|beneficiary|medicaid|medicare|health[ _]plan|health[ _]insurance|insurance[ _](?:policy|member))(?=[ _]?(?:id|num|no|nr|#|is|:))|mbi", _CODE, 0.75),
    ("bank_account", r"(?:account|acct|a/c)\.?|kontonummer", r"[0-9](?:[ -]?[0-9]){5,17}(?![\w])(?![.,][0-9])", 0.7),
    ("card_code", r"cvv2?|cvc2?|cid|csc|card verification|security code", r"[0-9]{3,4}(?!\w)", 0.85),
    ("pin", r"pin(?: code)?", r"[0-9]{4,8}(?!\w)", 0.6),
    ("license_plate", r"(?:licen[cs]e|number|registration)[ _]plate|plate", r"(?=[A-Z0-9 -]{0,8}[0-9])(?=[A-Z0-9 -]{0,8}[A-Z])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{1,5}(?:[ -]?[A-Z0-9]{1,4})?(?!\w)", 0.7),
    ("national_id", r"national[ _](?:id|identity|insurance)|identity card|id card|personalausweis|nino|ni(?= (?:no|num))", _CODE, 0.75),
    ("national_id", r"(?:employee|personnel|staff)[ _](?=id|num|no)", _CODE, 0.6),
    ("ssn", r"ssn|social security", r"[0-9Xx*]{3}[- ]?[0-9Xx*]{2}[- ]?[0-9]{4}(?!\w)", 0.7),
)  # fmt: skip
_LABEL_PATTERNS: Final = tuple(
    (kind, re.compile(rf"(?i:(?:{label}){_GAP})(?P<v>{code})"), score)
    for kind, label, code, score in _LABELLED
)
_LABEL_STEMS: Final = re.compile(
    "passport|reisepass|passeport|pasaporte|passaporto|driver|driving|licen|dl|führerschein|mrn|medical|patient|chart|health|member"
    "|subscriber|beneficiary|medicaid|medicare|insurance|mbi|account|acct|a/c|kontonummer|cvv|cvc|cid|csc|card|security|pin|number"
    "|registration|plate|national|identity|id|personalausweis|nino|ni|employee|personnel|staff|ssn|social"
)


def find_labelled(lowered: str, text: str) -> Iterator[Hit]:
    """Codes without a form of their own, behind a word that says what they are. `lowered` is `text` in small letters."""
    for stem in _LABEL_STEMS.finditer(lowered):
        place = stem.start()
        if place and lowered[place - 1].isalpha():
            continue
        for kind, pattern, score in _LABEL_PATTERNS:
            match = pattern.match(text, place)
            if match and any(sign.isdigit() for sign in match["v"]) and not _DATE.fullmatch(match["v"]):
                yield Hit(*match.span("v"), kind, score)


_FORMS: Final[dict[PiiType, frozenset[Kind]]] = {
    "vehicle": frozenset(("vehicle",)),
    "health_plan": frozenset(("health_plan",)),
}
_MAIL_NAME: Final = re.compile(r"(?<![\w.%+=&'-])'?(?P<v>[\w%+=&-][\w.%+'=&-]{0,63})\Z")
_IN_URL: Final = re.compile(r"://[^\s/@]{0,64}:\Z")
"""What stands before a password and its host, which read like a mail address."""
_MAIL_HOST: Final = re.compile(
    r"(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_][\w-]{0,23}(?![\w@])|\[?[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]?(?![\w.])"
)


def find_emails(text: str) -> Iterator[Hit]:
    """Mail addresses, around each @."""
    place = text.find("@")
    while place >= 0:
        host = _MAIL_HOST.match(text, place + 1)
        name = _MAIL_NAME.search(text, max(0, place - 65), place) if host else None
        if host and name and not _IN_URL.search(text, max(0, name.start() - 70), name.start()):
            yield Hit(name.start("v"), host.end(), "email", 0.95)
        place = text.find("@", place + 1)


_VEHICLE: Final = re.compile("[A-HJ-NPR-Z0-9]{17}")
_PLAN: Final = re.compile(r"[1-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9][0-9]-?[A-Z]{2}[0-9]{2}")

_BY_FORM: Final[tuple[tuple[PiiType, re.Pattern[str]], ...]] = (("vehicle", _VEHICLE), ("health_plan", _PLAN))


def find_known(text: str) -> Iterator[Hit]:
    """What `compliance` knows by form: vehicles' numbers with a check digit, and numbers of Medicare."""
    for kind, pattern in _BY_FORM:
        for match in pattern.finditer(text):
            start = max(0, match.start() - 1)
            for one in find_identifiers(text[start : match.end() + 1], _FORMS[kind]):
                yield Hit(start + one.start, start + one.end, kind, 0.9)


_NAME_WORD: Final = r"[^\W\d_][\w'.-]{0,30}"
_NAME: Final = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,4}}"
_NAME_CUES: Final[tuple[tuple[re.Pattern[str], int, float], ...]] = (
    (re.compile(rf"(?i:(?:mr|mrs|ms|mx|miss|dr|prof|professor|herr|frau|mme|monsieur|madame|señora?|sig)\b\.? )(?P<v>{_NAME})"), 1, 0.85),
    (re.compile(rf"(?i:(?:full|first|last|given|family|maiden|middle|legal|patient|customer|client|employee|contact|cardholder|account holder|card holder|guest|passenger)?[ _]?(?:'s )?(?:name|surname|vorname|nachname|nom|nombre)s?\"?\s{{0,2}}(?:[:=]|\bis\b)\s{{0,2}}[\"']?)(?P<v>{_NAME})"), 1, 0.8),
    (re.compile(rf"(?i:(?:cardholder|account holder|card holder|beneficiary|applicant|insured|patient|nurse|physician|doctor|guardian|signed|attn|attention|next of kin|emergency contact|user|employee|customer|client|passenger|guest)\s{{0,2}}[:=]\s{{0,2}}[\"']?)(?P<v>{_NAME})"), 2, 0.7),
    (re.compile(rf"(?i:(?:customer|client|patient|employee|named|contact|cardholder|this is|i am|i'm|my name's) )(?P<v>{_NAME})"), 2, 0.65),
    (re.compile(rf"(?i:(?:contact|signed|named) )(?P<v>{_NAME}) (?=at|on|via)"), 1, 0.6),
    (re.compile(rf"(?i:(?:regards|sincerely|yours truly|best wishes|dear),?\s{{1,3}})(?P<v>{_NAME})"), 1, 0.6),
)  # fmt: skip
"""What stands before a name, and how many words with a capital it must have there."""
_NAME_STEMS: Final = re.compile(
    "mr|ms|mx|miss|dr|prof|herr|frau|mme|monsieur|madame|señor|sig|name|surname|vorname|nachname|nom|cardholder|account holder|card holder"
    "|beneficiary|applicant|insured|patient|nurse|physician|doctor|guardian|attn|attention|next of kin|emergency contact|user|employee"
    "|customer|client|passenger|guest|contact|this is|i am|i'm|my name's|regards|sincerely|yours truly|best wishes|dear"
)
_NOT_NAMES: Final = frozenset(
    (
        *("sir", "madam", "customer", "team", "all", "everyone", "support", "manager", "doctor", "patient", "user", "friend", "hiring"),
        *("colleagues", "members", "i", "we", "you", "he", "she", "they", "it", "the", "a", "an", "and", "or", "for", "to", "of", "in", "on"),
        *("at", "by", "is", "was", "street", "st", "avenue", "road", "city", "bank", "number", "id", "phone", "email", "address", "date"),
        *("time", "type", "value", "string", "null", "none", "true", "false", "yes", "no", "not", "new", "my", "your", "our", "this", "that"),
    )
)  # fmt: skip


def find_names(lowered: str, text: str) -> Iterator[Hit]:
    """Names of persons that a label, a title or a greeting announces; in full capitals or small letters they are not found."""
    for stem in _NAME_STEMS.finditer(lowered):
        place = stem.start()
        if place and lowered[place - 1].isalpha():
            continue
        for pattern, least, score in _NAME_CUES:
            match = pattern.match(text, place)
            end = _end_of_name(match["v"], least) if match else 0
            if match and end:
                yield Hit(match.start("v"), match.start("v") + end, "person_name", score)


def _end_of_name(said: str, least: int) -> int:
    """Where the words of the name end in `said`; 0 if it is none."""
    end = count = 0
    for word in re.finditer(r"[^ ]+", said):
        bare = word[0].rstrip(".,'-")
        is_particle = bare in ("de", "da", "van", "von", "der", "den", "la", "di", "del", "bin", "al", "y")
        if not (bare[:1].isupper() or (is_particle and count)) or bare.lower() in _NOT_NAMES:
            break
        count += not is_particle
        if not is_particle:
            end = word.start() + (len(word[0]) if len(bare) == 1 else len(bare.removesuffix("'s")))
        if word[0] != bare and len(bare) > 1 and word[0].endswith("."):
            break
    return end if count >= least else 0


_STREET: Final = (
    r"(?i:street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|terrace|terr|square|sq|way|place|pl|parkway|pkwy"
    r"|circle|cir|highway|hwy|trail|trl|crescent|close|alley|row|walk|mews|gardens|grove|loop|plaza|pike|freeway|expressway|route)"
)
_WORD: Final = r"(?:[^\W\d_][\w'.-]{0,24}|[0-9]{1,3}(?:st|nd|rd|th))"
_UNIT: Final = r"(?:,?\s{1,3}(?i:apt|apartment|suite|ste|unit|floor|fl|room|rm|#|box)\.?\s?#?[\w-]{1,8})"
_TOWN: Final = (
    rf"(?:,?\s{{1,5}}(?!(?i:and|or|is|for|to|in|at|the|with|phone|email|tel)\b){_WORD}(?: {_WORD}){{0,3}}?"
    r"(?:,\s{0,5}|\s{1,5})[A-Z]{2}(?:,?\s{1,5}[0-9]{5}(?:-[0-9]{4})?)?(?!\w))"
)
_NUMBER_FIRST: Final = re.compile(
    rf"[0-9]{{1,6}}[A-Za-z]?,? (?:{_WORD} ){{1,4}}?{_STREET}\b\.?(?: (?:[NSEW]{{1,2}})\b)?{_UNIT}{{0,2}}{_TOWN}?"
)
_STREET_FIRST: Final = re.compile(
    r"(?<![\w'-])(?:(?:[^\W\d_][\w'-]{0,20} ){0,2}[^\W\d_][\w'-]{0,24}(?i:stra(?:ss|ß)e|str\.|gasse|weg|allee|platz|straat|laan|gatan|vägen|vej|gata|tie|katu)"
    r"|(?i:rue|via|calle|avenida|rua|piazza|viale|corso|plaza|paseo|ulica|ul\.|ulitsa)(?: [^\W\d_][\w'.-]{0,24}){1,5},?) \Z"
)
_STREET_ENDS: Final = (
    "strasse ",
    "straße ",
    "str. ",
    "gasse ",
    "weg ",
    "allee ",
    "platz ",
    "straat ",
    "laan ",
    "gatan ",
    "vägen ",
    "vej ",
    "gata ",
    "tie ",
    "katu ",
)
_STREET_WORDS: Final = (
    "rue ",
    "via ",
    "calle ",
    "avenida ",
    "rua ",
    "piazza ",
    "viale ",
    "corso ",
    "plaza ",
    "paseo ",
    "ulica ",
    "ul. ",
    "ulitsa ",
)
_STREET_PARTICLES: Final = frozenset(
    ("de", "la", "del", "di", "des", "du", "da", "dei", "el", "los", "las", "le", "les", "do", "dos", "of")
)
_BOX: Final = re.compile(r"(?i)(?<!\w)(?:p\.? ?o\.? ?box|post(?:fach|box)|psc|unit [0-9]{1,5} box) ?\Z")
_HOUSE: Final = re.compile(r"[0-9]{1,5} ?[a-zA-Z]?(?!\w)(?:,? [0-9]{4,5} [^\W\d_][\w-]{1,30})?")
_BOX_NUMBER: Final = re.compile(
    r"[0-9]{1,6}(?:,? ?(?i:box) [0-9]{1,6})?(?:,?\s{1,3}(?i:apo|fpo|dpo) (?i:aa|ae|ap) [0-9]{5})?(?!\w)"
)
_REACH: Final = 90
_DIGITS: Final = re.compile("[0-9]+")
_ADDRESS_END: Final = re.compile(r"address(?:[ _]line[ _]?1?)?\"?\s{0,2}(?:is|:|=)")
_ADDRESS_LABEL: Final = re.compile(
    r"(?i)(?<!\w)(?:(?:home|street|postal|mailing|billing|shipping|delivery|residential|permanent|current|new|his|her|my|their)[ _])(?:address(?:[ _]line[ _]?1?)?)"
    r"\"?(?:\s{0,2}(?:is|:|=)){1,2}\s{0,3}[\"']?(?P<v>(?=[^\n;\"']{0,60}[0-9])[^\s\"'][^\n;\"']{4,100})"
)


def find_addresses(lowered: str, text: str) -> Iterator[Hit]:
    """Street addresses by pattern, and what follows a label such as "home address:" on its line."""
    for run in _DIGITS.finditer(text):
        if run.end() - run.start() <= 6:
            span = _address_at(text, run.start())
            if span:
                yield Hit(*span, "street_address", 0.7)
    place = lowered.find("address")
    while place >= 0:
        begin = max(0, place - 20)
        match = _ADDRESS_LABEL.search(text, begin) if _ADDRESS_END.match(lowered, place) else None
        if match and match.start() <= place and "@" not in match["v"]:
            value = re.split(
                r"(?<!\b[A-Za-z])(?<!\bSt)(?<!\bApt)(?<!\bAve)(?<!\bRd)\. ", match["v"], maxsplit=1
            )[0]
            yield Hit(match.start("v"), match.start("v") + len(value.rstrip(" .,")), "street_address", 0.65)
        place = lowered.find("address", place + 1)


def _address_at(text: str, place: int) -> tuple[int, int] | None:
    """The address whose first number stands at `place`, or whose street is named before it."""
    before = text[max(0, place - _REACH) : place]
    if before[-1:].isalnum() or before[-1:] in tuple(".$€£#-"):
        return None
    match = (
        _NUMBER_FIRST.match(text, place)
        if text[place + 1 : place + 9].strip("0123456789, ")[:1].isalnum()
        else None
    )
    if match and re.match(r"[0-9]+[A-Za-z]?,? [^a-z]", match[0]):
        return match.span()
    nearest = before[-14:].lower()
    box = _BOX.search(before) if "box" in nearest or "fach" in nearest or "psc" in nearest else None
    if box:
        number = _BOX_NUMBER.match(text, place)
        return (place - len(box[0]), number.end()) if number else None
    street = _STREET_FIRST.search(before) if _is_after_street(before) else None
    name = _street_name(street[0]) if street else ""
    house = _HOUSE.match(text, place) if name else None
    return (place - len(name), house.end()) if house else None


def _street_name(said: str) -> str:
    """The end of `said` that begins with a capital; "" if words in small letters follow that are no particles."""
    name = re.sub(r"\A(?:[a-zß-ÿ]\S* )+", "", said)
    words = name.rstrip(" ,").split(" ")
    is_name = words[0][:1].isupper() and all(
        word[:1].isupper() or word in _STREET_PARTICLES for word in words[1:]
    )
    return name if is_name else ""


def _is_after_street(before: str) -> bool:
    """Whether the search for a street's name is worth its time."""
    if before[-1:] != " " or not (before[-2:-1].isalpha() or before[-2:-1] in (".", ",")):
        return False
    lowered = before.lower()
    return lowered.endswith(_STREET_ENDS) or any(word in lowered for word in _STREET_WORDS)
