"""Exit codes, and errors as a person or a program wants them."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

from compiled_ai import errors

EXIT_CODES = {
    0: "success",
    1: "a bug of ours",
    2: "wrong use of the command",
    3: "a spec with errors",
    4: "input that does not fit, or bad rows in a batch",
    5: "compilation or validation failed",
    6: "an artifact that must not run",
    7: "something to set up: key, tool, file, recording",
    8: "the model failed",
    9: "compiled code broke its contract",
    10: "the input was declined",
    11: "the monitor gives an alarm",
    12: "a gate blocked the text",
}
_CODES: tuple[tuple[type[errors.CompiledAIError], int], ...] = (
    (errors.SpecError, 3),
    (errors.InputError, 4),
    (errors.CompilationFailedError, 5),
    (errors.ArtifactError, 6),
    (errors.OperatorError, 7),
    (errors.BlockedPromptError, 12),
    (errors.BlockedReplyError, 12),
    (errors.ModelError, 8),
    (errors.ExecutionError, 9),
    (errors.DeclinedError, 10),
)
_Parameters = ParamSpec("_Parameters")


def exit_code(error: errors.CompiledAIError) -> int:
    """The exit code for `error`."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def guarded(command: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """`command` with our errors as one message and an exit code, never a traceback; as JSON when ``--json`` was given."""

    @functools.wraps(command)
    def run(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except errors.CompiledAIError as error:
            _show(error, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(exit_code(error)) from error
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output is gone; nothing is left to say
            raise typer.Exit(0) from None
        except KeyboardInterrupt as error:
            typer.echo("stopped; nothing half-written is left behind", err=True)
            raise typer.Exit(130) from error

    return run


def _show(error: errors.CompiledAIError, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(f"error: {error}", err=True)
        return
    typer.echo(json.dumps({"error": error_details(error)}, ensure_ascii=False))


def error_details(error: errors.CompiledAIError) -> dict[str, object]:
    """What programs are told of `error`."""
    details: dict[str, object] = {
        "type": type(error).__name__,
        "message": str(error),
        "retryable": error.retryable,
    }
    if isinstance(error, errors.SpecError):
        details["problems"] = [
            {
                "file": str(problem.path),
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
            }
            for problem in error.problems
        ]
    if isinstance(error, errors.DeclinedError):
        details |= {"reason": error.reason, "step": error.step, "case": error.case}
    if isinstance(error, errors.BlockedPromptError | errors.BlockedReplyError):
        from compiled_ai.llm.gating import GateDecision

        if isinstance(error.decision, GateDecision):
            details["decision"] = error.decision.to_json()
    if isinstance(error, errors.EffectError):
        details["reason"] = error.reason
    if isinstance(error, errors.CompilationFailedError):
        details["report"] = error.report
    return details
