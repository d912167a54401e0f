"""One compilation of a task, with what it cost, and its memory: a file beside the artifact, so that nothing is compiled or paid twice."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from pydantic import TypeAdapter, ValidationError

import compiled_ai
from compiled_ai.artifact import Artifact, Store
from compiled_ai.bench.model import ModelCall, Prepared, Task
from compiled_ai.bench.systems.asking import Asking, recorded_seconds
from compiled_ai.errors import CompilationFailedError, ModelError, OperatorError, SpecError, StoreError
from compiled_ai.factory import CompileOptions, Effort, compile_spec
from compiled_ai.factory.events import Event, StageEnded, SynthesisKept
from compiled_ai.files import write_atomic
from compiled_ai.findings import StageReport
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest
from compiled_ai.spec.json_text import parse_json_object
from compiled_ai.spec.load import parse_spec
from compiled_ai.spec.model import Spec

NOTE = "preparation.json"
"""The memory of a compilation, beside the store of its task."""
_FORMAT = 1
_LABEL = 8
"""Digits of the system's identity in the name of its folder."""
_FINDINGS = 20
"""Findings of a stage that are kept; the artifact's ``validation.json`` has all."""
_CALLS: TypeAdapter[tuple[ModelCall, ...]] = TypeAdapter(tuple[ModelCall, ...])
_NOT_COMPILER = frozenset({"bench", "cli", "durable", "monitor"})
"""Rooms that have no part in a compilation."""


@dataclass(frozen=True, kw_only=True)
class Building:
    """How tasks are compiled."""

    root: Path
    """Folder of all systems; paths in preparations are relative to it."""
    name: str
    """Of the system."""
    effort: Effort
    system: str
    """Digest of the system's identity: what another system left is not taken up."""
    sandbox: Sandbox | None = None

    def home(self, task: Task) -> Path:
        """The folder of `task`: one that only systems of the same identity share, since a store gives whatever was compiled from the same spec."""
        label = self.system.partition(":")[2][:_LABEL]
        return self.root / f"{self.name}-{label}" / task.task_id


def build(task: Task, asking: Asking, building: Building) -> Prepared:
    """The task compiled, or taken up from an earlier time with what it cost then.

    Raises:
        OperatorError: a key, a tool, a recording or the jail is missing, or the folder cannot be written.
    """
    remembered = recall(task, building)
    if remembered is not None:
        return remembered
    identity = digest("bench-not-compiled1", [building.system, task.digest])
    if task.spec is None:
        return Prepared(identity=identity, problem="the task has no spec that could be compiled")
    try:
        spec = parse_spec(task.spec, path=Path(f"{task.task_id}.yaml"))
    except SpecError as error:
        return Prepared(identity=identity, problem=f"its spec cannot be used: {error}")
    prepared, is_final = _compile(task, spec, asking, building, identity)
    if is_final:
        _remember(prepared, task, building)
    return prepared


def _compile(
    task: Task, spec: Spec, asking: Asking, building: Building, identity: str
) -> tuple[Prepared, bool]:
    """What came of compiling, and whether trying again would be another attempt at the same thing, which is not due."""
    watch = _Watch(asking)
    options = CompileOptions(
        store=Store(building.home(task)),
        effort=building.effort,
        sandbox=building.sandbox,
        listener=watch.hear,
        templates=tuple,
    )
    started = perf_counter()
    try:
        result = compile_spec(spec, asking.client, options)
    except CompilationFailedError as error:
        seconds = perf_counter() - started
        source = error.report.get("last_source")
        details = watch.details(rung="", code=source if isinstance(source, str) else "")
        return watch.prepared(identity, seconds, details, problem=str(error)), True
    except ModelError as error:
        seconds = perf_counter() - started
        problem = f"{type(error).__name__}: {error}"
        return watch.prepared(identity, seconds, watch.details(rung="", code=""), problem=problem), False
    seconds = perf_counter() - started
    artifact = result.artifact
    details = watch.details(rung=result.rung, code=artifact.source)
    details |= {
        "artifact": artifact.path.relative_to(building.root).as_posix(),
        "evidence": artifact.manifest.evidence,
    }
    prepared = watch.prepared(artifact.manifest.artifact, seconds, details)
    if result.rung != "stored":
        return prepared, True
    return _repaid(prepared, artifact, details, by_hand=asking.by_hand), True


def _repaid(prepared: Prepared, artifact: Artifact, details: JsonObject, *, by_hand: bool) -> Prepared:
    """`prepared` with the cost that the artifact itself remembers: it was compiled by somebody who was killed before he could write it down."""
    compilation = artifact.manifest.compilation
    rows = compilation.get("calls")
    calls = tuple(
        ModelCall(
            input_tokens=int(str(row["input_tokens"])),
            output_tokens=int(str(row["output_tokens"])),
            cached_tokens=int(str(row["cached_tokens"])),
            seconds=0.0,
            estimated=bool(row["tokens_estimated"]),
            by_hand=by_hand,
            error=None if row["error"] is None else str(row["error"]),
        )
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    )
    return replace(
        prepared,
        calls=calls,
        details={**details, "rung": compilation.get("rung", "stored"), "times_lost": True},
    )


class _Watch:
    """Takes note of a compilation: which candidate each call led to, and what validation said of it."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._calls: list[ModelCall] = []
        self._attempts: list[_Attempt] = []
        self._ended = perf_counter()
        asking.take_calls()

    def hear(self, event: Event) -> None:
        """Take note of a stage's verdict.

        Raises:
            OperatorError: code of the synthesis is about to be taken because no model could be asked. That is good for a user without a key, but not
                for a comparison that says it had one.
        """
        stopped = sys.exception()
        if isinstance(event, SynthesisKept) and isinstance(stopped, OperatorError):
            raise stopped
        if not isinstance(event, StageEnded):
            return
        key = (event.by, event.attempt)
        if not self._attempts or self._attempts[-1].key != key:
            self._attempts.append(_Attempt(key=key, tokens=self._spent()))
        now = perf_counter()
        self._attempts[-1].seconds += now - self._ended
        self._attempts[-1].stages.append(event.report)
        self._ended = now

    def _spent(self) -> int:
        """Tokens since the last candidate."""
        calls = self._asking.take_calls()
        self._calls += calls
        return sum(call.input_tokens + call.output_tokens for call in calls)

    def details(self, *, rung: str, code: str) -> JsonObject:
        """``rung``, ``attempts`` and ``code``; see ``docs/benchmark.md``."""
        attempts: list[JsonValue] = [attempt.to_json() for attempt in self._attempts]
        return {"rung": rung, "attempts": attempts, "code": code}

    def prepared(self, identity: str, seconds: float, details: JsonObject, *, problem: str = "") -> Prepared:
        """All of it. Tokens of calls after the last candidate are in the calls alone."""
        self._spent()
        calls = tuple(self._calls)
        return Prepared(
            identity=identity,
            calls=calls,
            seconds=seconds + recorded_seconds(calls),
            problem=problem,
            details=details,
        )


@dataclass(kw_only=True)
class _Attempt:
    key: tuple[str, int]
    tokens: int
    """Of the calls that led to it."""
    seconds: float = 0.0
    """Since the candidate before it, waiting for the model included."""
    stages: list[StageReport] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        stages: list[JsonValue] = [_stage_json(report) for report in self.stages]
        return {"by": self.key[0], "stages": stages, "tokens": self.tokens, "seconds": self.seconds}


def _stage_json(report: StageReport) -> JsonObject:
    findings: list[JsonValue] = [
        {
            "tool": finding.tool,
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message,
            "line": finding.line,
        }
        for finding in report.findings[:_FINDINGS]
    ]
    return {
        "stage": report.stage,
        "passed": report.passed,
        "seconds": report.seconds,
        "findings": findings,
    }


def recall(task: Task, building: Building) -> Prepared | None:
    """What an earlier process with the same system made of the same task; None when there is nothing, or it cannot be read."""
    path = building.home(task) / NOTE
    try:
        note = parse_json_object(path.read_text(encoding="utf-8"))
        prepared = _read(note.get("prepared"))
    except (OSError, ValueError, ValidationError):
        return None
    is_same = (note.get("format"), note.get("task"), note.get("system")) == (
        _FORMAT,
        task.digest,
        building.system,
    )
    return prepared if is_same else None


def _read(data: JsonValue) -> Prepared:
    if not isinstance(data, dict) or not isinstance(data.get("details"), dict):
        raise ValueError("it is no preparation")
    details = data["details"]
    assert isinstance(details, dict)
    return Prepared(
        identity=str(data.get("identity")),
        calls=_CALLS.validate_python(data.get("calls")),
        seconds=float(str(data.get("seconds"))),
        problem=str(data.get("problem")),
        details=details,
    )


def _remember(prepared: Prepared, task: Task, building: Building) -> None:
    note: JsonObject = {
        "format": _FORMAT,
        "task": task.digest,
        "system": building.system,
        "prepared": {
            "identity": prepared.identity,
            "calls": _CALLS.dump_python(prepared.calls, mode="json"),
            "seconds": prepared.seconds,
            "problem": prepared.problem,
            "details": prepared.details,
        },
    }
    path = building.home(task) / NOTE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, canonical_json(note) + "\n")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error


@functools.cache
def compiler_digest() -> str:
    """Identity of all code and prompts of ours that decide what a compilation gives."""
    root = Path(str(compiled_ai.__file__)).parent
    texts: dict[str, JsonValue] = {
        path.relative_to(root).as_posix(): digest("text1", path.read_text(encoding="utf-8"))
        for path in _compiler_files(root)
    }
    return digest("bench-compiler1", texts)


def _compiler_files(root: Path) -> Sequence[Path]:
    found = [path for ending in ("py", "md") for path in root.rglob(f"*.{ending}")]
    return sorted(path for path in found if path.relative_to(root).parts[0] not in _NOT_COMPILER)
