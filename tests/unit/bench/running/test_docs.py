from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from compiled_ai.bench.registry import DATASETS, SYSTEMS
from compiled_ai.bench.rows import CallRow, CaseRow, Outcome, PreparationRow, RunInfo
from compiled_ai.bench.running.plan import Bounds, Sample

PAGE = (Path(__file__).parents[4] / "docs" / "benchmark.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "model", [CaseRow, PreparationRow, RunInfo, CallRow], ids=lambda model: model.__name__
)
def test_the_page_names_every_field(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in PAGE] == []


def test_the_page_names_every_outcome_dataset_and_system() -> None:
    assert [name for name in (*get_args(Outcome), *DATASETS, *SYSTEMS) if f"`{name}`" not in PAGE] == []


def test_the_page_names_every_setting() -> None:
    names = [*Sample(dataset="d", systems=()).to_json(), *Bounds().to_json()]
    assert [name for name in names if name not in PAGE] == []
