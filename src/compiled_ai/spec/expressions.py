"""Conditions of decision tables: a small expression language that compiles to Python.

Comparisons, ``and``/``or``/``not``, ``in``, arithmetic, parentheses, literals and field names; ``null``, ``true`` and ``false`` as in
YAML. Nothing else: no calls, no attributes, no indexing.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Mapping
from dataclasses import dataclass

_LITERALS: dict[str, bool | None] = {"null": None, "true": True, "false": False}
_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Name, ast.Load, ast.Constant,
    ast.List, ast.Tuple,
)  # fmt: skip


class ExpressionError(ValueError):
    """A condition that is not in the language; the message names the part and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A parsed condition."""

    text: str
    names: tuple[str, ...]
    """Field names it reads, in order of first use."""
    tree: ast.Expression

    def to_python(self, rename: Mapping[str, str]) -> str:
        """The condition as Python source, with every field name replaced as `rename` says."""
        renamed = _Rename(rename).visit(ast.parse(ast.unparse(self.tree), mode="eval"))
        return ast.unparse(renamed)


class _Rename(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self.names.get(node.id, node.id), mode="eval").body


class _Literals(ast.NodeTransformer):
    """Turns null/true/false into constants, and comparisons with null into ``is``."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_LITERALS[node.id]) if node.id in _LITERALS else node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        self.generic_visit(node)
        for index, (operator, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            left = node.left if index == 0 else node.comparators[index - 1]
            if not any(isinstance(side, ast.Constant) and side.value is None for side in (left, right)):
                continue
            if not isinstance(operator, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
                raise ExpressionError("null can only be compared with == and !=")
            node.ops[index] = ast.Is() if isinstance(operator, ast.Eq | ast.Is) else ast.IsNot()
        return node


def parse_expression(text: str) -> Expression:
    """`text` as a condition.

    Raises:
        ExpressionError: it is not in the language.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError) as error:
        hint = "; compare with '==', not '='" if "=" in text and "==" not in text else ""
        raise ExpressionError(f"condition '{text}' cannot be read{hint}") from error
    for node in ast.walk(tree):
        _check_node(node, text)
    tree = ast.fix_missing_locations(_Literals().visit(tree))
    names = dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Expression(text=text.strip(), names=tuple(names), tree=tree)


def _check_node(node: ast.AST, text: str) -> None:
    if not isinstance(node, _ALLOWED):
        part = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
        raise ExpressionError(
            f"'{part}' is not allowed in the condition '{text}'; use field names, numbers, quoted words, comparisons, in, and, or, not, + - * /"
        )
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | None):
        raise ExpressionError(f"the constant {node.value!r} is not allowed in the condition '{text}'")
    if isinstance(node, ast.Name) and keyword.iskeyword(node.id):
        raise ExpressionError(f"'{node.id}' cannot be a field name in the condition '{text}'")
