"""BFCL's live categories: requests that share a set of functions, compiled from a few of them and scored on the others."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.artifact import Store
from compiled_ai.bench.bfcl.official import Judgement, judge
from compiled_ai.bench.bfcl.outcome import Outcome, compile_or_explain, timed_run
from compiled_ai.bench.bfcl.source import BfclCase, BfclFunction
from compiled_ai.bench.bfcl.spec import first_answer, json_schema_of, spec_name, yaml_text
from compiled_ai.errors import SpecError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, Effort
from compiled_ai.llm import LlmClient
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.load import parse_spec
from compiled_ai.spec.model import Spec

SHOWN = 3
"""Requests of a set that the compilation sees."""
LEAST_CASES = 5
"""Requests that a set must have to be of use: those that are shown, and some to score."""
THRESHOLD = 0.3
"""Least share of the visible cases that must be right; none may be wrong. What is declined can be left to a model."""
Half = Literal["development", "held_out"]
"""Developers read requests and answers of one half of the sets, and totals alone of the other."""


@dataclass(frozen=True, kw_only=True)
class FunctionSet:
    """All requests that offer the same functions."""

    set_id: str
    """The id of its first request."""
    functions: tuple[BfclFunction, ...]
    cases: tuple[BfclCase, ...]
    """Different requests, in BFCL's order."""

    def function(self, name: str) -> BfclFunction | None:
        """The function called `name`."""
        return next((item for item in self.functions if item.name == name), None)


@dataclass(frozen=True, kw_only=True)
class DividedSet:
    """A set with the requests that the compilation sees apart from those that it is scored on."""

    functions: FunctionSet
    shown: tuple[BfclCase, ...]
    scored: tuple[BfclCase, ...]


@dataclass(frozen=True, kw_only=True)
class LiveScore:
    """One held-out request and how it went."""

    case_id: str
    outcome: Outcome
    output: JsonObject | None = None
    reason: str = ""
    """Why it was declined, or what the checker says of a wrong answer."""
    is_other_function: bool = False
    """Whether the answer calls another function than the right one."""
    seconds: float = 0.0
    """Of the run."""


@dataclass(frozen=True, kw_only=True)
class SetRun:
    """One set: its compilation and its scores."""

    set_id: str
    functions: int
    """How many functions it chooses from."""
    shown: int
    """How many requests the compilation saw."""
    rung: str
    """Which rung of the ladder solved it; empty when none did."""
    tokens: int
    seconds: float
    """Of the compilation."""
    problem: str
    """Why there is no artifact; empty when there is one."""
    scored: tuple[LiveScore, ...]

    def to_json(self) -> JsonObject:
        """As a row of results."""
        rows: list[JsonValue] = [
            {
                "id": item.case_id,
                "outcome": item.outcome,
                "output": item.output,
                "reason": item.reason,
                "other_function": item.is_other_function,
                "microseconds": round(item.seconds * 1e6, 1),
            }
            for item in self.scored
        ]
        return {
            "id": self.set_id,
            "functions": self.functions,
            "shown": self.shown,
            "rung": self.rung,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 3),
            "problem": self.problem,
            "scored": rows,
        }


@dataclass(frozen=True, kw_only=True)
class LiveOptions:
    """How sets are compiled."""

    effort: Effort
    folder: Path
    """Where artifacts go."""
    sandbox: Sandbox | None = None
    threshold: float = THRESHOLD


def group_cases(cases: Sequence[BfclCase], *, least: int = LEAST_CASES) -> list[FunctionSet]:
    """The sets with `least` different requests or more, in the order of their first one.

    A set is the same list of functions, in whatever order. Of equal requests the first counts, so that none is both seen and scored.
    """
    groups: dict[str, dict[str, BfclCase]] = {}
    for case in cases:
        groups.setdefault(set_key(case.functions), {}).setdefault(_folded(case.request), case)
    found = [tuple(group.values()) for group in groups.values() if len(group) >= least]
    return [
        FunctionSet(set_id=group[0].case_id, functions=group[0].functions, cases=group) for group in found
    ]


def set_key(functions: Sequence[BfclFunction]) -> str:
    """Equal for the same functions in whatever order."""
    return "\n".join(sorted(canonical_json(_document(item)) for item in functions))


def _document(function: BfclFunction) -> JsonObject:
    return {"name": function.name, "description": function.description, "parameters": function.parameters}


def _folded(request: str) -> str:
    return " ".join(request.casefold().split())


def halves(sets: Sequence[FunctionSet], *, seed: int) -> dict[str, Half]:
    """By set in which half it is; with an odd number the held-out half is the larger one."""
    names = sorted(item.set_id for item in sets)
    development = set(random.Random(seed).sample(names, len(names) // 2))  # noqa: S311 - a draw to be repeated
    return {name: "development" if name in development else "held_out" for name in names}


def divide(functions: FunctionSet, *, seed: int, shown: int = SHOWN) -> DividedSet:
    """The first `shown` requests of a seeded order to be seen, the rest to be scored.

    A request whose accepted answer breaks the functions' own schema is not shown, since no spec can hold it; it is scored.
    """
    order = list(functions.cases)
    random.Random(f"{seed}:{functions.set_id}").shuffle(order)  # noqa: S311 - a draw to be repeated
    seen = [case for case in order if _is_showable(functions, case)][:shown]
    names = {case.case_id for case in seen}
    return DividedSet(
        functions=functions,
        shown=tuple(seen),
        scored=tuple(case for case in functions.cases if case.case_id not in names),
    )


def _is_showable(functions: FunctionSet, case: BfclCase) -> bool:
    try:
        set_spec(functions, [case])
    except SpecError:
        return False
    return True


def set_spec(functions: FunctionSet, shown: Sequence[BfclCase], *, threshold: float = THRESHOLD) -> Spec:
    """A spec that turns a request into a call: the arguments alone for one function, else its name and its arguments.

    The one hidden case is an empty request, to be declined.

    Raises:
        SpecError: an answer does not fit its function's parameters.
    """
    is_single = len(functions.functions) == 1
    cases: list[JsonValue] = [
        {"input": {"request": case.request}, "output": expected_output(functions, case)} for case in shown
    ]
    document: JsonObject = {
        "name": spec_name(functions.set_id),
        "version": "1.0.0",
        "description": f"Turn a request into {'the parameters of a function' if is_single else 'a call of one of several functions'}.",
        "instructions": _instructions(functions.functions),
        "input": {"request": "string"},
        "output": _output_schema(functions.functions),
        "accuracy": {
            "evaluator": "text" if is_single else "function_call",
            "threshold": threshold,
            "max_wrong": 0.0,
        },
        "examples": cases,
        "tests": [{"input": {"request": ""}, "abstain": True}],  # without tests an example would be held back
    }
    return parse_spec(yaml_text(document), path=Path(f"{document['name']}.yaml"))


_TASK = (
    "Give each parameter that the request states, in the form that its description asks for; leave optional ones out where the request does "
    "not state them. Decline when a required one is missing or contested, or when the request asks for something else or for more than one call."
)


def _instructions(functions: Sequence[BfclFunction]) -> str:
    if len(functions) == 1:
        return f"{functions[0].name}: {functions[0].description} {_TASK}"
    lines = [f"- {item.name}: {' '.join(item.description.split())}" for item in functions]
    return "\n".join(["Call the one function that the request asks for.", *lines, _TASK])


def _output_schema(functions: Sequence[BfclFunction]) -> JsonObject:
    if len(functions) == 1:
        return _arguments_schema(functions[0])
    branches: list[JsonValue] = [
        {"title": item.name, "description": item.description, **_arguments_schema(item)} for item in functions
    ]
    names: list[JsonValue] = [item.name for item in functions]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "arguments"],
        "properties": {"name": {"enum": names}, "arguments": {"anyOf": branches}},
    }


def _arguments_schema(function: BfclFunction) -> JsonObject:
    return {"type": "object", "additionalProperties": False, **json_schema_of(function.parameters)}


def expected_output(functions: FunctionSet, case: BfclCase) -> JsonObject:
    """The first accepted answer of `case` in the form of the set's spec."""
    ((name, accepted),) = case.answer.items()
    function = functions.function(name)
    required = function.parameters.get("required") if function else None
    arguments = first_answer(
        accepted if isinstance(accepted, dict) else {},
        [str(item) for item in required] if isinstance(required, list) else [],
    )
    return arguments if len(functions.functions) == 1 else {"name": name, "arguments": arguments}


def run_set(divided: DividedSet, client: LlmClient, options: LiveOptions) -> SetRun:
    """The set compiled once from the requests that are shown, and run on the others."""
    functions = divided.functions
    started = time.perf_counter()
    result, problem = _compile(divided, client, options)
    seconds = time.perf_counter() - started
    return SetRun(
        set_id=functions.set_id,
        functions=len(functions.functions),
        shown=len(divided.shown),
        rung=result.rung if result else "",
        tokens=result.ledger.totals().tokens if result else 0,
        seconds=seconds,
        problem=problem,
        scored=score_cases(divided, LoadedWorkflow(result.artifact) if result else None),
    )


def _compile(
    divided: DividedSet, client: LlmClient, options: LiveOptions
) -> tuple[CompilationResult | None, str]:
    compile_options = CompileOptions(
        store=Store(options.folder / divided.functions.set_id),
        force=True,
        effort=options.effort,
        sandbox=options.sandbox,
    )
    try:
        spec = set_spec(divided.functions, divided.shown, threshold=options.threshold)
        return compile_or_explain(spec, client, compile_options)
    except SpecError as error:
        return None, str(error)


def score_cases(divided: DividedSet, workflow: LoadedWorkflow | None) -> tuple[LiveScore, ...]:
    """How the requests that are not shown go, by the official checker. Without a workflow they count as not compiled."""
    if workflow is None:
        return tuple(LiveScore(case_id=case.case_id, outcome="not_compiled") for case in divided.scored)
    functions = divided.functions
    runs = [(case, *timed_run(workflow, case.request)) for case in divided.scored]
    items = [
        _judgement(functions, case, run.output)
        for case, run, _ in runs
        if run is not None and run.output is not None
    ]
    verdicts = iter(list(zip(items, judge(items), strict=True)) if items else ())
    scored = []
    for case, run, seconds in runs:
        if run is None:
            scored.append(LiveScore(case_id=case.case_id, outcome="crashed", seconds=seconds))
        elif run.output is None:
            reason = run.reason or ""
            scored.append(LiveScore(case_id=case.case_id, outcome="declined", reason=reason, seconds=seconds))
        else:
            item, verdict = next(verdicts)
            scored.append(
                LiveScore(
                    case_id=case.case_id,
                    outcome="right" if verdict.right else "wrong",
                    output=run.output,
                    reason=verdict.reason,
                    is_other_function=item.name not in case.answer,
                    seconds=seconds,
                )
            )
    return tuple(scored)


def _judgement(functions: FunctionSet, case: BfclCase, output: JsonObject) -> Judgement:
    name, arguments = functions.functions[0].name, output
    if len(functions.functions) > 1:
        given = output["arguments"]
        name, arguments = str(output["name"]), given if isinstance(given, dict) else {}
    return Judgement(functions=functions.functions, name=name, arguments=arguments, accepted=case.answer)
