"""Steps, rules and compliance blocks that do not hold together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

Refused = Callable[[Mapping[str, str | None], list[tuple[str, ...]]], None]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        pytest.param("[{id: s, kind: code, instructions: a, takes: [¦txt]}]", ("steps[0].takes[0]: 'txt' is not in scope here; in scope are text, count.", "Did you mean 'text'?"), id="takes an unknown field"),
        pytest.param("[{id: a, kind: code, instructions: i, takes: [¦more], output: {less: string}}, {id: b, kind: code, instructions: i, output: {more: string, label: string}}]", ("'more' is not in scope here",), id="takes a field of a later step"),
        pytest.param("[{id: s, kind: code, instructions: a, output: {label: string, ¦text: string}}]", ("steps[0].output.text: this field is already in scope; give it another name",), id="shadows an input"),
        pytest.param("[{id: a, kind: code, instructions: i, output: {topic: string}}, {id: b, kind: bounded, instructions: i, output: {¦topic: string, label: string}}]", ("steps[1].output.topic: this field is already in scope",), id="shadows a step"),
        pytest.param("[{id: s, kind: bounded, instructions: a, output: {type: object, properties: {¦text: {type: string}}}}]", ("steps[0].output.properties.text: this field is already in scope",), id="shadows in JSON Schema"),
        pytest.param("[{id: a, kind: code, instructions: i, output: {t: string}}, {id: ¦a, kind: code, instructions: i}]", ("steps[1].id: the step id 'a' is taken; give each step its own",), id="repeated id"),
        pytest.param("[{id: ¦class, kind: code, instructions: i}]", ("'class' means something in Python; choose another step id",), id="keyword as id"),
        pytest.param("[{id: ¦abstain, kind: code, instructions: i}]", ("'abstain' means something",), id="abstain as id"),
        pytest.param("[{id: ¦sorted, kind: code, instructions: i}]", ("'sorted' means something",), id="builtin as id"),
        pytest.param("[{id: s, kind: code, instructions: i, output: ¦{}}]", ("steps[0].output: a step adds at least one field; name it, or drop the step",), id="no output"),
        pytest.param("[{id: s, kind: code, instructions: i, output: {label: ¦strng}}]", ("steps[0].output.label: type 'strng' is unknown", "Did you mean 'string'?"), id="unknown type"),
        pytest.param("[{id: s, kind: code, instructions: i, output: ¦{type: array, items: {}}}]", ("steps[0].output: the top level must be an object",), id="list as output"),
    ],
)  # fmt: skip
def test_step_is_refused_at_its_place(refused: Refused, steps: str, words: tuple[str, ...]) -> None:
    refused({"x": f"steps: {steps}"}, [words])


@pytest.mark.parametrize(
    "steps",
    [
        "[{id: s, kind: code, instructions: i, output: {other: string}}]",
        "[{id: s, kind: rule, rules: [{when: count > 1, abstain: too many}]}]",
        "[{id: s, kind: rule, rules: [{when: count > 1, then: {}}, {otherwise: {}}]}]",
    ],
    ids=["other output", "only abstains", "empty answers"],
)
def test_output_that_no_step_gives_is_named(refused: Refused, steps: str) -> None:
    refused(
        {"x": f"¦steps: {steps}"},
        [("steps: no step and no input gives 'label' of the output; add a step that does",)],
    )


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        pytest.param("{when: ¦cuont > 1, then: {label: x}}", ("steps[0].rules[0].when: 'cuont' is not in scope here; in scope are text, count.", "Did you mean 'count'?"), id="unknown field"),
        pytest.param("{when: ¦len(text) > 1, then: {label: x}}", ("'len(text)' is not allowed in the condition 'len(text) > 1'; use field names",), id="call"),
        pytest.param("{when: ¦text.size > 1, then: {label: x}}", ("'text.size' is not allowed",), id="attribute"),
        pytest.param("{when: ¦'text[0] == \"a\"', then: {label: x}}", ("'text[0]' is not allowed",), id="index"),
        pytest.param("{when: ¦count = 1, then: {label: x}}", ("condition 'count = 1' cannot be read; compare with '==', not '='",), id="single equals sign"),
        pytest.param("{when: ¦count > null, then: {label: x}}", ("null can only be compared with == and !=",), id="ordering with null"),
        pytest.param("{when: ¦'text == \"a\" or \"b\"', then: {label: x}}", ("'b' alone is no condition", "write the comparison out, as in: field == 'b'"), id="half a comparison"),
        pytest.param("{when: ¦'', then: {label: x}}", ("condition '' is empty",), id="empty"),
        pytest.param("{when: ¦true, then: {label: x}}", ("when is true; it must be text; put it in quotes",), id="boolean"),
        pytest.param("{when: count > 1, then: {label: ¦z}}", ('steps[0].rules[0].then.label: "z" is not one of "x" or "y"',), id="answer outside the allowed values"),
        pytest.param("{when: count > 1, then: {label: x, ¦why: a}}", ("steps[0].rules[0].then.why: unknown field 'why'; known fields are label.",), id="answer that the output does not have"),
        pytest.param("{when: count > 1, then: ¦x}", ("steps[0].rules[0].then is 'x'; it must be a mapping",), id="answer is a word"),
        pytest.param("¦{when: count > 1}", ("a rule is 'when' with 'then' or 'abstain', or 'otherwise' alone",), id="when alone"),
        pytest.param("¦{then: {label: x}}", ("a rule is 'when' with",), id="then alone"),
        pytest.param("¦{when: count > 1, then: {label: x}, abstain: unsure}", ("a rule is 'when' with",), id="two answers"),
        pytest.param("¦{when: count > 1, otherwise: {label: x}}", ("a rule is 'when' with",), id="when with otherwise"),
        pytest.param("¦{}", ("a rule is 'when' with",), id="empty rule"),
        pytest.param("¦{otherwise: {label: x}}", ("'otherwise' must be the last rule; the lines below it can never apply",), id="rules after otherwise"),
    ],
)  # fmt: skip
def test_rule_is_refused_at_its_place(refused: Refused, rules: str, words: tuple[str, ...]) -> None:
    refused(
        {
            "x": f"steps:\n  - id: s\n    kind: rule\n    rules:\n      - {rules}\n      - otherwise: {{label: y}}"
        },
        [words],
    )


def test_otherwise_outside_the_allowed_values_is_refused(refused: Refused) -> None:
    refused(
        {
            "x": "steps: [{id: s, kind: rule, rules: [{when: count > 1, then: {label: x}}, {otherwise: {label: ¦q}}]}]"
        },
        [('steps[0].rules[1].otherwise.label: "q" is not one of',)],
    )


def test_every_unknown_field_of_a_condition_is_named(refused: Refused) -> None:
    refused(
        {"x": "steps: [{id: s, kind: rule, rules: [{when: ¦¦a > b, then: {label: x}}]}]"},
        [("'a' is not in scope",), ("'b' is not in scope",)],
    )


def test_answer_that_leaves_a_field_out_is_refused(refused: Refused) -> None:
    refused(
        {
            "output": "output: {label: [x, y], reason: string}",
            "examples": "examples: [{input: {text: a, count: 1}, abstain: true}]",
            "x": "steps: [{id: s, kind: rule, rules: [{when: count > 1, then: ¦{label: x}}, {otherwise: {label: y, reason: r}}]}]",
        },
        [("steps[0].rules[0].then: the field 'reason' is missing",)],
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("fallback: {policy: ¦model}", ("fallback 'model' is forbidden by the compliance block 'no_model_at_run_time'; use 'abstain'",), id="fallback"),
        pytest.param("steps: [{id: s, kind: ¦bounded, instructions: i, output: {label: string}}]", ("step 's' asks a model at run time", "make it a 'code' or 'rule' step, or drop the block"), id="bounded step"),
    ],
)  # fmt: skip
def test_model_at_run_time_is_refused_where_it_is_forbidden(
    refused: Refused, change: str, words: tuple[str, ...]
) -> None:
    refused({"compliance": "compliance: [no_model_at_run_time]", "x": change}, [words])


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        pytest.param("{evaluator: fields, fields: {¦lable: text}}", ("accuracy.fields: the output has no field 'lable'; it has label.", "Did you mean 'label'?"), id="unknown field"),
        pytest.param("{¦fields: {label: text}}", ("accuracy.fields only counts with 'evaluator: fields'; set it, or drop the fields",), id="fields without their evaluator"),
    ],
)  # fmt: skip
def test_fields_of_accuracy_are_checked(refused: Refused, accuracy: str, words: tuple[str, ...]) -> None:
    refused({"x": f"accuracy: {accuracy}"}, [words])
