"""Verdicts of the gates, remembered for texts that come again, and decisions made of them."""

from __future__ import annotations

import functools
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiled_ai.errors import OperatorError
from compiled_ai.gates.checks import Check, GateName, is_on, open_check
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.gates.verdict import Action, GateVerdict, failed
from compiled_ai.llm.exchange import Role
from compiled_ai.spec.canonical import JsonObject

if TYPE_CHECKING:
    from compiled_ai.gates.output_gate import OutputGate

_KEPT_VERDICTS = 512
_KEPT_GATES = 32
_SHOWN_KINDS = 4


@dataclass(frozen=True, kw_only=True)
class GateDecision:
    """What one gate said of one part of a call. It holds no word of the text."""

    gate: GateName
    role: Role
    place: str
    """Such as ``input``, ``example 2`` or ``reply``."""
    action: Action
    score: float
    """In 0..1."""
    kinds: tuple[str, ...]
    """What was found, such as ``rules/instruction_override``, strongest first, each once."""
    chars: int
    """Length of the text."""
    hidden: int = 0
    """How many values placeholders keep out of the model's sight."""

    @property
    def shown_kinds(self) -> str:
        """The strongest few, for a message."""
        return ", ".join(self.kinds[:_SHOWN_KINDS])

    def to_json(self) -> JsonObject:
        """As it is kept with a build."""
        return {
            "gate": self.gate,
            "role": self.role,
            "place": self.place,
            "action": self.action,
            "score": round(self.score, 4),
            "kinds": list(self.kinds),
            "chars": self.chars,
            "hidden": self.hidden,
        }


def decide(gate: GateName, role: Role, place: str, verdict: GateVerdict, *, chars: int) -> GateDecision:
    """The decision that `verdict` comes to."""
    ordered = sorted(verdict.findings, key=lambda finding: -finding.score)
    return GateDecision(
        gate=gate,
        role=role,
        place=place,
        action=verdict.action,
        score=verdict.score,
        kinds=tuple(dict.fromkeys(f"{finding.layer}/{finding.kind}" for finding in ordered)),
        chars=chars,
    )


def verdict_on(gate: GateName, policy: GatePolicy, text: str, mode: TextMode) -> GateVerdict | None:
    """That of `gate`, which blocks where it fails. None: `policy` has it off.

    Raises:
        OperatorError: a tool that the policy names is not there.
    """
    if not is_on(gate, policy):
        return None
    key = (gate, policy, mode, hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    known = _remembered.get(key)
    if known is not None:
        return known
    try:
        verdict = _check(gate, policy)(text, mode)
    except OperatorError:
        raise  # nothing goes out, and the operator is told what to mend
    except Exception as error:  # noqa: BLE001 - the boundary: what nobody checked must not go out
        return failed(error)
    if not verdict.failed_inside:
        _remembered.put(key, verdict)
    return verdict


def verdict_on_reply(
    policy: GatePolicy, instructions: str, canary: str, reply: str, *, benign: str
) -> GateVerdict:
    """That of the output gate, which blocks where it fails. `instructions` are empty where they are no secret."""
    try:
        return _output_gate(policy, instructions, canary).check(reply, benign=benign)
    except Exception as error:  # noqa: BLE001 - the boundary: what nobody checked must not pass
        return failed(error)


_Key = tuple[GateName, GatePolicy, TextMode, bytes]


class _Remembered:
    """The latest verdicts by digest of the text, so that no text is kept."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[_Key, GateVerdict] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> GateVerdict | None:
        with self._lock:
            found = self._verdicts.get(key)
            if found is not None:
                self._verdicts.move_to_end(key)
            return found

    def put(self, key: _Key, verdict: GateVerdict) -> None:
        with self._lock:
            self._verdicts[key] = verdict
            while len(self._verdicts) > _KEPT_VERDICTS:
                self._verdicts.popitem(last=False)


_remembered = _Remembered()


@functools.lru_cache(maxsize=_KEPT_GATES)
def _check(gate: GateName, policy: GatePolicy) -> Check:
    return open_check(gate, policy)


@functools.lru_cache(maxsize=_KEPT_GATES)
def _output_gate(policy: GatePolicy, instructions: str, canary: str) -> OutputGate:
    from compiled_ai.gates.output_gate import OutputGate

    return OutputGate(instructions, canary, policy, overlap=bool(instructions))
