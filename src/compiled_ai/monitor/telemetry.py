"""OpenTelemetry: metrics and a span for every run, without a value of any input or output.

Only the API is imported, which does nothing until the process sets up an SDK, as ``opentelemetry-instrument compiled-ai run --telemetry ...`` does.
Names of our own begin with ``compiled_ai.``; ``error.type`` is that of the semantic conventions
(https://opentelemetry.io/docs/specs/semconv/general/attributes/).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from opentelemetry import metrics, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from compiled_ai._version import __version__
from compiled_ai.errors import DeclinedError
from compiled_ai.monitor.shadow import Outcome
from compiled_ai.monitor.tally import DEMOTED

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from compiled_ai.execution.observe import Run

_NAME = "compiled_ai"
_SECONDS = (
    1e-6,
    3e-6,
    1e-5,
    3e-5,
    1e-4,
    3e-4,
    1e-3,
    3e-3,
    0.01,
    0.03,
    0.1,
    0.3,
    1.0,
    3.0,
    10.0,
    30.0,
    100.0,
)
"""Bounds of the buckets of durations: compiled code takes microseconds, a model seconds."""


class Telemetry:
    """Hands runs on to OpenTelemetry: an `Observer`. Threads may share it.

    Args:
        workflow: Name of the workflow.
        meters: Where metrics go. None: the provider of the process.
        tracers: Where spans go. None: the provider of the process.
        now: The clock, in nanoseconds since 1970.
    """

    def __init__(
        self,
        workflow: str,
        *,
        meters: MeterProvider | None = None,
        tracers: TracerProvider | None = None,
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._workflow = workflow
        self._now = now
        self._tracer = trace.get_tracer(_NAME, __version__, tracer_provider=tracers)
        meter = metrics.get_meter(_NAME, __version__, meter_provider=meters)
        self._runs = meter.create_counter("compiled_ai.runs", unit="{run}", description="Runs that ended.")
        self._seconds = meter.create_histogram(
            "compiled_ai.run.duration",
            unit="s",
            description="Time of runs that gave a result.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._abstentions = meter.create_counter(
            "compiled_ai.abstentions", unit="{run}", description="Runs that compiled code declined."
        )
        self._tokens = meter.create_counter(
            "compiled_ai.tokens", unit="{token}", description="Tokens of model calls in runs."
        )
        self._usd = meter.create_counter(
            "compiled_ai.cost", unit="USD", description="Known price of model calls in runs."
        )
        self._shadows = meter.create_counter(
            "compiled_ai.shadow.checks",
            unit="{check}",
            description="Answers that the fallback was asked for too.",
        )

    def observe(self, run: Run) -> None:
        """Count `run`, and leave a span that ends now. It is a child of the caller's current span."""
        attributes = _attributes(run)
        self._runs.add(1, attributes)
        result, ended = run.result, self._now()
        seconds = 0.0 if result is None else result.seconds
        if attributes["compiled_ai.reason.kind"] == "declined":
            self._abstentions.add(1, attributes)
        if result is not None:
            self._seconds.record(seconds, attributes)
            if result.tokens:
                self._tokens.add(result.tokens, attributes)
            if result.cost_usd:
                self._usd.add(float(result.cost_usd), attributes)
        span = self._tracer.start_span(
            f"run {self._workflow}",
            kind=SpanKind.INTERNAL,
            start_time=ended - int(seconds * 1e9),
            attributes={**attributes, "compiled_ai.artifact": run.artifact.manifest.artifact},
        )
        if run.error is not None:  # its text may quote values
            span.set_status(Status(StatusCode.ERROR, type(run.error).__name__))
        span.end(ended)

    def shadow(self, outcome: Outcome) -> None:
        """Count a shadow check."""
        attributes = {"compiled_ai.workflow": self._workflow, "compiled_ai.shadow.outcome": outcome}
        self._shadows.add(1, attributes)


def _attributes(run: Run) -> Mapping[str, str]:
    """What runs are told apart by: few values each, none of them from an input or output."""
    common = {"compiled_ai.workflow": run.artifact.manifest.name}
    if run.result is not None:
        kind = _reason_kind(run.result.reason)
        return {**common, "compiled_ai.served_by": run.result.served_by, "compiled_ai.reason.kind": kind}
    kind = _reason_kind(run.error.reason) if isinstance(run.error, DeclinedError) else "error"
    return {**common, "error.type": type(run.error).__name__, "compiled_ai.reason.kind": kind}


def _reason_kind(reason: str) -> str:
    if reason.startswith(DEMOTED):
        return "demoted"
    return "declined" if reason else "none"
