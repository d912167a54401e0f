"""What became of one compilation and of one run: what both benchmarks on BFCL count."""

from __future__ import annotations

import contextlib
import time
from typing import Literal

from compiled_ai.errors import CompilationFailedError, CompiledAIError
from compiled_ai.execution import LoadedWorkflow, Result
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.llm import LlmClient
from compiled_ai.spec.model import Spec

Outcome = Literal["right", "wrong", "declined", "crashed", "not_compiled"]
"""Of a request that must be answered. ``wrong``: silently. ``crashed``: a run ended in an error. ``not_compiled``: no artifact, so nothing answered."""


def compile_or_explain(
    spec: Spec, client: LlmClient, options: CompileOptions
) -> tuple[CompilationResult | None, str]:
    """The compilation, or None and why no candidate passed."""
    try:
        return compile_spec(spec, client, options), ""
    except CompilationFailedError as error:
        return None, str(error)


def timed_run(workflow: LoadedWorkflow, request: str) -> tuple[Result | None, float]:
    """The run and its seconds; None when it ended in an error."""
    started = time.perf_counter()
    run: Result | None = None
    with contextlib.suppress(CompiledAIError):
        run = workflow.run({"request": request})
    return run, time.perf_counter() - started
