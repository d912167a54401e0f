"""The round trip of reversible masking on made-up records: what comes back whole, and what is still to be read in what a model would see."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from compiled_ai.bench.security.figures import Share
from compiled_ai.bench.security.records import made_record
from compiled_ai.errors import CompiledAIError
from compiled_ai.gates.pii import PiiGate
from compiled_ai.spec.canonical import JsonObject, JsonValue

MASKING = "masking"
RECORDS = 1_000
_SEED = 20261122
_SHORT = 4
"""Values of at most so many characters, such as a PIN, are looked for in their own field alone: digits like them stand in many a number."""


@dataclass(frozen=True, kw_only=True)
class Masking:
    """What came of it. Nothing that was looked for is kept."""

    restored: Share
    """Records that are the same after masking, JSON and unmasking."""
    leaking: Share
    """Records of which a value could be read in their masked form."""
    hidden: Share
    """Values that could not."""
    failed: int
    """Records at which masking or unmasking raised."""

    def to_json(self) -> JsonObject:
        """All of it."""
        return {
            "restored": self.restored.to_json(),
            "leaking": self.leaking.to_json(),
            "hidden_values": self.hidden.to_json(),
            "failed": self.failed,
        }


def round_trip(records: int = RECORDS) -> Masking:
    """Mask, write as JSON, read and unmask that many records, each in a session of its own, as calls of a model are."""
    rng = random.Random(_SEED)  # noqa: S311 - made-up data
    restored = leaking = hidden = values = failed = 0
    for _ in range(records):
        record, secrets = made_record(rng)
        values += len(secrets)
        try:
            with PiiGate().session() as session:
                masked = session.mask(record)
                written = json.dumps(masked, ensure_ascii=False)
                came_back = session.unmask(json.loads(written)) == record
        except (CompiledAIError, ValueError):
            failed += 1
            continue
        read = sum(_is_read(secret, written, record, masked) for secret in secrets)
        restored += came_back
        leaking += read > 0
        hidden += len(secrets) - read
    return Masking(
        restored=Share(count=restored, total=records),
        leaking=Share(count=leaking, total=records),
        hidden=Share(count=hidden, total=values),
        failed=failed,
    )


def _is_read(secret: str, written: str, record: JsonObject, masked: JsonValue) -> bool:
    if len(secret) > _SHORT:
        return secret in written
    before = record["fields"]
    after = masked.get("fields") if isinstance(masked, dict) else None
    if not isinstance(before, dict) or not isinstance(after, dict):
        return True
    return any(value == secret and after.get(name) == secret for name, value in before.items())
