"""The prior authorisation from start to end: notes read by a model (recorded), the rule, the explanation, the log, and a log that was tampered with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, Store
from compiled_ai.decisions.log import DecisionLog, input_digest, read_decisions
from compiled_ai.errors import StoreError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.explain import Trace
from compiled_ai.execution.explanation import Explainer, StepExplanation
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import LlmClient, LlmSettings, from_function, make_client
from compiled_ai.spec import Case, Spec, load_spec

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec(ROOT / "examples" / "glp1_prior_authorization.yaml")


@pytest.fixture(scope="module")
def artifact(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    store = Store(tmp_path_factory.mktemp("care") / "workflows")
    return compile_spec(
        spec, from_function(lambda _: ""), CompileOptions(store=store, effort="none")
    ).artifact


def replaying() -> LlmClient:
    folder = ROOT / "recordings" / "glp1_prior_authorization"
    return make_client(LlmSettings(replay_dir=folder), today=date.today)


def test_recorded_readings_lead_to_the_decisions_of_the_rule_and_to_records(
    spec: Spec, artifact: Artifact, tmp_path: Path
) -> None:
    path = tmp_path / "decisions.jsonl"
    assert artifact.manifest.decision_log == "digests"
    with replaying() as client:
        workflow = LoadedWorkflow(artifact, client=client, observers=[DecisionLog(path, mode="digests")])
        outputs = [workflow.run(case.input).output for case in spec.examples]
    assert outputs == [case.output for case in spec.examples]
    chain = read_decisions(path)
    assert [record.input for record in chain.records] == [input_digest(case.input) for case in spec.examples]
    assert [record.served_by for record in chain.records] == ["bounded", "bounded", "bounded", "nobody"]


def test_no_word_of_a_note_reaches_the_log(spec: Spec, artifact: Artifact, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    with replaying() as client:
        LoadedWorkflow(artifact, client=client, observers=[DecisionLog(path, mode="digests")]).run(
            spec.examples[1].input
        )
    text = path.read_text()
    assert [word for word in ("phentermine", "34.2", "P-2") if word in text] == []


def explained(spec: Spec, artifact: Artifact, case: Case) -> StepExplanation:
    workflow = LoadedWorkflow(artifact)
    trace = Trace(path=str(artifact.path / "activities.py"))
    workflow.run(case.input, given=case.given, acts=False, trace=trace)
    return Explainer(workflow, spec).explain(trace.steps)[-1]


@pytest.mark.parametrize(
    ("number", "held", "said"),
    [
        (0, [False, True], "when: has_t2d then: {decision: approve, basis: type_2_diabetes}"),
        (1, [False, False, False, True], "when: bmi >= 30 and step_therapy_failed"),
        (2, [False, False, False, False], "otherwise: {decision: deny, basis: criteria_not_met}"),
        (3, [False, False, True], "when: bmi == null abstain: the note has no BMI"),
    ],
)
def test_an_officer_reads_which_rule_decided(
    spec: Spec, artifact: Artifact, number: int, held: list[bool], said: str
) -> None:
    step = explained(spec, artifact, spec.examples[number])
    assert [condition.held for condition in step.conditions] == held
    assert said in step.basis
    assert step.spec_line is not None
    assert said.split()[1].strip(":") in spec.source.text.split("\n")[step.spec_line - 1]
    assert step.support is not None
    assert step.support.examples_right == step.support.examples == 1
    assert step.support.tests_right == step.support.tests > 0


def test_the_cases_behind_all_lines_are_all_cases(spec: Spec, artifact: Artifact) -> None:
    lines = {explained(spec, artifact, case).trace.line: case for case in (*spec.examples, *spec.tests)}
    supports = [explained(spec, artifact, case).support for case in lines.values()]
    assert sum(support.tests for support in supports if support) == len(spec.tests)


def test_values_stay_out_of_the_explanation_under_hipaa(spec: Spec, artifact: Artifact) -> None:
    text = json.dumps(explained(spec, artifact, spec.examples[1]).to_json(hidden=True))
    assert "34.2" not in text
    assert "phentermine" not in text


def test_a_tampered_log_is_refused_and_no_run_goes_on_with_it(
    spec: Spec, artifact: Artifact, tmp_path: Path
) -> None:
    path = tmp_path / "decisions.jsonl"
    with replaying() as client:
        workflow = LoadedWorkflow(artifact, client=client, observers=[DecisionLog(path, mode="digests")])
        for case in spec.examples[:2]:
            workflow.run(case.input)
    path.write_text(path.read_text().replace("bounded", "nobody", 1))
    with pytest.raises(StoreError, match=r"decisions\.jsonl:2: the chain is broken"):
        read_decisions(path)
    with pytest.raises(StoreError, match="the chain is broken"):
        DecisionLog(path, mode="digests")
