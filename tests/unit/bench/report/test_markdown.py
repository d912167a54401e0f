"""Markdown holds the tables, and nothing of the data acts in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.report.markdown import escaped, fenced, markdown_text
from compiled_ai.bench.report.report import Report


def test_it_holds_verdict_tables_limits_and_failures(report: Report) -> None:
    text = markdown_text(report)
    assert report.sections[0].verdict.title in text
    assert "| System |" in text
    assert "### What limits the claim" in text
    assert text.count("<details>") == text.count("</details>") == len(report.sections[0].gallery)


def test_rows_of_a_table_have_as_many_cells_as_its_head(report: Report) -> None:
    widths: set[int] = set()
    for line in markdown_text(report).splitlines():
        if not line.startswith("|"):
            assert len(widths) <= 1
            widths = set()
        else:
            widths.add(len(re.findall(r"(?<!\\)\|", line)))


def test_an_attack_stays_in_its_block(report: Report) -> None:
    text = markdown_text(report)
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    assert "alert(1)" in text
    assert "<script" not in outside
    assert "<img" not in outside


@given(st.text())
def test_escaped_text_is_one_line_without_open_markup(text: str) -> None:
    written = escaped(text)
    assert "\n" not in written
    assert not re.search(r"(?<!\\)(?:\\\\)*[<|`\[]", written)


@pytest.mark.parametrize("text", ["```", "a\n````\nb", "plain", ""])
def test_a_block_ends_only_at_its_fence(text: str) -> None:
    first, *lines, last = fenced(text)
    assert first == f"{last}text"
    assert last not in lines


def test_no_rows_are_said_so(empty_report: Report) -> None:
    assert "Nothing can be concluded" in markdown_text(empty_report)
