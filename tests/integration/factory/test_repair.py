"""Attempts: what the coder is told after each kind of failure, and when the compiler gives up."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from compiled_ai.errors import CompilationFailedError, ModelCallError, ModelReplyError
from compiled_ai.factory import CompilationResult
from compiled_ai.llm import Request
from compiled_ai.spec import Spec


class Bench(Protocol):
    """The fixture in conftest.py."""

    requests: list[Request]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any, force: bool = False) -> CompilationResult: ...
    def fail(self, spec: Spec, *replies: Any) -> CompilationFailedError: ...


def code(*body: str, before: str = "") -> str:
    """A reply with the activity `double` of these lines."""
    lines = "\n".join(f"    {line}" for line in body)
    return (
        f"```python\nfrom compiled_ai.modules import abstain\n{before}\n\n"
        f'def double(data: DoubleInput) -> DoubleOutput:\n    """Double."""\n{lines}\n```'
    )


DECLINE = ('if data["n"] < 0:', '    abstain("negative")')
GOOD = code(*DECLINE, 'return {"twice": 2 * data["n"]}')
ON_LARGE = 'if data["n"] > 9:'


def test_good_code_passes_at_the_first_attempt(bench: Bench) -> None:
    result = bench.compile(bench.spec(), GOOD)
    assert (result.rung, len(result.attempts), len(result.ledger)) == ("model", 1, 1)


FEEDBACK: dict[str, tuple[str, list[str]]] = {
    "security": (
        code(*DECLINE, 'return {"twice": os.path.sep.count("/") + 2 * data["n"]}', before="import os\n"),
        ["The security stage failed:", "subset import at `import os`:"],
    ),
    "syntax": (
        code(*DECLINE, 'return {"twice": 2 * data["n"]'),
        ["The security stage failed:", "subset syntax", "never closed"],
    ),
    "types": (
        code(*DECLINE, 'return {"twice": str(data["n"])}'),
        ["The syntax stage failed:", 'mypy typeddict-item at `return {"twice": str(data["n"])}`:'],
    ),
    "crash on an example": (
        code('return {"twice": 2 // (data["n"] - 1) + data["n"]}'),
        [
            "The execution stage failed:",
            "cases crashed at `return",
            "example 'example-1': ZeroDivisionError",
        ],
    ),
    "crash on hidden cases": (
        code(ON_LARGE, '    return {"twice": data["n"] // 0}', *DECLINE, 'return {"twice": 2 * data["n"]}'),
        [
            "The execution stage failed:",
            "cases hidden-crashed: 1 hidden case: crashed; abstain when a needed part is missing",
        ],
    ),
    "time-out": (
        code('while data["n"] == 1:', "    pass", *DECLINE, 'return {"twice": 2 * data["n"]}'),
        ["The execution stage failed:", "cases timed_out: example 'example-1'"],
    ),
    "wrong on an example": (
        code(*DECLINE, 'return {"twice": 3 * data["n"]}'),
        [
            "The accuracy stage failed:",
            "cases visible: on the examples accuracy 0.50 is below the threshold 1.00",
            'input {"n":1} gave {"twice":3}; expected {"twice":2}',
            "cases hidden: on 2 hidden cases accuracy 0.50 is below the threshold 1.00: 1 answered wrong.",
        ],
    ),
    "answers instead of declining": (
        code('return {"twice": 2 * data["n"]}'),
        ['input {"n":-1} gave {"twice":-2}; expected an abstention'],
    ),
    "declines a hidden case": (
        code(ON_LARGE, '    abstain("large")', *DECLINE, 'return {"twice": 2 * data["n"]}'),
        [
            "The accuracy stage failed:",
            "cases hidden: on 2 hidden cases",
            "1 declined though an answer was due",
        ],
    ),
}


@pytest.mark.parametrize(("bad", "told"), FEEDBACK.values(), ids=FEEDBACK)
def test_the_coder_is_told_what_failed_and_mends_it(bad: str, told: list[str], bench: Bench) -> None:
    spec = bench.spec(limits={"case_seconds": 0.3 if "while" in bad else 5.0})
    result = bench.compile(spec, bad, GOOD)
    feedback = bench.requests[1].prompt
    assert [text for text in told if text not in feedback] == []
    assert len(result.attempts) == 2


def test_a_repair_shows_the_task_and_the_code_that_stands(bench: Bench) -> None:
    bench.compile(bench.spec(), FEEDBACK["wrong on an example"][0], GOOD)
    first, second = bench.requests
    task, standing = second.history
    assert (task.role, task.text, standing.role) == ("user", first.prompt, "assistant")
    assert 'return {"twice": 3 * data["n"]}' in standing.text


def test_a_repair_holds_only_what_changes(bench: Bench) -> None:
    wrong = code(*DECLINE, 'return {"twice": _FACTOR * data["n"]}', before="\n_FACTOR = 3\n")
    result = bench.compile(bench.spec(), wrong, "```python\n_FACTOR = 2\n```")
    assert "_FACTOR = 2\n" in result.artifact.source
    assert "def double(" in result.artifact.source


def test_a_forbidden_import_is_gone_with_the_code_that_used_it(bench: Bench) -> None:
    bad, _ = FEEDBACK["security"]
    repair = GOOD.replace("from compiled_ai.modules import abstain\n", "")
    assert "import os" not in bench.compile(bench.spec(), bad, repair).artifact.source


def test_a_helper_that_does_not_parse_is_replaced_by_its_repair(bench: Bench) -> None:
    bad = code(
        *DECLINE,
        'return {"twice": _twice(data["n"])}',
        before='\ndef _twice(n: int) -> int:\n    """Twice."""\n    return (n * 2\n',
    )
    repair = '```python\ndef _twice(n: int) -> int:\n    """Twice."""\n    return n * 2\n```'
    assert len(bench.compile(bench.spec(), bad, repair).attempts) == 2


def test_a_repair_that_does_not_parse_does_not_lose_what_stood(bench: Bench) -> None:
    wrong = code(
        *DECLINE,
        'return {"twice": _twice(data["n"])}',
        before='\ndef _twice(n: int) -> int:\n    """Twice."""\n    return n * 3\n',
    )
    broken = '```python\ndef _twice(n: int) -> int:\n    """Twice."""\n    return (n * 2\n```'
    repair = broken.replace("(n *", "n *")
    assert len(bench.compile(bench.spec(), wrong, broken, repair).attempts) == 3


class TestReplies:
    """Odd replies."""

    def test_a_first_reply_without_code_is_asked_for_again(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(), "I cannot do that.", GOOD)
        assert "reply unusable: the reply holds no ```python block" in bench.requests[1].prompt
        assert len(result.attempts) == 2

    def test_an_empty_reply_counts_as_an_attempt(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(), "", GOOD)
        assert (
            "reply unusable: the reply cannot be used: function gave an empty reply"
            in bench.requests[1].prompt
        )
        assert len(result.attempts) == 2

    def test_a_reply_that_was_cut_off_counts_as_an_attempt(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(), ModelReplyError("cut off after 100 tokens"), GOOD)
        assert "cut off after 100 tokens" in bench.requests[1].prompt
        assert len(result.attempts) == 2

    def test_a_repair_without_code_is_asked_for_again_with_what_failed_before(self, bench: Bench) -> None:
        wrong, (_, *told) = FEEDBACK["wrong on an example"]
        bench.compile(bench.spec(), wrong, "I see.", GOOD)
        third = bench.requests[2]
        assert "The accuracy stage failed:\n- reply unusable: the reply holds no" in third.prompt
        assert [text for text in told if text not in third.prompt] == []
        assert "3 * data" in third.history[1].text

    def test_a_repair_that_changes_nothing_is_told_so_without_another_run(self, bench: Bench) -> None:
        wrong, _ = FEEDBACK["wrong on an example"]
        result = bench.compile(bench.spec(), wrong, wrong, GOOD)
        assert "reply unusable: the reply changes nothing of the code that failed" in bench.requests[2].prompt
        assert [len(attempt.verification.reports) for attempt in result.attempts] == [4, 1, 4]

    @pytest.mark.parametrize(
        ("number", "told"),
        [
            ("+".join("1" * 30_000), "subset bounds: the code nests more than"),
            ("-" * 20_000 + "1", "subset syntax: the code does not parse"),
            ("0 * len('\ud800')", "subset encoding"),
        ],
        ids=["a sum of many", "many signs", "a lone surrogate"],
    )
    def test_code_that_would_break_a_tool_is_told_of_like_any_other(
        self, number: str, told: str, bench: Bench
    ) -> None:
        bench.compile(bench.spec(), GOOD.replace("2 *", f"0 * {number} + 2 *"), GOOD)
        assert told in bench.requests[1].prompt

    def test_a_reply_is_complained_of_once(self, bench: Bench) -> None:
        bench.fail(bench.spec(), "No.")
        assert bench.requests[4].prompt.count("reply unusable") == 1


class TestLimits:
    """When the compiler stops."""

    def test_it_stops_after_the_attempts_of_the_spec(self, bench: Bench) -> None:
        error = bench.fail(
            bench.spec(limits={"attempts": 3}),
            *(FEEDBACK[kind][0] for kind in ("security", "types", "wrong on an example")),
        )
        assert len(bench.requests) == 3
        assert "none of 3 attempts passed" in str(error)

    def test_it_stops_before_a_call_that_the_tokens_do_not_allow(self, bench: Bench) -> None:
        wrong, _ = FEEDBACK["wrong on an example"]
        spent = bench.compile(bench.spec(), GOOD).ledger.totals().tokens
        other = bench.spec(limits={"tokens": spent + 500}, instructions="Twice it. Decline negative ones.")
        error = bench.fail(other, wrong)
        assert len(bench.requests) == 1
        assert f"the token limit (limits.tokens: {spent + 500}) does not allow another call" in str(error)

    def test_it_does_not_call_at_all_when_the_first_prompt_is_too_long(self, bench: Bench) -> None:
        error = bench.fail(bench.spec(limits={"tokens": 500}), GOOD)
        assert bench.requests == []
        assert error.report["attempts"] == []

    def test_a_call_that_fails_surfaces_and_nothing_is_saved(self, bench: Bench) -> None:
        with pytest.raises(ModelCallError, match="down"):
            bench.compile(bench.spec(), ModelCallError("down", retryable=True))

    def test_a_failed_call_in_a_repair_surfaces_too(self, bench: Bench) -> None:
        wrong, _ = FEEDBACK["wrong on an example"]
        with pytest.raises(ModelCallError, match="down"):
            bench.compile(bench.spec(), wrong, ModelCallError("down", retryable=False))
