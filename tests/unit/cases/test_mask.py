"""What is left of data where values are kept out of logs."""

from __future__ import annotations

import pytest

from compiled_ai.cases import Mask
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import expand_object

SCHEMA = expand_object(
    {
        "patient": "string",
        "age": "integer?",
        "kind": ["new", "known"],
        "ok": "boolean",
        "lines": {"type": "array", "items": {"type": "object", "properties": {"code": {"const": "A1"}}}},
        "other": "object",
    }
)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        pytest.param({"patient": "Ada"}, {"patient": "[masked text]"}, id="a text"),
        pytest.param({"patient": ""}, {"patient": "[masked text]"}, id="an empty text"),
        pytest.param({"age": 93}, {"age": "[masked number]"}, id="a number"),
        pytest.param({"age": None, "ok": True}, {"age": None, "ok": True}, id="null and booleans stay"),
        pytest.param({"kind": "new"}, {"kind": "new"}, id="a listed value stays"),
        pytest.param({"kind": "New"}, {"kind": "[masked text]"}, id="only as it is listed"),
        pytest.param({"patient": "known"}, {"patient": "known"}, id="a listed value stays anywhere"),
        pytest.param({"lines": [{"code": "A1"}, {"code": "B"}, 7]}, {"lines": [{"code": "A1"}, {"code": "[masked text]"}, "[masked number]"]}, id="in lists"),
        pytest.param({"other": {"Ada": 1, "Bob": "x"}}, {"other": {"[masked name] 1": "[masked number]", "[masked name] 2": "[masked text]"}}, id="names of a map"),
    ],
)  # fmt: skip
def test_only_what_the_schema_says_itself_is_left(data: JsonObject, shown: JsonValue) -> None:
    assert Mask(SCHEMA).object(data) == shown
