"""How the code that came out is written, and how often compiling gives right code."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.bench.metrics.attempts import code_of
from compiled_ai.bench.metrics.cognitive import cognitive_complexities
from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import mean, share
from compiled_ai.bench.metrics.table import unknown
from compiled_ai.bench.rows import RIGHT, CaseRow, PreparationRow
from compiled_ai.checkers.complexity import complexities, lines_of_code, type_coverage

_NO_CODE = "this system writes no code"
_UNREADABLE = "no code could be read as Python"
_SAMPLES = (1, 3)
Count = Callable[[str], int]
"""From a program's text to how much a tool complains about it, such as `compiled_ai.bench.metrics.code_tools.lint_findings`."""


@dataclass(frozen=True, kw_only=True)
class CodeTools:
    """Tools that start processes or keep caches: given from outside, so that summing up stays free of both."""

    lint: Count | None = None
    types: Count | None = None


@dataclass(frozen=True, kw_only=True)
class CodeMeasures:
    """What one file of code is like."""

    cyclomatic: int
    """Of the most complex function; 1 for code without branches and functions."""
    cognitive: int
    """Of the hardest function."""
    maintainability: float
    """0..171."""
    type_coverage: float
    """0..1."""
    lines: int
    """Neither blank nor a comment alone."""


def measure_code(source: str) -> CodeMeasures | None:
    """Measures of `source`; None when it is not Python.

    Raises:
        MissingToolError: radon is absent.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return CodeMeasures(
        cyclomatic=max((item.complexity for item in complexities(tree)), default=1),
        cognitive=max(cognitive_complexities(tree).values(), default=0),
        maintainability=maintainability_index(source),
        type_coverage=type_coverage(tree),
        lines=lines_of_code(source),
    )


def maintainability_index(source: str) -> float:
    """171 - 5.2 ln V - 0.23 G - 16.2 ln L, in 0..171; `source` must be Python. Without comments, and not scaled to 100 as radon has it."""
    from radon.metrics import mi_parameters

    volume, complexity, lines, _ = mi_parameters(source)
    index: float = 171 - 5.2 * math.log(max(1, volume)) - 0.23 * complexity - 16.2 * math.log(max(1, lines))
    return max(0.0, index)


def pass_at_k(n: int, c: int, k: int) -> float:
    """Chance that one of `k` samples, drawn without putting back from `n` of which `c` are right, is right. Needs 0 <= c <= n and 1 <= k <= n.

    The unbiased estimator of Chen et al. (2021), https://arxiv.org/abs/2107.03374.

    Raises:
        ValueError: the numbers contradict each other.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass@{k} of {c} right among {n} is not defined")
    return 1 - math.comb(n - c, k) / math.comb(n, k)


def code_quality(
    preparations: Sequence[PreparationRow], cases: Sequence[CaseRow], *, tools: CodeTools, seed: int
) -> tuple[Metric, ...]:
    """All metrics of the category for one system."""
    codes = [code for row in preparations if (code := code_of(row)) is not None]
    found = {code: measure_code(code) for code in dict.fromkeys(codes)}
    measured = [measures for code in codes if (measures := found[code]) is not None]
    none = _UNREADABLE if codes else _NO_CODE

    def averaged(name: str, of: Callable[[CodeMeasures], float]) -> Metric:
        return mean(name, [of(item) for item in measured], none=none, seed=seed)

    return (
        averaged("cyclomatic_complexity", lambda item: item.cyclomatic),
        averaged("cognitive_complexity", lambda item: item.cognitive),
        averaged("maintainability_index", lambda item: item.maintainability),
        averaged("type_coverage", lambda item: 100 * item.type_coverage),
        _counted("lint_findings", codes, tools.lint, seed=seed),
        _counted("type_errors", codes, tools.types, seed=seed),
        *_pass_rates(preparations, cases, writes_code=bool(codes)),
    )


def _counted(name: str, codes: Sequence[str], count: Count | None, *, seed: int) -> Metric:
    if count is None and codes:
        return unknown(name, "no tool was given to count them", n=len(codes))
    found = {} if count is None else {code: float(count(code)) for code in dict.fromkeys(codes)}
    return mean(name, [found[code] for code in codes], none=_NO_CODE, seed=seed)


def _pass_rates(
    preparations: Sequence[PreparationRow], cases: Sequence[CaseRow], *, writes_code: bool
) -> Iterable[Metric]:
    right = _right_artifacts(cases)
    samples: dict[str, dict[str, bool]] = {}
    for row in preparations:
        of_task = samples.setdefault(row.task_id, {})
        failed = f"failed {row.identity} {row.system_identity} {row.problem}"
        of_task[failed if row.problem else row.identity] = not row.problem and right.get(
            (row.task_id, row.identity), False
        )
    for k in _SAMPLES:
        rates = [
            pass_at_k(len(found), sum(found.values()), k) for found in samples.values() if len(found) >= k
        ]
        none = f"needs {k} different compilations of a task" if writes_code else _NO_CODE
        yield share(f"pass_at_{k}", rates if writes_code else [], none=none)


def _right_artifacts(cases: Iterable[CaseRow]) -> Mapping[tuple[str, str], bool]:
    """For each task and artifact, whether all its held-out cases are right; its seen ones where there are no others."""
    verdicts: dict[tuple[str, str], dict[str, bool]] = {}
    for row in cases:
        by_split = verdicts.setdefault((row.task_id, row.identity), {})
        by_split[row.split] = by_split.get(row.split, True) and row.outcome in RIGHT
    return {key: by_split.get("held_out", by_split.get("seen", False)) for key, by_split in verdicts.items()}
