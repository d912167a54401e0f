"""The functions that a workflow calls: whether they are there, and take and give what they must."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EntryProblem:
    """What is wrong with an entry function."""

    message: str
    line: int | None


def entry_problems(tree: ast.Module, entries: Collection[str]) -> Iterator[EntryProblem]:
    """A problem for each of `entries` that is no plain function from one object of the file's types to another."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    types = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for name in entries:
        function = functions.get(name)
        if function is None:
            yield EntryProblem(
                message=f"there is no function '{name}', which the workflow calls: write 'def {name}(data: ...) -> ...:'",
                line=None,
            )
        elif problem := _signature_problem(function, types):
            yield EntryProblem(message=problem, line=function.lineno)


def _signature_problem(function: ast.FunctionDef, types: Collection[str]) -> str:
    arguments = function.args
    extra = (
        arguments.posonlyargs,
        arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
        arguments.defaults,
    )
    if len(arguments.args) != 1 or any(extra):
        return f"'{function.name}' is called with one object: give it the one parameter 'data'"
    for annotation in (arguments.args[0].annotation, function.returns):
        if annotation is not None and _name(annotation) not in types:
            return f"'{function.name}' must take and return the types of its step, not '{ast.unparse(annotation)}'"
    return ""


def _name(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Constant):
        return str(annotation.value)
    return annotation.id if isinstance(annotation, ast.Name) else ""
