"""Starting workflows and taking their results."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import TypeVar

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from compiled_ai.durable.failures import decode_failure
from compiled_ai.durable.payloads import WORKFLOW, ArtifactRef, Outcome, Start
from compiled_ai.durable.stages import result_of
from compiled_ai.errors import OperatorError
from compiled_ai.execution import Result

DEFAULT_QUEUE = "compiled-ai"
ARTIFACT_KEY = SearchAttributeKey.for_keyword("CompiledAIArtifact")
"""The digest of the artifact."""
WORKFLOW_KEY = SearchAttributeKey.for_keyword("CompiledAIWorkflow")
"""Its name."""
_CONNECT_SECONDS = 10
_T = TypeVar("_T")


async def connect(
    environment: Mapping[str, str], *, address: str | None = None, namespace: str | None = None
) -> Client:
    """A client of the server that the arguments name, else ``TEMPORAL_*`` in `environment`, else the one on this machine.

    Raises:
        OperatorError: there is none.
    """
    try:
        found = ClientConfig.load_client_connect_config(override_env_vars=dict(environment))
    except (RuntimeError, ValueError) as error:
        raise OperatorError(f"the settings of Temporal (TEMPORAL_*) cannot be used: {error}") from error
    config = {name: value for name, value in found.items() if value is not None}
    config["target_host"] = address or config.get("target_host") or "localhost:7233"
    config["namespace"] = namespace or config.get("namespace") or "default"
    try:
        connecting = Client.connect(**config, data_converter=pydantic_data_converter)  # type: ignore[arg-type]  # a typed dict, less what is None
        return await asyncio.wait_for(connecting, _CONNECT_SECONDS)
    except (RuntimeError, RPCError, TimeoutError) as error:
        raise OperatorError(
            f"no Temporal server answers at {config['target_host']} ({str(error)[:200] or 'no answer'}); start one, or name another with --address"
        ) from error


async def ensure_search_attributes(client: Client) -> str | None:
    """Make sure that workflows can be searched by artifact; why they cannot, if so. Starting them works all the same."""
    wanted = {key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in (ARTIFACT_KEY, WORKFLOW_KEY)}
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        missing = {name: kind for name, kind in wanted.items() if name not in listed.custom_attributes}
        if missing:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
    except RPCError as error:
        names = " and ".join(wanted)
        return (
            f"the search attributes {names} (Keyword) are not registered and cannot be by this client ({error.message}); "
            "workflows are started without them"
        )
    return None


@dataclass(frozen=True, kw_only=True)
class Starter:
    """Starts workflows of one artifact."""

    client: Client
    artifact: ArtifactRef
    task_queue: str = DEFAULT_QUEUE
    searchable: bool = True
    """Whether the server knows our search attributes."""

    async def start(self, data: Start, *, workflow_id: str) -> WorkflowHandle[object, Outcome]:
        """The workflow of that id: started, or the one that is there already. One that failed is started anew.

        Raises:
            OperatorError: the server refuses it.
        """
        attributes = TypedSearchAttributes(
            [
                SearchAttributePair(ARTIFACT_KEY, self.artifact.digest),
                SearchAttributePair(WORKFLOW_KEY, self.artifact.name),
            ]
        )

        async def start_it() -> WorkflowHandle[object, Outcome]:
            try:
                return await self.client.start_workflow(
                    WORKFLOW,
                    data,
                    id=workflow_id,
                    task_queue=self.task_queue,
                    result_type=Outcome,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    memo={"artifact": self.artifact.digest},
                    search_attributes=attributes if self.searchable else None,
                    static_summary=self.artifact.name,
                )
            except WorkflowAlreadyStartedError:
                return self.client.get_workflow_handle(workflow_id, result_type=Outcome)

        return await _patiently(start_it, f"the workflow {workflow_id} cannot be started")


async def wait_for_result(handle: WorkflowHandle[object, Outcome]) -> Result:
    """The result of a workflow, as the local executor would return it. A server that is away for two minutes or less is waited for.

    Raises:
        CompiledAIError: the workflow failed with that error.
        OperatorError: the server is away, or the workflow was ended from outside.
    """
    started = perf_counter()
    try:
        outcome = await _patiently(
            lambda: handle.result(rpc_timeout=timedelta(seconds=60)),
            f"the result of {handle.id} cannot be had",
        )
    except WorkflowFailureError as error:
        failure = decode_failure(error.cause)
    else:
        return result_of(outcome, seconds=perf_counter() - started)
    raise failure


async def _patiently(call: Callable[[], Awaitable[_T]], problem: str) -> _T:
    """What `call` gives, tried again while the server is away.

    Raises:
        OperatorError: it stays away, or refuses.
    """
    away_since: float | None = None
    while True:
        began = perf_counter()
        try:
            return await call()
        except RPCError as error:
            now = perf_counter()
            if away_since is None or now - began > _RPC_SECONDS:  # it was there in between
                away_since = now
            if error.status not in _PASSING or now - away_since > _PATIENCE_SECONDS:
                raise OperatorError(f"{problem}: {error.message}") from error
        await asyncio.sleep(1.0)


_RPC_SECONDS = 15.0
_PATIENCE_SECONDS = 120.0
_PASSING = frozenset(
    (
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.UNKNOWN,  # a connection that broke in the middle of an answer
        RPCStatusCode.INTERNAL,
    )
)
