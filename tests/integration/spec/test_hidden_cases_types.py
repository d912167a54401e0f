"""The promise that no hidden case reaches a prompt is kept by types: mypy refuses one where a visible case belongs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
from collections.abc import Sequence

from compiled_ai.spec import Brief, Case, HiddenCase, Spec, VisibleCase


def prompt(case: VisibleCase) -> str:
    return str(case.input)


def prompt_all(cases: Sequence[VisibleCase]) -> str:
    return "".join(map(prompt, cases))


def score(case: Case) -> bool:
    return case.must_abstain


def brief(spec: Spec, examples: tuple[VisibleCase, ...]) -> Brief:
    return Brief(
        name=spec.name, description="", instructions="", input_schema={}, output_schema={}, compliance=(), examples=examples
    )


def use(spec: Spec, hidden: HiddenCase, visible: VisibleCase, case: Case) -> None:
    prompt(visible)
    prompt_all(spec.examples)
    prompt_all(spec.brief().examples)
    brief(spec, spec.examples)
    score(hidden)
    score(visible)
    all(map(score, spec.tests))
    prompt(hidden)  # refused: arg-type
    prompt(spec.tests[0])  # refused: arg-type
    prompt(case)  # refused: arg-type
    prompt_all(spec.tests)  # refused: arg-type
    prompt_all([*spec.examples, *spec.tests])  # refused: list-item
    brief(spec, spec.tests)  # refused: arg-type
    Brief(name="", description="", instructions="", input_schema={}, output_schema={}, compliance=(), examples=spec.tests)  # refused: arg-type
    spec.brief().tests  # refused: attr-defined
    as_example: VisibleCase = hidden  # refused: assignment
    for test in spec.tests:
        prompt(test)  # refused: arg-type
"""  # fmt: skip


CONFIG = f"""
[mypy]
strict = true
mypy_path = {ROOT / "src"}

# The rest of the program, and with it Pydantic, would take twenty seconds and adds nothing to the question.
[mypy-compiled_ai.api,compiled_ai.artifact.*,compiled_ai.errors,compiled_ai.execution.*,compiled_ai.factory.*,compiled_ai.spec.load]
follow_imports = skip
"""


@pytest.fixture(scope="module")
def refused_lines(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """Lines of the program that mypy refuses, with the code of the error."""
    folder = tmp_path_factory.mktemp("types")
    (folder / "program.py").write_text(PROGRAM)
    (folder / "mypy.ini").write_text(CONFIG)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "program.py"]
    run = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    found = re.findall(r"^program\.py:(\d+): error: .*\[([a-z-]+)\]$", run.stdout, re.MULTILINE)
    assert len(found) == run.stdout.count(": error: "), run.stdout
    return {int(line): code for line, code in found}


def test_mypy_refuses_hidden_cases_exactly_where_visible_ones_belong(refused_lines: dict[int, str]) -> None:
    marked = {
        number: line.partition("# refused: ")[2]
        for number, line in enumerate(PROGRAM.splitlines(), start=1)
        if "# refused: " in line
    }
    assert refused_lines == marked
