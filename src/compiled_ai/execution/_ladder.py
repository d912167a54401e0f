"""The ladder below compiled code: a model, a person, an error; for the whole task and for the steps that have one of their own."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import TYPE_CHECKING

from compiled_ai.artifact import Artifact, PlannedStep
from compiled_ai.errors import DeclinedError
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.execution._words import Words
from compiled_ai.execution.result import StepAnswer
from compiled_ai.llm import LlmClient
from compiled_ai.modules import Abstain
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.fallback import BreakerLimits, Fallback, parse_fallback
from compiled_ai.spec.schema import Checker

if TYPE_CHECKING:
    from compiled_ai.cases.case import LoggedCase
    from compiled_ai.cases.guard import ModelGuard
    from compiled_ai.cases.log import CaseLog
    from compiled_ai.execution._model_rung import Question, Reply
    from compiled_ai.execution._notes import CaseNotes, Decline

NO_LOG = "no case log is open"


class Unanswered(Abstain):
    """A step that its own ladder did not answer either."""

    def __init__(self, answer: StepAnswer) -> None:
        self.answer = answer
        super().__init__(answer.reason)


class Ladder:
    """What answers in place of compiled code that declines."""

    def __init__(
        self, artifact: Artifact, *, has_client: bool, cases: CaseLog | None, words: Words, output: Checker
    ) -> None:
        """The ladders that the manifest of `artifact` describes.

        Args:
            artifact: The artifact.
            has_client: Whether a model is named.
            cases: Where cases are noted. None: nowhere, and nobody can be asked.
            words: What may be said of values.
            output: Checks the output of the whole task.
        """
        self._artifact = artifact
        self._words = words
        self._output = output
        self.whole = parse_fallback(artifact.manifest.fallback)
        self._cases = cases
        self._notes: CaseNotes | None = None
        self._guards: dict[str, ModelGuard] = {}
        self._lock = threading.Lock()
        self._told = _steps_of(artifact)
        self.steps = {step: parse_fallback(told) for step, told in self._told.items()}
        """By step id, those that have a ladder of their own."""
        self.asks_model = has_client and any(
            "model" in fallback.rungs for fallback in (self.whole, *self.steps.values())
        )
        """Whether a model may be asked."""
        self.is_plain = cases is None and not self.whole.rungs
        """Whether an abstention of the whole task is simply that."""
        self._questions: dict[str, Question] = {}
        self._bounded = _guarded_of(artifact)

    @property
    def notes(self) -> CaseNotes | None:
        """What writes cases; None without a case log."""
        if self._notes is None and self._cases is not None:
            from compiled_ai.execution._notes import CaseNotes

            self._notes = CaseNotes(self._artifact, self._cases)
        return self._notes

    def close(self) -> None:
        """Close the case log; it is opened again when it is needed."""
        if self._cases is not None:
            self._cases.close()

    def answer(self, step: str, data: JsonObject, reason: str, *, client: LlmClient | None) -> StepAnswer:
        """What answers `data`, which compiled code declined for `reason`; `step` is empty for the whole task.

        Raises:
            DeclinedError: nobody does, and the ladder ends in an error.
            OperatorError: the model is not set up.
            StoreError: the case log cannot be read or written.
        """
        from compiled_ai.execution._notes import Decline

        fallback = self.steps[step] if step else self.whole
        decline = Decline(step=step, data=data, reason=reason)
        if "human" in fallback.rungs and self.notes is not None:
            decided = self.notes.decided(decline)
            if decided is not None:
                return self._decided(decline, decided, fallback)
        reply = None
        if "model" in fallback.rungs and client is not None:
            reply = self._ask(decline, client)
            if reply.output is not None:
                return self._served(decline, reply, client.model)
            decline = Decline(step=step, data=data, reason=f"{reason}; {reply.note}")
        return self._unanswered(decline, reply, fallback, model=client.model if reply and client else None)

    def ask(self, data: JsonObject, *, client: LlmClient | None) -> JsonObject | None:
        """What the model of the whole task answers, without a case; None when it does not."""
        if client is None or "model" not in self.whole.rungs:
            return None
        from compiled_ai.execution._notes import Decline

        return self._ask(Decline(step="", data=data, reason=""), client).output

    def ask_beside(self, data: JsonObject, *, client: LlmClient) -> Reply:
        """What the model of the whole task says to `data`, which compiled code answered; nothing of it is served or noted.

        Raises:
            OperatorError: the model is not set up.
            StoreError: the case log cannot be read or written.
        """
        from compiled_ai.execution._notes import Decline

        return self._ask(Decline(step="", data=data, reason="a shadow check"), client)

    def guards(self, step: str) -> bool:
        """Whether the model of the bounded step called `step` is asked through the guard."""
        return step in self._bounded

    def ask_bounded(
        self, step: PlannedStep, data: JsonObject, *, checker: Checker, client: LlmClient
    ) -> Reply:
        """What the model answers for the bounded `step`, which is guarded. What it costs is entered into the ledger of `client`.

        Raises:
            OperatorError: the model is not set up.
            StoreError: the state of breaker and budgets cannot be read or written.
        """
        from compiled_ai.execution._model_rung import Question

        question = Question(
            step=step.id,
            fallback=self._bounded[step.id],
            instructions=step.instructions,
            output_schema=step.output_schema,
            checker=checker,
            gates=self._artifact.manifest.gate_policy,
            whole_per_day=self.whole.per_day is not None,
            bounded=True,
        )
        return self._put(question, data, client)

    def note_bounded(self, step: str, data: JsonObject, answer: StepAnswer, *, model: str) -> None:
        """Note what a bounded step answered."""
        if self.notes is not None:
            from compiled_ai.execution._notes import Decline, Served

            self.notes.note(
                Decline(step=step, data=data, reason="a bounded step"),
                Served(
                    by="bounded",
                    output=answer.output,
                    model=model,
                    tokens=answer.tokens,
                    cost_usd=answer.cost_usd,
                ),
            )

    def _ask(self, decline: Decline, client: LlmClient) -> Reply:
        return self._put(self._question(decline.step), decline.data, client)

    def _put(self, question: Question, data: JsonObject, client: LlmClient) -> Reply:
        from compiled_ai.execution._model_rung import Reply, ask_model

        if self._cases is None and (self.whole.per_day or question.fallback.per_day):
            return Reply(
                output=None,
                asked=False,
                note=f"{question.who} was not asked: {NO_LOG}, which the bounds of a day are kept in",
            )
        guard = self._guard(question)
        return ask_model(question, data, client=client, guard=guard, words=self._words)

    def _question(self, step: str) -> Question:
        if step not in self._questions:
            from compiled_ai.execution._model_rung import Question

            schema = (
                self._artifact.workflow.step(step).output_schema
                if step
                else self._artifact.workflow.output_schema
            )
            self._questions[step] = Question(
                step=step,
                fallback=self.steps[step] if step else self.whole,
                instructions=str(self._told[step]["instructions"])
                if step
                else self._artifact.manifest.instructions,
                output_schema=schema,
                checker=Checker(schema) if step else self._output,
                gates=self._artifact.manifest.gate_policy,
                whole_per_day=self.whole.per_day is not None,
            )
        return self._questions[step]

    def _guard(self, question: Question) -> ModelGuard:
        """What lets calls in. Without a case log its state lasts as long as this process."""
        with self._lock:
            if question.step not in self._guards:
                from compiled_ai.cases.guard import ModelGuard
                from compiled_ai.cases.log import CaseLog

                shared = next((guard.log for guard in self._guards.values()), None)
                self._guards[question.step] = ModelGuard(
                    log=self._cases or shared or CaseLog(None),
                    breaker=question.fallback.breaker or self.whole.breaker or BreakerLimits(),
                    per_day=self.whole.per_day,
                )
            return self._guards[question.step]

    def _served(self, decline: Decline, reply: Reply, model: str) -> StepAnswer:
        case = None
        if self.notes is not None:
            from compiled_ai.execution._notes import Served

            served = Served(
                by="model",
                output=reply.output,
                model=model,
                tokens=reply.tokens,
                cost_usd=reply.cost_usd,
            )
            case = self.notes.note(decline, served)
        return StepAnswer(reply.output, "model", decline.reason, reply.tokens, reply.cost_usd, case)

    def _decided(self, decline: Decline, decided: LoggedCase, fallback: Fallback) -> StepAnswer:
        """What a person decided for this very input before."""
        assert self.notes is not None
        if decided.answer is not None:
            try:
                output = fitted(decided.answer, self._question(decline.step).checker)
            except MisfitError:  # written past `compiled-ai review`, or by an artifact with another plan
                note = f"the answer of case {decided.id} does not fit the schema"
                again = type(decline)(
                    step=decline.step, data=decline.data, reason=f"{decline.reason}; {note}"
                )
                return self._unanswered(again, None, fallback, model=None)
            self.notes.log.serve(decided)
            return StepAnswer(output, "human", decline.reason, case=decided.id)
        self.notes.log.serve(decided)
        note = f" ({decided.note})" if decided.note and not self._words.secret else ""
        reason = f"{decline.reason}; a person rejected it{note}"
        if fallback.rungs[-1] == "error":
            raise self._error(decline.step, reason, decided.id)
        return StepAnswer(None, "nobody", reason, case=decided.id, final=True)

    def _unanswered(
        self, decline: Decline, reply: Reply | None, fallback: Fallback, *, model: str | None
    ) -> StepAnswer:
        """The rungs below the model: the queue, the error, the abstention."""
        tokens, cost = (reply.tokens, reply.cost_usd) if reply else (0, Decimal(0))
        case, reason, final = None, decline.reason, False
        if self.notes is not None:
            from compiled_ai.execution._notes import Served

            served = Served(model=model, tokens=tokens, cost_usd=cost)
            final = "human" in fallback.rungs
            case = self.notes.queue(decline, served) if final else self.notes.note(decline, served)
            reason += "; it waits for a person" if final else ""
        elif "human" in fallback.rungs:
            reason += f"; {NO_LOG}, so no person is asked"
        if fallback.rungs[-1:] == ("error",):
            raise self._error(decline.step, reason, case)
        return StepAnswer(None, "nobody", reason, tokens, cost, case, final)

    def _error(self, step: str, reason: str, case: str | None) -> DeclinedError:
        where = f"step '{step}' of " if step else ""
        logged = f" (case {case})" if case else ""
        return DeclinedError(
            f"{where}{self._artifact.workflow.name} declined: {reason}{logged}",
            reason=reason,
            step=step,
            case=case,
        )


def needs_log(artifact: Artifact) -> bool:
    """Whether the spec puts anything below compiled code, or bounds the model of a bounded step, so that there is something to keep."""
    fallbacks = [
        parse_fallback(artifact.manifest.fallback),
        *map(parse_fallback, _steps_of(artifact).values()),
    ]
    return any(fallback.rungs for fallback in fallbacks) or bool(_guarded_of(artifact))


def _guarded_of(artifact: Artifact) -> dict[str, Fallback]:
    """What bounds the model of bounded steps, by id: time and tokens of the whole task, and its own bounds before those of the whole.

    Those without any bound but time and tokens are left out.
    """
    whole, told = parse_fallback(artifact.manifest.fallback), _steps_of(artifact)
    found = {}
    for step in artifact.workflow.steps:
        own = parse_fallback(told[step.id]) if step.id in told else Fallback()
        if step.kind == "bounded" and (whole.bounds_model or own.bounds_model):
            found[step.id] = Fallback(
                timeout_seconds=whole.timeout_seconds,
                max_tokens=whole.max_tokens,
                max_usd=whole.max_usd if own.max_usd is None else own.max_usd,
                per_day=own.per_day,
                breaker=own.breaker or whole.breaker,
            )
    return found


def _steps_of(artifact: Artifact) -> dict[str, JsonObject]:
    """What the manifest says of the fallbacks of steps, by id."""
    steps = artifact.manifest.fallback.get("steps")
    if not isinstance(steps, dict):
        return {}
    return {name: told for name, told in steps.items() if isinstance(told, dict)}
