"""Subset rules on formats and codecs: none that follows the machine's locale or is looked up by import."""

from __future__ import annotations

import ast
import re

from compiled_ai.subset.tables import DATE_DIRECTIVES, SAFE_CODECS
from compiled_ai.subset.text import Problems

_DIRECTIVE = re.compile(r"%(.?)")


class FormatRules:
    """Checks date formats, format specifications and codecs of one module."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._problems = problems
        self._tables = _text_tables(tree, problems)

    def special_method(self, node: ast.Attribute) -> None:
        """strftime, strptime, encode and decode: only called in place, with arguments that are known here."""
        if node.attr not in {"strftime", "strptime", "encode", "decode"}:
            return
        parent = self._problems.parents.get(node)
        if not (isinstance(parent, ast.Call) and parent.func is node):
            self._problems.add(
                "locale", node, f"'{node.attr}' used as a value: call it in place with a literal format"
            )
        elif node.attr in {"encode", "decode"}:
            self._codec(parent)
        else:
            formats = self._literal_texts(parent.args[-1]) if parent.args and not parent.keywords else None
            if formats is None:
                self._problems.add(
                    "locale", node, f"'{node.attr}' needs its format written out, such as '%Y-%m-%d'"
                )
            for text in formats or ():
                self._date_format(text, node)

    def _codec(self, call: ast.Call) -> None:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        texts = [
            arg.value.lower() if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None
            for arg in given
        ]
        codecs = SAFE_CODECS | {"strict", "ignore", "replace"}
        if any(text not in codecs for text in texts):
            self._problems.add(
                "locale",
                call,
                "encode and decode take 'utf-8', 'ascii' or 'latin-1', with 'strict', 'ignore' or 'replace'",
            )

    def _date_format(self, text: str, node: ast.AST) -> None:
        for letter in _DIRECTIVE.findall(text):
            if letter not in DATE_DIRECTIVES or letter == "":
                self._problems.add(
                    "locale",
                    node,
                    f"date format '%{letter}' differs between machines: use %Y %m %d %H %M %S and a table of names",
                )

    def _literal_texts(self, node: ast.expr) -> tuple[str, ...] | None:
        """Every text that `node` can be: a literal, or a name that runs over a literal table in a for loop."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return (node.value,)
        if isinstance(node, ast.Name):
            return self._tables.get(node.id)
        return None

    def format_builtin(self, node: ast.Name, parent: ast.AST | None) -> None:
        """The builtin `format`: only called in place, with its specification written out."""
        match parent:
            case ast.Call(func=func, args=[_, ast.Constant(value=str(text))], keywords=[]) if func is node:
                self._format_spec(text, node)
            case _:
                self._problems.add(
                    "locale",
                    node,
                    "'format' needs its specification written out: write an f-string such as f'{x:.2f}'",
                )

    def formatted(self, node: ast.FormattedValue) -> None:
        """A value in an f-string."""
        if not isinstance(node.format_spec, ast.JoinedStr):
            return
        parts = node.format_spec.values
        literal = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        self._format_spec(literal, node)
        nested = [part for part in parts if isinstance(part, ast.FormattedValue)]
        if nested and ("%" in literal or any(part.format_spec or part.conversion != -1 for part in nested)):
            self._problems.add(
                "locale",
                node,
                "a format specification held in a variable: write it out, such as f'{x:.2f}' or f'{x:>{width}}'",
            )

    def _format_spec(self, text: str, node: ast.AST) -> None:
        if text.endswith("n"):
            self._problems.add("locale", node, "format type 'n' follows the machine's locale: use ',' or 'd'")
        if text.count("%") > 1 or not text.endswith("%"):
            self._date_format(text, node)


def _text_tables(tree: ast.Module, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Names whose every binding is a literal text or a loop over a table of them, with the texts they can hold.

    A name is looked up without its scope, so one binding of another kind anywhere rules it out.
    """
    constants = {
        target.id: texts
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and (texts := _texts(node.value)) is not None
    }
    bindings: dict[str, int] = {}
    for bound, _ in problems.bound:
        bindings[bound] = bindings.get(bound, 0) + 1
    tables: dict[str, list[str]] = {}
    known: dict[str, int] = {}
    fixed = {key: value for key, value in constants.items() if bindings[key] == 1}
    for node in problems.nodes:
        name, held = _text_binding(node, fixed)
        if name is not None and held is not None:
            tables.setdefault(name, []).extend(held)
            known[name] = known.get(name, 0) + 1
    return {key: tuple(value) for key, value in tables.items() if known[key] == bindings[key]}


def _text_binding(
    node: ast.AST, constants: dict[str, tuple[str, ...]]
) -> tuple[str | None, tuple[str, ...] | None]:
    match node:
        case (
            ast.For(target=ast.Name(id=name), iter=source)
            | ast.comprehension(target=ast.Name(id=name), iter=source)
        ):
            return name, constants.get(source.id) if isinstance(source, ast.Name) else _texts(source)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
            return name, (text,)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
            return name, (text,)
    return None, None


def _texts(node: ast.expr | None) -> tuple[str, ...] | None:
    if isinstance(node, ast.Tuple | ast.List):
        texts = [
            item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
        ]
        return tuple(texts) if len(texts) == len(node.elts) else None
    return None
