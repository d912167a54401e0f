"""The mutation score of a spec's cases: how many small changes of the code some case notices.

A change that no case notices, though it answers differently somewhere, is a question that the spec leaves open. It is put to the spec's author as a warning;
it never fails the stage, and warnings do not go back to the coder.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from compiled_ai.findings import Finding
from compiled_ai.overfit.mutants import KINDS, Mutant, make_mutants
from compiled_ai.overfit.probes import Probe, make_probes
from compiled_ai.overfit.subject import OverfitSubject, spec_words
from compiled_ai.sandbox.model import CaseRow, Sandbox, SandboxCase, SandboxJob, SandboxLimits
from compiled_ai.scoring.scores import Verdict, judge
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.schema import Checker, shorten

_FINE = ("answered", "abstained")
_QUESTIONS = 5
_START_SECONDS = 0.012
"""What a run costs beside the code: a process and a few dozen rows."""


@dataclass(frozen=True, kw_only=True)
class MutationBudget:
    """What measuring may cost."""

    mutants: int = 30
    probes: int = 200
    """Inputs on which a mutant that no case notices is compared with the original."""
    aim_seconds: float = 0.4
    """What all runs together should take. Where 30 mutants would take longer, fewer are tried: half as many, a quarter, an eighth, so that the number
    changes with the code rather than with the mood of the machine."""
    begin_seconds: float = 0.8
    """No new run is begun after that."""
    case_seconds: float = 0.25
    """Wall time of one case of a mutant. One that takes longer counts as noticed."""
    slow_seconds: float = 0.3
    """Code whose cases take longer in all is not mutated."""
    threads: int = 2


@dataclass(frozen=True, kw_only=True)
class Survivor:
    """A mutant that no case notices, with an input on which it differs from the original."""

    mutant: Mutant
    probe: Probe
    original: CaseRow
    mutated: CaseRow


Fate = Literal["killed", "survived", "equivalent", "untried"]
"""``equivalent``: no input was found on which it differs, so it probably means the same."""


def measure_mutation(
    subject: OverfitSubject, sandbox: Sandbox, budget: MutationBudget | None = None
) -> tuple[list[Finding], JsonObject]:
    """Warnings with questions for the spec's author, and the score.

    Raises:
        SandboxError: the sandbox itself failed.
    """
    budget = budget or MutationBudget()
    mutants = make_mutants(subject.source, enums=spec_words(subject).enums, limit=budget.mutants)
    if not subject.cases or not mutants:
        return [], {"mutants": len(mutants), "tried": 0, "score": None}
    trial = _Trial(subject=subject, sandbox=sandbox, budget=budget)
    reason = trial.obstacle()
    if reason:
        return [], {"mutants": len(mutants), "tried": 0, "score": None, "reason": reason}
    fates, survivors = trial.run(mutants[: trial.affordable(len(mutants))])
    counts = Counter(fates)
    noticed, missed = counts["killed"], counts["survived"]
    facts: JsonObject = {
        "mutants": len(mutants),
        "tried": len(fates) - counts["untried"],
        "killed": noticed,
        "survived": missed,
        "probably_equivalent": counts["equivalent"],
        "score": round(noticed / (noticed + missed), 4) if noticed + missed else None,
    }
    return [_question(survivor) for survivor in _best(survivors)], facts


@dataclass(kw_only=True)
class _Trial:
    """Runs mutants against the cases, and survivors against the original on probes."""

    subject: OverfitSubject
    sandbox: Sandbox
    budget: MutationBudget
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _deadline: float = 0.0

    def obstacle(self) -> str:
        """Why mutants cannot be measured; empty when they can. Starts the clock."""
        self._deadline = time.monotonic() + self.budget.begin_seconds
        rows = self._case_rows
        if any(row.status not in _FINE for row in rows):
            return "the code itself fails on a case under the limits of this check"
        if sum(row.seconds for row in rows) > self.budget.slow_seconds:
            return "the cases take too long to run them again and again"
        return ""

    def affordable(self, count: int) -> int:
        """How many of `count` mutants can be tried in the time aimed at, if every other one survives and runs on probes too."""
        running = sum(row.seconds for row in self._case_rows)
        cost = 1.5 * (running + _START_SECONDS) / self.budget.threads
        for part in (1, 2, 4):
            if cost * count / part <= self.budget.aim_seconds:
                return max(1, count // part)
        return max(1, count // 8)

    def run(self, mutants: Sequence[Mutant]) -> tuple[list[Fate], list[Survivor]]:
        """The fate of each of `mutants`, and those that survived, in their order."""
        fates: list[Fate] = ["untried"] * len(mutants)
        survivors: dict[int, Survivor] = {}
        queue = iter(enumerate(mutants))

        def work() -> None:
            while True:
                with self._lock:
                    index, mutant = next(queue, (-1, None))
                if mutant is None or time.monotonic() > self._deadline:
                    return
                fate = self._try(mutant)
                fates[index] = "survived" if isinstance(fate, Survivor) else fate
                if isinstance(fate, Survivor):
                    survivors[index] = fate

        with ThreadPoolExecutor(self.budget.threads) as pool:
            for running in [pool.submit(work) for _ in range(self.budget.threads)]:
                running.result()
        return fates, [survivors[index] for index in sorted(survivors)]

    def _try(self, mutant: Mutant) -> Fate | Survivor:
        if self._verdicts(self._run(mutant.source, self._cases)) != self._wanted:
            return "killed"
        if time.monotonic() > self._deadline:
            return "untried"
        with self._lock:
            originals = self._probe_rows
        if not originals:
            return "equivalent"
        differing = [
            (probe, original, mutated)
            for probe, original, mutated in zip(
                self._probes, originals, self._run(mutant.source, self._probe_cases), strict=True
            )
            if original.status in _FINE
            and (original.status, original.output) != (mutated.status, mutated.output)
        ]
        if not differing:
            return "equivalent"
        probe, original, mutated = min(differing, key=_clarity)
        return Survivor(mutant=mutant, probe=probe, original=original, mutated=mutated)

    def _run(self, source: str, cases: tuple[SandboxCase, ...]) -> tuple[CaseRow, ...]:
        limits = SandboxLimits(
            case_seconds=min(self.budget.case_seconds, self.subject.limits.case_seconds),
            memory_mb=self.subject.limits.memory_mb,
            restarts=0,
        )
        job = SandboxJob(source=source, workflow=self.subject.workflow, cases=cases, limits=limits)
        return self.sandbox.run(job).rows

    def _verdicts(self, rows: Sequence[CaseRow]) -> list[Verdict]:
        return [
            judge(
                case,
                output=row.output if row.output is not None and self._checker.is_valid(row.output) else None,
                abstained=row.status == "abstained",
                accuracy=self.subject.accuracy,
            ).verdict
            for case, row in zip(self.subject.cases, rows, strict=True)
        ]

    @cached_property
    def _checker(self) -> Checker:
        return Checker(self.subject.workflow.output_schema)

    @cached_property
    def _cases(self) -> tuple[SandboxCase, ...]:
        return tuple(
            SandboxCase(case_id=case.case_id, input=case.input, given=case.given)
            for case in self.subject.cases
        )

    @cached_property
    def _case_rows(self) -> tuple[CaseRow, ...]:
        return self._run(self.subject.source, self._cases)

    @cached_property
    def _wanted(self) -> list[Verdict]:
        return self._verdicts(self._case_rows)

    @cached_property
    def _probes(self) -> tuple[Probe, ...]:
        """As many as fit in a few hundredths of a second; in coarse steps, so that the number is nearly always the same."""
        pace = sum(row.seconds for row in self._case_rows) / len(self._case_rows)
        slower = 1 if pace < 0.001 else 6 if pace < 0.01 else 30
        return make_probes(self.subject, count=max(4, self.budget.probes // slower))

    @cached_property
    def _probe_cases(self) -> tuple[SandboxCase, ...]:
        return tuple(
            SandboxCase(case_id=f"probe-{index}", input=probe.input, given=probe.given)
            for index, probe in enumerate(self._probes)
        )

    @cached_property
    def _probe_rows(self) -> tuple[CaseRow, ...]:
        return self._run(self.subject.source, self._probe_cases) if self._probes else ()


def _clarity(found: tuple[Probe, CaseRow, CaseRow]) -> tuple[bool, int]:
    """Whether the mutant fails there, then the length of the input: the clearest question has two answers and little to read."""
    probe, _, mutated = found
    return mutated.status not in _FINE, len(canonical_json([probe.input, {**probe.given}]))


def _best(survivors: Sequence[Survivor]) -> Iterator[Survivor]:
    """The most telling survivors, one for each line. A mutant that fails is no reading of the spec."""
    lines: set[int] = set()
    ranked = sorted(survivors, key=lambda item: (KINDS.index(item.mutant.kind), item.mutant.line))
    for survivor in ranked:
        is_reading = survivor.mutated.status in _FINE
        if is_reading and len(lines) < _QUESTIONS and survivor.mutant.line not in lines:
            lines.add(survivor.mutant.line)
            yield survivor


def _question(survivor: Survivor) -> Finding:
    mutant, probe = survivor.mutant, survivor.probe
    code, other = _answers(survivor.original, survivor.mutated)
    match mutant:
        case Mutant(after=""):
            asked, reading = f"is `{mutant.before}` wanted?", "without it it"
        case Mutant(kind="text"):
            asked, reading = f"does `{mutant.before}` matter?", "without it it"
        case Mutant(kind="condition", after=after):
            asked = f"does `{mutant.before}` matter?"
            reading = f"if it were always {after.lower()} it"
        case _:
            asked, reading = f"`{mutant.before}` or `{mutant.after}`?", "the other reading"
    return Finding(
        stage="accuracy",
        tool="mutation",
        rule="weak-spec",
        message=f"{asked} {_situation(mutant, probe)} the code {code}, {reading} {other}; no case says which. Add it to the examples",
        line=mutant.line,
        severity="warning",
    )


def _situation(mutant: Mutant, probe: Probe) -> str:
    """The input in words: first the values that the line in question speaks of, then all of it."""
    spoken = set(re.findall(r"\w+", mutant.before))
    values = {
        name: value
        for part in (probe.input, *probe.given.values())
        for name, value in part.items()
        if name in spoken and not isinstance(value, dict | list)
    }
    whole = f"For the input {shorten(canonical_json(probe.input), 300)}"
    if probe.given:
        whole += f" (given {shorten(canonical_json({**probe.given}), 200)})"
    if not values:
        return whole
    told = ", ".join(f"{name} = {shorten(canonical_json(value), 80)}" for name, value in values.items())
    return f"With {told}, f{whole[1:]}"


def _answers(original: CaseRow, mutated: CaseRow) -> tuple[str, str]:
    """What both say, of two answers only where they differ."""
    left, right = original.output, mutated.output
    if left is not None and right is not None:
        names = [name for name in {**left, **right} if left.get(name) != right.get(name)] or list(left)
        left = {name: left[name] for name in names if name in left}
        right = {name: right[name] for name in names if name in right}
    return _words(original, left), _words(mutated, right)


def _words(row: CaseRow, output: JsonObject | None) -> str:
    if output is not None:
        return f"answers {shorten(canonical_json(output), 200)}"
    return "declines" if row.status == "abstained" else "fails"
