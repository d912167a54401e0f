"""Search over templates: how often the right one is found, how often "nothing fits" is right, and how long a query takes at 10,000 templates.

    .venv/bin/python benchmarks/run_search.py [--needs FILE] [--minilm [FOLDER]]

Needs are lines of JSON, ``{"need": ..., "template": name or null}``; by default those in datasets/template_search, which were written apart.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

from compiled_ai.templates.registry import builtin_registry
from compiled_ai.templates.search import Embedder, Searchable, TemplateIndex, TextKind

NEEDS = Path(__file__).parents[1] / "datasets" / "template_search" / "needs.jsonl"
MANY = 10_000
RUNS = 400
SHARES = (0.5, 0.75, 1.0, 1.25, 1.5)
"""Thresholds to try, as multiples of the default one."""


@dataclass(frozen=True, kw_only=True)
class Need:
    text: str
    template: str | None


@dataclass(frozen=True, kw_only=True)
class MadeUp:
    """A template of a large company, for timing only."""

    name: str
    purpose: str
    description: str
    use_when: tuple[str, ...]
    tags: tuple[str, ...]


def main() -> None:
    """Measure and print."""
    options = _parsed()
    needs = _read(options.needs)
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    embedders: list[Embedder | None] = [None]
    if options.minilm is not None:
        from compiled_ai.templates._search_minilm import MiniLm

        embedders.append(MiniLm(Path(options.minilm) if options.minilm else None))
    for embedder in embedders:
        print(f"== {embedder.name if embedder else 'words alone'}")
        report_recall(needs, embedder)
        measure_latency([need.text for need in needs], embedder)
        print()


def report_recall(needs: Sequence[Need], embedder: Embedder | None) -> None:
    """Print recall at 1 and 5 without and with the threshold, and the curve over thresholds."""
    index = TemplateIndex(builtin_registry(), embedder=embedder)
    found = [[hit.name for hit in index.search(need.text, threshold=0)] for need in needs]
    wanted = [(names, need.template) for names, need in zip(found, needs, strict=True) if need.template]
    for count in (1, 5):
        hits = sum(name in names[:count] for names, name in wanted)
        print(f"recall at {count}, no threshold: {hits}/{len(wanted)} = {hits / len(wanted):.1%}")
    print("threshold   right at 1   right at 5   wrong first   nothing though one fits   nothing, rightly")
    for share in SHARES:
        least = index.threshold * share
        cut = [[hit.name for hit in index.search(need.text, threshold=least)] for need in needs]
        pairs = list(zip(cut, (need.template for need in needs), strict=True))
        fits = [(names, name) for names, name in pairs if name]
        at_1 = sum(names[:1] == [name] for names, name in fits)
        at_5 = sum(name in names[:5] for names, name in fits)
        silent = sum(not names for names, _ in fits)
        rightly = sum(not names for names, name in pairs if name is None)
        nulls = len(pairs) - len(fits)
        first = len(fits) - at_1 - silent
        print(
            f"{least:9.2f}{at_1:9}/{len(fits)}{at_5:10}/{len(fits)}{first:14}{silent:26}{rightly:16}/{nulls}"
        )


def measure_latency(queries: Sequence[str], embedder: Embedder | None) -> None:
    """Print the times of one query over 10,000 templates, and of building, keeping and loading the index."""
    templates = make_templates(MANY)
    fast = (
        _Hashed(embedder.name) if embedder else None
    )  # embedding 10,000 texts is the model's time, not ours
    with tempfile.TemporaryDirectory() as folder:
        seconds = []
        for _ in range(2):
            started = perf_counter()
            index = TemplateIndex(templates, embedder=fast, cache_dir=Path(folder))
            seconds.append(perf_counter() - started)
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    print(
        f"{MANY:,} templates: built and kept in {seconds[0]:.2f} s, loaded in {seconds[1]:.2f} s, {size:,} bytes"
    )
    walls, work = [], []
    for run in range(RUNS):
        started, begun = perf_counter(), process_time()
        index.search(queries[run % len(queries)])
        walls.append((perf_counter() - started) * 1e3)
        work.append((process_time() - begun) * 1e3)
    for what, times in (("a query", walls), ("of that, on the processor", work)):
        print(
            f"{what}: n={RUNS}, p50 {median(times):.1f} ms, p99 {quantiles(times, n=100)[98]:.1f} ms (target: below 50)"
        )
    if embedder:
        times = []
        for run in range(50):
            started = perf_counter()
            embedder.embed([queries[run % len(queries)]], kind="query")
            times.append((perf_counter() - started) * 1e3)
        print(
            f"plus the query's vector: n=50, p50 {median(times):.1f} ms, p99 {quantiles(times, n=100)[98]:.1f} ms"
        )


def make_templates(count: int) -> list[Searchable]:
    """Templates with the words of the built-in ones, mixed, and names of departments and goods."""
    chance = random.Random(11)
    base = list(builtin_registry())
    syllables = ["ba", "co", "di", "fe", "go", "hu", "ka", "lo", "mi", "nu", "pa", "re", "so", "ti", "vu"]
    words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(3_000)]
    made: list[Searchable] = []
    for number in range(count):
        one, other = chance.choice(base), chance.choice(base)
        own = chance.sample(words, 6)
        made.append(
            MadeUp(
                name=f"{own[0]}_{one.name}_{number}",
                purpose=f"{one.purpose} for {own[1]} {own[2]}",
                description=f"{one.description} {' '.join(own)} {other.description}",
                use_when=(chance.choice(one.use_when), chance.choice(other.use_when)),
                tags=(*chance.sample(one.tags, 5), *own[3:]),
            )
        )
    return made


class _Hashed:
    """Vectors of 384 random numbers, at once."""

    def __init__(self, name: str) -> None:
        self.name = f"random like {name}"

    def embed(self, texts: Sequence[str], *, kind: TextKind) -> list[list[float]]:
        del kind
        return [[random.Random(text).gauss() for _ in range(384)] for text in texts]


def _read(path: Path) -> list[Need]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Need(text=line["need"], template=line["template"]) for line in lines]


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--needs", type=Path, default=NEEDS)
    parser.add_argument("--minilm", nargs="?", const="", default=None, metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
