"""Templates worth a look for a new task: found by its words, or because a stored task has a like signature.

An offer names a template and says why. Code and answers of the other task are not in it, and nothing is taken over from it.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from compiled_ai.artifact import Artifact, Workflow
from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Spec
from compiled_ai.spec.schema import properties_of
from compiled_ai.templates._search_words import STOP_WORDS, stem, words_of
from compiled_ai.templates.activities import choose_template
from compiled_ai.templates.registry import Template
from compiled_ai.templates.search import Hit, TemplateIndex

LEAST_BY_WORDS: Final = 0.4
"""Score from which a template is offered. Seven of the eight example specs reach 0.44 to 0.68 with one that fits; tasks of another world stay below 0.26."""
LEAST_BY_TASK: Final = 0.5
"""Likeness of two tasks from which the template of one is offered for the other: a triangle and a circle reach 0.55, either and the weather 0.47."""
_OTHER_SHAPE: Final = 0.75
"""What a score by words is worth where the template reads or gives data of another shape than the task."""
_HITS: Final = 20
_REASONS: Final = 3
"""Matches that are named; the rest of a long task adds little."""

_Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A template to look at."""

    template: str
    score: float
    """From 0 to 1, by `source`: scores of different sources do not compare."""
    source: str
    """``words``, or the stored artifact whose task is alike, as ``name@digest``."""
    why: str
    """In one line."""


def find_offers(spec: Spec, templates: Iterable[Template], stored: Iterable[Artifact]) -> tuple[Offer, ...]:
    """What fits `spec`: at most one template by its words, and at most one by a stored task that is alike. Mostly nothing for a task of its own kind.

    Args:
        spec: The task; its cases are not looked at.
        templates: Those that may be offered.
        stored: Artifacts of other tasks; earlier ones of this very name are passed over.
    """
    activities = [template for template in templates if template.kind == "activity"]
    names = {template.name for template in activities}
    by_task = _by_task(spec, [item for item in stored if item.manifest.name != spec.name], names)
    return tuple(offer for offer in (_by_words(spec, activities), by_task) if offer is not None)


def _by_words(spec: Spec, templates: list[Template]) -> Offer | None:
    """The best template by the words of the task: how it is called and described weighs as much as its instructions in full.

    Long instructions share words with many templates, and short descriptions miss some: what fits has both.
    """
    index = TemplateIndex(templates)
    steps = [getattr(step, "instructions", "") for step in spec.steps]
    fields = " ".join([*_names(spec.input_schema), *_names(spec.output_schema)])
    brief = f"{spec.description} {fields}"
    whole = " ".join([brief, spec.instructions, *steps])
    in_full = {hit.name: hit.score for hit in index.search(whole, limit=_HITS, threshold=0)}
    by_name = {template.name: template for template in templates}
    scored = [
        ((hit.score + in_full[hit.name]) / 2, hit)
        for hit in index.search(brief, limit=_HITS, threshold=0)
        if hit.name in in_full
    ]
    fitting = [
        (score * _fit(spec, by_name[hit.name]), hit) for score, hit in scored if score >= LEAST_BY_WORDS
    ]
    score, best = max(fitting, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or score < LEAST_BY_WORDS:
        return None
    return Offer(template=best.name, score=round(score, 2), source="words", why=_reasons(best))


def _fit(spec: Spec, template: Template) -> float:
    """1 where the template's example has the shape of the task, less where it has another."""
    try:
        shown = template.render(template.example)
    except InputError:  # a template of the user's that needs parameters
        return _OTHER_SHAPE
    shape = choose_template(shown.input_schema, shown.output_schema).name
    return 1.0 if shape == _shape(spec) else _OTHER_SHAPE


def _shape(task: Spec | Workflow) -> str:
    return choose_template(task.input_schema, task.output_schema).name


def _reasons(hit: Hit) -> str:
    return replace(hit, matches=hit.matches[:_REASONS]).explanation


def _by_task(spec: Spec, stored: list[Artifact], names: set[str]) -> Offer | None:
    """The template of the stored task that is most like `spec`."""
    shape = _shape(spec)
    alike = [(_likeness(spec, item), item) for item in stored if _shape(item.workflow) == shape]
    score, nearest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    if nearest is None or score < LEAST_BY_TASK:
        return None
    workflow, digits = nearest.workflow, nearest.manifest.artifact.partition(":")[2][:16]
    shared = sorted(
        {".".join(path) for path in _paths(spec.input_schema) if path in _paths(workflow.input_schema)}
        | {".".join(path) for path in _paths(spec.output_schema) if path in _paths(workflow.output_schema)}
    )
    registered = f"{workflow.name}@{digits}"
    fields = f"fields {', '.join(shared[:_REASONS])} in both" if shared else "fields of the same types"
    return Offer(
        template=registered if registered in names else shape,
        score=round(score, 2),
        source=registered,
        why=f"the stored task {workflow.name} is alike: {fields}",
    )


def _likeness(spec: Spec, other: Artifact) -> float:
    """From 0 to 1: mean of the likeness of both schemas and that of the words, such that nothing makes up for a lack of either."""
    workflow = other.workflow
    schemas = (
        _schema_likeness(spec.input_schema, workflow.input_schema)
        + _schema_likeness(spec.output_schema, workflow.output_schema)
    ) / 2
    return math.sqrt(schemas * _word_likeness(_words_of_spec(spec), _words_of_artifact(other)))


def _schema_likeness(one: JsonObject, other: JsonObject) -> float:
    """Share of the fields that both have: a whole for the same name and type, half for one of them."""
    mine, theirs = _paths(one), _paths(other)
    if not mine or not theirs:
        return float(mine == theirs)
    same = mine.keys() & theirs.keys()
    total = sum(1.0 if mine[path] == theirs[path] else 0.5 for path in same)
    left = Counter(mine[path] for path in mine.keys() - same)
    total += (left & Counter(theirs[path] for path in theirs.keys() - same)).total() / 2
    return 2 * total / (len(mine) + len(theirs))


def _word_likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def _words_of_spec(spec: Spec) -> frozenset[str]:
    return _stems(spec.description, *_names(spec.input_schema), *_names(spec.output_schema))


def _words_of_artifact(artifact: Artifact) -> frozenset[str]:
    description = artifact.manifest.instructions.partition("\n")[0]
    workflow = artifact.workflow
    return _stems(description, *_names(workflow.input_schema), *_names(workflow.output_schema))


def _stems(*texts: str) -> frozenset[str]:
    return frozenset(
        stem(word) for text in texts for word in words_of(text) if word not in STOP_WORDS and len(word) > 1
    )


def _names(schema: JsonObject) -> list[str]:
    """Names of all fields, as words."""
    return [path[-1].replace("_", " ") for path, _ in _fields(schema) if path[-1] != "[]"]


def _paths(schema: JsonObject) -> dict[_Path, str]:
    """The kind of every field by its path."""
    return dict(_fields(schema))


def _fields(schema: JsonObject) -> Iterator[tuple[_Path, str]]:
    """Path and kind of every field, nested ones and items of lists included; references are not followed."""
    waiting: deque[tuple[_Path, JsonValue]] = deque([((), schema)])
    while waiting:
        path, value = waiting.popleft()
        if not isinstance(value, dict):
            continue
        if path:
            yield path, _kind(value)
        waiting += [((*path, name), child) for name, child in properties_of(value).items()]
        if "items" in value:
            waiting.append(((*path, "[]"), value["items"]))


def _kind(schema: JsonObject) -> str:
    if "enum" in schema or "const" in schema:
        return "choice"
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    kind = "|".join(sorted(str(item) for item in listed if item != "null"))
    return str(schema.get("format", kind))
