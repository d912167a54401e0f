"""Conditions of decision tables: a small expression language that compiles to Python.

Comparisons, ``and``/``or``/``not``, ``in``, arithmetic, parentheses, literals and field names; ``null``, ``true`` and ``false`` as in
YAML. Nothing else: no calls, no attributes, no indexing. Whatever stands alone, or between ``and`` and ``or``, must be able to hold or
not to hold: ``topic == "a" or "b"`` is refused, because Python would call it true always.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from dataclasses import dataclass

from compiled_ai.spec._checker import shorten

MAX_LENGTH = 2_000
"""Characters of a condition. Python's parser recurses, and a longer one belongs in several rules anyway."""

MAX_DEPTH = 100

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
    """The condition as a Python expression over these names."""


class _Literals(ast.NodeTransformer):
    """Turns null/true/false into constants, and comparisons with null into ``is``."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_LITERALS[node.id]) if node.id in _LITERALS else node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        self.generic_visit(node)
        for index, (operator, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            left = node.left if index == 0 else node.comparators[index - 1]
            if not any(isinstance(side, ast.Constant) and side.value is None for side in (left, right)):
                if isinstance(operator, ast.Is | ast.IsNot):
                    raise ExpressionError("'is' only stands before null; compare values with == and !=")
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
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"a condition has at most {MAX_LENGTH} characters, this one {len(text)}; split it into several rules"
        )
    try:
        tree = _parse(text)
        if _depth(tree) > MAX_DEPTH:
            raise RecursionError
        for node in ast.walk(tree):
            _check_node(node, text)
        tree = ast.fix_missing_locations(_Literals().visit(tree))
        _check_truth(tree.body, text)
    except (RecursionError, MemoryError) as error:  # of Python's parser, on deep nesting
        raise ExpressionError(f"condition '{shorten(text, 100)}' is nested too deeply") from error
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    found.sort(key=lambda node: (node.lineno, node.col_offset))  # ast.walk() goes level by level
    names = dict.fromkeys(node.id for node in found)
    return Expression(text=text, names=tuple(names), tree=tree)


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _parse(text: str) -> ast.Expression:
    """The condition's tree. Inside brackets it may run over several lines, and nothing but one expression fits."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Python's, on text such as '\d', would reach the author without a line
            body = ast.parse(f"[{text}\n]", mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(f"condition '{shorten(text, 100)}' cannot be read{_hint(text)}") from error
    if _JOINED.search(_QUOTED.sub("''", text)):
        raise ExpressionError(
            f"a ',' or an operator is missing between two quoted words of '{shorten(text, 100)}'"
        )
    if isinstance(body, ast.List) and len(body.elts) == 1:
        return ast.Expression(body.elts[0])
    reason = "is not one condition" if text else "is empty"
    raise ExpressionError(f"condition '{shorten(text, 100)}' {reason}{_hint(text)}")


_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_JOINED = re.compile(r"''\s*''")
"""Two texts side by side, with every text emptied: Python would silently make one of them."""


def _hint(text: str) -> str:
    bare = _QUOTED.sub("''", text)
    for pattern, hint in _HINTS:
        if re.search(pattern, bare):
            return f"; {hint}"
    words = [word for word in re.findall(r"[A-Za-z]+", bare) if keyword.iskeyword(word) and word not in _OURS]
    return f"; '{words[0]}' is a word of Python, so a field of that name cannot be used here" if words else ""


_OURS = {"and", "or", "not", "in", "is", "True", "False", "None"}


_HINTS = (
    (r"&&|\|\||(?<![\w'\"])!(?!=)", "write 'and', 'or' and 'not' for &&, || and !"),
    (r"===|<>", "compare with '==' and '!='"),
    (r"(?<![=<>!:])=(?!=)|:=", "compare with '==', not '='"),
    (r"\b(?:AND|OR|NOT|IN)\b", "write 'and', 'or', 'not' and 'in' in lower case"),
    (r"[\u2018\u2019\u201c\u201d]", "use straight quotes"),
)


def _check_node(node: ast.AST, text: str) -> None:
    shown = shorten(text, 100)
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | None):
        raise ExpressionError(f"the constant {node.value!r} is not allowed in the condition '{shown}'")
    if not isinstance(node, _ALLOWED):
        part = ast.unparse(node) if isinstance(node, ast.expr) else _SIGNS.get(type(node).__name__)
        raise ExpressionError(
            f"'{shorten(part or type(node).__name__, 60)}' is not allowed in the condition '{shown}'; use field names, numbers, quoted words, comparisons, in, and, or, not, + - * /"
        )


_SIGNS = {
    "Pow": "**", "FloorDiv": "//", "Mod": "%", "MatMult": "@", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LShift": "<<", "RShift": ">>",
    "Invert": "~", "UAdd": "+",
}  # fmt: skip


def _check_truth(node: ast.expr, text: str) -> None:
    """Make sure that `node` can hold or not hold: a comparison, a field, true or false, or a combination of them."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            _check_truth(part, text)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check_truth(node.operand, text)
    elif not isinstance(node, ast.Compare | ast.Name) and not _is_truth(node):
        shown = shorten(ast.unparse(node), 60)
        raise ExpressionError(
            f"{shown} alone is no condition in '{shorten(text, 100)}'; write the comparison out, as in: field == {shown}"
        )


def _is_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)
