"""The demo's prior authorisation: notes read by a model, decided by a rule, explained, logged, and the log tampered with."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from compiled_ai.artifact import Artifact
    from compiled_ai.execution import LoadedWorkflow
    from compiled_ai.llm import LlmClient
    from compiled_ai.spec import Case, Spec


def run_audited(console: Console, artifact: Artifact, spec: Spec, client: LlmClient) -> None:
    """Run the examples of `spec` with the model reading them, explain one of the decisions, and check the log that they left."""
    from compiled_ai.decisions.log import DecisionLog
    from compiled_ai.execution import LoadedWorkflow

    with tempfile.TemporaryDirectory() as folder:
        log = DecisionLog(Path(folder) / "decisions.jsonl", mode="digests")
        workflow = LoadedWorkflow(artifact, client=client, observers=[log])
        console.print("  each run a model reads the note, then the fixed rule decides:")
        for case in spec.examples:
            _run(console, workflow, case)
        console.print("  the second one, explained (compiled-ai explain; values are hidden under hipaa):")
        _explain(console, workflow, spec, spec.examples[1])
        _verify(console, log.path)


def _run(console: Console, workflow: LoadedWorkflow, case: Case) -> None:
    from compiled_ai.cli._text import money

    result = workflow.run(case.input)
    answer = (
        f"declined: {result.reason}"
        if result.output is None
        else f"{result.output['decision']}: {result.output['basis']}"
    )
    cost = money(result.cost_usd, priced_as=("another model",))
    console.print(
        f"    {case.input['patient_id']}  {answer}  [dim]{result.tokens} tokens, {cost}[/]", highlight=False
    )


def _explain(console: Console, workflow: LoadedWorkflow, spec: Spec, case: Case) -> None:
    from compiled_ai.execution import LoadedWorkflow
    from compiled_ai.execution.explain import Trace
    from compiled_ai.execution.explanation import Explainer

    quiet = LoadedWorkflow(workflow.artifact)
    trace = Trace(path=str(workflow.artifact.path / "activities.py"))
    quiet.run(case.input, given=case.given, acts=False, trace=trace)
    (decided,) = (step for step in Explainer(quiet, spec).explain(trace.steps) if step.trace.line is not None)
    for condition in decided.conditions:
        verdict = "held" if condition.held else "did not hold"
        console.print(
            f"    line {condition.line}: {condition.text}: {verdict}", highlight=False, markup=False
        )
    console.print(
        f"    by line {decided.spec_line} of the spec: {decided.basis}", highlight=False, markup=False
    )
    support = decided.support
    assert support is not None
    console.print(
        f"    {support.examples} examples and {support.tests} hidden tests end there, "
        f"{support.examples_right + support.tests_right} of {support.examples + support.tests} right",
        highlight=False,
    )


def _verify(console: Console, path: Path) -> None:
    from compiled_ai.decisions.log import read_decisions
    from compiled_ai.errors import StoreError

    chain = read_decisions(path)
    console.print(f"  decision log: {len(chain.records)} records, the chain holds", highlight=False)
    path.write_text(path.read_text().replace("bounded", "nobody", 1))
    try:
        read_decisions(path)
    except StoreError as error:
        problem = str(error).replace(f"{path.parent}/", "")
        console.print(f"  one word of it changed: refused, {problem}", highlight=False, markup=False)
    else:
        raise AssertionError("a tampered log was accepted")
