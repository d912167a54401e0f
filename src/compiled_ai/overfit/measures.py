"""Lengths and checksums by which code recognises an example's input without holding a word of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from compiled_ai.findings import Finding
from compiled_ai.overfit.folding import Folder, NotConstantError
from compiled_ai.overfit.literals import Evidence
from compiled_ai.overfit.subject import leaves, tokens

_FREE_WORDS = 4
"""Words of letters that make a text a free one. Ids and account numbers have a length that is theirs to have."""
_KNOWN_LENGTHS = frozenset((20, 22, 24, 27, 32, 34, 36, 40, 64, 128))
"""Of ids, account numbers and digests."""


def measure_findings(evidence: Evidence, tree: ast.Module) -> Iterator[Finding]:
    """A finding for each length or checksum of an example's free text that the code tests for."""
    texts = [
        (case.case_id, leaf)
        for case in evidence.subject.visible
        for _, leaf in leaves(case.input)
        if isinstance(leaf, str) and sum(word.isalpha() for word in tokens(leaf)) >= _FREE_WORDS
    ]
    figures = {
        kind: [(case, number) for case, text in texts for number in _figures(text, kind)]
        for kind in ("len", "ord")
    }
    for node, kind, numbers in _measure_tests(tree, _measured_names(tree), Folder(tree)):
        hits = [(case, number) for case, number in figures[kind] if number in numbers]
        cases = {case for case, _ in hits}
        doubtful = all(
            number in _KNOWN_LENGTHS or number < 20 or evidence.spec.names_number(Decimal(number))
            for _, number in hits
        )
        if hits and (len(cases) > 1 or not doubtful):
            what = "length" if kind == "len" else "checksum"
            yield Finding(
                stage="accuracy",
                tool="overfit",
                rule="input-measure",
                message=f"the code tests for the {what} of a text, and example '{hits[0][0]}' has exactly that; decide by what the text says",
                line=node.lineno,
            )


def _figures(text: str, kind: str) -> set[int]:
    forms = {text, text.strip(), text.lower(), text.upper(), text.strip().lower(), text.casefold()}
    if kind == "len":
        return {len(form) for form in forms}
    forms.add(text.replace(" ", ""))
    weighted = {
        sum(index * ord(char) for index, char in enumerate(form, start)) for form in forms for start in (0, 1)
    }
    encoded = {sum(form.encode("utf-8", "surrogatepass")) for form in forms}
    return weighted | encoded | {sum(map(ord, form)) for form in forms}


def _measured_names(tree: ast.Module) -> dict[str, str]:
    """The variables that hold a length or a sum, with which of them."""
    names = {}
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ) if kind := _measure(value, {}):
                names[name] = kind
            case ast.AugAssign(target=ast.Name(id=name), value=value) if _uses_code_points(value):
                names[name] = "ord"
    return names


def _measure(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """``len`` or ``ord`` when the value of `node` is a length or a checksum."""
    match node:
        case ast.Name(id=name):
            return names.get(name)
        case ast.NamedExpr(value=value):
            return _measure(value, names)
        case ast.BinOp(left=left, right=right):
            return _measure(left, names) or _measure(right, names)
        case ast.Call(func=ast.Name(id="len")):
            return "len"
        case ast.Call(func=ast.Name(id="sum" | "reduce")):
            return "ord" if _uses_code_points(node) else None
    return None


def _uses_code_points(node: ast.AST) -> bool:
    return any(
        (isinstance(part, ast.Name) and part.id == "ord")
        or (isinstance(part, ast.Attribute) and part.attr == "encode")
        for part in ast.walk(node)
    )


def _measure_tests(
    tree: ast.Module, names: Mapping[str, str], folder: Folder
) -> Iterator[tuple[ast.expr | ast.stmt, str, set[int]]]:
    """Where a length or checksum is tested for being equal to numbers, or looked up by."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others) if not all(
                isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops
            ):
                sides = [left, *others]
                kinds = [kind for side in sides if (kind := _measure(side, names))]
            case ast.Match(subject=subject, cases=cases):
                sides = [
                    part.value
                    for case in cases
                    for part in ast.walk(case.pattern)
                    if isinstance(part, ast.MatchValue)
                ]
                kinds = [kind for kind in [_measure(subject, names)] if kind]
            case ast.Subscript(value=table, slice=index):
                sides, kinds = [table], [kind for kind in [_measure(index, names)] if kind]
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[index, *_]):
                sides, kinds = [table], [kind for kind in [_measure(index, names)] if kind]
            case _:
                continue
        if kinds:
            yield node, kinds[0], {number for side in sides for number in _numbers(side, folder)}


def _numbers(node: ast.expr, folder: Folder) -> Iterator[int]:
    try:
        value: Any = folder.value(node)
    except NotConstantError:
        if isinstance(node, ast.Dict):
            for key in node.keys:
                yield from _numbers(key, folder) if key is not None else ()
        return
    for item in value if isinstance(value, list | tuple | set | frozenset | dict) else [value]:
        if type(item) is int:
            yield item
