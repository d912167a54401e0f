"""The table of metrics against the docs, the issue's thresholds and what is calculated."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.bench.metrics.made_rows import case_row, preparation_row, run_of

from compiled_ai.bench.metrics.metric import CATEGORIES
from compiled_ai.bench.metrics.reference import describe_metrics, thresholds
from compiled_ai.bench.metrics.summary import summarize
from compiled_ai.bench.metrics.table import DEFINITIONS

PAGE = Path(__file__).parents[4] / "docs" / "framework.md"


def test_docs_say_what_the_table_says() -> None:
    """Write it anew: replace what follows the last heading of level two by what `describe_metrics` gives."""
    assert PAGE.read_text().endswith(f"## The metrics\n\n{describe_metrics()}")


def test_each_category_has_metrics_in_one_run_of_the_table() -> None:
    categories = [item.category for item in DEFINITIONS.values()]
    assert list(dict.fromkeys(categories)) == list(CATEGORIES)
    assert categories == sorted(categories, key=CATEGORIES.index)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definition_is_complete(name: str) -> None:
    item = DEFINITIONS[name]
    assert all((item.title, item.formula, item.counts, item.source, item.blind))
    assert (item.competitive is not None) or item.excellent is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("compression_ratio", "competitive above 4, excellent above 10", id="compression"),
        pytest.param("break_even_tokens", "competitive below 100 runs, excellent below 10 runs", id="N*"),
        pytest.param("ttft_p50", "competitive below 500 ms, excellent below 200 ms", id="ttft"),
        pytest.param("exact_match_rate", "competitive above 80 %, excellent above 95 %", id="exact match"),
        pytest.param("completion_rate", "competitive above 50 %, excellent above 75 %", id="completion"),
        pytest.param("cyclomatic_complexity", "competitive below 10, excellent below 5", id="V(G)"),
        pytest.param("first_pass_rate", "competitive above 70 %, excellent above 90 %", id="first pass"),
        pytest.param("determinism_advantage", "competitive above 1, excellent above 10", id="advantage"),
        pytest.param("accuracy", "", id="none"),
    ],
)
def test_thresholds_in_words(name: str, said: str) -> None:
    assert thresholds(DEFINITIONS[name]) == said


def test_summary_calculates_each_metric_of_the_table_and_no_other() -> None:
    rows = [case_row(system=name) for name in ("compiled", "direct")]
    dataset = summarize([run_of(rows, [preparation_row()])]).datasets[0]
    system = dataset.systems[0]
    names = [
        *(item.name for item in system.metrics.items),
        *(item.name for item in system.splits[0].metrics.items),
        *(item.name for item in dataset.comparisons[0].metrics.items),
    ]
    assert sorted(names) == sorted(DEFINITIONS)
