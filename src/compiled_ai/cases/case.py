"""What is noted of a run, or of a step, that compiled code did not answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compiled_ai.spec.canonical import JsonObject

CaseStatus = Literal["logged", "queued", "answered", "rejected"]
"""``logged``: for the record. ``queued``: a person is to answer it. ``answered``: a person said what is right. ``rejected``: a person will not answer it."""
CaseServer = Literal["compiled", "bounded", "model", "human", "nobody"]
"""Who served the run: compiled code, which the fallback model contradicts in a shadow check, a bounded step, the fallback model, an earlier answer of a person, or nobody."""


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case as a run hands it in."""

    artifact: str
    """``a1:`` digest."""
    spec: str
    """``s1:`` digest: an answer holds for the spec that it was given under."""
    step: str = ""
    """Id of the step that declined; empty for the whole task."""
    input: JsonObject
    """The input of the run, or what the step took. Masked where `masked` says so."""
    input_digest: str = ""
    """``i1:`` digest of the input. Empty where it must not be kept; such a case is never served to another input."""
    reason: str
    """Why compiled code did not answer, and what came of asking further."""
    output: JsonObject | None = None
    """What was served. None for nothing."""
    served_by: CaseServer = "nobody"
    model: str | None = None
    """The model that was asked, if one was."""
    tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """None when the price is unknown."""
    masked: bool = False
    """Whether values were taken out of input, output and answer."""


@dataclass(frozen=True, kw_only=True)
class LoggedCase(NewCase):
    """A case in the log."""

    id: str
    at: str
    """Time of the first run that it stands for, ISO 8601 in UTC with milliseconds."""
    last_at: str
    """Time of the last one."""
    seen: int
    """How many runs it stands for: a queued input that comes again joins its case, and so does one that is served from it."""
    status: CaseStatus
    answer: JsonObject | None = None
    """What a person said is right, once `status` is ``answered``."""
    reviewer: str | None = None
    reviewed_at: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """How many runs or steps of one day ended in one way. Runs that compiled code answered alone are counted nowhere here."""

    day: str
    """UTC date, ``2026-01-31``."""
    artifact: str
    step: str
    served_by: CaseServer
    count: int
    tokens: int
    cost_usd: Decimal
    """Sum of the known prices."""
