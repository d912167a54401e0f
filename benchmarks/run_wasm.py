"""Cost of the WebAssembly sandbox next to the jail, in one run. Prints n, median and 99th percentile.

    .venv/bin/python benchmarks/run_wasm.py            # with what the cache holds
    .venv/bin/python benchmarks/run_wasm.py --build    # builds once more, elsewhere, to time it

The code under test reads a message with the functions of `compiled_ai.modules`, as compiled code does. Both sandboxes take turns, so that they see the
same machine. The jail is warm, as in a compilation; where the system has none, an ordinary process stands in and the table says so.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.sandbox.jail import Jail, missing_layers
from compiled_ai.sandbox.model import Sandbox, SandboxCase, SandboxJob, SandboxOutcome
from compiled_ai.sandbox.unconfined import Unconfined
from compiled_ai.sandbox.wasm import WasmSandbox
from compiled_ai.sandbox.wasm_cache import VARIANTS, build_wasm_runtime, default_cache, variant_path

SOURCE = '''
from __future__ import annotations
from decimal import Decimal
from compiled_ai.modules import abstain
from compiled_ai.modules.dates import find_dates
from compiled_ai.modules.money import find_money
from compiled_ai.modules.text import best_label

CUES = {
    "refund": {"refund": 2.0, "money back": 2.0},
    "delivery": {"late": 1.0, "parcel": 0.5},
    "other": {"question": 1.0},
}


def read_message(data):
    """Topic, sums and days of a message."""
    topic = best_label(data["text"], CUES)
    if topic is None:
        abstain("no topic")
    sums = [str(mention.amount) for mention in find_money(data["text"])]
    days = [str(mention.value) for mention in find_dates(data["text"])]
    return {"topic": topic, "sums": sums, "days": days, "total": str(sum(map(Decimal, sums), Decimal()))}
'''
TEXT = "The parcel of order {n} came late on 2024-03-1{d}; I paid EUR {n}.50 and 3,20 EUR and want my money back."
WORKFLOW = Workflow(
    name="read_message",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="read_message", kind="code", takes=("text",), output_schema={}),),
    returns=("topic", "sums", "days", "total"),
)
STARTS = 60
CASES = 1_000
LARGE_JOBS = 5
PROCESSES = 10
LOADS = (
    "import of our code, its modules and wasmtime",
    "digest check and load",
    "the first start of all",
    "all five probes",
)
LOAD = """
from time import perf_counter
began = perf_counter()
import wasmtime, wasmtime.component
from compiled_ai.sandbox.wasm import WasmSandbox
from compiled_ai.sandbox.wasm_cache import default_cache
from compiled_ai.sandbox.wasm_runtime import WasmRuntime, probe_layers
from compiled_ai.sandbox.wasm_build import runtime_digest
runtime_digest()
imported = perf_counter()
runtime = WasmRuntime(default_cache(), 0)
loaded = perf_counter()
with runtime.start(memory_mb=512):
    pass
started = perf_counter()
probe_layers(runtime)
print([imported - began, loaded - imported, started - loaded, perf_counter() - started])
"""


def main() -> None:
    """Measure and print."""
    jail: Sandbox = Unconfined() if missing_layers() else Jail()
    wasm = WasmSandbox()
    print(f"Python {platform.python_version()}, {platform.machine()}; the other sandbox is '{jail.name}'\n")
    if "--build" in sys.argv:
        time_build()
    wasm.status()
    report_build()
    print(f"\n{'what':<58}{'n':>7}{'median':>12}{'p99':>12}")
    loads = [fresh() for _ in range(PROCESSES)]
    for what, values in zip(LOADS, zip(*loads, strict=True), strict=True):
        show(f"fresh process: {what}", list(values))
    measure_starts({"jail": jail, "wasm": wasm})
    measure_cases({"jail": jail, "wasm": wasm})


def time_build() -> None:
    """Both variants, into a folder that is removed again."""
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        build_wasm_runtime(Path(folder))
        print(f"build of both variants: {perf_counter() - started:.1f} s")


def report_build() -> None:
    """What the notes of the cached builds say."""
    for variant in VARIANTS:
        path = variant_path(default_cache(), variant).with_suffix(".json")
        if not path.is_file():
            continue
        note = json.loads(path.read_bytes())
        print(
            f"variant {variant}: frozen in {note['freeze_seconds']} s to {note['component_bytes'] / 1e6:.1f} MB, "
            f"compiled in {note['compile_seconds']} s to {note['code_bytes'] / 1e6:.1f} MB"
        )


def show(what: str, seconds: list[float], *, unit: str = "ms") -> None:
    """One line of the table."""
    scale = {"ms": 1e3, "us": 1e6}[unit]
    p99 = quantiles(seconds, n=100)[98]
    print(f"{what:<58}{len(seconds):>7,}{median(seconds) * scale:>9.2f} {unit}{p99 * scale:>9.2f} {unit}")


def fresh() -> list[float]:
    """Seconds of the parts of a start, measured in a process of its own."""
    done = subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True)
    seconds: list[float] = json.loads(done.stdout)
    return seconds


def run(sandbox: Sandbox, count: int, *, coverage: bool = False) -> SandboxOutcome:
    """The outcome of `count` cases."""
    cases = tuple(
        SandboxCase(case_id=str(n), input={"text": TEXT.format(n=n, d=n % 10)}, given={})
        for n in range(count)
    )
    outcome = sandbox.run(SandboxJob(source=SOURCE, workflow=WORKFLOW, cases=cases, coverage=coverage))
    assert all(row.status == "answered" for row in outcome.rows), outcome.rows[0]
    return outcome


def measure_starts(sandboxes: dict[str, Sandbox]) -> None:
    """Jobs of one case: nearly all of it is the start, the code's import and the end."""
    for coverage in (False, True):
        seconds: dict[str, list[float]] = {name: [] for name in sandboxes}
        for _ in range(STARTS):
            for name, sandbox in sandboxes.items():
                started = perf_counter()
                run(sandbox, 1, coverage=coverage)
                seconds[name].append(perf_counter() - started)
        for name, values in seconds.items():
            show(f"job of one case{', with coverage' if coverage else ''}: {name}", values)


def measure_cases(sandboxes: dict[str, Sandbox]) -> None:
    """Large jobs: the case itself, and a job's time shared among its cases."""
    alone: dict[str, list[float]] = {name: [] for name in sandboxes}
    shared: dict[str, list[float]] = {name: [] for name in sandboxes}
    for _ in range(LARGE_JOBS):
        for name, sandbox in sandboxes.items():
            outcome = run(sandbox, CASES)
            alone[name] += [row.seconds for row in outcome.rows]
            shared[name].append(outcome.seconds / CASES)
    for name, values in alone.items():
        show(f"a case, as its row says: {name}", values, unit="us")
    for name, values in shared.items():
        show(f"a job of {CASES:,} cases, per case: {name}", values, unit="us")
    print(
        f"\nwasm takes {median(alone['wasm']) / median(alone['jail']):.1f} times as long as the jail for a case"
    )


if __name__ == "__main__":
    main()
