"""Artifacts as the compiler makes them, run from the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.artifact import Store
from compiled_ai.errors import ArtifactNotFoundError, InputError, OperatorError
from compiled_ai.execution import LoadedWorkflow, load_workflow
from compiled_ai.execution.evaluate import evaluate
from compiled_ai.llm import from_function
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Accuracy

Open = Callable[..., LoadedWorkflow]
DATA: dict[str, Any] = {"message": "please help now", "age": 70}


def test_an_artifact_runs_by_its_name(store: Store) -> None:
    result = load_workflow("price_band", store=store).run({"sku": "a", "price": 12})
    assert (result.output, result.served_by) == ({"sku": "a", "band": "high"}, "compiled")


def test_names_are_looked_up_in_the_folder_workflows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(store.root.parent)
    assert load_workflow("price_band").name == "price_band"
    monkeypatch.chdir(store.root)
    with pytest.raises(ArtifactNotFoundError, match="run `compiled-ai compile SPEC`"):
        load_workflow("price_bant")


def test_an_artifact_loaded_twice_answers_the_same(store: Store, band: LoadedWorkflow) -> None:
    again = load_workflow("price_band", store=store)
    for price in (-1, 0, 9.99, 10, 1e300):
        data: dict[str, Any] = {"sku": "é", "price": price}
        assert again.run(data).output == band.run(data).output


def test_an_error_shows_the_line_of_the_file(store: Store) -> None:
    workflow = load_workflow("price_band", store=store)
    with pytest.raises(InputError, match=r"input: the field 'price' is missing"):
        workflow.run({"sku": "a"})


def test_steps_of_all_kinds_work_together(open_care: Open) -> None:
    workflow = open_care(from_function(lambda _: {"tone": "upset"}))
    result = workflow.run(DATA)
    assert result.output == {"words": 3, "queue": "doctor"}
    assert (result.served_by, result.tokens > 0) == ("bounded", True)
    assert workflow.run({**DATA, "age": 64}).output == {"words": 3, "queue": "nurse"}


LONG = " ".join(
    [
        "My knee has hurt since the walk on Sunday, more in the mornings than at night, and the stairs at home are hard.",
        "The cream from the chemist cooled it a little on the first day and did nothing after that.",
        "My sister had the same last year and was told to rest it for three weeks, which I cannot do because of work.",
        "Would it be better to come in this week, or to wait until the swelling is gone?",
        "I am free on Tuesday before ten and on Thursday all day, and a call in the evening would be fine as well.",
        "Thank you for the kind help last time.",
    ]
)


def test_a_rule_may_decline(open_care: Open) -> None:
    workflow = open_care(from_function(lambda _: {"tone": "calm"}))
    assert workflow.run({**DATA, "message": LONG}).reason == "too long to sort"


def test_given_outputs_make_a_run_without_a_model(open_care: Open) -> None:
    result = open_care().run(DATA, given={"tone": {"tone": "calm"}})
    assert (result.output, result.tokens) == ({"words": 3, "queue": "desk"}, 0)


def test_a_bounded_step_without_a_model_is_told_with_the_way_out(open_care: Open) -> None:
    with pytest.raises(OperatorError, match="--model"):
        open_care().run(DATA)


def test_patients_are_not_quoted_in_errors(open_care: Open) -> None:
    with pytest.raises(InputError) as caught:
        open_care().run({"message": "Zyxwvut", "age": "Zyxwvut"})
    assert "Zyxwvut" not in str(caught.value)
    assert caught.value.field == "age"


def test_every_result_of_an_audited_workflow_has_a_digest(open_care: Open) -> None:
    workflow = open_care(from_function(lambda _: {"tone": "calm"}))
    first, second = workflow.run(DATA), workflow.run(dict(reversed(DATA.items())))
    assert first.input_digest == second.input_digest is not None


def test_scores_count_what_raises_as_wrong(band: LoadedWorkflow) -> None:
    cases = [
        VisibleCase(case_id="right", input={"sku": "a", "price": 1}, output={"sku": "a", "band": "low"}),
        VisibleCase(case_id="wrong", input={"sku": "a", "price": 99}, output={"sku": "a", "band": "low"}),
        VisibleCase(case_id="declined", input={"sku": "a", "price": -1}, output=None),
        VisibleCase(case_id="raises", input={"sku": 1}, output={"sku": "a", "band": "low"}),
    ]
    score, scored = evaluate(band, cases, Accuracy())
    assert [case.verdict for case in scored] == ["right", "wrong", "right_to_decline", "crashed"]
    assert score.total == 4


def test_a_model_that_is_missing_ends_an_evaluation(open_care: Open) -> None:
    case = VisibleCase(case_id="a", input=DATA, output={"words": 3, "queue": "desk"})
    with pytest.raises(OperatorError):
        evaluate(open_care(), [case], Accuracy())
    given = VisibleCase(case_id="a", input=DATA, output=case.output, given={"tone": {"tone": "calm"}})
    assert evaluate(open_care(), [given], Accuracy())[0].total == 1


def test_the_folder_is_left_as_it_was(store: Store, band: LoadedWorkflow) -> None:
    before = sorted(path.name for path in Path(band.artifact.path).iterdir())
    load_workflow("price_band", store=store).run({"sku": "a", "price": 1})
    assert sorted(path.name for path in Path(band.artifact.path).iterdir()) == before
