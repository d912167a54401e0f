"""Expressions without input, by their value: what a text that is put together from pieces comes to, without running the code."""

from __future__ import annotations

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

MAX_TEXT = 20_000
_MAX_ITEMS = 4_000
_MAX_STEPS = 250_000
"""For a whole module. Honest tables in 100,000 bytes of code take half of that."""
_MAX_STEPS_AT_ONCE = 40_000
_PLAIN_FORMAT = re.compile(r"(?:[^{}]|\{\{|\}\}|\{\w*(?::0?\d)?\})*")
_CONTAINERS = (list, tuple, dict, set, frozenset)
_MAX_DEPTH = 60
_MAX_INT = 10**40

_TEXT_METHODS = frozenset(
    (
        "capitalize", "casefold", "format", "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
        "replace", "rpartition", "rsplit", "rstrip", "split", "splitlines", "strip", "swapcase", "title", "upper",
    )
)  # fmt: skip
_DATE_METHODS = frozenset(("isoformat", "strftime", "date", "toordinal"))
_MAKERS = frozenset(("fromisoformat", "fromordinal"))


class NotConstantError(Exception):
    """The expression depends on the input, or on something that is not followed."""


def _whole(value: Any, *base: int) -> int:
    if isinstance(value, Decimal) and value.adjusted() > 40:
        raise NotConstantError  # an exponent makes billions of digits
    return int(value, *base)


def _range(*ends: int) -> list[int]:
    numbers = range(*ends)
    if len(numbers) > _MAX_ITEMS:
        raise NotConstantError
    return list(numbers)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "str": str, "int": _whole, "float": float, "chr": chr, "ord": ord, "len": len, "sum": sum, "abs": abs, "min": min, "max": max,
    "list": list, "tuple": tuple, "sorted": sorted, "reversed": lambda items: list(reversed(items)), "set": set, "frozenset": frozenset,
    "dict": dict, "range": _range, "zip": lambda *items: list(zip(*items, strict=False)), "enumerate": lambda items: list(enumerate(items)),
    "Decimal": Decimal, "date": date, "datetime": datetime, "timedelta": timedelta,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip


_FAILURES = (
    NotConstantError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, DecimalException, UnicodeError, RecursionError,
)  # fmt: skip


class Folder:
    """Finds the values of expressions. A name that is bound once in the whole text, to a constant, counts as one."""

    def __init__(self, tree: ast.Module) -> None:
        self._bound = _bound_once(tree)
        self._busy: set[str] = set()
        self._known: dict[int, tuple[bool, Any]] = {}
        self._steps = 0
        self._stop_at = 0
        self._weights: dict[int, tuple[Any, int]] = {}
        """By id, with the value, so that the id stays its own."""

    @property
    def is_exhausted(self) -> bool:
        """Whether so much was worked out that the rest was left alone."""
        return self._steps >= _MAX_STEPS

    def value(self, node: ast.expr) -> Any:
        """The value of `node`.

        Raises:
            NotConstantError: it has none that can be told without running the code.
        """
        known = self._known.get(id(node))
        if known is None:
            self._stop_at = self._steps + _MAX_STEPS_AT_ONCE
            try:
                known = (True, self._fold(node, {}, 0))
            except _FAILURES:
                known = (False, None)
            self._known[id(node)] = known
        if not known[0]:
            raise NotConstantError
        return known[1]

    def _fold(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps >= min(self._stop_at, _MAX_STEPS):
            raise NotConstantError
        value = self._dispatch(node, scope, depth + 1)
        if isinstance(value, str | bytes) and len(value) > MAX_TEXT:
            raise NotConstantError
        if self._weight(value) > _MAX_ITEMS:
            raise NotConstantError
        if isinstance(value, int) and abs(value) > _MAX_INT:
            raise NotConstantError
        return value

    def _weight(self, value: Any) -> int:
        """How many scalars `value` holds, those that it holds by way of the same list again and again counted each time."""
        if not isinstance(value, _CONTAINERS):
            return 1
        known = self._weights.get(id(value))
        if known is None:
            items = [*value, *value.values()] if isinstance(value, dict) else value
            known = value, len(value) + sum(self._weight(item) for item in items)
            self._weights[id(value)] = known
        return known[1]

    def _dispatch(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        def fold(item: ast.expr) -> Any:
            return self._fold(item, scope, depth)

        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return scope[name] if name in scope else self._named(name, depth)
            case ast.Call():
                return self._call(node, scope, depth)
            case ast.GeneratorExp() | ast.ListComp():
                return list(self._comprehend(node, scope, depth))
            case ast.BinOp() | ast.UnaryOp() | ast.Subscript():
                return _operation(node, fold)
        return _display(node, fold)

    def _named(self, name: str, depth: int) -> Any:
        if name not in self._bound or name in self._busy:
            raise NotConstantError
        self._busy.add(name)
        try:
            return self._fold(self._bound[name], {}, depth)
        finally:
            self._busy.discard(name)

    def _call(self, node: ast.Call, scope: Mapping[str, Any], depth: int) -> Any:
        if any(keyword.arg is None for keyword in node.keywords):
            raise NotConstantError
        target = node.func
        if isinstance(target, ast.Name) and target.id == "map" and len(node.args) == 2:
            function = _FUNCTIONS[getattr(node.args[0], "id", "")]
            return [function(item) for item in self._fold(node.args[1], scope, depth)]
        arguments = [self._fold(item, scope, depth) for item in node.args]
        keywords = {
            keyword.arg: self._fold(keyword.value, scope, depth) for keyword in node.keywords if keyword.arg
        }
        if isinstance(target, ast.Name):
            return _FUNCTIONS[target.id](*arguments, **keywords)
        if not isinstance(target, ast.Attribute):
            raise NotConstantError
        if isinstance(target.value, ast.Name) and target.attr in _MAKERS:
            return getattr({"date": date, "datetime": datetime}[target.value.id], target.attr)(*arguments)
        return _method(self._fold(target.value, scope, depth), target.attr)(*arguments, **keywords)

    def _comprehend(
        self, node: ast.GeneratorExp | ast.ListComp, scope: Mapping[str, Any], depth: int
    ) -> Iterator[Any]:
        if len(node.generators) != 1 or node.generators[0].ifs:
            raise NotConstantError
        clause = node.generators[0]
        for item in self._fold(clause.iter, scope, depth):
            yield self._fold(node.elt, {**scope, **_bind(clause.target, item)}, depth)


def _bound_once(tree: ast.Module) -> dict[str, ast.expr]:
    """What each name is bound to that is bound exactly once."""
    counts: Counter[str] = Counter()
    values: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                counts[name] += 1
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                values[name] = value
    return {name: value for name, value in values.items() if counts[name] == 1}


def _operation(node: ast.BinOp | ast.UnaryOp | ast.Subscript, fold: Callable[[ast.expr], Any]) -> Any:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _operate(type(op), fold(left), fold(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -fold(operand)
        case ast.Subscript(value=value, slice=index):
            return fold(value)[_slice(index, fold)]
    raise NotConstantError


def _display(node: ast.expr, fold: Callable[[ast.expr], Any]) -> Any:
    match node:
        case ast.JoinedStr(values=values):
            return "".join(str(fold(value)) for value in values)
        case ast.FormattedValue(value=value, format_spec=None):
            return fold(value)
        case ast.List(elts=items):
            return [fold(item) for item in items]
        case ast.Tuple(elts=items):
            return tuple(fold(item) for item in items)
        case ast.Set(elts=items):
            return {fold(item) for item in items}
        case ast.Dict(keys=keys, values=items) if None not in keys:
            return {fold(key): fold(item) for key, item in zip(keys, items, strict=True) if key is not None}
    raise NotConstantError


def _operate(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """`left` and `right` joined; a repetition that would grow long is refused before it is made."""
    if kind is ast.Mult:
        for one, other in ((left, right), (right, left)):
            if isinstance(one, str | bytes | list | tuple) and len(one) * int(other) > _MAX_ITEMS:
                raise NotConstantError
    if kind is ast.Mod and isinstance(left, str) and re.search(r"%[^sd%]", left):
        raise NotConstantError  # a width may be huge
    return _OPERATORS[kind](left, right)


def _method(owner: Any, name: str) -> Callable[..., Any]:
    if isinstance(owner, str) and name in _TEXT_METHODS:
        if name == "format" and not _PLAIN_FORMAT.fullmatch(owner):
            raise NotConstantError  # a width may be huge, an attribute anything
        if name == "join":
            return lambda items: owner.join(_in_order(items))
        method: Callable[..., Any] = getattr(owner, name)
        return method
    if isinstance(owner, date) and name in _DATE_METHODS:
        return getattr(owner, name)  # type: ignore[no-any-return]  # a method of date
    if isinstance(owner, list | tuple) and name in {"index", "count"}:
        return getattr(owner, name)  # type: ignore[no-any-return]  # a method of a sequence
    if isinstance(owner, dict) and name in {"values", "keys", "items"}:
        return lambda: list(getattr(owner, name)())
    raise NotConstantError


def _in_order(items: Any) -> Any:
    if isinstance(items, set | frozenset):
        raise NotConstantError
    return items


def _slice(index: ast.expr, fold: Callable[[ast.expr], Any]) -> Any:
    if isinstance(index, ast.Slice):
        return slice(
            *(None if part is None else fold(part) for part in (index.lower, index.upper, index.step))
        )
    return fold(index)


def _bind(target: ast.expr, item: Any) -> dict[str, Any]:
    if isinstance(target, ast.Name):
        return {target.id: item}
    if isinstance(target, ast.Tuple) and len(target.elts) == len(item):
        bound: dict[str, Any] = {}
        for part, value in zip(target.elts, item, strict=True):
            bound |= _bind(part, value)
        return bound
    raise NotConstantError
