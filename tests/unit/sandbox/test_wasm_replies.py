"""Replies of the WebAssembly sandbox are believed only in the form that its guest uses."""

from __future__ import annotations

import json

import pytest

from compiled_ai.sandbox.model import CaseRow, SandboxCase
from compiled_ai.sandbox.rows import failed_row
from compiled_ai.sandbox.wasm_replies import FORGERY, parse_import, parse_reply, parse_row
from compiled_ai.sandbox.wasm_runtime import Ended
from compiled_ai.spec.canonical import JsonObject

CASE = SandboxCase(case_id="a", input={}, given={})
ROW: JsonObject = {
    "kind": "row",
    "status": "answered",
    "output": {"n": 1},
    "detail": "",
    "line": None,
    "mutated_input": False,
    "seconds": 0.0,
    "steady": True,
}


def test_row_becomes_a_case_row_with_the_seconds_measured_outside() -> None:
    row = parse_row(CASE, ROW, seconds=0.5)
    assert isinstance(row, CaseRow)
    assert (row.case_id, row.status, row.output, row.seconds) == ("a", "answered", {"n": 1}, 0.5)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "imported"},
        {"status": "excellent"},
        {"status": "crashed"},
        {"output": None},
        {"output": [1]},
        {"detail": 3},
        {"line": "3"},
        {"mutated_input": "no"},
    ],
    ids=["kind", "status", "output of a crash", "no output", "list", "detail", "line", "mutated"],
)
def test_row_of_another_form_is_a_forgery(change: JsonObject) -> None:
    assert parse_row(CASE, {**ROW, **change}, seconds=0.0) is FORGERY


@pytest.mark.parametrize(
    "reply", ["", "x", "[]", "null", '{"a": 1', "[" * 100_000, json.dumps("x" * 200)], ids=str.__len__
)
def test_reply_that_is_no_object_is_a_forgery(reply: str) -> None:
    assert parse_reply(reply, longest=1_000_000) is FORGERY


def test_reply_longer_than_allowed_is_a_forgery() -> None:
    reply = json.dumps(ROW)
    assert parse_reply(reply, longest=len(reply)) == ROW
    assert parse_reply(reply, longest=len(reply) - 1) is FORGERY


def test_reply_that_memory_ran_out_is_no_message() -> None:
    end = parse_reply('{"kind": "out_of_memory"}', longest=100)
    assert isinstance(end, Ended)
    assert end.status == "out_of_memory"


def test_failure_of_the_guest_is_told() -> None:
    end = parse_reply('{"kind": "broken", "detail": "KeyError: 1"}', longest=100)
    assert end == Ended(status="crashed", detail="the program around the code failed: KeyError: 1")


def test_import_that_went_well_is_no_end() -> None:
    assert parse_import({"kind": "imported"}) is None


@pytest.mark.parametrize(
    ("message", "end"),
    [
        (
            {"kind": "failed", "status": "crashed", "detail": "no", "line": 2},
            Ended(status="crashed", detail="no", line=2),
        ),
        (
            {"kind": "failed", "status": "out_of_memory", "detail": "MemoryError", "line": None},
            Ended(status="out_of_memory", detail="MemoryError"),
        ),
        (
            {"kind": "failed", "status": "abstained", "detail": "no", "line": 1},
            Ended(status="crashed", detail="no", line=1),
        ),
        ({"kind": "failed"}, FORGERY),
        ({}, FORGERY),
        (FORGERY, FORGERY),
        (
            Ended(status="timed_out", detail="too slow"),
            Ended(status="timed_out", detail="importing activities.py: too slow"),
        ),
    ],
)
def test_import_that_failed_says_why(message: JsonObject | Ended, end: Ended) -> None:
    assert parse_import(message) == end


def test_failed_row_carries_the_end() -> None:
    row = failed_row(CASE, Ended(status="timed_out", detail="too slow", line=3), seconds=2.0)
    assert (row.status, row.detail, row.line, row.output, row.seconds) == (
        "timed_out",
        "too slow",
        3,
        None,
        2.0,
    )
