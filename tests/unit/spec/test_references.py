"""Values from the scope in the parameters of effects: what is filled in, what is refused, and that nothing leads elsewhere."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.references import (
    Reference,
    ReferenceProblem,
    fill,
    find_references,
    parse_path,
    parse_text,
    take,
)

SCOPE: JsonObject = {
    "sku": "a/b c",
    "count": 3,
    "share": 0.5,
    "is_new": True,
    "none": None,
    "empty": "",
    "order": {"id": "x1", "lines": [1]},
}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("{sku}", (Reference(path=("sku",)),)),
        ("a {order.id} b", ("a ", Reference(path=("order", "id")), " b")),
        ("{{sku}}", ("{sku}",)),
        ("{{{sku}}}", ("{", Reference(path=("sku",)), "}")),
        ("{a}{b}", (Reference(path=("a",)), Reference(path=("b",)))),
    ],
)
def test_a_text_is_taken_apart(text: str, parts: tuple[str | Reference, ...]) -> None:
    assert parse_text(text) == parts


@pytest.mark.parametrize("text", ["{", "}", "{sku", "sku}", "{}", "{a b}", "{.a}", "{a.}", "{a!r}", "{{}"])
def test_a_brace_that_stands_for_nothing_is_told(text: str) -> None:
    with pytest.raises(ReferenceProblem, match=r"is no reference; write \{field\}"):
        parse_text(text)


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_or_told(text: str) -> None:
    try:
        parts = parse_text(text)
    except ReferenceProblem:
        return
    written = "".join(
        f"{{{part}}}" if isinstance(part, Reference) else part.replace("{", "{{").replace("}", "}}")
        for part in parts
    )
    assert parse_text(written) == parts


@pytest.mark.parametrize(
    ("given_value", "filled"),
    [
        ({"json": "{count}"}, {"json": 3}),
        ({"json": {"a": ["{order}", "n={count}"]}}, {"json": {"a": [{"id": "x1", "lines": [1]}, "n=3"]}}),
        ({"json": ["{none}", "{missing}"]}, {"json": [None, None]}),
        ({"json": {"n": 7, "b": None}}, {"json": {"n": 7, "b": None}}),
        ({"text": "{count}"}, {"text": "3"}),
        ({"text": "{sku}: {share} {is_new}"}, {"text": "a/b c: 0.5 true"}),
        ({"headers": {"X-N": "{count}"}}, {"headers": {"X-N": "3"}}),
        ({"url": "https://h/{sku}?q={sku}&e={empty}"}, {"url": "https://h/a%2Fb%20c?q=a%2Fb%20c&e="}),
    ],
)
def test_values_are_filled_in(given_value: JsonObject, filled: JsonObject) -> None:
    assert fill(given_value, SCOPE, keeps_types="json") == filled


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"text": "{none}"}, "'none' has no value here"),
        ({"text": "{missing}"}, "'missing' has no value here"),
        ({"text": "{order.no}"}, r"'order\.no' has no value here"),
        ({"text": "{sku.length}"}, r"'sku\.length' has no value here"),
        ({"text": "a {order}"}, "'order' is no single value"),
        ({"url": "https://h/{empty}"}, "'empty' is empty, and would leave another path"),
    ],
)
def test_a_value_that_is_not_there_is_told_without_quoting_any(value: JsonObject, message: str) -> None:
    with pytest.raises(ReferenceProblem, match=message):
        fill(value, SCOPE, keeps_types="json")


@given(st.text(min_size=1, max_size=30))
def test_no_value_leads_a_url_to_another_host_or_out_of_its_part_of_the_path(value: str) -> None:
    filled = str(fill({"url": "https://h.example/v1/{a}/end?q=1"}, {"a": value}, keeps_types="json")["url"])
    parts = urlsplit(filled)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "h.example", "q=1", "")
    _, first, part, end = parts.path.split("/")
    assert (first, end) == ("v1", "end")
    assert unquote(part, errors="surrogatepass") == value


def test_references_are_found_with_their_places() -> None:
    value: JsonObject = {"json": {"a": ["{x}"]}, "text": "of {y.z}"}
    assert [(one.place, str(one.reference), one.is_alone) for one in find_references(value)] == [
        (("json", "a", 0), "x", True),
        (("text",), "y.z", False),
    ]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("json", ({"items": [{"price": 1}, {"price": None}]}, True)),
        ("json.items[0].price", (1, True)),
        ("json.items[1].price", (None, True)),
        ("json.items[2].price", (None, False)),
        ("json.items.price", (None, False)),
        ("json[0]", (None, False)),
        ("headers.content-type", ("text/plain", True)),
        ("status.code", (None, False)),
    ],
)
def test_a_path_leads_to_its_value(path: str, found: tuple[JsonValue, bool]) -> None:
    answer: JsonObject = {
        "status": 200,
        "headers": {"content-type": "text/plain"},
        "json": {"items": [{"price": 1}, {"price": None}]},
    }
    assert take(answer, parse_path(path)) == found


@pytest.mark.parametrize("path", ["", ".", "a.", "a b", "[0]", "a[x]", "a[-1]", "a[]", "a[0000000]", "$.a"])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(ReferenceProblem, match="is no path"):
        parse_path(path)
