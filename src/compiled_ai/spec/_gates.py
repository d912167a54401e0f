"""What a spec says of the gates around model calls."""

from __future__ import annotations

from compiled_ai.errors import InputError
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.document import SpecDocument
from compiled_ai.spec.gate_policy import GatePolicy, for_spec


def read_gates(problems: Problems, parsed: SpecDocument) -> GatePolicy | None:
    """The policy. None where it contradicts itself, such as by a threshold to flag above that to block, which is noted."""
    try:
        return for_spec(parsed.gates_said, parsed.blocks)
    except InputError as error:
        place = ("gates", *(part for part in error.field.split(".") if part))
        problems.add(place, str(error))
        return None
