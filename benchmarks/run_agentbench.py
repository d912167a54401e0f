"""AgentBench's dev split: what runs on this machine, and that the judges tell the reference from nonsense.

Run: python benchmarks/run_agentbench.py [FOLDER]. The files are fetched when no folder is given and COMPILED_AI_AGENTBENCH is not set.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from compiled_ai.bench.agentbench.db import DbDataset
from compiled_ai.bench.agentbench.db_entry import DbEntry
from compiled_ai.bench.agentbench.operating_system import OsDataset
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.os_entry import OsEntry
from compiled_ai.bench.agentbench.os_session import JailSession
from compiled_ai.bench.model import Case, Dataset, Environment
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject

Play = Callable[[Environment], None]


def main(arguments: list[str]) -> int:
    """Print a line for each measurement; 1 when a reference is wrong or nonsense right."""
    given: JsonObject = {"folder": str(Path(arguments[0]).resolve())} if arguments else {}
    wrong = _measure_db(DbDataset(AgentBenchOptions.from_json({"environment": "db", **given}, os.environ)))
    wrong += _measure_os(OsDataset(AgentBenchOptions.from_json({"environment": "os", **given}, os.environ)))
    return min(wrong, 1)


def _measure_db(dataset: DbDataset) -> int:
    pairs = list(zip(dataset.cases(), dataset.entries(), strict=True))
    right, seconds = _score(dataset, [(case, _db_reference(entry)) for case, entry in pairs])
    nonsense, _ = _score(dataset, [(case, _nonsense) for case, _ in pairs])
    queries = sum(
        dataset.judge(case, {"sql": entry.reference}).right for case, entry in pairs if not entry.is_write
    )
    questions = sum(not entry.is_write for _, entry in pairs)
    print(
        f"db: reference {right} of {len(pairs)} right, nonsense {nonsense} of {len(pairs)}; {seconds:.2f} s"
    )
    print(
        f"db: of the {questions} queries that the data notes for questions, {queries} give the answer that it lists (SQLite)"
    )
    return (len(pairs) - right) + nonsense


def _measure_os(dataset: OsDataset) -> int:
    try:
        started = time.perf_counter()
        with JailSession() as session:
            users = "several users" if session.has_users else "one user only: run as root for tasks with more"
        print(f"os: jail starts and ends in {time.perf_counter() - started:.2f} s, {users}")
    except MissingToolError as error:
        print(f"os: not here: {error}")
        return 0
    pairs = [
        (case, play)
        for case, entry in zip(dataset.cases(), dataset.entries(), strict=True)
        if (play := _os_reference(entry))
    ]
    try:
        right, seconds = _score(dataset, pairs)
        nonsense, _ = _score(dataset, [(case, _os_nonsense) for case, _ in pairs])
    except MissingToolError as error:
        print(f"os: not here: {error}")
        return 0
    total = len(dataset.cases())
    print(
        f"os: reference {right} of {len(pairs)} right ({total - len(pairs)} of {total} name none), nonsense {nonsense} of {len(pairs)}; {seconds:.1f} s"
    )
    return (len(pairs) - right) + nonsense


def _score(dataset: Dataset, plays: list[tuple[Case, Play]]) -> tuple[int, float]:
    started, right = time.perf_counter(), 0
    for case, play in plays:
        environment = dataset.open(case)
        try:
            play(environment)
            outcome = environment.outcome()
        finally:
            environment.close()
        right += outcome is not None and dataset.judge(case, outcome).right
    return right, time.perf_counter() - started


def _db_reference(entry: DbEntry) -> Play:
    def play(environment: Environment) -> None:
        if entry.is_write:
            environment.call("execute_sql", {"query": entry.reference})
        environment.call("submit_answer", {"answers": list(entry.answers)})

    return play


def _nonsense(environment: Environment) -> None:
    environment.call("execute_sql", {"query": "SELECT 'nonsense'"})
    environment.call("submit_answer", {"answers": ["nonsense"]})


def _os_reference(entry: OsEntry) -> Play | None:
    command = entry.example.code if entry.example else ""
    if entry.match is None and not command:
        return None

    def play(environment: Environment) -> None:
        text = entry.match or environment.call("bash", {"command": f"cd /root; {command}"}).strip()
        environment.call("answer", {"text": text})

    return play


def _os_nonsense(environment: Environment) -> None:
    environment.call("answer", {"text": "nonsense"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
