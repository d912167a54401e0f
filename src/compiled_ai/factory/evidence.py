"""What a compilation leaves behind: the files of the artifact, the log of the build, or the report of a failure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.artifact.dsl import dump_workflow
from compiled_ai.artifact.manifest import Manifest, seal
from compiled_ai.factory.flow_words import flow_words, rule_in_words
from compiled_ai.factory.plan import Plan
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.factory.reuse import signatures
from compiled_ai.findings import StageName, StageReport
from compiled_ai.llm import Ledger, LlmClient
from compiled_ai.llm.gating import summary
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.fallback import fallback_data
from compiled_ai.spec.model import EffectStep, RuleStep, Spec, Step
from compiled_ai.spec.monitoring import monitor_data
from compiled_ai.validation.pipeline import Verification, reports_to_json


@dataclass(frozen=True, kw_only=True)
class Build:
    """What led to an artifact."""

    verifications: tuple[Verification, ...]
    """Of all candidates, in their order."""
    passed: Verification
    """Of the one that became the artifact."""
    rung: str
    effort: str
    invented: JsonObject | None = None
    """How the code does on invented cases; None without any."""


def seal_artifact(
    spec: Spec, plan: Plan, source: str, build: Build, client: LlmClient
) -> tuple[dict[str, str], Manifest]:
    """The files of the artifact by name, and the manifest over them."""
    verifications = build.verifications
    files = {
        "spec.yaml": spec.source.text,
        "workflow.yaml": dump_workflow(plan.workflow),
        "activities.py": source,
        "validation.json": _json(reports_to_json(build.passed.reports)),
    }
    accuracy = build.passed.facts("accuracy")
    looked = sum(1 for verification in verifications if verification.facts("execution")) if spec.tests else 0
    fields: JsonObject = {
        "name": spec.name,
        "version": spec.version,
        "spec": spec.source.digest,
        "compliance": list(spec.compliance),
        **({} if spec.retention_days is None else {"retention_days": spec.retention_days}),
        **({} if spec.decision_log is None else {"decision_log": spec.decision_log}),
        **({} if spec.monitor is None else {"monitor": monitor_data(spec.monitor)}),
        **({} if spec.gates is None else {"gates": spec.gates}),
        "fallback": _fallbacks(spec),
        "instructions": whole_instructions(spec),
        "compilation": {
            "rung": build.rung,
            "effort": build.effort,
            "steps": signatures(plan, spec.brief()),
            "model": _model_of(client.ledger),
            "prompts": read_prompt("coder").version,
            "attempts": len(verifications),
            **ledger_json(client.ledger),
        },
        "evidence": {
            "visible": accuracy["visible"],
            "hidden": accuracy["hidden"],
            "invented": build.invented,
            "evaluator": spec.accuracy.evaluator,
            "held_back_from_examples": spec.held_back,
            "hidden_consultations": looked,
        },
    }
    return files, seal(fields, files)


def _model_of(ledger: Ledger) -> str | None:
    """The model that answered last; with a ladder of models, the strongest that was needed."""
    calls = tuple(ledger)
    return calls[-1].model if calls else None


def whole_instructions(spec: Spec) -> str:
    """The instructions of the spec and of its steps, decision tables in words: what a model needs to do the whole task."""
    return "\n\n".join([f"{spec.description}\n{spec.instructions}", *flow_words(spec)])


def _fallbacks(spec: Spec) -> JsonObject:
    """The fallback of the whole task, with those of steps and what a model is told for each: all that a prompt is made of stands in the artifact."""
    whole = fallback_data(spec.fallback)
    if not spec.step_fallbacks:
        return whole
    told = {step.id: _step_instructions(spec, step) for step in spec.steps}
    steps: JsonObject = {
        name: {**fallback_data(fallback), "instructions": told[name]}
        for name, fallback in spec.step_fallbacks.items()
    }
    return {**whole, "steps": steps}


def _step_instructions(spec: Spec, step: Step) -> str:
    if isinstance(step, RuleStep):
        lines = [rule_in_words(rule) for rule in step.rules]
        return "\n".join([spec.description, "Decide by the first line that holds:", *lines])
    return spec.description if isinstance(step, EffectStep) else f"{spec.description}\n{step.instructions}"


def ledger_json(ledger: Ledger) -> JsonObject:
    """Calls with tokens and money, and their sums. Whether they were replayed is left out: it changes nothing about the artifact."""
    whole = ledger.to_json()
    calls = whole["calls"]
    assert isinstance(calls, list)
    rows: list[JsonValue] = [
        {key: value for key, value in call.items() if key != "replayed"}
        for call in calls
        if isinstance(call, dict)
    ]
    return {"calls": rows, "totals": whole["totals"]}


def build_log(spec: Spec, verifications: Sequence[Verification], client: LlmClient) -> str:
    """``build.json``: where the spec lay, what validation said in full, what the gates decided, and wall-clock times in seconds. No digest covers it."""
    attempts: list[JsonValue] = [
        reports_to_json(verification.reports, whole=True)["stages"] for verification in verifications
    ]
    return _json(
        {
            "spec_path": str(spec.source.path.resolve()),
            "attempts": attempts,
            "gates": {"policy": client.gates.policy.to_json(), **summary(client.gates.decisions)},
            "calls": list(client.ledger.timings()),
        }
    )


def failure_report(
    spec: Spec, reason: str, verifications: Sequence[Verification], client: LlmClient, *, last_source: str
) -> dict[str, object]:
    """Everything worth knowing of a compilation that failed, as JSON data: stages and findings of every attempt, and what it cost."""
    attempts: list[object] = [
        {"attempt": number, **reports_to_json(verification.reports)}
        for number, verification in enumerate(verifications, start=1)
    ]
    return {
        "spec": str(spec.source.path),
        "name": spec.name,
        "reason": reason,
        "model": client.model,
        "attempts": attempts,
        **ledger_json(client.ledger),
        "gates": summary(client.gates.decisions),
        "last_source": last_source,
    }


def failure_message(spec: Spec, reason: str, verifications: Sequence[Verification]) -> str:
    """The failure in a few lines for a person."""
    lines = [f"{spec.source.path}: {spec.name} was not compiled: {reason}."]
    for number, verification in enumerate(verifications, start=1):
        failed = verification.failed_stage
        if failed:
            lines.append(f"  attempt {number}: {failed.stage} - {_first(failed)}")
    return "\n".join([*lines, *_advice(spec, verifications)])


def _first(report: StageReport) -> str:
    rest = f" (and {len(report.errors) - 1} more)" if len(report.errors) > 1 else ""
    return f"{report.errors[0].tool} {report.errors[0].rule}: {report.errors[0].message}{rest}"


def _advice(spec: Spec, verifications: Sequence[Verification]) -> list[str]:
    failed = verifications[-1].failed_stage if verifications else None
    if failed is None:
        return []
    if any(finding.rule.endswith("needs_model") for finding in failed.errors):
        next_step = "add `given` with the outputs of the bounded steps and effect steps to the cases that lack it, or let an earlier step decline them"
    elif spec.steps and not any(step.kind == "code" for step in spec.steps):
        next_step = _ADVICE_ON_RULES[failed.stage]
    elif failed.stage == "accuracy":
        next_step = (
            "make the instructions say what the missed cases need, add examples, or lower accuracy.threshold"
        )
    else:
        next_step = (
            "simplify the instructions or split the task into steps; `--report FILE` writes the whole report"
        )
    return [f"  Next: {next_step}."]


_ADVICE_ON_RULES: dict[StageName, str] = {
    "security": "name fields and steps in plain words; `--report FILE` writes the code and all findings",
    "syntax": "compare fields with values of their own type, test a field that may be null with `!= null` first, and split a condition of many parts "
    "over two lines; `--report FILE` writes the code",
    "execution": "give every field of the output, test a field that may be null with `!= null` first and never divide by zero; `--report FILE` writes the code",
    "accuracy": "mend the rules, or the cases that contradict them",
}


def _json(value: JsonObject) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
