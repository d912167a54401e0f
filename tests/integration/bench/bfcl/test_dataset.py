"""The dataset over made-up data in the form of BFCL's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from compiled_ai.bench.bfcl.dataset import BfclDataset, make
from compiled_ai.bench.bfcl.paraphrases import read_paraphrases
from compiled_ai.bench.bfcl.protocols import BfclSettings, Protocol
from compiled_ai.bench.bfcl.source import CATEGORIES, BfclCategory, bfcl_home, load_bfcl
from compiled_ai.bench.model import Case, Dataset
from compiled_ai.errors import MissingToolError, OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue

LAKE = {
    "name": "lake.wind",
    "description": "The wind on a lake.",
    "parameters": {
        "type": "dict",
        "required": ["lake"],
        "properties": {"lake": {"type": "string", "description": "Which lake."}},
    },
}
LAKES = ("Como", "Garda", "Lugano", "Zug", "Thun", "Iseo")


def write(home: Path, category: str, rows: Sequence[tuple[str, JsonValue]]) -> None:
    data = home / "bfcl_eval" / "data"
    (data / "possible_answer").mkdir(parents=True, exist_ok=True)
    questions, answers = [], []
    for number, (request, due) in enumerate(rows):
        case_id = f"{category}_{number}"
        question = [[{"role": "user", "content": request}]]
        questions.append(json.dumps({"id": case_id, "question": question, "function": [LAKE]}))
        answers.append(json.dumps({"id": case_id, "ground_truth": [{"lake.wind": due}]}))
    (data / f"BFCL_v4_{category}.json").write_text("\n".join(questions))
    if "relevance" not in category:
        (data / "possible_answer" / f"BFCL_v4_{category}.json").write_text("\n".join(answers))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "bfcl"
    lakes: list[tuple[str, JsonValue]] = [(f"wind on {lake}?", {"lake": [lake]}) for lake in LAKES]
    write(folder, "live_simple", lakes)
    write(folder, "live_multiple", [])
    write(folder, "simple_python", lakes[:2])
    write(folder, "live_irrelevance", [("who won?", None)])
    write(folder, "live_relevance", [("any wind?", None)])
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rows: list[JsonObject] = [
        {"id": "simple_python_1", "request": "is it windy at Zug", "expected": {"lake": ["Zug"]}},
        {"id": "simple_python_1", "request": "is it windy", "expected": None},
    ]
    folder = tmp_path / "checkout" / "datasets" / "bfcl_paraphrases"
    folder.mkdir(parents=True)
    (folder / "check.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder.parents[1]


def dataset(
    home: Path, protocol: Protocol, *categories: BfclCategory, root: Path | None = None
) -> BfclDataset:
    return BfclDataset(BfclSettings(categories=categories, protocol=protocol, home=home, root=root))


def splits(cases: Sequence[Case]) -> dict[str, str]:
    return {case.case_id: case.split for case in cases}


def test_own_query_shows_each_request(home: Path) -> None:
    found = dataset(home, "own-query", "simple_python", "live_relevance")
    assert isinstance(found, Dataset)
    assert splits(found.cases()) == {
        "simple_python_0": "seen",
        "simple_python_1": "seen",
        "live_relevance_0": "held_out",
    }
    task = found.tasks()[0]
    assert (task.task_id, task.examples[0].output) == ("simple_python_0", {"lake": "Como"})


def test_zero_shot_shows_nothing(home: Path) -> None:
    found = dataset(home, "zero-shot", "simple_python")
    assert set(splits(found.cases()).values()) == {"held_out"}
    assert [item.output for task in found.tasks() for item in task.examples] == [None, None]


def test_held_out_requests_stand_in_no_task(home: Path) -> None:
    found = dataset(home, "held-out", "live_simple", "live_irrelevance")
    (task,) = found.tasks()
    shown = {item.input["request"] for item in task.examples}
    asked = {case.input["request"] for case in found.cases()}
    assert len(shown) == 3
    assert shown & asked == set()
    assert [(case.group, case.must_decline) for case in found.cases()][-2:] == [
        ("live_simple", False),
        ("live_irrelevance", True),
    ]
    assert task.spec is not None
    assert not any(str(request) in task.spec for request in asked)


def test_both_adds_what_was_shown(home: Path, root: Path) -> None:
    found = dataset(home, "both", "live_simple", "simple_python", root=root)
    live = [case.split for case in found.cases() if case.group == "live_simple"]
    assert sorted(live) == ["held_out"] * 3 + ["seen"] * 3
    assert splits([case for case in found.cases() if case.group == "simple_python"]) == {
        "simple_python_0": "seen",
        "simple_python_1": "seen",
        "simple_python_1.check.0": "held_out",
        "simple_python_1.check.1": "held_out",
    }


def test_paraphrases_are_judged_by_their_own_answers(home: Path, root: Path) -> None:
    found = dataset(home, "held-out", "simple_python", root=root)
    own, windy, unsaid = found.cases()
    assert [own.split, windy.split, unsaid.must_decline] == ["seen", "held_out", True]
    assert found.judge(windy, {"lake": "zug"}).right
    assert not found.judge(windy, {"lake": "Garda"}).right
    assert not found.judge(unsaid, {"lake": "Zug"}).right


@pytest.mark.parametrize(
    ("output", "right"),
    [
        ({"calls": [{"name": "lake_wind", "arguments": {"lake": "any"}}]}, True),
        ({"name": "lake_wind", "arguments": {}}, True),
        ({"calls": []}, False),
        ("lake_wind()", False),
    ],
)
def test_relevance_wants_any_call(home: Path, output: JsonValue, *, right: bool) -> None:
    found = dataset(home, "own-query", "live_relevance")
    assert found.judge(found.cases()[0], output).right is right


def test_irrelevance_wants_no_call(home: Path) -> None:
    found = dataset(home, "own-query", "live_irrelevance")
    (case,) = found.cases()
    assert case.must_decline
    assert found.judge(case, {"calls": []}).right
    assert not found.judge(case, {"calls": [{"name": "lake_wind", "arguments": {}}]}).right


def test_official_figures_keep_seen_and_held_out_apart(home: Path, root: Path) -> None:
    found = dataset(home, "both", "simple_python", root=root)
    outputs: list[JsonValue] = [{"lake": "Como"}, {"lake": "?"}, {"lake": "Zug"}, None]
    figures = found.aggregate(list(zip(found.cases(), outputs, strict=True)))
    assert figures == {"seen: simple_python": 0.5, "held_out: simple_python": 1.0}


def test_what_has_no_held_out_requests_says_so(home: Path) -> None:
    write(home, "parallel", [("wind?", {"lake": ["Como"]})])
    with pytest.raises(OperatorError, match="no held-out requests in parallel"):
        dataset(home, "held-out", "parallel").tasks()


def test_no_case_is_a_dialogue(home: Path) -> None:
    found = dataset(home, "own-query", "simple_python")
    with pytest.raises(OperatorError, match="dialogue"):
        found.open(found.cases()[0])


def test_the_description_names_data_and_licence(home: Path) -> None:
    found = dataset(home, "own-query", "simple_python").description
    assert (found["licence"], str(found["digest"])[:7], str(found["wheel"])[:7]) == (
        "Apache-2.0",
        "sha256:",
        "sha256:",
    )
    write(home, "simple_python", [("changed", {"lake": ["x"]})])
    assert dataset(home, "own-query", "simple_python").description["digest"] != found["digest"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"categories": "multiple"}, "no option 'categories'"),
        ({"category": "multiples"}, "no category 'multiples'"),
        ({"protocol": "seen"}, "no protocol 'seen'"),
        ({"k": "0"}, "from 1 on"),
        ({"seed": "x"}, "from 0 on"),
        ({"paraphrases": "none"}, "no set of paraphrases"),
    ],
)
def test_unknown_options_are_named(options: dict[str, str], message: str) -> None:
    with pytest.raises(OperatorError, match=message):
        make(options)


def test_options_are_taken() -> None:
    found = make({"category": "all", "protocol": "both", "k": "2", "seed": "5", "root": "~/x"})
    assert found.name == "bfcl"
    assert make({"category": "multiple, parallel"}).name == "bfcl"


def test_every_category_is_read_and_asked(made_up_home: Path) -> None:
    for category in CATEGORIES:
        cases = load_bfcl(category, home=made_up_home)
        found = dataset(made_up_home, "own-query", category)
        assert len(found.tasks()) == len(found.cases()) == len(cases) > 0


def test_missing_paraphrases_say_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="root=FOLDER"):
        read_paraphrases("check", root=tmp_path)


@pytest.mark.skipif(not bfcl_home().is_dir(), reason="BFCL was not fetched: run benchmarks/run_bfcl.py once")
def test_the_real_data_has_the_known_size() -> None:
    counts = {name: len(load_bfcl(name)) for name in CATEGORIES}
    assert sum(counts.values()) == 3641
    assert (counts["simple_python"], counts["live_multiple"], counts["live_irrelevance"]) == (400, 1053, 884)
