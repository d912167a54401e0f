"""What `scan` looks at: a text, a file, rows of JSONL, or standard input. Whatever the bytes, there is a text to give to the gates."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from compiled_ai.errors import InputError, StoreError

MAX_BYTES = 32 * 1024 * 1024
"""Of one text or one row. More is refused instead of being read in part: what follows would go unseen."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BROKEN = re.compile("[\udc80-\udcff]")
_FILE_NAME = re.compile(r"(?:[./~]|[A-Za-z]:\\)\S*|\S*[\w-]\.[A-Za-z][A-Za-z0-9]{1,5}")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One text to scan."""

    name: str
    """Such as ``letter.txt``, ``rows.jsonl:12`` or ``text``."""
    text: str
    problem: str = ""
    """Why there is no text; it counts as a bad row."""
    note: str = ""
    """What a reader should know, such as that the bytes are no UTF-8."""


def pieces(given: str, *, field: str) -> Iterator[Piece]:
    """The texts of `given`, as they are read: nothing is kept.

    Args:
        given: A text, the name of a file, or ``-``.
        field: Of each row of JSONL. Empty for all strings of a row, one below the other.

    Raises:
        InputError: it looks like the name of a file that is not there, or is too large.
        StoreError: the file cannot be read.
    """
    if given == "-":
        stream = sys.stdin.buffer
        yield from _rows(stream, "-", field) if field else _whole(stream, "-")
        return
    path = _path(given)
    if path is None:
        yield Piece(name="text", text=given)
        return
    try:
        with path.open("rb") as stream:
            is_rows = path.suffix.lower() in {".jsonl", ".ndjson"}
            yield from _rows(stream, str(path), field) if is_rows or field else _whole(stream, str(path))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from error


def _path(given: str) -> Path | None:
    try:
        if given and Path(given).exists():
            return Path(given)
    except (OSError, ValueError):  # too long for a name, or with a NUL in it: a text
        return None
    if len(given) <= 255 and _FILE_NAME.fullmatch(given):
        raise InputError(
            f"there is no file {given!a}; to scan these words as a text, give them on standard input and '-' as the argument"
        )
    return None


def _whole(stream: BinaryIO, name: str) -> Iterator[Piece]:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name} is longer than {MAX_BYTES // 1024**2} MiB, and no gate would see all of it: split it, or give rows of JSONL"
        )
    text, note = decode(data)
    yield Piece(name=name, text=text, note=note)


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data`, and a note for the reader. Bytes that are no text in its encoding become lone surrogates, so that nothing is dropped."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
            note = "" if encoding == "utf-8" else f"read as {encoding.upper()}"
            return text, _with_binary(note, text)
    text = data.decode("utf-8", "surrogateescape")
    broken = 0 if text.isascii() else len(_BROKEN.findall(text))
    note = f"{broken:,} bytes are not UTF-8" if broken else ""
    return text, _with_binary(note, text)


def _with_binary(note: str, text: str) -> str:
    if "\0" in text:
        return f"{note}; looks binary".lstrip("; ")
    return note


def _rows(stream: BinaryIO, name: str, field: str) -> Iterator[Piece]:
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            raise InputError(f"{name}:{number} is longer than {MAX_BYTES // 1024**2} MiB")
        if line.strip():
            yield _row(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, f"{name}:{number}", field)


def _row(line: bytes, name: str, field: str) -> Piece:
    try:
        row: object = json.loads(line.decode("utf-8"))
        text = _field(row, field) if field else "\n".join(_strings(row))
    except (ValueError, RecursionError, KeyError) as error:
        return Piece(name=name, text="", problem=_problem(error, field))
    return Piece(name=name, text=text)


def _problem(error: Exception, field: str) -> str:
    match error:
        case UnicodeDecodeError():
            return "not UTF-8"
        case RecursionError():
            return "nested too deeply"
        case KeyError():
            return f"has no field {field!a}"
        case json.JSONDecodeError():
            return f"not JSON: {error.msg} at character {error.pos + 1}"
        case _:
            return "not JSON that can be read"


def _field(row: object, field: str) -> str:
    value: object = row
    for key in [field] if isinstance(row, dict) and field in row else field.split("."):
        if not isinstance(value, dict) or key not in value:
            raise KeyError(field)
        value = value[key]
    return value if isinstance(value, str) else "\n".join(_strings(value))


def _strings(value: object) -> list[str]:
    """All strings of `value`, keys too, in their order; numbers as they stand, for a card number may be one."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            waiting.extend(part for pair in reversed(item.items()) for part in reversed(pair))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, int | float) and not isinstance(item, bool):
            found.append(repr(item))
    return found
