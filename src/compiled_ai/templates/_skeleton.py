"""Skeletons of activities: valid Python in which constants are exchanged for parameters."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import is_decimal
from compiled_ai.templates.rendering import literal, signature
from compiled_ai.templates.typed_dicts import one_line


def stub(name: str, purpose: str) -> str:
    """A function that declines everything: where there is no skeleton, the coder writes it whole."""
    sentence = one_line(purpose).replace("\\", "/").replace('"', "'").rstrip(".")
    return f'{signature(name)}\n    """{sentence[:1].upper()}{sentence[1:]}."""\n    abstain("it is not written yet")'


def constant_of(tree: ast.Module, parameter: str) -> str | None:
    """The module-level constant for `parameter` in `tree`: its name in capitals, with or without a leading underscore.

    None when there is none, when it is bound twice, or when it shares a line with something else, which would be lost.
    """
    names = (parameter.upper(), f"_{parameter.upper()}")
    found = [(node, name) for node in tree.body for name in names if _binds(node, name)]
    if len(found) != 1 or any(_overlap(found[0][0], node) for node in tree.body):
        return None
    return found[0][1]


def _overlap(node: ast.stmt, other: ast.stmt) -> bool:
    return node is not other and _last(other) >= node.lineno and other.lineno <= _last(node)


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def fill(code: str, constants: Mapping[str, str], values: JsonObject) -> str:
    """`code` with every constant of `constants` (by parameter) set to its value.

    Raises:
        InputError: a value does not fit the constant's annotation.
    """
    lines = code.split("\n")
    edits = []
    for parameter, constant in constants.items():
        node = next(node for node in ast.parse(code).body if _binds(node, constant))
        edits.append((node, f"{_head(node, constant)} = {_value(node, values[parameter], parameter)}"))
    for node, text in sorted(edits, key=lambda edit: -edit[0].lineno):
        lines[node.lineno - 1 : node.end_lineno] = [text]
    return "\n".join(lines)


def _binds(node: ast.stmt, name: str) -> bool:
    match node:
        case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr()):
            return found == name
        case ast.Assign(targets=[ast.Name(id=found)]):
            return found == name
    return False


def _head(node: ast.stmt, constant: str) -> str:
    return f"{constant}: {ast.unparse(node.annotation)}" if isinstance(node, ast.AnnAssign) else constant


def _value(node: ast.stmt, value: JsonValue, parameter: str) -> str:
    kind = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
    if kind == "Decimal":
        if not isinstance(value, str) or not is_decimal(value):
            raise InputError(
                f"parameter '{parameter}': the constant is a Decimal, so it must be decimal text",
                field=parameter,
            )
        return f"Decimal({value!r})"
    if kind.startswith("tuple[") and isinstance(value, list):
        return f"({''.join(f'{literal(item)}, ' for item in value)})"
    return literal(value)
