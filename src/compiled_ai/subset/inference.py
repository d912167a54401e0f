"""A small inference for the subset check: which expressions are sets, integers or functions, and whose object they are.

It knows what can be seen: literals, annotations, builtins, functions of the text. What it does not know
counts as neither.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from compiled_ai.subset.calls import SET_METHODS, called_builtin, called_method
from compiled_ai.subset.text import MAX_DEPTH, depth_of
from compiled_ai.subset.values import (
    ADDRESS,
    INTEGER,
    MAX_KNOWN_FIELDS,
    UNKNOWN,
    Kind,
    Value,
    join,
    mapping_of,
    sequence_of,
    targets,
)

MAX_STEPS = 200_000
"""Expressions looked at for one text. A recorded one of 8 kB takes 2,000; nested calls of calls could take forever."""
MAX_QUOTES = 5
"""Annotations in quotes inside annotations in quotes."""

_SET_TYPES = frozenset(("set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet"))
_MAPPING_TYPES = frozenset(
    ("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "ChainMap", "Counter")
)
_SEQUENCE_TYPES = frozenset(
    ("list", "Sequence", "MutableSequence", "Iterable", "Iterator", "Collection", "deque", "List")
)
_WRAPPERS = frozenset(("Final", "Optional", "Annotated", "Required", "NotRequired", "ClassVar", "Union"))
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("int", "bool"), "int"),
    **dict.fromkeys(_SET_TYPES, "set"),
    **dict.fromkeys(_MAPPING_TYPES, "mapping"),
    **dict.fromkeys(_SEQUENCE_TYPES, "sequence"),
    **dict.fromkeys(("tuple", "Tuple"), "tuple"),
}
_CONTAINERS = frozenset(("set", "frozenset", "list", "dict", "tuple", "deque", "Counter", "OrderedDict"))
_INTEGER_ATTRIBUTES = frozenset(
    ("year", "month", "day", "hour", "minute", "second", "days", "numerator", "denominator", "start", "end")
)


@dataclass(frozen=True, kw_only=True)
class Function:
    """What is known of a function of the text."""

    node: ast.FunctionDef
    result: Value
    passes: frozenset[str] = frozenset()
    """Parameters that it may return, or something of them."""


@dataclass
class Scope:
    """Names known at one point of the text."""

    names: dict[str, Value] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    """Functions of the text."""
    classes: Mapping[str, Value] = field(default_factory=dict)
    """TypedDict and NamedTuple classes of the text."""
    modules: frozenset[str] = frozenset()
    """Names of imported modules."""
    imported: Mapping[str, str] = field(default_factory=dict)
    """What each name from an import is called at home."""
    aliases: Mapping[str, ast.expr] = field(default_factory=dict)
    """Type aliases of the text."""
    resolved: dict[str, Value] = field(default_factory=dict)
    """What each alias promises, once it was asked for."""
    steps: list[int] = field(default_factory=lambda: [0])
    """Expressions looked at so far, in all scopes of one text."""

    # Annotations

    def annotation(self, node: ast.expr | None, depth: int = 0) -> Value:
        """What an annotation promises."""
        match node:
            case ast.BinOp(left=left, right=right):
                found = join(self.annotation(side, depth) for side in (left, right) if not _is_none(side))
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found = self._type_named(name, depth)
            case ast.Subscript(value=ast.Name(id="Callable") | ast.Attribute(attr="Callable"), slice=inner):
                found = self._callable(inner, depth)
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
                items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                found = _generic(self.home_name(name), [self.annotation(item, depth) for item in items])
            case ast.Constant(value=str(text)) if depth < MAX_QUOTES:
                found = self._quoted(text, depth)
            case _:
                found = UNKNOWN
        return found

    def _type_named(self, name: str, depth: int) -> Value:
        if name in self.classes:
            return self.classes[name]
        return self._alias(name, depth) if name in self.aliases else _generic(self.home_name(name), [])

    def _callable(self, node: ast.expr, depth: int) -> Value:
        match node:
            case ast.Tuple(elts=[ast.List(elts=arguments), result]):
                takes = tuple(self.annotation(argument, depth) for argument in arguments)
                return Value(address=True, takes=takes, result=self.annotation(result, depth))
        return ADDRESS

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

    # Expressions

    def infer(self, node: ast.expr) -> Value:
        """What is known of the expression `node`.

        Raises:
            RecursionError: the text has asked too often, which written code does not.
        """
        self.steps[0] += 1
        if self.steps[0] > MAX_STEPS:
            raise RecursionError
        match node:
            case ast.Call():
                found = self._call(node)
            case ast.Set() | ast.List() | ast.Tuple() | ast.Dict():
                found = self._display(node)
            case ast.SetComp() | ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
                found = self._comprehended(node)
            case ast.Subscript() | ast.Attribute():
                found = self._part(node)
            case ast.Name(id=name):
                found = self._name(name)
            case ast.Lambda():
                found = Value(address=True, result=self.called_lambda(node, []))
            case _:
                found = self._compound(node)
        return found

    def _name(self, name: str) -> Value:
        if name in self.names:
            return self.names[name]
        if name in self.functions:
            return Value(address=True, result=self.functions[name].result)
        if name in self.classes:
            return Value(result=self.classes[name])
        home = self.home_name(name)
        return Value(result=called_builtin(home, [])) if home in _CONTAINERS else UNKNOWN

    def _display(self, node: ast.Set | ast.List | ast.Tuple | ast.Dict) -> Value:
        if isinstance(node, ast.Dict):
            spread = [
                self.infer(value) for key, value in zip(node.keys, node.values, strict=True) if key is None
            ]
            keys = [self.infer(key) for key in node.keys if key is not None]
            held = map(self._dict_value, node.keys, node.values)
            return mapping_of(join([*keys, *(value.item for value in spread)]), join(held))
        parts = tuple(map(self._element, node.elts))
        if isinstance(node, ast.Tuple) and not any(isinstance(item, ast.Starred) for item in node.elts):
            owners = (part.owner or part.inner for part in parts)
            return Value(kind="tuple", parts=parts, inner=next(filter(None, owners), None))
        return sequence_of(join(parts), kind="set" if isinstance(node, ast.Set) else "sequence")

    def _element(self, node: ast.expr) -> Value:
        return self.infer(node.value).iterated() if isinstance(node, ast.Starred) else self.infer(node)

    def _dict_value(self, key: ast.expr | None, value: ast.expr) -> Value:
        found = self.infer(value)
        return found if key is not None else found.subscripted()

    def _comprehended(self, node: ast.SetComp | ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Value:
        inside = replace(self, names=dict(self.names))
        unordered = False
        for generator in node.generators:
            source = inside.infer(generator.iter)
            unordered = unordered or source.is_set
            inside.names.update(targets(generator.target, source.iterated()))
        if isinstance(node, ast.DictComp):
            return mapping_of(inside.infer(node.key), inside.infer(node.value))
        is_lazy = isinstance(node, ast.GeneratorExp)
        is_set = (unordered and is_lazy) or isinstance(node, ast.SetComp)
        return replace(
            sequence_of(inside.infer(node.elt), kind="set" if is_set else "sequence"), address=is_lazy
        )

    def _part(self, node: ast.Subscript | ast.Attribute) -> Value:
        base = self.infer(node.value)
        if isinstance(node, ast.Attribute):
            return self._attribute(base, node.attr)
        if isinstance(node.slice, ast.Slice):
            return base.copied()
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(index, str) and (found := base.field_named(index)) is not None:
            return found
        if base.kind == "tuple" and isinstance(index, int) and index < len(base.parts):
            return base.inside(base.parts[index])
        return base.subscripted()

    def _attribute(self, base: Value, name: str) -> Value:
        known = base.field_named(name)
        if known is None:
            known = join(found for owner in self.classes.values() if (found := owner.field_named(name)))
        if known.is_known:
            return base.inside(known)
        if name in _INTEGER_ATTRIBUTES:
            return Value(kind="int", result=INTEGER)
        return base.inside(None)

    def _compound(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=int()) | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return INTEGER
            case ast.BinOp(left=left, op=operator, right=right):
                return _operation(self.infer(left), operator, self.infer(right))
            case ast.IfExp(body=body, orelse=other):
                return join((self.infer(body), self.infer(other)))
            case ast.BoolOp(values=values):
                return join(map(self.infer, values))
            case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.UnaryOp(operand=value):
                return self.infer(value)
        return UNKNOWN

    # Calls

    def home_name(self, name: str) -> str:
        """`name` without the renaming of an import."""
        return self.imported.get(name, name)

    def _argument(self, node: ast.expr) -> Value:
        """An argument. A lambda is followed where it is called, once, so that nesting stays cheap."""
        return ADDRESS if isinstance(node, ast.Lambda) else self._element(node)

    def _call(self, node: ast.Call) -> Value:
        args = list(map(self._argument, node.args))
        keywords = {keyword.arg: self._argument(keyword.value) for keyword in node.keywords if keyword.arg}
        match node.func:
            case ast.Name(id=name):
                found = self._called_simply(name, node, args, keywords)
            case ast.Lambda() as function:
                found = self.called_lambda(function, args)
            case ast.Attribute(value=base, attr=name):
                found = self._called_attribute(base, name, node, args, keywords)
            case _:
                found = self.infer(node.func).result or UNKNOWN
        return found

    def _called_simply(
        self, name: str, node: ast.Call, args: list[Value], keywords: dict[str, Value]
    ) -> Value:
        if name in self.names:
            return self.names[name].result or UNKNOWN
        if name in self.functions:
            return self._called_function(self.functions[name], args, keywords)
        if name in self.classes:
            return replace(self.classes[name], inner=_owner_of([*args, *keywords.values()]))
        return self._called_name(self.home_name(name), node, args, keywords)

    def _called_attribute(
        self, base: ast.expr, name: str, node: ast.Call, args: list[Value], keywords: dict[str, Value]
    ) -> Value:
        if isinstance(base, ast.Name) and base.id not in self.names:
            if base.id in self.modules:
                return self._called_name(name, node, args, keywords)
            if base.id in _CONTAINERS and args and name not in {"fromkeys", *SET_METHODS}:
                return called_method(args[0], name, args[1:])
        known = self.infer(base)
        index = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if name in {"get", "pop", "setdefault"} and isinstance(index, str):
            found = known.field_named(index)
            if found is not None:
                return join((found, *args[1:]))
        return called_method(known, name, args)

    def _called_name(self, name: str, node: ast.Call, args: list[Value], keywords: dict[str, Value]) -> Value:
        if name in {"map", "starmap", "filter", "reduce", "accumulate"} and len(node.args) > 1:
            return self._higher_order(name, node.args, args)
        if name == "partial" and node.args:
            return replace(ADDRESS, result=self.result_of(node.args[0], args[1:]))
        if name == "defaultdict" and node.args:
            return mapping_of(UNKNOWN, self.result_of(node.args[0], []))
        return called_builtin(name, args, keywords)

    def _higher_order(self, name: str, nodes: list[ast.expr], args: list[Value]) -> Value:
        """Result of a call that calls one of its arguments."""
        function, source = (nodes[1], args[0]) if name == "accumulate" else (nodes[0], args[1])
        item = source.iterated()
        if name == "filter":
            return replace(
                source, parts=(), owner=None, kind="set" if source.is_set else "sequence", address=True
            )
        if name == "reduce":
            start = join((item, *args[2:]))
            return join((start, self.result_of(function, [start, item])))
        given = list(item.parts) if name == "starmap" else [arg.iterated() for arg in args[1:]]
        made = self.result_of(function, [item, item] if name == "accumulate" else given)
        is_set = any(arg.is_set for arg in args)
        return replace(sequence_of(made, kind="set" if is_set else "sequence"), address=True)

    def result_of(self, function: ast.expr, args: list[Value]) -> Value:
        """What calling the expression `function` with `args` gives."""
        match function:
            case ast.Lambda():
                found = self.called_lambda(function, args)
            case ast.Name(id=name) if name in self.names:
                found = self.names[name].result or UNKNOWN
            case ast.Name(id=name) if name in self.functions:
                found = self._called_function(self.functions[name], args, {})
            case ast.Name(id=name):
                found = self.classes.get(name) or called_builtin(self.home_name(name), args)
            case ast.Attribute(value=ast.Name(id=base), attr=name) if base in _CONTAINERS and args:
                found = called_method(args[0], name, args[1:])
            case ast.Attribute(value=base, attr=name):
                found = called_method(self.infer(base), name, args)
            case _:
                found = self.infer(function).result or UNKNOWN
        return found

    def called_lambda(self, node: ast.Lambda, args: list[Value]) -> Value:
        """What a lambda gives for `args`."""
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        given = dict(zip(names, args, strict=False))
        inside = replace(self, names={**self.names, **dict.fromkeys(names, UNKNOWN), **given})
        return inside.infer(node.body)

    def _called_function(self, function: Function, args: list[Value], keywords: dict[str, Value]) -> Value:
        """Result of a function of the text: what it promises, and whose object it hands on."""
        if not function.passes:
            return function.result
        names = [argument.arg for argument in (*function.node.args.posonlyargs, *function.node.args.args)]
        given = {**dict(zip(names, args, strict=False)), **keywords}
        handed = [given[name] for name in sorted(function.passes) if name in given]
        owner = next(filter(None, (value.owner or value.inner for value in handed)), None)
        result = function.result
        return replace(result, owner=result.owner or owner, inner=result.inner or owner)


def _owner_of(values: list[Value]) -> str | None:
    return next(filter(None, (value.owner or value.inner for value in values)), None)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _operation(left: Value, operator: ast.operator, right: Value) -> Value:
    is_set_operator = isinstance(operator, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor)
    if is_set_operator and ({left.kind, right.kind} & {"set", "view"}):
        return replace(join((left, right)), kind="set", owner=None)
    if isinstance(operator, ast.Div | ast.Pow) and left.kind == right.kind == "int":
        return UNKNOWN
    if isinstance(operator, ast.Mult) and "int" in {left.kind, right.kind} and left.kind != right.kind:
        return (right if left.kind == "int" else left).copied()
    if isinstance(operator, ast.Mod) and left.kind != "int":
        return UNKNOWN
    return join((left, right)).copied()


def _generic(name: str, args: list[Value]) -> Value:
    first = args[0] if args else None
    kind = _KINDS.get(name)
    if kind == "mapping":
        counted = INTEGER if name == "Counter" else None
        return Value(kind="mapping", item=first, held=args[1] if len(args) > 1 else counted)
    if kind == "tuple":
        return Value(kind="tuple", parts=tuple(args))
    if kind is not None:
        return Value(kind=kind, item=first, address=name == "Iterator")
    if name == "Callable":
        return ADDRESS
    return join(args) if name in _WRAPPERS else UNKNOWN


def class_values(tree: ast.Module, scope: Scope) -> dict[str, Value]:
    """What is known of the TypedDict and NamedTuple classes of the text. Of classes in fields only the kind is kept."""
    found: dict[str, Value] = {}
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name, bases=[ast.Name(id=base)], body=body):
                fields = {
                    item.target.id: replace(
                        join(
                            (
                                scope.annotation(item.annotation),
                                scope.infer(item.value) if item.value else None,
                            )
                        ),
                        named=(),
                    )
                    for item in body
                    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
                }
                inherited = dict(found[base].named) if base in found else {}
                kind: Kind = (
                    found[base].kind if base in found else "mapping" if base == "TypedDict" else "other"
                )
                found[name] = _class_value({**inherited, **fields}, kind)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="TypedDict"), args=[_, ast.Dict(keys=keys, values=values)]),
            ):
                fields = {
                    str(key.value): replace(scope.annotation(value), named=())
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant)
                }
                found[name] = _class_value(fields, "mapping")
        scope.classes = found
    return found


def _class_value(fields: dict[str, Value], kind: Kind) -> Value:
    kept = [(name, value) for name, value in fields.items() if value.is_known]
    return Value(kind=kind, named=tuple(kept[:MAX_KNOWN_FIELDS]))
