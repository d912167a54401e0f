"""A small inference for the subset check: which expressions are sets, and whose object a value is part of.

It knows what can be seen: literals, annotations, builtins, functions of the text. What it does not know
counts as neither a set nor owned.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from compiled_ai.subset.text import MAX_DEPTH, depth_of

MAX_KNOWN_DEPTH = 5
MAX_KNOWN_PARTS = 8
MAX_QUOTES = 5
"""Annotations in quotes inside annotations in quotes."""

Kind = Literal["other", "set", "sequence", "mapping", "view", "tuple"]


@dataclass(frozen=True)
class Value:
    """What is known of an expression."""

    kind: Kind = "other"
    """``set`` also stands for anything that yields a set's items in its order, such as ``map(f, a_set)``."""
    item: Value | None = None
    """What iteration yields."""
    held: Value | None = None
    """What a mapping holds by key."""
    parts: tuple[Value, ...] = ()
    """Items of a tuple, one by one."""
    owner: str | None = None
    """The module constant or parameter whose object this is."""
    inner: str | None = None
    """The module constant or parameter that the things inside belong to."""

    depth: int = field(default=0, compare=False)
    """How deep knowledge nests. It is cut off, so that no text can make the check slow."""

    def __post_init__(self) -> None:
        children = [child for child in (self.item, self.held, *self.parts) if child is not None]
        depth = 1 + max((child.depth for child in children), default=0)
        if depth > MAX_KNOWN_DEPTH or len(self.parts) > MAX_KNOWN_PARTS:
            for name, nothing in (("item", None), ("held", None), ("parts", ())):
                object.__setattr__(self, name, nothing)
            depth = 1
        object.__setattr__(self, "depth", depth)

    @property
    def is_set(self) -> bool:
        """Whether its order changes from process to process."""
        return self.kind == "set"

    def iterated(self) -> Value:
        """What one step of iteration yields."""
        found = self.item if self.item is not None else join(self.parts)
        return self.inside(found)

    def subscripted(self) -> Value:
        """What ``value[key]`` or ``value.get(key)`` yields."""
        return self.inside(
            self.held if self.kind == "mapping" else self.item if self.item is not None else join(self.parts)
        )

    def copied(self) -> Value:
        """A shallow copy: a new object that holds the old ones."""
        return replace(self, owner=None)

    def owned(self, owner: str | None) -> Value:
        """The same with everything in it belonging to `owner`."""
        return replace(self, owner=owner, inner=owner)

    def inside(self, found: Value | None) -> Value:
        """`found`, a thing in this value, with its owner."""
        found = found or UNKNOWN
        return found if self.inner is None else found.owned(self.inner)


UNKNOWN = Value()


def join(values: Iterable[Value | None]) -> Value:
    """What is known of a value that is one of `values`: a set if any of them is one."""
    result = UNKNOWN
    for value in values:
        if value is None or value == result:
            continue
        kind = value.kind if value.is_set or result.kind == "other" else result.kind
        same = result.kind == value.kind == "tuple" and len(result.parts) == len(value.parts)
        result = Value(
            kind=kind,
            item=_join_two(result.item, value.item),
            held=_join_two(result.held, value.held),
            parts=tuple(map(_join_two_known, result.parts, value.parts))
            if same
            else result.parts or value.parts,
            owner=result.owner or value.owner,
            inner=result.inner or value.inner,
        )
    return result


def _join_two(left: Value | None, right: Value | None) -> Value | None:
    return left if right is None else right if left is None else join((left, right))


def _join_two_known(left: Value, right: Value) -> Value:
    return join((left, right))


def sequence_of(item: Value, *, kind: Kind = "sequence") -> Value:
    """A value that yields `item`."""
    return Value(kind=kind, item=replace(item, owner=None), inner=item.owner or item.inner)


def targets(target: ast.expr, value: Value) -> dict[str, Value]:
    """What each name of an assignment's target is given."""
    match target:
        case ast.Name(id=name):
            return {name: value}
        case ast.Starred(value=inner):
            return targets(inner, Value(kind="sequence", item=value, inner=value.inner))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            exact = value.kind == "tuple" and len(value.parts) == len(items)
            found: dict[str, Value] = {}
            for position, item in enumerate(items):
                found.update(
                    targets(item, value.inside(value.parts[position]) if exact else value.iterated())
                )
            return found
    return {}


_SET_TYPES = frozenset(("set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet"))
_MAPPING_TYPES = frozenset(
    ("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "ChainMap", "Counter")
)
_SEQUENCE_TYPES = frozenset(
    ("list", "Sequence", "MutableSequence", "Iterable", "Iterator", "Collection", "deque", "List")
)
_WRAPPERS = frozenset(("Final", "Optional", "Annotated", "Required", "NotRequired", "ClassVar", "Union"))
SET_METHODS = frozenset(("union", "intersection", "difference", "symmetric_difference"))


@dataclass
class Scope:
    """Names known at one point of the text."""

    names: dict[str, Value] = field(default_factory=dict)
    returns: Mapping[str, Value] = field(default_factory=dict)
    """Result of each function of the text, by name."""
    fields: Mapping[str, Value] = field(default_factory=dict)
    """Fields of the NamedTuple classes of the text."""
    modules: frozenset[str] = frozenset()
    """Names of imported modules."""
    aliases: Mapping[str, ast.expr] = field(default_factory=dict)
    """Type aliases of the text."""
    resolved: dict[str, Value] = field(default_factory=dict)
    """What each alias promises, once it was asked for."""

    def annotation(self, node: ast.expr | None, depth: int = 0) -> Value:
        """What an annotation promises."""
        match node:
            case ast.BinOp(left=left, right=right):
                return join((self.annotation(left, depth), self.annotation(right, depth)))
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._alias(name, depth) if name in self.aliases else _generic(name, [])
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
                items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return _generic(name, [self.annotation(item, depth) for item in items])
            case ast.Constant(value=str(text)) if depth < MAX_QUOTES:
                return self._quoted(text, depth)
        return UNKNOWN

    def _alias(self, name: str, depth: int) -> Value:
        if name not in self.resolved:
            self.resolved[name] = UNKNOWN  # what an alias is while it is defined through itself
            self.resolved[name] = self.annotation(self.aliases[name], depth)
        return self.resolved[name]

    def _quoted(self, text: str, depth: int) -> Value:
        try:
            inner = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return UNKNOWN
        return self.annotation(inner, depth + 1) if depth_of(inner) <= MAX_DEPTH else UNKNOWN

    def infer(self, node: ast.expr) -> Value:
        """What is known of the expression `node`."""
        match node:
            case ast.Call():
                return self._call(node)
            case ast.Set() | ast.List() | ast.Tuple() | ast.Dict():
                return self._display(node)
            case ast.SetComp() | ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehended(node)
            case ast.Subscript() | ast.Attribute():
                return self._part(node)
            case _:
                return self._compound(node)

    def _display(self, node: ast.Set | ast.List | ast.Tuple | ast.Dict) -> Value:
        if isinstance(node, ast.Dict):
            key = join(self.infer(key) for key in node.keys if key is not None)
            return _mapping(key, join(map(self._dict_value, node.keys, node.values)))
        parts = tuple(map(self.infer, node.elts))
        if isinstance(node, ast.Tuple):
            owners = (part.owner or part.inner for part in parts)
            return Value(kind="tuple", parts=parts, inner=next(filter(None, owners), None))
        return sequence_of(join(parts), kind="set" if isinstance(node, ast.Set) else "sequence")

    def _dict_value(self, key: ast.expr | None, value: ast.expr) -> Value:
        found = self.infer(value)
        return found if key is not None else found.held or UNKNOWN

    def _comprehended(self, node: ast.SetComp | ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Value:
        inside = replace(self, names=dict(self.names))
        unordered = False
        for generator in node.generators:
            source = inside.infer(generator.iter)
            unordered = unordered or source.is_set
            inside.names.update(targets(generator.target, source.iterated()))
        if isinstance(node, ast.DictComp):
            return _mapping(inside.infer(node.key), inside.infer(node.value))
        lazy_set = unordered and isinstance(node, ast.GeneratorExp)
        is_set = lazy_set or isinstance(node, ast.SetComp)
        return sequence_of(inside.infer(node.elt), kind="set" if is_set else "sequence")

    def _part(self, node: ast.Subscript | ast.Attribute) -> Value:
        base = self.infer(node.value)
        if isinstance(node, ast.Attribute):
            return base.inside(self.fields.get(node.attr))
        if isinstance(node.slice, ast.Slice):
            return base.copied()
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if base.kind == "tuple" and isinstance(index, int) and index < len(base.parts):
            return base.inside(base.parts[index])
        return base.subscripted()

    def _compound(self, node: ast.expr) -> Value:
        match node:
            case ast.Name(id=name):
                return self.names.get(name, UNKNOWN)
            case ast.BinOp(left=left, op=operator, right=right):
                return _operation(self.infer(left), operator, self.infer(right))
            case ast.IfExp(body=body, orelse=other):
                return join((self.infer(body), self.infer(other)))
            case ast.BoolOp(values=values):
                return join(map(self.infer, values))
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.infer(value)
        return UNKNOWN

    def _call(self, node: ast.Call) -> Value:
        args = [self.infer(arg) for arg in node.args]
        match node.func:
            case ast.Name(id=name) if name in self.returns:
                return self.returns[name]
            case ast.Name(id=name):
                return _container_call(name, args, node) or _iterator_call(name, args)
            case ast.Attribute(value=base, attr=name):
                known = self.infer(base)
                if known == UNKNOWN and isinstance(base, ast.Name) and base.id in self.modules:
                    return _container_call(name, args, node) or _iterator_call(name, args)
                return _method_call(known, name, args)
        return UNKNOWN


def _operation(left: Value, operator: ast.operator, right: Value) -> Value:
    is_set_operator = isinstance(operator, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor)
    if is_set_operator and ({left.kind, right.kind} & {"set", "view"}):
        return replace(join((left, right)), kind="set", owner=None)
    return join((left, right)).copied()


def _container_call(name: str, args: list[Value], node: ast.Call) -> Value | None:
    """Result of a call that makes a container; None if `name` is no such call."""
    first = args[0] if args else UNKNOWN
    match name:
        case "set" | "frozenset":
            return Value(kind="set", item=first.iterated(), inner=first.inner)
        case "list" | "tuple" | "sorted" | "reversed" | "deque" | "chain" | "iter":
            return replace(sequence_of(join(arg.iterated() for arg in args)), inner=first.inner)
        case "dict" | "OrderedDict" | "Counter":
            return (
                replace(first.copied(), kind="mapping") if first.kind == "mapping" else Value(kind="mapping")
            )
        case "defaultdict":
            made = node.args[0] if node.args else None
            return _mapping(UNKNOWN, _generic(made.id, []) if isinstance(made, ast.Name) else UNKNOWN)
    return None


def _iterator_call(name: str, args: list[Value]) -> Value:
    """Result of a call that hands on or picks from what it is given."""
    first = args[0] if args else UNKNOWN
    match name:
        case "filter" if len(args) == 2:
            kind: Kind = "set" if args[1].is_set else "sequence"
            return Value(kind=kind, item=args[1].iterated(), inner=args[1].inner)
        case "map":
            return Value(kind="set" if any(arg.is_set for arg in args[1:]) else "sequence")
        case "enumerate" | "zip":
            counted = (UNKNOWN,) if name == "enumerate" else ()
            inner = next((arg.inner for arg in args if arg.inner), None)
            pair = Value(kind="tuple", parts=(*counted, *(arg.iterated() for arg in args)), inner=inner)
            return Value(kind="sequence", item=pair, inner=inner)
        case "next" | "min" | "max":
            return join([first.iterated(), *args[1:]])
        case "cast" if len(args) == 2:
            return args[1]
    return UNKNOWN


def _method_call(base: Value, name: str, args: list[Value]) -> Value:
    """Result of a method, as far as it depends on what the object holds."""
    if name in SET_METHODS:
        return replace(join((base, *args)), kind="set", owner=None)
    if name == "copy":
        return base.copied()
    if name in {"get", "pop", "setdefault"} and base.kind == "mapping":
        return join((base.subscripted(), *args[1:]))
    if name in {"get", "setdefault"} and base.inner is not None:
        return UNKNOWN.owned(base.inner)
    if name in {"pop", "popleft"}:
        return base.iterated()
    return _view(base, name)


def _view(base: Value, name: str) -> Value:
    match name:
        case "values":
            return Value(kind="sequence", item=base.held, inner=base.inner)
        case "items":
            pair = Value(kind="tuple", parts=(base.item or UNKNOWN, base.held or UNKNOWN), inner=base.inner)
            return Value(kind="view", item=pair, inner=base.inner)
        case "keys":
            return Value(kind="view", item=base.item, inner=base.inner)
    return UNKNOWN


def _mapping(key: Value, held: Value) -> Value:
    return Value(kind="mapping", item=key, held=replace(held, owner=None), inner=held.owner or held.inner)


def _generic(name: str, args: list[Value]) -> Value:
    first = args[0] if args else None
    if name in _SET_TYPES:
        return Value(kind="set", item=first)
    if name in _MAPPING_TYPES:
        return Value(kind="mapping", item=first, held=args[1] if len(args) > 1 else None)
    if name in _SEQUENCE_TYPES:
        return Value(kind="sequence", item=first)
    if name in {"tuple", "Tuple"}:
        return Value(kind="tuple", parts=tuple(args))
    return join(args) if name in _WRAPPERS else UNKNOWN
