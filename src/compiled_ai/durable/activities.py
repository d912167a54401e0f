"""The activities of a worker. Generated code runs here, in threads, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from temporalio import activity

from compiled_ai.durable.failures import encode_failure
from compiled_ai.durable.payloads import (
    BEGIN,
    FINISH,
    STEP,
    ArtifactRef,
    Begun,
    Finish,
    Outcome,
    Start,
    StepCall,
    StepReply,
)
from compiled_ai.durable.shelf import Shelf
from compiled_ai.durable.stages import begin, finish, take_step
from compiled_ai.errors import ActivityError, ArtifactError, CompiledAIError
from compiled_ai.execution import LoadedWorkflow

HEARTBEAT_EVERY_SECONDS = 3.0
_T = TypeVar("_T")


class Activities:
    """The three activities, on the artifacts of one shelf."""

    def __init__(self, shelf: Shelf, threads: ThreadPoolExecutor) -> None:
        """`threads` carry out the work; as many as there are activities at a time."""
        self._shelf, self._threads = shelf, threads

    @activity.defn(name=BEGIN)
    async def begin(self, start: Start) -> Begun:
        """The outcome of an artifact of one activity, or a plan for the workflow."""
        return await self._on(start.artifact, lambda loaded: begin(loaded, start.input))

    @activity.defn(name=STEP)
    async def step(self, call: StepCall) -> StepReply:
        """What one step adds."""
        return await self._on(
            call.artifact,
            lambda loaded: take_step(loaded, call),
            seconds=call.timeout_seconds,
            retries=call.retries,
            step=call.step,
        )

    @activity.defn(name=FINISH)
    async def finish(self, done: Finish) -> Outcome:
        """The outcome of what the steps came to."""
        return await self._on(done.artifact, lambda loaded: finish(loaded, done))

    async def _on(
        self,
        artifact: ArtifactRef,
        work: Callable[[LoadedWorkflow], _T],
        *,
        seconds: float | None = None,
        retries: int = 0,
        step: str = "",
    ) -> _T:
        """What `work` gives for the artifact, with a heartbeat while it lasts."""
        try:
            return await self._working(lambda: work(self._shelf.take(artifact)), seconds)
        except ArtifactError as error:
            raise encode_failure(error, retry=True) from None  # another worker may hold it
        except CompiledAIError as error:
            raise encode_failure(error, retry=error.retryable and _may_try_again(retries)) from None
        except TimeoutError:
            late = ActivityError(f"step '{step}' did not end in {seconds:g} s", step=step)
            raise encode_failure(late, retry=_may_try_again(retries)) from None

    async def _working(self, work: Callable[[], _T], seconds: float | None) -> _T:
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._threads, work)
        until = None if seconds is None else loop.time() + seconds
        while True:
            left = (
                HEARTBEAT_EVERY_SECONDS
                if until is None
                else min(HEARTBEAT_EVERY_SECONDS, until - loop.time())
            )
            done, _ = await asyncio.wait((running,), timeout=max(0.0, left))
            if done:
                return running.result()
            if until is not None and loop.time() >= until:
                running.cancel()  # if it has begun, its thread goes on, and nobody waits for it
                raise TimeoutError
            activity.heartbeat()


def _may_try_again(retries: int) -> bool:
    return activity.info().attempt <= retries
