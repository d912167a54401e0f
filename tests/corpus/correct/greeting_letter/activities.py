from __future__ import annotations

from compiled_ai.modules import abstain

TITLED = {
    ("en", "mr"): "Dear Mr",
    ("en", "ms"): "Dear Ms",
    ("de", "mr"): "Sehr geehrter Herr",
    ("de", "ms"): "Sehr geehrte Frau",
    ("fr", "mr"): "Monsieur",
    ("fr", "ms"): "Madame",
}
UNTITLED = {"en": "Dear", "de": "Guten Tag", "fr": "Bonjour"}
INFORMAL = {"en": "Hi", "de": "Hallo", "fr": "Salut"}
CLOSINGS = {
    ("en", True): "Kind regards",
    ("de", True): "Mit freundlichen Grüßen",
    ("fr", True): "Cordialement",
    ("en", False): "Best",
    ("de", False): "Viele Grüße",
    ("fr", False): "Amicalement",
}


def _needed(name: str | None) -> str:
    """The name with single spaces; declines a blank one."""
    tidy = " ".join((name or "").split())
    if not tidy:
        abstain("a name that is needed is blank")
    return tidy


def greeting_letter(data: GreetingLetterInput) -> GreetingLetterOutput:
    """Fill the templates of the language."""
    language, formal = data["language"], data["formal"]
    recipient = data["recipient"]
    given, family, title = recipient.get("given"), recipient["family"], recipient["title"]
    if not formal:
        opening = f"{INFORMAL[language]} {_needed(given)},"
    elif title is None:
        opening = f"{UNTITLED[language]} {_needed(given)} {_needed(family)},"
    else:
        opening = f"{TITLED[language, title]} {_needed(family)},"
    return {"opening": opening, "closing": CLOSINGS[language, formal]}
