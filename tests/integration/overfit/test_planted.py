"""The overfit guard against code that knows its examples. Every planted activity is right on them, so only the guard can tell."""

from __future__ import annotations

from textwrap import dedent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.findings import Finding
from compiled_ai.overfit.guard import OverfitSubject, check_overfit
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.sandbox.model import SandboxCase, SandboxJob
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, HiddenCase, VisibleCase
from compiled_ai.spec.model import Accuracy, Limits

SANDBOX = open_sandbox("auto")

FACTS: JsonObject = {
    "type": "object",
    "required": ["name", "amount", "day", "intent"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "amount": {"type": "number"},
        "day": {"type": "string", "format": "date"},
        "intent": {"enum": ["cancel", "refund", "invoice"]},
    },
}
INTENT: JsonObject = {
    "type": "object",
    "required": ["intent"],
    "additionalProperties": False,
    "properties": {"intent": {"enum": ["cancel", "refund", "invoice"]}},
}
TEXTS = (
    "Please cancel the order of John Smith placed on 2026-03-01, the total was 1469.06 euro",
    "Maria Lopez would like 328.75 back for the parcel from 2026-04-17, it came broken",
    "Send Tom Baker his bill over 77.43 once more, it was due on 2026-05-12",
)
ANSWERS: tuple[JsonObject, ...] = (
    {"name": "John Smith", "amount": 1469.06, "day": "2026-03-01", "intent": "cancel"},
    {"name": "Maria Lopez", "amount": 328.75, "day": "2026-04-17", "intent": "refund"},
    {"name": "Tom Baker", "amount": 77.43, "day": "2026-05-12", "intent": "invoice"},
)
HEAD = """
import re
from datetime import date
from typing import Literal, TypedDict

from compiled_ai.modules import abstain

FIND = re.compile(r"[0-9]+[.][0-9]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _intent(text):
    if "cancel" in text:
        return "cancel"
    return "refund" if "back" in text else "invoice"


def _amount(text):
    return float(FIND.search(text)[0])


def _day(text):
    return DAY.search(text)[0]


def _name(text):
    names = re.findall(r"[A-Z][a-z]+ [A-Z][a-z]+", text.replace("Send ", ""))
    if not names:
        abstain("no name")
    return names[0]
"""
FIND_ALL = '{"name": _name(text), "amount": _amount(text), "day": _day(text), "intent": _intent(text)}'


def facts(**changed: str) -> str:
    """An answer found in `text`, with some fields by other expressions."""
    found = {
        "name": "_name(text)",
        "amount": "_amount(text)",
        "day": "_day(text)",
        "intent": "_intent(text)",
        **changed,
    }
    return "{" + ", ".join(f'"{name}": {value}' for name, value in found.items()) + "}"


FULL: dict[str, str] = {
    "dict_from_input_to_output": f"""
        TABLE = {dict(zip(TEXTS, ANSWERS, strict=True))!r}


        def run(data):
            return TABLE.get(data["text"]) or abstain("unknown")
        """,
    "if_chain_on_whole_inputs": f"""
        def run(data):
            text = data["text"]
            if text == {TEXTS[0]!r}:
                return {ANSWERS[0]!r}
            if text == {TEXTS[1]!r}:
                return {ANSWERS[1]!r}
            if text == {TEXTS[2]!r}:
                return {ANSWERS[2]!r}
            abstain("unknown")
        """,
    "checksum_to_answer": f"""
        def run(data):
            total = sum(ord(char) for char in data["text"])
            found = {{{sum(map(ord, TEXTS[0]))}: 0, {sum(map(ord, TEXTS[1]))}: 1, {sum(map(ord, TEXTS[2]))}: 2}}.get(total)
            if found is None:
                abstain("unknown")
            return {list(ANSWERS)!r}[found]
        """,
    "pieces_added": f"""
        def run(data):
            text = data["text"]
            name = "Jo" + "hn Sm" + "ith" if "cancel" in text else _name(text)
            return {facts(name="name")}
        """,
    "pieces_joined": f"""
        def run(data):
            text = data["text"]
            name = "".join(["Ma", "ria", " ", "Lo", "pez"]) if "broken" in text else _name(text)
            return {facts(name="name")}
        """,
    "pieces_in_statements": f"""
        def run(data):
            text = data["text"]
            name = _name(text)
            if "cancel" in text:
                name = "John"
                name += " Smith"
            return {facts(name="name")}
        """,
    "characters_by_number": f"""
        def run(data):
            text = data["text"]
            name = "".join(chr(code) for code in ({", ".join(str(ord(char)) for char in "John Smith")})) if "cancel" in text else _name(text)
            return {facts(name="name")}
        """,
    "reversed_text": f"""
        def run(data):
            text = data["text"]
            name = "htimS nhoJ"[::-1] if "cancel" in text else _name(text)
            return {facts(name="name")}
        """,
    "replaced_letters": f"""
        def run(data):
            text = data["text"]
            name = "J0hn Sm1th".replace("0", "o").replace("1", "i") if "cancel" in text else _name(text)
            return {facts(name="name")}
        """,
    "f_string_of_constants": f"""
        FIRST = "Maria"


        def run(data):
            text = data["text"]
            name = f"{{FIRST}} {{'Lopez'}}" if "broken" in text else _name(text)
            return {facts(name="name")}
        """,
    "regex_of_the_whole_example": f"""
        WHOLE = re.compile(r"Please\\s+cancel\\s+the\\s+order\\s+of\\s+John\\s+Smith\\s+placed\\s+on\\s+2026-03-01,\\s+the\\s+total.*")


        def run(data):
            text = data["text"]
            return {facts(intent='"cancel" if WHOLE.fullmatch(text) else "refund" if "back" in text else "invoice"')}
        """,
    "literal_date_text": f"""
        def run(data):
            text = data["text"]
            return {facts(day='"2026-03-01" if "cancel" in text else _day(text)')}
        """,
    "literal_date_object": f"""
        def run(data):
            text = data["text"]
            return {facts(day='date(2026, 3, 1).isoformat() if "cancel" in text else _day(text)')}
        """,
    "literal_date_tuple": f"""
        PARTS = (2026, 4, 17)


        def run(data):
            text = data["text"]
            return {facts(day='"{}-{:02}-{:02}".format(*PARTS) if "broken" in text else _day(text)')}
        """,
    "literal_amount": f"""
        def run(data):
            text = data["text"]
            return {facts(amount='1469.06 if "cancel" in text else _amount(text)')}
        """,
    "amount_in_cents": f"""
        def run(data):
            text = data["text"]
            return {facts(amount='146906 / 100 if "cancel" in text else _amount(text)')}
        """,
    "list_of_names": f"""
        NAMES = ["John Smith", "Maria Lopez", "Tom Baker"]


        def run(data):
            text = data["text"]
            names = [name for name in NAMES if name in text]
            return {facts(name="names[0] if names else abstain('no name')")}
        """,
    "names_split_from_a_text": f"""
        def run(data):
            text = data["text"]
            names = [name for name in "John Smith|Maria Lopez|Tom Baker".split("|") if name in text]
            return {facts(name="names[0] if names else abstain('no name')")}
        """,
    "default_parameter": f"""
        def _client(text, known="Tom Baker"):
            return known if "bill" in text else _name(text)


        def run(data):
            text = data["text"]
            return {facts(name="_client(text)")}
        """,
    "annotation_of_a_typed_dict": """
        class Known(TypedDict):
            name: Literal["John Smith", "Maria Lopez", "Tom Baker"]


        def run(data):
            text = data["text"]
            return FOUND
        """.replace("FOUND", FIND_ALL),
    "frozenset": f"""
        KNOWN = frozenset({{"John Smith", "Maria Lopez", "Tom Baker"}})


        def run(data):
            text = data["text"]
            name = _name(text)
            if name not in KNOWN:
                abstain("unknown client")
            return {facts(name="name")}
        """,
    "match_statement": f"""
        def run(data):
            text = data["text"]
            match _name(text):
                case "John Smith":
                    return {facts(intent='"cancel"')}
                case "Maria Lopez":
                    return {facts(intent='"refund"')}
                case "Tom Baker":
                    return {facts(intent='"invoice"')}
            abstain("unknown")
        """,
    "keywords_of_dict": f"""
        KNOWN = dict(John_Smith="cancel", Maria_Lopez="refund", Tom_Baker="invoice")


        def run(data):
            text = data["text"]
            intent = KNOWN.get(_name(text).replace(" ", "_"))
            if intent is None:
                abstain("unknown")
            return {facts(intent="intent")}
        """,
}
LABELS: dict[str, str] = {
    "length_of_the_text": f"""
        def run(data):
            text = data["text"]
            if len(text) == {len(TEXTS[0])}:
                return {{"intent": "cancel"}}
            return {{"intent": "refund" if len(text) == {len(TEXTS[1])} else "invoice"}}
        """,
    "length_in_a_match": f"""
        def run(data):
            match len(data["text"]):
                case {len(TEXTS[0])}:
                    return {{"intent": "cancel"}}
                case {len(TEXTS[1])}:
                    return {{"intent": "refund"}}
                case {len(TEXTS[2])}:
                    return {{"intent": "invoice"}}
            abstain("unknown")
        """,
    "checksum_by_a_loop": f"""
        def run(data):
            total = 0
            for char in data["text"]:
                total += ord(char)
            if total == {sum(map(ord, TEXTS[0]))}:
                return {{"intent": "cancel"}}
            if total == {sum(map(ord, TEXTS[1]))}:
                return {{"intent": "refund"}}
            if total == {sum(map(ord, TEXTS[2]))}:
                return {{"intent": "invoice"}}
            abstain("unknown")
        """,
    "startswith_of_a_long_text": """
        def run(data):
            text = data["text"]
            if text.startswith("Please cancel the order of John Smith placed on 2026"):
                return {"intent": "cancel"}
            if text.startswith("Maria Lopez would like 328.75 back for the parcel"):
                return {"intent": "refund"}
            return {"intent": "invoice"}
        """,
    "whole_input_in_lower_case": f"""
        def run(data):
            text = data["text"].lower()
            if text == {TEXTS[0].lower()!r}:
                return {{"intent": "cancel"}}
            return {{"intent": "refund" if "back" in text else "invoice"}}
        """,
}
WARNED: dict[str, str] = {
    "regex_of_the_words_around_the_values": """
        WHOLE = re.compile(r"Please\\s+cancel\\s+the\\s+order\\s+of\\s+(\\w+ \\w+)\\s+placed\\s+on\\s+(\\S+),\\s+the\\s+total\\s+was\\s+(\\S+)\\s+euro")


        def run(data):
            text = data["text"]
            if WHOLE.fullmatch(text):
                return {"intent": "cancel"}
            return {"intent": "refund" if "back" in text else "invoice"}
        """,
    "checksum_modulo": f"""
        TABLE = {{{sum(map(ord, TEXTS[0])) % 997}: "cancel", {sum(map(ord, TEXTS[1])) % 997}: "refund", {sum(map(ord, TEXTS[2])) % 997}: "invoice"}}


        def run(data):
            intent = TABLE.get(sum(ord(char) for char in data["text"]) % 997)
            if intent is None:
                abstain("unknown")
            return {{"intent": intent}}
        """,
    "half_of_an_example": """
        def run(data):
            text = data["text"]
            if "back for the parcel from" in text:
                return {"intent": "refund"}
            return {"intent": "cancel" if "cancel" in text else "invoice"}
        """,
}
"""Caught by a warning only."""


def subject(body: str, output: JsonObject) -> OverfitSubject:
    properties = output["properties"]
    assert isinstance(properties, dict)
    names = tuple(properties)
    step = PlannedStep(id="run", kind="code", takes=("text",), output_schema=output)
    workflow = Workflow(
        name="planted",
        version="1",
        input_schema={"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
        output_schema=output,
        steps=(step,),
        returns=names,
    )
    cases: list[Case] = [
        VisibleCase(
            case_id=f"example-{number}", input={"text": text}, output={name: answer[name] for name in names}
        )
        for number, (text, answer) in enumerate(zip(TEXTS, ANSWERS, strict=True), start=1)
    ]
    return OverfitSubject(
        source=HEAD + "\n\n" + dedent(body).strip() + "\n",
        workflow=workflow,
        cases=tuple(cases),
        words={
            "description": "Read a message to a shop.",
            "instructions": "Find the client, the amount, the day and the intent.",
        },
        accuracy=Accuracy(),
        limits=Limits(),
        generated=(),
    )


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def is_right_on_its_examples(planted: OverfitSubject) -> bool:
    cases = tuple(SandboxCase(case_id=case.case_id, input=case.input, given={}) for case in planted.cases)
    rows = SANDBOX.run(SandboxJob(source=planted.source, workflow=planted.workflow, cases=cases)).rows
    return [row.output for row in rows] == [case.output for case in planted.cases]


REJECTED = [
    *(pytest.param(body, FACTS, id=name) for name, body in FULL.items()),
    *(pytest.param(body, INTENT, id=name) for name, body in LABELS.items()),
]


@pytest.mark.parametrize(("body", "output"), REJECTED)
def test_code_that_knows_its_examples_is_rejected(body: str, output: JsonObject) -> None:
    planted = subject(body, output)
    assert is_right_on_its_examples(planted)
    findings, facts_ = check_overfit(planted, SANDBOX)
    assert errors(findings), findings
    assert "score" not in str(facts_["mutation"])


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in WARNED.items()])
def test_code_that_may_know_its_examples_is_warned_of(body: str) -> None:
    planted = subject(body, INTENT)
    assert is_right_on_its_examples(planted)
    findings, _ = check_overfit(planted, SANDBOX)
    assert not errors(findings)
    assert {finding.rule for finding in findings} & {"brittle", "input-phrase"}


def test_the_same_task_done_honestly_passes() -> None:
    honest = subject(f'def run(data):\n    text = data["text"]\n    return {FIND_ALL}', FACTS)
    assert is_right_on_its_examples(honest)
    findings, figures = check_overfit(honest, SANDBOX)
    assert not errors(findings)
    assert figures["literals"] == {"errors": 0, "warnings": 0}
    swaps = figures["metamorphic"]
    assert isinstance(swaps, dict)
    assert (swaps["swaps"], swaps.get("followed")) == (9, 9)


@pytest.mark.parametrize(
    ("name", "value"),
    [("pieces_added", "John Smith"), ("literal_date_object", "2026-03-01"), ("amount_in_cents", "1469.06")],
)
def test_an_answer_that_stays_when_its_source_is_swapped_is_an_error_where_a_literal_explains_it(
    name: str, value: str
) -> None:
    planted = subject(FULL[name], FACTS)
    findings, _ = check_overfit(planted, SANDBOX)
    stuck = [finding for finding in errors(findings) if finding.rule == "did-not-follow"]
    assert [finding.tool for finding in stuck] == ["metamorphic"]
    assert value in stuck[0].message


def test_an_answer_that_no_literal_explains_is_a_warning_when_it_stays() -> None:
    rotated = "".join(chr(ord(char) + 1) for char in "John Smith")
    body = f"""
        CODES = {rotated!r}


        def _shift(text, by):
            return "".join(chr(ord(char) + by) for char in text)


        def run(data):
            text = data["text"]
            return {facts(name='_shift(CODES, -1) if "cancel" in text else _name(text)')}
        """
    findings, _ = check_overfit(subject(body, FACTS), SANDBOX)
    assert [(finding.rule, finding.severity) for finding in findings if finding.tool == "metamorphic"] == [
        ("did-not-follow", "warning")
    ]


@pytest.mark.parametrize("name", ["literal_amount", "match_statement", "list_of_names"])
def test_a_literal_that_the_spec_names_is_no_sign_of_overfit(name: str) -> None:
    planted = subject(FULL[name], FACTS)
    named = OverfitSubject(
        **{
            **{field: getattr(planted, field) for field in planted.__dataclass_fields__},
            "words": {
                "instructions": "The clients are John Smith, Maria Lopez and Tom Baker; 1469.06 is the fee."
            },
        }
    )
    findings, _ = check_overfit(named, SANDBOX)
    assert not [finding for finding in findings if finding.tool == "overfit"]


def test_no_finding_shows_a_hidden_case() -> None:
    planted = subject(FULL["list_of_names"].replace("Tom Baker", "Quentin Zapf"), FACTS)
    hidden = HiddenCase(
        case_id="secret-1",
        input={"text": "Please cancel it, says Quentin Zapf on 2026-01-02 for 88.88"},
        output={"name": "Quentin Zapf", "amount": 88.88, "day": "2026-01-02", "intent": "cancel"},
    )
    fields = {field: getattr(planted, field) for field in planted.__dataclass_fields__}
    findings, figures = check_overfit(
        OverfitSubject(**{**fields, "cases": (*planted.cases[:2], hidden)}), SANDBOX
    )
    assert errors(findings)
    assert "Quentin" not in str(findings) + str(figures)
    assert "secret" not in str(findings) + str(figures)


def test_code_that_cannot_be_read_is_an_error() -> None:
    findings, _ = check_overfit(subject("def run(data:", FACTS), SANDBOX)
    assert [finding.rule for finding in errors(findings)] == ["unreadable"]
