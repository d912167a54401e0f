"""The database dataset from outside: tasks, cases, a played case, verdicts on every form of output."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from compiled_ai.bench.agentbench.db import OPERATIONS, DbDataset
from compiled_ai.bench.agentbench.db_entry import parse_entries
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.model import Case, Dataset
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import parse_spec

Make = Callable[..., AgentBenchOptions]


@pytest.fixture
def make(options_for: Callable[..., Make], db_lines: bytes) -> Make:
    return options_for("db", db_lines)


@pytest.fixture
def dataset(make: Make) -> DbDataset:
    return DbDataset(make(examples=0))


def case_of(dataset: Dataset, kind: str) -> Case:
    return next(case for case in dataset.cases() if case.group == kind)


REFERENCE: dict[str, JsonObject] = {
    "other": {"answers": ["Westkai", "Südkai"]},
    "counting": {"answers": ["3"]},
    "INSERT": {"sql": "INSERT INTO `Harbour Tolls` VALUES ('Ostkai', '95', '1999')"},
    "UPDATE": {"sql": "UPDATE \"Harbour Tolls\" SET `Toll (EUR)` = '1,300' WHERE Harbour LIKE 'Nord%'"},
}


def play(dataset: DbDataset, case: Case, output: JsonObject) -> JsonValue:
    environment = dataset.open(case)
    if "sql" in output:
        environment.call("execute_sql", {"query": output["sql"]})
    environment.call("submit_answer", {"answers": output.get("answers", [])})
    assert environment.is_done
    outcome = environment.outcome()
    environment.close()
    return outcome


@pytest.mark.parametrize("kind", REFERENCE)
def test_a_right_solution_is_right_played_and_direct(dataset: DbDataset, kind: str) -> None:
    case, output = case_of(dataset, kind), REFERENCE[kind]
    assert dataset.judge(case, play(dataset, case, output)).right
    assert dataset.judge(case, output).right


@pytest.mark.parametrize("kind", REFERENCE)
@pytest.mark.parametrize(
    "output",
    [
        pytest.param({"answers": ["nonsense"]}, id="nonsense"),
        pytest.param({"answers": []}, id="no answers"),
        pytest.param({"sql": "SELECT 'nonsense'"}, id="a query for nothing"),
        pytest.param({"sql": "SELEKT"}, id="no SQL"),
        pytest.param({"sql": "DELETE FROM `Harbour Tolls`"}, id="everything deleted"),
        pytest.param({"sql": "DROP TABLE `Harbour Tolls`"}, id="the table dropped"),
        pytest.param({"answers": None, "state": "0" * 32}, id="another state"),
        pytest.param({"answers": [], "state": None}, id="no state"),
        pytest.param({"answers": [1, None, {}]}, id="answers that are no texts"),
        pytest.param({}, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param("text", id="a text"),
    ],
)
def test_a_wrong_output_is_wrong_with_a_reason(dataset: DbDataset, kind: str, output: JsonValue) -> None:
    verdict = dataset.judge(case_of(dataset, kind), output)
    assert (verdict.right, verdict.score) == (False, 0.0)
    assert verdict.reason


def test_a_query_counts_as_the_answer_to_a_question(dataset: DbDataset) -> None:
    case = case_of(dataset, "other")
    assert dataset.judge(case, {"sql": "SELECT Harbour FROM `Harbour Tolls` WHERE `Toll (EUR)` = 80"}).right


def test_an_agent_that_submits_without_changing_is_wrong(dataset: DbDataset) -> None:
    case = case_of(dataset, "INSERT")
    assert not dataset.judge(case, play(dataset, case, {"answers": ["done"]})).right


def test_a_change_counts_without_a_submission_and_a_question_does_not(dataset: DbDataset) -> None:
    for kind in ("INSERT", "other"):
        environment = dataset.open(case_of(dataset, kind))
        environment.call("execute_sql", {"query": REFERENCE[kind].get("sql", "SELECT 1")})
        outcome = environment.outcome()
        environment.close()
        if kind == "other":
            assert outcome is None
        else:
            assert dataset.judge(case_of(dataset, kind), outcome).right


def test_operations_are_bounded_and_the_submission_is_not_one(dataset: DbDataset) -> None:
    case = case_of(dataset, "counting")
    environment = dataset.open(case)
    for _ in range(OPERATIONS):
        assert environment.call("execute_sql", {"query": "SELECT 1"}) == '["1"]\n[1]'
    assert not environment.is_done
    environment.call("submit_answer", {"answers": ["3"]})
    assert dataset.judge(case, environment.outcome()).right
    environment.close()
    environment = dataset.open(case)
    for _ in range(OPERATIONS + 1):
        environment.call("execute_sql", {"query": "SELECT 1"})
    assert environment.is_done
    assert environment.outcome() is None
    assert "over" in environment.call("submit_answer", {"answers": ["3"]})
    environment.close()


def test_tools_may_be_called_from_any_thread(dataset: DbDataset) -> None:
    environment = dataset.open(case_of(dataset, "counting"))
    said: list[str] = []

    def ask() -> None:
        said.append(environment.call("execute_sql", {"query": "SELECT 1"}))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ['["1"]\n[1]'] * 4
    environment.close()


def test_a_case_has_a_database_of_its_own(dataset: DbDataset) -> None:
    case = case_of(dataset, "counting")
    first, second = dataset.open(case), dataset.open(case)
    first.call("execute_sql", {"query": "DELETE FROM `Harbour Tolls`"})
    assert "[3]" in second.call("execute_sql", {"query": "SELECT COUNT(*) FROM `Harbour Tolls`"})
    first.close()
    second.close()


def test_nothing_that_is_asked_for_stands_in_what_a_system_gets(dataset: DbDataset) -> None:
    case = case_of(dataset, "INSERT")
    environment = dataset.open(case)
    assert "Harbour Tolls" in environment.opening
    assert "INSERT" not in environment.opening + json.dumps(case.input)
    environment.close()
    assert case.input["columns"] == ["Harbour", "Toll (EUR)", "Opened"]
    assert len(str(case.input["rows"])) > 60


def test_shown_cases_are_seen_and_the_spec_is_one(make: Make) -> None:
    dataset = DbDataset(make(examples=2))
    (task,) = dataset.tasks()
    assert [case.split for case in dataset.cases()] == ["seen", "held_out", "seen", "held_out"]
    assert task.spec is not None
    spec = parse_spec(task.spec, path=Path("spec.yaml"))
    assert len(spec.examples) == len(task.examples) == 2


def test_without_examples_nothing_is_shown_and_nothing_compiled(dataset: DbDataset) -> None:
    (task,) = dataset.tasks()
    assert (task.spec, task.examples) == (None, ())
    assert {case.split for case in dataset.cases()} == {"held_out"}


def test_own_query_makes_a_task_of_each_case(make: Make) -> None:
    dataset = DbDataset(make(protocol="own-query"))
    tasks = {task.task_id: task for task in dataset.tasks()}
    for case in dataset.cases():
        assert case.split == "seen"
        assert tasks[case.task_id].examples[0].input == case.input


def test_without_tools_the_table_is_the_input_and_the_verdicts_are_the_same(make: Make) -> None:
    dataset = DbDataset(make(form="object", examples="1"))
    (task,) = dataset.tasks()
    assert (task.form, task.tools, len(task.examples)) == ("object", (), 1)
    jsonschema_rs.meta.validate(task.output_schema)
    for case in dataset.cases():
        output = REFERENCE[case.group]
        assert jsonschema_rs.is_valid(task.output_schema, output)
        assert dataset.judge(case, output).right


def test_rows_of_the_input_can_be_bounded(make: Make) -> None:
    case = DbDataset(make(rows=1)).cases()[0]
    assert case.input["rows"] == [["Nordkai", "1,200", "1901"]]


def test_figures_are_agentbenchs(dataset: DbDataset) -> None:
    judged: list[tuple[Case, JsonValue]] = [(case, REFERENCE[case.group]) for case in dataset.cases()]
    judged[1] = (judged[1][0], {"answers": ["3.004"]})
    judged[2] = (judged[2][0], None)
    figures = dataset.aggregate(judged)
    assert figures["SELECT accuracy"] == 1.0
    assert figures["SELECT accuracy, strict"] == 0.5
    assert (figures["INSERT accuracy"], figures["UPDATE accuracy"]) == (0.0, 1.0)
    assert figures["overall accuracy"] == pytest.approx(2 / 3)
    assert dataset.aggregate([]) == {}


def test_the_description_says_what_data_it_is(dataset: DbDataset) -> None:
    assert dataset.description["pinned"] is False
    assert str(dataset.description["engine"]).startswith("SQLite")


def test_several_tables_are_all_there(options_for: Callable[..., Make]) -> None:
    def plain(name: str, *cells: JsonValue) -> JsonObject:
        return {
            "table_name": name,
            "table_info": {"columns": [{"name": "a"}], "rows": [[cell] for cell in cells]},
        }

    row: JsonObject = {
        "description": "Add 3 to t2.",
        "type": ["INSERT"],
        "label": ["INSERT INTO t2 VALUES ('3')"],
        "table": [plain("t1", "0"), plain("t2", "1", 2)],
    }
    dataset = DbDataset(options_for("db", json.dumps(row).encode())(examples=0))
    (case,) = dataset.cases()
    assert case.input["more_tables"] == [{"table_name": "t2", "columns": ["a"], "rows": [["1"], ["2"]]}]
    assert dataset.judge(case, play(dataset, case, {"sql": "INSERT INTO t2 VALUES (3)"})).right
    assert not dataset.judge(case, {"sql": "INSERT INTO t1 VALUES (3)"}).right


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"{}", id="no task"),
        pytest.param(
            b'{"description": "d", "type": ["INSERT"], "table": {"table_name": "t", "table_info": {"columns": [{"name": "a"}], "rows": []}}}',
            id="a change without its statement",
        ),
        pytest.param(
            b'{"description": "d", "type": ["other"], "table": {"table_name": "t", "table_info": {"columns": [{"name": "a"}], "rows": [["1", "2"]]}}}',
            id="a row too wide",
        ),
    ],
)
def test_data_in_another_form_is_refused_with_its_line(line: bytes) -> None:
    with pytest.raises(MissingToolError, match="line 1"):
        parse_entries(line)
