"""What ``pci_dss`` asks of code that handles card numbers: no authentication data at all, and no number whole in a result."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compiled_ai.compliance.card_fields import is_authentication_name, is_card_name
from compiled_ai.compliance.texts import SHOWN_FIRST, SHOWN_LAST
from compiled_ai.validation._fixed_texts import Bindings, bindings_in

_MASKING: Final = re.compile(r"mask|redact|truncat|token|last_?(?:4|four)|hide|obscure", re.IGNORECASE)
_DEPTH: Final = 6


@dataclass(frozen=True, kw_only=True)
class CardFault:
    """One way in which code breaks the rules on card data."""

    rule: str
    message: str
    line: int


def card_faults(tree: ast.Module) -> Iterator[CardFault]:
    """What `tree` does with card data that PCI DSS v4.0 forbids."""
    tables = _constant_tables(tree)
    for node in ast.walk(tree):
        for name in () if node in tables else _fields(node):
            if is_authentication_name(name):
                yield CardFault(
                    rule="authentication-data",
                    message=f"the code handles '{name}': PCI DSS v4.0 3.3.1 forbids to keep verification codes, PINs and stripes; leave the field out of the input",
                    line=getattr(node, "lineno", 1),
                )
        if isinstance(node, ast.Subscript) and _shows_too_much(node):
            yield CardFault(
                rule="mask-width",
                message=f"at most the first {SHOWN_FIRST} and the last {SHOWN_LAST} digits of a card number may be shown (PCI DSS v4.0 3.4.1)",
                line=node.lineno,
            )
        if isinstance(node, ast.FunctionDef):
            yield from _unmasked(node)


def _constant_tables(tree: ast.Module) -> set[ast.AST]:
    """Dicts and names of the module itself: tables of cues and limits, which hold nothing of an input."""
    tops = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return {node for top in tops for node in ast.walk(top) if isinstance(node, ast.Dict | ast.AnnAssign)}


def _fields(node: ast.AST) -> Iterator[str]:
    """Names of fields that `node` reads, writes or declares."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            yield name
        case ast.Call(
            func=ast.Attribute(attr="get" | "pop" | "setdefault"),
            args=[ast.Constant(value=str() as name), *_],
        ):
            yield name
        case ast.Dict(keys=keys):
            yield from (
                key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            )
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.keyword(arg=str() as name):
            yield name


def _shows_too_much(node: ast.Subscript) -> bool:
    if not (isinstance(node.slice, ast.Slice) and _names_card(node.value)):
        return False
    lower, upper = _number(node.slice.lower), _number(node.slice.upper)
    if lower is None and upper is not None and upper > 0:
        return upper > SHOWN_FIRST
    return upper is None and lower is not None and lower < 0 and -lower > SHOWN_LAST


def _number(node: ast.expr | None) -> int | None:
    match node:
        case ast.Constant(value=int() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return -number
    return None


def _names_card(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return is_card_name(name)
    return False


def _unmasked(function: ast.FunctionDef) -> Iterator[CardFault]:
    names = bindings_in(function)
    for node in ast.walk(function):
        pairs: list[tuple[str, ast.expr]] = []
        match node:
            case ast.Dict(keys=keys, values=values):
                pairs = [
                    (key.value, value)
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                ]
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str() as name))], value=value):
                pairs = [(name, value)]
        for name, value in pairs:
            if is_card_name(name) and not _is_masked(value, names):
                yield CardFault(
                    rule="unmasked",
                    message=f"'{name}' goes out whole: give at most the first {SHOWN_FIRST} and the last {SHOWN_LAST} digits, by slices or a function named mask_... (PCI DSS v4.0 3.4.1)",
                    line=value.lineno,
                )


def _is_masked(node: ast.expr | None, names: Bindings, *, depth: int = 0) -> bool:
    """Whether `node` shows at most the allowed digits of a card number."""
    if node is None or depth > _DEPTH:
        return False
    sides: list[ast.expr | None]
    match node:
        case ast.Name(id=name):
            sides = [*(names.values.get(name) or [None])]
        case ast.BinOp(left=left, op=ast.Add(), right=right) | ast.IfExp(body=left, orelse=right):
            sides = [left, right]
        case ast.JoinedStr(values=pieces):
            sides = [piece.value for piece in pieces if isinstance(piece, ast.FormattedValue)]
        case _:
            return _hides_itself(node)
    return all(_is_masked(side, names, depth=depth + 1) for side in sides)


def _hides_itself(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _MASKING.search(name) is not None
        case ast.Subscript(slice=ast.Slice() as part):
            return _is_narrow(part)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):  # stars, as many as digits are hidden
            return isinstance(left, ast.Constant) or isinstance(right, ast.Constant)
    return False


def _is_narrow(part: ast.Slice) -> bool:
    lower, upper = _number(part.lower), _number(part.upper)
    if lower is None or lower == 0:
        return upper is not None and 0 <= upper <= SHOWN_FIRST
    return upper is None and -SHOWN_LAST <= lower < 0
