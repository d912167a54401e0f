"""Running artifacts."""

from compiled_ai.execution.batch import BatchOptions, BatchSummary, run_batch
from compiled_ai.execution.direct import ask_direct
from compiled_ai.execution.load import load_workflow
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.execution.result import Result

__all__ = [
    "BatchOptions",
    "BatchSummary",
    "LoadedWorkflow",
    "Result",
    "ask_direct",
    "load_workflow",
    "run_batch",
]
