"""A schema of draft 2020-12 in the words of draft 7, which hypothesis-jsonschema 0.23 reads.

The result may allow a little more or less than the original: every input made from it is checked against the original. References are
written out, recursive ones a few levels deep.
"""

from __future__ import annotations

import re

from compiled_ai.inputs._schema import SchemaReader, as_dict
from compiled_ai.spec.canonical import JsonObject, JsonValue

_KEPT = {
    "type", "enum", "const", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
    "maxItems", "uniqueItems", "required", "minProperties", "maxProperties", "format",
}  # fmt: skip
_ONE = ("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf")
_LEVELS = 2
"""How often a recursive part of a schema is opened inside itself."""
_NODE_LIMIT = 3_000


class UntranslatableError(Exception):
    """Why hypothesis-jsonschema cannot be given a schema; the message goes into a note."""


def to_draft7(schema: JsonObject) -> tuple[JsonValue, tuple[str, ...]]:
    """`schema` as draft 7, and notes on what was left out.

    Raises:
        UntranslatableError: written out, the schema is too large.
    """
    translator = _Translator(SchemaReader(schema))
    return translator.translate(schema), tuple(dict.fromkeys(translator.notes))


class _Translator:
    def __init__(self, reader: SchemaReader) -> None:
        self._reader = reader
        self._open: list[int] = []
        self._nodes = 0
        self.notes: list[str] = []

    def translate(self, node: JsonValue) -> JsonValue:
        """One schema and all below it."""
        if not isinstance(node, dict):
            return node if isinstance(node, bool) else True
        self._nodes += 1
        if self._nodes > _NODE_LIMIT:
            raise UntranslatableError(f"written out it has more than {_NODE_LIMIT} parts")
        if self._open.count(id(node)) > _LEVELS:
            return False
        self._open.append(id(node))
        try:
            return self._written_out(node)
        finally:
            self._open.pop()

    def _written_out(self, node: JsonObject) -> JsonObject:
        made: JsonObject = {key: value for key, value in node.items() if key in _KEPT}
        made.update({key: self.translate(node[key]) for key in _ONE if key in node})
        for key in _LISTS:
            branches = node.get(key)
            if isinstance(branches, list):
                made[key] = [self.translate(branch) for branch in branches]
        self._references(node, made)
        self._arrays(node, made)
        self._objects(node, made)
        self._pattern(node, made)
        return made

    def _references(self, node: JsonObject, made: JsonObject) -> None:
        for keyword in ("$ref", "$dynamicRef"):
            if keyword in node:
                parts = made.get("allOf")
                target = self.translate(self._reader.target(node[keyword]))
                made["allOf"] = [*(parts if isinstance(parts, list) else []), target]

    def _arrays(self, node: JsonObject, made: JsonObject) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, list):
            made["items"], rest = [self.translate(item) for item in prefix], made.get("items", True)
            made["additionalItems"] = rest
        if node.get("minContains") == 0:
            made.pop("contains", None)

    def _objects(self, node: JsonObject, made: JsonObject) -> None:
        if "properties" in node:
            made["properties"] = {
                name: self.translate(schema) for name, schema in as_dict(node["properties"]).items()
            }
        if "patternProperties" in node:
            made["patternProperties"] = {
                pattern: self.translate(schema)
                for pattern, schema in as_dict(node["patternProperties"]).items()
                if self._is_readable(pattern)
            }
        dependencies = {**as_dict(node.get("dependentRequired"))}
        for name, schema in as_dict(node.get("dependentSchemas")).items():
            dependencies[name] = self.translate(schema)
        if dependencies:
            made["dependencies"] = dependencies
        if "unevaluatedProperties" in node and "additionalProperties" not in node:
            self._unevaluated(node, made)

    def _unevaluated(self, node: JsonObject, made: JsonObject) -> None:
        """Draft 7 has no such keyword: where it is False, the names that any part of `node` knows are the allowed ones."""
        parts = self._reader.flatten([node])
        if len(parts) == 1:
            made["additionalProperties"] = self.translate(node["unevaluatedProperties"])
        elif node["unevaluatedProperties"] is False and not any(
            "patternProperties" in part for part in parts
        ):
            names = {name: None for part in parts for name in as_dict(part.get("properties"))}
            made.setdefault("propertyNames", {"enum": [*names]})

    def _pattern(self, node: JsonObject, made: JsonObject) -> None:
        pattern = node.get("pattern")
        if isinstance(pattern, str) and self._is_readable(pattern):
            made["pattern"] = pattern

    def _is_readable(self, pattern: str) -> bool:
        try:
            re.compile(pattern)
        except re.error as error:
            self.notes.append(
                f"Python cannot read the pattern '{pattern}' ({error}), so random texts for it are left to chance"
            )
            return False
        return True


def has_patterns(node: JsonValue) -> bool:
    """Whether texts are described by a regular expression anywhere in the schema `node`."""
    if isinstance(node, dict):
        return bool(node.keys() & {"pattern", "patternProperties"}) or any(map(has_patterns, node.values()))
    return isinstance(node, list) and any(map(has_patterns, node))
