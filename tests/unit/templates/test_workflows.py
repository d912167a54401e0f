"""The workflow templates: what they render is a spec that loads, with the steps and bounds that the template promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.errors import InputError
from compiled_ai.factory.plan import make_plan
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.yaml_source import parse_yaml
from compiled_ai.templates.builtin._spec_text import to_yaml
from compiled_ai.templates.registry import Template, builtin_registry

REGISTRY = builtin_registry()
WORKFLOWS = REGISTRY.templates("workflow")


def spec_of(name: str, **changed: Any) -> Spec:
    template = REGISTRY.find(name)
    text = template.render({**template.example, **changed}).text
    return parse_spec(text, path=Path("skeleton.yaml"))


@pytest.mark.parametrize("template", WORKFLOWS, ids=lambda template: template.name)
class TestAll:
    """What holds for each of them."""

    def test_the_example_can_be_planned(self, template: Template) -> None:
        plan = make_plan(spec_of(template.name))
        assert plan.workflow.name == template.example["name"]
        assert plan.code

    def test_bounds_reach_the_spec(self, template: Template) -> None:
        spec = spec_of(
            template.name, case_seconds=0.5, tokens=700, threshold=0.75, max_wrong=0.1, expected_executions=9
        )
        assert (spec.limits.case_seconds, spec.limits.tokens) == (0.5, 700)
        assert (spec.accuracy.threshold, spec.accuracy.max_wrong) == (0.75, 0.1)
        assert spec.expected_executions == 9

    def test_compliance_blocks_reach_the_spec(self, template: Template) -> None:
        changed: dict[str, Any] = {"compliance": ["audit_trail"]}
        assert spec_of(template.name, **changed).compliance == ("audit_trail",)

    def test_an_example_that_does_not_fit_is_refused_with_its_line(self, template: Template) -> None:
        example: Any = template.example["examples"][0]["input"]  # type: ignore[index, call-overload]  # a list of cases
        with pytest.raises(InputError, match=r"the spec that these parameters make is refused: .*nonsense"):
            spec_of(template.name, examples=[{"input": {**example, "nonsense": 1}, "abstain": True}])

    def test_an_unknown_block_is_refused(self, template: Template) -> None:
        with pytest.raises(InputError, match="is refused"):
            spec_of(template.name, compliance=["unheard_of"])


class TestSynchronousHandler:
    """Request and answer."""

    def test_steps_are_kept_in_order(self) -> None:
        steps = [
            {"id": "choose", "instructions": "Choose.", "takes": ["language"], "output": {"word": "string"}},
            {"id": "greet", "instructions": "Greet."},
        ]
        found = spec_of("synchronous_handler", steps=steps).steps
        assert [(step.id, step.takes) for step in found] == [
            ("choose", ("language",)),
            ("greet", ("language", "name", "word")),
        ]

    def test_a_model_may_be_the_fallback(self) -> None:
        fallback = spec_of(
            "synchronous_handler", fallback="model", fallback_seconds=5, fallback_tokens=300
        ).fallback
        assert (fallback.policy, fallback.timeout_seconds, fallback.max_tokens) == ("model", 5, 300)


class TestStreamingProcessor:
    """Events one by one."""

    def test_the_id_goes_through_and_code_does_not_see_it(self) -> None:
        spec = spec_of("streaming_processor")
        assert [*spec.properties("input")] == ["event_id", "celsius", "sensor"]
        assert [*spec.properties("output")] == ["event_id", "alert"]
        assert spec.steps[0].takes == ("celsius", "sensor")

    def test_schemas_may_be_written_out(self) -> None:
        schema = {"type": "object", "required": ["alert"], "properties": {"alert": {"type": "boolean"}}}
        assert [*spec_of("streaming_processor", output=schema).properties("output")] == ["event_id", "alert"]

    def test_a_field_called_like_the_id_is_refused(self) -> None:
        with pytest.raises(InputError, match="'sensor' is put in by the template"):
            spec_of("streaming_processor", id_field="sensor")


class TestBatch:
    """Many rows."""

    def test_the_comment_says_how_it_is_run(self) -> None:
        template = REGISTRY.find("batch_with_checkpoints")
        text = template.render(template.example).text
        assert "compiled-ai run clean_addresses ROWS.jsonl --keep customer_id [--resume]" in text

    def test_a_kept_field_that_code_reads_is_refused(self) -> None:
        with pytest.raises(InputError, match="'postcode' is an input field"):
            spec_of("batch_with_checkpoints", keep=["postcode"])


class TestValidatorWithFallback:
    """Check, decide, ask."""

    def test_the_check_is_a_table_that_answers(self) -> None:
        spec = spec_of("validator_with_fallback")
        assert [(step.id, step.kind) for step in spec.steps] == [("check_input", "rule"), ("decide", "code")]
        assert spec.fallback.policy == "model"
        rules = spec.steps[0].rules  # type: ignore[union-attr]  # it is a table
        assert [rule.abstain for rule in rules] == [None, None, None]

    def test_a_field_that_must_always_be_there_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"'refund' must be optional"):
            spec_of("validator_with_fallback", output={"refund": "boolean"})

    def test_a_condition_that_cannot_be_read_is_refused(self) -> None:
        with pytest.raises(InputError, match="is refused"):
            spec_of("validator_with_fallback", checks=[{"when": "amount <=", "label": "x"}])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
ODD = st.sampled_from(
    [
        "yes",
        "007",
        "1e5",
        "2026-01-01",
        "null",
        "~",
        "a: b",
        "#x",
        "a\nb",
        " a\nb",
        "x\n",
        "-",
        "",
        "\ta",
        "é",
        "1_0",
        ".5",
        "<<",
        "a\n\n b",
    ]
)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10), JSON | ODD, max_size=4
    )
)
def test_specs_read_back_as_they_were_written(data: dict[str, Any]) -> None:
    assert parse_yaml(to_yaml(data), path=Path("x.yaml")).data == data
