"""What a compliance block asks of code."""

from __future__ import annotations

import pytest

from compiled_ai.spec.model import ComplianceBlock
from compiled_ai.validation.compliance import check_compliance

HEAD = "from compiled_ai.modules import abstain\n\n\ndef f(data):\n    "

FINE = {
    "a fixed text": HEAD + 'abstain("no bmi")',
    "two texts side by side": HEAD + 'abstain("no " "bmi")',
    "a fixed text by name": HEAD + 'abstain(reason="no bmi")',
    "an alias": 'from compiled_ai.modules import abstain as decline\n\n\ndef f(data):\n    decline("no bmi")',
    "the package": 'import compiled_ai.modules\n\n\ndef f(data):\n    compiled_ai.modules.abstain("no bmi")',
    "no abstention": "def f(data):\n    return data",
    "text that does not parse": "def f(:",
}
REFUSED = {
    "an f-string": HEAD + "abstain(f\"bmi {data['bmi']}\")",
    "an f-string without fields": HEAD + 'abstain(f"no bmi")',
    "a sum": HEAD + 'abstain("bmi " + data["bmi"])',
    "a variable": HEAD + 'abstain(data["note"])',
    "a variable by name": HEAD + 'abstain(reason=data["note"])',
    "a number": HEAD + "abstain(3)",
    "unpacked": HEAD + 'abstain(*[data["note"]])',
    "unpacked by name": HEAD + 'abstain(**{"reason": data["note"]})',
    "an alias": "from compiled_ai.modules import abstain as decline\n\n\ndef f(data):\n    decline(data)",
    "an alias of an alias": "from compiled_ai.modules import abstain as decline\n\nno = decline\n\n\ndef f(data):\n    no(data)",
    "another name": HEAD + "no = abstain\n    no(data)",
    "an attribute": "from compiled_ai import modules\n\n\ndef f(data):\n    modules.abstain(data)",
    "an attribute of an alias": "import compiled_ai.modules as m\n\n\ndef f(data):\n    m.abstain(data)",
    "an attribute with another name": "import compiled_ai.modules as m\n\n\ndef f(data):\n    no = m.abstain\n    no(data)",
    "an argument": HEAD + "g(abstain, data)",
    "a partial": HEAD + "partial(abstain, data)()",
    "a map": HEAD + "list(map(abstain, data))",
    "a table": HEAD.replace("def f", 'TABLE = {"no": abstain}\n\n\ndef f') + 'TABLE["no"](data)',
    "a default": HEAD.replace("f(data)", "f(data, no=abstain)") + "no(data)",
    "a helper": HEAD + 'no(data["x"])\n\n\ndef no(why):\n    abstain(why)',
    "a lambda": HEAD + "(lambda why: abstain(why))(data)",
    "an import in a function": "def f(data):\n    from compiled_ai.modules import abstain as no\n    no(data)",
}


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_a_fixed_reason_is_fine(source: str) -> None:
    assert check_compliance(source, ["hipaa"]) == ()


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED)
def test_any_other_reason_is_refused(source: str) -> None:
    assert "hipaa-reason" in {finding.rule for finding in check_compliance(source, ["hipaa"])}


def test_a_finding_names_its_line() -> None:
    (finding,) = check_compliance(HEAD + "x = 1\n    abstain(data)", ["audit_trail", "hipaa"])
    assert (finding.line, finding.stage, finding.severity, finding.cwe) == (6, "security", "error", 532)


@pytest.mark.parametrize("blocks", [[], ["audit_trail"], ["no_model_at_run_time"]])
def test_other_blocks_ask_nothing_of_reasons(blocks: list[ComplianceBlock]) -> None:
    assert check_compliance(REFUSED["a variable"], blocks) == ()
