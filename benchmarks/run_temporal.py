"""Temporal next to the local executor: the same results, what a workflow costs, and what is left after kills. Prints n, median and 99th percentile.

    python benchmarks/run_temporal.py [WORKFLOWS]

Needs a server (``python -m compiled_ai.durable`` gets one) and starts its own. Artifacts are made here, without a model. Everything runs on
this machine: the server, one to three workers and the submitter share its cores.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from compiled_ai.artifact import PlannedStep, Store, Workflow, load_artifact
from compiled_ai.artifact.dsl import dump_workflow
from compiled_ai.artifact.flow import Do, ForEach, Parallel, Sequence, Switch
from compiled_ai.artifact.manifest import seal
from compiled_ai.durable.client import Starter, connect, wait_for_result
from compiled_ai.durable.payloads import ArtifactRef
from compiled_ai.durable.server import DevServer, find_program
from compiled_ai.durable.submit import submit_one, workflow_id
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.batch import run_row
from compiled_ai.execution.isolated import Isolation
from compiled_ai.execution.rows import read_jsonl
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object
from compiled_ai.subset.restricted import load_activities

CODE = '''from compiled_ai.modules import abstain


def band(data):
    """Sort a price into a band."""
    if data["price"] < 0:
        abstain("negative price")
    return {"band": "low" if data["price"] < 10 else "high"}


def total(data):
    return {"total": sum(data["prices"])}


def label(data):
    return {"label": data["customer"].upper()}


def double(data):
    return {"doubled": data["price"] * 2}


def text(data):
    return {"text": f"{data['label']} {data['band']}: {data['all_doubled']} of {data['total']}"}
'''
NEWLINE = b"\n"
BAND: JsonObject = {"band": ["low", "high"]}
ORDER_INPUT: JsonObject = {"customer": "string", "price": "number", "prices": "integer[]"}


def make_store(root: Path) -> Store:
    """A store with `price_band`, one activity, and `order`, six steps with every kind of block."""
    store = Store(root)
    band = _step("band", "price", BAND)
    _save(store, "price_band", {"price": "number"}, BAND, (band,), Sequence())
    steps = (
        _step("total", "prices", {"total": "integer"}),
        _step("label", "customer", {"label": "string"}),
        band,
        _step("double", "price", {"doubled": "integer"}),
        _step("text", "label band all_doubled total", {"text": "string"}),
    )
    flow = Sequence(
        (
            Parallel((Do("total"), Do("label"), Do("band"))),
            ForEach(
                id="each", over="prices", item="price", body=Do("double"), collect={"doubled": "all_doubled"}
            ),
            Switch(id="which", on="band", cases={"low": Do("text"), "high": Sequence()}),
        )
    )
    gives: JsonObject = {"total": "integer", "band": ["low", "high"], "text": "string?"}
    schema = expand_object(gives)
    schema["required"] = ["total", "band"]
    _save(store, "order", ORDER_INPUT, schema, steps, flow)
    return store


def _step(name: str, takes: str, gives: JsonObject) -> PlannedStep:
    return PlannedStep(id=name, kind="code", takes=tuple(takes.split()), output_schema=expand_object(gives))


def _save(
    store: Store,
    name: str,
    takes: JsonObject,
    gives: JsonObject,
    steps: tuple[PlannedStep, ...],
    flow: Sequence,
) -> None:
    output = expand_object(gives)
    names = output["properties"]
    assert isinstance(names, dict)
    workflow = Workflow(
        name=name,
        version="1.0.0",
        input_schema=expand_object(takes),
        output_schema=output,
        steps=steps,
        returns=tuple(names),
        flow=flow,
    )
    fields: JsonObject = {
        "name": name,
        "version": "1.0.0",
        "spec": "s1:0",
        "compliance": [],
        "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
        "instructions": "",
        "compilation": {},
        "evidence": {},
    }
    files = {
        "spec.yaml": "",
        "workflow.yaml": dump_workflow(workflow),
        "activities.py": CODE,
        "validation.json": "{}",
    }
    store.save(files, seal(fields, files), build="{}")


def make_rows(path: Path, count: int) -> Path:
    """Rows of `order`: most are answered, some abstain, some do not fit."""
    with path.open("w") as file:
        for number in range(count):
            price = -1 if number % 20 == 7 else "dear" if number % 50 == 9 else number % 17
            prices = list(range(number % 5))
            row = {"customer": f"customer {number}", "price": price, "prices": prices}
            file.write(json.dumps(row) + "\n")
    return path


@dataclass(kw_only=True)
class Site:
    """A server, a store, and the workers on them."""

    server: DevServer
    store: Store
    folder: Path
    workers: list[subprocess.Popen[bytes]]
    started: int = 0

    def add_worker(self) -> None:
        """One more worker, ready to work."""
        log = self.folder / f"worker-{self.started}.log"
        self.started += 1
        with log.open("wb") as file:
            worker = subprocess.Popen(self.command("worker"), stdout=file, stderr=file)
        self.workers.append(worker)
        while b"serving" not in log.read_bytes():
            assert worker.poll() is None, log.read_text()
            time.sleep(0.05)

    def command(self, *arguments: str) -> list[str]:
        """The command line of ours with `arguments`, on this server and store."""
        return [
            sys.executable, "-m", "compiled_ai", *arguments, "--store", str(self.store.root), "--address", self.server.address,
        ]  # fmt: skip

    def kill_worker(self) -> None:
        """End the first worker in the middle of whatever it does."""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def stop_workers(self) -> None:
        """End all workers as an operator would."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait()
        self.workers.clear()


def local_lines(store: Store, name: str, source: Path) -> bytes:
    """What a batch writes."""
    with LoadedWorkflow(load_artifact(store.find(name))) as workflow, source.open("rb") as file:
        return b"".join(run_row(workflow, row)[1] for row in read_jsonl(file))


async def count(site: Site, status: str) -> int:
    """Workflows of that status."""
    client = await connect(os.environ, address=site.server.address)
    return (await client.count_workflows(f'ExecutionStatus="{status}"' if status else "")).count


def measure_latency(site: Site, name: str, data: JsonObject, runs: int) -> None:
    """One workflow after the other, each next to the other ways to run the same artifact on the same input."""
    artifact = load_artifact(site.store.find(name))
    reference = ArtifactRef(name=name, digest=artifact.manifest.artifact)
    times: dict[str, list[float]] = {}

    def take(way: str, began: float) -> None:
        times.setdefault(way, []).append(time.perf_counter() - began)

    async def run() -> None:
        client = await connect(os.environ, address=site.server.address)
        starter = Starter(client=client, artifact=reference)
        for number in range(runs):
            for way, call in ways.items():
                began = time.perf_counter()
                call(data)
                take(way, began)
            identity = workflow_id(reference, data, number, prefix=f"latency-{name}-{time.time_ns()}")
            began = time.perf_counter()
            await wait_for_result(await submit_one(starter, data, workflow_id=identity))
            take("Temporal", began)

    with (
        LoadedWorkflow(artifact) as plain,
        LoadedWorkflow(artifact, isolation=Isolation()) as walled,
    ):
        ways: dict[str, Callable[[JsonObject], object]] = {
            "local executor": plain.run,
            "isolated worker": walled.run,
        }
        if len(artifact.workflow.steps) == 1:
            step = artifact.workflow.steps[0].id
            ways = {
                "bare function": load_activities(artifact.source, "activities.py", [step])[step],
                **ways,
            }
        for call in ways.values():
            call(data)
        asyncio.run(run())
    for way, taken in times.items():
        p99 = quantiles(taken, n=100)[98]
        print(f"  {name}, {way}: n {runs}, p50 {median(taken) * 1e3:,.3f} ms, p99 {p99 * 1e3:,.3f} ms")


def measure_throughput(site: Site, name: str, rows: int, workers: int) -> None:
    """A file of rows on a number of workers."""
    source = site.folder / f"{name}-{workers}.jsonl"
    if name == "order":
        make_rows(source, rows)
    else:
        source.write_text(
            "".join(json.dumps({"price": workers * 10_000 + number}) + "\n" for number in range(rows))
        )
    target = source.with_suffix(".out.jsonl")
    while len(site.workers) < workers:
        site.add_worker()
    # Ids of their own: the same rows in an earlier measurement have their results on the server already.
    command = site.command("submit", name, str(source), "--out", str(target), "--json", "--id", source.stem)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = json.loads(done.stdout)["seconds"]
    same = target.read_bytes() == local_lines(site.store, name, source)
    print(
        f"  {name}, {rows} rows, {workers} worker{'s' if workers > 1 else ''}: {seconds:.1f} s, {rows / seconds:.0f} workflows/s, equal to local: {same}"
    )


def measure_kills(site: Site, rows: int) -> bool:
    """A file of rows while the worker is killed three times and the server once; whether all is there, once, and as locally."""
    source = make_rows(site.folder / "chaos.jsonl", rows)
    target = source.with_suffix(".out.jsonl")
    site.stop_workers()
    site.add_worker()
    before = {status: asyncio.run(count(site, status)) for status in ("", "Completed")}
    began = time.perf_counter()
    submitting = subprocess.Popen(
        site.command("submit", "order", str(source), "--out", str(target), "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for number, (share, victim) in enumerate(
        ((0.15, "worker"), (0.35, "worker"), (0.5, "server"), (0.7, "worker")), start=1
    ):
        while (done := asyncio.run(count(site, "Completed")) - before["Completed"]) < share * rows:
            assert submitting.poll() is None, submitting.communicate()
            time.sleep(0.2)
        if victim == "worker":
            site.kill_worker()
            site.add_worker()
        else:
            site.server.kill()
            site.server.start()
        print(f"  kill {number}: the {victim}, after {done} workflows, {time.perf_counter() - began:.1f} s")
    out, error = submitting.communicate()
    seconds = time.perf_counter() - began
    assert submitting.returncode in {0, 4}, error.decode()
    lines = target.read_bytes()
    same = lines == local_lines(site.store, "order", source)
    workflows = asyncio.run(count(site, "")) - before[""]
    print(f"  {seconds:.1f} s; {json.loads(out)}")
    print(
        f"  result lines {lines.count(NEWLINE)} of {rows}, workflows on the server {workflows}, equal to local: {same}"
    )
    return same and lines.count(NEWLINE) == rows and workflows == rows


def main() -> int:
    """Exit code: 0 when nothing was lost, doubled or changed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"load before {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with DevServer(find_program(), folder / "server") as server:
            site = Site(server=server, store=make_store(folder / "workflows"), folder=folder, workers=[])
            try:
                site.add_worker()
                if "--kills" in sys.argv:
                    return 0 if measure_kills(site, rows) else 1
                print("latency, one worker")
                measure_latency(site, "price_band", {"price": 5}, 200)
                measure_latency(site, "order", {"customer": "a", "price": 3, "prices": [1, 2, 3]}, 50)
                print("throughput")
                for workers in (1, 3):
                    measure_throughput(site, "price_band", rows, workers)
                    measure_throughput(site, "order", rows // 5, workers)
                print("kills")
                whole = measure_kills(site, rows)
            finally:
                site.stop_workers()
    print("nothing lost, nothing twice, all as locally" if whole else "FAILED")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
