"""``compiled-ai report`` on runs in folders. The runs are made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.unit.bench.report.made_up import ALL, Plan, make_run
from typer.testing import CliRunner, Result

from compiled_ai.bench.rows import Run
from compiled_ai.cli._exit import guarded
from compiled_ai.cli.report_command import report_command

APP = typer.Typer(pretty_exceptions_enable=False)
APP.command()(guarded(report_command))


def _save(run: Run, root: Path) -> Path:
    folder = root / run.info.run_id
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(run.info.model_dump_json(), encoding="utf-8")
    rows = [json.dumps(row.model_dump()) for row in (*run.preparations, *run.cases)]
    (folder / "rows.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    cases = [
        json.dumps({"case_id": name, **known})
        for name, known in run.inputs.items()
        if isinstance(known, dict)
    ]
    (folder / "cases.jsonl").write_text("".join(f"{case}\n" for case in cases), encoding="utf-8")
    return folder


def _report(*arguments: str | Path) -> Result:
    return CliRunner().invoke(APP, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("results")
    _save(make_run(Plan(systems=ALL[:2], tasks=2, attack=False)), root)
    _save(make_run(Plan(systems=ALL[:2], tasks=2, attack=False, dataset="xy")), root)
    return root


@pytest.mark.parametrize(
    ("name", "start"),
    [
        pytest.param("r.html", "<!doctype html>", id="html"),
        pytest.param("r.md", "# Benchmark report", id="markdown"),
        pytest.param("r.json", '{\n "format": "compiled-ai-report"', id="json"),
        pytest.param("r", "<!doctype html>", id="html without an ending"),
    ],
)
def test_the_files_ending_decides_its_form(results: Path, tmp_path: Path, name: str, start: str) -> None:
    result = _report("made-up-bfcl-1", "--results", results, "-o", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_several_runs_give_one_report_on_standard_output(results: Path) -> None:
    result = _report(
        results / "made-up-bfcl-1", results / "made-up-xy-1", "-o", "-", "--format", "json", "--no-lint"
    )
    document = json.loads(result.output)
    assert [verdict["dataset"] for verdict in document["verdicts"]] == ["bfcl (held-out)", "xy (held-out)"]


def test_logs_for_inspect_are_one_for_each_system(results: Path, tmp_path: Path) -> None:
    result = _report("made-up-bfcl-1", "--results", results, "--format", "inspect", "-o", tmp_path / "logs")
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "logs").glob("*.eval"))) == 2


def test_blind_leaves_held_out_texts_out(results: Path) -> None:
    text = _report(
        "made-up-bfcl-1", "--results", results, "-o", "-", "--format", "json", "--blind", "--each", "99"
    ).output
    shown = [case for failure in json.loads(text)["failures"] for case in failure["shown"]]
    assert {case["split"] for case in shown} == {"seen", "held_out"}
    assert all(("Book" in case["input"]) == (case["split"] == "seen") for case in shown)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["nowhere"], 7, "there is no run 'nowhere'", id="unknown run"),
        pytest.param(["made-up"], 7, "2 runs", id="ambiguous beginning"),
        pytest.param(
            ["made-up-xy-1", "--subject", "compield"], 7, "there are compiled, direct", id="unknown subject"
        ),
        pytest.param(["made-up-xy-1", "--format", "pdf"], 2, "none of html, md, json", id="unknown form"),
        pytest.param(["made-up-xy-1", "--format", "inspect", "--blind"], 2, "--blind", id="blind logs"),
        pytest.param(["made-up-xy-1", "-o", "/nowhere/at/all.html"], 7, "cannot be written", id="no folder"),
    ],
)
def test_wrong_use_says_what_to_do(results: Path, arguments: list[str], code: int, words: str) -> None:
    result = _report(*arguments, "--results", results)
    assert result.exit_code == code
    assert words in result.output


def test_a_torn_last_row_is_left_out(results: Path, tmp_path: Path) -> None:
    folder = _save(make_run(Plan(systems=ALL[:2], tasks=2, seed=5)), tmp_path)
    with (folder / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"kind": "case", "data')
    assert _report(folder, "-o", "-", "--format", "md").exit_code == 0
