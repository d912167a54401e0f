"""The pattern of two models, as far as a spec can break it: what a bounded step makes of untrusted text may not steer an effect as free text.

The model of a bounded step reads what nobody vouches for; it is quarantined: it has no tools, and gives values under a schema. The plan, the instructions
and the parameters of effects are fixed when the spec is compiled, by models that see no input. What is left is free text that goes from the one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.spec._flow_documents import leaves
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import SpecDocument
from compiled_ai.spec.model import BoundedStep, EffectStep, Step
from compiled_ai.spec.references import Reference, ReferenceProblem, find_references

LONGEST = 200
"""Characters of a text that counts as a value, and not as free text."""
_BOUNDS = ("enum", "const", "format", "pattern", "$ref")


def check_quarantine(problems: Problems, parsed: SpecDocument, steps: Sequence[Step]) -> None:
    """Note each parameter of an effect that is free text of a bounded step. For specs whose policy of the gates forbids that."""
    read = {
        name: (step.id, schema)
        for step in steps
        if isinstance(step, BoundedStep)
        for name, schema in _properties(step.output_schema).items()
    }
    places = {step.id: place for place, step in leaves(parsed.steps)}
    for step in steps:
        if not isinstance(step, EffectStep):
            continue
        try:
            found = tuple(find_references(step.call.parameters))
        except ReferenceProblem:  # it is reported where the step is read
            continue
        for one in found:
            source, schema = read.get(one.reference.name, ("", None))
            if source and is_free_text(_inside(schema, one.reference)):
                problems.add(
                    (*places[step.id], "parameters", *one.place),
                    f"'{one.reference}' is free text that the model of step '{source}' makes of its input, and whoever writes that input would write to the effect: "
                    f"give it an enum, a format, a pattern or a maxLength of {LONGEST} at most, let a code step check it, or write 'gates: {{quarantine: false}}'",
                )


def is_free_text(schema: JsonValue) -> bool:
    """Whether values of `schema` may hold any text whatever, at any depth."""
    if schema is True or schema is None:
        return True
    if not isinstance(schema, dict) or any(key in schema for key in _BOUNDS):
        return False
    for key in ("anyOf", "oneOf", "allOf"):
        options = schema.get(key)
        if isinstance(options, list):
            return any(map(is_free_text, options))
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if None in kinds:
        return True
    longest = schema.get("maxLength")
    is_short = isinstance(longest, int) and longest <= LONGEST
    return (
        ("string" in kinds and not is_short)
        or ("array" in kinds and is_free_text(schema.get("items", True)))
        or ("object" in kinds and _is_open(schema))
    )


def _is_open(schema: JsonObject) -> bool:
    rest = schema.get("additionalProperties", True)
    return is_free_text(rest) or any(map(is_free_text, _properties(schema).values()))


def _properties(schema: JsonValue) -> JsonObject:
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def _inside(schema: JsonValue, reference: Reference) -> JsonValue:
    """The schema of the value that `reference` means, from that of the field it begins with; True, which allows all, where it says nothing."""
    for name in reference.path[1:]:
        schema = _properties(schema).get(name, True)
    return schema
