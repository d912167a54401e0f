"""How often needs in people's words find their template among the built-in ones: floors a little below what was measured.

Search was tuned on these needs. Those that it is judged by were written apart and stand in datasets/template_search.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.templates.registry import builtin_registry
from compiled_ai.templates.search import Hit, TemplateIndex

LINES = (Path(__file__).parent / "search_needs.jsonl").read_text(encoding="utf-8").splitlines()
NEEDS = [(line["need"], line["template"]) for line in map(json.loads, LINES)]
FITTING = [(need, name) for need, name in NEEDS if name]
STRANGE = [need for need, name in NEEDS if name is None]


@pytest.fixture(scope="module")
def index() -> TemplateIndex:
    return TemplateIndex(builtin_registry())


def place(hits: tuple[Hit, ...], name: str) -> int:
    """Rank of the template, 1-based; a large number when it is not among the hits."""
    return next((rank for rank, hit in enumerate(hits, start=1) if hit.name == name), 99)


@pytest.mark.parametrize(("within", "share"), [(1, 0.92), (5, 0.98)])
def test_needs_find_their_template(index: TemplateIndex, within: int, share: float) -> None:
    found = [place(index.search(need, threshold=0), name) <= within for need, name in FITTING]
    assert len(found) >= 30
    assert sum(found) / len(found) >= share


def test_the_threshold_keeps_what_fits(index: TemplateIndex) -> None:
    kept = [bool(index.search(need)) for need, _ in FITTING]
    assert sum(kept) / len(kept) >= 0.95


def test_mostly_nothing_is_offered_where_nothing_fits(index: TemplateIndex) -> None:
    silent = [not index.search(need) for need in STRANGE]
    assert sum(silent) / len(silent) >= 0.65


def test_every_template_is_found_by_its_name(index: TemplateIndex) -> None:
    names = [template.name for template in builtin_registry()]
    assert [name for name in names if place(index.search(name.replace("_", " ")), name) != 1] == []
