"""The config agent: from a spec to a plan, by fixed rules. No model is asked here."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.artifact.flow import Sequence as SequenceNode
from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.effects import call_data
from compiled_ai.spec.model import BoundedStep, CodeStep, EffectStep, RuleStep, Spec, Step
from compiled_ai.spec.scopes import scopes_of
from compiled_ai.subset.tables import RESERVED_NAMES
from compiled_ai.templates import ActivityTemplate, ActivityTypes, choose_template, render_rule_activity
from compiled_ai.templates.typed_dicts import type_prefixes

PLANNER_MIN_FIELDS = 9
"""Output fields from which the planner is asked for a division of the work. Below, one activity is enough."""
PLANNER_MIN_INSTRUCTIONS = 3_500
"""Characters of instructions from which the planner is asked."""

_IMPORTED = frozenset(("abstain", "annotations"))
"""Names that every file of activities may import."""


@dataclass(frozen=True, kw_only=True)
class CodeTask:
    """One activity that the coder has to write."""

    types: ActivityTypes
    instructions: str
    """Empty when the spec's own instructions say it all."""
    template: ActivityTemplate


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that is fixed before the coder is asked."""

    workflow: Workflow
    code: tuple[CodeTask, ...]
    rules: tuple[str, ...]
    """Source of the activities that need no model."""
    types: tuple[ActivityTypes, ...]
    """Signatures of all activities, in the order of the steps."""


def needs_planner(spec: Spec) -> bool:
    """Whether the task is too wide for one activity and its author has not divided it."""
    wide = (
        len(spec.properties("output")) >= PLANNER_MIN_FIELDS
        or len(spec.instructions) >= PLANNER_MIN_INSTRUCTIONS
    )
    return wide and not spec.steps


def make_plan(spec: Spec, steps: Sequence[Step] = ()) -> Plan:
    """The plan for `spec`: its own steps, else `steps` of the planner, else one activity called like the spec."""
    chosen = spec.steps or tuple(steps) or (_single_step(spec),)
    scopes = scopes_of(chosen, spec.flow, spec.input_schema)
    prefixes = type_prefixes([step.id for step in chosen])
    code, rules, types, planned = [], [], [], []
    for step in chosen:
        scope, required = scopes[step.id].fields, scopes[step.id].required
        activity = ActivityTypes(
            step_id=step.id,
            prefix=prefixes[step.id],
            input_schema=_input_schema(step, scope, required, spec.input_schema),
            output_schema=step.output_schema,
        )
        if isinstance(step, CodeStep):
            template = choose_template(activity.input_schema, activity.output_schema)
            code.append(CodeTask(types=activity, instructions=step.instructions, template=template))
        elif isinstance(step, RuleStep):
            rules.append(render_rule_activity(step, scope, required=required, prefix=activity.prefix))
        if not isinstance(step, BoundedStep | EffectStep):
            types.append(activity)
        planned.append(_planned(step))
    workflow = Workflow(
        name=spec.name,
        version=spec.version,
        input_schema=spec.input_schema,
        output_schema=spec.output_schema,
        steps=tuple(planned),
        returns=tuple(spec.properties("output")),
        flow=spec.flow or SequenceNode(),
    )
    return Plan(workflow=workflow, code=tuple(code), rules=tuple(rules), types=tuple(types))


def _single_step(spec: Spec) -> CodeStep:
    is_taken = keyword.iskeyword(spec.name) or spec.name in RESERVED_NAMES or spec.name in _IMPORTED
    name = f"{spec.name}_task" if is_taken else spec.name
    return CodeStep(
        id=name, instructions="", takes=tuple(spec.properties("input")), output_schema=spec.output_schema
    )


def _planned(step: Step) -> PlannedStep:
    instructions = step.instructions if isinstance(step, BoundedStep) else ""
    return PlannedStep(
        id=step.id,
        kind=step.kind,
        takes=step.takes,
        output_schema=step.output_schema,
        instructions=instructions,
        effect=call_data(step.call) if isinstance(step, EffectStep) else None,
        when=step.when if isinstance(step, EffectStep) else None,
        retries=step.retries if isinstance(step, CodeStep | BoundedStep) else 0,
        timeout_seconds=step.timeout_seconds if isinstance(step, CodeStep | BoundedStep) else None,
    )


def _input_schema(
    step: Step, scope: Mapping[str, JsonValue], required: set[str], whole: JsonObject
) -> JsonObject:
    needed: list[JsonValue] = [name for name in step.takes if name in required]
    schema: JsonObject = {
        "type": "object",
        "additionalProperties": False,
        "required": needed,
        "properties": {name: scope[name] for name in step.takes},
    }
    return {**schema, "$defs": whole["$defs"]} if "$defs" in whole else schema
