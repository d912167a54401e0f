"""Making code that passes better: its failures on invented cases go back to the coder while the effort allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from compiled_ai.errors import BudgetExceededError
from compiled_ai.factory.attempts import Attempt, Attempts
from compiled_ai.factory.coder import Coder
from compiled_ai.factory.effort import EffortPlan
from compiled_ai.factory.events import CasesInvented, Event, InventedScored
from compiled_ai.factory.feedback import render_feedback
from compiled_ai.factory.plan import Plan
from compiled_ai.factory.slot_coder import SlotCoder
from compiled_ai.factory.tester import InventedCases, invent_cases
from compiled_ai.findings import StageReport
from compiled_ai.llm import LlmClient
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.scoring.scores import GroupScore, judge, of_kind, summarize
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.model import Spec
from compiled_ai.validation.accuracy import check_accuracy
from compiled_ai.validation.determinism import HOME
from compiled_ai.validation.subject import Subject


@dataclass(frozen=True, kw_only=True)
class InventedScore:
    """How code does on invented cases."""

    driving: GroupScore
    hidden: GroupScore
    report: StageReport
    """What the coder may be told."""

    @property
    def rank(self) -> tuple[int, int]:
        """Greater is better: right answers less twice the wrong ones, for a wrong answer is worse than none; then right ones. Driving cases only."""
        wrong = self.driving.counts["wrong"] + self.driving.counts["crashed"]
        return self.driving.right - 2 * wrong, self.driving.right

    @property
    def is_whole(self) -> bool:
        """Whether every driving case is right."""
        return self.driving.right == self.driving.total

    def to_json(self, dropped: int) -> JsonObject:
        """As the artifact keeps it."""
        return {"driving": self.driving.to_json(), "hidden": self.hidden.to_json(), "dropped": dropped}


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """What a refinement works with."""

    spec: Spec
    client: LlmClient
    attempts: Attempts
    effort: EffortPlan
    sandbox: Sandbox | None
    """None is what this system has."""
    ask: Callable[[str, int, Callable[[], str]], str]
    """Runs a call of a role, by attempt, so that it is told of."""
    tell: Callable[[Event], None]


class Refinement:
    """The invented cases of one compilation, and what they are good for."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._cases = InventedCases()
        self._score: InventedScore | None = None

    @property
    def facts(self) -> JsonObject | None:
        """How the best code did, for the manifest; None without invented cases."""
        return self._score.to_json(self._cases.dropped) if self._score and len(self._cases) else None

    def invent(self, number: int = 1) -> int:
        """How many cases the tester added in its round `number`. Call it once before any code exists."""
        bench, spec = self._bench, self._bench.spec
        known = [case.input for case in (*self._cases.driving, *self._cases.hidden)]
        new = InventedCases()

        def ask() -> str:
            nonlocal new
            new = invent_cases(
                spec.brief(),
                bench.client,
                spec.accuracy,
                count=bench.effort.cases,
                number=number,
                known=known,
            )
            return ""

        bench.ask("tester", number, ask)
        self._cases = self._cases.joined(new)
        bench.tell(
            CasesInvented(
                number=number, driving=len(new.driving), hidden=len(new.hidden), dropped=new.dropped
            )
        )
        return len(new)

    @property
    def driving(self) -> tuple[VisibleCase, ...]:
        """The cases that may be shown to whoever writes the code."""
        return self._cases.driving

    def improve(self, plan: Plan, passed: Attempt, slots: SlotCoder | None = None) -> Attempt:
        """The best attempt that passes validation: `passed`, or a mended one that does better on the driving cases.

        Args:
            plan: What is built.
            passed: The attempt to begin with.
            slots: Who mends code that is rendered from slots, before the coder mends its text. None: there are none.
        """
        best, score = passed, self._measure(plan, passed)
        for number in range(1, self._bench.effort.rounds + 1):
            best, score = self._mend(plan, best, score, slots)
            if number == self._bench.effort.rounds or not self._deepen(number + 1):
                break
            score = self._measure(plan, best)
            if score.is_whole:
                break
        self._score = score
        return best

    def _deepen(self, number: int) -> bool:
        try:
            return self.invent(number) > 0
        except BudgetExceededError:
            return False

    def _mend(
        self, plan: Plan, best: Attempt, score: InventedScore, slots: SlotCoder | None
    ) -> tuple[Attempt, InventedScore]:
        """`best` with repairs: of its slots, if the effort has it so and as long as it is rendered from slots, then of its text."""
        if (
            slots is not None
            and self._bench.effort.mends_slots
            and (best.by == "synthesis" or best.body == slots.body)
        ):
            slots.learn(self._cases.driving)
            best, score = self._mended_by(slots, plan, best, score)
        coder = Coder(self._bench.spec.brief(), plan, self._bench.client, body=best.body)
        return self._mended_by(coder, plan, best, score)

    def _mended_by(
        self, coder: Coder | SlotCoder, plan: Plan, best: Attempt, score: InventedScore
    ) -> tuple[Attempt, InventedScore]:
        """`best` with repairs, until nothing fails, a repair does not help, or attempts or tokens are spent."""
        attempts = self._bench.attempts
        report = score.report
        last = attempts.count("coder") + self._bench.spec.limits.attempts - 1
        while not score.is_whole and attempts.count("coder") < last:
            candidate = self._repaired(coder, plan, report)
            if candidate is None:
                break
            failed = candidate.verification.failed_stage
            if failed is not None:
                report = failed
                continue
            reached = self._measure(plan, candidate)
            if reached.rank <= score.rank:
                break
            best, score, report = candidate, reached, reached.report
        return best, score

    def _repaired(self, coder: Coder | SlotCoder, plan: Plan, report: StageReport) -> Attempt | None:
        """The candidate that the coder makes of what `report` says; None when the tokens are spent."""
        bench = self._bench
        number = bench.attempts.count("coder") + 1
        feedback = render_feedback(report, bench.attempts.last_source)
        try:
            body = bench.ask(
                "coder", number, lambda: coder.mend(feedback, attempt=number, stage=report.stage)
            )
        except BudgetExceededError:
            return None
        return bench.attempts.add(plan, body, by="coder", problem=coder.problem, failed=report)

    def _measure(self, plan: Plan, attempt: Attempt) -> InventedScore:
        """How the code of `attempt` does on all invented cases."""
        spec = self._bench.spec
        cases = (*self._cases.driving, *self._cases.hidden)
        subject = Subject(source=attempt.source, workflow=plan.workflow, cases=cases, limits=spec.limits)
        sandbox = self._bench.sandbox or open_sandbox("auto")
        outcome = sandbox.run(subject.job(subject.case_trials(), surroundings=HOME))
        rows = subject.held_to_schema(outcome.rows)
        whole = replace(spec.accuracy, threshold=1.0, max_wrong=None)
        scored = [
            judge(case, output=row.output, abstained=row.status == "abstained", accuracy=whole)
            for case, row in zip(cases, rows, strict=True)
        ]
        seen = [(case, row) for case, row in zip(cases, rows, strict=True) if isinstance(case, VisibleCase)]
        score = InventedScore(
            driving=summarize(of_kind(scored, VisibleCase)),
            hidden=summarize(of_kind(scored, HiddenCase)),
            report=check_accuracy([case for case, _ in seen], [row for _, row in seen], whole),
        )
        self._bench.tell(
            InventedScored(by=attempt.by, attempt=attempt.number, driving=score.driving, hidden=score.hidden)
        )
        return score
