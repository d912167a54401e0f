"""The rungs of the ladder: the store, rules without a model, the planner; what is told and what is left behind."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.artifact import Store, load_artifact, manifest
from compiled_ai.errors import CompilationFailedError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.factory.events import Event, Planned, StageEnded, SynthesisKept
from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis import Candidate, synthesize
from compiled_ai.llm import Request, from_function
from compiled_ai.spec import Brief, Spec


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path
    store: Store
    requests: list[Request]
    events: list[Event]

    def spec(self, **changes: Any) -> Spec: ...
    def compile(
        self, spec: Spec, *replies: Any, force: bool = False, effort: str = "low", synthesis: bool = False
    ) -> CompilationResult: ...
    def fail(self, spec: Spec, *replies: Any, effort: str = "low") -> CompilationFailedError: ...


GOOD = '''```python
from compiled_ai.modules import abstain


def double(data: DoubleInput) -> DoubleOutput:
    """Double."""
    if data["n"] < 0:
        abstain("negative")
    return {"twice": 2 * data["n"]}
```'''
WRONG = GOOD.replace("2 *", "3 *")
RULES: dict[str, Any] = {
    "name": "sign",
    "input": {"n": "integer?"},
    "output": {"sign": ["minus", "zero", "plus"]},
    "steps": [
        {
            "id": "decide",
            "kind": "rule",
            "rules": [
                {"when": "n == null", "abstain": "no number"},
                {"when": "n < 0", "then": {"sign": "minus"}},
                {"when": "n == 0", "then": {"sign": "zero"}},
                {"otherwise": {"sign": "plus"}},
            ],
        }
    ],
    "examples": [{"input": {"n": -4}, "output": {"sign": "minus"}}, {"input": {}, "abstain": True}],
    "tests": [
        {"input": {"n": 0}, "output": {"sign": "zero"}},
        {"input": {"n": 9}, "output": {"sign": "plus"}},
    ],
}


def stored_files(bench: Bench) -> list[str]:
    return sorted(path.name for path in bench.store.root.rglob("*")) if bench.store.root.exists() else []


class TestStore:
    """Rung 0."""

    def test_the_second_compilation_of_a_spec_asks_nobody(self, bench: Bench) -> None:
        first = bench.compile(bench.spec(), GOOD)
        second = bench.compile(bench.spec())
        assert (second.rung, second.attempts, len(second.ledger)) == ("stored", (), 0)
        assert second.artifact == first.artifact

    def test_force_compiles_again_to_the_same_bytes(self, bench: Bench) -> None:
        first = bench.compile(bench.spec(), GOOD).artifact
        second = bench.compile(bench.spec(), GOOD, force=True)
        assert (second.rung, second.artifact.manifest) == ("model", first.manifest)

    def test_another_task_is_compiled_anew(self, bench: Bench) -> None:
        bench.compile(bench.spec(), GOOD)
        other = bench.spec(instructions="Twice the number, please. Decline negative ones.")
        assert bench.compile(other, GOOD).rung == "model"

    def test_other_cases_are_another_spec(self, bench: Bench) -> None:
        bench.compile(bench.spec(), GOOD)
        other = bench.spec(tests=[{"input": {"n": 31}, "output": {"twice": 62}}])
        assert bench.compile(other).rung == "reused"

    def test_a_change_in_the_file_of_hidden_cases_is_another_spec(self, bench: Bench) -> None:
        path = bench.folder / "cases.jsonl"
        path.write_text('{"input": {"n": 30}, "output": {"twice": 60}}\n')
        bench.compile(bench.spec(tests={"file": path.name}), GOOD)
        path.write_text('{"input": {"n": 40}, "output": {"twice": 80}}\n')
        assert bench.compile(bench.spec(tests={"file": path.name})).rung == "reused"

    def test_an_artifact_of_another_compiler_is_not_used(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(manifest, "__version__", "0.0.1")
            bench.compile(bench.spec(), GOOD)
        assert bench.compile(bench.spec(), GOOD).rung == "model"
        assert bench.compile(bench.spec()).rung == "stored"

    def test_an_artifact_for_another_module_library_is_not_used(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(manifest, "modules_digest", lambda: "m1:other")
            bench.compile(bench.spec(), GOOD)
        assert bench.compile(bench.spec(), GOOD).rung == "model"

    def test_a_damaged_artifact_is_not_used(self, bench: Bench) -> None:
        path = bench.compile(bench.spec(), GOOD).artifact.path
        (path / "activities.py").write_text("x = 1\n")
        assert bench.compile(bench.spec(), GOOD).rung == "model"

    def test_what_is_found_becomes_current_again(self, bench: Bench) -> None:
        first = bench.compile(bench.spec(), GOOD).artifact
        bench.compile(bench.spec(version="2.0.0"), GOOD)
        bench.compile(bench.spec())
        assert bench.store.find("double") == first.path

    def test_the_current_one_of_two_artifacts_of_a_spec_is_found(self, bench: Bench) -> None:
        bench.compile(bench.spec(), GOOD)
        for detour in ("1 * 2 *", "2 * 1 *"):
            made = bench.compile(bench.spec(), GOOD.replace("2 *", detour), force=True)
            assert bench.compile(bench.spec()).artifact.path == made.artifact.path


class TestRules:
    """Rung 1: a spec of rules alone."""

    def test_it_compiles_without_a_call(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(**RULES))
        assert (result.rung, len(result.attempts), len(result.ledger)) == ("rules", 1, 0)

    def test_the_artifact_names_no_model(self, bench: Bench) -> None:
        compilation = bench.compile(bench.spec(**RULES)).artifact.manifest.compilation
        assert (compilation["rung"], compilation["model"]) == ("rules", None)

    def test_the_artifact_decides_by_the_table(self, bench: Bench) -> None:
        workflow = LoadedWorkflow(bench.compile(bench.spec(**RULES)).artifact)
        assert workflow.run({"n": 0}).output == {"sign": "zero"}
        assert workflow.run({"n": None}).reason == "no number"

    def test_rules_that_miss_an_example_fail_at_once_with_advice(self, bench: Bench) -> None:
        examples = [{"input": {"n": 1}, "output": {"sign": "minus"}}]
        error = bench.fail(bench.spec(**{**RULES, "examples": examples}))
        assert "no model wrote this code, so the spec must be mended" in str(error)
        assert "Next: mend the rules, or the cases that contradict them." in str(error)
        assert len(error.report["attempts"]) == 1  # type: ignore[arg-type]  # JSON data

    def test_a_comparison_with_null_fails_with_advice(self, bench: Bench) -> None:
        rules = [{"when": "n > 1", "then": {"sign": "plus"}}, {"otherwise": {"sign": "zero"}}]
        error = bench.fail(
            bench.spec(**{**RULES, "steps": [{"id": "decide", "kind": "rule", "rules": rules}]})
        )
        assert "test a field that may be null with `!= null` first" in str(error)

    def test_a_long_table_compiles(self, bench: Bench) -> None:
        rules = [{"when": f"n != null and n == {n}", "then": {"word": f"w{n}"}} for n in range(60)]
        steps = [{"id": "decide", "kind": "rule", "rules": rules, "output": {"word": "string"}}]
        changes = {"name": "words", "input": RULES["input"], "output": {"word": "string"}, "steps": steps}
        cases = {
            "examples": [{"input": {"n": 59}, "output": {"word": "w59"}}],
            "tests": [{"input": {"n": 60}, "abstain": True}],
        }
        assert bench.compile(bench.spec(**changes, **cases)).rung == "rules"

    def test_fields_that_pass_through_and_fields_that_stay_inside(self, bench: Bench) -> None:
        rules = [
            {"when": "n > 1", "then": {"sign": "plus", "inner": 1}},
            {"otherwise": {"sign": "zero", "inner": 2}},
        ]
        output = {"sign": RULES["output"]["sign"], "inner": "integer"}
        changes = {
            **RULES,
            "input": {"n": "integer", "who": "string"},
            "output": {"sign": RULES["output"]["sign"], "who": "string"},
            "steps": [{"id": "decide", "kind": "rule", "rules": rules, "output": output}],
            "examples": [{"input": {"n": 2, "who": "me"}, "output": {"sign": "plus", "who": "me"}}],
            "tests": None,
        }
        assert bench.compile(bench.spec(**changes)).rung == "rules"


class TestObstacles:
    """What is refused before anything is asked."""

    BOUNDED = (
        {"id": "read", "kind": "bounded", "instructions": "Read.", "output": {"fact": "string"}},
        {"id": "double", "kind": "code", "instructions": "Double."},
    )

    def test_cases_without_the_output_of_a_bounded_step(self, bench: Bench) -> None:
        error = bench.fail(bench.spec(steps=list(self.BOUNDED)))
        assert (
            "1 examples (example-1) and 1 hidden cases expect an output but give none for the bounded step 'read'"
            in str(error)
        )
        assert "add `given: {read: {...}}` to them" in str(error)

    def test_a_case_to_decline_needs_nothing_given(self, bench: Bench) -> None:
        steps = [
            {
                "id": "check",
                "kind": "rule",
                "rules": [{"when": "n < 0", "abstain": "negative"}, {"otherwise": {"fine": True}}],
                "output": {"fine": "boolean"},
            },
            *self.BOUNDED,
        ]
        examples = [
            {"input": {"n": 1}, "output": {"twice": 2}, "given": {"read": {"fact": "x"}}},
            {"input": {"n": -1}, "abstain": True},
        ]
        without_decline = GOOD.replace('    if data["n"] < 0:\n        abstain("negative")\n', "")
        spec = bench.spec(steps=steps, examples=examples, tests=None)
        assert bench.compile(spec, without_decline).rung == "model"

    def test_a_case_that_reaches_a_bounded_step_without_its_output_is_told_what_to_add(
        self, bench: Bench
    ) -> None:
        spec = bench.spec(
            steps=list(self.BOUNDED), examples=[{"input": {"n": -1}, "abstain": True}], tests=None
        )
        error = bench.fail(spec, GOOD)
        assert (
            "add `given` with the step's output to the case, or decline the input before that step"
            in bench.requests[1].prompt
        )
        assert "Next: add `given` with the outputs of the bounded steps" in str(error)

    @pytest.mark.parametrize("name", ["filter", "class"])
    def test_a_spec_with_such_a_name_gets_another_activity(self, name: str, bench: Bench) -> None:
        reply = GOOD.replace("double", f"{name}_task").replace("Double", f"{name.title()}Task")
        result = bench.compile(bench.spec(name=name), reply)
        assert [step.id for step in result.artifact.workflow.steps] == [f"{name}_task"]


WIDE = {f"f{number}": "integer" for number in range(9)}
WIDE_CHANGES: dict[str, Any] = {
    "name": "wide",
    "output": WIDE,
    "examples": [{"input": {"n": 1}, "output": dict.fromkeys(WIDE, 1)}],
    "tests": [{"input": {"n": 2}, "output": dict.fromkeys(WIDE, 2)}],
}
ONE = (
    '```python\ndef wide(data: WideInput) -> WideOutput:\n    """All."""\n    n = data["n"]\n    return {'
    + ", ".join(f'"{name}": n' for name in WIDE)
    + "}\n```"
)
PLAN: dict[str, Any] = {
    "steps": [
        {
            "id": "first_half",
            "instructions": "Half.",
            "takes": ["n"],
            "gives": {**{f"f{n}": "integer" for n in range(5)}, "extra": "decimal?"},
        },
        {
            "id": "second_half",
            "instructions": "Rest.",
            "takes": ["n", "extra"],
            "gives": {f"f{n}": "integer" for n in range(5, 9)},
        },
    ]
}
TWO = (
    '```python\ndef first_half(data: FirstHalfInput) -> FirstHalfOutput:\n    """Half."""\n    n = data["n"]\n'
    '    return {"f0": n, "f1": n, "f2": n, "f3": n, "f4": n, "extra": "1.50"}\n\n\n'
    'def second_half(data: SecondHalfInput) -> SecondHalfOutput:\n    """Rest."""\n    n = data["n"]\n    return {"f5": n, "f6": n, "f7": n, "f8": n}\n```'
)


class TestPlanner:
    """Wide tasks."""

    def test_a_narrow_task_is_not_planned_by_a_model(self, bench: Bench) -> None:
        bench.compile(bench.spec(), GOOD)
        assert [request.role for request in bench.requests] == ["coder"]

    def test_a_wide_task_is_divided_as_the_planner_says(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(**WIDE_CHANGES), PLAN, TWO)
        assert [request.role for request in bench.requests] == ["planner", "coder"]
        assert [step.id for step in result.artifact.workflow.steps] == ["first_half", "second_half"]

    def test_long_instructions_make_a_task_wide(self, bench: Bench) -> None:
        bench.compile(bench.spec(instructions="Double it. " * 400), {"steps": []}, {"steps": []}, GOOD)
        assert bench.requests[0].role == "planner"

    def test_the_authors_own_steps_are_not_planned_anew(self, bench: Bench) -> None:
        steps = [{"id": "wide", "kind": "code", "instructions": "All."}]
        bench.compile(bench.spec(**WIDE_CHANGES, steps=steps), ONE)
        assert [request.role for request in bench.requests] == ["coder"]

    def test_a_plan_that_does_not_hold_gives_one_activity(self, bench: Bench) -> None:
        first, second = PLAN["steps"]
        plan = {"steps": [{**first, "takes": ["nothing"]}, second]}
        result = bench.compile(bench.spec(**WIDE_CHANGES), plan, ONE)
        assert [step.id for step in result.artifact.workflow.steps] == ["wide"]
        assert [event.by for event in bench.events if isinstance(event, Planned)] == ["config agent"]

    def test_a_planner_that_twice_misses_the_schema_gives_one_activity(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(**WIDE_CHANGES), "no idea", {"plan": 1}, ONE)
        assert [step.id for step in result.artifact.workflow.steps] == ["wide"]

    def test_a_planner_beyond_the_tokens_ends_the_compilation(self, bench: Bench) -> None:
        error = bench.fail(
            bench.spec(**WIDE_CHANGES, instructions="Copy. " * 500, limits={"tokens": 500}), PLAN
        )
        assert bench.requests == []
        assert "limits.tokens: 500" in str(error)


class TestTraces:
    """Events, reports, and what a failure leaves behind."""

    def test_events_come_in_order(self, bench: Bench) -> None:
        bench.compile(bench.spec(), WRONG, GOOD)
        names = [
            event.report.stage if isinstance(event, StageEnded) else type(event).__name__
            for event in bench.events
        ]
        stages = ["security", "syntax", "execution", "accuracy"]
        asked = ["ModelAsked", "ModelReplied"]
        assert names == ["SpecLoaded", "Planned", *asked, *stages, *asked, *stages, "Saved"]

    def test_a_stored_artifact_is_told_after_the_spec(self, bench: Bench) -> None:
        bench.compile(bench.spec(), GOOD)
        bench.compile(bench.spec())
        assert [type(event).__name__ for event in bench.events] == ["SpecLoaded", "StoredFound"]

    def test_a_failed_call_is_told_with_its_error(self, bench: Bench) -> None:
        bench.compile(bench.spec(), "", GOOD)
        names = [type(event).__name__ for event in bench.events]
        assert names[2:5] == ["ModelAsked", "ModelReplied", "StageEnded"]

    @pytest.mark.parametrize("reply", [WRONG, "no code"])
    def test_a_failure_leaves_nothing_in_the_store(self, reply: str, bench: Bench) -> None:
        bench.fail(bench.spec(), reply)
        assert stored_files(bench) == []

    def test_a_failure_leaves_the_artifact_that_was_there(self, bench: Bench) -> None:
        kept = bench.compile(bench.spec(), GOOD).artifact
        bench.fail(bench.spec(instructions="Double it. Decline negative ones."), WRONG)
        assert bench.store.find("double") == kept.path

    def test_the_report_says_which_stage_which_findings_and_what_each_attempt_cost(
        self, bench: Bench
    ) -> None:
        spec = bench.spec(limits={"attempts": 2})
        report: Any = json.loads(json.dumps(bench.fail(spec, WRONG, "no code").report))
        assert (report["name"], report["spec"], report["model"]) == (
            "double",
            str(spec.source.path),
            "function",
        )
        assert report["reason"] == "none of 2 attempts passed"
        assert [attempt["attempt"] for attempt in report["attempts"]] == [1, 2]
        assert [stage["passed"] for stage in report["attempts"][0]["stages"]] == [True, True, True, False]
        assert report["attempts"][1]["stages"][0]["findings"][0]["rule"] == "unusable"
        assert [(call["role"], call["attempt"]) for call in report["calls"]] == [("coder", 1), ("coder", 2)]
        assert report["totals"]["calls"] == 2
        assert "3 * data" in report["last_source"]

    def test_the_message_names_each_attempt_and_a_next_step(self, bench: Bench) -> None:
        spec = bench.spec(limits={"attempts": 2})
        first, *attempts, advice = str(bench.fail(spec, "no code", WRONG)).split("\n")
        assert first == f"{spec.source.path}: double was not compiled: none of 2 attempts passed."
        assert [line.split(":")[0] for line in attempts] == ["  attempt 1", "  attempt 2"]
        assert advice.startswith("  Next: make the instructions say")

    def test_hidden_consultations_are_the_attempts_that_ran_hidden_cases(self, bench: Bench) -> None:
        crash = GOOD.replace('2 * data["n"]', '2 * data["n"] // (0 if data["n"] > 9 else 1)')
        evidence = bench.compile(bench.spec(), "no code", crash, WRONG, GOOD).artifact.manifest.evidence
        assert evidence["hidden_consultations"] == 3

    def test_without_hidden_cases_none_were_consulted(self, bench: Bench) -> None:
        assert (
            bench.compile(bench.spec(tests=None), GOOD).artifact.manifest.evidence["hidden_consultations"]
            == 0
        )

    def test_the_same_compilation_gives_the_same_bytes(self, make_bench: Callable[[], Bench]) -> None:
        folders = []
        for _ in range(2):
            bench = make_bench()
            folders.append(bench.compile(bench.spec(), GOOD).artifact.path)
        names = sorted(path.name for path in folders[0].iterdir() if path.name != "build.json")
        assert folders[0].name == folders[1].name
        assert [(folders[0] / name).read_bytes() for name in names] == [
            (folders[1] / name).read_bytes() for name in names
        ]

    def test_the_result_is_what_the_store_holds(self, bench: Bench) -> None:
        result = bench.compile(bench.spec(), GOOD)
        assert load_artifact(bench.store.find("double")) == result.artifact


class TestModels:
    """A cheaper model first."""

    def test_a_stronger_model_takes_over_where_the_first_failed_twice(self, bench: Bench) -> None:
        asked: list[str] = []

        def cheap(request: Request) -> str:
            asked.append("cheap")
            return WRONG.replace("3 *", f"{len(asked) + 3} *")

        def strong(request: Request) -> str:
            asked.append("strong")
            return GOOD

        client = from_function(cheap, model="cheap")
        options = CompileOptions(
            store=bench.store, synthesis=False, stronger=(from_function(strong, model="strong"),)
        )
        result = compile_spec(bench.spec(), client, options)
        assert asked == ["cheap", "cheap", "strong"]
        assert [call.model for call in result.ledger] == ["cheap", "cheap", "strong"]
        assert result.artifact.manifest.compilation["model"] == "strong"

    def test_without_a_stronger_one_the_first_goes_on(self, bench: Bench) -> None:
        replies = [WRONG, WRONG.replace("3 *", "4 *"), WRONG.replace("3 *", "5 *"), GOOD]
        assert len(bench.compile(bench.spec(), *replies).ledger) == 4


class Fixed:
    """A synthesizer that proposes given code."""

    name = "fixed"

    def __init__(self, *bodies: str) -> None:
        self._bodies = bodies

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        for cost, body in enumerate(self._bodies):
            yield Candidate(body=body.strip("`").removeprefix("python\n"), cost=cost, how="it was given")


MANY = [{"input": {"n": number}, "output": {"twice": 2 * number}} for number in range(30, 40)]


class TestSynthesis:
    """Rung 1: no model."""

    @pytest.fixture(autouse=True)
    def given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def propose(self, *bodies: str) -> None:
        self.patch.setattr(
            "compiled_ai.factory.compile.synthesize",
            functools.partial(synthesize, synthesizers=[Fixed(*bodies)]),
        )

    def test_code_that_passes_asks_nobody_and_costs_nothing(self, bench: Bench) -> None:
        self.propose(GOOD)
        result = bench.compile(bench.spec(tests=MANY), synthesis=True)
        assert (result.rung, len(result.ledger)) == ("synthesis", 0)
        compilation = result.artifact.manifest.compilation
        assert (compilation["rung"], compilation["model"], compilation["attempts"]) == ("synthesis", None, 1)
        assert LoadedWorkflow(result.artifact).run({"n": 4}).output == {"twice": 8}

    def test_the_next_candidate_follows_one_that_fails(self, bench: Bench) -> None:
        self.propose(WRONG, GOOD)
        result = bench.compile(bench.spec(tests=MANY), synthesis=True)
        assert [(attempt.by, attempt.verification.passed) for attempt in result.attempts] == [
            ("synthesis", False),
            ("synthesis", True),
        ]

    def test_the_coder_follows_when_none_passes(self, bench: Bench) -> None:
        self.propose(WRONG)
        result = bench.compile(bench.spec(), GOOD, synthesis=True)
        assert [(attempt.by, attempt.number) for attempt in result.attempts] == [
            ("synthesis", 1),
            ("coder", 1),
        ]
        assert result.rung == "model"
        told = [(event.by, event.attempt) for event in bench.events if isinstance(event, StageEnded)]
        assert told[0] == ("synthesis", 1)
        assert told[-1] == ("coder", 1)

    def test_looks_at_hidden_cases_are_counted_for_candidates_too(self, bench: Bench) -> None:
        self.propose(WRONG)
        result = bench.compile(bench.spec(), GOOD, synthesis=True)
        assert result.artifact.manifest.evidence["hidden_consultations"] == 2

    def test_code_that_passes_just_so_is_taken_only_when_no_model_does_better(self, bench: Bench) -> None:
        self.propose(GOOD.replace("if data", 'if data["n"] > 90 or data'))
        spec = bench.spec(
            accuracy={"evaluator": "exact", "threshold": 0.5},
            tests=[
                {"input": {"n": 30}, "output": {"twice": 60}},
                {"input": {"n": 99}, "output": {"twice": 198}},
            ],
        )
        assert bench.compile(spec, GOOD, synthesis=True, force=True).rung == "model"
        failed = bench.compile(spec, WRONG, synthesis=True, force=True)
        assert failed.rung == "synthesis"
        assert [event.number for event in bench.events if isinstance(event, SynthesisKept)] == [1]
        assert bench.compile(spec, synthesis=True, effort="none", force=True).rung == "synthesis"

    def test_few_hidden_cases_do_not_vouch_for_it(self, bench: Bench) -> None:
        self.propose(GOOD)
        spec = bench.spec(tests=MANY[:9])
        assert bench.compile(spec, GOOD, synthesis=True).rung == "model"
        assert bench.compile(spec, synthesis=True, effort="none", force=True).rung == "synthesis"

    def test_tokens_that_do_not_do_for_invented_cases_may_do_for_synthesis(self, bench: Bench) -> None:
        self.propose(GOOD)
        spec = bench.spec(limits={"tokens": 500, "case_seconds": 5.0}, instructions="Double it. " * 300)
        assert bench.compile(spec, synthesis=True, effort="standard").rung == "synthesis"
        assert bench.requests == []

    def test_effort_none_asks_no_model_and_says_what_would(self, bench: Bench) -> None:
        self.propose()
        error = bench.fail(bench.spec(), effort="none")
        assert bench.requests == []
        assert "--effort low" in str(error)

    def test_effort_none_compiles_rules(self, bench: Bench) -> None:
        assert bench.compile(bench.spec(**RULES), effort="none").rung == "rules"


MIRROR: dict[str, Any] = {
    "name": "pair",
    "description": "Two texts.",
    "instructions": "As the steps say.",
    "input": {"n": "integer"},
    "output": {"a": "string", "b": "string"},
    "steps": [
        {
            "id": "one",
            "kind": "code",
            "instructions": "The number after a sharp sign.",
            "output": {"a": "string"},
        },
        {
            "id": "two",
            "kind": "code",
            "instructions": "The number after a plus sign.",
            "output": {"b": "string"},
        },
    ],
    "examples": [{"input": {"n": 1}, "output": {"a": "#1", "b": "+1"}}],
    "tests": [{"input": {"n": 7}, "output": {"a": "#7", "b": "+7"}}],
}


def part(step: str, field: str, sign: str) -> str:
    """A step with a constant and a helper, which are called alike in every step."""
    name = step.title()
    return (
        f'''_SIGN = "{sign}"\n\n\ndef _shown(number: int) -> str:\n    """Show."""\n    return f"{{_SIGN}}{{number}}"\n\n\n'''
        f'''def {step}(data: {name}Input) -> {name}Output:\n    """Show."""\n    return {{"{field}": _shown(data["n"])}}\n'''
    )


class TestKeptSteps:
    """A step that did not change keeps its code, whatever the code of another is called."""

    def changed(self, bench: Bench) -> Spec:
        steps = [MIRROR["steps"][0], {**MIRROR["steps"][1], "instructions": "The number after a minus sign."}]
        cases = {
            "examples": [{"input": {"n": 1}, "output": {"a": "#1", "b": "-1"}}],
            "tests": [{"input": {"n": 7}, "output": {"a": "#7", "b": "-7"}}],
        }
        return bench.spec(**{**MIRROR, "steps": steps, **cases})

    def compiled(self, bench: Bench) -> None:
        second = part("two", "b", "+").replace("_SIGN", "_PLUS").replace("_shown", "_added")
        bench.compile(bench.spec(**MIRROR), f"```python\n{part('one', 'a', '#')}\n\n{second}```")

    def test_the_coders_helper_of_the_same_name_does_not_replace_that_of_a_kept_step(
        self, bench: Bench
    ) -> None:
        self.compiled(bench)
        result = bench.compile(self.changed(bench), f"```python\n{part('two', 'b', '-')}```")
        assert [attempt.verification.passed for attempt in result.attempts] == [True]
        assert "Write `one`" not in bench.requests[0].prompt
        assert '_SIGN = "#"' in result.artifact.source
        assert '_SIGN_2 = "-"' in result.artifact.source

    def test_a_kept_step_that_the_coder_writes_all_the_same_is_left_out(self, bench: Bench) -> None:
        self.compiled(bench)
        again = part("one", "a", "!").partition("\n\n\ndef _shown")[2]
        reply = f"{part('two', 'b', '-')}\n\ndef {again[again.index('one(') :]}"
        result = bench.compile(self.changed(bench), f"```python\n{reply}```")
        assert [attempt.verification.passed for attempt in result.attempts] == [True]

    def test_a_new_step_called_like_a_helper_of_a_kept_one_is_no_helper(self, bench: Bench) -> None:
        code = part("one", "a", "#").replace("_shown", "two")
        only = {
            "output": {"a": "string"},
            "steps": MIRROR["steps"][:1],
            "examples": [{"input": {"n": 1}, "output": {"a": "#1"}}],
            "tests": None,
        }
        bench.compile(bench.spec(**{**MIRROR, **only}), f"```python\n{code}```")
        both = f"```python\n{part('one', 'a', '#')}\n\n{part('two', 'b', '+').replace('_SIGN', '_PLUS').replace('_shown', '_added')}```"
        result = bench.compile(bench.spec(**MIRROR), both)
        assert result.rung == "model"
        assert "Write `one`" in bench.requests[0].prompt
