"""JSON Schemas as TypedDict source: the types that compiled activities are checked against.

The same text goes into the coder's prompt, where it costs about a third of the tokens of the schema that it stands for.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from compiled_ai.spec.canonical import JsonObject, JsonValue

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


def class_name(text: str) -> str:
    """`text` as a class name: ``read_ticket`` gives ``ReadTicket``."""
    name = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", text))
    return f"_{name}" if not name or name[0].isdigit() else name


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
        self._definitions = definitions if isinstance(definitions, dict) else {}
        self._open: list[str] = []

    def object(self, name: str, schema: JsonObject) -> str:
        properties, required = _properties(schema), _required(schema)
        fields = []
        for field, child in properties.items():
            kind = self.type(f"{name}{class_name(field)}", child)
            fields.append((field, kind if field in required else f"NotRequired[{kind}]", _comment(child)))
        if all(
            field.isidentifier() and not keyword.iskeyword(field) and not field.startswith("__")
            for field, _, _ in fields
        ):
            lines = [f"    {field}: {kind}{comment}" for field, kind, comment in fields] or ["    pass"]
            self.blocks.append("\n".join([f"class {name}(TypedDict):", *lines]))
        else:
            lines = [f"        {field!r}: {kind},{comment}" for field, kind, comment in fields]
            self.blocks.append(
                "\n".join([f"{name} = TypedDict(", f"    {name!r},", "    {", *lines, "    },", ")"])
            )
        return name

    def type(self, name: str, schema: JsonValue) -> str:
        """The type expression for `schema`; nested objects become classes called `name`."""
        if not isinstance(schema, dict):
            return "object"
        if "$ref" in schema:
            return self._reference(name, str(schema["$ref"]))
        if "enum" in schema or "const" in schema:
            values = schema.get("enum", [schema.get("const")])
            return _literal(values) if isinstance(values, list) else "object"
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return " | ".join(self._plain(name, str(kind), schema) for kind in kinds)
        return self._plain(name, str(kinds), schema)

    def _reference(self, name: str, target: str) -> str:
        """The type of a local definition; a recursive one is an object from its second level on."""
        key = target.removeprefix("#/$defs/")
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
        if kind == "object" and _properties(schema):
            return self.object(name, schema)
        return "dict[str, object]" if kind == "object" else "object"


def _literal(values: Sequence[JsonValue]) -> str:
    if any(isinstance(value, float | dict | list) for value in values):
        return "object"
    return f"Literal[{', '.join(repr(value) for value in values)}]"


def _properties(schema: JsonObject) -> dict[str, JsonValue]:
    properties = schema.get("properties", {})
    return properties if isinstance(properties, dict) else {}


def _required(schema: JsonObject) -> set[str]:
    required = schema.get("required", [])
    return {str(name) for name in required} if isinstance(required, list) else set()


def _comment(schema: JsonValue) -> str:
    if not isinstance(schema, dict):
        return ""
    notes = [_FORMATS.get(str(schema["format"]), str(schema["format"]))] if "format" in schema else []
    notes += [f"{key} {schema[key]}" for key in _CONSTRAINTS if key in schema]
    notes += [" ".join(str(schema["description"]).split())] if "description" in schema else []
    return f"  # {', '.join(notes)}" if notes else ""
