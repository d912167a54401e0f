"""Subset rules on what code refers to: imports, names, attributes, formats and codecs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from compiled_ai.subset.formats import FormatRules
from compiled_ai.subset.imports import (
    allowed_imports,
    is_ours,
    is_plain_attribute,
    module_attributes,
)
from compiled_ai.subset.tables import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_BUILTINS,
    ALLOWED_EXCEPTIONS,
    BUILTIN_EXCEPTIONS,
    DENIED_ATTRIBUTES,
    DENIED_MODULES,
    DENIED_NAMES,
    INTERPRETED_NAMES,
    MODULES_PACKAGE,
    RESERVED_NAMES,
)
from compiled_ai.subset.text import Problems


class ReferenceRules:
    """Checks every import, name and attribute of one module."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._problems = problems
        self._tree = tree
        self._imports = allowed_imports()
        self._modules: dict[str, str] = {}
        self._members: dict[str, str] = {}
        self._bound = {name for name, _ in problems.bound}
        self._attributes = ALLOWED_ATTRIBUTES | module_attributes() | _fields(tree)
        self._formats = FormatRules(tree, problems)

    def check(self) -> None:
        """Record everything that refers to something outside the subset."""
        for statement in self._tree.body:
            if isinstance(statement, ast.Import):
                self._import(statement)
            elif isinstance(statement, ast.ImportFrom):
                self._import_from(statement)
        self._check_bound_names()
        self._check_nodes(self._problems.nodes)

    def _check_nodes(self, nodes: Iterable[ast.AST]) -> None:
        checks: dict[type[ast.AST], Callable[..., None]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.keyword: self._keyword,
            ast.MatchClass: self._match_class,
            ast.FormattedValue: self._formats.formatted,
            ast.arg: self._annotated,
            ast.AnnAssign: self._annotated,
            ast.FunctionDef: self._returns,
            ast.Call: self._special_call,
            ast.Compare: self._identity,
        }
        for node in nodes:
            if check := checks.get(type(node)):
                check(node)

    # Imports

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name not in self._imports or alias.name == "__future__":
                self._refuse_module(alias.name, node)
            elif "." in alias.name and alias.asname is None:
                parent, _, last = alias.name.rpartition(".")
                way_out = (
                    f"from {parent} import {last}" if is_ours(alias.name) else f"from {alias.name} import ..."
                )
                self._problems.add(
                    "import", node, f"'import {alias.name}' binds the whole package: write '{way_out}'"
                )
            else:
                self._modules[alias.asname or alias.name] = alias.name

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level or module not in self._imports:
            self._refuse_module("." * node.level + module, node)
            return
        for alias in node.names:
            bound = alias.asname or alias.name
            if f"{module}.{alias.name}" in self._imports and is_ours(module):
                self._modules[bound] = f"{module}.{alias.name}"
            elif alias.name in self._imports[module]:
                self._members[bound] = alias.name
            else:
                self._refuse_member(module, alias.name, node)

    def _refuse_module(self, module: str, node: ast.AST) -> None:
        hint = DENIED_MODULES.get(module.partition(".")[0])
        if hint is None:
            hint = "is not in the subset; use " + ", ".join(
                name for name in self._imports if not name.startswith("__")
            )
        self._problems.add("import", node, f"module '{module}' {hint}")

    def _refuse_member(self, module: str, name: str, node: ast.AST) -> None:
        if name == "*":
            message = f"star import from '{module}': name what you use"
        elif is_ours(module) and name == "Abstain":
            message = (
                "'Abstain' may not be caught or raised by hand: import 'abstain' and call abstain('why')"
            )
        elif name in DENIED_ATTRIBUTES:
            message = f"'{module}.{name}' {DENIED_ATTRIBUTES[name]}"
        else:
            message = f"'{module}.{name}' is not in the subset; '{module}' offers: {', '.join(self._imports[module])}"
        self._problems.add("import", node, message)

    # Names

    def _check_bound_names(self) -> None:
        imported = {*self._modules, *self._members}
        for name, node in self._problems.bound:
            is_alias = isinstance(node, ast.alias)
            if name.startswith("__") and not (is_alias and name == "__future__"):
                self._problems.add("name", node, f"'{name}' begins with two underscores: choose a plain name")
            elif name in RESERVED_NAMES:
                self._problems.add(
                    "name", node, f"'{name}' is a Python builtin: choose another name, such as '{name}_'"
                )
            elif name in INTERPRETED_NAMES and not (
                is_alias and isinstance(node, ast.alias) and node.name in {name, f"typing.{name}"}
            ):
                self._problems.add(
                    "name",
                    node,
                    f"'{name}' has a meaning of its own: choose another name, such as '{name.lower()}_'",
                )
            elif name in imported and not is_alias:
                self._problems.add(
                    "name", node, f"'{name}' is imported: choose another name for the variable"
                )

    def _name(self, node: ast.Name) -> None:
        name = node.id
        parent = self._problems.parents.get(node)
        if not isinstance(node.ctx, ast.Load):
            return
        if name.startswith("__"):
            self._problems.add(
                "name", node, f"'{name}' begins with two underscores, which is reflection: not in the subset"
            )
        elif name in self._modules:
            if not (isinstance(parent, ast.Attribute) and parent.value is node):
                self._problems.add(
                    "import", node, f"module '{name}' used as a value: write '{name}.something' in place"
                )
        elif name in BUILTIN_EXCEPTIONS or self._members.get(name) in ALLOWED_EXCEPTIONS:
            if not self._in_handler(node):
                self._problems.add(
                    "except",
                    node,
                    f"'{name}' may only stand behind 'except'; to decline an input call abstain('why')",
                )
        elif name == "format":
            self._formats.format_builtin(node, parent)
        elif name == "object" and self._in_annotation(node):
            return  # as a type it is harmless, and `dict[str, object]` is what JSON is
        elif name not in ALLOWED_BUILTINS and name not in self._bound:
            self._unknown_name(node)

    def _in_annotation(self, node: ast.AST) -> bool:
        """Whether `node` is a type, or part of one, in an annotation."""
        parent = self._problems.parents.get(node)
        while isinstance(parent, ast.Subscript | ast.Tuple | ast.List | ast.BinOp):
            node, parent = parent, self._problems.parents.get(parent)
        match parent:
            case ast.arg(annotation=found) | ast.AnnAssign(annotation=found) | ast.FunctionDef(returns=found):
                return found is node
            case ast.Dict():  # of a TypedDict call
                return isinstance(self._problems.parents.get(parent), ast.Call)
        return isinstance(parent, ast.Expression)

    def _identity(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            is_single = any(
                isinstance(side, ast.Constant) and (side.value is None or isinstance(side.value, bool))
                for side in (left, right)
            )
            if isinstance(operator, ast.Is | ast.IsNot) and not is_single:
                self._problems.add(
                    "identity",
                    node,
                    "'is' between values tells how Python stores them: compare with ==, or with 'is None'",
                )

    def _unknown_name(self, node: ast.Name) -> None:
        name = node.id
        if name in DENIED_NAMES:
            self._problems.add("builtin", node, f"'{name}' {DENIED_NAMES[name]}")
        elif name in RESERVED_NAMES:
            self._problems.add("builtin", node, f"builtin '{name}' is not in the subset: {_OFFERED}")
        else:
            self._problems.add(
                "name", node, f"'{name}' is not defined: define it, import it or take it as a parameter"
            )

    def _in_handler(self, node: ast.AST) -> bool:
        parent = self._problems.parents.get(node)
        if isinstance(parent, ast.Tuple):
            node, parent = parent, self._problems.parents.get(parent)
        return isinstance(parent, ast.ExceptHandler) and parent.type is node

    def _keyword(self, node: ast.keyword) -> None:
        if node.arg is not None and node.arg.startswith("__"):
            self._problems.add(
                "name", node, f"keyword '{node.arg}' begins with two underscores: not in the subset"
            )

    # Attributes

    def _attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id in self._modules:
            self._module_member(node, self._modules[node.value.id])
            return
        if not isinstance(node.ctx, ast.Load):
            self._problems.add(
                "state",
                node,
                f"attribute '{node.attr}' is assigned: objects are not changed; build a new value",
            )
            return
        if self._check_attribute(node.attr, node):
            self._formats.special_method(node)

    def _module_member(self, node: ast.Attribute, module: str) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._problems.add(
                "state", node, f"'{module}.{node.attr}' is assigned: modules may not be changed"
            )
        elif node.attr not in self._imports[module]:
            self._refuse_member(module, node.attr, node)
        elif node.attr in ALLOWED_EXCEPTIONS and not self._in_handler(node):
            self._problems.add(
                "except",
                node,
                f"'{module}.{node.attr}' may only stand behind 'except'; to decline an input call abstain('why')",
            )

    def _check_attribute(self, name: str, node: ast.AST) -> bool:
        if name.startswith("_"):
            self._problems.add(
                "attribute", node, f"attribute '{name}' is private to Python or its class: not in the subset"
            )
        elif name in DENIED_ATTRIBUTES:
            self._problems.add("attribute", node, f"'{name}' {DENIED_ATTRIBUTES[name]}")
        elif name not in self._attributes:
            self._problems.add(
                "attribute",
                node,
                f"attribute '{name}' is not in the subset: use methods of str, list, dict, set, re, Decimal, date",
            )
        else:
            return True
        return False

    def _match_class(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            self._check_attribute(name, node)

    # Annotations and special calls

    def _json_text(self, node: ast.Call) -> None:
        """json.dumps: no function that would write sets or functions into the text."""
        names = {self._called(part) for part in (node.func, *node.args)}
        handed = names & {"dumps"} and self._called(node.func) in {"dumps", "partial"}
        if handed and any(keyword.arg in {"default", "cls", None} for keyword in node.keywords):
            self._problems.add(
                "set-order",
                node,
                "'dumps' with 'default' or 'cls' may write a set: convert the values before",
            )

    def _called(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return self._members.get(name, name)
            case ast.Attribute(attr=name):
                return name
        return None

    def _annotated(self, node: ast.arg | ast.AnnAssign) -> None:
        if node.annotation is not None:
            self._annotation(node.annotation)

    def _returns(self, node: ast.FunctionDef) -> None:
        if node.returns is not None:
            self._annotation(node.returns)

    def _special_call(self, node: ast.Call) -> None:
        self._json_text(node)
        match node:
            case ast.Call(func=ast.Name(id=name), args=[_, ast.Dict(values=values)]) if (
                self._members.get(name) == "TypedDict"
            ):
                for value in values:
                    self._annotation(value)

    def _annotation(self, node: ast.expr) -> None:
        """Check text inside an annotation as the expression that it stands for, apart from values of Literal."""
        match node:
            case ast.Constant(value=str(text)):
                self._annotation_text(text, node)
            case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")):
                return
            case _ if not isinstance(node, _TYPE_NODES):
                self._problems.add("name", node, "an annotation that computes something: write a plain type")
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._annotation(child)

    def _annotation_text(self, text: str, node: ast.Constant) -> None:
        try:
            inner = ast.parse(text, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._problems.add(
                "name", node, "an annotation in quotes that is no type: write the type without quotes"
            )
            return
        nested = "Literal" not in text and any(
            isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(inner)
        )
        if nested or any(not isinstance(part, _TYPE_NODES) for part in ast.walk(inner)):
            self._problems.add(
                "name", node, "an annotation in quotes that computes something: write a plain type"
            )
            return
        for part in ast.walk(inner):
            ast.copy_location(part, node)
        self._check_nodes(self._problems.adopt(inner))


_OFFERED = "build on str, int, list, dict, sorted, len and the other builtins of the subset"
_TYPE_NODES = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Constant, ast.BinOp, ast.BitOr, ast.Load,
)  # fmt: skip


def _fields(tree: ast.Module) -> frozenset[str]:
    """Fields of the NamedTuple classes in the text, which are used as attributes."""
    return frozenset(
        item.target.id
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign)
        and isinstance(item.target, ast.Name)
        and is_plain_attribute(item.target.id)
    )


__all__ = ["MODULES_PACKAGE", "ReferenceRules"]
