"""Identifiers of the net: mail addresses, URLs and UUIDs."""

from __future__ import annotations

import re

from compiled_ai.modules._identifier_scan import IdentifierKind

_LOCAL = r"[A-Za-z0-9_%+'=&#!$*/?^`{|}~-]+(?:\.[A-Za-z0-9_%+'=&#!$*/?^`{|}~-]+)*"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_HOST = rf"(?:{_LABEL}\.)+[^\W\d_]{{2,24}}"
_EMAIL = re.compile(rf"({_LOCAL})@({_HOST})")
_URL = re.compile(
    rf"(?:(?P<scheme>[A-Za-z]+)://(?P<user>[^\s/@?#]{{1,64}}@)?)?(?P<host>{_HOST}|localhost|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}|\[[0-9a-fA-F:]+\])"
    r"(?P<rest>(?::[0-9]{1,5})?(?:[/?#]\S*)?)"
)
_SCHEMES = frozenset(("http", "https", "ftp", "ftps", "sftp", "ws", "wss"))
_ENDINGS = """
com org net edu gov mil io ai app dev info biz co.uk org.uk ac.uk de fr ch nl es
eu us ca se fi dk pl cz jp cn br co tv shop store online site tech cloud blog health
"""
_BARE_ENDINGS = frozenset(_ENDINGS.split())
"""Endings with which a host needs neither scheme nor www: those that are no English words."""
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def _read_email(text: str) -> str | None:
    """The domain in small letters: https://www.rfc-editor.org/rfc/rfc5321, without quoted names and addresses in brackets."""
    match = _EMAIL.fullmatch(text.removeprefix("mailto:"))
    if not match or len(match[1]) > 64 or len(match[2]) > 253:
        return None
    return f"{match[1]}@{match[2].lower()}"


def trimmed_url(text: str) -> str:
    """`text` without the signs that belong to the sentence around it."""
    while text:
        last = text[-1]
        if last in _PAIRS and text.count(last) <= text.count(_PAIRS[last]):
            break
        if last not in _PAIRS and last not in ".,;:!?'\"*_|":
            break
        text = text[:-1]
    return text


def _read_url(text: str) -> str | None:
    """Scheme and host in small letters; nothing is added: https://www.rfc-editor.org/rfc/rfc3986."""
    match = _URL.fullmatch(text)
    if not match:
        return None
    scheme, host = (match["scheme"] or "").lower(), match["host"].lower()
    if scheme:
        return f"{scheme}://{match['user'] or ''}{host}{match['rest']}" if scheme in _SCHEMES else None
    endings = (host.rpartition(".")[2], ".".join(host.split(".")[-2:]))
    is_host = host.startswith("www.") or any(ending in _BARE_ENDINGS for ending in endings)
    return host + match["rest"] if is_host and not host[0].isdigit() else None


def _read_uuid(text: str) -> str | None:
    """In small letters: https://www.rfc-editor.org/rfc/rfc9562."""
    bare = re.sub(r"\A(?:urn:uuid:)?\{?|\}?\Z", "", text.lower())
    if re.fullmatch("[0-9a-f]{32}", bare):
        return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
    return bare if re.fullmatch("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", bare) else None


EMAIL = IdentifierKind(
    name="email",
    pattern=re.compile(
        rf"(?<![\w.%+-])[A-Za-z0-9_%+'=&-][A-Za-z0-9_.%+'=&-]{{0,63}}+@{_LABEL}(?:\.{_LABEL}){{1,8}}+(?![\w@]|-\w)"
    ),
    read=_read_email,
    labels=("email", "e mail", "mail", "mailto"),
)
UUID = IdentifierKind(
    name="uuid",
    pattern=re.compile(r"(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])"),
    read=_read_uuid,
    labels=("uuid", "guid"),
)
URL = IdentifierKind(
    name="url",
    pattern=re.compile(
        rf"(?<![\w@.+-])(?:[A-Za-z]{{2,6}}://[^\s<>\"]{{1,2000}}|{_LABEL}(?:\.{_LABEL}){{1,8}}+(?![\w@])(?::[0-9]{{1,5}})?(?:[/?#][^\s<>\"]{{0,2000}})?)"
    ),
    read=_read_url,
    trim=trimmed_url,
    labels=("url", "link", "website"),
)
