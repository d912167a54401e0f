"""The figures that BFCL itself reports, as far as they follow from its single-turn categories.

Worked out as in `eval_runner_helper.py` of `bfcl_eval`: the files `data_non_live.csv`, `data_live.csv` and `data_overall.csv`. There a category that was
not run counts as 0 in averages over several; here such an average is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

_SIMPLE = ("simple_python", "simple_java", "simple_javascript")
_OTHERS = ("multiple", "parallel", "parallel_multiple")
_LIVE = ("live_simple", "live_multiple", "live_parallel", "live_parallel_multiple")


def official_figures(judged: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    """Accuracies by category and the averages over them, in 0..1.

    Args:
        judged: by category whether each case is right; what was not answered is wrong, unless it was to be declined.
    """
    accuracy = {name: fmean(rights) for name, rights in judged.items() if rights}
    figures = dict(accuracy)
    if accuracy.keys() >= set(_SIMPLE):
        figures["simple AST"] = fmean(accuracy[name] for name in _SIMPLE)
    if "simple AST" in figures and accuracy.keys() >= set(_OTHERS):
        figures["non-live AST"] = fmean([figures["simple AST"], *(accuracy[name] for name in _OTHERS)])
    if accuracy.keys() >= set(_LIVE):
        figures["live AST"] = fmean([right for name in _LIVE for right in judged[name]])
    if accuracy.keys() >= {"irrelevance", "live_irrelevance"}:
        figures["irrelevance detection"] = fmean([accuracy["irrelevance"], accuracy["live_irrelevance"]])
    parts = [figures.get(name) for name in ("non-live AST", "live AST", "irrelevance detection")]
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        figures["single-turn part of overall"] = fmean(known)
    return figures
