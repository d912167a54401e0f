"""The gates that a policy turns on, as functions from a text to a verdict that never raise: what fails inside is blocked."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Literal, get_args

from compiled_ai.errors import MissingToolError, OperatorError
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.gates.verdict import GateVerdict, failed

if TYPE_CHECKING:
    from compiled_ai.gates.pii import Engine, PiiGate

GateName = Literal["input", "pii", "output"]
GATE_NAMES: tuple[GateName, ...] = get_args(GateName)
Check = Callable[[str, TextMode], GateVerdict]
"""The verdict on a text. The mode counts for the input gate alone."""


class NotBuiltError(MissingToolError):
    """A part of the gates that this version does not have."""


def is_on(name: GateName, policy: GatePolicy) -> bool:
    """Whether `policy` has the gate `name` on."""
    match name:
        case "input":
            return policy.input_gate
        case "pii":
            return policy.pii != "off"
        case "output":
            return policy.output_gate


def part(name: str) -> ModuleType:
    """The module `name` of the gates.

    Raises:
        NotBuiltError: it does not exist.
    """
    full = f"compiled_ai.gates.{name}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("compiled_ai.gates"):
            raise NotBuiltError(f"{error.name.rpartition('.')[2]} is not built") from error
        raise


def open_check(name: GateName, policy: GatePolicy, *, prompt: str = "", canary: str = "") -> Check:
    """The gate `name` as `policy` has it, ready to check many texts.

    Args:
        name: The gate.
        policy: In which it is on.
        prompt: System prompt that the output gate protects.
        canary: That is planted in it; without one the overlap of words alone is looked at.

    Raises:
        NotBuiltError: the gate, or a part that it needs, is not there.
        OperatorError: the policy has it off, or the output gate is given nothing to protect.
        TamperedArtifactError: its data is damaged.
    """
    if not is_on(name, policy):
        raise OperatorError(f"the policy has the gate '{name}' off")
    match name:
        case "input":
            gate = part("input_gate").InputGate(policy)
            return closed(lambda text, mode: gate.check(text, mode=mode))
        case "pii":
            return closed(_pii(policy))
        case "output":
            if not prompt and not canary:
                raise OperatorError("the output gate is given no system prompt to look for")
            return closed(_output(policy, prompt, canary))


def open_pii(policy: GatePolicy) -> PiiGate:
    """The gate for data of persons as `policy` has it.

    Raises:
        OperatorError: the policy has it off.
        MissingToolError: the engine that it names is not installed.
    """
    from compiled_ai.gates.pii import PiiGate

    if policy.pii == "off":
        raise OperatorError("the policy has the gate 'pii' off")
    return PiiGate(policy=policy.pii, engine=_engine(policy.pii_engine))


@functools.lru_cache(maxsize=4)
def _engine(name: str) -> Engine | None:
    if not name:
        return None
    from compiled_ai.gates.presidio import PresidioEngine

    return PresidioEngine(name.partition(":")[2])


def _pii(policy: GatePolicy) -> Check:
    gate = open_pii(policy)
    return lambda text, mode: gate.check(text)  # noqa: ARG005 - persons' data are the same in every mode


def _output(policy: GatePolicy, prompt: str, canary: str) -> Check:
    from compiled_ai.gates.output_gate import OutputGate

    gate = OutputGate(prompt, canary, policy)
    return lambda text, mode: gate.check(text)  # noqa: ARG005 - an output has no mode


def closed(check: Check) -> Check:
    """`check` with every failure of its own as a verdict that blocks."""

    def run(text: str, mode: TextMode) -> GateVerdict:
        try:
            return check(text, mode)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, the text was not checked
            return failed(error)

    return run
