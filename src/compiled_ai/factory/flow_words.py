"""The steps of a spec in words, blocks and all: what a model is told that does the whole task itself."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from compiled_ai.spec.canonical import canonical_json
from compiled_ai.spec.flow import Do, ForEach, Node, Parallel, Sequence, Switch, sequence_of
from compiled_ai.spec.model import EffectStep, Rule, RuleStep, Spec, Step


def flow_words(spec: Spec) -> tuple[str, ...]:
    """One text for each step, with a line before those of a block; what is inside of a block is indented."""
    steps = {step.id: step for step in spec.steps}
    return tuple(_words(spec.flow or sequence_of(tuple(steps)), steps))


def _words(node: Node, steps: dict[str, Step]) -> Iterator[str]:
    match node:
        case Do():
            yield _step_words(steps[node.step])
        case Sequence():
            for child in node.nodes:
                yield from _words(child, steps)
        case Parallel():
            for branch in node.branches:
                yield from _words(branch, steps)
        case ForEach():
            lists = "".join(
                f" Collect its {name} in the list {outside}." for name, outside in node.collect.items()
            )
            yield f"For each entry of {node.over}, called {node.item}, do this.{lists}"
            yield from _indented(node.body, steps)
        case Switch():
            for key, case in node.cases.items():
                yield f"Only if {node.on} is {canonical_json(key)}:"
                yield from _indented(case, steps)
            if node.otherwise is not None:
                yield f"Only if {node.on} is anything else:"
                yield from _indented(node.otherwise, steps)


def _indented(node: Node, steps: dict[str, Step]) -> Iterator[str]:
    return (textwrap.indent(text, "  ") for text in _words(node, steps))


def _step_words(step: Step) -> str:
    if isinstance(step, RuleStep):
        lines = [rule_in_words(rule) for rule in step.rules]
        return "\n".join([f"Then decide by the first line that holds ({step.id}):", *lines])
    if isinstance(step, EffectStep):
        return f"Ask first ({step.id}, {step.call.effect}): {canonical_json(step.call.parameters)}"
    return f"Find out first ({step.id}):\n{step.instructions}"


def rule_in_words(rule: Rule) -> str:
    """One line of a decision table as a sentence."""
    condition = "otherwise" if rule.when is None else f"if {rule.when}"
    return f"- {condition}: {canonical_json(rule.then) if rule.then is not None else f'decline ({rule.abstain})'}"
