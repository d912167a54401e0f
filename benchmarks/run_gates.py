"""The scorecard of the security gates: every gate and layer over every set at hand.

    python benchmarks/run_gates.py FOLDER [--sets own_injection,gptfuzz] [--trained FILE] [--policy strict] [--json FILE]
    python benchmarks/run_gates.py FOLDER --list-trained FILE     # where numpy is; FILE is then given as --trained

FOLDER holds the public sets, see docs/security-dataset.md. The second form writes the SHA-256 of each text that the linear model was trained on, by the split
of scripts/input_gate_sets.py; with it the first form leaves these texts out, without it sets that were trained on are marked as seen.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from compiled_ai.bench.bfcl.source import CATEGORIES, load_bfcl
from compiled_ai.bench.security.scorecard import scorecard
from compiled_ai.bench.security.sets import text_digest
from compiled_ai.bench.security.table import render
from compiled_ai.files import write_atomic
from compiled_ai.gates.policy import POLICIES

SCRIPTS = Path(__file__).parents[1] / "scripts"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="", help="names with commas between; all if not given")
    parser.add_argument("--trained", type=Path, help="file with a SHA-256 a line")
    parser.add_argument("--list-trained", type=Path, help="write that file and stop")
    parser.add_argument("--policy", choices=list(POLICIES), default="default")
    parser.add_argument("--json", type=Path, help="write the scorecard there too")
    options = parser.parse_args()
    if options.list_trained:
        write_atomic(options.list_trained, "".join(f"{one}\n" for one in trained_digests(options.folder)))
        return
    trained = frozenset(options.trained.read_text().split()) if options.trained else frozenset()
    card = scorecard(
        options.folder,
        [name for name in options.sets.split(",") if name],
        root=Path(__file__).parents[1],
        trained=trained,
        policy=POLICIES[options.policy](),
        progress=lambda step: print(step, file=sys.stderr),
    )
    print(render(card))
    if options.json:
        write_atomic(options.json, json.dumps(card.to_json(), indent=1) + "\n")


def trained_digests(folder: Path) -> list[str]:
    """Of each text that the training of the linear model saw, as the script splits them."""
    sys.path.insert(0, str(SCRIPTS))
    rows = importlib.import_module("input_gate_sets").rows_of_project(
        folder, [case.request for category in CATEGORIES for case in load_bfcl(category)]
    )
    return sorted({text_digest(str(row["text"])) for row in rows if row["part"] == "train"})


if __name__ == "__main__":
    main()
