from __future__ import annotations

import re

from compiled_ai.modules import abstain

VERSION = re.compile(
    r"v?(?P<numbers>[0-9]{1,6}(?:\.[0-9]{1,6}){0,3})(?:-(?P<stage>alpha|beta|rc)(?P<build>[0-9]{0,3}))?"
)
STAGES = ("alpha", "beta", "rc")


def _key(text: str) -> list[int]:
    """Four numbers, the stage and its number, for comparing."""
    match = VERSION.fullmatch(text.strip().lower())
    if match is None:
        abstain("not a version")
    numbers = [int(part) for part in match["numbers"].split(".")]
    stage = STAGES.index(match["stage"]) if match["stage"] else len(STAGES)
    return [*numbers, *[0] * (4 - len(numbers)), stage, int(match["build"] or 0)]


def version_compare(data: VersionCompareInput) -> VersionCompareOutput:
    """Compare the candidate with the current version."""
    current, candidate = _key(data["current"]), _key(data["candidate"])
    if candidate == current:
        return {"order": "same", "breaking": False}
    if candidate < current:
        return {"order": "older", "breaking": False}
    return {"order": "newer", "breaking": candidate[0] != current[0]}
