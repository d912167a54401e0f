"""A workflow parsed once into plain calls: what every engine in this process runs, and the reference for those elsewhere.

Branches of a `Parallel` run one after the other, in the order in which they are written; they do not see each other, so that an engine which
runs them at once gives the same. Nothing is checked here and nothing is caught: schemas and errors are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import assert_never

from compiled_ai.artifact.flow import (
    Do,
    ForEach,
    Node,
    Parallel,
    Sequence,
    Switch,
    case_text,
    names_added,
    names_read,
)
from compiled_ai.artifact.workflow import Activity, PlannedStep, Workflow, flow_problem
from compiled_ai.spec.canonical import JsonObject, JsonValue

Items = tuple[int, ...]
"""Indexes of the items that are at hand, the outermost `ForEach` first; empty outside of all."""
Outside = Callable[[PlannedStep, JsonObject, Items], JsonObject]
"""Answers a step that is no compiled code, or a step of any kind in `compile_watched`."""
Plan = Callable[[JsonObject, Outside], JsonObject]
"""Takes the input and who answers steps outside of code; gives the output."""

_Call = Callable[[JsonObject, Outside, Items], None]
"""Runs a node on a scope, which it changes."""


def compile_plan(
    workflow: Workflow, activities: Mapping[str, Activity], *, asked: Container[str] = ()
) -> Plan:
    """What runs `workflow`. Make it once; it keeps no state, so any number of threads may call it. Steps in `asked` are asked for outside too.

    Raises:
        ValueError: the flow does not name the steps, or `activities` lacks one.
    """
    if workflow.is_single:
        single = workflow.steps[0]
        if single.id in asked:
            return lambda data, outside: outside(single, data, ())
        activity = activities[single.id]
        return lambda data, _outside: activity(data)
    return _plan(workflow, _Parser(workflow, activities, asked))


def compile_watched(workflow: Workflow, carry_out: Outside) -> Callable[[JsonObject], JsonObject]:
    """The same run with `carry_out` called for every step, code or not, and told of the items at hand."""
    if workflow.is_single:
        step = workflow.steps[0]
        return lambda data: carry_out(step, data, ())
    plan = _plan(workflow, _Parser(workflow, None))
    return lambda data: plan(data, carry_out)


def run_steps(
    workflow: Workflow,
    activities: Mapping[str, Activity],
    data: JsonObject,
    *,
    outside: Callable[[PlannedStep, JsonObject], JsonObject],
) -> JsonObject:
    """Run `workflow` once on `data` and return its output. Who runs it again makes its plan once."""
    return compile_plan(workflow, activities)(data, lambda step, taken, _items: outside(step, taken))


def place_of(step_id: str, items: Items) -> str:
    """`step_id` with the indexes of the items at hand, such as ``price[3]``; as it is outside of every `ForEach`."""
    return step_id + "".join(f"[{index}]" for index in items)


def given_for(given: Mapping[str, JsonObject], step_id: str, items: Items) -> JsonObject | None:
    """What `given` holds for the step and the items at hand: under its place, or else under its id, for all items. None for nothing."""
    return given.get(place_of(step_id, items), given.get(step_id))


def _plan(workflow: Workflow, parser: _Parser) -> Plan:
    problem = flow_problem(workflow)
    if problem:
        raise ValueError(problem)
    calls = parser.calls_of(workflow.flow)
    returns = workflow.returns

    def run(data: JsonObject, outside: Outside) -> JsonObject:
        scope = dict(data)
        for call in calls:
            call(scope, outside, ())
        return {name: scope[name] for name in returns if name in scope}

    return run


class _Parser:
    """Turns nodes into calls."""

    def __init__(
        self, workflow: Workflow, activities: Mapping[str, Activity] | None, asked: Container[str] = ()
    ) -> None:
        """Without `activities` every step is asked for outside, with them those in `asked` are."""
        self._asked = asked
        self._steps = {step.id: step for step in workflow.steps}
        self._adds = {step.id: step.adds for step in workflow.steps}
        self._takes = {
            step.id: step.takes if step.when is None else (*step.takes, step.when) for step in workflow.steps
        }
        self._activities = activities

    def calls_of(self, node: Node) -> tuple[_Call, ...]:
        """The calls of `node`, sequences inside of sequences laid flat."""
        if isinstance(node, Sequence):
            return tuple(call for child in node.nodes for call in self.calls_of(child))
        return (self._call_of(node),)

    def _call_of(self, node: Do | Parallel | ForEach | Switch) -> _Call:
        match node:
            case Do():
                return self._do(self._steps[node.step])
            case Parallel():
                return self._parallel(node)
            case ForEach():
                return self._foreach(node)
            case Switch():
                return self._switch(node)
            case _:
                assert_never(node)

    def _do(self, step: PlannedStep) -> _Call:
        call = self._asking(step)
        when = step.when
        if when is None:
            return call

        def call_if_due(scope: JsonObject, outside: Outside, items: Items) -> None:
            if scope[when]:
                call(scope, outside, items)

        return call_if_due

    def _asking(self, step: PlannedStep) -> _Call:
        takes, activities = step.takes, self._activities
        if activities is None or step.is_outside or step.id in self._asked:

            def asked(scope: JsonObject, outside: Outside, items: Items) -> None:
                scope.update(outside(step, {name: scope[name] for name in takes if name in scope}, items))

            return asked
        if step.id not in activities:
            raise ValueError(f"there is no activity for the step {step.id!r}")
        activity = activities[step.id]

        def called(scope: JsonObject, _outside: Outside, _items: Items) -> None:
            scope.update(activity({name: scope[name] for name in takes if name in scope}))

        return called

    def _parallel(self, node: Parallel) -> _Call:
        branches = [(self.calls_of(branch), names_added(branch, self._adds)) for branch in node.branches]

        def run(scope: JsonObject, outside: Outside, items: Items) -> None:
            added: JsonObject = {}
            for calls, names in branches:
                own = dict(scope)
                for call in calls:
                    call(own, outside, items)
                for name in names:
                    if name in own:
                        added[name] = own[name]
            scope.update(added)

        return run

    def _foreach(self, node: ForEach) -> _Call:
        calls, loop = self.calls_of(node.body), _Loop.of(node, names_read(node, self._takes))

        def run(scope: JsonObject, outside: Outside, items: Items) -> None:
            start = {name: scope[name] for name in loop.reads if name in scope}
            lists: list[list[JsonValue]] = [[] for _ in loop.collected]
            for index, value in enumerate(loop.values(scope)):
                own = {**start, loop.item: value}
                for call in calls:
                    call(own, outside, (*items, index))
                for name, values in zip(loop.collected, lists, strict=True):
                    values.append(own.get(name))
            scope.update(zip(loop.gives, lists, strict=True))

        return run

    def _switch(self, node: Switch) -> _Call:
        on = node.on
        cases = {key: self.calls_of(case) for key, case in node.cases.items()}
        otherwise = () if node.otherwise is None else self.calls_of(node.otherwise)

        def run(scope: JsonObject, outside: Outside, items: Items) -> None:
            for call in cases.get(case_text(scope.get(on)), otherwise):
                call(scope, outside, items)

        return run


@dataclass(frozen=True, kw_only=True)
class _Loop:
    """A `ForEach` made ready."""

    id: str
    over: str
    item: str
    reads: tuple[str, ...]
    """Names of the scope around it that an item may need."""
    collected: tuple[str, ...]
    gives: tuple[str, ...]
    """Names of the lists, in the order of `collected`."""

    @classmethod
    def of(cls, node: ForEach, reads: tuple[str, ...]) -> _Loop:
        return cls(
            id=node.id,
            over=node.over,
            item=node.item,
            reads=reads,
            collected=tuple(node.collect),
            gives=tuple(node.collect.values()),
        )

    def values(self, scope: JsonObject) -> list[JsonValue]:
        """The items.

        Raises:
            TypeError: what it goes over is no list.
        """
        values = scope.get(self.over)
        if values is None:
            return []
        if not isinstance(values, list):
            kind = type(values).__name__
            raise TypeError(f"foreach '{self.id}' goes over '{self.over}', which is {kind} and no list here")
        return values
