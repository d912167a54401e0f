"""A module's text as its top-level statements, as far as it can be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

_NAME = re.compile(
    r"(?:async\s+def|def|class)\s+(?P<defined>\w+)|(?P<assigned>[A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)"
)
_GOES_ON = re.compile(r"[\s)\]}#]|(?:elif|else|except|finally)\b|$")
"""Beginning of a line that does not begin a top-level statement."""

_MOST_TOGETHER = 40
"""Chunks that are tried as one statement, such as the lines of a long text."""


@dataclass(frozen=True, eq=False)
class Statement:
    """One top-level statement with the comments right above it. Two statements are equal only if they are the same object."""

    text: str
    node: ast.stmt | None
    """None when the text does not parse."""

    @property
    def is_broken(self) -> bool:
        """Whether the text does not parse."""
        return self.node is None

    @property
    def is_import(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names that it defines; imported ones too. Empty for a statement that defines nothing."""
        match self.node:
            case None:
                return _name_of_broken(self.text)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                return (name,)
            case ast.AnnAssign(target=ast.Name(id=name)):
                return (name,)
            case ast.Assign(targets=targets):
                return tuple(dict.fromkeys(name for target in targets for name in _bound(target)))
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                return tuple(alias.asname or alias.name for alias in aliases)
        return ()

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names that it mentions anywhere, in quoted annotations too."""
        return frozenset() if self.node is None else _mentioned(self.node)

    @cached_property
    def reads_on_import(self) -> frozenset[str]:
        """Names whose values it takes while the module is imported."""
        match self.node:
            case ast.FunctionDef(args=arguments, decorator_list=decorators):
                defaults = [
                    node for node in (*arguments.defaults, *arguments.kw_defaults) if node is not None
                ]
                return _all_mentioned([*defaults, *decorators])
            case ast.AnnAssign(value=value):
                return _mentioned(value) if value is not None else frozenset()
            case ast.Assign(value=value):
                return _mentioned(value)
            case ast.ClassDef(bases=bases, keywords=keywords, body=body, decorator_list=decorators):
                return _all_mentioned([*bases, *keywords, *body, *decorators])
        return frozenset()

    def narrowed(self, keeps: Callable[[ast.alias], bool]) -> Statement | None:
        """This import with those names only that `keeps` says; None when nothing is left."""
        assert isinstance(self.node, ast.Import | ast.ImportFrom)
        left = [alias for alias in self.node.names if keeps(alias)]
        if len(left) == len(self.node.names):
            return self
        if not left:
            return None
        node = (
            ast.Import(names=left)
            if isinstance(self.node, ast.Import)
            else ast.ImportFrom(module=self.node.module, names=left, level=self.node.level)
        )
        return replace(self, node=node, text=ast.unparse(node))


def parse(text: str) -> ast.Module | None:
    """The tree of `text`, or None when it does not parse."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def split_statements(text: str) -> list[Statement]:
    """The top-level statements of `text`. Where the text does not parse as a whole, each that does is still found."""
    text = re.sub(r"\r\n?", "\n", text)
    tree = parse(text)
    return _of_tree(text, tree) if tree is not None else list(_of_chunks(_chunks(text)))


def _of_tree(text: str, tree: ast.Module) -> list[Statement]:
    lines = text.split("\n")  # not splitlines: a form feed or U+2028 in a text does not end a line of Python
    statements = []
    end = 0
    for index, node in enumerate(tree.body):
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
        last = node.end_lineno or node.lineno
        later = tree.body[index + 1] if index + 1 < len(tree.body) else None
        if first <= end or (later is not None and later.lineno <= last):
            own = ast.get_source_segment(text, node) or ""
        else:
            start = first - 1
            while start > end and lines[start - 1].startswith("#"):
                start -= 1
            own = "\n".join(lines[start:last])
        statements.append(Statement(own, node))
        end = last
    return statements


def _chunks(text: str) -> list[str]:
    """`text` cut before every line that seems to begin a statement; comments and decorators go with what follows."""
    chunks: list[list[str]] = [[]]
    is_lead = False
    for line in text.split("\n"):
        leads = line.startswith(("#", "@"))
        if is_lead and line.startswith((" ", "\t")) and len(chunks) > 1:  # a comment in the middle of a body
            comments = chunks.pop()
            chunks[-1] += comments
        elif not is_lead and (leads or not _GOES_ON.match(line)):
            chunks.append([])
        chunks[-1].append(line)
        is_lead = leads
    return ["\n".join(lines) for lines in chunks]


def _of_chunks(chunks: list[str]) -> Iterator[Statement]:
    """Statements of `chunks`; those that parse only together, such as the lines of a long text, are taken together."""
    index = 0
    while index < len(chunks):
        for end in range(index + 1, min(index + _MOST_TOGETHER, len(chunks)) + 1):
            text = "\n".join(chunks[index:end])
            tree = parse(text)
            if tree is not None:
                yield from _of_tree(text, tree)
                index = end
                break
        else:
            yield Statement(chunks[index].strip("\n"), None)
            index += 1


def _name_of_broken(text: str) -> tuple[str, ...]:
    for line in text.split("\n"):
        if not line.startswith(("#", "@")):
            match = _NAME.match(line)
            return (match["defined"] or match["assigned"],) if match else ()
    return ()


def _bound(target: ast.expr) -> list[str]:
    return [
        node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def _all_mentioned(nodes: list[ast.expr | ast.keyword | ast.stmt]) -> frozenset[str]:
    return frozenset(name for node in nodes for name in _mentioned(node))


def _mentioned(node: ast.AST) -> frozenset[str]:
    names = {
        found.id
        for found in ast.walk(node)
        if isinstance(found, ast.Name) and isinstance(found.ctx, ast.Load)
    }
    for found in ast.walk(node):
        annotation = (
            found.returns if isinstance(found, ast.FunctionDef) else getattr(found, "annotation", None)
        )
        for quoted in ast.walk(annotation) if isinstance(annotation, ast.expr) else ():
            if isinstance(quoted, ast.Constant) and isinstance(quoted.value, str):
                names |= set(re.findall(r"\w+", quoted.value))
    return frozenset(names)
