"""A workflow as a Mermaid flowchart.

Steps of code are boxes, rules rounded boxes, bounded steps hexagons, effects lying cylinders; a switch is a diamond with a line for each case, a `foreach` a frame around
what is done for an item. Ids in the drawing are numbers: an id of ours, such as ``end``, may mean something to Mermaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compiled_ai.artifact.flow import Do, ForEach, Node, Parallel, Switch
from compiled_ai.artifact.flow import Sequence as SequenceNode
from compiled_ai.spec.schema import properties_of, required_of
from compiled_ai.spec.value_types import keys_of

if TYPE_CHECKING:
    from compiled_ai.artifact import PlannedStep, Workflow

_SHAPES = {
    "code": ("[", "]"),
    "rule": ("(", ")"),
    "bounded": ("{{", "}}"),
    "effect": ("[(", ")]"),
}
_LONGEST = 80
_INDENT = "  "


def mermaid(workflow: Workflow) -> str:
    """The flowchart of `workflow` as text, ending with a line break. Equal workflows give equal texts."""
    return "\n".join(_Drawing(workflow).lines()) + "\n"


class _Loose:
    """An end of the drawing that the next node is joined to."""

    def __init__(self, node: str, label: str = "") -> None:
        self.node, self.label = node, label


class _Drawing:
    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._steps = {step.id: step for step in workflow.steps}
        self._lines: list[str] = []
        self._edges: list[str] = []
        self._count = 0
        self._depth = 1

    def lines(self) -> Iterator[str]:
        start = self._node(
            f"{self._workflow.name}: {', '.join(properties_of(self._workflow.input_schema))}", ("([", "])")
        )
        ends = self._draw(self._workflow.flow, [_Loose(start)])
        last = self._node(", ".join(self._workflow.returns) or "nothing", ("([", "])"))
        self._join(ends, last)
        yield "flowchart TD"
        yield from self._lines
        yield from (f"{_INDENT}{edge}" for edge in self._edges)

    def _draw(self, node: Node, ends: list[_Loose]) -> list[_Loose]:
        """Draw `node` behind `ends`; what comes next goes behind the ends that come back."""
        match node:
            case Do():
                return self._step(self._steps[node.step], ends)
            case SequenceNode():
                for child in node.nodes:
                    ends = self._draw(child, ends)
                return ends
            case Parallel():
                return [end for branch in node.branches for end in self._draw(branch, list(ends))]
            case ForEach():
                return self._foreach(node, ends)
            case Switch():
                return self._switch(node, ends)

    def _step(self, step: PlannedStep, ends: list[_Loose]) -> list[_Loose]:
        kind = str((step.effect or {}).get("effect", step.kind))
        own = self._node(f"{step.id} ({kind})", _SHAPES[step.kind])
        self._join(ends, own)
        if step.when is None:
            return [_Loose(own)]
        self._edges[-len(ends) :] = [self._labelled(edge, step.when) for edge in self._edges[-len(ends) :]]
        return [_Loose(own), *(_Loose(end.node, f"not {step.when}") for end in ends)]

    def _labelled(self, edge: str, label: str) -> str:
        head, _, target = edge.rpartition(" ")
        return edge if "|" in head else f'{head}|"{_text(label)}"| {target}'

    def _foreach(self, node: ForEach, ends: list[_Loose]) -> list[_Loose]:
        frame = self._name()
        self._add(f'subgraph {frame}["{_text(f"{node.id}: for each {node.item} of {node.over}")}"]')
        self._depth += 1
        self._draw(node.body, [])
        self._depth -= 1
        self._add("end")
        self._join(ends, frame)
        gives = ", ".join(node.collect.values())
        return [_Loose(frame, gives)]

    def _switch(self, node: Switch, ends: list[_Loose]) -> list[_Loose]:
        is_by_condition = node.on == f"{node.id}_branch"
        own = self._node(node.id if is_by_condition else f"{node.id}: {node.on}?", ("{", "}"))
        self._join(ends, own)
        loose: list[_Loose] = []
        for key, case in node.cases.items():
            loose += self._draw(case, [_Loose(own, key)])
        otherwise = [_Loose(own, "otherwise")]
        if node.otherwise is not None:
            return loose + self._draw(node.otherwise, otherwise)
        return loose if self._covers(node) else loose + otherwise

    def _covers(self, node: Switch) -> bool:
        """Whether every value that the schemas list has a case."""
        schemas = [self._workflow.input_schema, *(step.output_schema for step in self._workflow.steps)]
        for schema in schemas:
            if node.on in properties_of(schema):
                may_miss = node.on not in required_of(schema)
                keys = keys_of(properties_of(schema)[node.on], may_miss=may_miss)
                return keys is not None and set(keys) <= node.cases.keys()
        return False

    def _node(self, text: str, shape: tuple[str, str]) -> str:
        name = self._name()
        self._add(f'{name}{shape[0]}"{_text(text)}"{shape[1]}')
        return name

    def _name(self) -> str:
        self._count += 1
        return f"n{self._count}"

    def _add(self, line: str) -> None:
        self._lines.append(_INDENT * self._depth + line)

    def _join(self, ends: Sequence[_Loose], target: str) -> None:
        for end in ends:
            label = f'|"{_text(end.label)}"|' if end.label else ""
            self._edges.append(f"{end.node} -->{label} {target}")


def _text(text: str) -> str:
    """`text` inside of quotes: signs that Mermaid or HTML read are written as numbers, and nothing goes on for ever."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."
    return "".join(
        sign if sign.isalnum() or sign in " _.,:?!=+-/()" else f"#{ord(sign)};"
        for sign in " ".join(shown.split())
    )
