"""Compare our evaluator with BFCL's official pipeline on mutated answers to all of its single-turn categories.

    .venv/bin/python benchmarks/run_bfcl_differential.py [--count 26000] [--seed 11]

The official side runs unchanged in a process of its own. Ends with status 1 when the two disagree anywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from statistics import fmean

from compiled_ai.bench.bfcl.differential import Comparison, ReadComparison, compare, compare_reading
from compiled_ai.bench.bfcl.source import CATEGORIES, load_bfcl
from compiled_ai.spec.schema import shorten


def added(comparisons: list[Comparison]) -> Comparison:
    """All of them as one."""
    return Comparison(
        compared=sum((item.compared for item in comparisons), Counter()),
        right=sum((item.right for item in comparisons), Counter()),
        mutated=sum((item.mutated for item in comparisons), Counter()),
        official_kinds=sum((item.official_kinds for item in comparisons), Counter()),
        disagreements=tuple(found for item in comparisons for found in item.disagreements),
        undecided=sum(item.undecided for item in comparisons),
        seconds=tuple(sorted(second for item in comparisons for second in item.seconds)),
    )


def lines(total: Comparison, *, shown: int) -> list[str]:
    """Lines for a person."""
    wrong = Counter(item.answer.category for item in total.disagreements)
    found = [f"{'category':24} {'compared':>9} {'official right':>15} {'agreements':>11}"]
    found += [
        f"{name:24} {total.compared[name]:>9,} {total.right[name]:>15,} {total.compared[name] - wrong[name]:>11,}"
        for name in total.compared
    ]
    count, seconds = sum(total.compared.values()), total.seconds
    found += [
        (
            f"all: {count:,} comparisons, {sum(total.right.values()):,} of them right, {len(total.disagreements)} disagreements; "
            f"{total.undecided} without an official verdict in 10 s"
        ),
        "mutations: " + ", ".join(f"{name} {number:,}" for name, number in total.mutated.most_common()),
        "official verdicts: "
        + ", ".join(f"{name or 'right'} {number:,}" for name, number in total.official_kinds.most_common()),
        (
            f"our verdict takes {1e6 * fmean(seconds):.0f} us on average, {1e6 * seconds[len(seconds) // 2]:.0f} us (median), "
            f"{1e6 * seconds[int(0.99 * (len(seconds) - 1))]:.0f} us (p99), {1e6 * seconds[-1]:.0f} us at most"
        ),
    ]
    kinds = Counter((item.mutation, item.official.kind, item.ours.right) for item in total.disagreements)
    found += [f"disagreements: {kind}: {number}" for kind, number in kinds.most_common()]
    for item in total.disagreements[:shown]:
        found.append(f"{item.case_id} ({item.mutation}): ours {item.ours}, official {item.official}")
        found.append(f"    calls {shorten(json.dumps(item.answer.calls), 600)}")
    return found


def reading_lines(found: ReadComparison, *, shown: int) -> list[str]:
    """Lines for a person on source texts."""
    return [
        (
            f"source texts of Java and JavaScript: {found.compared:,} read by both, {found.converted:,} of them converted, {len(found.differences)} differences; "
            f"{found.undecided} that the official checker does not read in 10 s"
        ),
        *(f"    {item}" for item in found.differences[:shown]),
    ]


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--count", type=int, default=26_000, help="answers, spread evenly over the categories"
    )
    parser.add_argument("--texts", type=int, default=50_000, help="random source texts that both sides read")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--category", action="append", choices=CATEGORIES)
    parser.add_argument("--shown", type=int, default=0, help="disagreements to print in full")
    given = parser.parse_args()
    categories = given.category or CATEGORIES
    each = -(-given.count // len(categories))
    total = added([compare(load_bfcl(name), count=each, seed=given.seed) for name in categories])
    print("\n".join(lines(total, shown=given.shown)))
    read = compare_reading(count=given.texts, seed=given.seed)
    print("\n".join(reading_lines(read, shown=given.shown)))
    sys.exit(1 if total.disagreements or read.differences else 0)


if __name__ == "__main__":
    main()
