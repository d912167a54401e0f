"""No word of a hidden case reaches the model, the screen, the report or the artifact's other files.

Every hidden case is full of strings that stand nowhere else. Whatever goes out is searched for them, through all ways in which code can fail.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from rich.console import Console

from compiled_ai.cli._progress import CompilationView
from compiled_ai.errors import CompilationFailedError
from compiled_ai.factory import CompilationResult
from compiled_ai.factory.coder import assemble_source
from compiled_ai.factory.events import Listener, ignore
from compiled_ai.factory.plan import make_plan
from compiled_ai.findings import Finding
from compiled_ai.llm import Request
from compiled_ai.sandbox.choose import open_sandbox
from compiled_ai.spec import Case, Spec
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.validation import accuracy, execution
from compiled_ai.validation.execution import check_execution
from compiled_ai.validation.subject import Subject


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path
    requests: list[Request]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any, listener: Listener = ignore) -> CompilationResult: ...
    def fail(self, spec: Spec, *replies: Any, listener: Listener = ignore) -> CompilationFailedError: ...


HIDDEN_TEXTS = ("qzx-vault-0417", "jwk-ledger-9932", "vph-anchor-5560")
HIDDEN_FACTS = ("fct-zeppelin-1", "fct-zeppelin-2", "fct-zeppelin-3")
HIDDEN_NAMES = (
    *(f"{kind}-{letter}-hush" for kind in ("id", "note", "kind") for letter in "abc"),
    "file-name-hush",
)
CANARIES = (*HIDDEN_TEXTS, *(text[::-1] for text in HIDDEN_TEXTS), *HIDDEN_FACTS, *HIDDEN_NAMES)


def hidden_cases() -> list[JsonObject]:
    return [
        {
            "id": f"id-{letter}-hush",
            "note": f"note-{letter}-hush",
            "kind": f"kind-{letter}-hush",
            "input": {"text": text},
            "given": {"look_up": {"fact": fact}},
            "output": {"label": text[::-1]},
        }
        for letter, text, fact in zip("abc", HIDDEN_TEXTS, HIDDEN_FACTS, strict=True)
    ]


def mirror_spec(bench: Bench, *, from_file: bool = False, **changes: Any) -> Spec:
    """A task with a bounded step: turn a text round. Visible texts are shorter than hidden ones, so code can fail on those alone."""
    tests: Any = hidden_cases()
    if from_file:
        (bench.folder / "cases.jsonl").write_text("\n".join(map(json.dumps, tests)), encoding="utf-8")
        tests = {"file": "cases.jsonl"}
    data = {
        "name": "mirror",
        "description": "Turn a text round.",
        "instructions": "The text backwards.",
        "input": {"text": {"type": "string", "maxLength": 40}},
        "output": {"label": {"type": "string", "maxLength": 40}},
        "steps": [
            {
                "id": "look_up",
                "kind": "bounded",
                "instructions": "Find a fact.",
                "output": {"fact": "string"},
            },
            {"id": "turn", "kind": "code", "instructions": "Turn it."},
        ],
        "examples": [
            {"input": {"text": "alpha"}, "given": {"look_up": {"fact": "one"}}, "output": {"label": "ahpla"}},
            {"input": {"text": "beta"}, "given": {"look_up": {"fact": "two"}}, "output": {"label": "ateb"}},
        ],
        "tests": tests,
        "limits": {"case_seconds": 0.5, "tokens": 100_000},
    }
    return bench.spec(**{**data, **changes})


def code(*lines: str) -> str:
    """A reply with an activity of these lines, which may use `text` and `fact`."""
    used = [name for name in ("text", "fact") if name in " ".join(lines)]
    read = [f'{name} = data["{name}"]' for name in used]
    body = "\n".join(f"    {line}" for line in (*read, *lines))
    return (
        "```python\nfrom compiled_ai.modules import abstain\n\n\n"
        f'def turn(data: TurnInput) -> TurnOutput:\n    """Turn."""\n{body}\n```'
    )


GOOD = code('return {"label": text[::-1]}')
ON_HIDDEN = "if len(text) > 8:"
FAILURES = {
    "security": "```python\nimport os\n" + GOOD.removeprefix("```python\n"),
    "syntax": code("return {"),
    "mypy": code('return {"label": len(text)}'),
    "crash on visible": code('return {"label": str(int(text + fact))}'),
    "crash on hidden": code(
        ON_HIDDEN, '    return {"label": str(int(text + fact))}', 'return {"label": text[::-1]}'
    ),
    "key error on hidden": code(
        ON_HIDDEN, '    return {"label": {"x": "y"}[text]}', 'return {"label": text[::-1]}'
    ),
    "schema on hidden": code(ON_HIDDEN, '    return {"label": text * 3}', 'return {"label": text[::-1]}'),
    "too large on hidden": code(
        ON_HIDDEN, '    return {"label": text * 100_000}', 'return {"label": text[::-1]}'
    ),
    "time-out on hidden": code(
        'while len(text) > 8 and text < "k":', "    fact = fact[:8]", 'return {"label": text[::-1]}'
    ),
    "wrong on hidden": code(ON_HIDDEN, '    return {"label": text}', 'return {"label": text[::-1]}'),
    "abstain on hidden": code(
        ON_HIDDEN, '    abstain(f"no idea of {text} and {fact}")', 'return {"label": text[::-1]}'
    ),
    "unstable": code('return {"label": str(turn)}'),
    "crash on generated": code('return {"label": text[::-1] if text else fact[10_000]}'),
    "unreached": code(
        'if text.startswith("pelikan"):',
        "    text = text.upper()",
        '    text = text.lower() + "1"',
        '    text = text.strip() + "2"',
        '    text = text.title() + "3"',
        'return {"label": text[::-1]}',
    ),
    "knows the examples": code(
        'known = {"alpha": "ahpla", "beta": "ateb"}', 'return {"label": known.get(text, text[::-1])}'
    ),
    "keeps what it saw": (
        "```python\n_SEEN: list[str] = []\n\n\n"
        'def turn(data: TurnInput) -> TurnOutput:\n    """Turn."""\n    _SEEN.append(data["text"])\n'
        '    return {"label": _SEEN[-2][::-1]}\n```'
    ),
    "no code": "Sorry, I cannot.",
    "nothing": "",
}
RULES = {
    "security": ("security", "import"),
    "syntax": ("security", "syntax"),
    "mypy": ("syntax", "typeddict-item"),
    "crash on visible": ("execution", "crashed"),
    "crash on hidden": ("execution", "hidden-crashed"),
    "key error on hidden": ("execution", "hidden-crashed"),
    "schema on hidden": ("execution", "hidden-crashed"),
    "too large on hidden": ("execution", "hidden-output_too_large"),
    "time-out on hidden": ("execution", "hidden-timed_out"),
    "wrong on hidden": ("accuracy", "hidden"),
    "abstain on hidden": ("accuracy", "hidden"),
    "unstable": ("security", "address"),
    "crash on generated": ("execution", "crashed"),
    "unreached": ("execution", "unreached"),
    "knows the examples": ("accuracy", "answer-table"),
    "keeps what it saw": ("security", "state"),
    "no code": ("syntax", "unusable"),
    "nothing": ("syntax", "unusable"),
}
ROUNDS = (
    ("no code", "nothing", "security", "syntax", "mypy"),
    ("crash on visible", "crash on hidden", "key error on hidden", "schema on hidden", "too large on hidden"),
    ("wrong on hidden", "abstain on hidden", "time-out on hidden", "unstable", "wrong on hidden"),
    ("crash on generated", "unreached", "knows the examples", "keeps what it saw", "crash on generated"),
)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A compilation that has failed five times, and all that went out."""

    kinds: tuple[str, ...]
    requests: tuple[Request, ...]
    screen: str
    logs: str
    error: CompilationFailedError

    def findings(self, attempt: int) -> tuple[str, set[str]]:
        """The last stage of an attempt, and the rules of its findings."""
        stage = self.error.report["attempts"][attempt]["stages"][-1]  # type: ignore[index]  # JSON data
        return stage["stage"], {finding["rule"] for finding in stage["findings"]}


@pytest.fixture(scope="module", params=enumerate(ROUNDS), ids=lambda item: item[1][0])
def failure(request: pytest.FixtureRequest, make_bench: Callable[[], Bench]) -> Failure:
    number, kinds = request.param
    bench, screen, logs = make_bench(), io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(logs)
    logging.getLogger().addHandler(handler)
    try:
        view = CompilationView(Console(file=screen, width=400), findings=50)
        replies = [FAILURES[kind] for kind in kinds]
        error = bench.fail(mirror_spec(bench, from_file=number == 1), *replies, listener=view)
    finally:
        logging.getLogger().removeHandler(handler)
    return Failure(
        kinds=kinds,
        requests=tuple(bench.requests),
        screen=screen.getvalue(),
        logs=logs.getvalue(),
        error=error,
    )


def outgoing(request: Request) -> list[str]:
    """Everything that a request tells the model."""
    schema = [] if request.schema is None else [canonical_json(request.schema)]
    return [
        request.role,
        request.instructions,
        request.prompt,
        *(turn.text for turn in request.history),
        *schema,
    ]


def leaks(texts: Iterable[str], secrets: Sequence[str] = CANARIES) -> list[str]:
    """Those of `secrets` that stand in one of `texts`, however it is written."""
    whole = "\n".join(texts)
    plain = whole + whole.encode().decode("unicode_escape", "replace")
    return [secret for secret in secrets if secret in plain]


def strings(value: JsonValue) -> list[str]:
    """All texts in JSON data."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []


def test_five_attempts_failed_as_they_were_meant_to(failure: Failure) -> None:
    for number, kind in enumerate(failure.kinds):
        stage, rule = RULES[kind]
        found, rules = failure.findings(number)
        assert (kind, found) == (kind, stage)
        assert rule in rules


def test_no_request_holds_a_hidden_case(failure: Failure) -> None:
    assert len(failure.requests) == 5
    assert leaks(text for request in failure.requests for text in outgoing(request)) == []


def test_neither_screen_nor_log_shows_a_hidden_case(failure: Failure) -> None:
    assert failure.screen.count("attempt 5") >= 1
    assert leaks([failure.screen, failure.logs]) == []


def test_neither_error_nor_report_shows_a_hidden_case(failure: Failure) -> None:
    error = failure.error
    assert leaks([str(error), repr(error), json.dumps(error.report, ensure_ascii=False)]) == []


def test_no_hidden_case_leaks_from_an_artifact(bench: Bench) -> None:
    replies = [FAILURES[kind] for kind in ("crash on hidden", "wrong on hidden")]
    result = bench.compile(mirror_spec(bench, from_file=True), *replies, GOOD)
    texts = {path.name: path.read_text(encoding="utf-8") for path in result.artifact.path.iterdir()}
    assert set(texts) == {
        "spec.yaml",
        "workflow.yaml",
        "activities.py",
        "validation.json",
        "manifest.json",
        "build.json",
    }
    assert leaks(texts.values()) == []


def test_inline_tests_stand_in_the_copy_of_the_spec_alone(bench: Bench) -> None:
    result = bench.compile(mirror_spec(bench), FAILURES["crash on hidden"], GOOD)
    leaking = {
        path.name for path in result.artifact.path.iterdir() if leaks([path.read_text(encoding="utf-8")])
    }
    assert leaking == {"spec.yaml"}


def test_examples_that_are_held_back_do_not_leak(bench: Bench) -> None:
    examples = [
        {
            "input": {"text": text},
            "given": {"look_up": {"fact": f"f-{text}"}},
            "output": {"label": text[::-1]},
        }
        for text in ("uno-1", "due-2", "tre-3", "quattro-4", "cinque-5", "sei-6")
    ]
    spec = mirror_spec(bench, examples=examples, tests=None, limits={"attempts": 3, "tokens": 100_000})
    secrets = [text for case in spec.tests for text in (*strings(case.input), *strings(case.output))]
    bench.fail(spec, *(FAILURES[kind] for kind in ROUNDS[1]))
    assert len(secrets) == 4
    assert leaks((text for request in bench.requests for text in outgoing(request)), secrets) == []


def test_no_hidden_case_leaks_through_the_planner(bench: Bench) -> None:
    wide: JsonObject = {f"field_{number}": {"type": ["string", "null"]} for number in range(9)}
    schema: JsonObject = {
        "type": "object",
        "properties": {"label": {"type": "string"}, **wide},
        "required": ["label"],
    }
    cases = [{**case, "given": {}} for case in hidden_cases()]
    examples = [{"input": {"text": "alpha"}, "output": {"label": "ahpla"}}]
    spec = mirror_spec(bench, output=schema, steps=None, tests=cases, examples=examples)
    bench.fail(spec, {"steps": []}, {"nonsense": 1}, "no code")
    assert [request.role for request in bench.requests][:3] == ["planner", "planner", "coder"]
    assert leaks(text for request in bench.requests for text in outgoing(request)) == []


def test_a_hidden_case_tells_nothing_by_its_repr(bench: Bench) -> None:
    assert leaks(map(repr, mirror_spec(bench).tests)) == []


def test_a_question_on_a_weak_spec_shows_no_hidden_case(bench: Bench) -> None:
    weak = code('return {"label": text if fact == "zzz" else text[::-1]}')
    result = bench.compile(mirror_spec(bench, from_file=True), weak)
    texts = {path.name: path.read_text(encoding="utf-8") for path in result.artifact.path.iterdir()}
    assert "weak-spec" in texts["build.json"]
    assert leaks(texts.values()) == []


class TestExecutionStageAlone:
    """What the subset would stop comes to the execution stage here, which must not tell of hidden cases either."""

    def findings(self, bench: Bench, *lines: str) -> list[Finding]:
        spec = mirror_spec(bench)
        plan = make_plan(spec)
        subject = Subject(
            source=assemble_source(spec, plan, code(*lines).removeprefix("```python\n").removesuffix("```")),
            workflow=plan.workflow,
            cases=(*spec.examples, *spec.tests),
            limits=spec.limits,
        )
        report, _ = check_execution(subject, open_sandbox("auto"))
        return list(report.findings)

    def test_what_is_unstable_on_hidden_cases_is_counted(self, bench: Bench) -> None:
        found = self.findings(
            bench, ON_HIDDEN, '    return {"label": "".join(set(text))}', 'return {"label": text[::-1]}'
        )
        assert [finding.message[:34] for finding in found] == ["3 of 5 inputs answer differently i"]
        assert leaks(finding.message for finding in found) == []

    def test_an_example_that_is_unstable_is_shown(self, bench: Bench) -> None:
        found = self.findings(bench, 'return {"label": "".join(set(text))}')
        assert "such as input" in found[0].message
        assert leaks(finding.message for finding in found) == []


class TestTheCheckItself:
    """It finds a leak where there is one."""

    def test_a_case_among_the_examples_is_found_in_the_prompt(self, bench: Bench) -> None:
        spec = mirror_spec(bench)
        case = spec.tests[0]
        shown = VisibleCase(case_id=case.case_id, input=case.input, output=case.output, given=case.given)
        bench.compile(replace(spec, examples=(*spec.examples, shown), tests=()), GOOD)
        found = leaks(text for request in bench.requests for text in outgoing(request))
        assert found == [HIDDEN_TEXTS[0], HIDDEN_TEXTS[0][::-1], HIDDEN_FACTS[0]]

    @pytest.mark.parametrize("kind", ["crash on hidden", "schema on hidden"])
    def test_an_execution_stage_that_shows_details_is_found_in_the_repair(
        self, kind: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(execution, "HiddenCase", ())  # nothing is an instance of that
        bench.fail(mirror_spec(bench), FAILURES[kind])
        assert leaks(outgoing(bench.requests[1]))

    @pytest.mark.parametrize("kind", ["wrong on hidden", "abstain on hidden"])
    def test_an_accuracy_stage_that_shows_details_is_found_in_the_repair(
        self, kind: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(accuracy, "VisibleCase", Case)
        bench.fail(mirror_spec(bench), FAILURES[kind])
        assert leaks(outgoing(bench.requests[1]))
