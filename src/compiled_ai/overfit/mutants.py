"""Mutants: the same code with one small thing changed, to see whether any case notices."""

from __future__ import annotations

import ast
import copy
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.schema import shorten

KINDS = (
    "boundary", "boolean", "abstain", "comparison", "answer", "number", "condition", "arithmetic", "slice", "negation", "text", "statement",
)  # fmt: skip
"""Most telling first."""

_SWAPPED_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_BOUNDARIES = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_SWAPPED_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
_TYPE_FORMS = frozenset(
    ("Literal", "NotRequired", "Annotated", "Union", "Optional", "TypedDict", "NamedTuple")
)
_KEYED_METHODS = frozenset(("get", "pop", "setdefault", "strftime", "strptime", "encode", "decode", "group"))


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """Code with one change."""

    source: str
    line: int
    """Line of the change in the original."""
    function: str
    """Empty at module level."""
    kind: str
    before: str
    after: str
    """What stands there instead; empty when something was taken away."""


@dataclass(frozen=True, kw_only=True)
class _Edit:
    node: ast.expr | ast.stmt
    new: ast.expr | None
    """None takes the statement away."""
    kind: str
    function: str


def make_mutants(
    source: str, *, enums: Sequence[Sequence[JsonValue]] = (), limit: int = 30
) -> tuple[Mutant, ...]:
    """At most `limit` mutants of `source`, spread over functions and kinds of change; the same for the same source.

    Each compiles, and to something else than `source` does. Types, docstrings, imports, reasons of abstentions and names of fields stay as they are.

    Args:
        source: Code that parses.
        enums: Lists of allowed answers; one of them is swapped for its neighbour.
        limit: How many at most.
    """
    tree = ast.parse(source)
    original = _shape(compile(source, "activities.py", "exec", dont_inherit=True))
    writer = _Writer(source)
    found: list[Mutant] = []
    for edit in _in_turn(list(_Finder(enums).edits(tree))):
        if len(found) >= limit:
            break
        mutant = writer.apply(edit)
        try:
            code = compile(mutant.source, "activities.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        if _shape(code) != original:
            found.append(mutant)
    return tuple(found)


class _Finder:
    """Finds what can be changed."""

    def __init__(self, enums: Sequence[Sequence[JsonValue]]) -> None:
        self._next: dict[str, str] = {}
        for values in enums:
            texts = [value for value in values if isinstance(value, str)]
            for text, other in zip(texts, texts[1:] + texts[:1], strict=True):
                if text != other:
                    self._next.setdefault(text, other)

    def edits(self, node: ast.AST, function: str = "") -> Iterator[_Edit]:
        """Every edit in `node` and below, in the order of the text."""
        match node:
            case ast.ClassDef() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
                return
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Subscript(value=ast.Name(id=name)) if name in _TYPE_FORMS:
                return
            case ast.Call(func=ast.Name(id=name)) if name in _TYPE_FORMS or name == "abstain":
                return
        if isinstance(node, ast.stmt):
            yield from self._of_statement(node, function)
        elif isinstance(node, ast.expr):
            yield from self._of_expression(node, function)
        inner = node.name if isinstance(node, ast.FunctionDef) and not function else function
        for child in self._children(node):
            yield from self.edits(child, inner)

    def _of_statement(self, node: ast.stmt, function: str) -> Iterator[_Edit]:
        match node:
            case ast.If(test=test):
                for value in (True, False):
                    yield _Edit(node=test, new=ast.Constant(value), kind="condition", function=function)
            case ast.Expr(value=ast.Call(func=ast.Name(id="abstain"))):
                yield _Edit(node=node, new=None, kind="abstain", function=function)
            case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Continue() | ast.Break() if function:
                yield _Edit(node=node, new=None, kind="statement", function=function)

    def _of_expression(self, node: ast.expr, function: str) -> Iterator[_Edit]:
        for kind, new in self._variants(node):
            yield _Edit(node=node, new=new, kind=kind, function=function)

    def _variants(self, node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        match node:
            case ast.Compare(ops=ops):
                for index, op in enumerate(ops):
                    changed = copy.deepcopy(node)
                    changed.ops[index] = _SWAPPED_COMPARISONS[type(op)]()
                    yield "boundary" if isinstance(op, _BOUNDARIES) else "comparison", changed
            case ast.BoolOp(op=op, values=values):
                other = ast.Or() if isinstance(op, ast.And) else ast.And()
                yield "boolean", ast.BoolOp(op=other, values=values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield "negation", operand
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SWAPPED_ARITHMETIC:
                if not any(_is_text(side) for side in (left, right)):
                    yield "arithmetic", ast.BinOp(left=left, op=_SWAPPED_ARITHMETIC[type(op)](), right=right)
            case ast.Slice():
                yield from _of_slice(node)
            case ast.Constant(value=value):
                yield from self._of_constant(value)

    def _of_constant(self, value: object) -> Iterator[tuple[str, ast.expr]]:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float):
            yield "number", ast.Constant(value + 1)
            yield "number", ast.Constant(value - 1)
        elif isinstance(value, str) and value in self._next:
            yield "answer", ast.Constant(self._next[value])
        elif isinstance(value, str) and _is_decimal(value):
            yield "number", ast.Constant(_next_decimal(value))
        elif isinstance(value, str) and value.strip():
            yield "text", ast.Constant(f"~{value}~")

    def _children(self, node: ast.AST) -> Iterator[ast.AST]:
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list"}:
                continue
            if _names_fields(node, name, value):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield child


def _of_slice(node: ast.Slice) -> Iterator[tuple[str, ast.expr]]:
    for name in ("lower", "upper"):
        bound = getattr(node, name)
        if isinstance(bound, ast.Constant) and isinstance(bound.value, int):
            changed = copy.deepcopy(node)
            setattr(changed, name, ast.Constant(bound.value + 1))
            yield "slice", changed


def _names_fields(node: ast.AST, name: str, value: Any) -> bool:
    """Whether part `name` of `node` names fields or formats, or belongs to an edit of `node` itself."""
    match node:
        case ast.Subscript():
            return name == "slice" and isinstance(value, ast.Constant) and isinstance(value.value, str)
        case ast.Dict(keys=keys):
            return (
                name == "keys"
                and all(
                    isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier()
                    for key in keys
                )
                and len(keys) <= 12
            )
        case ast.Call(func=ast.Attribute(attr=method), args=[ast.Constant(value=str()), *_]):
            return name == "args" and method in _KEYED_METHODS
        case ast.Slice():
            return True
    return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_decimal(text: str) -> bool:
    return text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()


def _next_decimal(text: str) -> str:
    """The decimal one step of its last digit above `text`."""
    digits = text.replace(".", "", 1)
    raised = str(int(digits) + 1).zfill(len(digits))
    places = len(text) - text.index(".") - 1 if "." in text else 0
    return f"{raised[:-places]}.{raised[-places:]}" if places else raised


def _in_turn(edits: Sequence[_Edit]) -> Iterator[_Edit]:
    """One edit of each function in turn, and within a function one of each kind in turn."""
    by_function: dict[str, dict[str, list[_Edit]]] = defaultdict(lambda: defaultdict(list))
    for edit in edits:
        by_function[edit.function][edit.kind].append(edit)
    queues = [list(_alternate(kinds)) for _, kinds in sorted(by_function.items())]
    while queues:
        for queue in queues:
            yield queue.pop(0)
        queues = [queue for queue in queues if queue]


def _alternate(kinds: dict[str, list[_Edit]]) -> Iterator[_Edit]:
    queues = [sorted(kinds[kind], key=_rank) for kind in KINDS if kind in kinds]
    while queues:
        for queue in queues:
            yield queue.pop(0)
        queues = [queue for queue in queues if queue]


def _rank(edit: _Edit) -> str:
    """An order that has nothing to do with the place, so that a choice is spread over a function."""
    new = "" if edit.new is None else ast.unparse(edit.new)
    text = f"{edit.node.lineno}:{edit.node.col_offset}:{new}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Writer:
    """Puts edits into the text and leaves the rest of it as it is, lines included."""

    def __init__(self, source: str) -> None:
        self._lines = source.encode("utf-8", "surrogatepass").splitlines(keepends=True)

    def apply(self, edit: _Edit) -> Mutant:
        """The mutant that `edit` makes."""
        node = edit.node
        before = self._segment(node)
        after = "" if edit.new is None else ast.unparse(ast.fix_missing_locations(edit.new))
        if edit.new is None:
            inserted = "pass"
        else:
            inserted = after if isinstance(node, ast.Slice | ast.Constant) else f"({after})"
        return Mutant(
            source=self._spliced(node, inserted),
            line=node.lineno,
            function=edit.function,
            kind=edit.kind,
            before=shorten(" ".join(before.split()), 120),
            after=shorten(after, 120),
        )

    def _segment(self, node: ast.expr | ast.stmt) -> str:
        first, start, last, end = _span(node)
        if first == last:
            return self._lines[first][start:end].decode("utf-8", "surrogatepass")
        parts = [self._lines[first][start:], *self._lines[first + 1 : last], self._lines[last][:end]]
        return b"".join(parts).decode("utf-8", "surrogatepass")

    def _spliced(self, node: ast.expr | ast.stmt, text: str) -> str:
        first, start, last, end = _span(node)
        middle = self._lines[first][:start] + text.encode("utf-8", "surrogatepass") + self._lines[last][end:]
        lines = [*self._lines[:first], middle, *self._lines[last + 1 :]]
        return b"".join(lines).decode("utf-8", "surrogatepass")


def _span(node: ast.expr | ast.stmt) -> tuple[int, int, int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.lineno - 1, node.col_offset, node.end_lineno - 1, node.end_col_offset


def _shape(code: CodeType) -> object:
    """What a code object does, without where it stands in the text."""
    constants = tuple(
        _shape(item) if isinstance(item, CodeType) else (type(item).__name__, repr(item))
        for item in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_name
