"""The accuracy stage: thresholds, and what is said of misses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from compiled_ai.findings import StageReport
from compiled_ai.sandbox.model import CaseRow, CaseStatus
from compiled_ai.spec import Case
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy, FieldRule
from compiled_ai.validation.accuracy import check_accuracy

DECLINES = "-"
CRASHES = "!"


def row(answer: str) -> CaseRow:
    statuses: dict[str, CaseStatus] = {DECLINES: "abstained", CRASHES: "crashed"}
    status = statuses.get(answer, "answered")
    output: JsonObject | None = {"x": answer} if status == "answered" else None
    return CaseRow(
        case_id="c",
        status=status,
        output=output,
        detail="why" if output is None else "",
        line=None,
        mutated_input=False,
        seconds=0.0,
    )


def check(visible: str, hidden: str = "", **accuracy: Any) -> StageReport:
    """The report on answers, a letter each: ``r`` is right for all cases but ``d``, which must be declined; the case is named by ``=``."""
    cases: list[Case] = []
    for kind, letters in ((VisibleCase, visible), (HiddenCase, hidden)):
        for number, letter in enumerate(letters):
            output: JsonObject | None = None if letter in "du" else {"x": "r"}
            cases.append(
                kind(
                    case_id=f"{kind.__name__}-{number}",
                    input={"secret": f"{kind.__name__}-{number}"},
                    output=output,
                )
            )
    answers = [DECLINES if letter == "d" else letter for letter in visible + hidden]
    return check_accuracy(cases, [row(answer) for answer in answers], Accuracy(**accuracy))


def rules(report: StageReport, severity: str = "error") -> list[str]:
    return [finding.rule for finding in report.findings if finding.severity == severity]


def counts(report: StageReport, group: str) -> JsonObject:
    return cast("JsonObject", report.facts[group])


def test_right_answers_and_due_abstentions_pass() -> None:
    report = check("rrd", "rd" * 10)
    assert (report.passed, report.findings) == (True, ())
    assert (counts(report, "visible")["accuracy"], counts(report, "hidden")["accuracy"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("answers", "verdict"), [("w", "wrong"), ("u", "wrong"), (DECLINES, "declined"), (CRASHES, "crashed")]
)
def test_a_missed_example_is_shown_with_its_verdict(answers: str, verdict: str) -> None:
    assert rules(check("r" + answers)) == ["visible", f"visible-{verdict}"]


def test_a_crash_counts_against_the_accuracy() -> None:
    report = check("rrr" + CRASHES, threshold=0.8)
    assert not report.passed
    assert counts(report, "visible")["accuracy"] == 0.75


def test_a_crash_is_no_wrong_answer_given_with_confidence() -> None:
    assert check("rrr" + CRASHES, threshold=0.7, max_wrong=0.0).passed


class TestThresholds:
    """At the bound it passes."""

    @pytest.mark.parametrize(("answers", "threshold", "passes"), [("rrrrrrrrrw", 0.9, True), ("rrrrrrrrww", 0.9, False), ("rrrww", 0.6, True), ("rrw", 2 / 3, True), ("rrw", 0.67, False), ("w", 0.0, True)])  # fmt: skip
    def test_accuracy(self, answers: str, threshold: float, passes: bool) -> None:
        assert check("r", answers, threshold=threshold).passed is passes
        assert check(answers, "r", threshold=threshold).passed is passes

    @pytest.mark.parametrize(("answers", "bound", "passes"), [("rrrrw", 0.2, True), ("rrrww", 0.2, False), ("rrrr", 0.0, True), ("rrrw", 0.0, False), ("rr--", 0.0, True)])  # fmt: skip
    def test_wrong_answers(self, answers: str, bound: float, passes: bool) -> None:
        assert check("r", answers, threshold=0.0, max_wrong=bound).passed is passes
        assert check(answers, "r", threshold=0.0, max_wrong=bound).passed is passes

    def test_a_mean_of_partial_scores_is_not_lost_in_rounding(self) -> None:
        expected: JsonObject = {f"f{number}": number for number in range(10)}
        cases = [
            VisibleCase(case_id=str(number), input={"n": number}, output=expected) for number in range(10)
        ]
        answer = CaseRow(
            case_id="",
            status="answered",
            output={**expected, "f0": -1},
            detail="",
            line=None,
            mutated_input=False,
            seconds=0.0,
        )
        assert check_accuracy(cases, [answer] * 10, Accuracy(evaluator="fields", threshold=0.9)).passed

    def test_groups_are_judged_each_on_its_own(self) -> None:
        assert rules(check("rrrrrrrrr", "w", threshold=0.9)) == ["hidden"]

    def test_a_group_without_cases_passes(self) -> None:
        report = check("r")
        assert report.passed
        assert counts(report, "hidden")["n"] == 0

    def test_no_cases_at_all_pass_and_claim_nothing(self) -> None:
        report = check("")
        assert (report.passed, counts(report, "visible")["accuracy"]) == (True, None)

    @pytest.mark.parametrize(("right", "wrong", "threshold", "words"), [(1, 1, 0.9, "accuracy 0.50 is below the threshold 0.90"), (899, 101, 0.9, "accuracy 0.899 is below the threshold 0.900")])  # fmt: skip
    def test_the_message_tells_the_two_apart(
        self, right: int, wrong: int, threshold: float, words: str
    ) -> None:
        assert words in check("r", "r" * right + "w" * wrong, threshold=threshold).errors[0].message


class TestMessages:
    """What the coder may read."""

    def test_an_example_is_told_with_input_answer_and_expectation(self) -> None:
        (_, miss) = check("w").errors
        assert miss.message == 'input {"secret":"VisibleCase-0"} gave {"x":"w"}; expected {"x":"r"}'

    def test_an_example_that_should_be_declined_says_so(self) -> None:
        assert check("u").errors[1].message.endswith('gave {"x":"u"}; expected an abstention')

    def test_an_example_that_declined_tells_its_reason(self) -> None:
        assert "gave abstained: why; expected" in check(DECLINES).errors[1].message

    def test_hidden_cases_are_told_by_kind_and_count(self) -> None:
        (finding,) = check("r", f"rwwu{DECLINES}{CRASHES}").errors
        assert "on 6 hidden cases" in finding.message
        assert "3 answered wrong, 1 declined though an answer was due, 1 crashed" in finding.message
        assert "secret" not in finding.message
        assert "HiddenCase" not in finding.message

    def test_misses_below_the_bound_are_warnings_on_examples_and_silence_on_hidden_cases(self) -> None:
        report = check("rw", "rw" * 30, threshold=0.5)
        assert (rules(report), rules(report, "warning")) == ([], ["visible-wrong"])

    def test_six_misses_are_described_and_the_rest_counted(self) -> None:
        report = check("w" * 9)
        assert len(report.errors) == 7
        assert report.errors[0].message.endswith("; 3 more examples are missed")

    def test_long_values_are_cut(self) -> None:
        case = VisibleCase(case_id="v", input={"text": "x" * 5_000}, output={"x": "y" * 5_000})
        report = check_accuracy([case], [row("z" * 5_000)], Accuracy())
        assert len(report.errors[1].message) < 1_100


FIELDS = Accuracy(
    evaluator="fields",
    threshold=0.5,
    fields={
        "free": FieldRule(weight=0.0),
        "note": FieldRule(evaluator="json_schema", schema={"type": "string", "maxLength": 3}),
    },
)
EXPECTED: JsonObject = {"total": "12", "due": None, "free": 1, "note": "abc", "same": "same"}


def check_fields(kind: type[Case], *answers: JsonObject, accuracy: Accuracy = FIELDS) -> StageReport:
    cases = [
        kind(case_id=str(number), input={"n": number}, output=EXPECTED) for number in range(len(answers))
    ]
    return check_accuracy(cases, [replace(row("r"), output={**EXPECTED, **one}) for one in answers], accuracy)


class TestFields:
    """Which fields are missed."""

    def test_an_example_tells_its_missed_fields_alone(self) -> None:
        report = check_fields(VisibleCase, {"total": "13", "due": "now", "note": "long one"})
        (message,) = (finding.message for finding in report.findings if finding.rule == "visible-wrong")
        assert message == (
            'input {"n":0} gave "now" as \'due\', expected null; "long one" as \'note\', expected what fits the schema, such as "abc"; '
            '"13" as \'total\', expected "12"'
        )

    def test_five_fields_are_told_and_the_rest_counted(self) -> None:
        answer: JsonObject = {f"extra{number}": "x" * 500 for number in range(9)}
        report = check_fields(VisibleCase, answer)
        message = next(finding.message for finding in report.findings if finding.rule == "visible-wrong")
        assert message.count(" as 'extra") == 5
        assert message.endswith("; 4 more fields are missed")
        assert len(message) < 900

    def test_the_facts_count_them_over_the_examples_those_of_weight_0_included(self) -> None:
        report = check_fields(VisibleCase, {"total": "13", "free": 2}, {"total": "14"}, {"free": 3})
        assert report.facts["visible_fields_missed"] == {"free": 2, "total": 2}
        assert counts(report, "visible")["right"] == 1

    def test_of_hidden_cases_no_field_is_named_anywhere(self) -> None:
        answers: list[JsonObject] = [{"total": "thirteen"}] * 30
        report = check_fields(HiddenCase, *answers, accuracy=replace(FIELDS, threshold=0.9))
        assert rules(report) == ["hidden"]
        assert report.facts["visible_fields_missed"] == {}
        assert not any(name in repr(report) for name in ("total", "thirteen", "due", "note"))

    def test_another_evaluator_has_no_such_fact(self) -> None:
        assert "visible_fields_missed" not in check("r").facts

    def test_a_schema_of_the_whole_is_told_as_what_fits(self) -> None:
        accuracy = Accuracy(evaluator="json_schema", schema={"required": ["zz"]})
        (_, miss) = check_fields(VisibleCase, {}, accuracy=accuracy).errors
        assert 'expected what fits the schema, such as {"due":null' in miss.message


class TestDoubts:
    """Hidden cases that passed and prove little."""

    @pytest.mark.parametrize(
        ("hidden", "threshold", "rule"),
        [
            ("", 1.0, ["no-hidden"]),
            ("r", 1.0, ["few-hidden"]),
            ("r" * 19, 1.0, ["few-hidden"]),
            ("r" * 20, 1.0, []),
            ("rw" * 10, 0.5, ["few-hidden"]),
            ("rw" * 18, 0.5, ["few-hidden"]),
            ("rw" * 20, 0.5, []),
        ],
    )
    def test_few_cases_or_a_wide_interval_are_a_warning(
        self, hidden: str, threshold: float, rule: list[str]
    ) -> None:
        report = check("r", hidden, threshold=threshold)
        assert (report.passed, rules(report, "warning")) == (True, rule)

    def test_the_warning_states_n_right_interval_and_what_to_do(self) -> None:
        (doubt,) = check("r", "rrrrd" + DECLINES, threshold=0.8).findings
        assert doubt.message == (
            "passed on 6 hidden cases, 5 right: the accuracy may be anything from 0.44 to 0.97 (95 % interval). Have 23 or more in `tests`"
        )

    def test_a_group_that_fails_is_not_doubted_as_well(self) -> None:
        assert rules(check("r", "w"), "warning") == []

    def test_a_warning_of_no_hidden_cases_says_what_to_do(self) -> None:
        assert "Add at least 20 to `tests`" in check("r").findings[0].message
