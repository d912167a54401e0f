"""Speed of what a user waits for, next to the targets. Prints n, median and 99th percentile.

    make speed

Everything is measured in this one process and run, like against like. The artifact under test is a trivial one-activity workflow whose code
stands below (no model is asked), so that what is measured is ours and not the activity.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, perf_counter_ns

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.artifact.store import Artifact
from compiled_ai.execution import BatchOptions, LoadedWorkflow, run_batch
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import parse_spec
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.subset.restricted import load_activities
from compiled_ai.validation.pipeline import default_cache_dir
from compiled_ai.validation.security import check_security
from compiled_ai.validation.syntax import check_syntax

SPEC = """
name: price_band
description: Sort a price into a band.
instructions: Below 10 is low, below 100 is middle, else high. Decline negative prices.
input: {sku: string, price: number}
output: {sku: string, band: [low, middle, high]}
examples:
  - {input: {sku: a, price: 1}, output: {sku: a, band: low}}
  - {input: {sku: b, price: 50}, output: {sku: b, band: middle}}
"""
CODE = '''```python
from compiled_ai.modules import abstain


def price_band(data: PriceBandInput) -> PriceBandOutput:
    """Sort a price into a band."""
    price = data["price"]
    if price < 0:
        abstain("negative price")
    if price < 10:
        return {"sku": data["sku"], "band": "low"}
    return {"sku": data["sku"], "band": "middle" if price < 100 else "high"}
```'''
RUNS = 200_000
LOADS = 300
CHECKS = 40
ROWS = 100_000


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    print(f"{'what':<52}{'n':>9}{'median':>14}{'p99':>14}   target")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "workflows")
        artifact = compile_spec(
            parse_spec(SPEC, path=Path("price_band.yaml")),
            from_function(lambda _: CODE),
            CompileOptions(store=store, synthesis=False),
        ).artifact
        measure_runs(artifact)
        measure_load(artifact)
        measure_batch(artifact, Path(folder))
        measure_checks(artifact)
    measure_help()
    report_tokens()


def show(what: str, values: list[float], *, unit: str, target: str) -> None:
    """One line of the table; `values` in `unit`."""
    p99 = quantiles(values, n=100)[98] if len(values) > 1 else values[0]
    print(f"{what:<52}{len(values):>9,}{median(values):>11.2f} {unit:<2}{p99:>11.2f} {unit:<2}   {target}")


def timed(call: Callable[[], object], n: int, *, scale: float) -> list[float]:
    """`n` durations of `call`; `scale` 1e3 gives microseconds, 1e6 milliseconds."""
    values = []
    for _ in range(n):
        started = perf_counter_ns()
        call()
        values.append((perf_counter_ns() - started) / scale)
    return values


def measure_runs(artifact: Artifact) -> None:
    """A run with both schema checks against the bare function, taking turns so that both see the same machine."""
    bare = load_activities(artifact.source, "activities.py", ["price_band"])["price_band"]
    workflow = LoadedWorkflow(artifact)
    alone: list[float] = []
    whole: list[float] = []
    for index in range(RUNS):
        data: JsonObject = {"sku": "a-1", "price": float(index % 150)}
        started = perf_counter_ns()
        bare(data)
        between = perf_counter_ns()
        workflow.run(data)
        ended = perf_counter_ns()
        alone.append((between - started) / 1e3)
        whole.append((ended - between) / 1e3)
    show("bare function", alone, unit="us", target="")
    show("run with schema checks", whole, unit="us", target="")
    over = [run - call for run, call in zip(whole, alone, strict=True)]
    show("  over the bare function", over, unit="us", target="p50 <= 25 us")


def measure_load(artifact: Artifact) -> None:
    """Loading from disk: every digest checked, code compiled, schemas compiled."""
    loads = timed(lambda: LoadedWorkflow(load_artifact(artifact.path)), LOADS, scale=1e6)
    show("load an artifact (imports done)", loads, unit="ms", target="< 10 ms")


def measure_batch(artifact: Artifact, folder: Path) -> None:
    """A JSONL batch on one core, results written row by row."""
    source = folder / "rows.jsonl"
    source.write_text("".join(f'{{"sku":"a-{number}","price":{number % 150}}}\n' for number in range(ROWS)))
    workflow, rates = LoadedWorkflow(artifact), []
    for attempt in range(5):
        summary = run_batch(workflow, source, folder / f"out-{attempt}.jsonl", BatchOptions())
        rates.append(summary.processed / summary.seconds)
    print(
        f"{f'batch of {ROWS:,} rows, rows/s (slowest of 5 as p99)':<52}{5:>9}{median(rates):>14,.0f}{min(rates):>14,.0f}   >= 20,000 rows/s"
    )


def measure_checks(artifact: Artifact) -> None:
    """Security and syntax stages, warm."""

    def check() -> None:
        reports = (
            check_security(artifact.source),
            check_syntax(artifact.source, cache_dir=default_cache_dir() / "mypy"),
        )
        assert all(report.passed for report in reports)

    check()
    show("static checks, warm", timed(check, CHECKS, scale=1e6), unit="ms", target="< 500 ms")


def measure_help() -> None:
    """`compiled-ai --help` in a fresh process."""
    command = [sys.executable, "-m", "compiled_ai", "--help"]

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    show("compiled-ai --help, fresh process", timed(run, 15, scale=1e6), unit="ms", target="< 400 ms")


def report_tokens() -> None:
    """Tokens of the recorded compilations of the XY tasks, from the recordings' own counts."""
    started = perf_counter()
    command = [sys.executable, "-m", "compiled_ai", "demo", "--json", "--store", tempfile.mkdtemp()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    outcomes = [outcome for outcome in json.loads(done.stdout) if outcome["name"].startswith("xy_")]
    tokens = [
        outcome["compilation"]["input_tokens"] + outcome["compilation"]["output_tokens"]
        for outcome in outcomes
    ]
    print(
        f"\nXY compilations (recorded): tokens {sorted(tokens)}, median {median(tokens):,.0f}, target <= 3,000, estimated by the desk"
    )
    print(f"the demo's work took {perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
