"""LangChain: one agent of `create_agent`, with tools for calls and dialogues, and its structured output for objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from compiled_ai.bench.frameworks._stage import MAX_STEPS, ReplyError, Stage, parsed_arguments
from compiled_ai.bench.frameworks._system import Calls, Connection, Framework, FrameworkSystem
from compiled_ai.bench.model import Task
from compiled_ai.bench.systems import wording
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonValue

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_OBJECT_CALLS = 2
"""Calls for one object: LangChain asks again when a reply holds none, or two of them."""


def make(options: SystemOptions) -> FrameworkSystem:
    """An agent of LangChain."""
    return FrameworkSystem(
        Framework(
            name="langchain",
            path=__file__,
            libraries=("langchain", "langchain-core", "langchain-openai", "langgraph"),
            connect=LangChainDriver,
            reply_errors=("StructuredOutputError", "OutputParserException"),
        ),
        options,
    )


class LangChainDriver:
    """Agents made once for a task, on one client."""

    def __init__(self, connection: Connection) -> None:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self._model = ChatOpenAI(
            model=connection.model,
            base_url=connection.url,
            api_key=SecretStr(connection.key),
            temperature=connection.temperature,
            timeout=connection.timeout_seconds,
            max_retries=connection.max_retries,
            use_responses_api=False,
        )
        self._agents: dict[str, Any] = {}
        self._stage: Stage | None = None

    def answer_object(self, task: Task, message: str) -> JsonValue:
        """The structured response, which is the arguments of a call of a tool made of the schema."""
        result = self._run(task, message)
        response: JsonValue = result.get("structured_response")
        if response is None:
            said = [_text(reply) for reply in result["messages"] if reply.type == "ai"]
            problem = f"the reply is not the object asked for: {said[0] if said else '(nothing)'}"
            raise ReplyError(problem)
        return response

    def answer_calls(self, task: Task, message: str) -> Calls:
        """The calls in the agent's first reply; tools given as schemas are left to whoever asked."""
        reply = self._run(task, message)["messages"][-1]
        for invalid in reply.invalid_tool_calls:
            problem = f"the arguments of {invalid['name']} are not JSON: {invalid['args']}"
            raise ReplyError(problem)
        calls = tuple((call["name"], parsed_arguments(call["args"])) for call in reply.tool_calls)
        return Calls(calls=calls, words=_text(reply))

    def play(self, task: Task, stage: Stage) -> str:
        """Run the agent until it stops, or the environment ends."""
        self._stage = stage
        return _text(self._run(task, stage.opening)["messages"][-1])

    def close(self) -> None:
        """The client closes with the process."""

    def prepare(self, task: Task) -> None:
        """Make the agent of `task`."""
        if task.digest not in self._agents:
            self._agents[task.digest] = self._agent(task)

    def _run(self, task: Task, message: str) -> Any:
        self.prepare(task)
        # One tool at a time: what is called first happens first.
        limits = {"recursion_limit": 4 * MAX_STEPS, "max_concurrency": 1}
        return self._agents[task.digest].invoke({"messages": [{"role": "user", "content": message}]}, limits)

    def _agent(self, task: Task) -> Any:
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware
        from langchain.agents.structured_output import ToolStrategy

        words = wording.system_message(task)
        if task.form == "object":
            schema = {"title": "answer", "description": "Give the answer.", **wording.reply_schema(task)}
            limit: Any = ModelCallLimitMiddleware(run_limit=_OBJECT_CALLS)
            return create_agent(
                self._model, system_prompt=words, response_format=ToolStrategy(schema), middleware=[limit]
            )
        if task.form == "calls":
            return create_agent(self._model, _declared(task), system_prompt=words)
        limit = ModelCallLimitMiddleware(run_limit=MAX_STEPS)
        return create_agent(
            self._model, self._tools(task), system_prompt=words, middleware=[self._stop(), limit]
        )

    def _tools(self, task: Task) -> list[Any]:
        from langchain_core.tools import StructuredTool

        return [
            StructuredTool(
                name=tool.name,
                description=tool.description or tool.name,
                args_schema=tool.parameters,
                func=self._acting(tool.name),
            )
            for tool in task.tools
        ]

    def _acting(self, name: str) -> Callable[..., str]:
        def act(**arguments: Any) -> str:
            assert self._stage is not None
            return self._stage.call(name, arguments)

        return act

    def _stop(self) -> Any:
        from langchain.agents.middleware import before_model

        @before_model(can_jump_to=["end"])
        def stop_when_over(state: Any, runtime: Any) -> dict[str, str] | None:  # noqa: ARG001 - as LangChain calls it
            return {"jump_to": "end"} if self._stage is not None and self._stage.is_done else None

        return stop_when_over


def _declared(task: Task) -> list[dict[str, Any]]:
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters,
            },
        }
        for tool in task.tools
    ]


def _text(message: AIMessage) -> str:
    return str(message.text)
