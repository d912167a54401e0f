"""The security dataset: our cases, public sets from a folder, and who is right."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from compiled_ai.bench.attacks import public
from compiled_ai.bench.attacks.dataset import SecurityDataset, make
from compiled_ai.bench.attacks.public import PUBLIC_SETS, PublicSet, rows_digest
from compiled_ai.bench.attacks.rows import KINDS, PublicRow, read_own, read_public
from compiled_ai.bench.model import Case, Dataset
from compiled_ai.errors import MissingToolError, OperatorError, StoreError
from compiled_ai.spec.canonical import JsonValue

ROOT = Path(__file__).parents[4]
ROWS = [{"id": "a", "text": "attack", "label": 1, "more": "x"}, {"id": "b", "text": "benign", "label": 0}]
BLOCKS: JsonValue = {"blocked": True, "kinds": ["pii"]}
PASSES: JsonValue = {"blocked": False, "kinds": []}


@pytest.fixture(scope="module")
def ours() -> SecurityDataset:
    return make({"root": str(ROOT)})


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a public set of two rows."""
    path = tmp_path / "made_up.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)) + "\n")
    found = PublicSet(
        name="made_up",
        kind="pii",
        source="https://example.org/made-up",
        licence="MIT",
        rows=2,
        digest=rows_digest(read_public(path)),
    )
    sets = {"made_up": found}
    monkeypatch.setattr(public, "PUBLIC_SETS", sets)
    monkeypatch.setattr("compiled_ai.bench.attacks.dataset.PUBLIC_SETS", sets)
    return tmp_path


def test_there_are_135_cases_and_a_third_of_each_kind_is_benign(ours: SecurityDataset) -> None:
    assert isinstance(ours, Dataset)
    assert [task.task_id for task in ours.tasks()] == list(KINDS)
    counts = Counter(case.group for case in ours.cases())
    assert sum(counts.values()) == 135
    for kind in KINDS:
        attacks, benign = counts[f"{kind}: attack"], counts[f"{kind}: benign"]
        assert benign >= (attacks + benign) / 3


def test_no_case_stands_in_a_prompt(ours: SecurityDataset) -> None:
    texts = [case.input["text"] for case in ours.cases()]
    shown = [example.input["text"] for task in ours.tasks() for example in task.examples]
    assert len(set(map(str, texts))) == len(texts)
    assert shown
    assert not {str(text) for text in texts} & {str(text) for text in shown}
    assert {case.split for case in ours.cases()} == {"held_out"}
    assert all(len(task.examples) == 3 for task in ours.tasks())


def test_every_case_has_a_note_and_lies_in_the_file_of_its_kind() -> None:
    for kind in KINDS:
        rows = read_own(ROOT / "datasets" / "security_cases" / f"{kind}.jsonl")
        assert all(row.note and row.kind == kind for row in rows)


def chosen(dataset: SecurityDataset, group: str) -> Case:
    return next(case for case in dataset.cases() if case.group == group)


@pytest.mark.parametrize(
    ("group", "output", "right"),
    [
        pytest.param("pii: attack", BLOCKS, True, id="caught"),
        pytest.param("pii: attack", PASSES, False, id="missed"),
        pytest.param("pii: benign", PASSES, True, id="let through"),
        pytest.param("pii: benign", BLOCKS, False, id="false alarm"),
        pytest.param("pii: benign", {"blocked": 0}, False, id="no truth value"),
        pytest.param("pii: attack", "blocked", False, id="text"),
        pytest.param("pii: attack", None, False, id="nothing"),
        pytest.param("pii: attack", {"kinds": ["pii"]}, False, id="only kinds"),
    ],
)
def test_blocking_alone_is_judged(ours: SecurityDataset, group: str, output: JsonValue, right: bool) -> None:
    verdict = ours.judge(chosen(ours, group), output)
    assert verdict.right is right
    assert bool(verdict.reason) is not right


def test_figures_are_those_worked_out_by_hand(ours: SecurityDataset) -> None:
    attack, benign = chosen(ours, "pii: attack"), chosen(ours, "pii: benign")
    judged = (
        [(attack, BLOCKS)] * 3
        + [(attack, PASSES), (attack, None)]
        + [(benign, PASSES)] * 3
        + [(benign, BLOCKS), (benign, None)]
    )
    figures = make({"root": str(ROOT), "kinds": "pii"}).aggregate(judged)
    assert figures["pii recall"] == pytest.approx(3 / 5)
    assert figures["pii false alarms"] == pytest.approx(2 / 5)
    assert figures["pii precision"] == pytest.approx(3 / 5)
    assert figures["pii F1"] == pytest.approx(0.6)
    assert figures["all recall"] == figures["pii recall"]


def test_figures_of_nothing_are_none(ours: SecurityDataset) -> None:
    assert ours.aggregate([]) == {}
    nothing = ours.aggregate([(chosen(ours, "pii: attack"), PASSES), (chosen(ours, "pii: benign"), PASSES)])
    assert (nothing["pii precision"], nothing["pii F1"]) == (0.0, 0.0)


def test_public_set_is_read_beside_ours(made_up: Path) -> None:
    dataset = make({"root": str(ROOT), "sets": "own,made_up", "kinds": "pii,code", "folder": str(made_up)})
    groups = Counter(case.group for case in dataset.cases())
    assert (groups["made_up: attack"], groups["made_up: benign"]) == (1, 1)
    assert groups["pii: attack"]
    assert dataset.description["public"] == [
        {"name": "made_up", "source": "https://example.org/made-up", "licence": "MIT"}
    ]
    alone = make({"root": str(ROOT), "sets": "made_up", "folder": str(made_up)})
    assert [case.case_id for case in alone.cases()] == ["made_up.a", "made_up.b"]


def test_other_rows_than_the_pinned_ones_are_refused(made_up: Path) -> None:
    (made_up / "made_up.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    with pytest.raises(StoreError, match=r"holds 1 rows.*pinned are 2"):
        make({"root": str(ROOT), "sets": "made_up", "folder": str(made_up)}).cases()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        '{"id": "a", "text": "t", "label": 2}',
        '{"id": "a", "label": 1}',
        "{",
        '{"id": 4, "text": "t", "label": 1}',
    ],
    ids=["empty", "list", "label", "no text", "torn", "number"],
)
def test_line_that_is_no_case_is_refused(made_up: Path, line: str) -> None:
    (made_up / "made_up.jsonl").write_text(f"{line}\n")
    with pytest.raises(StoreError, match=r"made_up\.jsonl"):
        make({"root": str(ROOT), "sets": "made_up", "folder": str(made_up)}).cases()


def test_missing_public_set_says_where_it_is_from(made_up: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match=r"no folder was named.*https://example.org/made-up \(MIT\)"):
        make({"root": str(ROOT), "sets": "made_up"}).cases()
    (made_up / "made_up.jsonl").unlink()
    with pytest.raises(MissingToolError, match="does not exist"):
        make({"root": str(ROOT), "sets": "made_up", "folder": str(tmp_path)}).cases()


def test_public_sets_are_pinned() -> None:
    for found in PUBLIC_SETS.values():
        assert found.source.startswith("https://github.com/")
        assert len(found.source.rpartition("/")[2]) >= 10
        assert found.licence
        assert found.digest.startswith("attacks1:")


def test_digest_of_rows_goes_by_what_is_judged() -> None:
    rows = [PublicRow(id="a", text="t", label=1)]
    assert rows_digest(rows) != rows_digest([PublicRow(id="a", text="t", label=0)])
    assert rows_digest(rows) == rows_digest(list(rows))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "pii"}, "no option 'kind'"),
        ({"kinds": "pii,spam"}, "no kind 'spam'"),
        ({"sets": "own,jailbreaks"}, "no set 'jailbreaks'"),
    ],
    ids=["option", "kind", "set"],
)
def test_unknown_options_are_refused(options: dict[str, str], words: str) -> None:
    with pytest.raises(OperatorError, match=words):
        make(options)


def test_outside_of_a_checkout_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingToolError, match="datasets/security_cases"):
        make({}).tasks()


def test_it_has_no_environments(ours: SecurityDataset) -> None:
    with pytest.raises(OperatorError, match="no dialogue"):
        ours.open(ours.cases()[0])
