"""The same jobs in the jail and in WebAssembly end in the same rows, seconds apart.

What differs: words and names that another Python has for an error (`re.error` is `PatternError` since 3.13), and ends that no Python exception describes, which `test_wasm_escapes` shows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent, indent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.cli._demo_tasks import PRICE_AS, TASKS, DemoTask
from compiled_ai.factory.coder import Coder, assemble_source
from compiled_ai.factory.plan import make_plan, needs_planner
from compiled_ai.factory.planner import ask_planner
from compiled_ai.llm import LlmSettings, make_client
from compiled_ai.sandbox.jail import Jail, missing_layers
from compiled_ai.sandbox.model import CaseRow, Sandbox, SandboxCase, SandboxJob, SandboxLimits, SandboxOutcome
from compiled_ai.sandbox.unconfined import Unconfined
from compiled_ai.sandbox.wasm import WasmSandbox
from compiled_ai.spec import Spec, load_spec
from compiled_ai.spec.canonical import JsonObject

ROOT = Path(__file__).parents[3]
WORKFLOW = Workflow(
    name="probe",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema={}),),
    returns=("n",),
)
DATA: JsonObject = {"n": 3, "text": "äß\u2028\U0001f600", "rows": [2, 1], "flag": True, "price": 12.5}


def both(job: SandboxJob) -> tuple[SandboxOutcome, SandboxOutcome]:
    """The outcomes in a process (in the jail, where the system has one) and in WebAssembly."""
    process: Sandbox = Unconfined() if missing_layers() else Jail()
    return process.run(job), WasmSandbox().run(job)


def plain(rows: tuple[CaseRow, ...]) -> list[CaseRow]:
    return [replace(row, seconds=0.0) for row in rows]


def job_of(
    source: str, *inputs: JsonObject, limits: SandboxLimits | None = None, calls: int = 1
) -> SandboxJob:
    return SandboxJob(
        source=source,
        workflow=WORKFLOW,
        cases=tuple(SandboxCase(case_id=str(i), input=data, given={}) for i, data in enumerate(inputs)),
        limits=limits or SandboxLimits(),
        calls=calls,
    )


BODIES = {
    "answer": "return {'n': data['n'] + 1, 'text': data['text'], 'none': None, 'price': data['price'] / 3}",
    "abstention": "abstain('not sure: ' + data['text'])",
    "exception": "return {'n': int(data['text'])}",
    "key error": "return {'n': data['missing']}",
    "own exception text": "raise ValueError({'a': 1})",
    "exit": "raise SystemExit(0)",
    "interrupt": "raise KeyboardInterrupt",
    "set": "return {'n': {1}}",
    "tuple": "return {'n': {'m': [(1, 2)]}}",
    "nan": "return {'n': float('nan')}",
    "infinity": "return {'n': [float('-inf')]}",
    "key of a number": "return {'n': {1: 2}}",
    "no object": "return [1]",
    "nothing": "return None",
    "bytes": "return {'n': 'x'.encode()}",
    "itself": "data['n'] = data\nreturn data",
    "mutated": "data['rows'].sort()\nreturn {}",
    "mutated and raised": "data.pop('flag')\nraise ValueError",
    "mutated beyond json": "data['rows'].append({1})\nreturn {}",
    "recursion": "return run(data)",
    "too large": "return {'n': 'a' * 5000}",
    "large within the limit": "return {'n': 'ä' * 150}",
    "surrogate": "return {'n': chr(0xd800)}",
    "big number": "return {'n': 10**300, 'm': 2**64, 'o': -0.0, 'p': 1e308}",
    "too long a number": "return {'n': 10**5000}",
    "no import": "import os",
    "strptime": "return {'n': datetime.strptime('2024-02-29', '%Y-%m-%d').strftime('%d.%m.%y %j')}",
    "decimal": "return {'n': str(Decimal('1') / 3), 'm': str(Decimal('2.675').quantize(Decimal('0.01')))}",
    "codec": "return {'n': str('€'.encode('cp1252')), 'm': 'é'.encode('utf-16-le').decode('utf-16-le')}",
    "pattern": "return {'n': re.sub(r'(?P<a>[ab]+)', lambda m: m['a'].upper(), 'xabbay'), 'm': re.escape('a.b')}",
    "digits": "return {'n': '٣'.isdigit(), 'm': unicodedata.normalize('NFKD', 'ﬁ'), 'o': 'ǅ'.title()}",
    "floats": "return {'n': [0.1 + 0.2, round(2.675, 2), 1e16, 1 / 3, math.fsum([0.1] * 10), math.sqrt(2)]}",
    "statistics": "return {'n': statistics.stdev([1, 2, 3, 4]), 'm': statistics.quantiles([1, 2, 3])}",
    "difflib": "return {'n': difflib.get_close_matches('appel', ['ape', 'apple', 'peach']), 'm': textwrap.wrap('a b c', 3)}",
    "our modules": "return {'n': [str(m) for m in find_numbers('two of 1,234.5')], 'm': fold('ÄÖ')}",
    "class": "return {'n': repr(Point(Decimal(1))), 'm': str(Fraction(1, 3))}",
}
PRELUDE = """\
from __future__ import annotations
import difflib, math, re, statistics, textwrap, unicodedata
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import find_numbers
from compiled_ai.modules.text import fold

class Point(NamedTuple):
    x: Decimal
    y: int = 2

def run(data):
"""


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_case_ends_alike(body: str) -> None:
    limits = SandboxLimits(output_bytes=1000, case_seconds=20)
    jail, wasm = both(job_of(PRELUDE + indent(body, "    "), DATA, limits=limits))
    assert plain(wasm.rows) == plain(jail.rows)


@pytest.mark.parametrize(
    "source",
    [
        "X = 1 / 0",
        "X = 1",
        "import os",
        "from compiled_ai.modules import abstain\nabstain('no')",
        "raise SystemExit",
        "\ud800",
        "X = [0] * 10**9",
        "x = x\n",
    ],
)
def test_code_that_cannot_be_imported_ends_alike(source: str) -> None:
    limits = SandboxLimits(memory_mb=200)
    jail, wasm = both(job_of(source, DATA, DATA, limits=limits))
    assert plain(wasm.rows) == plain(jail.rows)


@pytest.mark.parametrize(
    "body", ["x = [0] * 10**9", "x = [data]\nwhile True:\n    x = x + x"], ids=["at once", "doubling"]
)
def test_memory_bomb_ends_alike(body: str) -> None:
    source = "def run(data):\n" + indent(body, "    ")
    jail, wasm = both(job_of(source, DATA, limits=SandboxLimits(memory_mb=200, case_seconds=20)))
    assert plain(wasm.rows) == plain(jail.rows)
    assert wasm.rows[0].status == "out_of_memory"


LOOP_ON_ZERO = "def run(data):\n    while data['n'] == 0:\n        pass\n    return {'n': data['n']}\n"


@pytest.mark.parametrize(
    ("numbers", "restarts"),
    [((1, 0, 2, 3), 8), ((0, 0, 0, 0), 1), ((0, 1), 0), ((1, 2, 0), 8), ((0,), 8)],
    ids=["one", "beyond the last restart", "no restart", "at the end", "alone"],
)
def test_endless_loops_and_restarts_end_alike(numbers: tuple[int, ...], restarts: int) -> None:
    inputs: list[JsonObject] = [{"n": number} for number in numbers]
    limits = SandboxLimits(case_seconds=0.8, restarts=restarts)
    jail, wasm = both(replace(job_of(LOOP_ON_ZERO, *inputs, limits=limits), coverage=True))
    assert plain(wasm.rows) == plain(jail.rows)
    assert wasm.coverage == jail.coverage


def test_endless_loop_at_import_ends_alike() -> None:
    source = "while True:\n    pass\ndef run(data):\n    return {}"
    jail, wasm = both(job_of(source, DATA, DATA, DATA, limits=SandboxLimits(case_seconds=0.3)))
    assert plain(wasm.rows) == plain(jail.rows)


@pytest.mark.parametrize(
    ("body", "steady"),
    [
        ("return {'n': len(SEEN)}", True),
        ("SEEN.append(1)\nreturn {'n': len(SEEN)}", False),
        ("SEEN.append(1)\nabstain(str(len(SEEN)))", False),
        ("SEEN.append(1)\nreturn {'n': 1 // (3 - len(SEEN))} if len(SEEN) < 4 else {}", False),
        ("SEEN.append(1)\nif len(SEEN) == 2:\n    data['x'] = 1\nreturn {}", True),
    ],
    ids=["alike", "answers", "reasons", "statuses", "mutates later"],
)
def test_several_calls_of_a_case_are_compared_alike(body: str, steady: bool) -> None:
    source = "from compiled_ai.modules import abstain\nSEEN = []\ndef run(data):\n" + indent(
        dedent(body), "    "
    )
    jail, wasm = both(job_of(source, DATA, calls=3))
    assert plain(wasm.rows) == plain(jail.rows)
    assert wasm.rows[0].steady is steady


def test_each_call_has_the_time_of_a_case_for_itself() -> None:
    source = "def run(data):\n    for _ in range(data['n']):\n        pass\n    return {}"
    jail, wasm = both(job_of(source, {"n": 4_000_000}, limits=SandboxLimits(case_seconds=2.0), calls=8))
    assert plain(wasm.rows) == plain(jail.rows)
    assert wasm.rows[0].status == "answered"


def test_bounded_steps_end_alike() -> None:
    steps = (
        PlannedStep(id="read", kind="bounded", takes=("text",), output_schema={}),
        PlannedStep(id="double", kind="code", takes=("n",), output_schema={}),
    )
    workflow = replace(WORKFLOW, steps=steps, returns=("twice",))
    cases = (
        SandboxCase(case_id="given", input={"text": "three"}, given={"read": {"n": 3}}),
        SandboxCase(case_id="not given", input={"text": "three"}, given={}),
    )
    source = "def double(data):\n    return {'twice': data['n'] * 2}"
    jail, wasm = both(SandboxJob(source=source, workflow=workflow, cases=cases))
    assert plain(wasm.rows) == plain(jail.rows)
    assert [row.status for row in wasm.rows] == ["answered", "needs_model"]


def first_draft(task: DemoTask, spec: Spec) -> tuple[Workflow, str]:
    """The workflow, and ``activities.py`` as the recorded model first wrote it. No stage has judged it."""
    settings = LlmSettings(replay_dir=ROOT / task.recordings, price_as=PRICE_AS)
    client = make_client(settings, today=date.today).session(token_budget=spec.limits.tokens)
    plan = make_plan(spec, ask_planner(spec, client) if needs_planner(spec) else ())
    body = Coder(spec.brief(), plan, client).write() if plan.code else ""
    return plan.workflow, assemble_source(spec, plan, body)


@pytest.mark.parametrize("task", TASKS, ids=[task.name for task in TASKS])
def test_example_specs_end_alike_with_the_same_coverage(task: DemoTask) -> None:
    spec = load_spec(ROOT / task.spec)
    cases = tuple(
        SandboxCase(case_id=case.case_id, input=case.input, given=case.given)
        for case in (*spec.examples, *spec.tests)
    )
    workflow, source = first_draft(task, spec)
    job = SandboxJob(source=source, workflow=workflow, cases=cases, coverage=True)
    jail, wasm = both(job)
    assert plain(wasm.rows) == plain(jail.rows)
    assert sum(row.status == "answered" for row in wasm.rows) > len(cases) / 3
    assert wasm.coverage is not None
    assert wasm.coverage == jail.coverage
