"""Options that the benchmarks on BFCL share."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from compiled_ai.factory.effort import EFFORTS


def add_options(parser: ArgumentParser) -> None:
    """Take how much is spent, which model is asked, where its replies are kept, and how the run goes."""
    parser.add_argument("--effort", choices=EFFORTS, default="none")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, help="JSONL for the rows")
    for name in ("--model", "--base-url"):
        parser.add_argument(name)
    for name in ("--record", "--replay"):
        parser.add_argument(name, type=Path)
