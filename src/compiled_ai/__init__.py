"""Compiled AI: repeated AI work compiled into validated, deterministic Python.

from compiled_ai import compile_spec, load_workflow

compile_spec("examples/ticket_routing.yaml", model="anthropic:claude-opus-4-5")
router = load_workflow("ticket_routing")
result = router.run({"subject": "Export fails", "body": "...", "customer_tier": "free", "previous_contacts": 0})
result.output  # a dict that fits the spec's output schema, or None when it declined: see result.reason
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiled_ai._lazy import lazy_names
from compiled_ai._version import __version__

if TYPE_CHECKING:
    from compiled_ai.api import compile_spec, load_workflow
    from compiled_ai.errors import CompiledAIError
    from compiled_ai.execution.result import Result
    from compiled_ai.spec import load_spec

__all__ = ["CompiledAIError", "Result", "__version__", "compile_spec", "load_spec", "load_workflow"]

__getattr__ = lazy_names(
    __name__,
    {
        "CompiledAIError": "compiled_ai.errors",
        "Result": "compiled_ai.execution.result",
        "compile_spec": "compiled_ai.api",
        "load_spec": "compiled_ai.spec",
        "load_workflow": "compiled_ai.api",
    },
)
