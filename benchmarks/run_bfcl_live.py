"""Compile sets of functions of BFCL's live categories, each from three of its requests, and score the others with the official checker.

By default synthesis alone, on all sets with five requests or more. Rows go to a JSONL file as they come.

    .venv/bin/python benchmarks/run_bfcl_live.py [--only-sets N] [--half development]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

from compiled_ai.bench.bfcl.live import (
    SHOWN,
    THRESHOLD,
    DividedSet,
    LiveOptions,
    LiveScore,
    SetRun,
    divide,
    group_cases,
    halves,
    run_set,
)
from compiled_ai.bench.bfcl.options import add_options
from compiled_ai.bench.bfcl.outcome import Outcome
from compiled_ai.bench.bfcl.source import load_bfcl
from compiled_ai.cli._options import open_client
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.scoring.statistics import wilson_interval

OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "declined", "crashed", "not_compiled")


def parse_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only-sets", type=int, help="run the first N sets")
    parser.add_argument("--half", choices=("development", "held_out"), help="run the sets of this half")
    parser.add_argument("--shown", type=int, default=SHOWN, help="requests that a compilation sees")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="share of them that must be right")
    add_options(parser)
    return parser.parse_args()


def run_one(divided: DividedSet, *, folder: Path, given: argparse.Namespace) -> SetRun:
    """Compile and score one set."""
    options = LiveOptions(
        effort=given.effort, folder=folder, sandbox=open_sandbox("auto"), threshold=given.threshold
    )
    with open_client(
        model=given.model, base_url=given.base_url, record=given.record, replay=given.replay
    ) as client:
        return run_set(divided, client, options)


def share(count: int, total: int) -> str:
    """A share with its 95 % interval."""
    interval = wilson_interval(count, total)
    return f"{100 * count / max(1, total):.1f} % ({100 * interval.low:.0f}-{100 * interval.high:.0f})"


def score_lines(label: str, runs: Sequence[SetRun]) -> list[str]:
    """Lines for a person on the sets of one half."""
    scored: list[LiveScore] = [item for run in runs for item in run.scored]
    counts = Counter(item.outcome for item in scored)
    compiled = sum(bool(run.rung) for run in runs)
    parts = [
        f"{name.replace('_', ' ')} {counts[name]} = {share(counts[name], len(scored))}" for name in OUTCOMES
    ]
    answered = counts["right"] + counts["wrong"]
    other = sum(item.is_other_function for item in scored)
    return [
        f"{label}: {compiled} of {len(runs)} sets compiled; {len(scored)} requests that were not shown: {', '.join(parts)}",
        f"  of {answered} answers {share(counts['right'], answered)} are right; {other} of the wrong ones call another function",
    ]


def cost_lines(runs: Sequence[SetRun]) -> list[str]:
    """Lines for a person on time and tokens."""
    seconds = sorted(item.seconds for run in runs for item in run.scored if item.outcome != "not_compiled")
    compiled = [run for run in runs if run.rung]
    lines = [f"rungs: {dict(Counter(run.rung or 'not compiled' for run in runs))}"]
    if seconds:
        p99 = seconds[int(0.99 * (len(seconds) - 1))]
        lines.append(f"a call takes {1e3 * median(seconds):.2f} ms (median), {1e3 * p99:.2f} ms (p99)")
    if compiled:
        lines.append(
            f"tokens per compiled set: median {median(run.tokens for run in compiled):,.0f}, all together {sum(run.tokens for run in compiled):,}; "
            f"a compilation takes {median(run.seconds for run in runs):.1f} s (median)"
        )
    return lines


def main() -> None:
    """Run and print."""
    given = parse_arguments()
    sets = [item for name in ("live_simple", "live_multiple") for item in group_cases(load_bfcl(name))]
    half_of = halves(sets, seed=given.seed)
    chosen = [item for item in sets if given.half in {None, half_of[item.set_id]}][: given.only_sets]
    divided = [divide(item, seed=given.seed, shown=given.shown) for item in chosen]
    runs = []
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(given.processes) as pool:
        for run in pool.map(partial(run_one, folder=Path(folder), given=given), divided):
            runs.append(run)
            if given.out:
                row = {"half": half_of[run.set_id], **run.to_json()}
                with given.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"effort {given.effort}, {given.shown} requests shown, seed {given.seed}")
    groups = {
        "development half": [run for run in runs if half_of[run.set_id] == "development"],
        "held-out half": [run for run in runs if half_of[run.set_id] == "held_out"],
        "both, one function": [run for run in runs if run.functions == 1],
        "both, several functions": [run for run in runs if run.functions > 1],
        "both": runs,
    }
    for label, group in groups.items():
        if group:
            print("\n".join(score_lines(label, group)))
    print("\n".join(cost_lines(runs)))


if __name__ == "__main__":
    main()
