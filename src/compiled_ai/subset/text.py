"""The text as the subset check sees it: read safely, parsed, with its names and the place of every node."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
import warnings
from dataclasses import dataclass, field

from compiled_ai.findings import Finding, Severity

MAX_BYTES = 100_000
MAX_LINE = 2_000
"""Characters of a line. The formatter breaks code at 110, so only texts are longer; the longest recorded has 180."""
MAX_DEPTH = 100
"""Nesting of the syntax tree. Written code stays under 40; the checks recurse and must not run out of stack."""

_SUPPRESSION = re.compile(
    r"#.*?\b(type:\s*ignore|noqa|nosec|pragma|pylint:|flake8:|pyright:|ruff:|mypy:|isort:|fmt:|yapf:|radon:|nosem\w*|pyre-|pytype:|sonar|nosonar|lgtm|codeql|gitleaks:|skipcq|type:)",
    re.IGNORECASE,
)
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


@dataclass
class Problems:
    """Findings of one check, in the order in which they were found."""

    found: list[Finding] = field(default_factory=list)
    known: set[Finding] = field(default_factory=set)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    nodes: list[ast.AST] = field(default_factory=list)
    """Every node of the text, the outer ones first. Walking a tree again and again is what takes the time."""
    bound: list[tuple[str, ast.AST]] = field(default_factory=list)
    """Every name that the text binds in any scope, with the node that does it."""

    def add(
        self,
        rule: str,
        place: ast.AST | int | None,
        message: str,
        *,
        severity: Severity = "error",
        cwe: int | None = None,
    ) -> None:
        """Record one finding. `place` is a node or a 1-based line."""
        line = self.line_of(place) if isinstance(place, ast.AST) else place
        finding = Finding(
            stage="security", tool="subset", rule=rule, message=message, line=line, severity=severity, cwe=cwe
        )
        if finding not in self.known:
            self.known.add(finding)
            self.found.append(finding)

    def line_of(self, node: ast.AST | None) -> int | None:
        """Line of `node`, or of the nearest node around it that has one."""
        while node is not None:
            line = getattr(node, "lineno", None)
            if isinstance(line, int):
                return line
            node = self.parents.get(node)
        return None

    def read(self, tree: ast.Module) -> None:
        """Remember the nodes of the whole text, their parents and the names that they bind."""
        self.nodes = self.adopt(tree)
        self.bound = bound_names(self.nodes)

    def adopt(self, tree: ast.AST) -> list[ast.AST]:
        """Remember the parent of every node in `tree`; gives the nodes."""
        nodes = [tree]
        for node in nodes:
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                nodes.append(child)
        return nodes


def read_source(source: str, problems: Problems) -> ast.Module | None:
    """Parse `source` and record what is wrong with it as text. None if it cannot be checked any further."""
    _check_characters(source, problems)
    if problems.found:
        return None
    tree = parse_module(source, problems)
    if tree is None:
        return None
    _check_tokens(source, problems)
    for number, text in enumerate(source.split("\n"), start=1):
        if len(text) > MAX_LINE:
            problems.add(
                "bounds",
                number,
                f"a line of {len(text)} characters, the limit is {MAX_LINE}: break the text into parts",
            )
    if depth_of(tree) > MAX_DEPTH:
        problems.add(
            "bounds",
            None,
            f"the code nests more than {MAX_DEPTH} levels deep: split it into helper functions or a table",
        )
        return None
    return tree


def parse_module(source: str, problems: Problems) -> ast.Module | None:
    """The tree of `source`, or None and a finding with the line of the error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source, filename="activities.py")
    except SyntaxError as error:
        problems.add("syntax", error.lineno, f"the code does not parse: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or type(error).__name__
        problems.add("syntax", None, f"the code does not parse: {reason}; write it simpler and less nested")
    return None


def depth_of(tree: ast.AST) -> int:
    """Greatest nesting depth in `tree`, found without recursion."""
    deepest = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return deepest


def _check_characters(source: str, problems: Problems) -> None:
    try:
        size = len(source.encode())
    except UnicodeEncodeError as error:
        line = source.count("\n", 0, error.start) + 1
        problems.add(
            "encoding",
            line,
            "the text holds a lone surrogate, which UTF-8 cannot carry: write it as an escape",
        )
        return
    if size > MAX_BYTES:
        problems.add("bounds", None, f"the file has {size} bytes; the limit is {MAX_BYTES}")
        return
    for number, text in enumerate(source.split("\n"), start=1):
        for position, character in enumerate(text):
            if character.isascii() and (character.isprintable() or character == "\t"):
                continue
            if character == "\r" and position == len(text) - 1:
                continue
            if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Co", "Cn"}:
                problems.add(
                    "encoding",
                    number,
                    f"invisible character U+{ord(character):04X}: write it as an escape such as \\u200b",
                )
                break
    for number, text in enumerate(source.split("\n", 2)[:2], start=1):
        cookie = _CODING.match(text)
        if cookie and cookie[1].lower().replace("_", "-") not in {"utf-8", "utf8"}:
            problems.add(
                "encoding", number, f"encoding cookie '{cookie[1]}': the file is UTF-8, remove the comment"
            )


def _check_tokens(source: str, problems: Problems) -> None:
    """Find suppression comments, and identifiers in letters that Python would rewrite to ASCII."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and (found := _SUPPRESSION.search(token.string)):
                problems.add(
                    "suppression",
                    token.start[0],
                    f"comment '{found[1]}': nothing may be silenced; mend what the checker says",
                )
            elif token.type == tokenize.NAME and not token.string.isascii():
                problems.add(
                    "name", token.start[0], f"identifier '{token.string}' is not ASCII: use plain letters"
                )
    except (tokenize.TokenError, SyntaxError, IndentationError) as error:
        problems.add("syntax", None, f"the code cannot be split into tokens: {error}")


_BINDING_NODES = (
    ast.Name, ast.FunctionDef, ast.ClassDef, ast.arg, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.alias,
)  # fmt: skip


def bound_names(nodes: list[ast.AST]) -> list[tuple[str, ast.AST]]:
    """Every name that `nodes` bind, with the node that does it. Fields of classes are no names of the code."""
    names: list[tuple[str, ast.AST]] = []
    fields = {
        item.target
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign)
    }
    for node in nodes:
        if not isinstance(node, _BINDING_NODES):
            continue
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if node not in fields:
                names.append((name, node))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                names.append((name, node))
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                names.append((name, node))
            case ast.MatchMapping(rest=str(name)):
                names.append((name, node))
            case ast.alias(name=name, asname=asname):
                names.append((asname or name.partition(".")[0], node))
    return names
