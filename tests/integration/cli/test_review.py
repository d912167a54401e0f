"""The human queue on the command line, from a run that nobody answers to one that a person does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app

SPEC = """
name: loan_band
description: Sort a loan into a band.
instructions: Below 10 is low, below 100 is high. Decline what is larger.
input: {amount: number, note: string?}
output: {band: [low, high], by: string?}
steps:
  - id: band_of
    kind: rule
    rules:
      - {when: amount < 10, then: {band: low}}
      - {when: amount < 100, then: {band: high}}
      - {when: amount >= 100, abstain: too large}
      - {otherwise: {band: low}}
FALLBACK
examples:
  - {input: {amount: 1}, output: {band: low}}
  - {input: {amount: 50}, output: {band: high}}
  - {input: {amount: 200}, abstain: true}
  - {input: {amount: 5}, output: {band: low}}
  - {input: {amount: 70}, output: {band: high}}
"""
HUMAN = "fallback: {policy: human}"


class Desk:
    """A store, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "workflows"

    def compile(self, fallback: str) -> Result:
        path = self.folder / "loan_band.yaml"
        path.write_text(SPEC.replace("FALLBACK", fallback))
        result = self("compile", path)
        assert result.exit_code == 0, result.output
        return result

    def __call__(self, *arguments: object, said: str | None = None) -> Result:
        words = [*map(str, arguments), "--store", str(self.store)]
        return CliRunner().invoke(app, words, input=said)

    def json(self, *arguments: object) -> Any:
        return json.loads(self(*arguments, "--json").stdout)

    def run(self, amount: float) -> Any:
        return self.json("run", "loan_band", json.dumps({"amount": amount}))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.compile(HUMAN)
    return desk


def test_a_run_that_waits_for_a_person_says_so(desk: Desk) -> None:
    result = desk("run", "loan_band", '{"amount": 200}')
    assert result.exit_code == 10
    assert "declined: too large; it waits for a person" in result.stdout
    assert "case c-" in result.stderr
    shown = desk.run(200)
    assert (shown["served_by"], shown["output"]) == ("nobody", None)
    assert shown["case"] in result.stderr


def test_nothing_waits_at_first(desk: Desk) -> None:
    result = desk("review", "loan_band", "--list")
    assert result.exit_code == 7
    assert "no case was logged there" in result.stderr


def test_an_answer_serves_the_same_input_from_then_on(desk: Desk) -> None:
    case = desk.run(200)["case"]
    listed = desk.json("review", "loan_band", "--list")
    assert [one["id"] for one in listed["cases"]] == [case]
    assert listed["totals"] == {"logged": 0, "queued": 1, "answered": 0, "rejected": 0}
    told = desk("review", "loan_band", "--answer", case, "--output", '{"band": "high"}', "--by", "ada")
    assert told.exit_code == 0
    assert told.stdout == f"case {case} is answered\n"
    again = desk.run(200)
    assert (again["served_by"], again["output"], again["case"]) == ("human", {"band": "high"}, case)
    assert desk.run(201)["served_by"] == "nobody"
    assert desk("review", "loan_band", "--list").stdout.count("\n") == 2


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ('{"band": "middle"}', 'the answer at band: "middle"'),
        ("{}", "the answer: "),
        ('{"band": "low", "more": 1}', "the answer"),
        ('{"band": ', "the answer is not JSON"),
        ("nowhere.json", "nowhere.json does not exist"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(output: str, message: str, desk: Desk) -> None:
    case = desk.run(200)["case"]
    result = desk("review", "loan_band", "--answer", case, "--output", output, "--by", "ada")
    assert result.exit_code in {4, 7}
    assert message in result.stderr
    assert desk.json("review", "loan_band", "--list")["totals"]["queued"] == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--answer", "c-1"),
        ("--output", "{}"),
        ("--answer", "c-1", "--output", "{}"),
        ("--answer", "c-1", "--output", "{}", "--reject", "c-1", "--by", "ada"),
        ("--reject", "c-1"),
        ("--list", "--status", "odd"),
    ],
)
def test_half_a_decision_is_wrong_use(options: tuple[str, ...], desk: Desk) -> None:
    desk.run(200)
    assert desk("review", "loan_band", *options).exit_code == 2


def test_a_case_that_is_not_there_is_told(desk: Desk) -> None:
    desk.run(200)
    result = desk("review", "loan_band", "--answer", "c-1", "--output", '{"band": "low"}', "--by", "ada")
    assert result.exit_code == 4
    assert "there is no case 'c-1'" in result.stderr


def test_a_rejected_case_waits_no_longer(desk: Desk) -> None:
    case = desk.run(200)["case"]
    assert desk("review", "loan_band", "--reject", case, "--by", "ada", "--note", "fraud").exit_code == 0
    assert desk.run(200)["reason"] == "too large; a person rejected it (fraud)"


def test_the_queue_is_walked_in_the_terminal(desk: Desk) -> None:
    cases = [desk.run(amount)["case"] for amount in (200, 201, 202, 203)]
    said = 'ada\nskip\nbroad\n{"band": "middle"}\n{"band": "high"}\nreject\nno money\nquit\n'
    result = desk("review", "loan_band", said=said)
    assert result.exit_code == 0, result.output
    for number, case in enumerate(cases, start=1):
        assert f"[{number} of 4] case {case}" in result.stdout
    assert "an answer is a JSON object" in result.stderr
    assert "the answer at band" in result.stderr
    listed = desk.json("review", "loan_band", "--list", "--status", "all")["cases"]
    assert [(one["status"], one["note"]) for one in listed] == [
        ("queued", ""),
        ("answered", ""),
        ("rejected", "no money"),
        ("queued", ""),
    ]
    assert {one["reviewer"] for one in listed} == {None, "ada"}


def test_an_answer_under_an_older_spec_is_kept_and_not_served(desk: Desk) -> None:
    case = desk.run(200)["case"]
    desk.compile("fallback: {policy: [human, error]}")
    result = desk("review", "loan_band", "--answer", case, "--output", '{"band": "high"}', "--by", "ada")
    assert "serves no other input: it is of another version of the spec" in result.stderr
    failed = desk.json("run", "loan_band", '{"amount": 200}')["error"]
    assert (failed["type"], failed["step"]) == ("DeclinedError", "")
    assert failed["case"] not in {None, case}
    assert desk("run", "loan_band", '{"amount": 200}').exit_code == 10


def test_masked_cases_are_reviewed_without_their_values(desk: Desk) -> None:
    desk.compile(HUMAN + "\ncompliance: [hipaa]")
    case = desk.json("run", "loan_band", '{"amount": 200, "note": "Ada Lovelace"}')["case"]
    shown = desk("review", "loan_band", said="ada\nquit\n").stdout
    assert "values are masked: find the record" in shown
    assert "Ada" not in shown.partition("an answer must fit")[2]
    result = desk(
        "review", "loan_band", "--answer", case, "--output", '{"band": "high", "by": "Ada"}', "--by", "bob",
        "--note", "call 212-867-5309",
    )  # fmt: skip
    assert "its values are masked" in result.stderr
    (one,) = desk.json("review", "loan_band", "--list", "--status", "answered")["cases"]
    assert one["answer"] == {"band": "high", "by": "[masked text]"}
    assert one["input"] == {"amount": "[masked number]", "note": "[masked text]"}
    assert "867" not in one["note"]


def test_plain_specs_log_only_when_they_are_asked_to(desk: Desk) -> None:
    desk.compile("")
    assert desk.run(200)["case"] is None
    assert not (desk.store / ".cases").exists()
    case = desk.json("run", "loan_band", '{"amount": 200}', "--cases")["case"]
    (one,) = desk.json("review", "loan_band", "--list", "--status", "logged")["cases"]
    assert (one["id"], one["reason"]) == (case, "too large")


def test_cases_are_counted_and_purged(desk: Desk) -> None:
    desk.compile(HUMAN + "\ncompliance: {blocks: [], retention_days: 30}")
    desk.run(200)
    shown = desk.json("cases", "show", "loan_band")
    assert (shown["totals"]["queued"], shown["retention_days"]) == (1, 30)
    assert [(count["served_by"], count["count"]) for count in shown["counts"]] == [("nobody", 1)]
    assert "1 queued" in desk("cases", "show", "loan_band").stdout
    assert desk.json("cases", "purge", "loan_band")["removed"] == 0
    desk.compile(HUMAN)
    assert "sets no period" in desk("cases", "purge", "loan_band").stderr


def test_a_damaged_log_is_told_with_the_way_out(desk: Desk) -> None:
    desk.run(200)
    path = desk.store / ".cases" / "loan_band.sqlite3"
    path.write_bytes(b"x" * 9_000)
    result = desk("run", "loan_band", '{"amount": 201}')
    assert result.exit_code == 7
    assert f"{path} is damaged" in result.stderr
    assert desk.run(1)["served_by"] == "compiled"


def test_the_manifest_holds_what_a_model_is_told_for_a_step(desk: Desk) -> None:
    step = "      - {otherwise: {band: low}}\n"
    assert step in SPEC
    path = desk.folder / "loan_band.yaml"
    path.write_text(
        SPEC.replace("FALLBACK", "").replace(
            step, f"{step}    fallback: {{policy: [model, human], max_usd: 0.01, per_day: {{calls: 5}}}}\n"
        )
    )
    assert desk("compile", path).exit_code == 0
    folder = desk.store / "loan_band" / (desk.store / "loan_band" / "current").read_text().strip()
    fallback = json.loads((folder / "manifest.json").read_text())["fallback"]
    told = fallback.pop("steps")["band_of"]
    assert fallback == {"policy": "abstain", "timeout_seconds": 30.0, "max_tokens": 2000}
    assert told.pop("instructions").startswith(
        "Sort a loan into a band.\nDecide by the first line that holds:"
    )
    assert told == {
        "policy": ["model", "human"],
        "timeout_seconds": 30.0,
        "max_tokens": 2000,
        "max_usd": "0.01",
        "per_day": {"calls": 5},
    }
    assert desk.run(200)["reason"] == "too large; it waits for a person"
