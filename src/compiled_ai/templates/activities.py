"""Activity templates: for each kind of task, what the coder is told and which modules it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of


@dataclass(frozen=True, kw_only=True)
class ActivityTemplate:
    """One kind of activity."""

    name: str
    purpose: str
    guidance: tuple[str, ...]
    """Lines for the coder, specific to this kind."""
    functions: tuple[str, ...]
    """Functions of ``compiled_ai.modules`` that the coder is shown, as ``module.function``."""


CLASSIFIER = ActivityTemplate(
    name="classifier",
    purpose="choose one label for a text",
    guidance=(
        "Hold a table from label to weighted cues and score it with best_label. Single stems with a star (`refund*`, `arriv*`) meet more wordings than phrases; have 25 or more cues per label (the table does not count towards the lines).",
        "Weight 3 for a cue that decides alone, 2 for a strong one, 1 for a hint. Keep the default minimum and margin: what scores clearly is answered.",
        "Check the declining conditions of the task before you score.",
    ),
    functions=("text.fold", "text.has_phrase", "text.score_labels", "text.best_label"),
)
NORMALIZER = ActivityTemplate(
    name="normalizer",
    purpose="bring typed values into a standard form",
    guidance=(
        "One small function per output field. Look names and aliases up in tables of folded keys.",
        "Abstain when a required part cannot be read; never guess.",
    ),
    functions=(
        "text.clean",
        "text.fold",
        "text.title_case",
        "numbers.parse_number",
        "numbers.round_half_up",
        "numbers.format_decimal",
        "dates.parse_date",
        "dates.add_days",
        "money.parse_money",
        "money.currency_code",
    ),
)
EXTRACTOR = ActivityTemplate(
    name="extractor",
    purpose="read facts out of a text",
    guidance=(
        "Find all candidates of a field with the finders, then keep those whose nearest_cue is a right one and drop those with a contrary one. A single candidate without any cue counts too.",
        "Cues are stems with a star (`deliver*`, `arriv*`). Optional field without a sure candidate: None. Required field without one, or with two: abstain.",
    ),
    functions=(
        "text.clean",
        "text.has_phrase",
        "text.find_phrases",
        "text.labelled_value",
        "text.nearest_cue",
        "numbers.find_numbers",
        "numbers.format_decimal",
        "dates.find_dates",
        "money.find_money",
    ),
)
TRANSFORMER = ActivityTemplate(
    name="transformer",
    purpose="reshape structured data",
    guidance=(
        "Plain loops and comprehensions over the typed input. Decimal for money. Check the declining conditions first.",
    ),
    functions=("numbers.to_decimal", "numbers.round_half_up", "numbers.format_decimal"),
)
FUNCTION_CALL = ActivityTemplate(
    name="function_call",
    purpose="turn a request into one function call",
    guidance=(
        "First decide which function is meant, by weighted cue phrases; then fill each parameter with a finder or a table of synonyms.",
        "Abstain when two functions are close, a value is missing or contested, numbers are left over, the request is self-corrected or asks for two things.",
    ),
    functions=(
        "text.has_phrase",
        "text.find_phrases",
        "text.score_labels",
        "text.best_label",
        "text.is_self_corrected",
        "numbers.find_numbers",
        "numbers.numbers_with_unit",
        "numbers.round_half_up",
        "dates.find_durations",
        "dates.find_times",
        "dates.find_dates",
    ),
)

TEMPLATES: tuple[ActivityTemplate, ...] = (CLASSIFIER, NORMALIZER, EXTRACTOR, TRANSFORMER, FUNCTION_CALL)
_LONG_TEXTS = 2


_DATE = re.compile(r"\bdates?\b|date-time", re.IGNORECASE)
_MONEY = re.compile(r"\b(?:amounts?|prices?|currenc(?:y|ies)|totals?|cost|paid)\b", re.IGNORECASE)
_CUES = {
    "text.is_self_corrected": re.compile(r"\b(?:takes? back|corrects?|self-correct\w*)\b", re.IGNORECASE),
    "dates.parse_date": _DATE,
    "dates.find_dates": _DATE,
    "dates.add_days": re.compile(r"\bdays\b", re.IGNORECASE),
    "dates.find_durations": re.compile(r"\b(?:minutes?|hours?|durations?)\b", re.IGNORECASE),
    "dates.find_times": re.compile(r"\b(?:time of day|clock|HH:MM|alarm)\b", re.IGNORECASE),
    "money.parse_money": _MONEY,
    "money.find_money": _MONEY,
    "money.currency_code": re.compile(r"\bcurrenc(?:y|ies)\b", re.IGNORECASE),
}
"""Words in a task without which a function is left out of the prompt, to save tokens."""


def choose_functions(template: ActivityTemplate, task_text: str) -> tuple[str, ...]:
    """The functions of `template` that a task with this text (instructions and schemas) may need."""
    return tuple(name for name in template.functions if name not in _CUES or _CUES[name].search(task_text))


def choose_template(input_schema: JsonObject, output_schema: JsonObject) -> ActivityTemplate:
    """The template whose shape of input and output fits best. Decided by the schemas alone, so the same spec gets the same one."""
    inputs, outputs = properties_of(input_schema), properties_of(output_schema)
    if {"function", "arguments"} <= outputs.keys() or {"name", "arguments"} <= outputs.keys():
        return FUNCTION_CALL
    if any(_is_structured(schema) for schema in inputs.values()):
        return TRANSFORMER
    if all(_is_label(schema) for schema in outputs.values()):
        return CLASSIFIER
    texts = [schema for schema in inputs.values() if _is_free_text(schema)]
    return EXTRACTOR if len(texts) < _LONG_TEXTS and len(inputs) < _LONG_TEXTS else NORMALIZER


def _is_structured(schema: JsonValue) -> bool:
    kinds = schema.get("type") if isinstance(schema, dict) else None
    return bool({"object", "array"} & set(kinds if isinstance(kinds, list) else [kinds]))


def _is_label(schema: JsonValue) -> bool:
    return isinstance(schema, dict) and ("enum" in schema or schema.get("type") == "boolean")


def _is_free_text(schema: JsonValue) -> bool:
    return (
        isinstance(schema, dict)
        and "enum" not in schema
        and "format" not in schema
        and schema.get("type") == "string"
    )
