"""The subset rule that a top-level name is bound once: what a reader sees is what every caller gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from compiled_ai.subset.text import Problems

_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


class BindingRules:
    """Checks that no name of a module is given away twice. The same import may stand twice: it changes nothing."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._tree = tree
        self._problems = problems

    def check(self) -> None:
        """Record every binding of a name after its first."""
        first: dict[str, tuple[ast.AST, str]] = {}
        for name, node, origin in self._bindings():
            earlier = first.setdefault(name, (node, origin))
            if earlier[0] is node or (origin and origin == earlier[1]):
                continue
            self._problems.add(
                "rebound",
                node,
                f"'{name}' is bound a second time, after line {self._problems.line_of(earlier[0])}: keep one of the two, or give it a name of its own",
            )

    def _bindings(self) -> Iterator[tuple[str, ast.AST, str]]:
        """Name, node and, for an import, what is imported, in the order of the text."""
        for statement in self._tree.body:
            match statement:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name, statement, ""
                case ast.Import(names=aliases):
                    for alias in aliases:
                        yield alias.asname or alias.name.partition(".")[0], alias, alias.name
                case ast.ImportFrom(names=aliases):
                    source = f"{'.' * statement.level}{statement.module or ''}"
                    for alias in aliases:
                        yield alias.asname or alias.name, alias, f"{source}.{alias.name}"
                case ast.AnnAssign(value=None):
                    continue  # a type alone
                case _:
                    yield from self._stored(statement)

    def _stored(self, statement: ast.stmt) -> Iterator[tuple[str, ast.AST, str]]:
        """Names that a statement assigns, such as by ``:=`` inside a constant; not those of functions inside."""
        waiting: list[ast.AST] = [statement]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id, node, ""
            if isinstance(node, ast.comprehension):  # its variables are its own
                waiting += [*reversed(node.ifs), node.iter]
            elif not isinstance(node, _SCOPES):
                waiting += reversed(list(ast.iter_child_nodes(node)))
