"""Rows of a batch: reading JSONL and CSV, one at a time, with constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from compiled_ai.errors import StoreError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.json_text import parse_json_object

MAX_ROW_BYTES = 10_000_000
"""Size of one row; a longer one is a bad row, not a reason to run out of memory."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the input: its data, or why it could not be read."""

    number: int
    """1-based: line of a JSONL file, record of a CSV file."""
    data: JsonObject | None
    problem: str
    offset: int
    """Bytes of the file read so far."""
    quotes: bool = False
    """Whether `problem` may quote the row."""


Reader = Callable[[BinaryIO], Iterator[Row]]


def reader_for(path: Path, input_schema: JsonObject) -> Reader:
    """The reader for a file by its ending: ``.jsonl``, ``.ndjson`` or ``.csv``.

    Raises:
        StoreError: the ending is none of these.
    """
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return read_jsonl
    if path.suffix.lower() == ".csv":
        from compiled_ai.execution.csv_rows import read_csv

        return lambda file: read_csv(file, input_schema)
    raise StoreError(
        f"{path} ends in '{path.suffix}'; a batch is a .jsonl (or .ndjson) or a .csv file, one input a .json file."
    )


def read_jsonl(file: BinaryIO) -> Iterator[Row]:
    """The rows of a JSONL file. Blank lines are passed over, but counted."""
    number = offset = 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        offset += len(line)
        if len(line) > MAX_ROW_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_ROW_BYTES)
                offset += len(line)
            yield Row(number, None, f"the row is longer than {MAX_ROW_BYTES} bytes", offset)
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # a byte order mark
        if not line.strip():
            continue
        try:
            yield Row(number, parse_json_object(line.decode()), "", offset)
        except UnicodeDecodeError:
            yield Row(number, None, "not UTF-8 text", offset)
        except ValueError as error:
            yield Row(number, None, str(error), offset, quotes=not str(error).startswith("not JSON: "))
