"""Coverage against accuracy of synthesized functions: what a higher bar of confidence buys.

    .venv/bin/python benchmarks/run_coverage.py [--set dev] [--svg FILE]

Functions of BFCL's `simple_python` are compiled once from their schemas alone, without a model. The requests are the paraphrases in
`datasets/bfcl_paraphrases`, a third of which must be declined. They run once with the bar (`minimum` of `slots.fill`) at 0 in a copy of the code
whose `fill` is wrapped; from the confidence of each answer follows what every other bar would do.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from compiled_ai.artifact import Store
from compiled_ai.artifact.store import Artifact
from compiled_ai.bench.bfcl.coverage import Answered, CurvePoint, curve_of, curve_svg, ranking_quality
from compiled_ai.bench.bfcl.official import Judgement, judge
from compiled_ai.bench.bfcl.source import BfclCase, load_bfcl
from compiled_ai.bench.bfcl.spec import function_spec
from compiled_ai.errors import CompilationFailedError
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.modules import Abstain
from compiled_ai.modules.slots import Filling, Slot, fill
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.subset.restricted import load_activities

FOLDER = Path(__file__).parents[1] / "datasets" / "bfcl_paraphrases"
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(21))


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A request for a function; `accepted` is None when it must be declined."""

    request: str
    accepted: JsonObject | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One request, run with the bar at 0."""

    wording: Wording
    output: JsonObject | None
    confidence: float
    """The least of all values."""
    whys: tuple[str, ...]
    """How each value was found."""


def read_wordings(name: str) -> dict[str, list[Wording]]:
    """The requests of a set by function."""
    found: dict[str, list[Wording]] = {}
    for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["id"], []).append(Wording(request=row["request"], accepted=row["expected"]))
    return found


def compile_case(case: BfclCase, folder: Path) -> Artifact | None:
    """The artifact of a function from its schema alone; None when there is none."""
    spec = function_spec(case.functions[0], examples=[("", None)])
    options = CompileOptions(
        store=Store(folder / case.case_id), force=True, effort="none", sandbox=open_sandbox("auto")
    )
    try:
        return compile_spec(spec, from_function(lambda _: ""), options).artifact
    except CompilationFailedError:
        return None


def run_case(case: BfclCase, wordings: Sequence[Wording], *, folder: Path) -> list[Run] | None:
    """The requests, each run in a copy of the code without a bar; None when the function was not compiled."""
    artifact = compile_case(case, folder)
    if artifact is None:
        return None
    name = artifact.manifest.name
    activity = load_activities(artifact.source, "activities.py", [name])[name]
    seen: list[Filling] = []

    def unbarred(
        request: str, slots: Sequence[Slot], *, ignore: Sequence[str] = (), **rest: Sequence[str]
    ) -> Filling:
        seen.append(fill(request, slots, minimum=0.0, ignore=ignore, **rest))
        return seen[-1]

    activity.__globals__["fill"] = unbarred
    runs = []
    for wording in wordings:
        seen.clear()
        try:
            output = activity({"request": wording.request})
        except Abstain:
            output = None
        filling = seen[-1]
        runs.append(
            Run(
                wording=wording,
                output=output,
                confidence=filling.confidence,
                whys=tuple(item.why for item in filling.filled),
            )
        )
    return runs


def judged(cases: Sequence[BfclCase], runs: Sequence[list[Run] | None]) -> list[tuple[Run, Answered]]:
    """Every run of the compiled functions, with whether its answer is right by the official checker."""
    flat = [(case.functions[0], run) for case, found in zip(cases, runs, strict=True) for run in found or ()]
    due = [
        (function, run)
        for function, run in flat
        if run.output is not None and run.wording.accepted is not None
    ]
    items = [
        Judgement(
            functions=(function,),
            name=function.name,
            arguments=run.output or {},
            accepted={function.name: run.wording.accepted},
        )
        for function, run in due
    ]
    right = {id(run): verdict.right for (_, run), verdict in zip(due, judge(items), strict=True)}
    return [
        (
            run,
            Answered(
                confidence=None if run.output is None else run.confidence, is_right=right.get(id(run), False)
            ),
        )
        for _, run in flat
    ]


def print_curve(points: Sequence[CurvePoint]) -> None:
    """A line for each threshold."""
    print("bar    answered   coverage   accuracy of answers      silently wrong, of all")
    for point in points:
        accuracy, wrong = point.accuracy_interval, point.wrong_interval
        right = (
            "-"
            if point.accuracy is None
            else f"{point.accuracy:6.1%} ({100 * accuracy.low:.0f}-{100 * accuracy.high:.0f})"
        )
        share = f"{point.wrong:3} = {point.wrong / max(1, point.total):5.1%} ({100 * wrong.low:.1f}-{100 * wrong.high:.1f})"
        print(f"{point.threshold:.2f}   {point.answered:8}   {point.coverage:8.1%}   {right:22}   {share}")


def print_whys(rows: Sequence[tuple[Run, Answered]]) -> None:
    """How right answers are by how their values were found, and by how many values they have."""
    answered = [(run, item.is_right) for run, item in rows if item.confidence is not None]
    for label, kinds in (
        ("values", [[f"{len(run.whys)}" if len(run.whys) < 4 else "4 or more"] for run, _ in answered]),
        ("found by", [sorted(set(run.whys)) for run, _ in answered]),
    ):
        total: Counter[str] = Counter(kind for found in kinds for kind in found)
        right: Counter[str] = Counter(
            kind for found, (_, is_right) in zip(kinds, answered, strict=True) if is_right for kind in found
        )
        print(
            f"  {label}: "
            + "; ".join(f"{kind}: {right[kind]} of {total[kind]} right" for kind in sorted(total))
        )


def report(name: str, processes: int) -> tuple[str, list[CurvePoint]]:
    """Compile, run and print one set; its name and its curve."""
    wordings = read_wordings(name)
    cases = [case for case in load_bfcl("simple_python") if case.case_id in wordings]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(processes) as pool:
        requests = [wordings[case.case_id] for case in cases]
        runs = list(pool.map(partial(run_case, folder=Path(folder)), cases, requests))
    rows = judged(cases, runs)
    items = [item for _, item in rows]
    points = curve_of(items, THRESHOLDS)
    compiled = sum(found is not None for found in runs)
    due = sum(run.wording.accepted is not None for run, _ in rows)
    print(
        f"== {name}: {compiled} of {len(cases)} functions compiled; their requests: n={len(items)}, {due} of them to be answered"
    )
    print_curve(points)
    quality = ranking_quality(items)
    shown = "-" if quality is None else f"{quality:.2f}"
    print(f"a right answer has more confidence than a wrong one in {shown} of the pairs (0.5 is chance)")
    print_whys(rows)
    print()
    return name, points


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", action="append", choices=("dev", "heldout"), dest="sets")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--svg", type=Path, help="file for a chart")
    given = parser.parse_args()
    curves = [report(name, given.processes) for name in given.sets or ("dev", "heldout")]
    if given.svg:
        given.svg.write_text(curve_svg(curves), encoding="utf-8")


if __name__ == "__main__":
    main()
