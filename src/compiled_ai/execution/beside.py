"""The fallback model asked beside compiled code: what it would have answered, within the bounds of the fallback, and nothing of it is served."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from compiled_ai.artifact import Artifact
from compiled_ai.compliance.blocks import values_are_hidden
from compiled_ai.execution._ends import Ends
from compiled_ai.execution._ladder import Ladder
from compiled_ai.execution._words import Words
from compiled_ai.llm import LlmClient
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import properties_of, shorten

if TYPE_CHECKING:
    from compiled_ai.cases.log import CaseLog

_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True)
class SecondAnswer:
    """What came of asking."""

    output: JsonObject | None
    """None when the model declined, failed, or was not asked."""
    asked: bool = True
    """False when a budget or the breaker did not let the call in."""
    tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """None when the price is unknown."""


class Beside:
    """The fallback model of an artifact. Its calls count in the budgets of the day, and its failures for the breaker, as if a run had asked.

    Args:
        artifact: The artifact; there must be a model on its ladder.
        client: The model.
        cases: The case log, which holds budgets and breaker, and gets the contradictions. None: nothing is noted, and budgets of a day admit no call.
    """

    def __init__(self, artifact: Artifact, client: LlmClient, *, cases: CaseLog | None) -> None:
        workflow, manifest = artifact.workflow, artifact.manifest
        hidden_by = values_are_hidden(manifest.compliance)
        self._words = Words(workflow.input_schema, workflow.output_schema, hidden_by=hidden_by)
        self._ladder = Ladder(
            artifact,
            has_client=True,
            cases=cases,
            words=self._words,
            output=Ends(workflow, words=self._words).output_checker,
        )
        self._client = client
        self._named = frozenset(properties_of(workflow.output_schema))
        self._asks_person = "human" in self._ladder.whole.rungs

    def ask(self, data: JsonObject) -> SecondAnswer:
        """What the model answers to `data`. It takes as long as the fallback's `timeout_seconds` at most.

        Raises:
            OperatorError: a key, a model or a recording is missing.
            StoreError: the state of breaker and budgets cannot be read or written.
        """
        reply = self._ladder.ask_beside(data, client=self._client)
        return SecondAnswer(
            output=reply.output, asked=reply.asked, tokens=reply.tokens, cost_usd=reply.cost_usd
        )

    def note(self, data: JsonObject, served: JsonObject, answer: SecondAnswer) -> None:
        """Log a case: `served` was answered, and the model says otherwise. It is queued for a person where the ladder has one.

        Raises:
            StoreError: it cannot be written.
        """
        notes = self._ladder.notes
        if notes is None or answer.output is None:
            return
        from compiled_ai.execution._notes import Decline, Served

        case = Decline(step="", data=data, reason=self._difference(served, answer.output))
        by_whom = Served(
            by="compiled",
            output=served,
            model=self._client.model,
            tokens=answer.tokens,
            cost_usd=answer.cost_usd,
        )
        if self._asks_person:
            notes.queue(case, by_whom)
        else:
            notes.note(case, by_whom)

    def close(self) -> None:
        """Close the case log; it is opened again when it is needed."""
        self._ladder.close()

    def _difference(self, served: JsonObject, answer: JsonObject) -> str:
        """Which fields differ. The model's answer follows where values may be shown; names that no schema lists are values too."""
        names = sorted({*served, *answer} & self._named)
        differing = [name for name in names if served.get(name) != answer.get(name)]
        reason = f"shadow: the fallback model answers otherwise ({', '.join(differing) or 'other fields'})"
        if self._words.secret:
            return reason
        return f"{reason}: {shorten(json.dumps(answer, ensure_ascii=False), _LONGEST)}"
