import re

from compiled_ai.modules import abstain
from compiled_ai.modules.text import fold

_LIMIT = 40


def _slug(text: str) -> str:
    """The folded text with hyphens between its words, cut to the limit."""
    bare = re.sub(r"[\W_]+", "-", fold(text)).strip("-")
    return bare[:_LIMIT].rstrip("-")


def headline_slug(data: HeadlineSlugInput) -> HeadlineSlugOutput:
    """Give the slug, the word count and whether the headline shouts."""
    headline = data["headline"]
    slug = _slug(headline)
    if not slug:
        abstain("no letter or digit")
    return {"slug": slug, "words": len(headline.split()), "shouting": headline.isupper()}
