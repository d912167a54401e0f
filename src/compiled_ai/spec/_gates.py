"""What a spec says of the gates around model calls."""

from __future__ import annotations

from compiled_ai.errors import InputError
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.document import SpecDocument
from compiled_ai.spec.gate_policy import for_spec


def check_gates(problems: Problems, parsed: SpecDocument) -> bool:
    """Whether it can be used; a policy that contradicts itself, such as by a threshold to flag above that to block, is noted."""
    try:
        for_spec(parsed.gates_said, parsed.blocks)
    except InputError as error:
        place = ("gates", *(part for part in error.field.split(".") if part))
        problems.add(place, str(error))
        return False
    return True
