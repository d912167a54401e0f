"""How complex, how long and how typed the code is: radon's cyclomatic complexity, and counts taken from the tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from compiled_ai.checkers.proof import installed_version
from compiled_ai.errors import MissingToolError

COMPLEXITY_LIMIT = 10
"""A function must stay below it: more branches than that are read and tested badly."""

MAX_FUNCTION_LINES = 80
"""Lines of one function without the tables in it. The coder is asked for 40; formatting stretches them. The longest of 80 recorded has 37."""
MAX_STATEMENTS = 50
"""Statements of one function. The recorded ones have up to 25; a decision table of 20 fields has about 45."""
MAX_PARAMETERS = 8
"""Parameters of one function. The recorded ones have up to 3."""
MAX_LINES = 3_000
"""Lines of the file. The longest recorded has 394, most of them a table of cues."""

KNOWN_BAD = "def f(x):\n" + "".join(
    f"    if x == {number}:\n        return {number}\n" for number in range(11)
)
KNOWN_BAD_COMPLEXITY = 12

_MEND = "install it again with 'pip install --force-reinstall radon'"


@dataclass(frozen=True, kw_only=True)
class TooLarge:
    """A function or file beyond a limit."""

    rule: str
    message: str
    line: int


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
    return installed_version("radon", mend=_MEND)


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
    """Share of parameters, results and fields that say their type; 1.0 when there are none.

    ``Any`` says none, and neither does a container that leaves open what it holds.
    """
    slots = [slot for _, slot in _slots(tree)]
    return sum(map(_is_typed, slots)) / len(slots) if slots else 1.0


def untyped_places(tree: ast.Module) -> tuple[tuple[str, int], ...]:
    """What `type_coverage` counts as missing: its name and line."""
    return tuple(place for place, slot in _slots(tree) if not _is_typed(slot))


def _slots(tree: ast.Module) -> list[tuple[tuple[str, int], ast.expr | None]]:
    found: list[tuple[tuple[str, int], ast.expr | None]] = []
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.append(((f"the result of '{node.name}'", node.lineno), node.returns))
                found += [
                    (
                        (f"the parameter '{argument.arg}' of '{node.name}'", argument.lineno),
                        argument.annotation,
                    )
                    for argument in _arguments(node.args)
                ]
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                found.append(((f"'{name}'", node.lineno), annotation))
    return found


_OPEN_CONTAINERS = frozenset(
    [
        "dict",
        "list",
        "set",
        "frozenset",
        "tuple",
        "Dict",
        "List",
        "Set",
        "FrozenSet",
        "Tuple",
        "Mapping",
        "Sequence",
        "Iterable",
        "Iterator",
        "Collection",
        "Counter",
        "OrderedDict",
        "defaultdict",
        "deque",
        "Callable",
        "MutableMapping",
        "MutableSequence",
        "AbstractSet",
    ]
)


def _is_typed(annotation: ast.expr | None) -> bool:
    """Whether an annotation leaves nothing open."""
    if annotation is None:
        return False
    filled = {node.value for node in ast.walk(annotation) if isinstance(node, ast.Subscript)}
    return not any(
        _type_name(node) == "Any" or (_type_name(node) in _OPEN_CONTAINERS and node not in filled)
        for node in ast.walk(annotation)
    )


def _type_name(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def too_large(source: str, tree: ast.Module) -> tuple[TooLarge, ...]:
    """Functions with too many lines, statements or parameters, and a file with too many lines."""
    lines = source.count("\n") + 1
    found = []
    if lines > MAX_LINES:
        message = (
            f"the file has {lines} lines, the limit is {MAX_LINES}: shorten the tables, or split the task"
        )
        found.append(TooLarge(rule="file-lines", message=message, line=MAX_LINES))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _too_large(node)
    return tuple(found)


def _too_large(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[TooLarge]:
    counted = (
        ("function-lines", "lines", function_lines(node), MAX_FUNCTION_LINES),
        ("function-statements", "statements", _statements(node), MAX_STATEMENTS),
        ("function-parameters", "parameters", len(_arguments(node.args)), MAX_PARAMETERS),
    )
    return [
        TooLarge(
            rule=rule,
            message=f"'{node.name}' has {count} {what}, the limit is {limit}: split it into helper functions or use a table",
            line=node.lineno,
        )
        for rule, what, count, limit in counted
        if count > limit
    ]


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function. A table of literals counts as one."""
    tables = {
        line
        for part in ast.walk(node)
        if isinstance(part, ast.Dict | ast.List | ast.Tuple | ast.Set)
        for line in range(part.lineno + 1, (part.end_lineno or part.lineno) + 1)
    }
    return sum(line not in tables for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 1


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
