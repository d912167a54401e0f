"""The real dev split, where it is at hand (see COMPILED_AI_AGENTBENCH): the reference is right in every case, nonsense in none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench.db import DbDataset
from compiled_ai.bench.agentbench.db_engine import state_of
from compiled_ai.bench.agentbench.db_sqlite import SqliteEngine
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.source import FILES, FOLDER_VARIABLE, EnvironmentName, home
from compiled_ai.spec.canonical import JsonValue

GIVEN = os.environ.get(FOLDER_VARIABLE)
"""Read while tests are collected: the variables of the machine are taken away from each test."""


def dev_options(environment: EnvironmentName) -> AgentBenchOptions:
    folder = Path(GIVEN) if GIVEN else home()
    pin = FILES[environment]
    if not any((folder / name).is_file() for name in (pin.path, pin.name)):
        pytest.skip(f"AgentBench's {pin.name} is not at hand; name its folder in {FOLDER_VARIABLE}")
    return AgentBenchOptions.from_json({"environment": environment, "folder": str(folder)}, {})


@pytest.fixture(scope="module")
def dataset() -> DbDataset:
    return DbDataset(dev_options("db"))


def test_the_reference_is_right_in_all_60(dataset: DbDataset) -> None:
    right = 0
    for case in dataset.cases():
        assert isinstance(case.expected, dict)
        environment = dataset.open(case)
        if "sql" in case.expected:
            environment.call("execute_sql", {"query": case.expected["sql"]})
        environment.call("submit_answer", {"answers": case.expected.get("answers", [])})
        right += dataset.judge(case, environment.outcome()).right
        environment.close()
    assert right == 60


def test_nonsense_is_right_in_none(dataset: DbDataset) -> None:
    for case in dataset.cases():
        environment = dataset.open(case)
        environment.call("execute_sql", {"query": "SELECT 'nonsense'"})
        environment.call("submit_answer", {"answers": ["nonsense"]})
        outputs: list[JsonValue] = [environment.outcome(), {"answers": []}, {"sql": "SELECT 'x'"}, {}]
        for output in outputs:
            assert not dataset.judge(case, output).right, case.case_id
        environment.close()


def test_sqlite_gives_the_published_state_of_every_change(dataset: DbDataset) -> None:
    writes = [entry for entry in dataset.entries() if entry.is_write]
    assert len(writes) == 40
    for entry in writes:
        database = SqliteEngine().open(entry.tables)
        before = state_of(database, entry.tables)
        assert database.execute(entry.reference).problem == ""
        assert before != state_of(database, entry.tables) == entry.state, entry.entry_id
        database.close()
