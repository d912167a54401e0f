"""Running generated code in WebAssembly: CPython inside wasmtime, on any system, with nothing of the host in reach.

What is locked away is not refused but absent: the component imports nothing, so there is no file, socket, clock, environment or random number that code
inside could ask for. It is another interpreter than the one that runs artifacts later (CPython 3.14, 32 bit, another libm): see docs/validation.md.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiled_ai.artifact.workflow import workflow_data
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_locks import IN_FORCE
from compiled_ai.sandbox.model import (
    NOT_RUN,
    CaseRow,
    CoverageFacts,
    SandboxCase,
    SandboxJob,
    SandboxName,
    SandboxOutcome,
)
from compiled_ai.sandbox.rows import failed_row
from compiled_ai.sandbox.wasm_build import MEND
from compiled_ai.sandbox.wasm_cache import VARIANTS, default_cache, is_built
from compiled_ai.sandbox.wasm_coverage import coverage_facts
from compiled_ai.sandbox.wasm_replies import FORGERY, parse_import, parse_reply, parse_row
from compiled_ai.sandbox.wasm_runtime import (
    Ended,
    WasmInstance,
    WasmRuntime,
    on_deep_stack,
    probe_layers,
)
from compiled_ai.subset.imports import allowed_imports
from compiled_ai.subset.tables import ALLOWED_BUILTINS

_SLACK = 16_384
"""Characters of a reply besides the output."""
_END_SECONDS = 30.0
_HIGHEST_SEED = 2**32 - 1
_LOADING = threading.Lock()
"""So that two threads do not load the same interpreter; what is loaded is remembered while this process lives."""


@dataclass(kw_only=True)
class _Leg:
    """One instance's share of a job."""

    rows: list[CaseRow] = field(default_factory=list)
    coverage: CoverageFacts | None = None


class WasmSandbox:
    """The WebAssembly sandbox. The first job of each variant in a process loads the interpreter, or builds it.

    Of `Surroundings` the hash seed alone makes a difference inside: it picks one of two builds, by `variant_of`. Time zone and locale do not
    exist there: the zone is UTC and the locale C, whatever is asked for.
    """

    def __init__(self, *, cache: Path | None = None) -> None:
        """Nothing is loaded yet. `cache` holds the built interpreter; None is the user's cache folder."""
        self._cache = cache or default_cache()

    @property
    def name(self) -> SandboxName:
        """Which sandbox it is."""
        return "wasm"

    @staticmethod
    def obstacle() -> str | None:
        """Why this sandbox cannot be used here and how to mend that, or None. Does not build anything."""
        missing = [
            package
            for module, package in (("wasmtime", "wasmtime"), ("componentize_py", "componentize-py"))
            if importlib.util.find_spec(module) is None
        ]
        if missing:
            return f"{' and '.join(missing)} not installed: {MEND}"
        try:
            import wasmtime  # noqa: F401 - its library is loaded here, and not there for every machine
        except (ImportError, OSError, RuntimeError) as error:
            return f"wasmtime does not load on this machine: {error}"
        return None

    def is_built(self) -> bool:
        """Whether the interpreter is in the cache, so that the first job need not wait for it."""
        return is_built(self._cache)

    def status(self) -> dict[str, str]:
        """By layer ``in force`` or why it is not, found by trying what must not work.

        Raises:
            SandboxError: the sandbox can be neither loaded nor built.
        """
        return dict(_layers(self._cache))

    def run(self, job: SandboxJob) -> SandboxOutcome:
        """The outcome of running every case of `job`. Whatever the code does becomes rows. May be called from several threads.

        Raises:
            SandboxError: the sandbox could not be loaded, built or started, or does not hold.
        """
        started = time.perf_counter()
        layers = self.status()
        broken = [f"{layer}: {state}" for layer, state in layers.items() if state != IN_FORCE]
        if broken:
            raise SandboxError(
                f"the WebAssembly sandbox does not hold ({'; '.join(broken)}); use another. {MEND}"
            )
        work = _Work(job, _runtime(self._cache, variant_of(job.surroundings.hash_seed)))
        try:
            on_deep_stack(work.run)
        except BaseException:
            work.stop()
            raise
        return SandboxOutcome(
            rows=tuple(work.rows()),
            coverage=work.coverage,
            isolation=tuple(layers),
            seconds=time.perf_counter() - started,
        )


def _runtime(cache: Path, variant: int) -> WasmRuntime:
    with _LOADING:
        return _load_runtime(cache, variant)


@functools.cache
def _load_runtime(cache: Path, variant: int) -> WasmRuntime:
    return WasmRuntime(cache, variant)


@functools.cache
def _layers(cache: Path) -> dict[str, str]:
    return probe_layers(_runtime(cache, VARIANTS[0]))


def variant_of(hash_seed: int) -> int:
    """Which build stands for `hash_seed`: the parity of its binary digits.

    Raises:
        SandboxError: PYTHONHASHSEED could not take that value.
    """
    if not 0 <= hash_seed <= _HIGHEST_SEED:
        raise SandboxError(f"hash seed {hash_seed} is not what PYTHONHASHSEED takes: 0 to {_HIGHEST_SEED}")
    return hash_seed.bit_count() % 2


class _Work:
    """One job, done on a thread of its own."""

    def __init__(self, job: SandboxJob, runtime: WasmRuntime) -> None:
        self._job = job
        self._runtime = runtime
        self._rows: list[CaseRow] = []
        self._error: BaseException | None = None
        self._stopped = False
        self.coverage: CoverageFacts | None = None

    def run(self) -> None:
        """All legs. What is raised waits for `rows`."""
        try:
            self._run()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
            self._error = error

    def stop(self) -> None:
        """Begin no further case; the one that runs ends within its time."""
        self._stopped = True

    def rows(self) -> list[CaseRow]:
        """One per case."""
        if self._error:
            raise self._error
        spent = Ended(status="timed_out", detail=NOT_RUN)
        return self._rows + [failed_row(case, spent) for case in self._job.cases[len(self._rows) :]]

    def _run(self) -> None:
        for _ in range(1 + self._job.limits.restarts):
            leg = self._run_instance(self._job.cases[len(self._rows) :])
            self._rows += leg.rows
            self.coverage = leg.coverage
            if self._stopped or len(self._rows) == len(self._job.cases):
                break

    def _run_instance(self, cases: Sequence[SandboxCase]) -> _Leg:
        """Run `cases` in one instance, up to and including the first that it does not survive."""
        limits, leg = self._job.limits, _Leg()
        with self._runtime.start(memory_mb=limits.memory_mb) as instance:
            reply = instance.call("load", self._payload(), seconds=limits.case_seconds)
            failure = parse_import(parse_reply(reply, longest=_SLACK))
            if failure:
                leg.rows = [failed_row(case, failure) for case in cases]
                return leg
            for case in cases:
                if self._stopped:
                    break
                started = time.perf_counter()
                row = self._run_case(instance, case)
                if isinstance(row, Ended):
                    seconds = time.perf_counter() - started
                    leg.rows.append(failed_row(case, row, seconds=seconds))
                    if row == FORGERY:  # nothing that this code says can be believed
                        leg.rows += [failed_row(lost, row) for lost in cases[len(leg.rows) :]]
                    return leg
                leg.rows.append(row)
            if self._job.coverage:
                leg.coverage = self._reached(instance)
        return leg

    def _run_case(self, instance: WasmInstance, case: SandboxCase) -> CaseRow | Ended:
        limits = self._job.limits
        try:
            request = json.dumps({"input": json.dumps(case.input), "given": case.given})
        except (TypeError, ValueError, RecursionError) as error:
            raise SandboxError(
                f"the input of case '{case.case_id}' cannot be written as JSON ({error}); give JSON data"
            ) from error
        first: CaseRow | None = None
        for _ in range(self._job.calls):
            started = time.perf_counter()
            reply = instance.call("run-case", request, seconds=limits.case_seconds)
            message = parse_reply(reply, longest=limits.output_bytes + _SLACK)
            row = parse_row(case, message, seconds=time.perf_counter() - started)
            if isinstance(row, Ended):
                return row
            first = row if first is None else _joined(first, row)
        assert first is not None
        return first

    def _reached(self, instance: WasmInstance) -> CoverageFacts | None:
        longest = _SLACK + 32 * len(self._job.source)
        message = parse_reply(instance.call("reached", seconds=_END_SECONDS), longest=longest)
        if isinstance(message, Ended):
            return None
        return coverage_facts(self._job.source, message.get("reached"))

    def _payload(self) -> str:
        job = self._job
        return json.dumps(
            {
                "source": job.source,
                "imports": [*sorted(allowed_imports())],
                "builtins": [*sorted(ALLOWED_BUILTINS)],
                "workflow": workflow_data(job.workflow),
                "coverage": job.coverage,
                "hash_seed": job.surroundings.hash_seed,
                "output_bytes": job.limits.output_bytes,
            }
        )


def _joined(first: CaseRow, again: CaseRow) -> CaseRow:
    """`first`, knowing how a further call ended."""
    alike = (first.status, first.detail, json.dumps(first.output)) == (
        again.status,
        again.detail,
        json.dumps(again.output),
    )
    return replace(
        first, steady=first.steady and alike, mutated_input=first.mutated_input or again.mutated_input
    )
