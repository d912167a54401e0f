"""Rows of a Parquet file as JSON data, with the types that the input schema asks for. Needs pyarrow."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from compiled_ai.errors import StoreError
from compiled_ai.execution import rows
from compiled_ai.execution.csv_rows import kinds_of
from compiled_ai.execution.rows import Row
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of, required_of

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_AT_ONCE = 1_000
_BUFFER_BYTES = 1_048_576
_PLAIN = frozenset((str, int, bool, type(None)))
_WHOLE_DIGITS = 400


class _BadCellError(ValueError):
    """A value that cannot stand in JSON. The message does not quote it."""


def require_pyarrow() -> None:
    """Make sure that pyarrow is there.

    Raises:
        StoreError: it is not; says how to install it.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise StoreError(
            "Parquet files need pyarrow, which is not installed: pip install 'compiled-ai[parquet]'"
        )


def read_parquet(file: BinaryIO, input_schema: JsonObject, *, after: int = 0) -> Iterator[Row]:
    """The rows of a Parquet file after number `after`. Decimals become texts where the schema wants texts, times ISO 8601, maps objects.

    A null is a missing field where the schema allows that, else null. Of times finer than microseconds the rest is cut off.

    Raises:
        StoreError: it is no Parquet file. At once, not at the first row.
    """
    require_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    size = file.seek(0, 2)
    file.seek(0)
    try:
        table = parquet.ParquetFile(file, buffer_size=_BUFFER_BYTES, pre_buffer=False)
        names = table.schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"the Parquet file cannot be read: {_line(error)}") from error
    if len(set(names)) != len(names):
        raise StoreError("two columns of the Parquet file have the same name")
    return _rows(table, input_schema, after=after, size=size)


def _rows(table: Any, schema: JsonObject, *, after: int, size: int) -> Iterator[Row]:
    convert = _Converter(schema)
    total, number = max(1, table.metadata.num_rows), 0
    groups: list[int] = []
    for index in range(table.num_row_groups):  # those that were done before are not even read
        count = table.metadata.row_group(index).num_rows
        if not groups and number + count <= after:
            number += count
        else:
            groups.append(index)
    for batch in _batches(table, groups, number):
        for values in _records(batch):
            number += 1
            if number > after:
                yield convert.row(number, values, size * number // total)


def _batches(table: Any, groups: list[int], before: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    batches = table.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=groups, use_threads=False)
    done = before
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise StoreError(
                f"the Parquet file is damaged after row {done}: {_line(error)}; what was written so far is kept"
            ) from error
        if batch is None:
            return
        done += batch.num_rows
        yield batch


def _records(batch: pa.RecordBatch) -> Iterator[Mapping[str, object] | None]:
    """The rows of `batch`; None for one that Python cannot hold, such as a date beyond its calendar."""
    import pyarrow as pa

    columns = [_coarser(column) for column in batch.columns]
    batch = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        for index in range(batch.num_rows):
            try:
                (record,) = batch.slice(index, 1).to_pylist()
            except (ValueError, OverflowError, pa.ArrowException):
                record = None
            yield record


def _coarser(column: pa.Array) -> pa.Array:
    """`column` in microseconds, if it is in nanoseconds, for which Python has no type."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return column.cast(pa.time64("us"), safe=False)
    return column


class _Converter:
    """Turns what pyarrow gives into JSON data."""

    def __init__(self, schema: JsonObject) -> None:
        self._schema = schema
        self._optional = properties_of(schema).keys() - set(required_of(schema))
        self._kinds = {name: kinds_of(child, schema) for name, child in properties_of(schema).items()}
        self._schemas = properties_of(schema)

    def row(self, number: int, values: Mapping[str, object] | None, offset: int) -> Row:
        """The row of that number, or why it is none."""
        if values is None:
            return Row(
                number, None, "it holds a value that cannot be read, such as a date before year 1", offset
            )
        data: JsonObject = {}
        length = 0
        for name, value in values.items():
            if value is None and name in self._optional:
                continue
            if type(value) in _PLAIN:
                data[name] = value  # type: ignore[assignment]  # narrowed by a look-up, which is what makes it fast
                length += len(value) if isinstance(value, str) else 0
                continue
            try:
                data[name] = self._value(value, self._kinds.get(name, frozenset()), self._schemas.get(name))
            except _BadCellError as error:
                return Row(number, None, f"column '{name}': {error}", offset, quotes=name not in self._kinds)
        if length > rows.MAX_ROW_BYTES:
            return Row(number, None, f"the row is longer than {rows.MAX_ROW_BYTES} characters", offset)
        return Row(number, data, "", offset)

    def _value(self, value: object, kinds: frozenset[str], schema: JsonValue) -> JsonValue:
        match value:
            case list():
                return self._list(value, schema)
            case dict():
                return self._object(list(value.items()), schema)
            case _:
                return _atom(value, kinds)

    def _list(self, value: list[object], schema: JsonValue) -> JsonValue:
        if value and all(isinstance(item, tuple) for item in value):  # a map
            return self._object([(item[0], item[1]) for item in value if isinstance(item, tuple)], schema)
        inner = schema.get("items") if isinstance(schema, dict) else None
        kinds = kinds_of(inner, self._schema)
        return [self._value(item, kinds, inner) for item in value]

    def _object(self, items: list[tuple[object, object]], schema: JsonValue) -> JsonValue:
        fields = properties_of(schema) if isinstance(schema, dict) else {}
        optional = fields.keys() - set(required_of(schema)) if isinstance(schema, dict) else set()
        data: JsonObject = {}
        for name, value in items:
            if not isinstance(name, str) or name in data:
                raise _BadCellError("the keys of a map are texts, and none comes twice")
            if value is not None or name not in optional:
                inner = fields.get(name)
                data[name] = self._value(value, kinds_of(inner, self._schema), inner)
        return data


def _atom(value: object, kinds: frozenset[str]) -> JsonValue:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return _finite(value)
        case Decimal():
            return _decimal(value, kinds)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return _utf8(value)
    raise _BadCellError(f"a value of type {type(value).__name__} cannot stand in JSON")


def _finite(value: float) -> float:
    if value - value != 0:  # infinities and NaN alone
        raise _BadCellError("NaN and infinities are not JSON data")
    return value


def _decimal(value: Decimal, kinds: frozenset[str]) -> JsonValue:
    """As a text if the schema wants one, else as a number."""
    if not value.is_finite():
        raise _BadCellError("NaN and infinities are not JSON data")
    if "string" in kinds or not kinds & {"integer", "number"}:
        return format(value, "f")
    return (
        int(value)
        if value == value.to_integral_value() and value.adjusted() < _WHOLE_DIGITS
        else float(value)
    )


def _utf8(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _BadCellError("bytes that are not UTF-8 text") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
