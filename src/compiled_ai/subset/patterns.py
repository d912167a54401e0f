"""Subset rules on regular expressions: none that an input can make slow, none that an input writes."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial

from compiled_ai.subset.regexes import PatternError, weaknesses
from compiled_ai.subset.text import Problems

MAX_TEXTS = 60
"""Texts that one pattern expression may stand for."""
MAX_ASKED = 20_000
"""Expressions looked at for all patterns of one text; beyond, the rest counts as not known."""
MAX_STEPS = 8
"""Names behind names that are followed."""
_FUNCTIONS = frozenset(
    ("compile", "search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn")
)
_ESCAPED = "\ue000"
"""Stands for a text that went through `re.escape`."""
_FLAGS_AT = {
    "compile": 1,
    "search": 2,
    "match": 2,
    "fullmatch": 2,
    "findall": 2,
    "finditer": 2,
    "split": 3,
    "sub": 4,
    "subn": 4,
}

_Texts = tuple[str, ...]
_Reader = Callable[[int], tuple[str, ...] | None]
"""What a name can be, asked with the depth of the question."""


class _InputError(Exception):
    """The pattern holds a text of the input as it is."""


class PatternRules:
    """Checks every pattern that is given to `re`, as far as it can be read off the code."""

    def __init__(self, tree: ast.Module, problems: Problems) -> None:
        self._tree = tree
        self._problems = problems
        self._modules = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.name == "re"
        }
        self._members = {
            alias.asname or alias.name: alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "re"
            for alias in node.names
        }
        self._is_whole = any(
            isinstance(node, ast.Attribute) and node.attr == "fullmatch" for node in problems.nodes
        )
        self._asked = 0
        self._uses: dict[str, list[ast.Name]] = {}
        self._assigned_to: dict[str, list[ast.expr]] | None = None
        self._bindings: dict[str, list[_Reader]] | None = None

    def check(self) -> None:
        """Record patterns that can be slow, do not parse, or come from the input."""
        if not (self._modules or self._members):
            return
        for node in self._problems.nodes:
            if isinstance(node, ast.Call) and (name := self._function(node.func)) is not None:
                self._call(node, name)

    def _function(self, node: ast.expr) -> str | None:
        match node:
            case ast.Attribute(value=ast.Name(id=base), attr=name) if base in self._modules:
                return name if name in _FUNCTIONS or name == "escape" else None
            case ast.Name(id=name):
                return self._members.get(name)
        return None

    def _call(self, node: ast.Call, name: str) -> None:
        given = next((keyword.value for keyword in node.keywords if keyword.arg == "pattern"), None)
        pattern = given or (node.args[0] if node.args else None)
        if name not in _FUNCTIONS or pattern is None:
            return
        try:
            texts = self._texts(pattern, 0)
        except _InputError:
            self._problems.add(
                "regex",
                node,
                "a pattern that holds a text of the input: put it through re.escape, or compare texts without a pattern",
                cwe=1333,
            )
            return
        if texts is None:
            self._warn(
                node, "a pattern that is put together at run time was not checked: build it from constants"
            )
            return
        flags = self._flags(node, name)
        for text in texts:
            self._pattern(
                node, text, flags, whole=name == "fullmatch" or (name == "compile" and self._is_whole)
            )

    def _flags(self, node: ast.Call, name: str) -> int:
        place = _FLAGS_AT[name]
        given = next((keyword.value for keyword in node.keywords if keyword.arg == "flags"), None)
        flags = given or (node.args[place] if len(node.args) > place else None)
        found = 0
        for part in ast.walk(flags) if flags is not None else ():
            if isinstance(part, ast.Constant) and part.value != 0:
                self._problems.add("regex", node, "flags given as a number: name them, such as re.IGNORECASE")
            letter = (
                part.attr
                if isinstance(part, ast.Attribute)
                else part.id
                if isinstance(part, ast.Name)
                else ""
            )
            value = getattr(re, self._members.get(letter, letter), 0)
            found |= value if isinstance(value, re.RegexFlag) else 0
        return int(found)

    def _pattern(self, node: ast.AST, text: str, flags: int, *, whole: bool) -> None:
        try:
            found = weaknesses(text, flags=flags, whole=whole)
        except PatternError as error:
            self._problems.add("regex", node, f"the pattern {_shown(text)} is none: {error}; mend it")
            return
        for weakness in found:
            if weakness.kind == "exponential":
                self._problems.add(
                    "regex",
                    node,
                    f"the pattern {_shown(text)} takes ages on a text like {_shown(weakness.pump * 3, 40)}..., which its loop reads in "
                    "several ways: leave one way, as in 'a(?:,a)*' for '(?:a,?)*', or split the text first",
                    cwe=1333,
                )
                return
        if any(weakness.kind == "too large" for weakness in found):
            self._warn(
                node, f"the pattern {_shown(text)} is too large to be checked: split it, or use a table"
            )
        elif found:
            self._warn(
                node,
                f"the pattern {_shown(text)} slows down on a long run of {found[0].pump!r}, which two loops share: keep one of them",
            )

    def _warn(self, node: ast.AST, message: str) -> None:
        self._problems.add("regex", node, message, severity="warning", cwe=1333)

    # What a pattern expression can be

    def _texts(self, node: ast.expr, depth: int) -> _Texts | None:
        """Every text that `node` can be, or None if that cannot be told."""
        found: _Texts | None = None
        self._asked += 1
        match node:
            case _ if depth > MAX_STEPS or self._asked > MAX_ASKED:
                pass
            case ast.Constant(value=str(text)):
                found = (text,)
            case ast.Name(id=name):
                found = self._name(name, depth)
            case ast.JoinedStr(values=parts):
                found = _combined([self._part(part, depth) for part in parts])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                found = _combined([self._texts(left, depth), self._texts(right, depth)])
            case ast.IfExp(body=body, orelse=other):
                found = _either([self._texts(body, depth), self._texts(other, depth)])
            case ast.Call():
                found = self._made(node, depth)
            case ast.Subscript(value=ast.Name(id="data")):
                raise _InputError
            case ast.Subscript(value=base, slice=index) if not isinstance(index, ast.Slice):
                found = self._items(base, depth)
        return found

    def _part(self, node: ast.expr, depth: int) -> _Texts | None:
        if isinstance(node, ast.FormattedValue):
            return (
                self._texts(node.value, depth) if node.format_spec is None and node.conversion == -1 else None
            )
        return self._texts(node, depth)

    def _made(self, node: ast.Call, depth: int) -> _Texts | None:
        if self._function(node.func) == "escape":
            return (_ESCAPED,)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="data"), attr="get")):
                raise _InputError
            case ast.Call(func=ast.Attribute(value=joiner, attr="join"), args=[items]):
                between, each = self._texts(joiner, depth), self._joined(items, depth)
                if between is None or each is None or len(between) != 1:
                    return None
                return (between[0].join(each),)
            case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[_, *rest]):
                return _either([self._items(base, depth), *(self._texts(item, depth) for item in rest)])
        return None

    def _joined(self, node: ast.expr, depth: int) -> _Texts | None:
        """The items of what is given to `join`."""
        match node:
            case ast.GeneratorExp(elt=item) | ast.ListComp(elt=item):
                return self._texts(item, depth + 1)
            case ast.Call(func=ast.Name(id="map"), args=[function, _]) if (
                self._function(function) == "escape"
            ):
                return (_ESCAPED,)
            case ast.Call(func=ast.Name(id="sorted" | "reversed"), args=[items, *_]):
                return self._items(items, depth)
        return self._items(node, depth)

    def _items(self, node: ast.expr, depth: int) -> _Texts | None:
        """The texts that a table holds: items of a list, values of a dict, whatever its other parts are."""
        if depth > MAX_STEPS:
            return None
        match node:
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return _either([self._texts(item, depth + 1) for item in items])
            case ast.Dict(values=values):
                return _either([self._texts(value, depth + 1) for value in values])
            case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple" | "list"), args=[items]):
                return self._items(items, depth + 1)
            case ast.Name(id=name):
                return _either([self._items(value, depth + 1) for value in self._tables(name)])
        return None

    def _tables(self, name: str) -> list[ast.expr]:
        """What is assigned to `name`, anywhere."""
        if self._assigned_to is None:
            self._assigned_to = {}
            for node in self._problems.nodes:
                match node:
                    case (
                        ast.Assign(targets=[ast.Name(id=bound)], value=value)
                        | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
                    ):
                        self._assigned_to.setdefault(bound, []).append(value)
        return self._assigned_to.get(name, [])

    # What a name can be: everything that binds it, in any scope

    def _name(self, name: str, depth: int) -> _Texts | None:
        if self._bindings is None:
            self._bindings = {}
            for node in self._problems.nodes:
                if isinstance(node, ast.Name):
                    self._uses.setdefault(node.id, []).append(node)
            for bound, reader in self._bound():
                self._bindings.setdefault(bound, []).append(reader)
        readers = self._bindings.get(name)
        return _either([reader(depth + 1) for reader in readers]) if readers else None

    def _bound(self) -> Iterator[tuple[str, _Reader]]:
        for node in self._problems.nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        yield from self._assigned(target, value)
                case (
                    ast.AnnAssign(target=target, value=ast.expr() as value)
                    | ast.NamedExpr(target=target, value=value)
                ):
                    yield from self._assigned(target, value)
                case ast.AugAssign(target=ast.Name(id=name)):
                    yield name, _unknown
                case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source):
                    yield from self._looped(target, source)
                case ast.FunctionDef():
                    yield from self._parameters(node)
                case ast.Lambda(args=arguments):
                    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                        yield argument.arg, _unknown

    def _assigned(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, _Reader]]:
        if isinstance(target, ast.Name):
            yield target.id, partial(self._texts, value)
        else:
            yield from ((part.id, _unknown) for part in ast.walk(target) if isinstance(part, ast.Name))

    def _looped(self, target: ast.expr, source: ast.expr) -> Iterator[tuple[str, _Reader]]:
        """Names bound by a loop over a table of the text, or over the pairs in one."""
        if isinstance(target, ast.Name):
            yield target.id, partial(self._loop_items, source, None)
        elif isinstance(target, ast.Tuple):
            for position, part in enumerate(target.elts):
                if isinstance(part, ast.Name):
                    yield part.id, partial(self._loop_items, source, position)

    def _loop_items(self, source: ast.expr, place: int | None, depth: int) -> _Texts | None:
        if depth > MAX_STEPS:
            return None
        match source:
            case ast.Name(id=name):
                tables = self._tables(name)
                return (
                    _either([self._loop_items(table, place, depth + 1) for table in tables])
                    if tables
                    else None
                )
            case ast.Call(func=ast.Attribute(value=base, attr="items" | "values" | "keys" as view)):
                wanted = {"keys": 0, "values": 1}.get(view, place)
                rows = [pair for table in self._resolved(base) for pair in _pairs(table)]
                return (
                    _either([self._texts(row[wanted], depth + 1) for row in rows])
                    if rows and wanted in {0, 1}
                    else None
                )
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                picked = items if place is None else [_picked(item, place) for item in items]
                return _either([None if item is None else self._texts(item, depth + 1) for item in picked])
            case ast.Dict(keys=keys) if place is None:
                return _either([None if key is None else self._texts(key, depth + 1) for key in keys])
        return None

    def _resolved(self, node: ast.expr) -> list[ast.expr]:
        return self._tables(node.id) if isinstance(node, ast.Name) else [node]

    def _parameters(self, function: ast.FunctionDef) -> Iterator[tuple[str, _Reader]]:
        """Parameters, with what the calls in the text give for them."""
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        uses = self._uses.get(function.name, [])
        parents = [self._problems.parents.get(use) for use in uses]
        calls = [
            call
            for use, call in zip(uses, parents, strict=True)
            if isinstance(call, ast.Call) and call.func is use
        ]
        defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
        for position, name in enumerate(names):
            given = [_given(call, position, name) or defaults.get(name) for call in calls]
            if not calls or len(uses) != len(calls) or None in given:
                yield name, _unknown
            for value in filter(None, given):
                yield name, partial(self._texts, value)
        for argument in function.args.kwonlyargs:
            yield argument.arg, _unknown


def _unknown(_: int) -> _Texts | None:
    return None


def _given(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if position < len(call.args) and not any(isinstance(argument, ast.Starred) for argument in call.args):
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _pairs(table: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if not isinstance(table, ast.Dict):
        return []
    return [(key, value) for key, value in zip(table.keys, table.values, strict=True) if key is not None]


def _picked(item: ast.expr, place: int) -> ast.expr | None:
    return item.elts[place] if isinstance(item, ast.Tuple | ast.List) and place < len(item.elts) else None


def _either(found: list[_Texts | None]) -> _Texts | None:
    texts: dict[str, None] = {}
    for part in found:
        if part is None:
            return None
        texts.update(dict.fromkeys(part))
    return tuple(texts) if texts and len(texts) <= MAX_TEXTS else None


def _combined(found: list[_Texts | None]) -> _Texts | None:
    known = [part for part in found if part is not None]
    count = 1
    for part in known:
        count *= len(part)
    if len(known) != len(found) or count > MAX_TEXTS:
        return None
    return tuple(map("".join, itertools.product(*known)))


def _shown(text: str, limit: int = 60) -> str:
    return repr(text if len(text) <= limit else text[: limit - 3] + "...")
