"""BFCL from a stand-in of its package, with a checker that has the official one's interface; and the real one where it was fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.bench.bfcl.official import Judgement, OfficialVerdict, judge
from compiled_ai.bench.bfcl.run import BfclOptions, Wording, run_function, summarize
from compiled_ai.bench.bfcl.source import bfcl_home, load_bfcl
from compiled_ai.bench.bfcl.spec import first_answer
from compiled_ai.errors import MissingToolError
from compiled_ai.llm import Request, from_function

CHECKER = """
from bfcl_eval.constants.model_config import MODEL_CONFIG_MAPPING
def ast_checker(functions, calls, answers, language, category, model):
    assert MODEL_CONFIG_MAPPING[model].underscore_to_dot is False
    (call,), (answer,) = calls, answers
    right = all(call[name][key] in answer[name][key] for name in call for key in call[name])
    return {"valid": right} if right else {"valid": False, "error": ["another value"], "error_type": "value"}
"""
ROW = {
    "id": "simple_python_0",
    "question": [[{"role": "user", "content": "Double 4, please"}]],
    "function": [
        {
            "name": "double",
            "description": "Double a number.",
            "parameters": {
                "type": "dict",
                "properties": {"n": {"type": "integer", "description": "The number."}},
                "required": ["n"],
            },
        }
    ],
}
ANSWER = {"id": "simple_python_0", "ground_truth": [{"double": {"n": [4]}}]}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "bfcl" / "bfcl_eval"
    for folder in ("data/possible_answer", "constants", "eval_checker/ast_eval"):
        (package / folder).mkdir(parents=True)
    for folder in ("", "constants", "eval_checker", "eval_checker/ast_eval"):
        (package / folder / "__init__.py").write_text("")
    (package / "constants/enums.py").write_text("class Language:\n    PYTHON = 'python'\n")
    (package / "eval_checker/ast_eval/ast_checker.py").write_text(CHECKER)
    (package / "data/BFCL_v4_simple_python.json").write_text(json.dumps(ROW) + "\n")
    (package / "data/possible_answer/BFCL_v4_simple_python.json").write_text(json.dumps(ANSWER) + "\n")
    monkeypatch.setattr("compiled_ai.bench.bfcl.source.bfcl_home", lambda: package.parent)
    return package.parent


def test_cases_are_read(home: Path) -> None:
    (case,) = load_bfcl("simple_python", home=home)
    assert (case.case_id, case.request, case.functions[0].name) == (
        "simple_python_0",
        "Double 4, please",
        "double",
    )
    assert case.answer == {"double": {"n": [4]}}


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"id": "x"}', ""], ids=["half", "a list", "fields missing", "no answers"]
)
def test_a_broken_file_says_what_to_do(home: Path, text: str) -> None:
    (home / "bfcl_eval/data/possible_answer/BFCL_v4_simple_python.json").write_text(text)
    with pytest.raises(MissingToolError, match="remove the folder"):
        load_bfcl("simple_python", home=home)


def test_answers_are_judged_in_their_order(home: Path) -> None:
    (case,) = load_bfcl("simple_python", home=home)
    verdicts = judge(
        [
            Judgement(functions=case.functions, name="double", arguments={"n": number}, accepted=case.answer)
            for number in (4, 5, 4)
        ],
        home=home,
    )
    assert verdicts == [
        OfficialVerdict(right=True, reason=""),
        OfficialVerdict(right=False, reason="another value"),
        OfficialVerdict(right=True, reason=""),
    ]


def test_a_checker_that_breaks_scores_nothing(home: Path) -> None:
    (case,) = load_bfcl("simple_python", home=home)
    item = Judgement(functions=case.functions, name="double", arguments={"m": 4}, accepted=case.answer)
    with pytest.raises(MissingToolError, match="broke after 0 of 1"):
        judge([item], home=home)


CODE = '''```python
from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import find_numbers


def double(data: DoubleInput) -> DoubleOutput:
    """The number of the request."""
    numbers = find_numbers(data["request"])
    if not numbers:
        abstain("no number")
    return {"n": int(numbers[0].value)}
```'''


def test_a_function_is_compiled_and_scored(home: Path, tmp_path: Path) -> None:
    (case,) = load_bfcl("simple_python", home=home)
    wordings = [
        Wording(request="twice 9", accepted={"n": [9]}, source="more"),
        Wording(request="9 or 8?", accepted={"n": [8]}, source="more"),
        Wording(request="no idea", accepted=None, source="more"),
        Wording(request="7 and 8", accepted=None, source="more"),
        Wording(request="the usual", accepted={"n": [1]}, source="more"),
    ]

    def answer(request: Request) -> str:
        return CODE

    options = BfclOptions(
        protocol="example", effort="low", folder=tmp_path, synthesis=False, limits={"tokens": 50_000}
    )
    run = run_function(case, wordings, from_function(answer), options)
    assert (run.rung, run.coder_attempts, run.problem) == ("model", 1, "")
    assert [item.outcome for item in run.scored] == [
        "right",
        "right",
        "wrong",
        "right_to_decline",
        "wrong",
        "declined",
    ]
    lines = "\n".join(summarize([run]))
    assert "own, to be answered (n=1): right 1 (100.0 %)" in lines
    assert "more, to be declined (n=2): right to decline 1 (50.0 %), wrong 1 (50.0 %)" in lines


def test_a_function_that_is_not_compiled_answers_nothing(home: Path, tmp_path: Path) -> None:
    (case,) = load_bfcl("simple_python", home=home)
    options = BfclOptions(protocol="schema", effort="none", folder=tmp_path, synthesis=False)
    run = run_function(case, (), from_function(lambda _: CODE), options)
    assert (run.rung, [item.outcome for item in run.scored]) == ("", ["not_compiled"])
    assert "effort" in run.problem


@pytest.mark.skipif(not bfcl_home().is_dir(), reason="BFCL was not fetched: run benchmarks/run_bfcl.py once")
def test_the_official_checker_accepts_its_own_answers() -> None:
    cases = load_bfcl("simple_python")
    items = []
    for case in cases:
        ((name, accepted),) = case.answer.items()
        required = case.functions[0].parameters["required"]
        assert isinstance(accepted, dict)
        assert isinstance(required, list)
        arguments = first_answer(accepted, [str(key) for key in required])
        items.append(
            Judgement(functions=case.functions, name=name, arguments=arguments, accepted=case.answer)
        )
    assert (len(items), sum(verdict.right for verdict in judge(items))) == (400, 400)
