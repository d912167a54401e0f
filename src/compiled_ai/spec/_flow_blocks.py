"""Reading blocks: which paths there are through a flow, and what is in scope on each of them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from compiled_ai.spec._flow_documents import Written, always_declines, branches, names_said
from compiled_ai.spec._flow_scope import Scope
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import ForEachBody, ParallelDocument, SwitchBody
from compiled_ai.spec.expressions import parse_expression
from compiled_ai.spec.flow import Do, ForEach, Node, Parallel, Switch, case_text
from compiled_ai.spec.model import Rule
from compiled_ai.spec.schema import shorten, suggest
from compiled_ai.spec.value_types import (
    constant_of,
    items_of,
    keys_of,
    list_of,
    types_of,
    values_of,
    words_of,
)
from compiled_ai.spec.yaml_source import Place

OTHERWISE = "otherwise"
_LABEL_CHARS = 60


def branch_name(switch_id: str) -> str:
    """Name of the rule step that chooses the branch of a switch with conditions, and of the field that it sets."""
    return f"{switch_id}_branch"


class Reader(Protocol):
    """What reads the steps inside of blocks."""

    scope: Scope

    def claim(self, name: str, place: Place) -> None:
        """Take an id, or tell that it is taken."""

    def nodes(self, documents: Written, place: Place, scope: Scope) -> Node:
        """The node of steps that run in `scope`, which it changes."""

    def decide(self, name: str, rules: Sequence[Rule], values: JsonObject, place: Place) -> None:
        """Add a rule step of this name that sets the field of this name."""

    def condition(self, text: str, place: Place) -> str | None:
        """A condition, checked against the scope; None if something is wrong with it."""

    def report(self, place: Place, message: str, *, at_key: bool = False) -> None:
        """Note a problem."""

    def line(self, place: Place) -> int:
        """The line of the file, 1-based."""


def read_parallel(reader: Reader, document: ParallelDocument, place: Place) -> Node:
    """The node of branches that do not see each other."""
    place = (*place, "parallel")
    said = [names_said(branch) for branch in document.parallel]
    start, nodes, ends = reader.scope, [], []
    for index, branch in enumerate(document.parallel):
        own = start.copy()
        others = frozenset[str]().union(*said[:index], *said[index + 1 :]) - said[index]
        own.elsewhere |= dict.fromkeys(
            others,
            "another branch of the same 'parallel' adds it, and branches do not see each other; take it after the block, or put the step there",
        )
        if not branch:
            reader.report((*place, index), "this branch is empty; give it a step, or drop it")
        nodes.append(reader.nodes(branch, (*place, index), own))
        ends.append((own, own.added_to(start)))
    for own, added in ends:
        for name in added:
            if name in start.fields:
                message = f"'{name}' is added by another branch of the same 'parallel' too; give one of the two another name"
                reader.report(own.places.get(name, place), message, at_key=True)
        start.merge(own, added)
    return Parallel(tuple(nodes))


def read_foreach(reader: Reader, body: ForEachBody, place: Place) -> Node:
    """The node that goes over a list."""
    place = (*place, "foreach")
    reader.claim(body.id, (*place, "id"))
    start = reader.scope
    schema = _list_schema(reader, body, place)
    if body.item in start.fields:
        message = (
            f"'{body.item}' is in scope already and would be hidden by the item; give the item another name"
        )
        reader.report((*place, "item"), message)
    own = start.copy()
    own.put(body.item, items_of(schema), place=(*place, "item"))
    node = reader.nodes(body.steps, (*place, "steps"), own)
    inner = {body.item, *own.added_to(start)}
    for name, outside in body.collect.items():
        _collect(reader, name, outside, own if name in inner else None, (*place, "collect", name))
    start.elsewhere |= dict.fromkeys(
        inner,
        f"it belongs to the items of the foreach '{body.id}'; name it in its 'collect', and take the list",
    )
    return ForEach(id=body.id, over=body.over, item=body.item, body=node, collect=dict(body.collect))


def _list_schema(reader: Reader, body: ForEachBody, place: Place) -> JsonValue:
    problem = reader.scope.problem_of(body.over)
    if problem:
        reader.report((*place, "over"), problem)
        return {}
    schema = reader.scope.fields[body.over]
    if types_of(schema) - {"null"} != {"array"}:
        message = f"'{body.over}' is {words_of(schema)}, and a foreach goes over a list; name a field whose type is a list, such as string[]"
        reader.report((*place, "over"), message)
        return {}
    return schema


def _collect(reader: Reader, name: str, outside: str, own: Scope | None, place: Place) -> None:
    start = reader.scope
    if own is None:
        message = f"no step of this block adds '{name}'; collect the item or what its steps add"
        reader.report(place, message, at_key=True)
        return
    if name in own.unsure:
        reader.report(place, own.unsure[name], at_key=True)
    if outside in start.fields:
        reader.report(place, f"'{outside}' is already in scope; give the list another name")
        return
    schema = list_of(own.fields[name], may_miss=name in own.optional or name in own.sometimes)
    start.put(outside, schema, place=place)


@dataclass(frozen=True, kw_only=True)
class _Branch:
    """One branch of a switch, read."""

    key: str
    node: Node
    scope: Scope
    added: tuple[str, ...]
    ends: bool
    """Whether it always declines, so that nothing comes after it."""


def read_switch(reader: Reader, body: SwitchBody, place: Place) -> tuple[Node, ...]:
    """The nodes that choose a branch: the switch, and before it the rule step of its conditions, if it has any."""
    place = (*place, "switch")
    reader.claim(body.id, (*place, "id"))
    by_value = body.on is not None and body.cases is not None and body.when is None
    by_condition = body.when is not None and body.on is None and body.cases is None
    keys, is_complete, before, on = [*(body.cases or {})], body.otherwise is not None, (), body.on or ""
    if by_value:
        is_complete = _check_cases(reader, body, place)
    elif by_condition:
        on = branch_name(body.id)
        labels, always = _decide(reader, body, place)
        keys, is_complete, before = labels, is_complete or always, (Do(on),)  # type: ignore[assignment]  # one or none
    else:
        message = (
            "a switch is 'on' with 'cases', or 'when' with a list of 'if' and 'steps'; say one of the two"
        )
        reader.report(place, message)
        keys += [str(index) for index in range(len(body.when or ()))]
    read = _read_branches(reader, body, place, (*keys, OTHERWISE))
    _join(reader, [branch for branch in read if not branch.ends], body.id, is_complete=is_complete)
    cases = {branch.key: branch.node for branch in (read[:-1] if body.otherwise is not None else read)}
    otherwise = read[-1].node if body.otherwise is not None else None
    return (*before, Switch(id=body.id, on=on, cases=cases, otherwise=otherwise))


def _read_branches(reader: Reader, body: SwitchBody, place: Place, keys: Sequence[str]) -> list[_Branch]:
    start, read = reader.scope, []
    written = list(branches(body, place))
    said = [names_said(steps) for _, steps in written]
    everything = frozenset[str]().union(*said)
    hint = f"only another branch of the switch '{body.id}' sets it"
    for (inner, steps), own_names, key in zip(written, said, keys, strict=False):
        own = start.copy()
        own.elsewhere |= dict.fromkeys(everything - own_names, hint)
        node = reader.nodes(steps, inner, own)
        read.append(
            _Branch(key=key, node=node, scope=own, added=own.added_to(start), ends=always_declines(steps))
        )
    return read


def _check_cases(reader: Reader, body: SwitchBody, place: Place) -> bool:
    """Whether every value has a branch; problems are told."""
    assert body.on is not None
    assert body.cases is not None
    problem = reader.scope.problem_of(body.on)
    if problem:
        reader.report((*place, "on"), problem)
        return True
    schema = reader.scope.fields[body.on]
    if not _can_choose(schema):
        message = f"'{body.on}' is {words_of(schema)}, and a switch goes by a text, a boolean or listed values; list the values in its type, or use 'when' with conditions"
        reader.report((*place, "on"), message)
        return True
    keys = keys_of(schema, may_miss=body.on in reader.scope.optional)
    if keys is None:
        return body.otherwise is not None
    if len({case_text(value) for value in values_of(schema) or ()}) < len(values_of(schema) or ()):
        reader.report(
            (*place, "on"),
            f"two values of '{body.on}' look alike as cases: {', '.join(keys)}; use 'when' with conditions",
        )
    for key in body.cases:
        if key not in keys:
            message = f"this branch is never reached: '{body.on}' is one of {', '.join(keys)}, and never '{key}'.{suggest(key, keys)}"
            reader.report((*place, "cases", key), message, at_key=True)
    is_complete = not set(keys) - body.cases.keys()
    if is_complete and body.otherwise is not None:
        message = f"this branch is never reached: the cases cover every value of '{body.on}' ({', '.join(keys)}); drop it, or a case"
        reader.report((*place, OTHERWISE), message, at_key=True)
    return is_complete or body.otherwise is not None


def _can_choose(schema: JsonValue) -> bool:
    values = values_of(schema)
    if values is not None:
        return not any(isinstance(value, list | dict) for value in values)
    return types_of(schema) - {"null"} == {"string"}


def _decide(reader: Reader, body: SwitchBody, place: Place) -> tuple[list[str], bool]:
    """The key of each condition, and whether one always holds; the rule step that gives the keys is added."""
    rules: list[Rule] = []
    labels: list[str] = []
    seen: dict[str, int] = {}
    name, always = branch_name(body.id), None
    for index, line in enumerate(body.when or ()):
        here = (*place, "when", index, "if")
        when = reader.condition(line.if_, here)
        labels.append(_label(line.if_, labels))
        if always is not None:
            reader.report(
                here,
                f"this branch is never reached: when[{always}] above it always holds; drop one of the two",
            )
        if when is None:
            continue
        tree = parse_expression(when).tree.body
        holds, text = constant_of(tree), ast.unparse(tree)
        if holds is False:
            reader.report(
                here, "this branch is never reached: its condition never holds; mend it, or drop the branch"
            )
        elif text in seen and always is None:
            reader.report(
                here,
                f"this branch is never reached: when[{seen[text]}] above it has the same condition; drop one of the two",
            )
        seen.setdefault(text, index)
        if holds and always is None:
            always = index
        rules.append(
            Rule(when=None if holds else when, then={name: labels[-1]}, abstain=None, line=reader.line(here))
        )
    if always is not None and body.otherwise is not None:
        reader.report(
            (*place, OTHERWISE),
            f"this branch is never reached: when[{always}] always holds; drop one of the two",
            at_key=True,
        )
    if always is None:
        rules.append(
            Rule(when=None, then={name: OTHERWISE}, abstain=None, line=reader.line((*place, OTHERWISE)))
        )
    values: JsonObject = {"type": "string", "enum": [*labels, *([OTHERWISE] if always is None else [])]}
    reader.decide(name, rules, values, place)
    return labels, always is not None


def _label(text: str, taken: Sequence[str]) -> str:
    """What the branch of a condition is called in code, logs and drawings: the condition itself, cut where it is long."""
    label = shorten(" ".join(text.split()), _LABEL_CHARS)
    number = 2
    name = label
    while name in (*taken, OTHERWISE):
        name, number = f"{label} ({number})", number + 1
    return name


def _join(reader: Reader, read: Sequence[_Branch], switch_id: str, *, is_complete: bool) -> None:
    """Bring the names of the branches that go on into the scope after the switch."""
    start = reader.scope
    setters: dict[str, list[_Branch]] = {}
    for branch in read:
        for name in branch.added:
            setters.setdefault(name, []).append(branch)
    for name, setting in setters.items():
        _check_alike(reader, name, setting, switch_id)
        start.merge(setting[0].scope, [name])
        optional = any(name in branch.scope.optional for branch in setting)
        unsure = next((branch.scope.unsure[name] for branch in setting if name in branch.scope.unsure), None)
        if optional:
            start.optional.add(name)
        if unsure:
            start.unsure[name] = unsure
        elif (len(setting) < len(read) or not is_complete) and not optional:
            start.unsure[name] = _why_unsure(name, setting, switch_id, is_complete=is_complete)


def _why_unsure(name: str, setting: Sequence[_Branch], switch_id: str, *, is_complete: bool) -> str:
    shown = ", ".join(branch.key for branch in setting)
    way_out = "set it in every branch" if is_complete else "add 'otherwise', set it in every branch"
    return f"'{name}' is set only in the branch {shown} of the switch '{switch_id}', so it may be missing here; {way_out}, or make it optional there ('{name}: TYPE?')"


def _check_alike(reader: Reader, name: str, setting: Sequence[_Branch], switch_id: str) -> None:
    first = setting[0]
    for branch in setting[1:]:
        given, other = _plain(branch.scope.fields[name]), _plain(first.scope.fields[name])
        if given != other:
            message = f"'{name}' is {words_of(branch.scope.fields[name])} here and {words_of(first.scope.fields[name])} in the branch {first.key} of the switch '{switch_id}'; give it the same type in both, or two names"
            reader.report(branch.scope.places.get(name, ()), message, at_key=True)


def _plain(schema: JsonValue) -> JsonValue:
    """A schema without what only describes it."""
    if isinstance(schema, Mapping):
        return {
            key: value for key, value in schema.items() if key not in {"description", "title", "examples"}
        }
    return schema
