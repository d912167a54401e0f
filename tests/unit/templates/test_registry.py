"""The registry: what stands in it, how names are kept apart, what wrong parameters are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compiled_ai.errors import InputError, SpecError
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import Checker, properties_of
from compiled_ai.templates import TEMPLATES, describe_functions
from compiled_ai.templates.registry import Template, TemplateRegistry, builtin_registry

REGISTRY = builtin_registry()
ALL = REGISTRY.templates()
ACTIVITIES = {
    "classifier", "extractor", "normalizer", "mapper", "validator", "router", "rule_table", "function_call", "function_router", "line_items",
    "deduplicator", "aggregator", "scorer", "formatter", "matcher", "unit_converter", "date_calculator", "redactor", "transformer",
}  # fmt: skip


def user_template(name: str = "price_tag", path: Path = Path("mine/price_tag/template.yaml")) -> Template:
    return replace(REGISTRY.find("mapper"), name=name, origin="user", path=path)


class TestBuiltin:
    """What comes with the package."""

    def test_the_activities_are_those_on_the_list(self) -> None:
        assert {template.name for template in REGISTRY.templates("activity")} == ACTIVITIES

    def test_the_workflows_are_those_of_the_paper(self) -> None:
        assert [template.name for template in REGISTRY.templates("workflow")] == [
            "synchronous_handler",
            "streaming_processor",
            "batch_with_checkpoints",
            "validator_with_fallback",
        ]

    def test_the_effects_are_there(self) -> None:
        assert [template.name for template in REGISTRY.templates("effect")] == [
            "http_request",
            "db_query",
            "notification",
        ]

    @pytest.mark.parametrize("template", ALL, ids=lambda template: template.name)
    def test_each_says_what_it_is_for(self, template: Template) -> None:
        assert template.use_when
        assert template.avoid_when
        assert 8 <= len(template.tags) <= 20
        assert len(set(template.tags)) == len(template.tags)
        assert not template.purpose.endswith(".")
        assert len(template.purpose) < 80

    @pytest.mark.parametrize("template", ALL, ids=lambda template: template.name)
    def test_each_parameter_is_described_and_its_default_fits(self, template: Template) -> None:
        for name, schema in properties_of(template.parameters).items():
            assert isinstance(schema, dict)
            assert len(str(schema.get("description", ""))) > 10, name
            assert "default" not in schema or Checker(schema).is_valid(schema["default"]), name

    @pytest.mark.parametrize("template", ALL, ids=lambda template: template.name)
    def test_each_names_functions_that_exist(self, template: Template) -> None:
        assert describe_functions(template.functions).count("import") <= len(template.functions)

    @pytest.mark.parametrize("template", ALL, ids=lambda template: template.name)
    def test_each_names_only_templates_that_exist(self, template: Template) -> None:
        advice = [line.partition("; take ")[2] for line in template.avoid_when if "; take " in line]
        named = [word for text in advice for word in text.replace(" or ", " ").split(" ")[:2]]
        assert [
            word for word in named if word.strip(",") not in REGISTRY and word not in {"the", "first"}
        ] == []

    def test_what_the_coder_is_told_is_that_of_the_older_templates(self) -> None:
        for older in TEMPLATES:
            found = REGISTRY.find(older.name)
            assert (found.guidance, found.functions, found.purpose) == (
                older.guidance,
                older.functions,
                older.purpose,
            )


class TestNames:
    """Looking up and adding."""

    def test_a_template_is_found_by_its_name(self) -> None:
        assert REGISTRY.find("mapper").purpose == "translate a value by a lookup table"
        assert "mapper" in REGISTRY
        assert len(REGISTRY) == 26

    def test_an_unknown_name_is_met_with_the_nearest(self) -> None:
        with pytest.raises(InputError, match=r"there is no template 'maper'\. Did you mean 'mapper'\?"):
            REGISTRY.find("maper")

    def test_an_unknown_name_without_a_near_one_is_met_with_all(self) -> None:
        with pytest.raises(InputError, match="Known are: aggregator, "):
            REGISTRY.find("zzz")

    def test_a_taken_name_is_refused_with_the_file_of_the_newcomer(self) -> None:
        registry = builtin_registry()
        with pytest.raises(SpecError) as caught:
            registry.add(user_template("other"), user_template("mapper", Path("mine/mapper/template.yaml")))
        assert (
            str(caught.value)
            == "mine/mapper/template.yaml:1:1: the name 'mapper' is taken by a builtin template; choose another"
        )
        assert "other" not in registry

    def test_two_newcomers_of_one_name_are_refused(self) -> None:
        with pytest.raises(SpecError, match=r"is taken by the one in mine/price_tag/template\.yaml"):
            TemplateRegistry([user_template(), user_template(path=Path("b/price_tag/template.yaml"))])


class TestDigests:
    """Equal digests, equal templates."""

    def test_the_order_of_templates_does_not_count(self) -> None:
        assert TemplateRegistry(reversed(ALL)).digest == REGISTRY.digest

    def test_it_is_the_same_in_another_registry(self) -> None:
        assert builtin_registry().digest == REGISTRY.digest

    @pytest.mark.parametrize(
        "changed",
        [
            {"purpose": "else"},
            {"version": "1.0.1"},
            {"parameters": {**REGISTRY.find("mapper").parameters, "maxProperties": 9}},
            {"renderer": lambda values: replace(REGISTRY.find("mapper").renderer(values), text="x = 1")},
        ],
        ids=["purpose", "version", "parameters", "code"],
    )
    def test_whatever_changes_changes_it(self, changed: dict[str, object]) -> None:
        template = REGISTRY.find("mapper")
        assert replace(template, **changed).digest != template.digest  # type: ignore[arg-type]  # any field


class TestParameters:
    """What wrong parameters are told."""

    @pytest.mark.parametrize(
        ("name", "parameters", "field", "message"),
        [
            ("mapper", {}, "", "the field 'values' is missing"),
            (
                "mapper",
                {"values": {"a": []}, "valeus": 1},
                "valeus",
                "unknown field 'valeus'; known fields are",
            ),
            ("mapper", {"values": {"a": "b"}}, "values.a", "parameter 'values.a': \"b\" is not of type"),
            ("mapper", {"values": {"a": []}, "step": "A b"}, "step", "parameter 'step': "),
            ("mapper", {"values": {"a": []}, "step": "class"}, "step", "'class' hides a name of Python"),
            (
                "mapper",
                {"values": {"a": []}, "step": "fold"},
                "step",
                "'fold' is a function that the code may call",
            ),
            ("mapper", {"values": {"a": []}, "field": "x y"}, "field", "parameter 'field': "),
            ("classifier", {"labels": {"a": {"x": 1}}}, "labels", "parameter 'labels': "),
            (
                "classifier",
                {"labels": {"a": {"x": 0}, "b": {"y": 1}}},
                "labels.a.x",
                "parameter 'labels.a.x': ",
            ),
        ],
        ids=["missing", "unknown", "type", "name", "keyword", "function", "field", "few", "bound"],
    )
    def test_they_are_refused_with_their_place(
        self, name: str, parameters: JsonObject, field: str, message: str
    ) -> None:
        with pytest.raises(InputError) as caught:
            REGISTRY.find(name).render(parameters)
        assert message in str(caught.value)
        assert caught.value.field == field

    def test_those_left_out_take_their_defaults(self) -> None:
        filled = REGISTRY.find("mapper").filled({"values": {}, "field": "x"})
        assert filled == {"values": {}, "step": "map_value", "field": "x", "result_field": "result"}
