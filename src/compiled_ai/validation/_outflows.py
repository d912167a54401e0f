"""Doors by which values leave code other than in its answer: texts of errors, output to logs, explanations."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from compiled_ai.validation._fixed_texts import Bindings, FixedTexts, bindings_in, module_bindings

_EXPLAINING: Final = frozenset(
    ("explanation", "explanations", "reason", "reasons", "rationale", "justification", "why")
)
"""Fields of an output that say why: they are kept with decisions and read by many."""
_LOGGERS: Final = frozenset(
    ("log", "logger", "logging", "_log", "_logger", "warnings", "stdout", "stderr", "syslog")
)
_LOG_METHODS: Final = frozenset(
    ("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "write", "syslog")
)
_LOG_OUTPUT, _ERROR_TEXT, _PERSONAL = 532, 209, 359
"""CWE numbers: https://cwe.mitre.org"""


@dataclass(frozen=True, kw_only=True)
class Outflow:
    """A value that leaves by such a door and may hold something of the input."""

    rule: str
    """``error-text``, ``log`` or ``explanation``."""
    what: str
    """The same in words."""
    line: int
    cwe: int


def open_outflows(tree: ast.Module) -> Iterator[Outflow]:
    """Every outflow of `tree` that is not a fixed text."""
    fixed, outside = FixedTexts(tree), module_bindings(tree)
    for node, names in _with_names(tree, outside):
        for outflow, value in chain(_errors(node), _logs(node), _explanations(node, names, outside)):
            if not fixed.is_fixed(value, names):
                yield outflow


def _with_names(tree: ast.Module, outside: Bindings) -> Iterator[tuple[ast.AST, Bindings]]:
    """Every node once, with the names of the outermost function around it."""
    for top in tree.body:
        names = bindings_in(top) if isinstance(top, ast.FunctionDef) else outside
        for node in ast.walk(top):
            yield node, names


def _errors(node: ast.AST) -> Iterator[tuple[Outflow, ast.expr]]:
    match node:
        case ast.Raise(exc=ast.Call(args=values, keywords=named)):
            for value in _arguments(values, named):
                yield _outflow("error-text", "the text of an error", value, _ERROR_TEXT)
        case ast.Raise(exc=ast.expr() as value) if not _is_class(value):
            yield _outflow("error-text", "the text of an error", value, _ERROR_TEXT)
        case ast.Assert(msg=ast.expr() as value):
            yield _outflow("error-text", "the text of an assertion", value, _ERROR_TEXT)


def _logs(node: ast.AST) -> Iterator[tuple[Outflow, ast.expr]]:
    if isinstance(node, ast.Call) and _is_log(node.func):
        for value in _arguments(node.args, node.keywords):
            yield _outflow("log", "output to a log", value, _LOG_OUTPUT)


def _explanations(node: ast.AST, names: Bindings, outside: Bindings) -> Iterator[tuple[Outflow, ast.expr]]:
    for key, value in _entries(node):
        if _may_explain(key, names, outside):
            yield _outflow("explanation", "an explanation", value, _PERSONAL)


def _entries(node: ast.AST) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Keys and values that `node` puts into a mapping."""
    match node:
        case ast.Dict(keys=keys, values=values):
            yield from zip(keys, values, strict=True)
        case (
            ast.Assign(targets=[ast.Subscript(slice=key)], value=value)
            | ast.AugAssign(target=ast.Subscript(slice=key), value=value)
            | ast.Call(func=ast.Attribute(attr="setdefault"), args=[key, value])
            | ast.Call(
                func=ast.Attribute(value=ast.Subscript(slice=key), attr="append" | "extend" | "add"),
                args=[value],
            )
        ):
            yield key, value
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), keywords=named):
            if name in {"dict", "update"} or name[:1].isupper():
                yield from ((ast.Constant(item.arg), item.value) for item in named)


def _may_explain(key: ast.expr | None, names: Bindings, outside: Bindings) -> bool:
    """Whether `key` is, or is a name for, that of an explanation."""
    keys = [key]
    if isinstance(key, ast.Name):
        keys = names.values.get(key.id) or outside.values.get(key.id) or []
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.lower() in _EXPLAINING
        for one in keys
    )


def _outflow(rule: str, what: str, value: ast.expr, cwe: int) -> tuple[Outflow, ast.expr]:
    return Outflow(rule=rule, what=what, line=value.lineno, cwe=cwe), value


def _arguments(values: Iterable[ast.expr], named: Iterable[ast.keyword]) -> Iterator[ast.expr]:
    yield from values
    yield from (keyword.value for keyword in named)


def _is_class(node: ast.expr) -> bool:
    """Whether `node` names an exception's class, by its capital letter: such an error has no text."""
    return isinstance(node, ast.Name) and node.id[:1].isupper()


def _is_log(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="print"):
            return True
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=method):
            return owner in _LOGGERS and method in _LOG_METHODS
        case ast.Attribute(value=ast.Call(func=ast.Attribute(attr="getLogger")), attr=method):
            return method in _LOG_METHODS
    return False
