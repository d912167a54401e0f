"""Ids of workflows, and what Temporal can carry."""

from __future__ import annotations

import pytest

from compiled_ai.durable.payloads import ArtifactRef
from compiled_ai.durable.submit import MAX_INPUT_BYTES, start_of, workflow_id
from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue

ARTIFACT = ArtifactRef(name="chain", digest=f"a1:{'7' * 64}")
OTHER = ArtifactRef(name="chain", digest=f"a1:{'8' * 64}")


def test_the_same_row_of_the_same_artifact_has_the_same_id() -> None:
    one = workflow_id(ARTIFACT, {"a": 1, "b": 2}, 3)
    assert (one, one[:25]) == (workflow_id(ARTIFACT, {"b": 2, "a": 1}, 3), "chain-7777777777777777-3-")


@pytest.mark.parametrize(
    ("artifact", "data", "row"),
    [(OTHER, {"a": 1}, 3), (ARTIFACT, {"a": 2}, 3), (ARTIFACT, {"a": 1}, 4)],
    ids=["artifact", "input", "row"],
)
def test_another_run_has_another_id(artifact: ArtifactRef, data: JsonObject, row: int) -> None:
    assert workflow_id(artifact, data, row) != workflow_id(ARTIFACT, {"a": 1}, 3)


@pytest.mark.parametrize(("row", "expected"), [(0, "mine"), (7, "mine-7")], ids=["one input", "row"])
def test_an_id_of_ones_own_goes_before_the_row(row: int, expected: str) -> None:
    assert workflow_id(ARTIFACT, {}, row, prefix="mine") == expected


def _nested(levels: int) -> JsonValue:
    value: JsonValue = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "data",
    [{"a": "\ud800"}, {"\ud800": 1}, {"a": float("nan")}, {"a": "x" * MAX_INPUT_BYTES}, {"a": _nested(150)}],
    ids=["half a character", "in a key", "no number", "too large", "too deep"],
)
def test_what_temporal_cannot_carry_is_refused_before_it_is_sent(data: JsonObject) -> None:
    with pytest.raises(InputError):
        start_of(ARTIFACT, data)


@pytest.mark.parametrize(
    "data",
    [{}, {"a": 10**300, "b": 1e308, "c": "é😀\x00"}, {"a": _nested(90)}],
    ids=["nothing", "odd values", "deep"],
)
def test_what_it_can_carry_arrives_as_it_was(data: JsonObject) -> None:
    start = start_of(ARTIFACT, data)
    back = type(start).model_validate_json(start.model_dump_json())
    assert (back.input, [*map(type, back.input.values())]) == (data, [*map(type, data.values())])
