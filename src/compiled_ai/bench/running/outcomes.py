"""Rows made of answers: judged, priced, checked against the task's schema."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from compiled_ai.bench.model import Answer, Dataset, ModelCall, Prepared, Task, Verdict
from compiled_ai.bench.rows import CallRow, CaseRow, Outcome, PreparationRow
from compiled_ai.bench.running.plan import Unit
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

if TYPE_CHECKING:
    import jsonschema_rs

RAW_IDENTITY = "prepared_identity"
"""Where a preparation's row keeps what the system said, in its details."""
_SCHEMAS = 16
"""Schemas held ready to check with; tasks come one after the other."""
Pricing = Callable[[ModelCall], float | None]
"""What a call costs in USD; None when its price is unknown."""


def pricing(model: str, price_as: str | None) -> Pricing:
    """The list prices of today for calls of `model`."""

    def cost(call: ModelCall) -> float | None:
        from compiled_ai.llm.exchange import Usage
        from compiled_ai.llm.ledger import price

        usage = Usage(
            input_tokens=call.input_tokens,
            output_tokens=call.output_tokens,
            cached_tokens=call.cached_tokens,
        )
        found = price(model, usage, day=None, price_as=price_as)[0]
        return None if found is None else float(found)

    return cost


def identity_of(system_identity: str, task: Task, prepared: Prepared) -> str:
    """What a case's row is held by: the system, the task as everybody is told it, and what was prepared of it."""
    return digest("bench-answerer1", [system_identity, task.digest, prepared.identity, prepared.problem])


class RowMaker:
    """Makes the rows of one system."""

    def __init__(
        self, dataset: Dataset, *, dataset_name: str, system: str, system_identity: str, cost: Pricing
    ) -> None:
        self._dataset = dataset
        self._dataset_name = dataset_name
        self._system = system
        self._system_identity = system_identity
        self._cost = cost
        self._schemas: dict[str, jsonschema_rs.Validator | None] = {}

    def preparation(self, task: Task, prepared: Prepared) -> PreparationRow:
        """The row of a preparation."""
        return PreparationRow(
            dataset=self._dataset_name,
            system=self._system,
            task_id=task.task_id,
            task_digest=task.digest,
            system_identity=self._system_identity,
            identity=identity_of(self._system_identity, task, prepared),
            seconds=prepared.seconds,
            calls=self._calls(prepared.calls),
            problem=prepared.problem,
            details={**prepared.details, RAW_IDENTITY: prepared.identity},
        )

    def answered(self, unit: Unit, task: Task, identity: str, answer: Answer) -> CaseRow:
        """The row of an answer, after the dataset's verdict."""
        outcome, verdict, error = self._verdict(unit, answer)
        output = None if answer.declined or answer.error is not None else answer.output
        nobody = outcome in {"declined", "rightly_declined"} or answer.error is not None
        return self._bare(unit, identity, outcome).model_copy(
            update={
                "score": min(1.0, max(0.0, float(verdict.score))),
                "output": output,
                "reason": answer.reason or verdict.reason,
                "error": error,
                "served_by": "nobody" if nobody else answer.served_by,
                "seconds": answer.seconds,
                "cold": answer.cold,
                "calls": self._calls(answer.calls),
                "conforms": self._conforms(task, output),
                "trace": answer.trace,
            }
        )

    def unanswered(
        self, unit: Unit, identity: str, outcome: Outcome, reason: str, *, seconds: float = 0.0
    ) -> CaseRow:
        """The row of a case that nobody answered; it scores zero."""
        error = "WorkerDied" if outcome == "failed" else None
        update = {"reason": reason, "error": error, "seconds": seconds}
        return self._bare(unit, identity, outcome).model_copy(update=update)

    def _verdict(self, unit: Unit, answer: Answer) -> tuple[Outcome, Verdict, str | None]:
        """Outcome, score and reason, and the kind of the failure if it is one."""
        due = not unit.case.must_decline
        if answer.error is not None:
            return "failed", Verdict(score=0.0, right=False), answer.error
        if answer.declined:
            return (
                "declined" if due else "rightly_declined",
                Verdict(score=float(not due), right=not due),
                None,
            )
        if answer.output is None:
            return "failed", Verdict(score=0.0, right=False, reason="it gave no output"), "NoAnswer"
        if not due:
            return "wrong", Verdict(score=0.0, right=False, reason="an answer where none was due"), None
        try:
            verdict = self._dataset.judge(unit.case, answer.output)
        except Exception as error:  # noqa: BLE001 - hours of other rows are not lost for it
            reason = f"the evaluator failed, which is not the system's fault: {type(error).__name__}: {error}"
            return "failed", Verdict(score=0.0, right=False, reason=reason), "JudgeError"
        return "right" if verdict.right else "wrong", verdict, None

    def _calls(self, calls: Sequence[ModelCall]) -> tuple[CallRow, ...]:
        return tuple(CallRow(**dataclasses.asdict(call), cost_usd=self._cost(call)) for call in calls)

    def _bare(self, unit: Unit, identity: str, outcome: Outcome) -> CaseRow:
        case = unit.case
        return CaseRow(
            dataset=self._dataset_name,
            system=self._system,
            task_id=case.task_id,
            case_id=case.case_id,
            case_digest=unit.digest,
            split=case.split,
            group=case.group,
            must_decline=case.must_decline,
            repeat=unit.repeat,
            identity=identity,
            outcome=outcome,
            score=0.0,
        )

    def _conforms(self, task: Task, output: JsonValue) -> bool | None:
        if output is None or not task.output_schema:
            return None
        if task.task_id not in self._schemas:
            if len(self._schemas) >= _SCHEMAS:
                self._schemas.clear()
            self._schemas[task.task_id] = _validator(task.output_schema)
        validator = self._schemas[task.task_id]
        return None if validator is None else validator.is_valid(output)


def _validator(schema: JsonObject) -> jsonschema_rs.Validator | None:
    """What checks outputs; None when the schema is none of JSON Schema."""
    import jsonschema_rs

    from compiled_ai.spec.formats import FORMATS

    try:
        return jsonschema_rs.validator_for(schema, validate_formats=True, formats=FORMATS)
    except ValueError:
        return None
