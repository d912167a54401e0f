"""Write the list of what the shipped input gate was trained on, which `compiled-ai bench security` leaves out of its figures.

    python scripts/list_trained_rows.py FOLDER --out datasets/input_gate_trained.txt

FOLDER holds the public sets, see docs/security-dataset.md. It needs numpy, which is no dependency of ours, and BFCL. Written are the first sixteen digits of
the SHA-256 of each text, after the SHA-256 of each model. Run it after `train_input_gate.py` and `train_transformer_gate.py`: all split the rows with
`input_gate_sets.py`.
"""

# numpy is no dependency of ours; the script beside this one is found by its folder.
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compiled_ai.bench.bfcl.source import CATEGORIES, load_bfcl
from compiled_ai.bench.security.training import shipped_models, text_digest
from compiled_ai.files import write_atomic

_DIGITS = 16


def main() -> None:
    """Read the rows, split them as training does, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    from input_gate_sets import rows_of_project

    queries = [case.request for category in CATEGORIES for case in load_bfcl(category)]
    rows = [*rows_of_project(options.folder, queries), *rows_of_project(options.folder, queries, more=True)]
    trained = [row for row in rows if row["part"] == "train"]
    digests = sorted({text_digest(str(row["text"]))[:_DIGITS] for row in trained})
    models = shipped_models()
    write_atomic(options.out, "\n".join([*(f"model {model}" for model in models), *digests, ""]))
    print(f"{len(digests)} texts of {len(trained)} rows, models {', '.join(model[:8] for model in models)}")


if __name__ == "__main__":
    main()
