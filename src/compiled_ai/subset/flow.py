"""Subset rules on the flow of values: no set's order and no address in a result, no change that outlives a call."""

from __future__ import annotations

import ast
from dataclasses import replace

from compiled_ai.subset._call_walker import all_arguments, defaulted
from compiled_ai.subset._walker import Walker
from compiled_ai.subset.imports import is_ours, takes_set
from compiled_ai.subset.inference import Function, Scope, class_values
from compiled_ai.subset.text import Problems
from compiled_ai.subset.values import UNKNOWN, Value, hides_address, hides_set

_ANY_ORDER = frozenset(
    ("len", "any", "all", "set", "frozenset", "bool", "isinstance", "map", "filter", "cast", "fsum")
)
"""Calls whose result does not depend on the order of their argument, or that hand it on (map, filter)."""
_ANY_ORDER_WITHOUT_KEY = frozenset(("sorted", "min", "max"))
_SORT_HINT = "a set has another order in every process: wrap it in sorted(...)"
_PARAMETER = "parameter "


class FlowRules:
    """Follows values through one module, statement by statement."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._tree = tree
        self._problems = problems
        self._quiet = False
        self._nodes = {node.name: node for node in problems.nodes if isinstance(node, ast.FunctionDef)}
        self._changed: dict[str, set[str]] = {name: set() for name in self._nodes}
        self._ours = _imported_from_ours(tree)
        self._module = Scope(aliases=_aliases(tree), modules=_modules(tree), imported=_home_names(tree))

    def check(self) -> None:
        """Record every place where a set's order, an address or a change could leak."""
        self._module.classes = class_values(self._tree, self._module)
        self._functions = {
            name: Function(node=node, result=self._module.annotation(node.returns))
            for name, node in self._nodes.items()
        }
        self._module.functions = self._functions
        walker = Walker(self, self._module, function=None)
        for statement in self._tree.body:
            if not isinstance(statement, ast.FunctionDef):
                walker.visit(statement)
        for name, value in self._module.names.items():
            self._module.names[name] = value.owned(name)
        self._module.classes = class_values(self._tree, self._module)
        self._quiet = True
        for _ in range(5):  # a helper that hands its parameter to a helper that changes it, five deep
            before = {name: set(changed) for name, changed in self._changed.items()}, dict(self._functions)
            self._walk_functions()
            if before == (self._changed, self._functions):
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
        arguments = all_arguments(node.args)
        is_activity = not node.name.startswith("_") and [argument.arg for argument in arguments] == ["data"]
        for argument in arguments:
            owner = "data" if is_activity else f"{_PARAMETER}{node.name}.{argument.arg}"
            known = scope.annotation(argument.annotation)
            if argument is node.args.vararg or argument is node.args.kwarg:
                known = Value(
                    kind="mapping" if argument is node.args.kwarg else "sequence", item=known, held=known
                )
            scope.names[argument.arg] = known.owned(owner)
        for argument, default in defaulted(node.args):
            if isinstance(default, ast.Name) and default.id in self._module.names:
                scope.names[argument.arg] = self._module.names[default.id]
        walker = Walker(self, scope, function=node)
        for statement in node.body:
            walker.visit(statement)

    # What the walker reports

    def unordered(self, node: ast.AST, what: str, hint: str = _SORT_HINT) -> None:
        """Record that `what` depends on the order of a set."""
        if not self._quiet:
            self._problems.add("set-order", node, f"{what}: {hint}")

    def addressed(self, node: ast.AST, what: str) -> None:
        """Record that `what` shows where something lies in memory."""
        if not self._quiet:
            self._problems.add(
                "address",
                node,
                f"{what} shows its place in memory, another one in every process: call the function, or wrap the iterator in list(...)",
            )

    def refused(self, rule: str, node: ast.AST, message: str) -> None:
        """Record a finding that is about the expression alone."""
        if not self._quiet:
            self._problems.add(rule, node, message)

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

    def hands_over(self, node: ast.AST, value: Value, name: str, position: int | str) -> None:
        """Record what becomes of an argument that a function of the text changes."""
        argument = _argument_at(self._nodes[name], position)
        if argument is not None and argument.arg in self._changed[name]:
            self.changes(node, value)

    def hides(self, node: ast.AST, value: Value, promised: Value, *, where: str) -> None:
        """Record a set or a function that vanishes behind an annotation that does not tell of it."""
        if hides_set(value, promised):
            self.unordered(
                node,
                f"a set {where}",
                "its order differs in every process: sort it first, or annotate set[...]",
            )
        if hides_address(value, promised):
            self.refused(
                "address",
                node,
                f"a function or iterator {where}: annotate Callable[...], or pass a list instead",
            )

    def returned(self, name: str, value: Value) -> None:
        """Remember that the function `name` returns something of a module constant, of the input or of a parameter."""
        if name not in self._functions:
            return
        known = self._functions[name]
        result, passes = known.result, set(known.passes)
        for owner in filter(None, (value.owner, value.inner)):
            if not owner.startswith(_PARAMETER):
                kept = value.owner if value.owner == owner else None
                result = replace(result, owner=result.owner or kept, inner=result.inner or owner)
            elif owner.startswith(f"{_PARAMETER}{name}."):
                passes.add(owner.rpartition(".")[2])
        self._functions[name] = replace(known, result=result, passes=frozenset(passes))

    # What the walker asks

    def accepts_set(self, func: ast.expr, position: int | str, value: Value, *, has_key: bool) -> bool:
        """Whether the set `value` may be given to the function `func` at this place."""
        match func:
            case ast.Name(id=name) if name in self._nodes:
                return self.promised(name, position).is_set
            case ast.Name(id=name) if name in self._ours:
                return takes_set(*self._ours[name], position)
            case ast.Name(id=name) if name in self._module.classes:
                return self.promised_field(name, position).is_set
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="math" | "typing"), attr=name):
                home = self._module.home_name(name)
                if (
                    home in _ANY_ORDER_WITHOUT_KEY
                ):  # sets in a set are ordered in part only, as subset and superset
                    return not has_key and not (value.item is not None and value.item.is_set)
                return home in _ANY_ORDER or (home == "sum" and value.iterated().kind == "int")
        return False

    def promised(self, name: str, position: int | str) -> Value:
        """What the parameter of a function of the text is annotated as."""
        argument = _argument_at(self._nodes[name], position)
        return UNKNOWN if argument is None else self._module.annotation(argument.annotation)

    def promised_field(self, name: str, position: int | str) -> Value:
        """What the field of a class of the text is annotated as."""
        for node in self._tree.body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
                for number, item in enumerate(fields):
                    if position in {number, ast.unparse(item.target)}:
                        return self._module.annotation(item.annotation)
        return UNKNOWN

    def in_set_display(self, node: ast.AST) -> bool:
        """Whether `node` stands in ``{*a, *b}``, whose result is a set again."""
        return isinstance(self._problems.parents.get(node), ast.Set)

    def is_function(self, name: str) -> bool:
        """Whether `name` is a function of the text."""
        return name in self._nodes

    def is_class(self, name: str) -> bool:
        """Whether `name` is a class of the text."""
        return name in self._module.classes

    def changes_arguments(self, name: str) -> bool:
        """Whether the function `name` changes one of its arguments."""
        return bool(self._changed.get(name))

    def is_called(self, node: ast.expr) -> bool:
        """Whether `node` is the function of a call."""
        parent = self._problems.parents.get(node)
        return isinstance(parent, ast.Call) and parent.func is node


def _argument_at(function: ast.FunctionDef, position: int | str) -> ast.arg | None:
    if isinstance(position, int):
        positional = [*function.args.posonlyargs, *function.args.args]
        return positional[position] if position < len(positional) else function.args.vararg
    found = (argument for argument in all_arguments(function.args) if argument.arg == position)
    return next(found, function.args.kwarg)


def _imported_from_ours(tree: ast.Module) -> dict[str, tuple[str, str]]:
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module is not None and is_ours(node.module)
        for alias in node.names
    }


def _home_names(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname: alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname is not None
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
