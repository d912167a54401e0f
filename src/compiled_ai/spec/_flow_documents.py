"""The steps of a spec file as they are written, blocks and all: which there are, where they stand, and what they say that they add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiled_ai.spec.document import (
    FlowDocument,
    ForEachDocument,
    ParallelDocument,
    RuleStepDocument,
    StepDocument,
    SwitchBody,
    SwitchDocument,
)
from compiled_ai.spec.yaml_source import Place

Written = Sequence[FlowDocument]


def leaves(documents: Written, place: Place = ("steps",)) -> Iterator[tuple[Place, StepDocument]]:
    """Every step with its place, those inside of blocks too, in the order of the file."""
    for index, document in enumerate(documents):
        here = (*place, index)
        if isinstance(document, ParallelDocument | ForEachDocument | SwitchDocument):
            for inner, steps in parts(document, here):
                yield from leaves(steps, inner)
        else:
            yield here, document


def parts(
    document: ParallelDocument | ForEachDocument | SwitchDocument, place: Place
) -> Iterator[tuple[Place, Written]]:
    """The lists of steps directly inside of a block, each with its place."""
    if isinstance(document, ParallelDocument):
        for index, branch in enumerate(document.parallel):
            yield (*place, "parallel", index), branch
    elif isinstance(document, ForEachDocument):
        yield (*place, "foreach", "steps"), document.foreach.steps
    else:
        yield from branches(document.switch, (*place, "switch"))


def branches(body: SwitchBody, place: Place) -> Iterator[tuple[Place, Written]]:
    """The branches of a switch, `otherwise` last, each with its place."""
    for key, steps in (body.cases or {}).items():
        yield (*place, "cases", key), steps
    for index, line in enumerate(body.when or ()):
        yield (*place, "when", index, "steps"), line.steps
    if body.otherwise is not None:
        yield (*place, "otherwise"), body.otherwise


def names_said(documents: Written) -> frozenset[str]:
    """The names that steps say they add to the scope around them: for hints, so without what has to be worked out first."""
    names: set[str] = set()
    for index, document in enumerate(documents):
        if isinstance(document, ForEachDocument):
            names |= {*document.foreach.collect.values()}
        elif isinstance(document, ParallelDocument | SwitchDocument):
            for _, steps in parts(document, (index,)):
                names |= names_said(steps)
        else:
            names |= _output_names(document)
    return frozenset(names)


def _output_names(document: StepDocument) -> set[str]:
    if document.output is None:
        rules = document.rules if isinstance(document, RuleStepDocument) else []
        return {name for rule in rules for name in (rule.then or rule.otherwise or {})}
    properties = document.output.get("properties")
    return {*properties} if isinstance(properties, dict) else {*document.output}


def always_declines(documents: Written) -> bool:
    """Whether nothing comes after these steps: one of them is a table whose every line declines."""
    return any(
        isinstance(document, RuleStepDocument) and all(rule.abstain is not None for rule in document.rules)
        for document in documents
    )
