"""What a job in the sandbox costs: its start and each case, warm, fresh and in wasm, in one run. Prints n, median and 99th percentile.

    .venv/bin/python benchmarks/run_sandbox.py

Everything is measured on one trivial activity, so that what is measured is ours. The ways take turns, so that they see the same machine.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import replace
from statistics import median, quantiles
from time import perf_counter

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.jail_legs import Manner, run_legs
from compiled_ai.sandbox.jail_locks import LAYERS
from compiled_ai.sandbox.jail_process import start_fresh
from compiled_ai.sandbox.model import SandboxCase, SandboxJob, SandboxOutcome, Surroundings

SOURCE = '''
def run(data):
    """Add one, if it is small."""
    if data["n"] > 1_000_000:
        return {"n": 0}
    return {"n": data["n"] + 1}
'''
FLOW = Workflow(
    name="bench",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema={}),),
    returns=("n",),
)
STARTS = 150
FRESH_STARTS = 25
BATCHES = 25
CASES = 1_000

Run = Callable[[SandboxJob], SandboxOutcome]


def main() -> None:
    """Measure and print."""
    ways = ways_here()
    print(f"Python {platform.python_version()}, {platform.machine()}; ways: {', '.join(ways)}\n")
    print(f"{'what':<58}{'n':>6}{'median':>12}{'p99':>12}   target")
    for coverage, target in ((False, "<= 6 ms"), (True, "<= 12 ms")):
        what = "with coverage" if coverage else "no coverage"
        measure(f"start: job of one case, {what}", ways, job(1, coverage=coverage), target=target)
    for coverage, target in ((False, "<= 60 ms"), (True, "")):
        what = "with coverage" if coverage else "no coverage"
        measure(
            f"job of {CASES:,} cases, {what}",
            ways,
            job(CASES, coverage=coverage),
            target=target,
            times=BATCHES,
        )
    measure(f"job of {CASES:,} cases called twice", ways, replace(job(CASES), calls=2), times=BATCHES)
    measure_zygote(ways["jail"])


def ways_here() -> dict[str, Run]:
    """How jobs can be run on this machine; the first is the one that counts."""
    fresh = Manner(start=start_fresh, required=LAYERS)
    found: dict[str, Run] = {
        "jail": open_sandbox("jail").run,
        "jail, fresh process": lambda work: run_legs(work, fresh),
    }
    try:
        wasm = open_sandbox("wasm")
        wasm.run(job(1))
    except SandboxError as error:
        print(f"no wasm: {error}")
    else:
        found["wasm"] = wasm.run
    return found


def job(cases: int, *, coverage: bool = False) -> SandboxJob:
    """A job of trivial cases."""
    inputs = tuple(
        SandboxCase(case_id=str(n), input={"n": n, "text": "some words to carry along"}, given={})
        for n in range(cases)
    )
    return SandboxJob(source=SOURCE, workflow=FLOW, cases=inputs, coverage=coverage)


def measure(
    what: str, ways: dict[str, Run], work: SandboxJob, *, target: str = "", times: int = STARTS
) -> None:
    """Run `work` in turns by each way, and print a line for each."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for run in ways.values():
        run(work)
    for turn in range(times):
        for name, run in ways.items():
            if name != "jail, fresh process" or turn < FRESH_STARTS:
                seconds[name].append(timed(run, work))
    for name, taken in seconds.items():
        show(f"{what}: {name}", taken, target if name == "jail" else "")


def measure_zygote(run: Run) -> None:
    """The first job in surroundings that were not there before: what a new zygote costs."""
    taken = [
        timed(run, replace(job(1), surroundings=Surroundings(hash_seed=seed))) for seed in range(100, 120)
    ]
    show("first job in new surroundings (starts a zygote): jail", taken, "")


def timed(run: Run, work: SandboxJob) -> float:
    started = perf_counter()
    outcome = run(work)
    seconds = perf_counter() - started
    assert all(row.status == "answered" and row.steady for row in outcome.rows), outcome.rows[0]
    return seconds


def show(what: str, seconds: list[float], target: str) -> None:
    p99 = quantiles(seconds, n=100, method="inclusive")[98]
    print(f"{what:<58}{len(seconds):>6}{median(seconds) * 1e3:>9.2f} ms{p99 * 1e3:>9.2f} ms   {target}")


if __name__ == "__main__":
    main()
