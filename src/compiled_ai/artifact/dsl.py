"""``workflow.yaml``: the text form of a `Workflow`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from compiled_ai.artifact.flow import FlowFormError, Node, Sequence, flow_data, parse_flow
from compiled_ai.artifact.workflow import PlannedStep, StepKind, Workflow, flow_problem
from compiled_ai.errors import ForeignVersionError, TamperedArtifactError

DSL_VERSION = 1

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""Line breaks of YAML besides the usual one: outside of double quotes they come back as it."""


class _StepDocument(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    kind: StepKind
    takes: list[str]
    output: dict[str, JsonValue]
    instructions: str = ""
    effect: dict[str, JsonValue] | None = None
    when: str | None = None
    retries: int = Field(0, ge=0)
    timeout_seconds: float | None = Field(None, gt=0, allow_inf_nan=False)


class _WorkflowDocument(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    workflow: str
    version: str
    dsl: Literal[1]
    input: dict[str, JsonValue]
    output: dict[str, JsonValue]
    steps: list[_StepDocument]
    flow: JsonValue = None
    """None: the steps follow each other."""
    returns: list[str]


class _Dumper(yaml.SafeDumper):
    """Block style, long texts as literal blocks, no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _OTHER_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump_workflow(workflow: Workflow) -> str:
    """`workflow` as the text of ``workflow.yaml``; equal workflows give equal texts."""
    steps: list[dict[str, Any]] = []
    for step in workflow.steps:
        entry: dict[str, Any] = {
            "id": step.id,
            "kind": step.kind,
            "takes": list(step.takes),
            "output": step.output_schema,
        }
        if step.instructions:
            entry["instructions"] = step.instructions
        if step.effect is not None:
            entry["effect"] = step.effect
        if step.when is not None:
            entry["when"] = step.when
        if step.retries:
            entry["retries"] = step.retries
        if step.timeout_seconds is not None:
            entry["timeout_seconds"] = step.timeout_seconds
        steps.append(entry)
    document = {
        "workflow": workflow.name,
        "version": workflow.version,
        "dsl": DSL_VERSION,
        "input": workflow.input_schema,
        "output": workflow.output_schema,
        "steps": steps,
        **({} if workflow.is_sequence else {"flow": flow_data(workflow.flow)}),
        "returns": list(workflow.returns),
    }
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def parse_workflow(text: str, *, path: Path) -> Workflow:
    """The workflow in `text`; `path` names the file in errors.

    Raises:
        ForeignVersionError: the DSL version is not ours.
        TamperedArtifactError: the text is no workflow.
    """
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe loader, in C where PyYAML has it
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: such as a date 2026-13-45
        raise TamperedArtifactError(f"{path} is not YAML: {error}", path=path) from error
    if isinstance(data, dict) and data.get("dsl") != DSL_VERSION:
        raise ForeignVersionError(
            f"{path} has DSL version {data.get('dsl')!r}; this program runs version {DSL_VERSION}. Recompile the spec.",
            path=path,
        )
    try:
        document = _WorkflowDocument.model_validate(data)
    except ValidationError as error:
        raise TamperedArtifactError(
            f"{path} is not a workflow: {error.errors(include_url=False)[0]['msg']}. {_RECOMPILE}", path=path
        ) from error
    workflow = Workflow(
        name=document.workflow,
        version=document.version,
        input_schema=document.input,
        output_schema=document.output,
        steps=tuple(_planned(step, path) for step in document.steps),
        returns=tuple(document.returns),
        flow=_flow(document.flow, path),
    )
    problem = flow_problem(workflow)
    if problem:
        raise TamperedArtifactError(f"{path} is not a workflow: {problem}. {_RECOMPILE}", path=path)
    return workflow


_RECOMPILE = "Recompile the spec."


def _flow(data: JsonValue, path: Path) -> Node:
    if data is None:
        return Sequence()
    try:
        return parse_flow(data)
    except FlowFormError as error:
        raise TamperedArtifactError(f"{path} is not a workflow: {error}. {_RECOMPILE}", path=path) from error


def _planned(step: _StepDocument, path: Path) -> PlannedStep:
    if step.kind == "effect":
        from compiled_ai.spec.effects import parse_call

        try:
            parse_call(step.effect or {})
        except ValueError as error:
            raise TamperedArtifactError(
                f"{path} is not a workflow: step '{step.id}': {error}", path=path
            ) from error
    return PlannedStep(
        id=step.id,
        kind=step.kind,
        takes=tuple(step.takes),
        output_schema=step.output,
        instructions=step.instructions,
        effect=step.effect,
        when=step.when,
        retries=step.retries,
        timeout_seconds=step.timeout_seconds,
    )
