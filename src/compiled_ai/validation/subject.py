"""What is under test in the stages that run code."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.inputs.generate import GeneratedInput
from compiled_ai.sandbox.model import CaseRow, SandboxCase, SandboxJob, SandboxLimits, Surroundings
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case
from compiled_ai.spec.model import Limits
from compiled_ai.spec.schema import Checker
from compiled_ai.spec.whole_numbers import Fix, whole_numbers


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One input that code is run on. `case` or `generated` says where it comes from."""

    input: JsonObject
    given: dict[str, JsonObject]
    case: Case | None = None
    generated: GeneratedInput | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Code, the cases it is held against, and inputs that were made from its schema."""

    source: str
    workflow: Workflow
    cases: tuple[Case, ...]
    limits: Limits
    generated: tuple[GeneratedInput, ...] = ()
    generated_given: tuple[dict[str, JsonObject], ...] = ()
    """Outputs of bounded steps that go with generated inputs, taken in turn. Needed if there are such steps."""

    def case_trials(self) -> tuple[Trial, ...]:
        """A trial per case."""
        return tuple(Trial(input=case.input, given=case.given, case=case) for case in self.cases)

    def generated_trials(self) -> tuple[Trial, ...]:
        """A trial per generated input."""
        given = self.generated_given or ({},)
        return tuple(
            Trial(input=item.input, given=given[index % len(given)], generated=item)
            for index, item in enumerate(self.generated)
        )

    def job(
        self,
        trials: Iterable[Trial],
        *,
        surroundings: Surroundings,
        coverage: bool = False,
        calls: int = 1,
        restarts: int = 8,
    ) -> SandboxJob:
        """The sandbox's job of running `trials` in that order."""
        make_whole = whole_numbers(self.workflow.input_schema)
        return SandboxJob(
            source=self.source,
            workflow=self.workflow,
            cases=tuple(
                SandboxCase(
                    case_id=trial.case.case_id if trial.case else f"generated-{index}",
                    input=_as_run(trial.input, make_whole),
                    given=trial.given,
                )
                for index, trial in enumerate(trials)
            ),
            limits=SandboxLimits(
                case_seconds=self.limits.case_seconds, memory_mb=self.limits.memory_mb, restarts=restarts
            ),
            coverage=coverage,
            calls=calls,
            surroundings=surroundings,
        )

    def held_to_schema(self, rows: Sequence[CaseRow]) -> tuple[CaseRow, ...]:
        """`rows` with every answer that breaks the output schema turned into a crash, as a run would treat it."""
        checker = Checker(self.workflow.output_schema)
        return tuple(_held_to_schema(row, checker) for row in rows)


def _as_run(data: JsonObject, make_whole: Fix | None) -> JsonObject:
    """`data` as a run hands it to code: whole floats are integers where the schema says so."""
    if make_whole is None:
        return data
    copied = copy.deepcopy(data)
    make_whole(copied)
    return copied


def _held_to_schema(row: CaseRow, checker: Checker) -> CaseRow:
    misfit = checker.explain(row.output) if row.status == "answered" else None
    if misfit is None:
        return row
    place = f"output.{misfit.field}" if misfit.field else "output"
    return replace(row, status="crashed", output=None, detail=f"OutputError: {place}: {misfit.message}")
