"""The public names of every room against a checked-in list, so that one more or one less is a decision."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import compiled_ai

PUBLIC = {
    "compiled_ai": ["CompiledAIError", "Result", "__version__", "compile_spec", "load_spec", "load_workflow"],
    "compiled_ai.artifact": [
        "Artifact",
        "Manifest",
        "PlannedStep",
        "Store",
        "Workflow",
        "load_artifact",
        "run_steps",
    ],
    "compiled_ai.cases": [
        "CaseLog",
        "CaseStatus",
        "DayCount",
        "LoggedCase",
        "Mask",
        "ModelGuard",
        "NewCase",
        "Permit",
        "Spending",
        "cases_path",
    ],
    "compiled_ai.evolve": [
        "BehaviourDiff",
        "Evolution",
        "EvolveOptions",
        "Promotion",
        "Promotions",
        "approve",
        "evolve",
        "rollback",
    ],
    "compiled_ai.execution": [
        "BatchOptions",
        "BatchSummary",
        "LoadedWorkflow",
        "Result",
        "ask_direct",
        "load_workflow",
        "run_batch",
    ],
    "compiled_ai.factory": ["Attempt", "CompilationResult", "CompileOptions", "Effort", "compile_spec"],
    "compiled_ai.llm": [
        "Call",
        "Ledger",
        "LlmClient",
        "LlmSettings",
        "ProviderStatus",
        "Request",
        "Role",
        "Source",
        "Totals",
        "Turn",
        "from_function",
        "load_settings",
        "make_client",
        "provider_status",
    ],
    "compiled_ai.modules": ["Abstain", "abstain"],
    "compiled_ai.spec": ["Brief", "Case", "HiddenCase", "Spec", "VisibleCase", "load_spec", "parse_spec"],
    "compiled_ai.templates": [
        "TEMPLATES",
        "ActivityTemplate",
        "ActivityTypes",
        "Header",
        "assemble",
        "choose_functions",
        "choose_template",
        "compliance_prompt",
        "describe_functions",
        "render_rule_activity",
    ],
    "compiled_ai.subset": ["SUBSET_VERSION", "check_subset", "describe_subset", "load_activities"],
    "compiled_ai.validation": ["Criteria", "Finding", "StageReport", "Verification", "verify"],
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_those_on_the_list(name: str) -> None:
    assert sorted(importlib.import_module(name).__all__) == sorted(PUBLIC[name])


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_exist(name: str) -> None:
    module = importlib.import_module(name)
    assert [public for public in PUBLIC[name] if getattr(module, public, None) is None] == []


def test_every_room_is_on_the_list_or_has_no_front_door() -> None:
    rooms = {f"compiled_ai.{item.name}" for item in pkgutil.iter_modules(compiled_ai.__path__) if item.ispkg}
    doors = {room for room in rooms if getattr(importlib.import_module(room), "__all__", None)}
    assert doors == PUBLIC.keys() - {"compiled_ai"}
