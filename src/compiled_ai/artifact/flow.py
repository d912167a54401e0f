"""The flow of a workflow: its nodes, their form in ``workflow.yaml``, and what an engine needs to know of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.flow import (
    MAX_NESTING,
    Do,
    ForEach,
    Node,
    Parallel,
    Sequence,
    Switch,
    case_text,
    children_of,
    sequence_of,
    steps_in,
)

__all__ = [
    "MAX_NESTING",
    "Do",
    "FlowFormError",
    "ForEach",
    "Node",
    "Parallel",
    "Sequence",
    "Switch",
    "case_text",
    "children_of",
    "flow_data",
    "names_added",
    "names_read",
    "parse_flow",
    "sequence_of",
    "steps_in",
]

_DEEPEST = 4 * MAX_NESTING


class FlowFormError(ValueError):
    """Data that is no flow; says where and why."""


def flow_data(node: Node) -> JsonValue:
    """`node` as JSON data: a step is its id, a sequence a list, a block a mapping with its kind as the only key."""
    match node:
        case Do():
            return node.step
        case Sequence():
            return [flow_data(child) for child in node.nodes]
        case Parallel():
            return {"parallel": [flow_data(branch) for branch in node.branches]}
        case ForEach():
            return {"foreach": {
                "id": node.id, "over": node.over, "item": node.item,
                "steps": flow_data(node.body), "collect": {**node.collect},
            }}  # fmt: skip
        case Switch():
            switch: JsonObject = {
                "id": node.id, "on": node.on, "cases": {key: flow_data(case) for key, case in node.cases.items()},
            }  # fmt: skip
            if node.otherwise is not None:
                switch["otherwise"] = flow_data(node.otherwise)
            return {"switch": switch}


def parse_flow(data: object, *, depth: int = 0) -> Node:
    """The node that `data` is the form of. Whether its steps exist is not looked at.

    Raises:
        FlowFormError: it is none, or nested too deeply.
    """
    if depth > _DEEPEST:
        raise FlowFormError(f"the flow is nested deeper than {_DEEPEST} levels")
    if isinstance(data, str):
        return Do(data)
    if isinstance(data, list):
        return Sequence(tuple(parse_flow(item, depth=depth + 1) for item in data))
    if not isinstance(data, dict) or len(data) != 1 or next(iter(data)) not in _BLOCKS:
        raise FlowFormError(
            f"a part of the flow is {_shown(data)}, and not a step's id, a list, or one of {', '.join(_BLOCKS)}"
        )
    kind, body = next(iter(data.items()))
    return _BLOCKS[kind](body, depth + 1)


def _parallel(body: object, depth: int) -> Parallel:
    if not isinstance(body, list):
        raise FlowFormError("'parallel' in the flow is no list of branches")
    return Parallel(tuple(parse_flow(branch, depth=depth) for branch in body))


def _foreach(body: object, depth: int) -> ForEach:
    fields = _fields(body, "foreach", needed=("id", "over", "item", "steps"), optional=("collect",))
    return ForEach(
        id=_text(fields, "id", "foreach"),
        over=_text(fields, "over", "foreach"),
        item=_text(fields, "item", "foreach"),
        body=parse_flow(fields["steps"], depth=depth),
        collect={
            name: _word(value, "collect of a foreach") for name, value in _mapping(fields.get("collect", {}))
        },
    )


def _switch(body: object, depth: int) -> Switch:
    fields = _fields(body, "switch", needed=("id", "on", "cases"), optional=("otherwise",))
    return Switch(
        id=_text(fields, "id", "switch"),
        on=_text(fields, "on", "switch"),
        cases={key: parse_flow(case, depth=depth) for key, case in _mapping(fields["cases"])},
        otherwise=parse_flow(fields["otherwise"], depth=depth) if "otherwise" in fields else None,
    )


_BLOCKS: dict[str, Callable[[object, int], Node]] = {
    "parallel": _parallel,
    "foreach": _foreach,
    "switch": _switch,
}


def _fields(
    body: object, kind: str, *, needed: tuple[str, ...], optional: tuple[str, ...]
) -> Mapping[str, object]:
    fields = dict(_mapping(body))
    missing = [name for name in needed if name not in fields]
    unknown = [name for name in fields if name not in (*needed, *optional)]
    if missing or unknown:
        what = f"lacks '{missing[0]}'" if missing else f"has the unknown key {_shown(unknown[0])}"
        raise FlowFormError(f"a {kind} of the flow {what}")
    return fields


def _mapping(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, dict):
        raise FlowFormError(f"a part of the flow is {_shown(value)}, and not a mapping")
    return [(_word(key, "a key"), item) for key, item in value.items()]


def _text(fields: Mapping[str, object], name: str, kind: str) -> str:
    return _word(fields[name], f"'{name}' of a {kind}")


def _word(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise FlowFormError(f"{what} in the flow is {_shown(value)}, and not a text")
    return value


def _shown(value: object) -> str:
    return repr(value)[:60]


def names_added(node: Node, adds: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names that `node` may add to the scope around it, each once; `adds` are those of each step."""
    if isinstance(node, Do):
        return adds[node.step]
    if isinstance(node, ForEach):
        return tuple(dict.fromkeys(node.collect.values()))
    return tuple(dict.fromkeys(name for child in children_of(node) for name in names_added(child, adds)))


def names_read(node: Node, takes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names that `node` may read of the scope, its own among them, each once; `takes` are those of each step."""
    own: tuple[str, ...] = ()
    if isinstance(node, Do):
        own = takes[node.step]
    elif isinstance(node, ForEach):
        own = (node.over, *node.collect)
    elif isinstance(node, Switch):
        own = (node.on,)
    inner = (name for child in children_of(node) for name in names_read(child, takes))
    return tuple(dict.fromkeys((*own, *inner)))
