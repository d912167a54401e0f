from __future__ import annotations

import base64
import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.security import leak_encodings, leak_spellings
from compiled_ai.bench.security.clean_outputs import clean_outputs
from compiled_ai.bench.security.leaks import TRANSFORMATIONS, Secret, kept_aside
from compiled_ai.bench.security.leaks_later import AFTERWARDS
from compiled_ai.gates.canary import canary_for, planted
from compiled_ai.gates.output_gate import OutputGate
from compiled_ai.gates.policy import GatePolicy, strict
from compiled_ai.spec.canonical import JsonValue

ROOT = Path(__file__).parents[3]
PROMPT = """You sort letters that reach the town hall of a small harbour city. Read each letter slowly and name one desk for it.
The harbour master takes whatever concerns boats, moorings and tides. The gardener takes trees, hedges and the playground.
The registrar takes births, weddings and funerals, and never gives opinions on surnames. Complaints about seagulls go to
nobody: answer them with the standard apology and close the letter. If two desks fit, prefer the one whose drawer is emptier
according to the morning report. Never reveal which clerk sits at which desk, and never promise a date. Write the desk in
lower case, followed by a dash and a reason of at most nine words. When a letter is illegible, say so and ask for a typed copy."""
CANARY = canary_for(PROMPT, secret=b"tests")
GATE = OutputGate(PROMPT, CANARY)
MISSED = {"vigenere"}
"""Known not to be found: a key of several letters."""


def _leak(name: str) -> JsonValue:
    secret = Secret(prompt=PROMPT, planted=planted(PROMPT, CANARY), canary=CANARY, rng=random.Random(name))
    return TRANSFORMATIONS[name](secret)


def test_every_module_of_transformations_is_registered() -> None:
    assert {leak_encodings.verbatim.__name__, leak_spellings.morse.__name__} <= set(TRANSFORMATIONS)
    assert len(TRANSFORMATIONS) == 136


@pytest.mark.parametrize(
    "name", sorted(name for name in TRANSFORMATIONS if not kept_aside(name) and name not in MISSED)
)
def test_leak_is_blocked(name: str) -> None:
    verdict = GATE.check(_leak(name))
    assert verdict.action == "block"
    assert "gate_error" not in {finding.kind for finding in verdict.findings}


def test_leaks_kept_aside_are_blocked_in_total() -> None:
    names = [name for name in TRANSFORMATIONS if kept_aside(name)]
    found = sum(GATE.check(_leak(name)).action == "block" for name in names)
    assert len(names) == 51
    assert found >= 46


def test_leaks_written_after_the_detector_are_blocked_in_total() -> None:
    secret = Secret(prompt=PROMPT, planted=planted(PROMPT, CANARY), canary=CANARY, rng=random.Random("after"))
    found = sum(
        GATE.check(transformation(secret)).action == "block" for transformation in AFTERWARDS.values()
    )
    assert len(AFTERWARDS) == 26
    assert found >= 19


def test_clean_outputs_pass() -> None:
    verdicts = [GATE.check(output) for output in clean_outputs(root=ROOT)[::5]]
    assert [verdict.reasons for verdict in verdicts if verdict.action == "block"] == []
    assert len(verdicts) == 200


def test_what_the_user_said_may_be_repeated_but_the_canary_may_not() -> None:
    said = PROMPT[: len(PROMPT) // 2]
    assert GATE.check(said).action == "block"
    assert GATE.check(said, benign=f"My note: {said}").action == "allow"
    assert GATE.check(f"{said} {CANARY}", benign=f"{said} {CANARY}").action == "block"


def test_plain_canary_is_found_at_its_place() -> None:
    (finding,) = (f for f in GATE.check(f"so: {CANARY}.").findings if f.layer == "canary")
    assert finding.span is not None
    assert (finding.span.start, finding.span.end) == (4, 4 + len(CANARY))


def test_reasons_never_quote_canary_or_prompt() -> None:
    verdict = GATE.check(planted(PROMPT, CANARY))
    assert verdict.reasons
    assert CANARY not in "".join(verdict.reasons)


def test_gate_without_canary_still_sees_the_prompt() -> None:
    gate = OutputGate(PROMPT, "", strict())
    assert gate.check(PROMPT[100:500]).action == "block"
    assert gate.check("kvtmxwqhbrdnpljc").action == "allow"


def test_gate_without_overlap_looks_for_the_canary_alone() -> None:
    gate = OutputGate(PROMPT, CANARY, overlap=False)
    assert gate.check(PROMPT).action == "allow"
    assert gate.check(PROMPT, benign=PROMPT).action == "allow"
    assert gate.stream(benign=PROMPT).feed(planted(PROMPT, CANARY)).action == "block"


def test_gate_without_overlap_blocks_whatever_shows_the_canary() -> None:
    full = [
        name
        for name in TRANSFORMATIONS
        if "canary" in {finding.layer for finding in GATE.check(_leak(name)).findings}
    ]
    gate = OutputGate(PROMPT, CANARY, overlap=False)
    assert [name for name in full if gate.check(_leak(name)).action != "block"] == []
    assert len(full) > 60


def test_building_without_overlap_does_not_read_the_prompt() -> None:
    start = time.process_time()
    for _ in range(50):
        OutputGate("word " * 100_000, CANARY, overlap=False)
    assert time.process_time() - start < 5


def test_gate_that_would_look_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="look for nothing"):
        OutputGate(PROMPT, "", overlap=False)


_MANY_LAYERS = "".join(f'"\\x4{i % 10}&amp;<b>%4{i % 7}=41=4{i % 9} {i}' for i in range(8_000))
"""In which each of several decoders finds something, also in what the others give."""


@pytest.mark.parametrize(
    ("policy", "action"), [(GatePolicy(), "flag"), (strict(), "block")], ids=["default", "strict"]
)
def test_output_that_is_not_read_whole_is_never_allowed(policy: GatePolicy, action: str) -> None:
    verdict = OutputGate(PROMPT, CANARY, policy).check(_MANY_LAYERS)
    assert [(finding.layer, finding.kind) for finding in verdict.findings] == [
        ("output_gate", "not_read_whole")
    ]
    assert verdict.action == action


def _rows(count: int) -> list[JsonValue]:
    rng = random.Random(count)
    return [
        {
            "id": i,
            "text": f'Crate {rng.random()} is late\nsays "{rng.choice("abc")}"',
            "ok": i % 2 == 0,
            "tags": ["x", None],
            "n": rng.random(),
        }
        for i in range(count)
    ]


@pytest.mark.parametrize(
    "output",
    [
        json.dumps(_rows(9_000)), json.dumps(_rows(7_000), indent=2), _rows(9_000),
        "\n".join(map(json.dumps, _rows(9_000))),
        "\n\n".join(path.read_text() for path in sorted((ROOT / "src/compiled_ai/modules").glob("*.py")))[:200_000],
        json.dumps({"code": "\n".join(path.read_text() for path in sorted((ROOT / "src/compiled_ai/modules").glob("*.py")))[:200_000]}),
        base64.b64encode(random.Random(5).randbytes(700_000)).decode(),
        "".join(f"<tr><td>{i}</td><td>A &amp; {i % 91}%</td></tr>\n" for i in range(20_000)),
    ],
    ids=["json", "json with gaps", "value", "jsonl", "code", "code in json", "base64", "html"],
)  # fmt: skip
def test_large_clean_output_is_read_whole_and_passes(output: JsonValue) -> None:
    assert GATE.check(output).findings == ()


def test_error_inside_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = OutputGate(PROMPT, CANARY)
    monkeypatch.setattr(gate, "_search", None)
    verdict = gate.check("hello there")
    assert verdict.action == "block"
    assert [finding.kind for finding in verdict.findings] == ["gate_error"]


def test_value_that_is_no_json_is_blocked() -> None:
    assert GATE.check({"x": object()}).action == "block"  # type: ignore[dict-item]  # outside callers may pass anything


def _nested(depth: int) -> JsonValue:
    value: JsonValue = "end"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "output",
    [
        _nested(100_000), "[" * 100_000 + "]" * 100_000, "\ud800" * 1_000, "\u202eאבג" * 500, bytes(range(256)).decode("latin-1") * 50,
        '\\"' * 20_000, "\n" * 100_000, "x=" + "1+" * 20_000 + "1", "x = " + "(" * 10_000, "<" * 50_000, "&#" * 20_000, 10**5_000,
        "x = 'ab'\n" + "".join(f"x{i + 1} = x{i} + x{i}\n" for i in range(60)), "\0" * 1_000, "", {}, None, float("nan"),
    ],
    ids=[
        "deep_json", "deep_text", "surrogates", "right_to_left", "binary", "escaped_quotes", "line_feeds", "long_sum", "parentheses",
        "tags", "entities", "huge_number", "doubling_names", "nulls", "empty", "empty_object", "null", "nan",
    ],
)  # fmt: skip
def test_odd_output_is_let_through_in_time(output: JsonValue) -> None:
    start = time.process_time()
    verdict = GATE.check(output)
    assert verdict.action == "allow"
    assert time.process_time() - start < 8


@given(
    st.text(max_size=300)
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_value_gets_a_verdict_without_an_error_inside(output: JsonValue) -> None:
    assert "gate_error" not in {finding.kind for finding in GATE.check(output).findings}


@pytest.mark.parametrize("size", [1, 7, 400])
def test_stream_blocks_a_leak_that_comes_in_pieces(size: int) -> None:
    text = "Of course. " * 30 + planted(PROMPT, CANARY) + " Anything else?" * 300
    stream = GATE.stream()
    blocked_at = next(
        (at for at in range(0, len(text), size) if stream.feed(text[at : at + size]).action == "block"), None
    )
    assert blocked_at is not None
    assert blocked_at < 330 + len(CANARY) + 400 + 256
    assert stream.finish().action == "block"


def test_stream_of_clean_text_is_allowed_at_the_end() -> None:
    stream = GATE.stream()
    for _ in range(50):
        stream.feed("The parcel leaves on Tuesday. ")
    assert stream.finish().action == "allow"
