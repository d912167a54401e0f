"""Semgrep's compiled engine at work on some texts: started in the background, its answer believed only when nothing is missing.

Measured with semgrep 1.182: without a network a version check of ``semgrep scan`` stalls for 97 s, ``.semgrepignore`` and
suppression comments hide code, and a file that it cannot parse gives exit code 0 and no finding. The engine itself knows no
ignore files, suppression comments, settings, metrics or network; the rest is checked here.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ValidationError

from compiled_ai.checkers.semgrep_rules import RuleSet, Severity
from compiled_ai.checkers.tool_home import SEMGREP_VERSION, find_semgrep
from compiled_ai.errors import MissingToolError

UNREADABLE: Final = "unreadable"
"""Rule of the issue that says semgrep could not judge a file; what is not judged must not pass."""

MEND: Final = "run 'compiled-ai tools install --force', then 'compiled-ai doctor'"

_ABOUT_THE_CODE: Final = frozenset(
    (
        "Syntax error",
        "Other syntax error",
        "Lexical error",
        "AST builder error",
        "PartialParsing",
        "Timeout",
        "Out of memory",
        "Stack overflow",
        "Too many matches",
        "Fixpoint timeout",
    )
)
"""Errors of semgrep that a file causes; every other one means that semgrep or our rules are broken."""


@dataclass(frozen=True, kw_only=True)
class SemgrepIssue:
    """One finding of semgrep."""

    rule: str
    message: str
    line: int
    cwe: int | None
    severity: Severity


class _Position(BaseModel):
    line: int


class _Location(BaseModel):
    path: str
    start: _Position


class _Error(BaseModel):
    error_type: str | tuple[object, ...]
    message: str = ""
    rule_id: str = ""
    location: _Location | None = None

    @property
    def kind(self) -> str:
        """The type; semgrep writes one with details as a list that begins with it."""
        return self.error_type if isinstance(self.error_type, str) else str(next(iter(self.error_type), ""))

    @property
    def place(self) -> _Location:
        return self.location or _Location(path="", start=_Position(line=0))


class _Extra(BaseModel):
    message: str


class _Match(BaseModel):
    check_id: str
    path: str
    start: _Position
    extra: _Extra


class _Timing(BaseModel):
    rules: list[str]
    """Those that were loaded, whether or not they apply."""


class _Paths(BaseModel):
    scanned: list[str]


class _Answer(BaseModel):
    """What we read of semgrep's JSON output."""

    version: str
    results: list[_Match]
    errors: list[_Error]
    paths: _Paths
    time: _Timing


class SemgrepScan:
    """A semgrep at work on some texts. Its process ends with the scan, also when nobody asks for the result."""

    def __init__(self, views: Sequence[str], rules: RuleSet, *, seconds: float) -> None:
        """Start it.

        Args:
            views: Texts as `semgrep_view` gives them.
            rules: All are run on all texts.
            seconds: Time after which a semgrep that does not answer is killed and counts as broken.

        Raises:
            MissingToolError: it is absent or cannot be started.
        """
        self._rules = rules
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._folder = Path(tempfile.mkdtemp(prefix="compiled-ai-semgrep-"))
        try:
            self._paths = self._write(views)
            self._process = self._start(find_semgrep())
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._finalizer = weakref.finalize(self, _end, self._process, self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop semgrep if it still runs, and remove its files."""
        self._finalizer()

    def result(self) -> tuple[SemgrepIssue, ...]:
        """What semgrep found in the one text, in the order of its lines; waits until it is done. Ask once.

        Raises:
            MissingToolError: semgrep crashed, hangs, scanned nothing or answered something that cannot be trusted.
        """
        (issues,) = self.results()
        return issues

    def results(self) -> list[tuple[SemgrepIssue, ...]]:
        """As `result`, for each text in turn."""
        try:
            return self._read(self._answer())
        finally:
            self.close()

    def _write(self, views: Sequence[str]) -> list[Path]:
        paths = [self._folder / f"{number}.py" for number, _ in enumerate(views)]
        for path, view in zip(paths, views, strict=True):
            path.write_text(view, encoding="utf-8", newline="")
        (self._folder / "rules.json").write_text(self._rules.document, encoding="utf-8")
        targets = [
            {
                "path": {"fpath": str(path), "ppath": f"/{path.name}"},
                "analyzer": "python",
                "products": ["sast"],
            }
            for path in paths
        ]
        document = ["Targets", [["CodeTarget", target] for target in targets]]
        (self._folder / "targets.json").write_text(json.dumps(document), encoding="utf-8")
        return paths

    def _start(self, program: Path) -> subprocess.Popen[bytes]:
        command = [
            str(program),
            *(
                "-j",
                "1",
            ),  # its threads stop one another for the collector: two take longer than one on a busy machine
            *("-rules", str(self._folder / "rules.json")),
            *("-targets", str(self._folder / "targets.json")),
            "-json_time",
            "-json_nodots",
        ]
        environment = {
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            "NO_COLOR": "1",
            "OCAMLRUNPARAM": "s=1M,o=200",  # fewer collections: a quarter less time, 10 MB more memory
        }
        if os.name == "nt":
            environment |= {"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "TEMP": str(self._folder)}
        with (self._folder / "out").open("wb") as out, (self._folder / "err").open("wb") as err:
            try:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    cwd=self._folder,
                    env=environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise MissingToolError(f"semgrep does not run ({error}); {MEND}") from error

    def _answer(self) -> _Answer:
        try:
            code = _wait(self._process, max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise MissingToolError(
                f"semgrep gives no answer within {self._seconds:g} seconds; {MEND}"
            ) from error
        output = (self._folder / "out").read_text(encoding="utf-8", errors="replace")
        if code != 0:
            complaint = (self._folder / "err").read_text(encoding="utf-8", errors="replace") or output
            raise MissingToolError(
                f"semgrep failed with code {code}: {' '.join(complaint[:500].split())}; {MEND}"
            )
        try:
            return _Answer.model_validate_json(output)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            shown = " ".join(output[:200].split()) or "nothing at all"
            raise MissingToolError(
                f"semgrep's answer cannot be read ({place + ': ' if place else ''}{first['msg']}): it wrote {shown}; {MEND}"
            ) from error

    def _read(self, answer: _Answer) -> list[tuple[SemgrepIssue, ...]]:
        self._refuse_gaps(answer)
        found: dict[str, set[SemgrepIssue]] = {str(path): set() for path in self._paths}
        try:
            for error in answer.errors:
                found[error.place.path].add(_unreadable(error))
            for match in answer.results:
                found[match.path].add(self._issue(match))
        except KeyError as error:
            raise MissingToolError(f"semgrep speaks of {error}, which it was not given; {MEND}") from error
        return [
            tuple(sorted(issues, key=lambda issue: (issue.line, issue.rule, issue.message)))
            for issues in found.values()
        ]

    def _refuse_gaps(self, answer: _Answer) -> None:
        """Refuse an answer that does not rest on our version, all our rules and all files."""
        if answer.version != SEMGREP_VERSION:
            raise MissingToolError(f"semgrep is {answer.version}, not {SEMGREP_VERSION}; {MEND}")
        for error in answer.errors:
            if error.kind not in _ABOUT_THE_CODE:
                raise MissingToolError(
                    f"semgrep reports {error.kind} {error.rule_id}: {error.message[:300]}; {MEND}"
                )
        if sorted(answer.time.rules) != sorted(self._rules.rules):
            raise MissingToolError(
                f"semgrep loaded {len(answer.time.rules)} of {len(self._rules.rules)} rules; {MEND}"
            )
        if sorted(answer.paths.scanned) != sorted(map(str, self._paths)):
            raise MissingToolError(
                f"semgrep scanned {len(answer.paths.scanned)} of {len(self._paths)} files; {MEND}"
            )

    def _issue(self, match: _Match) -> SemgrepIssue:
        rule = self._rules.rules[match.check_id]
        return SemgrepIssue(
            rule=rule.name,
            message=" ".join(match.extra.message.split()),
            line=match.start.line,
            cwe=rule.cwe,
            severity=rule.severity,
        )


def _unreadable(error: _Error) -> SemgrepIssue:
    return SemgrepIssue(
        rule=UNREADABLE,
        message=f"semgrep cannot judge this code ({error.kind.lower()}): write it more simply",
        line=max(1, error.place.start.line),
        cwe=None,
        severity="HIGH",
    )


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.poll() is None:
        try:
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)  # a wrapper's children too
        except ProcessLookupError:
            pass
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int:
    """The exit code of `process`. Where the kernel can tell of its end, that is heard at once; `Popen.wait` looks every 50 ms.

    Raises:
        subprocess.TimeoutExpired: it did not end in time.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # an old kernel
            descriptor = os.pidfd_open(process.pid)
            try:
                select.select([descriptor], [], [], seconds)
            finally:
                os.close(descriptor)
            seconds = 0.1
    return process.wait(seconds)
