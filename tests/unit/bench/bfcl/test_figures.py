"""BFCL's own averages, worked out by hand."""

from __future__ import annotations

import pytest

from compiled_ai.bench.bfcl.figures import official_figures
from compiled_ai.bench.bfcl.source import CATEGORIES

RIGHT, WRONG = True, False
ALL: dict[str, list[bool]] = {name: [RIGHT] for name in CATEGORIES}


def test_languages_count_alike_and_so_do_kinds_of_calls() -> None:
    judged = {
        **ALL,
        "simple_python": [RIGHT, RIGHT, RIGHT, WRONG],
        "simple_java": [RIGHT, WRONG],
        "simple_javascript": [WRONG],
        "parallel": [WRONG],
    }
    figures = official_figures(judged)
    assert figures["simple AST"] == pytest.approx((0.75 + 0.5 + 0) / 3)
    assert figures["non-live AST"] == pytest.approx(((0.75 + 0.5) / 3 + 1 + 0 + 1) / 4)


def test_live_categories_count_by_their_cases() -> None:
    judged = {**ALL, "live_simple": [RIGHT, WRONG, WRONG], "live_multiple": [RIGHT, RIGHT]}
    assert official_figures(judged)["live AST"] == pytest.approx(5 / 7)


def test_the_single_turn_part_weighs_its_three_parts_alike() -> None:
    judged = {**ALL, "live_irrelevance": [RIGHT, WRONG], "parallel": [WRONG], "live_simple": [WRONG]}
    figures = official_figures(judged)
    assert figures["irrelevance detection"] == 0.75
    assert figures["single-turn part of overall"] == pytest.approx((0.75 + 0.75 + 0.75) / 3)


def test_an_average_over_a_category_that_was_not_run_is_left_out() -> None:
    figures = official_figures({"simple_python": [RIGHT], "live_multiple": [WRONG], "parallel": []})
    assert figures == {"simple_python": 1.0, "live_multiple": 0.0}
