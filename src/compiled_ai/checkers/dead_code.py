"""Code that cannot matter: functions that nothing calls, constants that nothing reads, parameters and branches without effect."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from compiled_ai.findings import Severity

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_INPUT = "data"


@dataclass(frozen=True, kw_only=True)
class DeadCode:
    """One thing that could be removed without changing any answer."""

    rule: str
    message: str
    line: int
    severity: Severity = "error"


def find_dead_code(tree: ast.Module, *, entries: Collection[str] | None = None) -> tuple[DeadCode, ...]:
    """What in `tree` has no effect, in the order of its lines.

    Args:
        tree: The module.
        entries: Functions that are called from outside. None takes every public one.
    """
    found = [*_unreached(tree, entries), *_parameters(tree), *_branches(tree), *_after_the_end(tree)]
    return tuple(sorted(found, key=lambda item: (item.line, item.rule)))


# Definitions


def _unreached(tree: ast.Module, entries: Collection[str] | None) -> Iterator[DeadCode]:
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if entries is None:
        entries = [name for name in functions if not name.startswith("_")]
    roots = [name for name in entries if name in functions]
    if not roots:
        return
    definitions = _definitions(tree)
    reached, waiting = set[str](), roots
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [used for node in definitions.get(name, []) for used in _mentioned(node)]
    for name in definitions.keys() - reached:
        node = definitions[name][0]
        if isinstance(node, ast.FunctionDef):
            yield DeadCode(
                rule="unused-function",
                message=f"the function '{name}' is never called from an activity: remove it, or call it",
                line=node.lineno,
            )
        elif not isinstance(node, ast.ClassDef):
            yield DeadCode(
                rule="unused-constant",
                message=f"the constant '{name}' is never used by an activity: remove it, or use it",
                line=node.lineno,
            )


def _definitions(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """What defines each name of the module."""
    found: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.setdefault(name, []).append(node)
            case ast.Assign(targets=targets):
                for part in (part for target in targets for part in ast.walk(target)):
                    if isinstance(part, ast.Name):
                        found.setdefault(part.id, []).append(node)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.setdefault(name, []).append(node)
    return found


def _mentioned(node: ast.stmt) -> Iterator[str]:
    """Names that `node` reads, those in annotations in quotes included."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id
        for annotation in _annotations(part):
            yield from _quoted(annotation)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.arg(annotation=found) | ast.AnnAssign(annotation=found) | ast.FunctionDef(returns=found):
            if found is not None:
                yield found


def _quoted(annotation: ast.expr) -> Iterator[str]:
    for part in ast.walk(annotation):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                inner = ast.parse(part.value, mode="eval")
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            yield from (name.id for name in ast.walk(inner) if isinstance(name, ast.Name))


# Parameters


def _parameters(tree: ast.Module) -> Iterator[DeadCode]:
    used_as_values = _used_as_values(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or node.name in used_as_values:
            continue  # what a function that is handed on takes, is not its own choice
        read = {
            part.id
            for statement in node.body
            for part in ast.walk(statement)
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Store)
        }
        arguments = _arguments(node.args)
        is_activity = [argument.arg for argument in arguments] == [_INPUT]
        for argument in arguments:
            if argument.arg not in read and not argument.arg.startswith("_"):
                yield DeadCode(
                    rule="unused-parameter",
                    message=f"the parameter '{argument.arg}' of '{node.name}' is never used: remove it, or use it",
                    line=argument.lineno,
                    severity="warning" if is_activity else "error",
                )


def _used_as_values(tree: ast.Module) -> set[str]:
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in called
    }


def _arguments(node: ast.arguments) -> list[ast.arg]:
    extra = [argument for argument in (node.vararg, node.kwarg) if argument is not None]
    return [*node.posonlyargs, *node.args, *node.kwonlyargs, *extra]


# Branches


def _branches(tree: ast.Module) -> Iterator[DeadCode]:
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                value = _fixed(test)
            case _:
                continue
        is_endless_loop = isinstance(node, ast.While) and value  # `while True` is a loop like any other
        if value is not None and not is_endless_loop:
            yield DeadCode(
                rule="fixed-condition",
                message=f"the condition '{ast.unparse(test):.60}' is always {value}: keep the branch that is taken, without the test",
                line=node.lineno,
            )


def _fixed(test: ast.expr) -> bool | None:
    """What a condition always is, as far as its text alone tells."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _fixed(operand)
            return None if inner is None else not inner
        case ast.BoolOp(op=operator, values=values):
            deciding = isinstance(operator, ast.Or)
            found = [_fixed(value) for value in values]
            if deciding in found:
                return deciding
            return None if None in found else not deciding
    return None


# Statements


def _after_the_end(tree: ast.Module) -> Iterator[DeadCode]:
    endings = {"abstain"} | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and isinstance(node.returns, ast.Name)
        and node.returns.id in {"NoReturn", "Never"}
    }
    for node in ast.walk(tree):
        for block in _blocks(node):
            for earlier, later in itertools.pairwise(block):
                if _ends(earlier, endings):
                    yield DeadCode(
                        rule="unreachable",
                        message="this statement is never reached, for the one before it never goes on: remove it",
                        line=later.lineno,
                    )
                    break


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block


def _ends(node: ast.stmt, endings: set[str]) -> bool:
    """Whether nothing after `node` in its block is ever reached."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in endings
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and _ends(body[-1], endings) and _ends(orelse[-1], endings)
        case ast.Match(cases=cases):
            return _takes_all(cases[-1]) and all(_ends(case.body[-1], endings) for case in cases)
    return isinstance(node, _ENDS)


def _takes_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
