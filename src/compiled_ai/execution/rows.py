"""Rows of a batch: reading JSONL and CSV, one at a time, with constant memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from compiled_ai.errors import InputError, StoreError
from compiled_ai.spec.canonical import JsonObject, JsonValue
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


Reader = Callable[[BinaryIO], Iterator[Row]]


def reader_for(path: Path, input_schema: JsonObject) -> Reader:
    """The reader for a file by its ending: ``.jsonl``, ``.ndjson`` or ``.csv``.

    Raises:
        StoreError: the ending is none of these.
    """
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return read_jsonl
    if path.suffix.lower() == ".csv":
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
        if not line.strip():
            continue
        try:
            yield Row(
                number, parse_json_object(line.decode("utf-8-sig" if number == 1 else "utf-8")), "", offset
            )
        except UnicodeDecodeError:
            yield Row(number, None, "not UTF-8 text", offset)
        except ValueError as error:
            yield Row(number, None, str(error), offset)


def read_csv(file: BinaryIO, input_schema: JsonObject) -> Iterator[Row]:
    """The records of a CSV file with a header, cells turned into the types of `input_schema`.

    An empty cell is a missing field where the schema allows that, else an empty string.

    Raises:
        StoreError: there is no header, or it names a column twice.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", errors="surrogateescape")
    records = csv.reader(text, strict=True)
    try:
        header = next(records, [])
        if not header or len(set(header)) != len(header):
            raise StoreError("the CSV file has no header line, or a column name appears twice")
        convert = _converters(input_schema)
        number = 0
        while True:
            number += 1
            try:
                record = next(records)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(number, None, f"not CSV: {error}", file.tell())
                return
            if record:
                yield _csv_row(number, header, record, convert, file.tell())
    finally:
        text.detach()


def _csv_row(
    number: int,
    header: list[str],
    record: list[str],
    convert: Mapping[str, Callable[[str], JsonValue]],
    offset: int,
) -> Row:
    if len(record) != len(header):
        return Row(number, None, f"{len(record)} cells where the header has {len(header)}", offset)
    data: JsonObject = {}
    for name, cell in zip(header, record, strict=True):
        if any("\udc80" <= character <= "\udcff" for character in cell):
            return Row(number, None, f"column '{name}' is not UTF-8 text", offset)
        try:
            value = convert[name](cell) if name in convert else cell
        except InputError as error:
            return Row(number, None, f"column '{name}': {error}", offset)
        if value is not _MISSING:
            data[name] = value
    return Row(number, data, "", offset)


_MISSING = "\0missing"
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def _converters(schema: JsonObject) -> dict[str, Callable[[str], JsonValue]]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    return {name: _converter(child, optional=name not in required) for name, child in properties.items()}


def _converter(schema: JsonValue, *, optional: bool) -> Callable[[str], JsonValue]:
    kinds = schema.get("type") if isinstance(schema, dict) else None
    allowed = {str(kind) for kind in kinds} if isinstance(kinds, list) else {str(kinds)}

    def convert(cell: str) -> JsonValue:
        if cell == "" and (optional or "null" in allowed):
            return _MISSING if optional else None
        if "integer" in allowed and _INTEGER.fullmatch(cell.strip()):
            return int(cell)
        if "number" in allowed and _NUMBER.fullmatch(cell.strip()):
            return float(cell) if not _INTEGER.fullmatch(cell.strip()) else int(cell)
        if "boolean" in allowed and cell.strip().lower() in {"true", "false"}:
            return cell.strip().lower() == "true"
        if allowed & {"object", "array"}:
            raise InputError("a nested value cannot stand in a CSV cell; use JSONL")
        return cell

    return convert
