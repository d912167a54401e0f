"""JSON Schemas as TypedDict source: the types that compiled activities are checked against.

The same text goes into the coder's prompt, where it costs about a third of the tokens of the schema that it stands for.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Sequence

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of, required_of

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {"decimal": 'decimal text such as "12.50"', "date": "ISO date", "date-time": "ISO date and time"}
_CONSTRAINTS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
)
_SILENCERS = re.compile(
    r"\b(?:(type|pylint|flake8|pyright|ruff|mypy|isort|fmt|yapf|radon):|(no)(qa)|(no)(sec)|(prag)(ma))",
    re.IGNORECASE,
)
"""Words in a comment with which a checker could be silenced; the security stage refuses them."""
_BLANKS = frozenset(("Cc", "Zl", "Zp"))
_INVISIBLE = frozenset(("Cf", "Cs", "Co", "Cn"))


def class_name(text: str) -> str:
    """`text` as a class name: ``read_ticket`` gives ``ReadTicket``."""
    name = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", text))
    return f"_{name}" if not name or name[0].isdigit() else name


def type_prefixes(step_ids: Sequence[str]) -> dict[str, str]:
    """By step the beginning of the names of its types, so that no two steps of a file share a type."""
    prefixes: dict[str, str] = {}
    for number, step_id in enumerate(step_ids, start=1):
        name = class_name(step_id)
        while any(_may_clash(name, other) for other in prefixes.values()):
            name = f"Step{number}{name}"
        prefixes[step_id] = name
    return prefixes


def _may_clash(first: str, second: str) -> bool:
    """Whether a type of the one, such as ``ReadInput`` or a nested ``ReadInputLines``, may be called like one of the other."""
    short, long = sorted((first, second), key=len)
    return long == short or long.startswith((f"{short}Input", f"{short}Output"))


def one_line(text: str) -> str:
    """`text` in one line, without the invisible characters that the security stage refuses in code."""
    kinds = ((character, unicodedata.category(character)) for character in text)
    visible = "".join(
        " " if kind in _BLANKS else character for character, kind in kinds if kind not in _INVISIBLE
    )
    return " ".join(visible.split())


def render_typed_dict(name: str, schema: JsonObject) -> str:
    """Source of a TypedDict called `name` for an object `schema`, its nested objects first.

    Fields that may be left out are ``NotRequired``. What a type cannot say (formats, bounds) stands in a comment.
    """
    writer = _Writer(schema.get("$defs"))
    writer.object(name, schema)
    return "\n\n".join(writer.blocks)


class _Writer:
    def __init__(self, definitions: JsonValue) -> None:
        self.blocks: list[str] = []
        self._taken: set[str] = set()
        self._definitions = definitions if isinstance(definitions, dict) else {}
        self._open: list[str] = []

    def object(self, name: str, schema: JsonObject) -> str:
        """Write the class for an object; its name, which is `name` unless another object bears it."""
        name = self._free(name)
        properties, required = properties_of(schema), required_of(schema)
        fields = []
        for field, child in properties.items():
            kind = self.type(f"{name}{class_name(field)}", child)
            fields.append((field, kind if field in required else f"NotRequired[{kind}]", _comment(child)))
        if all(_is_plain(field) for field in properties):
            lines = [f"    {field}: {kind}{comment}" for field, kind, comment in fields] or ["    pass"]
            self.blocks.append("\n".join([f"class {name}(TypedDict):", *lines]))
        else:
            lines = [f"        {field!r}: {kind},{comment}" for field, kind, comment in fields]
            self.blocks.append(
                "\n".join([f"{name} = TypedDict(", f"    {name!r},", "    {", *lines, "    },", ")"])
            )
        return name

    def _free(self, name: str) -> str:
        number, free = 1, name
        while free in self._taken:
            number += 1
            free = f"{name}{number}"
        self._taken.add(free)
        return free

    def type(self, name: str, schema: JsonValue) -> str:
        """The type expression for `schema`; nested objects become classes called `name`."""
        if not isinstance(schema, dict):
            return "object"
        if "$defs" in schema:
            return self._with_own_definitions(name, schema)
        if "$ref" in schema:
            return self._reference(name, str(schema["$ref"]))
        if "enum" in schema or "const" in schema:
            values = schema.get("enum", [schema.get("const")])
            return _literal(values) if isinstance(values, list) else "object"
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return " | ".join(dict.fromkeys(self._plain(name, str(kind), schema) for kind in kinds))
        return self._plain(name, str(kinds), schema)

    def _with_own_definitions(self, name: str, schema: JsonObject) -> str:
        """The type of a field from another step, which brings the definitions of that step's schema along."""
        outer = self._definitions, self._open
        definitions = schema["$defs"]
        self._definitions, self._open = definitions if isinstance(definitions, dict) else {}, []
        kind = self.type(name, {key: value for key, value in schema.items() if key != "$defs"})
        self._definitions, self._open = outer
        return kind

    def _reference(self, name: str, target: str) -> str:
        """The type of a local definition; a recursive one is an object from its second level on."""
        key = target.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
        if key not in self._definitions or key in self._open:
            return "object"
        self._open.append(key)
        kind = self.type(name, self._definitions[key])
        self._open.pop()
        return kind

    def _plain(self, name: str, kind: str, schema: JsonObject) -> str:
        if kind in _SCALARS:
            return _SCALARS[kind]
        if kind == "array":
            return f"list[{self.type(f'{name}Item', schema.get('items'))}]"
        if kind == "object" and properties_of(schema):
            return self.object(name, schema)
        return "dict[str, object]" if kind == "object" else "object"


def _is_plain(field: str) -> bool:
    """Whether `field` can be a name in a class: other fields are written as texts."""
    return (
        field.isidentifier()
        and field.isascii()
        and not keyword.iskeyword(field)
        and not field.startswith("__")
    )


def _literal(values: Sequence[JsonValue]) -> str:
    """The Literal of `values`; floats cannot stand in one, so with them it is the union of the values' types."""
    if not values or any(isinstance(value, dict | list) for value in values):
        return "object"
    if not any(isinstance(value, float) for value in values):
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    kinds = dict.fromkeys("None" if value is None else type(value).__name__ for value in values)
    return " | ".join(kind for kind in kinds if kind != "int")


def _comment(schema: JsonValue) -> str:
    if not isinstance(schema, dict):
        return ""
    notes = [_FORMATS.get(str(schema["format"]), str(schema["format"]))] if "format" in schema else []
    notes += [f"{key} {schema[key]}" for key in _CONSTRAINTS if key in schema]
    notes += [str(schema["description"])] if "description" in schema else []
    return f"  # {_harmless(', '.join(notes))}" if notes else ""


def _harmless(text: str) -> str:
    """`text` as a comment that no checker takes for an order."""
    return _SILENCERS.sub(_blunted, one_line(text))


def _blunted(match: re.Match[str]) -> str:
    tool, *halves = match.groups()
    return f"{tool} -" if tool else "-".join(half for half in halves if half)
