"""The audit log: one chain of records, whatever happens."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from compiled_ai.effects.audit import AuditLog, read_audit
from compiled_ai.effects.capabilities import HttpCapability
from compiled_ai.effects.effect import Deadline, Effect
from compiled_ai.errors import EffectRefusedError, StoreError
from compiled_ai.spec.canonical import JsonObject


class Echo(Effect):
    """Gives back what it takes; fails by a bug of its own when told to."""

    input_schema: ClassVar[JsonObject] = {"type": "object"}
    output_schema: ClassVar[JsonObject] = {"type": "object"}

    def _describe(self, data: JsonObject) -> str:
        return "echo"

    def _act(self, data: JsonObject, deadline: Deadline) -> JsonObject:
        if "bug" in data:
            raise ZeroDivisionError
        return data


def echo(audit: AuditLog, **declared: int) -> Echo:
    capability = HttpCapability(name="echo", hosts=["example.com"], **declared)  # type: ignore[arg-type]  # numbers only
    return Echo(capability, audit=audit, actor="workflow price_band@0123")


def test_a_record_says_who_what_how_and_how_long(audit: AuditLog) -> None:
    echo(audit).run({"a": 1})
    started, done = read_audit(audit.path)
    assert (done.at, done.actor, done.effect, done.action) == (
        "2026-03-06T12:00:00.000+00:00",
        "workflow price_band@0123",
        "echo",
        "echo",
    )
    assert (started.outcome, done.outcome) == ("started", "done")
    assert done.payload.startswith("p1:")
    assert done.payload == started.payload
    assert done.capability == HttpCapability(name="echo", hosts=["example.com"]).digest
    assert done.milliseconds > 0
    assert done.previous == started.digest


def test_a_bug_of_the_effect_stands_in_the_log(audit: AuditLog) -> None:
    with pytest.raises(ZeroDivisionError):
        echo(audit).run({"bug": 1})
    assert [(record.outcome, record.reason) for record in read_audit(audit.path)] == [
        ("started", ""),
        ("failed", "bug"),
    ]


def test_input_that_is_no_json_is_refused_and_noted(audit: AuditLog) -> None:
    with pytest.raises(EffectRefusedError):
        echo(audit).run({"a": float("nan")})
    assert [(record.outcome, record.payload) for record in read_audit(audit.path)] == [("refused", "p1:none")]


def test_a_log_goes_on_where_it_ended(audit: AuditLog) -> None:
    echo(audit).run({})
    again = AuditLog(audit.path, now=lambda: datetime(2026, 3, 7, tzinfo=UTC))
    echo(again).run({})
    assert len(read_audit(audit.path)) == 4


def test_nothing_is_done_when_the_log_cannot_be_written(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "missing" / "audit.jsonl")
    with pytest.raises(StoreError, match="cannot be written"):
        echo(audit).run({})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda lines: lines[1:], ":1: the chain is broken"),
        (lambda lines: [lines[0], *lines[2:]], ":2: the chain is broken"),
        (lambda lines: [lines[0].replace("started", "refused"), *lines[1:]], ":2: the chain is broken"),
        (lambda lines: [lines[0], "{}", *lines[1:]], ":2: it is no audit record"),
        (lambda lines: [lines[0], "[]", *lines[1:]], ":2: it is no audit record"),
        (lambda lines: [lines[0], "[" * 100_000, *lines[1:]], ":2: it is no audit record"),
        (lambda lines: [*lines[:-1], lines[-1][:9]], ":5: the last record is cut"),
    ],
    ids=["first gone", "middle gone", "changed", "foreign", "no record", "nested", "cut"],
)
def test_a_damaged_log_is_found_out(audit: AuditLog, damage: object, message: str) -> None:
    for _ in range(2):
        echo(audit).run({})
    assert callable(damage)
    text = "\n".join(damage(audit.path.read_text().split("\n")[:-1]))
    if "cut" in message:
        text = audit.path.read_text() + text[:9]
    audit.path.write_text(text if "cut" in message else text + "\n")
    with pytest.raises(StoreError, match=message):
        read_audit(audit.path)


def test_two_writers_of_one_file_keep_one_chain(audit: AuditLog) -> None:
    other = AuditLog(audit.path, now=lambda: datetime(2026, 3, 7, tzinfo=UTC))
    for writer in (audit, other, audit, audit, other):
        echo(writer).run({})
    assert len(read_audit(audit.path)) == 10


def test_processes_share_a_log(audit: AuditLog) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_records, args=(audit.path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(read_audit(audit.path)) == 80


def _write_records(path: Path) -> None:
    log = AuditLog(path)
    for _ in range(20):
        echo(log).run({})


def test_a_record_that_could_not_be_written_leaves_no_half_of_it(
    audit: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo(audit).run({})

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left"):
            echo(audit).run({})
    echo(audit).run({})
    assert len(read_audit(audit.path)) == 4


def test_a_log_that_is_cut_while_it_is_in_use_is_found_out(audit: AuditLog) -> None:
    echo(audit).run({})
    audit.path.write_text("")
    with pytest.raises(StoreError, match="was cut while it was in use"):
        echo(audit).run({})


def test_the_file_is_one_json_object_a_line(audit: AuditLog) -> None:
    echo(audit).run({})
    assert all(isinstance(json.loads(line), dict) for line in audit.path.read_text().splitlines())
