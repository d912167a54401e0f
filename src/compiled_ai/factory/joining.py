"""Putting the code of several steps into one module, so that no step gets a helper or constant of another by accident."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from compiled_ai.factory._statements import Statement, split_statements

_ROUNDS = 20
"""Renamings that follow from one another, at most."""


def join_bodies(bodies: Sequence[str], *, leave_out: Collection[str] = ()) -> str:
    """One body that holds all `bodies`.

    What two define alike is there once. What a later one defines otherwise under the same name, such as a constant ``_CUES``, gets a name of its
    own there. Of the later ones the definitions in `leave_out` are left out. Bodies that do not parse are put together as they are.
    """
    parts = [split_statements(body) for body in bodies]
    if any(item.is_broken for part in parts for item in part):
        return "\n\n\n".join(bodies)
    joined: list[Statement] = []
    for part in parts:
        own = [item for item in part if not joined or not set(item.names) & set(leave_out)]
        joined += _added(joined, own)
    if [item.text for item in joined] == [item.text for part in parts for item in part]:
        return "\n\n\n".join(bodies)
    return "\n\n\n".join(item.text for item in joined)


def _added(before: Sequence[Statement], new: list[Statement]) -> list[Statement]:
    """The statements of `new` that `before` does not hold, renamed where they clash."""
    taken = {name: _meaning(item) for item in before if not item.is_import for name in item.names}
    used = {name for item in (*before, *new) for name in (*item.names, *item.reads)}
    names: dict[str, str] = {}
    renamed = new
    for _ in range(_ROUNDS):
        clashing = {
            name
            for item, was in zip(renamed, new, strict=True)
            if not item.is_import
            for name in was.names
            if name in taken and name not in names and taken[name] != _meaning(item)
        }
        if not clashing:
            break
        for name in sorted(clashing):
            names[name] = _free(name, used)
            used.add(names[name])
        renamed = [_with_names(item, names) for item in new]
    known = {_meaning(item) for item in before}
    return [item for item in renamed if _meaning(item) not in known]


def _meaning(item: Statement) -> str:
    """The statement without layout and comments."""
    return ast.dump(item.node) if item.node is not None else item.text


def _free(name: str, used: Collection[str]) -> str:
    number = 2
    while f"{name}_{number}" in used:
        number += 1
    return f"{name}_{number}"


def _with_names(item: Statement, names: dict[str, str]) -> Statement:
    """`item` with its global names exchanged. Only what stands as a name counts: attributes, keywords and texts stay."""
    if item.node is None or not names:
        return item
    lines = [line.encode() for line in item.text.split("\n")]
    tree = ast.parse(item.text)
    for line, column, old in sorted(_places(tree, names), reverse=True):
        text = lines[line - 1]
        start = text.index(old.encode(), column)
        lines[line - 1] = text[:start] + names[old].encode() + text[start + len(old.encode()) :]
    (found,) = split_statements(b"\n".join(lines).decode())
    return found


def _places(tree: ast.Module, names: Collection[str]) -> set[tuple[int, int, str]]:
    """Line, column and name of every mention."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            found.add((node.lineno, node.col_offset, node.id))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
            start = node.col_offset + len("def" if isinstance(node, ast.FunctionDef) else "class")
            found.add((node.lineno, start, node.name))
    return found
