"""Walks one scope in the order of the text, keeping what is known of its names."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from compiled_ai.subset._call_walker import CONTAINERS, SET_CLASSES, CallWalker
from compiled_ai.subset.tables import MUTATORS
from compiled_ai.subset.values import (
    UNKNOWN,
    Value,
    join,
    part_at,
    shows_address,
    targets,
)


class Walker(CallWalker, ast.NodeVisitor):
    """Walks one scope. What it finds goes to `rules`."""

    # Definitions

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._rules.walk_function(node, self._scope)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Classes hold annotations only."""

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
                self._match_name(name, replace(value, kind="set") if _names_set(inner) else value)
                if inner is not None:
                    self._match(inner, value)
            case ast.MatchStar(name=name):
                self._match_name(name, Value(kind="sequence", item=value, inner=value.inner))
            case ast.MatchSequence(patterns=patterns) | ast.MatchOr(patterns=patterns):
                is_whole = isinstance(pattern, ast.MatchOr)
                for position, part in enumerate(patterns):
                    self._match(part, value if is_whole else part_at(value, position, len(patterns)))
            case ast.MatchClass():
                self._match_class(pattern, value)
            case ast.MatchMapping(patterns=patterns, rest=rest):
                for part in patterns:
                    self._match(part, value.subscripted())
                self._match_name(rest, value.copied())

    def _match_name(self, name: str | None, value: Value) -> None:
        if name is not None:
            self._bind(ast.Name(id=name, ctx=ast.Store()), value)

    def _match_class(self, pattern: ast.MatchClass, value: Value) -> None:
        known = replace(value, kind="set") if _names_set(pattern) else value
        for part in pattern.patterns:
            self._match(part, known)
        for name, part in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            self._match(part, value.field_named(name) or value.inside(None))

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
        if isinstance(node.value, ast.Name) and self._scope.home_name(node.value.id) in CONTAINERS:
            self._rules.refused(
                "state",
                node,
                f"'{ast.unparse(node)}' taken from the class: call '.{node.attr}(...)' on the value itself",
            )
        base = self._scope.infer(node.value)
        self._rules.changes(node, base)
        if node.attr == "pop" and base.is_set:
            self._rules.unordered(node, "'pop' of a set")


def _names_set(pattern: ast.pattern | None) -> bool:
    """Whether a pattern asks for a set by its class."""
    return any(
        isinstance(part, ast.MatchClass) and isinstance(part.cls, ast.Name) and part.cls.id in SET_CLASSES
        for part in (ast.walk(pattern) if pattern is not None else ())
    )
