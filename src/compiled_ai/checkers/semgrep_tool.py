"""Semgrep with our own rules on one text or many files, trusted only after it has found known-bad code."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final

import platformdirs

from compiled_ai.checkers.proof import refuse_misses
from compiled_ai.checkers.semgrep_engine import MEND, UNREADABLE, SemgrepIssue, SemgrepScan
from compiled_ai.checkers.semgrep_rules import RULES, RuleSet, Sample, load_rules
from compiled_ai.checkers.semgrep_selection import select_rules
from compiled_ai.checkers.semgrep_view import semgrep_view
from compiled_ai.checkers.tool_home import SEMGREP_VERSION, find_semgrep
from compiled_ai.errors import MissingToolError
from compiled_ai.files import write_atomic

__all__ = [
    "UNREADABLE",
    "SemgrepIssue",
    "SemgrepScan",
    "prove_semgrep",
    "scan_files",
    "semgrep_version",
    "start_scan",
]

_SECONDS: Final = 60.0
_SECONDS_PER_FILE: Final = 5.0
_WORTH_A_PROCESS: Final = 20
"""Files whose scan takes several times as long as the start of another process."""
_HUSH: Final = "# nosemgrep # nosem # nosec # noqa "
"""Put before every expectation in a sample: semgrep must find it although a comment asks it not to."""


def semgrep_version() -> str:
    """Version of semgrep and of our rules, such as ``1.182.0 (rules 3fa2b1c)``.

    Raises:
        MissingToolError: semgrep is not installed, or the rules cannot be read.
    """
    find_semgrep()
    return f"{SEMGREP_VERSION} (rules {load_rules().digest[:7]})"


def start_scan(source: str, *, rules: Path = RULES, seconds: float = _SECONDS) -> SemgrepScan:
    """Start semgrep on `source` and return at once; the scan's `result()` waits for what it finds.

    Args:
        source: Must parse.
        rules: Folder of rules.
        seconds: Time after which a semgrep that does not answer is killed and counts as broken.

    Raises:
        ValueError: `source` does not parse.
        MissingToolError: semgrep is absent or cannot be started.
    """
    view = semgrep_view(source)
    return SemgrepScan([view], select_rules(load_rules(rules), [view]), seconds=seconds)


def scan_files(paths: Sequence[Path], *, rules: Path = RULES) -> dict[Path, tuple[SemgrepIssue, ...]]:
    """What semgrep finds in each of `paths`, in as few processes as are quick. Each must be Python in UTF-8 that parses.

    Raises:
        ValueError: a file is not UTF-8 or does not parse.
        OSError: a file cannot be read.
        MissingToolError: semgrep is absent or broken.
    """
    unique = list(dict.fromkeys(paths))
    views = [_view(path) for path in unique]
    return dict(
        zip(
            unique,
            _scan(views, select_rules(load_rules(rules), views) if views else load_rules(rules)),
            strict=True,
        )
    )


def _view(path: Path) -> str:
    try:
        return semgrep_view(path.read_bytes().decode())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _scan(views: Sequence[str], rules: RuleSet) -> list[tuple[SemgrepIssue, ...]]:
    """Issues of each text: in one process, or in one on each processor when there are many."""
    shares = max(1, min(os.cpu_count() or 1, len(views) // _WORTH_A_PROCESS))
    with ExitStack() as stack:
        scans = [
            stack.enter_context(SemgrepScan(share, rules, seconds=_SECONDS + _SECONDS_PER_FILE * len(views)))
            for share in (views[number::shares] for number in range(shares))
            if share
        ]
        results = [scan.results() for scan in scans]
    return [results[number % shares][number // shares] for number in range(len(views))]


def prove_semgrep(*, afresh: bool = False, rules: Path = RULES, memory: Path | None = None) -> None:
    """Check that semgrep finds all known-bad samples of its rules, and nothing on the lines marked as fine.

    That is one scan when the program, its version, the rules or the samples differ from those of the last proof, else
    a look at a small file.

    Args:
        afresh: Scan, whatever is remembered.
        rules: Folder of rules and samples.
        memory: Folder that remembers proofs; None is one in the user's cache folder. It need not be writable.

    Raises:
        MissingToolError: semgrep is absent, broken, or finds less or more than it must.
    """
    if afresh:
        _prove(load_rules(rules))
        return
    folder = memory or Path(platformdirs.user_cache_dir("compiled-ai", appauthor=False)) / "proofs"
    _prove_once(rules, _identity(find_semgrep()), folder)


def _identity(program: Path) -> str:
    """What changes when the program does. Its 260 MB are not read: that would take longer than the proof."""
    status = program.stat()
    return f"{program} {status.st_size} {status.st_mtime_ns} {status.st_ino}"


@cache
def _prove_once(folder: Path, program: str, memory: Path) -> None:
    rules = load_rules(folder)
    key = hashlib.sha256(f"1 {SEMGREP_VERSION} {rules.digest} {program}".encode()).hexdigest()
    record = memory / f"semgrep-{key[:32]}.json"
    expected = {"proof": 1, "key": key, "rules": len(rules.rules), "samples": len(rules.samples)}
    if _remembered(record) == expected:
        return
    _prove(rules)
    try:
        memory.mkdir(parents=True, exist_ok=True)
        write_atomic(record, json.dumps(expected))
    except OSError:
        return  # proven all the same; the next process proves it again


def _remembered(record: Path) -> object:
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _prove(rules: RuleSet) -> None:
    views = [
        semgrep_view(sample.source.replace("# found: ", f"{_HUSH}# found: ")) for sample in rules.samples
    ]
    for sample, issues in zip(rules.samples, _scan(views, rules), strict=True):
        _compare(sample, issues)


def _compare(sample: Sample, issues: Sequence[SemgrepIssue]) -> None:
    found = {(issue.rule, issue.line) for issue in issues}
    missing = [f"{rule} on line {line} of {sample.name}" for rule, line in sample.expected - found]
    refuse_misses("semgrep", missing, mend=MEND)
    wrong = sorted(f"{rule} on line {line}" for rule, line in found if line in sample.fine)
    if wrong or any(rule == UNREADABLE for rule, _ in found):
        raise MissingToolError(
            f"semgrep finds {', '.join(wrong) or 'code that it cannot read'} in {sample.name}, "
            f"where nothing is wrong; {MEND}"
        )
