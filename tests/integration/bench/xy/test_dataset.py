"""The XY dataset as it is read from the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.model import Case, Dataset
from compiled_ai.bench.xy.dataset import XyDataset, make
from compiled_ai.errors import MissingToolError, OperatorError
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.load import parse_spec

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def everything() -> XyDataset:
    return make({"root": str(ROOT), "set": "all"})


def test_it_is_a_dataset(everything: XyDataset) -> None:
    assert isinstance(everything, Dataset)
    assert [task.task_id for task in everything.tasks()][:2] == ["classification", "normalization"]
    assert len(everything.tasks()) == 8


def test_only_what_no_compilation_reads_is_held_out(everything: XyDataset) -> None:
    groups = {(case.group, case.split) for case in everything.cases()}
    assert groups == {("visible", "seen"), ("selected-on", "seen"), ("held-out", "held_out")}
    assert len({case.case_id for case in everything.cases()}) == len(everything.cases())


def test_nothing_of_a_held_out_case_stands_in_a_task(everything: XyDataset) -> None:
    for task in everything.tasks():
        assert task.spec is not None
        spec = parse_spec(task.spec, path=Path(f"{task.task_id}.yaml"))
        known = [case.input for case in (*spec.examples, *spec.tests)]
        held_out = [
            case for case in everything.cases() if (case.task_id, case.split) == (task.task_id, "held_out")
        ]
        assert held_out
        assert not [case.case_id for case in held_out if case.input in known]


def test_prompts_hold_visible_cases_alone(everything: XyDataset) -> None:
    for task in everything.tasks():
        seen = [example.input for example in task.examples]
        visible = [
            case.input
            for case in everything.cases()
            if (case.task_id, case.group) == (task.task_id, "visible")
        ]
        assert seen == visible


@pytest.mark.parametrize(
    ("protocol", "splits"),
    [("own-query", {"seen"}), ("held-out", {"held_out"}), ("all", {"seen", "held_out"})],
)
def test_protocol_chooses_the_cases(protocol: str, splits: set[str]) -> None:
    dataset = make({"root": str(ROOT), "protocol": protocol})
    assert {case.split for case in dataset.cases()} == splits
    assert len(dataset.tasks()) == 5
    assert dataset.description["protocol"] == protocol


def test_description_is_that_of_the_data(everything: XyDataset) -> None:
    five = make({"root": str(ROOT)})
    assert (
        five.description["digest"] == make({"root": str(ROOT), "protocol": "held-out"}).description["digest"]
    )
    assert five.description["digest"] != everything.description["digest"]


def visible(dataset: Dataset, *, must_decline: bool) -> Case:
    return next(
        case for case in dataset.cases() if case.group == "visible" and case.must_decline == must_decline
    )


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ({"intent": "account_access"}, "differs in intent"),
        ({"intent": "order_status", "more": 1}, "differs in more"),
        ({}, "differs in intent"),
        ("order_status", "no object"),
        (None, "no object"),
        ([], "no object"),
        ({"intent": [[[]]]}, "differs in intent"),
        ({"intent": 10**5000}, "differs"),
    ],
    ids=["other", "more", "empty", "text", "nothing", "list", "nested", "huge"],
)
def test_any_output_is_judged(everything: XyDataset, output: JsonValue, words: str) -> None:
    verdict = everything.judge(visible(everything, must_decline=False), output)
    assert (verdict.right, verdict.score) == (False, 0.0)
    assert words in verdict.reason


def test_right_answers_are_right_and_answers_to_what_must_be_declined_are_wrong(
    everything: XyDataset,
) -> None:
    for case in everything.cases():
        if case.group == "visible":
            verdict = everything.judge(case, case.expected if not case.must_decline else {"intent": "x"})
            assert verdict.right is not case.must_decline
    verdict = everything.judge(visible(everything, must_decline=True), {})
    assert verdict.reason == "it had to be declined"


def test_outside_of_a_checkout_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingToolError, match=r"root=FOLDER"):
        make({}).tasks()
    with pytest.raises(MissingToolError, match="no folder examples/xy"):
        make({"root": str(tmp_path)}).cases()


def test_inside_of_a_checkout_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples" / "xy")
    assert make({"protocol": "own-query"}).tasks()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sett": "xy"}, "no option 'sett'.*Did you mean 'set'"),
        ({"set": "yx"}, "no set 'yx'"),
        ({"protocol": "seen"}, "no protocol 'seen'"),
    ],
    ids=["option", "set", "protocol"],
)
def test_unknown_options_are_refused(options: dict[str, str], words: str) -> None:
    with pytest.raises(OperatorError, match=words):
        make(options)


def test_it_has_no_environments(everything: XyDataset) -> None:
    with pytest.raises(OperatorError, match="no dialogue"):
        everything.open(everything.cases()[0])
    assert everything.aggregate([]) == {}
