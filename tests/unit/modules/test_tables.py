from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.modules.tables import (
    column,
    find_line_items,
    find_table,
    find_tables,
    key_values,
    value_of,
)

PAIRS = {
    "Invoice No: 4711": {"Invoice No": "4711"},
    "Invoice: 1; Due: 5 May": {"Invoice": "1", "Due": "5 May"},
    "Name = John Smith": {"Name": "John Smith"},
    "**Name:** John": {"Name": "John"},
    "- Name: John": {"Name": "John"},
    "Due date ........ 5 May": {"Due date": "5 May"},
    "Phone    555 123": {"Phone": "555 123"},
    "Phone\t555 123": {"Phone": "555 123"},
    "A: 1   B: 2, 3": {"A": "1", "B": "2, 3"},
    "Address:\n  12 Main St\nCity: Ulm": {"Address": "12 Main St", "City": "Ulm"},
    "Name:\nCity: Ulm": {"City": "Ulm"},
    "Total: 5\nTotal: 6": {},
    "Total: 5\nTotal: 5": {"Total": "5"},
    "Start: 10:30": {"Start": "10:30"},
    "at 10:30": {},
    "Site: https://a.b": {"Site": "https://a.b"},
    "https://a.b": {},
    "what I wanted to say to you all today: hello": {},
    "Stra\u00dfe\uff1a Ring 5": {"Stra\u00dfe": "Ring 5"},
    "Name: John Smith DOB: 1980": {},
    "Title: Foo: a story": {"Title": "Foo: a story"},
    "Nut    2    3.50": {},
    "Pos  Name    Qty": {},
    "no pairs here": {},
    "": {},
}


@pytest.mark.parametrize(("text", "expected"), PAIRS.items(), ids=PAIRS)
def test_pairs_are_read(text: str, expected: dict[str, str]) -> None:
    assert key_values(text) == expected


def test_value_is_looked_up_by_any_name() -> None:
    values = key_values("Invoice No.: 4711\nDATE: 5 May\nTotal: 3\nSum: 4")
    assert value_of(values, "invoice no", "number") == "4711"
    assert value_of(values, "Date") == "5 May"
    assert value_of(values, "due") is None
    assert value_of(values, "total", "sum") is None


PEOPLE = [{"Name": "Jo", "Age": "5"}, {"Name": "Al", "Age": "61"}]
TABLES = {
    "pipes": "| Name | Age |\n|------|----:|\n| Jo   | 5   |\n| Al | 61 |",
    "open-pipes": "Name | Age\n--- | ---\nJo | 5\nAl | 61",
    "tabs": "Name\tAge\nJo\t5\nAl\t61",
    "commas": "Name,Age\nJo,5\nAl,61",
    "semicolons": "Name; Age\nJo;5\nAl;61",
    "quotes": '"Name","Age"\n"Jo",5\nAl,"61"',
    "aligned": "Name   Age\n----------\nJo       5\nAl      61",
    "ragged": "Name  Age\nJo  5\nAl  61",
    "in-prose": "Dear all, here they are\n\nName  Age\nJo      5\nAl     61\n\nBye, and thanks for all",
    "boxed": "+------+-----+\n| Name | Age |\n+------+-----+\n| Jo | 5 |\n| Al | 61 |\n+------+-----+",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_table_is_read_in_any_style(text: str) -> None:
    assert find_table(text) == PEOPLE


def test_cell_of_an_aligned_table_may_be_empty() -> None:
    text = "Item          Qty  Price\nBlue widget     2   3.50\nShipping             5.00\n"
    assert find_table(text)[1] == {"Item": "Shipping", "Qty": "", "Price": "5.00"}


def test_quoted_cell_may_hold_the_separator_and_quotes() -> None:
    assert find_table('a,b,c\n1,"x, y","say ""hi"""')[0] == {"a": "1", "b": "x, y", "c": 'say "hi"'}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Hello Bob, how are you\nFine, thanks for asking", id="prose"),
        pytest.param("Berlin, DE\nParis, FR", id="places"),
        pytest.param("Name:   John\nDate:   2026", id="pairs"),
        pytest.param("1,2\n3,4", id="numbers-without-header"),
        pytest.param("a|a\n1|2", id="same-names"),
        pytest.param("Name|Age", id="header-alone"),
        pytest.param("Name|Age\nJo", id="row-without-cells"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_table_is_left_out(text: str) -> None:
    assert find_table(text) == []


def test_tables_are_found_in_order_and_columns_by_name() -> None:
    tables = find_tables(TABLES["pipes"] + "\n\n" + "Unit Price,Qty.\n5,1")
    assert [len(rows) for rows in tables] == [2, 1]
    assert column(tables[0], "age") == ["5", "61"]
    assert column(tables[1], "price", "unit price") == ["5"]
    assert column(tables[1], "qty") == ["1"]
    assert column([], "qty") == column(tables[1], "amount") == []


LINES = [
    *("2 x Widget @ 3.50 = 7.00", "Widget 2 3.50 7.00", "2 Widget 3.50 7.00", "Widget (2 x 3.50) 7.00", "Widget   2   3.50   7.00"),
    *("- 2x Widget @ 3.50 each = 7.00", "Widget ..... 2 3.50 7.00", "Widget 2 x $3.50 = $7.00", "2 pcs Widget at 3,50 EUR: 7,00 EUR"),
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_line_item_is_read_from_a_line(line: str) -> None:
    items = find_line_items(f"Thanks for your order\n{line}\nTotal 7.00")
    assert items
    assert [
        (item.description, str(item.quantity), str(item.unit_price), str(item.amount)) for item in items
    ] == [("Widget", "2", "3.50", "7.00")]


def test_line_items_are_read_from_a_table_without_its_totals() -> None:
    text = "Description  Qty  Unit price  Amount\nNut          2        3.50      7.00\nBolt M8      10      1.25       12.50\nTotal                            19.50"
    items = find_line_items(text)
    assert items
    assert [(item.description, str(item.quantity), str(item.amount)) for item in items] == [
        ("Nut", "2", "7.00"),
        ("Bolt M8", "10", "12.50"),
    ]


def test_items_are_found_below_other_blocks_with_columns() -> None:
    text = "Invoice: 1         Date: 5 May\nBill To:           Ship To:\nJo                 Al\n\nItem   Qty   Price\n------------------\nNut      2    3.50\nBolt     1    1.00\n"
    items = find_line_items(text)
    assert items is not None
    assert [item.description for item in items] == ["Nut", "Bolt"]


def test_missing_amount_is_the_product() -> None:
    items = find_line_items("Item,Qty,Price\nNut,3,0.335\nBolt,1,4")
    assert items is not None
    assert [str(item.amount) for item in items] == ["1.01", "4.00"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Item,Qty,Price,Amount\nNut,2,3.50,8.00\nBolt,1,1,1", id="table"),
        pytest.param("Nut 2 3.50 7.00\nBolt 2 3.50 8.00", id="lines"),
        pytest.param("Item,Qty,Price\nNut,two or so,3.50\nBolt,1,1", id="no-number"),
    ],
)
def test_items_that_do_not_agree_are_declined(text: str) -> None:
    assert find_line_items(text) is None


@pytest.mark.parametrize(
    "text", ["", "Total 2 3 6", "See rooms 2, 3 and 6", "Name,Age\nJo,5\nAl,6", "on 5 May 2026 at 10:30"]
)
def test_text_without_items_has_none(text: str) -> None:
    assert find_line_items(text) == []


PIECES = "| , ; a b1 2 3.50 7.00 x @ = : -- Qty Item Price Total"


@given(st.text() | st.lists(st.sampled_from([*PIECES.split(), "\n", "  ", '"']), max_size=30).map(" ".join))
def test_any_text_is_taken(text: str) -> None:
    assert all(key.strip() and value for key, value in key_values(text).items())
    for rows in find_tables(text):
        assert len({tuple(row) for row in rows}) == 1
    for item in find_line_items(text) or []:
        assert abs(item.quantity * item.unit_price - item.amount) <= 1


@given(
    st.lists(
        st.lists(st.text(alphabet='ab1 ,"', max_size=5).map(str.strip), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_csv_reads_back(rows: list[list[str]]) -> None:
    lines = [
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
        for row in [["one", "two", "three"], *rows]
    ]
    assert [list(row.values()) for row in find_table("\n".join(lines))] == rows


@pytest.mark.parametrize(
    "piece",
    [
        "a|b\n",
        "a: ",
        "| ",
        "a,b\n",
        "x  y\n",
        "1 ",
        "a\tb\n",
        '"',
        ",",
        '",',
        " ",
        "A: 1; ",
        "2 x ",
        "a,b c d, e f\n",
        "-",
        "....",
        "A \n",
    ],
)
def test_hostile_length_returns(piece: str) -> None:
    for text in (piece * (20_000 // len(piece)), "z" + piece * (20_000 // len(piece)) + "\nz|z|z"):
        key_values(text)
        find_tables(text)
        find_line_items(text)
