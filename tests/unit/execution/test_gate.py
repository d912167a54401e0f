"""Observers that keep runs from compiled code, and those that are closed with the workflow."""

from __future__ import annotations

import pytest

from compiled_ai.artifact import Artifact
from compiled_ai.errors import StoreError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.observe import Run

from .conftest import Build

CODE = "def run(data):\n    return {'value': data['value']}\n"


class Gatekeeper:
    """An observer with a gate, which notes what it sees."""

    def __init__(self, why: str = "", *, fails: bool = False) -> None:
        self.why = why
        self.fails = fails
        self.seen: list[Run] = []
        self.closed = 0

    def withheld(self) -> str:
        return self.why

    def observe(self, run: Run) -> None:
        self.seen.append(run)

    def close(self) -> None:
        self.closed += 1
        if self.fails:
            raise StoreError("the disk is full")


def watched(build: Build, *observers: Gatekeeper) -> LoadedWorkflow:
    artifact: Artifact = build(CODE).artifact
    return LoadedWorkflow(artifact, observers=observers)


def test_an_open_gate_changes_nothing(build: Build) -> None:
    assert watched(build, Gatekeeper()).run({"value": 7}).output == {"value": 7}


def test_a_run_that_is_withheld_declines_with_the_reason_and_is_seen(build: Build) -> None:
    keeper = Gatekeeper("demoted: wrong")
    result = watched(build, Gatekeeper(), keeper).run({"value": 7})
    assert (result.output, result.served_by, result.reason) == (None, "nobody", "demoted: wrong")
    assert [run.result for run in keeper.seen] == [result]


def test_an_engine_may_ask_the_gate_itself(build: Build) -> None:
    assert watched(build, Gatekeeper("not today")).withheld() == "not today"
    assert watched(build).withheld() == ""


def test_observers_are_closed_with_the_workflow(build: Build) -> None:
    keeper = Gatekeeper()
    with watched(build, keeper):
        pass
    assert keeper.closed == 1


def test_an_observer_that_cannot_be_closed_is_told(build: Build) -> None:
    with pytest.raises(StoreError, match="the disk is full"):
        watched(build, Gatekeeper(fails=True)).close()
