"""Rows of a batch: reading JSONL, CSV and Parquet, one at a time, with constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from compiled_ai.errors import StoreError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.json_text import parse_json_object

MAX_ROW_BYTES = 10_000_000
"""Size of one row; a longer one is a bad row, not a reason to run out of memory."""
_RAW_CHARS = 10_000
"""How much of a row that cannot be read is kept for the file of errors."""
_BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row of the input: its data, or why it could not be read."""

    number: int
    """1-based: line of a JSONL file, record of a CSV file, row of a Parquet file."""
    data: JsonObject | None
    problem: str
    offset: int
    """Bytes of the file read so far; of a Parquet file, a share of its size."""
    quotes: bool = False
    """Whether `problem` may quote the row."""
    raw: str = ""
    """The beginning of a row that could not be read, as far as it is text."""


Reader = Callable[[BinaryIO, int], Iterator[Row]]
"""Reads the rows of an open file that come after the one with the given number."""


def reader_for(path: Path, input_schema: JsonObject) -> Reader:
    """The reader for a file by its ending: ``.jsonl``, ``.ndjson``, ``.csv`` or ``.parquet``.

    Raises:
        StoreError: the ending is none of these, or what reads Parquet is not installed.
    """
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            return lambda file, after: read_jsonl(file, after=after)
        case ".csv":
            from compiled_ai.execution.csv_rows import read_csv

            return lambda file, after: read_csv(file, input_schema, after=after)
        case ".parquet":
            from compiled_ai.execution.parquet_rows import read_parquet, require_pyarrow

            require_pyarrow()
            return lambda file, after: read_parquet(file, input_schema, after=after)
    raise StoreError(
        f"{path} ends in '{path.suffix}'; a batch is a .jsonl (or .ndjson), a .csv or a .parquet file, one input a .json file."
    )


def read_jsonl(file: BinaryIO, *, after: int = 0, before: int = 0) -> Iterator[Row]:
    """The rows of a JSONL file. Blank lines are passed over, but counted.

    Args:
        file: At the beginning of a line.
        after: Rows up to this one are passed over.
        before: How many rows came before those of `file`.
    """
    number, offset = before, 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        offset += len(line)
        if len(line) > MAX_ROW_BYTES:
            start = line[:_RAW_CHARS]
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_ROW_BYTES)
                offset += len(line)
            problem = f"the row is longer than {MAX_ROW_BYTES} bytes"
            if number > after:
                yield Row(number, None, problem, offset, raw=_text(start))
        elif number > after:
            if number == 1:
                line = line.removeprefix(_BOM)
            if line.strip():
                yield _jsonl_row(number, line, offset)


def _jsonl_row(number: int, line: bytes, offset: int) -> Row:
    try:
        return Row(number, parse_json_object(line.decode()), "", offset)
    except UnicodeDecodeError:
        return Row(number, None, "not UTF-8 text", offset, raw=_text(line))
    except ValueError as error:
        quotes = not str(error).startswith("not JSON: ")
        return Row(number, None, str(error), offset, quotes=quotes, raw=_text(line))


def _text(line: bytes) -> str:
    """The beginning of `line` for people to look at; what is no text stands as escapes."""
    return line[:_RAW_CHARS].decode("utf-8", "backslashreplace").rstrip("\r\n")


def cut_jsonl(file: BinaryIO, *, after: int, size: int) -> Iterator[tuple[int, bytes, int]]:
    """Whole lines of `file` after row `after`, in pieces of some `size` bytes: number of the first row, the lines, and the bytes read so far.

    `read_jsonl` makes the same rows of the pieces as of the file.
    """
    number = offset = length = 0
    lines: list[bytes] = []
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        offset += len(line)
        if len(line) > MAX_ROW_BYTES:  # as much of it as says that it is too long
            rest = line
            line += b"\n"
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(MAX_ROW_BYTES)
                offset += len(rest)
        if number <= after:
            continue
        lines.append(line)
        length += len(line)
        if length >= size:
            yield number - len(lines) + 1, b"".join(lines), offset
            lines, length = [], 0
    if lines:
        yield number - len(lines) + 1, b"".join(lines), offset
