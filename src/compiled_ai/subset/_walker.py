"""Walks one scope in the order of the text, keeping what is known of its names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from compiled_ai.subset.calls import SET_METHODS
from compiled_ai.subset.inference import Scope
from compiled_ai.subset.tables import MUTATORS
from compiled_ai.subset.values import (
    UNKNOWN,
    Value,
    join,
    part_at,
    shows_address,
    shows_order,
    targets,
)

_CONTAINERS = frozenset(("list", "dict", "set", "deque", "Counter", "OrderedDict", "defaultdict"))
_ORDERING_METHODS = frozenset(
    ("join", "extend", "fromkeys", "from_iterable", "extendleft", "subtract", "update")
)
_TEXT_CALLS = frozenset(("str", "repr", "format"))
_SET_CLASSES = frozenset(("set", "frozenset", "Set", "AbstractSet", "FrozenSet", "MutableSet"))
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


class Walker(ast.NodeVisitor):
    """Walks one scope. What it finds goes to `rules`."""

    def __init__(self, rules: Rules, scope: Scope, *, function: ast.FunctionDef | None) -> None:
        self._rules = rules
        self._scope = scope
        self._function = function
        self._depth = 0

    # Definitions

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._rules.walk_function(node, self._scope)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Classes hold annotations only."""

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
        Walker(self._rules, scope, function=None).visit(node.body)

    # Statements

    def _bind(self, target: ast.expr, value: Value) -> None:
        for name, part in targets(target, value).items():
            known = self._scope.names.get(name) if self._depth else None
            self._scope.names[name] = join((part, known))
        for place in ast.walk(target):
            if isinstance(place, ast.Tuple | ast.List) and place is target and value.is_set:
                self._rules.unordered(target, "unpacking a set")
            if isinstance(place, ast.Subscript | ast.Attribute) and not isinstance(place.ctx, ast.Load):
                self._change(place, place.value)
                self._remember_held(place.value, value)

    def _remember_held(self, base: ast.expr, value: Value) -> None:
        if isinstance(base, ast.Name) and base.id in self._scope.names and _is_worth_keeping(value):
            known = self._scope.names[base.id]
            item = known.item if known.kind == "mapping" else join((known.item, value))
            held = known.held if known.kind == "sequence" else join((known.held, value))
            self._scope.names[base.id] = replace(known, item=item, held=held)

    def _change(self, node: ast.AST, base: ast.expr) -> None:
        self._rules.changes(node, self._scope.infer(base))

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        value = self._scope.infer(node.value)
        for target in node.targets:
            self._bind(target, value)
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        value = self._scope.annotation(node.annotation)
        if node.value is not None:
            self._visit_given(node.value, value)
            inferred = self._scope.infer(node.value)
            value = value if value.kind == "int" else join((inferred, value))
        self._bind(node.target, value)

    def _visit_given(self, node: ast.expr, promised: Value) -> None:
        """Visit a value that was annotated: the lambdas in it are called with what the annotation says."""
        match node:
            case ast.Lambda():
                self._lambda(node, promised.takes)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if key is not None:
                        self.visit(key)
                    self._visit_given(value, promised.subscripted())
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for position, item in enumerate(items):
                    self._visit_given(item, part_at(promised, position, len(items)))
            case _:
                self.visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        added = self._scope.infer(node.value)
        known = self._scope.infer(node.target)
        if known.kind in {"set", "sequence", "mapping"} or added.kind not in {"other", "int"}:
            self._rules.changes(node, known)
        if added.is_set and not known.is_set:
            self._rules.unordered(node, "adding the items of a set in order")
        if not isinstance(node.target, ast.Name):
            self._bind(node.target, join((known, added)))
        elif node.target.id in self._scope.names and not (known.kind == added.kind == "int"):
            kind = "other" if known.kind == "int" else known.kind
            self._scope.names[node.target.id] = replace(known, kind=kind, item=join((known.item, added.item)))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target, self._scope.infer(node.value))

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript | ast.Attribute):
                self._change(target, target.value)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is None:
            return
        self.visit(node.value)
        value = self._scope.infer(node.value)
        if self._function is None:
            return
        self._rules.returned(self._function.name, value)
        promised = self._scope.annotation(self._function.returns)
        if value.is_set and not promised.is_set:
            self._rules.unordered(
                node, "returning a set from a function whose result is not annotated as set[...]"
            )
        else:
            self._rules.hides(node, value, promised, where="in a result that is not annotated as holding one")

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        value = self._scope.infer(node.iter)
        if value.is_set:
            self._rules.unordered(node, "a loop over a set")
        self._nested((), target=node.target, value=value.iterated())
        self._nested([*node.body, *node.orelse])

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._nested([*node.body, *node.orelse])

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._nested([*node.body, *node.orelse])

    def visit_Try(self, node: ast.Try) -> None:
        self._nested([*node.body, *node.handlers, *node.orelse, *node.finalbody])

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        value = self._scope.infer(node.subject)
        for case in node.cases:
            self._match(case.pattern, value)
        self._nested([guard for case in node.cases if (guard := case.guard) is not None])
        self._nested([statement for case in node.cases for statement in case.body])

    def _match(self, pattern: ast.pattern, value: Value) -> None:
        """Bind the names of `pattern`, which `value` is held against."""
        match pattern:
            case ast.MatchAs(pattern=inner, name=name):
                if name is not None:
                    known = replace(value, kind="set") if _names_set(inner) else value
                    self._bind(ast.Name(id=name, ctx=ast.Store()), known)
                if inner is not None:
                    self._match(inner, value)
            case ast.MatchSequence(patterns=patterns):
                for position, inner in enumerate(patterns):
                    self._match(inner, part_at(value, position, len(patterns)))
            case ast.MatchStar(name=str(name)):
                self._bind(
                    ast.Name(id=name, ctx=ast.Store()), Value(kind="sequence", item=value, inner=value.inner)
                )
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    self._match(inner, value)
            case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=fields):
                known = replace(value, kind="set") if _names_set(pattern) else value
                for inner in patterns:
                    self._match(inner, known)
                for name, inner in zip(names, fields, strict=True):
                    self._match(inner, value.field_named(name) or value.inside(None))
            case ast.MatchMapping(patterns=patterns, rest=rest):
                for inner in patterns:
                    self._match(inner, value.subscripted())
                if rest is not None:
                    self._bind(ast.Name(id=rest, ctx=ast.Store()), value.copied())

    def _nested(
        self, nodes: Iterable[ast.AST], *, target: ast.expr | None = None, value: Value = UNKNOWN
    ) -> None:
        """Visit what may run or not: a name bound here may keep its old value."""
        self._depth += 1
        if target is not None:
            self._bind(target, value)
        for node in nodes:
            self.visit(node)
        self._depth -= 1

    # Expressions

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        is_ordered = isinstance(node, ast.ListComp | ast.DictComp)
        before = dict(self._scope.names)
        for generator in node.generators:
            self.visit(generator.iter)
            value = self._scope.infer(generator.iter)
            if value.is_set and is_ordered:
                self._rules.unordered(node, "a list or dict made from a set")
            self._bind(generator.target, value.iterated())
            for condition in generator.ifs:
                self.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part)
        walrus = {part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr)}
        kept = {name: value for name, value in self._scope.names.items() if name in walrus}
        self._scope.names.clear()
        self._scope.names.update({**before, **kept})

    visit_ListComp = _comprehension  # noqa: N815 - the names that NodeVisitor calls
    visit_SetComp = _comprehension  # noqa: N815
    visit_DictComp = _comprehension  # noqa: N815
    visit_GeneratorExp = _comprehension  # noqa: N815

    def visit_Starred(self, node: ast.Starred) -> None:
        self.visit(node.value)
        if self._scope.infer(node.value).is_set and not self._rules.in_set_display(node):
            self._rules.unordered(node, "'*' before a set")

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self.generic_visit(node)
        self._shown(node, self._scope.infer(node.value))
        if isinstance(node.format_spec, ast.JoinedStr):
            for part in node.format_spec.values:
                if isinstance(part, ast.FormattedValue) and self._scope.infer(part.value).kind != "int":
                    self._rules.refused(
                        "locale",
                        node,
                        "a format with a width that may not be a whole number: write f'{x:>{int(width)}}' or a constant",
                    )

    def _shown(self, node: ast.AST, value: Value) -> None:
        """`value` becomes text."""
        if shows_order(value):
            self._rules.unordered(node, "a set written into a text")
        if shows_address(value):
            self._rules.addressed(node, "the text of a function or iterator")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod) and self._scope.infer(node.left).kind != "int":
            self._shown(node, self._scope.infer(node.right))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.generic_visit(node)
        if shows_address(self._scope.infer(node.slice)):
            self._rules.addressed(node, "the KeyError of a function used as a key")

    def visit_Name(self, node: ast.Name) -> None:
        name = node.id
        if (
            not isinstance(node.ctx, ast.Load)
            or name in self._scope.names
            or not self._rules.is_function(name)
        ):
            return
        if self._rules.changes_arguments(name) and not self._rules.is_called(node):
            self._rules.refused(
                "state",
                node,
                f"'{name}' changes its argument and is used as a value: call it in place instead",
            )

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if node.attr not in MUTATORS or not isinstance(node.ctx, ast.Load):
            return
        if isinstance(node.value, ast.Name) and self._scope.home_name(node.value.id) in _CONTAINERS:
            self._rules.refused(
                "state",
                node,
                f"'{ast.unparse(node)}' taken from the class: call '.{node.attr}(...)' on the value itself",
            )
        base = self._scope.infer(node.value)
        self._rules.changes(node, base)
        if node.attr == "pop" and base.is_set:
            self._rules.unordered(node, "'pop' of a set")

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
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
        if isinstance(subject, ast.Name) and {self._scope.home_name(name) for name in named} & _SET_CLASSES:
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


def _names_set(pattern: ast.pattern | None) -> bool:
    """Whether a pattern asks for a set by its class."""
    return any(
        isinstance(part, ast.MatchClass) and isinstance(part.cls, ast.Name) and part.cls.id in _SET_CLASSES
        for part in (ast.walk(pattern) if pattern is not None else ())
    )


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
