"""The gates around model calls: what goes out is checked and masked, what comes back is checked and restored, every decision is kept.

`CallGates` belongs to a client, a `Passage` to one conversation. Nothing reaches a model but through a passage.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from compiled_ai.errors import BlockedPromptError, BlockedReplyError
from compiled_ai.gates.canary import canary_for
from compiled_ai.gates.checks import GateName, open_pii
from compiled_ai.gates.policy import GatePolicy, default
from compiled_ai.gates.verdict import Finding, GateVerdict, failed
from compiled_ai.llm._verdicts import GateDecision, decide, verdict_on, verdict_on_reply
from compiled_ai.llm.exchange import Role, Turn
from compiled_ai.llm.prompt import Material, Prompt, as_prompt
from compiled_ai.spec.canonical import JsonObject, JsonValue

if TYPE_CHECKING:
    from compiled_ai.gates.pii import Mask

__all__ = ["CallGates", "GateDecision", "Passage", "summary"]

_log = logging.getLogger("compiled_ai.gates")
_OWN_PROMPTS = frozenset[Role](("coder", "planner", "tester", "solver"))
"""Their instructions are files of this package: no secret, so that the canary alone is looked for in what they reply."""


class CallGates:
    """The gates of one client, by its policy, and what they decided."""

    def __init__(self, policy: GatePolicy | None = None, *, canary_secret: bytes | None = None) -> None:
        """Gates of `policy`; without one, of the default policy.

        Args:
            policy: To have none, say `compiled_ai.gates.policy.off()`.
            canary_secret: Makes equal prompts carry equal canaries in all processes, which a provider's cache of prompts needs. None: one that
                this process draws.
        """
        self.policy = default() if policy is None else policy
        self._secret = canary_secret
        self._decisions: list[GateDecision] = []
        self.on_decision: Callable[[GateDecision], None] | None = None
        """Told of each decision, in the thread that made it; gates that are narrowed after this is set tell it too."""

    @property
    def decisions(self) -> tuple[GateDecision, ...]:
        """All decisions so far, in their order."""
        return tuple(self._decisions)

    def narrowed(self, policy: GatePolicy | None) -> CallGates:
        """Gates with decisions of their own, that let through what both this policy and `policy` let through."""
        both = self.policy if policy is None else self.policy.stricter(policy)
        gates = CallGates(both, canary_secret=self._secret)
        gates.on_decision = self.on_decision
        return gates

    def open(
        self,
        *,
        role: Role,
        instructions: str | Prompt,
        prompt: Prompt,
        history: Sequence[Turn] = (),
        schema: JsonObject | None = None,
        model: str = "",
    ) -> Passage:
        """A passage for one conversation, once everything that would go out is checked.

        Args:
            role: Who asks.
            instructions: The system prompt. It is not masked: it stands in a spec or in this package.
            prompt: The user message.
            history: Earlier messages.
            schema: Of the object asked for; the model reads the descriptions in it.
            model: Who is asked, for messages.

        Raises:
            BlockedPromptError: a gate does not let some of it through; nothing was sent.
        """
        system = as_prompt(instructions, place="instructions")
        told = () if role in _OWN_PROMPTS else _told(system, history, schema)
        for material in (*told, *prompt.materials):
            self._check(material, role=role, model=model)
        mask, text, turns = self._masked(prompt, history, role=role)
        has_canary = self.policy.output_gate and bool(system.text)
        return Passage(
            gates=self,
            role=role,
            model=model,
            instructions=system.text,
            prompt=text,
            history=turns,
            canary=canary_for(system.text, secret=self._secret) if has_canary else "",
            mask=mask,
        )

    def check_text(self, text: str, *, role: Role, place: str) -> None:
        """Check a text for a model that answers without words, such as one of embeddings: nothing could be restored, so what would be masked is blocked.

        Raises:
            BlockedPromptError: a gate does not let it through.
        """
        self._check(Material(value=text, place=place), role=role, model="")
        mask, _, _ = self._masked(Prompt(pieces=(Material(value=text, place=place),)), (), role=role)
        if mask is None:
            return
        with mask:
            hidden = len(mask)
        if hidden:
            finding = Finding(layer="pii", kind="unmaskable", score=1.0, reason="it would have to be masked")
            verdict = GateVerdict(action="block", score=1.0, findings=(finding,))
            self._refuse(decide("pii", role, place, verdict, chars=len(text)), threshold="pii", model="")

    def keep(self, decision: GateDecision) -> None:
        """Note a decision: here, in the log ``compiled_ai.gates``, and with whoever listens."""
        self._decisions.append(decision)
        shown = (decision.gate, decision.action, decision.place, decision.shown_kinds)
        _log.info("%s gate: %s %s %s", *shown, extra={"decision": decision})
        if self.on_decision is not None:
            self.on_decision(decision)

    def _check(self, material: Material, *, role: Role, model: str) -> None:
        gates: tuple[GateName, ...] = ("input",) if self.policy.pii == "mask" else ("input", "pii")
        for gate in gates:  # what would be masked is hidden later, and not looked at here
            text = material.words() if gate == "input" else material.shown()
            verdict = verdict_on(gate, self.policy, text, material.mode)
            if verdict is None:
                continue
            decision = decide(gate, role, material.place, verdict, chars=len(text))
            threshold = "pii" if gate == "pii" else f"input.{material.mode}.block"
            self._refuse(decision, threshold=threshold, model=model)

    def _refuse(self, decision: GateDecision, *, threshold: str, model: str) -> None:
        """Note `decision`, and raise if it blocks."""
        self.keep(decision)
        if decision.action != "block":
            return
        raise BlockedPromptError(
            f"the {decision.gate} gate blocks {decision.place} ({decision.shown_kinds}; score {decision.score:.2f}), and nothing was sent"
            f"{f' to {model}' if model else ''}; `compiled-ai scan` shows where. If it is a false alarm, change {threshold} in --gates "
            "(or COMPILED_AI_GATES) and in the spec's `gates`: the stricter one counts",
            decision=decision,
        )

    def _masked(
        self, prompt: Prompt, history: Sequence[Turn], *, role: Role
    ) -> tuple[Mask | None, str, tuple[Turn, ...]]:
        """The session of masking (None where the policy asks for none), the message and the earlier ones as they go out."""
        if self.policy.pii != "mask":
            return None, prompt.text, tuple(history)
        mask, place = open_pii(self.policy).session(), ", ".join(part.place for part in prompt.materials[:1])
        try:
            text = _masked_text(prompt, mask)
            turns = tuple(replace(turn, text=mask.mask_text(turn.text)) for turn in history)
        except Exception as error:
            mask.close()
            decision = decide("pii", role, place, failed(error), chars=len(prompt.text))
            self._refuse(decision, threshold="pii", model="")
            raise
        hidden = len(mask)
        found = Finding(layer="pii", kind="masked", score=1.0, reason="hidden from the model")
        verdict = GateVerdict(
            action="flag" if hidden else "allow",
            score=1.0 if hidden else 0.0,
            findings=(found,) if hidden else (),
        )
        decision = decide("pii", role, place, verdict, chars=len(prompt.text))
        self.keep(replace(decision, hidden=hidden))
        return mask, text, turns


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One conversation behind the gates: what may go out, and the way back for replies. Close it to forget what it hid."""

    gates: CallGates
    role: Role
    model: str
    instructions: str
    """The system prompt, without its canary."""
    prompt: str
    """The user message, with placeholders where values are hidden."""
    history: tuple[Turn, ...]
    canary: str
    """To be planted in the system prompt; empty for none."""
    mask: Mask | None

    def admit(self, reply: str) -> None:
        """Check what the model replied.

        Raises:
            BlockedReplyError: it gives the system prompt away, or could not be checked.
        """
        if not self.canary:
            return
        watched = "" if self.role in _OWN_PROMPTS else self.instructions
        verdict = verdict_on_reply(self.gates.policy, watched, self.canary, reply, benign=self.prompt)
        decision = decide("output", self.role, "reply", verdict, chars=len(reply))
        self.gates.keep(decision)
        if verdict.action == "block":
            raise BlockedReplyError(
                f"the output gate blocks the reply of {self.model or 'the model'} ({decision.shown_kinds}; score {verdict.score:.2f}): it may give the system prompt away",
                decision=decision,
            )

    def restored(self, value: JsonValue) -> JsonValue:
        """`value` of a reply with what was hidden in place of its placeholders.

        Raises:
            ModelReplyError: a placeholder stands for nothing.
        """
        return value if self.mask is None or not len(self.mask) else self.mask.unmask(value)

    def restored_text(self, text: str) -> str:
        """The same of a text."""
        return text if self.mask is None or not len(self.mask) else self.mask.unmask_text(text)

    def hidden_text(self, text: str) -> str:
        """`text` as it may be said to the model."""
        return text if self.mask is None else self.mask.mask_text(text)

    def close(self) -> None:
        """Forget what was hidden."""
        if self.mask is not None:
            self.mask.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def summary(decisions: Sequence[GateDecision]) -> JsonObject:
    """Counts by gate and action, and each decision that is no plain allow."""
    counts = Counter(f"{decision.gate} {decision.action}" for decision in decisions)
    noted: list[JsonValue] = [decision.to_json() for decision in decisions if decision.action != "allow"]
    return {"counts": {name: counts[name] for name in sorted(counts)}, "noted": noted}


def _told(system: Prompt, history: Sequence[Turn], schema: JsonObject | None) -> tuple[Material, ...]:
    """What a model is told beside the message itself. With our own agents it is our own, or stands in what their message holds."""
    return (
        *(material for material in system.materials if material.shown()),
        *(
            Material(value=turn.text, place=f"earlier message {number}")
            for number, turn in enumerate(history, start=1)
        ),
        *(() if schema is None else (Material(value=schema, place="output schema"),)),
    )


def _masked_text(prompt: Prompt, mask: Mask) -> str:
    """Material is masked as data. Where a message cannot be taken apart, all of it is masked, with what its materials taught."""
    for material in prompt.holds:
        mask.mask(material.value)
    shown = []
    for piece in prompt.pieces:
        if isinstance(piece, Material):
            shown.append(Material(value=mask.mask(piece.value)).shown())
        else:
            shown.append(mask.mask_text(piece) if prompt.holds else piece)
    return "".join(shown)
