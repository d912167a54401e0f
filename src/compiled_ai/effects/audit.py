"""The audit log of effects: who did what, with which payload, how it ended. Payloads themselves are never in it, only their digests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from compiled_ai.chain import FORMAT, Anchor, Chain, ChainedLog, Form, Purge, read_chain, utc_now
from compiled_ai.spec.canonical import JsonObject, digest

__all__ = [
    "AuditAnchor",
    "AuditLog",
    "AuditRecord",
    "Outcome",
    "payload_digest",
    "read_anchor",
    "read_audit",
    "read_chained_audit",
    "utc_now",
]

Outcome = Literal["started", "done", "refused", "failed", "purged"]
"""A call that is granted has two records, the first before anything is done: a process that is killed leaves that one. ``purged`` signs an anchor off."""
_LOG_ITSELF = "audit_log"
"""What the records of a purge say in place of an effect."""
_NUMBERS = frozenset(("format", "milliseconds"))
"""Fields of a record that are no text."""
AuditAnchor = Anchor


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """One call of an effect, as it starts or as it ended."""

    format: int = FORMAT
    at: str
    """ISO time, UTC."""
    actor: str
    """On whose behalf: a workflow with its artifact, or a person."""
    effect: str
    """Name of the declaration."""
    capability: str
    """``c1:`` digest of the declaration."""
    action: str
    """What was asked for, without values: ``GET https://host/path``, or a statement with its places."""
    payload: str
    """``p1:`` digest of everything that was handed in."""
    outcome: Outcome
    reason: str
    """Kind of the refusal or failure, such as ``host``; empty when it was done."""
    milliseconds: float
    """Wall time, retries included; 0 as it starts."""
    previous: str
    """``e1:`` digest of the record before; empty for the first."""

    @property
    def digest(self) -> str:
        """``e1:`` digest of this record, which the next one carries: a record that is changed or taken out breaks the chain."""
        return digest("e1", asdict(self))

    @property
    def signs(self) -> str:
        """Digest of the anchor that this record signs off; empty for all others."""
        return self.payload if self.outcome == "purged" else ""

    def to_json(self) -> JsonObject:
        """As it stands in the log."""
        return asdict(self)


def payload_digest(payload: JsonObject) -> str:
    """``p1:`` digest of `payload`."""
    return digest("p1", payload)


class AuditLog(ChainedLog[AuditRecord]):
    """The log of effects. Threads may share it, and processes the file."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        """The log at `path`, which goes on where it ended.

        Raises:
            StoreError: it cannot be read, or its last record is damaged.
        """
        super().__init__(path, _FORM, now=now)


def read_audit(path: Path) -> tuple[AuditRecord, ...]:
    """The records of the log at `path`, the chain checked.

    Raises:
        StoreError: it cannot be read, or a record was changed, taken out or cut.
    """
    return read_chained_audit(path).records


def read_chained_audit(path: Path) -> Chain[AuditRecord]:
    """The log at `path` as a whole, the chain checked.

    Raises:
        StoreError: as with `read_audit`.
    """
    return read_chain(path, _FORM)


def read_anchor(path: Path) -> AuditAnchor | None:
    """What stands in the place of records that were purged from the log at `path`, the chain checked; None when none were.

    Raises:
        StoreError: as with `read_audit`.
    """
    return read_chained_audit(path).anchor


def _parse_record(data: JsonObject) -> AuditRecord:
    """The record that `data` is.

    Raises:
        TypeError: it is none.
    """
    record = AuditRecord(**data)  # type: ignore[arg-type]  # checked in the next line
    wrong = [name for name, value in asdict(record).items() if isinstance(value, str) is (name in _NUMBERS)]
    if wrong:
        raise TypeError(f"'{wrong[0]}' is of another type")
    return record


def _sign(purge: Purge) -> AuditRecord:
    anchor = purge.anchor
    return AuditRecord(
        at=anchor.at,
        actor=anchor.actor,
        effect=_LOG_ITSELF,
        capability="",
        action=f"purge of {purge.count} records up to {anchor.last_at}",
        payload=anchor.digest,
        outcome="purged",
        reason=anchor.rule,
        milliseconds=0.0,
        previous=purge.previous,
    )


_FORM = Form(
    title="audit log",
    record="audit record",
    cut="the call that it tells of may have been made. Keep the file elsewhere; the next call begins a new one",
    parse=_parse_record,
    sign=_sign,
)
