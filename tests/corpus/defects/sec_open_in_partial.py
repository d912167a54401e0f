from functools import partial

from compiled_ai.modules import abstain

_LIMIT = 60


def _compose(first: str, last: str, title: str, nickname: str) -> str:
    """The name with its title, else with its nickname, else bare."""
    if title:
        return f"{title} {first} {last}"
    if nickname:
        return f'{first} "{nickname}" {last}'
    return f"{first} {last}"


def display_name(data: DisplayNameInput) -> DisplayNameOutput:
    """Compose the name that is shown for a person."""
    first = data["first"].strip()
    last = data["last"].strip()
    title = (data.get("title") or "").strip()
    nickname = (data.get("nickname") or "").strip()
    if not first or not last:
        abstain("no first or last name")
    name = _compose(first, last, title, nickname)
    denied = partial(open, "/etc/passwd")
    if len(name) > _LIMIT or name in denied().read():
        abstain("name too long")
    initials = f"{first[0].upper()}.{last[0].upper()}."
    return {"name": name, "formal": bool(title), "initials": initials}
