"""Synthesis of classifiers from what the instructions say of each label."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._emit import answer, comment, function, module
from compiled_ai.factory.synthesis._labels import Cues, build_cues, describe_labels, listed_phrases
from compiled_ai.factory.synthesis._scopes import kind_of, safe_name
from compiled_ai.factory.synthesis._task import Sample, samples_of
from compiled_ai.factory.synthesis._thesaurus import GROUPS
from compiled_ai.factory.synthesis._wording import read_wording
from compiled_ai.factory.synthesis.candidate import Candidate
from compiled_ai.modules.text import best_label, has_phrase
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import properties_of, required_of

_SETTINGS = ((1.5, 0.75), (1.0, 0.75), (1.5, 0.5), (1.0, 0.5), (2.0, 1.0))
"""Least score, and least lead, in the order of preference."""
_LEAST_RIGHT = 0.75
"""Share of the examples that cues must get right before anyone is asked to believe in them."""


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """The one field that holds a label."""

    name: str
    labels: tuple[str, ...]
    cues: Cues


class ClassificationSynthesizer:
    """Scores a text by the words of each label's description and other words for them, with a least score and a least lead."""

    name = "classification"

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        """Candidates for `task`; none unless the instructions describe every label and the examples agree."""
        texts = _text_fields(task.types.input_schema)
        fields = properties_of(task.types.output_schema)
        names = [name for name, child in fields.items() if isinstance(child, dict) and "enum" in child]
        flags = [name for name in fields if name not in names]
        if len(names) != 1 or not texts or set(required_of(task.types.output_schema)) != set(fields):
            return
        instructions = task.instructions or brief.instructions
        tests = _flag_phrases(flags, fields, instructions)
        samples = samples_of(task, brief)
        choice = _choice(names[0], fields, instructions, samples, texts)
        if tests is None or choice is None:
            return
        for minimum, margin in _SETTINGS:
            right = _share_right(choice, tests, samples, texts, minimum, margin)
            if right is not None:
                body = _write(task, brief, choice, tests, texts, (minimum, margin))
                phrases = sum(map(len, choice.cues.values()))
                yield Candidate(
                    body=body,
                    cost=phrases / 10 + 10 * (1 - right) + _SETTINGS.index((minimum, margin)) / 10,
                    how=f"{phrases} cues for {len(choice.labels)} labels from their descriptions; answered from a score of {minimum} and a lead of {margin}.",
                )


def _text_fields(schema: JsonObject) -> list[str]:
    """The texts of the input; none when one of them may be missing or nothing is free text."""
    found = []
    for name, child in properties_of(schema).items():
        if isinstance(child, dict) and kind_of(child) == ("text", False) and "enum" not in child:
            found.append(name)
    return found if set(found) <= set(required_of(schema)) else []


def _choice(
    name: str, fields: JsonObject, instructions: str, samples: Sequence[Sample], texts: Sequence[str]
) -> _Choice | None:
    child = fields[name]
    values = child.get("enum") if isinstance(child, dict) else None
    labels = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    described = describe_labels(labels, instructions)
    if not isinstance(values, list) or len(labels) < len(values) or set(described) != set(labels):
        return None
    shown: dict[str, list[str]] = {label: [] for label in labels}
    for sample in samples:
        label = sample.output.get(name) if sample.output is not None else None
        if isinstance(label, str) and label in shown:
            shown[label].append(_text_of(sample, texts))
    cues = build_cues({label: described[label] for label in labels}, shown)
    return _Choice(name=name, labels=tuple(labels), cues=cues)


def _flag_phrases(
    flags: Sequence[str], fields: JsonObject, instructions: str
) -> dict[str, tuple[str, ...]] | None:
    """By boolean field the phrases that make it true; None if one of them has no list."""
    wording = read_wording(instructions, list(fields))
    found: dict[str, tuple[str, ...]] = {}
    for name in flags:
        child = fields[name]
        phrases = listed_phrases(wording.fields.get(name, ""))
        if not isinstance(child, dict) or child.get("type") != "boolean" or not phrases:
            return None
        listed = {phrase.rstrip("*") for phrase in phrases}
        more = [
            phrase
            for group in GROUPS
            if any(entry.rstrip("*") in listed for entry in group)
            for phrase in group
        ]
        found[name] = tuple(dict.fromkeys([*phrases, *more]))
    return found


def _text_of(sample: Sample, texts: Sequence[str]) -> str:
    return "\n".join(str(sample.input[name]) for name in texts)


def _share_right(
    choice: _Choice,
    tests: Mapping[str, Sequence[str]],
    samples: Sequence[Sample],
    texts: Sequence[str],
    minimum: float,
    margin: float,
) -> float | None:
    """The share of `samples` that are answered right; None when one is answered wrong or too few are right."""
    right = 0
    for sample in samples:
        text = _text_of(sample, texts)
        label = best_label(text, choice.cues, minimum=minimum, margin=margin)
        if label is None:
            right += sample.output is None
            continue
        given = {choice.name: label, **{name: has_phrase(text, *phrases) for name, phrases in tests.items()}}
        if sample.output is None or any(
            sample.output.get(name, value) != value for name, value in given.items()
        ):
            return None
        right += 1
    share = right / len(samples) if samples else 1.0
    return share if share >= _LEAST_RIGHT else None


def _write(
    task: CodeTask,
    brief: Brief,
    choice: _Choice,
    tests: Mapping[str, Sequence[str]],
    texts: Sequence[str],
    setting: tuple[float, float],
) -> str:
    instructions = task.instructions or brief.instructions
    described = describe_labels(choice.labels, instructions)
    table = [f"{_constant(choice.name)}_CUES: dict[str, dict[str, float]] = {{"]
    for label in choice.labels:
        note = comment(f"{label}: {described[label]}")
        table += [
            *([f"    {line}" for line in note.splitlines()]),
            f"    {label!r}: {_dict(choice.cues[label])},",
        ]
    kind = f"Literal[{', '.join(map(repr, choice.labels))}]"
    labels = (
        f"_LABELS: dict[str, {kind}] = {{{', '.join(f'{label!r}: {label!r}' for label in choice.labels)}}}"
    )
    constants = ["\n".join([*table, "}"]), labels]
    constants += [
        f"{_constant(name)}_PHRASES = ({', '.join(map(repr, phrases))},)" for name, phrases in tests.items()
    ]
    joined = ' + "\\n" + '.join(f"data[{name!r}]" for name in texts)
    fields = {choice.name: "_LABELS[label]"}
    fields |= {name: f"has_phrase(text, *{_constant(name)}_PHRASES)" for name in tests}
    order = list(properties_of(task.types.output_schema))
    lines = [
        f"text = {joined}",
        f"label = best_label(text, {_constant(choice.name)}_CUES, minimum={setting[0]}, margin={setting[1]})",
        "if label is None:",
        '    abstain("no label is clearly ahead")',
        *answer({name: fields[name] for name in order}),
    ]
    declines = read_wording(instructions, order).declines
    signature = task.types.signature.removeprefix("def ").rstrip(":")
    entry = function(signature, brief.description, lines, spec=" ".join(declines))
    return module([*constants, entry])


def _constant(name: str) -> str:
    return f"_{safe_name(name).upper()}"


def _dict(weights: Mapping[str, float]) -> str:
    return (
        "{"
        + ", ".join(
            f"{json.dumps(phrase, ensure_ascii=False)}: {weight}" for phrase, weight in weights.items()
        )
        + "}"
    )
