"""``compiled-ai bench security``: options, files, exit codes, and no text of a case on any screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.bench_command import app

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def in_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("COMPILED_AI_BFCL", raising=False)


def security(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["security", *arguments])


def test_our_own_set_is_measured_without_options_of_data() -> None:
    result = security("--set", "own_pii", "--gate", "pii")
    assert result.exit_code == 0
    assert "| pii  | own_pii | direct | no training |" in result.stdout
    assert "What each layer of the gate 'pii' is worth" in result.stdout
    assert "Measured with " in result.stdout


def test_no_text_of_a_case_is_shown(tmp_path: Path) -> None:
    written = tmp_path / "card.json"
    result = security("--set", "own_pii,own_leakage", "--gate", "pii", "--json", str(written))
    shown = result.stdout + written.read_text()
    lines = (ROOT / "datasets" / "security_cases" / "pii.jsonl").read_text().splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert [text for text in texts if text[:40] in shown] == []
    assert json.loads(written.read_text())["lines"][0]["missed_ids"]


def test_a_policy_and_a_limit_are_kept_to() -> None:
    result = security(
        "--set", "own_pii", "--gate", "pii", "--policy", '{"pii": "block"}', "--limit", "5", "--json", "-"
    )
    document = json.loads(result.stdout)
    (line, *_) = document["lines"]
    assert document["policy"]["pii"] == "block"
    assert line["recall"]["n"] + line["false_alarms"]["n"] == 5
    assert line["recall_blocked"]["count"] == line["recall"]["count"]


def test_masking_has_figures_of_its_own() -> None:
    result = security("--set", "masking", "--limit", "20")
    assert result.exit_code == 0
    assert "20/20 = 100.0 %" in result.stdout


def test_public_sets_that_are_not_here_are_listed_with_where_to_get_them() -> None:
    result = security("--set", "own_pii,presidio_synth", "--gate", "pii")
    assert result.exit_code == 0
    assert "presidio_synth | 1392 | MIT     | https://github.com/microsoft/presidio-research" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(["--set", "gptfuz"], 7, "Did you mean 'gptfuzz'?", id="unknown set"),
        pytest.param(
            ["--set", "gptfuzz"], 7, "is not here: no folder was named", id="named set that is not here"
        ),
        pytest.param(["--gate", "pi"], 2, "none of input, pii, output", id="unknown gate"),
        pytest.param(["--data", "no/such/folder"], 7, "is no folder", id="no folder"),
        pytest.param(["--trained", "no/such/file"], 7, "cannot be read", id="no list"),
        pytest.param(["--policy", '{"pii": "of"}'], 4, "pii", id="no policy"),
        pytest.param(["--limit", "0"], 2, "", id="no limit"),
    ],
)
def test_wrong_use_has_its_exit_code_and_a_message(arguments: list[str], code: int, message: str) -> None:
    result = security(*arguments)
    assert result.exit_code == code
    assert message in result.output


def test_a_file_with_other_rows_than_the_pinned_ones_is_refused(tmp_path: Path) -> None:
    (tmp_path / "peer_pii.jsonl").write_text('{"id": "1", "text": "x", "label": 1}\n')
    result = security("--data", str(tmp_path), "--set", "peer_pii")
    assert result.exit_code == 7
    assert "holds 1 rows with the digest" in result.output
