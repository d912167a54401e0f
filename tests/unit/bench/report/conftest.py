"""Reports on the made-up run, made once."""

from __future__ import annotations

import pytest
from tests.unit.bench.report.made_up import Plan, make_run

from compiled_ai.bench.report.report import Report, build_report
from compiled_ai.bench.rows import Run


@pytest.fixture(scope="session")
def run() -> Run:
    return make_run()


@pytest.fixture(scope="session")
def report(run: Run) -> Report:
    return build_report([run])


@pytest.fixture(scope="session")
def empty_report() -> Report:
    return build_report([make_run(Plan(seen=0, held_out=0, tasks=0, attack=False))])
