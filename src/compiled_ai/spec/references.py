"""Values from the scope inside the parameters of an effect: ``{sku}``, ``{order.id}``; two braces stand for one.

They go into values only: a URL's are percent-encoded, so that none of them leads to another host, path or query; statements of SQL hold none at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from compiled_ai.spec.canonical import JsonObject, JsonValue

_PART = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")
_NAME = re.compile(r"\{([\w-]+(?:\.[\w-]+)*)\}")
_PATH = re.compile(r"[\w-]+(?:\[[0-9]{1,6}\])*(?:\.[\w-]+(?:\[[0-9]{1,6}\])*)*")
_STEP = re.compile(r"([\w-]+)|\[([0-9]+)\]")
Place = tuple[str | int, ...]


class ReferenceProblem(ValueError):  # noqa: N818 - a finding on its way to an error that adds the place
    """A text that cannot be filled in: badly written, or without the value that it wants. Quotes no value."""

    place: Place = ()
    """Where the text stands inside the parameters, where that is known."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A value from the scope: the name of a field, and of fields inside it."""

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name in the scope."""
        return self.path[0]

    def __str__(self) -> str:
        return ".".join(self.path)


class Found(NamedTuple):
    """A reference and the place of its text inside the parameters."""

    place: Place
    reference: Reference
    is_alone: bool
    """Whether the text is the reference and nothing else."""


def parse_text(text: str) -> tuple[str | Reference, ...]:
    """Plain parts and references in turn; no two plain parts follow each other.

    Raises:
        ReferenceProblem: a brace stands alone, or no name stands between two.
    """
    parts: list[str | Reference] = []
    plain, end = "", 0
    for match in _PART.finditer(text):
        plain += text[end : match.start()]
        end = match.end()
        if match[0] in {"{{", "}}"}:
            plain += match[0][0]
            continue
        name = _NAME.fullmatch(match[0])
        if name is None:
            raise ReferenceProblem(
                f"'{match[0]}' is no reference; write {{field}} for a value in scope, and {{{{ or }}}} for a brace"
            )
        parts += (
            [plain, Reference(path=tuple(name[1].split(".")))]
            if plain
            else [Reference(path=tuple(name[1].split(".")))]
        )
        plain = ""
    plain += text[end:]
    return (*parts, plain) if plain else tuple(parts)


def find_references(value: JsonValue, place: Place = ()) -> Iterator[Found]:
    """Every reference in the texts below `value`.

    Raises:
        ReferenceProblem: a text is badly written.
    """
    if isinstance(value, str):
        try:
            parts = parse_text(value)
        except ReferenceProblem as problem:
            problem.place = place
            raise
        for part in parts:
            if isinstance(part, Reference):
                yield Found(place=place, reference=part, is_alone=len(parts) == 1)
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from find_references(item, (*place, key))


def fill(parameters: JsonObject, scope: Mapping[str, JsonValue], *, keeps_types: str) -> JsonObject:
    """`parameters` with the values of `scope` in place of their references.

    Args:
        parameters: As the spec says them.
        scope: Values by name.
        keeps_types: The parameter below which a reference that stands alone is the value itself. Elsewhere it is text.

    Raises:
        ReferenceProblem: a value that a text needs is missing, null, no single value, or, in the path of a URL, empty.
    """
    filled: JsonObject = {}
    for name, value in parameters.items():
        if name == "url" and isinstance(value, str):
            filled[name] = _fill_url(value, scope)
        else:
            filled[name] = _fill(value, scope, keeps_type=name == keeps_types)
    return filled


def _fill(value: JsonValue, scope: Mapping[str, JsonValue], *, keeps_type: bool) -> JsonValue:
    if isinstance(value, dict):
        return {key: _fill(item, scope, keeps_type=keeps_type) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, scope, keeps_type=keeps_type) for item in value]
    if not isinstance(value, str):
        return value
    parts = parse_text(value)
    if keeps_type and len(parts) == 1 and isinstance(parts[0], Reference):
        return _value(parts[0], scope)
    return "".join(part if isinstance(part, str) else _text(part, scope) for part in parts)


def _fill_url(text: str, scope: Mapping[str, JsonValue]) -> str:
    whole = ""
    for part in parse_text(text):
        if isinstance(part, str):
            whole += part
            continue
        value = _text(part, scope)
        if not value and "?" not in whole:
            raise ReferenceProblem(f"'{part}' is empty, and would leave another path")
        whole += quote(value.encode("utf-8", "surrogatepass"), safe="")
    return whole


def _value(reference: Reference, scope: Mapping[str, JsonValue]) -> JsonValue:
    value = scope.get(reference.name)
    for name in reference.path[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(reference: Reference, scope: Mapping[str, JsonValue]) -> str:
    value = _value(reference, scope)
    if value is None:
        raise ReferenceProblem(f"'{reference}' has no value here")
    if isinstance(value, dict | list):
        raise ReferenceProblem(f"'{reference}' is no single value")
    return value if isinstance(value, str) else json.dumps(value)


def parse_path(text: str) -> Place:
    """The places that a path such as ``json.items[0].price`` leads through.

    Raises:
        ReferenceProblem: it is none.
    """
    if not _PATH.fullmatch(text):
        raise ReferenceProblem(f"'{text}' is no path; write names with dots, and [0] for the first of a list")
    return tuple(name or int(index) for name, index in _STEP.findall(text))


def take(answer: JsonValue, path: Place) -> tuple[JsonValue, bool]:
    """What stands at `path` in `answer`, and whether anything does."""
    for part in path:
        inside = _inside(answer, part)
        if not inside:
            return None, False
        answer = inside[0]
    return answer, True


def _inside(value: JsonValue, part: str | int) -> tuple[JsonValue, ...]:
    """What stands at `part` of `value`, alone; nothing when there is no such part."""
    if isinstance(value, dict) and isinstance(part, str) and part in value:
        return (value[part],)
    return (value[part],) if isinstance(value, list) and isinstance(part, int) and part < len(value) else ()
