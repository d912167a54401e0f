"""Subset rules on the flow of values: no set's order in a result, no change that outlives a call."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from compiled_ai.subset.imports import is_ours, takes_set
from compiled_ai.subset.tables import MUTATORS
from compiled_ai.subset.text import Problems
from compiled_ai.subset.values import (
    SET_METHODS,
    UNKNOWN,
    Scope,
    Value,
    join,
    targets,
)

_ANY_ORDER = frozenset(
    ("len", "sum", "any", "all", "set", "frozenset", "bool", "isinstance", "map", "filter", "cast")
)
"""Calls whose result does not depend on the order of their argument, or that hand it on (map, filter)."""
_ANY_ORDER_WITHOUT_KEY = frozenset(("sorted", "min", "max"))
_ORDERING_METHODS = frozenset(
    ("join", "extend", "fromkeys", "from_iterable", "extendleft", "subtract", "update")
)
_SORT_HINT = "a set has another order in every process: wrap it in sorted(...)"
_PARAMETER = "parameter "


class FlowRules:
    """Follows values through one module, statement by statement."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._tree = tree
        self._problems = problems
        self._quiet = False
        self._functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        self._classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        self._changed: dict[str, set[str]] = {name: set() for name in self._functions}
        self._ours = _imported_from_ours(tree)
        self._module = Scope(aliases=_aliases(tree), modules=_modules(tree))
        self._returns = {
            name: self._module.annotation(node.returns) for name, node in self._functions.items()
        }
        self._module.returns = self._returns
        self._module.fields = _set_fields(tree, self._module)

    def check(self) -> None:
        """Record every place where a set's order or a change could leak."""
        walker = _Walker(self, self._module, function=None)
        for statement in self._tree.body:
            if not isinstance(statement, ast.FunctionDef):
                walker.visit(statement)
        for name, value in self._module.names.items():
            self._module.names[name] = value.owned(name)
        self._quiet = True
        for _ in range(5):  # a helper that hands its parameter to a helper that changes it, five deep
            before = {name: set(changed) for name, changed in self._changed.items()}, dict(self._returns)
            self._walk_functions()
            if before == (self._changed, self._returns):
                break
        self._quiet = False
        self._walk_functions()

    def _walk_functions(self) -> None:
        for statement in self._tree.body:
            if isinstance(statement, ast.FunctionDef):
                self.walk_function(statement, self._module)

    def walk_function(self, node: ast.FunctionDef, around: Scope) -> None:
        """Follow the body of one function, nested ones included."""
        scope = replace(around, names=dict(around.names))
        arguments = _arguments(node.args)
        is_activity = not node.name.startswith("_") and [argument.arg for argument in arguments] == ["data"]
        for argument in arguments:
            owner = "data" if is_activity else f"{_PARAMETER}{node.name}.{argument.arg}"
            scope.names[argument.arg] = scope.annotation(argument.annotation).owned(owner)
        for argument, default in _defaulted(node.args):
            if isinstance(default, ast.Name) and default.id in self._module.names:
                scope.names[argument.arg] = self._module.names[default.id]
        walker = _Walker(self, scope, function=node)
        for statement in node.body:
            walker.visit(statement)

    # What the walker reports

    def unordered(self, node: ast.AST, what: str) -> None:
        """Record that `what` depends on the order of a set."""
        if not self._quiet:
            self._problems.add("set-order", node, f"{what}: {_SORT_HINT}")

    def changes(self, node: ast.AST, value: Value) -> None:
        """Record that the object `value` is changed."""
        owner = value.owner
        if owner is None:
            return
        if owner.startswith(_PARAMETER):
            function, _, parameter = owner.removeprefix(_PARAMETER).rpartition(".")
            self._changed[function].add(parameter)
        elif not self._quiet:
            whose = "the input 'data'" if owner == "data" else f"the module constant '{owner}'"
            self._problems.add(
                "state",
                node,
                f"{whose} is changed, which outlives the call: build a new value (copy it first)",
            )

    def unbound(self, node: ast.Attribute) -> None:
        """Record a changing method taken from its class, with which any object could be changed unseen."""
        if not self._quiet:
            self._problems.add(
                "state",
                node,
                f"'{ast.unparse(node)}' taken from the class: call '.{node.attr}(...)' on the value itself",
            )

    def hands_over(self, node: ast.AST, value: Value, name: str, position: int | str) -> None:
        """Record what becomes of an argument that a function of the text changes."""
        function = self._functions[name]
        argument = _argument_at(function, position)
        if argument is not None and argument.arg in self._changed[name]:
            self.changes(node, value)

    def accepts_set(self, func: ast.expr, position: int | str, *, has_key: bool) -> bool:
        """Whether a set may be given to the function `func` at this place."""
        match func:
            case ast.Name(id=name) if name in self._functions:
                argument = _argument_at(self._functions[name], position)
                return argument is not None and self._module.annotation(argument.annotation).is_set
            case ast.Name(id=name) if name in self._ours:
                return takes_set(*self._ours[name], position)
            case ast.Name(id=name) if name in self._classes:
                return True
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="math" | "typing"), attr=name):
                return (
                    name in _ANY_ORDER or name == "fsum" or (name in _ANY_ORDER_WITHOUT_KEY and not has_key)
                )
        return False

    def returned(self, name: str, value: Value) -> None:
        """Remember that the function `name` returns something of a module constant or of the input."""
        lasting = [
            owner
            for owner in (value.owner, value.inner)
            if owner is not None and not owner.startswith(_PARAMETER)
        ]
        if lasting and name in self._returns:
            known = self._returns[name]
            self._returns[name] = replace(
                known, owner=known.owner or value.owner, inner=known.inner or lasting[-1]
            )

    def in_set_display(self, node: ast.AST) -> bool:
        """Whether `node` stands in ``{*a, *b}``, whose result is a set again."""
        return isinstance(self._problems.parents.get(node), ast.Set)

    def is_function(self, name: str) -> bool:
        """Whether `name` is a function of the text."""
        return name in self._functions


class _Walker(ast.NodeVisitor):
    """Walks one scope in the order of the text, keeping what is known of its names."""

    def __init__(self, rules: FlowRules, scope: Scope, *, function: ast.FunctionDef | None) -> None:
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
        scope = replace(self._scope, names=dict(self._scope.names))
        for argument in _arguments(node.args):
            scope.names[argument.arg] = UNKNOWN
        for argument, default in _defaulted(node.args):
            scope.names[argument.arg] = self._scope.infer(default)
        _Walker(self._rules, scope, function=None).visit(node.body)

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
        if (
            isinstance(base, ast.Name)
            and (value.is_set or value.item is not None)
            and base.id in self._scope.names
        ):
            known = self._scope.names[base.id]
            self._scope.names[base.id] = replace(
                known, item=join((known.item, value)), held=join((known.held, value))
            )

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
            self.visit(node.value)
            value = join((self._scope.infer(node.value), value))
        self._bind(node.target, value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        added = self._scope.infer(node.value)
        known = self._scope.infer(node.target)
        if known.kind in {"set", "sequence", "mapping"} or added.kind != "other":
            self._rules.changes(node, known)
        if added.is_set and not known.is_set:
            self._rules.unordered(node, "adding the items of a set in order")
        if not isinstance(node.target, ast.Name):
            self._bind(node.target, join((known, added)))

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
        promised = self._scope.annotation(self._function.returns) if self._function else UNKNOWN
        if self._function is not None:
            self._rules.returned(self._function.name, value)
        if value.is_set and not promised.is_set:
            self._rules.unordered(
                node, "returning a set from a function whose result is not annotated as set[...]"
            )

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
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name is not None:
                    whole = part is case.pattern or value.kind == "other"
                    bound = value if whole and value.inner is None else UNKNOWN.owned(value.inner)
                    self._bind(ast.Name(id=part.name, ctx=ast.Store()), bound)
        self._nested([guard for case in node.cases if (guard := case.guard) is not None])
        self._nested([statement for case in node.cases for statement in case.body])

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
        if self._scope.infer(node.value).is_set:
            self._rules.unordered(node, "a set written into a text")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod):
            right = self._scope.infer(node.right)
            if right.is_set or any(part.is_set for part in right.parts):
                self._rules.unordered(node, "a set written into a text")

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            self._method(node, node.func)
        has_key = any(keyword.arg == "key" for keyword in node.keywords)
        places: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
        places += [(keyword.arg or "**", keyword.value) for keyword in node.keywords]
        for position, argument in places:
            value = self._scope.infer(argument)
            if isinstance(node.func, ast.Name) and self._rules.is_function(node.func.id):
                self._rules.hands_over(node, value, node.func.id, position)
            if value.is_set and not isinstance(argument, ast.Starred):
                self._set_argument(node, position, has_key=has_key)

    def _set_argument(self, node: ast.Call, position: int | str, *, has_key: bool) -> None:
        if isinstance(node.func, ast.Attribute) and not self._is_module_call(node.func):
            base = self._scope.infer(node.func.value)
            if node.func.attr in SET_METHODS or base.is_set or node.func.attr not in _ORDERING_METHODS:
                return
        elif self._rules.accepts_set(node.func, position, has_key=has_key):
            return
        self._rules.unordered(
            node, f"a set given to '{ast.unparse(node.func)}'" + (" with a key" if has_key else "")
        )

    def _is_module_call(self, func: ast.Attribute) -> bool:
        """Whether this is `module.function` rather than a method: a name that is nothing known in the scope."""
        return (
            isinstance(func.value, ast.Name)
            and func.value.id in self._scope.modules
            and func.value.id not in self._scope.names
        )

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if node.attr not in MUTATORS or not isinstance(node.ctx, ast.Load):
            return
        if isinstance(node.value, ast.Name) and node.value.id in _CONTAINERS:
            self._rules.unbound(node)
        base = self._scope.infer(node.value)
        self._rules.changes(node, base)
        if node.attr == "pop" and base.is_set:
            self._rules.unordered(node, "'pop' of a set")

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        given = [self._scope.infer(argument) for argument in node.args]
        if func.attr in {"append", "appendleft", "insert", "setdefault"} and given and len(given) <= 2:
            self._remember_held(func.value, given[-1])


_CONTAINERS = frozenset(("list", "dict", "set", "deque", "Counter", "OrderedDict", "defaultdict"))


def _arguments(node: ast.arguments) -> list[ast.arg]:
    extra = [argument for argument in (node.vararg, node.kwarg) if argument is not None]
    return [*node.posonlyargs, *node.args, *node.kwonlyargs, *extra]


def _defaulted(node: ast.arguments) -> list[tuple[ast.arg, ast.expr]]:
    positional = [*node.posonlyargs, *node.args]
    late = positional[len(positional) - len(node.defaults) :]
    named = [
        (argument, default)
        for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        if default is not None
    ]
    return [*zip(late, node.defaults, strict=True), *named]


def _argument_at(function: ast.FunctionDef, position: int | str) -> ast.arg | None:
    if isinstance(position, int):
        positional = [*function.args.posonlyargs, *function.args.args]
        return positional[position] if position < len(positional) else function.args.vararg
    return next((argument for argument in _arguments(function.args) if argument.arg == position), None)


def _imported_from_ours(tree: ast.Module) -> dict[str, tuple[str, str]]:
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module is not None and is_ours(node.module)
        for alias in node.names
    }


def _modules(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    )


def _aliases(tree: ast.Module) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp() as value):
                found[name] = value
            case ast.AnnAssign(
                target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias"), value=ast.expr() as value
            ):
                found[name] = value
    return found


def _set_fields(tree: ast.Module, scope: Scope) -> dict[str, Value]:
    return {
        item.target.id: scope.annotation(item.annotation)
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }
