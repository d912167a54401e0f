"""Batches into tables and out of Parquet, and the file of bad rows."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from compiled_ai.errors import OperatorError, StoreError
from compiled_ai.execution import BatchOptions, LoadedWorkflow, run_batch
from compiled_ai.execution import _results as results_module
from compiled_ai.execution import rows as rows_module
from compiled_ai.execution._tables import write_table
from compiled_ai.spec.schema import expand_object

Save = Callable[..., LoadedWorkflow]
RESUME = BatchOptions(resume=True, keep=("id",))
KEEP = BatchOptions(keep=("id",))
ROWS = [
    {"id": 1, "sku": "a", "price": 5},
    {"id": 2, "sku": "b", "price": -5},
    {"id": 3, "sku": "c", "price": "x"},
    {"id": 4, "sku": 'é,"\n', "price": 50},
    {"id": 5, "price": 50},
    {"id": 6, "sku": "", "price": 5},
]
BROKEN = "{broken \ufffd\n"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS) + BROKEN)
    return path


# The file of bad rows


def test_bad_rows_have_a_file_with_what_is_wrong_and_the_row(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out.jsonl")
    summary = run_batch(plain, source, target, KEEP)
    assert summary.errors == source.with_name("out.jsonl.errors.jsonl")
    found = lines(summary.errors)
    assert [(line["row"], line["status"]) for line in found] == [(row, "invalid_input") for row in (3, 5, 7)]
    assert [line.get("input") for line in found] == [ROWS[2], ROWS[4], None]
    assert found[2]["text"] == BROKEN.rstrip()
    bad = [line for line in lines(target) if line["status"] == "invalid_input"]
    assert [line["error"] for line in found] == [line["error"] for line in bad]


def test_a_batch_without_bad_rows_has_no_such_file(plain: LoadedWorkflow, source: Path) -> None:
    source.write_text(json.dumps(ROWS[0]) + "\n")
    summary = run_batch(plain, source, source.with_name("out"), KEEP)
    assert summary.errors is None
    assert not source.with_name("out.errors.jsonl").exists()


def test_overwriting_takes_the_bad_rows_of_the_earlier_run_away(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out")
    run_batch(plain, source, target, KEEP)
    source.write_text(json.dumps(ROWS[0]) + "\n")
    run_batch(plain, source, target, BatchOptions(keep=("id",), overwrite=True))
    assert not source.with_name("out.errors.jsonl").exists()


def test_bad_rows_left_by_somebody_are_not_touched(plain: LoadedWorkflow, source: Path) -> None:
    left = source.with_name("out.errors.jsonl")
    left.write_text("precious\n")
    with pytest.raises(StoreError, match=r"out\.errors\.jsonl exists"):
        run_batch(plain, source, source.with_name("out"), KEEP)
    assert left.read_text() == "precious\n"


def test_the_bad_rows_of_a_run_can_be_run_and_are_not_the_target(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out")
    run_batch(plain, source, target, KEEP)
    again = source.with_name("out.errors.jsonl")
    before = again.read_bytes()
    with pytest.raises(StoreError, match="is the input itself"):
        run_batch(plain, again, target, BatchOptions(overwrite=True))
    assert again.read_bytes() == before


def test_rows_are_not_shown_where_values_are_hidden(save: Save, source: Path) -> None:
    code = 'def hidden(data):\n    return {"n": 1}\n'
    workflow = save(
        code,
        name="hidden",
        takes={"sku": "string", "price": "number"},
        gives={"n": "integer"},
        compliance=["hipaa"],
    )
    source.write_text('{"sku": "secret-1", "price": "secret-2"}\n{"secret-3\n')
    summary = run_batch(workflow, source, source.with_name("out"), BatchOptions())
    assert summary.errors is not None
    assert b"secret" not in summary.errors.read_bytes() + source.with_name("out").read_bytes()
    assert [sorted(line) for line in lines(summary.errors)] == [["error", "row", "status"]] * 2


def test_a_huge_row_costs_little_and_is_shown_in_short(
    plain: LoadedWorkflow, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "MAX_ROW_BYTES", 100_000)
    source.write_text('{"sku": "' + "x" * 1_000_000 + '"}\n' + json.dumps(ROWS[0]) + "\n")
    for processes in (1, 2):
        target = source.with_name(f"out{processes}")
        summary = run_batch(plain, source, target, BatchOptions(keep=("id",), processes=processes))
        assert summary.errors is not None
        (bad,) = lines(summary.errors)
        assert len(bad["text"]) == 10_000
        assert summary.counts["answered"] == 1
        if processes == 1:  # a worker has a limit of its own, so that one is longer than it there
            assert "longer than 100000" in bad["error"]


# Cut anywhere, gone on with


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_a_run_cut_at_any_byte_of_any_file_goes_on_to_the_same_end(
    name: str, plain: LoadedWorkflow, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_batch(plain, source, source.with_name("whole.jsonl"), KEEP)
    results = source.with_name("whole.jsonl").read_bytes()
    errors = source.with_name("whole.jsonl.errors.jsonl").read_bytes()
    run_batch(plain, source, source.with_name(name), KEEP)
    table = source.with_name(name).read_bytes()
    note = json.loads(source.with_name(f"{name}.batch.json").read_bytes())
    note.pop("done", None)
    for end in range(0, len(results) + 1, 3):
        for path in source.parent.glob(f"{name}*"):
            path.unlink()
        rows = [json.loads(line) for line in results[:end].splitlines(keepends=True) if line.endswith(b"\n")]
        bad = [row["row"] for row in rows if row["status"] == "invalid_input"]
        journal = source.with_name(name if name == "out.jsonl" else f"{name}.rows.jsonl")
        journal.write_bytes(results[:end])
        least = sum(len(line) for line in errors.splitlines(keepends=True)[: len(bad)])
        kept = errors[: least + end % 40]  # bad rows are written before their results
        if kept:
            source.with_name(f"{name}.errors.jsonl").write_bytes(kept)
        source.with_name(f"{name}.batch.json").write_text(json.dumps(note))
        summary = run_batch(plain, source, source.with_name(name), RESUME)
        assert source.with_name(name).read_bytes() == table, end
        assert source.with_name(f"{name}.errors.jsonl").read_bytes() == errors, end
        assert summary.processed == 7 - len(rows)
        assert summary.counts == {"answered": 3, "abstained": 1, "invalid_input": 3}
        assert not journal.exists() or name == "out.jsonl"


@pytest.mark.parametrize("moment", ["write_table", "write_atomic", "unlink"])
def test_a_run_killed_while_its_table_is_made_goes_on_to_the_same_end(
    moment: str, plain: LoadedWorkflow, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = source.with_name("out.parquet")
    run_batch(plain, source, source.with_name("whole.parquet"), KEEP)

    def die(*_: object, **__: object) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        if moment == "unlink":
            patched.setattr(Path, "unlink", die)
        elif moment == "write_table":
            patched.setattr(results_module, "write_table", die)
        else:
            patched.setattr(
                results_module, "write_table", lambda *_: patched.setattr(results_module, "write_atomic", die)
            )
        with pytest.raises(SystemExit):
            run_batch(plain, source, target, KEEP)
    summary = run_batch(plain, source, target, RESUME)
    assert summary.processed == 0
    assert target.read_bytes() == source.with_name("whole.parquet").read_bytes()
    assert not source.with_name("out.parquet.rows.jsonl").exists()
    assert run_batch(plain, source, target, RESUME).counts == summary.counts


def test_a_table_is_not_resumed_by_something_else(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out.csv")
    run_batch(plain, source, target, KEEP)
    with pytest.raises(StoreError, match="keep changed"):
        run_batch(plain, source, target, BatchOptions(resume=True))
    source.with_name("out.csv.batch.json").unlink()
    with pytest.raises(StoreError, match=r"batch\.json beside it is missing"):
        run_batch(plain, source, target, RESUME)


def test_bad_rows_that_were_deleted_are_missed(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out")
    run_batch(plain, source, target, KEEP)
    source.with_name("out.errors.jsonl").unlink()
    with pytest.raises(StoreError, match="holds 0 of its 3 bad rows"):
        run_batch(plain, source, target, RESUME)


def test_an_old_table_stays_until_the_new_one_is_there(
    plain: LoadedWorkflow, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = source.with_name("out.csv")
    target.write_text("old")
    seen = []
    options = BatchOptions(keep=("id",), overwrite=True)
    run_batch(plain, source, target, options, on_progress=lambda _: seen.append(target.read_text()))
    assert seen == ["old"]
    assert target.read_text().startswith("row,status")


def test_an_input_that_changes_meanwhile_is_told(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out")

    def meddle(_: object) -> None:
        with source.open("a") as file:
            file.write("{}\n")

    with pytest.raises(StoreError, match="was changed while it was read"):
        run_batch(plain, source, target, KEEP, on_progress=meddle)
    with pytest.raises(StoreError, match="input changed"):
        run_batch(plain, source, target, RESUME)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(plain: LoadedWorkflow, source: Path) -> None:
    folder = source.with_name("closed")
    folder.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        run_batch(plain, source, folder / "out", KEEP)


# Tables


def test_a_csv_table_has_a_column_for_each_field(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out.csv")
    run_batch(plain, source, target, KEEP)
    with target.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == [
        "row", "status", "served_by", "reason", "error", "output.sku", "output.band", "keep.id"
    ]  # fmt: skip
    assert [(row["row"], row["status"], row["output.sku"], row["keep.id"]) for row in found[:4]] == [
        ("1", "answered", "a", "1"), ("2", "abstained", "", "2"), ("3", "invalid_input", "", "3"), ("4", "answered", 'é,"\n', "4"),
    ]  # fmt: skip


def test_a_parquet_table_has_types(plain: LoadedWorkflow, source: Path) -> None:
    target = source.with_name("out.parquet")
    run_batch(plain, source, target, KEEP)
    table = parquet.read_table(target)
    assert {field.name: str(field.type) for field in table.schema} == {
        "row": "int64", "status": "string", "served_by": "string", "reason": "string", "error": "string",
        "output.sku": "string", "output.band": "string", "keep.id": "int64",
    }  # fmt: skip
    rows = table.to_pylist()
    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert rows[3]["output.sku"] == 'é,"\n'
    assert rows[6]["keep.id"] is None


def test_a_table_of_no_rows_has_its_columns(plain: LoadedWorkflow, source: Path) -> None:
    source.write_text("")
    for name in ("out.csv", "out.parquet"):
        run_batch(plain, source, source.with_name(name), KEEP)
    assert (
        source.with_name("out.csv").read_text()
        == "row,status,served_by,reason,error,output.sku,output.band\n"
    )
    assert parquet.read_table(source.with_name("out.parquet")).num_rows == 0


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("integer", [1, 2**63 - 1], [1, 2**63 - 1]),
        ("integer", [1, 2**63], ["1", str(2**63)]),
        ("number", [1, 0.5], [1.0, 0.5]),
        ("number", [2**53 + 1, 0.5], [str(2**53 + 1), "0.5"]),
        ("boolean", [True, False], [True, False]),
        ("string", ["a", ""], ["a", ""]),
        ("string", ["a", "\ud800"], ['"a"', '"\\ud800"']),
        ("string[]", [["a"], []], ['["a"]', "[]"]),
        ({"x": "integer"}, [{"x": 1}, {"x": 2}], ['{"x": 1}', '{"x": 2}']),
        ("any", [1, "a"], ["1", '"a"']),
    ],
)
def test_a_column_has_the_type_that_every_value_fits(
    kind: Any, values: list[Any], expected: list[Any], ending: str, tmp_path: Path
) -> None:
    journal, target = tmp_path / "rows", tmp_path / f"out.{ending}"
    journal.write_text(
        "".join(
            json.dumps({"row": row, "status": "answered", "output": {"v": value}, "keep": {"k": value}})
            + "\n"
            for row, value in enumerate(values, start=1)
        )
    )
    write_table(journal, target, expand_object({"v": kind}))
    if ending == "parquet":
        rows = parquet.read_table(target).to_pylist()
        assert [row["output.v"] for row in rows] == expected
        assert all(isinstance(row["keep.k"], type(expected[0])) for row in rows) or kind in ("number", "any")
    else:
        with target.open(newline="") as file:
            found = [row["output.v"] for row in csv.DictReader(file)]
        assert found == [str(value).lower() if isinstance(value, bool) else str(value) for value in expected]


def test_fields_that_no_schema_names_are_kept_together(tmp_path: Path) -> None:
    journal, target = tmp_path / "rows", tmp_path / "out.parquet"
    journal.write_text(
        '{"row":1,"status":"answered","output":{"v":1,"more":[2]}}\n{"row":2,"status":"answered","output":{"v":1}}\n'
    )
    write_table(journal, target, {"type": "object", "properties": {"v": {"type": "integer"}}})
    assert parquet.read_table(target).column("output").to_pylist() == ['{"more": [2]}', None]


# Parquet in


def put(path: Path, **columns: pa.Array) -> Path:
    parquet.write_table(pa.table(columns), path, row_group_size=3)
    return path


def test_a_parquet_file_is_read_like_the_same_rows_of_jsonl(plain: LoadedWorkflow, tmp_path: Path) -> None:
    count = 20
    source = put(
        tmp_path / "in.parquet",
        sku=pa.array([f"s{n}" for n in range(count)]),
        price=pa.array([n * 1.5 - 3 for n in range(count)]),
        note=pa.array([None, "x"] * (count // 2)),
    )
    for options in (BatchOptions(), BatchOptions(processes=2, overwrite=True)):
        run_batch(plain, source, tmp_path / "out", options)
        outputs = [line["output"] for line in lines(tmp_path / "out")]
        assert outputs == [plain.run({"sku": f"s{n}", "price": n * 1.5 - 3}).output for n in range(count)]


def test_a_parquet_run_cut_at_any_line_goes_on_to_the_same_end(plain: LoadedWorkflow, tmp_path: Path) -> None:
    source = put(
        tmp_path / "in.parquet",
        sku=pa.array(list("abcdefgh")),
        price=pa.array([1.0, None, 20, -1, 5, 50, 1, 2]),
    )
    target = tmp_path / "out"
    run_batch(plain, source, target, BatchOptions())
    whole = target.read_bytes()
    for end in range(0, len(whole) + 1, 11):
        target.write_bytes(whole[:end])
        run_batch(plain, source, target, BatchOptions(resume=True))
        assert target.read_bytes() == whole, end


ECHO = 'def echo(data):\n    return {"v": data.get("v", "missing")}\n'
STRUCT = pa.struct([("a", pa.int64()), ("b", pa.string())])


@pytest.mark.parametrize(
    ("kind", "array", "expected"),
    [
        ("any", pa.array([2**63 - 1, None]), [2**63 - 1, None]),
        ("integer", pa.array([Decimal("12"), Decimal("12.5")]), [12, "bad"]),
        ("number", pa.array([Decimal("12"), Decimal("12.5")]), [12, 12.5]),
        ("decimal", pa.array([Decimal("12.50"), Decimal("-0.10")]), ["12.50", "-0.10"]),
        ("number", pa.array([1.5, float("nan")]), [1.5, "bad"]),
        ("number", pa.array([1.5, float("inf")]), [1.5, "bad"]),
        ("date", pa.array([date(2026, 2, 28), date(1, 1, 1)]), ["2026-02-28", "0001-01-01"]),
        ("datetime", pa.array([datetime(2026, 2, 28, 9, tzinfo=UTC), None]), ["2026-02-28T09:00:00+00:00", "bad"]),
        ("datetime", pa.array([datetime(2026, 2, 28, 9)]), ["bad"]),
        ("string", pa.array([datetime(2026, 2, 28, 9)]), ["2026-02-28T09:00:00"]),
        ("string", pa.array([1_500_000_001], pa.timestamp("ns")), ["1970-01-01T00:00:01.500000"]),
        ("string", pa.array([time(9, 30)]), ["09:30:00"]),
        ("string", pa.array([-(2**58)], pa.timestamp("ms")), ["bad"]),
        ("string", pa.array([b"abc", b"\xff"]), ["abc", "bad"]),
        ("string[]", pa.array([["a", "b"], []]), [["a", "b"], []]),
        ({"a": "integer", "b": "string?"}, pa.array([{"a": 1, "b": None}, {"a": 2, "b": "x"}], STRUCT), [{"a": 1}, {"a": 2, "b": "x"}]),
        ("any", pa.array([[("k", 1), ("l", 2)]], pa.map_(pa.string(), pa.int64())), [{"k": 1, "l": 2}]),
        ("any", pa.array([[("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int64())), ["bad"]),
        ("any", pa.array([[(1, 1)]], pa.map_(pa.int64(), pa.int64())), ["bad"]),
        ("string", pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        ("any", pa.array([1], pa.duration("s")), ["bad"]),
        ("string?", pa.array([None, "x"]), ["missing", "x"]),
        ("any", pa.nulls(2), [None, None]),
    ],
    ids=lambda value: str(getattr(value, "type", value))[:40],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_columns_of_every_type_become_json_or_bad_rows(
    kind: Any, array: pa.Array, expected: list[Any], save: Save, tmp_path: Path
) -> None:
    workflow = save(ECHO, name="echo", takes={"v": kind}, gives={"v": "any"})
    source = put(tmp_path / "in.parquet", v=array)
    run_batch(workflow, source, tmp_path / "out", BatchOptions())
    found = [
        line["output"]["v"] if line["status"] == "answered" else "bad" for line in lines(tmp_path / "out")
    ]
    assert found == expected


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"{}\n"])
def test_what_is_no_parquet_file_is_told_and_leaves_nothing(
    content: bytes, plain: LoadedWorkflow, tmp_path: Path
) -> None:
    source = tmp_path / "in.parquet"
    source.write_bytes(content)
    with pytest.raises(StoreError, match="the Parquet file cannot be read"):
        run_batch(plain, source, tmp_path / "out", BatchOptions())
    assert not (tmp_path / "out").exists()


def test_a_parquet_file_that_is_damaged_inside_keeps_what_was_done(
    plain: LoadedWorkflow, tmp_path: Path
) -> None:
    count = 30_000
    source = tmp_path / "in.parquet"
    table = pa.table(
        {"sku": [f"s{n * 7919}" for n in range(count)], "price": [float(n) for n in range(count)]}
    )
    parquet.write_table(table, source, row_group_size=10_000)
    content = bytearray(source.read_bytes())
    place = len(content) // 2
    content[place : place + 5_000] = b"\xff" * 5_000
    source.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged after row [0-9]+"):
        run_batch(plain, source, tmp_path / "out", BatchOptions())
    assert len(lines(tmp_path / "out")) >= 5_000


@pytest.mark.parametrize("way", ["in", "out"])
def test_without_pyarrow_the_command_to_install_it_is_told(
    way: str, plain: LoadedWorkflow, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyarrow" else find(name))
    inside, out = (source.with_suffix(".parquet"), "out") if way == "in" else (source, "out.parquet")
    inside.touch()
    with pytest.raises(StoreError, match=r"pip install 'compiled-ai\[parquet\]'"):
        run_batch(plain, inside, source.with_name(out), KEEP)


# Several processes


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_processes_give_the_same_bytes(ending: str, plain: LoadedWorkflow, source: Path) -> None:
    whole = "".join(f"{json.dumps(row)}\n" for row in ROWS)
    source.write_bytes(b"\xef\xbb\xbf" + (whole * 400 + "\n" + BROKEN + whole * 3_000).encode())
    for processes in (1, 2):
        options = BatchOptions(keep=("id",), processes=processes)
        run_batch(plain, source, source.with_name(f"out{processes}.{ending}"), options)
    for name in (f".{ending}", f".{ending}.errors.jsonl"):
        assert source.with_name(f"out1{name}").read_bytes() == source.with_name(f"out2{name}").read_bytes()


def test_a_csv_file_is_run_by_processes(plain: LoadedWorkflow, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("sku,price\n" + 'a,5\n"b\nc",x\nd,-1\ne\n' * 3_000)
    for processes in (1, 2):
        run_batch(plain, source, tmp_path / f"out{processes}", BatchOptions(processes=processes))
    for name in ("", ".errors.jsonl"):
        assert (tmp_path / f"out1{name}").read_bytes() == (tmp_path / f"out2{name}").read_bytes()


def test_a_workflow_that_asks_a_model_is_not_split(store: Any, source: Path) -> None:
    from compiled_ai.artifact import load_artifact

    workflow = LoadedWorkflow(load_artifact(store.find("care_queue")))
    with pytest.raises(OperatorError, match="in one process"):
        run_batch(workflow, source, source.with_name("out"), BatchOptions(processes=2))
