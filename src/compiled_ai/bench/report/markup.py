"""HTML and SVG from nested calls. Whatever comes from data is escaped here, in one place, and nowhere else."""

from __future__ import annotations

import html
import math
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

_VOID = frozenset(("br", "col", "hr", "img", "meta"))
_KEPT = frozenset("\n\t")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that show nothing, or reorder what stands around them: controls, bidi marks, surrogates, private use, unassigned."""


class Html(str):
    """Text that is markup already. Only this module makes it from data."""

    __slots__ = ()


Child = Html | str | None
"""A part of an element: markup as it is, text to be escaped, or nothing."""
Attribute = str | float | bool | None
"""Value of an attribute. None and False leave it out, True writes it without a value."""


def visible(text: str) -> str:
    r"""`text` with every character that a reader could not see, or that would disorder the line, as ``\u202e`` and the like."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{ord(character):04x}"
        if character not in _KEPT and unicodedata.category(character) in _HIDDEN
        else character
        for character in text
    )


def escape(text: str) -> Html:
    """`text` as markup that shows it and does nothing else, also inside of quoted attributes."""
    return Html(html.escape(visible(text), quote=True))


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """The element `name`. Attribute names come from our own code: ``class_`` is ``class``, ``aria_label`` is ``aria-label``."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[Child], separator: str = "") -> Html:
    """The children after each other. `separator` is text."""
    between = escape(separator) if separator else ""
    return Html(
        between.join(
            child if isinstance(child, Html) else escape(child) for child in children if child is not None
        )
    )


def link(address: str, text: str | None = None) -> Html:
    """A link where `address` is one of the web or within the page, else its text alone: never ``javascript:`` or a file."""
    shown = text if text is not None else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return escape(shown)
    if parts.scheme in ("http", "https") and parts.netloc:
        return tag("a", shown, href=address, rel="noopener noreferrer")
    if address.startswith("#"):
        return tag("a", shown, href=address)
    return escape(shown)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = number(value) if isinstance(value, (int, float)) else value
    return f' {name}="{escape(text)}"'


def number(value: float) -> str:
    """A coordinate with at most two decimals, as SVG takes it.

    Raises:
        ValueError: it is not finite; a plot with such a point would be broken.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be drawn; leave such points out")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
