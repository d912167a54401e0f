"""What the commands for Temporal share."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import Annotated, NoReturn

import typer

DEFAULT_QUEUE = "compiled-ai"
Address = Annotated[
    str | None,
    typer.Option(
        help="Host and port of the Temporal server. TEMPORAL_ADDRESS, else localhost:7233, when left out."
    ),
]
Namespace = Annotated[
    str | None, typer.Option(help="Its namespace. TEMPORAL_NAMESPACE, else default, when left out.")
]
TaskQueue = Annotated[
    str, typer.Option("--task-queue", help="Task queue that workers and submissions meet on.")
]


def check_installed() -> None:
    """Make sure that the SDK is there.

    Raises:
        MissingToolError: it is not.
    """
    if importlib.util.find_spec("temporalio") is None:
        from compiled_ai.errors import MissingToolError

        raise MissingToolError("Temporal needs the extra 'temporal': pip install 'compiled-ai[temporal]'")


def leave(code: object) -> NoReturn:
    """End this process at once with the exit code `code`, all output written.

    The SDK's threads outlive the interpreter's end now and then, and abort the process: "PyGILState_Release: thread state must be current".
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)
