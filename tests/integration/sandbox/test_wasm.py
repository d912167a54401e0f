"""What is particular to the WebAssembly sandbox: what of the surroundings it honours, obstacles, threads, limits."""

from __future__ import annotations

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from textwrap import dedent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox import wasm
from compiled_ai.sandbox.model import NOT_RUN, Sandbox, SandboxCase, SandboxJob, SandboxLimits, Surroundings
from compiled_ai.sandbox.wasm import WasmSandbox, variant_of
from compiled_ai.sandbox.wasm_cache import default_cache
from compiled_ai.sandbox.wasm_runtime import WasmRuntime, on_deep_stack

WORKFLOW = Workflow(
    name="probe",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema={}),),
    returns=("n",),
)
ECHO = "def run(data):\n    return {'n': data['n']}"
ORDER = "def run(data):\n    return {'n': ''.join({c for c in 'abcdefghij'})}"
CLOCK = """
from datetime import datetime
def run(data):
    return {'n': datetime(2024, 2, 29, 12).astimezone().isoformat()}
"""


def job(source: str, *numbers: int, **changes: object) -> SandboxJob:
    cases = tuple(SandboxCase(case_id=str(n), input={"n": n}, given={}) for n in numbers)
    plain = SandboxJob(source=dedent(source), workflow=WORKFLOW, cases=cases)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields of a job


def test_it_is_a_sandbox_of_that_name() -> None:
    sandbox: Sandbox = WasmSandbox()
    assert sandbox.name == "wasm"


def test_hash_seed_decides_the_order_of_sets() -> None:
    sandbox = WasmSandbox()
    first, again, other = (
        sandbox.run(job(ORDER, 1, surroundings=Surroundings(hash_seed=seed))).rows[0].output
        for seed in (1, 1, 4_027)
    )
    assert first == again != other


@pytest.mark.parametrize(
    "there",
    [Surroundings(timezone="XST-13:45"), Surroundings(locale="de_DE.UTF-8")],
    ids=["timezone", "locale"],
)
def test_what_is_not_honoured_makes_no_difference(there: Surroundings) -> None:
    sandbox = WasmSandbox()
    here = sandbox.run(job(CLOCK, 1)).rows[0].output
    assert (
        sandbox.run(job(CLOCK, 1, surroundings=there)).rows[0].output
        == here
        == {"n": "2024-02-29T12:00:00+00:00"}
    )


@pytest.mark.parametrize(("seed", "variant"), [(0, 0), (1, 1), (4_027, 0), (77, 0), (2**32 - 1, 0)])
def test_variant_is_the_parity_of_the_seed(seed: int, variant: int) -> None:
    assert variant_of(seed) == variant


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seed_that_python_does_not_take_is_refused(seed: int) -> None:
    with pytest.raises(SandboxError, match="PYTHONHASHSEED takes: 0 to 4294967295"):
        WasmSandbox().run(job(ECHO, 1, surroundings=Surroundings(hash_seed=seed)))


def test_there_is_no_obstacle_here() -> None:
    assert WasmSandbox.obstacle() is None


@pytest.mark.parametrize(
    ("module", "package"), [("wasmtime", "wasmtime"), ("componentize_py", "componentize-py")]
)
def test_missing_package_is_an_obstacle_that_says_how_to_mend_it(
    module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert WasmSandbox.obstacle() == f"{package} not installed: pip install 'compiled-ai[wasm]'"


def test_memory_that_does_not_hold_the_interpreter_is_the_operators_problem() -> None:
    with pytest.raises(SandboxError, match="is the limit of 4 MB of memory high enough"):
        WasmSandbox().run(job(ECHO, 1, limits=SandboxLimits(memory_mb=4)))


def test_input_that_is_not_json_is_the_callers_problem() -> None:
    cases = (SandboxCase(case_id="a", input={"n": {1, 2}}, given={}),)  # type: ignore[dict-item]  # on purpose
    with pytest.raises(SandboxError, match="input of case 'a' cannot be written as JSON"):
        WasmSandbox().run(job(ECHO, cases=cases))


def test_job_without_cases_has_no_rows() -> None:
    assert WasmSandbox().run(job(ECHO)).rows == ()


def test_jobs_run_side_by_side() -> None:
    sandbox = WasmSandbox()

    def answer(seed: int) -> list[object]:
        outcome = sandbox.run(job(ECHO, *range(20), surroundings=Surroundings(hash_seed=seed)))
        return [row.output for row in outcome.rows]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answer, range(12))) == [[{"n": n} for n in range(20)]] * 12


def test_a_job_that_hangs_does_not_hold_others_up() -> None:
    sandbox, hang = WasmSandbox(), "def run(data):\n    while True:\n        pass"
    limits = SandboxLimits(case_seconds=1.5, restarts=0)
    with ThreadPoolExecutor(2) as pool:
        hanging = pool.submit(sandbox.run, job(hang, 1, limits=limits))
        quick = [sandbox.run(job(ECHO, 1)).rows[0].status for _ in range(5)]
        assert not hanging.done()
        assert hanging.result().rows[0].status == "timed_out"
    assert quick == ["answered"] * 5


def test_a_job_that_is_broken_off_begins_no_further_case() -> None:
    runtime = WasmRuntime(default_cache(), 0)
    work = wasm._Work(job(ECHO, 1, 2), runtime)
    work.stop()
    on_deep_stack(work.run)
    assert [row.detail for row in work.rows()] == [NOT_RUN] * 2


def test_the_guest_may_be_imported_here_without_harm() -> None:
    path, output, finders = list(sys.path), sys.stdout, list(sys.meta_path)
    importlib.import_module("compiled_ai.sandbox.wasm_guest")
    assert (sys.path, sys.stdout, sys.meta_path) == (path, output, finders)


def test_seconds_are_measured_outside() -> None:
    row = (
        WasmSandbox()
        .run(job("def run(data):\n    for _ in range(300_000):\n        pass\n    return {}", 1))
        .rows[0]
    )
    assert 0.001 < row.seconds < 5


def test_everything_the_subset_may_import_works() -> None:
    from compiled_ai.subset.imports import allowed_imports

    lines = [
        f"from {module} import {', '.join(names)}"
        for module, names in allowed_imports().items()
        if module != "__future__"
    ]
    source = "\n".join([*lines, "def run(data):", "    return {'n': Decimal(1).__class__.__name__}"])
    row = WasmSandbox().run(job(source, 1)).rows[0]
    assert (row.output, row.detail) == ({"n": "Decimal"}, "")
