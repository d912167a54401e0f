"""Runs in a process of its own: answers one case for each line of JSON that it reads, with the system named in its arguments."""

from __future__ import annotations

import dataclasses
import json
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from compiled_ai.bench.model import Answer, System, Task, Tool
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue

ROUNDS = 6


class Vault:
    """An environment: look, then submit the number."""

    opening = "What number is in the vault?"

    def __init__(self) -> None:
        self.rounds = 0
        self.submitted: JsonValue = None
        self.is_done = False

    def call(self, tool: str, arguments: JsonObject) -> str:
        self.rounds += 1
        self.is_done = tool == "submit" or self.rounds >= ROUNDS
        if tool == "submit":
            self.submitted = arguments.get("number")
            return "submitted"
        return "it is 42" if tool == "look" else f"there is no tool {tool}"

    def outcome(self) -> JsonValue:
        return self.submitted

    def close(self) -> None:
        pass


def stay_on_loopback() -> list[str]:
    """Refuse to connect anywhere else, and note who tried."""
    tried: list[str] = []
    connect: Callable[..., Any] = socket.socket.connect
    lookup = socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "localhost", "::1"}:
            tried.append(str(address))
            raise OSError("this test stays on loopback")
        return connect(self, address)

    def guarded_lookup(host: Any, *rest: Any, **named: Any) -> Any:
        if host not in {"127.0.0.1", "localhost", "::1", None}:
            tried.append(str(host))
            raise OSError("this test stays on loopback")
        return lookup(host, *rest, **named)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = guarded_lookup
    return tried


def task_of(data: dict[str, Any]) -> Task:
    tools = tuple(Tool(**tool) for tool in data.pop("tools", ()))
    return Task(tools=tools, **data)


def answered(system: System, asked: dict[str, Any]) -> dict[str, Any]:
    task = task_of(asked["task"])
    environment = Vault() if task.form == "dialogue" else None
    try:
        prepared = system.prepare(task)
        answer: Answer = system.answer(task, asked["input"], environment)
    except OperatorError as error:
        return {"operator_error": type(error).__name__, "message": str(error)}
    outcome = None if environment is None else environment.outcome()
    return {**dataclasses.asdict(answer), "outcome": outcome, "prepared": prepared.identity}


def main() -> None:
    module, options = sys.argv[1], json.loads(sys.argv[2])
    tried = stay_on_loopback()
    system: System = import_module(f"compiled_ai.bench.frameworks.{module}").make(
        SystemOptions.from_json(options)
    )
    for line in sys.stdin:
        reply = answered(system, json.loads(line))
        sys.stdout.write(json.dumps({**reply, "identity": system.identity, "tried": tried}) + "\n")
        sys.stdout.flush()
    system.close()


if __name__ == "__main__":
    main()
