from __future__ import annotations

from compiled_ai.modules import abstain

MAX_DEPTH = 5
LIMIT = 1000000000


def _number(value: float) -> str:
    """A whole number in digits; declines fractions and large numbers."""
    if not -LIMIT <= value <= LIMIT or value != int(value):
        abstain("a number is not whole or too large")
    return str(int(value))


def _scalar(value: object) -> str:
    """A value that is no container, as text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    return str(value)


def _checked(key: str) -> str:
    """A key that can be part of a path."""
    if not key or "." in key or "=" in key:
        abstain("a key cannot be part of a path")
    return key


def _parts(value: dict[str, object] | list[object]) -> list[tuple[str, object]]:
    """The values inside an object or list, with their keys or places."""
    if isinstance(value, dict):
        return [(_checked(key), inner) for key, inner in value.items()]
    return [(str(index), inner) for index, inner in enumerate(value)]


def _lines(value: object, path: list[str]) -> list[str]:
    """The lines of a value at its path."""
    place = ".".join(path)
    if not isinstance(value, (dict, list)):
        return [f"{place}={_scalar(value)}"]
    if len(path) >= MAX_DEPTH:
        abstain("nested too deep")
    if not value:
        return [f"{place}={{}}" if isinstance(value, dict) else f"{place}=[]"]
    return [line for key, inner in _parts(value) for line in _lines(inner, [*path, key])]


def flatten_settings(data: FlattenSettingsInput) -> FlattenSettingsOutput:
    """Walk the settings and write one sorted line per value."""
    if not data["settings"]:
        abstain("no settings")
    lines = sorted(_lines(data["settings"], []))
    return {"lines": lines, "count": len(lines)}
