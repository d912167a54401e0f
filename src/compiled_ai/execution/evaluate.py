"""Scoring a loaded workflow on cases that the compiler never saw."""

from __future__ import annotations

from collections.abc import Iterable

from compiled_ai.errors import CompiledAIError, OperatorError
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.scoring.scores import GroupScore, ScoredCase, judge, summarize
from compiled_ai.spec.cases import Case
from compiled_ai.spec.model import Accuracy


def evaluate(
    workflow: LoadedWorkflow, cases: Iterable[Case], accuracy: Accuracy
) -> tuple[GroupScore, tuple[ScoredCase, ...]]:
    """The score of `workflow` on `cases`, and each verdict. A run that raises counts as crashed, that is as wrong.

    Bounded steps take the outputs that the cases give; without these they ask the workflow's model. Effect steps are never carried out: they take what the
    cases give.

    Raises:
        OperatorError: a bounded step needs a model that is not there, or an effect step an output that its case does not give.
    """
    scored = []
    for case in cases:
        try:
            result = workflow.run(case.input, given=case.given, acts=False)
        except OperatorError:
            raise
        except CompiledAIError:
            scored.append(judge(case, output=None, abstained=False, accuracy=accuracy))
            continue
        scored.append(judge(case, output=result.output, abstained=result.abstained, accuracy=accuracy))
    return summarize(scored), tuple(scored)
