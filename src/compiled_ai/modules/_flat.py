"""Nested JSON values as flat objects of paths, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compiled_ai.modules._paths import Step, steps_of, written

_DEEPEST = 100


class _Node(dict[Step, object]):
    """An object or list that is being built; a class of its own, for values may be dicts. None is the key of the whole."""


def flat_values(data: object) -> dict[str, object]:
    """Every plain or empty value by its path, in order; without recursion, however deep."""
    flat: dict[str, object] = {}
    waiting: list[tuple[str, object]] = [("", data)]
    while waiting:
        path, value = waiting.pop()
        children = _children(path, value)
        if children:
            waiting += reversed(children)
        else:
            flat[path] = value
    return flat


def _children(path: str, value: object) -> list[tuple[str, object]]:
    if isinstance(value, Mapping):
        named = [(written(str(key)), child) for key, child in value.items()]
        return [
            (path + (step if step.startswith("[") or not path else f".{step}"), child)
            for step, child in named
        ]
    if isinstance(value, list | tuple):
        return [(f"{path}[{index}]", child) for index, child in enumerate(value)]
    return []


def nested_value(flat: Mapping[str, object]) -> object:
    """The value with those at their paths, or None if paths are not well-formed, too deep, contradictory or leave gaps."""
    root = _Node()
    for path, value in flat.items():
        steps = steps_of(path)
        if steps is None or None in steps or len(steps) > _DEEPEST or not _put(root, steps or (None,), value):
            return None
    if None in root:
        return root[None] if len(root) == 1 else None
    return _built(root)


def _put(root: _Node, steps: Sequence[Step], value: object) -> bool:
    node = root
    for step in steps[:-1]:
        child = node.setdefault(step, _Node())
        if not isinstance(child, _Node):
            return False
        node = child
    if steps[-1] in node:
        return False
    node[steps[-1]] = value
    return True


def _built(node: _Node) -> object:
    """The object or list of a node; None when it is neither, and then the whole is None too."""
    items: dict[Step, object] = {}
    for key, child in node.items():
        items[key] = _built(child) if isinstance(child, _Node) else child
        if isinstance(child, _Node) and items[key] is None:
            return None
    if items and all(isinstance(key, int) for key in items):
        inside = range(len(items))
        return [items[index] for index in inside] if all(index in items for index in inside) else None
    return items if all(isinstance(key, str) for key in items) else None
