"""A report as one HTML page that works offline: no script, no address is loaded, and what comes from data cannot run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from compiled_ai.bench.report.figures_text import plural
from compiled_ai.bench.report.gallery import Room, Shelf, Shown
from compiled_ai.bench.report.grades import category_tables, graded_table
from compiled_ai.bench.report.layout import block, bullet_list, facts, figure, folded, sentence, table
from compiled_ai.bench.report.markup import Html, join, link, tag
from compiled_ai.bench.report.methods import methods
from compiled_ai.bench.report.plots import accuracy_of, break_even_of, funnel_of, latency_of
from compiled_ai.bench.report.report import Report, Section
from compiled_ai.bench.report.style import style_sheet
from compiled_ai.bench.report.tables import (
    baselines_table,
    groups_table,
    main_split,
    paired_table,
    volume_table,
)
from compiled_ai.bench.report.tiles import tiles_of
from compiled_ai.bench.report.verdict import Standing

BADGES: dict[Standing, str] = {
    "supported": "✓ Claim supported here",
    "disproved": "✗ Claim disproved here",
    "mixed": "± Mixed",
    "undecided": "? Undecided",
    "nothing": "∅ No conclusion",
}
"""A sign and words: the colour alone says nothing."""
CLAIM = "The claim under test: code that a model compiled once answers later requests about as often right as a model asked each time, for fewer tokens."


def html_page(report: Report) -> str:
    """The page."""
    style = style_sheet()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        _policy(style),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag(
            "title",
            f"Compiled AI benchmark: {', '.join(item.dataset.title for item in report.sections) or 'no rows'}",
        ),
        tag("style", Html(style)),
    )
    body = tag("body", _top(report), tag("main", *_main(report)), _footer(report))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _policy(style: str) -> Html:
    """Nothing may be loaded or run, and the only style is ours: a second wall behind the escaping."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    content = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return tag("meta", http_equiv="Content-Security-Policy", content=content)


def _top(report: Report) -> Html:
    first = report.summary.runs[0] if report.summary.runs else None
    models = sorted({run.model for run in report.summary.runs if run.model not in ("", "none")})
    said = [
        plural(len(report.summary.runs), "run"),
        f"model {', '.join(models)}" if models else "no model",
        first.started_at[:10] if first else "",
        f"Compiled AI {first.version}" if first else "",
    ]
    return tag(
        "header",
        tag("p", "Compiled AI · benchmark report", class_="kicker"),
        tag("h1", "Does code compiled once answer as well as a model asked each time?"),
        tag("p", " · ".join(filter(None, said)), class_="meta"),
        tag("p", CLAIM, class_="quiet"),
        class_="top",
    )


def _main(report: Report) -> list[Html]:
    if not report.sections:
        return [tag("p", "These runs hold no rows, so there is nothing to report.")]
    parts = [_verdict(section, number) for number, section in enumerate(report.sections)]
    for number, section in enumerate(report.sections):
        parts += _section(section, f"d{number}")
    return [*parts, tag("h2", "Methods", id="methods"), *methods(report)]


def _verdict(section: Section, number: int) -> Html:
    verdict, limits = section.verdict, section.limits
    return tag(
        "section",
        tag("span", BADGES[verdict.standing], class_="badge"),
        tag("h2", verdict.title),
        tiles_of(section.dataset),
        tag("div", *(tag("p", sentence(text)) for text in verdict.sentences), class_="said"),
        tag(
            "p",
            link(f"#d{number}-limits", f"{plural(len(limits), 'thing limits', 'things limit')} this verdict"),
            ".",
        ),
        class_=f"verdict {verdict.standing}",
        aria_label=f"Verdict on {section.dataset.title}",
    )


_PARTS = (
    ("systems", "All systems"),
    ("limits", "What limits the claim"),
    ("accuracy", "Seen and held out"),
    ("break-even", "When it pays"),
    ("latency", "Latency"),
    ("validation", "Validation"),
    ("volume", "Cost at volume"),
    ("failures", "Failures"),
    ("metrics", "Seven categories"),
)


def _section(section: Section, prefix: str) -> list[Html]:
    dataset = section.dataset
    builders = {
        "systems": _systems,
        "limits": _limits,
        "accuracy": _accuracy,
        "break-even": _break_even,
        "latency": _latency,
        "validation": _validation,
        "volume": _volume,
        "failures": _failures,
        "metrics": _metrics,
    }
    links = [tag("li", link(f"#{prefix}-{key}", title)) for key, title in _PARTS]
    parts = [
        tag("h2", dataset.title, id=prefix),
        tag("nav", tag("ul", *links), aria_label=f"Parts on {dataset.title}"),
    ]
    for key, title in _PARTS:
        parts.append(tag("h3", title, id=f"{prefix}-{key}"))
        parts += builders[key](section)
    return parts


def _systems(section: Section) -> list[Html]:
    words = (
        "Every case counts: errors, time-outs and tasks without an artifact are wrong, in every average. Seen are the cases that the "
        "compiler was shown, held out those that nobody was; the two are never pooled. N* stands in the row of the system that is replaced."
    )
    parts = [tag("p", words), table(baselines_table(section.dataset))]
    main = main_split(section.dataset)
    paired, groups = paired_table(section.dataset, main), groups_table(section.dataset)
    if paired is not None:
        parts.append(table(paired))
    seen = paired_table(section.dataset, "seen") if main == "held_out" else None
    if seen is not None:
        parts.append(folded("Case by case on seen cases", table(seen)))
    if groups is not None:
        parts.append(folded("Accuracy by group", table(groups)))
    return parts


def _limits(section: Section) -> list[Html]:
    if not section.limits:
        return [tag("p", "Nothing was found in the rows that limits it beyond its intervals.")]
    return [bullet_list(section.limits, "limits")]


def _accuracy(section: Section) -> list[Html]:
    caption = "Filled: held out. Dashed outline: seen. The line across the end of a bar is the 95 % interval (Wilson). What a system gets right of cases that it was shown says little about the next one."
    return [figure(accuracy_of(section.dataset), caption)]


def _break_even(section: Section) -> list[Html]:
    dataset = section.dataset
    if not any(item.tokens for system in dataset.systems for item in system.volumes):
        return [tag("p", "No system took any tokens: there is nothing to pay back.")]
    names = [system.system for system in dataset.systems]
    caption = "Both axes are logarithmic. A line starts at what preparation takes and bends upwards once executions outweigh it. The dashed line is N* against the cheapest system that asks a model each time; the shade its 95 % interval. Systems that take nothing at any count are not drawn."
    return [figure(break_even_of(dataset, money=False), caption, systems=names)]


def _latency(section: Section) -> list[Html]:
    plot = latency_of(section.dataset)
    caption = "Box: middle half; thick line: median; whisker: 5th to 99th percentile with a tick at the 95th, mark at the 99th. From a case's input to its output in a warm process."
    missing = [
        f"{system.system}: {system.latency.note or 'it answered no case'}"
        for system in section.dataset.systems
        if len(system.latency.warm_ms) < 101
    ]
    parts = [figure(plot, caption)]
    if missing:
        parts += [tag("p", "No latency is shown for:"), bullet_list(missing, "limits")]
    return parts


def _validation(section: Section) -> list[Html]:
    parts = []
    for place, system in enumerate(section.dataset.systems):
        plot = funnel_of(system, style=place)
        if plot is None:
            continue
        rungs = ", ".join(f"{name} {number}" for name, number in system.rungs.items())
        caption = f"{system.system}: {system.tasks_prepared} of {plural(system.tasks, 'task')} ended with an artifact{f' (made by: {rungs})' if rungs else ''}. Grey: reached the stage at the first attempt; filled: passed it."
        parts.append(figure(plot, caption))
    return parts or [tag("p", "No system of these runs validates anything.")]


def _volume(section: Section) -> list[Html]:
    dataset = section.dataset
    parts = [table(volume_table(dataset))]
    if any(item.usd for system in dataset.systems for item in system.volumes):
        caption = "Preparation and executions at list prices, without the machines that run code. Both axes are logarithmic."
        names = [system.system for system in dataset.systems]
        parts.append(figure(break_even_of(dataset, money=True), caption, systems=names))
    elif any(item.usd is None for system in dataset.systems for item in system.volumes):
        words = "There is no plot of money: the price of a model is not known. A listed one can stand in: --price-as."
        parts.append(tag("p", words))
    return parts


def _failures(section: Section) -> list[Html]:
    if not section.gallery:
        return [tag("p", "No case failed.")]
    words = "Inputs, expected answers and outputs as they were; chosen by a seed, not by hand. Characters that cannot be seen are written as \\u…."
    return [tag("p", words), *(part for room in section.gallery for part in _room(room))]


def _room(room: Room) -> list[Html]:
    return [
        tag("h4", f"{room.title}: {room.total:,}"),
        tag("p", room.about, class_="quiet"),
        *(
            _shelf(shelf, open_=room.key == "silent" and place == 0)
            for place, shelf in enumerate(room.shelves)
        ),
    ]


def _shelf(shelf: Shelf, *, open_: bool) -> Html:
    more = shelf.total - len(shelf.shown)
    summary = join((tag("b", shelf.system), f": {shelf.total:,}"))
    rest = tag("p", f"… and {more:,} more like these.", class_="quiet") if more else None
    return folded(summary, *(_case(shown) for shown in shelf.shown), rest, open_=open_)


def _case(shown: Shown) -> Html:
    about = [shown.case_id, shown.task_id, shown.group, shown.split.replace("_", " ")]
    about += [f"repeat {shown.repeat + 1}"] if shown.repeat else []
    why = ": ".join(filter(None, (shown.error, shown.reason)))
    return tag(
        "article",
        tag("p", " · ".join(filter(None, about)), class_="quiet"),
        tag("p", why) if why else None,
        tag(
            "div",
            block("Input", shown.input),
            block("Expected", shown.expected),
            block("Output", shown.output),
            class_="parts",
        ),
        folded("Trace", block("Trace", shown.trace)) if shown.trace else None,
        class_="case",
    )


def _metrics(section: Section) -> list[Html]:
    words = "Grades against the thresholds that the field has published; no threshold, no grade. Every definition stands under Methods."
    graded = graded_table(section.dataset)
    parts = [tag("p", words)]
    if graded is not None:
        parts.append(table(graded))
    return [*parts, *(folded(title, table(content)) for title, content in category_tables(section.dataset))]


def _footer(report: Report) -> Html:
    runs: Sequence[tuple[str, str]] = [("Runs", ", ".join(run.run_id for run in report.summary.runs))]
    return tag(
        "footer",
        facts(runs),
        tag("p", "Written by compiled-ai report. The page holds all that it shows; nothing is loaded."),
    )
