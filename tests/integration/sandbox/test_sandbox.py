"""How cases end in the jail."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail import run_sandboxed
from compiled_ai.sandbox.model import (
    CaseRow,
    SandboxCase,
    SandboxJob,
    SandboxLimits,
    SandboxOutcome,
    Surroundings,
)
from compiled_ai.spec.canonical import JsonObject

ONE_STEP = Workflow(
    name="probe",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema={}),),
    returns=("n",),
)


def run_source(
    source: str,
    *inputs: JsonObject,
    limits: SandboxLimits | None = None,
    coverage: bool = False,
    hash_seed: int = 0,
) -> SandboxOutcome:
    cases = tuple(SandboxCase(case_id=str(i), input=data, given={}) for i, data in enumerate(inputs))
    job = SandboxJob(
        source=dedent(source),
        workflow=ONE_STEP,
        cases=cases,
        limits=limits or SandboxLimits(),
        coverage=coverage,
        surroundings=Surroundings(hash_seed=hash_seed),
    )
    return run_sandboxed(job)


def run_body(body: str, data: JsonObject | None = None, limits: SandboxLimits | None = None) -> CaseRow:
    """The row of one case of a function `run` with `body`."""
    source = "import re\n\ndef run(data):\n" + indent(dedent(body), "    ")
    (row,) = run_source(source, {} if data is None else data, limits=limits).rows
    return row


LOOP_ON_ZERO = """
    def run(data):
        while data["n"] == 0:
            pass
        return {"n": data["n"]}
"""

FOUR_ZEROS: list[JsonObject] = [{"n": 0}] * 4


def test_answer_is_returned_as_it_is() -> None:
    row = run_body("return {'n': data['n'] + 1, 'text': 'ä\\u2028', 'none': None}", {"n": 1})
    assert (row.status, row.output, row.detail) == ("answered", {"n": 2, "text": "ä\u2028", "none": None}, "")


def test_abstention_carries_its_reason_and_line() -> None:
    source = """\
        from compiled_ai.modules import abstain
        def run(data):
            abstain("not sure")
    """
    (row,) = run_source(source, {}).rows
    assert (row.status, row.detail, row.line) == ("abstained", "not sure", 3)


def test_exception_carries_the_innermost_line_of_the_code() -> None:
    source = """\
        def parse(text):
            return int(text)

        def run(data):
            return {"n": parse(data["n"])}
    """
    (row,) = run_source(source, {"n": "x"}).rows
    assert (row.status, row.line) == ("crashed", 2)
    assert row.detail.startswith("ValueError at line 2: invalid literal")


def test_leaving_the_process_by_an_exception_is_a_crash() -> None:
    assert run_body("raise SystemExit(0)").detail == "SystemExit at line 4: 0"


def test_rows_come_in_the_order_of_the_cases() -> None:
    outcome = run_source(LOOP_ON_ZERO, {"n": 3}, {"n": 1}, {"n": 2})
    assert [(row.case_id, row.output) for row in outcome.rows] == [
        ("0", {"n": 3}),
        ("1", {"n": 1}),
        ("2", {"n": 2}),
    ]


def test_endless_loop_costs_only_its_own_case() -> None:
    limits = SandboxLimits(case_seconds=0.7)
    outcome = run_source(LOOP_ON_ZERO, {"n": 1}, {"n": 0}, {"n": 2}, {"n": 3}, limits=limits)
    assert [row.status for row in outcome.rows] == ["answered", "timed_out", "answered", "answered"]
    assert outcome.rows[1].detail == "did not end within 0.7 seconds"


def test_cases_beyond_the_last_restart_fail_without_being_run() -> None:
    limits = SandboxLimits(case_seconds=0.3, restarts=1)
    outcome = run_source(LOOP_ON_ZERO, *FOUR_ZEROS, limits=limits)
    assert [row.status for row in outcome.rows] == ["timed_out"] * 4
    assert [row.detail.startswith("not run") for row in outcome.rows] == [False, False, True, True]


def test_catastrophic_pattern_is_killed() -> None:
    row = run_body("re.match(r'(a+)+$', 'a' * 60 + 'b')", limits=SandboxLimits(case_seconds=0.3))
    assert row.status == "timed_out"


@pytest.mark.parametrize(
    "body", ["x = [0] * 10**9", "x = [data]\nwhile True:\n    x = x + x"], ids=["at once", "doubling"]
)
def test_memory_bomb_is_reported_with_its_line(body: str) -> None:
    row = run_body(body, limits=SandboxLimits(memory_mb=200, case_seconds=10))
    assert (row.status, row.detail) == ("out_of_memory", f"MemoryError at line {row.line}")


def test_endless_recursion_is_a_crash() -> None:
    (row,) = run_source("def run(data):\n    return run(data)", {}).rows
    assert (row.status, row.line) == ("crashed", 2)
    assert row.detail.startswith("RecursionError at line 2")


def test_huge_output_is_refused() -> None:
    row = run_body("return {'x': 'a' * 5000}", limits=SandboxLimits(output_bytes=1000))
    assert (row.status, row.output) == ("output_too_large", None)


def test_large_output_within_the_limit_arrives_whole() -> None:
    row = run_body("return {'x': 'ä' * 100_000}")
    assert row.output == {"x": "ä" * 100_000}


@pytest.mark.parametrize(
    ("body", "mutated"),
    [
        ("data['rows'].sort()\nreturn {}", True),
        ("data['rows'].append({1})\nreturn {}", True),
        ("data['flag'] = 1\nreturn {}", True),
        ("data.pop('flag')\nraise ValueError", True),
        ("return {'rows': sorted(data['rows'])}", False),
    ],
    ids=["sorts", "puts in a set", "equal but of another type", "raises after it", "copies"],
)
def test_changing_the_input_is_seen(body: str, mutated: bool) -> None:
    assert run_body(body, {"rows": [2, 1], "flag": True}).mutated_input is mutated


@pytest.mark.parametrize(
    ("expression", "detail"),
    [
        ("{'x': {1, 2}}", "returned set in 'x', which is not JSON data"),
        ("{'x': {'y': [(1, 2)]}}", "returned tuple in 'x.y', which is not JSON data"),
        ("{'x': float('nan')}", "returned nan in 'x', which is not JSON data"),
        ("{'x': {1: 2}}", "returned a key of type int in 'x', which is not JSON data"),
        ("{1}", "returned set, which is not JSON data"),
        ("[1]", "returned list, which is not a JSON object"),
        ("None", "returned NoneType, which is not a JSON object"),
        ("{'x': b'y'}", "returned bytes in 'x', which is not JSON data"),
    ],
)
def test_output_that_is_not_json_is_a_crash(expression: str, detail: str) -> None:
    expression = expression.replace("b'y'", "'y'.encode()")
    row = run_body(f"return {expression}")
    assert (row.status, row.detail) == ("crashed", detail)


def test_output_that_holds_itself_is_a_crash() -> None:
    assert run_body("data['x'] = data\nreturn data").detail == "returned data nested deeper than 100 levels"


def test_hash_seed_decides_the_order_of_sets() -> None:
    source = "def run(data):\n    return {'order': ''.join({c for c in 'abcdefghij'})}"
    first, again, other = (run_source(source, {}, hash_seed=seed).rows[0].output for seed in (1, 1, 4_027))
    assert first == again != other


def test_endless_loop_at_import_fails_every_case_at_once() -> None:
    source = "while True:\n    pass\ndef run(data):\n    return {}"
    outcome = run_source(source, {}, {}, {}, limits=SandboxLimits(case_seconds=0.3))
    detail = "importing activities.py: did not end within 0.3 seconds"
    assert [(row.status, row.detail) for row in outcome.rows] == [("timed_out", detail)] * 3


@pytest.mark.parametrize(
    ("source", "detail", "line"),
    [
        ("X = 1 / 0", "ZeroDivisionError at line 1: division by zero", 1),
        ("\ndef run(:", "SyntaxError at line 2: invalid syntax", 2),
        ("X = 1", "NameError: activities.py has no function 'run'", None),
        ("import os", "ImportError at line 1: compiled code may not import 'os'", 1),
        ("from compiled_ai.modules import abstain\nabstain('no')", "no", 2),
    ],
    ids=["raises", "syntax", "no function", "import", "abstains"],
)
def test_code_that_cannot_be_imported_crashes_every_case(source: str, detail: str, line: int | None) -> None:
    outcome = run_source(source, {}, {})
    assert [(row.status, row.detail, row.line) for row in outcome.rows] == [("crashed", detail, line)] * 2


def test_everything_the_subset_may_import_works_under_the_locks() -> None:
    source = """\
        from __future__ import annotations
        import bisect, difflib, fractions, functools, itertools, json, math, statistics, string, textwrap, unicodedata
        import collections.abc
        from datetime import date, datetime
        from decimal import Decimal
        from typing import NamedTuple, TypedDict

        class Output(TypedDict):
            x: str

        class Point(NamedTuple):
            x: Decimal
            y: int = 2

        def run(data) -> Output:
            day = datetime.strptime("2024-02-29", "%Y-%m-%d")
            point = Point(Decimal("1.5"))
            match point:
                case Point(x=x, y=2):
                    return {"x": f"{day.strftime('%d.%m.%y')} {x:.2f} {unicodedata.name('a')}"}
    """
    (row,) = run_source(source, {}).rows
    assert (row.output, row.detail) == ({"x": "29.02.24 1.50 LATIN SMALL LETTER A"}, "")


def test_coverage_tells_shares_and_missing_lines() -> None:
    source = """\
        def run(data):
            if data["n"] > 1:
                return {"n": 1}
            return {"n": 0}  # pragma: no cover
    """
    outcome = run_source(source, {"n": 2}, coverage=True)
    assert outcome.coverage is not None
    assert (outcome.coverage.lines, outcome.coverage.branches) == (0.75, 0.5)
    assert outcome.coverage.missing_lines == (4,)


def test_coverage_without_branches_is_whole() -> None:
    outcome = run_source("def run(data):\n    return {}", {}, coverage=True)
    assert outcome.coverage is not None
    assert (outcome.coverage.lines, outcome.coverage.branches) == (1.0, 1.0)


def test_coverage_leaves_the_layers_in_force() -> None:
    source = "def run(data):\n    return {}"
    assert run_source(source, coverage=True).isolation == run_source(source).isolation


@pytest.mark.parametrize(("order", "known"), [((0, 1), True), ((1, 0), False)], ids=["then others", "last"])
def test_coverage_after_a_kill_is_that_of_the_rest(order: tuple[int, int], known: bool) -> None:
    limits = SandboxLimits(case_seconds=0.7)
    outcome = run_source(LOOP_ON_ZERO, {"n": order[0]}, {"n": order[1]}, coverage=True, limits=limits)
    assert (outcome.coverage is not None) is known


def _two_steps(given: dict[str, JsonObject]) -> CaseRow:
    steps = (
        PlannedStep(id="read", kind="bounded", takes=("text",), output_schema={}),
        PlannedStep(id="double", kind="code", takes=("n",), output_schema={}),
    )
    workflow = Workflow(
        name="p", version="1", input_schema={}, output_schema={}, steps=steps, returns=("twice",)
    )
    source = "def double(data):\n    return {'twice': data['n'] * 2}"
    cases = (SandboxCase(case_id="a", input={"text": "three"}, given=given),)
    return run_sandboxed(SandboxJob(source=source, workflow=workflow, cases=cases)).rows[0]


def test_given_output_stands_for_a_bounded_step() -> None:
    assert _two_steps({"read": {"n": 3}}).output == {"twice": 6}


def test_bounded_step_without_given_output_needs_a_model() -> None:
    row = _two_steps({})
    assert (row.status, row.output) == ("needs_model", None)
    assert "'read'" in row.detail


def test_jail_that_cannot_start_is_the_operators_problem() -> None:
    with pytest.raises(SandboxError, match="PYTHONHASHSEED"):
        run_source("def run(data):\n    return {}", {}, hash_seed=-1)
