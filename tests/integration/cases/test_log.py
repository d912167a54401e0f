"""The case log on a disk: what it holds, what it survives, and what it says when it cannot."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.cases import CaseLog, LoggedCase, NewCase, cases_path
from compiled_ai.errors import InputError, StoreError


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return cases_path(tmp_path, "probe")


@pytest.fixture
def log(path: Path, clock: Clock) -> CaseLog:
    return CaseLog(path, now=clock)


def new(value: Any = 1, **facts: Any) -> NewCase:
    base: dict[str, Any] = {
        "artifact": "a1:0",
        "spec": "s1:0",
        "input": {"value": value},
        "input_digest": f"i1:{value}",
        "reason": "not sure",
    }
    return NewCase(**{**base, **facts})


def test_nothing_is_made_before_it_is_needed(log: CaseLog, path: Path) -> None:
    assert log.decided(spec="s1:0", step="", input_digest="i1:1") is None
    log.close()
    assert not path.parent.exists()


def test_a_log_that_must_be_there_is_told_when_it_is_not(path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist: no case was logged"):
        CaseLog.open(path, create=False)


def test_a_case_comes_back_as_it_was(log: CaseLog, path: Path) -> None:
    case = new(
        output={"x": 1},
        served_by="model",
        model="m",
        tokens=7,
        cost_usd=Decimal("0.0125"),
        step="first",
    )
    case_id = log.log(case)
    log.close()
    with CaseLog.open(path) as again:
        (found,) = again.cases()
    assert (found.id, found.at, found.seen, found.status) == (
        case_id,
        "2026-01-31T12:00:00.000+00:00",
        1,
        "logged",
    )
    assert {name: getattr(found, name) for name in NewCase.__dataclass_fields__} == {
        name: getattr(case, name) for name in NewCase.__dataclass_fields__
    }


def test_only_its_owner_reads_it(log: CaseLog, path: Path) -> None:
    log.log(new())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_cases_are_found_by_status_time_and_step(log: CaseLog, clock: Clock) -> None:
    log.log(new(1))
    log.queue(new(2, step="first"))
    clock.time += timedelta(days=1)
    log.queue(new(3))
    log.queue(new(2, step="first"))

    def values(**facts: Any) -> list[object]:
        return [case.input["value"] for case in log.cases(**facts)]

    assert values() == [1, 2, 3]
    assert values(status="queued") == [2, 3]
    assert values(since="2026-02-01T00:00:00") == [2, 3]
    assert values(step="") == [1, 3]
    assert values(status="queued", step="first") == [2]
    assert log.totals() == {"logged": 1, "queued": 2, "answered": 0, "rejected": 0}


def test_many_cases_are_read_page_by_page(log: CaseLog) -> None:
    for value in range(450):
        log.log(new(value))
    assert [case.input["value"] for case in log.cases()] == list(range(450))


def test_days_are_counted_by_who_served(log: CaseLog, clock: Clock) -> None:
    for served_by, cost in (("model", Decimal("0.1")), ("model", None), ("nobody", Decimal(0))):
        log.log(new(served_by=served_by, tokens=5, cost_usd=cost))
    clock.time += timedelta(days=1)
    log.queue(new())
    log.queue(new())
    counted = [(c.day, c.served_by, c.count, c.tokens, c.cost_usd) for c in log.counts()]
    assert counted == [
        ("2026-01-31", "model", 2, 10, Decimal("0.1")),
        ("2026-01-31", "nobody", 1, 5, Decimal(0)),
        ("2026-02-01", "nobody", 2, 0, Decimal(0)),
    ]
    assert len(log.counts(since="2026-02-01")) == 1


def test_a_decision_holds_for_its_input_and_its_spec(log: CaseLog) -> None:
    case_id = log.queue(new())
    log.answer(case_id, {"x": 1}, by="ada", note="clear")
    found = log.decided(spec="s1:0", step="", input_digest="i1:1")
    assert found is not None
    assert (found.answer, found.reviewer, found.note, found.reviewed_at) == (
        {"x": 1},
        "ada",
        "clear",
        "2026-01-31T12:00:00.000+00:00",
    )
    for other in (
        {"spec": "s1:1", "step": "", "input_digest": "i1:1"},
        {"spec": "s1:0", "step": "first", "input_digest": "i1:1"},
        {"spec": "s1:0", "step": "", "input_digest": "i1:2"},
        {"spec": "s1:0", "step": "", "input_digest": ""},
    ):
        assert log.decided(**other) is None


def test_what_is_decided_is_not_decided_twice(log: CaseLog) -> None:
    case_id = log.queue(new())
    log.answer(case_id, {"x": 1}, by="ada")
    with pytest.raises(InputError, match=r"was answered by ada at .*; reject it first"):
        log.answer(case_id, {"x": 2}, by="bob")
    log.reject(case_id, by="bob")
    with pytest.raises(InputError, match="was rejected by bob"):
        log.reject(case_id, by="ada")


@pytest.mark.parametrize("decide", ["answer", "reject"])
def test_a_decision_needs_a_case_and_a_name(decide: str, log: CaseLog) -> None:
    facts: dict[str, Any] = {"output": {}} if decide == "answer" else {}
    with pytest.raises(InputError, match="there is no case 'c-1'"):
        getattr(log, decide)("c-1", **facts, by="ada")
    with pytest.raises(InputError, match="needs the name"):
        getattr(log, decide)(log.log(new()), **facts, by="  ")


def test_answered_cases_are_what_may_become_examples(log: CaseLog) -> None:
    plain, masked = log.queue(new(1)), log.queue(new(2, masked=True, input_digest=""))
    for case_id in (plain, masked):
        log.answer(case_id, {"x": 1}, by="ada")
    assert [case.id for case in log.answered()] == [plain]


# Retention


def test_old_cases_are_purged_and_nothing_of_them_is_left_in_the_files(
    log: CaseLog, clock: Clock, path: Path
) -> None:
    log.queue(new("a secret that goes"))
    clock.time += timedelta(days=10)
    log.log(new("what stays"))
    assert log.purge(days=11) == 0
    assert log.purge(days=9) == 1
    assert [case.input["value"] for case in log.cases()] == ["what stays"]
    assert sum(count.count for count in log.counts()) == 2
    log.close()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"a secret that goes" not in content
    assert b"what stays" in content


# Odd content


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE cases; --", "\ud800 half", "nul\x00byte", "\u202eturned", "é" * 5_000, "x" * 1_000_000],
    ids=["SQL", "surrogate", "NUL", "direction", "long", "megabyte"],
)
def test_any_text_is_kept(text: str, log: CaseLog) -> None:
    case_id = log.queue(new(text, input_digest="i1:1", reason=text, model=text, step="s"))
    found = log.answer(case_id, {text: text}, by=text, note=text)
    assert (found.input, found.answer) == ({"value": text}, {text: text})
    assert log.case(case_id).reviewer == found.reviewer
    assert len(found.reason) < 11_000
    with pytest.raises(InputError):
        log.case(text)


def test_what_is_too_large_is_left_out_and_serves_nobody(log: CaseLog) -> None:
    case_id = log.queue(new("x" * 5_000_000, input_digest="i1:1"))
    case = log.case(case_id)
    assert case.input == {"left_out": "5000013 characters; at most 4000000 are kept"}
    assert (case.masked, case.input_digest) == (True, "")
    log.answer(case_id, {}, by="ada")
    assert log.decided(spec="s1:0", step="", input_digest="i1:1") is None


def test_a_clock_put_back_leaves_cases_in_the_order_in_which_they_came(log: CaseLog, clock: Clock) -> None:
    first = log.log(new(1))
    clock.time -= timedelta(days=400)
    second = log.log(new(2))
    assert [case.id for case in log.cases()] == [first, second]
    again = log.queue(new(3))
    clock.time -= timedelta(days=1)
    assert log.queue(new(3)) == again
    assert log.case(again).last_at == log.case(again).at


# Damage


def write(log: CaseLog, count: int) -> None:
    for value in range(count):
        log.log(new(value))


def damaged_head(path: Path) -> None:
    path.write_bytes(b"no database at all" * 500)


def damaged_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(5_000)


@pytest.mark.parametrize("damage", [damaged_head, damaged_pages, cut])
def test_a_damaged_file_is_named_with_the_way_out_and_left_as_it_is(
    damage: Callable[[Path], None], log: CaseLog, path: Path, clock: Clock
) -> None:
    write(log, 50)
    log.close()
    damage(path)
    before = path.read_bytes()
    broken = CaseLog(path, now=clock)
    with pytest.raises(StoreError, match=r"probe\.sqlite3 is damaged .*Move it away .*\.recover"):
        write(broken, 50)
    broken.close()
    assert path.read_bytes() == before
    path.rename(path.with_suffix(".damaged"))
    for extra in ("-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    assert broken.log(new())


def test_a_file_that_is_moved_away_is_not_written_to_any_more(log: CaseLog, path: Path) -> None:
    log.log(new(1))
    path.rename(path.with_suffix(".old"))
    for extra in ("-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    log.log(new(2))
    assert [case.input["value"] for case in log.cases()] == [2]


def test_a_database_of_somebody_else_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(StoreError, match="is no case log of this version"):
        CaseLog.open(path)


def test_a_log_of_a_later_version_is_left_alone(log: CaseLog, path: Path) -> None:
    log.log(new())
    log.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StoreError, match="it says 99, this program writes 1"):
        CaseLog.open(path)


def test_a_full_disk_is_told_and_what_was_there_is_kept(log: CaseLog, path: Path) -> None:
    log.log(new(1))
    with log.database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="the disk is full"):
        log.log(new("x" * 1_000_000))
    assert [case.input["value"] for case in log.cases()] == [1]
    log.close()
    log.log(new(2))
    assert log.totals()["logged"] == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where it may not")
def test_a_folder_that_may_not_be_written_is_told(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="cannot be"):
            CaseLog(path).log(new())
    finally:
        path.parent.chmod(0o700)


def test_a_file_that_may_not_be_written_is_told(log: CaseLog) -> None:
    log.log(new(1))
    with log.database.reading() as connection:
        connection.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match=r"cannot be written .*must be writable"):
        log.log(new(2))
    assert [case.input["value"] for case in log.cases()] == [1]


def test_a_file_that_another_process_holds_is_told(
    log: CaseLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compiled_ai.database.BUSY_SECONDS", 0.1)
    log.log(new(1))
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="was held by another process"):
            log.log(new(2))
        other.execute("ROLLBACK")
        log.log(new(3))
    finally:
        other.close()
    assert [case.input["value"] for case in log.cases()] == [1, 3]


def test_a_folder_in_the_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"probe\.sqlite3 cannot be"):
        CaseLog(path).log(new())


def test_a_file_in_the_place_of_the_folder_is_told(path: Path) -> None:
    path.parent.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        CaseLog(path).log(new())


def test_a_row_that_was_changed_from_outside_is_named(log: CaseLog, path: Path) -> None:
    case_id = log.log(new())
    log.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE cases SET input = 'no JSON'")
    connection.close()
    with pytest.raises(StoreError, match=f"the case '{case_id}' in the log cannot be read"):
        list(log.cases())


def test_integrity_is_checked(log: CaseLog) -> None:
    log.log(new())
    assert log.database.check() == ()


def test_every_fact_of_a_case_is_described() -> None:
    assert set(NewCase.__dataclass_fields__) < set(LoggedCase.__dataclass_fields__)
