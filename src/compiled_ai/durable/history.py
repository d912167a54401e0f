"""Replaying recorded histories: whether today's workflow would have asked for the same things and ended the same way.

The SDK's replayer compares the kinds of commands and their order. It compares neither the arguments of activities nor the result, so that a changed
plan would pass unnoticed. Both are compared here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import ActivityHandle, NondeterminismError

from compiled_ai.durable.workflow import CompiledWorkflow
from compiled_ai.spec.canonical import JsonValue

_MACHINE = frozenset(("stackTrace", "identity"))
"""Fields of a history that tell of a machine, and that no replay reads."""


@dataclass(kw_only=True)
class _Course:
    """What a workflow asked for and how it ended."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    """Type and arguments of each activity, as JSON, in order."""
    ended: str | None = None
    """Result or failure, as JSON. None: it has not ended."""


async def replay(history: WorkflowHistory) -> tuple[str, ...]:
    """In which ways today's workflow departs from `history`, in words; none when it does not."""
    recorded, now = _recorded(history), _Course()
    sandboxed = SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("compiled_ai", "pydantic")
    )
    try:
        await Replayer(
            workflows=[CompiledWorkflow], data_converter=pydantic_data_converter, workflow_runner=sandboxed
        ).replay_workflow(history)
        await Replayer(
            workflows=[CompiledWorkflow],
            data_converter=pydantic_data_converter,
            workflow_runner=UnsandboxedWorkflowRunner(),
            interceptors=[_Watcher(now)],
        ).replay_workflow(history)
    except NondeterminismError as error:
        return (f"other commands: {error}", *_differences(recorded, now))
    return tuple(_differences(recorded, now))


def _differences(recorded: _Course, now: _Course) -> Iterable[str]:
    for number, (before, after) in enumerate(zip(recorded.asked, now.asked, strict=False), start=1):
        if before != after:
            yield f"activity {number}: recorded {before[0]}({before[1]}), now {after[0]}({after[1]})"
    if len(recorded.asked) != len(now.asked):
        yield f"{len(recorded.asked)} activities were recorded, now {len(now.asked)}"
    if recorded.ended != now.ended:
        yield f"end: recorded {recorded.ended}, now {now.ended}"


def _recorded(history: WorkflowHistory) -> _Course:
    course = _Course()
    for event in history.events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            scheduled = event.activity_task_scheduled_event_attributes
            course.asked.append((scheduled.activity_type.name, _payloads_text(scheduled.input.payloads)))
        course.ended = _end_of(event) or course.ended
    return course


def _end_of(event: HistoryEvent) -> str | None:
    if event.HasField("workflow_execution_completed_event_attributes"):
        return _payloads_text(event.workflow_execution_completed_event_attributes.result.payloads)
    if event.HasField("workflow_execution_failed_event_attributes"):
        failure = event.workflow_execution_failed_event_attributes.failure
        info = failure.application_failure_info
        return _failure_text(info.type, failure.message, _payloads_text(info.details.payloads))
    return None


def _payloads_text(payloads: Iterable[Payload]) -> str:
    return json.dumps([json.loads(payload.data) for payload in payloads], sort_keys=True)


def _values_text(values: Iterable[object]) -> str:
    return _payloads_text(pydantic_data_converter.payload_converter.to_payloads([*values]))


def _failure_text(kind: str, message: str, details: str) -> str:
    return f"{kind}: {message} {details}"


class _Watcher(Interceptor):
    """Notes what the workflow asks for and how it ends."""

    def __init__(self, course: _Course) -> None:
        self._course = course

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the name of the base class
    ) -> type[WorkflowInboundInterceptor]:
        """A class for the SDK to make an object of, bound to this course."""
        course = self._course

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Outbound(outbound, course))

            async def execute_workflow(self, input: ExecuteWorkflowInput) -> object:  # noqa: A002 - as above
                try:
                    result: object = await super().execute_workflow(input)
                except ApplicationError as error:
                    details = _values_text(error.details)
                    course.ended = _failure_text(str(error.type), error.message, details)
                    raise
                course.ended = _values_text([result])
                return result

        return Inbound


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, following: WorkflowOutboundInterceptor, course: _Course) -> None:
        super().__init__(following)
        self._course = course

    def start_activity(self, input: StartActivityInput) -> ActivityHandle[object]:  # noqa: A002 - as above
        self._course.asked.append((input.activity, _values_text(input.args)))
        return super().start_activity(input)


async def record(handle: WorkflowHandle[object, object]) -> str:
    """The history of a workflow as JSON, without what tells of the machine that it ran on."""
    history = await handle.fetch_history()
    return json.dumps(_without_machine(json.loads(history.to_json())), indent=1) + "\n"


def _without_machine(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_without_machine(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_machine(item) for key, item in value.items() if key not in _MACHINE}
    return value
