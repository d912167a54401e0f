"""How complex and how typed the code is: radon's cyclomatic complexity, and counts taken from the tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from compiled_ai.errors import MissingToolError

COMPLEXITY_LIMIT = 10
"""A function must stay below it: more branches than that are read and tested badly."""

KNOWN_BAD = "def f(x):\n" + "".join(
    f"    if x == {number}:\n        return {number}\n" for number in range(11)
)
KNOWN_BAD_COMPLEXITY = 12

_MEND = "install it again with 'pip install --force-reinstall radon'"


@dataclass(frozen=True, kw_only=True)
class FunctionComplexity:
    """One function and how many independent ways lead through it."""

    name: str
    line: int
    complexity: int


def radon_version() -> str:
    """Version of the installed radon.

    Raises:
        MissingToolError: it is not installed.
    """
    try:
        return metadata.version("radon")
    except metadata.PackageNotFoundError as error:
        raise MissingToolError(f"radon is not installed; {_MEND}") from error


def complexities(tree: ast.Module) -> tuple[FunctionComplexity, ...]:
    """Cyclomatic complexity of each function in `tree`, nested ones counted with the one around them.

    Raises:
        MissingToolError: radon is absent, or overlooked a function.
    """
    try:
        from radon.visitors import ComplexityVisitor
    except ImportError as error:
        raise MissingToolError(f"radon cannot be imported ({error}); {_MEND}") from error
    visitor = ComplexityVisitor.from_ast(tree)
    methods = [method for block in visitor.classes for method in block.methods]
    found = tuple(
        FunctionComplexity(name=block.name, line=block.lineno, complexity=block.complexity)
        for block in [*visitor.functions, *methods]
    )
    expected = sum(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in tree.body)
    if len(visitor.functions) < expected:
        raise MissingToolError(f"radon saw {len(visitor.functions)} of {expected} functions; {_MEND}")
    return found


def type_coverage(tree: ast.Module) -> float:
    """Share of parameters and returns that carry an annotation; 1.0 when there are none."""
    slots = [
        slot
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for slot in (node.returns, *(argument.annotation for argument in _arguments(node.args)))
    ]
    return sum(slot is not None for slot in slots) / len(slots) if slots else 1.0


def lines_of_code(source: str) -> int:
    """Lines that are neither blank nor a comment alone."""
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in source.split("\n"))


@cache
def prove_radon() -> None:
    """Check once per process that radon counts as it must.

    Raises:
        MissingToolError: it is absent, or counts wrongly.
    """
    counted = complexities(ast.parse(KNOWN_BAD))[0].complexity
    if counted != KNOWN_BAD_COMPLEXITY:
        raise MissingToolError(f"radon counts {counted} where {KNOWN_BAD_COMPLEXITY} is right; {_MEND}")


def _arguments(node: ast.arguments) -> list[ast.arg]:
    extra = [argument for argument in (node.vararg, node.kwarg) if argument is not None]
    return [*node.posonlyargs, *node.args, *node.kwonlyargs, *extra]
