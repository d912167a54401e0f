"""Key-value blocks, tables and line items in text."""

from __future__ import annotations

import re

from compiled_ai.modules._line_items import LineItem, item_of_line, items_of_rows, may_be_item
from compiled_ai.modules._scan import plain
from compiled_ai.modules._table_blocks import blocks
from compiled_ai.modules.text import fold

__all__ = ["LineItem", "column", "find_line_items", "find_table", "find_tables", "key_values", "value_of"]

_KEY = r"[^\W\d_][^:=|\t\n;]{0,39}?"
_PAIR = re.compile(
    rf"\s*(?:[-*•>]\s+|#{{1,4}}\s+)?\*{{0,2}}(?P<key>{_KEY})\*{{0,2}}\s*(?P<mark>:|=|\t|\.{{3,}}|\s{{4,}})\*{{0,2}}(?P<value>.*)"
)
_NEXT = re.compile(rf"(?:[;|\t]\s*+|(?<!\s)\s{{3,}}+|,\s)(?={_KEY}\s?[:=])")
_COLUMNS = re.compile(r"\s{2}")
_KEY_INSIDE = re.compile(r"\S\s+[^\W\d_][\w.]*:(?:\s|$)")
_MOST_WORDS = 6
_LONGEST_LINE = 2000


def key_values(text: str) -> dict[str, str]:
    """Every "Key: value" of the text in order, keys and values as written; a key with two different values is left out.

    Also read are "Key = value", "Key ..... value", a tab or four spaces between, several in a line ("A: 1; B: 2"), bullets,
    "**Key:** value", and a value on the line below its key. A key begins with a letter and has at most six words. A value in
    which another key may begin ("Name: John Smith DOB: 1980") is left out.
    """
    found: dict[str, list[str]] = {}
    waiting: str | None = None
    for line in text.splitlines():
        pairs = _pairs(line)
        if waiting and not pairs and line.strip():
            found.setdefault(waiting, []).append(line.strip())
        waiting = None
        for key, value in pairs:
            if value:
                found.setdefault(key, []).append(value)
            elif (key, value) == pairs[-1]:
                waiting = key
    return {key: values[0] for key, values in found.items() if len(set(values)) == 1}


def _pairs(line: str) -> list[tuple[str, str]]:
    if len(line) > _LONGEST_LINE:
        return []
    pairs = []
    # In plain characters, for ":" and spaces have look-alikes, but a tab is no space here; offsets stay valid.
    scanned = "\t".join(map(plain, line.split("\t")))
    starts = [0, *(match.end() for match in _NEXT.finditer(scanned))]
    ends = [*(match.start() for match in _NEXT.finditer(scanned)), len(line)]
    for start, end in zip(starts, ends, strict=True):
        match = _PAIR.fullmatch(scanned, start, end)
        if match and _is_key(match):
            pairs.append(
                (
                    line[match.start("key") : match.end("key")].strip(),
                    line[match.start("value") : end].strip(),
                )
            )
    return pairs


def _is_key(match: re.Match[str]) -> bool:
    value = match["value"]
    if match["mark"] == ":" and (
        value.startswith("//") or (value[:1].isdigit() and match["key"][-1].isdigit())
    ):
        return False  # an address or a time
    if match["mark"] != ":" and not value.strip():
        return False
    if match["mark"].isspace() and (_COLUMNS.search(value.strip()) or _COLUMNS.search(match["key"])):
        return False  # a row of a table
    if _KEY_INSIDE.search(value):
        return False  # "Name: John Smith DOB: 1980" does not say where the name ends
    return len(match["key"].split()) <= _MOST_WORDS


def value_of(values: dict[str, str], *names: str) -> str | None:
    """The value whose key is one of `names`, whatever case, accents and punctuation; None without any or with two different ones."""
    wanted = {_bare(name) for name in names}
    found = {value for key, value in values.items() if _bare(key) in wanted}
    return found.pop() if len(found) == 1 else None


def _bare(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name)))


def find_table(text: str) -> list[dict[str, str]]:
    """The rows of the first table, each by the names of its header; empty if there is none. Cells are text.

    Tables are lines with the same number of cells, between pipes (Markdown), tabs, semicolons or commas (with CSV quotes), or in
    columns that are aligned by two spaces or more, where a cell may be empty. Lines of dashes are skipped. The header is
    the first line; its names must differ and be no numbers.
    """
    return next(iter(find_tables(text)), [])


def find_tables(text: str) -> list[list[dict[str, str]]]:
    """Every table (rules of `find_table`), in order."""
    tables = []
    for header, *rows in blocks(text):
        if _is_header(header):
            tables.append([dict(zip(header, row, strict=True)) for row in rows])
    return tables


def _is_header(names: list[str]) -> bool:
    distinct = len({fold(name) for name in names}) == len(names)
    return distinct and all(
        re.search(r"[^\W\d_]|^#$", name) and not re.search(r":(?:\s|$)", name) for name in names
    )


def column(rows: list[dict[str, str]], *names: str) -> list[str]:
    """The cells below the heading that is one of `names` (whatever case and punctuation), in order; empty without it."""
    wanted = {_bare(name) for name in names}
    headings = [heading for heading in (rows[0] if rows else {}) if _bare(heading) in wanted]
    return [row[headings[0]] for row in rows] if len(headings) == 1 else []


def find_line_items(text: str) -> list[LineItem] | None:
    """Every line item in order; None if one has a quantity times unit price that is not its amount.

    Read are tables with headings for description, quantity and unit price, and lines such as "2 x Widget @ 3.50 = 7.00" or
    "Widget 2 3.50 7.00". Totals and taxes are left out. Empty if there are no items.
    """
    found: list[LineItem] = []
    for table in find_tables(text):
        items = items_of_rows(table)
        if items is None:
            return None
        found += items
    if found:
        return found
    lines = text.splitlines()
    read = [item_of_line(line) for line in lines]
    wrong = any(item is None and may_be_item(line) for item, line in zip(read, lines, strict=True))
    found = [item for item in read if item]
    return None if found and wrong else found
