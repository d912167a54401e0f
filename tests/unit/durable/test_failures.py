"""Errors that go through Temporal and come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError, CancelledError

from compiled_ai import errors
from compiled_ai.durable.failures import decode_failure, encode_failure
from compiled_ai.errors import CompiledAIError

ERRORS: list[CompiledAIError] = [
    errors.InputError("input.a: no", field="a"),
    errors.ActivityError("it failed", step="run"),
    errors.ActivityLimitError("it failed", step="run", limit="time"),
    errors.OutputError("it returned", step="run"),
    errors.DeclinedError("declined", reason="no", step="s", case=None),
    errors.DeclinedError("declined", reason="no", step="s", case="c7"),
    errors.OperatorError("set it up"),
    errors.StoreError("no disk"),
    errors.MissingKeyError("no key", variable="KEY"),
    errors.ReplayMissError("none", key="abc"),
    errors.EffectRefusedError("refused", reason="permission"),
    errors.EffectFailedError("failed", reason="status", retryable=True),
    errors.ModelCallError("failed", retryable=False),
    errors.ModelReplyError("rubbish"),
    errors.BudgetExceededError("too much"),
    errors.ArtifactNotFoundError("none", path=Path("there")),
    errors.TamperedArtifactError("changed", path=Path("there")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_comes_back_as_it_was(error: CompiledAIError) -> None:
    found = decode_failure(encode_failure(error, retry=False))
    assert (type(found), str(found), vars(found)) == (type(error), str(error), vars(error))


def test_a_cause_is_left_behind_since_it_may_quote_values() -> None:
    error = errors.ActivityError("it failed", step="run")
    error.__cause__ = ValueError("4111 1111 1111 1111")
    assert encode_failure(error, retry=False).__cause__ is None


@pytest.mark.parametrize("retry", [True, False])
def test_whether_to_try_again_is_said(retry: bool) -> None:
    assert encode_failure(ERRORS[0], retry=retry).non_retryable is not retry


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (ApplicationError("x", type="ZeroDivisionError"), "the workflow failed (ZeroDivisionError: x)"),
        (ApplicationError("x", type="InputError"), "x"),
        (ApplicationError("x", type="OutputError"), "the workflow failed (OutputError: x)"),
        (ApplicationError("x", {"step": "s"}, type="CompilationFailedError"), "the workflow failed"),
        (CancelledError("by hand"), "the workflow was ended from outside (by hand)"),
        (RuntimeError("odd"), "the workflow failed (RuntimeError: odd)"),
    ],
    ids=["foreign", "fewer facts", "needed fact missing", "not of a run", "cancelled", "unknown"],
)
def test_failures_that_are_not_quite_ours_become_an_error_of_ours(failure: BaseException, text: str) -> None:
    assert str(decode_failure(failure)).startswith(text)


def test_a_worker_that_lacks_the_artifact_hands_on_after_the_same_wait_each_time() -> None:
    lacking = errors.ArtifactNotFoundError("none", path=Path("there"))
    delay = encode_failure(lacking, retry=True).next_retry_delay
    assert delay is not None
    assert delay.total_seconds() < 5
    assert encode_failure(lacking, retry=False).next_retry_delay is None
    assert encode_failure(errors.StoreError("no disk"), retry=True).next_retry_delay is None
