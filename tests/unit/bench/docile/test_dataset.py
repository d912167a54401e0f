"""The dataset as the runner sees it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.docile import dataset as module
from compiled_ai.bench.docile.dataset import DocileDataset, make
from compiled_ai.bench.docile.generator import generate
from compiled_ai.bench.docile.source import write_documents
from compiled_ai.bench.model import Dataset
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import parse_spec

KILE = make({"count": 6, "noise": "none"})
LIR = make({"task": "lir", "count": 6, "noise": "none"})
BOTH = pytest.mark.parametrize("dataset", [pytest.param(KILE, id="kile"), pytest.param(LIR, id="lir")])


@BOTH
def test_it_is_a_dataset_whose_spec_loads(dataset: DocileDataset) -> None:
    assert isinstance(dataset, Dataset)
    (task,) = dataset.tasks()
    assert task.spec is not None
    spec = parse_spec(task.spec, path=Path("task.yaml"))
    assert spec.name == task.task_id
    assert len(spec.examples) + len(spec.tests) == len(task.examples) == 3


@BOTH
def test_expected_answers_fit_the_schema_and_are_right(dataset: DocileDataset) -> None:
    schema = dataset.tasks()[0].output_schema
    for case in dataset.cases():
        assert jsonschema_rs.is_valid(schema, case.expected)
        assert dataset.judge(case, case.expected).right
        assert dataset.judge(case, case.expected).score == 1.0


def test_held_out_cases_are_in_no_example() -> None:
    shown = [item.input for item in KILE.tasks()[0].examples]
    cases = KILE.cases()
    assert len({case.case_id for case in cases}) == len(cases) == 6
    assert all(case.input not in shown and case.split == "held_out" for case in cases)


def test_own_query_cases_are_the_examples() -> None:
    seen = make({"count": 6, "noise": "none", "protocol": "own-query"})
    assert [case.input for case in seen.cases()] == [item.input for item in KILE.tasks()[0].examples]
    assert {case.split for case in seen.cases()} == {"seen"}
    assert seen.tasks()[0].digest == KILE.tasks()[0].digest
    both = make({"count": 6, "noise": "none", "protocol": "all"})
    assert [case.split for case in both.cases()] == ["seen"] * 3 + ["held_out"] * 6


def test_a_task_for_each_vendor_has_its_invoices() -> None:
    dataset = make({"count": 8, "per": "vendor", "vendors": 4, "examples": 2})
    assert [task.task_id for task in dataset.tasks()] == [f"kile-vendor-{number}" for number in range(4)]
    assert {case.task_id for case in dataset.cases()} == {task.task_id for task in dataset.tasks()}
    for task in dataset.tasks():
        names = {dict(_object(item.output))["vendor_name"] for item in task.examples}
        names |= {dict(_object(case.expected))["vendor_name"] for case in dataset.cases() if case.task_id == task.task_id}  # fmt: skip
        assert len(names) == 1


def _object(value: JsonValue) -> JsonObject:
    assert isinstance(value, dict)
    return value


def test_key_information_is_judged_by_f1_worked_out_by_hand() -> None:
    case = KILE.cases()[0]
    expected = _object(case.expected)
    total = sum(len(value) if isinstance(value, list) else 1 for value in expected.values())
    one_wrong = {**expected, "vendor_name": "Somebody else"}
    verdict = KILE.judge(case, one_wrong)
    assert not verdict.right
    assert verdict.score == pytest.approx((total - 1) / total)
    assert "vendor_name" in verdict.reason
    one_missing = {key: value for key, value in expected.items() if key != "vendor_name"}
    assert KILE.judge(case, one_missing).score == pytest.approx(2 * (total - 1) / (2 * total - 1))
    one_more = {**expected, "invented": "x"}
    assert KILE.judge(case, one_more).score == pytest.approx(2 * total / (2 * total + 1))


def test_line_items_are_judged_by_f1_in_any_order() -> None:
    case = next(case for case in LIR.cases() if len(_rows(case.expected)) > 1)
    rows = _rows(case.expected)
    assert LIR.judge(case, {"line_items": [*reversed(rows)]}).right
    total = sum(len(_object(row)) for row in rows)
    kept = total - len(_object(rows[0]))
    assert LIR.judge(case, {"line_items": rows[1:]}).score == pytest.approx(2 * kept / (kept + total))


def _rows(value: JsonValue) -> list[JsonValue]:
    rows = _object(value)["line_items"]
    assert isinstance(rows, list)
    return rows


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("line_items"), inner, max_size=4)
    ),
    max_leaves=12,
)


@BOTH
@settings(deadline=None)
@given(output=JSON)
def test_no_output_breaks_the_judge(dataset: DocileDataset, output: JsonValue) -> None:
    verdict = dataset.judge(dataset.cases()[0], output)
    assert 0 <= verdict.score < 1
    assert not verdict.right


def test_extraction_is_no_dialogue() -> None:
    with pytest.raises(MissingToolError, match="no environment"):
        KILE.open(KILE.cases()[0])


def test_text_figures_come_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise MissingToolError("no network")

    monkeypatch.setattr(module, "evaluate", refuse)
    cases = KILE.cases()
    figures = KILE.aggregate([(cases[0], cases[0].expected), (cases[1], None)])
    assert set(figures) == {"KILE text F1", "KILE text precision", "KILE text recall"}
    assert figures["KILE text precision"] == 1.0
    assert 0 < figures["KILE text recall"] < 1
    assert KILE.aggregate([]) == {}


def test_description_names_data_and_options() -> None:
    assert KILE.description["digest"] == make({"count": 6, "noise": "none"}).description["digest"]
    assert KILE.description["digest"] != make({"count": 6, "noise": "light"}).description["digest"]
    assert json.loads(json.dumps(KILE.description)) == KILE.description


def test_real_documents_are_taken_from_a_path(tmp_path: Path) -> None:
    write_documents(generate(10, seed=1), tmp_path, "train")
    write_documents(generate(9, seed=2), tmp_path, "val")
    dataset = make({"source": "path", "path": str(tmp_path), "count": 5})
    assert all(case.case_id.startswith("synthetic-2") for case in dataset.cases())
    assert len(dataset.cases()) == 5
    assert "not the published release" in str(dataset.description["version"])
    assert all(dataset.judge(case, case.expected).right for case in dataset.cases())
    own = make({"source": "path", "path": str(tmp_path), "count": 99, "split": "train"})
    assert len(own.cases()) == 7


def test_real_documents_without_a_path_say_where_to_get_them() -> None:
    with pytest.raises(MissingToolError, match="Ask for a token"):
        make({"source": "path"}).tasks()
