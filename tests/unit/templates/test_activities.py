"""Which template fits a task, and what the coder is shown."""

from __future__ import annotations

import pytest

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates import (
    TEMPLATES,
    ActivityTemplate,
    choose_functions,
    choose_template,
    compliance_prompt,
    describe_functions,
)

TEXT: JsonObject = {"type": "string"}
LABEL: JsonObject = {"type": "string", "enum": ["a", "b"]}
LINES: JsonObject = {"type": "array", "items": TEXT}


def fields(**properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": {**properties}}


@pytest.mark.parametrize(
    ("inputs", "outputs", "name"),
    [
        (fields(text=TEXT), fields(label=LABEL), "classifier"),
        (fields(text=TEXT), fields(label=LABEL, urgent={"type": "boolean"}), "classifier"),
        (fields(text=TEXT), fields(amount=TEXT), "extractor"),
        (fields(name=TEXT, city=TEXT), fields(name=TEXT), "normalizer"),
        (fields(lines=LINES), fields(total=TEXT), "transformer"),
        (fields(lines={"type": ["array", "null"]}), fields(total=TEXT), "transformer"),
        (fields(text=TEXT), fields(function=TEXT, arguments={"type": "object"}), "function_call"),
        (fields(text=TEXT), fields(name=LABEL, arguments={"type": "object"}), "function_call"),
    ],
)
def test_the_shapes_of_input_and_output_decide(inputs: JsonObject, outputs: JsonObject, name: str) -> None:
    assert choose_template(inputs, outputs).name == name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_function_of_a_template_is_described_with_its_signature(template: ActivityTemplate) -> None:
    text = describe_functions(template.functions)
    names = [name.partition(".")[2] for name in template.functions]
    assert [name for name in names if f"\n  {name}(" not in text] == []


def test_a_function_for_dates_is_left_out_where_no_date_is_spoken_of() -> None:
    (extractor,) = (template for template in TEMPLATES if template.name == "extractor")
    assert "dates.find_dates" not in choose_functions(extractor, "Find the name.")
    assert "dates.find_dates" in choose_functions(extractor, "Find the date of birth.")


def test_only_blocks_that_ask_something_of_code_are_told() -> None:
    assert compliance_prompt(["no_model_at_run_time"]) == ""
    assert compliance_prompt(["audit_trail", "hipaa"]).count("\n") == 1
