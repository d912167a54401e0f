"""Compiling BFCL's functions one by one, and scoring what came out with the official checker."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

from compiled_ai.artifact import Store
from compiled_ai.bench.bfcl.answer import shown_answer
from compiled_ai.bench.bfcl.official import Judgement, judge
from compiled_ai.bench.bfcl.outcome import Outcome, compile_or_explain, timed_run
from compiled_ai.bench.bfcl.source import BfclCase, BfclFunction
from compiled_ai.bench.bfcl.spec import function_spec
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.factory import CompilationResult, CompileOptions, Effort
from compiled_ai.llm import LlmClient
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import JsonObject, JsonValue

Protocol = Literal["schema", "example"]
"""``schema``: no request of BFCL is shown, its own counts as unseen. ``example``: its own request and answer are the one visible example."""
WordingOutcome = Outcome | Literal["right_to_decline"]
"""Of a wording that may have to be declined. Without an artifact due declines count as ``not_compiled`` too."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A request for a function, with what may be answered."""

    request: str
    accepted: JsonObject | None
    """Acceptable values by parameter, in BFCL's form. None: it must be declined."""
    source: str
    """``own``, or the name of the set that it is of."""


@dataclass(frozen=True, kw_only=True)
class ScoredWording:
    """One request and how it went."""

    wording: Wording
    outcome: WordingOutcome
    output: JsonObject | None = None
    reason: str = ""
    """Why it was declined, or what the checker says of a wrong answer."""
    seconds: float = 0.0
    """Of the run."""


@dataclass(frozen=True, kw_only=True)
class FunctionRun:
    """One function: its compilation and its scores."""

    case_id: str
    rung: str
    """Which rung of the ladder solved it; empty when none did."""
    attempts: int
    coder_attempts: int
    tokens: int
    seconds: float
    """Of the compilation."""
    problem: str
    """Why there is no artifact; empty when there is one."""
    scored: tuple[ScoredWording, ...]

    def to_json(self) -> JsonObject:
        """As a row of results."""
        rows: list[JsonValue] = [
            {
                "source": item.wording.source,
                "request": item.wording.request,
                "outcome": item.outcome,
                "output": item.output,
                "reason": item.reason,
                "microseconds": round(item.seconds * 1e6, 1),
            }
            for item in self.scored
        ]
        return {
            "id": self.case_id,
            "rung": self.rung,
            "attempts": self.attempts,
            "coder_attempts": self.coder_attempts,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 3),
            "problem": self.problem,
            "scored": rows,
        }


@dataclass(frozen=True, kw_only=True)
class BfclOptions:
    """How functions are compiled."""

    protocol: Protocol
    effort: Effort
    folder: Path
    """Where artifacts go."""
    sandbox: Sandbox | None = None
    synthesis: bool = True
    limits: JsonObject = field(default_factory=dict)


def run_function(
    case: BfclCase, wordings: Sequence[Wording], client: LlmClient, options: BfclOptions
) -> FunctionRun:
    """The function of `case` compiled once, and run on its own request and on `wordings`."""
    (function,) = case.functions
    (accepted,) = (value for value in case.answer.values() if isinstance(value, dict))
    own = Wording(request=case.request, accepted=accepted, source="own")
    started = time.perf_counter()
    result, problem = _compile(case, accepted, client, options)
    seconds = time.perf_counter() - started
    return FunctionRun(
        case_id=case.case_id,
        rung=result.rung if result else "",
        attempts=len(result.attempts) if result else 0,
        coder_attempts=sum(attempt.by == "coder" for attempt in result.attempts) if result else 0,
        tokens=result.ledger.totals().tokens if result else 0,
        seconds=seconds,
        problem=problem,
        scored=_scored(function, (own, *wordings), result),
    )


def _compile(
    case: BfclCase, accepted: JsonObject, client: LlmClient, options: BfclOptions
) -> tuple[CompilationResult | None, str]:
    (function,) = case.functions
    examples: list[tuple[str, JsonObject | None]] = [("", None)]
    if options.protocol == "example":
        examples.insert(0, (case.request, shown_answer(function, accepted, case.request)))
    spec = function_spec(function, examples=examples, limits=options.limits)
    compile_options = CompileOptions(
        store=Store(options.folder / case.case_id),
        force=True,
        effort=options.effort,
        synthesis=options.synthesis,
        sandbox=options.sandbox,
    )
    return compile_or_explain(spec, client, compile_options)


def _scored(
    function: BfclFunction, wordings: Sequence[Wording], result: CompilationResult | None
) -> tuple[ScoredWording, ...]:
    if result is None:
        return tuple(ScoredWording(wording=wording, outcome="not_compiled") for wording in wordings)
    workflow = LoadedWorkflow(result.artifact)
    runs = [(wording, *timed_run(workflow, wording.request)) for wording in wordings]
    answered = [
        (wording, run.output)
        for wording, run, _ in runs
        if wording.accepted is not None and run is not None and run.output is not None
    ]
    verdicts = iter(
        judge(
            [
                Judgement(
                    functions=(function,),
                    name=function.name,
                    arguments=output,
                    accepted={function.name: wording.accepted},
                )
                for wording, output in answered
            ]
        )
        if answered
        else ()
    )
    scored = []
    for wording, run, seconds in runs:
        outcome, reason = _outcome(wording, run)
        if outcome == "right":
            verdict = next(verdicts)
            outcome, reason = ("right", "") if verdict.right else ("wrong", verdict.reason)
        scored.append(
            ScoredWording(
                wording=wording,
                outcome=outcome,
                output=run.output if run is not None else None,
                reason=reason,
                seconds=seconds,
            )
        )
    return tuple(scored)


def _outcome(wording: Wording, run: Result | None) -> tuple[WordingOutcome, str]:
    """The outcome as far as it shows without the checker; an answer that was due is ``right`` until the checker says otherwise."""
    if run is None:
        return "crashed", "the run ended in an error"
    if run.output is None:
        return ("declined" if wording.accepted is not None else "right_to_decline"), run.reason or ""
    return ("right", "") if wording.accepted is not None else ("wrong", "it had to be declined")


def summarize(runs: Sequence[FunctionRun]) -> list[str]:
    """Lines for a person: compilations, and per source of wordings how many were right, declined and silently wrong."""
    tokens = sorted(run.tokens for run in runs if run.rung)
    rungs = {rung: sum(run.rung == rung for run in runs) for rung in dict.fromkeys(run.rung for run in runs)}
    lines = [
        f"functions {len(runs)}: "
        + ", ".join(f"{rung or 'not compiled'} {count}" for rung, count in rungs.items()),
    ]
    if tokens:
        lines.append(
            f"tokens per compilation: median {median(tokens):,.0f}, p90 {tokens[int(0.9 * (len(tokens) - 1))]:,}; "
            f"compiled in one attempt of the coder: {sum(run.coder_attempts == 1 for run in runs)} of {sum(run.coder_attempts > 0 for run in runs)}"
        )
    scored = [item for run in runs for item in run.scored]
    for source in dict.fromkeys(item.wording.source for item in scored):
        lines += _source_lines(source, [item for item in scored if item.wording.source == source])
    return lines


def _source_lines(source: str, scored: Sequence[ScoredWording]) -> list[str]:
    lines = []
    for label, group in (
        ("to be answered", [item for item in scored if item.wording.accepted is not None]),
        ("to be declined", [item for item in scored if item.wording.accepted is None]),
    ):
        if group:
            counts = {name: sum(item.outcome == name for item in group) for name in _OUTCOMES}
            parts = [
                f"{name.replace('_', ' ')} {count} ({100 * count / len(group):.1f} %)"
                for name, count in counts.items()
                if count
            ]
            lines.append(f"{source}, {label} (n={len(group)}): {', '.join(parts)}")
    times = sorted(item.seconds for item in scored if item.outcome != "not_compiled")
    if times:
        lines.append(
            f"{source}: a run takes {1e6 * median(times):,.0f} us (median), {1e6 * times[int(0.99 * (len(times) - 1))]:,.0f} us (p99)"
        )
    return lines


_OUTCOMES: tuple[WordingOutcome, ...] = (
    "right",
    "right_to_decline",
    "wrong",
    "declined",
    "crashed",
    "not_compiled",
)
