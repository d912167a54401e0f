import re
from collections.abc import Callable

from compiled_ai.modules import abstain
from compiled_ai.modules.text import fold

_LIMIT = 40


def _slug(text: str) -> str:
    """The folded text with hyphens between its words, cut to the limit."""
    bare = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    return bare[:_LIMIT].rstrip("-")


def _numbering() -> Callable[[str], str]:
    """A function that numbers slugs which came before."""
    known: dict[str, int] = {}

    def numbered(slug: str) -> str:
        """The slug, with a number from its second time on."""
        known[slug] = known.get(slug, 0) + 1
        return slug if known[slug] == 1 else f"{slug[:36]}-{known[slug]}"

    return numbered


_NUMBERED = _numbering()


def headline_slug(data: HeadlineSlugInput) -> HeadlineSlugOutput:
    """Give the slug, the word count and whether the headline shouts."""
    headline = data["headline"]
    slug = _slug(headline)
    if not slug:
        abstain("no letter or digit")
    return {"slug": _NUMBERED(slug), "words": len(headline.split()), "shouting": headline.isupper()}
