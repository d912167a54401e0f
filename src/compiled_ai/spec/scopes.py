"""What each step of a checked flow finds in scope: the schemas that its types are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.flow import Do, ForEach, Node, Parallel, Switch, children_of, sequence_of
from compiled_ai.spec.model import EffectStep, Step
from compiled_ai.spec.schema import properties_of, required_of
from compiled_ai.spec.value_types import items_of, list_of, with_definitions


@dataclass(kw_only=True)
class StepScope:
    """The names in scope where a step runs."""

    fields: dict[str, JsonValue] = field(default_factory=dict)
    """Schemas by name."""
    required: set[str] = field(default_factory=set)
    """Names that are always there."""

    def copy(self) -> StepScope:
        """A scope of its own that begins as this one."""
        return StepScope(fields=dict(self.fields), required=set(self.required))


def scopes_of(steps: Sequence[Step], flow: Node | None, input_schema: JsonObject) -> dict[str, StepScope]:
    """By id, what is in scope before each of `steps`. `flow` None: they follow each other."""
    walker = _Walker(steps, input_schema)
    start = StepScope(fields=dict(properties_of(input_schema)), required=set(required_of(input_schema)))
    walker.walk(flow or sequence_of(tuple(step.id for step in steps)), start)
    return walker.found


class _Walker:
    def __init__(self, steps: Sequence[Step], input_schema: JsonObject) -> None:
        self._steps = {step.id: step for step in steps}
        self._definitions = input_schema.get("$defs")
        self.found: dict[str, StepScope] = {}

    def walk(self, node: Node, scope: StepScope) -> None:
        """Note what the steps of `node` find, and let `scope` become what is there after it."""
        match node:
            case Do():
                self._do(self._steps[node.step], scope)
            case Parallel():
                self._join(scope, self._apart(node.branches, scope))
            case ForEach():
                self._foreach(node, scope)
            case Switch():
                self._join(scope, self._apart(children_of(node), scope))
            case _:
                for child in node.nodes:
                    self.walk(child, scope)

    def _do(self, step: Step, scope: StepScope) -> None:
        self.found[step.id] = scope.copy()
        scope.fields |= with_definitions(step.output_schema)
        if not (isinstance(step, EffectStep) and step.when is not None):
            scope.required |= set(required_of(step.output_schema))

    def _apart(self, nodes: Sequence[Node], scope: StepScope) -> list[StepScope]:
        """What is there after each of `nodes`, none of which sees another."""
        ends = []
        for node in nodes:
            own = scope.copy()
            self.walk(node, own)
            ends.append(own)
        return ends

    def _join(self, scope: StepScope, ends: Sequence[StepScope]) -> None:
        """What only some paths set is not required where one of them leaves it open; whether it may be taken at all was checked."""
        before = set(scope.fields)
        for end in ends:
            for name in (name for name in end.fields if name not in before):
                scope.fields[name] = end.fields[name]
                if all(name in other.required for other in ends if name in other.fields):
                    scope.required.add(name)

    def _foreach(self, node: ForEach, scope: StepScope) -> None:
        own = scope.copy()
        own.fields[node.item] = self._item(scope.fields[node.over])
        own.required.add(node.item)
        self.walk(node.body, own)
        for name, outside in node.collect.items():
            scope.fields[outside] = list_of(own.fields[name], may_miss=name not in own.required)
            scope.required.add(outside)

    def _item(self, schema: JsonValue) -> JsonValue:
        """An item's schema. The input's definitions stand at the root of every step's types, so they are not repeated in it."""
        if not isinstance(schema, Mapping) or "$defs" in schema or self._definitions is None:
            return items_of(schema)
        item = items_of({"$defs": self._definitions, **schema})
        return (
            {key: value for key, value in item.items() if key != "$defs"} if isinstance(item, dict) else item
        )
