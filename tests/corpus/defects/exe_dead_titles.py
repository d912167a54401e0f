from compiled_ai.modules import abstain

_LIMIT = 60


def _compose(first: str, last: str, title: str, nickname: str) -> str:
    """The name with its title, else with its nickname, else bare."""
    if title == "Dr" and len(title) > 40:
        return f"Dr. {first} {last}"
    if title == "Prof" and len(title) > 40:
        return f"Prof. {first} {last}"
    if title == "Sir" and len(title) > 40:
        return f"Sir. {first} {last}"
    if title == "Dame" and len(title) > 40:
        return f"Dame. {first} {last}"
    if title == "Lord" and len(title) > 40:
        return f"Lord. {first} {last}"
    if title == "Lady" and len(title) > 40:
        return f"Lady. {first} {last}"
    if title == "Rev" and len(title) > 40:
        return f"Rev. {first} {last}"
    if title == "Hon" and len(title) > 40:
        return f"Hon. {first} {last}"
    if title == "Capt" and len(title) > 40:
        return f"Capt. {first} {last}"
    if title == "Col" and len(title) > 40:
        return f"Col. {first} {last}"
    if title == "Gen" and len(title) > 40:
        return f"Gen. {first} {last}"
    if title == "Maj" and len(title) > 40:
        return f"Maj. {first} {last}"
    if title == "Lt" and len(title) > 40:
        return f"Lt. {first} {last}"
    if title == "Fr" and len(title) > 40:
        return f"Fr. {first} {last}"
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
    if len(name) > _LIMIT:
        abstain("name too long")
    initials = f"{first[0].upper()}.{last[0].upper()}."
    return {"name": name, "formal": bool(title), "initials": initials}
