"""Microsoft Agent Framework: a worker and a reviewer, both of its `Agent`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from compiled_ai.bench.frameworks._review import (
    ReviewedStage,
    is_accepted,
    review_request,
    reviewer_message,
    sent_back,
)
from compiled_ai.bench.frameworks._stage import (
    MAX_STEPS,
    Stage,
    parsed_arguments,
    parsed_object,
    shown_calls,
)
from compiled_ai.bench.frameworks._system import Calls, Connection, Framework, FrameworkSystem
from compiled_ai.bench.model import Task, Tool
from compiled_ai.bench.systems import wording
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonValue

if TYPE_CHECKING:
    from agent_framework import Agent, AgentResponse, FunctionTool, Message


def make(options: SystemOptions) -> FrameworkSystem:
    """Two agents of Microsoft Agent Framework."""
    return FrameworkSystem(
        Framework(
            name="agent-framework",
            path=__file__,
            libraries=("agent-framework-core", "agent-framework-openai"),
            connect=AgentFrameworkDriver,
        ),
        options,
    )


class AgentFrameworkDriver:
    """Agents made for each case, on one client and one event loop."""

    def __init__(self, connection: Connection) -> None:
        from agent_framework_openai import OpenAIChatCompletionClient

        self._client = OpenAIChatCompletionClient(
            model=connection.model, api_key=connection.key, base_url=connection.url
        )
        # Its own clients wait ten minutes at most, which a desk may take.
        self._client.client = self._client.client.with_options(
            timeout=connection.timeout_seconds, max_retries=connection.max_retries
        )
        self._client.function_invocation_configuration["max_iterations"] = MAX_STEPS
        self._client.function_invocation_configuration["allow_concurrent_invocation"] = False
        self._temperature = connection.temperature
        self._runner = asyncio.Runner()

    def answer_object(self, task: Task, message: str) -> JsonValue:
        """The worker's reply under the schema, once it was reviewed."""
        return self._runner.run(self._object(task, message))

    def answer_calls(self, task: Task, message: str) -> Calls:
        """The worker's calls, once they were reviewed; its tools are only declared, so none is carried out."""
        return self._runner.run(self._calls(task, message))

    def play(self, task: Task, stage: Stage) -> str:
        """Let the worker act; what it hands in is reviewed before."""
        return self._runner.run(self._play(task, stage))

    def prepare(self, task: Task) -> None:
        """Nothing to be made once: an agent is a few fields."""

    def close(self) -> None:
        """Close the connections and the loop."""
        self._runner.run(self._client.client.close())
        self._runner.close()

    async def _object(self, task: Task, message: str) -> JsonValue:
        schema = wording.reply_schema(task)
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        worker = self._worker(task, response_format=wanted)
        reply = (await worker.run(message)).text
        verdict = await self._verdict(task, review_request(message, reply))
        if not is_accepted(verdict):
            reply = (await worker.run(_again(message, reply, verdict))).text
        return parsed_object(reply)

    async def _calls(self, task: Task, message: str) -> Calls:
        worker = self._worker(task, tools=[_declared(tool) for tool in task.tools])
        found = _found(await worker.run(message))
        proposed = shown_calls(found.calls, found.words)
        verdict = await self._verdict(task, review_request(message, proposed))
        if is_accepted(verdict):
            return found
        return _found(await worker.run(_again(message, proposed, verdict)))

    async def _play(self, task: Task, stage: Stage) -> str:
        async def review(request: str) -> str:
            return await self._verdict(task, request)

        reviewed = ReviewedStage(task, stage, review)
        tools = [_acting(tool, reviewed) for tool in task.tools]
        worker = self._worker(task, tools=tools, middleware=[_stop_when_over(stage)])
        session = worker.create_session()
        words = (await worker.run(stage.opening, session=session)).text
        sent = await reviewed.review_of_stopping(words)
        if sent is not None:
            words = (await worker.run(sent, session=session)).text
        return words

    async def _verdict(self, task: Task, request: str) -> str:
        from agent_framework import Agent

        reviewer = Agent(
            self._client,
            reviewer_message(task),
            name="reviewer",
            default_options={"temperature": self._temperature},
        )
        return (await reviewer.run(request)).text

    def _worker(
        self,
        task: Task,
        *,
        tools: list[FunctionTool] | None = None,
        response_format: Any = None,
        middleware: list[Any] | None = None,
    ) -> Agent[Any]:
        from agent_framework import Agent

        options: dict[str, Any] = {"temperature": self._temperature}
        if response_format is not None:
            options["response_format"] = response_format
        return Agent(
            self._client,
            wording.system_message(task),
            name="worker",
            tools=tools,
            default_options=options,
            middleware=middleware,
        )


def _stop_when_over(stage: Stage) -> Any:
    """Ends the worker's loop without another call of the model."""
    from agent_framework import MiddlewareTermination, function_middleware

    @function_middleware
    async def stop(context: Any, call_next: Any) -> None:
        await call_next()
        if stage.is_done:
            raise MiddlewareTermination(result=context.result)

    return stop


def _declared(tool: Tool) -> FunctionTool:
    from agent_framework import FunctionTool

    return FunctionTool(name=tool.name, description=tool.description, input_model=tool.parameters)


def _acting(tool: Tool, reviewed: ReviewedStage) -> FunctionTool:
    from agent_framework import FunctionTool

    async def act(**arguments: JsonValue) -> str:
        return await reviewed.call(tool.name, arguments)

    return FunctionTool(name=tool.name, description=tool.description, input_model=tool.parameters, func=act)


def _again(message: str, proposed: str, verdict: str) -> list[Message]:
    """What the worker is shown the second time: calls that it proposed as text, as none was carried out."""
    from agent_framework import Message

    return [
        Message("user", [message]),
        Message("assistant", [proposed]),
        Message("user", [sent_back(verdict)]),
    ]


def _found(response: AgentResponse[Any]) -> Calls:
    contents = [content for message in response.messages for content in message.contents]
    calls = tuple(
        (str(content.name), parsed_arguments(content.arguments))
        for content in contents
        if content.type == "function_call"
    )
    return Calls(calls=calls, words=response.text)
