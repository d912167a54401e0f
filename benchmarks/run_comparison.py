"""The recorded comparison: every system on the same cases of XY, BFCL and AgentBench's database, replayed without a key, with one report at the end.

    python benchmarks/run_comparison.py [--results FOLDER] [--workers N] [--quick]

Replies of models were recorded through the desk (``recordings/bench``), compilations run anew from theirs, with all validation. BFCL and AgentBench are fetched; where
they cannot be had, their part is left out, and the output says so. Times of models are none, because a person's time at a desk is not a model's.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "recordings" / "bench"
ASKING = ("direct", "langchain", "agent-framework", "autogen", "dspy")
SETUP_EXIT = 7


@dataclass(frozen=True, kw_only=True)
class Part:
    """One dataset with what is run over it."""

    dataset: str
    systems: tuple[str, ...]
    options: tuple[str, ...]
    name: str = ""
    """In place of the dataset's."""


PARTS = (
    Part(
        dataset="xy",
        systems=("compiled", "compiled+fallback", "synthesis", "human", *ASKING),
        options=("--protocol", "held-out", "--limit", "40"),
    ),
    Part(
        dataset="bfcl",
        systems=("compiled", "compiled+fallback", "synthesis", *ASKING),
        options=(
            "--protocol", "held-out", "--option", "category=simple_python", "--option", "paraphrases=check", "--tasks", "20", "--limit", "60",
        ),
    ),
    Part(
        dataset="agentbench-db",
        systems=("compiled", *ASKING),
        options=("--option", "examples=0", "--limit", "10"),
    ),
    Part(
        name="xy-repeats",
        dataset="xy",
        systems=("compiled", "direct"),
        options=("--protocol", "held-out", "--limit", "10", "--repeat", "3", "--workers", "1"),
    ),
    Part(
        name="bfcl-repeats",
        dataset="bfcl",
        systems=("direct",),
        options=(
            "--protocol", "held-out", "--option", "category=simple_python", "--option", "paraphrases=check", "--tasks", "20", "--limit", "10",
            "--repeat", "3", "--workers", "1",
        ),
    ),
)  # fmt: skip
"""What was recorded: other samples, systems or prompts have no recordings."""


def main() -> int:
    """Exit code: 0 when all parts that could be had ran through."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="without the systems that compile")
    options = parser.parse_args()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    began = time.monotonic()
    runs: list[str] = []
    for part in PARTS:
        name = f"comparison-{part.name or part.dataset}-{stamp}"
        code = run_part(part, name, options)
        if code == 0:
            runs.append(str(options.results / name))
        elif code == SETUP_EXIT:
            print(f"-- {part.dataset} is left out: see the message above", flush=True)
        else:
            return code
    if not runs:
        return SETUP_EXIT
    report = options.results / f"comparison-{stamp}.html"
    code = call("report", *runs, "-o", str(report))
    print(f"{time.monotonic() - began:.0f} s in all; the report: {report}")
    return code


def run_part(part: Part, name: str, options: argparse.Namespace) -> int:
    """Run one part, and return the exit code of `bench run`."""
    print(f"\n== {part.name or part.dataset}", flush=True)
    quick = [
        system for system in part.systems if system not in {"compiled", "compiled+fallback", "synthesis"}
    ]
    return call(
        "bench", "run", part.dataset,
        "--systems", ",".join(quick if options.quick else part.systems),
        "--model", "openai-chat:claude", "--price-as", "anthropic:claude-opus-4-5", "--by-hand", "--replay", str(RECORDINGS),
        "--effort", "low", "--seed", "11",
        *(() if "--workers" in part.options else ("--workers", str(options.workers))),
        "--results", str(options.results), "--name", name, *part.options,
    )  # fmt: skip


def call(*arguments: str) -> int:
    """Our command line; its exit code."""
    return subprocess.run([sys.executable, "-m", "compiled_ai", *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
