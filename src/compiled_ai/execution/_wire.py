"""What passes between this program and its worker processes: frames of JSON and bytes, and errors as data. No pickle."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from compiled_ai import errors
from compiled_ai.spec.canonical import JsonObject, JsonValue

HEAD = struct.Struct(">IQ")
"""Lengths of the JSON header and of the body."""
_ATTRIBUTES = ("field", "step", "limit", "reason")


def frame_of(header: JsonObject, body: bytes = b"") -> bytes:
    """A frame of `header` and `body`."""
    text = json.dumps(header).encode()
    return HEAD.pack(len(text), len(body)) + text + body


def error_data(error: errors.CompiledAIError) -> JsonObject:
    """`error` as data."""
    data: JsonObject = {"kind": type(error).__name__, "message": str(error)}
    for name in _ATTRIBUTES:
        value = getattr(error, name, None)
        if isinstance(value, str):
            data[name] = value
    if isinstance(error, errors.ArtifactError):
        data["path"] = str(error.path)
    return data


def revive(data: JsonValue) -> errors.CompiledAIError:
    """The error that `error_data` was made of; of a class that needs more than that, the nearest one above it."""
    if not isinstance(data, dict):
        return errors.CompiledAIError(str(data))
    kind = getattr(errors, str(data.get("kind")), errors.CompiledAIError)
    message = str(data.get("message"))
    attributes: dict[str, object] = {name: data[name] for name in _ATTRIBUTES if name in data}
    if "path" in data:
        attributes["path"] = Path(str(data["path"]))
    for candidate in kind.__mro__:
        if not issubclass(candidate, errors.CompiledAIError):
            break
        try:
            made = candidate(message, **attributes)
        except TypeError:
            continue
        if isinstance(made, errors.CompiledAIError):
            return made
    return errors.OperatorError(f"{data.get('kind')}: {message}")
