"""Reading the rows of a batch."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.errors import StoreError
from compiled_ai.execution import rows as rows_module
from compiled_ai.execution.csv_rows import read_csv
from compiled_ai.execution.rows import Row, read_jsonl, reader_for
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object

BOM = b"\xef\xbb\xbf"


def jsonl(content: bytes) -> list[Row]:
    return list(read_jsonl(io.BytesIO(content)))


def short(rows: list[Row]) -> list[tuple[int, object]]:
    """Number with the data, or with what is wrong."""
    return [(row.number, row.problem if row.data is None else row.data) for row in rows]


def test_lines_are_numbered_and_blank_ones_counted() -> None:
    assert short(jsonl(b'{"a":1}\n\n  \t\r\n{"a":2}\n')) == [(1, {"a": 1}), (4, {"a": 2})]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n"])
def test_the_last_line_may_end_as_it_likes(end: bytes) -> None:
    assert short(jsonl(b'{"a":1}\r\n{"a":2}' + end)) == [(1, {"a": 1}), (2, {"a": 2})]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert short(jsonl(BOM + b'{"a":1}\n')) == [(1, {"a": 1})]
    assert jsonl(BOM) == jsonl(BOM + b"\n") == []


def test_an_empty_file_has_no_rows() -> None:
    assert jsonl(b"") == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "not JSON: Expecting property name enclosed in double quotes at character "),
        (b"[1]", "a JSON object is needed"),
        (b"null", "a JSON object is needed"),
        (b'"x"', "a JSON object is needed"),
        (b'{"a":1}{"a":2}', "not JSON: Extra data at character 8"),
        (b"{'a': 1}", "not JSON: "),
        (b'{"a":NaN}', "NaN is not JSON"),
        (b'{"a":-Infinity}', "-Infinity is not JSON"),
        (b'{"a":1e999}', "too large"),
        (b'{"a":1,"a":1}', "a key appears twice in one object"),
        (b'{"x":{"a":1,"a":2}}', "a key appears twice in one object"),
        (b'{"a":"\xff"}', "not UTF-8 text"),
        ('{"a":"é"}'.encode("utf-16"), "not UTF-8 text"),
        (b'{"a":' + b"[" * 200_000, "nested too deeply"),
        (b'{"a":' + b"9" * 5_000 + b"}", "too long"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (BOM + b'{"a":1}', "not JSON: "),
        (b"\0", "not JSON: "),
    ],
)
def test_a_bad_line_is_a_bad_row_and_reading_goes_on(line: bytes, problem: str) -> None:
    first, second, third = jsonl(b'{"a":0}\n' + line + b'\n{"a":2}\n')
    assert (first.data, third.data) == ({"a": 0}, {"a": 2})
    assert second.data is None
    assert problem in second.problem
    assert len(second.problem) < 200


@pytest.mark.parametrize("size", [99, 100, 101, 201, 1_000])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_line_that_is_too_long_is_a_bad_row(size: int, end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MAX_ROW_BYTES", 100)
    line = b'{"a":"' + b"x" * (size - 8) + b'"}'
    rows = jsonl(b'{"a":0}\n' + line + b'\n{"a":2}' + end)
    assert [row.number for row in rows] == [1, 2, 3]
    assert (rows[0].data, rows[2].data) == ({"a": 0}, {"a": 2})
    assert (rows[1].problem == "the row is longer than 100 bytes") == (size >= 100)


def test_offsets_reach_the_end_of_the_file() -> None:
    content = b'{"a":1}\n{\n\n{"a":"\xc3\xa9"}'
    assert [row.offset for row in jsonl(content)] == [8, 10, len(content)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.csv", "a.b.CSV"])
def test_the_ending_says_how_to_read(name: str) -> None:
    read = reader_for(Path(name), expand_object({"a": "string"}))
    assert [row.data for row in read(io.BytesIO(b'{"a":1}\n'), 0)] == (
        [] if "csv" in name.lower() else [{"a": 1}]
    )


@pytest.mark.parametrize("name", ["a", "a.json", "a.txt", "a.xlsx", ".csv"])
def test_another_ending_is_told_with_the_ones_there_are(name: str) -> None:
    with pytest.raises(
        StoreError, match=r"a batch is a \.jsonl \(or \.ndjson\), a \.csv or a \.parquet file"
    ):
        reader_for(Path(name), {})


# CSV

FIELDS: JsonObject = {"name": "string", "n": "integer"}


def read(text: str | bytes, fields: JsonObject | None = None) -> list[Row]:
    content = text.encode() if isinstance(text, str) else text
    return list(read_csv(io.BytesIO(content), expand_object(fields or FIELDS)))


def cell(text: str, kind: Any, *, more: JsonObject | None = None) -> object:
    """What a cell becomes in a field of type `kind`; `...` if the field is then missing."""
    schema = expand_object({"name": "string", "x": kind})
    (row,) = read_csv(io.BytesIO(f'name,x\na,"{text}"\n'.encode()), {**schema, **(more or {})})
    return row.problem if row.data is None else row.data.get("x", ...)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5", "integer", 5),
        (" +05 ", "integer", 5),
        ("-0", "integer", 0),
        ("9" * 300, "integer", int("9" * 300)),
        ("9" * 5_000, "integer", "9" * 5_000),
        ("5.0", "integer", "5.0"),
        ("1_000", "integer", "1_000"),
        ("٣", "integer", "٣"),
        ("0x1F", "integer", "0x1F"),
        ("", "integer", ""),
        ("5", "number", 5),
        ("5.50", "number", 5.5),
        (".5", "number", 0.5),
        ("-1e3", "number", -1000.0),
        ("1e999", "number", "1e999"),
        ("nan", "number", "nan"),
        ("Infinity", "number", "Infinity"),
        ("1,5", "number", "1,5"),
        ("5", "string", "5"),
        (" a ", "string", " a "),
        ("12.50", "decimal", "12.50"),
        ("2026-01-31", "date", "2026-01-31"),
        ("5", "any", "5"),
        ("true", "boolean", True),
        ("FALSE", "boolean", False),
        ("yes", "boolean", "yes"),
        ("1", "boolean", "1"),
        ("", "string", ""),
        ("", "string?", ...),
        ("", "integer?", ...),
        ("7", "integer?", 7),
        ("", {"type": ["string", "null"]}, None),
        ("2", [1, 2, 3], 2),
        ("x", [1, "x", None], "x"),
        ("", [1, None], None),
        ("true", [True, False], True),
        ("7", {"const": 7}, 7),
        ("7", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, 7),
        ("", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, None),
        ("[1]", "integer[]", "column 'x': a nested value cannot stand in a CSV cell; use JSONL"),
        ("{}", {"a": "string"}, "column 'x': a nested value cannot stand in a CSV cell; use JSONL"),
    ],
)
def test_a_cell_becomes_what_the_schema_asks_for(text: str, kind: Any, value: object) -> None:
    found = cell(text, kind)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("target", ["#/$defs/amount", "#/$defs/loop", "#/$defs/nothing", "#/properties/name"])
def test_a_reference_is_followed_as_far_as_it_leads(target: str) -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"x": {"$ref": target}},
        "$defs": {"amount": {"type": "integer"}, "loop": {"$ref": "#/$defs/loop"}},
    }
    (row,) = read_csv(io.BytesIO(b"x\n5\n"), schema)
    assert row.data == {"x": 5 if target.endswith("amount") else "5"}


def test_quotes_and_cells_of_many_lines_are_read() -> None:
    text = 'name,n\n"a ""b"", c",1\n"one\ntwo\r\nthree",2\n'
    assert short(read(text)) == [
        (1, {"name": 'a "b", c', "n": 1}),
        (2, {"name": "one\ntwo\r\nthree", "n": 2}),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_may_end_in_any_way(end: str, last: bool) -> None:
    text = end.join(["name,n", "a,1", "", "b,2"]) + (end if last else "")
    assert short(read(text)) == [(1, {"name": "a", "n": 1}), (3, {"name": "b", "n": 2})]


def test_a_byte_order_mark_of_csv_is_passed_over() -> None:
    assert short(read(BOM + b"name,n\na,1\n")) == [(1, {"name": "a", "n": 1})]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_kept_for_the_check() -> None:
    assert short(read("n,id,name\n1,x,a\n")) == [(1, {"n": 1, "id": "x", "name": "a"})]


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ("a", "1 cells where the header has 2"),
        ("a,1,2", "3 cells where the header has 2"),
        ("a,1,", "3 cells where the header has 2"),
        ('"a"b,1', "not CSV: ',' expected after '\"'"),
        ('"a" ,1', "not CSV: "),
        ("x" * 140_000 + ",1", "not CSV: a cell is longer than 131072 characters"),
    ],
)
def test_a_bad_record_is_a_bad_row_and_reading_goes_on(record: str, problem: str) -> None:
    rows = read(f"name,n\na,0\n{record}\nc,2\nd,3\n")
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.data and row.data["n"] for row in rows] == [0, None, 2, 3]
    assert problem in rows[1].problem


def test_a_cell_that_is_not_utf8_is_a_bad_row() -> None:
    rows = read(b"name,n\na,0\nM\xfcller,1\nc,2\n")
    assert [row.problem for row in rows] == ["", "column 'name' is not UTF-8 text", ""]


def test_a_quote_that_does_not_close_costs_what_it_swallows_and_no_more() -> None:
    text = 'name,n\na,0\n"b,1\nc,2\nd,3\n'
    rows = read(text)
    assert rows[0].data == {"name": "a", "n": 0}
    assert rows[1].problem == "not CSV: a quote is opened and not closed before the end of the file"
    rows = read(text + "".join(f'"name {number}",{number}\n' for number in range(5)))
    assert [row.data["n"] for row in rows if row.data] == [0, 1, 2, 3, 4]


def test_a_quote_that_does_not_close_in_a_long_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MAX_ROW_BYTES", 1_000)
    rows = read('name,n\n"a,0\n' + "b,1\n" * 1_000)
    assert rows[0].problem == "the row is longer than 1000 bytes"
    assert [row.data for row in rows[1:]] == [{"name": "b", "n": 1}] * (len(rows) - 1)
    assert len(rows) > 500


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_that_is_too_long_is_a_bad_row(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MAX_ROW_BYTES", 100)
    text = end.join(["name,n", "a,0", "x" * 1_000 + ",1", "b,2"])
    rows = read(text)
    assert [row.problem for row in rows] == ["", "the row is longer than 100 bytes", ""]
    assert rows[2].data == {"name": "b", "n": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no header line"),
        (b"\nname,n\n", "no header line"),
        (BOM, "no header line"),
        (b"name,n,name\na,1,b\n", "columns 1 and 3 of the CSV file have the same name"),
        (b"name,,\n", "columns 2 and 3"),
        (b'"name"x,n\n', "header of the CSV file cannot be read"),
        (b'"name,n\na,1\n', "header of the CSV file cannot be read"),
        (b"x" * 200_000, "header of the CSV file cannot be read"),
        (b"name;n\na;1\n", "separated by semicolons; save it with commas"),
        (b"name\tn\na\t1\n", "separated by tabs"),
        (b"nam\xe9,n\n", "not UTF-8 text; save the file as UTF-8"),
        ("name,n\na,1\n".encode("utf-16"), "not UTF-8 text; save the file as UTF-8"),
    ],
)
def test_a_header_that_is_none_is_told_before_the_first_row(text: bytes, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        read_csv(io.BytesIO(text), expand_object(FIELDS))


def test_a_header_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MAX_ROW_BYTES", 10)
    with pytest.raises(StoreError, match="it is too long"):
        read("some long name,n\n")


def test_a_header_alone_has_no_rows() -> None:
    assert read("name,n\n") == read("name,n") == []


def test_the_file_stays_open() -> None:
    file = io.BytesIO(b"name,n\na,1\n")
    list(read_csv(file, expand_object(FIELDS)))
    assert not file.closed


@given(
    records=st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.integers()), max_size=6
    )
)
@settings(max_examples=100, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(records: list[tuple[str, int]]) -> None:
    import csv

    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["name", "n"])
    writer.writerows(records)
    assert [row.data for row in read(text.getvalue())] == [{"name": name, "n": n} for name, n in records]


@given(content=st.binary(max_size=200) | st.text('{}[]":,\n\r\\u1a \t', max_size=80).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_rows_or_bad_rows(content: bytes) -> None:
    for row in jsonl(content):
        assert (row.data is None) == bool(row.problem)
        json.dumps(row.data, allow_nan=False)
    try:
        rows = read(b"name,n\n" + content)
    except StoreError:
        return
    assert [row.number for row in rows] == sorted({row.number for row in rows})
