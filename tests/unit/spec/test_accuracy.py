"""The accuracy block: what it may say, and what its evaluators can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

import pytest

from compiled_ai.spec import Spec
from compiled_ai.spec.model import FieldEvaluatorName, FieldRule

Refused = Callable[[Mapping[str, str | None], list[tuple[str, ...]]], None]
Accepted = Callable[[Mapping[str, str | None]], Spec]

OUTPUT = """output:
  due: string?
  total: any
  tags: any
  call: any"""
GOOD = {"due": "2026-01-01", "total": "5 EUR", "tags": "[a]", "call": "{name: f, arguments: {a: 1}}"}


def spec(accuracy: str, *, key: str = "examples", more: str = "", **values: str) -> dict[str, str | None]:
    """Sections of a spec whose output has a field for each kind of evaluator; `key` says where its one changed case stands."""
    case = ", ".join(f"{name}: {value}" for name, value in {**GOOD, **values}.items())
    changed = f"{key}:\n  - input: {{text: one, count: 1}}\n    output: {{{case}}}"
    good = ", ".join(f"{name}: {value}" for name, value in GOOD.items())
    sections: dict[str, str | None] = {
        "output": OUTPUT,
        "examples": f"examples:\n  - input: {{text: two, count: 2}}\n    output: {{{good}}}",
        key: changed,
        "accuracy": f"accuracy: {accuracy}",
    }
    return {**sections, "more": more}


@pytest.mark.parametrize("name", [name for name in get_args(FieldEvaluatorName) if name != "json_schema"])
def test_every_evaluator_may_stand_at_a_field_as_a_name_or_with_options(
    accepted: Accepted, name: FieldEvaluatorName
) -> None:
    field = {"date": "due", "money": "total", "set": "tags"}.get(name, "call")
    for entry in (name, f"{{evaluator: {name}, weight: 2}}"):
        read = accepted(spec(f"{{evaluator: fields, fields: {{{field}: {entry}}}}}"))
        assert read.accuracy.fields[field].evaluator == name


def test_options_of_a_field_are_kept(accepted: Accepted) -> None:
    fields = "{total: {evaluator: money, tolerance: 0.01, weight: 3}, due: {evaluator: json_schema, schema: {type: string}}, tags: {weight: 0}}"
    accuracy = accepted(spec(f"{{evaluator: fields, fields: {fields}}}")).accuracy
    assert accuracy.fields == {
        "total": FieldRule(evaluator="money", tolerance=0.01, weight=3.0),
        "due": FieldRule(evaluator="json_schema", schema={"type": "string"}),
        "tags": FieldRule(weight=0.0),
    }


def test_a_schema_of_the_whole_is_kept(accepted: Accepted) -> None:
    accuracy = accepted(spec("{evaluator: json_schema, schema: {required: [due]}}")).accuracy
    assert (accuracy.evaluator, accuracy.schema) == ("json_schema", {"required": ["due"]})


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        ("{evaluator: ¦json_shema}", ("allowed is exact", "Did you mean 'json_schema'?")),
        ("{evaluator: fields, fields: {due: ¦dat}}", ("accuracy.fields.due is 'dat'; allowed is exact", "Did you mean 'date'?")),
        ("{evaluator: fields, fields: {due: ¦5}}", ("accuracy.fields.due is 5; allowed is",)),
        ("{evaluator: fields, fields: {due: ¦fields}}", ("accuracy.fields.due is 'fields'; allowed is",)),
        ("{evaluator: fields, fields: {due: {evaluator: ¦dat}}}", ("accuracy.fields.due.evaluator is 'dat'", "Did you mean 'date'?")),
        ("{evaluator: fields, fields: {due: {¦wieght: 2}}}", ("unknown key 'wieght' in accuracy.fields.due; known keys here are evaluator, schema, tolerance, weight", "Did you mean 'weight'?")),
        ("{evaluator: fields, fields: {due: {weight: ¦-1}}}", ("accuracy.fields.due.weight is -1; it must be at least 0",)),
        ("{evaluator: fields, fields: {due: {weight: ¦1001}}}", ("it must be at most 1000",)),
        ("{evaluator: fields, fields: {due: {weight: ¦half}}}", ("it must be a number",)),
        ("{evaluator: fields, fields: {due: {weight: ¦true}}}", ("weight is true; it must be a number",)),
        ("{evaluator: fields, fields: {due: {evaluator: date, ¦tolerance: 1}}}", ("accuracy.fields.due.tolerance: 'date' knows no tolerance; number and money do",)),
        ("{evaluator: fields, ¦fields: {due: {weight: 0}, total: {weight: 0}, tags: {weight: 0}, call: {weight: 0}}}", ("every field has weight 0, so nothing counts",)),
        ("¦{evaluator: json_schema}", ("accuracy: 'evaluator: json_schema' needs the schema; add 'schema:'",)),
        ("{evaluator: fields, fields: {due: ¦json_schema}}", ("accuracy.fields.due: 'evaluator: json_schema' needs the schema",)),
        ("{¦schema: {type: object}}", ("accuracy.schema only counts with 'evaluator: json_schema'",)),
        ("{evaluator: fields, fields: {due: {¦schema: {type: object}}}}", ("accuracy.fields.due.schema only counts with",)),
        ("{evaluator: fields, fields: {due: {evaluator: json_schema, schema: {type: ¦strng}}}}", ("accuracy.fields.due.schema.type: 'strng' is no type", "Did you mean 'string'?")),
        ("{evaluator: json_schema, schema: {¦requird: []}}", ("accuracy.schema.requird: 'requird' is no keyword", "Did you mean 'required'?")),
        ("{evaluator: json_schema, schema: {pattern: ¦'('}}", ("is not a regular expression",)),
        ("{evaluator: json_schema, schema: ¦5}", ("accuracy.schema is 5; it must be a mapping",)),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_with_the_rule(
    refused: Refused, accuracy: str, words: tuple[str, ...]
) -> None:
    refused(spec(accuracy), [words])


@pytest.mark.parametrize("key", ["examples", "tests"])
@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ("total: money", {"total": "¦abc"}, ('output.total: "abc" is no amount of money', "'money' cannot use it; mend the value")),
        ("total: money", {"total": "¦true"}, ("true is no amount",)),
        ("total: money", {"total": "[5 EUR, ¦five]"}, ('output.total[1]: "five" is no amount',)),
        ("total: money", {"total": "¦{net: five}"}, ("is no amount",)),
        ("total: money", {"total": "¦12.50 XYZ"}, ("is no amount",)),
        ("due: date", {"due": "¦01.02.2026"}, ('output.due: "01.02.2026" is no date or date-time, such as "2026-02-28"',)),
        ("due: date", {"due": "¦2026-02-30"}, ("is no date",)),
        ("tags: set", {"tags": "¦a"}, ('output.tags: "a" is no list',)),
        ("call: function_call", {"call": "¦{nam: f}"}, ('output.call: {"nam":"f"} is no function call: a call is {name: f, arguments: {a: 1}}',)),
        ("call: function_call", {"call": "¦{name: ' '}"}, ("is no function call",)),
        ("call: function_call", {"call": "¦{name: f, arguments: [1]}"}, ("is no function call",)),
        ("due: {evaluator: json_schema, schema: {minLength: 6}}", {"due": "¦short"}, ("so the case's own answer would be wrong by accuracy.fields.due.schema",)),
        ("due: {evaluator: json_schema, schema: {type: string}}", {"due": "¦null"}, ("own answer would be wrong",)),
    ],
    ids=str,
)  # fmt: skip
def test_an_expected_value_that_the_evaluator_cannot_use_is_refused(
    refused: Refused, key: str, rule: str, value: dict[str, str], words: tuple[str, ...]
) -> None:
    refused(spec(f"{{evaluator: fields, fields: {{{rule}}}}}", key=key, **value), [words])


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("total: money", {"total": "[5, {amount: '5', currency: EUR}, null]"}),
        ("total: money", {"total": "{net: 5 EUR, note: soon}"}),
        ("total: money", {"total": "[]"}),
        ("total: money", {"total": "{net: null, parts: []}"}),
        ("total: money", {"total": "null"}),
        ("due: date", {"due": "2026-02-28 09:30"}),
        ("due: date", {"due": "null"}),
        ("call: function_call", {"call": "{function: f}"}),
    ],
    ids=str,
)
def test_an_expected_value_that_the_evaluator_can_use_is_taken(
    accepted: Accepted, rule: str, value: dict[str, str]
) -> None:
    assert accepted(spec(f"{{evaluator: fields, fields: {{{rule}}}}}", **value)).examples


@pytest.mark.parametrize(
    ("accuracy", "values", "words"),
    [
        ("{evaluator: function_call}", {}, ("is no function call", "Calls in a field are compared with 'evaluator: fields'")),
        ("{evaluator: money}", {"total": "x", "call": "{}"}, ("is no amount",)),
        ("{evaluator: date}", {"due": "null"}, ("is no date",)),
        ("{evaluator: set}", {"tags": "x"}, ("is no list",)),
        ("{evaluator: json_schema, schema: {maxProperties: 1}}", {}, ("own answer would be wrong by accuracy.schema",)),
    ],
)  # fmt: skip
def test_a_whole_output_that_holds_nothing_for_the_evaluator_is_refused(
    refused: Refused, accuracy: str, values: dict[str, str], words: tuple[str, ...]
) -> None:
    sections = spec(accuracy, **values)
    examples = sections["examples"]
    assert examples is not None
    refused({**sections, "examples": examples.replace("output: {", "output: ¦{")}, [words])


@pytest.mark.parametrize("evaluator", ["money", "date", "set"])
def test_a_whole_output_that_holds_something_for_the_evaluator_is_taken(
    accepted: Accepted, evaluator: str
) -> None:
    assert accepted(spec(f"{{evaluator: {evaluator}}}")).accuracy.evaluator == evaluator


CALLS = """output:
  name: string
  arguments:
    type: object
    required: [city]
    additionalProperties: false
    properties: {city: {enum: [NYC, New York]}, unit: {enum: [metric, imperial]}, days: {type: array, items: {type: integer}}}
accuracy: {evaluator: function_call}"""


class TestChoices:
    """Expected arguments with several right values."""

    @staticmethod
    def spec(arguments: str, key: str = "tests") -> dict[str, str | None]:
        example = "examples:\n  - input: {text: two, count: 2}\n    output: {name: f, arguments: {city: NYC}}"
        case = f"{key}:\n  - input: {{text: one, count: 1}}\n    output: {{name: f, arguments: {arguments}}}"
        return {"output": CALLS, "examples": example, key: case}

    @pytest.mark.parametrize(
        "arguments",
        [
            "{city: {$any_of: [NYC, New York]}}",
            "{city: NYC, unit: {$any_of: [metric, imperial, null]}}",
            '{city: NYC, unit: {$any_of: ["", metric]}}',
            "{city: NYC, unit: {$any_of: [null]}}",
            "{city: NYC, days: [{$any_of: [1, 2]}, 3]}",
        ],
    )
    def test_each_must_fit_the_schema_of_the_output(self, accepted: Accepted, arguments: str) -> None:
        assert len(accepted(self.spec(arguments)).tests) == 1

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ("{city: ¦{$any_of: [NYC, Boston]}}", ("Boston",)),
            ("{city: NYC, days: [¦{$any_of: [1, x]}, 3]}", ('"x" is not of type "integer"',)),
            ("¦{city: {$any_of: [NYC, null]}}", ("the field 'city' is missing",)),
        ],
    )
    def test_one_that_does_not_is_refused(
        self, refused: Refused, arguments: str, words: tuple[str, ...]
    ) -> None:
        refused(self.spec(arguments), [words])

    @pytest.mark.parametrize("choice", ["[NYC, New York]", "[NYC, Boston]"])
    def test_an_example_is_told_so_before_anything_else_where_it_can(
        self, refused: Refused, choice: str
    ) -> None:
        words = ("for tests alone", "write one of them") if "Boston" not in choice else ("Boston",)
        refused(self.spec(f"{{city: ¦{{$any_of: {choice}}}}}", "examples"), [words])

    def test_an_example_has_one_answer(self, refused: Refused) -> None:
        sections = self.spec("{city: NYC, days: ¦{$any_of: [[1]]}}", "examples")
        refused({**sections, "output": CALLS.replace("days: {type: array, items: {type: integer}}", "days: {}")},
                [("output.arguments.days: '$any_of' is for tests alone",)])  # fmt: skip

    @pytest.mark.parametrize(
        "choice", ["{$any_of: []}", "{$any_of: 5}", "{$any_of: [1], or: 2}"]
    )  # fmt: skip
    def test_a_choice_is_well_formed(self, refused: Refused, choice: str) -> None:
        output = CALLS.replace("days: {type: array, items: {type: integer}}", "days: {}")
        sections = {**self.spec(f"{{city: NYC, days: ¦{choice}}}"), "output": output}
        refused(sections, [("'$any_of' stands alone and holds a list of at least one value",)])

    def test_elsewhere_the_key_is_data(self, accepted: Accepted) -> None:
        output = OUTPUT + "\naccuracy: {evaluator: fields, fields: {call: exact}}"
        sections = spec("", call="{$any_of: [1]}")
        del sections["accuracy"]
        assert accepted({**sections, "output": output}).examples[0].output is not None


def test_an_output_without_named_fields_is_taken(accepted: Accepted) -> None:
    free = {"output": "output: {type: object}", "accuracy": "accuracy: {evaluator: fields}"}
    assert accepted(free).accuracy.fields == {}


def test_old_settings_have_the_digest_that_they_had(accepted: Accepted) -> None:
    old = {"x": "accuracy: {evaluator: fields, tolerance: 0.5, fields: {label: text}}"}
    assert (
        accepted(old).source.digest == "s1:1437786265ccbf8adb80ea551c8f59c4cdf929246c1cac33b94f37114b568420"
    )
