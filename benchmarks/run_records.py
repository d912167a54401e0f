"""What it costs to look closely: the decision log, the monitor, an explanation. Prints n, median and 99th percentile.

    .venv/bin/python benchmarks/run_records.py

The ways to run take turns in one loop, so that all see the same machine. Tasks: the decision table of the prior authorisation (a few lines of Python) and a slot
filler synthesized from a schema (milliseconds inside of module functions). No model is asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns

from compiled_ai.artifact import Artifact, Store
from compiled_ai.decisions.log import DecisionLog, read_decisions
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.explain import Trace
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.monitor.monitor import Monitor, MonitorOptions
from compiled_ai.monitor.store import MonitorStore
from compiled_ai.spec import parse_spec
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.monitoring import MonitorPolicy

TABLE = """
name: loan_check
description: Decide on a small loan.
instructions: Approve small loans of adults with an income.
input: {age: integer, income: number, amount: number}
output: {decision: [approve, refuse]}
steps:
  - id: decide
    kind: rule
    rules:
      - {when: amount > 10000, abstain: too large for the table}
      - {when: age < 18, then: {decision: refuse}}
      - {when: amount <= income * 3, then: {decision: approve}}
      - otherwise: {decision: refuse}
examples:
  - {input: {age: 30, income: 1000, amount: 500}, output: {decision: approve}}
  - {input: {age: 15, income: 1000, amount: 500}, output: {decision: refuse}}
"""
SLOTS = """
name: book_table
description: Book a table at a restaurant.
instructions: Fill the call from the request.
input: {request: string}
output:
  type: object
  required: [name, arguments]
  properties:
    name: {type: string, enum: [book_table]}
    arguments:
      type: object
      required: [restaurant, guests]
      properties:
        restaurant: {type: string, description: Name of the restaurant.}
        guests: {type: integer, description: Number of guests.}
        time: {type: string, description: "Time of day, HH:MM."}
examples:
  - {input: {request: Book a table for 4 guests at Luigi at 19:30}, output: {name: book_table, arguments: {restaurant: Luigi, guests: 4, time: "19:30"}}}
accuracy: {evaluator: function_call, threshold: 0.5}
"""
INPUTS: dict[str, JsonObject] = {
    "decision table": {"age": 40, "income": 900.0, "amount": 800.0},
    "slot filling": {"request": "please get us a table at Rosa for two guests at 20:00"},
}
TARGET = 30


def main() -> None:
    """Measure and print."""
    print(f"{'what':<44}{'n':>9}{'median':>14}{'p99':>14}   times the plain run")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "workflows")
        for name, spec in (("decision table", TABLE), ("slot filling", SLOTS)):
            artifact = compile_spec(
                parse_spec(spec, path=Path("spec.yaml")),
                from_function(lambda _: ""),
                CompileOptions(store=store, effort="none"),
            ).artifact
            measure(name, artifact, INPUTS[name], Path(folder) / name)


def measure(name: str, artifact: Artifact, data: JsonObject, folder: Path) -> None:
    """One task in every way."""
    path = str(artifact.path / "activities.py")
    plain = LoadedWorkflow(artifact)
    assert plain.run(data).output is not None
    synced = DecisionLog(folder / "synced.jsonl", mode="digests")
    unsynced = DecisionLog(folder / "unsynced.jsonl", mode="digests", sync_seconds=1.0)
    monitor = Monitor(
        artifact, MonitorStore(folder / "monitor.sqlite3"), policy=MonitorPolicy(), options=MonitorOptions()
    )
    logged, grouped = (LoadedWorkflow(artifact, observers=[log]) for log in (synced, unsynced))
    watched = LoadedWorkflow(artifact, observers=[monitor])
    ways: dict[str, Callable[[], object]] = {
        "plain run": lambda: plain.run(data),
        "with a monitor": lambda: watched.run(data),
        "with a decision log, synced each second": lambda: grouped.run(data),
        "with a decision log, synced each time": lambda: logged.run(data),
        "with a trace of its lines (explain)": lambda: plain.run(data, trace=Trace(path=path)),
    }
    times: dict[str, list[int]] = {way: [] for way in ways}
    for _ in range(2_000):
        for way, run in ways.items():
            started = perf_counter_ns()
            run()
            times[way].append(perf_counter_ns() - started)
    monitor.close()
    base = median(times["plain run"])
    for way, taken in times.items():
        report(f"{name}: {way}", [value / 1e3 for value in taken], median(taken) / base)
    started = perf_counter_ns()
    records = len(read_decisions(unsynced.path).records)
    print(f"{name}: verify {records:,} records: {(perf_counter_ns() - started) / 1e6:.0f} ms")


def report(what: str, microseconds: list[float], times: float) -> None:
    """One line."""
    late = quantiles(microseconds, n=100)[98]
    target = f"   target <= {TARGET}x" if "explain" in what else ""
    print(
        f"{what:<62}{len(microseconds):>7,}{median(microseconds):>11.2f} us{late:>11.2f} us{times:>9.1f}x{target}"
    )


if __name__ == "__main__":
    main()
