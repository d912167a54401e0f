"""A compiled workflow as one module. It needs ``temporalio`` and nothing else.

python MODULE.py worker [--address HOST:PORT] [--namespace NAME] [--task-queue QUEUE]
python MODULE.py run INPUT [the same options]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from types import ModuleType
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

# <artifact>: what `compiled-ai export` puts in
ARTIFACT: dict[str, Any] = {}
ACTIVITIES = ModuleType("activities")
# </artifact>

from compiled_ai.artifact import flow as flows  # noqa: E402 - it is in what was put in
from compiled_ai.durable.plain_schema import PlainSchema  # noqa: E402
from compiled_ai.modules import Abstain  # noqa: E402
from compiled_ai.spec.plain import NotPlainError, copy_plain  # noqa: E402
from compiled_ai.spec.whole_numbers import whole_numbers  # noqa: E402

NAME: str = ARTIFACT.get("name", "")
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ARTIFACT.get("steps", ())}
_INPUT = PlainSchema(ARTIFACT.get("input", {}))
_OUTPUT = PlainSchema(ARTIFACT.get("output", {}))
_make_whole = whole_numbers(ARTIFACT.get("input", {}))
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
"""Without an end: errors of ours say themselves that they are not to be tried again, and what is left is dead workers."""
_AT_ONCE = 10
_CHECK_SECONDS = 60.0
_SHORTEST_SILENCE = timedelta(seconds=10)
_THREADS = ThreadPoolExecutor(20, thread_name_prefix="activity")
_Json = dict[str, Any]


def _error(kind: str, message: str, facts: _Json, *, retry: bool = False) -> ApplicationError:
    return ApplicationError(message, facts, type=kind, non_retryable=not retry)


def _fitted(data: object, schema: PlainSchema, end: str) -> _Json:
    """A copy of `data` that fits. No value of it is ever quoted."""
    try:
        plain = copy_plain(data)
        found = schema.misfit(plain)
    except NotPlainError as problem:
        found = (tuple(problem.place), "json")
    if found is None:
        return plain  # type: ignore[return-value]  # the schema is that of an object
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in found[0])
    text = f"{end}{place}: does not fit the schema (rule '{found[1]}')"
    if end == "input":
        raise _error("InputError", text, {"field": place.removeprefix(".")})
    raise _error(
        "OutputError", f"{NAME} returned an output that its schema forbids: {text}", {"step": [*STEPS][-1]}
    )


def accept(data: object) -> _Json:
    """The input as compiled code takes it."""
    plain = _fitted(data, _INPUT, "input")
    if _make_whole is not None:
        _make_whole(plain)
    return plain


def call(step: str, taken: _Json) -> _Json:
    """What one step adds, or why it declined."""
    try:
        return {"output": getattr(ACTIVITIES, step)(taken), "reason": ""}
    except Abstain as abstention:
        return {"output": None, "reason": abstention.reason}
    except Exception as error:  # noqa: BLE001 - the boundary: whatever compiled code raises becomes a failure
        kind = type(error).__name__
        message = f"{NAME} failed: {kind}. Add this input to the spec's examples and recompile."
    raise _error("ActivityError", message, {"step": step})


def outcome(data: _Json, output: object, reason: str) -> _Json:
    """The result of a run."""
    done: _Json = {"output": None, "served_by": "nobody", "reason": reason}
    if output is not None:
        done = {"output": _fitted(output, _OUTPUT, "output"), "served_by": "compiled", "reason": ""}
    if ARTIFACT["audited"]:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        done["input_digest"] = f"i1:{hashlib.sha256(text.encode()).hexdigest()}"
    return done


def whole(data: object) -> _Json:
    """A run of an artifact of one activity."""
    accepted = accept(data)
    kept = copy_plain(accepted) if ARTIFACT["audited"] else accepted
    ended = call(next(iter(STEPS)), accepted)
    return outcome(kept, ended["output"], ended["reason"])  # type: ignore[arg-type]  # a copy of an object


async def _working(work: Callable[[], _Json], seconds: float, retries: int = 0, step: str = "") -> _Json:
    """What `work` gives, in a thread, with a heartbeat while it lasts."""
    loop = asyncio.get_running_loop()
    running = loop.run_in_executor(_THREADS, work)
    until = loop.time() + seconds
    while True:
        done, _ = await asyncio.wait((running,), timeout=max(0.0, min(3.0, until - loop.time())))
        if done:
            return running.result()
        if loop.time() >= until:
            late = f"step '{step}' did not end in {seconds:g} s"
            raise _error("ActivityError", late, {"step": step}, retry=activity.info().attempt <= retries)
        activity.heartbeat()


@activity.defn(name=f"{NAME}.run")
async def run_activity(data: _Json) -> _Json:
    """All of an artifact of one activity."""
    return await _working(lambda: whole(data), _CHECK_SECONDS, step=NAME)


@activity.defn(name=f"{NAME}.accept")
async def accept_activity(data: _Json) -> _Json:
    """The input as the steps take it."""
    return await _working(lambda: accept(data), _CHECK_SECONDS, step=NAME)


@activity.defn(name=f"{NAME}.step")
async def step_activity(step: str, taken: _Json) -> _Json:
    """What one step adds."""
    plan = STEPS[step]
    return await _working(lambda: call(step, taken), plan["timeout_seconds"], plan["retries"], step)


@activity.defn(name=f"{NAME}.finish")
async def finish_activity(data: _Json, output: _Json | None, reason: str) -> _Json:
    """The result of the steps."""
    return await _working(lambda: outcome(data, output, reason), _CHECK_SECONDS, step=NAME)


async def _execute(
    kind: str, *arguments: object, seconds: float = _CHECK_SECONDS, summary: str = ""
) -> _Json:
    done: _Json = await workflow.execute_activity(
        f"{NAME}.{kind}",
        args=arguments,
        result_type=dict,
        start_to_close_timeout=timedelta(seconds=seconds + 30),
        heartbeat_timeout=_SHORTEST_SILENCE,
        retry_policy=_RETRY,
        summary=summary or None,
    )
    return done


class _Declined(Exception):  # noqa: N818 - not an error
    """A step declined."""


@workflow.defn(name=NAME or "CompiledWorkflow", sandboxed=False)
class CompiledWorkflow:
    """One run."""

    @workflow.run
    async def run(self, data: _Json) -> _Json:
        """The result: ``output`` (None when it abstained), ``served_by`` and ``reason``."""
        try:
            return await _run(data)
        except ActivityError as error:
            cause = error.__cause__
            if isinstance(cause, ApplicationError):
                raise ApplicationError(
                    cause.message, *cause.details, type=cause.type, non_retryable=True
                ) from None
            raise


async def _run(data: _Json) -> _Json:
    if ARTIFACT["single"]:
        return await _execute("run", data)
    accepted = await _execute("accept", data)
    scope = dict(accepted)
    try:
        await _walk(flows.parse_flow(ARTIFACT["flow"]), scope)
    except _Declined as declined:
        return await _execute("finish", accepted, None, str(declined))
    output = {name: scope[name] for name in ARTIFACT["returns"] if name in scope}
    return await _execute("finish", accepted, output, "")


async def _walk(node: flows.Node, scope: _Json) -> None:
    """Run `node` on `scope`, which it changes."""
    match node:
        case flows.Do():
            await _do(node.step, scope)
        case flows.Sequence():
            for child in node.nodes:
                await _walk(child, scope)
        case flows.Parallel():
            await _parallel(node, scope)
        case flows.ForEach():
            await _foreach(node, scope)
        case flows.Switch():
            branch = node.branch(scope.get(node.on))
            if branch is not None:
                await _walk(branch, scope)


async def _do(step: str, scope: _Json) -> None:
    taken = {name: scope[name] for name in STEPS[step]["takes"] if name in scope}
    reply = await _execute("step", step, taken, seconds=STEPS[step]["timeout_seconds"], summary=step)
    if reply["output"] is None:
        raise _Declined(reply["reason"])
    scope.update(reply["output"])


async def _parallel(node: flows.Parallel, scope: _Json) -> None:
    scopes = [dict(scope) for _ in node.branches]
    await _in_order([_walk(branch, own) for branch, own in zip(node.branches, scopes, strict=True)])
    adds = {name: tuple(step["adds"]) for name, step in STEPS.items()}
    for branch, own in zip(node.branches, scopes, strict=True):
        scope.update({name: own[name] for name in flows.names_added(branch, adds) if name in own})


async def _foreach(node: flows.ForEach, scope: _Json) -> None:
    takes = {name: tuple(step["takes"]) for name, step in STEPS.items()}
    start = {name: scope[name] for name in flows.names_read(node, takes) if name in scope}
    items = scope.get(node.over)
    if items is not None and not isinstance(items, list):
        message = f"{NAME} failed: foreach '{node.id}' goes over '{node.over}', which is no list here"
        raise _error("ActivityError", message, {"step": NAME})
    scopes = [{**start, node.item: item} for item in items or ()]
    for first in range(0, len(scopes), _AT_ONCE):
        await _in_order([_walk(node.body, own) for own in scopes[first : first + _AT_ONCE]])
    for name, outside in node.collect.items():
        scope[outside] = [own.get(name) for own in scopes]


async def _in_order(runs: Sequence[Awaitable[None]]) -> None:
    """Wait for all of `runs`; if some fail, the failure of the first of them."""
    for ended in await asyncio.gather(*runs, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


async def serve(client: Client, task_queue: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Worker(
        client,
        task_queue=task_queue,
        workflows=[CompiledWorkflow],
        activities=[run_activity, accept_activity, step_activity, finish_activity],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_activities=20,
        graceful_shutdown_timeout=timedelta(seconds=20),
    ):
        sys.stderr.write(f"serving {NAME} on task queue {task_queue}\n")
        await stop.wait()


async def _main(options: argparse.Namespace) -> int:
    client = await Client.connect(options.address, namespace=options.namespace)
    if options.command == "worker":
        await serve(client, options.task_queue)
        return 0
    data = json.loads(options.input)
    digits = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
    identity = options.id or f"{NAME}-{ARTIFACT['digest'].partition(':')[2][:16]}-{digits}"
    try:
        done = await client.execute_workflow(
            NAME, data, id=identity, task_queue=options.task_queue, result_type=dict
        )
    except WorkflowFailureError as error:
        cause = error.__cause__
        kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
        sys.stderr.write(f"error: {kind}: {cause}\n")
        return 1
    sys.stdout.write(json.dumps(done, ensure_ascii=False) + "\n")
    return 0


def main() -> None:
    """Ends with the exit code 0 when a worker was stopped or a run gave a result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    worker, run = commands.add_parser("worker"), commands.add_parser("run")
    for command in (worker, run):
        command.add_argument("--address", default=os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
        command.add_argument("--namespace", default=os.environ.get("TEMPORAL_NAMESPACE", "default"))
        command.add_argument("--task-queue", default=f"{NAME}-standalone")
    run.add_argument("input", help="A JSON object.")
    run.add_argument("--id", help="Id of the workflow. When left out it follows from artifact and input.")
    code = asyncio.run(_main(parser.parse_args()))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of the SDK may outlive the interpreter's end, and would abort the process


if __name__ == "__main__":
    main()
