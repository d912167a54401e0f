"""Compile functions of BFCL's `simple_python` one by one and score them with the official checker.

By default synthesis alone, on all 400 functions. Rows go to a JSONL file as they come.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from compiled_ai.bench.bfcl.options import add_options
from compiled_ai.bench.bfcl.run import BfclOptions, FunctionRun, Wording, run_function, summarize
from compiled_ai.bench.bfcl.source import BfclCase, load_bfcl
from compiled_ai.cli._options import open_client
from compiled_ai.sandbox.choose import open_sandbox


def read_wordings(path: Path) -> dict[str, list[Wording]]:
    """Other wordings by case, from a file with a JSON object a line: id, request, expected."""
    found: dict[str, list[Wording]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["id"]].append(Wording(request=row["request"], accepted=row["expected"], source=path.stem))
    return found


@dataclass(frozen=True, kw_only=True)
class Job:
    """One function and the options to compile it with."""

    case: BfclCase
    wordings: tuple[Wording, ...]
    arguments: argparse.Namespace


def run_job(job: Job, *, folder: Path) -> FunctionRun:
    """Compile and score the function of `job`."""
    given = job.arguments
    options = BfclOptions(
        protocol=given.protocol, effort=given.effort, folder=folder, sandbox=open_sandbox("auto")
    )
    with open_client(
        model=given.model, base_url=given.base_url, record=given.record, replay=given.replay
    ) as client:
        return run_function(job.case, job.wordings, client, options)


def chosen(cases: Sequence[BfclCase], given: argparse.Namespace) -> list[BfclCase]:
    """The cases to run."""
    if given.only:
        names = {json.loads(line)["id"] for line in given.only.read_text().splitlines()}
        return [case for case in cases if case.case_id in names]
    if given.sample:
        return random.Random(given.seed).sample(list(cases), given.sample)
    return list(cases)


def parse_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", choices=("schema", "example"), default="example")
    parser.add_argument("--wordings", type=Path, action="append", default=[], help="JSONL of other wordings")
    parser.add_argument("--only", type=Path, help="JSONL with the ids of the functions to run")
    parser.add_argument("--sample", type=int, help="run so many functions, chosen at random")
    add_options(parser)
    return parser.parse_args()


def main() -> None:
    """Run and print."""
    given = parse_arguments()
    wordings: dict[str, list[Wording]] = defaultdict(list)
    for path in given.wordings:
        for name, found in read_wordings(path).items():
            wordings[name] += found
    cases = chosen(load_bfcl("simple_python"), given)
    jobs = [Job(case=case, wordings=tuple(wordings[case.case_id]), arguments=given) for case in cases]
    runs = []
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(given.processes) as pool:
        for run in pool.map(partial(run_job, folder=Path(folder)), jobs):
            runs.append(run)
            if given.out:
                with given.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(run.to_json(), ensure_ascii=False) + "\n")
    print(f"protocol {given.protocol}, effort {given.effort}")
    print("\n".join(summarize(runs)))


if __name__ == "__main__":
    main()
