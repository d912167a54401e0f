"""Results as a table: lines of JSON turned into CSV or Parquet, in constant memory.

Columns are ``row``, ``status``, ``served_by``, ``reason``, ``error``, the audit's two if there are any, ``output.NAME`` for each field that the output
schema names, ``output`` for all others together, and ``keep.NAME`` for kept fields. A column has the type of its schema as long as every value
fits it, and is JSON text otherwise; so are lists and objects.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from compiled_ai.execution.csv_rows import kinds_of
from compiled_ai.files import partial_path, sync_folder
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = frozenset((".csv", ".parquet"))
"""Endings of results that are tables."""

_ROWS_AT_ONCE = 10_000
_GROUP_BYTES = 16_000_000
"""Length of the lines that make up one row group at most, so that long rows do not fill the memory."""
_FIRST = ("row", "status", "served_by", "reason", "error")
_AUDIT = ("input_digest", "artifact")

Kind = Literal["integer", "number", "boolean", "string", "json"]
Record = dict[str, Any]


@dataclass(frozen=True)
class _Column:
    """One column: its name, where its values stand in a record, and its type."""

    name: str
    part: Literal["", "output", "keep", "rest"]
    field: str
    kind: Kind

    def value(self, record: Record) -> JsonValue:
        """Its value in `record`; None when there is none."""
        if not self.part:
            found: JsonValue = record.get(self.field)
            return found
        inner = record.get("output" if self.part == "rest" else self.part)
        return None if not isinstance(inner, dict) else inner.get(self.field)


def write_table(lines: Path, target: Path, output_schema: JsonObject) -> None:
    """Turn `lines` into the table `target`, which is there whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    columns = _columns(lines, output_schema)
    partial = partial_path(target)
    try:
        if target.suffix.lower() == ".csv":
            _write_csv(lines, partial, columns)
        else:
            _write_parquet(lines, partial, columns)
        partial.replace(target)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _columns(lines: Path, output_schema: JsonObject) -> list[_Column]:
    """All columns, with types that every value fits. Reads all `lines` once."""
    fields = properties_of(output_schema)
    output = [
        _Column(f"output.{name}", "output", name, _kind_of(schema, output_schema))
        for name, schema in fields.items()
    ]
    columns = [_Column(name, "", name, "integer" if name == "row" else "string") for name in _FIRST]
    columns += output
    kept: dict[str, None] = {}
    has_rest = has_audit = False
    unfit: set[str] = set()
    for record in _records(lines):
        kept |= dict.fromkeys(record.get("keep", ()))
        has_audit = has_audit or "input_digest" in record
        given = record.get("output")
        has_rest = has_rest or (given is not None and not given.keys() <= fields.keys())
        unfit.update(column.name for column in output if not _fits(column.value(record), column.kind))
    columns += [_Column(name, "", name, "string") for name in _AUDIT] if has_audit else []
    columns += [_Column("output", "rest", "", "json")] if has_rest else []
    columns = [
        _Column(item.name, item.part, item.field, "json") if item.name in unfit else item for item in columns
    ]
    return columns + _kept_columns(lines, list(kept))


def _kept_columns(lines: Path, names: Sequence[str]) -> list[_Column]:
    """Columns of kept fields, which no schema speaks of: the first type that all values have."""
    if not names:
        return []
    possible: dict[str, list[Kind]] = {name: ["integer", "number", "boolean", "string"] for name in names}
    for record in _records(lines):
        for name, value in record.get("keep", {}).items():
            possible[name] = [kind for kind in possible[name] if _fits(value, kind)]
    return [_Column(f"keep.{name}", "keep", name, (*possible[name], "json")[0]) for name in names]


def _kind_of(schema: JsonValue, whole: JsonObject) -> Kind:
    match sorted(kinds_of(schema, whole) - {"null"}):
        case ["integer"]:
            return "integer"
        case ["number"] | ["integer", "number"]:
            return "number"
        case ["boolean"]:
            return "boolean"
        case ["string"]:
            return "string"
        case _:
            return "json"


def _fits(value: JsonValue, kind: Kind) -> bool:
    """Whether a column of that kind can hold `value` without changing it."""
    if value is None or kind == "json":
        return True
    match kind:
        case "integer":
            return type(value) is int and -(2**63) <= value < 2**63
        case "number":
            return type(value) is float or (type(value) is int and -(2**53) <= value <= 2**53)
        case "boolean":
            return type(value) is bool
        case "string":
            return type(value) is str and _is_text(value)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def _records(lines: Path) -> Iterator[Record]:
    with lines.open("rb") as file:
        for line in file:
            yield json.loads(line)


def _cell(column: _Column, record: Record, known: frozenset[str]) -> JsonValue:
    """What stands in the table."""
    if column.part == "rest":
        output = record.get("output")
        rest = {name: value for name, value in (output or {}).items() if name not in known}
        return json.dumps(rest) if rest else None
    value = column.value(record)
    if column.kind == "json":
        return None if value is None else json.dumps(value)
    if column.kind == "string" and isinstance(value, str) and not column.part:
        return value.encode("utf-8", "backslashreplace").decode()  # a reason may quote half a character
    return float(value) if column.kind == "number" and type(value) is int else value


def _known(columns: Sequence[_Column]) -> frozenset[str]:
    return frozenset(column.field for column in columns if column.part == "output")


def _write_csv(lines: Path, partial: Path, columns: Sequence[_Column]) -> None:
    known = _known(columns)
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([_text_name(column.name) for column in columns])
        for record in _records(lines):
            writer.writerow([_csv_text(_cell(column, record, known)) for column in columns])
        file.flush()
        os.fsync(file.fileno())


def _csv_text(value: JsonValue) -> str:
    """A cell; an empty text is quoted by nobody, so that it looks like a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def _text_name(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _write_parquet(lines: Path, partial: Path, columns: Sequence[_Column]) -> None:
    from pyarrow import parquet

    schema, known = _arrow_schema(columns), _known(columns)
    with io.FileIO(partial, "w") as file:
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for group in _groups(lines):
                writer.write_batch(_arrow_batch(group, schema, columns, known))
        os.fsync(file.fileno())


def _groups(lines: Path) -> Iterator[list[Record]]:
    """Records in groups bounded by count and by length."""
    with lines.open("rb") as file:
        group: list[Record] = []
        length = 0
        for line in file:
            group.append(json.loads(line))
            length += len(line)
            if len(group) == _ROWS_AT_ONCE or length > _GROUP_BYTES:
                yield group
                group, length = [], 0
        if group:
            yield group


def _arrow_schema(columns: Sequence[_Column]) -> pa.Schema:
    import pyarrow as pa

    types: dict[Kind, Callable[[], pa.DataType]] = {
        "integer": pa.int64, "number": pa.float64, "boolean": pa.bool_, "string": pa.string, "json": pa.string,
    }  # fmt: skip
    return pa.schema([(_text_name(column.name), types[column.kind]()) for column in columns])


def _arrow_batch(
    group: Sequence[Record], schema: pa.Schema, columns: Sequence[_Column], known: frozenset[str]
) -> pa.RecordBatch:
    import pyarrow as pa

    arrays = [
        pa.array([_cell(column, record, known) for record in group], type=kind)
        for column, kind in zip(columns, schema.types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
