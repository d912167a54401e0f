"""Batches: files in, one line of JSON per row out, whatever the rows hold."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.errors import OperatorError, StoreError
from compiled_ai.execution import BatchOptions, LoadedWorkflow, run_batch
from compiled_ai.execution import rows as rows_module
from compiled_ai.execution._results import Results
from compiled_ai.llm import from_function

Open = Callable[..., LoadedWorkflow]
MIXED = (
    b'\xef\xbb\xbf{"id": 1, "sku": "a", "price": 5}\r\n'
    b"\n"
    b'{"id": 3, "sku": "b", "price": -5}\n'
    b"{broken\n"
    b'{"id": 5, "sku": "c", "price": "5"}\n'
    b'{"id": 6, "sku": "d"}\n'
    b'{"id": 7, "sku": "e", "price": 5, "prize": 6}\n'
    b'{"id": 8, "sku": "\xff", "price": 5}\n'
    b'{"id": 9, "sku": "f", "price": NaN}\n'
    b'{"id": 10, "sku": "g", "price": 1e999}\n'
    b'{"id": 11, "sku": "h", "price": 5, "price": 50}\n'
    b'{"id": 12, "sku": "' + b"x" * 300 + b'", "price": 5}\n'
    b'{"id": 13, "sku": "\xc3\xa9\\n", "price": 50}'
)
MIXED_STATUS = {
    1: "answered", 3: "abstained", 4: "invalid_input", 5: "invalid_input", 6: "invalid_input", 7: "invalid_input",
    8: "invalid_input", 9: "invalid_input", 10: "invalid_input", 11: "invalid_input", 12: "invalid_input", 13: "answered",
}  # fmt: skip


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of rows good and bad, ids kept."""
    monkeypatch.setattr(rows_module, "MAX_ROW_BYTES", 200)
    return write(tmp_path / "in.jsonl", MIXED)


KEEP = BatchOptions(keep=("id",))


def test_every_row_of_a_mixed_file_has_its_line(plain: LoadedWorkflow, mixed: Path, tmp_path: Path) -> None:
    summary = run_batch(plain, mixed, tmp_path / "out.jsonl", KEEP)
    assert {line["row"]: line["status"] for line in lines(tmp_path / "out.jsonl")} == MIXED_STATUS
    assert summary.counts == {"answered": 2, "abstained": 1, "invalid_input": 9}
    assert (summary.processed, summary.resumed_after, summary.has_bad_rows) == (12, 0, True)
    assert summary.seconds > 0


def test_kept_fields_join_results_to_rows(plain: LoadedWorkflow, mixed: Path, tmp_path: Path) -> None:
    run_batch(plain, mixed, tmp_path / "out.jsonl", KEEP)
    found = {line["row"]: line["keep"]["id"] for line in lines(tmp_path / "out.jsonl") if "keep" in line}
    assert found == {row: row for row in (1, 3, 5, 6, 7, 13)}


def test_a_batch_repeats_byte_by_byte(plain: LoadedWorkflow, mixed: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run_batch(plain, mixed, tmp_path / name, KEEP)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_results_are_those_of_single_runs(plain: LoadedWorkflow, tmp_path: Path) -> None:
    rows: list[Any] = [{"sku": f"s{number}", "price": number * 1.5 - 3} for number in range(20)]
    source = write(tmp_path / "in.ndjson", "\n".join(map(json.dumps, rows)))
    run_batch(plain, source, tmp_path / "out", BatchOptions())
    assert [line["output"] for line in lines(tmp_path / "out")] == [plain.run(row).output for row in rows]


def test_a_csv_file_is_read_by_its_header(plain: LoadedWorkflow, tmp_path: Path) -> None:
    text = 'sku,note,price\n"a, ""b""",,5\nc,"two\nlines",50\nd,x,-1\ne,,\nf,,cheap\ng,5\nh,,1,2\n'
    source = write(tmp_path / "in.CSV", text)
    summary = run_batch(plain, source, tmp_path / "out", BatchOptions())
    found = lines(tmp_path / "out")
    assert [line.get("output", {}) for line in found[:2]] == [
        {"sku": 'a, "b"', "band": "low"},
        {"sku": "c", "band": "high"},
    ]
    assert summary.counts == {"answered": 2, "abstained": 1, "invalid_input": 4}
    assert [line["error"] for line in found[3:]] == [
        'input.price: "" is not of type "number"',
        'input.price: "cheap" is not of type "number"',
        "2 cells where the header has 3",
        "4 cells where the header has 3",
    ]


def test_an_empty_file_gives_an_empty_file(plain: LoadedWorkflow, tmp_path: Path) -> None:
    summary = run_batch(plain, write(tmp_path / "in.jsonl", b""), tmp_path / "out", BatchOptions())
    assert (tmp_path / "out").read_bytes() == b""
    assert not summary.has_bad_rows


def test_progress_is_told_when_rows_are_written(plain: LoadedWorkflow, mixed: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    target = tmp_path / "out"
    run_batch(
        plain,
        mixed,
        target,
        KEEP,
        on_progress=lambda done: seen.append((done.row, len(target.read_bytes().splitlines()))),
    )
    assert seen == [(max(MIXED_STATUS), len(MIXED_STATUS))]


# What is in the way


@pytest.mark.parametrize("content", [b"", b"precious\n", b'{"row": 1, "status": "answered"}\n'])
def test_an_existing_file_is_not_touched(content: bytes, plain: LoadedWorkflow, mixed: Path) -> None:
    target = write(mixed.with_name("out"), content)
    with pytest.raises(
        StoreError, match=r"exists; go on with --resume, replace it with --overwrite, or .* --out"
    ):
        run_batch(plain, mixed, target, KEEP)
    assert target.read_bytes() == content
    assert not target.with_name("out.batch.json").exists()


def test_overwriting_replaces_it(plain: LoadedWorkflow, mixed: Path) -> None:
    target = write(mixed.with_name("out"), b"old\n" * 10_000)
    run_batch(plain, mixed, target, replace(KEEP, overwrite=True))
    assert len(lines(target)) == len(MIXED_STATUS)


def test_overwriting_does_not_reach_a_hard_link(plain: LoadedWorkflow, mixed: Path) -> None:
    target = write(mixed.with_name("out"), b"old\n")
    os.link(target, mixed.with_name("backup"))
    run_batch(plain, mixed, target, replace(KEEP, overwrite=True))
    assert mixed.with_name("backup").read_bytes() == b"old\n"


@pytest.mark.parametrize("options", [KEEP, replace(KEEP, resume=True), replace(KEEP, overwrite=True)])
@pytest.mark.parametrize("way", ["itself", "link", "hard link", "roundabout"])
def test_the_input_is_never_the_target(
    way: str, options: BatchOptions, plain: LoadedWorkflow, mixed: Path
) -> None:
    target = mixed.with_name("same.jsonl")
    match way:
        case "itself":
            target = mixed
        case "link":
            target.symlink_to(mixed)
        case "hard link":
            os.link(mixed, target)
        case _:
            target = mixed.parent / "." / ".." / mixed.parent.name / mixed.name
    with pytest.raises(StoreError, match="is the input itself"):
        run_batch(plain, mixed, target, options)
    assert mixed.read_bytes() == MIXED


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_regular_file_is_not_replaced(overwrite: bool, plain: LoadedWorkflow, mixed: Path) -> None:
    options = replace(KEEP, overwrite=overwrite)
    (mixed.parent / "folder").mkdir()
    for target in (mixed.parent / "folder", Path(os.devnull)):
        with pytest.raises(StoreError, match="is not a regular file"):
            run_batch(plain, mixed, target, options)
        assert target.exists()


@pytest.mark.parametrize("place", ["in.jsonl/out", "/proc/nowhere/out", "x" * 300])
def test_a_place_that_cannot_be_written_is_told(place: str, plain: LoadedWorkflow, mixed: Path) -> None:
    with pytest.raises(StoreError):
        run_batch(plain, mixed, mixed.parent / place, KEEP)


def test_a_target_below_new_folders_is_made(plain: LoadedWorkflow, mixed: Path) -> None:
    run_batch(plain, mixed, mixed.parent / "a" / "b" / "out", KEEP)
    assert (mixed.parent / "a" / "b" / "out").exists()


@pytest.mark.parametrize("name", ["nothing.jsonl", "folder.jsonl"])
def test_an_input_that_cannot_be_read_is_told_and_leaves_nothing(
    name: str, plain: LoadedWorkflow, tmp_path: Path
) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(StoreError, match=name) as caught:
        run_batch(plain, tmp_path / name, tmp_path / "out", BatchOptions())
    assert "--resume" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("header", ["", "sku,sku\n", "sku;price\n", '"sku\n'])
def test_a_header_that_is_none_leaves_older_results(
    header: str, plain: LoadedWorkflow, tmp_path: Path
) -> None:
    source = write(tmp_path / "in.csv", f"{header}a,1\n" if header else "")
    target = write(tmp_path / "out", b"old\n")
    with pytest.raises(StoreError, match="CSV file"):
        run_batch(plain, source, target, BatchOptions(overwrite=True))
    assert target.read_bytes() == b"old\n"


def test_two_runs_do_not_write_the_same_file(plain: LoadedWorkflow, mixed: Path) -> None:
    target = mixed.with_name("out")
    refusals = []

    def meddle(_: object) -> None:
        for options in (replace(KEEP, resume=True), replace(KEEP, overwrite=True)):
            with pytest.raises(StoreError, match="is being written by another run") as caught:
                run_batch(plain, mixed, target, options)
            refusals.append(caught)

    run_batch(plain, mixed, target, KEEP, on_progress=meddle)
    assert len(refusals) == 2
    assert [line["row"] for line in lines(target)] == list(MIXED_STATUS)


class Stubborn(io.FileIO):
    """Takes three bytes at a time, as a disk does that is nearly full."""

    def write(self, content: Any) -> int:
        return super().write(bytes(content)[:3])


def test_a_line_that_is_taken_in_parts_is_written_whole(tmp_path: Path) -> None:
    from collections import Counter

    with Results(file=Stubborn(tmp_path / "out", "w"), counts=Counter(), last_row=0) as results:
        results.write(b"a whole line\n")
        results.write(b"another\n")
    assert (tmp_path / "out").read_bytes() == b"a whole line\nanother\n"


# Resuming


@pytest.fixture
def whole(plain: LoadedWorkflow, mixed: Path) -> bytes:
    """The results of an undisturbed run."""
    run_batch(plain, mixed, mixed.with_name("whole"), KEEP)
    return mixed.with_name("whole").read_bytes()


RESUME = replace(KEEP, resume=True)


def test_a_run_cut_at_any_byte_goes_on_to_the_same_end(
    plain: LoadedWorkflow, mixed: Path, whole: bytes
) -> None:
    target = mixed.with_name("out")
    run_batch(plain, mixed, target, KEEP)
    for end in range(len(whole) + 1):
        target.write_bytes(whole[:end])
        summary = run_batch(plain, mixed, target, RESUME)
        assert target.read_bytes() == whole, end
        done = whole[:end].count(b"\n")
        assert summary.processed == len(MIXED_STATUS) - done
        assert summary.counts == {"answered": 2, "abstained": 1, "invalid_input": 9}
        assert summary.resumed_after == [0, *MIXED_STATUS][done]


def test_a_csv_run_cut_at_any_line_goes_on_to_the_same_end(plain: LoadedWorkflow, tmp_path: Path) -> None:
    text = 'sku,price\na,1\n\n"b\nc",2\n"d"x,3\ne,4\nf\n'
    source, target = write(tmp_path / "in.csv", text), tmp_path / "out"
    run_batch(plain, source, target, BatchOptions())
    whole = target.read_bytes()
    for end in range(0, len(whole) + 1, 7):
        target.write_bytes(whole[:end])
        run_batch(plain, source, target, BatchOptions(resume=True))
        assert target.read_bytes() == whole, end


def test_a_run_that_was_never_begun_can_be_resumed(plain: LoadedWorkflow, mixed: Path, whole: bytes) -> None:
    run_batch(plain, mixed, mixed.with_name("out"), RESUME)
    assert mixed.with_name("out").read_bytes() == whole


def test_a_run_killed_before_its_note_can_be_resumed(
    plain: LoadedWorkflow, mixed: Path, whole: bytes
) -> None:
    target = write(mixed.with_name("out"), b"")
    run_batch(plain, mixed, target, RESUME)
    assert target.read_bytes() == whole
    assert run_batch(plain, mixed, target, RESUME).processed == 0


def other(workflow: LoadedWorkflow) -> LoadedWorkflow:
    """The same code under another digest."""
    manifest = workflow.artifact.manifest.model_copy(update={"artifact": f"a1:{'0' * 64}"})
    return LoadedWorkflow(replace(workflow.artifact, manifest=manifest))


def with_model(workflow: LoadedWorkflow) -> LoadedWorkflow:
    """The same with a model below its code."""
    fallback = {"policy": "model", "timeout_seconds": 5.0, "max_tokens": 2000}
    manifest = workflow.artifact.manifest.model_copy(update={"fallback": fallback})
    artifact = replace(workflow.artifact, manifest=manifest)
    return LoadedWorkflow(artifact, client=from_function(lambda _: ""))


@pytest.mark.parametrize(
    ("workflow", "options", "content", "words"),
    [
        (other, RESUME, MIXED, "artifact changed"),
        (with_model, RESUME, MIXED, "model changed"),
        (None, replace(RESUME, keep=()), MIXED, "keep changed"),
        (None, replace(RESUME, keep=("id", "more")), MIXED, "keep changed"),
        (None, RESUME, MIXED + b"\n", "input changed"),
        (None, RESUME, MIXED[:-1] + b" ", "input changed"),
        (other, replace(RESUME, keep=()), b"", "artifact, input, keep changed"),
    ],
)
def test_a_run_of_something_else_is_not_resumed(
    workflow: Callable[[LoadedWorkflow], LoadedWorkflow] | None,
    options: BatchOptions,
    content: bytes,
    words: str,
    plain: LoadedWorkflow,
    mixed: Path,
) -> None:
    target = mixed.with_name("out")
    run_batch(plain, mixed, target, KEEP)
    half = target.read_bytes()[:-30]
    target.write_bytes(half)
    mixed.write_bytes(content)
    with pytest.raises(StoreError, match=f"cannot be resumed: {words} since that run; use --overwrite"):
        run_batch(workflow(plain) if workflow else plain, mixed, target, options)
    assert target.read_bytes() == half


def test_a_change_far_inside_a_large_input_is_seen(plain: LoadedWorkflow, tmp_path: Path) -> None:
    row = b'{"sku": "' + b"x" * 100_000 + b'", "price": 5}\n'
    source, target = write(tmp_path / "in.jsonl", row * 15), tmp_path / "out"
    run_batch(plain, source, target, BatchOptions())
    source.write_bytes(row * 14 + row.replace(b"5}", b"6}"))
    with pytest.raises(StoreError, match="input changed"):
        run_batch(plain, source, target, BatchOptions(resume=True))


@pytest.mark.parametrize("note", [None, b"", b"[]", b"null", b"\xff", b"{", b"[" * 100_000])
def test_results_without_a_note_are_not_resumed(
    note: bytes | None, plain: LoadedWorkflow, mixed: Path
) -> None:
    target = mixed.with_name("out")
    run_batch(plain, mixed, target, KEEP)
    before = target.read_bytes()
    path = target.with_name("out.batch.json")
    path.unlink() if note is None else path.write_bytes(note)
    with pytest.raises(StoreError, match="cannot be resumed"):
        run_batch(plain, mixed, target, RESUME)
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"precious\n",
        b"\0\0\0\n",
        b"[]\n",
        b"{}\n",
        b'{"row": "1", "status": "answered"}\n',
        b'{"row": true, "status": "answered"}\n',
        b'{"row": 1, "status": "done"}\n',
        b'{"row": 0, "status": "answered"}\n',
        b'{"row": 1, "status": ["answered"]}\n',
    ],
)
def test_a_file_of_something_else_is_not_resumed(line: bytes, plain: LoadedWorkflow, mixed: Path) -> None:
    target = mixed.with_name("out")
    run_batch(plain, mixed, target, KEEP)
    target.write_bytes(line + b"half")
    with pytest.raises(StoreError, match="its line 1 is not the next result"):
        run_batch(plain, mixed, target, RESUME)
    assert target.read_bytes() == line + b"half"


def test_rows_out_of_order_are_not_resumed(plain: LoadedWorkflow, mixed: Path, whole: bytes) -> None:
    target = mixed.with_name("whole")
    first, second, *_ = whole.splitlines(keepends=True)
    target.write_bytes(second + first)
    with pytest.raises(StoreError, match="its line 2 is not the next result"):
        run_batch(plain, mixed, target, RESUME)


def test_a_model_that_is_missing_ends_the_batch_and_keeps_what_is_done(
    open_care: Open, tmp_path: Path
) -> None:
    source = write(tmp_path / "in.jsonl", 'x\n{"message": "a", "age": 1}\n{"message": "b", "age": 1}\n')
    target = tmp_path / "out"
    with pytest.raises(OperatorError, match="--model"):
        run_batch(open_care(), source, target, BatchOptions())
    assert [line["row"] for line in lines(target)] == [1]


def test_a_batch_with_a_model_shows_who_served(open_care: Open, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", '{"message": "a", "age": 1}\n')
    workflow = open_care(from_function(lambda _: {"tone": "calm"}))
    run_batch(workflow, source, tmp_path / "out", BatchOptions())
    (line,) = lines(tmp_path / "out")
    assert (line["served_by"], line["output"]) == ("bounded", {"words": 1, "queue": "desk"})
    assert line["artifact"] == workflow.artifact.manifest.artifact
