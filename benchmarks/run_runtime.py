"""Speed of runs, whichever way they are run, next to the targets of the runtime. Prints n, median, 99th percentile and throughput.

    python benchmarks/run_runtime.py [--quick] [--batch]

Everything is measured in one run, like against like: the ways take turns, so that each sees the same machine. The artifacts are made by hand
below (no model is asked), trivial, so that what is measured is ours and not the code. `WAYS` is where other engines join in.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, perf_counter_ns

from compiled_ai.artifact import PlannedStep, Store, Workflow, load_artifact
from compiled_ai.artifact.dsl import dump_workflow
from compiled_ai.artifact.manifest import seal
from compiled_ai.artifact.store import Artifact
from compiled_ai.errors import SandboxError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.collection import Workflows
from compiled_ai.execution.isolated import Isolation
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object, properties_of
from compiled_ai.subset.restricted import load_activities

BAND = """
from compiled_ai.modules import abstain


def price_band(data):
    price = data["price"]
    if price < 0:
        abstain("negative price")
    if price < 10:
        return {"sku": data["sku"], "band": "low"}
    return {"sku": data["sku"], "band": "middle" if price < 100 else "high"}
"""
BAND_TAKES: JsonObject = {"sku": "string", "price": "number"}
BAND_GIVES: JsonObject = {"sku": "string", "band": ["low", "middle", "high"]}

Run = Callable[[JsonObject], object]
Way = Callable[[Artifact, ExitStack], Run]
"""Makes an artifact ready to be run; what has to be closed goes on the stack."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the work, to see that it runs")
    parser.add_argument("--batch", action="store_true", help="only the batch: 1,000,000 rows, and the kills")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if not options.batch:
            artifact = make(place, "price_band", BAND, takes=BAND_TAKES, gives=BAND_GIVES)
            measure_ways(artifact, runs=2_000 if options.quick else 100_000)
            measure_throughput(artifact, seconds=0.5 if options.quick else 5.0)
            measure_load(artifact, loads=20 if options.quick else 300)
            measure_steps(place, runs=200 if options.quick else 5_000)
            measure_sizes(place, runs=20 if options.quick else 300)
            measure_stores(place, most=100 if options.quick else 10_000)
        measure_batch(place, rows=20_000 if options.quick else 1_000_000, kills=3 if options.quick else 10)


# The ways


def bare(artifact: Artifact, _: ExitStack) -> Run:
    """The function alone, without schema checks."""
    name = artifact.workflow.steps[0].id
    return load_activities(artifact.source, "activities.py", [name])[name]


def local(artifact: Artifact, _: ExitStack) -> Run:
    """The local executor."""
    return LoadedWorkflow(artifact).run


def asynchronous(artifact: Artifact, stack: ExitStack) -> Run:
    """The local executor, awaited in an event loop; the loop's own turn is part of it."""
    workflow = LoadedWorkflow(artifact)
    loop = asyncio.new_event_loop()
    stack.callback(loop.close)
    return lambda data: loop.run_until_complete(workflow.run_async(data))


def isolated(artifact: Artifact, stack: ExitStack) -> Run:
    """A jailed worker."""
    return stack.enter_context(LoadedWorkflow(artifact, isolation=Isolation())).run


WAYS: dict[str, tuple[Way, str]] = {
    "bare function": (bare, ""),
    "local executor": (local, "p50 <= 10, p99 <= 50 over the bare function"),
    "local executor, async": (asynchronous, ""),
    "isolated worker": (isolated, "p50 <= 200"),
}
"""By name, with the target in microseconds. Another engine (Temporal) is one more entry."""


def measure_ways(artifact: Artifact, *, runs: int) -> None:
    """Each way in turn on the same input."""
    heading("microseconds a run")
    with ExitStack() as stack:
        ready = dict(open_ways(artifact, stack))
        times: dict[str, list[float]] = {name: [] for name in ready}
        for index in range(runs):
            data: JsonObject = {"sku": "a-1", "price": float(index % 150)}
            for name, run in ready.items():
                started = perf_counter_ns()
                run(data)
                times[name].append((perf_counter_ns() - started) / 1e3)
    for name, values in times.items():
        show(name, values, target=WAYS[name][1])
    over = [run - call for run, call in zip(times["local executor"], times["bare function"], strict=True)]
    show("  local executor over the bare function", over, target="p50 <= 10, p99 <= 50")


def open_ways(artifact: Artifact, stack: ExitStack) -> Iterator[tuple[str, Run]]:
    """The ways that this system has."""
    for name, (way, _) in WAYS.items():
        try:
            run = way(artifact, stack)
        except SandboxError as error:
            print(f"{name}: not here: {error}")
            continue
        run({"sku": "warm", "price": 1.0})
        yield name, run


def measure_throughput(artifact: Artifact, *, seconds: float) -> None:
    """Runs a second on two cores: threads where the work is elsewhere, processes where it is here."""
    print(f"\n{'throughput on two cores':<52}{'runs/s':>14}")
    data: JsonObject = {"sku": "a-1", "price": 5.0}
    workflow = LoadedWorkflow(artifact)
    started, done = perf_counter(), 0

    def inputs() -> Iterator[JsonObject]:
        while perf_counter() - started < seconds:
            yield data

    for _ in workflow.map(inputs(), processes=2):
        done += 1
    print(f"{'map over two processes, their start included':<52}{done / (perf_counter() - started):>14,.0f}")
    try:
        walled = LoadedWorkflow(artifact, isolation=Isolation(workers=2))
    except SandboxError:
        return
    with walled:
        print(f"{'isolated, two threads on two workers':<52}{in_threads(walled.run, data, seconds):>14,.0f}")


def in_threads(run: Run, data: JsonObject, seconds: float) -> float:
    """Runs a second of two threads."""
    counts = [0, 0]
    end = perf_counter() + seconds

    def work(number: int) -> None:
        while perf_counter() < end:
            run(data)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def measure_load(artifact: Artifact, *, loads: int) -> None:
    """Loading from disk: every digest checked, code compiled, schemas compiled."""
    heading("milliseconds a load")
    show(
        "load an artifact (imports done)",
        timed(lambda: LoadedWorkflow(load_artifact(artifact.path)), loads, scale=1e6),
        target="p50 <= 5",
    )


def measure_steps(place: Path, *, runs: int) -> None:
    """1, 10 and 100 steps, each adding a number."""
    heading("microseconds a run, by number of steps")
    for count in (1, 10, 100):
        names = [f"step_{number}" for number in range(count)]
        source = "".join(
            f"def {name}(data):\n    return {{'n{number + 1}': data['n{number}'] + 1}}\n\n\n"
            for number, name in enumerate(names)
        )
        steps = tuple(
            PlannedStep(
                id=name,
                kind="code",
                takes=(f"n{number}",),
                output_schema=expand_object({f"n{number + 1}": "integer"}),
            )
            for number, name in enumerate(names)
        )
        artifact = make(
            place,
            f"steps_{count}",
            source,
            takes={"n0": "integer"},
            gives={f"n{count}": "integer"},
            steps=steps,
        )
        measure_growth(artifact, {"n0": 1}, f"{count} steps", runs)


def measure_sizes(place: Path, *, runs: int) -> None:
    """Inputs of 1 kB to 1 MB: lists of short texts."""
    heading("microseconds a run, by size of the input")
    code = "def count_items(data):\n    return {'n': len(data['items'])}\n"
    artifact = make(place, "count_items", code, takes={"items": "string[]"}, gives={"n": "integer"})
    for size in (1_000, 10_000, 100_000, 1_000_000):
        data: JsonObject = {"items": [f"item {number:08d} of many" for number in range(size // 26)]}
        measure_growth(artifact, data, f"{len(json.dumps(data)):,} bytes", runs)


def measure_growth(artifact: Artifact, data: JsonObject, what: str, runs: int) -> None:
    """The local executor and the isolated worker on one input."""
    workflow = LoadedWorkflow(artifact)
    show(f"local, {what}", timed(lambda: workflow.run(data), runs, scale=1e3))
    try:
        with LoadedWorkflow(artifact, isolation=Isolation(seconds=30)) as walled:
            show(f"isolated, {what}", timed(lambda: walled.run(data), runs, scale=1e3))
    except SandboxError:
        return


def measure_stores(place: Path, *, most: int) -> None:
    """The first run out of stores of ever more artifacts, then as many of them as there are, loaded one after the other."""
    heading("milliseconds to the first run out of a store of so many")
    root = place / "stores"
    artifact = make(place, "price_band", BAND, takes=BAND_TAKES, gives=BAND_GIVES)
    made = 0
    for count in (10, 100, 1_000, 10_000):
        if count > most:
            break
        for number in range(made, count):
            name = f"price_band_{number}"
            code = BAND.replace("price_band", name)
            make(root, name, code, takes=BAND_TAKES, gives=BAND_GIVES, like=artifact)
        made = count
        values = []
        for _ in range(20):
            name = f"price_band_{random.randrange(count)}"
            started = perf_counter_ns()
            with Workflows(Store(root)) as workflows:
                workflows[name].run({"sku": "a", "price": 1.0})
                values.append((perf_counter_ns() - started) / 1e6)
        show(f"first run, {count:,} artifacts in the store", values, target="no growth")
    with Workflows(Store(root), most=1_000) as workflows:
        values = timed_each(
            [f"price_band_{number}" for number in range(made)],
            lambda name: workflows[name].run({"sku": "a", "price": 1.0}),
        )
        show(f"each of {made:,} for the first time, 1,000 kept", values)


# The batch

BATCH = """
import json, sys, time
from pathlib import Path
from compiled_ai.artifact import load_artifact
from compiled_ai.execution import BatchOptions, LoadedWorkflow, run_batch

workflow = LoadedWorkflow(load_artifact(Path(sys.argv[1])))
options = BatchOptions(resume=True, processes=int(sys.argv[4]))
began = time.process_time()
summary = run_batch(workflow, Path(sys.argv[2]), Path(sys.argv[3]), options)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) / 1024
print(json.dumps([summary.processed, summary.seconds, time.process_time() - began, peak]))
"""


def measure_batch(place: Path, *, rows: int, kills: int) -> None:
    """Time and peak memory of a batch, by format and number of processes; then one that is killed again and again."""
    artifact = make(place, "price_band", BAND, takes=BAND_TAKES, gives=BAND_GIVES)
    source = place / "rows.jsonl"
    write_rows(source, rows)
    print(
        f"\n{f'a batch of {rows:,} rows':<36}{'rows/s':>10}{'rows per s of one core':>24}{'seconds':>10}{'peak MiB':>10}"
    )
    small = place / "small.jsonl"
    write_rows(small, rows // 10)
    for what, given, name, processes in (
        ("a tenth of them, lines of JSON", small, "small.out", 1),
        ("lines of JSON", source, "whole.jsonl", 1),
        ("lines of JSON, two processes", source, "two.jsonl", 2),
        ("into CSV", source, "whole.csv", 1),
        ("into Parquet", source, "whole.parquet", 1),
    ):
        started = batch(artifact, given, place / name, processes)
        printed, _ = started.communicate()
        done, seconds, busy, peak = json.loads(printed)
        core = f"{done / busy:,.0f}" if processes == 1 else ""
        print(f"{what:<36}{done / seconds:>10,.0f}{core:>24}{seconds:>10.2f}{peak:>10.1f}")
    print("target: >= 50,000 rows/s on one core, flat memory")
    assert (place / "whole.jsonl").read_bytes() == (place / "two.jsonl").read_bytes()
    for ending, table in (("jsonl", "whole.jsonl"), ("parquet", "whole.parquet")):
        for processes in (1, 2):
            killed(
                artifact,
                source,
                place,
                whole=place / table,
                target=f"killed_{processes}.{ending}",
                kills=kills,
                processes=processes,
            )


def killed(  # noqa: PLR0913 - one experiment
    artifact: Artifact, source: Path, place: Path, *, whole: Path, target: str, kills: int, processes: int
) -> None:
    """Kill a batch at random moments and let it go on; its files must be those of the undisturbed run."""
    chance = random.Random(f"{target}")
    path, count, starts = place / target, 0, 0
    patience = 1.0
    while True:
        starts += 1
        started = batch(artifact, source, path, processes)
        if count < kills:
            time.sleep(0.3 + chance.random() * patience)
            if started.poll() is None:
                started.send_signal(signal.SIGKILL)
                count += 1
        _, errors = started.communicate()
        if started.returncode == 0:
            if count < kills:  # it was faster than the killer: once more from the start
                for old in place.glob(f"{target}*"):
                    old.unlink()
                patience *= 0.7
                continue
            break
        assert started.returncode == -signal.SIGKILL, errors
    same = path.read_bytes() == whole.read_bytes()
    errors_same = (place / f"{target}.errors.jsonl").read_bytes() == (
        place / f"{whole.name}.errors.jsonl"
    ).read_bytes()
    print(
        f"killed {count} times ({target}, {starts} starts): {'nothing lost, nothing twice' if same and errors_same else 'DIFFERENT'}"
    )
    assert same
    assert errors_same


def batch(artifact: Artifact, source: Path, target: Path, processes: int) -> subprocess.Popen[bytes]:
    """A batch in a process of its own."""
    command = [sys.executable, "-c", BATCH, artifact.path, source, target, processes]
    return subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def write_rows(path: Path, count: int) -> None:
    """Rows good and bad: every 997th is broken."""
    with path.open("w") as file:
        for number in range(count):
            file.write(
                "{broken\n" if number % 997 == 0 else f'{{"sku":"a-{number}","price":{number % 150 - 5}}}\n'
            )


# Artifacts and figures


def make(  # noqa: PLR0913 - an artifact has many parts
    place: Path,
    name: str,
    code: str,
    *,
    takes: JsonObject,
    gives: JsonObject,
    steps: tuple[PlannedStep, ...] = (),
    like: Artifact | None = None,
) -> Artifact:
    """An artifact in a store at `place`; with `like`, it is not read back."""
    output, needs = expand_object(gives), expand_object(takes)
    single = PlannedStep(id=name, kind="code", takes=tuple(properties_of(needs)), output_schema=output)
    workflow = Workflow(
        name=name,
        version="1.0.0",
        input_schema=needs,
        output_schema=output,
        steps=steps or (single,),
        returns=tuple(properties_of(output)),
    )
    files = {
        "spec.yaml": "",
        "workflow.yaml": dump_workflow(workflow),
        "activities.py": code,
        "validation.json": "{}",
    }
    fields: Mapping[str, object] = {
        "name": name, "version": "1.0.0", "spec": "s1:0", "compliance": [], "instructions": "", "compilation": {}, "evidence": {},
        "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
    }  # fmt: skip
    path = Store(place).save(files, seal(dict(fields), files), build="{}")  # type: ignore[arg-type]  # JSON data
    return like or load_artifact(path)


def heading(unit: str) -> None:
    """Head of a table."""
    print(f"\n{unit:<52}{'n':>9}{'median':>12}{'p99':>12}   target")


def show(what: str, values: list[float], *, target: str = "") -> None:
    """One line of a table."""
    p99 = quantiles(values, n=100)[98] if len(values) > 1 else values[0]
    print(f"{what:<52}{len(values):>9,}{median(values):>12.2f}{p99:>12.2f}   {target}")


def timed(call: Callable[[], object], n: int, *, scale: float) -> list[float]:
    """`n` durations of `call`; `scale` 1e3 gives microseconds, 1e6 milliseconds."""
    return [value * 1e6 / scale for value in timed_each([""] * n, lambda _: call())]


def timed_each(names: list[str], call: Callable[[str], object]) -> list[float]:
    """Milliseconds of `call` for each of `names`."""
    values = []
    for name in names:
        started = perf_counter_ns()
        call(name)
        values.append((perf_counter_ns() - started) / 1e6)
    return values


if __name__ == "__main__":
    main()
