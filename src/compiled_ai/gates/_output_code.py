"""The constants that Python code would build, worked out from its syntax tree and never by running it."""

from __future__ import annotations

import ast
import re
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import cast

_LIMIT = 200_000
"""Characters of code that are parsed; the readings that need no parser cover longer ones."""
_DEPTH = 60
_LONGEST = 100_000
_END = 256
_QUOTES = (2, 3, 6, 7)
"""By how much a literal without escapes is longer in the code, with a letter before its quotes or none."""
_CIPHER = 12
"""Characters that a literal needs to hold a canary in a cipher, or most of one."""
_LONG_WORD = 10
_WITHOUT_VALUES = frozenset(("ctx", "op", "ops", "annotation", "returns", "type_params"))
_WORK = 2_000_000
"""Nodes visited and characters built, together: names that hold names must not multiply."""
_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)```", re.DOTALL)
_LOOKS_LIKE_CODE = re.compile(
    r"^[ \t]*(?:def |import |from |class |[A-Za-z_]\w*[ \t]*(?::[^=\n]*)?=)", re.MULTILINE
)

Constant = str | bytes | int | tuple["Constant", ...]


def constants(text: str) -> list[str]:
    """The strings of the Python in `text`, concatenated ones as one; none if it is no Python."""
    if len(text) > _LIMIT or not _LOOKS_LIKE_CODE.search(text):
        return []
    found: list[str] = []
    for block in (text, *_FENCE.findall(text)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(block)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        folder = _Folder()
        folder.walk(tree)
        found += folder.found
    return found


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes that may hold a value, the outer ones first. Faster than `ast.walk`, which goes through contexts and operators too."""
    waiting: deque[ast.AST] = deque([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        for name in node._fields:
            if name not in _WITHOUT_VALUES:
                child = getattr(node, name, None)
                if isinstance(child, list):
                    waiting.extend([one for one in child if isinstance(one, ast.AST)])
                elif isinstance(child, ast.AST):
                    waiting.append(child)


class _Folder:
    def __init__(self) -> None:
        self.found: list[str] = []
        self._names: dict[str, Constant] = {}
        self._work = _WORK

    def walk(self, tree: ast.Module) -> None:
        inner: set[int] = set()
        for node in _nodes(tree):
            if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):
                inner.add(id(node.left))
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                self._assign(node)
            elif isinstance(node, ast.Constant):
                self._keep_literal(node)
            elif type(node) in _HANDLERS and not isinstance(node, ast.Name) and id(node) not in inner:
                self._keep(self.value(cast("ast.expr", node)))
            if self._work <= 0:
                return

    def _keep_literal(self, node: ast.Constant) -> None:
        """A literal that the text of the code does not show as it is, or that may be a cipher."""
        if isinstance(node.value, str | bytes):
            size = (node.end_col_offset or 0) - node.col_offset
            is_shown = node.end_lineno == node.lineno and size - len(node.value) in _QUOTES
            if not is_shown or (len(node.value) >= _CIPHER and not _is_prose(node.value)):
                self._keep(_ends(node.value))

    def value(self, node: ast.expr, depth: int = 0) -> Constant | None:
        """What `node` stands for; None where only a run would tell."""
        handler = _HANDLERS.get(type(node))
        self._work -= 1
        if depth > _DEPTH or handler is None or self._work <= 0:
            return None
        value = _bounded(handler(self, node, depth + 1))
        self._work -= len(value) if isinstance(value, str | bytes | tuple) else 0
        return value

    def _assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        value = self.value(node.value) if node.value is not None else None
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if value is not None:
            for target in targets:
                if isinstance(target, ast.Name):
                    self._names.setdefault(target.id, value)
            self._keep(value)

    def _keep(self, value: Constant | None) -> None:
        text = _as_text(value)
        if text:
            self._work -= len(text)
            self.found.append(text)

    def constant(self, node: ast.expr, _depth: int) -> Constant | None:
        assert isinstance(node, ast.Constant)
        return node.value if isinstance(node.value, str | bytes | int) else None

    def name(self, node: ast.expr, _depth: int) -> Constant | None:
        assert isinstance(node, ast.Name)
        return self._names.get(node.id)

    def items(self, node: ast.expr, depth: int) -> Constant | None:
        assert isinstance(node, ast.List | ast.Tuple | ast.Set)
        return tuple(value for item in node.elts if (value := self.value(item, depth)) is not None)

    def dictionary(self, node: ast.expr, depth: int) -> Constant | None:
        assert isinstance(node, ast.Dict)
        return tuple(value for item in node.values if (value := self.value(item, depth)) is not None)

    def sum(self, node: ast.expr, depth: int) -> Constant | None:
        """A chain of ``+``, read in a loop because its tree is as deep as it is long. Other operators build nothing that we follow."""
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            return None
        parts: list[Constant] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts.append(self.value(node.right, depth) or "")
            node = node.left
        parts.append(self.value(node, depth) or "")
        return _joined(parts[::-1], "")

    def formatted(self, node: ast.expr, depth: int) -> Constant | None:
        assert isinstance(node, ast.JoinedStr)
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return _joined([self.value(part, depth) or "" for part in parts], "")

    def slice(self, node: ast.expr, depth: int) -> Constant | None:
        assert isinstance(node, ast.Subscript)
        value = self.value(node.value, depth)
        return (
            value[::-1]
            if isinstance(node.slice, ast.Slice) and isinstance(value, str | bytes | tuple)
            else None
        )

    def call(self, node: ast.expr, depth: int) -> Constant | None:
        assert isinstance(node, ast.Call)
        first = self.value(node.args[0], depth) if node.args else None
        if isinstance(node.func, ast.Name):
            return first if node.func.id not in {"chr", "reversed"} else _CALLS[node.func.id](first)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, depth)
            if node.func.attr == "join" and isinstance(owner, str) and isinstance(first, tuple):
                return _joined(first, owner)
            return owner
        return None


def _chr(value: Constant | None) -> Constant | None:
    return chr(value) if isinstance(value, int) and 0 <= value < 0x110000 else None


def _reversed(value: Constant | None) -> Constant | None:
    return value[::-1] if isinstance(value, str | bytes | tuple) else None


_CALLS: dict[str, Callable[[Constant | None], Constant | None]] = {"chr": _chr, "reversed": _reversed}
_HANDLERS: dict[type[ast.expr], Callable[[_Folder, ast.expr, int], Constant | None]] = {
    ast.Constant: _Folder.constant,
    ast.Name: _Folder.name,
    ast.List: _Folder.items,
    ast.Tuple: _Folder.items,
    ast.Set: _Folder.items,
    ast.Dict: _Folder.dictionary,
    ast.BinOp: _Folder.sum,
    ast.JoinedStr: _Folder.formatted,
    ast.Subscript: _Folder.slice,
    ast.Call: _Folder.call,
}


def _is_prose(literal: str | bytes) -> bool:
    gaps = literal.count(" ") if isinstance(literal, str) else literal.count(b" ")
    return gaps * _LONG_WORD > len(literal)


def _ends(literal: str | bytes) -> str | bytes:
    """A long literal without its middle, which the text of the code shows."""
    if len(literal) <= 2 * _END:
        return literal
    if isinstance(literal, str):
        return f"{literal[:_END]}\n{literal[-_END:]}"
    return literal[:_END] + b"\n" + literal[-_END:]


def _bounded(value: Constant | None) -> Constant | None:
    return value[:_LONGEST] if isinstance(value, str | bytes | tuple) else value


def _joined(parts: Sequence[Constant], separator: str) -> str:
    return separator.join(_as_text(part) for part in parts)[:_LONGEST]


def _as_text(value: Constant | None) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, tuple):
        return "".join(
            chr(item) if isinstance(item, int) and 0 <= item < 256 else _as_text(item) for item in value
        )
    return ""
