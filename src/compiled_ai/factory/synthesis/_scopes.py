"""The input as expressions: its fields, its lists, and the lists' items."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from compiled_ai.factory.synthesis._expressions import DECLINED, TO_NUMBER, Expr, Kind, Value, apply
from compiled_ai.factory.synthesis._wording import name_words, stem
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of, required_of
from compiled_ai.templates.typed_dicts import class_name

_KINDS: dict[str, Kind] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "flag",
}
_CLASSES = {"string": "str", "text": "str", "integer": "int", "number": "float", "flag": "bool"}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which items of a list count."""

    code: str
    keeps: tuple[bool, ...]
    """By item of the scope."""
    leaf: str
    op: str


@dataclass(frozen=True, kw_only=True)
class Records:
    """A list of the input, perhaps filtered."""

    path: str
    code: str
    item_class: str
    """Type of its items in the generated code."""
    var: str
    owners: tuple[int, ...]
    """By item the row that it belongs to."""
    rows: int
    items: tuple[Expr, ...]
    """Fields of an item."""
    enums: Mapping[str, tuple[str, ...]]
    """By item field the texts that its schema lists."""
    filter: Filter | None = None

    def by_row(self, values: Sequence[Value]) -> list[list[Value]]:
        """`values` of the items that count, by row."""
        found: list[list[Value]] = [[] for _ in range(self.rows)]
        for index, (owner, value) in enumerate(zip(self.owners, values, strict=True)):
            if self.filter is None or self.filter.keeps[index]:
                found[owner].append(value)
        return found

    @property
    def leaves(self) -> frozenset[str]:
        """Input fields that tell which items count."""
        return frozenset({self.path} | ({self.filter.leaf} if self.filter else set()))

    @property
    def ops(self) -> frozenset[str]:
        """What the filter does."""
        return frozenset({self.filter.op} if self.filter else ())

    @property
    def source(self) -> str:
        """The expression for the items that count."""
        if self.filter is None:
            return self.code
        return f"[{self.var} for {self.var} in {self.code} if {self.filter.code}]"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """All that expressions can be made of."""

    leaves: tuple[Expr, ...]
    lists: tuple[Records, ...]
    words: Mapping[str, tuple[str, ...]]
    """By leaf and list the words by which texts speak of it."""


def safe_name(name: str) -> str:
    """`name` as a variable of generated code."""
    name = re.sub(r"\W", "_", name)
    is_taken = keyword.iskeyword(name) or hasattr(builtins, name) or name in {"data", "date"}
    return f"{name}_value" if is_taken or not name.isidentifier() else name


def open_scope(schema: JsonObject, rows: Sequence[JsonObject], type_name: str) -> Scope:
    """The scope of inputs `rows` that conform to `schema`, whose type is called `type_name` in the code."""
    collector = _Collector()
    collector.walk(schema, _Place(code="data", path="", type_name=type_name), rows)
    leaves, lists = collector.leaves, collector.lists
    names = [*(leaf for expr in leaves for leaf in expr.leaves), *(item.path for item in lists)]
    names += [
        leaf for records in lists for expr in records.items for leaf in expr.leaves if leaf != records.path
    ]
    return Scope(leaves=tuple(leaves), lists=tuple(lists), words=_words(names))


def _words(paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By path the words of its last name; of all names where two paths end alike."""
    ends = [name_words(re.split(r"[.\[\]]+", path)[-1]) for path in paths]
    return {
        path: end if ends.count(end) == 1 else tuple(name_words(path.replace("[]", "")))
        for path, end in zip(paths, ends, strict=True)
    }


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a part of the input stands: its expression, its path, and the beginning of the names of its types."""

    code: str
    path: str
    type_name: str


class _Collector:
    """Walks a schema along with the values that conform to it."""

    def __init__(self) -> None:
        self.leaves: list[Expr] = []
        self.lists: list[Records] = []

    def walk(self, schema: JsonObject, place: _Place, rows: Sequence[JsonObject]) -> None:
        """Collect the fields of objects `rows`, which stand at `place`."""
        required = required_of(schema)
        for name, child in properties_of(schema).items():
            if isinstance(child, dict):
                is_optional = kind_of(child)[1] or name not in required
                access = f"{place.code}[{name!r}]" if name in required else f"{place.code}.get({name!r})"
                inner = _Place(
                    code=access,
                    path=f"{place.path}.{name}" if place.path else name,
                    type_name=f"{place.type_name}{class_name(name)}",
                )
                self._field(child, inner, [row.get(name) for row in rows], is_optional=is_optional)

    def _field(
        self, schema: JsonObject, place: _Place, values: Sequence[JsonValue], *, is_optional: bool
    ) -> None:
        kind, _ = kind_of(schema)
        if kind is not None:
            self.leaves.append(_leaf(place.path, place.code, kind, values, is_optional=is_optional))
        elif schema.get("type") == "object" and not is_optional:
            self.walk(schema, place, [value for value in values if isinstance(value, dict)])
        elif schema.get("type") == "array" and isinstance(schema.get("items"), dict):
            code = f"({place.code} or [])" if is_optional else place.code
            self.lists.append(_records(replace(place, code=code), schema, values))


def kind_of(schema: JsonObject) -> tuple[Kind | None, bool]:
    """The kind of a scalar `schema`, None for others; and whether it may be null."""
    types = schema.get("type")
    names = [str(name) for name in types] if isinstance(types, list) else [str(types)]
    if "enum" in schema:
        values = schema["enum"]
        is_text = isinstance(values, list) and all(isinstance(value, str) for value in values)
        return ("text" if is_text else None), False
    plain = [name for name in names if name != "null"]
    kind = _KINDS.get(plain[0]) if len(plain) == 1 else None
    if kind == "text" and schema.get("format") == "decimal":
        kind = "number"
    return kind, "null" in names


def _leaf(place: str, code: str, kind: Kind, values: Sequence[Value], *, is_optional: bool) -> Expr:
    if kind == "number":
        kind = "number?" if is_optional else "number"
        if not is_optional:
            return _exact(place, code, values)
    elif is_optional:
        kind = cast("Kind", f"{kind}?")
    return Expr(code=code, kind=kind, values=tuple(values), leaves=frozenset({place}))


def _exact(place: str, code: str, values: Sequence[Value]) -> Expr:
    raw = Expr(code=code, kind="text", values=tuple(values), leaves=frozenset({place}), cost=0.0)
    number = apply(TO_NUMBER, raw)
    return replace(number, ops=frozenset())


def _records(place: _Place, schema: JsonObject, values: Sequence[JsonValue]) -> Records:
    items = schema["items"]
    assert isinstance(items, dict)
    lists = [value if isinstance(value, list) else [] for value in values]
    owners = tuple(row for row, content in enumerate(lists) for _ in content)
    content = [item for part in lists for item in part]
    var = safe_name(stem(place.path.rpartition(".")[2]))
    item_class = f"{place.type_name}Item"
    kind, may_be_null = kind_of(items)
    found: list[Expr] = []
    if kind is not None and not may_be_null:
        found.append(_leaf(place.path, var, kind, content, is_optional=False))
        item_class = _CLASSES["string" if items.get("type") == "string" else kind]
    elif items.get("type") == "object":
        collector = _Collector()
        inner = _Place(code=var, path=f"{place.path}[]", type_name=item_class)
        collector.walk(items, inner, [item for item in content if isinstance(item, dict)])
        found = collector.leaves
    return Records(
        path=place.path,
        code=place.code,
        item_class=item_class,
        var=var,
        owners=owners,
        rows=len(values),
        items=tuple(found),
        enums=dict(_enums(items, f"{place.path}[]")),
    )


def _enums(schema: JsonObject, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, child in properties_of(schema).items():
        values = child.get("enum") if isinstance(child, dict) else None
        if isinstance(values, list):
            yield f"{path}.{name}", tuple(value for value in values if isinstance(value, str))


def filters_of(records: Records, text: str) -> list[Records]:
    """`records` without a filter and with each that `text` may mean."""
    found = [records]
    for item in records.items:
        leaf = next(iter(item.leaves))
        if item.kind in {"flag", "flag?"}:
            found += [replace(records, filter=one) for one in _flag_filters(item, leaf)]
        for value in records.enums.get(leaf, ()):
            if re.search(rf"\b{re.escape(value)}\b", text, re.IGNORECASE):
                keeps = tuple(other == value for other in item.values)
                one = Filter(code=f"{item.code} == {value!r}", keeps=keeps, leaf=leaf, op=f"where:{value}")
                found.append(replace(records, filter=one))
    return found


def _flag_filters(item: Expr, leaf: str) -> list[Filter]:
    keeps = tuple(value is True for value in item.values)
    drops = tuple(not kept for kept in keeps)
    is_known = DECLINED not in item.values
    return [
        Filter(code=f"not {item.code}", keeps=drops, leaf=leaf, op=f"not:{leaf}"),
        Filter(code=item.code, keeps=keeps, leaf=leaf, op=f"is:{leaf}"),
    ] if is_known else []  # fmt: skip
