"""AutoGen: a worker and a reviewer, `AssistantAgent`s that take turns in a `RoundRobinGroupChat`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from compiled_ai.bench.frameworks._review import (
    ReviewedStage,
    is_accepted,
    reviewer_message,
)
from compiled_ai.bench.frameworks._stage import (
    MAX_STEPS,
    ReplyError,
    Stage,
    parsed_arguments,
    parsed_object,
)
from compiled_ai.bench.frameworks._system import Calls, Connection, Framework, FrameworkSystem
from compiled_ai.bench.model import Task, Tool
from compiled_ai.bench.systems import wording
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonObject, JsonValue

if TYPE_CHECKING:
    from autogen_agentchat.agents import AssistantAgent
    from autogen_agentchat.base import TaskResult
    from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage
    from autogen_agentchat.teams import RoundRobinGroupChat
    from autogen_core.tools import BaseTool
    from autogen_ext.models.openai import OpenAIChatCompletionClient

_WORKER = "worker"
_REVIEWER = "reviewer"
_TURNS = 3
"""Worker, reviewer, and the worker once more if the reviewer did not accept."""


def make(options: SystemOptions) -> FrameworkSystem:
    """Two agents of AutoGen."""
    return FrameworkSystem(
        Framework(
            name="autogen",
            path=__file__,
            libraries=("autogen-agentchat", "autogen-core", "autogen-ext"),
            connect=AutoGenDriver,
        ),
        options,
    )


class AutoGenDriver:
    """Teams made for each case, on clients kept for their tasks and one event loop."""

    def __init__(self, connection: Connection) -> None:
        import_module("autogen_agentchat.teams")  # here, not while the clock runs
        import_module("autogen_ext.models.openai")
        # It logs each failed call with its traceback, twice; the answer says what failed.
        logging.getLogger("autogen_core").setLevel(logging.CRITICAL + 1)
        self._connection = connection
        self._clients: dict[str, OpenAIChatCompletionClient] = {}
        self._runner = asyncio.Runner()

    def answer_object(self, task: Task, message: str) -> JsonValue:
        """The worker's last reply under the schema."""
        result = self._runner.run(self._reviewed(task, message, tools=[]))
        return parsed_object(_last_text(result))

    def answer_calls(self, task: Task, message: str) -> Calls:
        """The calls in the worker's last turn. Its tools do nothing."""
        tools = [_tool(tool, _Noting()) for tool in task.tools]
        return _found(self._runner.run(self._reviewed(task, message, tools=tools)))

    def play(self, task: Task, stage: Stage) -> str:
        """Let the worker act, turn by turn; what it hands in is reviewed before."""
        return self._runner.run(self._play(task, stage))

    def prepare(self, task: Task) -> None:
        """Make the clients of `task`."""
        for held in (task if task.form == "object" else None, None):
            self._client(held)

    def close(self) -> None:
        """Close the connections and the loop."""
        for client in self._clients.values():
            self._runner.run(client.close())
        self._runner.close()

    async def _reviewed(self, task: Task, message: str, *, tools: list[BaseTool[Any, Any]]) -> TaskResult:
        from autogen_agentchat.conditions import FunctionalTermination

        def accepts(messages: Sequence[BaseAgentEvent | BaseChatMessage]) -> bool:
            last = messages[-1]
            return last.source == _REVIEWER and is_accepted(last.to_text())

        team = _team(
            [self._worker(task, tools), self._reviewer(task)], FunctionalTermination(accepts), turns=_TURNS
        )
        return await team.run(task=message)

    async def _play(self, task: Task, stage: Stage) -> str:
        from autogen_agentchat.conditions import FunctionalTermination, TextMessageTermination

        async def review(request: str) -> str:
            return _last_text(await self._reviewer(task).run(task=request), of=_REVIEWER)

        def is_over(_: Sequence[BaseAgentEvent | BaseChatMessage]) -> bool:
            return stage.is_done

        reviewed = ReviewedStage(task, stage, review)
        worker = self._worker(task, [_tool(tool, reviewed) for tool in task.tools])
        ended = FunctionalTermination(is_over) | TextMessageTermination(_WORKER)
        team = _team([worker], ended, turns=MAX_STEPS)
        words = _last_text(await team.run(task=stage.opening))
        sent = await reviewed.review_of_stopping(words)
        if sent is not None:
            words = _last_text(await team.run(task=sent))
        return words

    def _worker(self, task: Task, tools: list[BaseTool[Any, Any]]) -> AssistantAgent:
        from autogen_agentchat.agents import AssistantAgent

        return AssistantAgent(
            _WORKER,
            self._client(task if task.form == "object" else None),
            tools=list(tools),
            system_message=wording.system_message(task),
            reflect_on_tool_use=False,
            tool_call_summary_format="{tool_name}({arguments})",
        )

    def _reviewer(self, task: Task) -> AssistantAgent:
        from autogen_agentchat.agents import AssistantAgent

        return AssistantAgent(_REVIEWER, self._client(None), system_message=reviewer_message(task))

    def _client(self, task: Task | None) -> OpenAIChatCompletionClient:
        key = "" if task is None else task.digest
        if key not in self._clients:
            self._clients[key] = self._new_client(task)
        return self._clients[key]

    def _new_client(self, task: Task | None) -> OpenAIChatCompletionClient:
        """A client, with the reply schema of `task` if one is given: agents themselves take only Pydantic models."""
        from autogen_core.models import ModelInfo
        from autogen_ext.models.openai import OpenAIChatCompletionClient

        wanted: dict[str, Any] = {}
        if task is not None:
            schema = {"name": "answer", "schema": wording.reply_schema(task)}
            wanted["response_format"] = {"type": "json_schema", "json_schema": schema}
        return OpenAIChatCompletionClient(
            model=self._connection.model,
            base_url=self._connection.url,
            api_key=self._connection.key,
            timeout=self._connection.timeout_seconds,
            max_retries=self._connection.max_retries,
            temperature=self._connection.temperature,
            include_name_in_message=False,
            model_info=ModelInfo(
                vision=False,
                function_calling=True,
                json_output=True,
                family="unknown",
                structured_output=True,
            ),
            **wanted,
        )


class _Noting:
    """Stands in for tools whose calls are the answer."""

    async def call(self, _tool: str, _arguments: JsonObject, /) -> str:
        return "noted"


def _team(agents: list[Any], ended: Any, *, turns: int) -> RoundRobinGroupChat:
    from autogen_agentchat.teams import RoundRobinGroupChat

    return RoundRobinGroupChat(agents, termination_condition=ended, max_turns=turns)


def _tool(tool: Tool, carried_out_by: _Noting | ReviewedStage) -> BaseTool[Any, Any]:
    """`tool` with its own schema, which AutoGen otherwise makes of a Python function."""
    from autogen_core.tools import BaseTool, ToolSchema
    from pydantic import BaseModel

    class SchemaTool(BaseTool[BaseModel, BaseModel]):
        @property
        def schema(self) -> ToolSchema:
            parameters: Any = tool.parameters
            return ToolSchema(name=tool.name, description=tool.description, parameters=parameters)

        async def run(self, args: BaseModel, cancellation_token: object) -> BaseModel:
            raise NotImplementedError  # run_json comes before it

        async def run_json(
            self,
            args: Mapping[str, Any],
            cancellation_token: object,  # noqa: ARG002 - as AutoGen calls it
            call_id: str | None = None,  # noqa: ARG002
        ) -> str:
            return await carried_out_by.call(tool.name, dict(args))

    return SchemaTool(BaseModel, BaseModel, tool.name, tool.description)


def _last_text(result: TaskResult, *, of: str = _WORKER) -> str:
    texts = [message.to_text() for message in result.messages if message.source == of]
    if not texts:
        message = f"the {of} said nothing"
        raise ReplyError(message)
    return texts[-1]


def _found(result: TaskResult) -> Calls:
    """What the worker called in its last turn, or said in place of it."""
    from autogen_agentchat.messages import TextMessage, ToolCallRequestEvent

    for message in reversed(result.messages):
        if isinstance(message, ToolCallRequestEvent):
            return Calls(
                calls=tuple((call.name, parsed_arguments(call.arguments)) for call in message.content)
            )
        if isinstance(message, TextMessage) and message.source == _WORKER:
            return Calls(calls=(), words=message.content)
    problem = "the worker said nothing"
    raise ReplyError(problem)
