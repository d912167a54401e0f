"""How cases end in the jail."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail import Jail, missing_layers
from compiled_ai.sandbox.model import (
    NOT_RUN,
    CaseRow,
    Sandbox,
    SandboxCase,
    SandboxJob,
    SandboxLimits,
    SandboxOutcome,
    Surroundings,
)
from compiled_ai.sandbox.unconfined import Unconfined
from compiled_ai.spec.canonical import JsonObject

ONE_STEP = Workflow(
    name="probe",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema={}),),
    returns=("n",),
)


SANDBOX: Sandbox = Unconfined() if missing_layers() else Jail()


def run_source(
    source: str,
    *inputs: JsonObject,
    limits: SandboxLimits | None = None,
    coverage: bool = False,
    calls: int = 1,
    surroundings: Surroundings | None = None,
) -> SandboxOutcome:
    cases = tuple(SandboxCase(case_id=str(i), input=data, given={}) for i, data in enumerate(inputs))
    job = SandboxJob(
        source=dedent(source),
        workflow=ONE_STEP,
        cases=cases,
        limits=limits or SandboxLimits(),
        coverage=coverage,
        calls=calls,
        surroundings=surroundings or Surroundings(),
    )
    return SANDBOX.run(job)


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
    first, again, other = (
        run_source(source, {}, surroundings=Surroundings(hash_seed=seed)).rows[0].output
        for seed in (1, 1, 4_027)
    )
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
    return SANDBOX.run(SandboxJob(source=source, workflow=workflow, cases=cases)).rows[0]


def test_given_output_stands_for_a_bounded_step() -> None:
    assert _two_steps({"read": {"n": 3}}).output == {"twice": 6}


def test_bounded_step_without_given_output_needs_a_model() -> None:
    row = _two_steps({})
    assert (row.status, row.output) == ("needs_model", None)
    assert "'read'" in row.detail


def test_jail_that_cannot_start_is_the_operators_problem() -> None:
    with pytest.raises(SandboxError, match="PYTHONHASHSEED"):
        run_source("def run(data):\n    return {}", {}, surroundings=Surroundings(hash_seed=-1))


@pytest.mark.parametrize("name", ["LC\0ALL", "\ud800"], ids=["null", "surrogate"])
def test_surroundings_that_no_environment_can_hold_are_the_callers_problem(name: str) -> None:
    with pytest.raises(SandboxError, match="does not start"):
        run_source("def run(data):\n    return {}", {}, surroundings=Surroundings(locale=name))


@pytest.mark.parametrize("value", [{1, 2}, 10**5000], ids=["set", "huge number"])
def test_input_that_is_not_json_is_the_callers_problem(value: object) -> None:
    with pytest.raises(SandboxError, match="the input of case '0' cannot be written as JSON"):
        run_source("def run(data):\n    return {}", {"n": value})  # type: ignore[dict-item]  # the point of the test


COUNTER = """
    SEEN = []
    def run(data):
        SEEN.append(1)
        return {EXPRESSION}
"""


@pytest.mark.parametrize(
    ("expression", "steady"),
    [
        ("{'n': 1}", True),
        ("{'n': len(SEEN)}", False),
        ("{'a': 1, 'b': 2} if len(SEEN) == 1 else {'b': 2, 'a': 1}", False),
        ("{'n': 1 if len(SEEN) == 1 else 1.0}", False),
        ("{'n': 1 if len(SEEN) == 1 else True}", False),
        ("{'n': 1 // (3 - len(SEEN))}", False),
        ("{'n': int('x' * len(SEEN))}", False),
        ("{'n': int('x')}", True),
    ],
    ids=[
        "same",
        "counts",
        "order of keys",
        "float",
        "bool",
        "raises at last",
        "other detail",
        "always raises",
    ],
)
def test_calls_that_end_alike_are_steady(expression: str, steady: bool) -> None:
    (row,) = run_source(COUNTER.replace("{EXPRESSION}", expression), {}, calls=3).rows
    assert row.steady is steady


def test_one_call_is_steady_whatever_the_code_keeps() -> None:
    rows = run_source(COUNTER.replace("{EXPRESSION}", "{'n': len(SEEN)}"), {}, {}).rows
    assert [(row.output, row.steady) for row in rows] == [({"n": 1}, True), ({"n": 2}, True)]


def test_each_call_has_input_of_its_own() -> None:
    source = "def run(data):\n    data['rows'].append(1)\n    return {'n': len(data['rows'])}"
    (row,) = run_source(source, {"rows": []}, calls=3).rows
    assert (row.output, row.steady, row.mutated_input) == ({"n": 1}, True, True)


def test_input_changed_in_a_later_call_is_seen() -> None:
    source = """
        SEEN = []
        def run(data):
            SEEN.append(1)
            if len(SEEN) == 3:
                data["x"] = 1
            return {}
    """
    assert run_source(source, {}, calls=3).rows[0].mutated_input is True


def test_each_call_has_the_time_of_a_case() -> None:
    source = "import time\n\ndef run(data):\n    time.sleep(0.4)\n    return {}"
    (row,) = run_source(source, {}, limits=SandboxLimits(case_seconds=1.0), calls=4).rows
    assert (row.status, row.steady) == ("answered", True)


def test_second_call_that_hangs_costs_the_time_of_one() -> None:
    source = """
        SEEN = []
        def run(data):
            SEEN.append(1)
            while len(SEEN) == 2:
                pass
            return {}
    """
    outcome = run_source(source, {}, limits=SandboxLimits(case_seconds=0.5), calls=50)
    assert outcome.rows[0].status == "timed_out"
    assert outcome.seconds < 5


def test_locale_in_force_is_reported_and_one_that_is_missing_does_no_harm() -> None:
    source = "def run(data):\n    return {'x': f'{1234.5:n}'}"
    outcome = run_source(source, {}, surroundings=Surroundings(locale="xx_XX.UTF-8"))
    assert outcome.rows[0].output == {"x": "1234.5"}
    assert outcome.locale == "C"
    assert run_source(source, {}, surroundings=Surroundings(locale="C.UTF-8")).locale.startswith("C")


@pytest.mark.parametrize(("zone", "hour"), [("UTC0", 0), ("XST-13:45", 13), ("YST+11:30", 12)])
def test_time_zone_is_that_of_the_surroundings(zone: str, hour: int) -> None:
    source = (
        "from datetime import datetime\n\ndef run(data):\n    return {'hour': datetime.fromtimestamp(0).hour}"
    )
    assert run_source(source, {}, surroundings=Surroundings(timezone=zone)).rows[0].output == {"hour": hour}


def test_no_cases_bring_no_rows() -> None:
    assert run_source("def run(data):\n    return {}").rows == ()


def test_no_restart_leaves_the_rest_unrun() -> None:
    limits = SandboxLimits(case_seconds=0.3, restarts=0)
    outcome = run_source(LOOP_ON_ZERO, {"n": 1}, {"n": 0}, {"n": 2}, limits=limits)
    assert [row.status for row in outcome.rows] == ["answered", "timed_out", "timed_out"]
    assert outcome.rows[2].detail == NOT_RUN


def test_input_nested_too_deeply_fails_its_case_only() -> None:
    deep: JsonObject = {}
    for _ in range(600):
        deep = {"x": deep}
    source = "def run(data):\n    return {'n': len(data)}"
    rows = run_source(source, deep, {"a": 1}).rows
    assert rows[0].status in ("answered", "crashed")
    assert rows[1].output == {"n": 1}


def test_number_with_too_many_digits_is_a_crash() -> None:
    row = run_body("return {'n': 10 ** 5000}")
    assert row.status == "crashed"
    assert "digits" in row.detail
