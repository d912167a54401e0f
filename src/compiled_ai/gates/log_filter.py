"""Keeps system prompts out of logs and files: whatever quotes a canary of this process is replaced by a notice.

A provider's error may quote the request, and a library may log it. `CanaryFilter` belongs on every handler: a filter on a logger
sees only what is logged to that logger itself, not what comes up from those below.
"""

from __future__ import annotations

import logging
import re

from compiled_ai.gates.canary import LETTERS, MARK, PIECE, known_pieces

NOTICE = "[withheld: this quotes a system prompt]"
UNCHECKED = "[withheld: this could not be searched for system prompts]"
_RUN = re.compile(rf"[{LETTERS}]{{{PIECE},}}", re.IGNORECASE | re.ASCII)
_STANDARD = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime"))
"""Fields that every record has."""
_FORMATTER = logging.Formatter()


def quotes_canary(text: str) -> bool:
    """Whether `text` holds a canary of this process, a half of one, or the words that stand before one. Linear in its length."""
    if MARK in text:
        return True
    runs = {
        run.lower() for run in _RUN.findall(text)
    }  # no word has eight such letters in a row, so mostly none
    if not runs:
        return False
    known = known_pieces()
    return any(run[at : at + PIECE] in known for run in runs for at in range(len(run) - PIECE + 1))


def withhold(text: str) -> str:
    """`text`, or a notice in its place if it quotes a canary of this process. For what goes into files and reports."""
    return NOTICE if quotes_canary(text) else text


class CanaryFilter(logging.Filter):
    """Lets every record through, without message, traceback or extra fields that quote a canary of this process.

    The record itself is changed, so that handlers after this one do not show them either. A record that cannot be searched, such as
    one whose arguments do not fit its message, loses all of its texts; nothing is raised.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true."""
        try:
            _clean(record)
        except Exception:  # noqa: BLE001 - a log call must not fail, and what was not searched must not be written
            _empty(record)
        return True


def watch_logs() -> None:
    """Put a filter on the handlers of the root logger, and on the one that writes where no handler is. Calling it again adds nothing."""
    for handler in (logging.lastResort, *logging.getLogger().handlers):
        if handler is not None and not any(isinstance(one, CanaryFilter) for one in handler.filters):
            handler.addFilter(CanaryFilter())


def _clean(record: logging.LogRecord) -> None:
    message = record.getMessage()
    if quotes_canary(message):
        record.msg, record.args = NOTICE, ()
    elif record.args and quotes_canary(
        repr(record.args)
    ):  # not in the message, but other handlers may write them
        record.msg, record.args = message, ()
    if record.exc_info or record.exc_text:
        _clean_traceback(record)
    if record.stack_info and quotes_canary(record.stack_info):
        record.stack_info = NOTICE
    for key, value in vars(record).items():
        if key not in _STANDARD and quotes_canary(value if isinstance(value, str) else repr(value)):
            setattr(record, key, NOTICE)


def _clean_traceback(record: logging.LogRecord) -> None:
    error = record.exc_info[1] if record.exc_info else None
    written = _FORMATTER.formatException(record.exc_info) if record.exc_info else ""
    if quotes_canary(written) or quotes_canary(record.exc_text or ""):
        record.exc_info = None
        record.exc_text = f"{type(error).__name__}: {NOTICE}" if error else NOTICE


def _empty(record: logging.LogRecord) -> None:
    record.msg, record.args = UNCHECKED, ()
    record.exc_info = record.exc_text = record.stack_info = None
    for key in set(vars(record)) - _STANDARD:
        setattr(record, key, UNCHECKED)
