"""Our errors on their way through Temporal: an application failure of the error's type name, and back."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from inspect import signature
from pathlib import Path
from typing import Any

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, CancelledError, TerminatedError
from temporalio.exceptions import TimeoutError as TimedOutError

from compiled_ai import errors
from compiled_ai.durable.payloads import Failed
from compiled_ai.errors import CompiledAIError

_NEXT_WORKER = timedelta(seconds=2)
"""Until another worker of the queue gets its chance: which one takes it is luck, so the wait does not grow with each try."""


def encode_failure(error: CompiledAIError, *, retry: bool) -> ApplicationError:
    """`error` as an application failure. It is chained to nothing: a cause may quote values."""
    facts = {name: _plain(getattr(error, name)) for name in _facts_of(type(error))}
    expected = isinstance(error, errors.InputError | errors.DeclinedError)
    return ApplicationError(
        str(error),
        facts,
        type=type(error).__name__,
        non_retryable=not retry,
        next_retry_delay=_NEXT_WORKER if retry and isinstance(error, errors.ArtifactError) else None,
        # What is the caller's to mend fills no log of the worker.
        category=ApplicationErrorCategory.BENIGN if expected else ApplicationErrorCategory.UNSPECIFIED,
    )


def _facts_of(kind: type[CompiledAIError]) -> list[str]:
    """What an error of that kind is made with besides its text. It keeps each under the same name."""
    if kind.__init__ is Exception.__init__:
        return []
    parameters = signature(kind).parameters.values()
    return [item.name for item in parameters if item.kind is item.KEYWORD_ONLY]


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def decode_failure(error: BaseException) -> CompiledAIError:
    """The error of ours that `error`, of a workflow that failed, stands for. One that is not of ours becomes an `OperatorError`."""
    found = application_error(error)
    if found is not None and found.type:
        return _ours(found)
    root = _root(error)
    if isinstance(root, TimedOutError):
        return errors.OperatorError(f"the workflow ran out of time ({root})")
    if isinstance(root, CancelledError | TerminatedError):
        return errors.OperatorError(f"the workflow was ended from outside ({root})")
    return errors.OperatorError(f"the workflow failed ({type(root).__name__}: {root})")


def application_error(error: BaseException | None) -> ApplicationError | None:
    """The innermost application failure behind `error`; None if there is none."""
    found = None
    while error is not None:
        if isinstance(error, ApplicationError):
            found = error
        error = error.__cause__
    return found


def _ours(found: ApplicationError) -> CompiledAIError:
    details = found.details[0] if found.details else None
    facts = details if isinstance(details, dict) else {}
    return error_of(Failed(type=str(found.type), message=found.message, facts=facts))


def error_of(failed: Failed) -> CompiledAIError:
    """The error that `failed` tells of. One that is not of ours becomes an `OperatorError`."""
    kind = getattr(errors, failed.type, None) if failed.type in errors.__all__ else None
    if isinstance(kind, type) and issubclass(kind, CompiledAIError):
        given: dict[str, Any] = {name: failed.facts[name] for name in _facts_of(kind) if name in failed.facts}
        if "path" in given:
            given["path"] = Path(str(given["path"]))
        with suppress(TypeError):  # a fact that it needs is not there
            return kind(failed.message, **given)
    return errors.OperatorError(f"the workflow failed ({failed.type}: {failed.message})")


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
