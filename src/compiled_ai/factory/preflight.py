"""What can be known to fail before a token is spent."""

from __future__ import annotations

from compiled_ai.spec.cases import Case
from compiled_ai.spec.given import step_of
from compiled_ai.spec.model import BoundedStep, EffectStep, Spec


def find_obstacle(spec: Spec) -> str | None:
    """Why no code can ever pass for `spec`, and what to do; None when nothing is known to be in the way.

    Hidden cases are counted, not named.
    """
    for step in spec.steps:
        if isinstance(step, EffectStep) and step.when is not None:
            continue  # a case in which it does not act needs no answer of it
        if isinstance(step, BoundedStep | EffectStep) and (lacking := _lacking(spec, step.id)):
            why = "no model answers" if isinstance(step, BoundedStep) else "is never carried out"
            return (
                f"{lacking} expect an output but give none for the {step.kind} step '{step.id}', which {why} while cases are scored; "
                f"add `given: {{{step.id}: {{...}}}}` to them"
            )
    return None


def _lacking(spec: Spec, step_id: str) -> str:
    def lacks(case: Case) -> bool:
        return case.output is not None and step_id not in map(step_of, case.given)

    visible = [case.case_id for case in spec.examples if lacks(case)]
    hidden = sum(map(lacks, spec.tests))
    parts = [f"{len(visible)} examples ({', '.join(visible[:5])})"] if visible else []
    parts += [f"{hidden} hidden cases"] if hidden else []
    return " and ".join(parts)
