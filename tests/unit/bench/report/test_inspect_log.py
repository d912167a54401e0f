"""Logs have the members that Inspect reads, and their counts agree with the run. (Read with inspect-ai itself: see docs/report.md.)"""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.unit.bench.report.made_up import ATTACK, Plan, make_run

from compiled_ai.bench.report.inspect_log import write_inspect_logs
from compiled_ai.bench.rows import RIGHT, Run


def _members(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def logs(run: Run, folder: Path) -> dict[str, dict[str, Any]]:
    paths = write_inspect_logs(run, folder)
    assert len(paths) == len(run.info.systems)
    return {system: _members(path) for system, path in zip(run.info.systems, paths, strict=True)}


def test_each_log_has_header_start_summaries_and_a_file_for_each_row(
    run: Run, logs: dict[str, dict[str, Any]]
) -> None:
    for system, members in logs.items():
        rows = [row for row in run.cases if row.system == system]
        samples = [name for name in members if name.startswith("samples/")]
        assert {"header.json", "summaries.json", "_journal/start.json", "_journal/summaries/1.json"} <= set(
            members
        )
        assert len(samples) == len(members["summaries.json"]) == len(rows)
        assert members["header.json"]["results"]["total_samples"] == len(rows)
        assert all(re.fullmatch(r"samples/[A-Za-z0-9._-]+_epoch_\d+\.json", name) for name in samples)


def test_scores_and_tokens_agree_with_the_rows(run: Run, logs: dict[str, dict[str, Any]]) -> None:
    for system, members in logs.items():
        rows = [row for row in run.cases if row.system == system]
        letters = Counter(item["scores"]["official"]["value"] for item in members["summaries.json"])
        assert letters["C"] == sum(row.outcome in RIGHT for row in rows)
        assert letters["I"] == sum(row.outcome == "wrong" for row in rows)
        metrics = members["header.json"]["results"]["scores"][0]["metrics"]
        held_out = [row for row in rows if row.split == "held_out"]
        right = sum(row.outcome in RIGHT for row in held_out) / len(held_out)
        assert metrics["accuracy_held_out"]["value"] == pytest.approx(right)
        assert "accuracy" not in metrics, "seen and held out are never pooled"
        assert metrics["accuracy_held_out"]["metadata"]["n"] == sum(row.split == "held_out" for row in rows)
        usage = members["header.json"]["stats"]["model_usage"]
        assert sum(item["total_tokens"] for item in usage.values()) == sum(row.tokens for row in rows)


def test_the_header_names_what_inspect_requires(logs: dict[str, dict[str, Any]]) -> None:
    header = logs["direct"]["header.json"]
    assert header["version"] == 2
    assert {"eval_id", "run_id", "created", "task", "task_id", "dataset", "model", "config"} <= set(
        header["eval"]
    )
    assert header["status"] == "success"


def test_names_of_files_are_those_that_the_viewer_lists(
    folder: Path, logs: dict[str, dict[str, Any]]
) -> None:
    pattern = r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}[-+]\d{2}-\d{2}_[A-Za-z0-9.-]+_[0-9a-f]{22}\.eval"
    assert logs
    assert all(re.fullmatch(pattern, path.name) for path in folder.iterdir())


def test_repeats_are_epochs_and_any_id_is_a_plain_file_name(tmp_path: Path) -> None:
    run = make_run(Plan(repeats=3, seen=1, held_out=2))
    rows = tuple(row.model_copy(update={"case_id": f"../../{ATTACK}/{row.case_id}"}) for row in run.cases)
    path = write_inspect_logs(run.model_copy(update={"cases": rows}), tmp_path)[0]
    names = [name for name in _members(path) if name.startswith("samples/")]
    assert len(names) == 9
    assert sorted(int(name.rpartition("_")[2].removesuffix(".json")) for name in names) == [
        1,
        1,
        1,
        2,
        2,
        2,
        3,
        3,
        3,
    ]
    assert not [name for name in names if ".." in name or name.count("/") != 1]


def test_the_same_run_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    first = write_inspect_logs(run, tmp_path / "a")
    second = write_inspect_logs(run, tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
