import re
import unicodedata

from compiled_ai.modules import abstain

MAX_LENGTH = 40


def _bare(title: str) -> str:
    """The title in lower case without accents."""
    spelled = title.replace("ß", "ss").replace("&", " and ")
    parts = unicodedata.normalize("NFKD", spelled)
    return "".join(char for char in parts if not unicodedata.combining(char)).lower()


def _cut(slug: str) -> str:
    """The slug cut to its greatest length, between words where possible."""
    if len(slug) <= MAX_LENGTH:
        return slug
    end = slug.rfind("-", 0, MAX_LENGTH + 1)
    return slug[: end if end > 0 else MAX_LENGTH]


def slug_maker(data: SlugMakerInput) -> SlugMakerOutput:
    """Reduce a title to lower-case words joined by hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", _bare(data["title"])).strip("-")
    if not slug:
        abstain("nothing is left of the title")
    short = _cut(slug)
    return {"slug": short, "words": short.count("-") + 1}
