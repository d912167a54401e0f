"""The official library, in its own process: our figures against its own."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from compiled_ai.bench.docile.dataset import make
from compiled_ai.bench.docile.document import Document, Field
from compiled_ai.bench.docile.generator import generate
from compiled_ai.bench.docile.official import Prediction, docile_home, evaluate
from compiled_ai.bench.docile.task import items_of, values_of
from compiled_ai.bench.docile.text_match import Counts, Values, kile_counts, lir_counts
from compiled_ai.spec.canonical import JsonValue

pytestmark = pytest.mark.skipif(
    not docile_home().is_dir(),
    reason="DocILE's evaluation was not fetched: run the dataset once with a network",
)


def spoilt(fields: Sequence[Field], random: Random) -> list[Field]:
    """Fields with some missing, some with another text, some of another type, some twice; boxes stay those of the annotation."""
    found: list[Field] = []
    for field in fields:
        roll = random.random()
        if roll < 0.12:
            continue
        text = f"{field.text}?{random.random()}" if roll < 0.3 else field.text
        kind = f"{field.fieldtype}_x" if roll > 0.93 else field.fieldtype
        copies = 2 if roll > 0.97 else 1
        found += [
            Field(fieldtype=kind, text=text, page=field.page, box=field.box, line_item_id=field.line_item_id)
        ] * copies
    return found


def items(fields: Sequence[Field]) -> list[Values]:
    grouped: dict[int | None, list[Field]] = {}
    for field in fields:
        grouped.setdefault(field.line_item_id, []).append(field)
    return [values_of(group) for group in grouped.values()]


def test_text_match_agrees_with_the_official_one_when_boxes_are_right() -> None:
    documents = generate(24, seed=31, noise="none")
    random = Random(7)
    kile = {item.docid: spoilt(item.fields, random) for item in documents}
    lir = {item.docid: spoilt(item.line_items, random) for item in documents}
    ours = sum(
        (kile_counts(values_of(item.fields), values_of(kile[item.docid])) for item in documents), Counts()
    )
    assert counted("kile", documents, kile) == (ours.right, ours.predicted, ours.expected)
    ours = sum((lir_counts(items_of(item), items(lir[item.docid])) for item in documents), Counts())
    assert counted("lir", documents, lir) == (ours.right, ours.predicted, ours.expected)


def counted(
    task: str, documents: Sequence[Document], predicted: dict[str, list[Field]]
) -> tuple[float, float, float]:
    rows = {
        docid: [Prediction(field=field, score=1.0) for field in fields] for docid, fields in predicted.items()
    }
    found = evaluate("kile" if task == "kile" else "lir", documents, rows).by_place_and_text
    return found["TP"], found["TP"] + found["FP"], found["TP"] + found["FN"]


@pytest.mark.parametrize("task", ["kile", "lir"])
def test_right_answers_get_nearly_all_that_can_be_had(task: str) -> None:
    dataset = make({"task": task, "count": 12, "noise": "none", "seed": 3})
    cases = dataset.cases()
    figures = dataset.aggregate([(case, case.expected) for case in cases])
    name = task.upper()
    assert figures[f"{name} text F1"] == 1.0
    assert figures[f"{name} AP"] > 0.95
    assert figures[f"{name} F1 with text"] > 0.97


def test_no_answers_get_nothing() -> None:
    dataset = make({"count": 2, "noise": "none"})
    figures = dataset.aggregate([(case, None) for case in dataset.cases()])
    assert set(figures.values()) == {0.0}


def test_a_case_that_comes_twice_counts_twice() -> None:
    dataset = make({"count": 2, "noise": "none"})
    case = dataset.cases()[0]
    once = dataset.official([(case, case.expected)]).by_place
    twice = dataset.official([(case, case.expected), (case, None)]).by_place
    assert twice["TP"] == once["TP"]
    assert twice["FN"] == once["TP"] + 2 * once["FN"]


def test_odd_answers_are_judged() -> None:
    dataset = make({"count": 1, "noise": "none"})
    case = dataset.cases()[0]
    odd: JsonValue = {"vendor_name": ["\ud800", 7, None, {"a": float("inf")}], "": "x", "date_due": "\f"}
    assert dataset.aggregate([(case, odd)])["KILE F1"] == 0.0
    assert dataset.aggregate([(case, "text alone")])["KILE F1"] == 0.0
