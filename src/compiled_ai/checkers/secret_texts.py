"""Where a secret can stand in code: each text constant with the name it is given, and each comment."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_COMMENTED_OUT = re.compile(r"""(?P<name>\w+)["']?\s*[:=]\s*(?P<quote>["'])(?P<value>[^"']+)(?P=quote)""")
_GETTERS = frozenset(("get", "getenv", "pop", "setdefault"))

Use = Literal["assigned", "passed", "entry", "loose"]
"""How a text meets its name: ``name = "text"`` and ``name == "text"``, ``f(name="text")``, ``{"name": "text"}``; or there is no name."""


@dataclass(frozen=True, kw_only=True)
class CodeText:
    """A text that code or a comment holds."""

    value: str
    line: int
    last_line: int
    name: str = ""
    use: Use = "loose"


def code_texts(source: str) -> list[CodeText]:
    """Every text in `source`, sums of constants put together, in the order of the lines.

    Raises:
        ValueError: `source` does not parse.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"secrets cannot be looked for in a text that does not parse ({error}): parse it first"
        ) from error
    texts = [*_constants(tree), *_comments(source)]
    return sorted(texts, key=lambda text: text.line)


def _constants(tree: ast.Module) -> Iterator[CodeText]:
    waiting: list[tuple[ast.AST, str, Use]] = [(tree, "", "loose")]
    while waiting:
        node, name, use = waiting.pop()
        value = _folded(node)
        if value is not None and isinstance(node, ast.expr):
            last = node.end_lineno or node.lineno
            yield CodeText(value=value, line=node.lineno, last_line=last, name=name, use=use)
            continue
        named = {id(child): (name, use) for child, name, use in _named(node)}
        waiting += [
            (child, *named.get(id(child), _inherited(node, child, name, use)))
            for child in ast.iter_child_nodes(node)
        ]


def _folded(node: ast.AST) -> str | None:
    """The text that `node` stands for, or None. Loops down the left side: a sum may have a thousand parts."""
    parts: list[str] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        right = _text(node.right)
        if right is None:
            return None
        parts.append(right)
        node = node.left
    first = _text(node)
    return None if first is None else first + "".join(reversed(parts))


def _text(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Constant):
        return None
    if isinstance(node.value, bytes):
        return node.value.decode("latin-1")
    return node.value if isinstance(node.value, str) else None


def _named(node: ast.AST) -> Iterator[tuple[ast.AST, str, Use]]:
    """Children of `node` that it gives a name to."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield value, next(filter(None, map(_name, targets)), ""), "assigned"
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield value, _name(target), "assigned"
        case ast.NamedExpr(target=target, value=value):
            yield value, _name(target), "assigned"
        case ast.Compare(left=left, comparators=[right]):
            yield left, _name(right), "assigned"
            yield right, _name(left), "assigned"
        case ast.keyword(arg=str() as argument, value=value):
            yield value, argument, "passed"
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield value, _text(key) or "" if key is not None else "", "entry"
        case ast.arguments():
            yield from _defaults(node)
        case ast.Call(func=ast.Attribute(attr=attribute), args=[key, default]) if attribute in _GETTERS:
            yield default, _text(key) or "", "entry"


def _defaults(node: ast.arguments) -> Iterator[tuple[ast.AST, str, Use]]:
    positional = [*node.posonlyargs, *node.args]
    for argument, default in zip(reversed(positional), reversed(node.defaults), strict=False):
        yield default, argument.arg, "assigned"
    for argument, keyword_default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if keyword_default is not None:
            yield keyword_default, argument.arg, "assigned"


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
        case _:
            return ""


def _inherited(node: ast.AST, child: ast.AST, name: str, use: Use) -> tuple[str, Use]:
    """A list or a choice of texts hands its own name on, and so does ``"text".encode()``."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.IfExp | ast.BoolOp | ast.Starred):
        return name, "loose" if use == "loose" else "entry"
    is_encoding = isinstance(node, ast.Attribute) and node.attr == "encode"
    if is_encoding or (isinstance(node, ast.Call) and child is node.func):
        return name, use
    return "", "loose"


def _comments(source: str) -> Iterator[CodeText]:
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            yield CodeText(value=token.string, line=line, last_line=line)
            for match in _COMMENTED_OUT.finditer(token.string):
                yield CodeText(
                    value=match["value"], line=line, last_line=line, name=match["name"], use="assigned"
                )
