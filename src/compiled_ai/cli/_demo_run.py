"""The demo's work: compile one task, score it on held-out cases, time it, and compare it with direct calls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import quantiles
from time import perf_counter_ns

from compiled_ai.artifact import Store
from compiled_ai.cli._demo_tasks import PRICE_AS, DemoTask
from compiled_ai.errors import ModelError
from compiled_ai.execution.direct import ask_direct
from compiled_ai.execution.evaluate import evaluate
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.factory.events import Listener
from compiled_ai.llm import LlmClient, Totals
from compiled_ai.scoring.scores import GroupScore, ScoredCase, judge, summarize
from compiled_ai.spec import Case, Spec, load_spec
from compiled_ai.spec.load import load_cases
from compiled_ai.spec.model import BoundedStep

DIRECT_CASES = 5
"""Held-out cases per task that are also put to the model directly."""
TIMED_RUNS = 1_000


@dataclass(frozen=True, kw_only=True)
class DirectScore:
    """What direct calls did on a few of the held-out cases."""

    score: GroupScore
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class TaskOutcome:
    """Everything that the table says of one task."""

    spec: Spec
    result: CompilationResult
    held_out: GroupScore
    p50_us: float
    p99_us: float
    direct: DirectScore | None
    """None for a task with bounded steps, which asks a model on every run."""

    @property
    def break_even_runs(self) -> int | None:
        """Runs after which the compilation has used fewer tokens than direct calls would; None when direct calls were not measured."""
        if self.direct is None or not self.direct.totals.calls:
            return None
        per_call = self.direct.totals.tokens / self.direct.totals.calls
        return math.ceil(self.result.ledger.totals().tokens / per_call)

    @property
    def direct_cost(self) -> Decimal | None:
        """Cost of one direct call in USD, or None when unknown."""
        if self.direct is None or self.direct.totals.cost_usd is None or not self.direct.totals.calls:
            return None
        return self.direct.totals.cost_usd / self.direct.totals.calls


def replaying(folder: Path) -> LlmClient:
    """A client that answers from the recordings in `folder`."""
    from datetime import date

    from compiled_ai.llm import LlmSettings, make_client

    return make_client(LlmSettings(replay_dir=folder, price_as=PRICE_AS), today=date.today)


def run_task(task: DemoTask, root: Path, store: Store, client: LlmClient, listener: Listener) -> TaskOutcome:
    """Compile `task` with `client` and measure the artifact."""
    spec = load_spec(root / task.spec)
    result = compile_spec(spec, client, CompileOptions(store=store, force=True, listener=listener))
    workflow = LoadedWorkflow(result.artifact)
    cases = load_cases(root / task.data / "heldout.jsonl", spec)
    held_out, _ = evaluate(workflow, cases, spec.accuracy)
    p50, p99 = time_runs(workflow, cases)
    bounded = any(isinstance(step, BoundedStep) for step in spec.steps)
    direct = None if bounded else ask_directly(result, spec, cases[:DIRECT_CASES], client.session())
    return TaskOutcome(spec=spec, result=result, held_out=held_out, p50_us=p50, p99_us=p99, direct=direct)


def time_runs(workflow: LoadedWorkflow, cases: Sequence[Case]) -> tuple[float, float]:
    """Median and 99th percentile of `TIMED_RUNS` runs over `cases`, in microseconds, schema checks included."""
    micros = []
    for index in range(TIMED_RUNS):
        case = cases[index % len(cases)]
        started = perf_counter_ns()
        workflow.run(case.input, given=case.given)
        micros.append((perf_counter_ns() - started) / 1_000)
    cuts = quantiles(micros, n=100)
    return cuts[49], cuts[98]


def ask_directly(
    result: CompilationResult, spec: Spec, cases: Sequence[Case], client: LlmClient
) -> DirectScore:
    """The same cases put to the model one by one, scored alike. A call that fails counts as wrong."""
    instructions = result.artifact.manifest.instructions

    def ask(case: Case) -> ScoredCase:
        try:
            output, _ = ask_direct(client, instructions, case.input, spec.output_schema, role="direct")
        except ModelError:
            return judge(case, output=None, abstained=False, accuracy=spec.accuracy)
        return judge(case, output=output, abstained=output is None, accuracy=spec.accuracy)

    with ThreadPoolExecutor(max_workers=len(cases)) as pool:
        scored = tuple(pool.map(ask, cases))
    return DirectScore(score=summarize(scored), totals=client.ledger.totals())
