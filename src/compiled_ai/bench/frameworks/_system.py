"""What all frameworks have in common as systems of the benchmark: the gateway, the clock, what becomes of errors."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Protocol

from compiled_ai._version import __version__
from compiled_ai.bench.frameworks import _names, _review, _stage
from compiled_ai.bench.frameworks._names import SafeTask
from compiled_ai.bench.frameworks._quiet import silence
from compiled_ai.bench.frameworks._stage import ReplyError, Stage
from compiled_ai.bench.model import Answer, Environment, ModelCall, Prepared, Task
from compiled_ai.bench.systems import wording
from compiled_ai.bench.systems.asking import (
    BY_HAND,
    asking_identity,
    recorded_seconds,
    source_digest,
)
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import MissingToolError
from compiled_ai.llm import load_settings
from compiled_ai.llm.gateway import MODEL_NAME, Gateway, GatewayCall
from compiled_ai.llm.settings import KEY_VARIABLES, SERVER_VARIABLES
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

MAX_RETRIES = 2
"""How often a framework's client repeats a request that was refused for now, as the direct baseline's does. Each is counted."""
_SHOWN_CHARS = 500


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where a framework's client is pointed to."""

    url: str
    key: str
    timeout_seconds: float
    """Beyond the gateway's own, so that the gateway is the one that gives up."""
    model: str = MODEL_NAME
    max_retries: int = MAX_RETRIES
    temperature: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls of tools that a model wants."""

    calls: tuple[tuple[str, JsonObject], ...]
    """Name and arguments each, in order."""
    words: str = ""
    """What it said besides, or in their place."""


class Driver(Protocol):
    """A framework at work. Whatever it raises becomes a failed answer."""

    def prepare(self, task: Task) -> None:
        """Make what can be made once for `task`, without asking the model."""
        ...

    def answer_object(self, task: Task, message: str) -> JsonValue:
        """The reply to an input of a task of the form ``object``, see `wording.reply_schema`."""
        ...

    def answer_calls(self, task: Task, message: str) -> Calls:
        """The calls for an input of a task of the form ``calls``."""
        ...

    def play(self, task: Task, stage: Stage) -> str:
        """Play a dialogue until it is over or the model stops; the model's last words."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, kw_only=True)
class Framework:
    """What tells one framework from another."""

    name: str
    path: str
    """``__file__`` of its module, for its identity."""
    libraries: tuple[str, ...]
    """Distributions whose versions count."""
    connect: Callable[[Connection], Driver]
    """Imports the framework, and so takes a second or more."""
    reply_errors: tuple[str, ...] = ()
    """Names of its classes of errors that mean that a reply could not be used."""


class FrameworkSystem:
    """A framework of agents that answers cases."""

    def __init__(self, framework: Framework, options: SystemOptions) -> None:
        self._framework = framework
        self._options = options
        self._gateway: Gateway | None = None
        self._driver: Driver | None = None
        self._answered = False
        self._tasks: dict[str, SafeTask] = {}

    @property
    def name(self) -> str:
        """As on the command line."""
        return self._framework.name

    @property
    def identity(self) -> JsonObject:
        """Our own code and prompts, the framework's version, model and settings.

        Raises:
            MissingToolError: the framework is not installed.
        """
        code = source_digest(
            self._framework.path, __file__, *(str(part.__file__) for part in (_names, _review, _stage))
        )
        return {
            "system": self.name,
            "version": __version__,
            "code": code,
            "wording": wording.wording_digest(),
            "libraries": {name: self._version(name) for name in self._framework.libraries},
            "temperature": 0,
            **asking_identity(self._options),
        }

    def prepare(self, task: Task) -> Prepared:
        """Nothing is asked; the framework's libraries are loaded, and its agents made.

        Raises:
            OperatorError: the framework is not installed, or the model, its key or the folder of recordings is missing.
        """
        driver, _ = self._opened()
        started = perf_counter()
        driver.prepare(self._named(task).task)
        return Prepared(
            identity=digest("bench-framework1", [self.identity, task.digest]),
            seconds=perf_counter() - started,
        )

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        """What the framework's agents answer.

        Raises:
            OperatorError: a key, a model or a recording is missing.
        """
        driver, gateway = self._opened()
        gateway.take_calls()
        cold, self._answered = not self._answered, True
        named = self._named(task)
        stage = None if environment is None else Stage(environment, named)
        started = perf_counter()
        failure: Exception | None = None
        said = _Said()
        try:
            said = _ask(driver, named, case_input, stage)
        except Exception as error:  # noqa: BLE001 - the edge: whatever a framework raises is a failed answer
            failure = error
        seconds = perf_counter() - started
        calls = tuple(model_call(call) for call in gateway.take_calls())
        gateway.raise_operator_error()
        if stage is not None and stage.problem is not None:
            raise stage.problem
        return Answer(
            output=said.output,
            declined=said.declined,
            reason=said.reason if failure is None else _words(failure),
            error=None if failure is None else self._kind(failure, calls),
            seconds=seconds + recorded_seconds(calls),
            calls=calls,
            cold=cold,
            trace={} if stage is None else {"steps": stage.steps},
        )

    def restore(self, task: Task, prepared: Prepared) -> bool:
        """Make the agents of a task that another process prepared: there is nothing else to be had again."""
        return self.prepare(task).identity == prepared.identity

    def close(self) -> None:
        """Let go of the framework's connections and the gateway."""
        if self._driver is not None:
            self._driver.close()
        if self._gateway is not None:
            self._gateway.close()
        self._driver = self._gateway = None

    def _opened(self) -> tuple[Driver, Gateway]:
        if self._gateway is None:
            for library in self._framework.libraries:
                self._version(library)
            self._gateway = open_gateway(self._options)
            self._gateway.check()
        if self._driver is None:
            silence(self._options.folder)
            connection = Connection(
                url=self._gateway.url,
                key=self._gateway.key,
                timeout_seconds=self._options.timeout_seconds + 30,
            )
            self._driver = self._framework.connect(connection)
        return self._driver, self._gateway

    def _named(self, task: Task) -> SafeTask:
        key = task.digest
        if key not in self._tasks:
            self._tasks[key] = SafeTask(task)
        return self._tasks[key]

    def _version(self, library: str) -> str:
        try:
            return version(library)
        except PackageNotFoundError as error:
            message = (
                f"'{self.name}' needs {library}, which is not installed: pip install 'compiled-ai[baselines]'"
            )
            raise MissingToolError(message) from error

    def _kind(self, error: Exception, calls: tuple[ModelCall, ...]) -> str:
        """What a failure is called: after the call that failed, where one did."""
        if calls and calls[-1].error is not None:
            return calls[-1].error
        names = {kind.__name__ for kind in type(error).__mro__}
        if isinstance(error, ReplyError) or not names.isdisjoint(self._framework.reply_errors):
            return "ModelReplyError"
        return type(error).__name__


@dataclass(frozen=True, kw_only=True)
class _Said:
    output: JsonValue = None
    declined: bool = False
    reason: str = ""


def _ask(driver: Driver, named: SafeTask, case_input: JsonObject, stage: Stage | None) -> _Said:
    task = named.task
    if task.form == "dialogue":
        assert stage is not None, "dialogues are played in an environment"
        words = driver.play(task, stage)
        return _Said() if stage.is_done else _declined(words)
    message = wording.user_message(task, case_input)
    if task.form == "calls":
        found = driver.answer_calls(task, message)
        if not found.calls:
            return _declined(found.words)
        listed: list[JsonValue] = [
            {"name": named.original(name), "arguments": arguments} for name, arguments in found.calls
        ]
        return _Said(output={"calls": listed})
    reply = driver.answer_object(task, message)
    if not isinstance(reply, dict) or "answer" not in reply:
        message = f"the reply is no object with an answer: {str(reply)[:_SHOWN_CHARS]}"
        raise ReplyError(message)
    if reply["answer"] is None:
        return _declined(str(reply.get("decline_reason", "")))
    return _Said(output=reply["answer"])


def _words(error: Exception) -> str:
    """What went wrong, without the traceback that some frameworks write into it."""
    first = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    return first.partition("\nTraceback")[0][:_SHOWN_CHARS]


def _declined(reason: str) -> _Said:
    return _Said(declined=True, reason=reason[:_SHOWN_CHARS] or "the model declined")


def open_gateway(options: SystemOptions) -> Gateway:
    """A gateway as `options` say. Nothing is called yet.

    Raises:
        OperatorError: the model or the folder of recordings is unknown.
    """
    wanted = {*KEY_VARIABLES, *SERVER_VARIABLES.values()}
    settings = load_settings(
        {
            "model": options.model,
            "base_url": options.base_url,
            "record_dir": options.record,
            "replay_dir": options.replay,
            "timeout_seconds": options.timeout_seconds,
            "record_as": BY_HAND if options.by_hand else None,
        },
        {name: value for name, value in os.environ.items() if name in wanted},
        None,
    )
    return Gateway(settings, today=lambda: datetime.now(UTC).date(), by_hand=options.by_hand)


def model_call(call: GatewayCall) -> ModelCall:
    """A call of the gateway as the benchmark keeps it."""
    return ModelCall(
        input_tokens=call.input_tokens,
        output_tokens=call.output_tokens,
        seconds=call.seconds,
        first_token_seconds=call.first_token_seconds,
        cached_tokens=call.cached_tokens,
        estimated=call.estimated,
        replayed=call.replayed,
        by_hand=call.by_hand,
        error=call.error,
    )
