"""The overfit guard lets honest code pass: the compiled examples, activities of varied style, and code that looks like overfit and is none."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from compiled_ai.artifact.dsl import parse_workflow
from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.findings import Finding
from compiled_ai.overfit.guard import OverfitSubject, check_overfit
from compiled_ai.overfit.mutation import MutationBudget
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.model import SandboxCase, SandboxJob
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, HiddenCase, VisibleCase
from compiled_ai.spec.load import load_spec
from compiled_ai.spec.model import Accuracy, Limits

ROOT = Path(__file__).parents[3]
SANDBOX = open_sandbox("auto")
FEW = MutationBudget(mutants=4)
EXAMPLES = sorted(path.parent for path in (ROOT / "workflows").glob("**/activities.py"))


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def clean_activities() -> dict[str, str]:
    """The activities of the neighbouring test, which the static stages let pass."""
    place = Path(__file__).parents[1] / "validation" / "test_clean_activities.py"
    loader = importlib.util.spec_from_file_location("clean_activities", place)
    assert loader
    assert loader.loader
    module = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(module)
    found: dict[str, str] = {name: module.HEAD + body for name, body in module.CLEAN.items()}
    return found


INPUTS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "decimal_amounts": (
        "normalise",
        [{"amount_text": "EUR 1.469,06"}, {"amount_text": "$328.75"}, {"amount_text": "77,43"}],
    ),
    "date_formats": (
        "due_date",
        [{"issued": "01.03.2026", "terms": "30 days"}, {"issued": "2026-04-17", "terms": "net 14"}],
    ),
    "keyword_routing": (
        "route",
        [
            {"subject": "Refund please", "body": "the invoice is wrong and I want a refund"},
            {"subject": "Crash", "body": "there is an error and then a crash in the app"},
            {"subject": "Pricing", "body": "please send us a quote for ten seats"},
        ],
    ),
    "match_statement": ("area", [{"kind": "Square", "sizes": [12.5]}, {"kind": "circle", "sizes": [3.5]}]),
    "named_tuple_rows": (
        "read_lines",
        [{"text": "3 x Blue Ink\nPaper"}, {"text": "12 x Stapler\n2x Folder"}],
    ),
    "functional_typed_dict": (
        "read_header",
        [{"content-type": "text/html; charset=UTF-8"}, {"content-type": "image/png"}],
    ),
    "counter_and_defaultdict": (
        "group",
        [{"words": ["tree", "train", "house", "tree"]}, {"words": ["garden"]}],
    ),
    "iban_checksum": (
        "check_iban",
        [{"iban": "DE89 3704 0044 0532 0130 00"}, {"iban": "GB29NWBK60161331926819"}, {"iban": "FR00"}],
    ),
    "unicode_slug": ("slugify", [{"title": "Größe & Wärme im Haus"}, {"title": "A Day at the Sea"}]),
    "decision_table_of_lambdas": (
        "assess",
        [{"age": 20, "amount": 12500.5}, {"age": 44, "amount": 6100.25}, {"age": 33, "amount": 12.0}],
    ),
    "statistics_and_math": ("describe", [{"values": [1.5, 2.25, 9.125]}, {"values": [100.5]}]),
    "json_parsing": ("read_payload", [{"payload": '{"a": 12.25, "b": 3}'}, {"payload": '{"total": 8841}'}]),
    "helpers_that_build_lists": ("compress", [{"minutes": [1, 2, 3, 10, 12]}, {"minutes": [44]}]),
    "while_loop_tokeniser": ("evaluate", [{"text": "1200 + 34 - 5"}, {"text": "77 - 7"}]),
    "fuzzy_matching": ("find_product", [{"name": "Router  X1"}, {"name": "swich s8"}, {"name": "router x2"}]),
    "nested_function_and_sub_callable": (
        "mask_cards",
        [{"text": "card 4111 1111 1111 1111 is mine", "keep": 4}],
    ),
    "set_algebra_in_order": ("compare", [{"before": ["Anna", "Berta"], "after": ["berta", "Clara"]}]),
    "copied_input": (
        "clean",
        [{"id": "4711", "type": "a", "tags": [" urgent ", "new"]}, {"id": "99", "type": "b", "tags": []}],
    ),
}
SAID: dict[str, str] = {
    "fuzzy_matching": "Products: router x1 is R-X1, router x2 is R-X2, switch s8 is S-8. A near name will do.",
}


@dataclass(frozen=True, kw_only=True)
class Honest:
    """Code with cases, and what the spec says."""

    body: str
    cases: list[tuple[dict[str, Any], dict[str, Any] | None]]
    said: str = ""
    hidden: list[tuple[dict[str, Any], dict[str, Any] | None]] = field(default_factory=list)
    output: JsonObject = field(default_factory=lambda: {"type": "object"})


TRAPS: dict[str, Honest] = {
    "cue_phrases_of_a_classifier": Honest(
        body="""
            CUES = {"cancel": ["cancel my subscription", "stop"], "refund": ["refund", "money back", "i want my money back"]}


            def run(data):
                text = data["text"].lower()
                found = [name for name, cues in CUES.items() if any(cue in text for cue in cues)]
                return {"intent": found[0]} if len(found) == 1 else abstain("unclear")
            """,
        cases=[
            ({"text": "I'd like to cancel my subscription from next month on"}, {"intent": "cancel"}),
            ({"text": "I want my money back!"}, {"intent": "refund"}),
            ({"text": "Give me a refund for the lamp please"}, {"intent": "refund"}),
        ],
        output={"type": "object", "properties": {"intent": {"enum": ["cancel", "refund"]}}},
    ),
    "short_subject_as_a_cue": Honest(
        body="""
            def run(data):
                subject = data["subject"].lower()
                return {"topic": "security" if "strange mail" in subject else "bug"}
            """,
        cases=[
            (
                {"subject": "Strange mail", "body": "Is that phishing? It asks for our key."},
                {"topic": "security"},
            ),
            ({"subject": "Export fails", "body": "It throws an error since the update."}, {"topic": "bug"}),
        ],
        output={"type": "object", "properties": {"topic": {"enum": ["security", "bug"]}}},
    ),
    "minutes_of_a_day": Honest(
        body="""
            UNITS = {"day": 1440, "hour": 60, "week": 10080}


            def run(data):
                number, unit = data["text"].split()
                return {"minutes": int(number) * UNITS[unit.rstrip("s")]}
            """,
        cases=[({"text": "1 day"}, {"minutes": 1440}), ({"text": "3 hours"}, {"minutes": 180})],
    ),
    "general_knowledge": Honest(
        body="""
            CAPITALS = {
                "france": "Paris", "germany": "Berlin", "italy": "Rome", "spain": "Madrid", "austria": "Vienna", "poland": "Warsaw",
                "portugal": "Lisbon", "norway": "Oslo", "sweden": "Stockholm", "denmark": "Copenhagen",
            }


            def run(data):
                return {"capital": CAPITALS.get(data["country"].lower()) or abstain("unknown")}
            """,
        cases=[
            ({"country": "France"}, {"capital": "Paris"}),
            ({"country": "Germany"}, {"capital": "Berlin"}),
            ({"country": "Atlantis"}, None),
        ],
        said="The capital of a European country.",
    ),
    "labels_without_an_enum": Honest(
        body="""
            def run(data):
                return {"team": "Logistics" if "parcel" in data["text"] else "Accounting"}
            """,
        cases=[
            ({"text": "where is my parcel"}, {"team": "Logistics"}),
            ({"text": "the parcel is broken"}, {"team": "Logistics"}),
            ({"text": "the bill is wrong"}, {"team": "Accounting"}),
        ],
        hidden=[({"text": "the invoice is missing"}, {"team": "Accounting"})],
    ),
    "labels_that_each_example_has_once": Honest(
        body="""
            def run(data):
                if data["amount"] > 500:
                    return {"reason": "over the limit"}
                return {"reason": "no receipt"} if not data["receipt"] else {"reason": "accepted"}
            """,
        cases=[
            ({"amount": 900, "receipt": True}, {"reason": "over the limit"}),
            ({"amount": 20, "receipt": False}, {"reason": "no receipt"}),
            ({"amount": 30, "receipt": True}, {"reason": "accepted"}),
        ],
    ),
    "limit_that_the_spec_names": Honest(
        body="""
            def run(data):
                return {"paid": min(data["claimed"], 1234.5), "capped": data["claimed"] > 1234.5}
            """,
        cases=[
            ({"claimed": 1234.5}, {"paid": 1234.5, "capped": False}),
            ({"claimed": 99.75}, {"paid": 99.75, "capped": False}),
        ],
        said="At most 1,234.50 is paid.",
    ),
    "template_of_a_reply": Honest(
        body="""
            def run(data):
                return {"reply": f"Dear {data['name']}, your order {data['order']} has been cancelled."}
            """,
        cases=[
            (
                {"name": "Ada", "order": "WB-1009"},
                {"reply": "Dear Ada, your order WB-1009 has been cancelled."},
            ),
            (
                {"name": "Tom", "order": "WB-2210"},
                {"reply": "Dear Tom, your order WB-2210 has been cancelled."},
            ),
        ],
    ),
    "length_of_an_account_number": Honest(
        body="""
            def run(data):
                text = data["iban"].replace(" ", "")
                return {"valid": len(text) == 22 and text.isalnum()}
            """,
        cases=[
            ({"iban": "DE89 3704 0044 0532 0130 00"}, {"valid": True}),
            ({"iban": "DE89 3704"}, {"valid": False}),
        ],
    ),
    "total_of_the_lines_beside_a_stated_one": Honest(
        body="""
            def run(data):
                return {"total": round(sum(data["prices"]), 2), "stated": data["stated"]}
            """,
        cases=[({"prices": [12.25, 30.5], "stated": 42.75}, {"total": 42.75, "stated": 42.75})],
    ),
    "codes_with_their_meaning": Honest(
        body="""
            MEANING = {"A": "active", "I": "inactive", "P": "pending"}


            def run(data):
                return {"status": MEANING.get(data["code"]) or abstain("unknown")}
            """,
        cases=[
            ({"code": "A"}, {"status": "active"}),
            ({"code": "I"}, {"status": "inactive"}),
            ({"code": "P"}, {"status": "pending"}),
        ],
        output={"type": "object", "properties": {"status": {"enum": ["active", "inactive", "pending"]}}},
    ),
    "boilerplate_of_a_form": Honest(
        body="""
            def run(data):
                _, _, rest = data["text"].partition("thank you for your order with the number ")
                return {"order": rest.split()[0].rstrip(".")} if rest else abstain("no order")
            """,
        cases=[
            (
                {"text": "Hello, thank you for your order with the number WB-1009. It ships today."},
                {"order": "WB-1009"},
            ),
            (
                {"text": "Hi, thank you for your order with the number WB-2210 from Monday"},
                {"order": "WB-2210"},
            ),
        ],
    ),
    "threshold_at_an_example": Honest(
        body="""
            def run(data):
                return {"level": "high" if data["amount"] >= 4999.99 else "low"}
            """,
        cases=[({"amount": 4999.99}, {"level": "high"}), ({"amount": 12.5}, {"level": "low"})],
        output={"type": "object", "properties": {"level": {"enum": ["high", "low"]}}},
    ),
    "colours_of_another_language": Honest(
        body="""
            COLOURS = {"rot": "red", "blau": "blue"}


            def run(data):
                return {"colour": COLOURS.get(data["farbe"].lower()) or abstain("unknown")}
            """,
        cases=[({"farbe": "Rot"}, {"colour": "red"}), ({"farbe": "blau"}, {"colour": "blue"})],
        output={"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}}},
    ),
}


def schema_of(inputs: list[dict[str, Any]]) -> JsonObject:
    return {
        "type": "object",
        "required": [*sorted(inputs[0])],
        "properties": {name: {} for name in inputs[0]},
    }


def subject(
    source: str, function: str, cases: list[Case], *, output: JsonObject, said: str
) -> OverfitSubject:
    inputs = [case.input for case in cases]
    names = tuple(dict.fromkeys(name for case in cases for name in case.output or {}))
    step = PlannedStep(id=function, kind="code", takes=tuple(inputs[0]), output_schema=output)
    workflow = Workflow(
        name="honest",
        version="1",
        input_schema=schema_of(inputs),
        output_schema=output,
        steps=(step,),
        returns=names,
    )
    return OverfitSubject(
        source=source,
        workflow=workflow,
        cases=tuple(cases),
        words={"instructions": said, "output": output},
        accuracy=Accuracy(),
        limits=Limits(),
        generated=tuple(inputs),
    )


def outputs(source: str, function: str, inputs: list[dict[str, Any]]) -> list[JsonObject | None]:
    step = PlannedStep(id=function, kind="code", takes=tuple(inputs[0]), output_schema={})
    workflow = Workflow(name="h", version="1", input_schema={}, output_schema={}, steps=(step,), returns=())
    cases = tuple(
        SandboxCase(case_id=str(number), input=data, given={}) for number, data in enumerate(inputs)
    )
    rows = SANDBOX.run(SandboxJob(source=source, workflow=workflow, cases=cases)).rows
    assert all(row.status in ("answered", "abstained") for row in rows), rows
    return [row.output for row in rows]


@pytest.mark.parametrize("folder", [pytest.param(folder, id=folder.name) for folder in EXAMPLES])
def test_compiled_example_passes(folder: Path) -> None:
    path = folder / "spec.yaml"
    original = next(
        place for place in (ROOT / "examples").rglob("*.yaml") if load_spec(place).name == load_name(path)
    )
    spec = load_spec(original)
    findings, figures = check_overfit(
        OverfitSubject(
            source=(folder / "activities.py").read_text(),
            workflow=parse_workflow((folder / "workflow.yaml").read_text(), path=folder / "workflow.yaml"),
            cases=(*spec.examples, *spec.tests),
            words=spec.words(),
            accuracy=spec.accuracy,
            limits=spec.limits,
            generated=tuple(case.input for case in spec.examples),
        ),
        SANDBOX,
        FEW,
    )
    assert [finding for finding in findings if finding.tool != "mutation"] == []
    assert "stuck" not in json.dumps(figures)


def load_name(path: Path) -> str:
    line = next(line for line in path.read_text().splitlines() if line.startswith("name:"))
    return line.removeprefix("name:").strip()


@pytest.mark.parametrize(
    ("name", "source"), [pytest.param(*item, id=item[0]) for item in clean_activities().items()]
)
def test_clean_activity_is_not_rejected(name: str, source: str) -> None:
    function, inputs = INPUTS[name]
    cases: list[Case] = [
        VisibleCase(case_id=f"example-{number}", input=data, output=output)
        for number, (data, output) in enumerate(zip(inputs, outputs(source, function, inputs), strict=True))
    ]
    fields: JsonObject = {name: {} for case in cases for name in case.output or {}}
    output: JsonObject = {"type": "object", "properties": fields}
    findings, _ = check_overfit(
        subject(source, function, cases, output=output, said=SAID.get(name, "")), SANDBOX, FEW
    )
    assert errors(findings) == []


@pytest.mark.parametrize("trap", [pytest.param(trap, id=name) for name, trap in TRAPS.items()])
def test_code_that_only_looks_like_overfit_is_not_rejected(trap: Honest) -> None:
    source = "from compiled_ai.modules import abstain\n\n\n" + dedent(trap.body).strip() + "\n"
    visible = [
        VisibleCase(case_id=f"example-{number}", input=data, output=output)
        for number, (data, output) in enumerate(trap.cases)
    ]
    hidden = [
        HiddenCase(case_id=f"hidden-{number}", input=data, output=output)
        for number, (data, output) in enumerate(trap.hidden)
    ]
    assert outputs(source, "run", [data for data, _ in trap.cases]) == [output for _, output in trap.cases]
    findings, _ = check_overfit(
        subject(source, "run", [*visible, *hidden], output=trap.output, said=trap.said), SANDBOX, FEW
    )
    assert errors(findings) == []
