"""JSON data in one canonical text form, and tagged digests over it."""

from __future__ import annotations

import hashlib
import json

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


def canonical_json(value: JsonValue) -> str:
    """`value` as JSON with sorted keys, no spaces and no NaN: equal data, equal text.

    Raises:
        ValueError: `value` holds NaN or an infinity, which JSON cannot carry.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(tag: str, value: JsonValue) -> str:
    """Tagged SHA-256 of the canonical form, such as ``s1:3f…``. The tag names the rule, so that a later rule can differ."""
    return f"{tag}:{hashlib.sha256(canonical_json(value).encode('utf-8', 'surrogatepass')).hexdigest()}"
