"""The page works offline, cannot be made to run anything, and is whole without a script."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.unit.bench.report.made_up import ALL, ATTACK, Plan, make_run

from compiled_ai.bench.report.page import html_page
from compiled_ai.bench.report.report import Report, build_report
from compiled_ai.bench.rows import Run

VOID = {"meta", "br", "hr", "img", "col"}


@dataclass
class _Page(HTMLParser):
    """What a browser would find."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({key for key, _ in attrs}) == len(attrs), f"an attribute of {tag} stands twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _parsed(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    assert not page.open, "an element is not closed"
    return page


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return html_page(report)


@pytest.fixture(scope="module")
def page(text: str) -> _Page:
    return _parsed(text)


def test_there_is_no_script_and_no_handler_and_nothing_is_loaded(page: _Page) -> None:
    names = {name for name, _ in page.elements}
    assert not names & {
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "base",
        "form",
        "img",
        "foreignobject",
        "use",
        "image",
    }
    for _, attributes in page.elements:
        assert not [
            key for key in attributes if key.startswith("on") or key in {"src", "srcdoc", "style", "action"}
        ]
        address = attributes.get("href")
        assert address is None or re.match(r"(https?://|#)", address)


def test_an_attackers_output_is_shown_and_does_nothing(text: str, page: _Page) -> None:
    shown = " ".join(page.text)
    assert "alert(1)" in shown, "the attack is in the gallery"
    assert "<script>alert(1)</script>" in shown, "as text"
    assert "<script" not in text
    assert "\u202e" not in text
    assert "\\u202e" in text
    text.encode("utf-8")


@pytest.mark.parametrize(
    "place", ["dataset", "system", "case_id", "task_id", "group", "reason", "error", "model", "source"]
)
def test_an_attack_from_any_field_is_only_text(place: str) -> None:
    run = make_run(Plan(systems=ALL[:2], held_out=8, seen=4))
    info, rows, preparations = run.info, run.cases, run.preparations
    if place == "dataset":
        info = info.model_copy(update={"dataset": ATTACK})
    if place in {"model", "run_id"}:
        info = info.model_copy(update={place: ATTACK})
    if place == "source":
        info = info.model_copy(
            update={"dataset_description": {"source": "javascript:alert(1)", ATTACK: ATTACK}}
        )
    if place == "system":
        info = info.model_copy(update={"systems": {ATTACK: {"a": ATTACK}, **info.systems}})
        rows = tuple(
            row.model_copy(update={"system": ATTACK}) if row.system == "direct" else row for row in rows
        )
    if place in {"case_id", "task_id", "group", "reason", "error"}:
        rows = tuple(row.model_copy(update={place: ATTACK + row.case_id}) for row in rows)
    page = _parsed(
        html_page(build_report([Run(info=info, cases=rows, preparations=preparations, inputs=run.inputs)]))
    )
    test_there_is_no_script_and_no_handler_and_nothing_is_loaded(page)


def test_the_policy_forbids_all_but_the_pages_own_style(text: str, page: _Page) -> None:
    policy = next(
        attributes["content"]
        for name, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    assert policy
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_headings_skip_no_level_and_links_within_the_page_lead_somewhere(page: _Page) -> None:
    levels = page.headings
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    within = {
        (attributes.get("href") or "")[1:]
        for _, attributes in page.elements
        if (attributes.get("href") or "").startswith("#")
    }
    assert within <= set(ids)


def test_every_plot_is_there_for_both_widths_and_described(page: _Page) -> None:
    plots = [attributes for name, attributes in page.elements if name == "svg" and "role" in attributes]
    assert len(plots) >= 10
    assert all(attributes["aria-label"] for attributes in plots)
    classes = [attributes["class"] for attributes in plots]
    assert classes.count("wide") == classes.count("narrow") == len(classes) // 2


@pytest.mark.parametrize(
    "words",
    [
        "that nobody had shown it",
        "All systems on the same cases",
        "What limits the claim",
        "When it pays",
        "Wrong without a word",
        "Seven categories",
        "Code quality",
        "https://example.org/made-up",
        "Definitions: Tokens",
    ],
)
def test_the_page_holds_each_part(page: _Page, words: str) -> None:
    assert words in " ".join(page.text)


def test_tables_scroll_in_boxes_that_the_keyboard_reaches(page: _Page) -> None:
    boxes = [attributes for _, attributes in page.elements if attributes.get("class") == "scroll"]
    assert boxes
    assert all(box["tabindex"] == "0" and box["aria-label"] for box in boxes)
    assert len(boxes) == sum(name == "table" for name, _ in page.elements)


def test_a_run_without_rows_still_gives_a_page(empty_report: Report) -> None:
    assert "Nothing can be concluded" in " ".join(_parsed(html_page(empty_report)).text)


def test_systems_that_take_nothing_need_no_plot_of_costs() -> None:
    text = " ".join(_parsed(html_page(build_report([make_run(Plan(systems=(ALL[6], ALL[7])))]))).text)
    assert "No system took any tokens" in text
    assert "executions (log scale)" not in text


def test_no_run_at_all_gives_a_page() -> None:
    assert "hold no rows" in " ".join(_parsed(html_page(build_report([]))).text)


def test_several_datasets_have_a_verdict_each() -> None:
    runs = [
        make_run(Plan(systems=ALL[:3], held_out=8)),
        make_run(Plan(dataset="xy", systems=ALL[:2], held_out=8, seed=2)),
    ]
    page = _parsed(html_page(build_report(runs)))
    verdicts = [attributes for name, attributes in page.elements if name == "section"]
    assert len(verdicts) == 2
    assert page.headings.count(1) == 1


def test_a_run_by_hand_says_why_there_is_no_latency() -> None:
    by_hand = tuple(dataclasses.replace(system, by_hand=bool(system.tokens)) for system in ALL[:2])
    text = " ".join(_parsed(html_page(build_report([make_run(Plan(systems=by_hand))]))).text)
    assert "No latency is shown for:" in text


def test_the_same_run_gives_the_same_page(run: Run, text: str) -> None:
    assert html_page(build_report([run])) == text
