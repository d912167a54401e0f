"""JSON Schemas as TypedDicts. That the types hold in mypy's eyes is tested with the generated files."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.typed_dicts import class_name, one_line, render_typed_dict, type_prefixes

STRING: JsonObject = {"type": "string"}


def schema(
    properties: JsonObject, *, optional: tuple[str, ...] = (), definitions: JsonObject | None = None
) -> JsonObject:
    required: list[JsonValue] = [name for name in properties if name not in optional]
    whole: JsonObject = {"type": "object", "required": required, "properties": properties}
    return whole if definitions is None else {**whole, "$defs": definitions}


def fields(source: str) -> dict[str, str]:
    """Field and type of the last class in `source`."""
    last = ast.parse(source).body[-1]
    assert isinstance(last, ast.ClassDef)
    return {
        node.target.id: ast.unparse(node.annotation)
        for node in last.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def type_of(child: Any, *, optional: bool = False, definitions: JsonObject | None = None) -> str:
    """The type of one field `x` with this schema."""
    return fields(
        render_typed_dict(
            "T", schema({"x": child}, optional=("x",) if optional else (), definitions=definitions)
        )
    )["x"]


TYPES: dict[str, tuple[Any, str]] = {
    "string": (STRING, "str"),
    "integer": ({"type": "integer"}, "int"),
    "number": ({"type": "number"}, "float"),
    "boolean": ({"type": "boolean"}, "bool"),
    "null": ({"type": "null"}, "None"),
    "nullable": ({"type": ["string", "null"]}, "str | None"),
    "several": ({"type": ["integer", "number", "string"]}, "int | float | str"),
    "twice the same": ({"type": ["string", "string"]}, "str"),
    "anything": ({}, "object"),
    "true": (True, "object"),
    "list": ({"type": "array", "items": STRING}, "list[str]"),
    "list of anything": ({"type": "array"}, "list[object]"),
    "list of lists": (
        {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        "list[list[int]]",
    ),
    "list or null": ({"type": ["array", "null"], "items": STRING}, "list[str] | None"),
    "object": ({"type": "object"}, "dict[str, object]"),
    "object or list": ({"type": ["object", "array"]}, "dict[str, object] | list[object]"),
    "words": ({"enum": ["a", "b"]}, "Literal['a', 'b']"),
    "words with quotes": (
        {"enum": ["it's", 'a "b"', "a\nb", "\u200b"]},
        "Literal[\"it's\", 'a \"b\"', 'a\\nb', '\\u200b']",
    ),
    "integers": ({"enum": [1, -2]}, "Literal[1, -2]"),
    "mixed": ({"enum": ["a", 1, True, None]}, "Literal['a', 1, True, None]"),
    "floats": ({"enum": [0.5, 1]}, "float"),
    "floats and words": ({"enum": [0.5, "a", None]}, "float | str | None"),
    "no value": ({"enum": []}, "object"),
    "objects": ({"enum": [{"a": 1}]}, "object"),
    "constant": ({"const": "a"}, "Literal['a']"),
    "null constant": ({"const": None}, "Literal[None]"),
    "any of": ({"anyOf": [STRING, {"type": "integer"}]}, "object"),
    "unknown reference": ({"$ref": "#/$defs/none"}, "object"),
    "reference to the whole": ({"$ref": "#"}, "object"),
}


@pytest.mark.parametrize(("child", "expected"), TYPES.values(), ids=TYPES)
def test_a_schema_has_this_type(child: Any, expected: str) -> None:
    assert type_of(child) == expected


def test_a_field_that_may_be_left_out_is_not_required() -> None:
    assert type_of({"type": ["string", "null"]}, optional=True) == "NotRequired[str | None]"


def test_no_fields_make_an_empty_class() -> None:
    assert render_typed_dict("T", schema({})) == "class T(TypedDict):\n    pass"


def test_a_schema_without_a_list_of_required_fields_requires_none() -> None:
    assert "NotRequired[str]" in render_typed_dict("T", {"type": "object", "properties": {"x": STRING}})


class TestObjects:
    """Nested objects and definitions."""

    def test_a_nested_object_is_a_class_above(self) -> None:
        source = render_typed_dict("T", schema({"place": schema({"city": STRING})}))
        assert source == "class TPlace(TypedDict):\n    city: str\n\nclass T(TypedDict):\n    place: TPlace"

    def test_a_list_of_objects_is_a_list_of_a_class(self) -> None:
        source = render_typed_dict(
            "T", schema({"lines": {"type": "array", "items": schema({"sku": STRING})}})
        )
        assert "class TLinesItem(TypedDict):\n    sku: str" in source
        assert fields(source) == {"lines": "list[TLinesItem]"}

    def test_a_definition_is_a_class_of_the_field_that_refers_to_it(self) -> None:
        source = render_typed_dict(
            "T", schema({"a": {"$ref": "#/$defs/p"}}, definitions={"p": schema({"x": STRING})})
        )
        assert fields(source) == {"a": "TA"}

    def test_the_name_of_a_definition_may_be_escaped(self) -> None:
        assert type_of({"$ref": "#/$defs/a~1b~0c"}, definitions={"a/b~c": STRING}) == "str"

    def test_a_recursive_definition_is_an_object_from_its_second_level_on(self) -> None:
        node: JsonObject = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
        source = render_typed_dict("T", schema({"a": {"$ref": "#/$defs/node"}}, definitions={"node": node}))
        assert "class TA(TypedDict):\n    next: NotRequired[object]" in source

    def test_definitions_that_refer_to_each_other_end(self) -> None:
        definitions: JsonObject = {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}
        assert type_of({"$ref": "#/$defs/a"}, definitions=definitions) == "object"

    @pytest.mark.parametrize(
        "properties",
        [
            {"a_b": schema({"x": STRING}), "aB": schema({"y": STRING})},
            {"x": {"type": "array", "items": schema({"p": STRING})}, "x_item": schema({"q": STRING})},
            {"日本": schema({"x": STRING}), "本日": schema({"y": STRING})},
            {"a": schema({"b": schema({"x": STRING})}), "a_b": schema({"y": STRING})},
            {"a": schema({"x": STRING}), "A": schema({"y": STRING}), "a2": schema({"z": STRING})},
        ],
        ids=" ".join,
    )
    def test_objects_that_would_be_called_alike_get_names_of_their_own(self, properties: JsonObject) -> None:
        source = render_typed_dict("T", schema(properties))
        names = re.findall(r"^(?:class )?(\w+)(?= = TypedDict|\(TypedDict\))", source, re.MULTILINE)
        assert len(names) == len(set(names)) == str(properties).count("required") + 1


class TestNames:
    """Names of fields and classes."""

    @pytest.mark.parametrize(
        "name", ["class", "None", "a b", "it's", 'a"b', "a\nb", "1a", "", "größe", "__x", "ﬁeld", "a-b"]
    )
    def test_a_field_that_cannot_be_a_name_in_a_class_is_written_as_a_text(self, name: str) -> None:
        source = render_typed_dict("T", schema({name: STRING, "x": STRING}))
        names: dict[str, Any] = {}
        exec(f"from typing import TypedDict\n{source}", names)
        assert list(names["T"].__annotations__) == [name, "x"]

    @pytest.mark.parametrize("name", ["id", "type", "match", "_x", "x1", "str", "data"])
    def test_any_other_field_is_a_name(self, name: str) -> None:
        assert f"    {name}: str" in render_typed_dict("T", schema({name: STRING}))

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("read_ticket", "ReadTicket"),
            ("a", "A"),
            ("aB", "AB"),
            ("x-y z", "XYZ"),
            ("2nd", "_2nd"),
            ("", "_"),
            ("é", "_"),
        ],
    )
    def test_a_text_as_a_class_name(self, text: str, name: str) -> None:
        assert class_name(text) == name

    def test_steps_keep_their_own_prefixes_where_nothing_clashes(self) -> None:
        assert type_prefixes(["read_note", "decide"]) == {"read_note": "ReadNote", "decide": "Decide"}

    @given(
        st.lists(
            st.sampled_from(["a", "a_input", "a_output", "a1", "a_1", "step2_a", "a_input_input", "step2a"]),
            unique=True,
        )
    )
    def test_no_type_of_a_step_can_be_called_like_one_of_another(self, steps: list[str]) -> None:
        prefixes = list(type_prefixes(steps).values())
        for first in prefixes:
            for second in prefixes:
                if first is not second:
                    assert first != second
                    assert not first.startswith((f"{second}Input", f"{second}Output"))


class TestComments:
    """What a type cannot say."""

    def comment(self, **child: Any) -> str:
        source = render_typed_dict("T", schema({"x": {"type": "string", **child}, "y": STRING}))
        ast.parse(source)
        assert source.count("\n") == 2
        return source.split("\n")[1].partition("str")[2]

    def test_a_format_is_told_in_words(self) -> None:
        assert self.comment(format="decimal") == '  # decimal text such as "12.50"'

    def test_bounds_are_told_as_they_are(self) -> None:
        assert self.comment(minLength=1, maxLength=3) == "  # minLength 1, maxLength 3"

    @pytest.mark.parametrize(
        "text", ["a\nb", "a # b", "it's \"so\" '''and''' \\n", "a\r\nb", "a\u2028b", "a\x00b", "a\x0cb"]
    )
    def test_a_description_stays_in_its_line(self, text: str) -> None:
        assert self.comment(description=text).startswith("  # ")

    def test_a_pattern_stays_in_its_line(self) -> None:
        assert self.comment(pattern="^a\nb$") == "  # pattern ^a b$"

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("type: ignore", "type - ignore"),
            ("Account type: checking", "Account type - checking"),
            ("x # noqa: E501", "x # no-qa: E501"),
            ("NOSEC", "NO-SEC"),
            ("pragma: no cover", "prag-ma: no cover"),
            ("fmt: off", "fmt - off"),
            ("prototype: x, notype", "prototype: x, notype"),
        ],
    )
    def test_no_description_can_silence_a_checker(self, text: str, shown: str) -> None:
        assert self.comment(description=text) == f"  # {shown}"

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("a\u200bb", "ab"),
            ("a\u202eb", "ab"),
            ("a\x07b", "a b"),
            ("  a \n\n b ", "a b"),
            ("ä 日本", "ä 日本"),
        ],
    )
    def test_one_line_has_no_invisible_characters(self, text: str, line: str) -> None:
        assert one_line(text) == line


JSON_NAMES = st.text(alphabet="ab_ 1ü\"'\\\n#", max_size=4)
SCHEMAS = st.recursive(
    st.sampled_from([child for child, _ in TYPES.values()])
    | st.builds(lambda text: {"type": "string", "description": text}, st.text(max_size=10)),
    lambda children: (
        st.builds(lambda items: {"type": "array", "items": items}, children)
        | st.builds(
            lambda properties: {"type": "object", "properties": properties},
            st.dictionaries(JSON_NAMES, children, max_size=3),
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(JSON_NAMES, SCHEMAS, max_size=4))
def test_every_schema_gives_python_with_each_class_once(properties: JsonObject) -> None:
    source = render_typed_dict("T", {"type": "object", "properties": properties})
    names: dict[str, Any] = {}
    exec(f"from __future__ import annotations\nfrom typing import *\n{source}", names)
    body = ast.parse(source).body
    assert len(
        {
            ast.unparse(node).split("(")[0].split(" ")[0 if isinstance(node, ast.Assign) else 1]
            for node in body
        }
    ) == len(body)
    assert list(names["T"].__annotations__) == list(properties)
