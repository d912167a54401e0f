"""What the activity templates render, held against all of validation, as if a model had written it."""

from __future__ import annotations

from typing import Any

import pytest

from compiled_ai.artifact import PlannedStep, Workflow
from compiled_ai.checkers.ruff_tool import format_source
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Accuracy, Limits
from compiled_ai.templates.registry import Template, builtin_registry
from compiled_ai.templates.rendering import Rendering
from compiled_ai.validation.pipeline import Criteria, static_reports, verify

REGISTRY = builtin_registry()
EMPTY = Criteria(cases=(), accuracy=Accuracy(), limits=Limits())


def source_of(rendering: Rendering) -> str:
    return format_source(rendering.source(description="A rendered activity."))


def workflow_of(rendering: Rendering) -> Workflow:
    takes, gives = rendering.input_schema["properties"], rendering.output_schema["properties"]
    assert isinstance(takes, dict)
    assert isinstance(gives, dict)
    step = PlannedStep(
        id=rendering.name, kind="code", takes=tuple(takes), output_schema=rendering.output_schema
    )
    return Workflow(
        name=rendering.name,
        version="1.0.0",
        input_schema=rendering.input_schema,
        output_schema=rendering.output_schema,
        steps=(step,),
        returns=tuple(gives),
    )


@pytest.mark.parametrize("template", REGISTRY.templates("activity"), ids=lambda template: template.name)
def test_the_example_passes_all_four_stages(template: Template) -> None:
    rendering = template.render(template.example)
    cases = tuple(
        VisibleCase(case_id=str(number), input=trial.input, output=trial.output)
        for number, trial in enumerate(template.trials)
    )
    criteria = Criteria(
        cases=cases,
        accuracy=Accuracy(),
        limits=Limits(case_seconds=10),
        words={"parameters": template.example},
    )
    found = verify(source_of(rendering), workflow_of(rendering), criteria)
    assert [(item.tool, item.rule, item.message) for report in found.reports for item in report.errors] == []
    assert found.passed


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("aggregator", {"item": {"n": "number"}, "measures": {"m": {"how": "mean", "of": "n"}, "c": {"how": "count"}}}),
        ("date_calculator", {"steps": [{"add": 3, "unit": "business_days"}, {"move": "previous_business_day"}]}),
        ("date_calculator", {"steps": [{"add": "n", "unit": "years"}, {"move": "month_start"}]}),
        ("formatter", {"template": "{a}{b}{c}", "fields": {"a": {"form": "integer"}, "b": {"form": "number"}, "c": {"form": "list", "missing": "-"}}}),
        ("function_call", {"function": "f", "arguments": {"a": {"kind": "quoted"}, "b": {"kind": "time", "optional": True}}}),
        ("line_items", {}),
        ("mapper", {"values": {"a": []}, "otherwise": "b"}),
        ("normalizer", {"fields": {form: {"form": form, "optional": form > "k"} for form in ("text", "folded", "name", "upper", "digits", "time", "currency", "integer", "date", "decimal", "amount", "boolean")}}),
        ("redactor", {"kinds": ["email", "link", "iban", "card", "ssn", "phone"], "words": ["a b", "c++"], "mask": "•"}),
        ("router", {"routes": [{"to": f"q{n}", "fields": {"a": ["x", "y"], "b": ["z"]}, "phrases": [f"p{n}"]} for n in range(12)]}),
        ("scorer", {"input": {"n": "number?"}, "criteria": [{"name": str(n), "field": "n", "low": str(n), "points": n} for n in range(30)], "bands": [{"label": "a", "from": 9}, {"label": "b"}]}),
        ("unit_converter", {"target": "lb", "dimension": "mass"}),
        ("unit_converter", {"target": "ml", "dimension": "volume", "units": {"bottle": {"factor": "0.75"}}}),
        ("unit_converter", {"target": "box", "units": {"box": {"factor": "12"}, "piece": {"factor": "1"}}}),
        ("validator", {"input": {f"f{n}": "string?" for n in range(20)}, "rules": [{"field": f"f{n}", "rule": "pattern", "pattern": "[a-z]{1,9}"} for n in range(20)]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_other_parameters_pass_the_stages_that_execute_nothing(name: str, parameters: dict[str, Any]) -> None:
    source = source_of(REGISTRY.find(name).render(parameters))
    reports = static_reports(source, EMPTY)
    assert [(item.tool, item.rule, item.message) for report in reports for item in report.errors] == []


def test_a_pattern_that_could_hang_is_left_to_validation_which_refuses_it() -> None:
    rule = {"field": "a", "rule": "pattern", "pattern": "(a+)+b"}
    parameters: dict[str, Any] = {"input": {"a": "string"}, "rules": [rule]}
    rendering = REGISTRY.find("validator").render(parameters)
    security, _ = static_reports(source_of(rendering), EMPTY)
    assert not security.passed
