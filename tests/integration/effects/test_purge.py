"""Old records of the audit log: taken out, with a signed-off anchor in their place, and the chain whole."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from compiled_ai.effects.audit import AuditLog, AuditRecord, read_anchor, read_audit
from compiled_ai.errors import StoreError

START = datetime(2020, 3, 6, 12, tzinfo=UTC)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def days(self, count: float) -> None:
        self.at = START + timedelta(days=count)


def note(log: AuditLog, action: str, *, actor: str = "workflow reorder@1") -> AuditRecord:
    return log.append(
        lambda previous: AuditRecord(
            at=log.time(),
            actor=actor,
            effect="look_up",
            capability="c1:0",
            action=action,
            payload="p1:0",
            outcome="done",
            reason="",
            milliseconds=1.0,
            previous=previous,
        )
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> AuditLog:
    """A log with a record of each of the days 0 to 4; the clock stands at day 4."""
    log = AuditLog(tmp_path / "audit.jsonl", now=clock)
    for day in range(5):
        clock.days(day)
        note(log, f"day {day}")
    return log


def actions(path: Path) -> list[str]:
    return [record.action for record in read_audit(path)]


def test_older_records_go_and_the_chain_holds(log: AuditLog, clock: Clock) -> None:
    before = read_audit(log.path)
    assert log.purge(days=2, actor="the operator") == 2
    *kept, signed = read_audit(log.path)
    anchor = read_anchor(log.path)
    assert anchor is not None
    assert tuple(kept) == before[2:]
    assert (anchor.removed, anchor.first_at, anchor.last_at) == (2, before[0].at, before[1].at)
    assert (anchor.last, anchor.actor, anchor.rule, anchor.at) == (
        before[1].digest,
        "the operator",
        "retention_days 2",
        log.time(),
    )
    assert kept[0].previous == anchor.last
    assert (signed.outcome, signed.payload, signed.previous) == ("purged", anchor.digest, kept[-1].digest)
    assert signed.action.startswith("purge of 2 records up to 2020-03-07")


def test_the_log_goes_on_after_a_purge_here_and_anew(log: AuditLog, clock: Clock) -> None:
    log.purge(days=2, actor="us")
    note(log, "here")
    note(AuditLog(log.path, now=clock), "anew")
    assert actions(log.path)[-2:] == ["here", "anew"]
    assert note(log, "here again").previous == read_audit(log.path)[-2].digest


def test_records_as_old_as_the_period_stay(log: AuditLog) -> None:
    assert log.purge(days=4, actor="us") == 0
    assert read_anchor(log.path) is None
    assert len(read_audit(log.path)) == 5


def test_a_second_purge_takes_the_first_with_it_and_counts_on(log: AuditLog, clock: Clock) -> None:
    log.purge(days=2, actor="us")
    first = read_anchor(log.path)
    assert first is not None
    clock.days(100)
    note(log, "day 100")
    assert log.purge(days=30, actor="us") == 4
    anchor = read_anchor(log.path)
    assert anchor is not None
    assert (anchor.removed, anchor.first_at, anchor.previous) == (6, first.first_at, first.digest)
    assert actions(log.path)[0] == "day 100"


def test_a_log_may_be_purged_to_its_last_record(log: AuditLog, clock: Clock) -> None:
    clock.days(1000)
    assert log.purge(days=2, actor="us") == 5
    (signed,) = read_audit(log.path)
    anchor = read_anchor(log.path)
    assert anchor is not None
    assert signed.previous == anchor.last
    note(log, "after")
    assert len(read_audit(log.path)) == 2


def test_records_of_others_stay_and_so_does_what_follows_them(log: AuditLog, clock: Clock) -> None:
    path = log.path.with_name("shared.jsonl")
    shared = AuditLog(path, now=clock)
    clock.days(0)
    note(shared, "ours")
    note(shared, "theirs", actor="workflow other@2")
    note(shared, "ours again")
    clock.days(10)
    removed = shared.purge(days=2, actor="us", of=lambda actor: actor.startswith("workflow reorder@"))
    assert removed == 1
    assert actions(path)[:2] == ["theirs", "ours again"]


def test_without_a_log_there_is_nothing_to_purge(tmp_path: Path) -> None:
    assert AuditLog(tmp_path / "audit.jsonl").purge(days=1, actor="us") == 0
    assert not (tmp_path / "audit.jsonl").exists()


Change = Callable[[list[str]], list[str]]


def _forged(**changes: object) -> Change:
    def change(lines: list[str]) -> list[str]:
        return [json.dumps({**json.loads(lines[0]), **changes}), *lines[1:]]

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda lines: lines[1:], ":1: the chain is broken", id="anchor gone"),
        pytest.param(_forged(removed=1), ":1: the anchor of purged records is not the one", id="count"),
        pytest.param(_forged(actor="somebody"), ":1: the anchor of purged records", id="actor"),
        pytest.param(_forged(last="e1:0"), ":2: the chain is broken", id="digest"),
        pytest.param(_forged(extra=1), ":1: it is no audit record", id="foreign key"),
        pytest.param(lambda lines: [lines[0], *lines[2:]], ":2: the chain is broken", id="record gone"),
        pytest.param(lambda lines: lines[:-1], ":1: the anchor of purged records", id="signature gone"),
        pytest.param(lambda lines: [lines[1], lines[0], *lines[2:]], ":1: the chain is broken", id="anchor later"),
    ],
)  # fmt: skip
def test_an_anchor_cannot_be_changed_alone(log: AuditLog, change: Change, message: str) -> None:
    log.purge(days=2, actor="us")
    lines = log.path.read_text().split("\n")[:-1]
    log.path.write_text("\n".join(change(lines)) + "\n")
    with pytest.raises(StoreError, match=message):
        read_audit(log.path)


def test_a_damaged_log_is_not_purged(log: AuditLog, clock: Clock) -> None:
    lines = log.path.read_text().split("\n")
    log.path.write_text("\n".join([*lines[:1], *lines[2:]]))
    content = log.path.read_bytes()
    with pytest.raises(StoreError):
        AuditLog(log.path, now=clock)
    with pytest.raises(StoreError):
        log.purge(days=1, actor="us")
    assert log.path.read_bytes() == content


def test_a_record_without_a_readable_time_is_kept(log: AuditLog, clock: Clock) -> None:
    path = log.path.with_name("odd.jsonl")
    odd = AuditLog(path, now=clock)
    odd.append(
        lambda previous: dataclasses.replace(read_audit(log.path)[0], at="yesterday", previous=previous)
    )
    clock.days(100)
    assert odd.purge(days=1, actor="us") == 0


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_purge_keeps_who_may_read_the_log(log: AuditLog) -> None:
    log.path.chmod(0o600)
    log.purge(days=2, actor="us")
    assert log.path.stat().st_mode & 0o777 == 0o600


def test_a_purge_that_fails_leaves_the_log_as_it_was(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    content = log.path.read_bytes()

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(StoreError, match="No space left"):
            log.purge(days=2, actor="us")
    assert log.path.read_bytes() == content
    assert [path.name for path in log.path.parent.iterdir()] == ["audit.jsonl"]
    assert log.purge(days=2, actor="us") == 2


def test_another_writer_of_the_file_goes_on_after_a_purge(log: AuditLog, clock: Clock) -> None:
    other = AuditLog(log.path, now=clock)
    log.purge(days=2, actor="us")
    note(other, "theirs")
    note(log, "ours")
    assert actions(log.path)[-2:] == ["theirs", "ours"]


def test_a_log_that_is_replaced_without_an_anchor_is_found_out(log: AuditLog) -> None:
    copy = log.path.with_name("copy.jsonl")
    copy.write_text(log.path.read_text())
    copy.replace(log.path)
    with pytest.raises(StoreError, match="was replaced while it was in use"):
        note(log, "more")


def test_threads_write_while_the_log_is_purged(log: AuditLog, clock: Clock) -> None:
    clock.days(10)
    threads = [threading.Thread(target=lambda: [note(log, "new") for _ in range(20)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    purged = [log.purge(days=2, actor="us") for _ in range(5)]
    for thread in threads:
        thread.join()
    assert sum(purged) == 5
    assert actions(log.path).count("new") == 60


def test_processes_write_while_the_log_is_purged(log: AuditLog, clock: Clock) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_records, args=(log.path,)) for _ in range(2)]
    for process in processes:
        process.start()
    removed = 0
    while any(process.is_alive() for process in processes):
        clock.days(1000)  # the others write with today's date, which is younger
        removed += AuditLog(log.path, now=lambda: START + timedelta(days=10)).purge(days=2, actor="us")
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert removed == 5
    assert actions(log.path).count("new") == 40


def _write_records(path: Path) -> None:
    for _ in range(20):
        note(AuditLog(path), "new")


def test_a_writer_goes_on_where_a_new_file_was_given_the_number_of_its_old_one(
    log: AuditLog, clock: Clock
) -> None:
    """File systems give the numbers of files that are gone to new ones; two purges suffice."""
    for day in range(5, 25):
        clock.days(day)
        other = AuditLog(log.path, now=clock)
        other.purge(days=1, actor="workflow reorder@1")
        note(other, f"day {day}")
    note(log, "after the purges")
    assert read_audit(log.path)[-1].action == "after the purges"


def test_a_purge_exchanges_what_a_link_leads_to(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "audit.jsonl", tmp_path / "link.jsonl"
    link.symlink_to(target)
    log = AuditLog(link, now=clock)
    note(log, "old")
    clock.days(9)
    assert log.purge(days=1, actor="workflow reorder@1") == 1
    assert link.is_symlink()
    assert [record.outcome for record in read_audit(target)] == ["purged"]
    note(log, "young")
    assert [record.action for record in read_audit(target)][-1] == "young"


@pytest.mark.parametrize("change", [{"actor": None}, {"at": 5}, {"milliseconds": "1"}])
def test_a_record_with_another_type_is_damage(log: AuditLog, change: dict[str, object]) -> None:
    first, *others = log.path.read_text().splitlines(keepends=True)
    log.path.write_text(json.dumps({**json.loads(first), **change}) + "\n" + "".join(others))
    with pytest.raises(StoreError, match=r"1: it is no audit record: .* of another type"):
        read_audit(log.path)
