"""Shadow checks: a second opinion that may hang, fail or answer rubbish, and nobody waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from compiled_ai.execution.beside import SecondAnswer
from compiled_ai.monitor.shadow import Outcome, ShadowChecks
from compiled_ai.monitor.store import ShadowCounts
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.model import Accuracy

Answer = Callable[[JsonObject], SecondAnswer]


class Second:
    """A second opinion by a function; keeps the contradictions."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.noted: list[tuple[JsonObject, JsonObject, JsonObject | None]] = []

    def ask(self, data: JsonObject) -> SecondAnswer:
        return self.answer(data)

    def note(self, data: JsonObject, served: JsonObject, answer: SecondAnswer) -> None:
        self.noted.append((data, served, answer.output))


class Ear:
    """Hears outcomes."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.counts = ShadowCounts()

    def __call__(self, outcome: Outcome, counts: ShadowCounts) -> None:
        self.outcomes.append(outcome)
        self.counts += counts


def says(output: JsonObject | None, **fields: object) -> Second:
    return Second(lambda _: SecondAnswer(output=output, **fields))  # type: ignore[arg-type]  # by name


def fails(_: JsonObject) -> SecondAnswer:
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        (says({"kind": "a"}), "agreed"),
        (says({"kind": "a", "note": None}), "agreed"),
        (says({"kind": "b"}), "differed"),
        (says({"rubbish": [{}]}), "differed"),
        (says(None), "unanswered"),
        (says(None, asked=False), "skipped"),
        (Second(fails), "unanswered"),
    ],
    ids=["same", "null is left out", "other", "rubbish", "declined", "not asked", "raises"],
)
def test_outcome(second: Second, outcome: Outcome) -> None:
    ear = Ear()
    checks = ShadowChecks(second, Accuracy(), tell=ear)
    checks.submit({"text": "x"}, {"kind": "a"})
    assert checks.close(seconds=5) == 0
    assert ear.outcomes == [outcome]
    assert getattr(ear.counts, outcome) == 1


def test_answers_are_compared_as_the_spec_says() -> None:
    ear = Ear()
    checks = ShadowChecks(says({"total": "12.504"}), Accuracy(evaluator="number", tolerance=0.01), tell=ear)
    checks.submit({}, {"total": "12.50"})
    checks.close(seconds=5)
    assert ear.outcomes == ["agreed"]


def test_a_contradiction_is_noted_with_both_answers() -> None:
    second = says({"kind": "b"})
    checks = ShadowChecks(second, Accuracy(), tell=Ear())
    checks.submit({"text": "x"}, {"kind": "a"})
    checks.close(seconds=5)
    assert second.noted == [({"text": "x"}, {"kind": "a"}, {"kind": "b"})]


def test_a_contradiction_that_cannot_be_noted_is_not_counted_as_agreement() -> None:
    second, ear = says({"kind": "b"}), Ear()
    second.note = lambda *_: fails({})  # type: ignore[assignment,method-assign]  # it raises
    checks = ShadowChecks(second, Accuracy(), tell=ear)
    checks.submit({}, {"kind": "a"})
    checks.close(seconds=5)
    assert ear.outcomes == ["unanswered"]
    assert isinstance(checks.problem, RuntimeError)


def test_checks_go_on_after_one_that_failed() -> None:
    ear = Ear()

    def answer(data: JsonObject) -> SecondAnswer:
        return SecondAnswer(output={"kind": "a"}) if data else fails(data)

    checks = ShadowChecks(Second(answer), Accuracy(), tell=ear)
    checks.submit({}, {"kind": "a"})
    checks.submit({"text": "x"}, {"kind": "a"})
    checks.close(seconds=5)
    assert ear.outcomes == ["unanswered", "agreed"]


def test_checks_go_on_when_who_listens_fails() -> None:
    ear = Ear()

    def deaf(outcome: Outcome, counts: ShadowCounts) -> None:
        ear(outcome, counts)
        raise RuntimeError("deaf")

    checks = ShadowChecks(says({"kind": "a"}), Accuracy(), tell=deaf)
    for _ in range(2):
        checks.submit({}, {"kind": "a"})
    assert checks.close(seconds=5) == 0
    assert ear.outcomes == ["agreed", "agreed"]


def test_cost_is_told() -> None:
    ear = Ear()
    checks = ShadowChecks(says({"kind": "a"}, tokens=70, cost_usd=Decimal("0.02")), Accuracy(), tell=ear)
    checks.submit({}, {"kind": "a"})
    checks.close(seconds=5)
    assert (ear.counts.tokens, ear.counts.cost_usd) == (70, Decimal("0.02"))


def test_what_the_caller_changes_afterwards_is_not_compared() -> None:
    gate, ear = threading.Event(), Ear()

    def answer(data: JsonObject) -> SecondAnswer:
        gate.wait(5)
        return SecondAnswer(output={"kind": data["text"]})

    checks = ShadowChecks(Second(answer), Accuracy(), tell=ear)
    data: JsonObject = {"text": "a"}
    output: JsonObject = {"kind": "a"}
    checks.submit(data, output)
    data["text"], output["kind"] = "b", "c"
    gate.set()
    checks.close(seconds=5)
    assert ear.outcomes == ["agreed"]


def test_nobody_waits_for_a_hanging_model_and_closing_is_bounded() -> None:
    gate, ear = threading.Event(), Ear()

    def hangs(_: JsonObject) -> SecondAnswer:
        gate.wait(30)
        return SecondAnswer(output={"kind": "a"})

    checks = ShadowChecks(Second(hangs), Accuracy(), tell=ear)
    started = time.monotonic()
    taken = [checks.submit({"n": number}, {"kind": "a"}) for number in range(1_000)]
    assert time.monotonic() - started < 1
    assert 64 <= sum(taken) <= 65  # those that wait, and the one under way
    dropped = checks.close(seconds=0.1)
    assert time.monotonic() - started < 2
    assert dropped == sum(taken)
    gate.set()
    time.sleep(0.05)
    assert ear.outcomes == []  # what comes after closing is not counted


def test_checks_begin_again_after_closing() -> None:
    ear = Ear()
    checks = ShadowChecks(says({"kind": "a"}), Accuracy(), tell=ear)
    for _ in range(3):
        checks.submit({}, {"kind": "a"})
        checks.close(seconds=5)
    assert ear.outcomes == ["agreed"] * 3


def of_checks() -> set[threading.Thread]:
    """The threads of checks alone: those of other tests may end while we look."""
    return {one for one in threading.enumerate() if one.name == "compiled-ai-shadow"}


def test_no_thread_stays_without_checks() -> None:
    before = of_checks()
    checks = ShadowChecks(says({"kind": "a"}), Accuracy(), tell=Ear())
    checks.submit({}, {"kind": "a"})
    assert len(of_checks() - before) == 1
    checks.close(seconds=5)
    for thread in of_checks() - before:
        thread.join(timeout=5)
    assert not of_checks() - before
