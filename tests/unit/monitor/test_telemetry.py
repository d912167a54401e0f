"""OpenTelemetry, with exporters in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from compiled_ai.errors import CompiledAIError, DeclinedError, InputError
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.execution.observe import Run
from compiled_ai.monitor.telemetry import Telemetry

from .conftest import MakeArtifact


@dataclass(frozen=True, kw_only=True)
class Sdk:
    """An SDK that keeps everything in memory."""

    telemetry: Telemetry
    reader: InMemoryMetricReader
    spans: InMemorySpanExporter
    tracers: TracerProvider

    def points(self) -> dict[str, list[tuple[dict[str, object], float]]]:
        """Attributes and value of every point, by the name of the metric; of histograms the sum."""
        data = self.reader.get_metrics_data()
        found: dict[str, list[tuple[dict[str, object], float]]] = {}
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    found[metric.name] = [
                        (
                            dict(point.attributes or {}),
                            float(getattr(point, "value", 0.0) or getattr(point, "sum", 0.0)),
                        )
                        for point in metric.data.data_points
                    ]
        return found


@pytest.fixture
def sdk() -> Iterator[Sdk]:
    reader, spans = InMemoryMetricReader(), InMemorySpanExporter()
    meters, tracers = MeterProvider(metric_readers=[reader]), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    telemetry = Telemetry("probe", meters=meters, tracers=tracers, now=lambda: 10**18)
    yield Sdk(telemetry=telemetry, reader=reader, spans=spans, tracers=tracers)
    meters.shutdown()
    tracers.shutdown()


def test_every_run_is_counted_by_how_it_ended(sdk: Sdk, artifact_of: MakeArtifact) -> None:
    with LoadedWorkflow(artifact_of(), observers=[sdk.telemetry]) as workflow:
        for text in ("hello", "hello", "shy", "bug", "odd"):
            try:
                workflow.run({"text": text})
            except CompiledAIError:
                continue
    counted = {
        (str(named.get("compiled_ai.served_by", "")), str(named.get("error.type", ""))): value
        for named, value in sdk.points()["compiled_ai.runs"]
    }
    assert counted == {
        ("compiled", ""): 2,
        ("nobody", ""): 1,
        ("", "ActivityError"): 1,
        ("", "OutputError"): 1,
    }
    assert sdk.points()["compiled_ai.abstentions"][0][1] == 1


def test_time_tokens_and_money_are_recorded(sdk: Sdk, artifact_of: MakeArtifact) -> None:
    result = Result({"kind": "short"}, "model", "too hard", 0.25, 120, Decimal("0.003"))
    sdk.telemetry.observe(Run(artifact=artifact_of(), data={}, result=result, error=None))
    values = {name: points[0][1] for name, points in sdk.points().items()}
    assert values == {
        "compiled_ai.runs": 1,
        "compiled_ai.run.duration": 0.25,
        "compiled_ai.abstentions": 1,
        "compiled_ai.tokens": 120,
        "compiled_ai.cost": 0.003,
    }


def test_a_run_leaves_a_span_of_its_length(sdk: Sdk, artifact_of: MakeArtifact) -> None:
    artifact = artifact_of()
    sdk.telemetry.observe(
        Run(artifact=artifact, data={}, result=Result({"kind": "short"}, "compiled", "", 0.5), error=None)
    )
    (span,) = sdk.spans.get_finished_spans()
    assert (span.name, span.start_time, span.end_time) == ("run probe", 10**18 - 500_000_000, 10**18)
    assert dict(span.attributes or {}) == {
        "compiled_ai.workflow": "probe",
        "compiled_ai.artifact": artifact.manifest.artifact,
        "compiled_ai.served_by": "compiled",
        "compiled_ai.reason.kind": "none",
    }


def test_a_span_is_a_child_of_the_callers(sdk: Sdk, artifact_of: MakeArtifact) -> None:
    with sdk.tracers.get_tracer("caller").start_as_current_span("request") as outer:
        sdk.telemetry.observe(
            Run(artifact=artifact_of(), data={}, result=Result(None, "nobody", "no", 0.0), error=None)
        )
    inner = sdk.spans.get_finished_spans()[0]
    assert inner.parent is not None
    assert inner.parent.span_id == outer.get_span_context().span_id


def test_a_failed_run_leaves_a_span_that_says_so(sdk: Sdk, artifact_of: MakeArtifact) -> None:
    sdk.telemetry.observe(Run(artifact=artifact_of(), data={}, result=None, error=InputError("a secret")))
    (span,) = sdk.spans.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "InputError")


@pytest.mark.parametrize(
    ("reason", "kind"), [("", "none"), ("too hard", "declined"), ("demoted: too wrong", "demoted")]
)
def test_reasons_are_told_by_kind(sdk: Sdk, artifact_of: MakeArtifact, reason: str, kind: str) -> None:
    artifact = artifact_of()
    sdk.telemetry.observe(
        Run(artifact=artifact, data={}, result=Result({"kind": "a"}, "model", reason, 0.0), error=None)
    )
    if reason:
        error = DeclinedError("no", reason=reason)
        sdk.telemetry.observe(Run(artifact=artifact, data={}, result=None, error=error))
    assert {
        str(dict(span.attributes or {})["compiled_ai.reason.kind"]) for span in sdk.spans.get_finished_spans()
    } == {kind}


def test_shadow_checks_are_counted(sdk: Sdk) -> None:
    for outcome in ("agreed", "agreed", "differed"):
        sdk.telemetry.shadow(outcome)
    counted = {
        named["compiled_ai.shadow.outcome"]: value
        for named, value in sdk.points()["compiled_ai.shadow.checks"]
    }
    assert counted == {"agreed": 2, "differed": 1}


def test_no_value_of_an_input_or_output_leaves(sdk: Sdk, artifact_of: MakeArtifact) -> None:
    code = "def run(data):\n    if data['text'] == 'okapi zero': return 1 / 0\n    return {'kind': data['text']}\n"
    artifact = artifact_of(code, gives={"kind": "string"})
    with LoadedWorkflow(artifact, observers=[sdk.telemetry]) as workflow:
        workflow.run({"text": "okapi"})
        for text in ("okapi zero", ["okapi"]):
            with pytest.raises(CompiledAIError):
                workflow.run({"text": text})  # type: ignore[dict-item]  # one is wrong
    told = repr([span.to_json() for span in sdk.spans.get_finished_spans()]) + repr(
        sdk.reader.get_metrics_data()
    )
    assert "okapi" not in told


def test_without_an_sdk_nothing_happens(artifact_of: MakeArtifact) -> None:
    with LoadedWorkflow(artifact_of(), observers=[Telemetry("probe")]) as workflow:
        assert workflow.run({"text": "hello"}).output == {"kind": "short"}
