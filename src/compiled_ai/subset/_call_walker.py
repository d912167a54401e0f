"""Follows the arguments of calls: what is given to whom, and what the functions among them will be called with."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from compiled_ai.subset.calls import SET_METHODS
from compiled_ai.subset.inference import Scope
from compiled_ai.subset.values import (
    UNKNOWN,
    Value,
    join,
    shows_address,
    shows_order,
)

CONTAINERS = frozenset(("list", "dict", "set", "deque", "Counter", "OrderedDict", "defaultdict"))
_ORDERING_METHODS = frozenset(
    ("join", "extend", "fromkeys", "from_iterable", "extendleft", "subtract", "update")
)
_TEXT_CALLS = frozenset(("str", "repr", "format"))
SET_CLASSES = frozenset(("set", "frozenset", "Set", "AbstractSet", "FrozenSet", "MutableSet"))
_CALLS_FIRST = frozenset(
    (
        "map",
        "filter",
        "starmap",
        "reduce",
        "takewhile",
        "dropwhile",
        "filterfalse",
        "partial",
        "cmp_to_key",
        "defaultdict",
    )
)
_CALLS_KEY = frozenset(("sorted", "min", "max", "groupby", "sort", "bisect", "bisect_left", "bisect_right"))


class Rules(Protocol):
    """What a walker asks and reports."""

    def walk_function(self, node: ast.FunctionDef, around: Scope) -> None: ...
    def unordered(self, node: ast.AST, what: str) -> None: ...
    def addressed(self, node: ast.AST, what: str) -> None: ...
    def refused(self, rule: str, node: ast.AST, message: str) -> None: ...
    def changes(self, node: ast.AST, value: Value) -> None: ...
    def hands_over(self, node: ast.AST, value: Value, name: str, position: int | str) -> None: ...
    def hides(self, node: ast.AST, value: Value, promised: Value, *, where: str) -> None: ...
    def returned(self, name: str, value: Value) -> None: ...
    def accepts_set(self, func: ast.expr, position: int | str, value: Value, *, has_key: bool) -> bool: ...
    def promised(self, name: str, position: int | str) -> Value: ...
    def promised_field(self, name: str, position: int | str) -> Value: ...
    def in_set_display(self, node: ast.AST) -> bool: ...
    def is_function(self, name: str) -> bool: ...
    def is_class(self, name: str) -> bool: ...
    def changes_arguments(self, name: str) -> bool: ...
    def is_called(self, node: ast.expr) -> bool: ...


class CallWalker(ast.NodeVisitor):
    """The part of a walker that looks at calls. What it finds goes to `rules`."""

    def __init__(self, rules: Rules, scope: Scope, *, function: ast.FunctionDef | None) -> None:
        self._rules = rules
        self._scope = scope
        self._function = function
        self._depth = 0

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._lambda(node, ())

    def _lambda(self, node: ast.Lambda, given: Sequence[Value]) -> None:
        """Follow the body of a lambda that is called with `given`."""
        scope = replace(self._scope, names=dict(self._scope.names))
        for argument in all_arguments(node.args):
            scope.names[argument.arg] = UNKNOWN
        for argument, default in defaulted(node.args):
            scope.names[argument.arg] = self._scope.infer(default)
        for argument, value in zip((*node.args.posonlyargs, *node.args.args), given, strict=False):
            scope.names[argument.arg] = value
        type(self)(self._rules, scope, function=None).visit(node.body)

    def _remember_held(self, base: ast.expr, value: Value) -> None:
        if isinstance(base, ast.Name) and base.id in self._scope.names and _is_worth_keeping(value):
            known = self._scope.names[base.id]
            item = known.item if known.kind == "mapping" else join((known.item, value))
            held = known.held if known.kind == "sequence" else join((known.held, value))
            self._scope.names[base.id] = replace(known, item=item, held=held)

    def _shown(self, node: ast.AST, value: Value) -> None:
        """`value` becomes text."""
        if shows_order(value):
            self._rules.unordered(node, "a set written into a text")
        if shows_address(value):
            self._rules.addressed(node, "the text of a function or iterator")

    def visit_Call(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Lambda):
            self.visit(node.func)
        followed = self._follow_functions(node)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if argument not in followed:
                self.visit(argument)
        if isinstance(node.func, ast.Attribute):
            self._method(node, node.func)
        name = self._called_name(node)
        if name == "isinstance" and len(node.args) == 2:
            self._narrow(node.args[0], node.args[1])
        has_key = any(keyword.arg == "key" for keyword in node.keywords)
        places: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
        places += [(keyword.arg or "**", keyword.value) for keyword in node.keywords]
        for position, argument in places:
            self._argument(node, position, argument, has_key=has_key)

    def _called_name(self, node: ast.Call) -> str | None:
        """The builtin, standard function or method that is called, by its own name."""
        match node.func:
            case ast.Name(id=name) if name not in self._scope.names and not self._rules.is_function(name):
                return self._scope.home_name(name)
            case ast.Attribute(attr=name):
                return name
        return None

    def _argument(self, node: ast.Call, position: int | str, argument: ast.expr, *, has_key: bool) -> None:
        starred = isinstance(argument, ast.Starred)
        value = (
            self._scope.infer(argument.value).iterated()
            if isinstance(argument, ast.Starred)
            else self._scope.infer(argument)
        )
        func = node.func
        if (
            isinstance(func, ast.Name)
            and func.id not in self._scope.names
            and self._rules.is_function(func.id)
        ):
            if not starred:
                self._rules.hands_over(node, value, func.id, position)
            promised = self._rules.promised(func.id, position)
            where = f"given to '{func.id}', whose parameter is not annotated as holding one"
            self._rules.hides(node, value, promised, where=where)
        elif isinstance(func, ast.Name) and self._rules.is_class(func.id):
            promised = self._rules.promised_field(func.id, position)
            self._rules.hides(
                node, value, promised, where=f"given to a field of '{func.id}' that is not annotated as one"
            )
        elif isinstance(func, ast.Name) and func.id in self._scope.names:
            takes = self._scope.names[func.id].takes
            promised = takes[position] if isinstance(position, int) and position < len(takes) else UNKNOWN
            self._rules.hides(node, value, promised, where=f"given to '{func.id}', of which nothing is known")
        elif isinstance(func, ast.Lambda):
            return
        elif value.is_set:
            self._set_argument(node, position, value, has_key=has_key)
        if self._called_name(node) in _TEXT_CALLS and not isinstance(func, ast.Attribute):
            self._shown(node, value)

    def _set_argument(self, node: ast.Call, position: int | str, value: Value, *, has_key: bool) -> None:
        if isinstance(node.func, ast.Attribute) and not self._is_module_call(node.func):
            base = self._scope.infer(node.func.value)
            if node.func.attr in SET_METHODS or base.is_set or node.func.attr not in _ORDERING_METHODS:
                return
        elif self._rules.accepts_set(node.func, position, value, has_key=has_key):
            return
        called = ast.unparse(node.func)
        if called == "sum":
            self._rules.refused(
                "set-order",
                node,
                "a sum over a set adds in another order in every process: use math.fsum, or sum over sorted(...)",
            )
            return
        self._rules.unordered(node, f"a set given to '{called}'" + (" with a key" if has_key else ""))

    def _is_module_call(self, func: ast.Attribute) -> bool:
        """Whether this is `module.function` rather than a method: a name that is nothing known in the scope."""
        return (
            isinstance(func.value, ast.Name)
            and func.value.id in self._scope.modules
            and func.value.id not in self._scope.names
        )

    def _narrow(self, subject: ast.expr, classes: ast.expr) -> None:
        """What a value may be that is asked whether it is a set."""
        named = {part.id for part in ast.walk(classes) if isinstance(part, ast.Name)}
        if isinstance(subject, ast.Name) and {self._scope.home_name(name) for name in named} & SET_CLASSES:
            known = self._scope.names.get(subject.id, UNKNOWN)
            self._scope.names[subject.id] = replace(known, kind="set")

    # Functions given to functions

    def _follow_functions(self, node: ast.Call) -> list[ast.expr]:
        """Follow the functions among the arguments with what they will be called with; gives those that were."""
        if isinstance(node.func, ast.Lambda):
            self._lambda(node.func, [self._scope.infer(argument) for argument in node.args])
        followed: list[ast.expr] = []
        for function, given in self._handed_functions(node):
            self._called_with(node, function, given)
            if isinstance(function, ast.Lambda):
                followed.append(function)
        return followed

    def _handed_functions(self, node: ast.Call) -> list[tuple[ast.expr, list[Value]]]:
        name = self._called_name(node)
        if isinstance(node.func, ast.Name) and self._rules.is_function(node.func.id):
            takes = [self._rules.promised(node.func.id, position).takes for position in range(len(node.args))]
            return [
                (argument, [*given])
                for argument, given in zip(node.args, takes, strict=True)
                if isinstance(argument, ast.Lambda) and given
            ]
        if name in _CALLS_FIRST and node.args:
            return [(node.args[0], self._given_by(name, node.args[1:]))]
        if name == "accumulate" and len(node.args) > 1:
            item = self._scope.infer(node.args[0]).iterated()
            return [(node.args[1], [item, item])]
        if name in _CALLS_KEY:
            source = node.func.value if isinstance(node.func, ast.Attribute) and name == "sort" else None
            source = source or (node.args[0] if node.args else None)
            item = self._scope.infer(source).iterated() if source is not None else UNKNOWN
            return [(keyword.value, [item]) for keyword in node.keywords if keyword.arg == "key"]
        return []

    def _given_by(self, name: str, sources: list[ast.expr]) -> list[Value]:
        """What `name` calls the function with that it is given first."""
        values = [self._scope.infer(source) for source in sources]
        if name == "partial":
            return values
        items = [value.iterated() for value in values]
        if name == "reduce" and items:
            return [join((items[0], *values[1:])), items[0]]
        if name == "starmap" and items:
            return list(items[0].parts)
        return items

    def _called_with(self, node: ast.Call, function: ast.expr, given: list[Value]) -> None:
        """`function` is called with `given` by the call `node`."""
        if isinstance(function, ast.Lambda):
            self._lambda(function, given)
            return
        if isinstance(function, ast.Name) and function.id in _TEXT_CALLS:
            for value in given:
                self._shown(node, value)
        for position, value in enumerate(given):
            if isinstance(function, ast.Name) and self._rules.is_function(function.id):
                promised = self._rules.promised(function.id, position)
                where = f"given to '{function.id}', whose parameter is not annotated as holding one"
                self._rules.hides(node, value, promised, where=where)
            elif value.is_set and not self._takes_set(function, position, value):
                self._rules.unordered(node, f"a set given to '{ast.unparse(function)}'")

    def _takes_set(self, function: ast.expr, position: int, value: Value) -> bool:
        if isinstance(function, ast.Attribute) and not self._is_module_call(function):
            return function.attr not in _ORDERING_METHODS
        return self._rules.accepts_set(function, position, value, has_key=False)

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        given = [self._scope.infer(argument) for argument in node.args]
        if func.attr in {"append", "appendleft", "insert", "setdefault", "add"} and given and len(given) <= 2:
            self._remember_held(func.value, given[-1])
        if func.attr in {"update", "extend", "extendleft"}:
            for value in given:
                self._remember_held(func.value, join((value.item, value.held)))
            for keyword in node.keywords:
                self._remember_held(func.value, self._scope.infer(keyword.value))
        if func.attr in {"pop", "remove"} and any(map(shows_address, given)):
            self._rules.addressed(node, "the error of a function used as a key")


def _is_worth_keeping(value: Value) -> bool:
    return value.is_set or value.item is not None or value.owner is not None or shows_address(value)


def all_arguments(node: ast.arguments) -> list[ast.arg]:
    """Every parameter, in the order of the text."""
    extra = [argument for argument in (node.vararg, node.kwarg) if argument is not None]
    return [*node.posonlyargs, *node.args, *node.kwonlyargs, *extra]


def defaulted(node: ast.arguments) -> list[tuple[ast.arg, ast.expr]]:
    """Parameters with a default value, and it."""
    positional = [*node.posonlyargs, *node.args]
    late = positional[len(positional) - len(node.defaults) :]
    named = [
        (argument, default)
        for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        if default is not None
    ]
    return [*zip(late, node.defaults, strict=True), *named]
