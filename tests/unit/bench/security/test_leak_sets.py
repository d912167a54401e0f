"""Sets for the output gate: one sample for each transformation, the same each time."""

from __future__ import annotations

from compiled_ai.bench.security.clean_outputs import clean_outputs
from compiled_ai.bench.security.leak_sets import CANARY, LEAK_SETS, leak_sets
from compiled_ai.bench.security.leaks import TRANSFORMATIONS, kept_aside
from compiled_ai.bench.security.leaks_later import AFTERWARDS


def test_every_transformation_is_in_one_set() -> None:
    found = {one.name: one for one in leak_sets(LEAK_SETS, root=None)}
    ids = [sample.sample_id for name in ("leaks", "leaks_aside") for sample in found[name].samples]
    assert sorted(ids) == sorted(TRANSFORMATIONS)
    assert all(kept_aside(sample.sample_id) for sample in found["leaks_aside"].samples)
    assert [sample.sample_id for sample in found["leaks_later"].samples] == list(AFTERWARDS)
    assert (found["leaks"].status, found["leaks_aside"].status) == ("seen", "held out")
    assert {sample.is_attack for sample in found["clean_outputs"].samples} == {False}


def test_the_same_texts_each_time_whatever_else_is_asked_for() -> None:
    first = leak_sets(["leaks_later", "leaks"], root=None)
    second = leak_sets(["leaks"], root=None)
    assert first[1] == second[0]


def test_clean_outputs_are_a_thousand_without_the_canary() -> None:
    outputs = clean_outputs(root=None)
    assert len(outputs) == 1_000
    assert CANARY not in str(outputs)
    assert outputs == clean_outputs(root=None)
