"""Conditions of decision tables as Python: names of variables, exact numbers, and what a line that fails tells about null."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonValue
from compiled_ai.spec.schema import is_decimal

_OWN_NAMES = frozenset(("data", "abstain", "annotations", "Decimal", "Literal", "NotRequired", "TypedDict"))
_SITE_NAMES = frozenset(("copyright", "credits", "exit", "help", "license", "quit"))
"""What the module `site` adds to the builtins."""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields that a table reads."""

    variables: Mapping[str, str]
    """Local variable by field. It bears the field's name where Python and the subset let it."""
    exact: frozenset[str]
    """Fields held as ``Decimal``: decimals, and numbers that some condition puts beside one."""


def name_fields(
    names: Sequence[str], scope: Mapping[str, JsonValue], conditions: Sequence[ast.expr]
) -> Fields:
    """How the fields `names`, with their schemas in `scope`, are held for `conditions`."""
    variables: dict[str, str] = {}
    for number, field in enumerate(names, start=1):
        name = field if field.isascii() and not field.startswith("__") else f"field_{number}"
        while _is_taken(name) or name in variables.values() or (name != field and name in names):
            name += "_"
        variables[field] = name
    exact = {name for name in names if is_decimal_field(scope.get(name))}
    numbers = {name for name in names if "number" in kinds_of(scope.get(name))}
    terms = [names_in(term) for condition in conditions for term in _terms(condition)]
    while found := {name for term in terms if term & exact for name in term & numbers} - exact:
        exact |= found
    return Fields(variables=variables, exact=frozenset(exact))


def _is_taken(name: str) -> bool:
    return name in _OWN_NAMES or name in _SITE_NAMES or hasattr(builtins, name)


def kinds_of(schema: JsonValue) -> tuple[str, ...]:
    """The JSON types that `schema` names; none when it leaves them open."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    return tuple(map(str, kinds)) if isinstance(kinds, list) else () if kinds is None else (str(kinds),)


def is_decimal_field(schema: JsonValue) -> bool:
    """Whether `schema` is decimal text."""
    return isinstance(schema, dict) and schema.get("format") == "decimal"


def names_in(node: ast.expr) -> frozenset[str]:
    """Fields that an expression reads."""
    return frozenset(found.id for found in ast.walk(node) if isinstance(found, ast.Name))


def branches(condition: ast.expr) -> int:
    """What an `if` with `condition` adds to the cyclomatic complexity of a function."""
    return 1 + sum(len(node.values) - 1 for node in ast.walk(condition) if isinstance(node, ast.BoolOp))


def not_null(condition: ast.expr, *, holds: bool) -> frozenset[str]:
    """Fields that cannot be null once `condition` is known to hold, or not to."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not_null(operand, holds=not holds)
        case ast.BoolOp(op=operator, values=values):
            found = [not_null(value, holds=holds) for value in values]
            every = isinstance(operator, ast.And) == holds
            return frozenset.union(*found) if every else frozenset.intersection(*found)
        case ast.Compare(left=ast.Name(id=name), ops=[test], comparators=[ast.Constant(value=None)]):
            return frozenset([name] if isinstance(test, ast.IsNot if holds else ast.Is) else [])
    return frozenset()


def to_python(condition: ast.expr, fields: Fields) -> str:
    """`condition` as Python source over the variables of `fields`."""
    return ast.unparse(ast.fix_missing_locations(_rewrite(condition, fields)))


def _rewrite(condition: ast.expr, fields: Fields) -> ast.expr:
    match condition:
        case ast.BoolOp(op=operator, values=values):
            return ast.BoolOp(op=operator, values=[_rewrite(value, fields) for value in values])
        case ast.UnaryOp(op=ast.Not() as operator, operand=operand):
            return ast.UnaryOp(op=operator, operand=_rewrite(operand, fields))
    term: ast.expr = _Term(fields, is_exact=bool(names_in(condition) & fields.exact)).visit(
        copy.deepcopy(condition)
    )
    return term


def _terms(condition: ast.expr) -> Iterator[ast.expr]:
    """The parts of `condition` that and, or and not join."""
    match condition:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _terms(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _terms(operand)
        case _:
            yield condition


class _Term(ast.NodeTransformer):
    """Renames fields; in an exact term also turns literals into ``Decimal``."""

    def __init__(self, fields: Fields, *, is_exact: bool) -> None:
        self._fields = fields
        self._is_exact = is_exact

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id=self._fields.variables[node.id], ctx=ast.Load())

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return (
            _call_decimal(ast.Constant(repr(node.value)))
            if self._is_exact and isinstance(node.value, float)
            else node
        )

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Division of whole numbers would give a float."""
        is_whole = not names_in(node) & self._fields.exact
        self.generic_visit(node)
        if self._is_exact and isinstance(node.op, ast.Div) and is_whole:
            node.left = _call_decimal(node.left)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if self._is_exact:
            node.left, *node.comparators = map(_exact_text, [node.left, *node.comparators])
        return node


def _exact_text(side: ast.expr) -> ast.expr:
    """Decimal text that is compared with an exact number, as a number."""
    if isinstance(side, ast.List | ast.Tuple):
        side.elts = [_exact_text(item) for item in side.elts]
    if isinstance(side, ast.Constant) and isinstance(side.value, str) and is_decimal(side.value):
        return _call_decimal(side)
    return side


def _call_decimal(value: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Name(id="Decimal", ctx=ast.Load()), args=[value], keywords=[])
