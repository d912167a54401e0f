"""Code that breaks a compliance block, each way with its line, and code that does not."""

from __future__ import annotations

import pytest

from compiled_ai.spec.model import ComplianceBlock
from compiled_ai.validation.compliance import check_compliance

HEAD = '''"""Doc."""

import logging

from compiled_ai.modules import abstain

TABLE = {"a": "too old", "b": "too young"}
RULES = [("a", "too old"), ("b", "too young")]
TEXT = "fixed"


def decide(data):
    """Decide."""
'''
LINE = HEAD.count("\n") + 1
"""Of the first line of a body."""

Blocks = tuple[ComplianceBlock, ...]
HIPAA: Blocks = ("hipaa",)
PCI: Blocks = ("pci_dss",)
SOC2: Blocks = ("soc2",)

# Name: blocks, body of the function, line within it, rule.
VIOLATIONS: dict[str, tuple[Blocks, str, int, str]] = {
    # Roundabout explanations.
    **{
        f"an explanation {name}": (HIPAA, body, body.count("\n") + 1 if line is None else line, "hipaa-explanation")
        for name, body, line in (
            ("from a table that is updated", 'd = {"k": "a"}\nd.update({"k": data["x"]})\nreturn {"reason": d["k"]}', None),
            ("from a default that is set", 'd = {"k": "a"}\nd.setdefault("j", data["x"])\nreturn {"reason": d["j"]}', None),
            ("from a list with two names", 'a = ["x"]\nb = a\nb.append(data["x"])\nreturn {"reason": a[0]}', None),
            ("from a list that is named twice at once", 'a = b = ["x"]\nb.append(data["x"])\nreturn {"reason": a[0]}', None),
            ("from a list that a function fills", 'a = ["x"]\nfill(a, data["x"])\nreturn {"reason": a[0]}', None),
            ("from a list in a table", 'd = {"k": ["a"]}\nd["k"].append(data["x"])\nreturn {"reason": d["k"][1]}', None),
            ("by keyword", 'return dict(reason=data["x"])', None),
            ("by the type's name", 'return DecideOutput(reason=data["x"])', None),
            ("by update", 'out = {}\nout.update(reason=data["x"])\nreturn out', 2),
            ("by setdefault", 'out = {}\nout.setdefault("reason", data["x"])\nreturn out', 2),
            ("that grows", 'out = {"reason": "a"}\nout["reason"] += data["x"]\nreturn out', 2),
            ("in a list that grows", 'out = {"reasons": []}\nout["reasons"].append(data["x"])\nreturn out', 2),
            ("under a key with a name", 'key = "reason"\nreturn {key: data["x"]}', None),
            ("in capitals", 'return {"Reason": data["x"]}', None),
        )
    },
    # Literals.
    "a card number": (PCI, 'known = "4539578763621486"', 1, "pci-literal"),
    "a card number with spaces": (PCI, 'x = 1\nknown = {"4539 5787 6362 1486": "gold"}', 2, "pci-literal"),
    "a card number as a number": (PCI, "known = 4539578763621486", 1, "pci-literal"),
    "a card number in two pieces": (PCI, 'known = "45395787" + "63621486"', 1, "pci-literal"),
    "a card number in pieces side by side": (PCI, 'known = ("45395787"\n    "63621486")', 1, "pci-literal"),
    "a card number in bytes": (PCI, 'known = b"4539578763621486"', 1, "pci-literal"),
    "a card number in a comment": (PCI, "x = 1  # as for 4539578763621486", 1, "pci-literal"),
    "a card number in an f-string": (PCI, "known = f\"{data['n']} 4539578763621486\"", 1, "pci-literal"),
    "a card number deep in a text": (PCI, 'known = """\n\n4539578763621486"""', 3, "pci-literal"),
    "a verification code": (PCI, 'hint = "cvv: 123"', 1, "pci-literal"),
    "a stripe": (PCI, 'hint = "%B4539578763621486^SMITH/M^2512"', 1, "pci-literal"),
    "a record number": (HIPAA, 'if data["id"] == "MRN 00345678":\n    return None', 1, "hipaa-literal"),
    "a social security number": (HIPAA, 'known = ["212-45-6789"]', 1, "hipaa-literal"),
    "a patient's name": (HIPAA, 'note = "Patient: Mary Smith"', 1, "hipaa-literal"),
    "a date of birth": (HIPAA, "x = 1\n# DOB: 1950-02-03\n", 2, "hipaa-literal"),
    "an age over 89": (HIPAA, 'note = "93-year-old"', 1, "hipaa-literal"),
    "a phone number": (HIPAA, 'note = "call 212-456-7890"', 1, "hipaa-literal"),
    "a mail address": (SOC2, 'owner = "mary.smith@hospital.org"', 1, "soc2-literal"),
    "an account": (SOC2, 'owner = "DE89370400440532013000"', 1, "soc2-literal"),
    # Reasons.
    "a reason of the input": (PCI, 'abstain(data["card"])', 1, "pci-reason"),
    "a made-up reason": (SOC2, "abstain(f\"no {data['x']}\")", 1, "soc2-reason"),
    # Error texts.
    "an error with a value": (HIPAA, "raise ValueError(data['note'])", 1, "hipaa-error-text"),
    "an error with a value inside": (PCI, "raise ValueError(f\"bad {data['card']}\")", 1, "pci-error-text"),
    "an error by name": (SOC2, "error = ValueError(data)\nraise error", 2, "soc2-error-text"),
    "an error with a named value": (SOC2, "raise KeyError(key=data['x'])", 1, "soc2-error-text"),
    "an error that a handler caught": (HIPAA, "try:\n    pass\nexcept ValueError as e:\n    raise KeyError(e)", 4, "hipaa-error-text"),
    "an assertion with a value": (HIPAA, 'assert data["x"], data["note"]', 1, "hipaa-error-text"),
    "an assertion with a made-up text": (HIPAA, 'note = str(data)\nassert note, "bad " + note', 2, "hipaa-error-text"),
    # Logs.
    "a print": (HIPAA, "print(data)", 1, "hipaa-log"),
    "a print of a part": (PCI, "card = data['card']\nprint('got', card)", 2, "pci-log"),
    "a log line": (HIPAA, "logging.info('%s', data['note'])", 1, "hipaa-log"),
    "a logger's line": (SOC2, "logger = logging.getLogger('x')\nlogger.warning(data)", 2, "soc2-log"),
    "a log line of a new logger": (SOC2, "logging.getLogger('x').error(data)", 1, "soc2-log"),
    "a log line with an extra": (SOC2, "logging.info('x', extra=data)", 1, "soc2-log"),
    "standard error": (HIPAA, "import sys\nsys.stderr.write(data['x'])", 2, "hipaa-log"),
    # Explanations.
    "an explanation with a value": (HIPAA, "return {'reason': f\"bmi {data['bmi']}\"}", 1, "hipaa-explanation"),
    "an explanation that is the input": (PCI, "return {'explanation': data['card']}", 1, "pci-explanation"),
    "an explanation put in later": (HIPAA, "out = {}\nout['rationale'] = 'x' + data['note']", 2, "hipaa-explanation"),
    "an explanation from a helper": (HIPAA, "return {'why': describe(data)}\n\n\ndef describe(data):\n    return str(data)", 1, "hipaa-explanation"),
    "an explanation by a variable": (SOC2, "text = 'a'\nif data:\n    text = data['x']\nreturn {'reason': text}", 4, "soc2-explanation"),
    "explanations gathered": (HIPAA, "why = []\nfor line in data:\n    why.append(line)\nreturn {'reasons': why}", 4, "hipaa-explanation"),
    "explanations with a value as key": (HIPAA, "return {'reasons': {data['x']: 'a'}}", 1, "hipaa-explanation"),
    "an explanation by a lambda": (HIPAA, "return {'reason': (lambda TEXT: TEXT)(data)}", 1, "hipaa-explanation"),
    "a default that is the input": (HIPAA, "return {'reason': TABLE.get('c', data['x'])}", 1, "hipaa-explanation"),
    # Card data.
    "a code that is read": (PCI, "code = data['cvv']", 1, "pci-authentication-data"),
    "a code that is got": (PCI, "code = data.get('card_verification_code')", 1, "pci-authentication-data"),
    "a code that is given": (PCI, "x = 1\nreturn {'cvc2': '1'}", 2, "pci-authentication-data"),
    "a PIN": (PCI, "code = data['PIN']", 1, "pci-authentication-data"),
    "a stripe that is read": (PCI, "code = data['trackData']", 1, "pci-authentication-data"),
    "a card number that goes out": (PCI, "return {'card_number': data['card_number']}", 1, "pci-unmasked"),
    "a card number tidied": (PCI, "number = data['card_number'].strip()\nreturn {'cardNumber': number}", 2, "pci-unmasked"),
    "a card number put in": (PCI, "out = {}\nout['pan'] = data['pan']\nreturn out", 2, "pci-unmasked"),
    "a card number in a text": (PCI, "n = data['pan']\nreturn {'card': f'card {n}'}", 2, "pci-unmasked"),
    "one branch unmasked": (PCI, "n = data['pan']\nreturn {'card': n[-4:] if data['x'] else n}", 2, "pci-unmasked"),
    "too many first digits": (PCI, "first = data['card_number'][:8]", 1, "pci-mask-width"),
    "too many last digits": (PCI, "pan = data['pan']\nlast = pan[-6:]", 2, "pci-mask-width"),
    "a wide mask that goes out": (PCI, "n = data['n']\nreturn {'pan': n[:7] + '***' + n[-4:]}", 2, "pci-unmasked"),
}  # fmt: skip

CLEAN: dict[str, tuple[Blocks, str]] = {
    "a list of fixed texts that is counted": (HIPAA, 'why = ["a"]\nn = len(why)\nreturn {"reasons": sorted(why)}'),
    "a table that a function reads": (HIPAA, 'x = pick(TABLE, data["x"])\nreturn {"reason": TABLE["a"]}'),
    "a fixed text that a function reads": (HIPAA, 'why = "a"\nx = pick(why)\nreturn {"reason": why}'),
    "a test card": (PCI, 'sample = "4111 1111 1111 1111"'),
    "a long number": (PCI, "limit = 1234567890123456"),
    "an order number": (PCI, 'prefix = "4539-57"'),
    "a pattern for cards": (PCI, r'pattern = r"\d{4} \d{4} \d{4} \d{4}"'),
    "a phone number for fiction": (HIPAA, 'sample = "212-555-0123"'),
    "a reserved address": (SOC2, 'sample = "name@example.com"'),
    "a year": (HIPAA, 'since = "2019"  # admitted since 2019'),
    "an age": (HIPAA, 'note = "54-year-old"'),
    "medical words": (HIPAA, 'cues = ["patient", "medical record", "date of birth", "member id", "MRN", "cvv"]'),
    "a fixed reason": (PCI, 'abstain("no card")'),
    "a fixed error": (HIPAA, 'raise ValueError("no note")'),
    "an error without a text": (HIPAA, "raise ValueError"),
    "an error raised again": (HIPAA, "try:\n    pass\nexcept ValueError:\n    raise"),
    "an error of constants": (HIPAA, 'raise ValueError("bad " + TEXT)'),
    "a fixed assertion": (HIPAA, 'assert data["x"], "x is empty"'),
    "a fixed log line": (SOC2, 'logging.info("started")'),
    "another info": (SOC2, "return data.info(data['x'])"),
    "a fixed explanation": (HIPAA, "return {'reason': 'too old'}"),
    "a chosen explanation": (HIPAA, "return {'reason': 'too old' if data['age'] > 80 else 'too young'}"),
    "an explanation of a table": (HIPAA, "return {'reason': TABLE[data['x']]}"),
    "an explanation got from a table": (HIPAA, "return {'reason': TABLE.get(data['x'], 'unknown')}"),
    "explanations of a table": (HIPAA, "return {'reasons': [text for key, text in RULES if key in data]}"),
    "explanations gathered": (HIPAA, "why = []\nfor key, text in RULES:\n    if key in data:\n        why.append(text)\nreturn {'reasons': why}"),
    "a joined explanation": (HIPAA, "return {'why': '; '.join(text for _, text in RULES)}"),
    "a formatted constant": (HIPAA, "return {'why': f'it is {TEXT}'}"),
    "no explanation": (HIPAA, "return {'reason': None}"),
    "an explanation from a helper": (HIPAA, 'return {"why": describe(data)}\n\n\ndef describe(data):\n    """Say."""\n    if data:\n        return "a"\n    return TEXT'),
    "an explanation by a variable": (SOC2, "text = 'a'\nif data:\n    text = 'b'\nreturn {'reason': text}"),
    "other fields of the input": (HIPAA, "return {'note': data['note'], 'name': data['name']}"),
    "the last four": (PCI, "return {'card': data['card'][-4:]}"),
    "first six and last four": (PCI, "n = data['card_number']\nreturn {'card_number': n[:6] + '*' * (len(n) - 10) + n[-4:]}"),
    "a masked text": (PCI, "n = data['pan']\nreturn {'card': f'{n[:6]}...{n[-4:]}'}"),
    "a mask": (PCI, "return {'card_number': mask_card(data['card_number'])}\n\n\ndef mask_card(n):\n    return n[-4:]"),
    "a token": (PCI, "return {'card': tokens.last_four(data['card'])}"),
    "a card's other fields": (PCI, "return {'card_brand': data['card_brand'], 'card_holder_country': data['c']}"),
    "pinned and tracked": (PCI, "return {'pinned': data['pinned'], 'tracking': data['track']}"),
    "a slice of something else": (PCI, "return {'ref': data['order'][:12]}"),
    "a docstring each": (SOC2, "return data\n\n\ndef other(data):\n    'Say which rule.'\n    return data"),
}  # fmt: skip


CUES = "CUES = {'pin': 3, 'cvv': 2, 'card': {'pan': 1}}\nPIN: int = 4\n"


def test_a_table_of_cues_may_name_what_no_input_has() -> None:
    assert check_compliance(CUES, ["pci_dss"]) == ()


def test_a_type_that_declares_a_code_is_refused() -> None:
    source = "from typing import TypedDict\n\n\nclass Given(TypedDict):\n    card: str\n    cvv: str\n"
    (finding,) = check_compliance(source, ["pci_dss"])
    assert (finding.rule, finding.line) == ("pci-authentication-data", 6)


def indented(body: str) -> str:
    """`body` below the head; a function in it, after two blank lines, stands at the top level."""
    first, blank, rest = body.partition("\n\n\n")
    inner = "".join(f"    {line}\n" if line else "\n" for line in first.split("\n"))
    return HEAD + inner + blank + rest + "\n"


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_is_caught_with_its_line(name: str) -> None:
    blocks, body, line, rule = VIOLATIONS[name]
    found = check_compliance(indented(body), blocks)
    assert (rule, LINE + line - 1) in {(finding.rule, finding.line) for finding in found}
    assert {(finding.stage, finding.tool, finding.severity) for finding in found} == {
        ("security", "compliance", "error")
    }
    assert all(finding.cwe for finding in found)


@pytest.mark.parametrize("name", CLEAN)
def test_clean_code_is_not_blamed(name: str) -> None:
    blocks, body = CLEAN[name]
    assert check_compliance(indented(body), blocks) == ()


@pytest.mark.parametrize("name", VIOLATIONS)
def test_without_the_block_nothing_is_asked(name: str) -> None:
    _, body, *_ = VIOLATIONS[name]
    assert check_compliance(indented(body), ["audit_trail", "no_model_at_run_time"]) == ()


def test_a_message_never_holds_the_value() -> None:
    body = 'known = "4539578763621486"\nname = "Patient: Mary Smith"\nreturn {"reason": data["x"]}'
    found = check_compliance(indented(body), ["hipaa", "pci_dss"])
    assert len(found) == 3
    assert not any(text in finding.message for finding in found for text in ("4539", "1486", "Mary", "Smith"))


def test_findings_come_in_the_order_of_the_lines() -> None:
    body = "print(data)\nabstain(data)\nraise ValueError(data)\nx = '4539578763621486'"
    found = check_compliance(indented(body), ["pci_dss"])
    assert [finding.rule for finding in found] == ["pci-log", "pci-reason", "pci-error-text", "pci-literal"]


def test_two_blocks_say_a_thing_once() -> None:
    found = check_compliance(indented("abstain(data)"), ["soc2", "hipaa", "pci_dss"])
    assert [finding.rule for finding in found] == ["soc2-reason"]


def test_a_function_that_says_no_rule_is_named_under_soc2() -> None:
    source = (
        "def decide(data):\n    return data\n\n\ndef other(data):\n    'The second rule.'\n    return data\n"
    )
    (finding,) = check_compliance(source, ["soc2"])
    assert (finding.rule, finding.line) == ("soc2-trace", 1)
    assert check_compliance(source, ["hipaa", "pci_dss"]) == ()


@pytest.mark.parametrize("source", ["def f(:", "\x00", "(" * 5_000], ids=["syntax", "null", "deep"])
def test_text_that_does_not_parse_has_no_findings_here(source: str) -> None:
    assert check_compliance(source, ["hipaa", "pci_dss", "soc2"]) == ()
