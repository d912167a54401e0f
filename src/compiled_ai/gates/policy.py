"""The policy of the gates, and reading one that an operator names. The policy itself stands in `compiled_ai.spec.gate_policy`, because specs name it."""

from __future__ import annotations

from pathlib import Path

from compiled_ai.errors import InputError
from compiled_ai.spec.gate_policy import (
    PII_MODES,
    POLICIES,
    TEXT_MODES,
    GatePolicy,
    PiiMode,
    TextMode,
    Thresholds,
    default,
    for_spec,
    off,
    strict,
)

__all__ = [
    "PII_MODES",
    "POLICIES",
    "TEXT_MODES",
    "GatePolicy",
    "PiiMode",
    "TextMode",
    "Thresholds",
    "default",
    "for_spec",
    "off",
    "read_policy",
    "strict",
]


def read_policy(given: str, *, option: str) -> GatePolicy:
    """The ready policy of that name, or what the JSON or the file of that name says.

    Raises:
        InputError: it is no policy; the message names `option`.
        StoreError: the file cannot be read.
    """
    if given in POLICIES:
        return POLICIES[given]()
    # Here, because reading specs takes Pydantic and YAML, which a model call does not need.
    from compiled_ai.spec.json_text import parse_json_object
    from compiled_ai.spec.load import read_text

    try:
        data = parse_json_object(given if given.lstrip().startswith("{") else read_text(Path(given)))
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None
    return GatePolicy.from_json(data)
