"""The candidates of a compilation, each with what validation said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from compiled_ai._version import __version__
from compiled_ai.factory.code_text import formatted_source
from compiled_ai.factory.coder import assemble_source
from compiled_ai.factory.events import Author, StageEnded
from compiled_ai.factory.plan import Plan
from compiled_ai.findings import Finding, StageReport
from compiled_ai.spec.model import Spec
from compiled_ai.validation.pipeline import Criteria, Verification, verify

_REPLY = "reply"
"""The tool that findings on replies as such are of."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One candidate and what validation said of it."""

    number: int
    """Counted from 1 for each author."""
    by: Author
    body: str
    """What its author wrote: the text without types and decision tables."""
    source: str
    """Text of the candidate ``activities.py``."""
    verification: Verification


class Attempts:
    """All candidates so far, in their order."""

    def __init__(self, spec: Spec, criteria: Criteria, tell: Callable[[StageEnded], None]) -> None:
        self._spec = spec
        self._criteria = criteria
        self._tell = tell
        self._all: list[Attempt] = []

    @property
    def all(self) -> tuple[Attempt, ...]:
        """The candidates, oldest first."""
        return tuple(self._all)

    @property
    def verifications(self) -> tuple[Verification, ...]:
        """What validation said of each."""
        return tuple(attempt.verification for attempt in self._all)

    @property
    def last_source(self) -> str:
        """The text of the newest candidate; empty without any."""
        return self._all[-1].source if self._all else ""

    def count(self, by: Author) -> int:
        """How many candidates are by that author."""
        return sum(attempt.by == by for attempt in self._all)

    def add(
        self, plan: Plan, body: str, *, by: Author, problem: str = "", failed: StageReport | None = None
    ) -> Attempt:
        """The candidate with `body`, validated in full.

        With a `problem` of the reply there is nothing new to judge: what `failed` before still does.
        """
        number = self.count(by) + 1
        source = formatted_source(assemble_source(self._spec, plan, body))
        if failed is not None and not problem and source == self.last_source:
            problem = "the reply changes nothing of the code that failed; change what the findings name"
        if problem:
            verification = Verification(reports=(_unusable(problem, failed),))
            self._tell(StageEnded(attempt=number, by=by, report=verification.reports[0]))
        else:
            verification = verify(
                source,
                plan.workflow,
                self._criteria,
                on_report=lambda report: self._tell(StageEnded(attempt=number, by=by, report=report)),
            )
        attempt = Attempt(number=number, by=by, body=body, source=source, verification=verification)
        self._all.append(attempt)
        return attempt


def _unusable(problem: str, failed: StageReport | None) -> StageReport:
    """The report on a reply without new code: its `problem`, and what `failed` before."""
    earlier = failed or StageReport(stage="syntax", findings=(), tools={}, seconds=0.0)
    finding = Finding(stage=earlier.stage, tool=_REPLY, rule="unusable", message=problem)
    rest = (item for item in earlier.findings if item.tool != _REPLY)
    return replace(earlier, findings=(finding, *rest), tools={_REPLY: __version__}, facts={}, seconds=0.0)
