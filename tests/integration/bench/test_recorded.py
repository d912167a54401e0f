"""The recorded comparison replays: every system that asks a model, on cases of XY, BFCL and AgentBench's database, without a key and without the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compiled_ai.bench.bfcl.source import bfcl_home
from compiled_ai.bench.rows import CaseRow
from compiled_ai.bench.running.reading import load_run

ROOT = Path(__file__).parents[3]
AGENTBENCH = os.environ.get("COMPILED_AI_AGENTBENCH")
"""Read before the tests' fixtures clear it."""
RECORDINGS = ROOT / "recordings" / "bench"
ASKING = "direct,langchain,agent-framework,autogen,dspy"
BFCL = (
    "--protocol",
    "held-out",
    "--option",
    "category=simple_python",
    "--option",
    "paraphrases=check",
    "--tasks",
    "20",
)


def replayed(folder: Path, dataset: str, *options: str, systems: str = ASKING) -> list[CaseRow]:
    """The rows of a run over recordings."""
    done = subprocess.run(
        [
            sys.executable, "-m", "compiled_ai", "bench", "run", dataset, "--systems", systems, "--model", "openai-chat:claude",
            "--by-hand", "--replay", str(RECORDINGS), "--seed", "11", "--results", str(folder), "--name", "run", *options,
        ],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "recorded replies of openai-chat:claude" in done.stdout
    return list(load_run(folder / "run").cases)


def check(rows: list[CaseRow], *, systems: int, cases: int) -> None:
    """Each system was asked every case, each answer came from a recording and cost tokens, and nothing failed."""
    assert len(rows) == systems * cases
    assert {(row.system, row.case_id) for row in rows} == {
        (system, case) for system in {row.system for row in rows} for case in {row.case_id for row in rows}
    }
    assert [row.reason for row in rows if row.outcome in {"failed", "timed_out", "not_prepared"}] == []
    assert all(row.calls for row in rows)
    assert all(call.replayed and call.by_hand and call.input_tokens > 0 for row in rows for call in row.calls)


def test_xy_replays_for_every_system_that_asks_a_model(tmp_path: Path) -> None:
    check(replayed(tmp_path, "xy", "--protocol", "held-out", "--limit", "8"), systems=5, cases=8)


def test_repeats_of_a_case_replay_one_after_the_other(tmp_path: Path) -> None:
    rows = replayed(
        tmp_path, "xy", "--protocol", "held-out", "--limit", "4", "--repeat", "3", "--workers", "1", systems="direct",
    )  # fmt: skip
    assert len(rows) == 12
    assert {row.repeat for row in rows} == {0, 1, 2}


def test_compiled_code_and_its_fallback_replay_what_two_systems_recorded(tmp_path: Path) -> None:
    options = ("--protocol", "held-out", "--effort", "low", "--limit", "3")
    rows = replayed(tmp_path, "xy", *options, systems="compiled+fallback")
    preparations = load_run(tmp_path / "run").preparations
    assert {row.problem for row in preparations} == {""}
    assert {row.outcome for row in rows} <= {"right", "rightly_declined", "wrong"}
    assert all(row.served_by == "compiled" or row.calls for row in rows)


@pytest.mark.skipif(
    not (bfcl_home() / "bfcl_eval").is_dir(),
    reason="BFCL is not fetched here: compiled-ai datasets fetch bfcl",
)
def test_bfcl_replays_for_every_system_that_asks_a_model(tmp_path: Path) -> None:
    check(replayed(tmp_path, "bfcl", *BFCL, "--limit", "8"), systems=5, cases=8)


@pytest.mark.skipif(
    AGENTBENCH is None,
    reason="AgentBench's data is not here: name its folder in COMPILED_AI_AGENTBENCH",
)
def test_agentbench_db_replays_for_every_system_that_asks_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPILED_AI_AGENTBENCH", str(AGENTBENCH))
    check(replayed(tmp_path, "agentbench-db", "--option", "examples=0", "--limit", "4"), systems=5, cases=4)
