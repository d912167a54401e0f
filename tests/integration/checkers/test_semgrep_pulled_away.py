"""Semgrep pulled away in every way that we could think of: each fails closed, with words that say how to mend it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from compiled_ai.checkers.self_test import self_test, tool_places, tool_versions
from compiled_ai.checkers.semgrep_tool import prove_semgrep, scan_files, semgrep_version, start_scan
from compiled_ai.checkers.tool_home import SEMGREP_VARIABLE, SEMGREP_VERSION, find_semgrep
from compiled_ai.errors import MissingToolError

CODE = "import subprocess\neval(x)\nsubprocess.run(y, shell=True)\nsink(source())\n"
"""A text that each of the three rules could match, so that all of them are handed to semgrep."""

WHOLE: dict[str, object] = {
    "version": SEMGREP_VERSION,
    "results": [],
    "errors": [],
    "paths": {"scanned": ["SCANNED"]},
    "time": {"rules": ["shell-true", "eval-call", "flow"]},
}
"""What semgrep answers when it finds nothing; the fake puts its own file in place of SCANNED."""


def answering(change: dict[str, object]) -> str:
    text = json.dumps(WHOLE | change).replace("SCANNED", "'$PWD'/0.py")
    return f"echo '{text}'"


FAKES = {
    "prints nothing": ("true", "it wrote nothing at all"),
    "half JSON": (answering({})[:60] + "'", "cannot be read"),
    "no JSON": ("echo Segmentation fault", "cannot be read"),
    "another kind of JSON": ("echo '[]'", "cannot be read"),
    "crashes": ("echo boom >&2; exit 2", "failed with code 2: boom"),
    "killed": ("kill -9 $$", "failed with code -9"),
    "scans nothing": (answering({"paths": {"scanned": []}}), "scanned 0 of 1 files"),
    "scans something else": (answering({"paths": {"scanned": ["/etc/passwd"]}}), "scanned 1 of 1 files"),
    "loads no rules": (answering({"time": {"rules": []}}), "loaded 0 of 3 rules"),
    "loads other rules": (answering({"time": {"rules": ["a", "b", "c"]}}), "loaded 3 of 3 rules"),
    "does not say its rules": (answering({"time": {}}), "cannot be read"),
    "another version": (answering({"version": "1.0.0"}), "is 1.0.0, not"),
    "an error of its own": (
        answering({"errors": [{"error_type": "Fatal error", "message": "out of luck"}]}),
        "Fatal error : out of luck",
    ),
    "finds in a file that it was not given": (
        answering(
            {"results": [{"check_id": "flow", "path": "x", "start": {"line": 1}, "extra": {"message": ""}}]}
        ),
        "which it was not given",
    ),
    "finds by a rule that it was not given": (
        answering(
            {
                "results": [
                    {"check_id": "q", "path": "SCANNED", "start": {"line": 1}, "extra": {"message": ""}}
                ]
            }
        ),
        "which it was not given",
    ),
}


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "semgrep-core"
    monkeypatch.setenv(SEMGREP_VARIABLE, str(program))
    return program


def put(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize("kind", FAKES)
def test_a_broken_semgrep_fails_closed(kind: str, fake: Path, rules: Path) -> None:
    script, complaint = FAKES[kind]
    put(fake, script)
    scan = start_scan(CODE, rules=rules)
    with pytest.raises(MissingToolError, match=f"{complaint}.*compiled-ai tools install"):
        scan.result()


def test_a_semgrep_that_finds_nothing_fails_the_proof(fake: Path, rules: Path, tmp_path: Path) -> None:
    put(fake, answering({}))
    assert start_scan(CODE, rules=rules).result() == ()
    for afresh in (True, False):
        with pytest.raises(MissingToolError, match=r"semgrep misses .*compiled-ai tools install"):
            prove_semgrep(afresh=afresh, rules=rules, memory=tmp_path / "memory")
    assert not (tmp_path / "memory").exists()


def test_a_proof_does_not_hold_for_another_program(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove_semgrep(rules=rules, memory=tmp_path / "memory")
    other = tmp_path / "semgrep-core"
    put(other, answering({}))
    monkeypatch.setenv(SEMGREP_VARIABLE, str(other))
    with pytest.raises(MissingToolError, match="semgrep misses"):
        prove_semgrep(rules=rules, memory=tmp_path / "memory")


def test_a_semgrep_that_hangs_is_killed_with_its_children(fake: Path, rules: Path, tmp_path: Path) -> None:
    put(fake, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    started = time.monotonic()
    scan = start_scan(CODE, rules=rules, seconds=0.5)
    with pytest.raises(MissingToolError, match=r"no answer within 0\.5 seconds; run 'compiled-ai tools"):
        scan.result()
    assert time.monotonic() - started < 10
    child = (tmp_path / "child").read_text().strip()
    while is_running(child) and time.monotonic() - started < 20:
        time.sleep(0.01)
    assert not is_running(child)


def is_running(process: str) -> bool:
    try:
        return Path("/proc", process, "stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_that_is_no_program_fails_closed(fake: Path, rules: Path) -> None:
    fake.write_bytes(b"\x00\x01")
    fake.chmod(0o755)
    with pytest.raises(MissingToolError, match=r"does not run .*compiled-ai tools install"):
        start_scan(CODE, rules=rules)


def test_a_file_that_may_not_be_run_fails_closed(fake: Path, rules: Path) -> None:
    fake.write_text("")
    fake.chmod(0o644)
    with pytest.raises(MissingToolError, match=f"{SEMGREP_VARIABLE} is .*correct it"):
        start_scan(CODE, rules=rules)


def test_a_variable_that_names_nothing_is_not_passed_over(fake: Path, rules: Path) -> None:
    for call in (find_semgrep, semgrep_version, lambda: start_scan("x\n", rules=rules)):
        with pytest.raises(MissingToolError, match=f"{SEMGREP_VARIABLE} is .*unset it and run"):
            call()


def test_no_semgrep_at_all_fails_closed(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    (tmp_path / "a.py").write_text("eval(x)\n")
    for call in (
        find_semgrep,
        semgrep_version,
        lambda: start_scan("x\n", rules=rules),
        lambda: scan_files([tmp_path / "a.py"], rules=rules),
        lambda: prove_semgrep(rules=rules),
    ):
        with pytest.raises(MissingToolError, match="not installed: run 'compiled-ai tools install'"):
            call()
    assert (tool_versions()["semgrep"], tool_places()["semgrep"]) == ("missing", "missing")
    assert "compiled-ai tools install" in self_test()["semgrep"]
