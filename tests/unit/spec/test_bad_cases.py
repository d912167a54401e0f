"""Examples and inline tests that do not fit the spec, or each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiled_ai.spec import Spec

Refused = Callable[[Mapping[str, str | None], list[tuple[str, ...]]], None]
Accepted = Callable[[Mapping[str, str | None]], Spec]

BOUNDED = """steps:
  - {id: read, kind: bounded, instructions: a, output: {topic: string, sure: boolean}}
  - {id: decide, kind: code, instructions: b}"""
NESTED = """input:
  order: {id: string, lines: {type: array, items: {type: object, required: [price], properties: {price: {type: number}}}}}"""


@pytest.mark.parametrize(
    ("case", "words"),
    [
        pytest.param("input: {text: ¦5, count: 1}\n    output: {label: x}", ('examples[0].input.text: 5 is not of type "string"; put it in quotes',), id="number for text"),
        pytest.param("input: {text: ¦true, count: 1}\n    output: {label: x}", ('true is not of type "string"; put it in quotes',), id="boolean for text"),
        pytest.param("input: {text: ¦~, count: 1}\n    output: {label: x}", ('null is not of type "string"',), id="null for text"),
        pytest.param("input: {text: a, count: ¦true}\n    output: {label: x}", ('true is not of type "integer"',), id="boolean for a number"),
        pytest.param("input: {text: a, count: ¦1.5}\n    output: {label: x}", ('1.5 is not of type "integer"',), id="half a number"),
        pytest.param("input: ¦{text: a}\n    output: {label: x}", ("examples[0].input: the field 'count' is missing",), id="missing field"),
        pytest.param("input:\n      text: a\n      count: 1\n      ¦cuont: 2\n    output: {label: x}", ("input.cuont: unknown field 'cuont'; known fields are text, count.", "Did you mean 'count'?"), id="unknown field"),
        pytest.param("input: {text: a, count: 1}\n    output: {label: ¦z}", ('examples[0].output.label: "z" is not one of "x" or "y"',), id="value that is not allowed"),
        pytest.param("input: {text: a, count: 1}\n    output:\n      ¦lable: x", ("output.lable: unknown field 'lable'", "Did you mean 'label'?"), id="unknown field of the output"),
        pytest.param("¦input: {text: a, count: 1}", ("examples[0]: a case has either 'output' or 'abstain: true', and this one has neither",), id="neither output nor abstain"),
        pytest.param("¦input: {text: a, count: 1}\n    output: {label: x}\n    abstain: true", ("either 'output' or 'abstain: true', not both",), id="both output and abstain"),
        pytest.param("input: {text: a, count: 1}\n    abstain: true\n    given: {¦read: {}}", ("examples[0].given.read: 'read' is no bounded or effect step of this spec; it has none, so drop 'given'",), id="given without steps"),
    ],
)  # fmt: skip
def test_case_that_does_not_fit_is_refused_at_the_very_value(
    refused: Refused, case: str, words: tuple[str, ...]
) -> None:
    refused({"examples": f"examples:\n  - {case}"}, [words])


@pytest.mark.parametrize(
    ("order", "words"),
    [
        pytest.param("{id: a, lines: [{price: 1}, {price: 2}, {price: ¦x}]}", ('examples[0].input.order.lines[2].price: "x" is not of type "number"',), id="value"),
        pytest.param("{id: a, lines: [{price: 1}, ¦{}]}", ("input.order.lines[1]: the field 'price' is missing",), id="missing"),
        pytest.param("{id: a, lines: [], ¦total: 3}", ("input.order.total: unknown field 'total'; known fields are id, lines.",), id="unknown"),
    ],
)  # fmt: skip
def test_place_inside_nested_data_is_exact(refused: Refused, order: str, words: tuple[str, ...]) -> None:
    refused(
        {
            "input": NESTED,
            "examples": f"examples:\n  - input:\n      order: {order}\n    output: {{label: x}}",
        },
        [words],
    )


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("date", "2026-02-30", '"2026-02-30" is not a day of the calendar, such as "2026-02-28"'),
        ("datetime", '"2026-02-28T10:00"', "is not a date with time and zone"),
        ("decimal", '"1,5"', '"1,5" is not a decimal, such as "12.50"'),
        ("decimal", "1.5", '1.5 is not of type "string"; put it in quotes'),
        ("'date[]'", "[2026-01-31, 2026-02-31]", '"2026-02-31" is not a day of the calendar'),
    ],
)
def test_format_is_explained(refused: Refused, kind: str, value: str, words: str) -> None:
    marked = value.replace("2026-02-31", "¦2026-02-31") if "[" in value else f"¦{value}"
    refused(
        {
            "input": f"input: {{a: {kind}}}",
            "examples": f"examples: [{{input: {{a: {marked}}}, output: {{label: x}}}}]",
        },
        [(words,)],
    )


def test_given_must_fit_the_bounded_step(refused: Refused) -> None:
    refused(
        {
            "steps": BOUNDED,
            "x": "tests:\n"
            "  - {input: {text: a, count: 2}, given: {read: {topic: ¦3, sure: true}}, output: {label: x}}\n"
            "  - {input: {text: b, count: 2}, given: {¦raed: {topic: a, sure: true}}, output: {label: x}}",
        },
        [('tests[0].given.read.topic: 3 is not of type "string"',), ("'raed' is no bounded or effect step", "these are read.", "Did you mean 'read'?")],
    )  # fmt: skip


def test_given_that_fits_is_kept(accepted: Accepted) -> None:
    spec = accepted(
        {
            "steps": BOUNDED,
            "x": "tests: [{input: {text: a, count: 2}, given: {read: {topic: q, sure: no}}, abstain: true}]".replace(
                "no", "false"
            ),
        }
    )
    assert spec.tests[0].given == {"read": {"topic": "q", "sure": False}}


@pytest.mark.parametrize(
    "again", ["{count: 1, text: one}", "{text: 'one', count: 1.0}"], ids=["other order", "same number"]
)
def test_repeated_example_is_refused(refused: Refused, again: str) -> None:
    refused(
        {
            "examples": f"examples:\n  - {{input: {{text: one, count: 1}}, output: {{label: x}}}}\n  - {{input: ¦{again}, output: {{label: y}}}}"
        },
        [("examples[1].input: this input is already that of case 'example-1'", "remove or change one")],
    )


def test_test_that_repeats_an_example_is_refused(refused: Refused) -> None:
    refused(
        {"x": "tests:\n  - input: ¦{text: one, count: 1}\n    output: {label: x}"},
        [("tests[0].input: this input is already that of case 'example-1'", "a hidden one would be seen")],
    )


@pytest.mark.parametrize("count", ["true", "'1'", "2"])
def test_input_that_differs_only_in_type_is_another_one(accepted: Accepted, count: str) -> None:
    case = "input: {{text: a, count: {}}}, output: {{label: x}}"
    spec = accepted(
        {
            "input": "input: {text: string, count: any}",
            "examples": f"examples: [{{{case.format(1)}}}, {{{case.format(count)}}}]",
        }
    )
    assert len(spec.examples) == 2


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("id: a, ", "id: ¦a, ", "the id 'a' is taken"),
        ("", "id: ¦example-1, ", "the id 'example-1' is taken by another case"),
    ],
    ids=["given twice", "taken by default"],
)
def test_repeated_id_is_refused(refused: Refused, first: str, second: str, words: str) -> None:
    refused(
        {
            "x": f"tests: [{{{second}input: {{text: b, count: 1}}, abstain: true}}]",
            "examples": f"examples: [{{{first}input: {{text: a, count: 1}}, abstain: true}}]",
        },
        [(words,)],
    )


def test_fault_of_an_aliased_case_stands_where_the_text_does(refused: Refused) -> None:
    refused(
        {
            "examples": "examples:\n  - &case {id: a, input: {text: a, count: ¦x}, abstain: true}",
            "x": "tests:\n  - input: {text: b, count: 1}\n    abstain: true",
        },
        [('"x" is not of type "integer"',)],
    )
