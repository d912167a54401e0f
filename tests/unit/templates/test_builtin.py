"""The built-in activity templates: what they render answers as it should, whatever the parameters hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.errors import InputError
from compiled_ai.modules import Abstain
from compiled_ai.modules.text import fold
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import Checker
from compiled_ai.subset import check_subset, load_activities
from compiled_ai.templates.registry import Template, builtin_registry
from compiled_ai.templates.rendering import Rendering

REGISTRY = builtin_registry()
ACTIVITIES = REGISTRY.templates("activity")
Values = dict[str, Any]


def answer(rendering: Rendering, data: JsonObject) -> JsonObject | None:
    """What the rendered activity says to `data`; None when it declines."""
    source = rendering.source()
    try:
        output = load_activities(source, "activities.py", [rendering.name])[rendering.name](data)
    except Abstain:
        return None
    misfit = Checker(rendering.output_schema).explain(output)
    assert misfit is None, misfit
    return output


def render(name: str, **parameters: Any) -> Rendering:
    return REGISTRY.find(name).render(parameters)


@pytest.mark.parametrize("template", ACTIVITIES, ids=lambda template: template.name)
class TestExamples:
    """The example of each template."""

    def test_it_is_in_the_subset(self, template: Template) -> None:
        assert [
            item
            for item in check_subset(template.render(template.example).source())
            if item.severity == "error"
        ] == []

    def test_it_answers_its_trials(self, template: Template) -> None:
        rendering = template.render(template.example)
        inputs = Checker(rendering.input_schema)
        wrong = [
            (trial, found)
            for trial in template.trials
            if inputs.explain(trial.input) or (found := answer(rendering, trial.input)) != trial.output
        ]
        assert wrong == []
        assert any(trial.output is not None for trial in template.trials)

    def test_the_same_parameters_give_the_same_text(self, template: Template) -> None:
        assert template.render(template.example).source() == template.render({**template.example}).source()

    def test_it_may_bear_another_name(self, template: Template) -> None:
        rendering = template.render({**template.example, "step": "another_name"})
        trial = template.trials[0]
        assert rendering.name == "another_name"
        assert answer(rendering, trial.input) == trial.output


ROWS: Values = {"item": {"k": "string?", "n": "number", "d": "decimal?"}}
VARIANTS: list[tuple[str, str, Values, JsonObject, JsonObject | None]] = [
    ("mapper with a default", "mapper", {"values": {"a": []}, "otherwise": "b"}, {"value": "?"}, {"result": "b"}),
    (
        "classifier that wants more",
        "classifier",
        {"labels": {"a": {"x": 1}, "b": {"y": 1}}, "minimum": 2},
        {"text": "x"},
        None,
    ),
    (
        "router with thirty routes",
        "router",
        {"routes": [{"to": f"q{n}", "fields": {"code": [str(n)], "kind": ["a", "b"]}} for n in range(30)]},
        {"code": "29", "kind": "b"},
        {"destination": "q29"},
    ),
    ("router that finds none", "router", {"routes": [{"to": "q", "phrases": ["x"]}]}, {"text": "y"}, None),
    ("aggregator of nothing", "aggregator", {**ROWS, "measures": {"m": {"how": "max", "of": "n"}}}, {"records": []}, {"m": None}),
    (
        "aggregator of the whole list",
        "aggregator",
        {**ROWS, "measures": {"s": {"how": "sum", "of": "d"}, "c": {"how": "count"}, "low": {"how": "min", "of": "n", "places": 0}}},
        {"records": [{"n": 2, "d": "0.1"}, {"n": -3.5, "d": "0.2"}, {"n": 1, "d": None}]},
        {"s": "0.30", "c": 3, "low": "-4"},
    ),
    (
        "aggregator by a group that may be null",
        "aggregator",
        {**ROWS, "group_by": "k", "measures": {"c": {"how": "count"}}},
        {"records": [{"n": 1}, {"k": "a", "n": 1}, {"k": None, "n": 1}]},
        {"groups": [{"k": None, "c": 2}, {"k": "a", "c": 1}]},
    ),
    (
        "deduplicator that keeps the last",
        "deduplicator",
        {"item": {"k": "string", "n": "integer"}, "keys": {"k": "exact"}, "keep": "last"},
        {"records": [{"k": "a", "n": 1}, {"k": "b", "n": 2}, {"k": "a", "n": 3}]},
        {"records": [{"k": "a", "n": 3}, {"k": "b", "n": 2}], "dropped": 1},
    ),
    (
        "unit converter with own units",
        "unit_converter",
        {"target": "box", "places": 3, "units": {"piece": {"factor": "1"}, "box": {"factor": "12", "names": ["boxes"]}}},
        {"value": "30", "unit": "Piece"},
        {"converted": "2.500"},
    ),
    (
        "unit converter for lengths",
        "unit_converter",
        {"target": "km", "dimension": "length", "places": 6},
        {"value": "26.2", "unit": "miles"},
        {"converted": "42.164813"},
    ),
    (
        "unit converter into a unit of one's own beside known ones",
        "unit_converter",
        {"target": "bottle", "dimension": "volume", "units": {"bottle": {"factor": "0.75", "names": ["bottles"]}}},
        {"value": "3", "unit": "litres"},
        {"converted": "4.00"},
    ),
    (
        "unit converter out of a unit of one's own into a known one",
        "unit_converter",
        {"target": "ml", "dimension": "volume", "units": {"bottle": {"factor": "0.75"}}, "places": 0},
        {"value": "2", "unit": "Bottle"},
        {"converted": "1500"},
    ),
    (
        "unit converter into a unit with a name like code",
        "unit_converter",
        {"target": '"""\\', "units": {'"""\\': {"factor": "2"}}},
        {"value": "3", "unit": '"""\\'},
        {"converted": "3.00"},
    ),
    (
        "unit converter for another kind",
        "unit_converter",
        {"target": "km", "dimension": "length"},
        {"value": "1", "unit": "kg"},
        None,
    ),
    (
        "unit converter for an unknown unit beside units of one's own",
        "unit_converter",
        {"target": "box", "units": {"box": {"factor": "12"}}},
        {"value": "1", "unit": "kg"},
        None,
    ),
    (
        "dates by business days",
        "date_calculator",
        {"steps": [{"add": 3, "unit": "business_days"}], "holidays": ["2026-04-03", "2026-04-06"]},
        {"start": "2026-04-01"},
        {"date": "2026-04-08"},
    ),
    (
        "dates by business days back",
        "date_calculator",
        {"steps": [{"add": "n", "unit": "business_days"}]},
        {"start": "2026-03-09", "n": -1},
        {"date": "2026-03-06"},
    ),
    ("dates by too many business days", "date_calculator", {"steps": [{"add": "n", "unit": "business_days"}]}, {"start": "2026-03-09", "n": 10**9}, None),
    (
        "dates to the end of the month",
        "date_calculator",
        {"steps": [{"add": 1, "unit": "months"}, {"move": "month_end"}]},
        {"start": "2026-01-31"},
        {"date": "2026-02-28"},
    ),
    (
        "lines whose price is for all",
        "line_items",
        {"total_labels": ["total"], "price_is_total": True},
        {"text": "2 x Mug 12.50\nTotal: 12.50"},
        {"items": [{"description": "Mug", "quantity": 2, "price": "12.50"}]},
    ),
    ("redactor of words alone", "redactor", {"kinds": [], "words": ["C++"]}, {"text": "c++ code"}, {"text": "*** code", "hidden": {"word": 1}}),
    ("redactor of a social security number", "redactor", {"kinds": ["ssn"], "mask": "#", "keep_last": 4}, {"text": "536-22-1234."}, {"text": "#######1234.", "hidden": {"ssn": 1}}),
    ("redactor of links", "redactor", {"kinds": ["link"]}, {"text": "see https://a.example/c?d=e now"}, {"text": "see *********************** now", "hidden": {"link": 1}}),
    ("redactor of telephone numbers of a country", "redactor", {"kinds": ["phone"], "regions": ["CH"]}, {"text": "044 668 18 00 or 212-555-0147"}, {"text": "************* or 212-555-0147", "hidden": {"phone": 1}}),
    ("redactor of telephone numbers with a code", "redactor", {"kinds": ["phone"], "regions": []}, {"text": "044 668 18 00, +41 44 668 18 00"}, {"text": "044 668 18 00, ****************", "hidden": {"phone": 1}}),
    ("scorer at its lowest", "scorer", {"input": {"n": "number"}, "criteria": [{"name": "x", "field": "n", "below": "0", "points": -5}], "bands": [{"label": "ok", "from": 0}, {"label": "bad"}]}, {"n": -0.5}, {"score": -5, "band": "bad", "reasons": ["x"]}),
    ("formatter of a list of one", "formatter", {"template": "{a}", "fields": {"a": {"form": "list_and"}}}, {"a": ["x"]}, {"text": "x"}),
    ("formatter of no list", "formatter", {"template": "[{a}]", "fields": {"a": {"form": "list_and"}}}, {"a": []}, {"text": "[]"}),
    ("formatter of a missing number", "formatter", {"template": "{a}", "fields": {"a": {"form": "number", "missing": "none", "places": 1}}}, {"a": None}, {"text": "none"}),
    ("normaliser of digits", "normalizer", {"fields": {"n": {"form": "digits"}}}, {"n": "(030) 12-3"}, {"n": "030123"}),
    ("matcher between two", "matcher", {"catalogue": {"a": ["north gate one"], "b": ["north gate ono"]}}, {"name": "north gate on"}, None),
    ("transformer that keeps a list", "transformer", {"input": {"tags": "string[]"}, "fields": {"labels": "tags"}}, {"tags": ["a"]}, {"labels": ["a"]}),
    (
        "extractor with fields that differ in case",
        "extractor",
        {"fields": {"a": {"kind": "choice", "choices": {"x": []}}, "A": {"kind": "choice", "choices": {"y": []}}}},
        {"text": "x and y"},
        {"a": "x", "A": "y"},
    ),
    (
        "call without a cue",
        "function_call",
        {"function": "f", "arguments": {"n": {"kind": "integer"}}, "name_key": "name", "refuse_corrected": False},
        {"request": "take 3, no wait"},
        {"name": "f", "arguments": {"n": 3}},
    ),
    (
        "validator with forty rules",
        "validator",
        {"input": {f"f{n}": "string" for n in range(40)}, "rules": [{"field": f"f{n}", "rule": "length", "most": 3} for n in range(40)]},
        {f"f{n}": "abc" for n in range(40)},
        {"valid": True, "violations": []},
    ),
    (
        "validator of equal fields",
        "validator",
        {"input": {"a": "string?", "b": "string"}, "rules": [{"field": "a", "rule": "equal", "other": "b", "message": "differ"}, {"field": "a", "rule": "one_of", "values": ["x"]}, {"field": "b", "rule": "date"}]},
        {"a": "y", "b": "z"},
        {
            "valid": False,
            "violations": [
                {"field": "a", "rule": "equal", "message": "differ"},
                {"field": "a", "rule": "one_of", "message": "a is none of x"},
                {"field": "b", "rule": "date", "message": "b is no date"},
            ],
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parameters", "data", "expected"),
    [row[1:] for row in VARIANTS],
    ids=[row[0] for row in VARIANTS],
)
def test_other_parameters_answer_as_they_should(
    name: str, parameters: Values, data: JsonObject, expected: JsonObject | None
) -> None:
    rendering = render(name, **parameters)
    assert Checker(rendering.input_schema).explain(data) is None
    assert [item for item in check_subset(rendering.source()) if item.severity == "error"] == []
    assert answer(rendering, data) == expected


REFUSED: list[tuple[str, str, Values, str, str]] = [
    ("a wording of two values", "mapper", {"values": {"a": ["x"], "b": ["X"]}}, "values", "'X' means both 'a' and 'b'"),
    ("a route that always holds", "router", {"routes": [{"to": "q"}]}, "routes", "the route to 'q' always holds"),
    ("a rule on no field", "validator", {"input": {"a": "string"}, "rules": [{"field": "b", "rule": "date"}]}, "rules[0]", "has no field 'b'"),
    ("a rule without its bound", "validator", {"input": {"a": "number"}, "rules": [{"field": "a", "rule": "range"}]}, "rules", "needs 'low' or 'high'"),
    ("a rule that nothing breaks", "validator", {"input": {"a": "number"}, "rules": [{"field": "a", "rule": "required"}]}, "rules", "can never be broken"),
    ("a pattern that is none", "validator", {"input": {"a": "string"}, "rules": [{"field": "a", "rule": "pattern", "pattern": "["}]}, "rules", "the pattern of 'a' is none"),
    ("two types compared", "validator", {"input": {"a": "number", "b": "string"}, "rules": [{"field": "a", "rule": "equal", "other": "b"}]}, "rules", "same type"),
    ("an unknown field in a condition", "rule_table", {"input": {"a": "number"}, "output": {"b": "string"}, "rules": [{"when": "c > 1", "then": {"b": "x"}}]}, "rules", "'c' is not in scope"),
    ("an answer outside of the output", "rule_table", {"input": {"a": "number"}, "output": {"b": ["x"]}, "rules": [{"when": "a > 1", "then": {"b": "y"}}]}, "rules", '"y" is not one of'),
    ("shorthand with an unknown type", "rule_table", {"input": {"a": "money"}, "output": {"b": "string"}, "rules": [{"otherwise": {"b": "x"}}]}, "input.a", "type 'money' is unknown"),
    ("a key of no field", "deduplicator", {"item": {"a": "string"}, "keys": {"b": "exact"}}, "keys.b", "a record has no field 'b'"),
    ("a measure of nothing", "aggregator", {"item": {"a": "number"}, "measures": {"m": {"how": "sum"}}}, "measures.m", "needs 'of'"),
    ("a group by a list", "aggregator", {"item": {"a": "string[]"}, "group_by": "a", "measures": {"m": {"how": "count"}}}, "group_by", "must be text"),
    ("bands upside down", "scorer", {"input": {"a": "number"}, "criteria": [{"name": "x", "field": "a", "low": "1", "points": 1}], "bands": [{"label": "a", "from": 1}, {"label": "b", "from": 2}, {"label": "c"}]}, "bands", "highest 'from' down"),
    ("a last band with a bound", "scorer", {"input": {"a": "number"}, "criteria": [{"name": "x", "field": "a", "low": "1", "points": 1}], "bands": [{"label": "a", "from": 2}, {"label": "b", "from": 1}]}, "bands", "every band but the last"),
    ("a criterion of nothing", "scorer", {"input": {"a": "number"}, "criteria": [{"name": "x", "field": "a", "points": 1}], "bands": [{"label": "a", "from": 1}, {"label": "b"}]}, "criteria", "tests nothing"),
    ("a name of two entries", "matcher", {"catalogue": {"a": ["x"], "b": ["X"]}}, "catalogue", "'x' names both 'a' and 'b'"),
    ("a target without units", "unit_converter", {"target": "km"}, "target", "'km' is none of the units"),
    ("a target of another kind", "unit_converter", {"target": "kg", "dimension": "length"}, "target", "'kg' is none of the units of length"),
    ("a target that nobody named", "unit_converter", {"target": "kg", "dimension": "length", "units": {"a": {"factor": "1"}}}, "target", "'kg' is none of the units of length, nor one of a"),
    ("a factor of nothing", "unit_converter", {"target": "a", "units": {"a": {"factor": "0.0"}}}, "units.a", "must be above 0"),
    ("a date step of two kinds", "date_calculator", {"steps": [{"add": 1, "unit": "days", "move": "month_end"}]}, "steps[0]", "'add' with 'unit', or 'move' alone"),
    ("nothing to hide", "redactor", {"kinds": []}, "kinds", "nothing would be hidden"),
    ("a mask of letters", "redactor", {"kinds": ["card"], "mask": "x"}, "mask", "is not one sign"),
    ("a place without a field", "formatter", {"template": "{a}{b}", "fields": {"a": {"form": "text"}}}, "template", "{b} is no field"),
    ("a field without a place", "formatter", {"template": "{a}", "fields": {"a": {"form": "text"}, "b": {"form": "text"}}}, "fields", "'b' has no place"),
    ("a path to nowhere", "transformer", {"input": {"a": "string"}, "fields": {"x": "b"}}, "fields.x", "there is no 'b' here"),
    ("a path through null", "transformer", {"input": {"a": {"type": ["object", "null"], "properties": {"b": {"type": "string"}}}}, "fields": {"x": "a.b"}}, "fields.x", "'a' may be null"),
    ("a path to an object", "transformer", {"input": {"a": {"b": "string"}}, "fields": {"x": "a"}}, "fields.x", "ends at an object"),
    ("a choice without choices", "extractor", {"fields": {"a": {"kind": "choice"}}}, "fields.a", "needs 'choices'"),
    ("a unit of a date", "extractor", {"fields": {"a": {"kind": "date", "units": ["kg"]}}}, "fields.a", "go with a number"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parameters", "field", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_parameters_that_contradict_themselves_are_refused(
    name: str, parameters: Values, field: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        render(name, **parameters)
    assert message in str(caught.value)
    assert caught.value.field == field


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(str.strip)
"""Any text that JSON can carry, quotes, braces and line breaks too."""


class TestAnyText:
    """No text in a parameter is ever read as code."""

    @settings(deadline=None)
    @given(ANY, ANY)
    def test_a_wording_is_looked_up_as_it_stands(self, target: str, wording: str) -> None:
        if fold(target) == fold(wording):
            return
        rendering = render("mapper", values={target: [wording]})
        assert answer(rendering, {"value": wording}) == {"result": target}

    @settings(deadline=None)
    @given(ANY)
    def test_fixed_text_is_written_as_it_stands(self, text: str) -> None:
        template = text.replace("{", "{{").replace("}", "}}")
        rendering = render("formatter", template=f"{template}{{x}}{template}", fields={"x": {"form": "text"}})
        assert answer(rendering, {"x": text}) == {"text": text * 3}

    @settings(deadline=None)
    @given(ANY, ANY)
    def test_messages_and_constants_stay_texts(self, message: str, constant: str) -> None:
        checks = render(
            "validator",
            input={"a": "string"},
            rules=[{"field": "a", "rule": "length", "most": 0, "message": message}],
        )
        found = answer(checks, {"a": "x"})
        assert found == {"valid": False, "violations": [{"field": "a", "rule": "length", "message": message}]}
        shaped = render("transformer", input={"a": "string"}, fields={"b": {"constant": constant}, "a": "a"})
        assert answer(shaped, {"a": ""}) == {"a": "", "b": constant}

    @settings(deadline=None)
    @given(st.text(max_size=200))
    def test_texts_read_by_the_examples_end_in_an_answer_or_a_refusal(self, text: str) -> None:
        for name, field in (
            ("redactor", "text"),
            ("line_items", "text"),
            ("extractor", "text"),
            ("matcher", "name"),
        ):
            template = REGISTRY.find(name)
            answer(template.render(template.example), {field: text.encode("utf-8", "ignore").decode()})
