"""Cognitive complexity: how hard the flow of a function is to follow.

Written after the definition of SonarSource, version 1.5: https://www.sonarsource.com/docs/CognitiveComplexity.pdf.
One point for each break of the flow (``if``, ``elif``, ``else``, conditional expressions, loops and their ``else``, ``except``,
``match`` as a whole, a run of like boolean operators, a function in a cycle of calls); one more for each level of nesting around an
``if``, a conditional expression, a loop, an ``except`` or a ``match``. Comprehensions count as shorthand, as the definition has it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Break = ast.If | ast.IfExp | ast.Match | ast.ExceptHandler | ast.For | ast.AsyncFor | ast.While
_BREAKS = (ast.If, ast.IfExp, ast.Match, ast.ExceptHandler, ast.For, ast.AsyncFor, ast.While)
_DEEPER = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)
"""They are no break, but what is in them is nested one level deeper."""


def cognitive_complexities(tree: ast.Module) -> dict[str, int]:
    """Points of each function and method by qualified name; a nested function counts into the one around it."""
    functions = dict(_outermost(tree.body, ""))
    cyclic = _in_cycles(functions)
    return {name: _points_of(function) + (name in cyclic) for name, function in functions.items()}


def _outermost(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, _Function]]:
    for node in body:
        if isinstance(node, _FUNCTIONS):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _outermost(node.body, f"{prefix}{node.name}.")


def _points_of(function: _Function) -> int:
    wrapped = _wrapped(function)
    if wrapped is not None:  # a decorator's shell: appendix A of the definition
        return _all(wrapped.body, 0)
    return _all(function.body, 0)


def _wrapped(function: _Function) -> _Function | None:
    """The inner function where the outer one only defines and returns it."""
    body = [node for node in function.body if not _is_text(node)]
    match body:
        case [ast.FunctionDef() | ast.AsyncFunctionDef() as inner, ast.Return()]:
            return inner
        case _:
            return None


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _all(nodes: Iterable[ast.AST | None], nesting: int) -> int:
    return sum(_points(node, nesting) for node in nodes if node is not None)


def _points(node: ast.AST, nesting: int) -> int:
    if isinstance(node, ast.BoolOp):
        return _boolean(node, nesting)
    if isinstance(node, _BREAKS):
        return 1 + nesting + _parts(node, nesting)
    return _all(ast.iter_child_nodes(node), nesting + isinstance(node, _DEEPER))


def _parts(node: _Break, nesting: int) -> int:
    """Points of what is in a break of the flow, without its own."""
    match node:
        case ast.If():
            return _if_parts(node, nesting)
        case ast.IfExp():
            return _points(node.test, nesting) + _all((node.body, node.orelse), nesting + 1)
        case ast.Match():
            inner = (part for case in node.cases for part in (case.guard, *case.body))
            return _points(node.subject, nesting) + _all(inner, nesting + 1)
        case ast.ExceptHandler():
            return _all(node.body, nesting + 1)
        case _:
            return _loop_parts(node, nesting)


def _if_parts(node: ast.If, nesting: int) -> int:
    """Test, body and the rest of the chain: each ``elif`` and ``else`` is a point, whatever the nesting."""
    points = _points(node.test, nesting) + _all(node.body, nesting + 1)
    match node.orelse:
        case []:
            return points
        case [ast.If() as follower] if (
            follower.col_offset == node.col_offset
        ):  # an elif, not an else with an if in it
            return points + 1 + _if_parts(follower, nesting)
        case _:
            return points + 1 + _all(node.orelse, nesting + 1)


def _loop_parts(node: ast.For | ast.AsyncFor | ast.While, nesting: int) -> int:
    head = [node.test] if isinstance(node, ast.While) else [node.target, node.iter]
    points = _all(head, nesting) + _all(node.body, nesting + 1)
    return points + 1 + _all(node.orelse, nesting + 1) if node.orelse else points


def _boolean(node: ast.BoolOp, nesting: int) -> int:
    """A point for each run of like operators as they stand in the text, and what is between them."""
    operators, operands = _flattened(node)
    runs = sum(index == 0 or operator != operators[index - 1] for index, operator in enumerate(operators))
    return runs + _all(operands, nesting)


def _flattened(node: ast.BoolOp) -> tuple[list[type[ast.boolop]], list[ast.expr]]:
    operators: list[type[ast.boolop]] = []
    operands: list[ast.expr] = []
    for index, value in enumerate(node.values):
        if index:
            operators.append(type(node.op))
        if isinstance(value, ast.BoolOp):
            inner_operators, inner_operands = _flattened(value)
            operators += inner_operators
            operands += inner_operands
        else:
            operands.append(value)
    return operators, operands


def _in_cycles(functions: dict[str, _Function]) -> set[str]:
    """Names of functions that call themselves, directly or through others of the file."""
    calls = {
        name: {called for called in _called(function) if called in functions}
        for name, function in functions.items()
    }
    return {name for name in functions if name in _reachable(calls, name)}


def _called(function: _Function) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def _reachable(calls: dict[str, set[str]], start: str) -> set[str]:
    """All that `start` calls, over any number of steps; `start` itself only when it is called again."""
    found: set[str] = set()
    ahead = list(calls[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += calls[name]
    return found
