from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.reshape import (
    average_by,
    count_by,
    flag_at,
    flatten,
    get_path,
    group_by,
    has_path,
    index_by,
    integer_at,
    list_at,
    merge,
    number_at,
    object_at,
    omit,
    pick,
    rename,
    reshape,
    sort_by,
    sum_by,
    sum_of,
    text_at,
    unflatten,
    unique,
    where,
)

ORDER: dict[str, object] = {
    "id": 7,
    "total": 12.5,
    "paid": True,
    "note": None,
    "customer": {"name": "Jo", "tags": ["a", "b"], "odd.key": 1},
    "lines": [{"sku": "x", "n": 2, "parts": [{"p": 1}]}, {"sku": "y", "n": 3, "parts": [{"p": 2}, {"p": 3}]}],
}
PATHS = {
    "": ORDER, "id": 7, "customer.name": "Jo", "customer.tags[0]": "a", "customer.tags[-1]": "b", "lines[1].sku": "y", "lines[*].n": [2, 3],
    "lines[*].parts[*].p": [1, 2, 3], 'customer["odd.key"]': 1, "customer['odd.key']": 1, "note": None, "nope": None, "id.x": None, "lines[9]": None,
    "lines.0": None, "customer[*]": None, "lines[*].nope": [], "a..b": None, ".a": None, "a.": None, "lines[x]": None, "customer.[0]": None, "lines[0]sku": None,
}  # fmt: skip


@pytest.mark.parametrize(("path", "expected"), PATHS.items(), ids=[repr(path) for path in PATHS])
def test_path_leads_to_its_value(path: str, expected: object) -> None:
    assert get_path(ORDER, path) == expected


def test_null_is_there_and_a_missing_value_is_not() -> None:
    assert has_path(ORDER, "note")
    assert not has_path(ORDER, "nope")
    assert not has_path(ORDER, "lines[")


@pytest.mark.parametrize(
    ("value", "text", "number", "whole", "flag"),
    [
        ("5", "5", None, None, None),
        (5, None, Decimal(5), 5, None),
        (5.0, None, Decimal("5.0"), 5, None),
        (0.1, None, Decimal("0.1"), None, None),
        (True, None, None, None, True),
        (None, None, None, None, None),
        (float("nan"), None, None, None, None),
        (10**400, None, None, 10**400, None),
        ([], None, None, None, None),
    ],
    ids=repr,
)
def test_typed_values_are_of_their_type_or_none(
    value: object, text: str | None, number: Decimal | None, whole: int | None, flag: bool | None
) -> None:
    data = {"v": value}
    assert (text_at(data, "v"), number_at(data, "v"), integer_at(data, "v"), flag_at(data, "v")) == (
        text,
        number,
        whole,
        flag,
    )


def test_lists_and_objects_are_fresh() -> None:
    before = copy.deepcopy(ORDER)
    list_at(ORDER, "customer.tags").append("c")
    object_at(ORDER, "customer").clear()
    assert before == ORDER
    assert list_at(ORDER, "id") == []
    assert object_at(ORDER, "lines") == {}


def test_objects_are_picked_renamed_and_reshaped() -> None:
    data = {"a": 1, "b": 2}
    assert pick(data, ["b", "x"]) == {"b": 2}
    assert omit(data, ["b", "x"]) == {"a": 1}
    assert rename(data, {"a": "z"}) == {"z": 1, "b": 2}
    assert rename(data, {"a": "b"}) is None
    assert reshape(ORDER, {"who": "customer.name", "skus": "lines[*].sku", "x": "y"}) == {
        "who": "Jo",
        "skus": ["x", "y"],
        "x": None,
    }


def test_flat_values_have_their_paths() -> None:
    assert flatten({"a": {"b": [1, {"c": None}]}, "d.e": {}, "f": []}) == {
        "a.b[0]": 1,
        "a.b[1].c": None,
        '["d.e"]': {},
        "f": [],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_flat_values_read_back(data: object) -> None:
    flat = flatten(data)
    assert unflatten(flat) == data
    assert all(get_path(data, path) == value for path, value in flat.items())


@pytest.mark.parametrize(
    "flat",
    [
        {"a": 1, "a.b": 2},
        {"a.b": 1, "a": 2},
        {"a[1]": 1},
        {"a[0]": 1, "a.b": 2},
        {"": 1, "a": 2},
        {"[*]": 1},
        {"a..b": 1},
        {".".join("a" * 200): 1},
    ],
)
def test_contradictory_paths_give_nothing(flat: dict[str, object]) -> None:
    assert unflatten(flat) is None


def test_later_values_count_in_a_merge_and_objects_are_merged() -> None:
    first = {"a": {"x": 1, "y": 2}, "b": [1]}
    assert merge(first, {"a": {"y": 3}, "b": [2]}, {"c": None}) == {
        "a": {"x": 1, "y": 3},
        "b": [2],
        "c": None,
    }
    assert first == {"a": {"x": 1, "y": 2}, "b": [1]}
    assert merge() == {}


ROWS: list[dict[str, object]] = [
    {"k": "b", "n": 0.1, "z": {"q": 1}},
    {"k": "a", "n": 2},
    {"k": "b", "n": 0.2, "z": {"q": 1}},
    {"n": 5},
]


def test_rows_are_grouped_in_order() -> None:
    groups = group_by(ROWS, "k")
    assert list(groups) == ["b", "a", ""]
    assert [row["n"] for row in groups["b"]] == [0.1, 0.2]
    assert list(group_by(ROWS, "z")) == ['{"q": 1}', ""]
    assert count_by(ROWS, "k") == {"b": 2, "a": 1, "": 1}


def test_sums_are_exact_and_need_a_number_in_every_row() -> None:
    assert sum_by(ROWS, "k", "n") == {"b": Decimal("0.3"), "a": Decimal(2), "": Decimal(5)}
    assert average_by(ROWS[:3], "k", "n") == {"b": Decimal("0.15"), "a": Decimal(2)}
    assert sum_of(ROWS, "n") == Decimal("7.3")
    assert sum_of([], "n") == 0
    assert sum_of(ROWS, "z.q") is None
    assert sum_by(ROWS, "k", "z.q") is None
    assert average_by(ROWS, "k", "z.q") is None


def test_index_needs_one_row_for_each_key() -> None:
    assert index_by(ROWS[:2], "k") == {"b": ROWS[0], "a": ROWS[1]}
    assert index_by(ROWS[:3], "k") is None
    assert index_by(ROWS[3:], "k") is None


def test_repetitions_are_left_out_by_type_and_value() -> None:
    assert unique([1, True, 1.0, 1, "1", {"a": 1, "b": 2}, {"b": 2, "a": 1}]) == [
        1,
        True,
        1.0,
        "1",
        {"a": 1, "b": 2},
    ]
    assert unique(["A", "a", "b"], key=str.lower) == ["A", "b"]


def test_rows_are_chosen_and_sorted() -> None:
    assert where(ROWS, "k", "a", "x") == [ROWS[1]]
    assert where(ROWS, "z.q", 1) == [ROWS[0], ROWS[2]]
    assert where(ROWS, "z.q", True) == []
    assert [row["n"] for row in sort_by(ROWS, "n")] == [0.1, 0.2, 2, 5]
    assert [row["n"] for row in sort_by(ROWS, "k", descending=True)] == [0.1, 0.2, 2, 5]
    mixed: list[dict[str, object]] = [{"v": "x"}, {"v": 2}, {}, {"v": True}]
    assert sort_by(mixed, "v") == [{"v": 2}, {"v": "x"}, {"v": True}, {}]


@given(JSON, st.text(alphabet="ab.[]0*-\"'\\", max_size=12))
def test_any_path_is_taken(data: object, path: str) -> None:
    get_path(data, path)
    assert has_path(data, path) or get_path(data, path) is None


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"a": [value]}
    return value


def test_deep_and_long_values_return() -> None:
    data = deep(3_000)
    assert isinstance(data, dict)
    assert len(flatten(data)) == 1
    merge(data, data)
    unique([data, data])
    group_by([data], "a")
    get_path(data, "a[0]." * 4000 + "a")
    get_path(data, '["' * 5000)
    nested: object = 1
    for _ in range(3_000):
        nested = [nested]
    get_path(nested, "[*]" * 3_000)
    get_path(nested, "[0]" * 3_000)
    rows = [{"k": str(index), "n": index} for index in range(20_000)]
    assert len(group_by(rows, "k")) == len(unique(rows)) == 20_000


def test_a_number_too_long_to_be_written_is_still_a_key() -> None:
    rows = [{"k": 10**5000}, {"k": 10**5000}, {"k": 10**5000 + 1}]
    assert list(count_by(rows, "k").values()) == [2, 1]
