"""Whether an expression can only give texts that stand in the code, whatever the input."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_DEPTH: Final = 8
"""Names and calls that are followed; what lies deeper counts as not fixed."""
_ADDING: Final = frozenset(("append", "extend", "insert", "add", "update", "setdefault"))
_HARMLESS: Final = frozenset((
    "abs", "all", "any", "bool", "dict", "enumerate", "float", "frozenset", "int", "isinstance", "len", "list", "max", "min", "range", "reversed",
    "round", "set", "sorted", "str", "sum", "tuple", "zip", "abstain", "Decimal", "cast",
))  # fmt: skip
"""Functions that put nothing into what they are given."""
_GROWING: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)

_PARTS: Final[Mapping[type[ast.expr], tuple[str, ...]]] = {
    ast.IfExp: ("body", "orelse"),
    ast.BoolOp: ("values",),
    ast.BinOp: ("left", "right"),
    ast.List: ("elts",),
    ast.Tuple: ("elts",),
    ast.Set: ("elts",),
    ast.Dict: ("keys", "values"),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value",),
    ast.ListComp: ("elt",),
    ast.SetComp: ("elt",),
    ast.GeneratorExp: ("elt",),
    ast.Subscript: ("value",),
    ast.Attribute: ("value",),
    ast.Starred: ("value",),
}
"""By kind of expression, the parts that its value is made of. Which of them is chosen, as by a condition or an index, may depend on the input."""


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """What names stand for: every value that is ever put under one, or None where something unknown is."""

    values: dict[str, list[ast.expr | None]] = field(default_factory=dict)

    shared: set[str] = field(default_factory=set)
    """Names whose value another name or function has in hand, and may put something into."""

    def add(self, name: str, value: ast.expr | None) -> None:
        """Note that `name` may stand for `value`."""
        self.values.setdefault(name, []).append(value)


def module_bindings(tree: ast.Module) -> Bindings:
    """Names of the module: constants, and None for everything else."""
    found = Bindings()
    for node in tree.body:
        _bind(node, found)
    return found


def bindings_in(function: ast.FunctionDef) -> Bindings:
    """Names in `function` and in functions inside of it, their parameters as unknown."""
    found = Bindings()
    for node in ast.walk(function):
        _bind(node, found)
    return found


def _bind(node: ast.AST, found: Bindings) -> None:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _bind_target(target, value, found)
            if len(targets) > 1:
                found.shared.update(target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            _bind_target(target, value, found)
        case ast.AugAssign(target=target, value=value):
            _bind_target(target, value, found)
        case ast.For(target=target, iter=values) | ast.comprehension(target=target, iter=values):
            _bind_target(target, values, found)  # a part of what is gone through: fixed if that is
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=given, keywords=named):
            name = _base(owner)
            for argument in (*given, *(item.value for item in named)) if method in _ADDING and name else ():
                found.add(name, argument)
    found.shared.update(_handed_on(node))
    for name in _unknown_names(node):
        found.add(name, None)


def _bind_target(target: ast.expr, value: ast.expr | None, found: Bindings) -> None:
    if isinstance(target, ast.Subscript):
        found.add(_base(target), value)  # an entry put into a table
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id, value)


def _base(node: ast.expr) -> str:
    """The name at the beginning of ``name[...][...]``; empty for anything else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _can_grow(value: ast.expr | None) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="list" | "dict" | "set" | "sorted")):
            return True
    return isinstance(value, _GROWING)


def _handed_on(node: ast.AST) -> set[str]:
    """Names that `node` gives a second name, or hands to a function that may change what they hold."""
    match node:
        case ast.Assign(value=ast.Name(id=name)) | ast.AnnAssign(value=ast.Name(id=name)):
            return {name}
        case ast.Call(func=ast.Name(id=function), args=given, keywords=named) if function not in _HARMLESS:
            arguments = (*given, *(item.value for item in named))
            return {argument.id for argument in arguments if isinstance(argument, ast.Name)}
    return set()


def _unknown_names(node: ast.AST) -> Iterator[str]:
    """Names that `node` binds to something that cannot be judged."""
    match node:
        case ast.arg(arg=name) | ast.ExceptHandler(name=str() as name):
            yield name
        case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
            yield name
        case ast.MatchMapping(rest=str() as name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
        case ast.withitem(optional_vars=ast.Name(id=name)):
            yield name


class FixedTexts:
    """Judges expressions of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._module = module_bindings(tree)
        self._functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}

    def is_fixed(self, node: ast.expr | None, names: Bindings, *, depth: int = 0) -> bool:
        """Whether `node` can hold nothing but what is written in the code, where `names` are those of its function."""
        if node is None or depth > _DEPTH:
            return False
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return self._is_fixed_name(name, names, depth)
            case ast.Call():
                return self._is_fixed_call(node, names, depth)
        parts = _parts(node)
        return parts is not None and all(self.is_fixed(part, names, depth=depth + 1) for part in parts)

    def _is_fixed_name(self, name: str, names: Bindings, depth: int) -> bool:
        own = names.values.get(name, ())
        if name in names.shared and any(map(_can_grow, own)):
            return False
        values = own or self._module.values.get(name)
        return bool(values) and all(self.is_fixed(value, names, depth=depth + 1) for value in values or ())

    def _is_fixed_call(self, call: ast.Call, names: Bindings, depth: int) -> bool:
        match call.func:
            case ast.Attribute(value=table, attr="get" | "items" | "values" | "keys" | "copy"):
                defaults = call.args[1:]
                return all(self.is_fixed(part, names, depth=depth + 1) for part in (table, *defaults))
            case ast.Attribute(value=separator, attr="join"):
                return all(self.is_fixed(part, names, depth=depth + 1) for part in (separator, *call.args))
            case ast.Name(id="list" | "tuple" | "sorted" | "set" | "enumerate" | "reversed" | "dict"):
                return all(self.is_fixed(part, names, depth=depth + 1) for part in call.args)
            case ast.Name(id=name) if name in self._functions:
                return self._returns_fixed(self._functions[name], depth)
        return False

    def _returns_fixed(self, function: ast.FunctionDef, depth: int) -> bool:
        names = bindings_in(function)
        given = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        return bool(given) and all(self.is_fixed(value, names, depth=depth + 2) for value in given)


def _parts(node: ast.expr) -> list[ast.expr | None] | None:
    """What a made-up expression gives a part of; None for one that is not judged."""
    fields = _PARTS.get(type(node))
    if fields is None:
        return None
    parts: list[ast.expr | None] = []
    for name in fields:
        part = getattr(node, name)
        parts += part if isinstance(part, list) else [part]
    return parts
