"""Rows of a CSV file, cells turned into the types that the input schema asks for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import BinaryIO

from compiled_ai.errors import InputError, StoreError
from compiled_ai.execution import rows
from compiled_ai.execution.rows import Row
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of, required_of

_MISSING = "\0missing"
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_MAX_REFERENCES = 20
_RAW_CHARS = 10_000
Converter = Callable[[str], JsonValue]


def read_csv(file: BinaryIO, input_schema: JsonObject, *, after: int = 0) -> Iterator[Row]:
    """The records after number `after` of a CSV file with a header. A broken record is a bad row; reading goes on with the next line.

    An empty cell is a missing field where the schema allows that, null where it must be there and may be null, else an empty string.

    Raises:
        StoreError: there is no header, it names a column twice, or its columns are not separated by commas. At once, not at the first row.
    """
    start = file.tell()
    _open(file, properties_of(input_schema)).lines.detach()
    file.seek(start)
    return _rows(file, input_schema, after)


@dataclass(frozen=True)
class _Opened:
    """A file whose header has been read."""

    lines: _Lines
    records: Iterator[list[str]]
    header: list[str]


def _open(file: BinaryIO, fields: Mapping[str, JsonValue]) -> _Opened:
    lines = _Lines(file)
    records = csv.reader(lines, strict=True)
    try:
        return _Opened(lines, records, _header(lines, records, fields))
    except BaseException:
        lines.detach()
        raise


class _TooLongError(Exception):
    """A record beyond `rows.MAX_ROW_BYTES`."""


class _Lines:
    """Lines of a text, for a CSV reader; never more of one record than a row may hold."""

    def __init__(self, file: BinaryIO) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", errors="surrogateescape")
        self._record_chars = 0

    def detach(self) -> None:
        """Leave the file open, if it still is."""
        with suppress(ValueError):
            self._text.detach()

    def begin_record(self) -> None:
        """The next line begins a record."""
        self._record_chars = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(rows.MAX_ROW_BYTES + 1)
        if not line:
            raise StopIteration
        self._record_chars += len(line)
        if self._record_chars <= rows.MAX_ROW_BYTES:
            return line
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(rows.MAX_ROW_BYTES)
        raise _TooLongError


def _header(lines: _Lines, records: Iterator[list[str]], fields: Mapping[str, JsonValue]) -> list[str]:
    lines.begin_record()
    try:
        header = next(records, [])
    except (csv.Error, _TooLongError) as error:
        raise StoreError(
            f"the header of the CSV file cannot be read: {str(error) or 'it is too long'}"
        ) from error
    if not header:
        raise StoreError("the CSV file has no header line")
    if any(_NOT_UTF8.search(name) or "\0" in name for name in header):
        raise StoreError("the header of the CSV file is not UTF-8 text; save the file as UTF-8")
    if len(set(header)) != len(header):
        first, second = next(
            (header.index(name), column) for column, name in enumerate(header) if header.index(name) < column
        )
        raise StoreError(f"columns {first + 1} and {second + 1} of the CSV file have the same name")
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0] and header[0] not in fields:
            raise StoreError(
                f"the columns of the CSV file are separated by {name}; save it with commas, or as JSONL"
            )
    return header


def _rows(file: BinaryIO, schema: JsonObject, after: int) -> Iterator[Row]:
    opened = _open(file, properties_of(schema))
    convert = _converters(schema)
    number = 0
    try:
        while True:
            number += 1
            opened.lines.begin_record()
            row = None
            try:
                record = next(opened.records)
                if record and number > after:
                    row = _row(number, opened.header, record, convert, file.tell())
            except StopIteration:
                return
            except csv.Error as error:
                row = Row(number, None, f"not CSV: {_words(error)}", file.tell())
            except _TooLongError:
                row = Row(number, None, f"the row is longer than {rows.MAX_ROW_BYTES} bytes", file.tell())
            if row is not None and number > after:
                yield row
    finally:
        opened.lines.detach()


def _words(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell is longer than {csv.field_size_limit()} characters, or its quotes do not close; use JSONL for long texts"
    if "unexpected end" in str(error):
        return "a quote is opened and not closed before the end of the file"
    return str(error)


def _row(
    number: int, header: Sequence[str], record: list[str], convert: Mapping[str, Converter], offset: int
) -> Row:
    if len(record) != len(header):
        problem = f"{len(record)} cells where the header has {len(header)}"
        return Row(number, None, problem, offset, raw=_shown(record))
    data: JsonObject = {}
    for name, cell in zip(header, record, strict=True):
        if not cell.isascii() and _NOT_UTF8.search(cell):
            problem, quotes = f"column '{name}' is not UTF-8 text", name not in convert
            return Row(number, None, problem, offset, quotes=quotes, raw=_shown(record))
        try:
            value = convert[name](cell) if name in convert else cell
        except InputError as error:
            return Row(number, None, f"column '{name}': {error}", offset, raw=_shown(record))
        if value is not _MISSING:
            data[name] = value
    return Row(number, data, "", offset)


def _shown(record: list[str]) -> str:
    """A record that cannot be read, for people to look at."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(record)
    return text.getvalue()[:_RAW_CHARS]


def _converters(schema: JsonObject) -> dict[str, Converter]:
    required = required_of(schema)
    return {
        name: _converter(kinds_of(child, schema), optional=name not in required)
        for name, child in properties_of(schema).items()
    }


def kinds_of(schema: JsonValue, whole: JsonObject, depth: int = 0) -> frozenset[str]:
    """Names of the JSON types that a field's schema speaks of; empty if it speaks of none."""
    if not isinstance(schema, dict) or depth > _MAX_REFERENCES:
        return frozenset()
    kinds = schema.get("type")
    if kinds is not None:
        return frozenset(map(str, kinds if isinstance(kinds, list) else [kinds]))
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(values, list):
        return frozenset(map(_kind_of, values))
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        definitions = whole.get("$defs")
        name = reference.removeprefix("#/$defs/")
        return (
            kinds_of(definitions.get(name), whole, depth + 1)
            if isinstance(definitions, dict)
            else frozenset()
        )
    branches = [branch for key in ("anyOf", "oneOf") for branch in _listed(schema.get(key))]
    return frozenset(kind for branch in branches for kind in kinds_of(branch, whole, depth + 1))


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _kind_of(value: JsonValue) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _converter(kinds: frozenset[str], *, optional: bool) -> Converter:
    def convert(cell: str) -> JsonValue:
        if cell == "" and (optional or "null" in kinds):
            return _MISSING if optional else None
        bare = cell.strip()
        if kinds & {"integer", "number"} and _INTEGER.fullmatch(bare):
            return int(bare)
        if "number" in kinds and _NUMBER.fullmatch(bare) and isfinite(float(bare)):
            return float(bare)
        if "boolean" in kinds and bare.lower() in {"true", "false"}:
            return bare.lower() == "true"
        if kinds & {"object", "array"}:
            raise InputError("a nested value cannot stand in a CSV cell; use JSONL")
        return cell

    return convert
