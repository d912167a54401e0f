"""Puzzles with a made-up host: a game, its score, and that a model judges is said."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence

import pytest

from compiled_ai.bench.agentbench.ltp import QUESTIONS, LtpDataset, ModelHost
from compiled_ai.bench.agentbench.ltp_sheet import Puzzle, parse_puzzles
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.errors import MissingToolError
from compiled_ai.llm.client import from_function
from compiled_ai.llm.exchange import Request
from compiled_ai.spec.canonical import JsonObject, JsonValue

Make = Callable[..., AgentBenchOptions]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROWS = [
    ["story", "answer", "Story keys", "Answer keys"],
    [
        "A man waters plastic flowers.",
        "He keeps a spy camera in them wet.",
        "plastic",
        "1. There is a camera.\n2) It must be wet.\n\n- He spies.",
    ],
    ["She waves at an empty street.", "It is a rehearsal.", "waves", ""],
    ["", "", "", ""],
]


def sheet(rows: Sequence[Sequence[str]]) -> bytes:
    """A spreadsheet whose texts stand in the shared list, but for the first column."""
    texts = [cell for row in rows for cell in row[1:]]
    shared = "".join(f"<si><r><t>{text[:3]}</t></r><r><t>{text[3:]}</t></r></si>" for text in texts)
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [f'<c r="A{number}" t="inlineStr"><is><t>{row[0]}</t></is></c>']
        for place, column in enumerate("BCD"):
            cells.append(f'<c r="{column}{number}" t="s"><v>{(number - 1) * 3 + place}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<sst {_MAIN}>{shared}</sst>")
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {_MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>",
        )
    return content.getvalue()


class MadeUpHost:
    """Says yes to what holds a word of the truth; a key point is reached when its last word was said."""

    name = "made up"

    def answer(self, puzzle: Puzzle, question: str) -> tuple[str, str]:
        words = set(question.lower().strip("?").split())
        return (
            ("yes", question) if words & set(puzzle.truth.lower().strip(".").split()) else ("irrelevant", "")
        )

    def reached(self, keys: Sequence[str], findings: Sequence[str]) -> frozenset[int]:
        said = " ".join(findings).lower()
        return frozenset(number for number, key in enumerate(keys) if key.split()[-1].strip(".") in said)


@pytest.fixture
def make(options_for: Callable[..., Make]) -> Make:
    return options_for("ltp", sheet(ROWS))


@pytest.fixture
def dataset(make: Make) -> LtpDataset:
    return LtpDataset(make(), host=MadeUpHost())


def test_the_spreadsheet_is_read(dataset: LtpDataset) -> None:
    first, second = dataset.puzzles()
    assert first.story == "A man waters plastic flowers."
    assert first.keys == ("There is a camera.", "It must be wet.", "He spies.")
    assert second.keys == ("It is a rehearsal.",)


def test_progress_is_the_score(dataset: LtpDataset) -> None:
    case = dataset.cases()[0]
    game = dataset.open(case)
    assert game.opening == case.input["story"]
    assert game.call("ask", {"question": "Is there a camera?"}) == "yes"
    assert game.call("ask", {"question": "Bananas?"}) == "irrelevant"
    assert game.call("ask", {"question": " "}) == "Ask something."
    game.call("stop", {})
    verdict = dataset.judge(case, game.outcome())
    assert verdict.score == pytest.approx(1 / 3)
    assert not verdict.right
    assert verdict.reason == "not found out: It must be wet."
    game.close()


def test_a_game_ends_when_all_is_found_out(dataset: LtpDataset) -> None:
    case = dataset.cases()[1]
    game = dataset.open(case)
    assert "whole truth" in game.call("ask", {"question": "Is it a rehearsal?"})
    assert game.is_done
    assert dataset.judge(case, game.outcome()).right
    assert dataset.aggregate([(case, game.outcome()), (case, None)]) == {
        "game progress (judged by a model)": 0.5,
        "solved (judged by a model)": 0.5,
    }


def test_questions_are_bounded_and_a_game_without_one_is_none(dataset: LtpDataset) -> None:
    game = dataset.open(dataset.cases()[0])
    assert game.outcome() is None
    for _ in range(QUESTIONS + 1):
        assert not game.is_done
        game.call("ask", {"question": "Bananas?"})
    assert game.is_done


@pytest.mark.parametrize("output", [None, [], {"reached": "all"}, {"reached": [7, "x", -1]}, {"reached": []}])
def test_nonsense_scores_nothing(dataset: LtpDataset, output: JsonValue) -> None:
    assert dataset.judge(dataset.cases()[0], output).score == 0.0


def test_a_model_hosts_and_judges_through_the_client() -> None:
    puzzle = Puzzle(entry_id="x", story="S", truth="T", keys=("k1", "k2"))
    asked: list[str] = []

    def play(request: Request) -> str | JsonObject:
        asked.append(request.prompt)
        if "Key points" in request.prompt:
            return json.dumps({"contained": [2, 9, 0]})
        return json.dumps({"reply": "no", "statement": " It is not so. "})

    host = ModelHost(from_function(play))
    assert host.answer(puzzle, "Is it so?") == ("no", "It is not so.")
    assert host.reached(puzzle.keys, ["It is not so."]) == {1}
    assert "Truth: T" in asked[0]
    assert "1. k1\n2. k2" in asked[1]


def test_the_description_says_that_a_model_judges(make: Make, dataset: LtpDataset) -> None:
    assert dataset.description["judged_by_model"] is True
    assert dataset.description["engine"] == "host model made up"
    assert LtpDataset(make(host={"model": "m:x"})).description["engine"] == "host model m:x"
    assert LtpDataset(make()).description["engine"] == "no host model is named"


def test_without_a_host_it_is_said_how_to_name_one(make: Make) -> None:
    dataset = LtpDataset(make())
    with pytest.raises(MissingToolError, match="model that plays the host"):
        dataset.open(dataset.cases()[0])


def test_a_named_host_is_not_called_before_a_question(make: Make) -> None:
    dataset = LtpDataset(make(host={"model": "openai:some-model"}))
    assert not dataset.open(dataset.cases()[0]).is_done


@pytest.mark.parametrize("content", [b"", b"PK", sheet(ROWS)[:200]])
def test_what_is_no_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(MissingToolError, match="spreadsheet"):
        parse_puzzles(content)
