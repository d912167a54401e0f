"""What validation costs: static checks, the whole pipeline, a hundred artifacts on two cores, and a cold start. Prints n, median and p99.

    python benchmarks/run_validation.py

The artifacts under test are the activities of ``tests/corpus/correct``, each held against its own spec. "Cold" is a fresh process with empty caches.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from compiled_ai.factory.validate import ValidateOptions, validate_activities
from compiled_ai.spec import load_spec
from compiled_ai.validation.pipeline import Verification

CORRECT = Path(__file__).parents[1] / "tests" / "corpus" / "correct"
ARTIFACTS = 20
"""Of which the warm median is taken."""
ROUNDS = 5
MANY = 100


def main() -> None:
    """Measure and print."""
    folders = sorted(path.parent for path in CORRECT.glob("*/spec.yaml"))
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    print(f"{'what':<52}{'n':>6}{'median':>12}{'p99':>12}   target")
    measure_warm(folders[:ARTIFACTS])
    measure_many((folders * 3)[:MANY])
    measure_cold(folders[0])


def verified(folder: Path, *, cache_dir: Path | None = None) -> tuple[Verification, float]:
    """The verification of one activity, and its seconds."""
    spec = load_spec(folder / "spec.yaml")
    source = (folder / "activities.py").read_text()
    started = perf_counter()
    validation = validate_activities(source, spec, ValidateOptions(cache_dir=cache_dir))
    assert validation.passed, folder
    return validation.verification, perf_counter() - started


def measure_warm(folders: Sequence[Path]) -> None:
    """One artifact after the other in this process, after a round that warms caches and zygotes."""
    for folder in folders:
        verified(folder)
    whole: list[float] = []
    stages: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for folder in folders:
            verification, seconds = verified(folder)
            whole.append(seconds)
            for report in verification.reports:
                stages.setdefault(report.stage, []).append(report.seconds)
    static = [one + two for one, two in zip(stages["security"], stages["syntax"], strict=True)]
    show("static checks (security and syntax)", static, target="<= 0.3 s")
    for stage in ("security", "syntax", "execution", "accuracy"):
        show(f"  {stage}", stages[stage], target="")
    show("whole pipeline", whole, target="median <= 2 s")


def measure_many(folders: Sequence[Path]) -> None:
    """A hundred artifacts on two cores, from the start of the two processes."""
    started = perf_counter()
    with ProcessPoolExecutor(2) as pool:
        count = sum(1 for _ in pool.map(verified, folders))
    seconds = perf_counter() - started
    print(f"{f'{count} artifacts in two processes':<52}{1:>6}{seconds:>10.1f} s{'':>12}   <= 60 s")


def measure_cold(folder: Path) -> None:
    """A fresh process with empty caches, imports included."""
    program = (
        "import sys, time; started = time.perf_counter(); sys.path.insert(0, sys.argv[1]); import run_validation as r; from pathlib import Path; "
        "r.verified(Path(sys.argv[2]), cache_dir=Path(sys.argv[3])); print(time.perf_counter() - started)"
    )
    values = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, "-c", program, str(Path(__file__).parent), str(folder), cache]
            done = subprocess.run(
                command, check=True, capture_output=True, text=True, env={"XDG_CACHE_HOME": cache}
            )
        values.append(float(json.loads(done.stdout)))
    show("cold: first validation of a fresh process", values, target="<= 5 s")


def show(what: str, values: Sequence[float], *, target: str) -> None:
    """One line of the table, in seconds."""
    p99 = quantiles(values, n=100)[98] if len(values) > 1 else values[0]
    print(f"{what:<52}{len(values):>6}{median(values):>10.3f} s{p99:>10.3f} s   {target}")


if __name__ == "__main__":
    main()
