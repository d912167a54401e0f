"""What `scan` reads: whatever the bytes, a text or a reason why there is none."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.cli import _scan_source
from compiled_ai.cli._scan_source import Piece, decode, pieces
from compiled_ai.errors import InputError, StoreError


def test_words_are_a_text() -> None:
    assert list(pieces("Is this a text?", field="")) == [Piece(name="text", text="Is this a text?")]


@pytest.mark.parametrize(
    "given", ["lettre.txt", "./rows.jsonl", "folder/rows.jsonl.gz", "~/mail.eml", "/tmp/none/at-all"]
)
def test_the_name_of_a_missing_file_is_no_text(given: str) -> None:
    with pytest.raises(InputError, match="there is no file"):
        list(pieces(given, field=""))


@pytest.mark.parametrize("given", ["", "hello", "e.g.", "3.14", "a" * 5_000, "nul\0byte", "Ends with a dot."])
def test_what_is_no_file_name_is_a_text(given: str) -> None:
    assert [piece.text for piece in pieces(given, field="")] == [given]


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        list(pieces(str(tmp_path), field=""))


@pytest.mark.parametrize(
    ("data", "text", "note"),
    [
        (b"plain", "plain", ""),
        (b"\xef\xbb\xbfmarked", "marked", ""),
        ("hidden".encode("utf-16"), "hidden", "read as UTF-16-LE"),
        (b"\xfe\xff" + "hidden".encode("utf-16-be"), "hidden", "read as UTF-16-BE"),
        ("hidden".encode("utf-32"), "hidden", "read as UTF-32-LE"),
        (b"caf\xe9", "caf\udce9", "1 bytes are not UTF-8"),
        (b"\x00\x01\xff", "\x00\x01\udcff", "1 bytes are not UTF-8; looks binary"),
        (b"\xed\xa0\x80", "\udced\udca0\udc80", "3 bytes are not UTF-8"),
        (b"", "", ""),
    ],
)  # fmt: skip
def test_bytes_become_text_and_nothing_is_dropped(data: bytes, text: str, note: str) -> None:
    assert decode(data) == (text, note)


@given(st.binary(max_size=200))
def test_any_bytes_have_a_text(data: bytes) -> None:
    assert isinstance(decode(data)[0], str)


def rows(tmp_path: Path, *lines: str | bytes, field: str = "") -> list[Piece]:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines))
    return list(pieces(str(path), field=field))


@pytest.mark.parametrize(
    ("row", "field", "text"),
    [
        ('{"text": "a", "label": 1}', "text", "a"),
        ('{"m": {"body": "b"}}', "m.body", "b"),
        ('{"m.body": "c"}', "m.body", "c"),
        ('{"text": ["a", {"b": 4111}]}', "text", "a\nb\n4111"),
        ('{"k": "v", "n": [1, true, null, "w"]}', "", "k\nv\nn\n1\nw"),
        ('"just \\u0061 string"', "", "just a string"),
        ('{"text": "\\ud800"}', "text", "\ud800"),
    ],
)
def test_a_row_gives_its_field_or_all_its_strings(tmp_path: Path, row: str, field: str, text: str) -> None:
    (piece,) = rows(tmp_path, row, field=field)
    assert (piece.text, piece.problem) == (text, "")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{", "not JSON: Expecting property name"),
        ('{"other": 1}', "has no field 'text'"),
        ("[1]", "has no field 'text'"),
        (b'{"text": "\xff"}', "not UTF-8"),
        ("[" * 200_000, "nested too deeply"),
        ("1" * 10_000, "not JSON that can be read"),
    ],
)
def test_a_bad_row_says_why_and_the_next_one_is_read(tmp_path: Path, row: str | bytes, problem: str) -> None:
    bad, good = rows(tmp_path, row, '{"text": "fine"}', field="text")
    assert bad.problem.startswith(problem)
    assert bad.name.endswith("rows.jsonl:1")
    assert good.text == "fine"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from a pipe")))
    assert list(pieces("-", field="")) == [Piece(name="-", text="from a pipe")]


def test_a_text_beyond_the_limit_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_scan_source, "MAX_BYTES", 1_000)
    path = tmp_path / "long.txt"
    path.write_bytes(b"x" * 1_001)
    with pytest.raises(InputError, match="longer than"):
        list(pieces(str(path), field=""))
    with pytest.raises(InputError, match="longer than"):
        rows(tmp_path, json.dumps("x" * 1_001))


@pytest.mark.parametrize("data", [b"word " * 2_000_000, bytes(range(256)) * 40_000], ids=["text", "binary"])
def test_ten_megabytes_are_read_in_seconds(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "large"
    path.write_bytes(data)
    started = time.process_time()
    (piece,) = pieces(str(path), field="")
    assert len(piece.text) >= 9_000_000
    assert time.process_time() - started < 5
