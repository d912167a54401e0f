"""Our evaluator and BFCL's official pipeline on the same answers: how often they agree, and where not."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Literal

from compiled_ai.bench.bfcl import java_values, javascript_values
from compiled_ai.bench.bfcl.evaluator import judge_calls
from compiled_ai.bench.bfcl.mutate import mutations, random_source
from compiled_ai.bench.bfcl.official import (
    PipelineJudgement,
    PipelineVerdict,
    SourceText,
    judge_by_pipeline,
    read_by_official,
)
from compiled_ai.bench.bfcl.source import BfclCase
from compiled_ai.bench.bfcl.values import BrokenOffError
from compiled_ai.bench.model import Verdict
from compiled_ai.spec.canonical import JsonValue


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """An answer that one side takes and the other does not."""

    case_id: str
    mutation: str
    answer: PipelineJudgement
    ours: Verdict
    official: PipelineVerdict


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Many answers judged by both."""

    compared: Counter[str]
    """By category."""
    right: Counter[str]
    """By category, how many the official pipeline takes."""
    mutated: Counter[str]
    """By kind of mutation."""
    official_kinds: Counter[str]
    """By the official name of the error; "" for right ones."""
    disagreements: tuple[Disagreement, ...]
    undecided: int
    """Answers that the official pipeline gave no verdict on in time; not among those compared."""
    seconds: tuple[float, ...] = field(repr=False)
    """Of our evaluator, by answer, sorted."""


def compare(cases: Sequence[BfclCase], *, count: int, seed: int, home: Path | None = None) -> Comparison:
    """Both sides' verdicts on `count` mutated answers, spread evenly over `cases`.

    Raises:
        MissingToolError: the official pipeline cannot be fetched or run.
    """
    random = Random(seed)  # noqa: S311 - to be repeated
    answers = [
        (case, mutation)
        for case in islice(cycle(cases), count)
        for mutation in mutations(case, others=cases, count=1, random=random)
    ]
    items = [
        PipelineJudgement(
            category=case.category, functions=case.functions, calls=mutation.calls, accepted=case.answers
        )
        for case, mutation in answers
    ]
    judged, seconds = [], []
    for item in items:
        started = time.perf_counter()
        judged.append(judge_calls(item.functions, item.calls, item.accepted, item.category))
        seconds.append(time.perf_counter() - started)
    official = judge_by_pipeline(items, home=home)
    rows = [
        Disagreement(case_id=case.case_id, mutation=mutation.kind, answer=item, ours=ours, official=theirs)
        for (case, mutation), item, ours, theirs in zip(answers, items, judged, official, strict=True)
    ]
    decided = [row for row in rows if row.official.kind != "hung"]
    return Comparison(
        compared=Counter(row.answer.category for row in decided),
        right=Counter(row.answer.category for row in decided if row.official.right),
        mutated=Counter(row.mutation for row in decided),
        official_kinds=Counter(row.official.kind for row in decided),
        disagreements=tuple(row for row in decided if row.ours.right != row.official.right),
        undecided=len(rows) - len(decided),
        seconds=tuple(sorted(seconds)),
    )


@dataclass(frozen=True, kw_only=True)
class ReadDifference:
    """A source text that both sides read differently."""

    text: SourceText
    ours: str
    official: str


@dataclass(frozen=True, kw_only=True)
class ReadComparison:
    """Many source texts read by both."""

    compared: int
    converted: int
    """How many the official checker made something else of than the text itself."""
    differences: tuple[ReadDifference, ...]
    undecided: int


def compare_reading(*, count: int, seed: int, home: Path | None = None) -> ReadComparison:
    """What both sides read out of `count` random texts of Java and JavaScript source, of every type that is converted.

    Raises:
        MissingToolError: the official checker cannot be fetched or run.
    """
    random = Random(seed)  # noqa: S311 - to be repeated
    texts = [_random_text(random) for _ in range(count)]
    compared = converted = undecided = 0
    differences = []
    for item, (outcome, value) in zip(texts, read_by_official(texts, home=home), strict=True):
        if outcome == "hung":
            undecided += 1
            continue
        compared += 1
        converted += outcome == "read" and value != item.text
        official = _shown(value) if outcome == "read" else outcome
        ours = _read(item)
        if ours != official:
            differences.append(ReadDifference(text=item, ours=ours, official=official))
    return ReadComparison(
        compared=compared, converted=converted, differences=tuple(differences), undecided=undecided
    )


def _random_text(random: Random) -> SourceText:
    language: Literal["java", "javascript"] = random.choice(("java", "javascript"))
    module = java_values if language == "java" else javascript_values
    type_name = random.choice(
        (*module.KINDS, *sorted(module.LISTS) * 4, "HashMap" if language == "java" else "dict")
    )
    item_type = random.choice((*module.KINDS, None, None)) if type_name in module.LISTS else None
    return SourceText(
        language=language, text=random_source(type_name, random), type_name=type_name, item_type=item_type
    )


def _read(item: SourceText) -> str:
    read = java_values.java_value if item.language == "java" else javascript_values.javascript_value
    try:
        return _shown(read(item.text, item.type_name, item.item_type))
    except BrokenOffError:
        return "broke"


def _shown(value: JsonValue) -> str:
    """`value` with its types: 1, 1.0 and True differ."""
    return json.dumps(value)
