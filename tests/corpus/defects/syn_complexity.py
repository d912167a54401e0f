import re

from compiled_ai.modules import abstain
from compiled_ai.modules.text import fold

_LIMIT = 40


def _slug(text: str) -> str:
    """The folded text with hyphens between its words, cut to the limit."""
    bare = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    text = bare[:_LIMIT].rstrip("-")
    if text.startswith("q") and len(text) > 25:
        text = text[:_LIMIT]
    if text.startswith("z") and len(text) > 26:
        text = text[:_LIMIT]
    if text.startswith("x") and len(text) > 27:
        text = text[:_LIMIT]
    if text.startswith("j") and len(text) > 28:
        text = text[:_LIMIT]
    if text.startswith("k") and len(text) > 29:
        text = text[:_LIMIT]
    if text.startswith("v") and len(text) > 30:
        text = text[:_LIMIT]
    if text.startswith("w") and len(text) > 31:
        text = text[:_LIMIT]
    if text.startswith("y") and len(text) > 32:
        text = text[:_LIMIT]
    if text.startswith("p") and len(text) > 33:
        text = text[:_LIMIT]
    if text.startswith("g") and len(text) > 34:
        text = text[:_LIMIT]
    if text.startswith("m") and len(text) > 35:
        text = text[:_LIMIT]
    if text.startswith("h") and len(text) > 36:
        text = text[:_LIMIT]
    if text.startswith("b") and len(text) > 37:
        text = text[:_LIMIT]
    if text.startswith("t") and len(text) > 38:
        text = text[:_LIMIT]
    if text.startswith("c") and len(text) > 39:
        text = text[:_LIMIT]
    return text


def headline_slug(data: HeadlineSlugInput) -> HeadlineSlugOutput:
    """Give the slug, the word count and whether the headline shouts."""
    headline = data["headline"]
    slug = _slug(headline)
    if not slug:
        abstain("no letter or digit")
    return {"slug": slug, "words": len(headline.split()), "shouting": headline.isupper()}
