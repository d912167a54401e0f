"""The visible examples as one activity sees them."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.factory.plan import CodeTask
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import properties_of


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One example. `output` None means that it must be declined."""

    input: JsonObject
    output: JsonObject | None


def samples_of(task: CodeTask, brief: Brief) -> list[Sample]:
    """The examples of `brief` for `task`.

    For one of several steps the answered ones, as far as the whole input and output show them: fields between steps are left out, and who
    declined does not show. None if the step takes what other steps give.
    """
    inputs, outputs = properties_of(task.types.input_schema), properties_of(task.types.output_schema)
    given, due = properties_of(brief.input_schema), properties_of(brief.output_schema)
    if not set(inputs) <= set(given):
        return []
    if set(inputs) == set(given) and set(outputs) == set(due):
        return [Sample(input=case.input, output=case.output) for case in brief.examples]
    return [
        Sample(
            input={name: value for name, value in case.input.items() if name in inputs},
            output={name: value for name, value in case.output.items() if name in outputs},
        )
        for case in brief.examples
        if case.output is not None
    ]
