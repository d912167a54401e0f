"""A stream of tickets whose wording drifts: the monitor notices, evolve learns from the case log, and the rest of the stream measures what that was worth.

    python benchmarks/run_evolve.py [--effort none] [--model M | --replay FOLDER] [--record FOLDER] [--fallback model|labels] [--json FILE]

The stream (``datasets/ticket_drift``) is run in its order through ``examples/ticket_routing.yaml``, compiled into a temporary store: its phase "before", then the
first half of "after". What compiled code declines goes to the fallback model and into the case log. ``evolve --from model`` then makes a candidate, which is
compared with the artifact on the second half of "after", that neither has seen. With ``--fallback labels`` the labels of the stream stand in for the
fallback model, and the report says so: a model that errs teaches its errors. Intervals are 95 % Wilson intervals.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from compiled_ai.artifact import Artifact, Store
from compiled_ai.cli._evolve_text import diff_json
from compiled_ai.errors import CompilationFailedError, OperatorError
from compiled_ai.evolve.evolution import FROM, Approval, Evolution, EvolveOptions, From, approve, evolve
from compiled_ai.execution.load import load_workflow
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.factory.effort import EFFORTS
from compiled_ai.llm import LlmClient, Request, from_function, load_settings, make_client
from compiled_ai.monitor.drift import compare
from compiled_ai.monitor.tally import Counting, Tally
from compiled_ai.scoring.scores import Verdict, judge
from compiled_ai.scoring.statistics import wilson_interval
from compiled_ai.spec import Spec, load_spec
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.cases import Case

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "examples" / "ticket_routing.yaml"
STREAM = ROOT / "datasets" / "ticket_drift" / "stream.jsonl"
MORE = ROOT / "datasets" / "ticket_drift" / "before_more.jsonl"
"""More tickets in ordinary words, for the monitor's baseline alone."""
LOOK_EVERY = 10
"""Tickets between two looks at the monitor."""


@dataclass(frozen=True)
class Ticket:
    """One ticket of the stream."""

    phase: str
    input: JsonObject
    output: JsonObject | None
    """None: it must be declined."""


def main() -> None:
    """Measure and print."""
    options = _arguments()
    tickets = _read(options.stream)
    before = [ticket for ticket in tickets if ticket.phase == "before"]
    after = [ticket for ticket in tickets if ticket.phase == "after"]
    first, second = after[: len(after) // 2], after[len(after) // 2 :]
    with tempfile.TemporaryDirectory() as folder, _coder(options, Path(folder)) as coder:
        fallback = coder if options.fallback == "model" else _labels(tickets)
        report = show(Path(folder) / "store", (coder, fallback), options, (before, first, second))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read(path: Path) -> list[Ticket]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Ticket(row["phase"], row["input"], row["output"]) for row in rows]


def show(
    folder: Path,
    clients: tuple[LlmClient, LlmClient],
    options: argparse.Namespace,
    parts: tuple[list[Ticket], list[Ticket], list[Ticket]],
) -> JsonObject:
    """The whole story, printed as it goes, and as data."""
    before, first, second = parts
    coder, fallback = clients
    spec = load_spec(SPEC)
    compiling = CompileOptions(store=Store(folder), effort=options.effort, synthesis=not options.no_synthesis)
    compiled = compile_spec(spec, coder, compiling)
    stand_in = "" if options.fallback == "model" else " of the stream, which stand in for a model"
    print(f"{spec.name} compiled: rung {compiled.rung}, effort {options.effort}")
    print(f"fallback model: {fallback.model}{stand_in}")
    with load_workflow(spec.name, store=Store(folder), client=fallback) as workflow:
        noticed = _run_stream(workflow, before, first)
    base = LoadedWorkflow(compiled.artifact)
    report: JsonObject = {
        "rung": compiled.rung,
        "effort": options.effort,
        "fallback": fallback.model + stand_in,
        "noticed_after": noticed,
        "old": {
            name: _measure(base, part, spec)
            for name, part in (("before", before), ("first half", first), ("held out", second))
        },
    }
    print("and had the artifact stayed as it is, over the whole of the drift:")
    report["noticed_without_evolving"] = _run_stream(base, before, [*first, *second])
    usual = [*before, *_read(MORE)]
    print(f"the same with a baseline of {len(usual)} tickets:")
    report["noticed_with_long_baseline"] = _run_stream(base, usual, [*first, *second])
    _print_measures("old", report["old"])
    started = time.perf_counter()
    learning = EvolveOptions(
        compiling=replace(compiling, effort=options.evolve_effort or options.effort),
        teachers=options.teachers,
        most_examples=options.most,
        tries=options.tries,
    )
    try:
        found = evolve(spec.name, coder, learning)
    except (CompilationFailedError, OperatorError) as error:
        print(f"evolve: no candidate passes, nothing was changed: {error}")
        return {**report, "failed": str(error)}
    if found.candidate is None or found.diff is None or found.compilation is None:
        print("evolve: nothing to learn")
        return report
    return {**report, **_conclude(found, parts, spec, compiling, time.perf_counter() - started)}


def _conclude(
    found: Evolution,
    parts: tuple[list[Ticket], list[Ticket], list[Ticket]],
    spec: Spec,
    compiling: CompileOptions,
    seconds: float,
) -> JsonObject:
    """What the candidate is worth, and whether it may be promoted."""
    assert found.candidate is not None
    assert found.compilation is not None
    assert found.diff is not None
    new = LoadedWorkflow(found.candidate)
    names = ("before", "first half", "held out")
    measures: JsonObject = {name: _measure(new, part, spec) for name, part in zip(names, parts, strict=True)}
    selection = found.selection
    print(
        f"evolve: {len(selection.examples)} new examples, {len(selection.hidden)} new hidden cases, {len(selection.spare)} spare; "
        f"rung {found.compilation.rung}, {found.compilation.ledger.totals().tokens} tokens, {seconds:.1f} s"
    )
    for one in found.discarded:
        print(
            f"  discarded: {one.examples} new examples, {one.problem.splitlines()[0] if one.problem else f'{one.regressions} regressions'}"
        )
    _print_measures("new", measures)
    for (group, authority), changes in found.diff.table().items():
        print(
            f"  {group} ({authority}): {', '.join(f'{count} {change}' for change, count in changes.items())}"
        )
    promoted = _promote(found.candidate, compiling)
    print(f"regressions: {len(found.diff.regressions)}; {'promoted' if promoted else 'not promoted'}")
    return {
        "new": measures,
        "evolve": {
            "examples": len(selection.examples),
            "hidden": len(selection.hidden),
            "rung": found.compilation.rung,
            "tokens": found.compilation.ledger.totals().tokens,
            "seconds": round(seconds, 1),
            "promoted": promoted,
            **diff_json(found.diff, values=False),
        },
    }


def _promote(candidate: Artifact, compiling: CompileOptions) -> bool:
    manifest = candidate.manifest
    approval = Approval(digest=manifest.artifact, by="benchmark", why="benchmark")
    return approve(manifest.name, approval, EvolveOptions(compiling=compiling)).promotion is not None


def _run_stream(workflow: LoadedWorkflow, before: Sequence[Ticket], first: Sequence[Ticket]) -> int | None:
    """Run the stream; after how many tickets of the drift the monitor alarmed, None when it did not."""
    counting = Counting(workflow.artifact.workflow.output_schema)
    usual, now = Tally(), Tally()
    for ticket in before:
        counting.count(usual, workflow.run(ticket.input), None)
    noticed = None
    for number, ticket in enumerate(first, start=1):
        counting.count(now, workflow.run(ticket.input), None)
        if noticed is None and number % LOOK_EVERY == 0:
            alarms = [one for one in compare(now, usual) if one.alarms]
            if alarms:
                noticed = number
                for alarm in alarms:
                    name = " ".join(filter(None, (alarm.kind, alarm.field)))
                    print(
                        f"monitor: {name} {alarm.now}, usually {alarm.before}, noticed after {number} tickets"
                    )
    if noticed is None:
        nearest = min(
            (one for one in compare(now, usual) if one.p_value is not None),
            key=lambda one: one.p_value or 0.0,
            default=None,
        )
        said = (
            f"; nearest: {nearest.kind} {nearest.now}, usually {nearest.before}, p = {nearest.p_value:.2g}"
            if nearest
            else ""
        )
        print(f"monitor: no alarm in {len(first)} tickets{said}")
    return noticed


def _measure(workflow: LoadedWorkflow, tickets: Sequence[Ticket], spec: Spec) -> JsonObject:
    """What compiled code alone does with `tickets`."""
    counts: dict[Verdict, int] = {"right": 0, "right_to_decline": 0, "wrong": 0, "declined": 0, "crashed": 0}
    for ticket in tickets:
        output = workflow.run(ticket.input).output
        case = Case(case_id="", input=ticket.input, output=ticket.output)
        counts[judge(case, output=output, abstained=output is None, accuracy=spec.accuracy).verdict] += 1
    return {"n": len(tickets), **{str(name): count for name, count in counts.items()}}


def _print_measures(which: str, measures: Any) -> None:
    for name, counts in measures.items():
        total, right, wrong = counts["n"], counts["right"], counts["wrong"]
        shares = ", ".join(
            f"{label} {_share(count, total)}"
            for label, count in (("zero-token", right + wrong), ("right", right), ("silently wrong", wrong))
        )
        print(f"{which}, {name} (n={total}): {shares}")


def _share(count: int, total: int) -> str:
    interval = wilson_interval(count, total)
    return f"{100 * count / total:.1f} % ({100 * interval.low:.0f}-{100 * interval.high:.0f})"


def _coder(options: argparse.Namespace, folder: Path) -> LlmClient:
    replay = None
    if options.replay:
        replay = folder / "recordings"
        for recordings in options.replay:
            shutil.copytree(recordings, replay, dirs_exist_ok=True)
    given = {"model": options.model, "record_dir": options.record, "replay_dir": replay}
    return make_client(load_settings(given, os.environ, Path(".env")), today=date.today)


def _labels(tickets: Sequence[Ticket]) -> LlmClient:
    """A model that says what the labels say."""
    known = {canonical_json(ticket.input): ticket.output for ticket in tickets}

    def answer(request: Request) -> JsonObject:
        output = known[request.prompt]
        reason = "" if output else "the task says to decline this"
        return {"declined": output is None, "reason": reason, "answer": output}

    return from_function(answer, model="labels")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--effort", choices=EFFORTS, default="none")
    parser.add_argument(
        "--evolve-effort", choices=EFFORTS, help="of the recompilation; the same if not given"
    )
    parser.add_argument("--no-synthesis", action="store_true", help="have the coder write all code")
    parser.add_argument("--model", help="the coder where the effort asks one, and the fallback")
    parser.add_argument("--fallback", choices=("model", "labels"), default="labels")
    parser.add_argument(
        "--replay", type=Path, action="append", help="folder of recordings to answer from; may be given again"
    )
    parser.add_argument("--record", type=Path, help="folder to record replies in")
    parser.add_argument("--teachers", choices=FROM, default="model", type=_teachers)
    parser.add_argument("--most", type=int, default=24, help="new examples at most")
    parser.add_argument("--tries", type=int, default=1, help="candidates at most, while they regress or fail")
    parser.add_argument("--stream", type=Path, default=STREAM)
    parser.add_argument("--json", type=Path, help="write all figures into this file")
    return parser.parse_args()


def _teachers(name: str) -> From:
    return next(known for known in FROM if known == name)


if __name__ == "__main__":
    main()
