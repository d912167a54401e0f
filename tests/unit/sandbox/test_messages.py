"""What is made of a jailed process's words, and of its silence."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_channel import FORGERY, Silence, explain_exit, parse_line
from compiled_ai.sandbox.jail_replies import parse_coverage, parse_import, parse_ready, parse_row
from compiled_ai.sandbox.model import SandboxCase
from compiled_ai.spec.canonical import JsonObject

CASE = SandboxCase(case_id="a", input={}, given={})
ROW: JsonObject = {
    "kind": "row",
    "status": "answered",
    "output": {"n": 1},
    "detail": "",
    "line": None,
    "mutated_input": False,
    "seconds": 0.1,
    "steady": True,
}
ALL = {"process": "in force", "landlock": "no"}


def test_message_with_the_nonce_is_read() -> None:
    assert parse_line(b'abc {"kind": "end"}\n', "abc") == {"kind": "end"}


@pytest.mark.parametrize(
    "line",
    [
        b'abd {"kind": "end"}\n',
        b'{"kind": "end"}\n',
        b'abc {"kind": "end"}',
        b"abc [1]\n",
        b"abc {\n",
        b"abc \xff\n",
        b"abc " + b"[" * 100_000 + b"\n",
        b'abc {"n": ' + b"9" * 5_000 + b"}\n",
        b'abc {"n": NaN}\n',
        b'abc {"n": -Infinity}\n',
        b"\n",
        b"",
        b"x" * 100,
    ],
    ids=[
        "other nonce",
        "no nonce",
        "cut off",
        "list",
        "broken",
        "not text",
        "deep",
        "digits",
        "nan",
        "infinity",
        "empty",
        "nothing",
        "long",
    ],
)
def test_anything_else_is_a_forgery(line: bytes) -> None:
    assert parse_line(line, "abc") is FORGERY


@pytest.mark.parametrize(
    ("code", "status", "detail"),
    [
        (70, "out_of_memory", "ran out of memory"),
        (-signal.SIGKILL, "out_of_memory", "ran out of memory"),
        (-signal.SIGXCPU, "timed_out", "processor time"),
        (-signal.SIGSEGV, "crashed", "died of signal 11"),
        (0, "crashed", "ended with exit code 0"),
        (3, "crashed", "ended with exit code 3"),
    ],
)
def test_end_without_an_answer_is_explained(code: int, status: str, detail: str) -> None:
    silence = explain_exit(code)
    assert silence.status == status
    assert detail in silence.detail


def test_row_is_read() -> None:
    row = parse_row(CASE, ROW)
    assert row is not None
    assert (row.case_id, row.status, row.output, row.steady) == ("a", "answered", {"n": 1}, True)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "end"},
        {"status": "passed"},
        {"status": "crashed"},
        {"output": None},
        {"output": [1]},
        {"detail": None},
        {"line": "3"},
        {"mutated_input": 0},
        {"seconds": 1},
        {"seconds": -0.1},
        {"steady": None},
    ],
    ids=str,
)
def test_row_of_another_form_is_none(change: dict[str, Any]) -> None:
    assert parse_row(CASE, {**ROW, **change}) is None
    assert parse_row(CASE, {key: value for key, value in ROW.items() if key not in change}) is None


def test_layers_are_told_when_those_required_hold() -> None:
    message: JsonObject = {"kind": "ready", "layers": {**ALL}, "locale": "C"}
    assert parse_ready(message, required=["process"]) == (ALL, "C")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"kind": "ready", "layers": {**ALL}, "locale": "C"}, "a layer of the jail is missing: landlock: no"),
        ({"kind": "broken", "detail": "OSError: x"}, "could not lock itself in: OSError: x"),
        (
            Silence(status="out_of_memory", detail="the process ran out of memory"),
            "limit of memory high enough",
        ),
    ],
    ids=["layer", "broken", "silence"],
)
def test_process_that_is_not_locked_in_is_an_error(message: JsonObject | Silence, words: str) -> None:
    with pytest.raises(SandboxError, match=words):
        parse_ready(message, required=["process", "landlock"])


def test_code_that_was_imported_has_no_failure() -> None:
    assert parse_import({"kind": "imported"}) is None


@pytest.mark.parametrize(
    ("message", "status", "detail"),
    [
        ({"kind": "failed", "status": "crashed", "detail": "x", "line": 3}, "crashed", "x"),
        ({"kind": "failed", "status": "out_of_memory", "detail": "x", "line": 3}, "out_of_memory", "x"),
        ({"kind": "failed", "status": "abstained", "detail": "x", "line": 3}, "crashed", "x"),
        (Silence(status="timed_out", detail="y"), "timed_out", "importing activities.py: y"),
        (FORGERY, "crashed", FORGERY.detail),
    ],
)
def test_code_that_was_not_imported_says_why(message: JsonObject | Silence, status: str, detail: str) -> None:
    failure = parse_import(message)
    assert failure is not None
    assert (failure.status, failure.detail) == (status, detail)


FACTS: JsonObject = {"lines": 0.5, "branches": 1.0, "missing_lines": [2]}


def test_coverage_is_read() -> None:
    facts = parse_coverage({"kind": "end", "coverage": FACTS})
    assert facts is not None
    assert (facts.lines, facts.branches, facts.missing_lines) == (0.5, 1.0, (2,))


@pytest.mark.parametrize(
    "coverage",
    [
        None,
        {**FACTS, "lines": "all"},
        {**FACTS, "lines": 1.5},
        {**FACTS, "branches": -1.0},
        {**FACTS, "missing_lines": ["x"]},
    ],
    ids=["not measured", "text", "too much", "too little", "no numbers"],
)
def test_coverage_of_another_form_is_none(coverage: dict[str, Any] | None) -> None:
    assert parse_coverage({"kind": "end", "coverage": coverage}) is None


def test_silence_and_other_messages_hold_no_coverage() -> None:
    assert parse_coverage(FORGERY) is None
    assert parse_coverage({"kind": "row", "coverage": FACTS}) is None
