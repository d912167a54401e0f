"""YAML text as JSON data, with the line and column of every value.

YAML 1.2 core scalars: only ``true`` and ``false`` are booleans (``yes``, ``no``, ``on`` and ``off`` are words), dates are strings, and
duplicate keys are errors. Aliases work, within a bound on the expanded size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from compiled_ai.errors import SpecError, SpecProblem
from compiled_ai.spec.canonical import JsonValue

MAX_NODES = 200_000
"""Values that one file may expand to; a bound against alias bombs."""
MAX_DEPTH = 60

Place = tuple[str | int, ...]
"""Path of a value inside the document: keys and indexes from the root."""

_BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _CoreLoader(_BaseLoader):  # type: ignore[misc, valid-type]  # the C loader when PyYAML has it
    """A loader that resolves YAML 1.2 core scalars only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute


_CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
_CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


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

    def mark(self, place: Place) -> Mark:
        """Position of the value at `place`, or of its nearest ancestor that the file holds."""
        for end in range(len(place), -1, -1):
            found = self.marks.get(place[:end])
            if found:
                return found
        return Mark(line=1, column=1)

    def problem(self, place: Place, message: str) -> SpecProblem:
        """A problem at the value at `place`."""
        mark = self.mark(place)
        return SpecProblem(path=self.path, line=mark.line, column=mark.column, message=message)


@dataclass
class _Builder:
    path: Path
    marks: dict[Place, Mark] = field(default_factory=dict)
    problems: list[SpecProblem] = field(default_factory=list)
    nodes: int = 0

    def complain(self, node: yaml.Node, message: str) -> None:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.problems.append(SpecProblem(path=self.path, line=line, column=column, message=message))

    def build(self, node: yaml.Node, place: Place) -> JsonValue:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(place) > MAX_DEPTH:
            self.complain(
                node,
                f"the file expands to more than {MAX_NODES} values or {MAX_DEPTH} levels; check its aliases",
            )
            raise SpecError(tuple(self.problems))
        self.marks.setdefault(place, Mark(line=node.start_mark.line + 1, column=node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, place))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, JsonValue]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(key_node, "a key must be a plain word, not a list or a mapping")
                continue
            key = str(key_node.value)
            if key in seen:
                self.complain(key_node, f"the key '{key}' appears twice; keep one of the two")
                continue
            seen.add(key)
            yield key, self.build(value_node, (*place, key))

    def _scalar(self, node: yaml.Node) -> JsonValue:
        text, kind = str(node.value), node.tag.rpartition(":")[2]
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            if len(text) < 400:
                return int(text)
            self.complain(node, "a number of more than 400 digits; write it as a quoted string")
            return text
        if kind == "float":
            return float(text)
        if node.tag.startswith("tag:yaml.org,2002:") and kind == "str":
            return text
        self.complain(node, f"the tag '{node.tag}' is not allowed; a spec holds plain JSON data")
        return text


def parse_yaml(text: str, *, path: Path) -> YamlDocument:
    """`text` as data with positions. `path` only names the file in messages.

    Raises:
        SpecError: the text is not YAML, or holds duplicate keys, tags, or more than a spec may hold.
    """
    try:
        root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        hint = " (indent with spaces, not tabs)" if "\\t" in str(error.problem) else ""
        raise SpecError(
            (SpecProblem(path=path, line=line, column=column, message=f"not YAML: {error.problem}{hint}"),)
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SpecError((SpecProblem(path=path, line=1, column=1, message=f"not YAML: {error}"),)) from error
    if root is None:
        raise SpecError((SpecProblem(path=path, line=1, column=1, message="the file is empty"),))
    builder = _Builder(path=path)
    data = builder.build(root, ())
    if builder.problems:
        raise SpecError(tuple(builder.problems))
    return YamlDocument(path=path, text=text, data=data, marks=builder.marks)
