"""Collecting the problems of a spec, and Pydantic's errors in our words."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compiled_ai.errors import SpecError, SpecProblem
from compiled_ai.spec.schema import shorten, suggest
from compiled_ai.spec.yaml_source import Place, YamlDocument

Model = TypeVar("Model", bound=BaseModel)


class Problems:
    """The problems found so far in one document."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.found: list[SpecProblem] = []

    def add(self, place: Place, message: str) -> None:
        """Note a problem at the value at `place`."""
        self.found.append(self.document.problem(place, message))

    def raise_if_any(self) -> None:
        """Raise what was found, in the order of the file.

        Raises:
            SpecError: at least one problem was found.
        """
        if self.found:
            raise SpecError(
                tuple(
                    sorted(self.found, key=lambda problem: (str(problem.path), problem.line, problem.column))
                )
            )

    def validate(self, model: type[Model]) -> Model:
        """The document as a `model`.

        Raises:
            SpecError: it does not fit; every misfit is a problem with its line.
        """
        if not isinstance(self.document.data, dict):
            self.add((), "a spec is a mapping of keys such as 'name:' and 'input:'")
            self.raise_if_any()
        try:
            return model.model_validate(self.document.data)
        except ValidationError as error:
            for detail in _distinct(error.errors(include_url=False)):
                place = self._place(detail["loc"])
                self.add(place, _words(detail, place, model))
            self.raise_if_any()
            raise AssertionError("unreachable: a ValidationError has at least one error") from error

    def _place(self, location: tuple[int | str, ...]) -> Place:
        """The part of Pydantic's location that exists in the file: union tags are skipped, missing keys kept at the end."""
        place: Place = ()
        for part in location:
            if (*place, part) in self.document.marks:
                place = (*place, part)
        return place


def _distinct(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the errors of union members that the author plainly did not mean: a mapping is no list, and the other way round."""
    return [
        detail
        for detail in details
        if not (detail["type"] in {"list_type", "model_type"} and "tests" in detail["loc"][:1])
    ] or details


def _words(detail: ErrorDetails, place: Place, model: type[BaseModel]) -> str:
    """Pydantic's error in our words: the value, the rule, the way out."""
    if detail["type"] in {"missing", "extra_forbidden", "union_tag_not_found"}:
        return _words_on_keys(detail, place, model)
    name = ".".join(map(str, place))
    context: dict[str, Any] = detail.get("ctx", {})
    return f"{name} is {shorten(repr(detail.get('input')), 60)}; {_rule(detail, context)}"


def _words_on_keys(detail: ErrorDetails, place: Place, model: type[BaseModel]) -> str:
    key, inside = str(detail["loc"][-1]), ".".join(map(str, place))
    if detail["type"] == "missing":
        return f"'{key}' is missing" + (f" in '{inside}'" if place else "; add it at the top level")
    if detail["type"] == "extra_forbidden":
        known = sorted(_keys(model, detail["loc"]))
        return f"unknown key '{key}'; known keys here are {', '.join(known)}.{suggest(key, known)}"
    return f"{inside} has no 'kind'; say 'kind: code', 'kind: rule' or 'kind: bounded'"


def _rule(detail: ErrorDetails, context: dict[str, Any]) -> str:
    kind = detail["type"]
    if kind == "string_type":
        return "that is not text; write it in quotes"
    if kind == "string_pattern_mismatch":
        named = str(context.get("pattern", "")).startswith("^[a-z]")
        return (
            "use lower-case letters, digits and '_', starting with a letter"
            if named
            else "it must look like 1.0.0"
        )
    if kind in {"literal_error", "union_tag_invalid"}:
        options = _options(context)
        given = str(context.get("tag") or detail.get("input"))
        return f"allowed is {', '.join(options)}.{suggest(given, options)}"
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


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
    children = [node["items"]] if isinstance(part, int) and "items" in node else []
    children += [node["properties"][tag]] if tag in node.get("properties", {}) else []
    return [found for child in children for found in _resolve(child, definitions)] or (
        [node]
        if node.get("properties", {}).get("kind", {}).get("const") == tag or node.get("title") == tag
        else []
    )


def _resolve(node: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _resolve(definitions[node["$ref"].rpartition("/")[2]], definitions)
    options = node.get("anyOf") or node.get("oneOf")
    return [found for option in options for found in _resolve(option, definitions)] if options else [node]
