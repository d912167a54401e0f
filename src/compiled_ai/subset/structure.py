"""Subset rules on the form of code: nodes, module level, classes, handlers, defaults, sizes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from compiled_ai.subset.bounds import MAX_INTEGER
from compiled_ai.subset.imports import allowed_imports, is_ours, is_plain_attribute
from compiled_ai.subset.tables import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_EXCEPTIONS,
    ALLOWED_NODES,
    LAZY_CALLS,
    MODULE_LEVEL_CALLS,
    MUTATORS,
    NODE_HINTS,
)
from compiled_ai.subset.text import Problems

_SCOPES = (ast.FunctionDef, ast.Lambda)
_CONTAINER_CALLS = frozenset(
    ("tuple", "list", "set", "frozenset", "dict", "sorted", "len", "max", "min", "sum", "join")
)


class StructureRules:
    """Checks the form of one module, apart from what its names refer to."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._tree = tree
        self._problems = problems
        self._classes = _class_kinds(tree)
        self._functions_of_ours = _functions_of_ours(tree)
        self._functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    def check(self) -> None:
        """Record everything whose form is outside the subset."""
        for position, statement in enumerate(self._tree.body):
            self._module_statement(statement, is_first=position == 0)
        checks: dict[type[ast.AST], Callable[..., None]] = {
            ast.ClassDef: self._class,
            ast.Import: self._import,
            ast.ImportFrom: self._import,
            ast.FunctionDef: self._function,
            ast.Lambda: self._defaults,
            ast.Try: self._try,
            ast.Delete: self._delete,
            ast.Constant: self._constant,
        }
        for node in self._problems.nodes:
            if type(node) not in ALLOWED_NODES:
                name = type(node).__name__
                self._problems.add(
                    "node",
                    node,
                    NODE_HINTS.get(
                        name, f"syntax '{name}' is not in the subset: write it with plain statements"
                    ),
                )
            elif check := checks.get(type(node)):
                check(node)

    # Module level

    def _module_statement(self, node: ast.stmt, *, is_first: bool) -> None:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.ClassDef() | ast.FunctionDef():
                return
            case ast.Expr(value=ast.Constant(value=str())) if is_first:
                return
            case ast.Assign(targets=targets, value=value) if all(
                isinstance(target, ast.Name) for target in targets
            ):
                self._module_value(value)
            case ast.AnnAssign(target=ast.Name(), value=value):
                if value is not None:
                    self._module_value(value)
            case _:
                self._problems.add(
                    "module-level",
                    node,
                    "only imports, constants, TypedDict classes and functions may stand at module level",
                )

    def _module_value(self, value: ast.expr) -> None:
        """A constant's value: built once, from literals and a few calls, and never used up by reading."""
        waiting: list[ast.AST] = [value]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Lambda):
                continue
            waiting.extend(ast.iter_child_nodes(node))
            if isinstance(node, ast.Call) and not self._is_module_call(node, value):
                self._problems.add(
                    "module-level",
                    node,
                    f"'{ast.unparse(node.func)}(...)' may not build a module constant: do it inside a function",
                )
            if self._is_used_up(node):
                self._problems.add(
                    "state", node, "a module constant that is used up by reading it: wrap it in tuple(...)"
                )

    def _is_used_up(self, node: ast.AST) -> bool:
        """Whether `node` yields its items once only and nothing around it takes them right away."""
        is_lazy_call = isinstance(node, ast.Call) and _call_name(node) in LAZY_CALLS
        if not (is_lazy_call or isinstance(node, ast.GeneratorExp)):
            return False
        parent = self._problems.parents.get(node)
        is_taken = isinstance(parent, ast.Call) and _call_name(parent) in _CONTAINER_CALLS | LAZY_CALLS
        return not (is_taken or isinstance(parent, ast.comprehension))

    def _is_module_call(self, call: ast.Call, value: ast.expr) -> bool:
        match call.func:
            case ast.Name(id="TypedDict"):
                return call is value and self._is_typed_dict(call)
            case ast.Name(id=name):
                known = name in MODULE_LEVEL_CALLS or name in self._classes or name in self._functions_of_ours
                return known and name not in self._functions
            case ast.Attribute(value=ast.Name(), attr="TypedDict"):
                return call is value and self._is_typed_dict(call)
            case ast.Attribute(value=ast.Name(id=base), attr=name):
                in_table = f"{base}.{name}" in MODULE_LEVEL_CALLS or name in MODULE_LEVEL_CALLS
                return in_table or base in self._functions_of_ours or self._is_method(name)
            case ast.Attribute(attr=name):
                return self._is_method(name)
        return False

    def _is_method(self, name: str) -> bool:
        return name in ALLOWED_ATTRIBUTES and name not in MUTATORS

    def _is_typed_dict(self, call: ast.Call) -> bool:
        parent = self._problems.parents.get(call)
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        match call.args:
            case [ast.Constant(value=str(name)), ast.Dict(keys=keys)]:
                known = all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in keys)
                named = isinstance(target, ast.Name) and target.id == name
                return known and named and all(keyword.arg == "total" for keyword in call.keywords)
        return False

    # Definitions

    def _class(self, node: ast.ClassDef) -> None:
        if not isinstance(self._problems.parents.get(node), ast.Module):
            self._problems.add(
                "class", node, f"class '{node.name}' inside other code: move it to module level"
            )
        if node.decorator_list or getattr(node, "type_params", None):
            self._problems.add(
                "class", node, f"class '{node.name}' has decorators or type parameters: not in the subset"
            )
        base = self._classes.get(node.name)
        if base is None:
            self._problems.add(
                "class", node, f"class '{node.name}': only TypedDict and NamedTuple classes are in the subset"
            )
        if any(keyword.arg != "total" for keyword in node.keywords):
            self._problems.add("class", node, f"class '{node.name}': the only keyword is total=False")
        for position, item in enumerate(node.body):
            self._class_item(item, base, is_first=position == 0)

    def _class_item(self, item: ast.stmt, base: str | None, *, is_first: bool) -> None:
        match item:
            case ast.Pass():
                return
            case ast.Expr(value=ast.Constant(value=str())) if is_first:
                return
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                if name.startswith("__") or (base != "TypedDict" and not is_plain_attribute(name)):
                    self._problems.add(
                        "class", item, f"field '{name}' bears a name of Python's own: choose another"
                    )
                if value is not None and not (base == "NamedTuple" and _is_fixed(value)):
                    self._problems.add(
                        "class", item, f"field '{name}' has a default that is not a plain constant"
                    )
            case _:
                self._problems.add(
                    "class", item, "a class holds annotated fields only: write functions at module level"
                )

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if not isinstance(self._problems.parents.get(node), ast.Module):
            self._problems.add("import", node, "imports stand at the top of the file, not inside other code")

    def _function(self, node: ast.FunctionDef) -> None:
        if node.decorator_list:
            self._problems.add(
                "node", node, f"'{node.name}' has a decorator: not in the subset, call the function in place"
            )
        if getattr(node, "type_params", None):
            self._problems.add("node", node, f"'{node.name}' has type parameters: not in the subset")
        self._defaults(node)

    def _defaults(self, node: ast.FunctionDef | ast.Lambda) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None and not _is_fixed(default):
                self._problems.add(
                    "state",
                    default,
                    "a default value that is built or can change: use None, a constant or a tuple",
                )

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            inside = any(isinstance(above, _SCOPES) for above in self._above(node))
            if not (inside and isinstance(target, ast.Name)):
                self._problems.add(
                    "state",
                    node,
                    "'del' takes local names only: build a new value without the item, or use pop on a local one",
                )

    def _above(self, node: ast.AST) -> list[ast.AST]:
        found = []
        parent = self._problems.parents.get(node)
        while parent is not None:
            found.append(parent)
            parent = self._problems.parents.get(parent)
        return found

    # Handlers

    def _try(self, node: ast.Try) -> None:
        if node.finalbody:
            self._problems.add(
                "except",
                node.finalbody[0],
                "'finally' could swallow an abstention: write the code after the try statement",
            )
        for handler in node.handlers:
            if handler.type is None:
                self._problems.add(
                    "except",
                    handler,
                    "a bare 'except' would swallow an abstention: name the error, such as ValueError",
                )
                continue
            types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            for caught in types:
                self._caught(caught)

    def _caught(self, node: ast.expr) -> None:
        name = (
            node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
        )
        if name in {"Exception", "BaseException", "Abstain"}:
            self._problems.add(
                "except",
                node,
                f"'except {name}' would swallow an abstention: name the error, such as ValueError",
            )
        elif name not in ALLOWED_EXCEPTIONS:
            self._problems.add(
                "except",
                node,
                f"'except {ast.unparse(node):.60}' is not in the subset; it may name {', '.join(sorted(ALLOWED_EXCEPTIONS))}",
            )

    # Sizes

    def _constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, int) and abs(node.value) > MAX_INTEGER:
            self._problems.add(
                "bounds", node, "an integer literal beyond 2**64: use a smaller number, or Decimal"
            )
        elif isinstance(node.value, bytes | complex) or node.value is Ellipsis:
            in_annotation = node.value is Ellipsis and isinstance(
                self._problems.parents.get(node), ast.Tuple | ast.Subscript
            )
            if not in_annotation:
                self._problems.add(
                    "node",
                    node,
                    f"literal {node.value!r:.40} is not in the subset: use str, int, float or Decimal",
                )


def _call_name(call: ast.Call) -> str | None:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _base_name(node: ast.ClassDef) -> str | None:
    match node.bases:
        case [ast.Name(id=name)] | [ast.Attribute(value=ast.Name(), attr=name)]:
            return name
    return None


def _class_kinds(tree: ast.Module) -> dict[str, str]:
    """Classes of the text that are a TypedDict or a NamedTuple, directly or through an earlier class of the text."""
    kinds: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            base = _base_name(node)
            kind = base if base in {"TypedDict", "NamedTuple"} else kinds.get(base or "")
            if kind is not None:
                kinds[node.name] = kind
    return kinds


def _is_fixed(node: ast.expr) -> bool:
    """Whether `node` is a constant, a name, a member such as `re.I`, or a tuple of them."""
    match node:
        case ast.Constant() | ast.Name() | ast.Attribute(value=ast.Name()):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items):
            return all(_is_fixed(item) for item in items)
        case ast.Call(func=ast.Name(id=name), args=[] | [ast.Constant()], keywords=[]):
            return name in {"Decimal", "frozenset"}
    return False


def _functions_of_ours(tree: ast.Module) -> frozenset[str]:
    """Names that functions and modules of `compiled_ai.modules` are bound to in the text."""
    known = allowed_imports()
    return frozenset(
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
        if is_ours(node.module or "" if isinstance(node, ast.ImportFrom) else alias.name)
        and (isinstance(node, ast.Import) or node.module in known)
    )
