"""YAML text as JSON data, with the line and column of every value.

YAML 1.2 scalars of the JSON kind: only ``true`` and ``false`` are booleans (``yes``, ``no``, ``on`` and ``off`` are words), dates are
strings, and so is whatever JSON would not read as a number, such as ``007``, ``0x1F`` or ``1_000``. Duplicate keys, tags and merge keys
are errors. Aliases work, within a bound on the expanded size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from compiled_ai.errors import SpecError, SpecProblem
from compiled_ai.spec._checker import shorten
from compiled_ai.spec._yaml_errors import forbidden_character, not_yaml
from compiled_ai.spec.canonical import JsonValue

MAX_NODES = 200_000
"""Values that one file may expand to; a bound against alias bombs."""
MAX_DEPTH = 60
MAX_DIGITS = 400
MAX_MESSAGE = 1_000
"""Characters of one message: a key or a value can be of any length."""

Place = tuple[str | int, ...]
"""Path of a value inside the document: keys and indexes from the root."""

_BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _CoreLoader(_BaseLoader):  # type: ignore[misc, valid-type]  # the C loader when PyYAML has it
    """A loader that resolves true, false, null and JSON's numbers only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute


_CORE = "tag:yaml.org,2002:"
_SCALARS = {
    "bool": (re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    "null": (re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    "int": (re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")),
    "float": (
        re.compile(r"^[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"),
        list("-+.0123456789"),
    ),
}
for _kind, (_pattern, _first) in _SCALARS.items():
    _CoreLoader.add_implicit_resolver(_CORE + _kind, _pattern, _first)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A position in a file, both 1-based."""

    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class YamlDocument:
    """A parsed file: its data and where each value stands."""

    path: Path
    text: str
    data: JsonValue
    marks: dict[Place, Mark]
    key_marks: dict[Place, Mark] = field(default_factory=dict)
    """Where the key of each value stands, for complaints about the key itself."""

    def mark(self, place: Place) -> Mark:
        """Position of the value at `place`, or of its nearest ancestor that the file holds."""
        for end in range(len(place), -1, -1):
            found = self.marks.get(place[:end])
            if found:
                return found
        return Mark(line=1, column=1)

    def problem(self, place: Place, message: str, *, at_key: bool = False) -> SpecProblem:
        """A problem at the value at `place`, or at its key."""
        mark = (self.key_marks.get(place) if at_key else None) or self.mark(place)
        return SpecProblem(
            path=self.path, line=mark.line, column=mark.column, message=shorten(message, MAX_MESSAGE)
        )


@dataclass
class _Builder:
    path: Path
    marks: dict[Place, Mark] = field(default_factory=dict)
    key_marks: dict[Place, Mark] = field(default_factory=dict)
    problems: list[SpecProblem] = field(default_factory=list)
    nodes: int = 0
    open: list[yaml.Node] = field(default_factory=list)
    """The collections around the node at hand."""

    def complain(self, node: yaml.Node, message: str) -> None:
        mark = _mark(node)
        self.problems.append(SpecProblem(path=self.path, line=mark.line, column=mark.column, message=message))

    def fail(self) -> SpecError:
        """The error of everything found: in the order of the file, and once each, however often an alias repeats it."""
        return SpecError(
            tuple(sorted(dict.fromkeys(self.problems), key=lambda found: (found.line, found.column)))
        )

    def build(self, node: yaml.Node, place: Place) -> JsonValue:
        self._bound(node, place)
        self.marks[place] = _mark(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag != _CORE + ("map" if isinstance(node, yaml.MappingNode) else "seq"):
            self._refuse_tag(node)
        self.open.append(node)
        data: JsonValue = (
            dict(self._pairs(node, place))
            if isinstance(node, yaml.MappingNode)
            else [self.build(item, (*place, index)) for index, item in enumerate(node.value)]
        )
        self.open.pop()
        return data

    def _bound(self, node: yaml.Node, place: Place) -> None:
        self.nodes += 1
        if any(node is outer for outer in self.open):
            self.complain(node, "this value holds an alias of itself, so it has no end; remove the alias")
        elif len(place) > MAX_DEPTH:
            self.complain(node, _too_deep())
        elif self.nodes > MAX_NODES:
            self.complain(node, _too_many())
        else:
            return
        raise self.fail()

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, JsonValue]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(key_node, "a key must be a plain word, not a list or a mapping")
                continue
            key = str(key_node.value)
            if key == "<<" and not key_node.style:
                self.complain(key_node, "merge keys ('<<') are not supported; write the keys out")
                continue
            if key_node.tag.removeprefix(_CORE) not in {"str", *_SCALARS}:
                self._refuse_tag(key_node)
            if key in seen:
                self.complain(key_node, f"the key '{key}' appears twice; keep one of the two")
                continue
            seen.add(key)
            self.key_marks[(*place, key)] = _mark(key_node)
            yield key, self.build(value_node, (*place, key))

    def _scalar(self, node: yaml.ScalarNode) -> JsonValue:
        text, kind = str(node.value), node.tag.removeprefix(_CORE)
        if kind == "str":
            return text
        if kind not in _SCALARS:
            self._refuse_tag(node)
        elif not _SCALARS[kind][0].match(text):
            self.complain(node, f"'{text}' is no {kind}, as its tag says; remove the tag")
        elif kind == "null":
            return None
        elif kind == "bool":
            return text.lower() == "true"
        else:
            return self._number(node, text, kind)
        return text

    def _number(self, node: yaml.ScalarNode, text: str, kind: str) -> JsonValue:
        if kind == "int" and len(text) <= MAX_DIGITS:
            return int(text)
        if kind == "float" and math.isfinite(float(text)):
            return float(text)
        self.complain(
            node, f"this number is too large for a number of JSON ({len(text)} characters); put it in quotes"
        )
        return text

    def _refuse_tag(self, node: yaml.Node) -> None:
        shown = node.tag.replace(_CORE, "!!")
        self.complain(node, f"the tag '{shown}' is not allowed; a spec holds plain JSON data, so remove it")


def parse_yaml(text: str, *, path: Path) -> YamlDocument:
    """`text` as data with positions. `path` only names the file in messages.

    Raises:
        SpecError: the text is not YAML, or holds duplicate keys, tags, or more than a spec may hold.
    """
    text = text.removeprefix("\ufeff")
    forbidden = forbidden_character(text, path)
    if forbidden:
        raise SpecError((forbidden,))
    try:
        _bound_events(text, path)
        root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.YAMLError as error:
        raise SpecError((not_yaml(error, text, path),)) from error
    if root is None:
        raise SpecError((SpecProblem(path=path, line=1, column=1, message="the file is empty"),))
    builder = _Builder(path=path)
    data = builder.build(root, ())
    if builder.problems:
        raise builder.fail()
    return YamlDocument(path=path, text=text, data=data, marks=builder.marks, key_marks=builder.key_marks)


def _bound_events(text: str, path: Path) -> None:
    """Refuse what is too deep or too long before it is composed: libyaml's composer recurses in C and would crash the process."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            nodes += 1
            message = _too_deep() if depth > MAX_DEPTH else _too_many() if nodes > 2 * MAX_NODES else None
            if message:
                mark = _mark(event)
                raise SpecError(
                    (SpecProblem(path=path, line=mark.line, column=mark.column, message=message),)
                )
            depth += isinstance(event, yaml.CollectionStartEvent)


def _mark(item: yaml.Node | yaml.Event) -> Mark:
    start = item.start_mark
    return Mark(line=start.line + 1, column=start.column + 1) if start else Mark(line=1, column=1)


def _too_deep() -> str:
    return f"nested deeper than {MAX_DEPTH} levels; a spec is flatter than that"


def _too_many() -> str:
    return (
        f"the file expands to more than {MAX_NODES} values; check its aliases, and move tests to a JSONL file"
    )
