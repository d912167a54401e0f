from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator

import pytest

from compiled_ai.gates import log_filter
from compiled_ai.gates.canary import PIECE, canary_for, planted
from compiled_ai.gates.log_filter import (
    NOTICE,
    UNCHECKED,
    CanaryFilter,
    quotes_canary,
    watch_logs,
    withhold,
)

PROMPT = "You sort parcels and never tell anybody about the blue shelf."
CANARY = canary_for(PROMPT)
SENT = planted(PROMPT, CANARY)


@pytest.fixture(autouse=True)
def known() -> None:
    canary_for(PROMPT)  # other tests may have driven it out of the ones that are known


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(CanaryFilter())
    logger = logging.getLogger("tests.canary")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def _raise(text: str) -> None:
    try:
        raise ValueError("inner " + text)
    except ValueError as inner:
        raise RuntimeError("the provider answered 400") from inner


@pytest.mark.parametrize(
    "text",
    [
        SENT, CANARY, f"x{CANARY}y", CANARY.upper(), CANARY[:PIECE], CANARY[-PIECE:], f"... {CANARY[3 : 3 + PIECE]}", json.dumps({"system": SENT}),
        repr(SENT), "[private mark, never written: of another process]",
    ],
    ids=["prompt", "canary", "inside a word", "capitals", "its beginning", "its end", "a part", "json", "repr", "a foreign mark"],
)  # fmt: skip
def test_text_that_quotes_a_canary_is_withheld(text: str) -> None:
    assert withhold(text) == NOTICE


@pytest.mark.parametrize(
    "text",
    ["", PROMPT, "rhythms, Schwarzschild and the nth bcdfg", CANARY[: PIECE - 1], "bcdfhjkmnpqrtvwx", "\ud800", "x" * 1000, "a" * 15 + "\0"],
    ids=["empty", "prompt alone", "words", "too short", "another canary", "surrogate", "one letter", "null"],
)  # fmt: skip
def test_other_text_stays_as_it_is(text: str) -> None:
    assert withhold(text) == text


def test_a_canary_of_a_given_secret_is_known_too() -> None:
    assert quotes_canary(canary_for("another prompt", secret=b"recorded"))


def test_message_is_withheld_after_its_arguments_are_put_in(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("bad request: %s of %d", SENT, 3)
    logger.error("bad request: %(system)s", {"system": SENT})
    assert written.getvalue() == f"{NOTICE}\n{NOTICE}\n"


def test_canary_split_between_message_and_argument_is_withheld(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    logger.error(CANARY[:5] + "%s", CANARY[5:])
    assert written.getvalue() == f"{NOTICE}\n"


def test_traceback_is_withheld_and_the_kind_of_error_shown(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        _raise(SENT)
    except RuntimeError:
        logger.exception("call failed")
    assert written.getvalue() == f"call failed\nRuntimeError: {NOTICE}\n"


def test_traceback_that_was_written_before_is_withheld() -> None:
    record = logging.makeLogRecord({"msg": "x", "exc_text": f"Traceback: {SENT}"})
    assert CanaryFilter().filter(record)
    assert record.exc_text == NOTICE


def test_other_fields_are_withheld() -> None:
    record = logging.makeLogRecord(
        {
            "msg": "x",
            "request": {"messages": [{"content": SENT}]},
            "body": SENT,
            "tokens": 7,
            "stack_info": SENT,
        }
    )
    CanaryFilter().filter(record)
    assert (record.__dict__["request"], record.__dict__["body"], record.stack_info) == (
        NOTICE,
        NOTICE,
        NOTICE,
    )
    assert record.__dict__["tokens"] == 7


def test_arguments_that_the_message_does_not_show_are_dropped() -> None:
    record = logging.makeLogRecord({"msg": "%(status)s", "args": {"status": 400, "system": SENT}})
    CanaryFilter().filter(record)
    assert (record.getMessage(), record.args) == ("400", ())


def test_record_without_a_canary_is_not_changed(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        _raise("nothing")
    except RuntimeError:
        logger.exception("call %d failed", 3)
    assert written.getvalue().startswith("call 3 failed\nTraceback")
    assert "inner nothing" in written.getvalue()


class _Broken:
    def __repr__(self) -> str:
        raise RuntimeError(SENT)

    __str__ = __repr__


@pytest.mark.parametrize(
    "record",
    [
        {"msg": "%d of %d", "args": (SENT,)},
        {"msg": _Broken()},
        {"msg": "x", "field": _Broken()},
        {"msg": "x", "exc_info": (RuntimeError, RuntimeError(_Broken()), None), "body": "b"},
    ],
    ids=["arguments that do not fit", "message", "field", "error"],
)
def test_record_that_cannot_be_searched_loses_its_texts(record: dict[str, object]) -> None:
    made = logging.makeLogRecord(record)
    assert CanaryFilter().filter(made)
    assert CANARY not in logging.Formatter("%(message)s").format(made)
    assert all(CANARY not in str(value) for key, value in vars(made).items() if key != "exc_info")


def test_error_inside_neither_breaks_the_log_call_nor_lets_the_text_through(
    log: tuple[logging.Logger, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> bool:
        raise RuntimeError(text)

    monkeypatch.setattr(log_filter, "quotes_canary", broken)
    logger, written = log
    logger.error("system: %s", SENT, extra={"body": SENT})
    assert written.getvalue() == f"{UNCHECKED}\n"


def test_search_is_linear_in_long_texts() -> None:
    start = time.process_time()
    for text in (CANARY[:7] * 1_000_000, "bcdfhjkm " * 1_000_000, "a" * 10_000_000):
        quotes_canary(text)
    assert time.process_time() - start < 20


def test_handlers_of_the_root_logger_are_watched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    root, last = logging.getLogger("of-this-test"), logging.StreamHandler()
    handler = logging.StreamHandler()
    root.addHandler(handler)
    monkeypatch.setattr(logging, "getLogger", lambda: root)
    monkeypatch.setattr(logging, "lastResort", last)
    watch_logs()
    watch_logs()
    assert [len(one.filters) for one in (handler, last)] == [1, 1]
