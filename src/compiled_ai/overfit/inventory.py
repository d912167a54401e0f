"""Every literal in generated code by its value, with where and how it is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from compiled_ai.overfit.folding import Folder, NotConstantError
from compiled_ai.overfit.subject import as_number, squeeze, tokens

Scalar = str | Decimal | date

_EQUALS = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
_SCALES = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_REGEX_LETTERS = re.compile(r"\(\?P<\w+>|\(\?[a-zA-Z]+[):-]|\\[a-zA-Z]|\{\d*,?\d*\}")
_SEPARATORS = re.compile(r"[|,;\n]")


@dataclass(frozen=True, eq=False, kw_only=True)
class Literal:
    """A value that stands in the code, put together from its pieces."""

    value: Scalar
    line: int
    is_compared: bool = False
    """Whether something is tested for being equal to it: ``==``, ``in``, a key, a pattern of ``match``."""
    is_scale: bool = False
    """Whether it is a factor, divisor or the like."""
    peers: tuple[Scalar, ...] = ()
    """The values beside it in the table that it stands in, itself included."""

    @cached_property
    def text_forms(self) -> tuple[tuple[str, ...], ...]:
        """Its words, as text and as a regular expression is read."""
        if not isinstance(self.value, str):
            return ()
        plain = tuple(tokens(self.value))
        read = (
            tuple(tokens(_REGEX_LETTERS.sub(" ", self.value)))
            if "\\" in self.value or "(?" in self.value
            else plain
        )
        return (plain,) if read == plain else (plain, read)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The texts that it lists, such as the branches of ``a|b``; itself when it is no list."""
        if not isinstance(self.value, str):
            return ()
        return tuple(filter(None, (part.strip(" ()?:^$\\") for part in _SEPARATORS.split(self.value))))

    @cached_property
    def squeezed(self) -> str:
        """Its letters and digits."""
        return squeeze(str(self.value))

    @cached_property
    def number(self) -> Decimal | None:
        """The number that it is or spells."""
        return self.value if isinstance(self.value, Decimal) else as_number(self.value)

    @cached_property
    def dates(self) -> frozenset[str]:
        """The ISO dates that it may mean."""
        if isinstance(self.value, date):
            return frozenset((self.value.isoformat()[:10],))
        return dates_in(self.value) if isinstance(self.value, str) else frozenset()


@dataclass(frozen=True, kw_only=True)
class _Context:
    is_compared: bool = False
    is_scale: bool = False
    peers: tuple[Scalar, ...] = ()


def _inner_context(node: ast.AST, context: _Context) -> _Context:
    """What holds for the parts of `node` when it is neither a table nor a comparison."""
    match node:
        case ast.MatchValue():
            return _Context(is_compared=True)
        case ast.BinOp(op=op):
            return _Context(is_scale=isinstance(op, _SCALES), peers=context.peers)
        case ast.Call(func=ast.Name(id="frozenset" | "set" | "dict")):
            return _Context(is_compared=True, peers=context.peers)
        case ast.expr():
            return _Context(peers=context.peers)
    return _Context()


class Inventory:
    """The literals of a module, docstrings left out: code cannot read those."""

    def __init__(self, tree: ast.Module, *, fields: frozenset[str]) -> None:
        """Collect them. `fields` are the names of output fields: a dict with no other keys is an answer, not a table."""
        self._folder = Folder(tree)
        self._fields = fields
        self._tree = tree
        self.literals = tuple(self._walk(tree, _Context()))

    @property
    def is_complete(self) -> bool:
        """Whether all constants could be worked out; not so when that would take long."""
        return not self._folder.is_exhausted

    def pieces(self) -> Iterator[tuple[tuple[str, int], ...]]:
        """By function, and for the module, the plain text constants in their order, with their lines."""
        functions = [node for node in ast.walk(self._tree) if isinstance(node, ast.FunctionDef)]
        for scope in (self._tree, *functions):
            found = [
                (node.value, node.lineno, node.col_offset)
                for node in ast.walk(scope)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
            yield tuple((text, line) for text, line, _ in sorted(found, key=lambda item: item[1:]))

    def tables(self) -> Iterator[tuple[ast.expr, object]]:
        """Every constant dict, list and tuple with its content."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Dict | ast.List | ast.Tuple):
                try:
                    yield node, self._folder.value(node)
                except NotConstantError:
                    continue

    def _walk(self, node: ast.AST, context: _Context) -> Iterator[Literal]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.expr):
            if not isinstance(node, ast.Name) or context.is_compared:
                yield from self._record(node, context)
            if not isinstance(node, ast.Constant) and self._scalar(node) is not None:
                return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
            yield from (
                Literal(value=keyword.arg, line=node.lineno, is_compared=True)
                for keyword in node.keywords
                if keyword.arg
            )
        for child, inner in self._children(node, context):
            yield from self._walk(child, inner)

    def _record(self, node: ast.expr, context: _Context) -> Iterator[Literal]:
        try:
            value = self._folder.value(node)
        except NotConstantError:
            return
        items = [value]
        if isinstance(value, tuple | list | set | frozenset):
            made = not isinstance(node, ast.Tuple | ast.List | ast.Set)
            items = [item for item in value if _as_scalar(item) is not None] if made else []
            triple = _triple_date(list(value))
            items += [triple] if triple else []
        for item in items:
            scalar = _as_scalar(item)
            if scalar is not None:
                yield Literal(
                    value=scalar,
                    line=node.lineno,
                    is_compared=context.is_compared,
                    is_scale=context.is_scale,
                    peers=context.peers,
                )

    def _scalar(self, node: ast.expr) -> Scalar | None:
        try:
            return _as_scalar(self._folder.value(node))
        except NotConstantError:
            return None

    def _children(self, node: ast.AST, context: _Context) -> Iterator[tuple[ast.AST, _Context]]:
        match node:
            case ast.Dict(keys=keys, values=values):
                yield from self._dict_children(keys, values, context)
            case ast.List() | ast.Tuple() | ast.Set():
                peers = context.peers or tuple(self._scalars_below(node.elts))
                compared = context.is_compared or isinstance(node, ast.Set)
                for item in node.elts:
                    yield item, _Context(is_compared=compared, peers=peers)
            case ast.Compare(left=left, ops=ops, comparators=others):
                compared = any(isinstance(op, _EQUALS) for op in ops)
                for side in (left, *others):
                    yield side, _Context(is_compared=compared, peers=context.peers)
            case _:
                inner = _inner_context(node, context)
                for child in ast.iter_child_nodes(node):
                    yield child, inner

    def _dict_children(
        self, keys: Sequence[ast.expr | None], values: Sequence[ast.expr], context: _Context
    ) -> Iterator[tuple[ast.AST, _Context]]:
        is_answer = all(isinstance(key, ast.Constant) and key.value in self._fields for key in keys)
        key_peers, value_peers = context.peers, context.peers
        if not is_answer and not context.peers:
            key_peers = tuple(self._scalars_below([key for key in keys if key is not None]))
            value_peers = tuple(self._scalars_below(values))
        for key in keys:
            if key is not None and not is_answer:
                yield key, _Context(is_compared=True, peers=key_peers)
        for value in values:
            yield value, _Context(peers=value_peers)

    def _scalars_below(self, nodes: Sequence[ast.expr]) -> Iterator[Scalar]:
        for node in nodes:
            scalar = self._scalar(node)
            if scalar is not None:
                yield scalar
            elif isinstance(node, ast.Dict):
                yield from self._scalars_below(node.values)
            elif isinstance(node, ast.List | ast.Tuple | ast.Set):
                yield from self._scalars_below(node.elts)


_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)"
)


def dates_in(text: str) -> frozenset[str]:
    """The ISO dates that `text` may mean, in whatever order of day and month."""
    triples = []
    for found in _NUMERIC_DATE.finditer(text):
        parts = [int(part) for part in found.groups() if part]
        year, one, other = parts if found[1] else (parts[2], parts[0], parts[1])
        triples += [(year, one, other), (year, other, one)]
    words = tokens(text)
    months = [_MONTHS[word[:3]] for word in words if word[:3] in _MONTHS]
    numbers = [int(number) for number in re.findall(r"(?<![^\W_])\d{1,4}", text)]
    if len(numbers) <= 4:
        triples += [
            (year, month, day)
            for month in months
            for year in numbers
            if year > 31
            for day in numbers
            if day <= 31
        ]
    return frozenset(filter(None, (_iso(*triple) for triple in triples)))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _triple_date(items: list[object]) -> date | None:
    """The date that three whole numbers make, year first or last."""
    if len(items) == 3 and all(type(item) is int for item in items):
        numbers = [item for item in items if isinstance(item, int)]
        for year, month, day in (numbers, numbers[::-1]):
            if year > 1900 and (text := _iso(year, month, day)):
                return date.fromisoformat(text)
    return None


def _as_scalar(value: object) -> Scalar | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return as_number(value)
