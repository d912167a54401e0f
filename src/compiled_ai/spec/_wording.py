"""Pydantic's errors in words for the author of a spec: the value, the rule, the way out."""

from __future__ import annotations

import json
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from compiled_ai.spec._checker import place_text, shorten, suggest
from compiled_ai.spec.effects import EffectTemplate
from compiled_ai.spec.yaml_source import Place

_BLOCK_TAGS = ("<parallel>", "<foreach>", "<switch>")
_TEMPLATES: tuple[str, ...] = get_args(EffectTemplate)
_PATTERN_WORDS = {
    "^[a-z]": "use lower-case letters, digits and '_', starting with a letter, at most 63 in all",
    "^[0-9]": "a version looks like 1.0.0",
    r"\S": "it must not be blank",
    "^[a-z0-9](": "name a host in lower case, with :port where it is not the usual one, and nothing before or behind it",
    "^[A-Za-z_][": "use letters, digits and '_', starting with a letter",
    "^[A-Za-z0-9._%+-]": "a mail address looks like name@example.com",
}
_TYPE_WORDS = {
    "int_type": "it must be a whole number, in digits and without quotes",
    "float_type": "it must be a number, without quotes or a '%' sign",
    "list_type": "it must be a list: lines that begin with '- ', or [a, b]",
    "string_too_short": "it must not be empty",
    "too_short": "it needs at least one entry",
}
_BOUND_WORDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_MAPPING_TYPES = {"dict_type", "model_type", "model_attributes_type"}
_KEY_TYPES = {"missing", "extra_forbidden", "union_tag_not_found"}


def place_of(detail: ErrorDetails) -> Place:
    """Where in the document the error belongs. Pydantic's location also names the chosen alternative of a union; a missing key is its parent's fault."""
    location = list(detail["loc"])
    if location[0] == "tests":
        del location[1:2]
    if location[0] == "compliance":
        del location[1:2]
    if location[0] == "steps":
        location = _without_tags(location)
    if location[:2] == ["accuracy", "fields"]:
        del location[3:4]
    if "policy" in location and location[location.index("policy") - 1] == "fallback":
        after = location.index("policy") + 1
        del location[after : after + 1]
    if detail["type"] == "missing":
        del location[-1]
    if detail["type"] == "union_tag_invalid":
        location.append(_discriminator(detail))
    return tuple(location)


def _without_tags(location: list[int | str]) -> list[int | str]:
    """`location` without the alternatives that Pydantic chose: a block's ``<foreach>``, a step's ``<step>`` with its kind, and with its template if it is an effect."""
    kept: list[int | str] = []
    rest = list(location)
    while rest:
        part = rest.pop(0)
        if part == "<step>":
            is_effect = rest[:1] == ["effect"] and rest[1:2] and rest[1] in _TEMPLATES
            del rest[: 2 if is_effect else 1]
        elif part not in _BLOCK_TAGS:
            kept.append(part)
    return kept


def _discriminator(detail: ErrorDetails) -> str:
    """The key that chooses between the alternatives."""
    return str(detail.get("ctx", {}).get("discriminator", "kind")).strip("'")


def at_key(detail: ErrorDetails) -> bool:
    """Whether the error is about the key rather than its value."""
    return detail["type"] == "extra_forbidden"


def describe(detail: ErrorDetails, model: type[BaseModel], *, whole: str = "the top level") -> str:
    """The error in our words. `model` is the whole document's, and `whole` what the author would call it."""
    place = place_of(detail)
    if detail["type"] in _KEY_TYPES:
        return _describe_key(detail, place, model, whole)
    given = detail.get("input")
    if detail["type"] == "union_tag_invalid" and isinstance(given, dict):
        given = given.get(_discriminator(detail))
    return f"{place_text(place)} is {_shown(given)}; {_rule(detail, given, model)}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    return shorten(repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False), 60)


def _describe_key(detail: ErrorDetails, place: Place, model: type[BaseModel], whole: str) -> str:
    key = str(detail["loc"][-1])
    if detail["type"] == "missing":
        return (
            f"'{key}' is missing in {place_text(place)}"
            if place
            else f"'{key}' is missing; add it at {whole}"
        )
    if detail["type"] == "extra_forbidden":
        known = sorted(_keys(model, detail["loc"]))
        inside = f" in {place_text(place[:-1])}" if place[:-1] else ""
        return f"unknown key '{key}'{inside}; known keys here are {', '.join(known)}.{suggest(key, known)}"
    if _discriminator(detail) == "effect":
        return f"{place_text(place)} has no 'effect'; name one of {', '.join(_TEMPLATES)}"
    return f"{place_text(place)} has no 'kind'; say 'kind: code', 'kind: rule', 'kind: bounded' or 'kind: effect', or make it a block with 'parallel:', 'foreach:' or 'switch:'"


def _rule(detail: ErrorDetails, given: Any, model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _TYPE_WORDS:
        return _TYPE_WORDS[kind]
    if kind in _BOUND_WORDS:
        name, words = _BOUND_WORDS[kind]
        bound = context[name]
        return f"it must be {words} {int(bound) if bound == int(bound) else bound}"
    if kind in _MAPPING_TYPES:
        return _mapping_rule(detail, model)
    if kind in {"literal_error", "union_tag_invalid"}:
        return _choice_rule(context, given)
    message = detail["msg"].removeprefix("Value error, ")
    return _text_rule(kind, context, given) or f"{message[:1].lower()}{message[1:]}"


def _text_rule(kind: str, context: dict[str, Any], given: Any) -> str | None:
    if kind == "string_type":
        scalar = isinstance(given, bool | int | float)
        return "it must be text; put it in quotes" if scalar else "it must be text"
    if kind == "string_pattern_mismatch":
        return next(words for start, words in _PATTERN_WORDS.items() if context["pattern"].startswith(start))
    if kind == "string_too_long":
        return f"it has {len(given)} characters, and at most {context['max_length']} are allowed"
    return None


def _mapping_rule(detail: ErrorDetails, model: type[BaseModel]) -> str:
    if detail["loc"] == ("tests", "TestsFile"):
        return "it must be a list of cases, or 'file: PATH' of a JSONL file"
    known = sorted(_keys(model, (*detail["loc"], "")))
    return "it must be a mapping" + (f" with the keys {', '.join(known)}" if known else " of names to values")


def _choice_rule(context: dict[str, Any], given: Any) -> str:
    options = _options(context)
    if options == ["True"]:
        return "write 'abstain: true', or leave it out and give an 'output'"
    return f"allowed is {', '.join(options)}.{suggest(str(given), options)}"


def _options(context: dict[str, Any]) -> list[str]:
    text = str(context.get("expected_tags") or context.get("expected") or "")
    return [word.strip(" '") for word in text.replace(" or ", ",").split(",")]


def _keys(model: type[BaseModel], location: tuple[int | str, ...]) -> set[str]:
    """Known keys at the mapping that `location` lies in."""
    schema = model.model_json_schema()
    definitions: dict[str, Any] = schema.get("$defs", {})
    candidates: list[dict[str, Any]] = [schema]
    for part in location[:-1]:
        candidates = [step for node in candidates for step in _descend(node, part, definitions)] or candidates
    return {key for node in candidates for key in node.get("properties", {})}


def _descend(node: dict[str, Any], part: int | str, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    tag = str(part)
    if tag in _tags(node) or (tag in _BLOCK_TAGS and tag[1:-1] in node.get("properties", {})):
        return [node]
    children = [node["items"]] if isinstance(part, int) and "items" in node else []
    children += [node["properties"][tag]] if tag in node.get("properties", {}) else []
    if "properties" not in node and isinstance(node.get("additionalProperties"), dict):
        children.append(node["additionalProperties"])
    return [found for child in children for found in _resolve(child, definitions)]


def _tags(node: dict[str, Any]) -> set[object]:
    """What the alternative `node` is called by."""
    chosen = (node.get("properties", {}).get(key, {}).get("const") for key in ("kind", "effect"))
    return {node.get("title"), *chosen} - {None}


def _resolve(node: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _resolve(definitions[node["$ref"].rpartition("/")[2]], definitions)
    options = node.get("anyOf") or node.get("oneOf")
    return [found for option in options for found in _resolve(option, definitions)] if options else [node]
