"""The JSON is versioned, and any reader of JSON reads it."""

from __future__ import annotations

import json

from compiled_ai.bench.report.document import json_text
from compiled_ai.bench.report.report import Report


def _refuse(text: str) -> float:
    raise AssertionError(f"{text} is no JSON")


def test_the_document_has_its_fields_and_no_numbers_that_json_lacks(report: Report) -> None:
    data = json.loads(json_text(report), parse_constant=_refuse)
    assert list(data) == ["format", "schema", "version", "verdicts", "summary", "failures"]
    assert (data["format"], data["schema"]) == ("compiled-ai-report", 1)
    assert data["verdicts"][0]["standing"] == report.sections[0].verdict.standing
    assert list(data["summary"]) == ["runs", "datasets", "prices"]
    assert {"kind", "system", "total", "shown"} <= set(data["failures"][0])


def test_an_empty_run_has_a_document(empty_report: Report) -> None:
    assert json.loads(json_text(empty_report))["failures"] == []
