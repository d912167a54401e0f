"""Which rung of the ladder solves each example spec, what it takes, and how right the result is.

    .venv/bin/python benchmarks/run_rungs.py [--task NAME] [--synthesis-alone]

Model replies are replayed from `recordings/`: what such a row says of tokens was counted when they were recorded, and no model is asked now. A
second table compiles with synthesis alone, whose rows are computed anew each time. *gate* are the hidden cases that a candidate must pass;
*held out* are cases that no compilation reads. Brackets hold n and the 95 % Wilson interval.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.artifact import Store
from compiled_ai.cli._demo_run import replaying
from compiled_ai.cli._demo_tasks import TASKS, DemoTask, choose_tasks
from compiled_ai.cli._text import share, tokens
from compiled_ai.errors import CompilationFailedError, OperatorError
from compiled_ai.execution.evaluate import evaluate
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, Effort, compile_spec
from compiled_ai.scoring.scores import GroupScore
from compiled_ai.spec import load_spec
from compiled_ai.spec.load import load_cases

ROOT = Path(__file__).parents[1]
COLUMNS = ("task", "rung", "tokens", "attempts", "gate", "held out", "wrong", "declined")
WIDTHS = (26, 11, 8, 28, 23, 23, 7, 8)


@dataclass(frozen=True, kw_only=True)
class RungRow:
    """How one task went."""

    task: str
    rung: str
    """``none`` when nothing passed."""
    tokens: str
    attempts: str
    """By author, with what became of each."""
    gate: str
    held_out: GroupScore | None
    problem: str = ""


def run_task(task: DemoTask, effort: Effort) -> RungRow:
    """`task` compiled at `effort` and scored on the cases that no compilation reads."""
    spec = load_spec(ROOT / task.spec)
    with tempfile.TemporaryDirectory() as folder, replaying(ROOT / task.recordings) as client:
        options = CompileOptions(store=Store(Path(folder)), force=True, effort=effort)
        try:
            result = compile_spec(spec, client, options)
        except (CompilationFailedError, OperatorError) as error:
            problem = str(error).partition("\n")[0].partition(": ")[2]
            return RungRow(
                task=spec.name,
                rung="none",
                tokens="-",
                attempts="-",
                gate="-",
                held_out=None,
                problem=problem,
            )
        cases = load_cases(ROOT / task.data / "heldout.jsonl", spec)
        held_out, _ = evaluate(LoadedWorkflow(result.artifact), cases, spec.accuracy)
    totals = result.ledger.totals()
    is_replayed = any(call.replayed for call in result.ledger)
    return RungRow(
        task=spec.name,
        rung=f"{result.rung} (r)" if is_replayed else result.rung,
        tokens=tokens(totals.tokens, estimated=totals.tokens_estimated),
        attempts=attempts_text(result),
        gate=share(result.artifact.manifest.evidence["hidden"]),
        held_out=held_out,
    )


def attempts_text(result: CompilationResult) -> str:
    """The candidates by author: how many there were, and how many of them passed validation."""
    authors = dict.fromkeys(attempt.by for attempt in result.attempts)
    parts = []
    for author in authors:
        own = [attempt for attempt in result.attempts if attempt.by == author]
        parts.append(f"{author} {sum(item.verification.passed for item in own)}/{len(own)}")
    return ", ".join(parts)


def table(title: str, rows: Sequence[RungRow]) -> list[str]:
    """Lines for a person."""
    lines = [title, line(COLUMNS)]
    for row in rows:
        score = row.held_out
        cells = [row.task, row.rung, row.tokens, row.attempts, row.gate]
        if score is None:
            cells += ["-", "-", "-"]
        else:
            cells += [share(score.to_json()), str(score.counts["wrong"]), str(score.counts["declined"])]
        lines.append(line(cells))
        if row.problem:
            lines.append(f"  {row.problem}")
    return lines


def line(cells: Sequence[str]) -> str:
    """One line of the table."""
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def sums(rows: Sequence[RungRow]) -> str:
    """All held-out cases together; a task that was not compiled answers none of its cases."""
    scored = [row.held_out for row in rows if row.held_out is not None]
    total, right = sum(score.total for score in scored), sum(score.right for score in scored)
    wrong = sum(score.counts["wrong"] for score in scored)
    return f"{len(scored)} of {len(rows)} tasks compiled; held-out cases of these: {right} of {total} right, {wrong} silently wrong"


def provenance(names: Sequence[DemoTask]) -> str:
    """Who gave the recorded replies, and when."""
    origins = set()
    for task in names:
        for path in (ROOT / task.recordings).glob("*.json"):
            origin = json.loads(path.read_text(encoding="utf-8"))["provenance"]
            origins.add(f"{origin['answered_by']}, {origin['date']}")
    return "; ".join(sorted(origins))


def main() -> None:
    """Compile, score and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", action="append", choices=[task.name for task in TASKS])
    parser.add_argument("--synthesis-alone", action="store_true", help="print only the second table")
    given = parser.parse_args()
    chosen = choose_tasks(given.task)
    if not given.synthesis_alone:
        rows = [run_task(task, "low") for task in chosen]
        print("\n".join(table("the whole ladder; (r): replies are replayed", rows)))
        print(f"{sums(rows)}\nreplayed replies are from: {provenance(chosen)}; ~ estimated tokens\n")
    rows = [run_task(task, "none") for task in chosen]
    print("\n".join(table("synthesis alone (--effort none): no model, nothing replayed", rows)))
    print(sums(rows))
    print(
        "\nattempts: author passed/tried. wrong and declined: of the held-out cases, wrong without saying so, and declined though due"
    )


if __name__ == "__main__":
    main()
