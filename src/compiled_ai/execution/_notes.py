"""What a loaded workflow notes in its case log: cases with their values, or masked where a compliance block keeps values out of logs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from compiled_ai.artifact import Artifact
from compiled_ai.cases.case import CaseServer, LoggedCase, NewCase
from compiled_ai.cases.log import CaseLog
from compiled_ai.cases.mask import Mask
from compiled_ai.compliance.blocks import values_are_hidden
from compiled_ai.errors import ActivityError, ModelError, OutputError
from compiled_ai.spec.canonical import JsonObject, digest

if TYPE_CHECKING:
    from compiled_ai.execution.observe import Run

_NOTED = (ActivityError, OutputError, ModelError)
"""Runs that end so are cases; the others are the caller's or the operator's to mend."""


@dataclass(frozen=True, kw_only=True)
class Decline:
    """What compiled code declined: the whole task, or one step."""

    step: str
    """Empty for the whole task."""
    data: JsonObject
    """The input, or what the step took."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Served:
    """What became of it."""

    by: CaseServer = "nobody"
    output: JsonObject | None = None
    model: str | None = None
    tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)


class CaseNotes:
    """Writes the cases of one artifact into `log`."""

    def __init__(self, artifact: Artifact, log: CaseLog) -> None:
        self.log = log
        workflow, manifest = artifact.workflow, artifact.manifest
        schemas = (
            workflow.input_schema,
            workflow.output_schema,
            *(step.output_schema for step in workflow.steps),
        )
        self.masked = Mask(*schemas).object
        """Data without its values."""
        self._hides = values_are_hidden(manifest.compliance) is not None
        self._manifest = manifest
        self._purged_on = ""

    def shown(self, data: JsonObject) -> JsonObject:
        """`data` as it may be kept."""
        return self.masked(data) if self._hides else data

    def decided(self, decline: Decline) -> LoggedCase | None:
        """What a person decided for this very input; None for nothing, and always where values are masked."""
        return self.log.decided(
            spec=self._manifest.spec, step=decline.step, input_digest=self._digest(decline.data)
        )

    def note(self, decline: Decline, served: Served) -> str:
        """Note a case for the record; its id."""
        self._retain()
        return self.log.log(self._case(decline, served))

    def queue(self, decline: Decline, served: Served) -> str:
        """Put a case before a person; its id."""
        self._retain()
        return self.log.queue(self._case(decline, served))

    def observe(self, run: Run) -> None:
        """Note a run that failed for a reason of its input: `compiled_ai.execution.observe.Observer`."""
        if isinstance(run.error, _NOTED):
            reason = f"{type(run.error).__name__}: {run.error}"
            self.note(Decline(step="", data=run.data, reason=reason), Served(cost_usd=None))

    def _case(self, decline: Decline, served: Served) -> NewCase:
        return NewCase(
            artifact=self._manifest.artifact,
            spec=self._manifest.spec,
            step=decline.step,
            input=self.shown(decline.data),
            input_digest=self._digest(decline.data),
            reason=decline.reason,
            output=None if served.output is None else self.shown(served.output),
            served_by=served.by,
            model=served.model,
            tokens=served.tokens,
            cost_usd=served.cost_usd,
            masked=self._hides,
        )

    def _digest(self, data: JsonObject) -> str:
        """Empty where values are masked: an unkeyed digest of a short value gives it away (PCI DSS v4.0 3.5.1.1 forbids to keep one of a card number)."""
        return "" if self._hides else digest("i1", data)

    def _retain(self) -> None:
        """Purge what is older than the spec keeps it, once a day."""
        days = self._manifest.retention_days
        today = self.log.now().date().isoformat()
        if days is not None and today != self._purged_on:
            self.log.purge(days=days)
            self._purged_on = today
