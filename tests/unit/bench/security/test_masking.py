"""The round trip of masking, and that it sees what is lost or leaks."""

from __future__ import annotations

import random

import pytest

from compiled_ai.bench.security import masking
from compiled_ai.bench.security.figures import Share
from compiled_ai.bench.security.masking import round_trip
from compiled_ai.bench.security.records import made_record
from compiled_ai.errors import ModelReplyError
from compiled_ai.gates.pii import Mask
from compiled_ai.modules.identifiers import parse_iban
from compiled_ai.spec.canonical import JsonValue


def test_records_come_back_and_leak_nothing() -> None:
    found = round_trip(50)
    assert found.restored == Share(count=50, total=50)
    assert found.leaking == Share(count=0, total=50)
    assert found.hidden.count == found.hidden.total > 1_000
    assert found.failed == 0


def test_a_mask_that_hides_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mask, "mask", lambda _, value: value)
    found = round_trip(3)
    assert (found.restored.count, found.leaking.count, found.hidden.count) == (3, 3, 0)


def test_a_mask_that_loses_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mask, "unmask", lambda _, value: {"lost": value})
    assert round_trip(3).restored.count == 0


def test_a_mask_that_raises_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Mask, value: JsonValue) -> JsonValue:
        raise ModelReplyError("no")

    monkeypatch.setattr(Mask, "unmask", fail)
    found = round_trip(3)
    assert (found.failed, found.restored.count) == (3, 0)


def test_made_up_ibans_are_right() -> None:
    record, _ = made_record(random.Random(5))
    fields = record["fields"]
    assert isinstance(fields, dict)
    assert parse_iban(str(fields["iban"])) == str(fields["iban"]).replace(" ", "")


def test_short_values_are_looked_for_in_their_own_field() -> None:
    record: dict[str, JsonValue] = {"fields": {"pin": "1234"}}
    assert masking._is_read("1234", "9912349", record, {"fields": {"pin": "1234"}})
    assert not masking._is_read("1234", "9912349", record, {"fields": {"pin": "[PIN_1]"}})
