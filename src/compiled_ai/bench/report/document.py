"""A report as JSON for programs."""

from __future__ import annotations

import dataclasses
import json

from compiled_ai._version import __version__
from compiled_ai.bench.report.report import Report, Section
from compiled_ai.spec.canonical import JsonObject, JsonValue

SCHEMA = 1
"""Version of the document's form: raised when a field changes its meaning or goes, not when one is added."""


def json_text(report: Report) -> str:
    """The document, indented. Infinities are the string ``"infinite"``; there is no NaN."""
    return json.dumps(document_of(report), ensure_ascii=True, indent=1, allow_nan=False) + "\n"


def document_of(report: Report) -> JsonObject:
    """``{"format": "compiled-ai-report", "schema": 1, "verdicts": [...], "summary": {...}, "failures": [...]}``."""
    return {
        "format": "compiled-ai-report",
        "schema": SCHEMA,
        "version": __version__,
        "verdicts": [_verdict(section) for section in report.sections],
        "summary": report.summary.to_json(),
        "failures": [failure for section in report.sections for failure in _failures(section)],
    }


def _verdict(section: Section) -> JsonObject:
    return {
        "dataset": section.dataset.title,
        "standing": section.verdict.standing,
        "title": section.verdict.title,
        "sentences": list(section.verdict.sentences),
        "limits": list(section.limits),
    }


def _failures(section: Section) -> list[JsonValue]:
    return [
        {
            "dataset": section.dataset.title,
            "kind": room.key,
            "system": shelf.system,
            "total": shelf.total,
            "shown": [dataclasses.asdict(shown) for shown in shelf.shown],
        }
        for room in section.gallery
        for shelf in room.shelves
    ]
